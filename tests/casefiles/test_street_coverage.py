"""Which streets were seen by which camera when: by footage, without, and by nobody."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.errors import BadCoverage
from casefiles.geo import GeoPoint, moved
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.street_coverage import read_street_coverage
from casefiles.usecases.street_types import CoverageAsked, StreetCoverage, StreetLine
from casefiles.usecases.view_case import view_case
from mapview.basemap import parse_base_map
from mapview.blind_spots import blind_spots
from mapview.layers import camera_marks, view_cone
from mapview.projection import to_degrees
from mapview.street_lines import street_lines
from mapview.tile_grid import Tile
from tests.support.map_files import pbf, vector_tiles
from tests.support.search_cases import START_NS, S, make_case, put_cameras, put_source
from workstation.__main__ import main

HERE = GeoPoint(40.0, -30.0)


def east(metres: float, north: float = 0.0) -> GeoPoint:
    return moved(HERE, east_m=metres, north_m=north)


def line(name: str, *points: GeoPoint) -> StreetLine:
    return StreetLine(name, np.array([(one.lon, one.lat) for one in points]))


FRONT = line("Front Street", east(0), east(1000))
BACK = line("Back Lane", east(0, 500), east(300, 500))
STREETS = (FRONT, BACK)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Front Street runs east. At 100 m `shop` looks east along it for 100 m, and has ten minutes of
    footage; `trailer` stood at 500 m, seeing all around for 50 m, until five minutes after the
    beginning, and then at 800 m."""
    with make_case(tmp_path_factory.mktemp("streets") / "case") as made:
        moves = START_NS + 300 * S
        put_cameras(
            made,
            Camera(CameraId("shop"), "Shop", (Placement(east(100), 90.0, 30.0, 100.0),)),
            Camera(
                CameraId("trailer"),
                "Trailer",
                (
                    Placement(east(500), None, None, 50.0, None, moves),
                    Placement(east(800), None, None, 50.0, moves, None),
                ),
            ),
        )
        put_source(made, "shop")
        yield made


def metres(found: StreetCoverage, street: str) -> dict[str, float]:
    (one,) = [row for row in found.streets if row.street == street]
    return {state: round(value) for state, value in one.metres.items()}


def test_a_street_is_seen_by_footage_or_only_by_a_camera_or_by_nobody(case: Case) -> None:
    found = read_street_coverage(case, STREETS)
    assert found.span == (START_NS, START_NS + 600 * S)
    front = metres(found, "Front Street")
    # Pieces are 10 m: each end of a view is right to half of one.
    assert front["whole"] == pytest.approx(100, abs=10)
    assert front["missing"] == pytest.approx(200, abs=20)
    assert sum(front.values()) == pytest.approx(1000, abs=2)
    assert metres(found, "Back Lane")["none"] == pytest.approx(300, abs=2)
    # What is drawn is all of it, once.
    assert {part.state for part in found.parts} == {"whole", "missing", "none"}


def test_who_saw_it_when_follows_the_dates_of_placements(case: Case) -> None:
    found = read_street_coverage(case, STREETS)
    seen = {(one.camera_id, round(one.from_m, -2)): one for one in found.watches}
    assert set(seen) == {("shop", 100), ("trailer", 400), ("trailer", 800)} or set(seen) == {
        ("shop", 100), ("trailer", 500), ("trailer", 800),
    }  # fmt: skip
    shop = next(one for one in found.watches if one.camera_id == "shop")
    assert shop.basis == "stated"
    assert [one.span for one in shop.footage] == [(START_NS, START_NS + 600 * S)]
    assert shop.footage[0].uncertainty_ns is None
    assert shop.missing == ()
    former, later = [one for one in found.watches if one.camera_id == "trailer"]
    assert (former.basis, former.footage) == ("assumed", ())
    assert former.missing == ((START_NS, START_NS + 300 * S),)
    assert later.missing == ((START_NS + 300 * S, START_NS + 600 * S),)


