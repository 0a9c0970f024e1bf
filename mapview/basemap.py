"""GeoJSON text (RFC 7946) → areas, streets and named places as values, ready to be drawn.

Maps come from strangers: what cannot be understood is counted and left out, never an error, as
long as the text is GeoJSON at all. Lines over the antimeridian are not cut.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from mapview.projection import to_mercator
from mapview.viewport import Bounds, bounds_of
from resources.errors import UserError

AreaKind: TypeAlias = Literal["region", "land", "water", "park", "square", "building"]
StreetKind: TypeAlias = Literal["border", "stream", "pier", "path", "lane", "street", "main"]
Points: TypeAlias = NDArray[np.float64]
"""World metres `(n, 2)`."""

AREA_KINDS: Final[tuple[AreaKind, ...]] = get_args(AreaKind)
STREET_KINDS: Final[tuple[StreetKind, ...]] = get_args(StreetKind)
"""In the order they are drawn; a region is only an outline, for shapes of no known kind."""

AREA_WORDS: Final[Mapping[str, AreaKind]] = {
    "land": "land", "island": "land", "beach": "land",
    "water": "water", "sea": "water", "ocean": "water", "bay": "water", "lake": "water",
    "pond": "water", "river": "water", "riverbank": "water", "harbor": "water", "dock": "water",
    "reservoir": "water", "basin": "water",
    "park": "park", "garden": "park", "grass": "park", "forest": "park", "wood": "park",
    "meadow": "park", "recreation_ground": "park", "cemetery": "park", "pitch": "park",
    "square": "square", "plaza": "square", "pedestrian": "square", "parking": "square",
    "building": "building", "block": "building", "house": "building", "yes": "building",
}  # fmt: skip
"""The area a word means, in the tongue of OpenStreetMap and ours."""
STREET_WORDS: Final[Mapping[str, StreetKind]] = {
    "main": "main", "motorway": "main", "trunk": "main", "primary": "main", "secondary": "main",
    "street": "street", "quay": "street", "road": "street", "tertiary": "street",
    "residential": "street", "unclassified": "street",
    "lane": "lane", "alley": "lane", "service": "lane", "living_street": "lane",
    "path": "path", "footway": "path", "cycleway": "path", "steps": "path", "track": "path",
    "pedestrian": "path", "rail": "border",
    "mole": "pier", "pier": "pier", "breakwater": "pier",
    "river": "stream", "stream": "stream", "canal": "stream",
    "border": "border", "boundary": "border",
}  # fmt: skip
# Words of ours first, then the keys OpenStreetMap extracts use.
_KEYS: Final = (
    "kind", "building", "natural", "water", "waterway", "leisure", "landuse", "highway",
    "railway", "man_made", "amenity", "place", "boundary",
)  # fmt: skip
_MOST_DEPTH: Final = 8
"""Collections inside collections beyond this are somebody's joke."""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape: the first ring is its outside, the others are holes."""

    kind: AreaKind
    name: str
    rings: tuple[Points, ...]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Street:
    """A line with a width class."""

    kind: StreetKind
    name: str
    points: Points
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Place:
    """A named point; `town` names the whole, `site` one spot."""

    kind: Literal["town", "site"]
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Everything drawn below the cameras, in drawing order; `bounds` is None where it is empty."""

    areas: tuple[Area, ...] = ()
    streets: tuple[Street, ...] = ()
    places: tuple[Place, ...] = ()
    bounds: Bounds | None = None
    skipped: int = 0
    """Features that could not be understood."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.areas or self.streets or self.places)


Thing: TypeAlias = Area | Street | Place


