"""Hands on the desktop: keys to whoever has the keyboard, clicks, drops, dialogs as they open."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.window.conftest import PATIENCE_MS, SIZE, new_desktop
from ui.messages import Message
from workstation.desktop.desktop import Desktop

Key: TypeAlias = Qt.Key
Button: TypeAlias = Qt.MouseButton
Modifier: TypeAlias = Qt.KeyboardModifier
D = TypeVar("D", bound=QDialog)
_MOST_TABS = 60


def focused(desktop: Desktop) -> QWidget:
    """Who has the keyboard."""
    return QApplication.focusWidget() or desktop.window


def press(desktop: Desktop, *keys: Key, held: Modifier = Modifier.NoModifier) -> None:
    """Presses keys one after the other, each where the keyboard is then."""
    for key in keys:
        QTest.keyClick(focused(desktop), key, held)


def control(desktop: Desktop, *keys: Key) -> None:
    """The same with Ctrl held."""
    press(desktop, *keys, held=Modifier.ControlModifier)


def write(desktop: Desktop, text: str) -> None:
    """Types a text where the keyboard is."""
    QTest.keyClicks(focused(desktop), text)


def tab_to(desktop: Desktop, wanted: QWidget) -> int:
    """Presses Tab until a widget has the keyboard; how often that took."""
    for pressed in range(_MOST_TABS):
        if wanted.hasFocus():
            return pressed
        press(desktop, Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {wanted.objectName()}")


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """A click with the left button, in the middle unless told where."""
    QTest.mouseClick(widget, Button.LeftButton, Modifier.NoModifier, at or widget.rect().center())


def drop(widget: QWidget, paths: Sequence[Path]) -> bool:
    """Drags files over a widget and lets them go there; whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    middle, copy = widget.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(middle, copy, data, Button.LeftButton, Modifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    let_go = QDropEvent(QPointF(middle), copy, data, Button.LeftButton, Modifier.NoModifier)
    QApplication.sendEvent(widget, let_go)
    return let_go.isAccepted()


def dialog(qtbot: QtBot, desktop: Desktop, kind: type[D]) -> D:
    """The dialog of that kind, as soon as it is in view."""

    def there() -> D | None:
        return next((one for one in desktop.window.findChildren(kind) if one.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=PATIENCE_MS)
    found = there()
    assert found is not None
    qtbot.waitUntil(lambda: found.isAncestorOf(focused(desktop)), timeout=PATIENCE_MS)
    return found


def no_dialog(qtbot: QtBot, desktop: Desktop) -> None:
    """Waits until no dialog is in view, and the window has the keyboard again."""
    qtbot.waitUntil(
        lambda: not any(one.isVisible() for one in desktop.window.findChildren(QDialog)),
        timeout=PATIENCE_MS,
    )
    # What a window manager does; there is none here.
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow, timeout=PATIENCE_MS)


def message(qtbot: QtBot, desktop: Desktop) -> Message:
    """The newest message in the banner, as soon as there is one."""
    qtbot.waitUntil(lambda: bool(desktop.banner.messages), timeout=PATIENCE_MS)
    return desktop.banner.messages[-1]


def case_open(qtbot: QtBot, desktop: Desktop, number: str) -> None:
    """Waits until the case of that number is open and read."""
    qtbot.waitUntil(
        lambda: desktop.session.view is not None and desktop.session.view.header.number == number,
        timeout=PATIENCE_MS,
    )


def jobs_ended(qtbot: QtBot, desktop: Desktop, *, within_ms: int = 180_000) -> None:
    """Waits until nothing is worked on."""
    qtbot.waitUntil(lambda: not desktop.session.jobs.active, timeout=within_ms)


def start_again(qtbot: QtBot) -> Desktop:
    """Another start of the program with the same folders; whoever asks closes it."""
    desktop = new_desktop()
    desktop.window.resize(*SIZE)
    desktop.window.show()
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow, timeout=PATIENCE_MS)
    return desktop
