"""Layers of the map: added, changed, undone, vouched for; plans laid; tiles found again."""

import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles.calibration_types import GivenPairs, PointPair
from casefiles.case import Case
from casefiles.edit_kinds import AddCamera, AddLayer, ChangeLayer, Edit, RemoveLayer
from casefiles.errors import BadCalibration, BadMap, CaseDamaged, UnknownLayer
from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.jobs import finish
from casefiles.map_types import MapLayer, MapLayerId, SitePlan, rank_at
from casefiles.store import map_layers
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.load_map import load_map, read_map
from casefiles.usecases.map_layers import (
    add_layer,
    find_again,
    layer_of,
    layer_text,
    plan_picture,
    read_layers,
    tile_path,
)
from casefiles.usecases.query_context import query_context
from casefiles.usecases.site_plan import find_plan
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from resources.files import packaged
from tests.support.map_files import tiles
from tests.support.search_cases import make_case
from video.errors import BadPairs
from workstation.__main__ import main

HERE = GeoPoint(41.881, -87.623)
SIZE = (400, 300)
# 0.5 m a pixel, turned by 20°.
TURN = np.radians(20.0)
LINEAR = 0.5 * np.array([[np.cos(TURN), np.sin(TURN)], [np.sin(TURN), -np.cos(TURN)]])
POINTS = ((20, 20), (380, 30), (370, 280), (30, 270), (200, 150), (100, 220))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


