"""Drawing zones: corners in source pixels whatever the zoom, and what clicks and keys mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.tools.hit_test import area, box_at, contains, corner_at, with_corner_at
from ui.tools.picture_map import MOST_ZOOM, PictureMap, Point, Polygon
from ui.tools.zone_tool import ZoneTool

SQUARE: Polygon = ((10.0, 10.0), (110.0, 10.0), (110.0, 110.0), (10.0, 110.0))
PLACE = PictureMap((640, 480), (320.0, 240.0))

sizes = st.integers(16, 4000)
views = st.floats(20, 3000)
points = st.floats(-200, 4200)


@st.composite
def places(draw: st.DrawFn) -> PictureMap:
    place = PictureMap((draw(sizes), draw(sizes)), (draw(views), draw(views)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.floats(0, place.view[0])), draw(st.floats(0, place.view[1]))
        place = place.zoomed(draw(st.floats(0.3, 4)), at)
        place = place.panned(draw(st.floats(-500, 500)), draw(st.floats(-500, 500)))
    return place


@given(places(), points, points)
def test_view_and_source_are_exact_inverses(place: PictureMap, x: float, y: float) -> None:
    back = place.to_source(place.to_view((x, y)))
    assert back == pytest.approx((x, y), abs=1e-6)
    there = place.to_view(place.to_source((x, y)))
    assert there == pytest.approx((x, y), abs=1e-6)


@given(places())
def test_the_picture_never_leaves_more_room_than_it_must(place: PictureMap) -> None:
    left, top, width, height = place.target
    for start, length, room in ((left, width, place.view[0]), (top, height, place.view[1])):
        if length <= room + 1e-6:
            assert start == pytest.approx((room - length) / 2, abs=1e-3)
        else:
            assert start <= 1e-3
            assert start + length >= room - 1e-3


@given(st.floats(1.0, 4.0), st.floats(60, 260), st.floats(40, 200))
def test_what_lies_under_the_pointer_stays_there_while_zooming_in(
    factor: float, x: float, y: float
) -> None:
    zoomed = PLACE.zoomed(factor, (x, y))
    assert zoomed.to_source((x, y)) == pytest.approx(PLACE.to_source((x, y)), abs=1e-6)


def test_zoom_ends_at_the_whole_picture_and_at_sixteen_times() -> None:
    assert PLACE.zoomed(0.1, (10, 10)).target == PLACE.target
    assert PLACE.zoomed(1000, (10, 10)).zoom == MOST_ZOOM
    assert PLACE.zoomed(8, (10, 10)).whole().target == PLACE.target


def test_zoom_and_middle_survive_another_size_of_the_tile() -> None:
    zoomed = PLACE.zoomed(4, (200, 100))
    larger = zoomed.resized((640, 480), (640.0, 480.0))
    assert larger.middle == pytest.approx(zoomed.middle)
    assert larger.scale == pytest.approx(2 * zoomed.scale)


@pytest.fixture
def tool(qtbot: QtBot) -> ZoneTool:
    return ZoneTool()


def closed_by(tool: ZoneTool) -> list[Polygon]:
    found: list[Polygon] = []
    tool.closed.connect(found.append)
    return found


def click(tool: ZoneTool, *corners: Point, place: PictureMap = PLACE) -> None:
    for corner in corners:
        tool.press(place, place.to_view(corner))
        tool.release()


def test_clicks_and_enter_give_the_polygon_in_source_pixels(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.start()
    click(tool, *SQUARE[:2])
    # Zooming in between changes nothing: corners are kept in source pixels.
    click(tool, *SQUARE[2:], place=PLACE.zoomed(3, (0, 0)))
    assert tool.key(Qt.Key.Key_Return)
    ((polygon),) = found
    assert [tuple(round(at, 6) for at in corner) for corner in polygon] == list(SQUARE)
    assert not tool.active


def test_a_click_on_the_first_corner_closes(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.start()
    click(tool, *SQUARE, (13.0, 12.0))
    assert len(found[0]) == 4


def test_a_double_click_closes_and_its_second_press_adds_no_corner(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.start()
    click(tool, *SQUARE[:3])
    tool.double_click()
    assert len(found[0]) == 3


def test_backspace_takes_the_last_corner_and_escape_everything(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.start()
    click(tool, *SQUARE)
    assert tool.key(Qt.Key.Key_Backspace)
    assert [round(x) for x, _ in tool.corners] == [10, 110, 110]
    assert tool.key(Qt.Key.Key_Escape)
    assert not tool.active
    assert not list(tool.corners)
    assert found == []


def test_what_encloses_nothing_is_not_closed(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.start()
    click(tool, (10.0, 10.0), (300.0, 10.0))
    tool.key(Qt.Key.Key_Return)
    click(tool, (500.0, 10.0))
    tool.key(Qt.Key.Key_Return)
    assert found == []
    assert tool.active


def test_the_line_follows_the_pointer_and_stays_in_the_picture(tool: ZoneTool) -> None:
    tool.move(PLACE, (10, 10))
    assert tool.rubber is None
    tool.start()
    tool.move(PLACE, PLACE.to_view((50, 60)))
    assert tool.rubber == pytest.approx((50, 60))
    tool.move(PLACE, (-40, 1000))
    assert tool.rubber == (0, 480)


def test_a_corner_of_a_finished_zone_can_be_dragged(tool: ZoneTool) -> None:
    found = closed_by(tool)
    tool.edit(SQUARE)
    tool.press(PLACE, PLACE.to_view((112.0, 108.0)))
    tool.move(PLACE, PLACE.to_view((150.0, 160.0)))
    tool.release()
    tool.move(PLACE, PLACE.to_view((400.0, 400.0)))
    assert not tool.key(Qt.Key.Key_Backspace)
    tool.key(Qt.Key.Key_Enter)
    ((polygon),) = found
    assert polygon[2] == pytest.approx((150, 160))
    assert polygon[:2] == SQUARE[:2]


def test_other_keys_and_an_idle_tool_leave_keys_alone(tool: ZoneTool) -> None:
    assert not tool.key(Qt.Key.Key_Escape)
    tool.start()
    assert not tool.key(Qt.Key.Key_A)


def test_the_smallest_of_several_boxes_is_hit() -> None:
    boxes = np.array([[0, 0, 100, 100], [40, 40, 60, 60], [200, 0, 210, 10]], np.float32)
    assert box_at(boxes, (50, 50)) == 1
    assert box_at(boxes, (20, 20)) == 0
    assert box_at(boxes, (150, 50)) is None
    assert box_at(boxes, (196, 5), slack=5) == 2
    assert box_at(boxes[:0], (5, 5)) is None


def test_corners_and_insides_of_polygons() -> None:
    assert corner_at(SQUARE, (108, 13), reach=10) == 1
    assert corner_at(SQUARE, (60, 60), reach=10) is None
    assert corner_at((), (0, 0), reach=10) is None
    assert contains(SQUARE, (60, 60))
    assert not contains(SQUARE, (5, 60))
    assert area(SQUARE) == 10_000
    assert area(SQUARE[:2]) == 0
    assert with_corner_at(SQUARE, 0, (1.0, 2.0)) == ((1.0, 2.0), *SQUARE[1:])
