"""Counts, a step, and a saved search, with hands on the whole window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, click, control, press, write
from ui.views.saved_popover import SavedPopover
from workstation.desktop.desktop import Desktop


def test_what_nobody_answers_is_widened_by_a_click_saved_and_asked_again_by_keys(
    desktop: Desktop, qtbot: QtBot
) -> None:
    search, session = desktop.search, desktop.session
    press(desktop, Key.Key_Slash)
    write(desktop, "person on 2030-01-01")
    qtbot.waitUntil(lambda: bool(search.asking.hints.chips), timeout=PATIENCE_MS)
    assert "No tracks answer" in search.asking.hints.words.text
    click(search.asking.hints.chips[0])
    qtbot.waitUntil(lambda: len(search.draft.filters) == 1)
    control(desktop, Key.Key_D)

    def popover() -> list[SavedPopover]:
        return [one for one in search.findChildren(SavedPopover) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(popover()))
    (opened,) = popover()
    opened.name.setFocus(Qt.FocusReason.OtherFocusReason)
    opened.name.selectAll()
    QTest.keyClicks(opened.name, "Everybody")
    QTest.keyClick(opened.name, Key.Key_Return)
    qtbot.waitUntil(
        lambda: session.view is not None and bool(session.view.searches), timeout=PATIENCE_MS
    )
    # What a window manager does when a popup goes; there is none here.
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow, timeout=PATIENCE_MS)
    control(desktop, Key.Key_D)
    qtbot.waitUntil(lambda: bool(popover()))
    QTest.keyClick(popover()[0].saved, Key.Key_Return)
    qtbot.waitUntil(
        lambda: session.hits is not None and session.hits.total > 0, timeout=PATIENCE_MS
    )
    assert search.field.text() == "person on 2030-01-01"
