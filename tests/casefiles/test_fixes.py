"""Where something that moves was between its fixes, and where nothing is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint, distance_m

S = 1_000_000_000


def fixes(*rows: tuple[float, float, float]) -> Fixes:
    times, lat, lon = zip(*rows, strict=True)
    return Fixes(
        np.array([round(t * S) for t in times], np.int64), np.array(lat), np.array(lon),
        np.full(len(rows), np.nan),
    )  # fmt: skip


def test_place_between_two_fixes_lies_on_the_line_between_them() -> None:
    place = fixes((0, 45.0, -93.0), (4, 45.0, -92.9996)).at(1 * S)
    assert place is not None
    assert (place.point.lat, place.point.lon) == pytest.approx((45.0, -92.9999))
    assert place.heading_deg == pytest.approx(90, abs=0.1)
    assert place.speed_mps == pytest.approx(
        distance_m(GeoPoint(45, -93), GeoPoint(45, -92.9996)) / 4
    )
    assert not place.estimated


def test_place_in_a_gap_of_more_than_ten_seconds_is_called_an_estimate() -> None:
    known = fixes((0, 45.0, -93.0), (10.5, 45.001, -93.0))
    between, at_a_fix = known.at(5 * S), known.at(0)
    assert between is not None
    assert between.estimated
    assert at_a_fix is not None
    assert not at_a_fix.estimated


def test_nothing_is_made_up_before_the_first_fix_and_after_the_last() -> None:
    known = fixes((0, 45.0, -93.0), (1, 45.0, -93.0))
    assert known.at(-1) is None
    assert known.at(1 * S + 1) is None
    assert Fixes().at(0) is None


def test_what_stands_has_no_heading() -> None:
    place = fixes((0, 45.0, -93.0), (1, 45.0, -93.0)).at(S // 2)
    assert place is not None
    assert place.heading_deg is None
    assert place.speed_mps == 0


def test_way_across_the_date_line_is_the_short_one() -> None:
    place = fixes((0, 0.0, 179.9999), (2, 0.0, -179.9999)).at(1 * S)
    assert place is not None
    assert abs(place.point.lon) == pytest.approx(180)


def test_times_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="rise"):
        fixes((1, 45.0, -93.0), (1, 45.0, -93.0))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20, unique=True), st.data())
def test_place_at_every_fix_is_that_fix(seconds: list[int], data: st.DataObject) -> None:
    seconds.sort()
    at = data.draw(st.integers(0, len(seconds) - 1))
    lat = data.draw(st.lists(st.floats(-89, 89), min_size=len(seconds), max_size=len(seconds)))
    known = fixes(*((second, value, 10.0) for second, value in zip(seconds, lat, strict=True)))
    place = known.at(seconds[at] * S)
    assert place is not None
    assert place.point.lat == pytest.approx(lat[at])
    assert not place.estimated
