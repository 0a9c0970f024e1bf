"""Journey, forecast and handout on the command line, on real footage."""

import hashlib
import json
import re
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Run, lived_through
from video.stills import picture_of

GATE, STAIRS = 4_000_002, 3_000_013
"""Tracks of the practice case: one who leaves Market Gate as the other comes to Ferry Stairs."""


@pytest.fixture(scope="module")
def case(built_practice_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case with a subject (1) of two confirmed tracks, and one missing (2)."""
    place = tmp_path_factory.mktemp("journey")
    made = Path(shutil.copytree(built_practice_case, place / "case"))
    lived_through(
        place,
        ("subject", "add", made, "--track", GATE, "--track", STAIRS, "--name", "Subject 1"),
        ("sighting", made, "--subject", 1, "--not-seen", "--camera", "harbor-east",
         "--from", "2026-03-02T23:24:40Z", "--to", "2026-03-02T23:24:50Z", "--watched"),
        ("subject", "add", made, "--name", "Missing 1", "--last-seen", "2026-03-02T17:20:00-06:00",
         "--lat", "40.0195", "--lon", "-30.02", "--radius-m", "30", "--mode", "missing"),
    )  # fmt: skip
    return made


def test_a_journey_is_told_in_every_format_with_the_same_stops(run: Run, case: Path) -> None:
    told = run("journey", case, "--subject", 1, "--format", "json").document
    assert [one["track"] for one in told["stops"]] == [GATE, STAIRS]
    assert told["training"] is True
    assert told["problems"] == []
    assert told["legs"][0]["inferred"] is True
    assert [one["camera"] for one in told["not_seen"]] == ["harbor-east"]
    map_file = run("journey", case, "--subject", 1, "--format", "geojson").document
    points = [one for one in map_file["features"] if one["properties"]["what"] == "confirmed stop"]
    assert [one["geometry"]["coordinates"] for one in points] == [
        one["lonlat"] for one in told["stops"]
    ]
    kml = run("journey", case, "--subject", 1, "--format", "kml").out
    assert all(one["from"] in kml for one in told["stops"])
    text = run("journey", case, "--subject", 1).out
    assert "1. Market Gate" in text
    assert "(inferred)" in text
    done = run("journey", case, "--subject", 9)
    assert (done.code, done.out) == (2, "")
    assert "no subject 9" in done.err


def test_an_export_has_exact_stills_and_sums_that_hold(
    run: Run, case: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    done = run("journey", "export", case, "--subject", 1, "--out", folder, "--json").document
    assert (done["stops"], done["stills"], done["failures"]) == (2, 2, [])
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    sidecar: Any = json.loads((folder / f"001_track{GATE}.png.json").read_text())
    assert sidecar["recipe"]["steps"] == ["none: pixels as decoded"]
    assert "no footage" in (folder / "TRAINING-searched.csv").read_text("utf-8-sig")
    again = run("journey", "export", case, "--subject", 1, "--out", folder)
    assert again.code == 2
    assert "holds something already" in again.err
    assert run("journey", "export", case, "--subject", 1).code == 2


def test_a_forecast_says_where_to_look_and_when(run: Run, case: Path) -> None:
    told = run("forecast", case, "--subject", 1, "--json").document
    assert told["looks"]
    first = told["looks"][0]
    assert first["words"].startswith(f"Look on {first['name']} between 17:24")
    assert 0 < told["likely_m"] <= told["reach_m"]
    later = run("forecast", case, "--subject", 1, "--at", "2026-03-02T23:30:00Z", "--json").document
    assert later["reach_m"] > told["reach_m"]
    back = run("forecast", case, "--subject", 1, "--backward", "--json").document
    assert all(one["from"] < back["since"] for one in back["looks"])
    missing = run("forecast", case, "--subject", 2, "--json").document
    assert missing["origin"] == [-30.02, 40.0195]


def test_a_handout_shows_the_cut_out_and_no_whole_frame(
    run: Run, case: Path, tmp_path: Path
) -> None:
    out = tmp_path / "h.html"
    done = run("handout", case, "--subject", 1, "--out", out, "--track", GATE, "--json").document
    assert done["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    page = out.read_text()
    coded = re.search(r"data:image/png;base64,([^\"]*)", page)
    assert coded is not None
    picture = picture_of(b64decode(coded[1]))
    assert picture is not None
    height, width = picture.shape[:2]
    assert width < 160
    assert height < 320
    assert "TRAINING" in page
    assert run("handout", case, "--subject", 1, "--out", tmp_path / "h.txt").code == 2
