"""Who may be a subject, camera by camera and in which order to look; logged before it is given.

Everything that is proposed here is a lead: only what a person confirms is a sighting.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.queries.parse import parse_query
from casefiles.store import subjects
from casefiles.subject_types import Absence, Sighting, Subject, SubjectId
from casefiles.types import CameraId, TrackId, TrackRow
from casefiles.usecases.courses import Course, read_courses
from casefiles.usecases.follow_anchors import Anchor, Ranked
from casefiles.usecases.follow_answer import Footage, answer_of, read_footage
from casefiles.usecases.follow_pool import Pool, read_pool
from casefiles.usecases.follow_rank import Ranker
from casefiles.usecases.follow_sides import Sides, learn_ways
from casefiles.usecases.follow_types import FollowAnswer
from casefiles.usecases.journey import fastest_m_s, subject_of
from casefiles.usecases.link_overlaps import same_moment
from casefiles.usecases.query_context import query_context
from casefiles.usecases.roads import Roads
from casefiles.usecases.search_scope import Searched, coverage_of, searched
from casefiles.usecases.topology import Topology, read_topology
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView, Coverage
from video.clock import NS_PER_S

_STEPS: Final = 4


def follow(
    case: Case,
    subject_id: SubjectId,
    *,
    roads: Roads | None = None,
    limit: int = 20,
    gate: bool = True,
    cameras: Collection[CameraId] | None = None,
    from_ns: int | None = None,
    to_ns: int | None = None,
) -> Job[FollowAnswer]:
    """Candidates for a subject from everything that is known of it now, `limit` of a camera at
    most; only on `cameras` where some are named, only between two true times where these are
    given. Without the gate times and places neither rule out nor order. Logged.

    Raises:
        UnknownSubject: there is none of that id.
        UnknownCamera: there is no camera of a name given.
    """
    state = yield from open_follow(
        case, subject_id, roads=roads, cameras=cameras, from_ns=from_ns, to_ns=to_ns
    )
    view = view_case(case)
    return state.after(
        case,
        [one for one in view.sightings if one.subject_id == subject_id],
        absences=[one for one in view.absences if one.subject_id == subject_id],
        gate=gate,
        limit=limit,
    )


def open_follow(
    case: Case,
    subject_id: SubjectId,
    *,
    roads: Roads | None = None,
    cameras: Collection[CameraId] | None = None,
    from_ns: int | None = None,
    to_ns: int | None = None,
) -> "Job[FollowState]":
    """Reads everything that ranking needs once; the window keeps it while a subject is open, and
    opens it anew when tracks, clocks, places of cameras or link rules change (not when sightings or
    absences do: these are handed to `after`).

    Raises:
        UnknownSubject, UnknownCamera: as for `follow`.
    """
    yield Progress(0, _STEPS, "steps", "reading")
    view = view_case(case)
    subject = subject_of(view, subject_id)
    for camera_id in cameras or ():
        case.camera(camera_id)
    about = case.read(partial(searched, query=Query(""), with_places=True))
    clothing = Query("")
    if subject.clothing.strip():
        clothing = parse_query(subject.clothing, query_context(case))
    yield Progress(1, _STEPS, "steps", "tracks")
    pool = read_pool(
        case, view, about, subject.kind, clothing,
        cameras=None if cameras is None else set(cameras), span=(from_ns, to_ns),
    )  # fmt: skip
    yield Progress(2, _STEPS, "steps", "ways")
    topology = read_topology(case, roads)
    learned, sides = learn_ways(case, view, topology, pool, subject.kind)
    if learned.links:
        topology = read_topology(case, roads, learned.times)
    pool = replace(pool, notes=(*pool.notes, *learned.notes))
    yield Progress(3, _STEPS, "steps", "sightings")
    said = [one for one in view.sightings if one.subject_id == subject_id]
    rows = case.read(partial(subjects.rows, track_ids=[one.track_id for one in said]))
    state = FollowState(view, about, pool, topology, subject, clothing, rows, sides)
    state.learn(case, said)
    return state


class FollowState:
    """All tracks that may be a subject, in memory; ranks them anew in some tens of milliseconds.

    May be used by one thread at a time, of any. Ranking reads no file and no row.
    """

    subject: Subject
    """As it was when this was opened; `rank` and `after` take another version of it."""

    def __init__(
        self,
        view: CaseView,
        about: Searched,
        pool: Pool,
        topology: Topology,
        subject: Subject,
        clothing: Query,
        rows: Mapping[TrackId, TrackRow],
        sides: Sides | None = None,
    ) -> None:
        """`rows` are tracks that were said something of, of whichever runs."""
        self.subject = subject
        self._view, self._about, self._pool = view, about, pool
        self._rows = dict(rows)
        self._courses: dict[TrackId, Course] = {}
        self._ranker = Ranker(pool, topology, subject.kind, sides=sides or Sides())
        self._footage: Footage = read_footage(view, pool)
        self._coverage: Coverage = coverage_of(about, Query(""), doubtful=0, notes=())
        self._notes = [*pool.notes, *_about_clothing(clothing)]
        self._topology = topology
        placed = {one.camera_id for one in view.cameras if one.placements}
        self._unplaced = sum(where not in placed for where in pool.wheres)

    @property
    def count(self) -> int:
        """So many tracks are ranked."""
        return len(self._pool)

    def learn(self, case: Case, sightings: Sequence[Sighting]) -> None:
        """Reads how confirmed tracks went over the ground and out of the picture, and who was at
        the same place at the same moment; what was read once is kept."""
        new = [
            one.track_id for one in sightings
            if one.verdict == "confirmed" and one.track_id not in self._courses
        ]  # fmt: skip
        rows = [row for one in new if (row := self._row(one)) is not None]
        if not rows:
            return
        self._courses.update(read_courses(case, self._view, rows))
        if self._view.calibrations:
            for row in rows:
                self._ranker.same[row.track_id] = same_moment(case, row.track_id)

    def rank(
        self,
        sightings: Sequence[Sighting],
        *,
        absences: Sequence[Absence] = (),
        subject: Subject | None = None,
        gate: bool = True,
        limit: int = 20,
    ) -> FollowAnswer:
        """The answer by all sightings that stand (of this subject, in the order said), and by
        where it was looked for in vain. Not logged: not to be shown to anybody."""
        subject = subject or self.subject
        anchors = self._anchors(subject, sightings)
        confirmed, rejected = self._places(sightings)
        found = self._ranker.ranked(
            confirmed, rejected, anchors, absences, fastest=fastest_m_s(subject), gate=gate
        )
        decided = np.zeros(len(self._pool), np.bool_)
        decided[[*confirmed, *rejected]] = True
        made = answer_of(
            self._ranker, found, self._footage, subject, tuple(sightings),
            tuple(absences), decided, gate=gate, limit=max(limit, 0),
        )  # fmt: skip
        notes = [*self._notes, *made.notes, *self._told(found, sightings, anchors)]
        return replace(made, coverage=self._coverage, notes=tuple(dict.fromkeys(notes)))

    def after(
        self,
        case: Case,
        sightings: Sequence[Sighting],
        *,
        absences: Sequence[Absence] = (),
        subject: Subject | None = None,
        gate: bool = True,
        limit: int = 20,
    ) -> FollowAnswer:
        """The same, logged in the case before it is given: what a window shows."""
        self.learn(case, sightings)
        made = self.rank(sightings, absences=absences, subject=subject, gate=gate, limit=limit)
        shown = {one.track.track_id for one in made.queue}
        shown |= {one.track.track_id for group in made.cameras for one in group.candidates}
        case.record(
            audit.Entry(
                "follow",
                "done",
                object=f"subject:{made.subject.subject_id}",
                facts={
                    "confirmed": sum(one.verdict == "confirmed" for one in sightings),
                    "rejected": sum(one.verdict == "rejected" for one in sightings),
                    "absences": len(absences),
                    "time_gate": gate,
                    "found": sum(group.total for group in made.cameras),
                    "tracks": len(shown),
                    "ids": id_ranges(sorted(int(one) for one in shown)),
                },
            )
        )
        return made

    def _row(self, track_id: TrackId) -> TrackRow | None:
        place = self._pool.at(track_id)
        return self._rows.get(track_id) if place is None else self._pool.tracks.row(place)

    def _places(self, sightings: Sequence[Sighting]) -> tuple[list[int], list[int]]:
        """The positions of confirmed and rejected tracks that are in the pool."""
        last = {one.track_id: one.verdict for one in sightings}
        found: dict[str, list[int]] = {"confirmed": [], "rejected": []}
        for track_id, verdict in last.items():
            place = self._pool.at(track_id)
            if place is not None:
                found[verdict].append(place)
        return found["confirmed"], found["rejected"]

    def _anchors(self, subject: Subject, sightings: Sequence[Sighting]) -> tuple[Anchor, ...]:
        pool = self._pool
        verdicts = {one.track_id: one.verdict for one in sightings}
        made: list[Anchor] = []
        for track_id, verdict in verdicts.items():
            row = self._row(track_id) if verdict == "confirmed" else None
            clock = None if row is None else self._about.clocks.get(row.source_id)
            source = None if row is None else self._about.sources.get(row.source_id)
            if row is None or clock is None or source is None:
                continue
            ends = [
                (clock.to_wall_ns(at) - pool.origin_ns) / NS_PER_S
                for at in (row.from_ns, row.to_ns)
            ]
            course = self._courses.get(track_id, Course(None))
            made.append(
                Anchor(
                    track_id, pool.at(track_id), source.camera_id or source.source_id,
                    ends[0], ends[1], pool.source_sd_s(row.source_id), row.source_id,
                    course.came_by, course.left_by, course.came_deg, course.left_deg,
                )
            )  # fmt: skip
        if subject.last_seen is not None:
            made.append(self._last_seen(subject))
        return tuple(sorted(made, key=lambda one: (one.middle_s, one.track_id or 0)))

    def _last_seen(self, subject: Subject) -> Anchor:
        last = subject.last_seen
        assert last is not None
        found = self._topology.next_from_place(
            last.point, subject.kind, last.wall_ns, radius_m=last.radius_m
        )
        ranker = self._ranker
        ranker.from_last = {camera: travel for camera, travel, _, _ in found}
        ranker.last_chances = {camera: chance for camera, _, _, chance in found}
        at_s = (last.wall_ns - self._pool.origin_ns) / NS_PER_S
        return Anchor(None, None, None, at_s, at_s, last.uncertainty_s / 2)

    def _told(
        self, found: Ranked, sightings: Sequence[Sighting], anchors: Sequence[Anchor]
    ) -> list[str]:
        """What the answer cannot know, and what contradicts itself."""
        notes = []
        confirmed = [one.track_id for one in sightings if one.verdict == "confirmed"]
        for one, other in found.contradictions:
            notes.append(
                f"tracks {one.track_id} and {other.track_id} were both confirmed and cannot be the "
                "same: too far for the time, or at two places at once; nothing is ruled out by "
                "them until one is taken back or a clock is set"
            )
        timed = {one.track_id for one in anchors}
        without = [one for one in confirmed if one not in timed]
        if without:
            notes.append(
                f"when {_tracks(without)} was seen is not known: it says nothing of travel times"
            )
        gone = [one for one in confirmed if self._pool.at(one) is None]
        if gone:
            notes.append(
                f"{_tracks(gone)} is of an earlier analysis, or hidden: its look is not compared "
                "(confirm the track of the present one)"
            )
        pool, last = self._pool, self.subject.last_seen
        if not pool.asked.any():
            kind = self.subject.kind
            notes.append(
                f"no track of a {kind} is on the cameras and in the span asked for" if len(pool)
                else f"the case has no tracks of the kind {kind}: analyse footage first"
            )  # fmt: skip
        elif last is not None and np.nanmax(pool.to_s, initial=-np.inf) < (
            (last.wall_ns - pool.origin_ns) / NS_PER_S - last.uncertainty_s
        ):
            notes.append("all that was analysed is from before it was last seen: check that time")
        if not confirmed and self.subject.last_seen is None:
            notes.append("nothing is confirmed yet: confirm a track, or say where it was last seen")
        if self._unplaced and len(self._pool.wheres) > 1:
            notes.append(
                f"{self._unplaced} of {len(self._pool.wheres)} cameras have no place on the map: "
                "how long ways take is guessed for them where the traffic does not tell"
            )
        return notes


def _about_clothing(clothing: Query) -> list[str]:
    if not clothing.text:
        return []
    unused = [*clothing.unknown, *clothing.refused, *clothing.struck]
    listed = ", ".join(f"'{one}'" for one in unused)
    return [f"not compared: {listed}"] if unused else []


def _tracks(ids: Sequence[int]) -> str:
    return ("track " if len(ids) == 1 else "tracks ") + ", ".join(map(str, ids))
