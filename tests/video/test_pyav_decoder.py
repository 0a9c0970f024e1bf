"""The reference decoder where the contract says nothing: damage, threads, colours, cost."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import (
    BROKEN,
    cut_short,
    packet_bytes,
    shared_broken,
    shared_clip,
    spoil_packet,
)
from video.bounds import decode_all, decode_groups
from video.decoder import DECODERS, open_source
from video.errors import CannotOpen, Damaged, NoPictures
from video.packet_index import read_index
from video.pyav_decoder import PyavDecoder
from video.synthetic.encode import Clip, encode
from video.synthetic.scene import Scene, read_number
from video.types import Frame

THREADS = pytest.mark.parametrize("threads", [1, 4])


def _numbers(frames: list[Frame]) -> list[int]:
    return [read_number(frame.bgr()) for frame in frames]


@pytest.fixture
def plain(tmp_path: Path) -> Clip:
    """Twenty frames, a keyframe every ten, no B-frames."""
    return encode(tmp_path / "plain.mkv", frames=20, b_frames=0)


def test_the_registry_names_it_and_opens_it_by_default() -> None:
    assert DECODERS.names()[0] == "pyav"
    with open_source(shared_clip("mp4").path) as decoder:
        assert isinstance(decoder, PyavDecoder)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_footage_is_refused(name: str) -> None:
    expected = NoPictures if name == "sound_only" else CannotOpen
    with pytest.raises(expected) as caught:
        open_source(shared_broken(name))
    assert str(shared_broken(name)) in caught.value.message
    assert caught.value.hint


@THREADS
def test_a_packet_that_does_not_decode_costs_its_frame_alone(
    plain: Clip, tmp_path: Path, threads: int
) -> None:
    # The last of its group, so that no other refers to it.
    path = spoil_packet(plain, tmp_path / "spoilt.mkv", 9)
    with open_source(path, threads=threads) as decoder:
        assert len(decoder.index) == 20
        assert _numbers(list(decoder.frames())) == [*range(9), *range(10, 20)]
        assert decoder.damaged == 1
        with pytest.raises(Damaged):
            decoder.frame_at(int(decoder.index.pts[9]))
        assert _numbers([decoder.frame_at(int(decoder.index.pts[8]))]) == [8]
        assert decoder.damaged == 1


@THREADS
@pytest.mark.parametrize("at", [19, 17])
def test_damage_at_the_very_end_takes_no_sound_frame_with_it(
    plain: Clip, tmp_path: Path, at: int, threads: int
) -> None:
    path = spoil_packet(plain, tmp_path / "spoilt.mkv", at)
    with open_source(path, threads=threads) as decoder:
        seen = [frame.number for frame in decoder.frames()]
        assert set(range(at)) <= set(seen)
        assert decoder.damaged >= 20 - len(seen) > 0
        assert _numbers([decoder.frame_at(int(decoder.index.pts[at - 1]))]) == [at - 1]


@THREADS
def test_a_lost_keyframe_leaves_the_order_and_every_other_group_whole(
    tmp_path: Path, threads: int
) -> None:
    clip = encode(tmp_path / "b_frames.mkv", b_frames=2)
    path = spoil_packet(clip, tmp_path / "spoilt.mkv", 10)
    with open_source(path, threads=threads) as decoder:
        frames = list(decoder.frames())
        numbers = [frame.number for frame in frames]
        assert numbers == sorted(numbers)
        sound = [*range(10), *range(20, 40)]
        assert set(sound) <= set(numbers)
        assert _numbers([frame for frame in frames if frame.number in sound]) == sound
        assert decoder.damaged >= 1
        for number in (9, 20, 5, 39):
            assert _numbers([decoder.frame_at(int(decoder.index.pts[number]))]) == [number]


def test_a_frame_with_visible_faults_is_shown_and_counted(plain: Clip, tmp_path: Path) -> None:
    payload = packet_bytes(plain.path)[9]
    whole = plain.path.read_bytes()
    half = payload[: len(payload) // 2] + bytes(len(payload) - len(payload) // 2)
    (tmp_path / "faulty.mkv").write_bytes(whole.replace(payload, half))
    with open_source(tmp_path / "faulty.mkv") as decoder:
        assert [frame.number for frame in decoder.frames()] == list(range(20))
        assert decoder.damaged == 1
        assert decoder.frame_at(int(decoder.index.pts[9])).number == 9


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".mkv", {}),
        (".ts", {}),
        (".avi", {}),
        (".mp4", {"movflags": "faststart"}),
        (".mp4", {"movflags": "frag_keyframe+empty_moov"}),
    ],
)
def test_a_recording_that_breaks_off_gives_the_frames_that_are_there(
    tmp_path: Path, suffix: str, options: dict[str, str]
) -> None:
    whole = encode(
        tmp_path / f"whole{suffix}",
        b_frames=0,
        mux_options=options,
        time_base=Fraction(1, 25),
    )
    path = cut_short(whole, tmp_path / f"cut{suffix}", 0.6)
    with open_source(path) as decoder:
        frames = list(decoder.frames())
        assert 15 < len(frames) <= len(decoder.index) < 40
        # The picture that the cut runs through may be shown with faults.
        assert _numbers(frames[:-1]) == list(range(len(frames) - 1))
        for number in (14, 3):
            assert _numbers([decoder.frame_at(int(decoder.index.pts[number]))]) == [number]


def test_a_listed_frame_that_is_cut_off_behind_its_keyframe_is_named(
    plain: Clip, tmp_path: Path
) -> None:
    index = read_index(plain.path)
    path = cut_short(plain, tmp_path / "shorter.mkv", 0.4)
    with open_source(path, index) as decoder, pytest.raises(Damaged, match="frame 19"):
        decoder.frame_at(int(index.pts[19]))


@pytest.mark.parametrize("matrix", [1, 5, 9])
@pytest.mark.parametrize("full_range", [0, 1])
def test_colours_are_those_that_the_stream_names(
    tmp_path: Path, matrix: int, full_range: int
) -> None:
    names = {1: "bt709", 5: "bt470bg", 9: "bt2020nc"}
    clip = encode(
        tmp_path / "colours.mp4",
        frames=2,
        x264=f"colormatrix={names[matrix]}:range={'pc' if full_range else 'tv'}",
    )
    with av.open(clip.path) as container:
        expected = next(container.decode(video=0)).to_ndarray(format="bgr24")
    with open_source(clip.path) as decoder:
        np.testing.assert_array_equal(next(decoder.frames()).bgr(), expected)


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_every_quarter_turn_is_applied_to_picture_and_brightness(
    tmp_path: Path, turn_deg: int
) -> None:
    clip = encode(tmp_path / "turned.mp4", frames=3, turn_deg=turn_deg)
    with open_source(clip.path) as decoder:
        frame = decoder.frame_at(int(decoder.index.pts[1]))
        assert frame.bgr().shape == (240, 320, 3)
        assert read_number(frame.bgr()) == 1
        luma = frame.luma(320, 240)
        assert read_number(np.stack([luma] * 3, axis=2)) == 1


def test_seeks_in_a_long_transport_stream_land_on_the_right_keyframe(tmp_path: Path) -> None:
    clip = encode(
        tmp_path / "long.ts", frames=400, gop=25, scene=Scene(boxes=(), width=176, height=96)
    )
    with open_source(clip.path, threads=1) as decoder:
        for number in (390, 7, 260, 251, 399, 0, 124, 125):
            frame = decoder.frame_at(int(decoder.index.pts[number]))
            assert read_number(frame.bgr()) == number


def test_the_plain_loops_decode_what_they_are_measured_for() -> None:
    clip = shared_clip("mp4")
    index = read_index(clip.path)
    assert decode_all(clip.path, threads=1) == 40
    # Keyframes are 0, 10, 20, 30.
    targets = [int(index.pts[number]) for number in (3, 10, 29)]
    assert decode_groups(clip.path, index, targets, threads=1) == 4 + 1 + 10
