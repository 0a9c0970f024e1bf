"""A clock that drifts, and local times of a zone: the way there and back is exact."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video.clock import FASTEST_DRIFT_PPB, NS_PER_S, BadTime, ClockOffset, parse_wall, wall_to_ns
from video.local_time import TimeTwice, parse_local, precision_ns, recorder_zone
from video.types import TimeNs

STARTS = st.integers(-(10**18), 2 * 10**18)
OFFSETS = st.integers(-(10**15), 10**15)
DRIFTS = st.integers(-FASTEST_DRIFT_PPB, FASTEST_DRIFT_PPB) | st.integers(-100_000, 100_000)
TIMES = st.integers(-(10**12), 10**16)


@given(STARTS, OFFSETS, DRIFTS, TIMES)
def test_media_time_comes_back_from_its_wall_time_and_never_earlier(
    start: int, offset: int, drift: int, time_ns: int
) -> None:
    clock = ClockOffset(start, offset, drift)
    wall_ns = clock.to_wall_ns(TimeNs(time_ns))
    back = clock.to_media(wall_ns)
    # A fast clock has two nanoseconds with one wall time now and then; the later is given.
    assert back == time_ns if drift <= 0 else time_ns <= back <= time_ns + 1
    assert clock.to_wall_ns(back) == wall_ns
    assert clock.first_media(wall_ns) <= time_ns < clock.first_media(wall_ns + 1)
    assert clock.to_recorder_ns(wall_ns) == start + back


@given(STARTS, OFFSETS, DRIFTS, st.lists(TIMES, min_size=1, max_size=20))
def test_many_times_are_corrected_like_each(
    start: int, offset: int, drift: int, times: list[int]
) -> None:
    clock = ClockOffset(start, offset, drift)
    one_by_one = [clock.to_wall_ns(TimeNs(time_ns)) for time_ns in times]
    assert clock.to_walls(np.array(times, np.int64)).tolist() == one_by_one


@given(STARTS, DRIFTS, TIMES, st.integers(1, 10**12))
def test_corrected_time_goes_forward(start: int, drift: int, time_ns: int, later: int) -> None:
    clock = ClockOffset(start, 0, drift)
    assert clock.to_wall_ns(TimeNs(time_ns)) <= clock.to_wall_ns(TimeNs(time_ns + later))


def test_a_clock_that_runs_fast_falls_behind_its_display() -> None:
    start = wall_to_ns(datetime(2026, 3, 2, 13, tzinfo=UTC))
    clock = ClockOffset(start, 259 * NS_PER_S, 10_000)
    assert clock.to_wall(TimeNs(0)) == datetime(2026, 3, 2, 12, 55, 41, tzinfo=UTC)
    day_ns = 86_400 * NS_PER_S
    assert clock.to_wall_ns(TimeNs(day_ns)) == start + day_ns - 259 * NS_PER_S - 864_000_000


def test_the_hour_that_comes_twice_is_asked_for() -> None:
    with pytest.raises(TimeTwice) as told:
        parse_local("2026-11-01T01:30:00", "America/Chicago")
    assert "01:30:00-05:00" in told.value.message
    assert "01:30:00-06:00" in told.value.message
    assert "--fold" in told.value.hint
    readings = [parse_local("2026-11-01T01:30:00", "America/Chicago", fold=n) for n in (1, 2)]
    assert tuple(readings) == told.value.readings
    assert readings[1] - readings[0] == timedelta(hours=1)
    assert readings[0] == parse_wall("2026-11-01T01:30:00-05:00")


def test_the_hour_that_never_came_is_refused() -> None:
    with pytest.raises(BadTime, match="set forward"):
        parse_local("2026-03-08T02:30:00", "America/Chicago")


def test_a_recorder_that_does_not_change_shows_standard_time_all_year() -> None:
    texts = ("2026-07-01T12:00:00", "2026-01-01T12:00:00", "2026-11-01T01:30:00")
    shown = [parse_local(text, "America/Chicago", summer_time=False) for text in texts]
    assert [moment.hour for moment in shown] == [18, 18, 7]
    # Summer is in January there.
    south = recorder_zone("Australia/Sydney", summer_time=False)
    assert datetime(2026, 1, 1, tzinfo=south).utcoffset() == timedelta(hours=10)


def test_a_time_with_a_zone_of_its_own_needs_no_other() -> None:
    assert parse_local("2026-11-01T01:30:00-06:00", "Europe/Berlin") == parse_wall(
        "2026-11-01T07:30:00Z"
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "../etc/passwd", "+99:00"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadTime, match="no time zone"):
        parse_local("2026-03-02T14:00:00", zone)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T00:00:00", "14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime, match="is not a time"):
        parse_local(text, "UTC")


def test_a_time_without_any_zone_is_refused() -> None:
    with pytest.raises(BadTime, match="no time zone"):
        parse_local("2026-03-02T14:00:00", None)


@pytest.mark.parametrize(
    ("text", "precision"),
    [("2026-03-02T14:00:00", NS_PER_S), ("2026-03-02T14:00:00.25Z", 10_000_000),
     ("2026-03-02T14:00:00.5-06:00", 100_000_000)],
)  # fmt: skip
def test_a_time_is_as_precise_as_it_is_written(text: str, precision: int) -> None:
    assert precision_ns(text) == precision
