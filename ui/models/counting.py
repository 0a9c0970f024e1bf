"""How many tracks answer the query in the making: counted when typing rests, off the GUI thread."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from casefiles.queries.filters import Query
from casefiles.usecases.count_tracks import Counts, count_tracks
from ui.models.searching import Cancelled, Searching
from ui.session import Session

REST_MS: Final = 300


class LiveCounts(QObject):
    """The counts of the newest query; those of an older one are given up at the next key stroke.

    What was counted is kept until the case changes, so that one settled query is counted, and
    logged, once.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: Query | None = None
        self._counted: Query | None = None
        self._counts: Counts | None = None
        self._running: Searching[Counts] | None = None
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._count)
        session.case_changed.connect(self.forget)
        session.data_changed.connect(self._data_changed)
        session.jobs.finished.connect(self._count_again)

    @property
    def counts(self) -> Counts | None:
        """Those of the query asked for last; None while they are not known."""
        return self._counts if self._is_counted() else None

    def ask(self, query: Query | None) -> None:
        """Wants the counts of a query, or of none; they follow when it has not changed for a
        moment."""
        if query is not None and not query.filters:
            query = None
        if self._wanted is not None and query is not None and _same(query, self._wanted):
            return
        self._wanted = query
        self._stop()
        if query is not None and not self._is_counted():
            self._rest.start()
        self.changed.emit()

    def forget(self) -> None:
        """Another case: nothing is known."""
        self._stop()
        self._wanted = self._counted = self._counts = None
        self.changed.emit()

    def _is_counted(self) -> bool:
        wanted, counted = self._wanted, self._counted
        return wanted is not None and counted is not None and _same(wanted, counted)

    def _stop(self) -> None:
        self._rest.stop()
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _count(self) -> None:
        query = self._wanted
        if query is None:
            return
        running: Searching[Counts] = Searching(lambda case: count_tracks(case, query))
        self._running = running

        def show(counts: Counts) -> None:
            if self._running is running:
                self._running = None
                self._counted, self._counts = query, counts
                self.changed.emit()

        def fail(error: BaseException) -> None:
            # The search of the same query tells what is wrong with it, once it is asked for.
            if self._running is running:
                self._running = None
            if not isinstance(error, Cancelled):
                self.changed.emit()

        self._session.ask(running, show, key="search-counts", failed=fail)

    def _data_changed(self, tables: frozenset[str]) -> None:
        if "tracks" in tables and self._counted is not None:
            self._counted = self._counts = None
            self._count_again()
            self.changed.emit()

    def _count_again(self) -> None:
        # An analysis stores something every few seconds: one count, and one row in the audit,
        # when it is over, and none at each.
        if self._wanted is not None and not self._is_counted() and not self._session.jobs.active:
            self._rest.start()


def _same(one: Query, other: Query) -> bool:
    """Whether two queries ask the same, whatever words they came from."""
    return one.filters == other.filters and bool(one.refused) == bool(other.refused)
