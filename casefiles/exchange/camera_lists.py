"""Camera lists for others as CSV, GeoJSON or KML: what `camera_files` reads back as it was."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree

from casefiles.exchange.camera_files import COLUMNS
from casefiles.exchange.csv_rows import kept_cell
from casefiles.types import Camera, Placement
from video.clock import wall_from_ns

EXPORTS: Final = (".csv", ".geojson", ".kml")
_KML: Final = "http://www.opengis.net/kml/2.2"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXTS: Final = {"id", "name", "kind", "notes"}

Cells = dict[str, str | float]


def camera_text(cameras: Sequence[Camera], kind: str) -> str:
    """The list as a text of the kind that its ending says (`.csv`, `.geojson`, `.kml`): one row a
    placement, and one without a place for a camera that has none."""
    match kind:
        case ".csv":
            return _csv(cameras)
        case ".geojson":
            return _geojson(cameras)
        case ".kml":
            return _kml(cameras)
    raise ValueError(f"no camera list is written as {kind}")


def _rows(cameras: Sequence[Camera]) -> Iterator[tuple[Camera, Placement | None, Cells]]:
    for camera in cameras:
        for place in camera.placements or (None,):
            known: dict[str, str | float | None] = {"id": camera.camera_id, "name": camera.name}
            if place is not None:
                known |= {
                    "lat": place.point.lat,
                    "lon": place.point.lon,
                    "heading_deg": place.heading_deg,
                    "fov_deg": place.fov_deg,
                    "range_m": place.range_m,
                    "from": _time(place.from_ns),
                    "to": _time(place.to_ns),
                }
            known |= {"kind": camera.kind or None, "notes": camera.notes or None}
            yield camera, place, {key: value for key, value in known.items() if value is not None}


def _csv(cameras: Sequence[Camera]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for _, _, cells in _rows(cameras):
        # Numbers as they are, so that they come back to the last digit.
        writer.writerow(
            kept_cell(str(cells.get(column, ""))) if column in _TEXTS
            else repr(cells[column]) if isinstance(cells.get(column), float)
            else str(cells.get(column, ""))
            for column in COLUMNS
        )  # fmt: skip
    return text.getvalue()


def _geojson(cameras: Sequence[Camera]) -> str:
    features = [
        {
            "type": "Feature",
            "geometry": None
            if place is None
            else {"type": "Point", "coordinates": [place.point.lon, place.point.lat]},
            "properties": {key: value for key, value in cells.items() if key not in ("lat", "lon")},
        }
        for _, place, cells in _rows(cameras)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _kml(cameras: Sequence[Camera]) -> str:
    ElementTree.register_namespace("", _KML)
    root = ElementTree.Element(f"{{{_KML}}}kml")
    document = ElementTree.SubElement(root, f"{{{_KML}}}Document")
    for _, place, cells in _rows(cameras):
        mark = ElementTree.SubElement(document, f"{{{_KML}}}Placemark")
        _element(mark, "name", str(cells["name"]))
        if "from" in cells or "to" in cells:
            # For the time slider of others; what is read back stands in the data below.
            span = ElementTree.SubElement(mark, f"{{{_KML}}}TimeSpan")
            for tag, column in (("begin", "from"), ("end", "to")):
                if column in cells:
                    _element(span, tag, str(cells[column]))
        data = ElementTree.SubElement(mark, f"{{{_KML}}}ExtendedData")
        for column in COLUMNS:
            if column in cells and column not in ("name", "lat", "lon"):
                item = ElementTree.SubElement(data, f"{{{_KML}}}Data", name=column)
                value = cells[column]
                _element(item, "value", repr(value) if isinstance(value, float) else str(value))
        if place is not None:
            point = ElementTree.SubElement(mark, f"{{{_KML}}}Point")
            _element(point, "coordinates", f"{place.point.lon!r},{place.point.lat!r}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _element(parent: ElementTree.Element, tag: str, text: str) -> None:
    # What XML cannot hold at all is shown to have been there.
    ElementTree.SubElement(parent, f"{{{_KML}}}{tag}").text = _NOT_IN_XML.sub("\ufffd", text)


def _time(moment_ns: int | None) -> str | None:
    if moment_ns is None:
        return None
    # To the microsecond, as it was read.
    return wall_from_ns(moment_ns).isoformat().replace("+00:00", "Z")
