"""Journeys and forecasts made by hand, of cameras in the made-up town."""

import itertools
from collections.abc import Sequence

from casefiles.geo import GeoPoint
from casefiles.subject_types import Sighting, Subject, SubjectId
from casefiles.types import CameraId, RunId, SourceId, TrackId, TrackRow
from casefiles.usecases.follow_types import Journey, Leg, Stop
from video.types import TimeNs

S = 1_000_000_000
SUBJECT = Subject("Subject 1", "person", subject_id=SubjectId(1))


def a_stop(
    number: int,
    camera: str,
    point: GeoPoint | None,
    from_s: float | None,
    to_s: float | None,
    *,
    start_ns: int = 0,
    path: tuple[tuple[float, float], ...] = (),
    path_s: Sequence[float] = (),
    source: int | None = None,
    track: int | None = None,
) -> Stop:
    """A confirmed sighting so many seconds after `start_ns`; None: nobody knows when."""

    def wall(seconds: float | None) -> int | None:
        return None if seconds is None else start_ns + round(seconds * S)

    track_id, source_id = TrackId(track or number), SourceId(source or number)
    row = TrackRow(
        track_id, RunId(1), source_id, 0, TimeNs(0), TimeNs(S), 25, 0.9, suppressed=False
    )
    return Stop(
        Sighting(SUBJECT.subject_id, track_id, "confirmed"), row, CameraId(camera), camera.title(),
        wall(from_s), wall(to_s), 0.5, point, path, tuple(start_ns + round(s * S) for s in path_s),
    )  # fmt: skip


def a_leg(before: Stop, after: Stop, *, fastest_s: float | None = None, problem: str = "") -> Leg:
    """The straight way between two stops with times."""
    assert before.to_ns is not None
    assert after.from_ns is not None
    ends = [one.point for one in (before, after) if one.point is not None]
    path = tuple((one.lon, one.lat) for one in ends) if len(ends) == 2 else ()
    fastest = None if fastest_s is None else round(fastest_s * S)
    return Leg(before.to_ns, after.from_ns, None, path, False, fastest, problem)


def a_journey(*stops: Stop, legs: tuple[Leg, ...] | None = None) -> Journey:
    """A journey of these stops; legs that can be unless they are given."""
    timed = [one for one in stops if one.from_ns is not None]
    usual = tuple(a_leg(one, other) for one, other in itertools.pairwise(timed))
    return Journey(SUBJECT, stops, usual if legs is None else legs, ())
