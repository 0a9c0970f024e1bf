"""The synopsis of a session: planned off the GUI thread, anew whenever what it depends on changes.

It follows the question of the search; each plan that is better than the one before takes its
place, at the same moment where that one still has it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from casefiles.case import Case
from casefiles.decision_types import Said, Verdict
from casefiles.edit_kinds import DecideHits
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.queries.question import question_of
from casefiles.synopsis_types import Placement, Synopsis, SynopsisOptions
from casefiles.types import SourceId, TrackId, TrackRow
from casefiles.usecases.make_tubes import TubeReport, make_tubes
from casefiles.usecases.plan_synopsis import SynopsisSoFar, nothing_shown, plan_synopsis
from casefiles.usecases.read_stages import current_takes
from casefiles.usecases.show_tracks import show_tracks
from casefiles.usecases.synopsis_places import original_moment, placements_of
from casefiles.usecases.synopsis_scope import asked_for
from casefiles.usecases.synopsis_show import Show, open_show
from resources.errors import UserError
from ui.models.synopsis_asked import is_likeness, most_similar
from ui.models.synopsis_times import crowd, recorded_span, show_time_of
from ui.playback.synopsis_values import Make
from ui.playback.synopsis_values import Show as PlayedShow
from ui.session import Session
from video.types import TimeNs

_SOON_MS: Final = 150
_BETTER_EVERY_S: Final = 1.0
"""Better plans are not shown oftener: each is another order of what is looked at."""
_TABLES: Final = frozenset({
    "runs", "decisions", "static_spots", "sources", "clocks", "cameras", "takes",
    "synopsis_takes", "synopsis_tubes",
})  # fmt: skip
Present = tuple[Synopsis, tuple[tuple[TrackId, int], ...]]
"""What is looked at: tracks, the one that matters most first, and their stage times."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A synopsis that can be played, and what is told of it."""

    synopsis: Synopsis
    make: Make | None
    """Opens it; None where nothing can be shown: `problem` says why."""
    problem: UserError | None
    crowd: NDArray[np.int32]
    """How many objects are shown, `(n,)` over equal parts of show time."""
    rows: Mapping[TrackId, TrackRow]
    unprepared: tuple[SourceId, ...]
    """Analysed, and nothing is cut out of them yet."""
    at_ns: int = 0
    """Where to go on: what was looked at before is shown there."""
    wall_span: tuple[int, int] | None = None
    """The first and the last recorded moment, in wall time; None where none is known."""
    media_span: tuple[int, int] | None = None
    """The same of recordings whose time is not known, in media time."""


class Cancelled(Exception):
    """The plan was no longer wanted."""


class _Planning:
    """Steps a plan on a reader thread; cancelled by the window through a plain flag."""

    def __init__(
        self,
        make: Callable[[Case], Job[Synopsis]],
        prepare: Callable[[Case, Synopsis], Opened],
        tell: Callable[["_Planning", Opened], None],
    ) -> None:
        self._make = make
        self._prepare = prepare
        self._tell = tell
        self.progress: Progress | None = None
        self.cancelled = False
        self.is_shown = False
        """Whether something of it is shown already."""

    def __call__(self, case: Case) -> Opened:
        """Runs it to its end.

        Raises:
            Cancelled: somebody cancelled it.
        """
        job = self._make(case)
        told_s: float | None = None
        try:
            while not self.cancelled:
                self.progress = progress = next(job)
                due = told_s is None or monotonic() - told_s >= _BETTER_EVERY_S
                if isinstance(progress, SynopsisSoFar) and due and not self.cancelled:
                    told_s = monotonic()
                    self._tell(self, self._prepare(case, progress.synopsis))
        except StopIteration as end:
            if not self.cancelled:
                return self._prepare(case, end.value)
        finally:
            job.close()
        raise Cancelled


