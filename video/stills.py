"""Pictures to files, lossless; written beside and then put in place."""

import os
from pathlib import Path

import cv2

from video.types import Pixels


def write_png(path: Path, picture: Pixels) -> None:
    """Writes a BGR or grey picture 1:1 as PNG.

    Raises:
        OSError: the file cannot be written; an older one is left as it was.
    """
    done, encoded = cv2.imencode(".png", picture)
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as PNG")
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(encoded.tobytes())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
