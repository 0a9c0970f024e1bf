"""Zones as JSON text, the form of the command line; read strictly, written so that it reads back.

`{"source"|"camera": ID, "polygon": [[x, y], …]}` in source pixels, or `{"map": [[lon, lat], …]}`;
a `name` may be added.
"""

import json
from typing import Final, NoReturn

from casefiles.checks import check_zone
from casefiles.errors import BadZone
from casefiles.types import CameraId, SourceId
from casefiles.view_types import Zone

_FORM: Final = (
    'Write {"source": ID, "polygon": [[x, y], …]}, the same with "camera", '
    'or {"map": [[longitude, latitude], …]}.'
)
_KEYS: Final = frozenset({"source", "camera", "polygon", "map", "name"})
_MOST_ID: Final = 2**63 - 1


def parse_zone(text: str) -> Zone:
    """The zone that a JSON text describes; it has no id yet.

    Raises:
        BadZone: not such a text, or the corners enclose nothing.
    """
    document = _load(text)
    if not isinstance(document, dict):
        raise BadZone("the zone is not a JSON object", _FORM)
    unknown = sorted(document.keys() - _KEYS)
    if unknown:
        raise BadZone(f"the zone has an unknown part '{unknown[0]}'", _FORM)
    on_map = "map" in document
    if on_map and document.keys() & {"source", "camera", "polygon"}:
        raise BadZone("the zone lies on the map and on pictures at once", _FORM)
    if not on_map and not ("polygon" in document and document.keys() & {"source", "camera"}):
        raise BadZone("the zone does not say where it lies", _FORM)
    zone = Zone(
        name=_text(document.get("name", ""), "name"),
        polygon=_corners(document["map" if on_map else "polygon"]),
        source_id=_source_id(document["source"]) if "source" in document else None,
        camera_id=CameraId(_text(document["camera"], "camera")) if "camera" in document else None,
    )
    check_zone(zone)
    return zone


def parse_polygon(text: str) -> tuple[tuple[float, float], ...]:
    """The corners of a JSON text `[[x, y], …]`, at least three; a repeated first one at the end
    is left out.

    Raises:
        BadZone: it is no such list.
    """
    return _corners(_load(text))


def zone_json(zone: Zone) -> str:
    """The JSON text of a zone, without its id; `parse_zone` reads it back."""
    return json.dumps(zone_document(zone), ensure_ascii=False, allow_nan=False)


def zone_document(zone: Zone) -> dict[str, object]:
    """The same as a JSON object."""
    corners = [list(corner) for corner in zone.polygon]
    named: dict[str, object] = {"name": zone.name} if zone.name else {}
    if zone.source_id is not None:
        return {**named, "source": zone.source_id, "polygon": corners}
    if zone.camera_id is not None:
        return {**named, "camera": zone.camera_id, "polygon": corners}
    return {**named, "map": corners}


def _load(text: str) -> object:
    try:
        loaded: object = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise BadZone("the zone is not JSON: it is nested too deep", _FORM) from error
    except ValueError as error:
        raise BadZone(f"the zone is not JSON: {error}", _FORM) from error
    return loaded


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _corners(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list):
        raise BadZone("the corners of the zone are not a list", _FORM)
    corners = tuple(_corner(item) for item in value)
    # Closed rings are how GeoJSON writes them.
    if len(corners) > 3 and corners[0] == corners[-1]:
        corners = corners[:-1]
    if len(corners) < 3:
        raise BadZone(f"a zone needs three corners, not {len(corners)}", _FORM)
    return corners


def _corner(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        x, y = value
        if _is_number(x) and _is_number(y):
            try:
                return float(x), float(y)
            # An integer of hundreds of digits.
            except OverflowError:
                pass
    raise BadZone(f"{json.dumps(value)[:60]} is not a corner", _FORM)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _source_id(value: object) -> SourceId:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_ID:
        return SourceId(value)
    raise BadZone(f"{json.dumps(value)[:60]} is not the id of a source", _FORM)


def _text(value: object, what: str) -> str:
    # A camera's id may look like a number.
    if what == "camera" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadZone(f"the {what} of the zone is not a text", _FORM)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadZone(f"the {what} of the zone holds half a letter", _FORM) from error
    return value
