"""The timeline's arithmetic: pixels and time are inverse, nothing is lost, ticks stand round."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ui.models.wall_text import zone_of
from ui.views.timeline_density import (
    KINDS,
    SortedRanges,
    SortedTimes,
    activity_counts,
    grid_over,
    index_activity,
    levels,
    missing,
    touched,
)
from ui.views.timeline_scale import FINEST_NS_PER_PX, TimeScale, with_margin
from ui.views.timeline_ticks import local_time, ticks
from video.clock import NS_PER_S, wall_to_ns

NOON = wall_to_ns(datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
DAY = 86_400 * NS_PER_S
WIDTHS = st.integers(1, 8000)
SCALES = st.builds(
    lambda start, length, width: TimeScale(start, start + length, width),
    st.integers(0, 2 * NOON),
    st.integers(1_000_000, 60 * 365 * DAY),
    WIDTHS,
)


@given(SCALES, st.floats(-0.5, 1.5))
def test_pixel_to_time_and_back_is_the_same_pixel(scale: TimeScale, share: float) -> None:
    x = share * scale.width
    # A nanosecond is the least there is of time; a double has 52 bits.
    least = 1 / scale.ns_per_px + 1e-9 * scale.width
    assert scale.x_of(scale.time_at(x)) == pytest.approx(x, abs=least)


@given(SCALES, st.floats(0, 1))
def test_time_to_pixel_and_back_is_the_same_time(scale: TimeScale, share: float) -> None:
    wall_ns = scale.from_ns + int(share * scale.length_ns)
    away = abs(scale.time_at(scale.x_of(wall_ns)) - wall_ns)
    assert away <= 1 + scale.length_ns * 1e-15 * 4


@given(SCALES, st.integers(1, 8000))
def test_edges_cut_the_range_without_loss(scale: TimeScale, columns: int) -> None:
    edges = scale.edges(columns)
    assert edges[0] == scale.from_ns
    assert edges[-1] == scale.to_ns
    widths = np.diff(edges)
    assert widths.max() - widths.min() <= 1


@given(SCALES, st.floats(0.2, 5), st.floats(0, 1))
def test_zooming_keeps_the_moment_under_the_pointer(
    scale: TimeScale, factor: float, share: float
) -> None:
    x = share * scale.width
    zoomed = scale.zoomed(factor, x)
    kept = zoomed.x_of(scale.time_at(x))
    assert kept == pytest.approx(x, abs=2 / zoomed.ns_per_px + 1e-9 * scale.width)


@given(SCALES, st.integers(0, 2 * NOON), st.integers(1, 400 * DAY))
def test_a_bounded_scale_shows_nothing_outside_and_is_not_too_fine(
    scale: TimeScale, start: int, length: int
) -> None:
    bounds = with_margin(start, start + length)
    held = scale.within(bounds)
    assert held.ns_per_px >= FINEST_NS_PER_PX
    if bounds.length_ns >= FINEST_NS_PER_PX * scale.width:
        assert bounds.from_ns <= held.from_ns < held.to_ns <= bounds.to_ns
    assert held.within(bounds) == held


def events(seed: int, count: int) -> NDArray[np.int64]:
    chance = np.random.default_rng(seed)
    return np.sort(chance.integers(NOON, NOON + DAY, count))


@given(st.integers(0, 99), st.integers(0, 9000), st.integers(-DAY, DAY), st.integers(1, 2 * DAY))
def test_columns_hold_every_event_of_the_range_once(
    seed: int, count: int, shift: int, length: int
) -> None:
    times = events(seed, count)
    scale = TimeScale(NOON + shift, NOON + shift + length, 700)
    edges = scale.edges(700)
    grid = grid_over(NOON, NOON + DAY)
    exact = SortedTimes(times, grid).counts(edges, None)
    inside = (times >= scale.from_ns) & (times < scale.to_ns)
    assert exact.sum() == inside.sum()
    for column in range(0, 700, 70):
        here = (times >= edges[column]) & (times < edges[column + 1])
        assert exact[column] == here.sum()


@given(st.integers(0, 99), st.integers(-DAY // 2, DAY // 2), st.integers(DAY // 2, 2 * DAY))
def test_the_grid_counts_what_searching_counts_up_to_a_sixteenth_of_a_column(
    seed: int, shift: int, length: int
) -> None:
    times = events(seed, 20_000)
    grid = grid_over(NOON, NOON + DAY)
    edges = TimeScale(NOON + shift, NOON + shift + length, 500).edges(500)
    places = grid.places(edges)
    assert places is not None
    counts = SortedTimes(times, grid).counts(edges, places)
    moved = grid.edges()[places]
    assert counts.tolist() == np.diff(np.searchsorted(times, moved)).tolist()
    inside = (edges >= NOON) & (edges <= NOON + DAY)
    assert (np.abs(moved - edges)[inside] <= length / 500 / 16 + 1).all()


def test_close_up_the_grid_is_not_used() -> None:
    grid = grid_over(NOON, NOON + DAY)
    assert grid.places(TimeScale(NOON, NOON + 3600 * NS_PER_S, 1280).edges(1280)) is None


def test_absent_kinds_count_nothing_and_one_event_is_seen() -> None:
    grid = grid_over(NOON, NOON + DAY)
    activity = index_activity({"vehicle": np.array([NOON + 5], np.int64)}, grid)
    counts = activity_counts(activity, TimeScale(NOON, NOON + 100, 10).edges(10))
    assert counts[KINDS.index("vehicle")].tolist() == [1] + [0] * 9
    assert counts.sum() == 1
    strength = levels(counts, 1000)
    assert strength[KINDS.index("vehicle"), 0] >= 64
    assert strength.sum() == strength[KINDS.index("vehicle"), 0]


RANGES = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 120)), max_size=90).map(
    lambda pairs: np.array([(a, a + n) for a, n in pairs], np.int64).reshape(-1, 2)
)


@given(RANGES, st.integers(-50, 400), st.integers(50, 1200), st.integers(1, 200))
def test_columns_that_footage_touches_are_footage_and_no_others(
    ranges: NDArray[np.int64], start: int, length: int, columns: int
) -> None:
    edges = TimeScale(start, start + length, columns).edges(columns)
    found = np.zeros(columns, bool)
    for first, after in touched(SortedRanges(ranges).shown(edges)).tolist():
        found[first:after] = True
    # Real column edges; the integer ones are rounded down.
    width = length / columns
    for column in range(columns):
        low, high = start + column * width, start + (column + 1) * width
        overlap = (np.minimum(ranges[:, 1], high) - np.maximum(ranges[:, 0], low)).max(initial=-1)
        if overlap > 1e-6:
            assert found[column]
        elif overlap < -1e-6:
            assert not found[column]


def test_a_gap_takes_the_columns_it_mostly_fills_and_a_short_one_nicks_its_column() -> None:
    edges = TimeScale(0, 1000, 10).edges(10)
    gaps = np.array([[160, 440], [720, 725]], np.int64)
    wide, short = missing(SortedRanges(gaps).shown(edges))
    assert wide.tolist() == [[2, 4]]
    assert short.tolist() == [7]
    assert missing(SortedRanges(gaps[:0]).shown(edges))[0].shape == (0, 2)


ZONES = st.sampled_from(
    ["America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "-06:00", "America/Sao_Paulo"]
)


@given(
    ZONES,
    st.integers(wall_to_ns(datetime(1995, 1, 1, tzinfo=UTC)) // NS_PER_S, NOON // NS_PER_S),
    st.integers(20, 50 * 365 * 86_400 * 1000),
    st.integers(100, 3000),
)
def test_ticks_come_in_order_and_apart_and_inside(
    zone_name: str, start_s: int, length_ms: int, width: int
) -> None:
    start = start_s * NS_PER_S
    scale = TimeScale(start, start + length_ms * 1_000_000, width)
    found = ticks(scale, zone_of(zone_name), 90)
    times = [tick.wall_ns for tick in found]
    assert all(a < b for a, b in pairwise(times))
    assert all(scale.from_ns <= t < scale.to_ns for t in times)
    assert len(found) <= width / 90 * 1.5 + 3


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-07-01", 24)]
)
def test_days_on_which_the_clock_changes_have_a_tick_for_each_hour_that_was(
    day: str, hours: int
) -> None:
    zone = zone_of("America/Chicago")
    midnight = datetime.fromisoformat(day).replace(tzinfo=zone)
    start = wall_to_ns(midnight)
    end = wall_to_ns(midnight + timedelta(days=1))
    assert end - start == hours * 3600 * NS_PER_S
    found = ticks(TimeScale(start, end, hours * 100), zone, 90)
    assert len(found) == hours
    assert [tick.wall_ns - start for tick in found] == [n * 3600 * NS_PER_S for n in range(hours)]
    texts = [tick.text for tick in found]
    assert ("02:00" in texts) == (hours != 23)
    assert texts.count("01:00") == (2 if hours == 25 else 1)
    assert found[0].context == day
    changed = [tick.context for tick in found[1:] if tick.context]
    assert changed == {23: ["UTC−05:00"], 25: ["UTC−06:00"], 24: []}[hours]


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_six_hour_ticks_stay_round_across_a_change_of_the_clock(day: str) -> None:
    zone = zone_of("America/Chicago")
    start = wall_to_ns(datetime.fromisoformat(day).replace(tzinfo=zone))
    found = ticks(TimeScale(start, start + 2 * DAY, 800), zone, 90)
    assert [tick.text for tick in found] == [
        "00:00", "06:00", "12:00", "18:00", "00:00", "06:00", "12:00", "18:00", "00:00",
    ][: len(found)]  # fmt: skip
    assert len(found) in {8, 9}


def test_day_ticks_are_midnights_of_the_zone_also_where_midnight_was_skipped() -> None:
    zone = zone_of("America/Sao_Paulo")
    start = wall_to_ns(datetime(2018, 11, 1, tzinfo=zone))
    found = ticks(TimeScale(start, start + 8 * DAY, 900), zone, 90)
    locals_ = [local_time(tick.wall_ns, zone) for tick in found]
    assert [f"{there:%m-%d}" for there in locals_] == [tick.text for tick in found]
    # 2018-11-04 began at one o'clock there.
    assert {there.hour for there in locals_ if there.day != 4} == {0}
    assert next(there for there in locals_ if there.day == 4).hour == 1
    assert found[0].context == "2018"


def test_the_finest_ticks_are_frames_apart() -> None:
    scale = TimeScale(NOON, NOON + 128 * 1_000_000, 1280)
    found = ticks(scale, zone_of("America/Chicago"), 90)
    assert [tick.text for tick in found[:3]] == ["12:00:00.000", "12:00:00.010", "12:00:00.020"]
