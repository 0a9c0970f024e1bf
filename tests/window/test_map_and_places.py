"""The map and the lists of places: cameras chosen and moved, areas, zones, bookmarks, the zone."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import ZoneFilter
from casefiles.view_types import CaseView
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import (
    Button,
    Key,
    Modifier,
    click,
    control,
    dialog,
    focused,
    message,
    no_dialog,
    press,
    tab_to,
    write,
)
from ui.dialogs.dragged_camera import DraggedCameraDialog
from ui.models.wall_text import moment
from workstation.desktop.desktop import Desktop

_AROUND_PX = 24
_MOST_CLICKS = 8


def view_of(desktop: Desktop) -> CaseView:
    """The facts of the open case."""
    assert desktop.session.view is not None
    return desktop.session.view


def place_on_map(desktop: Desktop, camera_id: str) -> QPoint:
    """Where one would click for a camera: on its symbol, or on the disc it is in."""
    view = desktop.map.map
    mark = next(one for one in view.marks if one.camera_id == camera_id)
    ((x, y),) = view.view.to_screen([(mark.x, mark.y)]).tolist()
    steps = range(-_AROUND_PX, _AROUND_PX + 1, 4)
    for down, across in sorted(
        ((d, a) for d in steps for a in steps), key=lambda p: abs(p[0]) + abs(p[1])
    ):
        spot = view.spot_at(QPointF(x + across, y + down))
        if spot is not None and camera_id in {view.marks[at].camera_id for at in spot.members}:
            return QPoint(round(x + across), round(y + down))
    raise AssertionError(f"{camera_id} is not on the map")


def choose_on_map(qtbot: QtBot, desktop: Desktop, camera_id: str) -> None:
    """Clicks until the camera is chosen: discs of several cameras come apart first."""
    for _ in range(_MOST_CLICKS):
        qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)
        click(desktop.map.map, place_on_map(desktop, camera_id))
        if desktop.session.selection.camera_id == camera_id:
            return
    raise AssertionError(f"{camera_id} cannot be chosen")


def test_camera_clicked_on_the_map_is_chosen_everywhere_and_m_hides_the_map(
    qtbot: QtBot, desktop: Desktop
) -> None:
    choose_on_map(qtbot, desktop, "ferry-stairs")
    source = next(one for one in view_of(desktop).sources if one.camera_id == "ferry-stairs")
    assert desktop.tiles.focused_source() == source.source_id
    row = desktop.sources.model.row(desktop.sources.tree.currentIndex())
    assert row is not None
    assert row.camera_id == "ferry-stairs"
    press(desktop, Key.Key_M)
    assert not desktop.map.isVisible()
    press(desktop, Key.Key_M)
    assert desktop.map.isVisible()


def test_arrows_move_the_map_they_are_on(qtbot: QtBot, desktop: Desktop) -> None:
    view = desktop.map.map
    qtbot.waitUntil(lambda: view.is_settled, timeout=PATIENCE_MS)
    began = desktop.session.playhead_ns
    tab_to(desktop, view)
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Left, Key.Key_Up):
        before = view.view
        press(desktop, key)
        assert view.view != before
    assert desktop.session.playhead_ns == began


def standing(desktop: Desktop, camera_id: str) -> tuple[float, float]:
    """Where the camera stands now."""
    camera = view_of(desktop).camera(camera_id)
    assert camera is not None
    point = camera.placements[-1].point
    return point.lat, point.lon


def test_camera_is_moved_on_the_map_and_back_and_again(qtbot: QtBot, desktop: Desktop) -> None:
    camera = "mill-bridge"
    choose_on_map(qtbot, desktop, camera)
    desktop.actions["cameras.move"].trigger()
    assert "Drag a camera" in desktop.map.note.text()
    before = standing(desktop, camera)
    qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)
    grip = place_on_map(desktop, camera)
    view, held = desktop.map.map, Modifier.NoModifier
    QTest.mousePress(view, Button.LeftButton, held, grip)
    for step in (8, 16, 24, 32):
        QTest.mouseMove(view, grip + QPoint(step, -step // 2))
    QTest.mouseRelease(view, Button.LeftButton, held, grip + QPoint(32, -16))
    asked = dialog(qtbot, desktop, DraggedCameraDialog)
    asked.wrong.click()
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(lambda: standing(desktop, camera) != before, timeout=PATIENCE_MS)
    moved = standing(desktop, camera)
    assert moved[0] > before[0]
    assert moved[1] > before[1], "up and to the right is north and east"
    control(desktop, Key.Key_Z)
    qtbot.waitUntil(lambda: standing(desktop, camera) == before, timeout=PATIENCE_MS)
    control(desktop, Key.Key_Y)
    qtbot.waitUntil(lambda: standing(desktop, camera) == moved, timeout=PATIENCE_MS)
    desktop.actions["cameras.move"].trigger()
    assert not desktop.map.map.is_editing


def test_area_drawn_on_the_map_is_searched_and_kept(qtbot: QtBot, desktop: Desktop) -> None:
    qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)
    press(desktop, Key.Key_Z, held=Modifier.ShiftModifier)
    view = desktop.map.map
    assert view.is_drawing
    right, low = view.width() - 60, view.height() - 20
    for corner in (QPoint(10, 10), QPoint(right, 10), QPoint(right, low), QPoint(10, low)):
        click(view, corner)
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    query = desktop.session.query
    assert query is not None
    (asked,) = (one.zone for one in query.filters if isinstance(one, ZoneFilter))
    assert asked.source_id is None
    assert asked.camera_id is None
    qtbot.waitUntil(lambda: len(view_of(desktop).zones) == 1, timeout=PATIENCE_MS)
    assert not desktop.map.map.is_drawing
    qtbot.waitUntil(lambda: desktop.map.note.isHidden(), timeout=PATIENCE_MS)


def test_zone_is_renamed_and_taken_away_in_its_list(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Key.Key_1, Key.Key_Z)
    tile = desktop.tiles.tile(desktop.tiles.shown[0])
    assert tile is not None
    middle = tile.rect().center()
    for across, down in ((-50, -50), (50, -50), (0, 60)):
        click(tile, middle + QPoint(across, down))
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: len(view_of(desktop).zones) == 1, timeout=PATIENCE_MS)
    desktop.window.show_dock("places")
    table = desktop.places.zones
    tab_to(desktop, table)
    press(desktop, Key.Key_Home, Key.Key_F2)
    editor = focused(desktop)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    write(desktop, "Doorway m 1")
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: view_of(desktop).zones[0].name == "Doorway m 1", timeout=PATIENCE_MS)
    assert desktop.map.isVisible(), "letters typed into a name are no commands"
    control(desktop, Key.Key_Z)
    qtbot.waitUntil(lambda: view_of(desktop).zones[0].name == "Zone 1", timeout=PATIENCE_MS)
    control(desktop, Key.Key_Y)
    qtbot.waitUntil(lambda: view_of(desktop).zones[0].name == "Doorway m 1", timeout=PATIENCE_MS)
    tab_to(desktop, table)
    press(desktop, Key.Key_Home, Key.Key_Delete)
    qtbot.waitUntil(lambda: view_of(desktop).zones == (), timeout=PATIENCE_MS)
    control(desktop, Key.Key_Z)
    qtbot.waitUntil(lambda: len(view_of(desktop).zones) == 1, timeout=PATIENCE_MS)
    assert view_of(desktop).zones[0].name == "Doorway m 1"


def test_bookmark_chosen_in_its_list_goes_to_its_moment(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Key.Key_1)
    press(desktop, Key.Key_Right, held=Modifier.ShiftModifier)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    marked = desktop.session.playhead_ns
    press(desktop, Key.Key_B)
    dialog(qtbot, desktop, QInputDialog)
    write(desktop, "puts a bag down")
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(lambda: len(view_of(desktop).bookmarks) == 1, timeout=PATIENCE_MS)
    press(desktop, Key.Key_End)
    qtbot.waitUntil(lambda: desktop.session.playhead_ns > marked + 10**9, timeout=PATIENCE_MS)
    desktop.window.show_dock("places")
    tab_to(desktop, desktop.places.bookmarks)
    press(desktop, Key.Key_Home, Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.session.playhead_ns == marked, timeout=PATIENCE_MS)
    assert desktop.session.selection.bookmark_id == view_of(desktop).bookmarks[0].bookmark_id
    assert desktop.tiles.focused_source() == desktop.tiles.shown[0]


def set_zone(qtbot: QtBot, desktop: Desktop, name: str) -> None:
    """Types another time zone into the dialog."""
    desktop.actions["case.zone"].trigger()
    asked = dialog(qtbot, desktop, QInputDialog)
    assert asked.textValue() == view_of(desktop).zone_name
    control(desktop, Key.Key_A)
    write(desktop, name)
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)


def test_time_zone_of_the_case_changes_everywhere(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Key.Key_1)
    control(desktop, Key.Key_F)
    write(desktop, "person")
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    clock, lines = desktop.transport.clock, desktop.timeline.timeline
    before = clock.text()
    tile = desktop.tiles.tile(desktop.tiles.shown[0])
    assert tile is not None
    picture = tile.grab().toImage()
    set_zone(qtbot, desktop, "+05:30")
    qtbot.waitUntil(lambda: view_of(desktop).zone_name == "+05:30", timeout=PATIENCE_MS)
    shown = moment(desktop.session.playhead_ns, "+05:30")
    assert clock.text() != before
    assert clock.text()[:8] in shown
    assert "05:30" in desktop.results.count.text()
    qtbot.waitUntil(lambda: "05:30" in lines.accessibleDescription(), timeout=PATIENCE_MS)
    assert tile.grab().toImage() != picture
    assert desktop.sources.model.zone_name == "+05:30"
    set_zone(qtbot, desktop, "Atlantis/Harbour")
    assert "Atlantis/Harbour" in message(qtbot, desktop).title
    assert view_of(desktop).zone_name == "+05:30"
