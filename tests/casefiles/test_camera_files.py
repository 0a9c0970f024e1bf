"""Camera lists of others: what is taken, and how a wrong one is refused."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.errors import BadTable
from casefiles.exchange.camera_rows import read_cameras

HEAD = "id,name,lat,lon,heading_deg,fov_deg,range_m,from,to,kind,notes\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_with_dated_placements_gives_one_camera(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "c.csv",
        HEAD
        + "t1,Trailer,44.9,-93.1,90,70,40,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,trailer,\n"
        + "t1,Trailer,44.8,-93.2,,,,2026-02-01T00:00:00Z,,trailer,moved\n"
        + "f1,Front,44.95,-93.05,0,,,,,fixed,\n",
    )
    front, trailer = read_cameras(path)
    assert (front.camera_id, front.placements[0].heading_deg) == ("f1", 0.0)
    assert [place.point.lat for place in trailer.placements] == [44.9, 44.8]
    assert trailer.placements[1].to_ns is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separator_is_recognised_and_a_byte_order_mark_ignored(
    tmp_path: Path, delimiter: str
) -> None:
    text = HEAD.replace(",", delimiter) + delimiter.join(
        ["a", "A", "1.5", "2.5", "10", "", "", "", "", "", ""]
    )
    path = tmp_path / "c.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_cameras(path)[0].placements[0].point.lon == 2.5


def test_other_headings_are_named_and_can_be_mapped(tmp_path: Path) -> None:
    path = write(tmp_path, "c.csv", "Cam No,Site,Latitude,Longitude\n7,Quay,1,2\n")
    with pytest.raises(BadTable, match="Cam No, Site, Latitude, Longitude"):
        read_cameras(path)
    mapping = {"id": "Cam No", "name": "Site", "lat": "Latitude", "lon": "Longitude"}
    assert read_cameras(path, mapping=mapping)[0].name == "Quay"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,A,91,0,,,,,,,", "latitude 91.0 is outside"),
        ("a,A,0,181,,,,,,,", "longitude 181.0 is outside"),
        ("a,A,nan,0,,,,,,,", "latitude nan"),
        ("a,A,north,0,,,,,,,", "lat 'north' is not a number"),
        ('a,A,"44,97",0,,,,,,,', "lat '44,97' is not a number: write it with a point"),
        ("a,A,0,0,361,,,,,,", "heading_deg 361.0 is outside"),
        ("a,A,0,0,,,,yesterday,,,", "'yesterday' is not a time"),
        ("a,A,0,0,,,,2026-01-01T00:00:00,,,", "no time zone"),
        ("a,A,0,0,,,,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z,,", "'to' is not after 'from'"),
        (",A,0,0,,,,,,,", "the id is empty"),
        ("a,A,0,0,,,,,,,,,,", "more cells than the heading"),
        ("a,A,0,0,,,,,,,\na,A,1,1,,,,,,,", "two places at once"),
        ("a,A,0,0,,,,,,,\na,B,1,1,,,,,,,", "two names"),
    ],
)
def test_wrong_row_refuses_the_file_and_is_named(tmp_path: Path, row: str, says: str) -> None:
    path = write(tmp_path, "c.csv", HEAD + "ok,Fine,1,2,,,,,,,\n" + row + "\n")
    with pytest.raises(BadTable, match=says) as error:
        read_cameras(path)
    assert "line" in error.value.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.csv", ""),
        ("c.csv", HEAD),
        ("c.csv", "\x00\x01\x02"),
        ("c.geojson", "{}"),
        ("c.geojson", "[1]"),
        ("c.geojson", '{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}'),
        ("c.geojson", '{"features": [{"geometry": {"type": "Point", "coordinates": "12"}}]}'),
        ("c.geojson", "[" * 100_000),
        ("c.kml", "<kml"),
        ("c.kml", '<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>'),
        ("c.xlsx", "x"),
    ],
)
def test_file_of_another_kind_gives_one_clear_error(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(BadTable, match=name):
        read_cameras(path)


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(HEAD.encode() + "a,Bäcker,1,2,,,,,,,\n".encode("latin-1"))
    with pytest.raises(BadTable, match="not UTF-8"):
        read_cameras(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"gone\.csv"):
        read_cameras(tmp_path / "gone.csv")


def test_geojson_and_kml_say_the_same_as_csv(tmp_path: Path) -> None:
    table = write(tmp_path, "c.csv", HEAD + "a,A,1.25,-2.5,90,,,,,fixed,\n")
    geojson = write(
        tmp_path,
        "c.geojson",
        json.dumps({
            "type": "FeatureCollection",
            "features": [{
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [-2.5, 1.25]},
                "properties": {"id": "a", "name": "A", "heading_deg": 90, "kind": "fixed"},
            }],
        }),
    )  # fmt: skip
    kml = write(
        tmp_path,
        "c.kml",
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark id="a"><name>A</name>'
        '<ExtendedData><Data name="heading_deg"><value>90</value></Data>'
        '<Data name="kind"><value>fixed</value></Data></ExtendedData>'
        "<Point><coordinates>-2.5,1.25,0</coordinates></Point></Placemark></Document></kml>",
    )
    assert read_cameras(table) == read_cameras(geojson) == read_cameras(kml)


names = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)


@given(
    st.dictionaries(
        names, st.tuples(names, st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=5
    )
)
def test_any_table_written_as_csv_reads_back(rows: dict[str, tuple[str, float, float]]) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - tmp_path is shared over examples

    with TemporaryDirectory() as folder:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["id", "name", "lat", "lon"])
        for camera_id, (name, lat, lon) in rows.items():
            writer.writerow([camera_id, name, repr(lat), repr(lon)])
        path = write(Path(folder), "c.csv", text.getvalue())
        found = {
            camera.camera_id: (
                camera.name,
                camera.placements[0].point.lat,
                camera.placements[0].point.lon,
            )
            for camera in read_cameras(path)
        }
    assert found == rows


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def feature(geometry: object, **properties: str) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


HERE = {"type": "Point", "coordinates": [1, 2]}


def test_feature_without_a_place_is_a_camera_that_is_not_on_the_map(tmp_path: Path) -> None:
    text = collection(feature(None, id="a", name="A"), feature(HERE, id="b", name="B"))
    first, second = read_cameras(write(tmp_path, "c.json", text))
    assert (first.camera_id, first.placements) == ("a", ())
    assert len(second.placements) == 1


@pytest.mark.parametrize("lacks", ["id", "name"])
def test_later_feature_without_a_needed_property_is_named(tmp_path: Path, lacks: str) -> None:
    kept = {"id": "b", "name": "B"}
    del kept[lacks]
    text = collection(feature(HERE, id="a", name="A"), feature(HERE, **kept))
    with pytest.raises(BadTable, match=f"feature 2 has no {lacks}"):
        read_cameras(write(tmp_path, "c.geojson", text))


def test_half_a_letter_is_refused(tmp_path: Path) -> None:
    text = collection(feature(HERE, id="a\ud800", name="A"))
    with pytest.raises(BadTable, match="half a letter"):
        read_cameras(write(tmp_path, "c.geojson", text))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "2300-01-01T00:00:00Z"])
def test_time_beyond_64_bits_of_nanoseconds_is_refused(tmp_path: Path, moment: str) -> None:
    with pytest.raises(BadTable, match="1678 and 2262"):
        read_cameras(write(tmp_path, "c.csv", f"{HEAD}a,A,1,2,,,,{moment},,,\n"))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="two columns lat"):
        read_cameras(write(tmp_path, "c.csv", "id,name,lat,lon,lat\na,A,1,2,3\n"))


def test_number_grouped_the_way_python_writes_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="not a number"):
        read_cameras(write(tmp_path, "c.csv", "id,name,lat,lon\na,A,4_5,2\n"))


def test_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "c.csv"
    os.mkfifo(pipe)
    with pytest.raises(BadTable, match="not an ordinary file"):
        read_cameras(pipe)