def test_footage_of_a_part_of_the_time_is_told_with_what_is_missing(case: Case) -> None:
    asked = CoverageAsked(START_NS + 540 * S, START_NS + 660 * S, street="front street")
    found = read_street_coverage(case, STREETS, asked)
    assert [row.street for row in found.streets] == ["Front Street"]
    front = metres(found, "Front Street")
    assert front["whole"] == 0
    assert front["part"] == pytest.approx(100, abs=10)
    (part,) = [one for one in found.parts if one.state == "part"]
    assert part.share == pytest.approx(0.5)
    (shop,) = [one for one in found.watches if one.camera_id == "shop"]
    assert shop.missing == ((START_NS + 600 * S, START_NS + 660 * S),)
    # The trailer's first place was left before.
    assert len([one for one in found.watches if one.camera_id == "trailer"]) == 1


def test_gaps_of_a_recording_and_a_fast_clock_count(case: Case) -> None:
    def spoil(offset_ns: int, gaps: str) -> None:
        values = [offset_ns, gaps]
        case.write(lambda cursor: cursor.execute("UPDATE sources SET offset_ns=?, gaps=?", values))

    spoil(60 * S, f"[[{100 * S}, {200 * S}]]")
    asked = CoverageAsked(START_NS - 60 * S, START_NS + 540 * S)
    found = read_street_coverage(case, STREETS, asked)
    spoil(0, "[]")
    (shop,) = [one for one in found.watches if one.camera_id == "shop"]
    assert shop.missing == ((START_NS + 40 * S, START_NS + 140 * S),)


def test_only_what_is_near_a_place_is_told(case: Case) -> None:
    found = read_street_coverage(case, STREETS, CoverageAsked(near=east(150), radius_m=30))
    (street,) = found.streets
    assert street.length_m == pytest.approx(60, abs=10)
    assert street.metres["whole"] == pytest.approx(street.length_m)


def test_only_what_lies_in_a_region_is_told_and_not_what_is_in_its_hole(case: Case) -> None:
    def box(left: float, right: float) -> tuple[tuple[float, float], ...]:
        corners = (left, -20), (right, -20), (right, 20), (left, 20)
        return tuple((one.lon, one.lat) for one in (east(*corner) for corner in corners))

    found = read_street_coverage(case, STREETS, CoverageAsked(within=(box(100, 300),)))
    (street,) = found.streets
    assert street.length_m == pytest.approx(200, abs=20)
    assert street.metres["whole"] == pytest.approx(100, abs=10)
    # Each part says where on its line it lies: that is how a click on it finds its rows.
    (seen,) = [one for one in found.parts if one.state == "whole"]
    assert STREETS[seen.line].name == "Front Street"
    assert (seen.from_m, seen.to_m) == pytest.approx((100, 200), abs=10)
    holed = read_street_coverage(
        case, STREETS, CoverageAsked(within=(box(100, 300), box(150, 250)))
    )
    assert sum(one.length_m for one in holed.streets) == pytest.approx(100, abs=20)
    with pytest.raises(BadCoverage, match="no street of the map lies in the region"):
        read_street_coverage(case, STREETS, CoverageAsked(within=(((-1, 1), (-1, 2), (-2, 2)),)))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (CoverageAsked(street="Frunt Street"), "Front Street"),
        (CoverageAsked(near=GeoPoint(-30.0, 40.0)), "longitude comes first"),
        (CoverageAsked(START_NS, START_NS), "ends before it begins"),
    ],
)
def test_what_cannot_be_answered_is_said(case: Case, asked: CoverageAsked, words: str) -> None:
    with pytest.raises(BadCoverage) as raised:
        read_street_coverage(case, STREETS, asked)
    assert words in str(raised.value)


def test_a_map_without_streets_is_said(case: Case) -> None:
    with pytest.raises(BadCoverage, match="no streets"):
        read_street_coverage(case, ())


