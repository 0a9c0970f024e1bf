"""Where a subject was: its confirmed sightings in order of time, and what must lie between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownSubject
from casefiles.exchange.track_formats import id_ranges
from casefiles.geo import GeoPoint, distance_m
from casefiles.queries.places import metres_between
from casefiles.store import pieces, subjects
from casefiles.store.engine import Cursor
from casefiles.subject_types import Sighting, Subject, SubjectId
from casefiles.types import Placement, TrackId, TrackRow
from casefiles.usecases.courses import Course, placement_then, read_courses
from casefiles.usecases.follow_types import Journey, Leg, LonLats, Stop
from casefiles.usecases.roads import Roads
from casefiles.usecases.time_gate import CLOCK_S, FASTEST_M_S
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.clock import NS_PER_S

_PLACES_M: Final = 15.0
"""Two calibrated places of one moment farther apart than this are two places."""
_TWICE_S: Final = 1.0
"""Pieces of one track may overlap by less in one recording."""
_MOST_TOLD: Final = 20
_SAME_M: Final = 1.0


def read_journey(case: Case, subject_id: SubjectId, roads: Roads | None = None) -> Journey:
    """The journey of a subject by what people confirmed; contradictions are told and left in. The
    look is logged before it is given.

    Raises:
        UnknownSubject: there is none of that id.
    """
    view = view_case(case)
    subject = subject_of(view, subject_id)
    said = [one for one in view.sightings if one.subject_id == subject_id]
    confirmed = [one for one in said if one.verdict == "confirmed"]
    rows = case.read(partial(_rows, sightings=confirmed))
    courses = read_courses(case, view, list(rows.values()))
    made = journey_of(view, subject, confirmed, rows, courses, roads)
    case.record(
        audit.Entry(
            "journey.show",
            "done",
            object=f"subject:{subject_id}",
            facts={
                "stops": len(made.stops),
                "problems": len(made.problems),
                "ids": id_ranges([int(one.track.track_id) for one in made.stops]),
            },
        )
    )
    return made


def subject_of(view: CaseView, subject_id: SubjectId) -> Subject:
    """The subject of that id.

    Raises:
        UnknownSubject: the case follows none.
    """
    for one in view.subjects:
        if one.subject_id == subject_id:
            return one
    known = ", ".join(f"{one.subject_id} ({one.name})" for one in view.subjects[:12])
    raise UnknownSubject(
        f"the case follows no subject {subject_id}",
        f"Subjects: {known or 'none yet'}. Add one with 'subject add'.",
    )


def fastest_m_s(subject: Subject) -> float:
    """Faster than this it never was: what is said of it, else what is assumed of its kind."""
    return FASTEST_M_S[subject.kind] if subject.fastest_m_s is None else subject.fastest_m_s


def journey_of(
    view: CaseView,
    subject: Subject,
    confirmed: Sequence[Sighting],
    rows: Mapping[TrackId, TrackRow],
    courses: Mapping[TrackId, Course],
    roads: Roads | None = None,
) -> Journey:
    """The journey by these confirmed sightings: `rows` are their tracks by the id said, `courses`
    how these went by their own id. Nothing is read."""
    notes: list[str] = []
    placed: list[_Placed] = []
    gone, seen = 0, set()
    for sighting in confirmed:
        row = rows.get(sighting.track_id)
        if row is None:
            gone += 1
            continue
        # Pieces of one track that were confirmed apart are one stop.
        if row.track_id not in seen:
            seen.add(row.track_id)
            placed.append(_stop(view, sighting, row, courses.get(row.track_id)))
    timed = sorted(
        (one for one in placed if one.stop.from_ns is not None),
        key=lambda one: (one.from_ns, one.to_ns, one.stop.track.track_id),
    )
    untimed = [one for one in placed if one.stop.from_ns is None]
    fastest = fastest_m_s(subject)
    legs = tuple(_leg(one, other, fastest, roads) for one, other in pairwise(timed))
    problems = [
        f"{one.told} and {other.told}: {leg.problem}; reject one of them, or compare the clocks"
        for (one, other), leg in zip(pairwise(timed), legs, strict=True)
        if leg.problem
    ]
    for (first, one), (second, other) in combinations(enumerate(timed), 2):
        if second > first + 1 and _overlap_s(one, other) > 0:
            wrong = _problem(one, other, _least_m(one, other), fastest)
            if wrong:
                problems.append(
                    f"{one.told} and {other.told}: {wrong}; reject one of them, or compare the "
                    "clocks"
                )
    if len(problems) > _MOST_TOLD:
        problems[_MOST_TOLD:] = [f"and {len(problems) - _MOST_TOLD} more contradictions"]
    notes += _notes(view, placed, untimed, gone)
    stops = tuple(one.stop for one in (*timed, *untimed))
    absences = tuple(one for one in view.absences if one.subject_id == subject.subject_id)
    return Journey(subject, stops, legs, absences, tuple(problems), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A stop, and how its camera stood."""

    stop: Stop
    place: Placement | None

    @property
    def from_ns(self) -> int:
        return self.stop.from_ns or 0

    @property
    def to_ns(self) -> int:
        return self.stop.to_ns or 0

    @property
    def told(self) -> str:
        """What a person calls it."""
        return f"track {self.stop.track.track_id} on {self.stop.camera}"

    @property
    def begins(self) -> GeoPoint | None:
        """Where it came into view, as well as that is known."""
        return _point(self.stop.path[0]) if self.stop.path else self.stop.point

    @property
    def ends(self) -> GeoPoint | None:
        """Where it was seen last."""
        return _point(self.stop.path[-1]) if self.stop.path else self.stop.point


