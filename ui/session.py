"""The desktop's only shared state: the open case, the playhead, the selection, the query.

State goes one way: a gesture calls a method here, the store is written, a signal tells everybody.
No panel talks to another panel, none keeps a case of its own, none reads one on the GUI thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.case_events import EventId
from casefiles.edit_kinds import Edit
from casefiles.errors import Unwritable
from casefiles.jobs import Job
from casefiles.queries.filters import Query
from casefiles.types import BookmarkId, CameraId, LineId, SourceId, SpotId, TrackId, ZoneId
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView, Change, Hits
from ui.jobs import Jobs, Reader, RunningJob
from ui.undo import EditCommand

T = TypeVar("T")
_RELOAD_EVERY_MS = 250


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected, everywhere at once; any part may be absent."""

    source_id: SourceId | None = None
    camera_id: CameraId | None = None
    track_id: TrackId | None = None
    zone_id: ZoneId | None = None
    bookmark_id: BookmarkId | None = None
    spot_id: SpotId | None = None
    event_id: EventId | None = None
    line_id: LineId | None = None


class Session(QObject):
    """Shared state and the ways to change it; lives on the GUI thread."""

    case_changed = Signal()
    """A case was opened or closed (`case`); `view` is None until it was read."""
    view_changed = Signal()
    """`view` holds newer facts: sources, cameras, runs, zones, bookmarks, static spots."""
    data_changed = Signal(object)
    """Tables were written (`frozenset[str]`), at most four times a second."""
    playhead_changed = Signal(object)
    """The wall time shown (`int` nanoseconds) changed."""
    seek_wanted = Signal(object)
    """Somebody asks to go to a wall time (`int`); the player answers through the playhead."""
    selection_changed = Signal()
    query_changed = Signal()
    hits_changed = Signal()
    """`hits` answers the present query; None while it is being searched, but for the first hits of
    a long search, which are not `complete`."""
    failed = Signal(object)
    """An error that belongs in a banner (`BaseException`)."""
    notice = Signal(str)
    """One line worth telling, that is no error."""
    _store_changed = Signal(object)
    _edit_failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.case: Case | None = None
        self.view: CaseView | None = None
        self.playhead_ns = 0
        self.selection = Selection()
        self.query: Query | None = None
        self.hits: Hits | None = None
        self.jobs = Jobs(self)
        self.reader = Reader(self)
        self.reader.failed = self.failed.emit
        self.painter = Reader(self, threads=1, name="window-painter")
        """Makes pictures: a map of cold tiles takes a second, and no answer waits for it."""
        self.painter.failed = self.failed.emit
        self.undo = QUndoStack(self)
        self.undo.indexChanged.connect(self._skip_dropped)
        self._silence: Callable[[], None] = lambda: None
        self._changed_tables: set[str] = set()
        self._reading: Case | None = None
        """The case whose view is being read now."""
        self._read_again = False
        self._throttle = QTimer(self, interval=_RELOAD_EVERY_MS, singleShot=True)
        self._throttle.timeout.connect(self._tell_changes)
        self._store_changed.connect(self._note_change)
        self._edit_failed.connect(self._drop_edit)

    def set_case(self, case: Case | None) -> None:
        """Shows another open case, or none; the one before is let go, not closed."""
        self._silence()
        self._silence = lambda: None
        self.case, self.view = case, None
        self.undo.clear()
        self.selection, self.query, self.hits = Selection(), None, None
        if case is not None:
            # From the writer's thread; the signal brings it here.
            self._silence = case.listen(self._store_changed.emit)
        self.case_changed.emit()
        self.selection_changed.emit()
        self.query_changed.emit()
        self.hits_changed.emit()
        self.reload()

    def reload(self) -> None:
        """Reads the view again; while it is being read, once more after that.

        A newer question would drop the answer to the one before: where the case is written to
        faster than it is read, nothing would ever be shown.
        """
        case = self.case
        if case is None:
            return
        if self._reading is case:
            self._read_again = True
            return
        self._reading, self._read_again = case, False

        def show(view: CaseView) -> None:
            self._reading = None
            if self.case is case:
                self.view = view
                self.view_changed.emit()
                if self._read_again:
                    self.reload()

        def complain(error: BaseException) -> None:
            self._reading = None
            if self.case is case:
                self.failed.emit(error)

        self.reader.ask(lambda: view_case(case), show, key="view", failed=complain)

    def ask(
        self,
        work: Callable[[Case], T],
        then: Callable[[T], None],
        *,
        key: str = "",
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Reads from the open case off the GUI thread; `then` is skipped when it was changed."""
        case = self.case
        if case is None:
            return

        def complain(error: BaseException) -> None:
            # A read of a case that was closed meanwhile fails, and nobody waits for it.
            if self.case is case:
                (failed or self.failed.emit)(error)

        self.reader.ask(
            lambda: work(case),
            lambda result: then(result) if self.case is case else None,
            key=key,
            failed=complain,
        )

    def run(
        self,
        title: str,
        make: Callable[[Case], Job[T]],
        *,
        on_done: Callable[[T], None] | None = None,
    ) -> RunningJob | None:
        """Starts a long job on the open case; errors become banners."""
        case = self.case
        if case is None:
            return None
        return self.jobs.start(
            title, lambda: make(case), on_done=on_done, on_failed=self.failed.emit
        )

    def do(self, text: str, edit: Edit) -> None:
        """Makes a change that can be undone; `text` names it in the undo menu."""
        if self.case is not None:
            self.undo.push(EditCommand(text, edit, self.case.post, self._edit_failed.emit))

    def go_to(self, wall_ns: int) -> None:
        """Asks the player to show a wall time."""
        self.seek_wanted.emit(wall_ns)

    def set_playhead(self, wall_ns: int) -> None:
        """The player tells where it is."""
        if wall_ns != self.playhead_ns:
            self.playhead_ns = wall_ns
            self.playhead_changed.emit(wall_ns)

    def select(self, selection: Selection) -> None:
        """Selects in all panels; a source brings its camera along."""
        if self.view is not None and selection.source_id is not None:
            source = self.view.source(selection.source_id)
            if source is not None and selection.camera_id is None:
                selection = replace(selection, camera_id=source.camera_id)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit()

    def set_query(self, query: Query | None) -> None:
        """Another query; its hits follow."""
        self.query, self.hits = query, None
        self.query_changed.emit()
        self.hits_changed.emit()

    def set_hits(self, hits: Hits | None) -> None:
        """The answer to the present query."""
        self.hits = hits
        self.hits_changed.emit()

    def stop(self) -> None:
        """Lets go of the case after everything that runs has ended; the case stays open."""
        self._silence()
        self._silence = lambda: None
        self.jobs.stop()
        self.painter.stop()
        self.reader.stop()
        self._throttle.stop()
        # Commands and stack hold each other through Python: collected as garbage together, the
        # commands can go first, and the stack would delete them a second time.
        self.undo.clear()

    def _note_change(self, change: Change) -> None:
        self._changed_tables |= change.tables
        if not self._throttle.isActive():
            self._throttle.start()

    def _tell_changes(self) -> None:
        tables, self._changed_tables = frozenset(self._changed_tables), set()
        self.reload()
        self.data_changed.emit(tables)

    def _drop_edit(self, command: EditCommand, error: BaseException) -> None:
        # The stack may have let go of it by now: the case was closed meanwhile.
        if isValid(command):
            self._take_back(command, again=isinstance(error, Unwritable))
        self.failed.emit(error)

    def _take_back(self, command: EditCommand, *, again: bool) -> None:
        """The stack as it was before a change that failed; one that only lacked room stays on it,
        on the side it came from, to be tried again."""
        stack, at = self.undo, self.undo.index()
        last_done = at > 0 and stack.command(at - 1) is command
        last_undone = at < stack.count() and stack.command(at) is command
        command.setObsolete(not again or not (last_done or last_undone))
        command.still = True
        if last_done:
            stack.undo()
        elif last_undone:
            stack.redo()
        if isValid(command):
            command.still = command.isObsolete()

    def _skip_dropped(self, at: int) -> None:
        # Qt removes an obsolete change when its turn comes: nobody presses a key for nothing.
        if at > 0 and self.undo.command(at - 1).isObsolete():
            self.undo.undo()
