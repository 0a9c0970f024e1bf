"""A search under way: a job stepped on a reader thread, so that it never queues behind indexing.

Made and cancelled on the GUI thread, called once on a reader thread; the two share plain flags.
"""

from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.view_types import FirstHits, Hits
from ui.session import Session

T = TypeVar("T")
PAGE: Final = 5000
"""Hits shown at a time: lists, map and timeline go through all that are."""


Make: TypeAlias = Callable[[Case, int], Job[Hits]]
"""The search of a case, less so many of the first hits."""


class Cancelled(Exception):
    """The search was no longer wanted."""


class Searching(Generic[T]):
    """Steps the job that `make` gives; after `cancel` it ends with `Cancelled` at its next step.

    `tell` gets the first hits on the reader thread, if the job yields any.
    """

    def __init__(
        self,
        make: Callable[[Case], Job[T]],
        tell: Callable[[Hits], None] = lambda _: None,
    ) -> None:
        self._make = make
        self._tell = tell
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
                self.progress = progress = next(job)
                if isinstance(progress, FirstHits):
                    self._tell(progress.hits)
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
    _told = Signal(object, object)
    """From the reader thread: a `Searching` and its first hits."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._running: Searching[Hits] | None = None
        self.sent: Query | None = None
        """The query that was searched last."""
        self._make: Make | None = None
        self._told.connect(self._show_first, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a search runs."""
        return self._running is not None

    @property
    def progress(self) -> Progress | None:
        """How far it is; None where that is not known."""
        return None if self._running is None else self._running.progress

    def turn_to(self, skip: int) -> None:
        """Another page of what was searched last: the one after so many hits."""
        if self._make is not None and self.sent is not None:
            self.start(self.sent, self._make, skip=skip)

    def start(self, query: Query, make: Make, *, skip: int = 0) -> None:
        """Searches; the query is the session's from now on, its hits follow: the first of them
        while a long search goes on, then all."""
        self.cancel()
        searching: Searching[Hits] = Searching(
            lambda case: make(case, skip), lambda hits: self._told.emit(searching, hits)
        )
        self.sent, self._make = query, make
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

    def _show_first(self, searching: Searching[Hits], hits: Hits) -> None:
        if self._running is searching:
            self._session.set_hits(hits)

    def _end(self) -> None:
        self._running = None
        self.changed.emit()
