"""Lines drawn on a tile, zones refused while they are drawn, and heat maps that are brushed."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from casefiles.types import SourceId
from casefiles.usecases.read_heat import HeatMap, heat_colours
from ui.tools.heat_brush import HeatBrush
from ui.tools.hit_test import edges_cross
from ui.tools.picture_map import PictureMap, Polygon
from ui.tools.zone_tool import ZoneTool
from ui.views.course import paint_course
from ui.views.heat_layer import HeatLayer

PLACE = PictureMap((100, 100), (200.0, 200.0))


def test_a_line_ends_with_enter_and_needs_two_points(qtbot: QtBot) -> None:
    tool = ZoneTool()
    lines: list[Polygon] = []
    zones: list[Polygon] = []
    tool.line_closed.connect(lines.append)
    tool.closed.connect(zones.append)
    tool.start(line=True)
    tool.press(PLACE, (20, 20))
    tool.key(Qt.Key.Key_Return)
    assert (tool.active, tool.mode, lines) == (True, "line", [])
    tool.press(PLACE, (120, 60))
    with qtbot.waitSignal(tool.ended):
        tool.key(Qt.Key.Key_Return)
    assert lines == [((10.0, 10.0), (60.0, 30.0))]
    assert zones == []


def test_a_line_may_cross_itself_and_come_back_to_its_first_point() -> None:
    tool = ZoneTool()
    lines: list[Polygon] = []
    tool.line_closed.connect(lines.append)
    tool.start(line=True)
    for point in ((0, 0), (100, 100), (100, 0), (0, 100), (0, 0)):
        tool.press(PLACE, point)
    tool.double_click()
    assert len(lines[0]) == 5


def test_an_edge_that_crosses_another_is_refused_while_a_zone_is_drawn() -> None:
    tool = ZoneTool()
    zones: list[Polygon] = []
    tool.closed.connect(zones.append)
    tool.start()
    for point in ((20, 20), (120, 120), (120, 20), (20, 100)):
        tool.press(PLACE, point)
    assert (tool.mode, len(tool.corners)) == ("crossing", 3)
    tool.press(PLACE, (90, 20))
    assert tool.mode == "zone"
    tool.key(Qt.Key.Key_Return)
    assert len(zones) == 1
    assert not edges_cross(zones[0], closed=True)


def test_a_zone_whose_last_edge_would_cross_stays_open() -> None:
    tool = ZoneTool()
    zones: list[Polygon] = []
    tool.closed.connect(zones.append)
    tool.start()
    for point in ((20, 20), (120, 20), (120, 120), (180, 60)):
        tool.press(PLACE, point)
    corners = tool.corners
    tool.key(Qt.Key.Key_Return)
    assert (tool.active, zones) == (True, [])
    tool.key(Qt.Key.Key_Backspace)
    assert len(tool.corners) == len(corners) - 1
    assert tool.mode == "zone"


@pytest.mark.parametrize(
    ("corners", "cross"),
    [
        (((0, 0), (10, 0), (10, 10), (0, 10)), False),
        (((0, 0), (10, 10), (10, 0), (0, 10)), True),
        (((0, 0), (10, 0), (5, 0), (5, 5)), True),
        (((0, 0), (10, 0), (10, 10), (5, 0)), True),
        (((0, 0), (10, 0), (5, 5)), False),
    ],
)
def test_which_outlines_cross_themselves(
    corners: tuple[tuple[float, float], ...], *, cross: bool
) -> None:
    assert edges_cross(corners, closed=True) == cross


def test_the_arrow_points_to_the_right_hand_of_the_line() -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    # To the right: its right hand is below.
    paint_course(painter, [QPointF(10, 50), QPointF(90, 50)], 2.0)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(100, 100, 4)[..., :3].sum(axis=2)
    head, tail = pixels[60:64, 40:61].sum(), pixels[37:41, 40:61].sum()
    assert head > 1.5 * tail


def heat() -> HeatMap:
    grid = np.zeros((10, 10), np.float32)
    grid[5, 2], grid[5, 3] = 40.0, 3.0
    return HeatMap("dwell", grid, 10, (100, 100), "s standing", (SourceId(1),), 7)


def test_brushing_makes_a_polygon_in_source_pixels_for_each_stroke() -> None:
    brush = HeatBrush(heat())
    outlines: list[Polygon] = []
    brush.brushed.connect(outlines.append)
    brush.press(PLACE, (50, 110))
    brush.move(PLACE, (90, 110))
    brush.release()
    # Two dabs of three by three cells, in columns 1 to 3 and 3 to 5.
    assert set(outlines[0]) == {(10.0, 40.0), (60.0, 40.0), (60.0, 70.0), (10.0, 70.0)}
    brush.press(PLACE, (0, 0))
    brush.release()
    assert set(outlines[1]) == {(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)}
    assert brush.active
    brush.key(Qt.Key.Key_Escape)
    assert not brush.active


def test_a_heat_map_is_painted_where_it_is_hot_with_its_legend() -> None:
    layer = HeatLayer(heat())
    assert layer.words == ("Time standing · 7 tracks · cell 10 px", "40 s")
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    layer.paint(painter, PLACE)
    painter.end()
    hot, cold = image.pixelColor(50, 110), image.pixelColor(150, 50)
    assert hot.lightness() > 120
    assert cold.lightness() == 0


def test_one_cell_that_is_hotter_by_far_does_not_darken_the_others() -> None:
    plain = heat()
    grid = np.full_like(plain.grid, 2.0)
    grid[0, 0] = 500.0
    layer = HeatLayer(replace(plain, grid=grid))
    assert layer.words[1] == "≥ 2.0 s"
    assert (heat_colours(layer.found)[..., :3].mean(axis=2) > 200).all()
