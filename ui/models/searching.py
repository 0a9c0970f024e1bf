"""A search under way: a job stepped on a reader thread, so that it never queues behind indexing.

Made and cancelled on the GUI thread, called once on a reader thread; the two share plain flags.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.view_types import Hits
from ui.session import Session

T = TypeVar("T")


class Cancelled(Exception):
    """The search was no longer wanted."""


class Searching(Generic[T]):
    """Steps the job that `make` gives; after `cancel` it ends with `Cancelled` at its next step."""

    def __init__(self, make: Callable[[Case], Job[T]]) -> None:
        self._make = make
        self.progress: Progress | None = None
        """How far it is; read by the window whenever it likes."""
        self.cancelled = False

    def cancel(self) -> None:
        """Ends it soon; its answer is not wanted any more."""
        self.cancelled = True

    def __call__(self, case: Case) -> T:
        """Runs the job to its end.

        Raises:
            Cancelled: somebody cancelled it.
        """
        job = self._make(case)
        try:
            while not self.cancelled:
                self.progress = next(job)
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            job.close()
        raise Cancelled


class SearchRun(QObject):
    """The search of a session: at most one runs, and only the newest answers."""

    changed = Signal()
    """A search began or ended."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._running: Searching[Hits] | None = None
        self.sent: Query | None = None
        """The query that was searched last."""

    @property
    def busy(self) -> bool:
        """Whether a search runs."""
        return self._running is not None

    @property
    def progress(self) -> Progress | None:
        """How far it is; None where that is not known."""
        return None if self._running is None else self._running.progress

    def start(self, query: Query, make: Callable[[Case], Job[Hits]]) -> None:
        """Searches; the query is the session's from now on, its hits follow."""
        self.cancel()
        searching = Searching(make)
        self.sent = query
        self._session.set_query(query)
        self._running = searching
        self.changed.emit()

        def show(hits: Hits) -> None:
            if self._running is searching:
                self._end()
                self._session.set_hits(hits)

        def fail(error: BaseException) -> None:
            if self._running is searching:
                self._end()
                self._session.failed.emit(error)

        self._session.ask(searching, show, key="search", failed=fail)

    def cancel(self) -> None:
        """Stops the search that runs, if one does; its error, if it has one, is not shown."""
        if self._running is not None:
            self._running.cancel()
            self._end()

    def _end(self) -> None:
        self._running = None
        self.changed.emit()
