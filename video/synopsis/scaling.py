"""Pictures made smaller for a synopsis, and kept as JPEG between two passes over a recording."""

import cv2
import numpy as np

from video.types import Pixels


def fitted(size: tuple[int, int], rows: int) -> tuple[int, int]:
    """Width and height of a picture with at most so many rows, never larger than it is."""
    width, height = size
    if height <= rows:
        return size
    return max(1, round(width * rows / height)), rows


def scaled(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture `(h, w, 3)` in this width and height; averaged over areas."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def to_jpeg(picture: Pixels, quality: int) -> bytes:
    """A picture `(h, w, 3)` BGR as JPEG of a quality, 1..100."""
    done, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of {picture.shape} cannot be coded")
    return coded.tobytes()


def from_jpeg(coded: bytes) -> Pixels | None:
    """The picture `(h, w, 3)` BGR of a JPEG; None where it is none."""
    picture = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR_BGR)
    return None if picture is None else np.asarray(picture, np.uint8)
