"""`motion`: asked for on real footage, refused in one line, and put before the analysis."""

import json
from pathlib import Path

import pytest

from resources.files import packaged
from tests.journeys.conftest import TRACKED, Run

ZONE = json.dumps({"source": 1, "polygon": [[0, 0], [5000, 0], [5000, 5000], [0, 5000]]})


@pytest.fixture
def with_footage(run: Run, case: Path) -> Path:
    assert run("source", "add", case, packaged("demo", TRACKED)).code == 0
    return case


def test_motion_of_footage_that_was_never_analysed(run: Run, with_footage: Path) -> None:
    ran = run("motion", with_footage, "--zone", ZONE, "--all-frames", "--json")
    assert ran.code == 0, ran.err
    told = ran.document
    assert told["analyse_first"] == [1]
    for span in told["spans"]:
        assert span["source"] == 1
        assert 0 <= span["media_from_s"] < span["media_to_s"]
        assert 0 < span["share"] <= 1
        assert len(span["box"]) == 4
    assert told["coverage"]["sources"][0]["pictures"] > 0
    assert told["video_s_per_s"] > 0
    text = run("motion", with_footage, "--zone", ZONE, "--rough")
    assert text.code == 0
    assert "only key frames were looked at" in text.out


def test_refusals_are_one_line(run: Run, with_footage: Path) -> None:
    crossed = '{"source": 1, "polygon": [[0,0],[90,90],[90,0],[0,90]]}'
    beside = '{"source": 1, "polygon": [[9000,0],[9900,0],[9900,90]]}'
    on_map = '{"map": [[1,1],[2,1],[2,2]]}'
    for arguments, said in (
        (("--zone", crossed), "cross"),
        (("--zone", beside), "beside the picture"),
        (("--zone", on_map), "on the map"),
        (("--zone-id", 7), "no zone 7"),
        (("--zone", ZONE, "--source", 4), "no source 4"),
        (("--zone", ZONE, "--sensitivity", "3"), "between 0 and 1"),
    ):
        ran = run("motion", with_footage, *arguments)
        assert ran.code == 2
        assert said in ran.err
        assert len(ran.err.strip().splitlines()) == 1
