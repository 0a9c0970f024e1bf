"""Proposes how a camera sees the ground from people whom calibrated cameras see at the same time.

Only a proposal: pairs of points, as a person would have clicked them, who checks and keeps them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.calibration_types import GivenPairs, PointPair
from casefiles.case import Case
from casefiles.errors import BadCalibration
from casefiles.geo import GeoPoint, moved
from casefiles.jobs import Job, Progress
from casefiles.store import ground_points
from casefiles.store.ground_points import Wanting
from casefiles.types import Source
from casefiles.usecases.calibrate import (
    FoundCalibration,
    find_calibration,
    picture_sizes,
    placement_at,
)
from casefiles.usecases.calibrated_places import FOOT_SHARE, LEAST_PX
from casefiles.usecases.ground_tracks import ground_tracks
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.following.fit_from_tracks import STEP_S, FittedGround, Path, fit_ground_from_tracks
from detection.labels import ObjectClass
from video.clock import NS_PER_S
from video.ground import project

Array = NDArray[np.float64]
MOST_PAIRS: Final = 60
_MOST_POINTS: Final = 200_000
_LONGEST_NS: Final = 3600 * NS_PER_S
"""An hour of the camera's footage is enough."""


@dataclass(frozen=True, slots=True)
class PairsFromTracks:
    """Pairs, the calibration that they make, and how sure it is who is who: so many `tracks` of the
    camera are taken for one of another each, `moments` of them, `apart_m` apart (the median);
    `clear` unless another way to put them together explains nearly as much."""

    given: GivenPairs
    found: FoundCalibration
    tracks: int
    moments: int
    apart_m: float
    clear: bool


def pairs_from_tracks(
    case: Case, camera_id: str, *, wall_ns: int | None = None
) -> Job[PairsFromTracks]:
    """Pairs for a camera as it stood at a wall time, or (None) by its newest placement. Nothing is
    kept. Logged before it is given.

    Raises:
        UnknownCamera: there is none. BadCalibration: no footage of it, or nobody whom it and
            calibrated cameras saw at the same time tells its ground. BadPairs: they do not agree.
    """
    camera = case.camera(camera_id)
    view = view_case(case)
    placement = placement_at(camera, wall_ns)
    since = None if placement is None else placement.from_ns
    until = None if placement is None else placement.to_ns
    source = _source(view, camera_id, (since, until))
    assert source.clock is not None
    opens, closes = max(0, source.clock.first_media(since or 0)), source.duration_ns + 1
    if until is not None:
        closes = min(closes, source.clock.first_media(until))
    closes = min(closes, opens + _LONGEST_NS)
    size = (source.width, source.height)
    run_id = view.runs[source.source_id].run_id
    people = Wanting((int(ObjectClass.PERSON),))
    step_ns = round(STEP_S * NS_PER_S / 2)
    boxes = case.read(
        lambda cursor: ground_points.thinned(cursor, run_id, size, (opens, closes), people, step_ns)
    )
    walls = source.clock.to_walls(np.array([opens, closes]))
    others = [one.camera_id for one in view.cameras if one.camera_id != camera_id]
    known = yield from ground_tracks(
        case, (int(walls[0]), int(walls[1])), class_ids=[int(ObjectClass.PERSON)],
        camera_ids=others, most=_MOST_POINTS,
    )  # fmt: skip
    yield Progress(0, 1, "grounds", "who is who")
    if not len(known) or not len(boxes.track_id):
        raise BadCalibration(
            f"no calibrated camera saw people while camera {camera_id} did",
            "Calibrate it by points in its picture: --pairs.",
        )
    base = int(walls[0])
    middle = known.lonlat.mean(axis=0)
    origin = GeoPoint(float(middle[1]), float(middle[0]))
    one_m = moved(origin, east_m=1.0, north_m=1.0)
    degrees = np.array([one_m.lon - origin.lon, one_m.lat - origin.lat])
    clock = source.clock
    seen = [
        Path(_seconds(clock.to_walls(own.time_ns), base), _feet(own.boxes))
        for _, own in boxes.of_each()
    ]
    places = (known.lonlat - middle) / degrees
    ground = [
        Path(_seconds(known.wall_ns[mine], base), places[mine])
        for track in np.unique(known.track_id)
        for mine in (known.track_id == track,)
    ]
    fit = fit_ground_from_tracks(seen, ground)
    if fit is None:
        raise BadCalibration(
            f"the people whom camera {camera_id} and calibrated ones saw at the same time do not "
            "tell its ground",
            "It takes three or more who walk in different directions; else use --pairs.",
        )
    pixels, metres = _spread(fit, seen, ground)
    lonlat = metres * degrees + middle
    pairs = tuple(
        PointPair((float(x), float(y)), lonlat=(float(lon), float(lat)))
        for (x, y), (lon, lat) in zip(pixels, lonlat, strict=True)
    )
    given = GivenPairs(pairs, size)
    tall = float(np.median(boxes.boxes[:, 3] - boxes.boxes[:, 1]))
    found = find_calibration(
        camera, picture_sizes(view, camera_id), given, wall_ns=wall_ns,
        click_px=max(LEAST_PX, FOOT_SHARE * tall),
    )  # fmt: skip
    yield Progress(1, 1, "grounds", "who is who")
    case.record(
        audit.Entry(
            "calibration.from_tracks", "done", object=f"source:{source.source_id}",
            facts={"run": run_id, "tracks": len(fit.pairs), "moments": fit.moments},
            private={"camera": camera_id},
        )
    )  # fmt: skip
    return PairsFromTracks(given, found, len(fit.pairs), fit.moments, fit.error_m, fit.clear)


