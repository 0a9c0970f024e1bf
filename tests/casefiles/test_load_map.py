"""The map of a case: GeoJSON checked whole, the newest shown, every act logged."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadMap
from casefiles.exchange import map_files
from casefiles.types import Actor
from casefiles.usecases.load_map import load_map, read_map
from casefiles.usecases.set_time_zone import set_time_zone, time_zone_of
from resources.files import packaged
from video.clock import BadTime


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    actor = Actor("tester", "desk")
    with Case.create(tmp_path / "c", actor, number="1", title="t", policy="p") as made:
        yield made


def collection(*geometries: object) -> str:
    features = [{"type": "Feature", "properties": None, "geometry": g} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features})


def point(*position: object) -> dict[str, object]:
    return {"type": "Point", "coordinates": list(position)}


def events(case: Case) -> list[str]:
    rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    return [json.loads(row.text)["event"] for row in rows]


def test_map_comes_back_as_it_was_and_the_newest_is_shown(case: Case, tmp_path: Path) -> None:
    assert read_map(case) is None
    town = packaged("demo", "town.geojson")
    load_map(case, town)
    assert read_map(case) == town.read_text(encoding="utf-8")
    other = tmp_path / "other.geojson"
    other.write_text("\ufeff" + collection(point(1, 2)), encoding="utf-8")
    load_map(case, other)
    assert read_map(case) == collection(point(1, 2))
    assert events(case)[1:] == ["map.show", "layer.add", "map.show", "layer.add", "map.show"]


def test_every_geometry_and_a_feature_that_lies_nowhere_are_taken(
    case: Case, tmp_path: Path
) -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    path = tmp_path / "all.geojson"
    path.write_text(
        collection(
            None,
            point(1, 2, 3),
            {"type": "MultiPoint", "coordinates": [[1, 2]]},
            {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
            {"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]},
            {"type": "Polygon", "coordinates": [ring]},
            {"type": "MultiPolygon", "coordinates": [[ring]]},
            {"type": "GeometryCollection", "geometries": [point(1, 2)]},
        )
    )
    assert load_map(case, path).features == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("[" * 100_000, "not JSON"),
        ("\xff", "not JSON"),
        ('{"a": NaN}', "NaN"),
        ("[]", "FeatureCollection"),
        ('{"type": "Feature"}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        ('{"type": "FeatureCollection", "features": [7]}', "entry 0"),
        (collection(point(1)), "feature 0"),
        (collection(point("1", 2)), "longitude, latitude"),
        (collection(None, point(200, 2)), "feature 1 lies at 200, 2"),
        (collection(point(445_000, 5_000_000)), "not on the earth"),
        (collection({"type": "Polygon", "coordinates": [0]}), "nested"),
        (collection({"type": "Blob", "coordinates": []}), "Blob"),
        (collection({"type": ["Point"], "coordinates": []}), "unknown geometry"),
        (collection(7), "not an object"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
         '{"name": "\\ud800"}, "geometry": null}]}', "not JSON"),
    ],
)  # fmt: skip
def test_file_that_is_no_map_is_refused_and_nothing_stored(
    case: Case, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "bad.geojson"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadMap, match=said) as refused:
        load_map(case, path)
    assert refused.value.hint
    assert read_map(case) is None


def test_missing_folder_and_huge_files_are_named(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadMap, match="gone"):
        load_map(case, tmp_path / "gone.geojson")
    with pytest.raises(BadMap, match="ordinary file"):
        load_map(case, tmp_path)
    path = tmp_path / "big.geojson"
    path.write_text(collection(point(1, 2)))
    monkeypatch.setattr(map_files, "MOST_BYTES", 20)
    with pytest.raises(BadMap, match="larger"):
        load_map(case, path)


def test_time_zone_is_kept_and_logged(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    assert time_zone_of(case) == "UTC"
    set_time_zone(case, "America/Chicago")
    set_time_zone(case, "-06:00")
    assert time_zone_of(case) == "-06:00"
    assert events(case)[1:] == ["case.time_zone"] * 2
    with pytest.raises(BadTime, match="Nowhere"):
        set_time_zone(case, "Nowhere/Else")
    assert time_zone_of(case) == "-06:00"
