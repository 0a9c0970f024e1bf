"""Vector tiles become the shapes of a base map, whoever made them and however broken they are."""

import contextlib
from typing import Any

import mapbox_vector_tile  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapbox_vector_tile.Mapbox import vector_tile_pb2  # type: ignore[import-untyped]

from mapview.tile_grid import Tile
from mapview.vector_tiles import MOST_POINTS, TileShapes, shapes_of
from resources.errors import UserError

TILE = Tile(14, 2637, 6354)
LINE = "LINESTRING(0 0, 4096 4096)"
SQUARE = "POLYGON((0 0, 100 0, 100 100, 0 100, 0 0))"
SPOT = "POINT(2048 1024)"


def encoded(**layers: list[tuple[str, dict[str, Any]]]) -> bytes:
    return bytes(
        mapbox_vector_tile.encode(
            [
                {"name": name, "features": [{"geometry": g, "properties": p} for g, p in features]}
                for name, features in layers.items()
            ],
            default_options={"y_coord_down": True},
        )
    )


def drawn(**layers: list[tuple[str, dict[str, Any]]]) -> TileShapes:
    return shapes_of(encoded(**layers), TILE)


@pytest.mark.parametrize(
    ("layer", "said", "kind"),
    [
        ("transportation", {"class": "motorway"}, "main"),
        ("transportation", {"class": "minor"}, "street"),
        ("transportation", {"class": "service"}, "lane"),
        ("transportation", {"class": "path", "subclass": "steps"}, "path"),
        ("transportation", {"class": "rail", "subclass": "rail"}, "border"),
        ("waterway", {"class": "river"}, "stream"),
        ("boundary", {"admin_level": 4}, "border"),
        ("roads", {"kind": "highway", "kind_detail": "motorway_link"}, "main"),
        ("roads", {"kind": "minor_road", "kind_detail": "residential"}, "street"),
        ("roads", {"kind": "minor_road", "kind_detail": "service"}, "lane"),
        ("boundaries", {"kind": "county", "kind_detail": 6}, "border"),
        ("streets", {"kind": "secondary"}, "main"),
        ("streets", {"kind": "living_street"}, "lane"),
        ("water_lines", {"kind": "stream"}, "stream"),
        ("pier_lines", {"kind": "pier"}, "pier"),
        ("my_own_layer", {"highway": "residential"}, "street"),
        ("my_own_layer", {"height": 20}, "path"),
    ],
)
def test_lines_of_the_known_makers_get_their_width(
    layer: str, said: dict[str, Any], kind: str
) -> None:
    assert [street.kind for street in drawn(**{layer: [(LINE, said)]}).ground.streets] == [kind]


@pytest.mark.parametrize(
    ("layer", "said", "kind"),
    [
        ("water", {"class": "ocean"}, "water"),
        ("landcover", {"class": "grass"}, "park"),
        ("park", {"class": "national_park"}, "park"),
        ("building", {}, "building"),
        ("earth", {"kind": "earth"}, "land"),
        ("landuse", {"kind": "pedestrian"}, "square"),
        ("buildings", {"kind": "building"}, "building"),
        ("ocean", {}, "water"),
        ("water_polygons", {"kind": "water"}, "water"),
        ("land", {"kind": "forest"}, "park"),
        ("my_own_layer", {"kind": "parcel"}, "region"),
    ],
)
def test_areas_of_the_known_makers_get_their_colour(
    layer: str, said: dict[str, Any], kind: str
) -> None:
    assert [area.kind for area in drawn(**{layer: [(SQUARE, said)]}).ground.areas] == [kind]


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        ("landuse", SQUARE, {"class": "residential"}),
        ("transportation", LINE, {"class": "ferry"}),
        ("boundary", LINE, {"admin_level": 10}),
        ("boundary", LINE, {"admin_level": 2, "maritime": 1}),
        ("housenumber", SPOT, {"housenumber": "7"}),
        ("water", LINE, {"kind": "ocean"}),
    ],
)
def test_what_would_only_clutter_the_map_is_left_out(
    layer: str, shape: str, said: dict[str, Any]
) -> None:
    found = drawn(**{layer: [(shape, said)]})
    assert found.ground.is_empty
    assert found.names.is_empty


def test_points_lie_where_the_tile_lies() -> None:
    (street,) = drawn(transportation=[(LINE, {"class": "primary"})]).ground.streets
    left, bottom, right, top = TILE.bounds
    np.testing.assert_allclose(street.points, [(left, top), (right, bottom)], atol=1e-6)
    assert street.bounds == pytest.approx(TILE.bounds)


