"""What the video of a synopsis shows of somebody, beside the recording at the time that is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from video.decoder import open_source
from video.synopsis.scaling import scaled
from video.types import Pixels
from workstation.bench.person_footage import Clip, empty_scene, frames_of

OTHER_TIMES_S: Final = (-3.0, -1.0, 1.0, 3.0)
"""The same place at these distances from the time told must look less like the video."""
_LAST_S: Final = 0.2
"""What is slow is cut out less often: what is shown may be so much older than the moment."""
_OBJECT: Final = 24
"""A pixel so many levels from the empty scene shows somebody."""
_APART: Final = 12.0
"""Moments of the recording that differ by less, on average, are not told apart: it stood still."""
_ALIKE: Final = 40.0
"""What differs by more from the recording is somebody else."""
_LEAST_FREE: Final = 0.5
"""Share of somebody's pixels that nobody else may cover; below it is hidden, and not judged."""
_LEAST_PIXELS: Final = 60
Box: TypeAlias = tuple[int, int, int, int]
Verdict: TypeAlias = Literal["right", "wrong", "hidden", "still"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A labelled person in a picture of the video, at the frame of the recording that is told."""

    person: int
    picture: int
    frame: int
    box: Box
    """In the recording, as labelled."""
    others: tuple[Box, ...]
    """Who else is there, in the recording's pixels: recorded with it, or shown with it."""


class Looks:
    """Compares the pictures of a video with those of its recording."""

    def __init__(
        self, pairs: Sequence[tuple[Box, Box]], film: Path, source: Path, clip: Clip
    ) -> None:
        """`pairs` are places of the recording, and the same places in the video."""
        # So it is known where a pixel of the recording lies, whatever is drawn around.
        self._across = _line([(one[0::2], other[0::2]) for one, other in pairs])
        self._down = _line([(one[1::2], other[1::2]) for one, other in pairs])
        self._film, self._source, self._clip = film, source, clip
        self._empty = empty_scene(source, clip)
        self._told = range(-round(_LAST_S * clip.fps), 1)
        self._others = [round(late * clip.fps) for late in OTHER_TIMES_S]

    def verdicts(self, moments: Sequence[Moment]) -> list[Verdict]:
        """What the video shows, moment by moment."""
        high, wide = self._empty.shape[:2]
        moments = [replace(one, box=_inside(one.box, wide, high)) for one in moments]
        shown, recorded = self._shown(moments), self._recorded(moments)
        return [
            self._verdict(one, shown.get(number), recorded[number])
            for number, one in enumerate(moments)
        ]

    def _verdict(
        self, one: Moment, shown: Pixels | None, recorded: Mapping[int, Pixels]
    ) -> Verdict:
        told = recorded.get(0)
        if shown is None or told is None:
            # A picture or a frame that is not there.
            return "wrong"
        body = _differs(told, _cut(self._empty, one.box)) > _OBJECT
        free = body & ~_covers(one)
        if np.count_nonzero(free) < max(_LEAST_PIXELS, _LEAST_FREE * np.count_nonzero(body)):
            return "hidden"
        as_told, others = (
            [recorded[late] for late in lates if late in recorded]
            for lates in (self._told, self._others)
        )
        if not others or any(_differs(told, other)[free].mean() <= _APART for other in others):
            return "still"

        def least(pictures: Sequence[Pixels]) -> float:
            # The median: labels of others lie over some of it.
            return min(float(np.median(_differs(shown, one)[free])) for one in pictures)

        return "right" if least(as_told) < min(_ALIKE, least(others)) else "wrong"

    def _shown(self, moments: Sequence[Moment]) -> dict[int, Pixels]:
        """By moment, what the video shows where the person is labelled, as large as recorded."""
        wanted: dict[int, list[int]] = {}
        for number, one in enumerate(moments):
            wanted.setdefault(one.picture, []).append(number)
        made = {}
        with open_source(self._film) as decoder:
            for frame in decoder.frames():
                for number in wanted.get(frame.number, ()):
                    left, top, right, bottom = moments[number].box
                    x, to_x = (round(self._across(side)) for side in (left, right))
                    y, to_y = (round(self._down(side)) for side in (top, bottom))
                    part = _cut(frame.bgr(), (x, y, to_x, to_y))
                    made[number] = scaled(part, (right - left, bottom - top)).copy()
        return made

    def _recorded(self, moments: Sequence[Moment]) -> list[dict[int, Pixels]]:
        """By moment, the same place of the recording, by distance in frames."""
        wanted: dict[int, list[tuple[int, int]]] = {}
        for number, one in enumerate(moments):
            for late in (*self._told, *self._others):
                wanted.setdefault(one.frame + late, []).append((number, late))
        made: list[dict[int, Pixels]] = [{} for _ in moments]
        for at, picture in enumerate(frames_of(self._source, self._clip)):
            for number, late in wanted.get(at, ()):
                made[number][late] = _cut(picture, moments[number].box).copy()
        return made


def _line(pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> Callable[[float], float]:
    """The straight line from one column of numbers to the other."""
    ones, others = (np.array([pair[side] for pair in pairs], np.float64) for side in (0, 1))
    slope, offset = np.polyfit(ones.ravel(), others.ravel(), 1)
    return lambda at: float(slope * at + offset)


def _inside(box: Box, wide: int, high: int) -> Box:
    """What of a box lies in a picture: a pixel at least."""
    left, top = min(max(box[0], 0), wide - 1), min(max(box[1], 0), high - 1)
    return left, top, max(min(box[2], wide), left + 1), max(min(box[3], high), top + 1)


def _cut(picture: Pixels, box: Box) -> Pixels:
    return picture[box[1] : box[3], box[0] : box[2]]


def _differs(one: Pixels, other: Pixels) -> NDArray[np.int16]:
    """By pixel, how far apart two pictures are in their most different channel."""
    apart: NDArray[np.int16] = np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=2)
    return apart


def _covers(one: Moment) -> NDArray[np.bool_]:
    """Which pixels of a moment's box may show somebody else."""
    left, top, right, bottom = one.box
    covered = np.zeros((bottom - top, right - left), np.bool_)
    for other in one.others:
        covered[
            max(other[1] - top, 0) : max(other[3] - top, 0),
            max(other[0] - left, 0) : max(other[2] - left, 0),
        ] = True
    return covered
