"""How good a schedule is: overlap, disorder, objects at once; from boxes and pixel counts.

Coarse on purpose: the exact overlap, from masks, is measured where pictures are composed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.contacts import pairs_in_groups
from video.synopsis.occupancy import Seen, seen_at
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule

MEASURE_NS: Final = 200_000_000
SAME_MOMENT_NS: Final = 100_000_000
# Units looked at together: what bounds memory.
_BLOCK: Final = 2000


def overlap(stages: Sequence[StageUnits], schedules: Sequence[Schedule]) -> float:
    """Mean over objects of the share of their pixels hidden by objects of other moments, 0..1.

    The object whose box ends lower is in front. What an object shows in pieces counts together.
    """
    shares = [
        hidden_shares(stage, schedule) for stage, schedule in zip(stages, schedules, strict=True)
    ]
    every = np.concatenate([*shares, np.zeros(0)])
    return float(every.mean()) if len(every) else 0.0


def hidden_shares(stage: StageUnits, schedule: Schedule) -> NDArray[np.float64]:
    """Of each tube that is shown, by index, the share of its pixels that others hide."""
    count = 1 + max((max(unit.tubes) for unit in stage.units), default=-1)
    hidden, pixels = np.zeros(count), np.zeros(count)
    for seen in _on_the_clock(stage, schedule):
        pixels += np.bincount(seen.tube, seen.pixels, minlength=count)
        hidden += np.bincount(seen.tube, seen.pixels * _hidden(seen), minlength=count)
    shown = pixels > 0
    return np.asarray(hidden[shown] / pixels[shown])


def disorder(stages: Sequence[StageUnits], schedules: Sequence[Schedule]) -> float:
    """Share of the pairs of units of a stage that begin in the other order than recorded."""
    swapped, pairs = 0.0, 0
    for stage, schedule in zip(stages, schedules, strict=True):
        recorded = np.array([unit.from_ns for unit in stage.units], np.int64)
        count = len(recorded) * (len(recorded) - 1) // 2
        swapped += swapped_share(recorded, schedule.starts_ns) * count
        pairs += count
    return swapped / pairs if pairs else 0.0


def at_once(stages: Sequence[StageUnits], schedules: Sequence[Schedule]) -> tuple[float, int]:
    """Objects shown together over all stages: mean over the time anything is shown, and most."""
    counts = np.zeros(0, np.int64)
    for stage, schedule in zip(stages, schedules, strict=True):
        for seen in _on_the_clock(stage, schedule):
            # Two pieces of one tube at the same moment are two objects to look at.
            more = np.bincount(seen.slot)
            length = max(len(counts), len(more))
            counts = np.pad(counts, (0, length - len(counts)))
            counts[: len(more)] += more
    busy = counts[counts > 0]
    return (float(busy.mean()), int(busy.max())) if len(busy) else (0.0, 0)


def swapped_share(recorded: NDArray[np.int64], shown: NDArray[np.int64]) -> float:
    """Share of the pairs that `shown` orders the other way than `recorded`; n log n.

    Pairs that are equal in either are not swapped. Inversions are counted while merging (D. E.
    Knuth, "The Art of Computer Programming 3", 1973), all runs of a width at once.
    """
    count = len(recorded)
    if count < 2:
        return 0.0
    order = np.lexsort((shown, recorded))
    ranks = np.unique(shown[order], return_inverse=True)[1].astype(np.int64)
    swapped = _inversions(ranks)
    return swapped / (count * (count - 1) // 2)


def _inversions(ranks: NDArray[np.int64]) -> int:
    """Pairs i < j with ranks[i] > ranks[j]; ranks are 0..n-1."""
    count = len(ranks)
    most = int(ranks.max()) + 1
    total, width = 0, 1
    while width < count:
        run = np.arange(count) // width
        left = run % 2 == 0
        # Runs made increasing one after the other: a search of all right elements in the left runs.
        keys = (run // 2) * most + ranks
        lefts = np.sort(keys[left])
        mine = keys[~left]
        ends = np.searchsorted(lefts, (run[~left] // 2 + 1) * most)
        total += int((ends - np.searchsorted(lefts, mine, "right")).sum())
        width *= 2
    return total


def _on_the_clock(stage: StageUnits, schedule: Schedule) -> Iterator[Seen]:
    """What is shown in each slot of show time, in blocks of units that may share slots.

    A block ends where nothing is shown any more, or bounded memory asks for it: then what the
    next shares with it is seen with both.
    """
    starts = np.asarray(schedule.starts_ns, np.int64)
    order = np.argsort(starts, kind="stable")
    lengths = np.array([unit.length_ns for unit in stage.units], np.int64)
    carried: NDArray[np.int64] = np.zeros(0, np.int64)
    after = np.iinfo(np.int64).min
    for begin in range(0, len(order), _BLOCK):
        block = np.concatenate((carried, order[begin : begin + _BLOCK]))
        rest = order[begin + _BLOCK :]
        until = int(starts[rest[0]]) // MEASURE_NS if len(rest) else np.iinfo(np.int64).max
        first = starts[block] // MEASURE_NS
        seen = seen_at(
            stage.tubes,
            [stage.units[number] for number in block.tolist()],
            MEASURE_NS,
            delays_ns=starts[block] - first * MEASURE_NS,
        )
        clock = seen.slot + first[seen.unit]
        kept = (clock >= after) & (clock < until)
        yield Seen(
            block[seen.unit[kept]],
            clock[kept],
            seen.tube[kept],
            seen.boxes[kept],
            seen.share[kept],
            seen.pixels[kept],
            seen.bottom[kept],
            seen.recorded[kept],
        )
        carried = block[(starts[block] + lengths[block]) // MEASURE_NS >= until]
        after = until


def _hidden(seen: Seen) -> NDArray[np.float64]:
    """Of each row the share that others of another moment hide."""
    order = np.argsort(seen.slot, kind="stable")
    free = np.zeros(len(seen.unit))
    for first, second in pairs_in_groups(seen.slot[order]):
        one, other = order[first], order[second]
        low = np.maximum(seen.boxes[one, :2], seen.boxes[other, :2])
        high = np.minimum(seen.boxes[one, 2:], seen.boxes[other, 2:])
        met = np.flatnonzero((low < high).all(axis=1))
        one, other, size = one[met], other[met], (high - low)[met]
        apart = np.abs(seen.recorded[one] - seen.recorded[other]) >= SAME_MOMENT_NS
        apart &= seen.unit[one] != seen.unit[other]
        one, other, size = one[apart], other[apart], size[apart]
        area = size[:, 0] * size[:, 1] * seen.share[one] * seen.share[other]
        behind = np.where(
            (seen.bottom[one] < seen.bottom[other])
            | ((seen.bottom[one] == seen.bottom[other]) & (seen.unit[one] < seen.unit[other])),
            one,
            other,
        )
        share = np.minimum(area / seen.pixels[behind], 1 - 1e-9)
        free += np.bincount(behind, np.log1p(-share), minlength=len(free))
    return np.asarray(-np.expm1(free))