def parse_base_map(text: str) -> BaseMap:
    """The map a GeoJSON text describes.

    Raises:
        UserError: it is not JSON, or JSON of another kind.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UserError(
            "the map is not GeoJSON: it is not readable as JSON",
            "Export it as GeoJSON in WGS84 degrees.",
        ) from error
    features = _features(document)
    things: list[Thing] = []
    skipped = 0
    for feature in features:
        try:
            found = list(_things(feature))
        # A feature can be wrong in any place; which one does not matter to who looks at the map.
        except (_Odd, AttributeError, LookupError, OverflowError, TypeError, ValueError):
            found = []
        skipped += not found
        things += found
    return base_map_of(things, skipped)


class _Odd(Exception):
    """A feature that cannot be understood."""


def base_map_of(things: Iterable[Thing], skipped: int = 0) -> BaseMap:
    """Shapes in any order as a map in drawing order."""
    things = list(things)
    areas = [thing for thing in things if isinstance(thing, Area)]
    streets = [thing for thing in things if isinstance(thing, Street)]
    places = [thing for thing in things if isinstance(thing, Place)]
    boxes = [*(area.bounds for area in areas), *(street.bounds for street in streets)]
    corners = [corner for box in boxes for corner in (box[:2], box[2:])]
    return BaseMap(
        areas=tuple(sorted(areas, key=lambda area: (AREA_KINDS.index(area.kind), -_size(area)))),
        streets=tuple(sorted(streets, key=lambda street: STREET_KINDS.index(street.kind))),
        places=tuple(places),
        bounds=bounds_of([*corners, *((place.x, place.y) for place in places)]),
        skipped=skipped,
    )


def _size(area: Area) -> float:
    left, bottom, right, top = area.bounds
    return (right - left) * (top - bottom)


def _features(document: Any) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    if kind == "Feature":
        return [document]
    raise UserError(
        "the map is not GeoJSON: it holds no features", "Export it as a GeoJSON FeatureCollection."
    )


def _things(feature: Any) -> Iterator[Thing]:
    properties = feature.get("properties") or {}
    words = [str(properties[key]).strip().lower() for key in _KEYS if properties.get(key)]
    if properties.get("building") and "building" not in words:
        words.append("building")
    name = properties.get("name")
    yield from _shapes(feature["geometry"], words, name.strip() if isinstance(name, str) else "")


def _shapes(geometry: Any, words: list[str], name: str, depth: int = 0) -> Iterator[Thing]:
    if depth > _MOST_DEPTH:
        raise _Odd
    kind = geometry["type"]
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _shapes(part, words, name, depth + 1)
        return
    where = geometry["coordinates"]
    # A multi-geometry is a list of what the simple one holds; its name is said once.
    several = kind.startswith("Multi")
    for number, part in enumerate(where if several else [where]):
        yield _shape(kind.removeprefix("Multi"), part, words, "" if number else name)


def _shape(kind: str, part: Any, words: list[str], name: str) -> Thing:
    if kind == "Point":
        ((x, y),) = _points([part], least=1).tolist()
        return Place("town" if {"town", "city", "village"} & {*words} else "site", name, x, y)
    if kind == "LineString":
        line = _points(part, least=2)
        known_street = (STREET_WORDS[word] for word in words if word in STREET_WORDS)
        street: StreetKind = next(known_street, "path")
        return Street(street, name, line, _bounds(line))
    if kind == "Polygon":
        rings = tuple(_points(ring, least=3) for ring in part)
        known_area = (AREA_WORDS[word] for word in words if word in AREA_WORDS)
        area: AreaKind = next(known_area, "region")
        return Area(area, name, rings, _bounds(rings[0])) if rings else _refuse()
    return _refuse()


def _refuse() -> Thing:
    raise _Odd


def _bounds(points: Points) -> Bounds:
    found = bounds_of(points)
    assert found is not None
    return found


def _points(coordinates: Any, *, least: int) -> Points:
    # Positions may carry a height; more than that is of no use here.
    degrees = np.array([(position[0], position[1]) for position in coordinates], np.float64)
    if len(degrees) < least or not np.isfinite(degrees).all():
        raise _Odd
    if (np.abs(degrees) > (180.0, 90.0)).any():
        raise _Odd
    points = to_mercator(degrees)
    points.setflags(write=False)
    return points
