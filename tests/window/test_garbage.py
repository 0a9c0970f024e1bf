"""What was a window's is deleted on the window's thread, whoever makes garbage."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from workstation.desktop.garbage import Garbage


class _Circle(QObject):
    """Refers to itself, and has a timer: deleted elsewhere it would take the program along."""

    def __init__(self, deleted_by: list[str]) -> None:
        super().__init__()
        self._me = self
        self._timer = QTimer(self, interval=10)
        self._timer.start()
        weakref.finalize(self, lambda: deleted_by.append(threading.current_thread().name))


def test_circles_are_deleted_on_the_windows_thread_only(qtbot: QtBot) -> None:
    holder = QObject()
    garbage = Garbage(holder)
    deleted_by: list[str] = []
    _Circle(deleted_by)

    def make_much() -> None:
        kept = [[number] for number in range(200_000)]
        assert kept

    other = threading.Timer(0, make_much)
    other.start()
    other.join()
    assert not deleted_by
    # What was made and is still there is what makes it look.
    kept = [[number] for number in range(50_000)]
    qtbot.waitUntil(lambda: deleted_by == ["MainThread"], timeout=10_000)
    assert kept
    garbage.end()
    assert gc.isenabled()
    gc.disable()
