"""Whether the originals of the recordings on show are still there: looked at from time to time.

A disk is pulled out, a network share goes away, a file is moved: a picture that was decoded before
would stay on show as if nothing had happened. Only asks and tells; what is shown is decided by
whoever shows it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from casefiles.case import Case
from casefiles.types import Source, SourceId
from resources.errors import UserError
from ui.session import Session

LOOK_EVERY_MS: Final = 2000


class Originals(QObject):
    """Watches the originals of some sources of the open case."""

    gone = Signal(int, object)
    """The original of a source is not there any more, or is another file (`UserError`)."""
    back = Signal(int)
    """The original of a source that was gone is there again."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._watched: tuple[SourceId, ...] = ()
        self._missing: set[SourceId] = set()
        self._asking = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        session.case_changed.connect(self._forget)

    def watch(self, ids: Sequence[SourceId]) -> None:
        """From now on these, and no others."""
        self._watched = tuple(ids)
        self._missing &= set(ids)
        if not ids:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _forget(self) -> None:
        self._asking = False
        self._missing = set()

    def _look(self) -> None:
        view = self._session.view
        # A share that has gone may not answer for minutes: it is not asked twice.
        if view is None or self._asking:
            return
        asked = [source for one in self._watched if (source := view.source(one)) is not None]
        self._asking = True
        self._session.ask(
            partial(_missing_of, asked=asked), partial(self._tell, asked), failed=self._fail
        )

    def _tell(self, asked: Sequence[Source], missing: dict[SourceId, UserError]) -> None:
        self._asking = False
        for source_id in (source.source_id for source in asked):
            error = missing.get(source_id)
            if source_id not in self._watched or (error is not None) == (
                source_id in self._missing
            ):
                continue
            if error is not None:
                self._missing.add(source_id)
                self.gone.emit(source_id, error)
            else:
                self._missing.discard(source_id)
                self.back.emit(source_id)

    def _fail(self, error: BaseException) -> None:
        self._asking = False
        self._timer.stop()
        self._session.failed.emit(error)


def _missing_of(case: Case, asked: Sequence[Source]) -> dict[SourceId, UserError]:
    """Which of some sources cannot be read, and why."""
    missing: dict[SourceId, UserError] = {}
    for source in asked:
        try:
            case.media_path(source)
        except UserError as error:
            missing[source.source_id] = error
    return missing
