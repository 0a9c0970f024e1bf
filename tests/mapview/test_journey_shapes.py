"""Where journeys, rings and ways are drawn: values in, places out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint, bearing_deg, distance_m
from casefiles.types import CameraId
from mapview.journey_shapes import (
    JourneyShape,
    badges,
    link_width,
    number_words,
    ring,
    sector,
    shape_of,
    stretch,
    whereabouts,
)
from mapview.projection import project, unproject
from mapview.viewport import Viewport
from tests.support.journeys import S, a_journey, a_leg, a_stop

GATE = GeoPoint(40.0200, -30.0200)
STAIRS = GeoPoint(40.0200, -30.0180)
QUAY = GeoPoint(40.0215, -30.0180)
COLOURS = {CameraId("gate"): 3, CameraId("stairs"): 11}
BESIDE = GeoPoint(40.0200, -30.01995)


def words(from_ns: int | None, to_ns: int | None) -> str:
    return f"{from_ns}-{to_ns}"


def shape(*, fastest_s: float | None = 20.0, problem: str = "") -> JourneyShape:
    """From gate to stairs: leaves after 10 s, arrives after 110 s."""
    gate = a_stop(1, "gate", GATE, 0, 10)
    stairs = a_stop(2, "stairs", STAIRS, 110, 120)
    leg = a_leg(gate, stairs, fastest_s=fastest_s, problem=problem)
    return shape_of(a_journey(gate, stairs, legs=(leg,)), COLOURS, words)


def test_stops_carry_their_number_colour_and_place() -> None:
    made = shape()
    assert [(one.number, one.colour) for one in made.stops] == [(1, 3), (2, 11)]
    assert (made.stops[0].x, made.stops[0].y) == pytest.approx(project(GATE))
    assert made.bounds is not None


def test_a_stop_without_a_place_keeps_its_number() -> None:
    made = shape_of(
        a_journey(
            a_stop(1, "gate", GATE, 0, 1), a_stop(2, "x", None, 5, 6),
            a_stop(3, "stairs", STAIRS, 9, 10),
        ),
        COLOURS, words,
    )  # fmt: skip
    assert [one.number for one in made.stops] == [1, 3]
    assert made.unplaced == (2,)


def test_badges_part_when_the_map_comes_nearer() -> None:
    made = shape_of(
        a_journey(a_stop(1, "gate", GATE, 0, 1), a_stop(2, "stairs", BESIDE, 5, 6)), COLOURS, words
    )
    x, y = project(GATE)
    far, near = Viewport(x, y, 2.0, 800, 600), Viewport(x, y, 0.05, 800, 600)
    assert [one.text for one in badges(made.stops, far)] == ["1, 2"]
    assert [one.text for one in badges(made.stops, near)] == ["1", "2"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((1,), "1"), ((1, 2), "1, 2"), ((1, 2, 3, 5), "1–3, 5"), ((2, 4, 6), "2, 4, 6")],
)
def test_numbers_are_drawn_together(numbers: tuple[int, ...], said: str) -> None:
    assert number_words(numbers) == said


def test_at_a_stop_it_is_seen_there() -> None:
    found = whereabouts(shape(), 5 * S)
    assert found is not None
    assert found.stop == 1
    assert found.points.tolist() == [pytest.approx(list(project(GATE)))]


def test_along_a_calibrated_course_it_is_where_it_was_then() -> None:
    path = ((GATE.lon, GATE.lat), (STAIRS.lon, STAIRS.lat))
    stop = a_stop(1, "gate", GATE, 0, 10, path=path, path_s=(0, 10))
    found = whereabouts(shape_of(a_journey(stop), COLOURS, words), round(2.5 * S))
    assert found is not None
    wanted = 0.75 * np.array(project(GATE)) + 0.25 * np.array(project(STAIRS))
    assert found.points[0] == pytest.approx(wanted)


def test_on_the_way_it_is_somewhere_between_what_speed_allows() -> None:
    """20 s at the fastest, 100 s of time: after 5 s a quarter at most, 95 s later all of it."""
    made = shape()
    early, middle, late = (whereabouts(made, round(at * S)) for at in (15, 60, 105))
    assert early is not None
    assert middle is not None
    assert late is not None
    start, end = np.array(project(GATE)), np.array(project(STAIRS))
    assert early.stop is None
    assert early.sure
    assert early.points[0] == pytest.approx(start)
    assert early.points[-1] == pytest.approx(start + (end - start) / 4)
    assert [*middle.points[0], *middle.points[-1]] == pytest.approx([*start, *end])
    assert late.points[0] == pytest.approx(start + (end - start) * 3 / 4)
    assert late.points[-1] == pytest.approx(end)


@pytest.mark.parametrize(("fastest_s", "problem"), [(300.0, ""), (None, ""), (20.0, "too fast")])
def test_a_way_that_cannot_be_is_shown_whole_and_not_sure(
    fastest_s: float | None, problem: str
) -> None:
    found = whereabouts(shape(fastest_s=fastest_s, problem=problem), 60 * S)
    assert found is not None
    assert not found.sure
    assert found.points[-1] == pytest.approx(np.array(project(STAIRS)))


@pytest.mark.parametrize("at_s", [-1, 121])
def test_before_and_after_the_journey_nothing_is_said(at_s: int) -> None:
    assert whereabouts(shape(), at_s * S) is None


@given(
    st.lists(
        st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=9
    ).filter(lambda points: len(set(points)) > 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_stretch_is_as_long_as_its_share(
    corners: list[tuple[int, int]], one: float, other: float
) -> None:
    points = np.array(corners, np.float64)
    low, high = sorted((one, other))
    whole = float(np.hypot(*np.diff(points, axis=0).T).sum())
    part = stretch(points, low, high)
    length = float(np.hypot(*np.diff(part, axis=0).T).sum())
    assert length == pytest.approx((high - low) * whole, abs=1e-6 * whole)


@given(st.floats(5, 3000))
def test_a_ring_is_everywhere_so_far_from_its_middle(metres: float) -> None:
    away = [distance_m(GATE, unproject(x, y)) for x, y in ring(GATE, metres).tolist()]
    assert away == pytest.approx([metres] * len(away), rel=0.01)


@given(st.floats(0, 359), st.floats(5, 120))
def test_a_cone_opens_around_its_heading(heading: float, spread: float) -> None:
    tip, *arc = sector(GATE, heading, spread, 200).tolist()
    assert tip == pytest.approx(list(project(GATE)))
    turns = [(bearing_deg(GATE, unproject(x, y)) - heading + 180) % 360 - 180 for x, y in arc]
    assert min(turns) == pytest.approx(-spread, abs=0.5)
    assert max(turns) == pytest.approx(spread, abs=0.5)


def test_a_cone_all_around_is_the_ring() -> None:
    assert sector(GATE, 10, 180, 50).tolist() == ring(GATE, 50).tolist()


def test_links_grow_thicker_with_what_was_seen() -> None:
    widths = [link_width(seen) for seen in (0, 1, 9, 99)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]
    assert math.isfinite(link_width(-1))
