"""The time bar: dates on pixels, zooming, density of footage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapview.time_strip import TimeStrip

_DAY = 86_400_000_000_000
_START = 1_700_000_000_000_000_000


def _strip(width: int = 200) -> TimeStrip:
    return TimeStrip.of(
        (_START + 300 * _DAY, _START), [(_START + _DAY, _START + 2 * _DAY)]
    ).resized(width)


def test_without_any_date_there_is_nothing_to_show() -> None:
    assert TimeStrip.of((), []).whole is None


def test_all_dates_and_all_footage_lie_on_the_strip() -> None:
    strip = _strip()
    assert strip.changes == (_START, _START + 300 * _DAY)
    for time in (_START, _START + 300 * _DAY, _START + 2 * _DAY):
        assert 0 < strip.x_of(time) < strip.width


def test_a_minute_of_footage_in_ten_years_is_still_seen() -> None:
    strip = TimeStrip.of((_START, _START + 3650 * _DAY), [(_START + _DAY, _START + _DAY + 60)])
    assert strip.resized(300).densities().tolist().count(1) == 1


def test_density_counts_recordings_that_run_at_once() -> None:
    spans = [(_START, _START + 10 * _DAY), (_START + 4 * _DAY, _START + 6 * _DAY)]
    strip = TimeStrip.of((), spans).resized(100)
    counts = strip.densities()
    assert counts.max() == 2
    assert counts[round(strip.x_of(_START + 5 * _DAY))] == 2
    assert counts[round(strip.x_of(_START + 8 * _DAY))] == 1
    assert counts[0] == 0
    assert strip.has_footage(_START)
    assert not strip.has_footage(_START + 10 * _DAY)


@given(st.floats(0.2, 50), st.floats(0, 200), st.floats(0.2, 50), st.floats(0, 200))
def test_zooming_stays_within_all_there_is(
    first: float, x: float, second: float, other_x: float
) -> None:
    strip = _strip().zoomed(first, x).zoomed(second, other_x)
    assert strip.whole is not None
    assert strip.whole[0] <= strip.from_ns < strip.to_ns <= strip.whole[1]


def test_what_is_under_the_pointer_stays_there_while_zooming() -> None:
    strip = _strip()
    near = strip.zoomed(8, 120)
    assert near.x_of(strip.time_at(120)) == pytest.approx(120, abs=1e-3)
    assert near.densities().sum() >= 0


def test_the_time_shown_is_brought_onto_a_zoomed_strip() -> None:
    near = _strip().zoomed(100, 0)
    far = _START + 200 * _DAY
    assert not near.from_ns <= far <= near.to_ns
    held = near.holding(far)
    assert held.from_ns <= far <= held.to_ns
    assert held.to_ns - held.from_ns == near.to_ns - near.from_ns


def test_steps_go_from_date_to_date() -> None:
    strip = _strip()
    assert strip.change_after(_START) == _START + 300 * _DAY
    assert strip.change_after(_START + 300 * _DAY) is None
    assert strip.change_before(_START + 1) == _START
    assert strip.change_before(_START) is None


def test_footage_beyond_the_part_shown_does_not_count() -> None:
    strip = _strip().zoomed(50, 200)
    assert not np.any(strip.densities())
