"""Finds and follows the objects of recordings, each in a process of its own, several at a time.

A process that dies or hangs takes nothing with it: its recording goes on in a fresh one from the
last chunk, and where that does not help it is marked with how far it was analysed.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from casefiles.case import Case
from casefiles.errors import SourceMoved
from casefiles.jobs import Job, Progress
from casefiles.types import Source
from casefiles.usecases import index_run
from casefiles.usecases.index_run import IndexReport, IndexRun, NotWhole
from casefiles.usecases.index_work import (
    Chunk,
    IndexOptions,
    Reached,
    Ready,
    Refused,
    Whole,
    analyse,
)
from casefiles.workers import Crew, Died, Failed, Processes, Said, Worker
from video.clock import NS_PER_S, format_media

# About a minute of sampled footage: little is lost by a kill, and batches stay well above the
# 500 rows under which DuckDB's cost per row rises (docs/measured.md).
CHUNK_FRAMES = 300
# After a death, to lose less to the next one at the same place. Results do not depend on it.
_CAREFUL_FRAMES: Final = 16
_DEATHS: Final = 2
"""How often in a row a process may die on one recording without getting any further."""
_HEAR_S: Final = 0.1

HireCrew = Callable[[], Crew]


def index_source(
    case: Case, source_id: int, options: IndexOptions, *, crew: HireCrew = Processes
) -> Job[IndexReport]:
    """Analyses one source; an equal finished run is reused, an equal interrupted one resumed.

    Closing the job stops at the last finished chunk.

    Raises:
        UnknownSource, SourceMoved, ModelMissing, ModelCorrupt, ModelUnusable, CannotOpen:
            nothing was stored.
        NotWhole: the analysis ended early; the source is marked, what was found so far shown.
        Unwritable: what was stored before stays and can be resumed.
    """
    (report,) = yield from index_sources(case, [source_id], options, processes=1, crew=crew)
    if report.problem is not None:
        raise report.problem
    return report


def index_sources(
    case: Case,
    source_ids: Sequence[int],
    options: IndexOptions,
    *,
    processes: int | None = None,
    crew: HireCrew = Processes,
) -> Job[tuple[IndexReport, ...]]:
    """Analyses several sources, up to `processes` (by default one a core) at a time.

    The reports are in the order of `source_ids`; one that was not analysed to its end has a
    `problem` and does not stop the others. Run ids are given in that order too, whatever order
    the recordings are finished in.

    Raises:
        UnknownSource, ModelMissing, ModelCorrupt, ModelUnusable: nothing was stored.
        Unwritable: as `index_source`.
    """
    known = [case.source(source_id) for source_id in dict.fromkeys(source_ids)]
    tasks = [_Task(source, _about_how_many(source, options)) for source in known]
    for task in tasks:
        # Said at once, before a model is loaded.
        try:
            case.media_path(task.source)
        except SourceMoved as error:
            task.report = index_run.not_begun(task.source, error)
    if all(task.report for task in tasks):
        return tuple(task.report for task in tasks if task.report is not None)
    with crew() as hired:
        try:
            shift = _Shift(case, options, tasks, hired, processes or os.cpu_count() or 1)
            while not all(task.report for task in tasks):
                shift.hear()
                yield shift.progress()
        finally:
            for task in tasks:
                if task.run is not None and task.report is None:
                    task.run.note_cancel()
    return tuple(task.report for task in tasks if task.report is not None)


@dataclass(slots=True)
class _Task:
    """One recording of the job."""

    source: Source
    total: int
    """How many frames are to be looked at; before it was begun, about how many."""
    run: IndexRun | None = None
    report: IndexReport | None = None
    reached: int = 0
    """How many of its frames were looked at."""
    deaths: int = 0
    """How many processes died on it since its last chunk."""


@dataclass(slots=True, eq=False)
class _Hand:
    """One worker: what it is ready for, and what it works on."""

    worker: Worker
    ready: Ready | None = None
    task: _Task | None = None


class _Shift:
    """Hands recordings to workers and takes in what they find."""

    def __init__(
        self, case: Case, options: IndexOptions, tasks: Sequence[_Task], crew: Crew, most: int
    ) -> None:
        self._case = case
        self._options = options
        self._tasks = tasks
        self._waiting = deque(task for task in tasks if task.report is None)
        self._crew = crew
        self._most = most
        self._hands: dict[Worker, _Hand] = {}
        self._failed_starts = 0
        # Only one at first: it tells whether there is anything to do.
        self._hire()

    def hear(self) -> None:
        """Takes in what is said within a moment."""
        for worker, event in self._crew.hear(_HEAR_S):
            hand = self._hands[worker]
            if isinstance(event, Said):
                self._take(hand, event.message)
                continue
            del self._hands[worker]
            if isinstance(event, Failed):
                raise event.error
            if isinstance(event, Died):
                self._bury(hand, event)
        # One dismissed for want of work may be needed after all, for a recording handed back.
        self._hire_enough()

    def progress(self) -> Progress:
        """How far everything is together, and each recording that is worked on."""
        parts = tuple(
            Progress(task.reached, task.total, "frames", task.source.path.name)
            for task in self._tasks
            if task.report is None and task.run is not None
        )
        if len(self._tasks) == 1:
            return parts[0] if parts else Progress(0, 0, "frames", self._tasks[0].source.path.name)
        ended = sum(task.report is not None for task in self._tasks)
        return Progress(
            sum(task.total if task.report is not None else task.reached for task in self._tasks),
            sum(task.total for task in self._tasks),
            "frames",
            f"{ended} of {len(self._tasks)} recordings",
            parts,
        )

    def _hire(self) -> None:
        worker = self._crew.hire(analyse, self._options)
        self._hands[worker] = _Hand(worker)

    def _hire_enough(self) -> None:
        if not any(hand.ready for hand in self._hands.values()) and self._hands:
            return
        starting = sum(hand.ready is None for hand in self._hands.values())
        while len(self._hands) < self._most and starting < len(self._waiting):
            self._hire()
            starting += 1

    def _take(self, hand: _Hand, message: object) -> None:
        if isinstance(message, Ready):
            hand.ready = message
            self._failed_starts = 0
            self._give_work(hand, message)
            return
        task, ready = hand.task, hand.ready
        assert task is not None
        assert task.run is not None
        assert ready is not None
        if isinstance(message, Reached):
            task.reached = message.position
        elif isinstance(message, Chunk):
            task.run.keep(message)
            task.reached, task.deaths = message.position, 0
        elif isinstance(message, Whole):
            task.reached = task.run.total
            try:
                task.report = task.run.finish(message)
            except SourceMoved as error:
                task.report = task.run.stop(error)
            self._give_work(hand, ready)
        elif isinstance(message, Refused):
            task.report = task.run.stop(message.error)
            self._give_work(hand, ready)

    def _give_work(self, hand: _Hand, ready: Ready) -> None:
        """Hands out the next recording that needs any work; in the order of the job, so that run
        ids do not depend on who is faster."""
        hand.task = None
        while self._waiting:
            task = self._waiting.popleft()
            try:
                task.report = index_run.reused(self._case, task.source, ready)
                if task.report is not None:
                    continue
                if task.run is None:
                    task.run = index_run.begin(self._case, task.source, self._options, ready)
                order = task.run.order(_CAREFUL_FRAMES if task.deaths else CHUNK_FRAMES)
            # Its file is gone, say: the others can be analysed all the same.
            except SourceMoved as error:
                task.report = index_run.not_begun(task.source, error)
                continue
            task.reached, task.total = order.position, task.run.total
            hand.task = task
            hand.worker.answer(order)
            return
        hand.worker.answer(None)

    def _bury(self, hand: _Hand, death: Died) -> None:
        task = hand.task
        if task is None or task.run is None:
            if hand.ready is None:
                self._failed_starts += 1
            if self._failed_starts >= _DEATHS:
                raise NotWhole(
                    f"the process that loads the detector {self._options.detector} {death.why}",
                    "Run: workstation selftest.",
                )
            return
        task.deaths += 1
        if task.deaths < _DEATHS:
            self._waiting.appendleft(task)
            return
        task.report = task.run.stop(_early_end(task, task.run, death))


def _about_how_many(source: Source, options: IndexOptions) -> int:
    if options.sample_fps is None:
        return source.frames
    return min(source.frames, 1 + int(source.duration_ns * options.sample_fps / NS_PER_S))


def _early_end(task: _Task, run: IndexRun, death: Died) -> NotWhole:
    kept_ns = run.kept_ns()
    upto = f"up to {format_media(kept_ns)}" if kept_ns else "not analysed"
    return NotWhole(
        f"the analysis of {task.source.path} ended early ({upto}): the process that decodes it "
        f"{death.why}, twice at the same place",
        "What was found so far is kept. Index it again to go on from there; if it ends there "
        "again, export the recording anew.",
    )
