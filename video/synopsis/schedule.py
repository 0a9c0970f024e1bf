"""When each unit of a synopsis is shown: the first answer at once, then ever better ones.

Pure and deterministic: counts steps, never looks at a clock. Units are taken in windows of the
time recorded, one after the other in show time, so that memory does not grow with their number;
the online variants go the same way (Y. Pritch et al. 2008, section 5, endless video).
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.as_recorded import as_recorded
from video.synopsis.improve import Effort, Placed, first_placed, shorter, sparser
from video.synopsis.measure import MEASURE_NS
from video.synopsis.packing import Crowd, crowd_of, slot_of
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule, TubeFrames, Unit

__all__ = ["ScheduleOptions", "StageUnits", "schedule", "schedule_together"]
_WINDOW_UNITS: Final = 1000
_WINDOW_MOST: Final = 3000
MOST_IMPROVED: Final = 2
"""A window is a thousand units of a stage: of hours of many thousand objects, hardly a per cent of
the length would be won while somebody waits."""
# Boxes tell within a few per cent what masks hide, but a search finds the places where they tell
# too little: measured on masks, up to a sixth more. So much less than asked is planned.
_TRUST: Final = 0.87
# Windows much longer than a unit: at a seam, nothing of the one is shown with the other.
_UNITS_LONG: Final = 4


@dataclass(frozen=True, slots=True)
class ScheduleOptions:
    """What a schedule is asked to be.

    `cover` is the mean share of an object that others may cover (0.05 at density 0.5).
    `length_ns`: at most this long, as few overlaps as that allows; nobody is dropped, so a longer
    unit (or `at_once`) makes it longer. None: as short as `cover` allows. `at_once`: most objects
    together, over all stages; only what touched in the original is more. `chronological`: nothing
    of different times together, empty stretches are left out (give it `units_of(...,
    chronological=True)`). `effort`: how many rounds of improvement at most,
    `work` how many products (1e9 take about 0.6 s); more than `MOST_IMPROVED` windows are left as
    they first were.
    """

    cover: float = 0.05
    length_ns: int | None = None
    at_once: int | None = None
    chronological: bool = False
    seed: int = 1
    effort: int = 60
    work: float = 8e9


@dataclass(frozen=True, slots=True)
class _Window:
    """Numbers of the units of each stage that are scheduled together."""

    numbers: tuple[NDArray[np.int64], ...]
    fresh: int
    """Objects that no window before this one shows."""


def schedule(
    tubes: Sequence[TubeFrames],
    units: Sequence[Unit],
    size: tuple[int, int],
    options: ScheduleOptions,
) -> Generator[Schedule, None, None]:
    """Ever better schedules of one stage, the first quickly; may be closed at any time.

    At least one comes, also of no units (length 0). `starts_ns` are in the order of `units`. The
    same one comes again (`is`) while a better one is searched, so that whoever asks may stop.
    """
    last: tuple[Schedule, ...] = ()
    for schedules in schedule_together([StageUnits(tubes, units, size)], options):
        last = schedules
        yield last[0]


def schedule_together(
    stages: Sequence[StageUnits], options: ScheduleOptions
) -> Generator[tuple[Schedule, ...], None, None]:
    """Ever better schedules of several stages side by side: one budget, equally long.

    The order recorded is kept across stages, roughly, so that one clock tells of all of them. The
    same ones come again (`is`) while better ones are searched, so that whoever asks may stop.
    """
    if options.chronological or not any(stage.units for stage in stages):
        yield as_recorded(stages)
        return
    windows = _windows(stages, options)
    lengths = _lengths(stages, windows, options)
    results: list[tuple[Schedule, ...]] = []
    kept: list[tuple[Crowd, Placed]] = []
    # A few crowds are kept for the improvement; of many only where their units begin.
    for window, length in zip(windows, lengths, strict=True):
        crowd = _crowd(stages, window, options)
        placed = _first(crowd, length, options)
        results.append(crowd.schedules(placed.starts))
        if len(windows) == 1:
            kept.append((crowd, placed))
    best = _joined(stages, windows, results)
    yield best
    if len(windows) > MOST_IMPROVED:
        return
    effort = Effort(options.effort, options.work / len(windows))
    for number, (window, length) in enumerate(zip(windows, lengths, strict=True)):
        if kept:
            crowd, placed = kept[0]
        else:
            crowd = _crowd(stages, window, options)
            placed = _again(crowd, results[number])
        for found in _better(crowd, placed, length, options, number, effort):
            if found is not placed:
                placed = found
                results[number] = crowd.schedules(found.starts)
                best = _joined(stages, windows, results)
            yield best


def _first(crowd: Crowd, length: int | None, options: ScheduleOptions) -> Placed:
    if length is None:
        return first_placed(crowd, at_once=options.at_once)
    rng = np.random.default_rng(options.seed)
    return next(sparser(crowd, length, rng, at_once=options.at_once, effort=Effort(0, 0.0)))


def _better(
    crowd: Crowd,
    placed: Placed,
    length: int | None,
    options: ScheduleOptions,
    number: int,
    effort: Effort,
) -> Iterator[Placed]:
    rng = np.random.default_rng([options.seed, number])
    if length is None:
        yield from shorter(crowd, placed, rng, at_once=options.at_once, effort=effort)
        return
    for found in sparser(crowd, length, rng, at_once=options.at_once, effort=effort):
        better = (found.length, found.hidden) < (placed.length, placed.hidden)
        placed = found if better else placed
        yield placed


def _again(crowd: Crowd, schedules: tuple[Schedule, ...]) -> Placed:
    starts = np.zeros(len(crowd), np.int64)
    for places, made in zip(crowd.places, schedules, strict=True):
        starts[places] = made.starts_ns // crowd.slot_ns
    length = int((starts + crowd.lengths).max())
    return Placed(starts, length, crowd.hidden(starts))


def _crowd(stages: Sequence[StageUnits], window: _Window, options: ScheduleOptions) -> Crowd:
    inside = [
        replace(stage, units=[stage.units[number] for number in numbers.tolist()])
        for stage, numbers in zip(stages, window.numbers, strict=True)
    ]
    return crowd_of(inside, _TRUST * options.cover, fresh=window.fresh)


def _windows(stages: Sequence[StageUnits], options: ScheduleOptions) -> list[_Window]:
    """Units in recorded order, so many at a time; fewer windows where the length asked is short."""
    since = np.array(
        [unit.from_ns - stage.begins_ns for stage in stages for unit in stage.units], np.int64
    )
    which = np.repeat(np.arange(len(stages)), [len(stage.units) for stage in stages])
    number = np.concatenate([np.arange(len(stage.units)) for stage in stages])
    order = np.argsort(since, kind="stable")
    per_window = min(_WINDOW_UNITS * len(stages), _WINDOW_MOST)
    count = -(-len(order) // per_window)
    if options.length_ns is not None:
        longest = max(unit.length_ns for stage in stages for unit in stage.units)
        count = min(count, max(1, options.length_ns // (_UNITS_LONG * longest)))
    known: set[tuple[int, int]] = set()
    windows = []
    for part in np.array_split(order, count):
        numbers = tuple(np.sort(number[part[which[part] == at]]) for at in range(len(stages)))
        before = len(known)
        for at, (stage, own) in enumerate(zip(stages, numbers, strict=True)):
            known.update((at, tube) for unit in own.tolist() for tube in stage.units[unit].tubes)
        windows.append(_Window(numbers, len(known) - before))
    return windows


def _lengths(
    stages: Sequence[StageUnits], windows: Sequence[_Window], options: ScheduleOptions
) -> list[int | None]:
    """Of a length asked for, the slots of each window, by what there is to show."""
    if options.length_ns is None:
        return [None] * len(windows)
    asked = min(options.length_ns, as_recorded(stages)[0].length_ns)
    amounts = np.array(
        [
            sum(
                stage.units[unit].length_ns * len(stage.units[unit].tubes)
                for stage, own in zip(stages, window.numbers, strict=True)
                for unit in own.tolist()
            )
            for window in windows
        ],
        np.float64,
    )
    # Whole slots of a coarse crowd, rounded down: together not longer than asked.
    parts = np.floor(asked * amounts / amounts.sum() / (2 * MEASURE_NS))
    sizes = [sum(len(own) for own in window.numbers) for window in windows]
    return [
        int(part) * (2 * MEASURE_NS // slot_of(size))
        for part, size in zip(parts.tolist(), sizes, strict=True)
    ]


def _joined(
    stages: Sequence[StageUnits],
    windows: Sequence[_Window],
    results: Sequence[tuple[Schedule, ...]],
) -> tuple[Schedule, ...]:
    """One window after the other in show time."""
    starts = [np.zeros(len(stage.units), np.int64) for stage in stages]
    begins = length_ns = 0
    for window, schedules in zip(windows, results, strict=True):
        for own, numbers, made in zip(starts, window.numbers, schedules, strict=True):
            own[numbers] = made.starts_ns + begins
        length_ns = begins + schedules[0].length_ns
        # Windows begin on slots: what was measured of each holds for all.
        begins = -(-length_ns // (2 * MEASURE_NS)) * (2 * MEASURE_NS)
    return tuple(Schedule(own, length_ns) for own in starts)
