"""The real desktop on the real practice case; the GUI thread is guarded and timed throughout."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from tests.support.gui_guards import GuiGuards, gui_guards
from ui import theme
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory
from workstation.gui import spare_the_lasting

SIZE = (1440, 900)
PATIENCE_MS = 20_000


@pytest.fixture
def guards() -> Iterator[GuiGuards]:
    """SQL, decoding and inference on the GUI thread fail the test."""
    with gui_guards() as guarding:
        yield guarding


@pytest.fixture
def empty_desktop(qtbot: QtBot, qapp: QApplication, guards: GuiGuards) -> Iterator[Desktop]:
    """The window as it is when the program starts for the first time."""
    theme.apply(qapp, "dark")
    desktop = new_desktop()
    desktop.window.resize(*SIZE)
    desktop.window.show()
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow, timeout=PATIENCE_MS)
    spare_the_lasting()
    yield desktop
    gc.unfreeze()
    # Closing waits for what runs, and closes the case on this thread, when nobody looks any more.
    with guards.lifted():
        desktop.close()
    desktop.window.deleteLater()
    # No loop runs here that would do it; a window left over makes each later change of theme slow.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desktop(qtbot: QtBot, empty_desktop: Desktop, practice_case: Path) -> Desktop:
    """The window with the practice case open, its pictures shown."""
    open_case(qtbot, empty_desktop, practice_case)
    return empty_desktop


def new_desktop() -> Desktop:
    """A desktop that was dressed when it was whole, as at a start of the program: not once for
    each dock that was moved."""
    with theme.undressed():
        return Desktop(Actor("tester", "bench"), Memory.of_this_user(), save_report)


def open_case(qtbot: QtBot, desktop: Desktop, folder: Path) -> None:
    """Opens a case and waits until its first pictures are there."""
    desktop.cases.open_folder(folder)
    qtbot.waitUntil(lambda: desktop.session.view is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
