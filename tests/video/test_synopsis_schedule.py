"""Schedules: everybody is shown, within what was asked for, and better as they go on."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.tubes import SECOND, SIZE, crowd, walker
from video.synopsis.baselines import first_fit, skip_empty
from video.synopsis.measure import at_once, disorder, overlap
from video.synopsis.schedule import ScheduleOptions, schedule, schedule_together
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule, TubeFrames
from video.synopsis.units import units_of


def stage_of(tubes: Sequence[TubeFrames], begins_ns: int = 0) -> StageUnits:
    return StageUnits(tubes, units_of(tubes), SIZE, begins_ns)


def all_of(stages: list[StageUnits], options: ScheduleOptions) -> list[tuple[Schedule, ...]]:
    """Each schedule once, as they come."""
    made: list[tuple[Schedule, ...]] = []
    for found in schedule_together(stages, options):
        if not made or found is not made[-1]:
            made.append(found)
    return made


def complete(stage: StageUnits, made: Schedule) -> bool:
    """Each unit has a place, within the synopsis."""
    ends = made.starts_ns + np.array([unit.length_ns for unit in stage.units], np.int64)
    return (
        len(made.starts_ns) == len(stage.units)
        and bool((made.starts_ns >= 0).all())
        and bool((ends <= made.length_ns).all())
    )


def in_order(stage: StageUnits, made: Schedule) -> bool:
    """Pieces of a tube begin one after the other."""
    by_tube: dict[int, list[int]] = {}
    for unit, start in zip(stage.units, made.starts_ns.tolist(), strict=True):
        for tube in unit.tubes:
            by_tube.setdefault(tube, []).append(start)
    return all(one < other for own in by_tube.values() for one, other in pairwise(own))


def test_nothing_to_show_is_an_empty_schedule() -> None:
    (made,) = schedule([], (), SIZE, ScheduleOptions())

    assert made.length_ns == 0


def test_one_object_begins_at_once() -> None:
    tubes = [walker(1, 5000, 10)]

    made = list(schedule(tubes, units_of(tubes), SIZE, ScheduleOptions()))[-1]

    assert made.starts_ns.tolist() == [0]
    assert made.length_ns == 10 * SECOND


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 14),
    cover=st.sampled_from([0.0, 0.02, 0.05, 0.1]),
    bound=st.sampled_from([None, 4]),
)
def test_every_schedule_shows_everybody_within_the_cover(
    seed: int, count: int, cover: float, bound: int | None
) -> None:
    stage = stage_of(crowd(count, seed=seed, per_s=0.4))
    options = ScheduleOptions(cover=cover, at_once=bound, effort=4)

    schedules = all_of([stage], options)

    for (made,) in schedules:
        assert complete(stage, made)
        assert in_order(stage, made)
        assert overlap([stage], [made]) <= cover
    lengths = [made.length_ns for (made,) in schedules]
    assert lengths == sorted(lengths, reverse=True)
    again = all_of([stage], options)
    assert [made.starts_ns.tolist() for (made,) in again] == [
        made.starts_ns.tolist() for (made,) in schedules
    ]


def test_a_synopsis_is_shorter_than_both_baselines_at_equal_overlap() -> None:
    tubes = crowd(60, per_s=0.8)
    stage = stage_of(tubes)
    whole = StageUnits(tubes, units_of(tubes, chronological=True), SIZE)

    made = all_of([stage], ScheduleOptions(cover=0.03, effort=20))[-1]

    greedy = first_fit([stage], 0.03)
    assert made[0].length_ns < 0.95 * greedy[0].length_ns
    assert made[0].length_ns < 0.7 * skip_empty([whole])[0].length_ns
    assert disorder([stage], made) < 0.35


def test_denser_is_shorter() -> None:
    stage = stage_of(crowd(50, per_s=0.8))

    lengths = [
        all_of([stage], ScheduleOptions(cover=cover, effort=6))[-1][0].length_ns
        for cover in (0.01, 0.03, 0.1)
    ]

    assert lengths[0] > lengths[1] > lengths[2]


def test_an_asked_length_is_kept_and_nobody_dropped() -> None:
    stage = stage_of(crowd(60, per_s=0.5))
    options = ScheduleOptions(length_ns=25 * SECOND, effort=8)

    schedules = all_of([stage], options)

    assert all(complete(stage, made) for (made,) in schedules)
    assert all(made.length_ns <= 25 * SECOND for (made,) in schedules)
    hidden = [overlap([stage], made) for made in schedules]
    assert hidden == sorted(hidden, reverse=True)
    assert hidden[-1] < hidden[0]


def test_a_length_no_unit_fits_in_gives_the_least_there_is() -> None:
    stage = stage_of([walker(1, 0, 12), walker(2, 100, 8)])

    (made,) = all_of([stage], ScheduleOptions(length_ns=5 * SECOND))[-1]

    assert complete(stage, made)
    assert made.length_ns <= 12.2 * SECOND


def test_chronological_shows_no_two_moments_together() -> None:
    tubes = crowd(40, per_s=0.2)
    stage = StageUnits(tubes, units_of(tubes, chronological=True), SIZE)

    (made,) = all_of([stage], ScheduleOptions(chronological=True))[-1]

    assert overlap([stage], [made]) == 0
    assert disorder([stage], [made]) == 0
    assert made.length_ns < tubes[-1].time_ns[-1]


def test_cameras_share_one_bound_one_length_and_one_order() -> None:
    hour_ns = 3600 * SECOND
    stages = [
        stage_of(crowd(25, seed=1, per_s=0.3)),
        stage_of(
            [
                TubeFrames(
                    tube.tube, tube.time_ns + hour_ns, tube.boxes, tube.pixels, tube.at, tube.length
                )
                for tube in crowd(25, seed=2, per_s=0.3)
            ],
            hour_ns,
        ),
    ]
    touching = max(len(unit.tubes) for stage in stages for unit in stage.units)

    made = all_of(stages, ScheduleOptions(at_once=6, effort=4))[-1]

    assert made[0].length_ns == made[1].length_ns
    assert at_once(stages, made)[1] <= max(6, touching)
    assert overlap(stages, made) <= 0.05
    since = np.concatenate(
        [[unit.from_ns - stage.begins_ns for unit in stage.units] for stage in stages]
    )
    starts = np.concatenate([one.starts_ns for one in made])
    assert np.corrcoef(since, starts)[0, 1] > 0.7


def test_more_than_asked_are_never_shown_at_once_and_the_room_is_used() -> None:
    # Nobody touches anybody: only the bound decides.
    rows = [(0, 20 * row) for row in range(24)]
    tubes = [
        walker(at, 60 * at, 6, start=place, end=(700, place[1]), size=(20, 15))
        for at, place in enumerate(rows)
    ]
    stage = stage_of(tubes)

    made = all_of([stage], ScheduleOptions(at_once=6))[-1]

    assert at_once([stage], made)[1] <= 6
    assert made[0].length_ns < 1.15 * 24 / 6 * 6.2 * SECOND


def test_a_search_ends_after_an_amount_of_work() -> None:
    stage = stage_of(crowd(40, per_s=0.5))

    little, more = (
        len(list(schedule_together([stage], ScheduleOptions(work=work)))) for work in (1e6, 4e9)
    )

    assert little < more


def test_a_search_can_be_left_at_any_time() -> None:
    stage = stage_of(crowd(40, per_s=0.5))
    search = schedule_together([stage], ScheduleOptions())

    first = next(search)
    search.close()

    assert complete(stage, first[0])


def test_many_units_are_scheduled_window_by_window(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = stage_of(crowd(320, per_s=0.4))
    monkeypatch.setattr("video.synopsis.schedule._WINDOW_UNITS", 110)

    first = next(schedule_together([stage], ScheduleOptions()))

    assert complete(stage, first[0])
    assert in_order(stage, first[0])
    assert overlap([stage], first) <= 0.05
    assert disorder([stage], first) < 0.2


def test_no_clock_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_clock() -> NoReturn:
        raise AssertionError("the same answer on a slow machine")

    for name in ("time", "monotonic", "perf_counter", "process_time"):
        monkeypatch.setattr(f"time.{name}", no_clock)
    tubes = crowd(10)

    assert list(schedule(tubes, units_of(tubes), SIZE, ScheduleOptions(effort=2)))
