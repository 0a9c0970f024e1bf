"""Searches motion in a drawn region of recordings, analysed or not: key frames first, then closely
around what changed.

The answer is time spans, not tracks: nothing of it is stored but that it was asked and how much was
found. Files are decoded in processes of their own; one that dies costs its recording alone.
"""

import os
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Literal

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import SourceMoved
from casefiles.jobs import Job
from casefiles.queries.zone_text import zone_json
from casefiles.usecases.motion_scope import (
    REFINE_FPS,
    MotionAnswer,
    MotionSoFar,
    MotionSpan,
    Part,
    SourceLook,
    WallSpan,
    coverage_notes,
    joined,
    key_gaps,
    motion_scope,
)
from casefiles.usecases.motion_work import Look, Looking, Seen, watch
from casefiles.view_types import Zone
from casefiles.workers import Crew, Died, Failed, Processes, Said, Worker
from detection.region_motion import RegionOptions, Sight
from resources.errors import UserError
from video.clock import NS_PER_S, format_media
from video.types import Span, TimeNs

_HEAR_S: Final = 0.1
_JOIN_NS: Final = NS_PER_S + NS_PER_S // 2
"""Pauses up to so long are part of one span."""
_DEATHS: Final = 2


def search_motion(
    case: Case,
    zone: Zone,
    *,
    span: WallSpan = (None, None),
    sources: Collection[int] = (),
    sensitivity: float = 0.5,
    refine: bool = True,
    all_frames: bool = False,
    near_ns: int | None = None,
    processes: int | None = None,
    crew: Callable[[], Crew] = Processes,
) -> Job[MotionAnswer]:
    """When something moved in `zone`; see `motion_scope` for what is looked at.

    First the key frames of all recordings; then, with `refine`, every stretch around a change at
    five pictures a second, which gives its ends. `all_frames` looks at all of it so, and misses
    nothing that lasts a fifth of a second. Every progress is a `MotionSoFar`.

    Raises:
        BadZone, UnknownSource, UnknownCamera, BadTime, UserError: see `motion_scope`.
        SourceMoved: not one of the recordings is there.
    """
    if not 0 <= sensitivity <= 1:
        raise UserError(
            f"a sensitivity lies between 0 and 1, not at {sensitivity:g}", "0.5 is usual."
        )
    scope = motion_scope(case, zone, span=span, sources=sources, near_ns=near_ns)
    options = RegionOptions.for_sensitivity(sensitivity)
    tasks = [_Task(part, sampled=all_frames) for part in scope.parts]
    _check_there(case, tasks)
    facts = {"sources": len(tasks), "sensitivity_permille": round(sensitivity * 1000)}
    private = {"zone": zone_json(zone)}
    # Before the first of them is shown.
    case.record(audit.Entry("motion.search", "started", facts={**facts}, private=private))
    began = monotonic()
    outcome: Literal["cancelled", "done"] = "cancelled"
    try:
        with crew() as hired:
            shift = _Shift(
                case, tasks, options, refine=refine, crew=hired,
                most=processes or os.cpu_count() or 1,
            )  # fmt: skip
            yield shift.progress()
            while not shift.done:
                shift.hear()
                yield shift.progress()
        outcome = "done"
    finally:
        found = [one for task in tasks for one in task.spans()]
        entry = audit.Entry(
            "motion.search", outcome, facts={**facts, "spans": len(found)}, private=private
        )
        # Where even that row cannot be written, the first error is the one to show.
        with suppress(UserError):
            case.record(entry)
    looks = tuple(task.look() for task in tasks)
    notes = (*scope.notes, *coverage_notes(looks, found))
    video_s = sum(one.video_ns for one in looks) / NS_PER_S
    return MotionAnswer(tuple(found), looks, notes, video_s, monotonic() - began)


def _check_there(case: Case, tasks: Sequence["_Task"]) -> None:
    """Marks recordings that are gone; raises where all are."""
    for task in tasks:
        try:
            case.media_path(task.part.source)
        except SourceMoved as error:
            task.problem = error
    problems = [task.problem for task in tasks]
    if problems and all(problems):
        assert problems[0] is not None
        raise problems[0]


