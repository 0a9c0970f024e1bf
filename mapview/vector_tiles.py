"""Vector tiles (Mapbox Vector Tile specification 2.1, 2016) → the shapes of a base map.

Understands the layers of OpenMapTiles, Protomaps, Shortbread and Mapbox Streets by their names and
words; layers of others by the words of their features. What cannot be understood is left out and
counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from mapbox_vector_tile.Mapbox import vector_tile_pb2  # type: ignore[import-untyped]

from mapview.basemap import (
    AREA_WORDS,
    STREET_WORDS,
    Area,
    AreaKind,
    BaseMap,
    Place,
    Points,
    Street,
    StreetKind,
    Thing,
    base_map_of,
)
from mapview.tile_grid import Tile
from mapview.viewport import Bounds
from resources.errors import UserError

MOST_POINTS: Final = 400_000
"""Of one tile; what comes after is left out."""
_MOST_FEATURES: Final = 100_000
_FARTHEST: Final = 8
"""Times the side of its tile: what lies beyond belongs to no tile."""
WALKED: Final[frozenset[str]] = frozenset({"path", "lane", "street", "main", "pier"})
"""Where somebody walks or drives; borders and streams are lines too."""
_POINT, _LINE, _POLYGON = 1, 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7

_Family: TypeAlias = Literal[
    "water", "earth", "cover", "building", "road", "road name", "pier", "border", "place", "site",
    "any", "none",
]  # fmt: skip

_FAMILIES: Final[Mapping[str, _Family]] = {
    # OpenMapTiles
    "water": "water", "waterway": "water", "landcover": "cover", "landuse": "cover",
    "park": "cover", "building": "building", "transportation": "road",
    "transportation_name": "road name", "boundary": "border", "place": "place", "poi": "site",
    "aeroway": "none", "aerodrome_label": "site", "mountain_peak": "none", "housenumber": "none",
    "water_name": "none", "globallandcover": "cover",
    # Protomaps
    "earth": "earth", "natural": "cover", "buildings": "building", "roads": "road",
    "transit": "road", "boundaries": "border", "places": "place", "pois": "site",
    "physical_line": "water", "physical_point": "none",
    # Mapbox Streets
    "road": "road", "road_label": "road name", "tunnel": "road", "bridge": "road",
    "admin": "border", "landuse_overlay": "cover", "place_label": "place", "poi_label": "site",
    "rail_station_label": "site", "airport_label": "site", "water_label": "none",
    "waterway_label": "none", "housenum_label": "none", "mountain_peak_label": "none",
    "motorway_junction": "none", "barrier_line": "none", "country_label": "place",
    "state_label": "place", "marine_label": "none", "structure": "none", "natural_label": "none",
    # Shortbread
    "ocean": "water", "water_polygons": "water", "water_lines": "water", "land": "cover",
    "sites": "cover", "streets": "road", "street_polygons": "cover", "street_labels": "road name",
    "pier_lines": "pier", "pier_polygons": "pier", "place_labels": "place",
    "streets_polygons_labels": "none", "water_polygons_labels": "none",
    "water_lines_labels": "none", "boundary_labels": "none", "addresses": "none",
    "public_transport": "site", "dam_lines": "none", "dam_polygons": "none", "bridges": "none",
    "aerialways": "none", "ferries": "none", "street_labels_points": "none",
}  # fmt: skip
_ROADS: Final[Mapping[str, StreetKind]] = {
    **{word: kind for word, kind in STREET_WORDS.items() if word not in ("river", "stream")},
    "highway": "main", "major_road": "main", "medium_road": "street", "minor_road": "street",
    "minor": "street", "busway": "street", "bus_guideway": "street", "raceway": "lane",
    "bridleway": "path", "corridor": "path", "other": "path", "path": "path", "track": "path",
    "transit": "border", "light_rail": "border", "subway": "border", "tram": "border",
    "narrow_gauge": "border", "funicular": "border", "monorail": "border",
}  # fmt: skip
_COVERS: Final[Mapping[str, AreaKind]] = {
    **AREA_WORDS,
    "nature_reserve": "park", "national_park": "park", "protected_area": "park", "zoo": "park",
    "golf_course": "park", "village_green": "park", "grassland": "park", "scrub": "park",
    "heath": "park", "orchard": "park", "vineyard": "park", "playground": "park",
    "grave_yard": "park", "forest": "park", "sand": "land", "dog_park": "park",
    "allotments": "park", "greenfield": "park", "footway": "square", "swimming_pool": "water",
}  # fmt: skip
_COVERS_NOT: Final = frozenset({"yes", "house", "block", "building"})
_PLACES: Final = (
    "country", "state", "region", "city", "town", "locality", "village", "borough", "suburb",
    "quarter", "macrohood", "neighbourhood", "hamlet", "island",
)  # fmt: skip
# What says most comes first: Protomaps' kind_detail before its kind.
_WORD_KEYS: Final = ("kind_detail", "subclass", "class", "kind", "type", "highway", "pmap:kind")
_KEYS: Final = frozenset(
    {*_WORD_KEYS, "name", "admin_level", "maritime", "natural", "landuse", "waterway", "building"}
)
_MOST_ADMIN: Final = 8
"""Boundaries finer than of a town are no help."""
_MOST_NAME: Final = 100
_Value: TypeAlias = str | float | bool


@dataclass(frozen=True, slots=True)
class TileShapes:
    """What one vector tile shows: shapes to draw, and shapes whose names are written.

    Both in world metres; shapes reach a little over the edge of their tile.
    """

    ground: BaseMap
    names: BaseMap

    @property
    def points(self) -> int:
        """How many points all shapes have: what they cost to keep and to paint."""
        rings = sum(len(ring) for area in self.ground.areas for ring in area.rings)
        drawn = sum(len(street.points) for street in self.ground.streets)
        return rings + drawn + sum(len(street.points) for street in self.names.streets)


EMPTY: Final = TileShapes(BaseMap(), BaseMap())


def shapes_of(data: bytes, tile: Tile, *, streets_only: bool = False) -> TileShapes:
    """The shapes of an unpacked vector tile that lies at `tile`; `streets_only`: no others are
    read, and no line of which no word says that it is a street.

    Raises:
        UserError: the bytes are no vector tile.
    """
    message = vector_tile_pb2.tile()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise UserError(
            f"tile {tile.zoom}/{tile.column}/{tile.row} is no vector tile: {error}",
            "Get the file of tiles again.",
        ) from error
    drawn: list[Thing] = []
    named: list[Thing] = []
    counts = _Counts()
    for layer in message.layers:
        family = _FAMILIES.get(layer.name, "any")
        if family == "none" or not layer.extent:
            continue
        if streets_only and family not in ("road", "road name", "pier", "any"):
            continue
        for thing in _layer(layer, family, tile, counts, streets_only=streets_only):
            is_name = family == "road name" or isinstance(thing, Place)
            if not is_name:
                drawn.append(thing)
            if isinstance(thing, Place | Street) and thing.name:
                named.append(thing)
    places = [thing for thing in named if isinstance(thing, Place)]
    streets = [thing for thing in named if isinstance(thing, Street)]
    return TileShapes(base_map_of(drawn, counts.skipped), base_map_of([*streets, *places]))


@dataclass
class _Counts:
    features: int = 0
    points: int = 0
    skipped: int = 0


def _layer(
    layer: Any, family: _Family, tile: Tile, counts: _Counts, *, streets_only: bool
) -> Iterator[Thing]:
    said = _Said(layer)
    drawn: list[tuple[_Kind, int, Mapping[str, _Value], int, int]] = []
    shape = _Geometry()
    for feature in layer.features:
        counts.features += 1
        # Two numbers a point, and one for what is done with them.
        counts.points += len(feature.geometry) // 2
        if counts.features > _MOST_FEATURES or counts.points > MOST_POINTS:
            counts.skipped += 1
            continue
        try:
            words = said.of(feature.tags)
            kind = _kind(family, feature.type, words)
            if kind is None or (streets_only and not _is_walked(family, kind, words)):
                continue
            first, last = shape.add(feature.geometry)
        except (IndexError, ValueError):
            counts.skipped += 1
            continue
        drawn.append((kind, feature.type, words, first, last))
    if family == "place":
        # Where names meet, the greater place is named.
        drawn.sort(key=lambda one: _rank(one[2]))
    parts, boxes, inside = shape.in_world(layer.extent, tile)
    for drawn_as, geometry, spoken, first, last in drawn:
        if all(inside[first:last]):
            yield from _things(drawn_as, geometry, spoken, parts[first:last], boxes[first:last])
        else:
            counts.skipped += 1


class _Said:
    """What the features of a layer say, by the keys that count; each value is read once."""

    def __init__(self, layer: Any) -> None:
        self._keys = {number: key for number, key in enumerate(layer.keys) if key in _KEYS}
        self._values = layer.values
        self._read: dict[int, _Value | None] = {}

    def of(self, tags: Any) -> dict[str, _Value]:
        """Raises IndexError: a tag names a value that is not there."""
        said: dict[str, _Value] = {}
        numbers = list(tags)
        for tag, at in zip(numbers[::2], numbers[1::2], strict=False):
            key = self._keys.get(tag)
            if key is None:
                continue
            if at not in self._read:
                fields = self._values[at].ListFields()
                self._read[at] = fields[0][1] if fields else None
            value = self._read[at]
            if value is not None:
                said[key] = value
        return said


class _Geometry:
    """The points of a whole layer on one heap: most shapes have few, and an array each is slow."""

    def __init__(self) -> None:
        self._flat: list[int] = []
        self._starts: list[int] = []

    def add(self, geometry: Any) -> tuple[int, int]:
        """Reads the commands of a feature; the numbers of its first part and of the one after it.

        Raises:
            ValueError: they make no geometry; nothing of it is kept.
        """
        flat, starts = self._flat, self._starts
        points_before, parts_before = len(flat), len(starts)
        numbers = list(geometry)
        at = x = y = 0
        while at < len(numbers):
            command, count = numbers[at] & 7, numbers[at] >> 3
            at += 1
            if command == _CLOSE:
                continue
            end = at + 2 * count
            begun = command == _MOVE or len(starts) > parts_before
            if command not in (_MOVE, _DRAW) or not count or end > len(numbers) or not begun:
                del flat[points_before:], starts[parts_before:]
                raise ValueError("no such command")
            if command == _MOVE:
                starts.append(len(flat) // 2)
            # Zigzag: 0, -1, 1, -2, ... Every step starts where the one before ended.
            for step_x, step_y in zip(numbers[at:end:2], numbers[at + 1 : end : 2], strict=True):
                x += (step_x >> 1) ^ -(step_x & 1)
                y += (step_y >> 1) ^ -(step_y & 1)
                flat.append(x)
                flat.append(y)
            at = end
        if len(starts) == parts_before:
            raise ValueError("begins nowhere")
        return parts_before, len(starts)

    def in_world(self, extent: int, tile: Tile) -> tuple[list[Points], list[Bounds], list[bool]]:
        """Each part in world metres, the box around it, and whether it is near its tile."""
        if not self._starts:
            return [], [], []
        pixels = np.array(self._flat, np.float64).reshape(-1, 2)
        left, bottom, right, top = tile.bounds
        world = pixels * ((right - left) / extent, (bottom - top) / extent) + (left, top)
        world.setflags(write=False)
        low = np.minimum.reduceat(world, self._starts)
        high = np.maximum.reduceat(world, self._starts)
        farthest = np.maximum.reduceat(np.abs(pixels).max(axis=1), self._starts)
        boxes = [(x0, y0, x1, y1) for x0, y0, x1, y1 in np.hstack((low, high)).tolist()]
        inside: list[bool] = (farthest <= _FARTHEST * extent).tolist()
        return np.split(world, self._starts[1:]), boxes, inside


def _words(said: Mapping[str, _Value]) -> Iterator[str]:
    for key in _WORD_KEYS:
        word = said.get(key)
        if isinstance(word, str):
            yield word.lower().removesuffix("_link")


_Kind: TypeAlias = AreaKind | StreetKind | Literal["town", "site"]


def _kind(family: _Family, geometry: int, said: Mapping[str, _Value]) -> _Kind | None:
    """What a feature is drawn as; None where it is not drawn."""
    if geometry == _POINT:
        if family == "place":
            return "town"
        return "site" if family == "site" else None
    if geometry == _LINE:
        return _line_kind(family, said)
    return _area_kind(family, said) if geometry == _POLYGON else None


def _is_walked(family: _Family, kind: _Kind, said: Mapping[str, _Value]) -> bool:
    """Whether somebody walks or drives there: contours of a layer nobody knows are lines too."""
    known = family != "any" or any(word in STREET_WORDS for word in _words(said))
    return known and kind in WALKED


def _line_kind(family: _Family, said: Mapping[str, _Value]) -> StreetKind | None:
    if family in ("road", "road name"):
        return next((_ROADS[word] for word in _words(said) if word in _ROADS), None)
    if family == "border":
        level = said.get("admin_level", 2)
        coarse = isinstance(level, bool | str) or level <= _MOST_ADMIN
        return "border" if coarse and not said.get("maritime") else None
    if family == "water":
        # Protomaps puts the shores of its waters beside them as lines.
        return (
            "stream" if {"river", "stream", "canal", "ditch", "drain"} & {*_words(said)} else None
        )
    if family == "pier":
        return "pier"
    if family == "any":
        return next((STREET_WORDS[word] for word in _words(said) if word in STREET_WORDS), "path")
    return None


def _area_kind(family: _Family, said: Mapping[str, _Value]) -> AreaKind | None:
    if family == "water":
        return "water"
    if family == "earth":
        return "land"
    if family == "building":
        return "building"
    if family == "pier":
        return "land"
    if family in ("cover", "any"):
        words = [word for word in _words(said) if word not in _COVERS_NOT]
        known = next((_COVERS[word] for word in words if word in _COVERS), None)
        return "region" if known is None and family == "any" else known
    return None


def _rank(said: Mapping[str, _Value]) -> int:
    ranks = [_PLACES.index(word) for word in _words(said) if word in _PLACES]
    return min(ranks, default=len(_PLACES))


def _things(
    kind: _Kind,
    geometry: int,
    said: Mapping[str, _Value],
    parts: list[Points],
    boxes: list[Bounds],
) -> Iterator[Thing]:
    found = said.get("name")
    name = found.strip()[:_MOST_NAME] if isinstance(found, str) else ""
    if geometry == _POINT:
        if name:
            x, y = parts[0][0].tolist()
            yield Place("town" if kind == "town" else "site", name, x, y)
    elif geometry == _LINE:
        for line, box in zip(parts, boxes, strict=True):
            if len(line) >= 2:
                yield Street(kind, name, line, box)  # type: ignore[arg-type]
    else:
        # Outsides and holes together: filled odd-even, a hole is a hole.
        rings = tuple(ring for ring in parts if len(ring) >= 3)
        if rings:
            lefts, bottoms, rights, tops = zip(*boxes, strict=True)
            box = (min(lefts), min(bottoms), max(rights), max(tops))
            yield Area(kind, "", rings, box)  # type: ignore[arg-type]
