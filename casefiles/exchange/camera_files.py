"""Camera lists as CSV, GeoJSON or KML → `Camera` values; a wrong row refuses the whole file.

Files are data from strangers: size is capped, KML may not declare entities, nothing is executed.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from casefiles.checks import has_breaks
from casefiles.errors import BadTable
from casefiles.exchange.csv_rows import csv_rows
from casefiles.exchange.safe_text import read_text, refuse_entities
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from video.clock import BadTime, parse_wall, wall_to_ns

COLUMNS: Final = (
    "id", "name", "lat", "lon", "heading_deg", "fov_deg", "range_m", "from", "to", "kind", "notes",
)  # fmt: skip
_NEEDED: Final = ("id", "name", "lat", "lon")
_MOST_ROWS: Final = 100_000
_MOST_NS: Final = 2**63 - 1
_KML: Final = "{http://www.opengis.net/kml/2.2}"

Row = tuple[str, Mapping[str, str]]
"""Where a row stands in the file (for messages), and its cells by column name."""


def read_cameras(path: Path, *, mapping: Mapping[str, str] | None = None) -> tuple[Camera, ...]:
    """The cameras of a `.csv`, `.geojson`/`.json` or `.kml` file, by id.

    Rows with the same id are dated placements of one camera. `mapping` names, for a column of
    ours, the heading the file uses: `{"lat": "Latitude"}`.

    Raises:
        BadTable: unreadable, of another kind, or a row is wrong; the message names the row.
    """
    text = read_text(path, BadTable, kinds=".csv, .geojson or .kml")
    readers = {
        ".csv": lambda path, text: csv_rows(path, text, BadTable),
        ".geojson": _geojson_rows,
        ".json": _geojson_rows,
        ".kml": _kml_rows,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadTable(f"{path} is not a camera list", "Give a .csv, .geojson or .kml file.")
    rows = [(where, _renamed(cells, mapping or {})) for where, cells in reader(path, text)]
    if not rows:
        raise BadTable(f"{path} holds no camera", "Give a file with at least one row.")
    if len(rows) > _MOST_ROWS:
        raise BadTable(f"{path} holds more than {_MOST_ROWS} rows", "Split the file.")
    return _cameras(path, rows)


def _geojson_rows(path: Path, text: str) -> Iterable[Row]:
    try:
        document = json.loads(text)
        features = document["features"]
        for number, feature in enumerate(features, 1):
            geometry = feature["geometry"]
            # GeoJSON allows features without a place (RFC 7946, 3.2).
            if geometry is None or geometry["type"] != "Point":
                continue
            lon, lat = geometry["coordinates"][:2]
            properties = feature.get("properties") or {}
            cells = {k: "" if v is None else str(v) for k, v in properties.items()}
            if "id" not in cells and "id" in feature:
                cells["id"] = str(feature["id"])
            yield f"feature {number}", {**cells, "lat": str(lat), "lon": str(lon)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadTable(
            f"{path} is not a GeoJSON feature collection ({error})", "Check it with a GeoJSON tool."
        ) from error


def _kml_rows(path: Path, text: str) -> Iterable[Row]:
    refuse_entities(path, text, BadTable)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadTable(f"{path} is not XML: {error}", "Export it again as KML 2.2.") from error
    for number, mark in enumerate(root.iter(f"{_KML}Placemark"), 1):
        place = mark.findtext(f"{_KML}Point/{_KML}coordinates")
        if place is None:
            continue
        lon, _, rest = place.strip().partition(",")
        cells = {
            str(item.get("name")): item.findtext(f"{_KML}value") or ""
            for item in mark.iter(f"{_KML}Data")
        }
        name = mark.findtext(f"{_KML}name") or ""
        cells.setdefault("id", mark.get("id") or name)
        yield (
            f"placemark {number}",
            {**cells, "name": name, "lat": rest.partition(",")[0], "lon": lon},
        )


def _renamed(cells: Mapping[str, str], mapping: Mapping[str, str]) -> Mapping[str, str]:
    back = {heading: column for column, heading in mapping.items()}
    return {back.get(heading, heading): value for heading, value in cells.items()}


def _cameras(path: Path, rows: list[Row]) -> tuple[Camera, ...]:
    missing = [column for column in _NEEDED if column not in rows[0][1]]
    if missing:
        headings = ", ".join(rows[0][1]) or "none"
        raise BadTable(
            f"{path} has no column {', '.join(missing)}",
            f"Its columns are: {headings}. Name the right one with --map {missing[0]}=COLUMN.",
        )
    found: dict[str, list[tuple[str, Camera]]] = {}
    for where, cells in rows:
        camera = _camera(path, where, cells)
        same = found.setdefault(camera.camera_id, [])
        if same and same[0][1].name != camera.name:
            raise BadTable(
                f"{path} {where}: camera {camera.camera_id} has two names, "
                f"{same[0][1].name} and {camera.name}",
                "Give each camera its own id.",
            )
        same.append((where, camera))
    return tuple(_joined(path, found[camera_id]) for camera_id in sorted(found))


def _joined(path: Path, same: list[tuple[str, Camera]]) -> Camera:
    """The rows of one camera as one; it stands at one place at a time."""
    dated = sorted(((*_span(camera.placements[0]), number), where, camera.placements[0])
                   for number, (where, camera) in enumerate(same))  # fmt: skip
    for ((_, end, one), _, _), ((start, _, other), _, _) in pairwise(dated):
        if start < end:
            raise BadTable(
                f"{path} {same[max(one, other)][0]}: camera {same[0][1].camera_id} "
                "would stand at two places at once",
                "Give its rows 'from' and 'to' times that do not overlap, or different ids.",
            )
    return Camera(
        same[0][1].camera_id,
        same[0][1].name,
        tuple(place for _, _, place in dated),
        next((camera.kind for _, camera in same if camera.kind), ""),
        next((camera.notes for _, camera in same if camera.notes), ""),
    )


def _span(place: Placement) -> tuple[int, int]:
    return (
        -(2**63) if place.from_ns is None else place.from_ns,
        2**63 if place.to_ns is None else place.to_ns,
    )


def _camera(path: Path, where: str, cells: Mapping[str, str]) -> Camera:
    absent = [column for column in _NEEDED if column not in cells]
    if absent:
        raise BadTable(f"{path} {where} has no {absent[0]}", "Mend it; nothing was imported.")
    try:
        for column, value in cells.items():
            _check_text(column, value)
        camera_id = cells["id"]
        if not camera_id or len(camera_id) > 200:
            raise ValueError("the id is empty or longer than 200 characters")
        for column in ("id", "name"):
            if has_breaks(cells[column]):
                raise ValueError(f"{column!a} holds an end of line or another control character")
        placement = Placement(
            GeoPoint(_number(cells, "lat"), _number(cells, "lon")),
            _optional(cells, "heading_deg", 0, 360),
            _optional(cells, "fov_deg", 0, 360),
            _optional(cells, "range_m", 0, 100_000),
            _time(cells, "from"),
            _time(cells, "to"),
        )
        start, end = placement.from_ns, placement.to_ns
        if start is not None and end is not None and end <= start:
            raise ValueError("'to' is not after 'from'")
    except (ValueError, BadTime) as error:
        raise BadTable(f"{path} {where}: {error}", "Mend the row; nothing was imported.") from error
    return Camera(
        CameraId(camera_id),
        cells["name"] or camera_id,
        (placement,),
        cells.get("kind", ""),
        cells.get("notes", ""),
    )


def _check_text(column: str, value: str) -> None:
    # JSON can write halves of letters, which no database and no printer takes.
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{column!a} holds half a letter") from None


def _number(cells: Mapping[str, str], column: str) -> float:
    try:
        # Python's own digit grouping would turn a mistyped 4_5 into 45.
        return float(cells.get(column, "").replace("_", "?"))
    except ValueError:
        raise ValueError(f"{column} '{cells.get(column, '')}' is not a number") from None


def _optional(cells: Mapping[str, str], column: str, low: float, high: float) -> float | None:
    if not cells.get(column):
        return None
    value = _number(cells, column)
    if not low <= value <= high:
        raise ValueError(f"{column} {value} is outside {low:g}..{high:g}")
    return value


def _time(cells: Mapping[str, str], column: str) -> int | None:
    if not cells.get(column):
        return None
    moment = wall_to_ns(parse_wall(cells[column]))
    if not -_MOST_NS <= moment <= _MOST_NS:
        raise ValueError(f"{column} {cells[column]} is not between the years 1678 and 2262")
    return moment
