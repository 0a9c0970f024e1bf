"""The picture of a synopsis at any show time: a plate of the time of day, and cut-outs over it.

One thread at a time; pictures may be asked for in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from video.synopsis.paste import Alpha, Pack, paste, tightened
from video.synopsis.shelf import Shelf
from video.synopsis.timetable import Timetable
from video.synopsis.types import (
    Composed,
    Cutout,
    Plate,
    Schedule,
    Shown,
    ShowNs,
    Spot,
    StageNs,
    TubeFrames,
    Unit,
)
from video.synopsis.units import piece_marks

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, half-open."""

_SEEN_NS: Final = 1_000_000_000
"""An object whose next cut-out is further away than this was out of sight in between."""
_STEPS: Final = 2.5
"""And so is one that is away for so many of its usual steps: some cameras see once a second."""
_HELD: Final = 1.05
_SAME_MOMENT_NS: Final = 100_000_000
"""Objects recorded closer together than this hid each other in the original."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """An object on show: what is known of it, and which of the frames of which tube it is."""

    shown: Shown
    tube: int
    frame: int


class Composer:
    """Makes the pictures of one stage; holds a few decoded plates and cut-outs (bounded).

    `tubes`, `units` and `schedule` are what it was made from.
    """

    tubes: Sequence[TubeFrames]
    units: Sequence[Unit]
    schedule: Schedule

    def __init__(
        self,
        plates: Sequence[Plate],
        tubes: Sequence[TubeFrames],
        units: Sequence[Unit],
        schedule: Schedule,
        packs: Sequence[Pack],
        size: tuple[int, int],
    ) -> None:
        """`plates` in order of time, at least one; `tubes` are what `Unit.tubes` counts; `packs`
        in the numbering of tubes and plates; `size` (width, height) of the stage."""
        self._set_up(Shelf(plates, packs, size), tubes, units, schedule)

    def _set_up(
        self,
        shelf: Shelf,
        tubes: Sequence[TubeFrames],
        units: Sequence[Unit],
        schedule: Schedule,
    ) -> None:
        self._shelf = shelf
        self.tubes = tubes
        self.units = units
        self.schedule = schedule
        self._pieces = piece_marks(units)
        self._table = Timetable.of(tubes, units, schedule)
        self._plates = self._table.plates(shelf.times_ns)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the stage."""
        return self._shelf.size

    @property
    def length_ns(self) -> int:
        """Show time until the last object is gone."""
        return self.schedule.length_ns

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last recorded (stage) time that is shown; both 0 where nothing is."""
        if not self.units:
            return 0, 0
        return min(unit.from_ns for unit in self.units), max(unit.to_ns for unit in self.units)

    def rescheduled(
        self, tubes: Sequence[TubeFrames], units: Sequence[Unit], schedule: Schedule
    ) -> Self:
        """Another synopsis of the same stage, which shares what was decoded."""
        other = type(self).__new__(type(self))
        other._set_up(self._shelf, tubes, units, schedule)
        return other

    def at(self, show_ns: ShowNs, size: tuple[int, int] | None = None) -> Composed:
        """The picture at a show time, of `size` (width, height; the stage's if None), without
        labels; before 0 and after the end only the plate. Both sides are scaled by themselves.

        Raises:
            VideoError: a pack is damaged or gone.
        """
        size = size or self.size
        layers = self._layers(show_ns, size)
        mix = self._plates.at(show_ns)
        picture = self._shelf.ground(mix, size).copy()
        below: list[tuple[Shown, Alpha]] = []
        for layer in layers:
            shown, cutout = layer.shown, self._cut(layer)
            tone = self._shelf.tone(shown.time_ns, mix)
            alpha = self._alpha(shown, cutout, below, size)
            paste(picture, cutout, shown.box[:2], tone, alpha)
            below.append((shown, cutout.alpha))
        return Composed(picture, tuple(layer.shown for layer in layers))

    def shown_at(self, show_ns: ShowNs, size: tuple[int, int] | None = None) -> tuple[Shown, ...]:
        """What `at` shows, in the same order, without making the picture."""
        return tuple(layer.shown for layer in self._layers(show_ns, size or self.size))

    def busy(self, step_ns: int) -> NDArray[np.int32]:
        """How many objects are shown at each step of show time, for a chart."""
        return self._table.busy(step_ns, self.length_ns)

    def covers_at(self, show_ns: ShowNs) -> list[tuple[Shown, NDArray[np.bool_]]]:
        """What `at` shows, lowest first, with the pixels of each box that are the object."""
        layers = self._layers(show_ns, self.size)
        return [(layer.shown, self._cut(layer).alpha > 127) for layer in layers]

    def _alpha(
        self,
        shown: Shown,
        cutout: Cutout,
        below: Sequence[tuple[Shown, Alpha]],
        size: tuple[int, int],
    ) -> Alpha:
        """The alpha of an object over what was drawn: over others, none of its ground is kept."""
        over = np.zeros(cutout.alpha.shape, np.bool_)
        for other, alpha in below:
            if _meet(shown.box, other.box):
                _mark(over, shown, alpha > 0, other)
        if not over.any():
            return cutout.alpha
        own = self._shelf.ground_at(shown.time_ns, shown.box, size)
        return np.where(over, tightened(cutout, own), cutout.alpha)

    def _cut(self, layer: _Layer) -> Cutout:
        """The cut-out of a layer, in the size of its box."""
        tube, at = self.tubes[layer.tube], layer.frame
        left, top, right, bottom = layer.shown.box
        spot = Spot(int(tube.at[at]), int(tube.length[at]))
        return self._shelf.cutout(tube.pack, spot, (right - left, bottom - top))

    def _layers(self, show_ns: ShowNs, size: tuple[int, int]) -> list[_Layer]:
        """What is on show, the furthest from the camera first."""
        across, down = size[0] / self.size[0], size[1] / self.size[1]
        found = []
        for entry in self._table.on_show(show_ns).tolist():
            number = int(self._table.units[entry])
            unit, tube_at = self.units[number], int(self._table.tubes[entry])
            since = np.array([show_ns - int(self.schedule.starts_ns[number])], np.int64)
            recorded = int(unit.recorded(since)[0])
            tube = self.tubes[tube_at]
            frame = self._frame(entry, tube, recorded)
            if frame is None:
                continue
            left, top, right, bottom = (int(side) for side in tube.boxes[frame])
            x, y = round(left * across), round(top * down)
            box = (x, y, max(round(right * across), x + 1), max(round(bottom * down), y + 1))
            speed = _speed(unit, int(since[0]))
            shown = Shown(
                tube.tube, number, box, StageNs(int(tube.time_ns[frame])), speed,
                *self._pieces.get((number, tube_at), (0, 1)),
            )  # fmt: skip
            found.append(_Layer(shown, tube_at, frame))
        # Who stands lower in the picture stands nearer, on ground that is about level.
        found.sort(key=lambda layer: (layer.shown.box[3], layer.shown.unit, layer.shown.tube))
        return found

    def _frame(self, entry: int, tube: TubeFrames, recorded: int) -> int | None:
        """Which frame of a tube shows a recorded time; None where it was out of sight then."""
        first, last = int(self._table.first[entry]), int(self._table.last[entry])
        found = int(np.searchsorted(tube.time_ns[first : last + 1], recorded, "right")) - 1
        frame = first + max(found, 0)
        usual = int(self._table.steps_ns[entry])
        away = recorded - int(tube.time_ns[frame])
        if frame < last:
            gap = int(tube.time_ns[frame + 1] - tube.time_ns[frame])
            if gap > max(_SEEN_NS, round(_STEPS * usual)) and away > usual:
                return None
        return frame


def _speed(unit: Unit, since_ns: int) -> float:
    """How much faster than recorded a unit passes at a time since it began; 1 where it is not."""
    at = int(np.searchsorted(unit.knots[:, 1], since_ns, "right")) - 1
    at = min(max(at, 0), len(unit.knots) - 2)
    recorded, shown = (int(side) for side in unit.knots[at + 1] - unit.knots[at])
    speed = recorded / shown if shown else 1.0
    return speed if speed > _HELD else 1.0


def covered_share(composer: Composer, *, step_ns: int) -> dict[int, float]:
    """By tube, the share of its pixels hidden by objects of other recorded moments, looked at
    every `step_ns` of show time; exact to the pixel of the masks.

    Raises:
        VideoError: a pack is damaged or gone.
    """
    hidden: dict[int, int] = {}
    seen: dict[int, int] = {}
    for show_ns in range(0, composer.length_ns + 1, step_ns):
        layers = composer.covers_at(ShowNs(show_ns))
        for at, (shown, mask) in enumerate(layers):
            over = np.zeros_like(mask)
            for above, cover in layers[at + 1 :]:
                if not _same_moment(shown, above):
                    _mark(over, shown, cover, above)
            pixels = int(np.count_nonzero(mask))
            seen[shown.tube] = seen.get(shown.tube, 0) + pixels
            hidden[shown.tube] = hidden.get(shown.tube, 0) + int(np.count_nonzero(mask & over))
    return {tube: hidden[tube] / pixels if pixels else 0.0 for tube, pixels in seen.items()}


def _same_moment(one: Shown, other: Shown) -> bool:
    return one.unit == other.unit or abs(one.time_ns - other.time_ns) < _SAME_MOMENT_NS


def _meet(one: Box, other: Box) -> bool:
    return (
        max(one[0], other[0]) < min(one[2], other[2])
        and max(one[1], other[1]) < min(one[3], other[3])
    )  # fmt: skip


def _mark(over: NDArray[np.bool_], shown: Shown, cover: NDArray[np.bool_], above: Shown) -> None:
    """Marks in `over`, at the box of `shown`, what `cover`, at that of `above`, hides."""
    left, top = max(shown.box[0], above.box[0]), max(shown.box[1], above.box[1])
    right, bottom = min(shown.box[2], above.box[2]), min(shown.box[3], above.box[3])
    if left < right and top < bottom:
        (x, y), (to_x, to_y) = shown.box[:2], above.box[:2]
        over[top - y : bottom - y, left - x : right - x] |= cover[
            top - to_y : bottom - to_y, left - to_x : right - to_x
        ]
