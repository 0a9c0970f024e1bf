"""Motion in a zone, by hand: drawn or selected, found while it goes on, gone to, analysed first."""

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from casefiles.edit_kinds import AddZone
from casefiles.usecases.motion_scope import MotionAnswer
from casefiles.view_types import Zone
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, Modifier, click, jobs_ended, press
from workstation.desktop.desktop import Desktop

LONG_MS = 3 * PATIENCE_MS


def test_a_zone_that_is_drawn_is_searched_and_its_stretches_are_gone_to_and_analysed_first(
    qtbot: QtBot, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tile = desktop.tiles.wall.focused
    assert tile is not None
    found = desktop.places.motion
    assert not found.isVisibleTo(desktop.places)
    desktop.tiles.take_keyboard()
    press(desktop, Key.Key_M, held=Modifier.ShiftModifier)
    middle = tile.rect().center()
    for across, down in ((-60, -30), (60, -30), (60, 50), (-60, 50)):
        click(tile, middle + QPoint(across, down))
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: found.isVisibleTo(desktop.places), timeout=PATIENCE_MS)
    jobs_ended(qtbot, desktop, within_ms=LONG_MS)
    qtbot.waitUntil(lambda: "recordings." in found.said.text(), timeout=PATIENCE_MS)
    assert desktop.session.query is None
    assert found.spans
    assert found.model.rowCount() == len(found.spans)
    assert "key frames" in found.said.text()
    assert not found.cancel_button.isVisibleTo(found)
    found.table.setFocus()
    found.table.setCurrentIndex(found.model.index(0, 0))
    span = found.model.row(found.table.currentIndex())
    assert span is not None
    with qtbot.waitSignal(desktop.session.seek_wanted, timeout=PATIENCE_MS) as went:
        press(desktop, Key.Key_Return)
    assert went.args == [span.from_wall_ns]
    asked: list[object] = []
    found.analyse_wanted.disconnect()
    found.analyse_wanted.connect(asked.append)
    click(found.analyse_button)
    assert asked == [[span.source_id]]
    click(found.close_button)
    assert not found.isVisibleTo(desktop.places)


def test_a_selected_zone_is_searched_at_once_and_can_be_cancelled(
    qtbot: QtBot, desktop: Desktop
) -> None:
    session, found = desktop.session, desktop.places.motion
    view = session.view
    assert view is not None
    source = view.sources[0]
    corners = ((0.0, 0.0), (200.0, 0.0), (200.0, 200.0))
    session.do("zone", AddZone(Zone("Door", corners, source_id=source.source_id)))
    qtbot.waitUntil(lambda: desktop.places.zones_model.rowCount() > 0, timeout=PATIENCE_MS)
    table = desktop.places.zones
    door = desktop.places.zones_model.find(lambda zone: zone.name == "Door")
    desktop.window.show_dock("places")
    table.setCurrentIndex(door)
    desktop.actions["find.motion"].trigger()
    assert not desktop.tiles.tool.active
    assert found.heading.text() == "Motion in Door"
    click(found.cancel_button)
    jobs_ended(qtbot, desktop, within_ms=LONG_MS)
    qtbot.waitUntil(lambda: "not finished" in found.said.text(), timeout=PATIENCE_MS)
    found.take(MotionAnswer((), (), ("key frames are 2.0 s apart",), 1.0, 1.0))
    assert found.said.text().endswith("Key frames are 2.0 s apart")
