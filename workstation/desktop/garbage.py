"""Python's garbage is collected on the thread of the window, and nowhere else.

What hangs together in circles (a dialog that is gone, a panel and what it hears) is deleted by
whichever thread happens to look for garbage; Qt objects with timers and children must not be
deleted by another thread than their own. So looking is switched off, and done here from time to
time, a little at a time.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS: Final = 500
_YOUNG: Final = 2_000
"""New objects before the youngest are looked through."""
_ROUNDS: Final = 10
_FULL_ROUNDS: Final = 60
"""Looks at the middle-aged before all are looked through: some minutes."""


class Garbage(QObject):
    """Collects while it lives; `end` gives it back to Python."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(look)
        self._timer.start()

    def end(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.enable()


def look() -> None:
    """Collects as many generations as have grown since the last time."""
    young, middle, old = gc.get_count()
    if old > _FULL_ROUNDS:
        gc.collect()
    elif middle > _ROUNDS:
        gc.collect(1)
    elif young > _YOUNG:
        gc.collect(0)