@dataclass(slots=True)
class _Task:
    """One recording of the search."""

    part: Part
    sampled: bool
    """Whether all of it is looked at closely, not its key frames."""
    sights: list[Sight] = field(default_factory=list)
    """Of the first pass, in order."""
    close: list[Sight] = field(default_factory=list)
    """Of the second."""
    looked_closely: list[Span] = field(default_factory=list)
    reached_ns: int = 0
    """How far the first pass is, in media time."""
    damaged: int = 0
    problem: UserError | None = None
    changed: bool = True
    """Whether its spans are to be made anew."""
    _spans: list[MotionSpan] = field(default_factory=list)

    def spans(self) -> list[MotionSpan]:
        """What moved, as far as is known."""
        if self.changed:
            self._spans, self.changed = self._made(), False
        return self._spans

    def rough(self) -> list[MotionSpan]:
        """Around each key frame that showed motion, from the one before it to the one after."""
        times = [int(sight.time_ns) for sight in self.sights]
        found = []
        for at, sight in enumerate(self.sights):
            if sight.moved:
                end = times[at + 1] if at + 1 < len(times) else self.reached_ns
                found.append(self._span(sight, times[max(at - 1, 0)], end, exact=False))
        return [one for one in found if one is not None]

    def _made(self) -> list[MotionSpan]:
        if self.sampled:
            return joined(self._exact(self.sights), _JOIN_NS)
        exact = joined(self._exact(self.close), _JOIN_NS)
        # What is too slow for two pictures that follow on each other is not lost again.
        left = [
            one
            for one in self.rough()
            if not any(other.from_ns < one.to_ns and one.from_ns < other.to_ns for other in exact)
        ]
        return sorted([*exact, *joined(left, 0)], key=lambda one: one.from_ns)

    def _exact(self, sights: Sequence[Sight]) -> list[MotionSpan]:
        step = round(NS_PER_S / REFINE_FPS)
        found = [
            self._span(one, int(one.time_ns), int(one.time_ns) + step, exact=True)
            for one in sights
            if one.moved
        ]
        return [one for one in found if one is not None]

    def _span(self, sight: Sight, start: int, end: int, *, exact: bool) -> MotionSpan | None:
        """The part of it that was asked for; None where it has none."""
        asked, source = self.part.span, self.part.source
        start, end = max(start, asked.start_ns), min(end, asked.end_ns)
        if end <= start or sight.box is None:
            return None
        clock = source.clock
        return MotionSpan(
            source.source_id,
            source.camera_id,
            TimeNs(start),
            TimeNs(end),
            None if clock is None else clock.to_wall_ns(TimeNs(start)),
            None if clock is None else clock.to_wall_ns(TimeNs(end)),
            sight.share,
            sight.box,
            exact,
        )

    def stretches(self) -> list[Span]:
        """Where to look closely: around the changes, those that touch as one."""
        return [Span(one.from_ns, one.to_ns) for one in joined(self.rough(), 0)]

    def done_ns(self) -> int:
        """How much of what was asked for the first pass has looked at."""
        asked = self.part.span
        return max(min(self.reached_ns, asked.end_ns) - asked.start_ns, 0)

    def look(self) -> SourceLook:
        """How well it was looked at."""
        widest, usual = (0, 0) if self.sampled else key_gaps(self.part)
        light = [int(one.time_ns) for one in self.sights if one.why == "light"]
        return SourceLook(
            self.part.source.source_id,
            self.part.source.path.name,
            self.done_ns(),
            len(self.sights) + len(self.close),
            self.damaged,
            widest,
            usual,
            tuple(light),
            self.problem,
        )


@dataclass(slots=True, eq=False)
class _Hand:
    """One worker, and what it looks at."""

    worker: Worker
    task: _Task | None = None
    closely: bool = False
    known: bool = False
    """Whether it has said anything yet."""


