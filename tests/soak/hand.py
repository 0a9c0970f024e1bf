"""The real window driven without a test runner: waits, drops, presses, and hears every complaint.

For a process of its own: it takes over the hooks of the whole process.
"""

import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog

from casefiles.types import Actor
from casefiles.usecases.open_case import create_case
from tests.support.slot_clock import ClockedApplication, SlotClock
from ui import theme
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory
from workstation.gui import spare_the_lasting

ACTOR: Final = Actor("soak", "bench")
_SIZE: Final = (1440, 900)
_LOOK_EVERY_MS: Final = 15
_BEAT_MS: Final = 100
_PATIENCE_S: Final = 60.0
_GRUMBLES: Final = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


class TooLong(AssertionError):
    """Something did not come in time."""


@dataclass(slots=True)
class Complaints:
    """Whatever Python, Qt or the program's own crash report said that must not be said."""

    said: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """What came since the last time."""
        taken, self.said = self.said, []
        return taken

    def listen(self) -> None:
        """From now on, for the rest of the process."""
        warnings.simplefilter("error")
        sys.excepthook = self._uncaught
        threading.excepthook = lambda told: self._note("thread", told.exc_value)
        sys.unraisablehook = lambda told: self._note("unraisable", told.exc_value)
        qInstallMessageHandler(self._from_qt)

    def report(self, error: BaseException) -> str:
        """Stands where the program saves its reports about itself."""
        self._note("reported as our fault", error)
        return "the soak's log"

    def _uncaught(
        self, _: type[BaseException], error: BaseException, __: TracebackType | None
    ) -> None:
        self._note("uncaught", error)

    def _note(self, where: str, error: BaseException | None) -> None:
        trace = "" if error is None else "".join(traceback.format_exception(error))
        self.said.append(f"{where}: {trace}")
        # What ends the process has nobody left to ask for it.
        sys.stderr.write(f"{self.said[-1]}\n")

    def _from_qt(self, kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        # The offscreen platform says that of itself whenever a window is shown.
        if kind in _GRUMBLES and not text.startswith("This plugin does not support "):
            self.said.append(f"Qt: {text}")


class Hand:
    """The window, and somebody who works with it."""

    def __init__(self, *, clocked: bool) -> None:
        """`clocked` times the slots of the GUI thread; every widget that gets an event then also
        becomes an object of Python, which the program itself never makes of it, and stays one."""
        self.complaints = Complaints()
        self.app = ClockedApplication(["soak"]) if clocked else QApplication(["soak"])
        self.app.setQuitOnLastWindowClosed(False)
        self.complaints.listen()
        self.desktop = Desktop(ACTOR, Memory.of_this_user(), self.complaints.report)
        theme.apply(self.app, "dark")
        self.desktop.window.resize(*_SIZE)
        self.desktop.window.show()
        self.desktop.window.activateWindow()
        self.until(self.desktop.window.isActiveWindow, "the window")
        spare_the_lasting()
        self.longest_gap_s = 0.0
        self._beaten_s = monotonic()
        self._beat = QTimer(interval=_BEAT_MS)
        self._beat.timeout.connect(self._note_beat)
        self._beat.start()

    def until(self, ready: Callable[[], bool], what: str, *, within_s: float = _PATIENCE_S) -> None:
        """Lets the window work until something is so.

        Raises:
            TooLong: it is not, in that time.
        """
        if ready():
            return
        loop = QEventLoop()
        timer = QTimer(interval=_LOOK_EVERY_MS)
        end = monotonic() + within_s
        timer.timeout.connect(lambda: loop.quit() if ready() or monotonic() > end else None)
        timer.start()
        loop.exec()
        timer.stop()
        if not ready():
            raise TooLong(f"{what} did not come within {within_s:.0f} s")

    def work_for(self, seconds: float) -> None:
        """Lets the window work for a while, whatever happens."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def open_new_case(self, folder: Path, number: str) -> None:
        """Makes a case and opens it in place of the one before."""
        create_case(folder, ACTOR, number=number, title="Soak").close()
        self.open_case(folder)

    def open_case(self, folder: Path) -> None:
        """Opens a case in place of the one before."""
        session = self.desktop.session

        def there() -> bool:
            opened = session.case is not None and session.case.folder == folder.absolute()
            return opened and session.view is not None

        self.desktop.cases.open_folder(folder)
        self.until(there, f"the case {folder.name}")

    def close_case(self) -> None:
        """Closes the case that is open."""
        closed: list[bool] = []
        self.desktop.cases.close_case(lambda: closed.append(True))
        self.until(lambda: bool(closed), "the end of the case")

    def jobs_ended(self, *, within_s: float = _PATIENCE_S) -> None:
        """Waits until nothing is worked on."""
        self.until(
            lambda: not self.desktop.session.jobs.active, "the end of the jobs", within_s=within_s
        )

    def dialog(self, kind: type[Any], *, within_s: float = _PATIENCE_S) -> Any:
        """The dialog of that kind, as soon as it is in view."""
        self.until(lambda: self.visible(kind) is not None, kind.__name__, within_s=within_s)
        return self.visible(kind)

    def dialogs_gone(self) -> None:
        """Waits until no dialog is in view; the window has the keyboard then."""
        self.until(lambda: self.visible(QDialog) is None, "the end of the dialog")
        # What a window manager does; there is none here.
        self.desktop.window.activateWindow()
        self.until(self.desktop.window.isActiveWindow, "the keyboard")

    def visible(self, kind: type[QDialog]) -> QDialog | None:
        """The dialog of that kind, if it is in view."""
        found = self.desktop.window.findChildren(kind)
        return next((one for one in found if one.isVisible()), None)

    def take_gap(self) -> float:
        """The longest time since asked last in which the window did not answer, in seconds."""
        self._note_beat()
        gap, self.longest_gap_s = self.longest_gap_s, 0.0
        return gap

    def watch(self) -> SlotClock:
        """Counts the slots of the GUI thread from now on."""
        ClockedApplication.clock = SlotClock()
        return ClockedApplication.clock

    def close(self) -> None:
        """Ends the window."""
        self._beat.stop()
        ClockedApplication.clock = None
        self.desktop.close()

    def _note_beat(self) -> None:
        now = monotonic()
        self.longest_gap_s = max(self.longest_gap_s, now - self._beaten_s - _BEAT_MS / 1000)
        self._beaten_s = now
