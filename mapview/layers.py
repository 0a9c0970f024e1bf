"""What the map shows of the cameras, as values: marks, view cones and former places.

Nothing of a screen here: places are degrees or world metres, headings clockwise from north.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.geo import ASSUMED_FOV_DEG, ASSUMED_RANGE_M, GeoPoint, view_polygon
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.calibrated_places import seen_ground
from mapview.projection import ground_scale, project, to_mercator

MarkKind: TypeAlias = Literal["fixed", "ptz", "trailer", "alpr"]
Outline: TypeAlias = tuple[tuple[float, float], ...]
"""Longitude and latitude of corners, not closed."""
Seen: TypeAlias = Mapping[tuple[CameraId, int | None], Outline]
"""The ground that cameras show by their calibrations: by camera and `Placement.from_ns`."""


@dataclass(frozen=True, slots=True)
class CameraMark:
    """A camera at one of its places; `former` where it does not stand there at the time shown,
    `coming` where it does so only later."""

    camera_id: CameraId
    name: str
    point: GeoPoint
    x: float
    y: float
    """The same place in world metres."""
    heading_deg: float | None
    fov_deg: float | None
    range_m: float | None
    kind: MarkKind
    colour: int = 0
    """Which of the camera hues."""
    has_footage: bool = False
    former: bool = False
    coming: bool = False
    dates: str = ""
    """Of a place where it does not stand: from when to when it did, or will."""
    seen: Outline = ()
    """The ground it shows by its calibration; empty where that is not known."""

    @property
    def is_assumed(self) -> bool:
        """Whether its view cone is partly guessed."""
        return not self.seen and None in (self.heading_deg, self.fov_deg, self.range_m)


_CONES_KEPT: Final = 4096
"""Placements of some hundred cameras: the same ones are asked for with every step in time."""


def seen_by(calibrations: Iterable[Calibration]) -> Seen:
    """The ground that calibrated cameras show, by the newest calibration of each placement; those
    of which nobody knows where on earth they are left out."""
    outlines = {
        (one.camera_id, one.placement_from_ns): seen_ground(one)
        for one in sorted(calibrations, key=lambda one: one.calibration_id)
    }
    return {key: outline for key, outline in outlines.items() if len(outline) >= 3}


def placement_at(placements: Iterable[Placement], wall_ns: int | None) -> Placement | None:
    """The placement in force at a wall time; the newest where no time is asked for.

    None while the camera stood nowhere. `to_ns` is not included.
    """
    found = None
    for placement in placements:
        begun = wall_ns is None or placement.from_ns is None or placement.from_ns <= wall_ns
        over = wall_ns is not None and placement.to_ns is not None and placement.to_ns <= wall_ns
        if begun and not over:
            found = placement
    return found


@cache
def mark_kind(word: str) -> MarkKind:
    """The kind of a camera from the word its list uses; `fixed` where nothing else is known."""
    text = word.strip().lower()
    if any(part in text for part in ("alpr", "anpr", "lpr", "plate")):
        return "alpr"
    if any(part in text for part in ("trailer", "mobile", "drone", "body", "vehicle")):
        return "trailer"
    if any(part in text for part in ("ptz", "dome", "pan")):
        return "ptz"
    return "fixed"


def camera_marks(
    cameras: Iterable[Camera],
    *,
    wall_ns: int | None = None,
    with_footage: frozenset[CameraId] = frozenset(),
    moving: frozenset[CameraId] = frozenset(),
    seen: Seen | None = None,
    dates: Callable[[Placement], str] = lambda _: "",
) -> tuple[CameraMark, ...]:
    """The marks of all cameras that have a place: where they stand first, former places after.

    A camera that stood nowhere at `wall_ns`, or is on the move (`moving`), has only former marks.
    Colours count the cameras. `seen` is what calibrated ones show, `dates` words a placement.
    """
    known = seen or {}
    rows = [
        (index, camera, placement, placement is not now or camera.camera_id in moving)
        for index, camera in enumerate(cameras)
        for now in (placement_at(camera.placements, wall_ns),)
        for placement in camera.placements
    ]
    # All at once: one by one the projection alone took most of the time.
    world = to_mercator([(row[2].point.lon, row[2].point.lat) for row in rows]).tolist()
    marks = [
        CameraMark(
            camera_id=camera.camera_id,
            name=camera.name,
            point=placement.point,
            x=x,
            y=y,
            heading_deg=placement.heading_deg,
            fov_deg=placement.fov_deg,
            range_m=placement.range_m,
            kind=mark_kind(camera.kind),
            colour=index,
            has_footage=camera.camera_id in with_footage,
            former=former,
            coming=former
            and wall_ns is not None
            and placement.from_ns is not None
            and placement.from_ns > wall_ns,
            dates=dates(placement) if former else "",
            seen=known.get((camera.camera_id, placement.from_ns), ()),
        )
        for (index, camera, placement, former), (x, y) in zip(rows, world, strict=True)
    ]
    return tuple(sorted(marks, key=lambda mark: mark.former))


def moved_mark(mark: CameraMark, point: GeoPoint, heading_deg: float | None) -> CameraMark:
    """The mark as it would be elsewhere, or looking elsewhere: by its numbers, for what it would
    show there no calibration tells."""
    x, y = project(point)
    return replace(mark, point=point, x=x, y=y, heading_deg=heading_deg, seen=())


def moved_placements(
    placements: Sequence[Placement],
    wall_ns: int | None,
    point: GeoPoint,
    heading_deg: float | None,
) -> tuple[Placement, ...]:
    """The placements with the one in force at `wall_ns` moved; the others as they are.

    Where none is in force the newest is moved: it is the one shown.
    """
    now = placement_at(placements, wall_ns) or placements[-1]
    # By identity: two placements may be equal in all they say.
    return tuple(
        replace(one, point=point, heading_deg=heading_deg) if one is now else one
        for one in placements
    )


def placement_changes(cameras: Iterable[Camera]) -> tuple[int, ...]:
    """The wall times at which some camera comes, goes or moves, in order."""
    times = {
        edge
        for camera in cameras
        for placement in camera.placements
        for edge in (placement.from_ns, placement.to_ns)
        if edge is not None
    }
    return tuple(sorted(times))


def view_cone(mark: CameraMark) -> NDArray[np.float64]:
    """The outline `(n, 2)` in world metres of what a camera sees: the ground its calibration says,
    else a sector; a circle without a heading."""
    if mark.seen:
        return _ring(mark.seen)
    return _sector(mark.point, mark.heading_deg, mark.fov_deg, mark.range_m)


@lru_cache(maxsize=_CONES_KEPT)
def _ring(seen: Outline) -> NDArray[np.float64]:
    return _kept(to_mercator(seen))


@lru_cache(maxsize=_CONES_KEPT)
def _sector(
    point: GeoPoint, heading_deg: float | None, fov_deg: float | None, range_m: float | None
) -> NDArray[np.float64]:
    return _kept(to_mercator(view_polygon(point, heading_deg, fov_deg, range_m)))


def _kept(cone: NDArray[np.float64]) -> NDArray[np.float64]:
    """Given to everybody who asks again: nobody may write to it."""
    cone.setflags(write=False)
    return cone


def reach(mark: CameraMark) -> tuple[tuple[float, float], ...]:
    """A few world points that say how far a camera sees: quicker than its whole cone."""
    if mark.seen:
        return (mark.x, mark.y), *((x, y) for x, y in to_mercator(mark.seen).tolist())
    far = (mark.range_m or ASSUMED_RANGE_M) / ground_scale(mark.y)
    half = (mark.fov_deg or ASSUMED_FOV_DEG) / 2
    heading = mark.heading_deg
    turns = (0, 90, 180, 270) if heading is None else (heading - half, heading, heading + half)
    ends = [(math.sin(turn), math.cos(turn)) for turn in map(math.radians, turns)]
    return (
        (mark.x, mark.y),
        *((mark.x + far * east, mark.y + far * north) for east, north in ends),
    )
