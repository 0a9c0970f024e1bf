"""Painted pictures that say which frame they are: background, moving boxes, number in blocks."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.types import Pixels

_BITS: Final = 12
_CELL: Final = 12
_MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one colour (BGR) moving by whole pixels per frame number.

    It is painted in frames `first` to `last`, both included; at `first` its corner is at
    (`left`, `top`).
    """

    left: int
    top: int
    width: int
    height: int
    dx: int = 0
    dy: int = 0
    colour: tuple[int, int, int] = (40, 40, 220)
    first: int = 0
    last: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Scene:
    """A still, textured background with moving boxes; later boxes cover earlier ones."""

    boxes: tuple[Box, ...] = (
        Box(20, 90, 36, 60, dx=3),
        Box(250, 120, 48, 30, dx=-2, dy=1, colour=(200, 160, 30)),
    )
    width: int = 320
    height: int = 240
    seed: int = 7

    def background(self) -> Pixels:
        """The picture without boxes and number, `(height, width, 3) uint8`."""
        return _texture(self.width, self.height, self.seed).copy()

    def boxes_at(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Positions in `boxes` of those in the picture, `(n,)`, and their visible parts, `(n, 4)`.

        Left, top, right, bottom in pixels, half-open, cut at the edges of the picture.
        """
        ids, corners = [], []
        for at, box in enumerate(self.boxes):
            if not box.first <= number <= box.last:
                continue
            left = box.left + box.dx * (number - box.first)
            top = box.top + box.dy * (number - box.first)
            corner = (
                max(left, 0),
                max(top, 0),
                min(left + box.width, self.width),
                min(top + box.height, self.height),
            )
            if corner[0] < corner[2] and corner[1] < corner[3]:
                ids.append(at)
                corners.append(corner)
        return np.array(ids, np.int32), np.array(corners, np.float32).reshape(-1, 4)

    def picture(self, number: int) -> Pixels:
        """What frame `number` shows, `(height, width, 3) uint8` BGR."""
        picture = self.background()
        ids, corners = self.boxes_at(number)
        for at, (left, top, right, bottom) in zip(ids, corners.astype(int), strict=True):
            picture[top:bottom, left:right] = self.boxes[at].colour
        _paint_number(picture, number)
        return picture


@cache
def _texture(width: int, height: int, seed: int) -> Pixels:
    coarse = np.random.default_rng(seed).integers(
        80, 150, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8
    )
    return coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]


def _paint_number(picture: Pixels, number: int) -> None:
    """The bits of `number` as a row of black and white cells, and their complement below."""
    for bit in range(_BITS):
        left = _MARGIN + bit * _CELL
        for row, white in enumerate((number >> bit & 1, ~number >> bit & 1)):
            top = _MARGIN + row * _CELL
            picture[top : top + _CELL, left : left + _CELL] = 225 if white else 25


def read_number(picture: Pixels) -> int:
    """The number painted into an upright picture of the original size.

    Raises:
        ValueError: the cells contradict each other: the picture is damaged or not one of ours.
    """
    rows = []
    for row in range(2):
        top = _MARGIN + row * _CELL + 3
        cells = [
            picture[top : top + _CELL - 6, left + 3 : left + _CELL - 3].mean() > 125
            for left in range(_MARGIN, _MARGIN + _BITS * _CELL, _CELL)
        ]
        rows.append(sum(1 << bit for bit, white in enumerate(cells) if white))
    if rows[0] ^ rows[1] != (1 << _BITS) - 1:
        raise ValueError(f"cells read {rows[0]:b} over {rows[1]:b}: no frame number")
    return rows[0]
