"""Which cameras an area, a route or a circle on the map takes in; no Qt here.

Worked out on a plane of metres about the middle of what was drawn: right to 0.1 % within 10 km, as
`casefiles.geo.moved` is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from casefiles.geo import ASSUMED_RANGE_M, GeoPoint, offset_m
from casefiles.types import CameraId
from mapview.layers import CameraMark, view_cone
from mapview.projection import to_degrees

RegionKind: TypeAlias = Literal["area", "route", "circle"]
_LEAST: Final[dict[RegionKind, int]] = {"area": 3, "route": 2, "circle": 1}
_STEP_DEG: Final = 1e-3
_SLACK: Final = 1.01


@dataclass(frozen=True, slots=True)
class Region:
    """What was drawn: corners of an area, points of a route, or the middle of a circle, as
    (lon, lat) degrees.

    Raises:
        ValueError: fewer points than its kind needs, or a route or circle without reach.
    """

    kind: RegionKind
    points: tuple[tuple[float, float], ...]
    reach_m: float = 0.0
    """Half the width of a route, the radius of a circle; of no meaning for an area."""

    def __post_init__(self) -> None:
        if len(self.points) < _LEAST[self.kind]:
            raise ValueError(f"a {self.kind} needs {_LEAST[self.kind]} points")
        # Written so that NaN fails too.
        if self.kind != "area" and not self.reach_m > 0:
            raise ValueError(f"a {self.kind} needs a reach above 0 m, not {self.reach_m}")

    def with_reach(self, reach_m: float) -> "Region":
        """The same with another width or radius."""
        return replace(self, reach_m=reach_m)

    def outlines(self) -> list[NDArray[np.float64]]:
        """Its edges as rings `(n, 2)` of (lon, lat): the outer ones, then the holes (a route that
        comes back to itself encloses one)."""
        plane = Plane.around(self.points)
        shape = _shape_of(self, plane)
        parts = list(getattr(shape, "geoms", (shape,)))
        polygons = [part for part in parts if part.geom_type == "Polygon"]
        rings = [one.exterior for one in polygons]
        rings += [hole for one in polygons for hole in one.interiors]
        return [plane.to_degrees(np.asarray(ring.coords)[:-1]) for ring in rings]


@dataclass(frozen=True, slots=True)
class Picked:
    """The cameras a region takes in, each in one of the two, in the order of the marks."""

    inside: tuple[CameraId, ...] = ()
    """They stand in it."""
    seeing: tuple[CameraId, ...] = ()
    """They stand outside, and what they see meets it."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a place."""

    origin: GeoPoint
    east_m: float
    north_m: float
    """Metres of a degree there."""

    @classmethod
    def around(cls, lonlat: ArrayLike) -> "Plane":
        """About the middle of places `(n, 2)` of (lon, lat)."""
        degrees = np.asarray(lonlat, np.float64).reshape(-1, 2)
        # Round the shorter way from the first: what lies across the date line stays together.
        lon0 = float(degrees[0, 0])
        turned = (degrees[:, 0] - lon0 + 180.0) % 360.0 - 180.0
        lon = lon0 + (float(turned.min()) + float(turned.max())) / 2
        lat = (float(degrees[:, 1].min()) + float(degrees[:, 1].max())) / 2
        origin = GeoPoint(max(-90.0, min(90.0, lat)), (lon + 180.0) % 360.0 - 180.0)
        aside = (origin.lon + _STEP_DEG + 180.0) % 360.0 - 180.0
        beyond = origin.lat + (_STEP_DEG if origin.lat < 0 else -_STEP_DEG)
        east, _ = offset_m(origin, GeoPoint(origin.lat, aside))
        _, north = offset_m(origin, GeoPoint(beyond, origin.lon))
        return cls(origin, east / _STEP_DEG, abs(north) / _STEP_DEG)

    def to_metres(self, lonlat: ArrayLike) -> NDArray[np.float64]:
        """(lon, lat) `(n, 2)` → (east, north) `(n, 2)`."""
        degrees = np.asarray(lonlat, np.float64).reshape(-1, 2)
        turned = (degrees[:, 0] - self.origin.lon + 180.0) % 360.0 - 180.0
        return np.column_stack(
            (turned * self.east_m, (degrees[:, 1] - self.origin.lat) * self.north_m)
        )

    def to_degrees(self, metres: ArrayLike) -> NDArray[np.float64]:
        """The inverse of `to_metres`."""
        offset = np.asarray(metres, np.float64).reshape(-1, 2)
        lon = offset[:, 0] / self.east_m + self.origin.lon
        return np.column_stack(
            ((lon + 180.0) % 360.0 - 180.0, offset[:, 1] / self.north_m + self.origin.lat)
        )


def cameras_in(
    marks: Sequence[CameraMark],
    region: Region,
    *,
    moving: Mapping[CameraId, GeoPoint] | None = None,
    outline_of: Callable[[CameraMark], NDArray[np.float64]] = view_cone,
) -> Picked:
    """The cameras that stand in a region now, and those that see into it from outside.

    `moving` are cameras on their way, and where they are now; what they see is not known.
    `outline_of` gives what a camera sees as a ring `(n, 2)` in world metres. Former places do not
    count.
    """
    plane = Plane.around(region.points)
    shape = _shape_of(region, plane)
    shapely.prepare(shape)
    present = [mark for mark in marks if not mark.former]
    stand = shapely.points(plane.to_metres([(one.point.lon, one.point.lat) for one in present]))
    within = shapely.intersects(shape, stand)
    # Outlines are dear: only of those that could reach it.
    far_m = shapely.distance(shape, stand)
    inside, seeing = [], []
    for mark, is_in, away_m in zip(present, within.tolist(), far_m.tolist(), strict=True):
        if is_in:
            inside.append(mark.camera_id)
        elif not mark.seen and away_m > _SLACK * (mark.range_m or ASSUMED_RANGE_M):
            continue
        elif shapely.intersects(shape, _polygon(plane.to_metres(to_degrees(outline_of(mark))))):
            seeing.append(mark.camera_id)
    for camera_id, point in (moving or {}).items():
        if shapely.intersects(shape, shapely.Point(plane.to_metres([(point.lon, point.lat)])[0])):
            inside.append(camera_id)
    return Picked(tuple(dict.fromkeys(inside)), tuple(dict.fromkeys(seeing)))


def _shape_of(region: Region, plane: Plane) -> shapely.Geometry:
    at = plane.to_metres(region.points)
    if region.kind == "area":
        return _polygon(at)
    if region.kind == "circle":
        return shapely.Point(at[0]).buffer(region.reach_m, quad_segs=32)
    return shapely.LineString(at).buffer(region.reach_m, quad_segs=8)


def _polygon(ring: NDArray[np.float64]) -> shapely.Geometry:
    if len(ring) < 3:
        return shapely.MultiPoint(ring).convex_hull
    # Freehand lines cross themselves.
    return shapely.make_valid(shapely.Polygon(ring))
