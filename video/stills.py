"""Single pictures: from files, and to files, lossless; written beside and then put in place."""

import os
import stat
import struct
import zlib
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from video.errors import CannotOpen
from video.types import Pixels

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS: Final = 150_000_000
"""More than any camera gives; a small file can claim, and cost, a thousand times as many."""


def png_bytes(picture: Pixels) -> bytes:
    """A BGR or grey picture 1:1 as PNG; the same picture gives the same bytes."""
    done, encoded = cv2.imencode(".png", picture)
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as PNG")
    return encoded.tobytes()


def write_png(path: Path, picture: Pixels) -> None:
    """Writes a BGR or grey picture 1:1 as PNG.

    Raises:
        OSError: the file cannot be written; an older one is left as it was.
    """
    encoded = png_bytes(picture)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(encoded)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def read_picture(path: Path) -> Pixels:
    """A picture file as BGR `(h, w, 3) uint8`, upright as its own note of rotation says.

    Raises:
        CannotOpen: it is not there, cannot be read, or is no picture.
    """
    try:
        # A pipe or device would be waited for, or would never end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise CannotOpen(f"{path} is not a file", "Give a picture file.")
        stored = path.read_bytes()
    except OSError as error:
        raise CannotOpen(
            f"{path} cannot be read: {error.strerror}", "Check the path and the disk."
        ) from error
    picture = picture_of(stored)
    if picture is None:
        raise CannotOpen(f"{path} is no picture", "Use PNG, JPEG, TIFF, BMP or WebP.")
    return picture


def picture_of(stored: bytes) -> Pixels | None:
    """The bytes of a picture file as BGR `(h, w, 3) uint8`; None where they are no picture."""
    if stored.startswith(_PNG) and not _is_whole_png(stored):
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(stored, np.uint8), cv2.IMREAD_COLOR)
    # Nothing at all, and sizes that OpenCV refuses.
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def _is_whole_png(stored: bytes) -> bool:
    """Whether a PNG ends where it should, undamaged and of a size that pictures have.

    Told here, because its library writes of damage to standard error, past everybody.
    """
    at, name = len(_PNG), b""
    while name != b"IEND":
        head = stored[at : at + 8]
        if len(head) < 8:
            return False
        length, name = struct.unpack(">I4s", head)
        end = at + 12 + length
        if len(stored) < end:
            return False
        checked = int.from_bytes(stored[end - 4 : end], "big")
        if zlib.crc32(stored[at + 4 : end - 4]) != checked:
            return False
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", stored, at + 8)
            if width * height > _MOST_PIXELS:
                return False
        at = end
    return True
