"""Hands on the map: cameras chosen by what is drawn around them, opened, searched, reviewed."""

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from casefiles.geo import GeoPoint
from casefiles.queries.filters import CameraFilter, TimeFilter
from casefiles.types import Camera, CameraId
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import (
    Button,
    Key,
    Modifier,
    click,
    control,
    dialog,
    drop,
    no_dialog,
    press,
)
from ui.dialogs.camera_import import CameraImportDialog
from ui.dialogs.camera_list import CameraListDialog
from ui.dialogs.dragged_camera import DraggedCameraDialog
from ui.dialogs.placements import PlacementsDialog
from ui.session import Selection
from workstation.desktop.desktop import Desktop

WITH_FOOTAGE = {"harbor-west", "harbor-east", "ferry-stairs", "market-gate"}


def show_large_map(qtbot: QtBot, desktop: Desktop) -> None:
    """The map where there is room to draw on it, all cameras in view."""
    desktop.window.set_workspace("follow")
    desktop.window.show_dock("map")
    desktop.map.fit()
    qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)


def corners(desktop: Desktop, *shares: tuple[float, float]) -> list[QPoint]:
    size = desktop.map.map.size()
    return [QPoint(round(x * size.width()), round(y * size.height())) for x, y in shares]


def choose_all(qtbot: QtBot, desktop: Desktop) -> None:
    """Shift+L, four corners, Enter."""
    show_large_map(qtbot, desktop)
    press(desktop, Key.Key_L, held=Modifier.ShiftModifier)
    for corner in corners(desktop, (0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99)):
        # The buttons in the corners are in the way of clicks, not of what is drawn.
        QTest.mouseMove(desktop.map.map, corner)
        QTest.mouseClick(desktop.map.map, Button.LeftButton, Modifier.NoModifier, corner)
    press(desktop, Key.Key_Return)


def test_cameras_in_a_lasso_are_opened_searched_reviewed_and_listed(
    qtbot: QtBot, desktop: Desktop
) -> None:
    view = desktop.session.view
    assert view is not None
    choose_all(qtbot, desktop)
    chosen = desktop.mapping.tools.chosen
    assert set(chosen.ids) == {camera.camera_id for camera in view.cameras if camera.placements}

    # At the start one camera records, 20 s later all four do.
    all_record = desktop.session.playhead_ns + 20_000_000_000
    press(desktop, Key.Key_Return)
    assert desktop.banner.messages[-1].title.startswith("On the tiles: 1 of 12 chosen cameras.")
    assert len(desktop.tiles.shown) == 1
    desktop.session.go_to(all_record)
    qtbot.waitUntil(lambda: desktop.session.playhead_ns >= all_record, timeout=PATIENCE_MS)
    desktop.actions["map.tiles"].trigger()
    qtbot.waitUntil(lambda: len(desktop.tiles.shown) == len(WITH_FOOTAGE), timeout=PATIENCE_MS)
    shown = [view.source(source_id) for source_id in desktop.tiles.shown]
    assert {one.camera_id for one in shown if one is not None} == WITH_FOOTAGE
    said = desktop.banner.messages[-1].title
    assert said == "On the tiles: 4 of 12 chosen cameras. 8 have no footage then."

    start = view.earliest_ns
    desktop.timeline.set_span(start, start + 20_000_000_000)
    desktop.search.search_for("person")
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    bar = desktop.mapping.tools.tools.bar
    click(bar.buttons["map.search"])
    qtbot.waitUntil(lambda: len(desktop.search.draft.filters) == 3, timeout=PATIENCE_MS)
    # What was asked before stays asked.
    assert desktop.search.field.text() == "person"
    asked = desktop.search.draft.filters
    assert CameraFilter(chosen.ids, because="chosen on the map") in asked
    assert TimeFilter(start, start + 20_000_000_000) in asked
    hits = desktop.session.hits
    assert hits is not None
    assert hits.hits

    # The same region and time for streets, and for other people's cameras.
    click(bar.buttons["map.coverage"])
    streets = desktop.mapping.canvass.coverage
    assert streets is not None
    assert streets.drawn.isChecked()
    assert streets.until.text().startswith("2026-03-02T17:24:20")
    qtbot.waitUntil(lambda: streets.answer is not None, timeout=PATIENCE_MS)
    assert streets.answer is not None
    assert streets.answer.span == (start, start + 20_000_000_000)
    streets.reject()
    click(bar.buttons["map.canvass"])
    others = desktop.mapping.canvass.canvass
    assert others is not None
    assert others.drawn.isChecked()
    others.reject()
    no_dialog(qtbot, desktop)

    gate = next(one for one in view.sources if one.camera_id == "market-gate")
    chosen.choose(["market-gate", "mill-bridge"])
    click(desktop.mapping.tools.tools.bar.buttons["map.rapid"])
    assert desktop.synopsis.panel.controls.chosen() == {gate.source_id}

    desktop.actions["map.list"].trigger()
    listed = dialog(qtbot, desktop, CameraListDialog)
    listed.copy_table()
    rows = QApplication.clipboard().text().splitlines()
    assert [row.split("\t")[1] for row in rows[1:]] == ["market-gate", "mill-bridge"]
    assert rows[1].split("\t")[3:] == ["footage", "1"]
    assert rows[2].split("\t")[3:] == ["no footage", "0"]
    listed.accept()
    no_dialog(qtbot, desktop)

    chosen.choose(["mill-bridge"])
    before = desktop.tiles.shown
    desktop.actions["map.tiles"].trigger()
    assert desktop.banner.messages[-1].title == (
        "None of the chosen cameras has footage in this case."
    )
    assert desktop.tiles.shown == before