def _rows(cursor: Cursor, sightings: Sequence[Sighting]) -> dict[TrackId, TrackRow]:
    """The tracks that sightings speak of, by the id that was said; of a piece, the whole track."""
    whole = {one.track_id: pieces.whole_of(cursor, one.track_id) for one in sightings}
    found = subjects.rows(cursor, set(whole.values()))
    return {said: found[track_id] for said, track_id in whole.items() if track_id in found}


def _stop(view: CaseView, sighting: Sighting, row: TrackRow, course: Course | None) -> _Placed:
    source = view.source(row.source_id)
    assert source is not None
    clock, known = source.clock, course or Course(None)
    start = None if clock is None else clock.to_wall_ns(row.from_ns)
    uncertainty = source.uncertainty_ns
    stop = Stop(
        sighting,
        row,
        source.camera_id,
        view.title(source),
        start,
        None if clock is None else clock.to_wall_ns(row.to_ns),
        None if uncertainty is None else uncertainty / NS_PER_S,
        known.point,
        known.path,
        known.path_ns,
    )
    return _Placed(stop, placement_then(view.camera(source.camera_id), start))


def _leg(one: _Placed, other: _Placed, fastest: float, roads: Roads | None) -> Leg:
    least = _least_m(one, other)
    leaves, arrives = one.to_ns, other.from_ns
    problem = _problem(one, other, least, fastest)
    fastest_ns = None if least is None else round(least / fastest * NS_PER_S)
    start, end = one.ends, other.begins
    if arrives <= leaves and not problem:
        # Seen by both at once: there is nothing between them.
        return Leg(arrives, arrives, 0.0 if least is not None else None, (), False, fastest_ns)
    if start is None or end is None:
        return Leg(min(leaves, arrives), arrives, None, (), False, fastest_ns, problem)
    if distance_m(start, end) < _SAME_M:
        return Leg(min(leaves, arrives), arrives, 0.0, (), False, fastest_ns, problem)
    path: LonLats = ((start.lon, start.lat), (end.lon, end.lat))
    along = False
    if roads:
        found, along = roads.path(start, end)
        path = found if along and len(found) > 1 else path
    return Leg(
        min(leaves, arrives), arrives, path_m(path), path, along, fastest_ns, problem
    )  # fmt: skip


def path_m(path: LonLats) -> float:
    """How long a line is, in metres."""
    return sum(distance_m(_point(a), _point(b)) for a, b in pairwise(path))


def _least_m(one: _Placed, other: _Placed) -> float | None:
    """Not less than this from where the one was seen last to where the other was seen first."""
    if one.stop.path and other.stop.path:
        return distance_m(_point(one.stop.path[-1]), _point(other.stop.path[0]))
    if one.stop.track.source_id == other.stop.track.source_id:
        return 0.0
    if one.place is None or other.place is None:
        return None
    return 0.0 if one.place == other.place else metres_between(one.place, other.place)


