"""Values of the synopsis: tubes (an object over time), units that are placed together, schedules.

The terms are those of A. Rav-Acha, Y. Pritch, S. Peleg, "Making a Long Video Short: Dynamic Video
Synopsis" (CVPR 2006) and Y. Pritch, A. Rav-Acha, S. Peleg, "Nonchronological Video Synopsis and
Indexing" (PAMI 2008).

Three times occur. *Media time* belongs to one recording. *Stage time* is what the tubes of one
stage share: wall time where the start of the recordings is known, media time otherwise. *Show
time* counts from 0 in the synopsis. All are nanoseconds.
"""

from dataclasses import dataclass
from typing import Final, NewType

import numpy as np
from numpy.typing import NDArray

from video.types import Pixels

StageNs = NewType("StageNs", int)
ShowNs = NewType("ShowNs", int)
ABSENT_NS: Final = 2_000_000_000
"""Two frames of a tube further apart than this: the object was not there in between. Where it
stands still, frames may be up to this far apart."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something lies in a pack: `length` bytes from `at`."""

    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Cutout:
    """An object as it was cut out of one frame.

    `picture (h, w, 3) uint8 BGR`; `alpha (h, w) uint8`, 255 where it is the object, soft at its
    edge. `reliable` is false where nothing told object from background: alpha is the whole box
    then, feathered.
    """

    picture: Pixels
    alpha: NDArray[np.uint8]
    reliable: bool

    @property
    def pixels(self) -> int:
        """How many pixels belong to the object more than not."""
        return int(np.count_nonzero(self.alpha > 127))


@dataclass(frozen=True, slots=True)
class TubeFrames:
    """One object over time, as columns of equal length n ≥ 1; a tube.

    `time_ns (n,) int64` stage time, strictly increasing; `boxes (n, 4) int32` xyxy, half-open, in
    stage pixels, where the cut-outs lie; `pixels (n,) int32` of each that belong to the object;
    `at (n,) int64`, `length (n,) int32` the cut-outs in pack number `pack` (of the stage).
    """

    tube: int
    """The id of its track."""
    time_ns: NDArray[np.int64]
    boxes: NDArray[np.int32]
    pixels: NDArray[np.int32]
    at: NDArray[np.int64]
    length: NDArray[np.int32]
    pack: int = 0

    def __post_init__(self) -> None:
        count = len(self.time_ns)
        if not count or self.boxes.shape != (count, 4):
            raise ValueError("a tube has at least one frame, and a box in each")
        if {len(self.pixels), len(self.at), len(self.length)} != {count}:
            raise ValueError("the columns of a tube are equally long")
        if count > 1 and not bool((np.diff(self.time_ns) > 0).all()):
            raise ValueError("the frames of a tube follow each other in time")

    def __len__(self) -> int:
        return len(self.time_ns)


@dataclass(frozen=True, slots=True)
class Plate:
    """An empty picture of a stage, good from its stage time until the next one."""

    time_ns: StageNs
    spot: Spot
    pack: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """What is placed as one: tubes that touch where they were recorded, over a stretch of time.

    `tubes` are indices into the tubes of the stage. `knots (k, 2) int64`, k ≥ 2, both columns
    increasing: stage time → time since the unit begins to be shown, linear in between. Where
    everything stands still for long, time passes faster than it did ("held").
    """

    tubes: tuple[int, ...]
    knots: NDArray[np.int64]
    piece: int = 0
    """A long stay is split: the how-manieth piece this is, of `pieces`."""
    pieces: int = 1

    @property
    def from_ns(self) -> StageNs:
        return StageNs(int(self.knots[0, 0]))

    @property
    def to_ns(self) -> StageNs:
        return StageNs(int(self.knots[-1, 0]))

    @property
    def length_ns(self) -> int:
        """How long it is shown."""
        return int(self.knots[-1, 1])

    def shown(self, stage_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Time since the unit begins to be shown, of stage times within it."""
        return _along(stage_ns, self.knots[:, 0], self.knots[:, 1])

    def recorded(self, since_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The stage times of times since the unit begins to be shown: the inverse of `shown`."""
        return _along(since_ns, self.knots[:, 1], self.knots[:, 0])


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each unit begins to be shown: `starts_ns (u,) int64` show time; `length_ns` of all."""

    starts_ns: NDArray[np.int64]
    length_ns: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An object in a composed picture: `box` xyxy in its pixels, its recorded `time_ns`."""

    tube: int
    unit: int
    box: tuple[int, int, int, int]
    time_ns: StageNs
    speed: float = 1.0
    """How much faster than it was; above 1 where it is held."""
    piece: int = 0
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Composed:
    """A picture of the synopsis, `(h, w, 3) uint8 BGR`, and what is in it, lowest layer first."""

    picture: Pixels
    shown: tuple[Shown, ...]


def _along(
    values: NDArray[np.int64], xs: NDArray[np.int64], ys: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Linear between knots, in whole numbers: wall nanoseconds do not fit a float."""
    wanted = np.asarray(values, np.int64)
    at = np.clip(np.searchsorted(xs, wanted, "right") - 1, 0, len(xs) - 2)
    rise, run = ys[at + 1] - ys[at], xs[at + 1] - xs[at]
    # Nanoseconds of minutes multiply beyond 64 bits: the ratio is small, the rest is not.
    share = (wanted - xs[at]).astype(np.float64) / run
    return np.asarray(ys[at] + np.rint(share * rise).astype(np.int64), np.int64)
