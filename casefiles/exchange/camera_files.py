"""Camera lists as CSV, GeoJSON or KML, row by row as they stand in the file; `camera_rows` says
what they mean.

Files are data from strangers: size is capped, KML may not declare entities, nothing is executed.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from casefiles.errors import BadTable
from casefiles.exchange.csv_rows import csv_headings, csv_rows, plain_cell
from casefiles.exchange.safe_text import read_hashed, refuse_entities

COLUMNS: Final = (
    "id", "name", "lat", "lon", "heading_deg", "fov_deg", "range_m", "from", "to", "kind", "notes",
)  # fmt: skip
LISTS: Final = (".csv", ".geojson", ".json", ".kml")
MOST_ROWS: Final = 100_000
_KML: Final = "{http://www.opengis.net/kml/2.2}"
_SHAPES: Final = (
    *(f"{_KML}{one}" for one in ("LineString", "LinearRing", "Polygon", "MultiGeometry", "Model")),
    "{http://www.google.com/kml/ext/2.2}Track",
    "{http://www.google.com/kml/ext/2.2}MultiTrack",
)

Row = tuple[str, Mapping[str, str]]
"""Where a row stands in the file (for messages), and its cells by heading."""
_Wrong = Callable[[str, str, str], None]
"""Told of a row that cannot be read: where it stands, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class RowRemark:
    """What is wrong with one row of a list, or worth telling of it."""

    where: str
    """Such as `line 7`; empty where the whole list is meant."""
    what: str
    hint: str = "Mend the row."
    camera_id: str = ""

    @property
    def text(self) -> str:
        """One sentence: `line 7: latitude 91.0 is outside -90..90`."""
        if not self.where:
            return self.what
        # Two things are said of a row as a whole; the others are said after a colon.
        joined = " " if self.what.startswith("has ") else ": "
        return f"{self.where}{joined}{self.what}"


@dataclass(frozen=True, slots=True)
class RawList:
    """The rows of a camera list under the headings of the file."""

    path: Path
    sha256: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[RowRemark, ...] = ()
    """Rows that cannot even be read; they are not among `rows`."""
    shapes: int = 0
    """How many lines and areas were passed over: a file of them is rather a map."""


def read_list(path: Path) -> RawList:
    """The rows of a `.csv`, `.geojson`/`.json` or `.kml` file.

    Raises:
        BadTable: unreadable, of another kind, without rows, or with more than 100,000.
    """
    text, sha256 = read_hashed(path, BadTable, kinds=".csv, .geojson or .kml")
    problems: list[RowRemark] = []
    shapes: list[str] = []

    def wrong(where: str, what: str, hint: str) -> None:
        problems.append(RowRemark(where, what, hint))

    match path.suffix.lower():
        case ".csv":
            rows = [(where, _plain(cells)) for where, cells in
                    csv_rows(path, text, BadTable, wrong=wrong) if any(cells.values())]  # fmt: skip
            headings = [heading for heading in csv_headings(text) if heading]
        case ".geojson" | ".json":
            rows = list(_geojson_rows(path, text, wrong, shapes))
            headings = _headings(rows)
        case ".kml":
            rows = list(_kml_rows(path, text, shapes))
            headings = _headings(rows)
        case _:
            raise BadTable(f"{path} is not a camera list", "Give a .csv, .geojson or .kml file.")
    if not rows and problems:
        raise BadTable(f"{path} {problems[0].text}", problems[0].hint)
    if not rows:
        raise BadTable(f"{path} holds no camera", "Give a file with at least one row.")
    if len(rows) > MOST_ROWS:
        raise BadTable(f"{path} holds more than {MOST_ROWS} rows", "Split the file.")
    return RawList(path, sha256, tuple(headings), tuple(rows), tuple(problems), len(shapes))


def _plain(cells: Mapping[str, str]) -> Mapping[str, str]:
    return {heading: plain_cell(cell) for heading, cell in cells.items()}


def _headings(rows: Iterable[Row]) -> list[str]:
    """All headings that any row has, ours first."""
    found = dict.fromkeys(heading for _, cells in rows for heading in cells)
    return sorted(found, key=lambda one: COLUMNS.index(one) if one in COLUMNS else len(COLUMNS))


def _geojson_rows(path: Path, text: str, wrong: _Wrong, shapes: list[str]) -> Iterable[Row]:
    try:
        document = json.loads(text)
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list):
            raise TypeError("it has no list of features")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadTable(
            f"{path} is not a GeoJSON feature collection ({error})", "Check it with a GeoJSON tool."
        ) from error
    placed = False
    rows: list[Row] = []
    for number, feature in enumerate(features, 1):
        where = f"feature {number}"
        try:
            if not isinstance(feature, dict):
                raise TypeError("no object")
            cells = _properties(feature)
            geometry = feature["geometry"]
            # GeoJSON allows features without a place (RFC 7946, 3.2).
            if geometry is None:
                rows.append((where, {**cells, "lat": "", "lon": ""}))
                continue
            if not isinstance(geometry, dict) or "type" not in geometry:
                raise TypeError("its geometry says no type")
            if geometry["type"] != "Point":
                shapes.append(where)
                continue
            if not isinstance(geometry["coordinates"], list):
                raise TypeError("its coordinates are no list")
            lon, lat = geometry["coordinates"][:2]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong(where, f"is not a GeoJSON point ({error})", "Check it with a GeoJSON tool.")
            continue
        placed = True
        rows.append((where, {**cells, "lat": str(lat), "lon": str(lon)}))
    # What has no place at all is not told from a list of something else.
    return rows if placed else ()


def _properties(feature: Any) -> dict[str, str]:
    properties = feature.get("properties") or {}
    cells = {key: "" if value is None else str(value) for key, value in properties.items()}
    if "id" not in cells and "id" in feature:
        cells["id"] = str(feature["id"])
    return cells


def _kml_rows(path: Path, text: str, shapes: list[str]) -> Iterable[Row]:
    refuse_entities(path, text, BadTable)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadTable(f"{path} is not XML: {error}", "Export it again as KML 2.2.") from error
    for number, mark in enumerate(root.iter(f"{_KML}Placemark"), 1):
        cells = {
            str(item.get("name")): item.findtext(f"{_KML}value") or ""
            for item in mark.iter(f"{_KML}Data")
        }
        place = mark.findtext(f"{_KML}Point/{_KML}coordinates")
        if place is None and (
            "id" not in cells or any(mark.find(f".//{one}") is not None for one in _SHAPES)
        ):
            shapes.append(f"placemark {number}")
            continue
        lon, _, rest = ("" if place is None else place.strip()).partition(",")
        name = mark.findtext(f"{_KML}name") or ""
        cells.setdefault("id", mark.get("id") or name)
        yield (
            f"placemark {number}",
            {**cells, "name": name, "lat": rest.partition(",")[0], "lon": lon},
        )