def _source(view: CaseView, camera_id: str, span: tuple[int | None, int | None]) -> Source:
    """The longest indexed recording of the camera that is of known time, while it stood so."""
    fitting = []
    for one in view.sources:
        if one.camera_id != camera_id or one.clock is None or one.source_id not in view.runs:
            continue
        first, last = (int(at) for at in one.clock.to_walls(np.array([0, one.duration_ns])))
        if (span[0] is None or span[0] <= last) and (span[1] is None or first < span[1]):
            fitting.append(one)
    if not fitting:
        raise BadCalibration(
            f"camera {camera_id} has no indexed recording of known time as it stands so",
            "Index one; say when it was with 'clock set --start'.",
        )
    return max(fitting, key=lambda one: one.duration_ns)


def _seconds(walls: NDArray[np.int64], base: int) -> Array:
    made: Array = (walls - base) / NS_PER_S
    return made


def _feet(boxes: Array) -> Array:
    return np.stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, 3]], axis=1)


def _spread(fit: FittedGround, seen: list[Path], ground: list[Path]) -> tuple[Array, Array]:
    """Moments `(k, 2)` of the picture and where others saw these, spread over the picture: each the
    farthest from those before; none that is far off."""
    pixels, metres = [], []
    for i, j in fit.pairs:
        mine, theirs = seen[i], ground[j]
        inside = (mine.time_s >= theirs.time_s[0]) & (mine.time_s <= theirs.time_s[-1])
        after = np.clip(np.searchsorted(theirs.time_s, mine.time_s), 1, len(theirs.time_s) - 1)
        inside &= theirs.time_s[after] - theirs.time_s[after - 1] <= 2 * STEP_S
        moments = mine.time_s[inside]
        pixels.append(mine.points[inside])
        metres.append(
            np.stack([np.interp(moments, theirs.time_s, one) for one in theirs.points.T], axis=1)
        )
    points, places = np.concatenate(pixels), np.concatenate(metres)
    off = np.hypot(*(project(fit.to_ground, points) - places).T)
    near = off <= max(3 * fit.error_m, 0.3)
    points, places = points[near], places[near]
    chosen = [int(points[:, 1].argmax())]
    apart = np.hypot(*(points - points[chosen[0]]).T)
    while len(chosen) < min(MOST_PAIRS, len(points)):
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.hypot(*(points - points[chosen[-1]]).T))
    return points[chosen], places[chosen]
