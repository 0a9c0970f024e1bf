"""How single tracks went: over the ground where their camera is calibrated, and by which edges of
the picture they came and left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint, bearing_deg, distance_m, moved
from casefiles.store import ground_points
from casefiles.store.ground_points import Boxes, Wanting
from casefiles.types import Camera, CameraId, Placement, RunId, Source, TrackId, TrackRow
from casefiles.usecases.calibrated_places import whole
from casefiles.usecases.follow_types import LonLats
from casefiles.usecases.import_positions import read_fixes
from casefiles.usecases.map_synopsis import ground_places
from casefiles.usecases.topology import PictureSide
from casefiles.view_types import CaseView
from video.clock import NS_PER_S

_MOST_PLACES: Final = 200
"""So many places of a course are kept: more cannot be told apart on a map."""
_EDGE_SHARE: Final = 0.02
"""Nearer to an edge than this share of the picture, a box touches it."""
_LAST_NS: Final = 3 * NS_PER_S
_LEAST_WAY_M: Final = 1.5
"""Feet tremble: a shorter way has no direction."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where one track went; empty parts where that is not known."""

    point: GeoPoint | None
    """The middle of its calibrated course, else the middle of what its camera sees then."""
    path: LonLats = ()
    """Over the ground, by the camera's calibration."""
    path_ns: tuple[int, ...] = ()
    """True wall times of its places."""
    came_by: PictureSide = "inside"
    left_by: PictureSide = "inside"
    came_deg: float | None = None
    """In which direction it went when it came into view, and (`left_deg`) when it left."""
    left_deg: float | None = None


def read_courses(case: Case, view: CaseView, rows: Sequence[TrackRow]) -> dict[TrackId, Course]:
    """The courses of some tracks, of whichever runs; not logged: whoever shows them does that."""
    of_run: dict[RunId, list[TrackRow]] = {}
    for row in rows:
        of_run.setdefault(row.run_id, []).append(row)
    fixes = read_fixes(case) if of_run else {}
    made: dict[TrackId, Course] = {}
    for run_id, mine in of_run.items():
        source = view.source(mine[0].source_id)
        if source is None:
            continue
        wanting = Wanting(track_ids=[int(row.track_id) for row in mine])
        found = case.read(partial(ground_points.seen, run_id=run_id, wanting=wanting))
        boxes: Mapping[int, Boxes] = dict(found.of_each()) if len(found.track_id) else {}
        for row in mine:
            made[row.track_id] = _course(view, source, row, boxes.get(row.track_id), fixes)
    return made


def view_middle(place: Placement) -> GeoPoint:
    """The middle of what a camera sees from a placement; where it stands, if nobody knows which
    way it looks."""
    if place.heading_deg is None or (place.fov_deg is not None and place.fov_deg >= 360):
        return place.point
    reach = (40.0 if place.range_m is None else place.range_m) / 2
    turn = np.radians(place.heading_deg)
    return moved(
        place.point, east_m=reach * float(np.sin(turn)), north_m=reach * float(np.cos(turn))
    )


def placement_then(camera: Camera | None, wall_ns: int | None) -> Placement | None:
    """How a camera stood at a true time; of one whose time is not known, only where it always stood
    in one place. None where that is not known."""
    if camera is None:
        return None
    if wall_ns is None:
        return camera.placements[0] if len(camera.placements) == 1 else None
    for place in camera.placements:
        if (place.from_ns is None or place.from_ns <= wall_ns) and (
            place.to_ns is None or wall_ns < place.to_ns
        ):
            return place
    return None


def side_of(box: Iterable[float], size: tuple[int, int]) -> PictureSide:
    """Which edge of a picture of `size` (width, height) a box xyxy touches; `inside` where none or
    both of two opposite ones. An edge at the side tells more than the lower one, which large things
    always touch."""
    left, top, right, bottom = box
    width, height = size
    at_left, at_right = left <= _EDGE_SHARE * width, right >= (1 - _EDGE_SHARE) * width
    if at_left != at_right:
        return "left" if at_left else "right"
    at_top, at_bottom = top <= _EDGE_SHARE * height, bottom >= (1 - _EDGE_SHARE) * height
    if at_top != at_bottom:
        return "top" if at_top else "bottom"
    return "inside"


def _course(
    view: CaseView,
    source: Source,
    row: TrackRow,
    boxes: Boxes | None,
    fixes: Mapping[CameraId, Fixes],
) -> Course:
    camera, clock = view.camera(source.camera_id), source.clock
    start = None if clock is None else clock.to_wall_ns(row.from_ns)
    place = placement_then(camera, start)
    point = None if place is None else view_middle(place)
    if boxes is None or not len(boxes.time_ns):
        return Course(point)
    size = (source.width, source.height)
    came = side_of(boxes.boxes[0].tolist(), size)
    left = side_of(boxes.boxes[-1].tolist(), size)
    if camera is None:
        return Course(point, came_by=came, left_by=left)
    walls = None if clock is None else clock.to_walls(boxes.time_ns)
    moving = fixes.get(camera.camera_id)
    told = ground_places(camera, size, boxes.boxes, walls, moving, view.calibrations)
    known = ~np.isnan(told.lonlat[:, 0])
    if moving is not None and known.any() and not (known & ~told.rough).any():
        # Where the camera itself was: that is about where it was seen.
        return Course(_middle(told.lonlat[known]), came_by=came, left_by=left)
    kept = np.flatnonzero(known & ~told.rough & whole(size, boxes.boxes))
    if not len(kept):
        return Course(point, came_by=came, left_by=left)
    few = kept[np.unique(np.linspace(0, len(kept) - 1, _MOST_PLACES).astype(np.int64))]
    path = tuple((float(lon), float(lat)) for lon, lat in told.lonlat[few])
    times = boxes.time_ns[kept]
    return Course(
        _middle(told.lonlat[kept]),
        path,
        () if walls is None else tuple(int(at) for at in walls[few]),
        came,
        left,
        _direction(told.lonlat[kept], times, times <= times[0] + _LAST_NS),
        _direction(told.lonlat[kept], times, times >= times[-1] - _LAST_NS),
    )


def _middle(lonlat: NDArray[np.float64]) -> GeoPoint:
    lon, lat = lonlat[len(lonlat) // 2]
    return GeoPoint(float(lat), float(lon))


def _direction(
    lonlat: NDArray[np.float64], times: NDArray[np.int64], when: NDArray[np.bool_]
) -> float | None:
    """The way of the places at some times as a bearing, from the mean of their first third to that
    of their last."""
    mine = lonlat[when]
    third = max(1, len(mine) // 3)
    if len(mine) < 2:
        return None
    ends = [mine[:third].mean(axis=0), mine[-third:].mean(axis=0)]
    start, end = (GeoPoint(float(lat), float(lon)) for lon, lat in ends)
    return bearing_deg(start, end) if distance_m(start, end) >= _LEAST_WAY_M else None
