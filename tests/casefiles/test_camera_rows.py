"""Camera lists row by row: good rows are kept, bad ones named; lists written by us read back."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles.errors import BadTable
from casefiles.exchange.camera_files import RawList, read_list
from casefiles.exchange.camera_lists import camera_text
from casefiles.exchange.camera_rows import (
    guess_mapping,
    read_cameras,
    read_rows,
    refuse_problems,
)
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement

HEAD = "id,name,lat,lon,heading_deg,fov_deg,range_m,from,to,kind,notes\n"


def listed(folder: Path, text: str, name: str = "c.csv") -> RawList:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_list(path)


def test_good_rows_are_kept_and_each_bad_one_is_named(tmp_path: Path) -> None:
    raw = listed(
        tmp_path,
        HEAD
        + "a,A,45,-93,,,,,,,\n"
        + "b,B,95,-93,,,,,,,\n"
        + "c,C,45.1,-93.1,400,,,,,,\n"
        + "d,D,45.1,-93.1,,,,,,,,,,\n"
        + ",,,,,,,,,,\n"
        + "a,A,45.2,-93,,,,,,,\n"
        + "e,E,45.3,-93.3,,,,,,,\n",
    )
    table = read_rows(raw)
    assert [camera.camera_id for camera in table.cameras] == ["a", "e"]
    assert [one.text for one in table.problems] == [
        "line 3: latitude 95.0 is outside -90..90",
        "line 4: heading_deg 400.0 is outside 0..360",
        "line 5 has more cells than the heading",
        "line 7: camera a would stand at two places at once",
    ]
    assert (table.total, len([row for row in table.rows if row.problem is None])) == (6, 2)
    with pytest.raises(BadTable, match=r"line 3: latitude 95\.0") as refused:
        refuse_problems(table)
    assert "3 more rows are wrong" in refused.value.message
    assert "--skip-bad" in refused.value.hint


def test_camera_without_place_is_kept_and_told(tmp_path: Path) -> None:
    table = read_rows(listed(tmp_path, HEAD + "a,A,,,,,,,,,\nb,B,45,,,,,,,,\n"))
    assert table.cameras == (Camera(CameraId("a"), "A", ()),)
    assert "has no place" in table.notes[0].text
    assert [one.where for one in table.problems] == ["line 3"]


def test_two_cameras_at_one_place_and_a_row_said_twice_are_told(tmp_path: Path) -> None:
    table = read_rows(
        listed(
            tmp_path,
            HEAD + "a,A,45,-93,,,,,,,\na,A,45,-93,,,,,,,\nb,B,45,-93,,,,,,,\n"
            "c,C,45,-93,,,,,2020-01-01T00:00:00Z,,\n",
        )
    )
    assert not table.problems
    assert len(table.cameras[0].placements) == 1
    told = [one.text for one in table.notes]
    assert "line 3: says nothing new of camera a" in told
    assert "cameras a and b stand at one place" in told


def test_one_row_the_wrong_way_round_is_found_among_right_ones(tmp_path: Path) -> None:
    rows = "".join(f"c{n},C{n},40.7{n},-74.0{n}\n" for n in range(6))
    raw = listed(tmp_path, "id,name,lat,lon\n" + rows + "x,X,-74.01,40.71\n")
    table = read_rows(raw)
    assert table.seems_swapped is None
    assert [one.where for one in table.problems] == ["line 8"]
    assert "seem to be swapped" in table.problems[0].what
    assert not read_rows(raw, swapped=False).problems


@pytest.mark.parametrize(
    ("lat", "lon", "known"),
    [
        ("-93.1", "44.9", ()),
        ("-74.01", "40.71", (GeoPoint(40.7, -74.0), GeoPoint(40.8, -74.1))),
    ],
)
def test_whole_list_the_wrong_way_round_is_told_and_swapped_on_demand(
    tmp_path: Path, lat: str, lon: str, known: tuple[GeoPoint, ...]
) -> None:
    raw = listed(tmp_path, f"id,name,lat,lon\na,A,{lat},{lon}\nb,B,{lat}1,{lon}1\n")
    table = read_rows(raw, known=known)
    assert table.seems_swapped is not None
    with pytest.raises(BadTable, match="--swap"):
        refuse_problems(table)
    turned = read_rows(raw, known=known, swapped=True)
    assert turned.seems_swapped is None
    assert turned.cameras[0].placements[0].point == GeoPoint(float(lon), float(lat))


def test_right_list_far_from_the_cameras_of_the_case_is_not_called_swapped(tmp_path: Path) -> None:
    raw = listed(tmp_path, "id,name,lat,lon\na,A,44.9,-93.1\nb,B,44.8,-93.2\n")
    table = read_rows(raw, known=[GeoPoint(52.5, 13.4)])
    assert table.seems_swapped is None
    assert len(table.cameras) == 2


def test_headings_of_other_programs_are_guessed(tmp_path: Path) -> None:
    raw = listed(tmp_path, "Cam No;Site Name;Latitude;Longitude;Azimuth\n7;Quay;1;2;90\n")
    guess = guess_mapping(raw.headings)
    assert guess == {
        "id": "Cam No", "lat": "Latitude", "lon": "Longitude", "heading_deg": "Azimuth",
        "name": "Cam No",
    }  # fmt: skip
    table = read_rows(raw, {**guess, "name": "Site Name"})
    assert table.cameras[0].name == "Quay"
    assert table.cameras[0].placements[0].heading_deg == 90


def test_many_dated_rows_of_one_trailer_are_read_in_the_order_of_their_times(
    tmp_path: Path,
) -> None:
    days = [f"2026-{month:02d}-{day:02d}T00:00:00Z" for month in (1, 2) for day in range(1, 29)]
    rows = [f"t,T,45,-93.{n},,,,{a},{b},,\n" for n, (a, b) in enumerate(pairwise(days))]
    table = read_rows(listed(tmp_path, HEAD + "".join(reversed(rows))))
    assert not table.problems
    starts = [place.from_ns for place in table.cameras[0].placements]
    assert starts == sorted(starts, key=lambda one: one or 0)


texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn")), max_size=12
).map(str.strip)
names = texts.filter(bool)
moments = st.integers(-(10**15), 4 * 10**15).map(lambda us: us * 1000)


@st.composite
def cameras(draw: st.DrawFn) -> tuple[Camera, ...]:
    ids = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    made = []
    for camera_id in sorted(ids):
        edges = sorted(draw(st.sets(moments, max_size=4)))
        bounds = [None, *edges, None]
        spans = [pair for pair in pairwise(bounds) if draw(st.booleans())]
        places = tuple(
            Placement(
                GeoPoint(draw(st.floats(-90, 90)), draw(st.floats(-180, 180))),
                draw(st.none() | st.floats(0, 360)),
                draw(st.none() | st.floats(0, 360)),
                draw(st.none() | st.floats(0, 100_000)),
                start,
                end,
            )
            for start, end in spans
        )
        notes = "\n".join(draw(st.lists(names, max_size=2)))
        made.append(Camera(CameraId(camera_id), draw(names), places, draw(texts), notes))
    return tuple(made)


@given(cameras(), st.sampled_from([".csv", ".geojson", ".kml"]))
@settings(max_examples=60, deadline=None)
def test_list_written_is_read_back_to_the_last_digit(made: tuple[Camera, ...], kind: str) -> None:
    if kind == ".geojson" and not any(camera.placements for camera in made):
        # Without a single place it is not told from a list of something else.
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"c{kind}"
        path.write_text(camera_text(made, kind), encoding="utf-8", newline="")
        table = read_rows(read_list(path), swapped=False)
    assert not table.problems
    assert table.cameras == made


def test_cells_that_a_table_program_would_compute_are_guarded_and_come_back(
    tmp_path: Path,
) -> None:
    made = (Camera(CameraId("=1+1"), "'=x", (Placement(GeoPoint(-1.5, -2.5)),), "", "@home"),)
    text = camera_text(made, ".csv")
    assert "'=1+1,''=x,-1.5,-2.5" in text
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert read_cameras(path) == made
