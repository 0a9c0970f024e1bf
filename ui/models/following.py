"""The subject that is followed in the window: its candidates, which of them is looked at, what a
person says of it, and where it may be next.

A word counts at once; the case tells what stands, so that undo and redo come out the same.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from casefiles.case import Case
from casefiles.subject_types import (
    Absence,
    NoteAbsences,
    SaySightings,
    Sighting,
    Subject,
    SubjectId,
    Verdict,
)
from casefiles.types import CameraId, TrackId
from casefiles.usecases.follow_types import Candidate, FollowAnswer, Forecast, Journey
from ui.jobs import RunningJob
from ui.models.follow_parts import opened, pool_of, read_where, without
from ui.session import Session

if TYPE_CHECKING:
    from casefiles.usecases.follow import FollowState
    from casefiles.usecases.roads import Roads

WaysReader: TypeAlias = "Callable[[Callable[[Roads], None], Callable[[BaseException], None]], None]"
"""Reads the streets of the case, and gives them to the first or the failure to the second."""


class Following(QObject):
    """One subject of the open case at a time; None until one is chosen."""

    changed = Signal()
    """The subject, the answer, or what stands."""
    current_changed = Signal()
    """Another candidate is looked at."""
    where_changed = Signal()
    """`journey` and `forecast` are newer, or gone."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.subject_id: SubjectId | None = None
        self.answer: FollowAnswer | None = None
        self.current: Candidate | None = None
        self.journey: Journey | None = None
        self.forecast: Forecast | None = None
        """Both by what the case holds; None while it is being read."""
        self.from_track: TrackId | None = None
        """Candidates are for what follows this sighting; None: by all of them."""
        self.shows_impossible = False
        self.read_ways: WaysReader | None = None
        """None: ways are straight lines."""
        self._ways: Roads | None = None
        self._layers: object = None
        """Of the map, when `_ways` were read."""
        self._state: FollowState | None = None
        self._pool: object = None
        """What `_state` was made of."""
        self._job: RunningJob | None = None
        self._fresh: dict[TrackId, Sighting] = {}
        """Said, and not read back yet."""
        self._times: dict[TrackId, int] = {}
        """When confirmed sightings began, true time."""
        self._ranked: tuple[object, ...] = ()
        self._asked_where: tuple[object, ...] = ()
        self._reads_where = False
        self._ranking: FollowState | None = None
        """A state is for one thread at a time: a newer question waits for the one before."""
        self._again = False
        session.case_changed.connect(self._forget)
        session.view_changed.connect(self._take_view)
        session.undo.indexChanged.connect(self._undone)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All of the case."""
        view = self._session.view
        return () if view is None else view.subjects

    @property
    def subject(self) -> Subject | None:
        """The one that is followed."""
        return next((one for one in self.subjects if one.subject_id == self.subject_id), None)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """What stands of it, with what was said just now."""
        kept = [one for one in self._stored if one.track_id not in self._fresh]
        return (*kept, *self._fresh.values())

    @property
    def confirmed(self) -> tuple[TrackId, ...]:
        """The tracks that are the subject, the one said last at the end."""
        return tuple(one.track_id for one in self.sightings if one.verdict == "confirmed")

    @property
    def absences(self) -> tuple[Absence, ...]:
        """Where it was looked for in vain."""
        view = self._session.view
        stored = () if view is None else view.absences
        return tuple(one for one in stored if one.subject_id == self.subject_id)

    @property
    def ways(self) -> "Roads | None":
        """The streets of the map as a network; None until they were read."""
        return self._ways

    @property
    def busy(self) -> bool:
        """Whether candidates are being read or ranked."""
        return self._job is not None or self._ranking is not None

    @property
    def settled(self) -> bool:
        """Whether everything is shown that was asked for."""
        return not self.busy and not self._fresh and not self._reads_where

    def follow(self, subject_id: SubjectId | None) -> None:
        """Follows another subject, or none."""
        if self._job is not None:
            self._job.cancel()
        self.subject_id, self._state, self._job = subject_id, None, None
        self._ranking, self._again = None, False
        self.answer, self.from_track, self._fresh, self._ranked = None, None, {}, ()
        self.journey, self.forecast, self._times, self._asked_where = None, None, {}, ()
        self._reads_where = False
        self._look_at(None)
        self.changed.emit()
        self.where_changed.emit()
        if subject_id is not None and self.subject is not None:
            self._open()

    def decide(self, verdict: Verdict) -> None:
        """Says it of the candidate looked at; the next comes, by a confirmation ranked anew."""
        one, answer = self.current, self.answer
        if one is None or answer is None:
            return
        track_id = one.track.track_id
        rank = next((n for n, other in enumerate(answer.queue, 1) if other == one), None)
        if verdict == "confirmed" and one.from_wall_ns is not None:
            self._times[track_id] = one.from_wall_ns
            if self.from_track is not None:
                self.from_track = track_id
        self.say(track_id, verdict, rank=rank, score=one.score, why=one.why)
        rest = [other for other in answer.queue if other.track.track_id not in self._fresh]
        self._look_at(rest[0] if rest and verdict == "rejected" else None)

    def say(
        self, track_id: TrackId, verdict: Verdict, *, rank: int | None = None,
        score: float | None = None, why: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Says it of any track."""
        if self.subject_id is None:
            return
        said = Sighting(self.subject_id, track_id, verdict, rank=rank, score=score, why=why)
        words = self.tr("confirming a sighting") if verdict == "confirmed" else self.tr(
            "rejecting a candidate"
        )  # fmt: skip
        self._session.do(words, SaySightings((said,)))
        self._fresh[track_id] = said
        self._rank()
        self.changed.emit()

    def say_absent(self, camera_id: CameraId, from_ns: int, to_ns: int) -> None:
        """Notes that it was not seen there then; the candidates in that span are rejected."""
        answer, subject_id = self.answer, self.subject_id
        if answer is None or subject_id is None:
            return
        there = next((one for one in answer.cameras if one.camera_id == camera_id), None)
        inside = [
            one
            for one in (there.candidates if there is not None else ())
            if one.from_wall_ns is not None and from_ns <= one.from_wall_ns < to_ns
        ]
        said = tuple(
            Sighting(subject_id, one.track.track_id, "rejected", score=one.score, why=one.why)
            for one in inside
        )
        share = 1.0 if there is None or there.analysed is None else there.analysed
        noted = Absence(subject_id, camera_id, from_ns, to_ns, looked_at=len(said), share=share)
        self._session.do(self.tr("not seen there"), NoteAbsences((noted,), said))

    def go_on_from(self, track_id: TrackId | None) -> None:
        """Candidates and forecast by the sightings up to that one only; None: by all again."""
        self.from_track = track_id
        self._rank()
        self._read_where()
        self.changed.emit()

    def step(self, by: int) -> None:
        """To the candidate so many places further on in the queue."""
        queue = () if self.answer is None else self.answer.queue
        if queue:
            at = next((n for n, one in enumerate(queue) if one == self.current), -1)
            self._look_at(queue[min(max(at + by, 0), len(queue) - 1)])

    def look_at(self, track_id: TrackId) -> None:
        """To the candidate of that track."""
        answer = self.answer
        if answer is not None:
            every = (*answer.queue, *(one for it in answer.cameras for one in it.candidates))
            found = next((one for one in every if one.track.track_id == track_id), None)
            if found is not None:
                self._look_at(found)

    def set_shows_impossible(self, *, on: bool) -> None:
        """Lists also who cannot be, or does not."""
        self.shows_impossible = on
        self._rank()

    def _look_at(self, candidate: Candidate | None) -> None:
        if candidate != self.current:
            self.current = candidate
            self.current_changed.emit()

    @property
    def _stored(self) -> tuple[Sighting, ...]:
        view = self._session.view
        every = () if view is None else view.sightings
        return tuple(one for one in every if one.subject_id == self.subject_id)

    # -- candidates

    def _open(self) -> None:
        """Reads what ranking needs; where streets are to be known first, these before it."""
        subject_id, view = self.subject_id, self._session.view
        if subject_id is None or view is None:
            return
        if self.read_ways is not None and (self._ways is None or self._layers != view.layers):
            self._layers = view.layers

            def go_on(ways: "Roads") -> None:
                self._ways = ways
                self._open()

            self.read_ways(go_on, self._do_without_ways)
            return
        if self._job is not None:
            self._job.cancel()
        self._pool = pool_of(view)

        case, ways = self._session.case, self._ways

        def take(state: "FollowState") -> None:
            if self._session.case is case and self.subject_id == subject_id:
                self._state, self._job, self._ranking = state, None, None
                self._rank()

        def complain(error: BaseException) -> None:
            if self._session.case is case:
                self._job = None
                self._session.failed.emit(error)
                self.changed.emit()

        if case is not None:
            self._job = self._session.jobs.start(
                self.tr("Candidates for the subject"),
                partial(opened, case, subject_id, ways),
                on_done=take,
                on_failed=complain,
            )
        self._read_where()
        self.changed.emit()

    def _do_without_ways(self, error: BaseException) -> None:
        from casefiles.usecases.roads import Roads  # noqa: PLC0415

        self._session.failed.emit(error)
        self._ways = Roads()
        self._open()

    def _rank(self) -> None:
        state, subject = self._state, self.subject
        if state is None or subject is None:
            return
        if self._ranking is not None:
            self._again = True
            return
        self._ranked = (subject, self.sightings, self.absences)
        said, absent, gate = self._known(), self.absences, not self.shows_impossible

        def read(case: Case) -> FollowAnswer:
            return state.after(case, said, absences=absent, subject=subject, gate=gate)

        def ended() -> bool:
            """Whether this is the newest there is."""
            if self._ranking is not state:
                return False
            self._ranking = None
            again, self._again = self._again, False
            if again:
                self._rank()
            return not again

        def take(answer: FollowAnswer) -> None:
            if ended():
                self._take(answer)

        def complain(error: BaseException) -> None:
            if ended():
                self._session.failed.emit(error)

        self._ranking = state
        self._session.ask(read, take, failed=complain)

    def _known(self) -> tuple[Sighting, ...]:
        """The sightings to rank by: all, or none that were confirmed of a later time."""
        last = None if self.from_track is None else self._times.get(self.from_track)
        if last is None:
            return self.sightings
        return tuple(
            one
            for one in self.sightings
            if one.verdict == "rejected" or self._times.get(one.track_id, last + 1) <= last
        )

    def _take(self, answer: FollowAnswer) -> None:
        said = {one.track_id for one in self.sightings}
        self.answer = answer = without(answer, said)
        looked = None if self.current is None else self.current.track.track_id
        same = next((one for one in answer.queue if one.track.track_id == looked), None)
        self._look_at(same or (answer.queue[0] if answer.queue else None))
        self.changed.emit()

    # -- where it was, and where it may be

    def _read_where(self) -> None:
        """Reads journey and forecast anew where anything that they are made of has changed."""
        subject, ways, last = self.subject, self._ways, self.from_track
        if subject is None or (self.read_ways is not None and ways is None):
            return
        asked = (subject, self._stored, self.absences, self._pool, ways, last)
        if asked == self._asked_where:
            return
        self._asked_where, self._reads_where = asked, True
        subject_id = subject.subject_id

        def take(found: tuple[Journey, Forecast]) -> None:
            if self.subject_id == subject_id:
                self._reads_where = False
                self.journey, self.forecast = found
                self._times |= {
                    one.track.track_id: one.from_ns
                    for one in self.journey.stops
                    if one.from_ns is not None
                }
                self.where_changed.emit()

        def complain(error: BaseException) -> None:
            if self.subject_id == subject_id:
                self._reads_where = False
                self._session.failed.emit(error)

        read = partial(read_where, subject_id=subject_id, ways=ways, last=last)
        self._session.ask(read, take, key="follow-where", failed=complain)

    # -- what the case tells

    def _forget(self) -> None:
        self._ways = self._layers = self._pool = None
        self.follow(None)

    def _take_view(self) -> None:
        view = self._session.view
        if view is None or self.subject_id is None:
            self.changed.emit()
            return
        stored = {one.track_id: one.verdict for one in self._stored}
        self._fresh = {one: it for one, it in self._fresh.items() if stored.get(one) != it.verdict}
        if self.subject is None:
            self.follow(None)
            return
        moved = self.read_ways is not None and view.layers != self._layers
        if self._pool is not None and (moved or pool_of(view) != self._pool):
            self._open()
        elif (self.subject, self.sightings, self.absences) != self._ranked:
            self._rank()
        self._read_where()
        self.changed.emit()

    def _undone(self, at: int) -> None:
        if at < self._session.undo.count():
            self._fresh.clear()
