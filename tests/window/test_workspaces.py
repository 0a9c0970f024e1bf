"""Workspaces and colours change in short steps, and look afterwards as if Qt had done it whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import ALLOWED_MS, slot_clock
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import start_again
from ui import theme
from ui.theme import THEME, Scheme, colour
from ui.window import WORKSPACES
from workstation.desktop.desktop import Desktop

A_FEW_FRAMES_MS = 60
MOVING_MS = 4 * ALLOWED_MS
"""The docking library moves all docks in one piece."""


def settle(qtbot: QtBot, desktop: Desktop) -> None:
    """Waits until all is painted."""

    def is_settled() -> bool:
        return desktop.settled() and desktop.map.map.is_settled

    for _ in range(2):
        qtbot.waitUntil(is_settled, timeout=PATIENCE_MS)
        qtbot.wait(A_FEW_FRAMES_MS)


def picture(qtbot: QtBot, desktop: Desktop) -> QImage:
    """What the window shows."""
    settle(qtbot, desktop)
    return desktop.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def picture_by_qt(qtbot: QtBot, desktop: Desktop, qapp: QApplication) -> QImage:
    """The same after Qt itself took every look off and put it on again."""
    sheet = qapp.styleSheet()
    qapp.setStyleSheet("")
    qapp.setStyleSheet(sheet)
    return picture(qtbot, desktop)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_other_colours_look_as_if_put_on_whole(
    qtbot: QtBot, desktop: Desktop, qapp: QApplication, scheme: Scheme
) -> None:
    theme.apply(qapp, "dark" if scheme == "light" else "light")
    settle(qtbot, desktop)
    with slot_clock() as clock:
        theme.apply_wish(qapp, scheme)
        settle(qtbot, desktop)
    shown = picture(qtbot, desktop)
    assert shown == picture_by_qt(qtbot, desktop, qapp)
    clock.check()


def test_other_colours_reach_what_is_not_in_view(
    qtbot: QtBot, desktop: Desktop, qapp: QApplication
) -> None:
    theme.apply_wish(qapp, "light")
    qtbot.waitUntil(lambda: THEME.settled, timeout=PATIENCE_MS)
    desktop.window.show_start(start=True)
    shown = picture(qtbot, desktop)
    assert shown == picture_by_qt(qtbot, desktop, qapp)


def test_a_tone_taken_away_leaves_no_colour_of_the_scheme_before(
    qtbot: QtBot, desktop: Desktop, qapp: QApplication
) -> None:
    label = QLabel("told")
    qtbot.addWidget(label)
    theme.set_property(label, "tone", "warn")
    label.show()
    theme.apply_wish(qapp, "light")
    qtbot.waitUntil(lambda: THEME.settled, timeout=PATIENCE_MS)
    assert label.palette().windowText().color() == colour("warn")
    theme.set_property(label, "tone", "")
    assert label.palette().windowText().color() == colour("text")


def test_changing_colours_twice_at_once_ends_with_the_second(
    qtbot: QtBot, desktop: Desktop, qapp: QApplication
) -> None:
    theme.apply_wish(qapp, "light")
    theme.apply_wish(qapp, "dark")
    qtbot.waitUntil(lambda: THEME.settled, timeout=PATIENCE_MS)
    assert THEME.scheme == "dark"
    assert desktop.window.updatesEnabled()
    shown = picture(qtbot, desktop)
    assert shown == picture_by_qt(qtbot, desktop, qapp)


def test_every_workspace_looks_as_if_dressed_whole(
    qtbot: QtBot, desktop: Desktop, qapp: QApplication
) -> None:
    for name in WORKSPACES:
        desktop.window.set_workspace(name)
        settle(qtbot, desktop)
    for name in WORKSPACES:
        with slot_clock() as clock:
            desktop.actions[f"workspace.{name}"].trigger()
            settle(qtbot, desktop)
        shown = picture(qtbot, desktop)
        assert shown == picture_by_qt(qtbot, desktop, qapp), name
        clock.check(MOVING_MS)


def test_a_later_start_shows_the_docks_of_every_workspace(
    qtbot: QtBot, desktop: Desktop, practice_case: Path, guards: GuiGuards
) -> None:
    for name in ("plates", "case", "review"):
        desktop.window.set_workspace(name)
        settle(qtbot, desktop)
    with guards.lifted():
        desktop.close()
    again = start_again(qtbot)
    try:
        open_case(qtbot, again, practice_case)
        for name, dock in (("plates", "plates"), ("case", "history")):
            again.window.set_workspace(name)
            qtbot.waitUntil(_in_view(again, dock), timeout=PATIENCE_MS)
    finally:
        with guards.lifted():
            again.close()
        again.window.deleteLater()


def _in_view(desktop: Desktop, dock: str) -> Callable[[], bool]:
    return lambda: desktop.window.dock(dock).widget().isVisible()
