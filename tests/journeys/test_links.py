"""Ways between cameras, asked, said and learned through the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Ran

Run = Callable[..., Ran]
CAMERAS = """id,name,lat,lon,heading_deg,fov_deg,range_m
a,Gate,41.8800,-87.6300,90,60,20
b,Stairs,41.8800,-87.6260,90,60,20
c,Bridge,41.8850,-87.6300,90,60,20
"""
STREET = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"kind": "street", "name": "Long Street"},
"geometry": {"type": "LineString", "coordinates": [[-87.6310, 41.88], [-87.6250, 41.88]]}}]}"""


@pytest.fixture
def three(case: Path, run: Run, tmp_path: Path) -> Path:
    """A case with three cameras and one street."""
    (tmp_path / "cameras.csv").write_text(CAMERAS)
    (tmp_path / "town.geojson").write_text(STREET)
    assert run("camera", "import", case, tmp_path / "cameras.csv").code == 0
    assert run("map", "add", case, tmp_path / "town.geojson").code == 0
    return case


def test_ways_are_listed_set_closed_opened_and_logged(three: Path, run: Run) -> None:
    listed = run("links", "list", three, "--camera", "a", "--json")
    ways = {one["to"]: one for one in listed.document["links"]}
    assert ways["b"]["basis"] == "streets"
    assert ways["b"]["along_streets"]
    assert 250 < ways["b"]["metres"] < 340
    assert ways["c"]["basis"] == "straight"
    assert ways["b"]["typical_s"] < ways["c"]["typical_s"]

    assert (
        run("links", "set", three, "--from", "a", "--to", "b", "--typical", 90, "--both").code == 0
    )
    (b,) = [
        one
        for one in run("links", "list", three, "--camera", "b", "--json").document["links"]
        if one["to"] == "a"
    ]
    assert (b["basis"], b["typical_s"]) == ("person", 90)
    assert "as a person says" in run("links", "list", three).out

    closed = run("links", "close", three, "--from", "a", "--to", "b", "--note", "a wall")
    assert closed.code == 0
    listed = run("links", "list", three, "--camera", "a", "--json").document
    assert [one["to"] for one in listed["links"]] == ["c"]
    assert listed["closed"] == [{"from": "a", "to": "b"}]
    assert run("links", "open", three, "--from", "a", "--to", "b").code == 0
    listed = run("links", "list", three, "--camera", "a", "--json").document
    assert {one["to"]: one["basis"] for one in listed["links"]} == {"b": "streets", "c": "straight"}
    assert run("audit", "verify", three).code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "--from", "a", "--to", "b"), "nothing is said of the way"),
        (("set", "--from", "a", "--to", "a", "--typical", "9"), "leads nowhere"),
        (("set", "--from", "a", "--to", "b", "--typical", "9", "--most", "3"), "not in order"),
        (("close", "--from", "a", "--to", "nobody"), "nobody"),
        (("open", "--from", "a", "--to", "b"), "nothing was said"),
        (("list", "--camera", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    three: Path, run: Run, words: tuple[str, ...], told: str
) -> None:
    ran = run("links", words[0], three, *words[1:])
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_case_without_footage_teaches_nothing_and_says_so(three: Path, run: Run) -> None:
    ran = run("links", "learn", three, "--keep", "--json")
    assert ran.code == 0
    assert ran.document["links"] == []
    assert ran.document["kept"] == 0
    assert "index more footage" in ran.document["notes"][0]


def test_a_case_without_cameras_says_what_is_missing(case: Path, run: Run) -> None:
    ran = run("links", "list", case)
    assert ran.code == 0
    assert "no two cameras" in ran.out