def test_streets_of_openmaptiles_are_drawn_once_and_named_from_their_own_layer() -> None:
    found = drawn(
        transportation=[(LINE, {"class": "primary"})],
        transportation_name=[(LINE, {"class": "primary", "name": "Front Street"})],
    )
    assert [street.name for street in found.ground.streets] == [""]
    assert [street.name for street in found.names.streets] == ["Front Street"]


def test_streets_of_protomaps_carry_their_own_names() -> None:
    found = drawn(roads=[(LINE, {"kind": "major_road", "name": " Bay Street "})])
    assert [street.name for street in found.names.streets] == ["Bay Street"]
    assert len(found.ground.streets) == 1


def test_greater_places_are_named_before_lesser_ones() -> None:
    found = drawn(
        place=[
            (SPOT, {"class": "suburb", "name": "Seabright"}),
            (SPOT, {"class": "city", "name": "Santa Cruz"}),
            (SPOT, {"class": "village", "name": ""}),
        ]
    )
    assert [(p.kind, p.name) for p in found.names.places] == [
        ("town", "Santa Cruz"), ("town", "Seabright"),
    ]  # fmt: skip


def test_a_hole_stays_in_its_area_and_several_lines_are_several() -> None:
    holed = "POLYGON((0 0, 100 0, 100 100, 0 100, 0 0), (20 20, 20 40, 40 40, 40 20, 20 20))"
    twice = "MULTILINESTRING((0 0, 10 10), (20 20, 30 30, 40 40))"
    found = drawn(water=[(holed, {})], roads=[(twice, {"kind": "path"})])
    (area,) = found.ground.areas
    assert [len(ring) for ring in area.rings] == [4, 4]
    assert [len(street.points) for street in found.ground.streets] == [2, 3]
    assert found.points == 13


def raw(geometry: list[int], *, extent: int = 4096, kind: int = 2, times: int = 1) -> bytes:
    message = vector_tile_pb2.tile()
    layer = message.layers.add()
    layer.name, layer.version, layer.extent = "roads", 2, extent
    layer.keys.append("kind")
    layer.values.add().string_value = "path"
    for _ in range(times):
        feature = layer.features.add()
        feature.type = kind
        feature.tags.extend([0, 0])
        feature.geometry.extend(geometry)
    return bytes(message.SerializeToString())


MOVE, DRAW = (1 << 3) | 1, (1 << 3) | 2


@pytest.mark.parametrize(
    "geometry",
    [
        [],
        [MOVE],
        [DRAW, 2, 2],
        [MOVE, 0, 0, (50_000 << 3) | 2, 2, 2],
        [MOVE, 0, 0, (0 << 3) | 2],
        [MOVE, 0, 0, (1 << 3) | 5, 2, 2],
        [MOVE, 0, 0, DRAW, 2**32 - 1, 2**32 - 1],
    ],
)
def test_commands_that_make_no_line_are_left_out_and_counted(geometry: list[int]) -> None:
    found = shapes_of(raw(geometry), TILE)
    assert found.ground.streets == ()
    assert found.ground.skipped == 1


def test_a_tile_with_more_points_than_any_map_is_cut_short() -> None:
    line = [MOVE, 0, 0, (1000 << 3) | 2, *[2, 0] * 1000]
    found = shapes_of(raw(line, times=600), TILE)
    assert found.points <= MOST_POINTS
    assert found.ground.skipped > 100


def test_a_layer_without_a_size_is_passed_over() -> None:
    assert shapes_of(raw([MOVE, 0, 0, DRAW, 2, 2], extent=0), TILE).ground.is_empty


@pytest.mark.parametrize("data", [b"<html>no such tile</html>", b"\x1a\xff\xff\xff\xff\x0f"])
def test_bytes_that_are_no_vector_tile_are_said_to_be_none(data: bytes) -> None:
    with pytest.raises(UserError, match=r"tile 14/2637/6354 is no vector tile"):
        shapes_of(data, TILE)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100, deadline=None)
@given(st.binary(max_size=12), st.integers(0, 200))
def test_a_tile_with_wrong_bytes_is_refused_or_drawn_but_never_breaks_the_map(
    junk: bytes, at: int
) -> None:
    whole = encoded(roads=[(LINE, {"kind": "path", "name": "x"})], water=[(SQUARE, {})])
    at = min(at, len(whole))
    with contextlib.suppress(UserError):
        found = shapes_of(whole[:at] + junk + whole[at + len(junk) :], TILE)
        assert found.points < 100
