"""A missing person: the ring around the last place grows with time, and orders where to look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from casefiles.geo import GeoPoint
from casefiles.queries.places import metres_between
from casefiles.subject_types import LastSeen, Subject, SubjectKind
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.journey import fastest_m_s
from detection.following.travel_times import USUAL_M_S
from video.clock import NS_PER_S

LIKELY_M_S: Final[dict[SubjectKind, float]] = {"person": 1.8, "vehicle": 20.0}
"""Hardly anybody covers ground faster than this for long: walking at 1.34 m/s with a standard
deviation of 0.26 (U. Weidmann, "Transporttechnik der Fussgänger", 1993) stays below it for 95 %; of
vehicles in towns an assumption, 72 km/h."""
FARTHEST_M: Final = 20_037_508.0
"""Half way round the earth."""
_SMALLEST_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class Ring:
    """How far somebody can have come from a place by a moment."""

    origin: GeoPoint
    since_ns: int
    at_ns: int
    reach_m: float
    """Not further than this (fastest speed, all uncertainties added)."""
    likely_m: float
    """Hardly ever further than this by how fast its kind usually goes (95 %)."""


@dataclass(frozen=True, slots=True)
class RingCamera:
    """When the ring comes to what a camera sees."""

    camera_id: CameraId
    metres: float
    """From the edge of the last place to its view, at least; 0 where it sees the place."""
    earliest_ns: int
    """Not before this by the fastest speed."""
    likely_ns: int
    """At a usual speed."""


def ring_at(subject: Subject, last: LastSeen, at_ns: int) -> Ring:
    """The ring at a moment (true wall time). At a moment before the last place it is as wide as if
    time ran backward: so far away it can have been."""
    return ring_of(
        subject, last.point, last.wall_ns, at_ns,
        radius_m=last.radius_m, uncertainty_s=last.uncertainty_s,
    )  # fmt: skip


def ring_of(
    subject: Subject,
    origin: GeoPoint,
    since_ns: int,
    at_ns: int,
    *,
    radius_m: float = 0.0,
    uncertainty_s: float = 0.0,
) -> Ring:
    """The ring around any place; `radius_m` how far off it may be, `uncertainty_s` the time."""
    seconds = abs(at_ns - since_ns) / NS_PER_S + uncertainty_s
    fastest = fastest_m_s(subject)
    likely = min(fastest, LIKELY_M_S[subject.kind])
    reach_m, likely_m = (min(radius_m + v * seconds, FARTHEST_M) for v in (fastest, likely))
    return Ring(origin, since_ns, at_ns, reach_m, likely_m)


def ring_order(
    subject: Subject, last: LastSeen, cameras: Sequence[Camera]
) -> tuple[RingCamera, ...]:
    """The cameras in the order in which the ring comes to their views, as they stood then; those
    without a place are absent."""
    here = Placement(last.point, range_m=max(last.radius_m, _SMALLEST_M))
    known: list[RingCamera] = []
    for camera in cameras:
        met = [
            one
            for place in camera.placements
            if (one := _met(subject, last, camera.camera_id, here, place)) is not None
        ]
        if met:
            known.append(min(met, key=_when))
    return tuple(sorted(known, key=_when))


def _when(one: RingCamera) -> tuple[int, float, str]:
    return one.likely_ns, one.metres, one.camera_id


def _met(
    subject: Subject, last: LastSeen, camera_id: CameraId, here: Placement, place: Placement
) -> RingCamera | None:
    metres = metres_between(here, place)
    fastest = fastest_m_s(subject)
    usual = min(fastest, USUAL_M_S[subject.kind])
    slack_ns = round(last.uncertainty_s * NS_PER_S)
    made = RingCamera(
        camera_id,
        metres,
        last.wall_ns - slack_ns + round(metres / fastest * NS_PER_S),
        last.wall_ns + round(metres / usual * NS_PER_S),
    )
    if place.to_ns is not None and place.to_ns <= made.earliest_ns:
        return None
    if place.from_ns is not None:
        # It can only be seen there once the camera stands there.
        made = replace(
            made,
            earliest_ns=max(made.earliest_ns, place.from_ns),
            likely_ns=max(made.likely_ns, place.from_ns),
        )
    return made
