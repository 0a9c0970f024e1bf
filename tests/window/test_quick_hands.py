"""Ordinary work in the window never keeps it from answering for longer than a frame."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.support.slot_clock import ALLOWED_MS, slot_clock
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import Button, Key, Modifier, click, press, write
from workstation.desktop.desktop import Desktop

FIRST_SHOW_MS = 2 * ALLOWED_MS
"""The docks are laid out and polished once, when the first case opens: by Qt, in one piece."""
FRAME_MS = 16


@pytest.fixture
def searched(qtbot: QtBot, desktop: Desktop) -> Desktop:
    """The practice case with people found in it."""
    desktop.search.search_for("person")
    qtbot.waitUntil(lambda: bool(desktop.session.hits and desktop.session.hits.hits),
                    timeout=PATIENCE_MS)  # fmt: skip
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    return desktop


def turn_wheel(widget: QWidget, notches: int) -> None:
    """One turn of the wheel in the middle of a widget."""
    at = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Modifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip


def test_opening_a_case(qtbot: QtBot, empty_desktop: Desktop, practice_case: Path) -> None:
    with slot_clock() as clock:
        open_case(qtbot, empty_desktop, practice_case)
    clock.check(FIRST_SHOW_MS)


def test_opening_it_again(qtbot: QtBot, desktop: Desktop, practice_case: Path) -> None:
    desktop.actions["case.close"].trigger()
    qtbot.waitUntil(lambda: desktop.session.case is None, timeout=PATIENCE_MS)
    with slot_clock() as clock:
        open_case(qtbot, desktop, practice_case)
    clock.check()


def test_typing_a_description(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Key.Key_Slash)
    with slot_clock() as clock:
        for letter in "red bag near the stairs, white van":
            write(desktop, letter)
            qtbot.wait(FRAME_MS)
        qtbot.waitUntil(lambda: bool(desktop.search.draft.filters), timeout=PATIENCE_MS)
    clock.check()


def test_going_from_hit_to_hit(qtbot: QtBot, searched: Desktop) -> None:
    desktop = searched
    desktop.results.take_keyboard()
    with slot_clock() as clock:
        for _ in range(8):
            before = desktop.session.selection.track_id
            press(desktop, Key.Key_Period)
            qtbot.waitUntil(
                lambda before=before: desktop.session.selection.track_id != before,  # type: ignore[misc]
                timeout=PATIENCE_MS,
            )
            qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    clock.check()


def test_playing_four_tiles_with_boxes(qtbot: QtBot, searched: Desktop) -> None:
    desktop = searched
    desktop.actions["tiles.4"].trigger()
    desktop.tiles.take_keyboard()
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    assert len(desktop.tiles.shown) == 4
    began = desktop.session.playhead_ns
    with slot_clock() as clock:
        press(desktop, Key.Key_Space)
        qtbot.waitUntil(
            lambda: desktop.session.playhead_ns > began + 2 * 10**9, timeout=PATIENCE_MS
        )
        press(desktop, Key.Key_Space)
    assert not desktop.playback.playing
    clock.check()


def test_dragging_the_playhead(qtbot: QtBot, searched: Desktop) -> None:
    timeline = searched.timeline.timeline
    start = QPoint(timeline.width() // 2, 8)
    began = searched.session.playhead_ns
    with slot_clock() as clock:
        QTest.mousePress(timeline, Button.LeftButton, Modifier.NoModifier, start)
        for step in range(40):
            QTest.mouseMove(timeline, start + QPoint(4 * step, 0))
            qtbot.wait(FRAME_MS)
        QTest.mouseRelease(timeline, Button.LeftButton, pos=start + QPoint(160, 0))
        qtbot.waitUntil(searched.settled, timeout=PATIENCE_MS)
    assert searched.session.playhead_ns != began
    clock.check()


def test_zooming_map_and_timeline(qtbot: QtBot, searched: Desktop) -> None:
    map_view, timeline = searched.map.map, searched.timeline.timeline
    scale, shown = map_view.view.scale, timeline.shown_range
    with slot_clock() as clock:
        for widget in (map_view, timeline):
            for notches in (1, 1, 1, 1, -1, -1):
                turn_wheel(widget, notches)
                qtbot.wait(FRAME_MS)
    assert map_view.view.scale != scale
    assert timeline.shown_range != shown
    clock.check()


def test_choosing_a_tile_and_a_recording(qtbot: QtBot, searched: Desktop) -> None:
    with slot_clock() as clock:
        for key in (Key.Key_2, Key.Key_3, Key.Key_1):
            press(searched, key)
            wanted = searched.tiles.shown[key - Key.Key_1]
            qtbot.waitUntil(
                lambda wanted=wanted: searched.session.selection.source_id == wanted,  # type: ignore[misc]
                timeout=PATIENCE_MS,
            )
            qtbot.waitUntil(searched.settled, timeout=PATIENCE_MS)
        click(searched.sources.tree.viewport(), QPoint(60, 20))
        qtbot.waitUntil(searched.settled, timeout=PATIENCE_MS)
    clock.check()
