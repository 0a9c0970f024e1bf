"""Symbols and names never cover each other, and every camera is somewhere."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from mapview.hit_test import members_bounds, reading_order, spot_under
from mapview.label_room import Box, Room, Writing, along_street, slanted_boxes
from mapview.layers import CameraMark, camera_marks
from mapview.symbols import CLUSTER_PX, SYMBOL_PX, Layout, lay_out, place_symbols
from mapview.viewport import Viewport

_AT = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)) | st.just((5.0, 5.0)), max_size=40)


@given(_AT)
def test_no_symbol_covers_another_and_none_is_lost(at: list[tuple[float, float]]) -> None:
    placed = place_symbols(np.array(at, np.float64).reshape(-1, 2))
    assert sorted(member for members, _, _ in placed for member in members) == [*range(len(at))]
    for (some, ax, ay), (others, bx, by) in combinations(placed, 2):
        sizes = [CLUSTER_PX if len(m) > 1 else SYMBOL_PX for m in (some, others)]
        assert math.hypot(ax - bx, ay - by) >= sum(sizes) / 2 - 1e-6


def test_cameras_far_apart_stay_where_they_are() -> None:
    assert place_symbols(np.array([(0.0, 0.0), (100.0, 50.0)])) == [((0,), 0, 0), ((1,), 100, 50)]


def test_few_in_one_place_are_spread_and_many_become_a_number() -> None:
    few = place_symbols(np.zeros((4, 2)))
    assert [len(members) for members, _, _ in few] == [1, 1, 1, 1]
    many = place_symbols(np.zeros((9, 2)))
    assert [len(members) for members, _, _ in many] == [9]


def test_two_side_by_side_are_spread_each_to_its_own_side() -> None:
    placed = {members[0]: (x, y) for members, x, y in place_symbols(np.array([(10.0, 0), (0, 0)]))}
    assert placed[0][0] > placed[1][0]


def _marks(count: int, step_deg: float = 0.0005) -> tuple[CameraMark, ...]:
    return camera_marks(
        Camera(CameraId(f"c{i}"), f"Camera {i}", (Placement(GeoPoint(40, i * step_deg)),))
        for i in range(count)
    )


@given(st.integers(0, 25), st.floats(0.00001, 0.001), st.floats(0.3, 3))
def test_names_cover_neither_symbols_nor_each_other(
    count: int, step_deg: float, scale: float
) -> None:
    layout = lay_out(
        _marks(count, step_deg), scale, ground_m_per_px=scale, measure=lambda t: (7.0 * len(t), 14)
    )
    labels = [spot.label for spot in layout.spots if spot.label is not None]
    for one, other in combinations([*(spot.box for spot in layout.spots), *labels], 2):
        if one in labels or other in labels:
            assert not one.overlaps(other)


def test_far_out_only_cameras_with_footage_are_named() -> None:
    cameras = [
        Camera(CameraId(n), n, (Placement(GeoPoint(40, lon)),)) for n, lon in (("a", 0), ("b", 1))
    ]
    marks = camera_marks(cameras, with_footage=frozenset({CameraId("b")}))
    layout = lay_out(marks, 200, ground_m_per_px=150, measure=lambda _: (20, 14))
    assert [spot.label is not None for spot in layout.spots] == [False, True]


def test_former_places_take_room_but_are_no_symbols() -> None:
    moved = Camera(
        CameraId("t"), "T", (Placement(GeoPoint(40, 0), to_ns=5), Placement(GeoPoint(40, 1)))
    )
    layout = lay_out(camera_marks([moved]), 100, ground_m_per_px=1, measure=lambda _: (20, 14))
    assert (len(layout.spots), len(layout.former)) == (1, 1)


def test_a_click_finds_the_nearest_symbol_its_name_and_nothing_beyond() -> None:
    marks = _marks(2)
    view = Viewport(marks[0].x, marks[0].y, 1, 400, 300)
    layout = lay_out(marks, 1, ground_m_per_px=0.76, measure=lambda _: (30, 14))
    assert spot_under(layout, view, 203, 152) == layout.spots[0]
    label = layout.spots[0].label
    assert label is not None
    shift = (-view.x + 200, view.y + 150)
    on_name = (label.x + 25 + shift[0], label.y + 5 + shift[1])
    assert spot_under(layout, view, *on_name) == layout.spots[0]
    assert spot_under(layout, view, 200, 200) is None
    assert spot_under(Layout(1), view, 200, 150) is None


def test_a_layout_of_another_scale_is_still_hit_where_it_is_drawn() -> None:
    marks = _marks(2, 0.001)
    layout = lay_out(marks, 1, ground_m_per_px=0.76, measure=lambda _: (30, 14))
    near = Viewport(marks[0].x, marks[0].y, 0.5, 400, 300)
    second = near.to_screen([(marks[1].x, marks[1].y)])[0]
    assert spot_under(layout, near, *second) == layout.spots[1]


def test_cameras_are_walked_through_as_one_reads() -> None:
    places = {"se": (39.9, 1.0), "nw": (40.0, 0.0), "ne": (39.9999, 1.0), "sw": (39.9, 0.0)}
    cameras = [Camera(CameraId(n), n, (Placement(GeoPoint(*at)),)) for n, at in places.items()]
    assert reading_order(camera_marks(cameras)) == ["nw", "ne", "sw", "se"]
    assert reading_order(()) == []


def test_a_cluster_knows_the_bounds_of_its_cameras() -> None:
    marks = _marks(9, 0.000001)
    (spot,) = lay_out(marks, 1, ground_m_per_px=1, measure=lambda _: (9, 9)).spots
    assert members_bounds(marks, spot)[::2] == (marks[0].x, marks[-1].x)


_BOXES = st.lists(
    st.builds(Box, st.floats(-300, 300), st.floats(-300, 300), st.floats(1, 90), st.floats(1, 90))
)


@given(_BOXES)
def test_room_says_the_same_as_comparing_all(boxes: list[Box]) -> None:
    room, taken = Room(), list[Box]()
    for box in boxes:
        free = not any(box.overlaps(other) for other in taken)
        assert room.take_if_free([box]) == free
        if free:
            taken.append(box)


@given(st.floats(-89, 89), st.floats(20, 200))
def test_boxes_of_a_slanted_name_cover_its_middle_line(angle: float, width: float) -> None:
    boxes = slanted_boxes(Writing(0, 0, angle), width, 14)
    turn = math.radians(angle)
    for at in np.linspace(-width / 2, width / 2, 9).tolist():
        x, y = at * math.cos(turn), at * math.sin(turn)
        assert any(
            b.x - 1 <= x <= b.x + b.width + 1 and b.y - 1 <= y <= b.y + b.height + 1 for b in boxes
        )


_SHEET = Box(0, 0, 1000, 1000)


def test_a_name_goes_to_the_middle_of_the_longest_straight_of_its_street() -> None:
    street = np.array([(100.0, 100.0), (100.0, 200.0), (600.0, 200.0), (600.0, 260.0)])
    best = along_street(street, 80, _SHEET)[0]
    assert (best.x, best.y, best.angle_deg) == pytest.approx((350, 200, 0))


def test_a_name_is_never_upside_down() -> None:
    west = np.array([(900.0, 500.0), (100.0, 480.0)])
    assert abs(along_street(west, 80, _SHEET)[0].angle_deg) < 90


def test_a_name_stays_on_a_bending_street() -> None:
    bend = np.array([(x, 500 - (x - 500) ** 2 / 2000) for x in range(100, 901, 20)], np.float64)
    for spot in along_street(bend, 60, _SHEET):
        assert spot.y == pytest.approx(500 - (spot.x - 500) ** 2 / 2000, abs=3.5)


def test_a_street_too_short_or_off_the_sheet_has_no_name() -> None:
    assert along_street(np.array([(0.0, 0.0), (50.0, 0.0)]), 80, _SHEET) == []
    assert along_street(np.array([(0.0, -50.0), (900.0, -50.0)]), 80, _SHEET) == []
    assert along_street(np.array([(5.0, 5.0), (5.0, 5.0)]), 80, _SHEET) == []


def test_a_closed_street_is_named_along_one_of_its_sides() -> None:
    ring = np.array([(100, 100), (400, 100), (400, 300), (100, 300), (100, 100)], np.float64)
    assert along_street(ring, 80, _SHEET)
