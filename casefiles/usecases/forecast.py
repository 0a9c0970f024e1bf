"""Where a subject may be next (or was before), and on which camera to look when.

The time at each camera is that of its way there (`TravelTime`), the chance of each camera that of
the topology. Where it was looked for in vain the chance sinks by how likely it would have been seen
there then, and what is left over goes to the others: Bayes' rule on negative information, as in
B. O. Koopman, "Search and Screening" (1946), and L. D. Stone, "Theory of Optimal Search" (1975).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.subject_types import Absence, Looked, Subject, SubjectId
from casefiles.types import CameraId, JsonValue
from casefiles.usecases.courses import Course, read_courses
from casefiles.usecases.follow_types import Forecast, Journey, Look, Stop, TimeWindow
from casefiles.usecases.journey import metres_words, read_journey, span_words
from casefiles.usecases.missing import ring_of
from casefiles.usecases.roads import Roads
from casefiles.usecases.time_gate import CLOCK_S
from casefiles.usecases.topology import ELSEWHERE, Topology, Where, read_topology
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.following.travel_times import TravelTime
from video.clock import NS_PER_S, wall_from_ns, zone_of
from video.types import TimeNs

SEEN_SHARE: Final[dict[Looked, float]] = {"watched": 0.9, "candidates": 0.75}
"""Who is there is found so often: by somebody who watches the footage, and by the candidates alone,
which miss whom the detector missed. Assumptions; tell it by `Absence.share` where less was seen."""
_SURE: Final = 0.95
_SHARES: Final = (np.arange(400) + 0.5) / 400
_SPREADS_DEG: Final = {"course": 40.0, "side": 60.0}
"""Half of the cone in which four of five go on, by their course on the ground or by the side at
which they left the picture; assumptions: a corner may come at once."""
_LEAST_CHANCE: Final = 0.005


@dataclass(frozen=True, slots=True)
class _Origin:
    """From where and when the forecast goes."""

    at_ns: int
    point: GeoPoint | None
    radius_m: float
    uncertainty_s: float
    where: Where | None
    """None: a last place on the map, no camera."""
    stop: Stop | None


@dataclass(frozen=True, slots=True)
class Way:
    """How long it takes from the origin to one camera, and how likely it is the next one."""

    camera_id: CameraId
    travel: TravelTime
    chance: float
    metres: float | None
    words: str
    uncertainty_s: float = CLOCK_S
    """How far off the two clocks may be together, either way."""


def forecast(
    case: Case,
    subject_id: SubjectId,
    *,
    at_ns: int | None = None,
    roads: Roads | None = None,
    topology: Topology | None = None,
    journey: Journey | None = None,
    backward: bool = False,
    most: int = 12,
) -> Forecast:
    """Where the subject can be at a moment (true wall time; None: when it most likely comes to the
    first camera), from its last confirmed stop or its last place; `backward`: where it came from,
    from its first. With a moment, it was on no camera until then. At most `most` cameras,
    likeliest first. What was read already may be handed in. Logged before it is given.

    Raises:
        UnknownSubject: there is none of that id.
    """
    journey = journey or read_journey(case, subject_id, roads)
    view = view_case(case)
    origin = _origin(view, journey, backward=backward)
    if origin is None:
        made = _nowhere(journey, backward=backward)
    else:
        course = Course(None)
        if origin.stop is not None:
            row = origin.stop.track
            course = read_courses(case, view, [row]).get(row.track_id, course)
        topology = topology or read_topology(case, roads)
        made = _made(view, journey, origin, course, topology, at_ns, most, backward=backward)
    facts: dict[str, JsonValue] = {
        "backward": backward,
        "looks": len(made.looks),
        "cameras": [str(look.camera_id) for look in made.looks],
    }
    case.record(audit.Entry("forecast.show", "done", object=f"subject:{subject_id}", facts=facts))
    return made


def _origin(view: CaseView, journey: Journey, *, backward: bool) -> _Origin | None:
    """The last thing known of where it was; `backward`: the first."""
    known: list[_Origin] = []
    for stop in journey.stops:
        edge = stop.from_ns if backward else stop.to_ns
        if edge is None:
            continue
        at = stop.path[0 if backward else -1] if stop.path else None
        point = stop.point if at is None else GeoPoint(at[1], at[0])
        camera = view.camera(stop.camera_id)
        # Somewhere in its view: from the middle that is half of its reach.
        reach = max((p.range_m or 40.0 for p in camera.placements), default=0.0) if camera else 0.0
        known.append(
            _Origin(
                edge,
                point,
                0.0 if at is not None else reach / 2,
                CLOCK_S if stop.uncertainty_s is None else stop.uncertainty_s,
                stop.camera_id if stop.camera_id is not None else stop.track.source_id,
                stop,
            )
        )
    last = journey.subject.last_seen
    if last is not None:
        known.append(
            _Origin(last.wall_ns, last.point, last.radius_m, last.uncertainty_s, None, None)
        )
    if not known:
        return None
    return (
        min(known, key=lambda one: one.at_ns) if backward else max(known, key=lambda one: one.at_ns)
    )


def _nowhere(journey: Journey, *, backward: bool) -> Forecast:
    timeless = " with a known time" if journey.stops else ""
    note = (
        f"nothing{timeless} is confirmed and no last place is known: confirm a sighting, or say "
        "where and when it was last seen"
    )
    return Forecast(
        journey.subject, 0, 0, None, None, None, None, None, (), backward, (note, *journey.notes)
    )


def _made(
    view: CaseView,
    journey: Journey,
    origin: _Origin,
    course: Course,
    topology: Topology,
    at_ns: int | None,
    most: int,
    *,
    backward: bool,
) -> Forecast:
    subject = journey.subject
    notes: list[str] = []
    waited_s = 0.0 if at_ns is None else (at_ns - origin.at_ns) / NS_PER_S * (-1 if backward else 1)
    if waited_s < 0:
        side = "after the first" if backward else "before the last"
        notes.append(f"the moment asked lies {side} known one: it is told from that one")
        waited_s = 0.0
    heading, spread = _heading(origin, course, topology, backward=backward)
    ways = _ways(view, subject, origin, course, topology, heading, waited_s, backward=backward)
    looks = looks_of(
        view, subject, origin.at_ns, ways, journey.absences, waited_s, backward=backward
    )[:most]  # fmt: skip
    if at_ns is not None:
        moment = at_ns if waited_s > 0 else origin.at_ns
    else:
        # Of views that overlap the likeliest time may lie before it was out of the first one.
        likely_ns = looks[0].window.likely_ns if looks else origin.at_ns
        moment = (min if backward else max)(likely_ns, origin.at_ns)
    reach = likely = None
    if origin.point is None:
        notes.append("not on the map, so there is no ring: place the camera")
    else:
        ring = ring_of(
            subject, origin.point, origin.at_ns, moment,
            radius_m=origin.radius_m, uncertainty_s=origin.uncertainty_s,
        )  # fmt: skip
        reach, likely = ring.reach_m, ring.likely_m
    if not looks:
        late = bool(ways) and waited_s > 0
        notes.append(
            "so long after the known one it would have been on a camera before: ask for an earlier "
            "moment, or confirm more sightings" if late else
            "no camera of the case can be told as the next one: place cameras on the map, or "
            "confirm more sightings"
        )  # fmt: skip
    without = [look.name for look in looks if not look.has_footage]
    if without:
        told = ", ".join(without[:6]) + (f" and {len(without) - 6} more" if without[6:] else "")
        notes.append(f"no footage in that time of: {told}; ask for it")
    notes += [f"contradiction: {one}" for one in journey.problems]
    return Forecast(
        subject, moment, origin.at_ns, origin.point, reach, likely, heading, spread, looks,
        backward, tuple(notes),
    )  # fmt: skip


def _heading(
    origin: _Origin, course: Course, topology: Topology, *, backward: bool
) -> tuple[float | None, float | None]:
    """In which direction it went on (`backward`: came from), and half the opening of the cone."""
    if origin.where is None:
        return None, None
    way = course.came_deg if backward else course.left_deg
    if way is not None:
        return (way + 180.0) % 360.0 if backward else way, _SPREADS_DEG["course"]
    side = course.came_by if backward else course.left_by
    if side == "inside":
        return None, None
    told = topology.side_heading(origin.where, side, origin.at_ns)
    return told, None if told is None else _SPREADS_DEG["side"]


def _ways(
    view: CaseView,
    subject: Subject,
    origin: _Origin,
    course: Course,
    topology: Topology,
    heading: float | None,
    waited_s: float,
    *,
    backward: bool,
) -> tuple[Way, ...]:
    """The way to each camera that may be the next one."""
    if origin.where is None:
        found = topology.next_from_place(
            origin.point or GeoPoint(0, 0), subject.kind, origin.at_ns,
            waited_s=waited_s, radius_m=origin.radius_m,
        )  # fmt: skip
        return tuple(
            Way(
                camera_id, travel, chance, metres, _way_words(metres, travel),
                origin.uncertainty_s + _clock_s(view, camera_id),
            )
            for camera_id, travel, metres, chance in found
        )  # fmt: skip
    side = course.came_by if backward else course.left_by
    next_ones = topology.next_cameras(
        origin.where, subject.kind, origin.at_ns, heading_deg=heading,
        exit_side=None if side == "inside" else side, waited_s=waited_s,
        clock_sd_s=origin.uncertainty_s / 2, backward=backward,
    )  # fmt: skip
    made: list[Way] = []
    for one in next_ones:
        link = one.link
        other = link.end if link.end != origin.where else link.start
        # A recording without a camera has no name to look for; it is in the list of candidates.
        if isinstance(other, str):
            made.append(
                Way(
                    other, link.travel, one.chance, link.metres,
                    link.words or _way_words(link.metres, link.travel),
                    origin.uncertainty_s + _clock_s(view, other),
                )
            )  # fmt: skip
    return tuple(made)


def _way_words(metres: float | None, travel: TravelTime) -> str:
    usual = f"usually {span_words(travel.median_s)}"
    if metres is None:
        return usual
    return "looks there" if metres < 1 else f"{metres_words(metres)} away, {usual}"


def _clock_s(view: CaseView, camera_id: CameraId) -> float:
    """How far off the recordings of a camera may be, the worst of them."""
    known = [one.uncertainty_ns for one in view.sources if one.camera_id == camera_id]
    return max(
        (CLOCK_S if one is None else one / NS_PER_S for one in known), default=CLOCK_S
    )  # fmt: skip


def looks_of(
    view: CaseView,
    subject: Subject,
    since_ns: int,
    ways: Sequence[Way],
    absences: Sequence[Absence],
    waited_s: float = 0.0,
    *,
    backward: bool = False,
) -> tuple[Look, ...]:
    """The cameras to look at, likeliest first, from their ways from one moment: what was looked
    through in vain lowers the chance of a camera and narrows its window. `waited_s`: it was on no
    camera for so long."""
    turn = -1 if backward else 1
    told: list[tuple[Way, TimeWindow, float, list[Absence]]] = []
    for way in ways:
        # Stated bounds are taken as two standard deviations.
        clock_sd = way.uncertainty_s / 2
        seconds = np.asarray(way.travel.quantile(_SHARES, clock_sd), np.float64)
        weights = np.ones(len(seconds))
        if waited_s > 0:
            weights[seconds < waited_s] = 0.0
        if not weights.any():
            continue
        before = weights.sum()
        mine = [one for one in absences if one.camera_id == way.camera_id]
        for one in mine:
            first, last = sorted(
                turn * (at - since_ns) / NS_PER_S for at in (one.from_ns, one.to_ns)
            )
            found = SEEN_SHARE[one.how] * min(1.0, max(0.0, one.share))
            weights[(seconds >= first) & (seconds <= last)] *= 1 - found
        window = _window(seconds, weights, since_ns, turn)
        told.append((way, window, way.chance * float(weights.sum() / before), mine))
    # What the others lost goes to all, to nowhere in the case as well.
    total = sum(chance for _, _, chance, _ in told)
    elsewhere = max(0.0, 1.0 - sum(one.chance for one in ways)) if ways else ELSEWHERE
    made = [
        _look(view, way, window, chance / max(total + elsewhere, 1e-12), mine, since_ns)
        for way, window, chance, mine in told
    ]
    made.sort(key=lambda one: (-one.chance, one.window.likely_ns, one.camera_id))
    return tuple(one for one in made if one.chance >= _LEAST_CHANCE)


def _window(
    seconds: NDArray[np.float64], weights: NDArray[np.float64], since_ns: int, turn: int
) -> TimeWindow:
    """When most of what is left comes; `seconds` rise."""
    share = (np.cumsum(weights) - weights / 2) / weights.sum()
    ends = ((1 - _SURE) / 2, 0.5, (1 + _SURE) / 2)
    first, likely, last = (
        since_ns + turn * round(float(np.interp(at, share, seconds)) * NS_PER_S) for at in ends
    )
    return TimeWindow(min(first, last), max(first, last), likely)


def _look(
    view: CaseView,
    way: Way,
    window: TimeWindow,
    chance: float,
    absences: Sequence[Absence],
    since_ns: int,
) -> Look:
    camera = view.camera(way.camera_id)
    name = camera.name if camera is not None else str(way.camera_id)
    opens, closes = (_clock(view, at, since_ns) for at in (window.from_ns, window.to_ns))
    parts = [f"Look on {name} between {opens} and {closes}", way.words]
    touched = [one for one in absences if one.from_ns < window.to_ns and one.to_ns > window.from_ns]
    if touched:
        spans = ", ".join(
            f"{_clock(view, one.from_ns, since_ns)} to {_clock(view, one.to_ns, since_ns)}"
            for one in touched[:3]
        )
        parts.append(f"not seen there from {spans}")
    has = has_footage(view, way.camera_id, window)
    if not has:
        parts.append("the case has no footage of it then")
    words = ": ".join((parts[0], "; ".join(one for one in parts[1:] if one)))
    return Look(way.camera_id, name, window, chance, way.metres, words, has)


def has_footage(view: CaseView, camera_id: CameraId, window: TimeWindow) -> bool:
    """Whether any recording of a camera overlaps a window; one whose time is not known does not."""
    for source in view.sources:
        clock = source.clock
        if source.camera_id != camera_id or clock is None:
            continue
        start, end = (clock.to_wall_ns(TimeNs(at)) for at in (0, source.duration_ns))
        if start <= window.to_ns and window.from_ns < end:
            return True
    return False


def _clock(view: CaseView, wall_ns: int, since_ns: int) -> str:
    """A time of day in the zone of the case, with its date where that is another one."""
    zone = zone_of(view.zone_name)
    there, began = (wall_from_ns(at).astimezone(zone) for at in (wall_ns, since_ns))
    if there.date() == began.date():
        return f"{there:%H:%M:%S}"
    return f"{there:%Y-%m-%d %H:%M:%S}"
