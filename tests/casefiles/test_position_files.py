"""Positions from GPX, KML and GeoJSON: the same way in three dialects, and what is refused."""

import json
from pathlib import Path

import pytest

from casefiles.errors import BadPositions
from casefiles.exchange.position_files import read_positions

GPX = """<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="44.9500" lon="-93.1000"><ele>260</ele><time>2026-03-02T14:05:11Z</time></trkpt>
<trkpt lat="44.9501" lon="-93.1002"><time>2026-03-02T14:05:12Z</time></trkpt>
</trkseg></trk></gpx>"""
KML = """<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Placemark><gx:Track>
<when>2026-03-02T14:05:11Z</when><when>2026-03-02T14:05:12Z</when>
<gx:coord>-93.1000 44.9500 260</gx:coord><gx:coord>-93.1002 44.9501 260</gx:coord>
</gx:Track></Placemark></kml>"""
POINTS = json.dumps({
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-93.1002, 44.9501]},
         "properties": {"t": "2026-03-02T14:05:12Z"}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-93.1, 44.95]},
         "properties": {"unit": "trailer-2", "t": "2026-03-02T14:05:11Z", "acc_m": 4.5}},
    ],
})  # fmt: skip
LINE = json.dumps({
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[-93.1, 44.95], [-93.1002, 44.9501]]},
    "properties": {"coordTimes": ["2026-03-02T14:05:11Z", "2026-03-02T08:05:12-06:00"]},
})  # fmt: skip
FIRST_NS = 1_772_460_311_000_000_000


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.gpx", GPX), ("a.kml", KML), ("a.geojson", POINTS), ("line.json", LINE)],
)
def test_same_way_is_read_from_every_dialect(tmp_path: Path, name: str, text: str) -> None:
    fixes = read_positions(write(tmp_path, name, text))
    assert fixes.times_ns.tolist() == [FIRST_NS, FIRST_NS + 1_000_000_000]
    assert fixes.lat.tolist() == [44.95, 44.9501]
    assert fixes.lon.tolist() == [-93.1, -93.1002]


def test_accuracy_is_kept_where_it_is_told(tmp_path: Path) -> None:
    place = read_positions(write(tmp_path, "a.geojson", POINTS)).at(FIRST_NS)
    assert place is not None
    assert place.accuracy_m == 4.5


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.gpx", GPX.replace("44.9501", "144.9"), "position 2: latitude 144.9"),
        ("a.gpx", GPX.replace("14:05:12Z", "14:05:12"), "position 2: .* no time zone"),
        ("a.gpx", GPX.replace('lat="44.9501" ', ""), "position 2"),
        ("a.gpx", GPX.replace("<time>2026-03-02T14:05:11Z</time>", "")
         .replace("<time>2026-03-02T14:05:12Z</time>", ""), "no position with a time"),
        ("a.gpx", GPX[:200], "not XML"),
        ("a.gpx", '<!DOCTYPE x [<!ENTITY y "z">]>' + GPX, "entities"),
        ("a.kml", KML.replace("<when>2026-03-02T14:05:12Z</when>", ""), "1 times and 2 positions"),
        ("a.kml", KML.replace("-93.1002 44.9501 260", "-93.1002"), "position 2"),
        ("a.geojson", "{", "not a GeoJSON"),
        ("a.geojson", "[1]", "not a GeoJSON"),
        ("a.geojson", LINE.replace(', "2026-03-02T08:05:12-06:00"', ""), "other times"),
        ("a.geojson", POINTS.replace("-93.1002, 44.9501", "-93.1002"), "position 1"),
        ("a.txt", "x", "holds no positions"),
        ("a.gpx", "", "not XML"),
    ],
)  # fmt: skip
def test_what_is_no_way_is_refused_by_name(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(BadPositions, match=says):
        read_positions(write(tmp_path, name, text))


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPositions, match="cannot be read"):
        read_positions(tmp_path / "none.gpx")
