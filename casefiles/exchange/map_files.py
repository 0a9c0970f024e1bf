"""Base maps from GeoJSON (RFC 7946), checked whole before a case takes them in; no network."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, NoReturn

from casefiles.errors import BadMap
from casefiles.geo import GeoPoint

MOST_BYTES: Final = 50 * 1024 * 1024
_HINT: Final = "Export it as GeoJSON (RFC 7946) in WGS84 longitude and latitude."
# What differs by two metres at most is taken for it: NAD83 of the Census Bureau, ETRS89.
_WGS84: Final = ("CRS84", "CRS83", ":4326", ":4979", ":4269", ":4258")
# How many lists lie around a single position of each kind.
_DEPTHS: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapFile:
    """A map that was checked: the file's bytes, their SHA-256, and how many features it has."""

    content: bytes
    sha256: str
    features: int
    middle: GeoPoint | None = None
    """About where it lies; None where no feature lies anywhere."""


def read_map_file(path: Path) -> MapFile:
    """The GeoJSON FeatureCollection in a file.

    Raises:
        BadMap: missing, unreadable, above 50 MB, or no such collection on the earth.
    """
    content = _read(path)
    if not content:
        raise BadMap(f"{path} is empty", _HINT)
    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse)
        if "\\ud" in text.lower():
            # Escapes can write halves of letters, which nothing on screen takes.
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadMap(f"{path} is not JSON: {error}", _HINT) from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BadMap(f"{path} is not a GeoJSON FeatureCollection", _HINT)
    _check_system(path, document.get("crs"))
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise BadMap(f"{path} lists no features", _HINT)
    try:
        for number, feature in enumerate(features):
            _check_feature(feature, number)
    except (ValueError, RecursionError) as error:
        raise BadMap(f"{path}: {error}", _HINT) from error
    return MapFile(content, hashlib.sha256(content).hexdigest(), len(features), _middle(features))


def _middle(features: list[Any]) -> GeoPoint | None:
    found = [_begins(one["geometry"]) for one in features if one.get("geometry") is not None]
    places = [one for one in found if one is not None]
    if not places:
        return None
    return GeoPoint(median(lat for _, lat in places), median(lon for lon, _ in places))


def _begins(geometry: Any) -> tuple[float, float] | None:
    """Longitude and latitude of the first position of a checked geometry."""
    if geometry["type"] == "GeometryCollection":
        return next((one for one in map(_begins, geometry["geometries"]) if one), None)
    value = geometry["coordinates"]
    while isinstance(value, list) and value and isinstance(value[0], list):
        value = value[0]
    return (value[0], value[1]) if value else None


def _check_system(path: Path, system: object) -> None:
    """GeoJSON before RFC 7946 could name another coordinate system; its numbers may still look
    like degrees."""
    if system is None:
        return
    properties = system.get("properties") if isinstance(system, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.upper().endswith(_WGS84):
        raise BadMap(
            f"{path} is in another coordinate system: {name or system!s:.60}",
            "Save it in WGS84: ogr2ogr -t_srs EPSG:4326 new.geojson old.geojson.",
        )


def _read(path: Path) -> bytes:
    try:
        # Opening a pipe that nobody writes to would wait for ever.
        if path.exists() and not path.is_file():
            raise BadMap(f"{path} is not an ordinary file", "Choose a GeoJSON file.")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadMap(f"{path} cannot be read: {error.strerror}", "Choose another file.") from error
    if len(content) > MOST_BYTES:
        raise BadMap(
            f"{path} is larger than {MOST_BYTES // 1024**2} MB", "Cut it to the area of the case."
        )
    return content


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_feature(feature: object, number: int) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise ValueError(f"entry {number} of its features is none")
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise ValueError(f"the properties of feature {number} are not an object")
    # A feature may lie nowhere.
    if feature.get("geometry") is not None:
        _check_geometry(feature["geometry"], number)


def _check_geometry(geometry: object, number: int) -> None:
    if not isinstance(geometry, dict):
        raise ValueError(f"the geometry of feature {number} is not an object")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for inner in _list(geometry.get("geometries"), number):
            _check_geometry(inner, number)
        return
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise ValueError(f"feature {number} has the unknown geometry {kind!r:.40}")
    for position in _positions(geometry.get("coordinates"), _DEPTHS[kind], number):
        _check_position(position, number)


def _positions(value: object, depth: int, number: int) -> Iterable[object]:
    if depth == 0:
        yield value
        return
    for inner in _list(value, number):
        yield from _positions(inner, depth - 1, number)


def _list(value: object, number: int) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"the coordinates of feature {number} are not nested as they should be")
    return value


def _check_position(value: object, number: int) -> None:
    match value:
        case [int() | float() as lon, int() | float() as lat, *_]:
            # Written so that NaN fails too.
            if -180 <= lon <= 180 and -90 <= lat <= 90:
                return
            raise ValueError(f"feature {number} lies at {lon}, {lat}, which is not on the earth")
    raise ValueError(f"a position of feature {number} is not [longitude, latitude]")
