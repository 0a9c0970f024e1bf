"""Files made to do harm: each was found by `make soak`, and is made small and anew here."""

import struct
from pathlib import Path

import numpy as np
import pytest

from resources.errors import UserError
from tests.soak.bombs import parameter_set
from tests.support.clips import shared_clip
from video.container import MOST_PIXELS, VideoFile
from video.decoder import open_source
from video.errors import CannotOpen, NoPictures
from video.packet_index import read_index
from video.probe import probe

_START = b"\0\0\0\1"
_SPS = 7


def _claiming(tmp_path: Path, across: int, down: int, *, from_set: int = 0) -> Path:
    """A raw stream whose parameter sets tell of so many macroblocks, from one of them on."""
    units = shared_clip("raw_h264").path.read_bytes().split(_START)
    sets = [at for at, unit in enumerate(units) if unit and unit[0] & 31 == _SPS]
    for at in sets[from_set:]:
        units[at] = parameter_set(across, down)
    path = tmp_path / "claims.h264"
    path.write_bytes(_START.join(units))
    return path


def test_a_picture_larger_than_any_camera_gives_is_refused_before_one_is_decoded(
    tmp_path: Path,
) -> None:
    # FFmpeg by itself spends minutes and gigabytes on these 27 kB.
    with pytest.raises(CannotOpen, match="16000 × 16000") as caught:
        probe(_claiming(tmp_path, 1000, 1000))
    assert caught.value.hint


def test_a_stream_that_turns_huge_in_its_middle_keeps_its_size(tmp_path: Path) -> None:
    path = _claiming(tmp_path, 1023, 1023, from_set=1)
    with open_source(path) as decoder:
        frames = [frame.bgr() for frame in decoder.frames()]
    assert frames
    assert {frame.shape for frame in frames} == {(240, 320, 3)}


def test_the_largest_of_real_cameras_is_taken() -> None:
    assert MOST_PIXELS > 7680 * 4320
    with VideoFile(shared_clip("raw_h264").path) as file:
        assert file.stream.codec_context.options == {"max_pixels": str(MOST_PIXELS)}


def test_no_change_of_a_byte_in_a_head_breaks_reading_in_a_way_that_is_not_told(
    tmp_path: Path,
) -> None:
    whole = shared_clip("mp4").path.read_bytes()
    chance = np.random.default_rng(9)
    path = tmp_path / "changed.mp4"
    told = 0
    for _ in range(30):
        changed = bytearray(whole)
        for at in chance.integers(len(whole) - 2500, len(whole), 3):
            changed[at] = chance.integers(256)
        path.write_bytes(changed)
        try:
            assert len(read_index(path))
        except UserError as error:
            told += bool(error.message and error.hint)
    assert told


def test_of_huge_pictures_that_the_container_tells_of_too_the_limit_is_told(
    tmp_path: Path,
) -> None:
    made = bytearray(shared_clip("mjpeg_avi").path.read_bytes())
    struct.pack_into("<ii", made, made.find(b"strf") + 12, 9_000, 9_000)
    path = tmp_path / "huge.avi"
    # Each picture has a frame header of its own (ITU-T T.81, B.2.2): height, then width.
    size = struct.pack(">HH", 240, 320)
    path.write_bytes(made.replace(b"\x08" + size, b"\x08" + struct.pack(">HH", 9_000, 9_000)))
    with pytest.raises(NoPictures) as caught:
        probe(path)
    assert "67 million pixels" in caught.value.hint