def _overlap_s(one: _Placed, other: _Placed) -> float:
    return (min(one.to_ns, other.to_ns) - max(one.from_ns, other.from_ns)) / NS_PER_S


def _problem(one: _Placed, other: _Placed, least_m: float | None, fastest: float) -> str:
    """Why nobody can have been at both, in words; empty where somebody can."""
    slack = max(CLOCK_S, sum(stop.stop.uncertainty_s or 0.0 for stop in (one, other)))
    both = _overlap_s(one, other)
    same = one.stop.track.source_id == other.stop.track.source_id
    if both > _TWICE_S and same:
        return f"two tracks of one recording for {span_words(both)}"
    if both > slack:
        apart = _apart_m(one, other)
        if apart is not None and apart > _PLACES_M:
            return f"two places at once, {metres_words(apart)} apart for {span_words(both)}"
        # Places of two calibrated courses tell more than outlines of views.
        if apart is None and least_m:
            return f"two places at once, {metres_words(least_m)} apart for {span_words(both)}"
        return ""
    between = max(0.0, -both)
    if least_m is not None and least_m > fastest * (between + slack):
        return f"{metres_words(least_m)} in {span_words(between)} is too far for the time"
    return ""


def _apart_m(one: _Placed, other: _Placed) -> float | None:
    """How far apart two calibrated courses were while both were seen, the median; None where that
    is not known."""
    first, second = one.stop, other.stop
    opens, closes = max(one.from_ns, other.from_ns), min(one.to_ns, other.to_ns)
    if not (first.path_ns and second.path_ns):
        return None
    # Seconds since one of them: nanoseconds since 1970 are no floating point.
    at = np.linspace(0.0, (closes - opens) / NS_PER_S, 25)
    places = []
    for stop in (first, second):
        times = (np.array(stop.path_ns, np.int64) - opens) / NS_PER_S
        lonlat = np.array(stop.path)
        inside = (at >= times[0]) & (at <= times[-1])
        places.append(
            (inside, np.interp(at, times, lonlat[:, 0]), np.interp(at, times, lonlat[:, 1]))
        )
    known = places[0][0] & places[1][0]
    if not known.any():
        return None
    found = [
        distance_m(
            GeoPoint(places[0][2][k], places[0][1][k]), GeoPoint(places[1][2][k], places[1][1][k])
        )
        for k in np.flatnonzero(known)
    ]
    return float(np.median(found))


def _notes(
    view: CaseView, placed: Sequence[_Placed], untimed: Sequence[_Placed], gone: int
) -> list[str]:
    notes = []
    if not placed:
        notes.append("nothing is confirmed yet: confirm a candidate")
    if gone:
        notes.append(f"{gone} confirmed tracks are not in the case any more")
    if untimed:
        notes.append(
            f"{_listed(untimed)}: nobody knows when the recording began, so it comes last; say it "
            "with 'clock set --start'"
        )
    unplaced = [one for one in placed if one.stop.point is None]
    if unplaced:
        notes.append(
            f"{_listed(unplaced)}: not on the map, so no way to or from there can be checked; "
            "place the camera"
        )
    stale = [
        one for one in placed
        if (run := view.runs.get(one.stop.track.source_id)) is None
        or run.run_id != one.stop.track.run_id
    ]  # fmt: skip
    if stale:
        notes.append(
            f"{_listed(stale)}: confirmed in an earlier analysis that is not the one shown now"
        )
    unsure = [one for one in placed if one.stop.uncertainty_s is None and one not in untimed]
    if unsure:
        notes.append(
            f"{_listed(unsure)}: nobody knows how far off the clock is; {CLOCK_S:.0f} s are assumed"
        )
    return notes


def _listed(stops: Sequence[_Placed]) -> str:
    names = list(dict.fromkeys(one.stop.camera for one in stops))
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def span_words(seconds: float) -> str:
    """How long, as people say it: "9 s", "2 min 10 s", "3 h 5 min"."""
    whole = round(abs(seconds))
    if whole < 60:
        return f"{whole} s"
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if not hours:
        return f"{minutes} min" + (f" {rest} s" if rest and minutes < 10 else "")
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h" + (f" {minutes} min" if minutes else "")


def metres_words(metres: float) -> str:
    """How far, as people say it: "340 m", "2.4 km"."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def _point(lonlat: tuple[float, float]) -> GeoPoint:
    return GeoPoint(lonlat[1], lonlat[0])
