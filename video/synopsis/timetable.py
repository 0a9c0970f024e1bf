"""What is on show when, as sorted columns, and the plate of the time of day that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.shelf import Mix
from video.synopsis.types import Schedule, ShowNs, TubeFrames, Unit

_TURN_NS: Final = 2_000_000_000
"""How often another plate may be chosen."""
_FADE_NS: Final = 1_000_000_000
"""How long one plate takes to become the next."""
_KEPT: Final = (0.2, 0.8)
"""A plate stays while its time of day is between these quantiles of what is on show."""
_MOST_TURNS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Timetable:
    """The entries of a schedule, one for each tube of each unit, in order of `from_ns`.

    All are columns of equal length n: `units`, `tubes` the numbers of both; `first`, `last` the
    frames of the tube that belong to it, both included; `from_ns`, `to_ns` show time of these,
    both included; `steps_ns` the usual time between frames of the tube.
    """

    units: NDArray[np.int64]
    tubes: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    from_ns: NDArray[np.int64]
    to_ns: NDArray[np.int64]
    recorded_from_ns: NDArray[np.int64]
    recorded_to_ns: NDArray[np.int64]
    steps_ns: NDArray[np.int64]
    longest_ns: int
    length_ns: int

    @classmethod
    def of(
        cls, tubes: Sequence[TubeFrames], units: Sequence[Unit], schedule: Schedule
    ) -> "Timetable":
        """The timetable of a schedule of units."""
        usual = {tube: _usual_step(tubes[tube].time_ns) for unit in units for tube in unit.tubes}
        rows = [
            row
            for number, unit in enumerate(units)
            for row in _entries(number, unit, tubes, int(schedule.starts_ns[number]), usual)
        ]
        columns = np.array(rows, np.int64).reshape(-1, 9)
        columns = columns[np.lexsort((columns[:, 1], columns[:, 0], columns[:, 4]))]
        spans = columns[:, 5] - columns[:, 4]
        longest = int(spans.max()) if len(spans) else 0
        unit, tube, first, last, begin, end, recorded, gone, step = columns.T
        return cls(
            units=unit,
            tubes=tube,
            first=first,
            last=last,
            from_ns=np.ascontiguousarray(begin),
            to_ns=np.ascontiguousarray(end),
            recorded_from_ns=recorded,
            recorded_to_ns=gone,
            steps_ns=step,
            longest_ns=longest,
            length_ns=schedule.length_ns,
        )

    def on_show(self, show_ns: ShowNs) -> NDArray[np.int64]:
        """The entries on show at a time, `(k,)` ascending."""
        end = int(np.searchsorted(self.from_ns, show_ns, "right"))
        # Nothing that began before this can still be on show.
        begin = int(np.searchsorted(self.from_ns, show_ns - self.longest_ns, "left"))
        return begin + np.flatnonzero(self.to_ns[begin:end] >= show_ns)

    def busy(self, step_ns: int, length_ns: int) -> NDArray[np.int32]:
        """How many entries are on show at each step from 0 to the length."""
        moments = np.arange(0, length_ns + 1, step_ns, dtype=np.int64)
        begun = np.searchsorted(self.from_ns, moments, "right")
        gone = np.searchsorted(np.sort(self.to_ns), moments, "left")
        return np.asarray(begun - gone, np.int32)

    def plates(self, times_ns: NDArray[np.int64]) -> "PlateTurns":
        """Which of the plates good from these times are shown when.

        One plate at a time, that of the middle of the times of day on show: a mean of several
        would show a parked car that was there at half of them as a ghost.
        """
        turn_ns = max(_TURN_NS, self.length_ns // _MOST_TURNS)
        turns = self.length_ns // turn_ns + 1
        chosen = np.zeros(turns, np.int64)
        if len(times_ns) < 2 or not len(self.units):
            return PlateTurns(chosen, turn_ns)
        turn, plate = self._sights(times_ns, turn_ns, turns)
        order = np.lexsort((plate, turn))
        turn, plate = turn[order], plate[order]
        begins = np.searchsorted(turn, np.arange(turns + 1))
        current: int | None = None
        for at in range(turns):
            seen = plate[begins[at] : begins[at + 1]]
            if len(seen):
                low, high = (int(seen[int(part * (len(seen) - 1))]) for part in _KEPT)
                if current is None or not low <= current <= high:
                    current = int(seen[len(seen) // 2])
            chosen[at] = -1 if current is None else current
        chosen[chosen < 0] = chosen[chosen >= 0][0] if bool((chosen >= 0).any()) else 0
        return PlateTurns(chosen, turn_ns)

    def _sights(
        self, times_ns: NDArray[np.int64], turn_ns: int, turns: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each entry and each turn that it is on show: the turn, and the plate of its time."""
        first = np.clip(self.from_ns // turn_ns, 0, turns - 1)
        last = np.clip(self.to_ns // turn_ns, 0, turns - 1)
        counts = last - first + 1
        entry = np.repeat(np.arange(len(first)), counts)
        turn = first[entry] + np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)
        shown = np.maximum(self.to_ns - self.from_ns, 1)[entry]
        part = np.clip(((turn + 0.5) * turn_ns - self.from_ns[entry]) / shown, 0, 1)
        passed = (part * (self.recorded_to_ns - self.recorded_from_ns)[entry]).astype(np.int64)
        recorded = self.recorded_from_ns[entry] + passed
        plate = np.maximum(np.searchsorted(times_ns, recorded, "right") - 1, 0)
        return np.asarray(turn, np.int64), np.asarray(plate, np.int64)


@dataclass(frozen=True, slots=True)
class PlateTurns:
    """Which plate is shown in each turn of show time, `chosen (n,)`; they fade into each other."""

    chosen: NDArray[np.int64]
    turn_ns: int

    def at(self, show_ns: ShowNs) -> Mix:
        """The ground at a show time."""
        turn = min(max(int(show_ns) // self.turn_ns, 0), len(self.chosen) - 1)
        here = int(self.chosen[turn])
        before = int(self.chosen[max(turn - 1, 0)])
        since = int(show_ns) - turn * self.turn_ns
        if before == here or since >= _FADE_NS:
            return Mix(here)
        sixteenths = max(since, 0) * 16 // _FADE_NS
        return Mix(before, here, sixteenths) if sixteenths else Mix(before)


def _usual_step(time_ns: NDArray[np.int64]) -> int:
    """The mean time between the frames of a tube; 0 of a single one."""
    return (int(time_ns[-1]) - int(time_ns[0])) // max(len(time_ns) - 1, 1)


def _entries(
    number: int,
    unit: Unit,
    tubes: Sequence[TubeFrames],
    start_ns: int,
    usual: dict[int, int],
) -> list[tuple[int, ...]]:
    """A row for each tube of a unit that has a frame in it."""
    rows: list[tuple[int, ...]] = []
    for tube in unit.tubes:
        times = tubes[tube].time_ns
        first = int(np.searchsorted(times, unit.from_ns, "left"))
        last = int(np.searchsorted(times, unit.to_ns, "right")) - 1
        if first > last:
            continue
        # A frame lasts until the next one would come, also the last.
        ends = min(int(times[last]) + usual[tube], unit.to_ns)
        begin, end = unit.shown(np.array([times[first], ends], np.int64)).tolist()
        rows.append((
            number, tube, first, last, start_ns + begin, start_ns + end, int(times[first]), ends,
            usual[tube],
        ))  # fmt: skip
    return rows
