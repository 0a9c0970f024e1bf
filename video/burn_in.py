"""Lines of text in a strip below a picture: no pixel of the picture itself is covered or changed.

Knows nothing of clocks: what the lines say is decided elsewhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from video.types import Pixels

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_LARGEST_PX: Final = 24
_SMALLEST_PX: Final = 7
_WHITE: Final = 235


def strip_height(lines: int, picture_height: int) -> int:
    """How high a strip of so many lines is, even: a twenty-fourth of the picture for each."""
    return 2 * ((lines * _line_px(picture_height) + 7) // 2)


def strip(lines: Sequence[str], width: int, picture_height: int) -> Pixels:
    """The strip, `(strip_height, width) uint8` grey, white on black.

    A line that is too long for the width is written smaller, and cut where that is not enough.
    Letters that the built-in font lacks become question marks.
    """
    made = np.zeros((strip_height(len(lines), picture_height), width), np.uint8)
    line_px = _line_px(picture_height)
    for at, line in enumerate(lines):
        text = line.encode("ascii", "replace").decode()
        scale = _scale(text, width - 8, line_px - 4)
        cv2.putText(
            made, text, (4, 3 + at * line_px + line_px - 5), _FONT, scale, (_WHITE,), 1, cv2.LINE_AA
        )
    return made


def _line_px(picture_height: int) -> int:
    return min(max(picture_height // 24, _SMALLEST_PX + 9), _LARGEST_PX)


@lru_cache(maxsize=256)
def _scale(text: str, width: int, height: int) -> float:
    """The largest scale at which a line fits."""
    high = cv2.getFontScaleFromHeight(_FONT, max(height - 4, _SMALLEST_PX))
    (wide, _), _ = cv2.getTextSize(text, _FONT, high, 1)
    return high if wide <= width else max(high * width / wide, 0.2)
