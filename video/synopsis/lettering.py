"""Letters as pictures: drawn once, kept, laid into labels and strips."""

import re
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_FACE: Final = "sans"
"""OpenCV's own outline font, which is part of it: nothing of the system is used."""
_WEIGHT: Final = 500
_DIGIT: Final = re.compile(r"\d")


@lru_cache(maxsize=512)
def text_size(text: str, size_px: int) -> tuple[int, int]:
    """Width and height of a line of text; that of all times written alike is the same."""
    (_, _, wide, _) = cv2.getTextSize(
        (4096, 4096), _DIGIT.sub("0", text), (0, 0), _face(), size_px, _WEIGHT
    )
    return int(wide) + 2, _height(size_px)


@lru_cache(maxsize=1024)
def lettering(text: str, size_px: int) -> NDArray[np.uint8]:
    """A line of text, `(height, width) uint8`, 0 ground, 255 letter; not to be changed."""
    wide, high = text_size(text, size_px)
    made = np.zeros((high, wide), np.uint8)
    cv2.putText(made, text, (1, _ascent(size_px)), (255,), _face(), size_px, _WEIGHT)
    made.flags.writeable = False
    return made


def write(
    picture: NDArray[np.uint8], text: str, at: tuple[int, int], size_px: int,
    colour: tuple[int, int, int],
) -> None:  # fmt: skip
    """Writes a line of text into a picture (changed), its top left corner at `at` (x, y); what
    does not fit into the picture is cut."""
    x, y = at
    letters = lettering(text, size_px)
    field = picture[y : y + letters.shape[0], x : x + letters.shape[1]]
    if not field.size:
        return
    share = letters[: field.shape[0], : field.shape[1], None].astype(np.float32) / 255
    field[:] = np.rint(field * (1 - share) + np.array(colour, np.float32) * share)


def fitted(text: str, size_px: int, width: int) -> str:
    """As much of a text as fits, with dots where it was cut."""
    if text_size(text, size_px)[0] <= width:
        return text
    while text and text_size(f"{text}...", size_px)[0] > width:
        text = text[:-1]
    return f"{text}..." if text else ""


def _height(size_px: int) -> int:
    return round(size_px * 1.3)


def _ascent(size_px: int) -> int:
    return round(size_px * 1.0)


@lru_cache(maxsize=1)
def _face() -> cv2.FontFace:
    return cv2.FontFace(_FACE)