def test_the_menu_of_a_place_copies_it_measures_and_chooses_around_it(
    qtbot: QtBot, desktop: Desktop
) -> None:
    show_large_map(qtbot, desktop)
    shown = desktop.map.map
    mark = next(one for one in shown.marks if one.camera_id == "almond-avenue")
    ((x, y),) = shown.view.to_screen([(mark.x, mark.y)]).tolist()

    def do(start: str) -> None:
        QTest.mouseClick(shown, Button.RightButton, Modifier.NoModifier, QPoint(round(x), round(y)))
        menus = desktop.window.findChildren(QMenu, "map-menu")
        menu = next(one for one in menus if one.isVisible())
        action = next(one for one in menu.actions() if one.text().startswith(start))
        action.trigger()
        menu.close()

    do("Copy the coordinates")
    lat, lon = map(float, QApplication.clipboard().text().split(", "))
    metres_a_pixel = shown.view.ground_m_per_px
    assert abs(lat - mark.point.lat) < metres_a_pixel / 50_000
    assert abs(lon - mark.point.lon) < metres_a_pixel / 50_000
    do("Choose cameras within")
    assert "almond-avenue" in desktop.mapping.tools.chosen.picked.inside
    do("Measure from here")
    QTest.mouseMove(shown, QPoint(round(x) + 100, round(y)))
    assert desktop.mapping.tools.tools.measured

    # What the map shows is remembered with the case, and shown again when it is opened again.
    shown.zoom(3.0)
    desktop.map.map_time.show_alone(desktop.session.playhead_ns - 86_400_000_000_000)
    assert desktop.session.case is not None
    desktop.mapping.memory.keep()
    kept, own_ns = desktop.memory.map_of(desktop.session.case.folder.absolute())
    assert kept == (shown.view.x, shown.view.y, shown.view.scale)
    assert own_ns == desktop.map.map_time.wall_ns


def city_list(folder: Path) -> Path:
    """542 cameras around the town, of which five rows are wrong."""
    rows = ["id,name,lat,lon,heading_deg,fov_deg,range_m,kind"]
    for number in range(542):
        lat, lon = 40.014 + number % 24 * 0.0007, -30.034 + number // 24 * 0.0012
        rows.append(f"city-{number:03},City {number:03},{lat:.6f},{lon:.6f},{number % 360},60,40,")
    for number, wrong in (
        (7, "city-006,City 006,95,-30.02,0,60,40,"),
        (90, "city-089,City 089,north,-30.02,0,60,40,"),
        (200, ",Nameless,40.02,-30.02,0,60,40,"),
        (333, "city-332,City 332,40.02,-30.02,0,400,40,"),
        (500, "city-499,City 499,40.02,-30.02,0,60,-5,"),
    ):
        rows[number] = wrong
    path = folder / "city.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def camera_of(desktop: Desktop, name: str) -> Camera:
    assert desktop.session.view is not None
    found = desktop.session.view.camera(name)
    assert found is not None
    return found


def test_a_city_of_cameras_comes_in_one_is_relocated_a_trailer_moves_and_all_is_undone(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    session = desktop.session
    assert session.view is not None
    before = session.view.cameras

    assert drop(desktop.window, [city_list(tmp_path)])
    preview = dialog(qtbot, desktop, CameraImportDialog)
    assert "537 of 542" in preview.summary.text() + preview.take.text()
    preview.accept()
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(
        lambda: session.view is not None and len(session.view.cameras) == len(before) + 537,
        timeout=PATIENCE_MS,
    )

    relocated = camera_of(desktop, "city-100")
    there = GeoPoint(40.0195, -30.0201)
    desktop.mapping.cameras.ask_moved(CameraId("city-100"), there)
    dialog(qtbot, desktop, PlacementsDialog).accept()
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(
        lambda: len(camera_of(desktop, "city-100").placements) == 2, timeout=PATIENCE_MS
    )
    old, new = camera_of(desktop, "city-100").placements
    assert old.point == relocated.placements[0].point
    assert (old.to_ns, new.point) == (new.from_ns, there)

    show_large_map(qtbot, desktop)
    trailer = camera_of(desktop, "trailer-2")
    session.select(Selection(camera_id=trailer.camera_id))
    desktop.actions["cameras.move"].trigger()
    qtbot.waitUntil(lambda: desktop.map.map.selected_mark() is not None, timeout=PATIENCE_MS)
    desktop.map.map.setFocus()
    control(desktop, Key.Key_Right, Key.Key_Right)
    press(desktop, Key.Key_Return)
    # Was it moved at the time shown, or was its place wrong? The past is not rewritten unasked.
    asked = dialog(qtbot, desktop, DraggedCameraDialog)
    assert asked.is_move
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(lambda: camera_of(desktop, "trailer-2") != trailer, timeout=PATIENCE_MS)
    stood = camera_of(desktop, "trailer-2").placements
    assert [one.point for one in stood[:-1]] == [one.point for one in trailer.placements]
    assert stood[-2].to_ns == stood[-1].from_ns == session.playhead_ns
    desktop.actions["cameras.move"].trigger()

    choose_all(qtbot, desktop)
    chosen = desktop.mapping.tools.chosen
    assert {"city-100", "trailer-2", "harbor-west"} <= set(chosen.ids)
    assert len(chosen.ids) == len(before) + 537
    press(desktop, Key.Key_Return)
    assert desktop.banner.messages[-1].title.startswith("On the tiles: 1 of 549 chosen cameras.")

    for _ in range(3):
        desktop.actions["edit.undo"].trigger()
    qtbot.waitUntil(
        lambda: session.view is not None and session.view.cameras == before, timeout=PATIENCE_MS
    )
    # What is in the case no more is chosen no more.
    assert set(chosen.ids) == {camera.camera_id for camera in before}