class RapidReview(QObject):
    """Plans the synopsis of the case while somebody looks at it."""

    opened = Signal(object)
    """Another synopsis (`Opened`), or None while there is none."""
    changed = Signal()
    """Options, or whether it is planned, changed."""
    _told = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.options = SynopsisOptions()
        self.sources: frozenset[SourceId] = frozenset()
        """The recordings asked; empty: all."""
        self.present: Present | None = None
        """What is looked at now, told by the player with each picture."""
        self.problem: BaseException | None = None
        """Why there is no plan at all."""
        self._latest: Opened | None = None
        self._planning: _Planning | None = None
        self._better: Opened | None = None
        """Waits for the show to stand still."""
        self._is_watched = False
        self._is_active = False
        self._is_stale = True
        self._similar: tuple[TrackId, ...] | None = None
        """What was planned last of a search by appearance."""
        self._shown: tuple[Case, Show] | None = None
        """The player's thread's own."""
        self._rows: dict[SourceId, tuple[int, dict[TrackId, TrackRow]]] = {}
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._start)
        self._told.connect(self._show_better, Qt.ConnectionType.QueuedConnection)
        session.case_changed.connect(self._change_case)
        session.query_changed.connect(self.plan)
        session.hits_changed.connect(self._hits_changed)
        session.data_changed.connect(self._data_changed)

    # -- what there is

    @property
    def latest(self) -> Opened | None:
        """The newest synopsis."""
        return self._latest

    @property
    def busy(self) -> bool:
        """Whether a plan is being made, or will be in a moment."""
        return self._planning is not None or self._soon.isActive()

    @property
    def query(self) -> Query:
        """What is asked; nothing: everything is shown."""
        query = self._session.query
        return Query("") if query is None or is_likeness(query) else query

    @property
    def similar(self) -> tuple[TrackId, ...] | None:
        """What is shown of a search by appearance; None without one."""
        return most_similar(self._session.query, self._session.hits)

    # -- what is asked for

    def set_active(self, *, active: bool) -> None:
        """Whether somebody looks: nothing is planned else."""
        self._is_active = active
        if active and self._is_stale:
            self._soon.start(0)

    def set_watched(self, *, watched: bool) -> None:
        """Whether it is played now: better plans wait then, for nothing is to jump about."""
        self._is_watched = watched
        if not watched and self._better is not None:
            self._set(self._better)

    def set_options(self, options: SynopsisOptions) -> None:
        """Another density, length or order."""
        if options != self.options:
            self.options = options
            self.plan()

    def set_sources(self, source_ids: Sequence[SourceId]) -> None:
        """Other recordings; none: all."""
        wanted = frozenset(source_ids)
        if wanted != self.sources:
            self.sources = wanted
            self.plan()

    def plan(self) -> None:
        """Plans anew, soon: several changes at once are one."""
        self._is_stale = True
        if self._is_active:
            self._soon.start(_SOON_MS)
            self.changed.emit()

    def prepare(self) -> None:
        """Cuts out, as a job, what is missing."""
        latest = self._latest
        wanted = () if latest is None else latest.unprepared

        def done(reports: tuple[TubeReport, ...]) -> None:
            for report in reports:
                if report.problem is not None:
                    self._session.failed.emit(report.problem)
            self.plan()

        self._session.run(
            self.tr("Preparing Rapid Review"),
            # Asked for though nothing is missing: because a pack was found damaged.
            lambda case: make_tubes(case, wanted, check=not wanted),
            on_done=done,
        )

    def decide(self, track_id: TrackId, verdict: Verdict) -> None:
        """Says of a track that it is what was asked for, or not; can be undone. A rejected one is
        shown no more."""
        query = self.query
        words = self.tr("confirming a result") if verdict == "right" else self.tr(
            "rejecting a result"
        )  # fmt: skip
        self._session.ask(
            lambda case: question_of(asked_for(case, query)),
            lambda question: self._session.do(
                words, DecideHits(question, (Said(track_id, verdict),))
            ),
        )

    def ask_original(
        self, track_id: TrackId, stage_ns: int, then: Callable[[SourceId, TimeNs], None]
    ) -> None:
        """Recording and media time of a track at a stage time, told to `then`."""
        latest = self._latest
        if latest is not None:
            self._session.ask(
                lambda _: original_moment(latest.synopsis, track_id, stage_ns),
                lambda found: then(*found),
                key="synopsis-original",
            )

    # -- planning

    def _change_case(self) -> None:
        self._cancel()
        self._rows.clear()
        self.sources, self.present = frozenset(), None
        self._set(None)
        self.plan()

    def _data_changed(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self.plan()

    def _hits_changed(self) -> None:
        if self.similar != self._similar:
            self.plan()

    def _cancel(self) -> None:
        if self._planning is not None:
            self._planning.cancelled = True
            self._planning = None

    def _start(self) -> None:
        self._cancel()
        if self._session.case is None or not self._is_active:
            return
        self._is_stale, self._better = False, None
        query, options = self.query, self.options
        wanted, similar = tuple(sorted(self.sources)), self.similar
        self._similar = similar
        planning = _Planning(
            lambda case: plan_synopsis(case, query, options, source_ids=wanted, tracks=similar),
            partial(self._prepare, wanted),
            self._told.emit,
        )
        self._planning = planning
        self.problem = None
        self.changed.emit()
        self._session.ask(
            planning,
            partial(self._finish, planning),
            key="synopsis",
            failed=partial(self._fail, planning),
        )

    def _show_better(self, planning: _Planning, opened: Opened) -> None:
        if planning is self._planning:
            self._improve(planning, opened)

    def _improve(self, planning: _Planning, opened: Opened) -> None:
        """The first answer to a change is shown at once, better ones when nothing plays."""
        if planning.is_shown and self._is_watched:
            self._better = opened
            return
        planning.is_shown = True
        self._set(opened)

    def _finish(self, planning: _Planning, opened: Opened) -> None:
        if planning is self._planning:
            self._planning = None
            self._improve(planning, opened)
            self.changed.emit()

    def _fail(self, planning: _Planning, error: BaseException) -> None:
        if planning is self._planning:
            self._planning = None
            self.problem = error
            self._set(None)
            self.changed.emit()
            if not isinstance(error, UserError):
                self._session.failed.emit(error)

    def _set(self, opened: Opened | None) -> None:
        self._latest, self._better = opened, None
        self.opened.emit(opened)

    # -- on a reader thread from here on

    def _prepare(self, wanted: tuple[SourceId, ...], case: Case, synopsis: Synopsis) -> Opened:
        """What can be played of a plan, and what is said of it."""
        runs = case.current_runs()
        asked = [one for one in runs if not wanted or one in wanted]
        takes = current_takes(case, asked) if asked else {}
        unprepared = tuple(one for one in asked if one not in takes)
        problem = nothing_shown(synopsis)
        if problem is not None:
            return Opened(synopsis, None, problem, np.zeros(1, np.int32), {}, unprepared)
        placed = placements_of(synopsis)
        rows: dict[TrackId, TrackRow] = {}
        for source_id in {one.source_id for one in placed}:
            rows |= self._rows_of(case, source_id, runs[source_id].run_id)
        return Opened(
            synopsis,
            partial(self._open, case, synopsis),
            None,
            crowd(placed, synopsis.length_ns),
            rows,
            unprepared,
            self._same_moment(placed),
            recorded_span(synopsis, wall=True),
            recorded_span(synopsis, wall=False),
        )

    def _rows_of(self, case: Case, source_id: SourceId, run_id: int) -> dict[TrackId, TrackRow]:
        """The tracks of a recording, read once for each run: each look is logged."""
        known = self._rows.get(source_id)
        if known is None or known[0] != run_id:
            found = show_tracks(case, source_id, with_suppressed=True)
            known = run_id, {row.track_id: row for row in found}
            self._rows[source_id] = known
        return known[1]

    def _open(self, case: Case, synopsis: Synopsis, before: PlayedShow | None) -> PlayedShow:
        """The show of a synopsis, on the player's thread; what was decoded for the one before is
        kept where it was of the same case."""
        if isinstance(before, Show) and self._shown == (case, before):
            before.change(synopsis)
            return before
        made = open_show(case, synopsis)
        self._shown = case, made
        return made

    def _same_moment(self, placed: Sequence[Placement]) -> int:
        if self.present is None:
            return 0
        synopsis, tracks = self.present
        moments = []
        for track_id, stage_ns in tracks:
            source_id, media_ns = original_moment(synopsis, track_id, stage_ns)
            moments.append((track_id, source_id, media_ns))
        return show_time_of(placed, moments)
