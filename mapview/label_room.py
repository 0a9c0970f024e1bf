"""Where names fit: boxes on an endless sheet of pixels, and streets to write along.

Sheet pixels are world metres divided by the scale, x right, y down: they do not change while the
map is only moved, so names stay where they are under a drag.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_CELL: Final = 64.0
_BEND_PX: Final = 3.0
"""A street that strays farther than this from its name would need curved writing."""


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width, height in sheet pixels."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        """Whether they share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def grown(self, by: float) -> "Box":
        """Larger by so much on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


class Room:
    """Boxes that are taken; asking is quick however many there are."""

    def __init__(self, taken: Iterable[Box] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}
        self.added: list[Box] = []
        """What `take_if_free` took, in turn."""
        for box in taken:
            self.take(box)

    def take(self, box: Box) -> None:
        """Nothing else fits there from now on."""
        for cell in self._under(box):
            self._cells.setdefault(cell, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Whether nothing lies there."""
        return not any(
            box.overlaps(other) for cell in self._under(box) for other in self._cells.get(cell, ())
        )

    def take_if_free(self, boxes: Sequence[Box]) -> bool:
        """Takes all of them, or none."""
        if not all(self.is_free(box) for box in boxes):
            return False
        for box in boxes:
            self.take(box)
        self.added += boxes
        return True

    @staticmethod
    def _under(box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box.x // _CELL), int((box.x + box.width) // _CELL) + 1):
            for row in range(int(box.y // _CELL), int((box.y + box.height) // _CELL) + 1):
                yield column, row


@dataclass(frozen=True, slots=True)
class Writing:
    """A name written around (x, y), turned clockwise by `angle_deg`, never upside down."""

    x: float
    y: float
    angle_deg: float


def slanted_boxes(writing: Writing, width: float, height: float) -> list[Box]:
    """Small upright boxes that together cover a slanted name."""
    turn = math.radians(writing.angle_deg)
    along, down = math.cos(turn), math.sin(turn)
    # One box where it lies flat, else squares as high as the letters.
    if abs(down) * width < height / 4:
        return [Box(writing.x - width / 2, writing.y - height / 2, width, height)]
    steps = max(1, math.ceil(width / height))
    places = [(step + 0.5) / steps - 0.5 for step in range(steps)]
    half = height / 2
    return [
        Box(writing.x + at * width * along - half, writing.y + at * width * down - half,
            height, height)
        for at in places
    ]  # fmt: skip


def along_street(line: NDArray[np.float64], width: float, sheet: Box) -> list[Writing]:
    """Places on a street `(n, 2)` sheet pixels where a name that wide fits, best first.

    Best is the middle of the longest straight stretch inside `sheet`.
    """
    found: list[tuple[float, Writing]] = []
    for start, end in _straights(line):
        inside = _clipped(start, end, sheet)
        if inside is None:
            continue
        (ax, ay), (bx, by) = inside
        length = math.hypot(bx - ax, by - ay)
        if length < width:
            continue
        angle = math.degrees(math.atan2(by - ay, bx - ax))
        upright = (angle + 90) % 180 - 90
        for at in (0.5, 0.3, 0.7, 0.15, 0.85):
            if min(at, 1 - at) * length >= width / 2:
                spot = Writing(ax + at * (bx - ax), ay + at * (by - ay), upright)
                found.append((abs(at - 0.5) * 100 - length, spot))
    return [spot for _, spot in sorted(found, key=lambda pair: pair[0])]


def _straights(
    line: NDArray[np.float64],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Stretches of a street that are as good as straight, as their two ends.

    D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points" (1973),
    with a stack in the place of the recursion.
    """
    left = [(0, len(line) - 1)]
    while left:
        first, last = left.pop()
        start, end = line[first], line[last]
        along = end - start
        inner = line[first + 1 : last] - start
        length = math.hypot(*along.tolist())
        if len(inner):
            # A closed street has ends in one place: then the distance from there counts.
            away = (
                np.abs(inner[:, 0] * along[1] - inner[:, 1] * along[0]) / length
                if length
                else np.hypot(inner[:, 0], inner[:, 1])
            )
            worst = int(away.argmax())
            if away[worst] > _BEND_PX:
                left += [(first + 1 + worst, last), (first, first + 1 + worst)]
                continue
        if length:
            yield (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))


def _clipped(
    start: tuple[float, float], end: tuple[float, float], sheet: Box
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of a stretch inside the sheet (Liang and Barsky, 1984)."""
    (ax, ay), (bx, by) = start, end
    enter, leave = 0.0, 1.0
    for step, room in (
        (ax - bx, ax - sheet.x),
        (bx - ax, sheet.x + sheet.width - ax),
        (ay - by, ay - sheet.y),
        (by - ay, sheet.y + sheet.height - ay),
    ):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enter = max(enter, room / step)
        else:
            leave = min(leave, room / step)
    if enter >= leave:
        return None
    return (
        (ax + enter * (bx - ax), ay + enter * (by - ay)),
        (ax + leave * (bx - ax), ay + leave * (by - ay)),
    )
