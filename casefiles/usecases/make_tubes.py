"""Cuts the tracks of recordings out of their pictures, once, for all synopses to come.

Each recording in a process of its own, several at a time: one that dies costs that recording alone.
A take whose making was interrupted is never used: it is removed, and begun anew.
"""

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from casefiles.case import Case
from casefiles.errors import SourceMoved
from casefiles.jobs import Job, Progress
from casefiles.synopsis_types import Take
from casefiles.types import Run, Source, SourceId
from casefiles.usecases.read_again import hash_files
from casefiles.usecases.read_stages import current_takes, pack_path
from casefiles.usecases.take_making import Elsewhere, TakeMaking, remove_left_over
from casefiles.usecases.tube_work import (
    CutChunk,
    CutWhole,
    MadeView,
    Reached,
    Taking,
    cut_each,
)
from casefiles.workers import Crew, Died, Failed, Processes, Said, Worker
from resources.errors import UserError

_HEAR_S: Final = 0.1
_DEATHS: Final = 2


@dataclass(frozen=True, slots=True)
class TubeReport:
    """What came of one recording."""

    source: Source
    take: Take | None
    """None where there is none; see `problem`."""
    made: bool
    """False where the take was there already."""
    problem: UserError | None = None
    """Why there is no take: missing, changed, not analysed, or its decoder crashed."""


def make_tubes(
    case: Case,
    source_ids: Sequence[int] = (),
    *,
    processes: int | None = None,
    check: bool = False,
    crew: Callable[[], Crew] = Processes,
) -> Job[tuple[TubeReport, ...]]:
    """Makes the takes that are missing of these recordings (of all that were analysed, where none
    is named); those that are current are left as they are, with `check` only where their pack is
    to the byte what was made. Reports are in the order asked.

    Closing the job keeps what is finished; the recording under way is begun anew next time.

    Raises:
        UnknownSource: there is none of an id; nothing was done.
        ReadOnlyCopy: the case is a copy for looking, and a take is missing.
        Unwritable, CannotWrite: the disk is full or read-only; what was finished is kept.
    """
    shown = case.current_runs()
    if source_ids:
        asked = [case.source(number) for number in dict.fromkeys(source_ids)]
    else:
        asked = [source for source in case.sources() if source.source_id in shown]
    there = current_takes(case, [source.source_id for source in asked]) if asked else {}
    if check:
        there = yield from _whole(case, there)
    tasks = [_Task(source, shown.get(source.source_id)) for source in asked]
    for task in tasks:
        if task.source.source_id in there:
            task.report = TubeReport(task.source, there[task.source.source_id], made=False)
        elif task.run is None:
            task.end(
                UserError(f"{task.source.path.name} was not analysed", "Analyse it first: 'index'.")
            )
        else:
            try:
                case.media_path(task.source)
            except SourceMoved as error:
                task.end(error)
    if any(task.report is None for task in tasks):
        remove_left_over(case)
        try:
            with crew() as hired:
                shift = _Shift(case, tasks, hired, processes or os.cpu_count() or 1)
                while not all(task.report for task in tasks):
                    yield shift.progress()
                    shift.hear()
        finally:
            # Only now nobody writes to their packs any more.
            for task in tasks:
                task.give_up("cancelled")
    return tuple(task.report for task in tasks if task.report is not None)


def _whole(case: Case, there: Mapping[SourceId, Take]) -> Job[dict[SourceId, Take]]:
    """Those of some takes whose packs are what was made."""
    paths = {pack_path(case, take): source_id for source_id, take in there.items()}
    hashes = yield from hash_files([*paths])
    same = {paths[path]: sha256 for path, sha256 in hashes}
    return {one: take for one, take in there.items() if same.get(one) == take.pack_sha256}


@dataclass(slots=True)
class _Task:
    """One recording of the job."""

    source: Source
    run: Run | None
    making: TakeMaking | None = None
    report: TubeReport | None = None
    done: int = 0
    total: int = 0

    def end(self, problem: UserError) -> None:
        """There will be no take."""
        self.report = TubeReport(self.source, None, made=False, problem=problem)

    def give_up(self, outcome: Literal["cancelled", "failed"], why: str = "") -> None:
        """Removes what there is of the take that is being made, if any is."""
        making, self.making = self.making, None
        if making is not None:
            making.give_up(outcome, why)


@dataclass(slots=True, eq=False)
class _Hand:
    """One worker and what it works on."""

    worker: Worker
    known: bool = False
    task: _Task | None = None


class _Shift:
    """Hands recordings to workers and takes in what they cut out."""

    def __init__(self, case: Case, tasks: Sequence[_Task], crew: Crew, most: int) -> None:
        self._case = case
        self._tasks = tasks
        self._waiting = deque(task for task in tasks if task.report is None)
        self._crew = crew
        self._hands: dict[Worker, _Hand] = {}
        self._failed_starts = 0
        self._most = most
        self._hire()

    def progress(self) -> Progress:
        """How far all recordings are together, in pictures, and each that is worked on."""
        parts = tuple(
            Progress(task.done, task.total, "pictures", task.source.path.name)
            for task in self._tasks
            if task.report is None and task.making is not None
        )
        if len(self._tasks) == 1:
            return parts[0] if parts else Progress(0, 0, "pictures", "cut-outs")
        # Recordings, not pictures: how many of those there are is not known before each begins.
        ended = sum(task.report is not None for task in self._tasks)
        return Progress(ended, len(self._tasks), "recordings", "cut-outs", parts)

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
        self._hire()

    def _hire(self) -> None:
        starting = sum(not hand.known for hand in self._hands.values())
        while len(self._hands) < self._most and starting < len(self._waiting):
            worker = self._crew.hire(cut_each)
            self._hands[worker] = _Hand(worker)
            starting += 1

    def _take(self, hand: _Hand, message: object) -> None:
        task = hand.task
        if isinstance(message, Taking):
            hand.known, self._failed_starts = True, 0
            if task is not None:
                hand.task = None
                self._end(task, message.outcome)
            self._give_work(hand)
            return
        assert task is not None
        assert task.making is not None
        if isinstance(message, Reached):
            task.done, task.total = message.done, message.total
        elif isinstance(message, MadeView | CutChunk):
            task.making.keep(message)

    def _end(self, task: _Task, outcome: CutWhole | UserError | None) -> None:
        assert task.making is not None
        if isinstance(outcome, CutWhole):
            try:
                take = task.making.finish(outcome)
            except SourceMoved as error:
                outcome = error
            else:
                task.making = None
                task.report = TubeReport(task.source, take, made=True)
                return
        assert outcome is not None
        task.give_up("failed", outcome.message)
        task.end(outcome)

    def _give_work(self, hand: _Hand) -> None:
        while self._waiting:
            task = self._waiting.popleft()
            assert task.run is not None
            try:
                task.making = TakeMaking(self._case, task.source, task.run)
            except (SourceMoved, Elsewhere) as error:
                task.end(error)
                continue
            hand.task = task
            hand.worker.answer(task.making.order())
            return

    def _bury(self, hand: _Hand, death: Died) -> None:
        task = hand.task
        if task is None:
            self._failed_starts += 0 if hand.known else 1
            if self._failed_starts >= _DEATHS:
                raise UserError(
                    f"the process that cuts out {death.why}", "Run: workstation selftest."
                )
            return
        problem = UserError(
            f"the tracks of {task.source.path.name} were not cut out: the process that decodes it "
            f"{death.why}",
            "Try again; if it ends there again, export the recording anew.",
        )
        task.give_up("failed", problem.message)
        task.end(problem)
