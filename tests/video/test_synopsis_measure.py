"""Measures of a schedule against what can be counted by hand, and the baselines."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tubes import SECOND, SIZE, crowd, walker
from video.synopsis.baselines import first_fit, skip_empty
from video.synopsis.measure import at_once, disorder, overlap, swapped_share
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule, TubeFrames
from video.synopsis.units import units_of


def stage_of(tubes: list[TubeFrames]) -> StageUnits:
    return StageUnits(tubes, units_of(tubes), SIZE)


def starting(*starts_s: float) -> list[Schedule]:
    return [Schedule(np.rint(np.array(starts_s) * SECOND).astype(np.int64), 100 * SECOND)]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30))
def test_swapped_share_counts_each_pair(pairs: list[tuple[int, int]]) -> None:
    recorded = np.array([pair[0] for pair in pairs], np.int64)
    shown = np.array([pair[1] for pair in pairs], np.int64)
    swapped = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2))
    count = len(pairs) * (len(pairs) - 1) // 2

    assert swapped_share(recorded, shown) == pytest.approx(swapped / count if count else 0)


def test_one_right_behind_the_other_is_hidden_and_the_one_in_front_is_not() -> None:
    near, far = walker(1, 0, 10, start=(0, 302), end=(700, 302)), walker(2, 60, 10)
    stage = stage_of([near, far])

    # Of two alike, one is hidden as far as their silhouettes fill the box they stand in.
    assert overlap([stage], starting(0, 0)) == pytest.approx(np.sqrt(0.45) / 2, abs=0.05)
    assert overlap([stage], starting(0, 20)) == 0


def test_who_hid_each_other_when_recorded_hide_nothing_anew() -> None:
    tubes = [walker(1, 0, 10), walker(2, 0, 10)]
    apart = StageUnits(tubes, units_of(tubes, chronological=True), SIZE)

    assert len(apart.units) == 2
    assert overlap([apart], starting(0, 0)) == 0
    assert overlap([apart], starting(0, 0.3)) > 0.01


def test_disorder_is_the_share_of_swapped_pairs_of_each_camera() -> None:
    stage = stage_of([walker(number, 60 * number, 5) for number in range(3)])

    assert disorder([stage], starting(0, 1, 2)) == 0
    assert disorder([stage], starting(2, 1, 0)) == 1
    assert disorder([stage, stage], [*starting(0, 1, 2), *starting(1, 0, 2)]) == pytest.approx(
        1 / 6
    )


def test_at_once_counts_over_all_cameras() -> None:
    stage = stage_of([walker(1, 0, 10), walker(2, 60, 10)])

    assert at_once([stage, stage], [*starting(0, 50), *starting(0, 80)])[1] == 2
    assert at_once([stage], starting(0, 0)) == (2.0, 2)


def test_leaving_out_empty_parts_keeps_moments_together() -> None:
    tubes = [walker(1, 100, 10), walker(2, 105, 10), walker(3, 4000, 10)]
    stage = StageUnits(tubes, units_of(tubes, chronological=True), SIZE)

    (made,) = skip_empty([stage])

    assert made.starts_ns.tolist() == [0, 5 * SECOND, 15 * SECOND]
    assert made.length_ns == 25 * SECOND


def test_first_fit_stays_below_the_cover_and_uses_it() -> None:
    stage = stage_of(crowd(60, per_s=1.0))

    tight, loose = first_fit([stage], 0.01), first_fit([stage], 0.08)

    assert overlap([stage], tight) <= 0.01
    assert 0.04 < overlap([stage], loose) <= 0.08
    assert loose[0].length_ns < tight[0].length_ns


def test_measures_of_nothing_are_zero() -> None:
    stage = StageUnits([], (), SIZE)
    empty = [Schedule(np.zeros(0, np.int64), 0)]

    assert overlap([stage], empty) == 0
    assert disorder([stage], empty) == 0
    assert at_once([stage], empty) == (0.0, 0)
