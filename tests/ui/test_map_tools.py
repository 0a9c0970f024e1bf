"""Choosing several cameras on the map and measuring on it: by mouse, by keys, and given up."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.types import Actor, Camera, CameraId, CaseHeader, Placement
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.import_cameras import import_cameras
from casefiles.view_types import CaseView
from mapview.layers import camera_marks
from mapview.qt.map_view import MapView
from mapview.qt.tools.draw_tool import DrawTool
from resources.files import packaged
from ui.panels.map import MapPanel
from ui.panels.map_tools import MapTools
from ui.session import Session
from video.clock import parse_wall

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
START = parse_wall("2026-03-02T17:24:00-06:00")
NAMES = ("a", "b", "c", "d")


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    del qtbot
    shared = Session()
    yield shared
    shared.stop()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> MapPanel:
    """Four cameras in a square, 1.1 km high; each sees 50 m to the north."""
    shown = MapPanel(session)
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show()
    return shown


@pytest.fixture
def tools(qtbot: QtBot, session: Session, panel: MapPanel) -> MapTools:
    made = MapTools(session, panel)
    places = ((40.02, -30.02), (40.02, -30.01), (40.01, -30.02), (40.01, -30.01))
    cameras = [
        Camera(CameraId(name), name.title(), (Placement(GeoPoint(*place), 0, 60, 50),))
        for name, place in zip(NAMES, places, strict=True)
    ]
    header = CaseHeader(
        "u", "26-1", "T", training=False, created_ns=0, created_by="", program_version=""
    )
    session.view = CaseView(header, (), tuple(cameras), {}, (), (), "UTC")
    session.view_changed.emit()
    qtbot.waitUntil(lambda: panel.map.is_settled and len(panel.map.spots.spots) == 4)
    return made


def at(shown: MapView, name: str, dx: int = 0, dy: int = 0) -> QPoint:
    mark = next(mark for mark in shown.marks if mark.camera_id == name)
    ((x, y),) = shown.view.to_screen([(mark.x, mark.y)]).tolist()
    return QPoint(round(x) + dx, round(y) + dy)


def click(shown: MapView, *places: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    for place in places:
        QTest.mouseMove(shown, place)
        QTest.mouseClick(shown, LEFT, held, place)


def drag(shown: MapView, *places: QPoint) -> None:
    QTest.mousePress(shown, LEFT, NONE, places[0])
    for one, other in pairwise(places):
        for step in range(1, 6):
            QTest.mouseMove(shown, one + (other - one) * step / 5)
            QApplication.processEvents()
    QTest.mouseRelease(shown, LEFT, NONE, places[-1])


def keys(shown: MapView, *pressed: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    for one in pressed:
        QTest.keyClick(shown, one, held)


def chosen(tools: MapTools) -> tuple[str, ...]:
    return tuple(tools.chosen.ids)


def around(shown: MapView, *names: str) -> tuple[QPoint, ...]:
    points = [at(shown, name) for name in names]
    left, right = min(p.x() for p in points) - 30, max(p.x() for p in points) + 30
    top, bottom = min(p.y() for p in points) - 30, max(p.y() for p in points) + 30
    return QPoint(left, top), QPoint(right, top), QPoint(right, bottom), QPoint(left, bottom)


def test_corners_around_two_cameras_choose_them_and_the_bar_says_so(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("lasso")
    assert panel.corners.note.text().startswith("Click corners")
    click(panel.map, *around(panel.map, "a", "b"))
    keys(panel.map, Key.Key_Return)
    assert chosen(tools) == ("a", "b")
    assert panel.map.tool is None
    assert tools.bar.isVisibleTo(panel)
    assert tools.bar.said.text() == "2 cameras"


def test_a_line_drawn_freehand_chooses_when_the_button_goes_up(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("lasso")
    corners = around(panel.map, "b", "d")
    drag(panel.map, *corners, corners[0])
    assert chosen(tools) == ("b", "d")


def test_a_route_takes_in_what_lies_along_it_and_a_wider_one_more(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("route")
    start, end = at(panel.map, "a", 50), at(panel.map, "c", 50)
    click(panel.map, start)
    QTest.mouseMove(panel.map, end)
    QTest.mouseClick(panel.map, LEFT, NONE, end)
    QTest.mouseDClick(panel.map, LEFT, NONE, end)
    assert chosen(tools) == ()
    assert tools.bar.reach.isVisibleTo(panel)
    far_m = 50 * panel.map.view.ground_m_per_px
    tools.bar.reach.setValue(2 * far_m + 10)
    assert chosen(tools) == ("a", "c")
    assert tools.chosen.picked.inside == ("a", "c")


def test_a_circle_is_drawn_from_its_middle_and_its_radius_can_be_typed(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("radius")
    drag(panel.map, at(panel.map, "d"), at(panel.map, "d", 60))
    assert chosen(tools) == ("d",)
    assert tools.bar.reach.value() == pytest.approx(60 * panel.map.view.ground_m_per_px, rel=0.02)
    tools.bar.reach.setValue(1500)
    assert set(tools.chosen.ids) == set(NAMES)


def test_cameras_that_only_see_into_the_region_can_be_left_out(
    panel: MapPanel, tools: MapTools
) -> None:
    panel.map.show_viewport(panel.map.view.centred(*world(panel.map, "c")).zoomed(8, 450, 300))
    panel.map.show_viewport(panel.map.view.centred(*world(panel.map, "c")))
    tools.start("lasso")
    middle, px = at(panel.map, "c"), panel.map.view.ground_m_per_px
    ahead = middle - QPoint(0, round(30 / px))
    click(panel.map, ahead, ahead + QPoint(40, -40), ahead + QPoint(-40, -40))
    keys(panel.map, Key.Key_Return)
    assert (tools.chosen.picked.inside, tools.chosen.picked.seeing) == ((), ("c",))
    assert tools.bar.said.text() == "1 camera: 0 in it, 1 see it"
    tools.bar.seeing.click()
    assert chosen(tools) == ()


def world(shown: MapView, name: str) -> tuple[float, float]:
    mark = next(mark for mark in shown.marks if mark.camera_id == name)
    return mark.x, mark.y


def test_a_click_with_ctrl_adds_a_camera_and_takes_it_away_again(
    panel: MapPanel, tools: MapTools
) -> None:
    clicked: list[str] = []
    panel.map.camera_clicked.connect(clicked.append)
    click(panel.map, at(panel.map, "a"), at(panel.map, "d"), held=CONTROL)
    assert chosen(tools) == ("a", "d")
    click(panel.map, at(panel.map, "a"), held=CONTROL)
    assert chosen(tools) == ("d",)
    assert clicked == []


def test_all_of_it_works_by_keys_alone(panel: MapPanel, tools: MapTools) -> None:
    panel.map.setFocus()
    keys(panel.map, Key.Key_Space, held=CONTROL)
    assert chosen(tools) == ()
    panel.map.step_camera(1)
    keys(panel.map, Key.Key_Space, held=CONTROL)
    assert chosen(tools) == ("a",)
    keys(panel.map, Key.Key_A, held=CONTROL)
    assert set(tools.chosen.ids) == set(NAMES)
    keys(panel.map, Key.Key_Escape)
    assert chosen(tools) == ()
    tools.start("radius")
    mark = next(mark for mark in panel.map.marks if mark.camera_id == "b")
    tool = panel.map.tool
    assert isinstance(tool, DrawTool)
    tool.pointer = (mark.x, mark.y)
    keys(panel.map, Key.Key_Space, *[Key.Key_Right] * 5, Key.Key_Space)
    assert chosen(tools) == ("b",)
    assert tools.bar.reach.value() == pytest.approx(60 * panel.map.view.ground_m_per_px, rel=0.02)


def test_escape_gives_up_the_drawing_then_the_tool_then_the_choice(
    panel: MapPanel, tools: MapTools
) -> None:
    click(panel.map, at(panel.map, "a"), held=CONTROL)
    tools.start("lasso")
    click(panel.map, QPoint(100, 100), QPoint(200, 100))
    keys(panel.map, Key.Key_Escape)
    tool = panel.map.tool
    assert isinstance(tool, DrawTool)
    assert tool.corners == []
    keys(panel.map, Key.Key_Escape)
    assert panel.map.tool is None
    assert chosen(tools) == ("a",)
    keys(panel.map, Key.Key_Escape)
    assert chosen(tools) == ()
    assert not tools.bar.isVisibleTo(panel)


def test_too_few_corners_choose_nothing_and_the_tool_stays(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("lasso")
    click(panel.map, QPoint(100, 100), QPoint(200, 100))
    keys(panel.map, Key.Key_Return)
    tool = panel.map.tool
    assert isinstance(tool, DrawTool)
    assert len(tool.corners) == 2
    keys(panel.map, Key.Key_Backspace)
    assert len(tool.corners) == 1


def test_the_map_can_be_dragged_while_a_route_is_drawn(panel: MapPanel, tools: MapTools) -> None:
    tools.start("route")
    before = at(panel.map, "a")
    click(panel.map, before)
    drag(panel.map, QPoint(400, 300), QPoint(450, 330))
    assert at(panel.map, "a") == before + QPoint(50, 30)
    tool = panel.map.tool
    assert isinstance(tool, DrawTool)
    assert len(tool.corners) == 1
    # The corner stayed where it was on the ground.
    assert tool.corners[0] == pytest.approx(world(panel.map, "a"), abs=panel.map.view.scale)


def test_enter_asks_for_tiles_of_what_is_chosen(
    qtbot: QtBot, panel: MapPanel, tools: MapTools
) -> None:
    click(panel.map, at(panel.map, "a"), at(panel.map, "b"), held=CONTROL)
    with qtbot.waitSignal(tools.wanted) as asked:
        keys(panel.map, Key.Key_Return)
    assert asked.args == ["map.tiles"]


def test_measuring_says_the_length_and_a_click_on_the_first_corner_the_area(
    panel: MapPanel, tools: MapTools
) -> None:
    tools.start("measure")
    a, b, d = (at(panel.map, name) for name in ("a", "b", "d"))
    click(panel.map, a, b)
    assert tools.measured.startswith("853 m (")
    click(panel.map, d, a)
    # Half of 853 m by 1110 m; a pixel is some metres.
    assert tools.measured.startswith("47")
    assert "ha" in tools.measured
    assert panel.map.tool is not None
    keys(panel.map, Key.Key_Escape)
    assert tools.measured == ""
    keys(panel.map, Key.Key_Escape)
    assert panel.map.tool is None


def test_the_other_button_asks_for_a_menu_and_its_drag_still_draws_an_area(
    qtbot: QtBot, panel: MapPanel, tools: MapTools
) -> None:
    del tools
    with qtbot.waitSignal(panel.map.menu_wanted) as asked:
        QTest.mouseClick(panel.map, RIGHT, NONE, at(panel.map, "a"))
    assert [panel.map.marks[one].camera_id for one in asked.args[1].members] == ["a"]
    assert not panel.map.is_drawing
    with qtbot.waitSignal(panel.map.area_drawn):
        QTest.mousePress(panel.map, RIGHT, NONE, QPoint(100, 100))
        for place in (QPoint(300, 100), QPoint(300, 300), QPoint(100, 300)):
            QTest.mouseMove(panel.map, place)
        QTest.mouseRelease(panel.map, RIGHT, NONE, QPoint(100, 300))


def test_the_menu_key_asks_for_the_menu_of_the_camera_the_keyboard_is_on(
    qtbot: QtBot, panel: MapPanel, tools: MapTools
) -> None:
    del tools
    panel.map.setFocus()
    panel.map.step_camera(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(panel.map.menu_wanted) as asked:
        QApplication.sendEvent(panel.map, event)
    assert [panel.map.marks[one].camera_id for one in asked.args[1].members] == ["a"]


def test_a_region_takes_in_others_when_cameras_have_moved(panel: MapPanel, tools: MapTools) -> None:
    tools.start("lasso")
    click(panel.map, *around(panel.map, "a", "b"))
    keys(panel.map, Key.Key_Return)
    there = GeoPoint(40.02, -30.015)
    cameras = [Camera(CameraId("d"), "D", (Placement(there, 0, 60, 50),))]
    panel.map.set_marks(camera_marks(cameras))
    assert chosen(tools) == ("d",)


def test_footage_of_the_chosen_is_found_by_the_clock(
    qtbot: QtBot, tmp_path: Path, session: Session, tools: MapTools
) -> None:
    gate = CameraId("market-gate")
    with Case.create(
        tmp_path / "case", Actor("tester", "here"), number="26-1", title="T", policy="P"
    ) as case:
        import_cameras(case, packaged("demo", "cameras.csv"))
        add_source(case, packaged("demo", "market-gate.mp4"), Recording(gate, START, 0.0))
        session.set_case(case)
        qtbot.waitUntil(lambda: session.view is not None and bool(session.view.sources))
        tools.chosen.choose((gate, "quay-crane"))
        begin_ns = int(START.timestamp()) * 1_000_000_000
        assert len(tools.chosen.sources_at(begin_ns)) == 1
        assert tools.chosen.sources_at(begin_ns - 1) == ()
        assert tools.chosen.nearest_footage(begin_ns - 10**12) == begin_ns
        tools.chosen.choose(("quay-crane",))
        assert tools.chosen.nearest_footage(begin_ns) is None
        session.stop()


def test_on_a_small_map_the_bar_is_one_line_with_a_menu(
    qtbot: QtBot, panel: MapPanel, tools: MapTools
) -> None:
    panel.resize(270, 240)
    tools.choose_around((-30.015, 40.015), 2000)
    bar, asked = tools.bar, list[str]()
    bar.wanted.connect(asked.append)
    assert bar.said.text() == "4 cameras"
    assert bar.height() < 50
    assert not bar.reach.isVisibleTo(panel)
    bar.more_button.click()
    menu = bar.findChild(QMenu, "map-chosen-menu")
    assert menu is not None
    lines = {action.text(): action for action in menu.actions()}
    lines["Search here"].trigger()
    lines["also who sees it"].trigger()
    assert asked == ["map.search"]
    assert not bar.seeing.isChecked()
    menu.close()
    panel.resize(900, 700)
    qtbot.waitUntil(lambda: bar.reach.isVisibleTo(panel) and not bar.more_button.isVisibleTo(panel))
