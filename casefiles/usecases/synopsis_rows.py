"""Which stages of which cameras are shown at the same time, one row after the other.

Stages of one camera follow each other. A camera with fewer views than others does not wait for
them: what it shows is spread over their rows, in recorded order and by how much each row shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.synopsis_types import Stage, StagePlan, SynopsisOptions
from casefiles.types import CameraId, SourceId
from video.clock import NS_PER_S
from video.synopsis.schedule import ScheduleOptions, StageUnits
from video.synopsis.types import Schedule, Unit
from video.synopsis.units import units_of

_COVER: Final = 0.1
"""The mean share of an object that others may cover, at full density."""
_AT_ONCE: Final = 10
"""So many objects of a camera are shown together at the least density; twice as many at half."""


# Units of the stages that were asked for last, by a hash of all that they depend on.
_kept: dict[bytes, tuple[Unit, ...]] = {}
_KEPT: Final = 12


def grouped(stage: Stage, options: SynopsisOptions) -> tuple[Unit, ...]:
    """The units of a stage; those that were asked for a short while ago are found again, as where
    only the density changes."""
    is_plain = options.order == "chronological"
    digest = blake2b(repr((options.longest_s, options.held_s, is_plain)).encode())
    for tube in stage.tubes:
        digest.update(len(tube).to_bytes(8, "little"))
        digest.update(tube.time_ns.tobytes())
        digest.update(tube.boxes.tobytes())
    key = digest.digest()
    found = _kept.pop(key, None)
    if found is None:
        found = units_of(
            stage.tubes,
            longest_s=options.longest_s,
            held_s=options.held_s,
            chronological=is_plain,
        )
    _kept[key] = found
    for old in list(_kept)[:-_KEPT]:
        _kept.pop(old, None)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """What is on together, of one stage of a camera at most: places of the stages among all,
    numbers of the units of each, and both as a schedule takes them."""

    at: tuple[int, ...]
    numbers: tuple[NDArray[np.int64], ...]
    stages: tuple[StageUnits, ...]

    @property
    def amount(self) -> int:
        """How long its units are shown, all together, of the stage that shows most."""
        return max(sum(unit.length_ns for unit in one.units) for one in self.stages)


def column_of(stage: Stage) -> CameraId | SourceId:
    """What the stages that follow each other in one place of the picture have in common: their
    camera, else (or where nobody knows when that recorded) their recording."""
    if stage.camera_id is not None and stage.wall:
        return stage.camera_id
    return stage.takes[0].source_id


def rows_of(
    stages: Sequence[Stage], units: Sequence[tuple[Unit, ...]], *, spread: bool
) -> tuple[Row, ...]:
    """The first stage of every camera, then the second of those that have one, and so on; with
    `spread`, cameras with fewer stages show something in every row."""
    columns: dict[CameraId | SourceId, list[int]] = {}
    for at, stage in enumerate(stages):
        columns.setdefault(column_of(stage), []).append(at)
    most = max((len(own) for own in columns.values()), default=0)
    amounts = [_amounts(own) for own in units]
    sums = [float(own.sum()) for own in amounts]
    full = [np.array([sums[at] for at in own]) for own in columns.values() if len(own) == most]
    weights = sum((one / max(one.sum(), 1.0) for one in full), np.zeros(most)) / max(len(full), 1)
    rows: list[list[tuple[int, NDArray[np.int64]]]] = [[] for _ in range(most)]
    for own in columns.values():
        shares = _rows_each([sums[at] for at in own], weights) if spread else [1] * len(own)
        first = 0
        for at, count in zip(own, shares, strict=True):
            parts = _divided(amounts[at], weights[first : first + count])
            for number, part in enumerate(parts, first):
                if len(part):
                    rows[number].append((at, part))
            first += count
    return tuple(_row(stages, units, row) for row in rows if row)


def row_options(rows: Sequence[Row], options: SynopsisOptions) -> list[ScheduleOptions]:
    """The options of each row; a length that is asked for, and the work, are shared by how much
    each shows."""
    plain = ScheduleOptions(
        cover=_COVER * options.density,
        chronological=options.order == "chronological",
        seed=options.seed,
    )
    total = max(sum(row.amount for row in rows), 1)
    made = []
    for row in rows:
        length_ns = None
        if options.length_s is not None:
            length_ns = max(round(options.length_s * NS_PER_S) * row.amount // total, 1)
        made.append(
            replace(
                plain,
                length_ns=length_ns,
                at_once=_at_once(options, len(row.stages)),
                work=plain.work * row.amount / total,
            )
        )
    return made


def laid(
    stages: Sequence[Stage],
    units: Sequence[tuple[Unit, ...]],
    rows: Sequence[Row],
    best: Sequence[Sequence[Schedule]],
) -> tuple[tuple[StagePlan, ...], int]:
    """Rows one after the other: the plan of each stage, and how long all is."""
    starts = [np.zeros(len(own), np.int64) for own in units]
    spans: dict[int, tuple[int, int]] = {}
    begins = 0
    for row, schedules in zip(rows, best, strict=True):
        ends = begins + max(one.length_ns for one in schedules)
        for at, numbers, one in zip(row.at, row.numbers, schedules, strict=True):
            starts[at][numbers] = one.starts_ns + begins
            spans[at] = (spans.get(at, (begins, 0))[0], ends)
        begins = ends
    return tuple(
        StagePlan(stage, own, Schedule(at - span[0], span[1] - span[0]), span[0])
        for stage, own, at, span in zip(
            stages, units, starts, (spans[at] for at in range(len(stages))), strict=True
        )
    ), begins


def stage_units(stage: Stage, units: tuple[Unit, ...]) -> StageUnits:
    """A stage as schedules and measures take it."""
    # Media times of different recordings have nothing to do with each other.
    begins = 0 if stage.wall else min((int(tube.time_ns[0]) for tube in stage.tubes), default=0)
    return StageUnits(stage.tubes, units, stage.size, begins)


def _at_once(options: SynopsisOptions, cameras: int) -> int | None:
    """How many eyes can follow, more where it may be denser; who asks for a length or for full
    density wants that whatever it takes."""
    if options.at_once is not None:
        return options.at_once
    if options.length_s is not None or options.density >= 1:
        return None
    return cameras * round(_AT_ONCE / (1 - options.density))


def _amounts(units: Sequence[Unit]) -> NDArray[np.float64]:
    return np.array([unit.length_ns * len(unit.tubes) for unit in units], np.float64)


def _rows_each(amounts: Sequence[float], weights: NDArray[np.float64]) -> list[int]:
    """In how many rows each of a camera's stages is shown, one at least: by their amounts."""
    ends = np.cumsum(weights)
    wanted = np.cumsum(amounts) / max(sum(amounts), 1.0)
    bounds = [0]
    for number in range(1, len(amounts)):
        first, last = bounds[-1] + 1, len(weights) - (len(amounts) - number)
        near = np.abs(ends[first - 1 : last] - wanted[number - 1])
        bounds.append(first + int(near.argmin()))
    return [after - before for before, after in pairwise([*bounds, len(weights)])]


def _divided(amounts: NDArray[np.float64], weights: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """The numbers of units, in order, in portions whose amounts are as the weights."""
    middle = (np.cumsum(amounts) - amounts / 2) / max(float(amounts.sum()), 1.0)
    ends = np.cumsum(weights)[:-1] / max(float(weights.sum()), 1e-12)
    return np.split(np.arange(len(amounts), dtype=np.int64), np.searchsorted(middle, ends))


def _row(
    stages: Sequence[Stage],
    units: Sequence[tuple[Unit, ...]],
    row: Sequence[tuple[int, NDArray[np.int64]]],
) -> Row:
    return Row(
        tuple(at for at, _ in row),
        tuple(numbers for _, numbers in row),
        tuple(
            stage_units(stages[at], tuple(units[at][number] for number in numbers.tolist()))
            for at, numbers in row
        ),
    )