def picture(path: Path, shade: int = 200) -> Path:
    """A grey PNG of `SIZE`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", *SIZE, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * SIZE[0]) * SIZE[1]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )  # fmt: skip
    return path


def place(x: float, y: float) -> tuple[float, float]:
    east, north = LINEAR @ [x, y]
    there = moved(HERE, east_m=east, north_m=north)
    return there.lon, there.lat


def pairs(*points: tuple[float, float]) -> GivenPairs:
    return GivenPairs(tuple(PointPair(point, lonlat=place(*point)) for point in points or POINTS))


def street(name: str, *, crs: str = "urn:ogc:def:crs:EPSG::4269", turned: bool = False) -> bytes:
    """A map of one street at `HERE`; `turned`: latitude first, as it must not be."""
    here = [HERE.lat, HERE.lon] if turned else [HERE.lon, HERE.lat]
    line = {"type": "LineString", "coordinates": [here, here]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": line}
    system = {"type": "name", "properties": {"name": crs}}
    document = {"type": "FeatureCollection", "crs": system, "features": [feature]}
    return json.dumps(document).encode()


def names(case: Case) -> list[str]:
    return [layer.name for layer in view_case(case).layers]


def faults(case: Case) -> list[str]:
    """What does not verify of the map."""
    return [one for one in finish(verify_case(case)).bad if one.startswith(("layers", "maps"))]


def post(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def change(case: Case, layer_id: int, **values: object) -> Edit:
    layer = layer_of(case, layer_id)
    return post(case, ChangeLayer(replace(layer, **values)))  # type: ignore[arg-type]


def test_a_new_case_has_the_outlines_and_each_map_added_lies_on_top(
    case: Case, tmp_path: Path
) -> None:
    assert names(case) == ["States and counties"]
    load_map(case, packaged("demo", "town.geojson"))
    layer, found = finish(add_layer(case, tiles(tmp_path / "streets.mbtiles"), name="Streets"))

    assert found is None
    assert names(case) == ["States and counties", "town.geojson", "Streets"]
    assert layer.tiles is not None
    assert layer.tiles.size == (tmp_path / "streets.mbtiles").stat().st_size
    assert [one.kind for one in read_layers(case)] == ["outlines", "geojson", "tiles"]
    assert not faults(case)


def test_changes_of_layers_are_undone_to_what_was_there(case: Case) -> None:
    load_map(case, packaged("demo", "town.geojson"))
    before = view_case(case).layers
    town = before[1]
    undo: list[Edit] = [
        change(case, town.layer_id, shown=False),
        change(case, town.layer_id, opacity=0.25, name="Old town"),
        change(case, town.layer_id, rank=rank_at(view_case(case).layers, town.layer_id, 0)),
    ]
    assert names(case) == ["Old town", "States and counties"]
    undo.append(post(case, RemoveLayer(town.layer_id)))
    assert names(case) == ["States and counties"]
    assert read_map(case) is None

    for edit in reversed(undo):
        post(case, edit)

    def plain(layers: tuple[MapLayer, ...]) -> list[MapLayer]:
        return [replace(layer, set_ns=None, set_by="") for layer in layers]

    assert plain(view_case(case).layers) == plain(before)
    assert layer_text(case, town) == packaged("demo", "town.geojson").read_text("utf-8")
    with pytest.raises(UnknownLayer):
        post(case, AddLayer(town))
    assert not faults(case)


def test_streets_of_a_hidden_map_can_be_named_in_a_search_those_of_a_removed_one_not(
    case: Case,
) -> None:
    load_map(case, packaged("demo", "town.geojson"))
    (_, town) = view_case(case).layers
    change(case, town.layer_id, shown=False)
    assert query_context(case).places
    post(case, RemoveLayer(town.layer_id))
    assert not query_context(case).places


def test_a_plan_is_laid_by_its_pairs_and_the_wrong_one_is_named(case: Case, tmp_path: Path) -> None:
    given = pairs()
    wrong = replace(given.pairs[3], lonlat=place(200, 60))
    path = picture(tmp_path / "site.png")

    layer, found = finish(
        add_layer(case, path, given=GivenPairs((*given.pairs[:3], wrong, *given.pairs[4:])))
    )

    assert found is not None
    assert found.fit.worst == 3
    assert layer.plan is not None
    assert layer.plan.outliers == (3,)
    for (lon, lat), corner in zip(
        layer.plan.corners(), ((0, 0), (400, 0), (400, 300), (0, 300)), strict=True
    ):
        east, north = offset_m(GeoPoint(lat, lon), GeoPoint(place(*corner)[1], place(*corner)[0]))
        assert np.hypot(east, north) < 0.02
    assert plan_picture(case, layer.plan.picture_sha256) == path.read_bytes()

    better = find_plan(layer.plan.picture_sha256, layer.plan.size, given)
    undo = change(case, layer.layer_id, plan=better.plan)
    assert layer_of(case, layer.layer_id).plan == better.plan
    post(case, undo)
    assert layer_of(case, layer.layer_id).plan == layer.plan
    assert not faults(case)


def test_metres_on_axes_that_are_placed_lay_a_plan_too() -> None:
    local = [PointPair(point, ground_m=tuple(LINEAR @ point)) for point in POINTS]
    by_metres = find_plan("0", SIZE, GivenPairs(tuple(local), origin=HERE))
    by_places = find_plan("0", SIZE, pairs())
    assert by_metres.plan.corners() == pytest.approx(by_places.plan.corners(), abs=1e-7)
    with pytest.raises(BadCalibration) as caught:
        find_plan("0", SIZE, GivenPairs(tuple(local)))
    assert "nobody says where on the earth" in caught.value.message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (GivenPairs(), "no pairs"),
        (pairs((20, 20), (500, 20)), "beside the picture of 400 × 300"),
        (GivenPairs(tuple(replace(one, lonlat=one.lonlat[::-1]) for one in pairs().pairs
                          if one.lonlat)[:2], size=(640, 480)), "640 × 480"),
        (GivenPairs((PointPair((0, 0), lonlat=(8, 47)), PointPair((9, 9), lonlat=(9, 47)))),
         "km from pair 1"),
        (GivenPairs(homography=(1, 0, 0, 0, 1, 0, 0, 0, 1)), "homography"),
    ],
)  # fmt: skip
def test_pairs_that_lay_no_plan_are_told(given: GivenPairs, words: str) -> None:
    with pytest.raises((BadPairs, BadCalibration)) as caught:
        find_plan("0", SIZE, given)
    assert words in caught.value.message
    assert caught.value.hint


def test_tiles_that_are_gone_changed_or_another_file_are_told_and_found_again(
    case: Case, tmp_path: Path
) -> None:
    path = tiles(tmp_path / "streets.mbtiles")
    layer, _ = finish(add_layer(case, path))
    assert tile_path(layer) == path

    os.utime(path, ns=(1, 1))
    with pytest.raises(BadMap, match="was written to since it was added"):
        tile_path(layer)
    undo = post(case, finish(find_again(layer)))
    assert tile_path(layer_of(case, layer.layer_id)) == path
    post(case, undo)

    elsewhere = path.rename(tmp_path / "moved.mbtiles")
    with pytest.raises(BadMap, match="are not at"):
        tile_path(layer)
    with pytest.raises(BadMap, match="cannot be read"):
        finish(find_again(layer))
    post(case, finish(find_again(layer, elsewhere)))
    assert tile_path(layer_of(case, layer.layer_id)) == elsewhere

    other = tiles(tmp_path / "other.mbtiles", b"\x89PNG\r\n\x1a\nother")
    with pytest.raises(BadMap, match="its SHA-256 is another"):
        finish(find_again(layer, other))
    with other.open("ab") as file:
        file.write(bytes(4096))
    other.replace(elsewhere)
    with pytest.raises(BadMap, match="bytes, and had"):
        tile_path(layer_of(case, layer.layer_id))


@pytest.mark.parametrize(
    ("name", "content", "words", "hint"),
    [
        ("map.shp", b"\0\0\x27\x0a", "no map that is drawn here", "ogr2ogr"),
        ("map.tif", b"II*\0", "no map that is drawn here", "gdal_translate"),
        ("region.osm.pbf", b"\0\0\0\x0d", "no map that is drawn here", "Planetiler"),
        ("plan.pdf", b"%PDF-1.7", "no map that is drawn here", "PNG picture"),
        ("places.kml", b"<kml/>", "no map that is drawn here", "camera import"),
        ("notes.txt", b"hello", "no map that is drawn here", "MBTiles or PMTiles"),
        ("map.geojson", b"{}", "not a GeoJSON FeatureCollection", "WGS84"),
        ("empty.geojson", b"", "is empty", "WGS84"),
        ("utm.geojson", street("Hof", crs="urn:ogc:def:crs:EPSG::26915"), "26915", "ogr2ogr"),
        ("map.gpkg", b"SQLite format 3\0" + bytes(200), "map.gpkg", ""),
        ("site.png", b"\x89PNG\r\n\x1a\n", "nobody says where site.png lies", "--pairs"),
        ("gone.geojson", None, "cannot be read", "another file"),
        ("folder", b"", "is a folder", "MBTiles or PMTiles"),
    ],
)  # fmt: skip
def test_a_map_of_another_format_is_told_with_what_to_do(
    case: Case, tmp_path: Path, name: str, content: bytes | None, words: str, hint: str
) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(BadMap) as caught:
        finish(add_layer(case, path))
    assert words in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.hint
    assert names(case) == ["States and counties"]


def test_a_map_with_latitude_first_is_told_by_where_the_cameras_are(
    case: Case, tmp_path: Path
) -> None:
    path = tmp_path / "turned.geojson"
    path.write_bytes(street("Hof", turned=True))
    post(case, AddCamera(Camera(CameraId("c"), "C", (Placement(HERE),))))
    with pytest.raises(BadMap, match="seem to be swapped"):
        finish(add_layer(case, path))
    assert names(case) == ["States and counties"]


def test_a_layer_is_named_after_its_file_whatever_that_is_called(
    case: Case, tmp_path: Path
) -> None:
    for number, name in enumerate(("two\nlines", "\x1b[31mred", "👨‍👩‍👧", "n" * 240)):
        path = tmp_path / f"{name}.geojson"
        path.write_bytes(street(str(number)))
        layer, _ = finish(add_layer(case, path))
        assert 0 < len(layer.name) <= 200
        assert not set(layer.name) & {"\n", "\x1b"}
    # A name of an older case that would not do today does not keep the layer from being hidden.
    case.write(lambda cursor: map_layers.change(cursor, replace(layer, name="a\nb")))
    change(case, layer.layer_id, shown=False)
    with pytest.raises(BadMap, match="cannot be named"):
        change(case, layer.layer_id, name="c\nd")


def test_the_same_map_twice_a_damaged_plan_and_bad_values_are_refused(
    case: Case, tmp_path: Path
) -> None:
    town = packaged("demo", "town.geojson")
    load_map(case, town)
    with pytest.raises(BadMap, match="on the map already, as layer 2"):
        load_map(case, town)
    post(case, RemoveLayer(MapLayerId(2)))
    load_map(case, town)
    assert [one.map_id for one in view_case(case).layers] == [None, 1]

    broken = tmp_path / "cut.png"
    broken.write_bytes(picture(tmp_path / "site.png").read_bytes()[:18])
    with pytest.raises(BadMap, match="does not say how large"):
        finish(add_layer(case, broken, given=pairs()))
    with pytest.raises(BadMap, match="needs no pairs"):
        finish(add_layer(case, town, given=pairs()))
    for values, words in (
        ({"opacity": 1.5}, "opaque"),
        ({"name": " "}, "named"),
        ({"rank": float("nan")}, "lies there"),
        ({"kind": "plan"}, "laid on the earth"),
        ({"map_id": 7}, "is geojson"),
    ):
        with pytest.raises(BadMap, match=words):
            change(case, 3, **values)
    with pytest.raises(BadMap, match="comes with the program"):
        post(case, RemoveLayer(MapLayerId(1)))
    nowhere = SitePlan("0" * 64, SIZE, (), (0.0,) * 6, HERE)
    with pytest.raises(BadMap, match="lies nowhere"):
        post(case, AddLayer(MapLayer("plan", "x", plan=nowhere), b"\xff\xd8\xff"))


def test_layers_changed_behind_the_programs_back_are_found(case: Case, tmp_path: Path) -> None:
    layer, _ = finish(add_layer(case, picture(tmp_path / "site.png"), given=pairs()))
    assert layer.plan is not None
    case.write(lambda cursor: cursor.execute("UPDATE map_pictures SET picture = 'x'::BLOB"))
    assert faults(case)
    with pytest.raises(CaseDamaged, match="gone or changed"):
        plan_picture(case, layer.plan.picture_sha256)
    case.write(lambda cursor: cursor.execute("""UPDATE map_layers SET plan = '{"size": 1}'"""))
    with pytest.raises(CaseDamaged, match="layer"):
        view_case(case)


def test_a_case_from_before_shows_its_newest_map(case: Case) -> None:
    schema = Path("casefiles/store/schema/019_case_map_layers.sql").read_text("utf-8")

    def migrate(cursor: object) -> None:
        for number in (1, 2):
            cursor.execute(  # type: ignore[attr-defined]
                "INSERT INTO base_maps VALUES (?, ?, 'x', '{}', 0, 'x')", [number, f"map {number}"]
            )
        cursor.execute(f"DROP TABLE map_layers; DROP TABLE map_pictures; {schema}")  # type: ignore[attr-defined]

    case.write(migrate)
    layers = view_case(case).layers
    assert [(one.layer_id, one.name, one.shown) for one in layers] == [
        (1, "States and counties", True), (2, "map 1", False), (3, "map 2", True),
    ]  # fmt: skip


def test_the_commands_of_the_map(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.close()
    where = str(case.folder)
    given = tmp_path / "pairs.json"
    given.write_text(
        json.dumps([{"image": one.image, "lonlat": one.lonlat} for one in pairs().pairs])
    )
    plan = str(picture(tmp_path / "site.png"))

    def run(*words: str) -> object:
        assert main(["map", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    made = run("add", where, plan, "--pairs", str(given), "--name", "Site")
    assert isinstance(made, dict)
    assert made["id"] == 2
    assert made["metres_per_pixel"] == pytest.approx(0.5, rel=1e-3)
    run("add", where, str(tiles(tmp_path / "s.mbtiles")), "--hidden")
    run("order", where, "--layer", "3", "--below", "2")
    run("show", where, "--layer", "3")
    run("change", where, "--layer", "3", "--opacity", "0.5", "--name", "Streets")
    run("lay", where, "--layer", "2", "--pairs", str(given))
    run("check", where, "--layer", "3")
    run("hide", where, "--layer", "1")
    listed = run("list", where)
    assert isinstance(listed, list)
    assert [(one["id"], one["name"], one["shown"], one["opacity"]) for one in listed] == [
        (2, "Site", True, 1.0), (3, "Streets", True, 0.5), (1, "States and counties", False, 1.0),
    ]  # fmt: skip
    run("remove", where, "--layer", "2")
    assert main(["map", "list", where]) == 0
    assert "Site" not in capsys.readouterr().out
    assert main(["map", "add", where, plan]) == 2
    assert "nobody says where site.png lies" in capsys.readouterr().err
    assert main(["map", "order", where, "--layer", "3", "--above", "3"]) == 2
