"""Single pictures: from files, and to files, lossless; written beside and then put in place."""

import os
from pathlib import Path

import cv2
import numpy as np

from video.errors import CannotOpen
from video.types import Pixels


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
        stored = path.read_bytes()
    except OSError as error:
        raise CannotOpen(
            f"{path} cannot be read: {error.strerror}", "Check the path and the disk."
        ) from error
    try:
        picture = cv2.imdecode(np.frombuffer(stored, np.uint8), cv2.IMREAD_COLOR)
    # An empty file, and sizes that OpenCV refuses.
    except cv2.error:
        picture = None
    if picture is None:
        raise CannotOpen(f"{path} is no picture", "Use PNG, JPEG, TIFF, BMP or WebP.")
    return np.asarray(picture, np.uint8)