class _Shift:
    """Hands recordings to workers: the key frames of all first."""

    def __init__(
        self,
        case: Case,
        tasks: Sequence[_Task],
        options: RegionOptions,
        *,
        refine: bool,
        crew: Crew,
        most: int,
    ) -> None:
        self._case = case
        self._tasks = tasks
        self._options = options
        self._refine = refine
        self._crew = crew
        self._most = most
        self._waiting = deque((task, False) for task in tasks if task.problem is None)
        self._hands: dict[Worker, _Hand] = {}
        self._failed_starts = 0
        self._hire()

    @property
    def done(self) -> bool:
        """Whether nothing waits and nobody is at work."""
        busy = any(hand.task is not None for hand in self._hands.values())
        return not self._waiting and not busy

    def progress(self) -> MotionSoFar:
        """How far the first pass is, and what was found."""
        total = sum(task.part.span.length_ns for task in self._tasks)
        reached = sum(
            task.part.span.length_ns if task.problem is not None else task.done_ns()
            for task in self._tasks
        )
        close = [hand.task for hand in self._hands.values() if hand.closely and hand.task]
        what = "around what changed" if close and not self._at_keys() else "key frames"
        spans = tuple(one for task in self._tasks for one in task.spans())
        return MotionSoFar(
            reached // NS_PER_S, max(total // NS_PER_S, 1), "seconds of video",
            "every frame" if self._tasks[0].sampled else what, spans=spans,
        )  # fmt: skip

    def _at_keys(self) -> bool:
        at_work = (hand.task is not None and not hand.closely for hand in self._hands.values())
        return any(at_work) or any(not closely for _, closely in self._waiting)

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
        for hand in self._hands.values():
            if hand.known and hand.task is None:
                self._give_work(hand)
        self._hire()

    def _hire(self) -> None:
        starting = sum(not hand.known for hand in self._hands.values())
        while len(self._hands) < self._most and starting < len(self._waiting):
            worker = self._crew.hire(watch)
            self._hands[worker] = _Hand(worker)
            starting += 1

    def _take(self, hand: _Hand, message: object) -> None:
        task = hand.task
        if isinstance(message, Seen) and task is not None:
            (task.close if hand.closely else task.sights).extend(message.sights)
            task.changed = task.changed or any(one.moved for one in message.sights)
            if not hand.closely:
                task.reached_ns = max(task.reached_ns, message.reached_ns)
        elif isinstance(message, Looking):
            hand.known, self._failed_starts = True, 0
            if task is not None:
                self._end(hand, task, message)
            self._give_work(hand)

    def _end(self, hand: _Hand, task: _Task, message: Looking) -> None:
        task.damaged += 0 if hand.closely else message.damaged
        task.problem = task.problem or message.error
        task.changed = True
        hand.task = None
        if message.error is None and not hand.closely and not task.sampled and self._refine:
            task.looked_closely = task.stretches()
            if task.looked_closely:
                self._waiting.append((task, True))

    def _give_work(self, hand: _Hand) -> None:
        while self._waiting:
            task, closely = self._waiting.popleft()
            try:
                path = self._case.media_path(task.part.source)
            except SourceMoved as error:
                task.problem = error
                continue
            part = task.part
            hand.task, hand.closely = task, closely
            every = closely or task.sampled
            spans = tuple(task.looked_closely) if closely else (part.span,)
            fps = REFINE_FPS if every else None
            hand.worker.answer(Look(path, part.index, part.region, self._options, spans, fps))
            return

    def _bury(self, hand: _Hand, death: Died) -> None:
        task = hand.task
        if task is None:
            self._failed_starts += 0 if hand.known else 1
            if self._failed_starts >= _DEATHS:
                raise UserError(
                    f"the process that decodes {death.why}", "Run: workstation selftest."
                )
            return
        source = task.part.source
        task.changed = True
        task.problem = UserError(
            f"motion in {source.path.name} was searched only up to "
            f"{format_media(task.reached_ns)}: the process that decodes it {death.why}",
            "Export the recording anew; the other recordings were searched.",
        )
