"""Lines and heat maps in the whole window: drawn, shown, brushed, searched, turned, taken back."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import LineFilter, ZoneFilter
from casefiles.view_types import CaseView
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import press
from ui.views.tile import TileView
from workstation.desktop.desktop import Desktop

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def tile_of(desktop: Desktop) -> TileView:
    tile = desktop.tiles.tile(desktop.tiles.shown[0])
    assert tile is not None
    return tile


def view_of(desktop: Desktop) -> CaseView:
    assert desktop.session.view is not None
    return desktop.session.view


def test_a_line_is_drawn_searched_turned_and_taken_back(qtbot: QtBot, desktop: Desktop) -> None:
    tile = tile_of(desktop)
    press(desktop, Qt.Key.Key_1, Qt.Key.Key_X)
    middle = tile.rect().center()
    for across, down in ((-90, 40), (90, 50)):
        QTest.mouseClick(tile, LEFT, NO_KEY, middle + QPoint(across, down))
    press(desktop, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view_of(desktop).lines) == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    query, hits = desktop.session.query, desktop.session.hits
    assert query is not None
    assert hits is not None
    (wanted,) = query.filters
    assert isinstance(wanted, LineFilter)
    assert all(hit.why[0].startswith("crossed Line 1 ") for hit in hits.hits)
    (line,) = view_of(desktop).lines
    lines = desktop.places.lines
    assert not lines.isHidden()
    lines.table.setCurrentIndex(lines.model.index(0, 0))
    assert desktop.session.selection.line_id == line.line_id
    lines.turn_button.click()
    qtbot.waitUntil(
        lambda: view_of(desktop).lines[0].points == line.points[::-1], timeout=PATIENCE_MS
    )
    lines.remove_button.click()
    qtbot.waitUntil(lambda: view_of(desktop).lines == (), timeout=PATIENCE_MS)
    assert lines.isHidden()


def test_a_heat_map_is_shown_brushed_and_put_away(qtbot: QtBot, desktop: Desktop) -> None:
    tile = tile_of(desktop)
    press(desktop, Qt.Key.Key_1, Qt.Key.Key_H)
    menu = desktop.window.findChild(QMenu, "heat-menu")
    assert menu is not None
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: tile.heat is not None, timeout=PATIENCE_MS)
    assert tile.heat is not None
    assert tile.heat.found.tracks > 0
    desktop.drawing.start_brush()
    middle = tile.rect().center()
    QTest.mousePress(tile, LEFT, NO_KEY, middle)
    QTest.mouseMove(tile, middle + QPoint(40, 10))
    QTest.mouseRelease(tile, LEFT, NO_KEY, middle + QPoint(40, 10))
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    assert desktop.session.query is not None
    (wanted,) = desktop.session.query.filters
    assert isinstance(wanted, ZoneFilter)
    assert wanted.zone.source_id == tile.source_id
    assert view_of(desktop).zones == ()
    QTest.keyClick(tile, Qt.Key.Key_Escape)
    assert tile.tool is None
    desktop.drawing.hide_heat()
    assert tile.heat is None