def test_streets_and_squares_of_a_map_are_lines_and_water_is_none() -> None:
    ring = "[[0,0],[0.001,0],[0.001,0.001],[0,0]]"
    features = ",".join(
        f'{{"type":"Feature","properties":{{"name":"{name}","kind":"{kind}"}},'
        f'"geometry":{{"type":"{shape}","coordinates":{where}}}}}'
        for name, kind, shape, where in (
            ("Main", "main", "LineString", "[[0,0],[0.001,0]]"),
            ("Brook", "stream", "LineString", "[[0,0],[0.001,0]]"),
            ("Market", "square", "Polygon", f"[{ring}]"),
            ("Bay", "water", "Polygon", f"[{ring}]"),
        )
    )
    base = parse_base_map(f'{{"type":"FeatureCollection","features":[{features}]}}')
    lines = street_lines(base)
    assert [one.name for one in lines] == ["Main", "Market"]
    assert lines[0].lonlat[1] == pytest.approx([0.001, 0.0])


def test_a_small_scene_is_told_as_it_was_worked_out_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two streets of 199 m, 20 pieces of 9.95 m each, cross in their middles, where `corner` sees
    26 m all around; its footage of ten minutes has a gap from 100 s to 200 s. `trailer` is 60 m up
    the one street and sees 20 m, from 300 s on it is 20 m along the other and sees 15 m; its
    footage begins after a minute."""
    base = tmp_path / "streets.geojson"
    base.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": name, "kind": "street"},
         "geometry": {"type": "LineString", "coordinates": [[one.lon, one.lat] for one in ends]}}
        for name, ends in (
            ("Long Street", (east(0), east(199))),
            ("Cross Street", (east(99.5, -99.5), east(99.5, 99.5))),
        )
    ]}))  # fmt: skip
    moves = START_NS + 300 * S
    with make_case(tmp_path / "case") as case:
        put_cameras(
            case,
            Camera(CameraId("corner"), "Corner", (Placement(east(99.5), None, None, 26.0),)),
            Camera(
                CameraId("trailer"), "Trailer",
                (Placement(east(99.5, 60), None, None, 20.0, None, moves),
                 Placement(east(20), None, None, 15.0, moves, None)),
            ),
        )  # fmt: skip
        put_source(case, "corner")
        put_source(case, "trailer", start_ns=START_NS + 60 * S, length_s=540)
        gap = [f"[[{100 * S}, {200 * S}]]"]
        case.write(lambda cursor: cursor.execute(
            "UPDATE sources SET gaps=? WHERE camera_id='corner'", gap))  # fmt: skip
        view = view_case(case)
        folder = str(case.folder)
    assert main(["map", "add", folder, str(base)]) == 0
    capsys.readouterr()
    assert main(["coverage", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    def at(seconds: int) -> str:
        minutes, rest = divmod(24 * 60 + seconds, 60)
        return f"2026-03-02T23:{minutes:02d}:{rest:02d}.000Z"

    # Pieces whose middle, 4.975 m + 9.95 m a piece, is in view: 7 to 12, 14 to 17, 1 to 3.
    seen: dict[object, object] = {
        (one["camera"], one["street"], one["from"]): (
            pytest.approx((one["from_m"], one["to_m"]), abs=0.06),
            [[each["from"], each["to"]] for each in one["footage"]],
            one["missing"],
        )
        for one in told["watches"]
    }
    by_corner = (69.65, 129.35), [[at(0), at(100)], [at(200), at(600)]], [[at(100), at(200)]]
    assert seen == {
        ("corner", "Long Street", at(0)): by_corner,
        ("corner", "Cross Street", at(0)): by_corner,
        ("trailer", "Cross Street", at(0)): (
            (139.3, 179.1), [[at(60), at(300)]], [[at(0), at(60)]],
        ),
        ("trailer", "Long Street", at(300)): ((9.95, 39.8), [[at(300), at(600)]], []),
    }  # fmt: skip
    sums = {one["street"]: one for one in told["streets"]}
    assert sums["Long Street"]["part_m"] == pytest.approx(59.7 + 29.85, abs=0.06)
    assert sums["Cross Street"]["part_m"] == pytest.approx(59.7 + 39.8, abs=0.06)
    for one in sums.values():
        assert one["none_m"] == pytest.approx(199 - one["part_m"], abs=0.11)
        assert one["whole_m"] == one["missing_m"] == 0
    # In view at one time: of the 50 pieces of 3.98 m that blind spots cut a street into, 14 of each
    # street by the corner, 10 of the one and later 8 of the other by the trailer.
    streets = [parse_base_map(base.read_text())]
    for wall, pieces in ((moves - 1, 38), (moves, 36)):
        marks = camera_marks(view.cameras, wall_ns=wall)
        standing = [view_cone(mark) for mark in marks if not (mark.former or mark.coming)]
        spots = blind_spots(streets, standing)
        assert spots.street_m == pytest.approx(398, abs=1)
        assert spots.share == pytest.approx(pieces / 100, abs=0.002)


def test_streets_of_vector_tiles_answer_like_drawn_ones_and_a_drawn_one_counts_before_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A camera that sees 26 m all around stands 500 m west of the edge of two tiles, at Tile
    Street, which runs through both; another, 300 m north, at a street of its own."""
    tile, beside = Tile(14, 6826, 6203), Tile(14, 6827, 6203)
    _, bottom, edge, top = tile.bounds
    places = to_degrees([(edge - 500, (bottom + top) / 2), (edge - 500, (bottom + top) / 2 + 300)])
    one, other = (GeoPoint(lat, lon) for lon, lat in places.tolist())
    lower = 2048 - round(300 / (top - bottom) * 4096)
    tiles = {
        (at.zoom, at.column, at.row): pbf(
            {"roads": [(f"LINESTRING(-50 {y} , 4146 {y})", {"kind": "minor_road", "name": name})
                       for name, y in (("Tile Street", 2048), ("North Street", lower))]}
        )
        for at in (tile, beside)
    }  # fmt: skip
    with make_case(tmp_path / "case") as case:
        put_cameras(
            case,
            Camera(CameraId("one"), "One", (Placement(one, None, None, 26.0),)),
            Camera(CameraId("other"), "Other", (Placement(other, None, None, 26.0),)),
        )
        put_source(case, "one")
        folder = str(case.folder)
    file = vector_tiles(tmp_path / "t.mbtiles", tiles)
    assert main(["map", "add", folder, str(file)]) == 0

    def told(*words: str) -> tuple[dict[str, dict[str, float]], str]:
        capsys.readouterr()
        assert main(["coverage", folder, "--json", *words]) == 0
        answer = json.loads(capsys.readouterr().out)
        return {one["street"]: one for one in answer["streets"]}, " ".join(answer["notes"])

    streets, notes = told()
    # What cameras see and 100 m on each side of it: wherever tiles end.
    for name, state in (("Tile Street", "whole_m"), ("North Street", "missing_m")):
        assert streets[name]["length_m"] == pytest.approx(252, abs=3)
        assert streets[name][state] == pytest.approx(52, abs=10)
    assert "tiles 'streets': 1 tiles of zoom 14" in notes
    assert "up to 100 m" in notes
    # Of a place as far as it is asked for, over the edge of a tile as one line.
    streets, notes = told("--street", "tile street", f"--near={one.lon},{one.lat}", "--radius=900")
    assert [*streets] == ["Tile Street"]
    assert streets["Tile Street"]["length_m"] == pytest.approx(1800, abs=20)
    assert "2 tiles" in notes
    assert main(["coverage", folder, "--street", "South Street"]) == 2
    said = capsys.readouterr().err
    assert "Streets it has: North Street, Tile Street" in said
    assert "ask near a place" in said
    # The same street as somebody drew it, a few metres beside.
    drawn = [[lon, one.lat + 3e-5] for lon in (one.lon - 0.02, one.lon + 0.02)]
    base = tmp_path / "drawn.geojson"
    shape = {"type": "LineString", "coordinates": drawn}
    feature = {"type": "Feature", "properties": {"name": "Tile Street"}, "geometry": shape}
    base.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert main(["map", "add", folder, str(base)]) == 0
    streets, notes = told(f"--near={one.lon},{one.lat}", "--radius=200")
    assert streets["Tile Street"]["length_m"] == pytest.approx(400, abs=20)
    assert "is taken from there" in notes
    # Without the file the drawn map still answers.
    file.unlink()
    streets, notes = told()
    assert [*streets] == ["Tile Street"]
    assert "left out: the tiles of 't.mbtiles' are not at" in notes
