"""Named places and what cameras see of them: shapes on the earth in, cameras and metres out.

The only module that speaks shapely. Shapes are in degrees (lon, lat); distances are measured flat
around the shape asked for, which is right to 0.1 % within 10 km.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape as shape_of

from casefiles.geo import GeoPoint, offset_m, view_polygon
from casefiles.types import Camera, Placement

NEAR_M: Final = 60.0
Shape: TypeAlias = Any
"""A shapely geometry in degrees."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something of the base map that has a name."""

    name: str
    kind: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Nearby:
    """A camera near a place: how far from it, and whether it looks at it."""

    camera: Camera
    metres: float
    looks: bool
    always: bool
    """False: it stood elsewhere for a part of the time asked about."""

    @property
    def words(self) -> str:
        """The camera and why it counts."""
        how = f"{self.metres:.0f} m" if self.metres <= NEAR_M else "looks at it"
        return f"{self.camera.name} ({how}{'' if self.always else ', for a part of the time'})"


def places_of(document: Mapping[str, Any]) -> tuple[Place, ...]:
    """The named features of a GeoJSON document, those of one name and kind together.

    Features that are no shapes are passed over: a map may hold more than is needed here.
    """
    found: dict[tuple[str, str], list[Shape]] = {}
    features = document.get("features")
    for feature in features if isinstance(features, list) else []:
        try:
            about = feature.get("properties") or {}
            name = str(about.get("name") or "").strip()
            shape = shapely.force_2d(shape_of(feature["geometry"]))
            if name and not shape.is_empty and np.isfinite(shapely.get_coordinates(shape)).all():
                key = (name, str(about.get("kind") or ""))
                found.setdefault(key, []).append(shapely.make_valid(shape))
        except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
            continue
    return tuple(
        Place(name, kind, shapes[0] if len(shapes) == 1 else shapely.union_all(shapes))
        for (name, kind), shapes in found.items()
    )


def point_shape(placements: Sequence[Placement]) -> Shape:
    """Where a camera stands, as a shape."""
    return shapely.MultiPoint([(place.point.lon, place.point.lat) for place in placements])


def near(
    shape: Shape, cameras: Sequence[Camera], span: tuple[int | None, int | None]
) -> tuple[Nearby, ...]:
    """The cameras within 60 m of a shape, or that look at it, at some moment of the span.

    Nearest first. `span` is in wall nanoseconds; an open end is None.
    """
    if shape.is_empty:
        return ()
    origin = _origin(shape)
    flat = _flat(shape, origin)
    found: list[Nearby] = []
    for camera in cameras:
        judged = [
            _judge(flat, origin, place) for place in camera.placements if _overlaps(place, span)
        ]
        good = [(metres, looks) for metres, looks in judged if looks or metres <= NEAR_M]
        if good:
            metres, looks = min(good)
            found.append(Nearby(camera, metres, looks, always=len(good) == len(judged)))
    return tuple(sorted(found, key=lambda one: (one.metres, one.camera.camera_id)))


def outline(placement: Placement) -> tuple[tuple[float, float], ...]:
    """What a camera may see from a placement, (lon, lat) corners."""
    return view_polygon(
        placement.point, placement.heading_deg, placement.fov_deg, placement.range_m
    )


def looks_into(placement: Placement, area: Sequence[tuple[float, float]]) -> bool:
    """Whether a camera's view touches an area of (lon, lat) corners."""
    origin = placement.point
    seen = _flat(shapely.Polygon(outline(placement)), origin)
    return bool(
        shapely.make_valid(seen).intersects(
            shapely.make_valid(_flat(shapely.Polygon(area), origin))
        )
    )


def shared_part(
    one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Where two areas on one plane overlap, as corners by the rule of even and odd; several parts
    are joined by edges that go there and back, which that rule does not see. Empty where they do
    not overlap."""
    if len(one) < 3 or len(other) < 3:
        return ()
    first, second = (shapely.make_valid(shapely.Polygon(area)) for area in (one, other))
    parts = shapely.get_parts(shapely.intersection(first, second))
    rings = [
        shapely.get_coordinates(ring).tolist()
        for part in parts
        if part.geom_type == "Polygon" and part.area > 0
        for ring in shapely.get_rings(part)
    ]
    if not rings:
        return ()
    start = rings[0][0]
    made = rings[0] + [corner for ring in rings[1:] for corner in (*ring, start)]
    return tuple((float(x), float(y)) for x, y in made)


def metres_between(one: Placement, other: Placement) -> float:
    """The least distance between what two cameras see; 0 where their views overlap."""
    first = _flat(shapely.Polygon(outline(one)), one.point)
    second = _flat(shapely.Polygon(outline(other)), one.point)
    return float(shapely.make_valid(first).distance(shapely.make_valid(second)))


def _judge(flat: Shape, origin: GeoPoint, place: Placement) -> tuple[float, bool]:
    metres = float(flat.distance(shapely.Point(offset_m(origin, place.point))))
    seen = shapely.make_valid(_flat(shapely.Polygon(outline(place)), origin))
    return metres, bool(seen.intersects(flat))


def _overlaps(place: Placement, span: tuple[int | None, int | None]) -> bool:
    start, end = span
    begins_later = place.from_ns is not None and end is not None and place.from_ns >= end
    ended_before = place.to_ns is not None and start is not None and place.to_ns <= start
    return not (begins_later or ended_before)


def _origin(shape: Shape) -> GeoPoint:
    middle = shapely.Point(shape.centroid)
    return GeoPoint(max(-90.0, min(90.0, middle.y)), max(-180.0, min(180.0, middle.x)))


def _flat(shape: Shape, origin: GeoPoint) -> Shape:
    """The shape in metres east and north of a place."""
    step = 1e-3
    lon_m = offset_m(origin, GeoPoint(origin.lat, origin.lon - step * np.sign(origin.lon or 1)))[0]
    lat_m = offset_m(origin, GeoPoint(origin.lat - step * np.sign(origin.lat or 1), origin.lon))[1]
    scale = np.abs([lon_m, lat_m]) / step

    def flatten(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        apart = corners - [origin.lon, origin.lat]
        apart[:, 0] = (apart[:, 0] + 180.0) % 360.0 - 180.0
        flat: NDArray[np.float64] = apart * scale
        return flat

    return shapely.transform(shape, flatten)
