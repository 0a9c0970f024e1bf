"""Re-wrapping gives the same coded pictures a container in which they can be found."""

import hashlib
import zlib
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.support.clips import shared_clip, spoil_packet
from video.decoder import open_source
from video.errors import CannotOpen, CannotRewrap, VideoError
from video.packet_index import read_index, times_ns
from video.probe import probe
from video.rewrap import (
    COUNTED,
    REWRAPPED,
    rewrap,
    rewrap_into,
    stream_sha256,
    suffix_for,
)
from video.synthetic.encode import encode
from video.synthetic.scene import read_number
from video.synthetic.variants import VARIANTS


def _pictures(path: Path) -> list[int]:
    with open_source(path, threads=1) as decoder:
        return [zlib.crc32(frame.bgr().data) for frame in decoder.frames()]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        *((name, ".mp4") for name in VARIANTS),
        *((name, ".mkv") for name in ("raw_h264", "raw_hevc", "mpeg_ts", "variable_mp4")),
    ],
)
def test_pictures_order_and_coded_stream_stay_the_same(
    name: str, suffix: str, tmp_path: Path
) -> None:
    clip = shared_clip(name)
    target = tmp_path / f"copy{suffix}"
    digest = rewrap(clip.path, target)
    assert digest == stream_sha256(clip.path) == stream_sha256(target)
    index = read_index(target)
    assert times_ns(index).tolist() == list(clip.times_ns)
    assert not index.counted
    assert _pictures(target) == _pictures(clip.path)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("name", ["raw_h264", "raw_hevc", "h264_avi", "jump_back"])
def test_a_rewrapped_stream_is_found_frame_by_frame_and_says_what_it_is(
    name: str, tmp_path: Path
) -> None:
    clip = shared_clip(name)
    target = tmp_path / f"copy{suffix_for(probe(clip.path).codec)}"
    rewrap(clip.path, target)
    facts = probe(target)
    assert not facts.raw_stream
    with av.open(target) as container:
        assert container.metadata["comment"] == REWRAPPED + COUNTED
    with open_source(target, facts.index) as decoder:
        for number in (39, 3, 22, 21, 30, 0):
            frame = decoder.frame_at(int(facts.index.pts[number]))
            assert read_number(frame.bgr()) == clip.numbers[number]


def test_a_file_with_its_own_times_keeps_them_and_is_not_called_counted(tmp_path: Path) -> None:
    source, target = shared_clip("variable_mp4").path, tmp_path / "copy.mp4"
    rewrap(source, target)
    assert read_index(target).pts.tolist() == read_index(source).pts.tolist()
    with av.open(target) as container:
        assert container.metadata["comment"] == REWRAPPED


def test_an_edit_list_is_refused_in_matroska(tmp_path: Path) -> None:
    with pytest.raises(CannotRewrap, match="edit list"):
        rewrap(shared_clip("edit_list").path, tmp_path / "copy.mkv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    made = set()
    for name in ("first", "second"):
        target = tmp_path / f"{name}{suffix}"
        rewrap(shared_clip("raw_h264").path, target)
        made.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(made) == 1


def test_a_damaged_raw_stream_keeps_its_bytes_and_the_order_of_its_sound_pictures(
    tmp_path: Path,
) -> None:
    clip = encode(tmp_path / "raw.h264", time_base=Fraction(1, 25), b_frames=2)
    source = spoil_packet(clip, tmp_path / "spoilt.h264", 15)
    target = tmp_path / "copy.mp4"
    assert rewrap(source, target) == stream_sha256(source)
    assert _pictures(target) == _pictures(source)


def test_what_a_container_cannot_hold_is_told(tmp_path: Path) -> None:
    clip = encode(
        tmp_path / "old.avi", codec="msmpeg4", frames=5, b_frames=0, time_base=Fraction(1, 25)
    )
    assert suffix_for(probe(clip.path).codec) == ".mkv"
    with pytest.raises(CannotRewrap, match="do not fit into"):
        rewrap(clip.path, tmp_path / "copy.mp4")
    with pytest.raises(VideoError, match="neither"):
        rewrap(clip.path, tmp_path / "copy.avi")
    with pytest.raises(VideoError, match="cannot be written"):
        rewrap(clip.path, tmp_path / "nowhere" / "copy.mkv")
    with pytest.raises(CannotOpen):
        rewrap(tmp_path / "nothing.h264", tmp_path / "copy.mkv")
    assert [path.name for path in tmp_path.iterdir()] == ["old.avi"]


def test_one_changed_byte_changes_the_hash_of_the_stream(tmp_path: Path) -> None:
    source = shared_clip("raw_h264").path
    content = bytearray(source.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "changed.h264").write_bytes(content)
    assert stream_sha256(tmp_path / "changed.h264") != stream_sha256(source)


def test_a_stream_that_mp4_would_shorten_goes_into_matroska(tmp_path: Path) -> None:
    # Without a keyframe at its beginning MP4 gives the pictures before the first one up.
    clip = shared_clip("raw_h264")
    units = clip.path.read_bytes().split(b"\0\0\0\1")
    headless = tmp_path / "headless.h264"
    first_key = next(at for at, unit in enumerate(units) if unit and unit[0] & 31 == 7)
    later = next(
        at for at, unit in enumerate(units) if unit and unit[0] & 31 == 1 and at > first_key
    )
    headless.write_bytes(b"\0\0\0\1".join([b"", *units[later:]]))
    with pytest.raises(CannotRewrap, match="changed"):
        rewrap(headless, tmp_path / "copy.mp4")
    copy, digest = rewrap_into(tmp_path, "copy", headless, "h264")
    assert copy.suffix == ".mkv"
    assert digest == stream_sha256(headless)
    assert _pictures(copy) == _pictures(headless)


def test_a_copy_in_which_fewer_pictures_decode_is_not_kept(tmp_path: Path) -> None:
    # Two streams put together: one set of parameters in the head of a container is too few.
    first = shared_clip("raw_h264").path.read_bytes()
    second = shared_clip("edit_list").path.read_bytes()
    source = tmp_path / "spliced.h264"
    source.write_bytes(first[: len(first) * 584 // 10_000] + second[len(second) * 532 // 1000 :])
    with pytest.raises(CannotRewrap, match="re-wrapped"):
        rewrap_into(tmp_path, "copy", source, "h264")
    assert [path.name for path in tmp_path.iterdir()] == [source.name]
    assert len(read_index(source)) == 1
