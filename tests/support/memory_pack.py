"""A pack in memory, and small scenes for composing: squares that walk over even ground."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from video.synopsis.compose import Composer
from video.synopsis.types import (
    Cutout,
    Plate,
    Schedule,
    Spot,
    StageNs,
    TubeFrames,
    Unit,
)
from video.types import Pixels

SECOND = 1_000_000_000
SIZE = (320, 180)
"""Width and height of the scenes."""


class MemoryPack:
    """Keeps what a pack would; counts what was asked for."""

    def __init__(self) -> None:
        self._held: list[Cutout | Pixels] = []
        self.read: list[int] = []

    def put(self, what: Cutout | Pixels) -> Spot:
        self._held.append(what)
        return Spot(len(self._held) - 1, 1)

    def cutout(self, spot: Spot) -> Cutout:
        found = self._held[spot.at]
        assert isinstance(found, Cutout)
        self.read.append(spot.at)
        return found

    def plate(self, spot: Spot) -> Pixels:
        found = self._held[spot.at]
        assert not isinstance(found, Cutout)
        self.read.append(spot.at)
        return found


def even(level: int, size: tuple[int, int] = SIZE) -> Pixels:
    """Ground of one grey."""
    return np.full((size[1], size[0], 3), level, np.uint8)


def square(side: int, colour: tuple[int, int, int], *, ground: int, rim: int = 0) -> Cutout:
    """A square of a colour with so many pixels of its ground around it, which count as object."""
    whole = side + 2 * rim
    picture = np.full((whole, whole, 3), ground, np.uint8)
    picture[rim : rim + side, rim : rim + side] = colour
    return Cutout(picture, np.full((whole, whole), 255, np.uint8), reliable=True)


def still_tube(
    pack: MemoryPack,
    tube: int,
    cutout: Cutout,
    at: tuple[int, int],
    times_ns: Sequence[int],
    *,
    step_px: int = 0,
) -> TubeFrames:
    """The same cut-out at every time, going to the right by `step_px` each."""
    spot = pack.put(cutout)
    high, wide = cutout.alpha.shape
    count = len(times_ns)
    left = at[0] + step_px * np.arange(count)
    top = np.full(count, at[1])
    boxes: NDArray[np.int32] = np.stack([left, top, left + wide, top + high], axis=1).astype(
        np.int32
    )
    return TubeFrames(
        tube,
        np.array(times_ns, np.int64),
        boxes,
        np.full(count, cutout.pixels, np.int32),
        np.full(count, spot.at, np.int64),
        np.full(count, spot.length, np.int32),
    )


def whole_unit(number: int, tube: TubeFrames) -> Unit:
    """All of one tube, as fast as it was."""
    first, last = int(tube.time_ns[0]), int(tube.time_ns[-1])
    return Unit((number,), np.array([[first, 0], [last, last - first]], np.int64))


def composer_of(
    pack: MemoryPack,
    grounds: Sequence[tuple[int, Pixels]],
    tubes: Sequence[TubeFrames],
    starts_ns: Sequence[int],
    units: Sequence[Unit] | None = None,
) -> Composer:
    """A composer over plates (time, picture), each tube a unit that begins to be shown then."""
    plates = [Plate(StageNs(time_ns), pack.put(picture)) for time_ns, picture in grounds]
    units = units or [whole_unit(number, tube) for number, tube in enumerate(tubes)]
    ends = [start + unit.length_ns for start, unit in zip(starts_ns, units, strict=True)] or [0]
    schedule = Schedule(np.array(starts_ns, np.int64), max(ends))
    high, wide = grounds[0][1].shape[:2]
    return Composer(plates, tubes, units, schedule, [pack], (wide, high))
