"""Marks of cameras: dated places, kinds, what moving one leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from mapview.layers import (
    camera_marks,
    mark_kind,
    moved_placements,
    placement_at,
    placement_changes,
    reach,
    view_cone,
)
from mapview.viewport import bounds_of

_HERE, _THERE = GeoPoint(40, -30), GeoPoint(40.001, -30.002)
_FIRST = Placement(_HERE, 90, 60, 50, from_ns=100, to_ns=200)
_SECOND = Placement(_THERE, 180, 60, 50, from_ns=300)
_TRAILER = Camera(CameraId("t"), "Trailer", (_FIRST, _SECOND), "trailer")


@pytest.mark.parametrize(
    ("wall_ns", "expected"),
    [(99, None), (100, _FIRST), (199, _FIRST), (200, None), (300, _SECOND), (None, _SECOND)],
)
def test_the_placement_in_force_is_chosen_to_the_nanosecond(
    wall_ns: int | None, expected: Placement | None
) -> None:
    assert placement_at(_TRAILER.placements, wall_ns) is expected


def test_present_marks_come_first_and_former_ones_are_kept() -> None:
    fixed = Camera(CameraId("f"), "Fixed", (Placement(_HERE),))
    marks = camera_marks([_TRAILER, fixed], wall_ns=150, with_footage=frozenset({CameraId("f")}))
    assert [(m.camera_id, m.former, m.has_footage, m.colour) for m in marks] == [
        ("t", False, False, 0),
        ("f", False, True, 1),
        ("t", True, False, 0),
    ]
    assert marks[0].point == _HERE
    assert marks[2].point == _THERE


def test_a_camera_that_stood_nowhere_has_only_former_marks() -> None:
    assert [mark.former for mark in camera_marks([_TRAILER], wall_ns=250)] == [True, True]
    assert camera_marks([Camera(CameraId("x"), "Nowhere", ())]) == ()


def test_the_map_changes_only_when_a_camera_comes_or_goes() -> None:
    assert placement_changes([_TRAILER]) == (100, 200, 300)


def test_moving_a_camera_changes_the_placement_in_force_and_no_other() -> None:
    new = GeoPoint(41, -31)
    moved = moved_placements(_TRAILER.placements, 150, new, 10.0)
    assert moved[1] is _SECOND
    assert (moved[0].point, moved[0].heading_deg) == (new, 10.0)
    assert (moved[0].from_ns, moved[0].to_ns, moved[0].range_m) == (100, 200, 50)


def test_where_no_placement_is_in_force_the_newest_is_moved() -> None:
    moved = moved_placements(_TRAILER.placements, 250, _HERE, None)
    assert moved[0] is _FIRST
    assert moved[1].point == _HERE


@pytest.mark.parametrize(
    ("word", "kind"),
    [("", "fixed"), ("PTZ", "ptz"), ("ALPR gantry", "alpr"), ("solar trailer", "trailer"),
     ("fixed", "fixed"), ("license plate", "alpr")],
)  # fmt: skip
def test_kinds_are_read_from_the_words_lists_use(word: str, kind: str) -> None:
    assert mark_kind(word) == kind


@given(
    st.floats(-70, 70),
    st.none() | st.floats(0, 359),
    st.floats(1, 170),
    st.floats(5, 500),
)
def test_what_fit_looks_at_lies_within_a_hair_of_the_cone(
    lat: float, heading: float | None, fov: float, range_m: float
) -> None:
    camera = Camera(CameraId("c"), "C", (Placement(GeoPoint(lat, 5), heading, fov, range_m),))
    (mark,) = camera_marks([camera])
    quick, exact = bounds_of(reach(mark)), bounds_of(view_cone(mark))
    assert quick is not None
    assert exact is not None
    size = max(exact[2] - exact[0], exact[3] - exact[1])
    assert quick == pytest.approx(exact, abs=size * 0.5)


def test_a_cone_is_marked_as_assumed_where_anything_of_it_is() -> None:
    known = camera_marks([_TRAILER])[0]
    assert not known.is_assumed
    assert camera_marks([Camera(CameraId("c"), "C", (Placement(_HERE, 90),))])[0].is_assumed
