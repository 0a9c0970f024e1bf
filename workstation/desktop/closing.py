"""The end of a window: jobs finish their step, the case is written and closed, then it goes.

All of it off the GUI thread, however slow the disk is; when it takes long, it says what it waits
for. What could not be stored keeps the window open, so that somebody reads it.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from ui.dialogs.closing import ClosingDialog
from ui.session import Session
from ui.window import MainWindow
from workstation.desktop.cases import CaseDesk
from workstation.desktop.memory import Memory

_SAY_AFTER_MS: Final = 400
_SAY_EVERY_MS: Final = 250


class Closing(QObject):
    """Brings a window to its end; `may_close` is what the window asks."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        cases: CaseDesk,
        memory: Memory,
        *,
        end: Callable[[], object],
        stay: Callable[[], None],
    ) -> None:
        """`end` lets go of everything that is left; `stay` shows the window again as it is."""
        super().__init__(window)
        self._session = session
        self._window = window
        self._cases = cases
        self._memory = memory
        self._end = end
        self._stay = stay
        self.under_way = False
        self.saved = False
        """Whether settings and layouts were kept already."""
        self._done = self._troubled = self._let_go = False
        self._dialog: ClosingDialog | None = None
        self._timer = QTimer(self, interval=_SAY_AFTER_MS)
        self._timer.timeout.connect(self._say)
        session.failed.connect(self._note_trouble)
        session.jobs.finished.connect(self._go_on)

    def may_close(self) -> bool:
        """Whether nothing is left to do; where something is, it is begun."""
        if not self._done and not self.under_way:
            self._begin()
        return self._done

    def _begin(self) -> None:
        self.under_way, self._troubled, self._let_go = True, False, False
        self._memory.set_layouts(self._window.layouts(), self._window.workspace)
        self._timer.start(_SAY_AFTER_MS)
        for job in self._session.jobs.active:
            job.cancel()
        self._cases.close_case(self._case_closed)

    def _case_closed(self) -> None:
        self._let_go = True
        self._go_on()

    def _go_on(self, _job: object = None) -> None:
        if self.under_way and self._let_go and not self._session.jobs.active:
            self._let_go = False
            self._session.reader.ask(self._memory.saver(), self._finish, failed=self._not_kept)

    def _not_kept(self, error: BaseException) -> None:
        self._session.failed.emit(error)
        self._finish()

    def _finish(self, _: object = None) -> None:
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.done(0)
            self._dialog = None
        self.saved = True
        if self._troubled:
            # The next try closes: there is nothing left that could fail.
            self.under_way = False
            self._stay()
            return
        self._done = True
        self._end()
        self._window.close()

    def _note_trouble(self, _error: object) -> None:
        self._troubled = True

    def _say(self) -> None:
        if self._dialog is None:
            self._dialog = ClosingDialog(self._window)
            self._dialog.open()
            self._timer.setInterval(_SAY_EVERY_MS)
        jobs = self._session.jobs.active
        if jobs:
            self._dialog.say(
                self.tr("“{0}” finishes its present step; what it found so far is kept.").format(
                    jobs[0].title
                )
            )
        elif self._cases.closing is not None:
            self._dialog.say(
                self.tr("The disk is slow: what was changed last is still being written to {0}.")
                .format(self._cases.closing)
            )  # fmt: skip
        else:
            self._dialog.say(self.tr("The settings of the window are being kept."))
