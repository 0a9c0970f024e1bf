"""GeoJSON into a map: the bundled town, a real file, and what strangers send."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapview.basemap import AREA_KINDS, BaseMap, parse_base_map
from resources.errors import UserError
from resources.files import packaged
from resources.paths import shared_test_data

_SQUARE = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _shape(kind: str, where: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": where}


def _parse(*features: Any) -> BaseMap:
    return parse_base_map(json.dumps({"type": "FeatureCollection", "features": list(features)}))


def test_the_bundled_town_is_understood_whole() -> None:
    town = parse_base_map(packaged("demo", "town.geojson").read_text(encoding="utf-8"))
    assert town.skipped == 0
    assert {area.kind for area in town.areas} == {"water", "park", "square", "building"}
    assert {street.kind for street in town.streets} == {"pier", "lane", "street", "main"}
    assert [place.name for place in town.places if place.kind == "town"] == ["Port Almond"]


def test_areas_are_drawn_from_land_to_buildings_and_large_before_small() -> None:
    small = [[[0, 0], [0, 0.1], [0.1, 0.1]]]
    found = _parse(
        _feature(_shape("Polygon", small), kind="building"),
        _feature(_shape("Polygon", small), kind="water", name="pond"),
        _feature(_shape("Polygon", _SQUARE), kind="water", name="sea"),
        _feature(_shape("Polygon", _SQUARE), kind="land"),
    )
    kinds = [AREA_KINDS.index(area.kind) for area in found.areas]
    assert kinds == sorted(kinds)
    assert [area.name for area in found.areas if area.kind == "water"] == ["sea", "pond"]


def test_keys_of_openstreetmap_extracts_are_understood() -> None:
    line = _shape("LineString", [[0, 0], [1, 1]])
    found = _parse(
        _feature(_shape("Polygon", _SQUARE), building="apartments"),
        _feature(_shape("Polygon", _SQUARE), natural="water"),
        _feature(_shape("Polygon", _SQUARE), leisure="park"),
        _feature(line, highway="residential", name="Long Street"),
        _feature(line, highway="primary"),
        _feature(line, waterway="stream"),
    )
    assert {area.kind for area in found.areas} == {"building", "water", "park"}
    assert [street.kind for street in found.streets] == ["stream", "street", "main"]


def test_unknown_kinds_are_drawn_plainly() -> None:
    found = _parse(
        _feature(_shape("Polygon", _SQUARE), kind="unheard of"),
        _feature(_shape("LineString", [[0, 0], [1, 1]])),
        _feature(_shape("Point", [0, 0, 12.5]), name="Here"),
    )
    assert found.areas[0].kind == "region"
    assert found.streets[0].kind == "path"
    assert found.places[0].name == "Here"
    assert found.skipped == 0


def test_parts_of_a_shape_are_all_there_and_named_once() -> None:
    found = _parse(
        _feature(_shape("MultiPolygon", [_SQUARE, _SQUARE]), kind="park", name="Green"),
        _feature(
            {"type": "GeometryCollection", "geometries": [_shape("Point", [1, 1])]}, name="Spot"
        ),
    )
    assert [area.name for area in found.areas] == ["Green", ""]
    assert [place.name for place in found.places] == ["Spot"]


@pytest.mark.parametrize(
    "feature",
    [
        None,
        7,
        {},
        _feature(None),
        _feature(_shape("Polygon", [])),
        _feature(_shape("Polygon", [[[0, 0], [1, 1]]])),
        _feature(_shape("LineString", [[0, 0]])),
        _feature(_shape("LineString", "none")),
        _feature(_shape("Point", ["a", "b"])),
        _feature(_shape("Point", [181, 0])),
        _feature(_shape("Point", [0, 1e400])),
        _feature(_shape("Sphere", [0, 0])),
        _feature({"type": "GeometryCollection", "geometries": 5}),
    ],
)
def test_a_bad_feature_is_counted_and_the_rest_is_drawn(feature: Any) -> None:
    found = _parse(feature, _feature(_shape("Polygon", _SQUARE)))
    assert (found.skipped, len(found.areas)) == (1, 1)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"type": "Topology"}', "<kml/>", "[" * 9999])
def test_what_is_no_geojson_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError, match="not GeoJSON"):
        parse_base_map(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon"]), _JSON)
def test_no_feature_whatever_breaks_the_map(kind: str, where: Any) -> None:
    found = _parse(_feature(_shape(kind, where)))
    assert found.skipped == 1 or not found.is_empty


def test_a_map_of_nothing_has_no_bounds() -> None:
    found = _parse()
    assert found.is_empty
    assert found.bounds is None


def test_a_real_map_of_counties_is_understood() -> None:
    path = shared_test_data() / "data/map/minnesota_counties_census2017.geojson"
    if not path.is_file():
        pytest.skip("the shared test data is not here")
    found = parse_base_map(path.read_text(encoding="utf-8"))
    assert found.skipped == 0
    assert len(found.areas) > 90
