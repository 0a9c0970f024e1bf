"""Picture files of the worst kind: told in one line, never waited for, and quiet."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from video.errors import CannotOpen
from video.stills import picture_of, png_bytes, read_picture

_PICTURE = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)


def _claiming(width: int, height: int) -> bytes:
    """The PNG with another size in its head, which is checked as if it were right."""
    stored = bytearray(png_bytes(_PICTURE))
    stored[16:24] = struct.pack(">II", width, height)
    stored[29:33] = struct.pack(">I", zlib.crc32(stored[12:29]))
    return bytes(stored)


def test_a_whole_png_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes(_PICTURE))
    assert (read_picture(tmp_path / "a.png") == _PICTURE).all()


def test_a_pipe_and_a_device_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero"), tmp_path):
        with pytest.raises(CannotOpen, match="is not a file"):
            read_picture(path)


@pytest.mark.parametrize(
    "stored",
    [
        b"", b"text", png_bytes(_PICTURE)[:-1], png_bytes(_PICTURE)[:40],
        png_bytes(_PICTURE)[:50] + b"?" + png_bytes(_PICTURE)[51:], _claiming(60_000, 60_000),
    ],
)  # fmt: skip
def test_what_is_no_whole_picture_is_none_and_its_library_keeps_quiet(
    stored: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    assert picture_of(stored) is None
    assert capfd.readouterr().err == ""
