"""Clocks from the command line: set, shown beside recorder time, aligned, suggested."""

import json
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.geo import GeoPoint, offset_m
from casefiles.jobs import finish
from casefiles.types import Actor
from casefiles.usecases.ground_tracks import ground_tracks
from detection.labels import ObjectClass
from resources.files import packaged
from resources.paths import shared_test_data
from tests.journeys.conftest import TRACKED, Run
from video.clock import NS_PER_S, parse_wall, wall_to_ns

START = "2026-03-02T17:24:00-06:00"


@pytest.fixture
def footage(run: Run, case: Path, tmp_path: Path) -> Path:
    """A case with two recordings that claim the same start."""
    for clip in (TRACKED, "ferry-stairs.mkv"):
        added = run("source", "add", case, packaged("demo", clip), "--start", START)
        assert added.code == 0, added.err
    return case


def test_both_times_and_how_sure_they_are_stand_in_every_document(run: Run, footage: Path) -> None:
    done = run(
        "clock", "set", footage, "--source", 1, "--recorder", "2026-03-02T14:09:30",
        "--reference", "2026-03-02T14:05:11", "--zone", "America/Chicago",
        "--reference-source", "phone", "--uncertainty-s", 0.5, "--proof-frame", 3, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "larger than the footage" in done.err
    assert done.document["offset_s"] == 259.0
    assert 0.5 < done.document["uncertainty_s"] < 0.7
    assert done.document["set"]["proof"] == "frame 3 of the recording itself"
    out = footage.parent / "still.png"
    still = run("frame", footage, "--source", 1, "--frame", 0, "--out", out, "--json").document
    assert still["wall_time"] == "2026-03-02T23:19:41.000Z"
    assert still["recorder_time"] == "2026-03-02T23:24:00.000Z"
    assert (still["clock_basis"], still["clock_verified"]) == ("one reading", True)
    listed = run("source", "list", footage, "--json").document
    assert [one["start"] for one in listed] == ["2026-03-02T23:24:00.000Z"] * 2
    assert listed[0]["start_corrected"] == "2026-03-02T23:19:41.000Z"
    assert [one["clock_basis"] for one in listed] == ["one reading", "never compared"]
    assert listed[1]["uncertainty_s"] is None
    shown = run("clock", "show", footage, "--source", 1, "--json").document[0]
    assert "positive where the recorder is fast" in shown["sign"]
    assert len(shown["history"]) == 1
    assert run("case", "verify", footage).code == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--recorder", "2026-11-01T01:30:00", "--reference", "2026-11-01T01:29:00",
          "--zone", "America/Chicago"], "came twice"),
        (["--offset-s", "5", "--zone", "Nowhere"], "no time zone"),
        (["--offset-s", "900000000"], "years fast"),
        (["--offset-s", "5", "--proof", "notes.txt"], "shows no clock"),
        ([], "nothing says"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_one_line_and_changes_nothing(
    run: Run, footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], part: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("14:09")
    refused = run("clock", "set", footage, "--source", 1, *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert part in refused.err
    assert len(refused.err.strip().splitlines()) == 1
    assert run("clock", "show", footage, "--source", 1, "--json").document[0]["set"] is None


def test_two_recordings_are_aligned_on_one_event(run: Run, footage: Path) -> None:
    done = run(
        "clock", "align", footage, "--source", 2, "--media-s", 1, "--with", 1,
        "--with-media-s", 3, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    document = done.document
    assert document["offset_s"] == pytest.approx(-2, abs=0.15)
    assert "unverified" in document["clock_basis"]
    assert "time stamp" in document["set"]["proof"]
    assert 0.05 < document["uncertainty_s"] < 0.3
    itself = run(
        "clock", "align", footage, "--source", 1, "--media-s", 3, "--with", 1, "--with-media-s", 5
    )
    assert (itself.code, "itself" in itself.err) == (2, True)


def test_an_offset_is_found_from_people_who_change_views_and_their_ways_meet_on_the_map(
    run: Run, case: Path, tmp_path: Path
) -> None:
    """Two halves of one scene that do not overlap, from our own tracks; then on the map, by the
    calibration of the whole."""
    shared = shared_test_data()
    folder = shared / "data" / "multicam" / "pets_two_halves"
    if not folder.is_dir():
        pytest.skip("the shared test data are not here")
    truth = json.loads((folder / "meta.json").read_text())
    late_s = truth["camB"]["true_start_s_relative_to_first"]
    start = ("--start", "2026-03-02T14:00:00Z")
    for name in HALVES:
        assert run("camera", "place", case, name, "--lat", 40, "--lon", -80).code == 0
        clip = folder / f"{name}.mp4"
        assert run("source", "add", case, clip, "--camera", name, *start).code == 0
    assert run("index", case, "--sample-fps", 3).code == 0
    found = run("clock", "suggest", case, "--source", 2, "--with", 1, "--json").document
    assert found[0]["add_s"] == pytest.approx(late_s, abs=0.5)
    assert found[0]["both_ways"]
    assert len(found[0]["pairs"]) >= 4
    accepted = run("clock", "suggest", case, "--source", 2, "--with", 1, "--accept", "--json")
    assert accepted.document["offset_s"] == pytest.approx(-late_s, abs=0.5)
    again = run("clock", "suggest", case, "--source", 2, "--with", 1, "--json").document
    assert again[0]["add_s"] == pytest.approx(0, abs=0.2)
    known = shared / "data" / "gt" / "PETS09-S2L1_homography.json"
    whole = np.array(json.loads(known.read_text())["H_image_to_ground"])
    given = tmp_path / "known.json"
    for name in HALVES:
        size = [truth[name]["width"], truth[name]["height"]]
        half = whole @ [[1, 0, truth[name]["crop_x0_in_source"]], [0, 1, 0], [0, 0, 1]]
        given.write_text(
            json.dumps({"homography": half.tolist(), "size": size, "origin": [-80, 40]})
        )
        assert run("calibrate", case, "--camera", name, "--pairs", given).code == 0
    ways = ways_of_people(case, folder, late_s)
    off = np.array([place.off_m for way in ways.values() for place in way])
    assert len(off) > 300
    assert np.median(off) < 0.25
    # Who leaves one picture comes into the other where, and when, a walker would.
    steps = [
        (two.seconds - one.seconds, float(np.hypot(two.x - one.x, two.y - one.y)))
        for way in ways.values()
        for one, two in pairwise(way)
        if one.camera != two.camera
    ]
    assert len(steps) >= 8
    assert all(seconds > 0 for seconds, _ in steps)
    assert max(metres for _, metres in steps) < 7
    assert np.median([metres / seconds for seconds, metres in steps]) == pytest.approx(1.1, abs=0.4)


HALVES = ("camA", "camB")


class Place(NamedTuple):
    """Where and when somebody was on the map, and how far from where the labels say."""

    seconds: float
    camera: str
    x: float
    y: float
    off_m: float


def ways_of_people(case: Path, folder: Path, late_s: float) -> dict[int, list[Place]]:
    """The places of each labelled person, by true time."""
    with Case.open(case, Actor("tester", "desk-1"), policy="none") as opened:
        found = finish(ground_tracks(opened, class_ids=[int(ObjectClass.PERSON)]))
    assert found.left_out == ()
    begin = wall_to_ns(parse_wall("2026-03-02T14:00:00Z"))
    ways: dict[int, list[Place]] = {}
    for number, name in enumerate(found.cameras):
        labels = np.loadtxt(folder / f"{name}_gt.txt", delimiter=",")
        here = found.camera == number
        seconds = (found.wall_ns[here] - begin) / NS_PER_S
        for at, (lon, lat) in zip(seconds.tolist(), found.lonlat[here].tolist(), strict=True):
            x, y = offset_m(GeoPoint(40, -80), GeoPoint(lat, lon))
            frame = 1 + round((at - (late_s if name == "camB" else 0.0)) * 7)
            now = labels[labels[:, 0] == frame]
            if not len(now):
                continue
            away = np.hypot(now[:, 7] - x, now[:, 8] - y)
            nearest = int(away.argmin())
            if away[nearest] < 1:
                place = Place(at, name, x, y, float(away[nearest]))
                ways.setdefault(int(now[nearest, 1]), []).append(place)
    return {person: sorted(way) for person, way in ways.items()}


def test_start_that_nobody_knew_is_said_later_and_stays_said(
    run: Run, case: Path, tmp_path: Path
) -> None:
    # A copy without a creation time and without a time in its name.
    clip = tmp_path / "clip.mkv"
    clip.write_bytes(packaged("demo", "ferry-stairs.mkv").read_bytes())
    added = run("source", "add", case, clip, "--json").document[0]
    assert added["start"] is None
    refused = run("clock", "set", case, "--source", 1, "--offset-s", 5)
    assert refused.code == 2
    assert "clock set --start" in refused.err
    said = run(
        "clock", "set", case, "--source", 1, "--start", START, "--json"
    )  # fmt: skip
    assert said.code == 0, said.err
    assert said.document["start"] == "2026-03-02T23:24:00.000Z"
    later = run("clock", "set", case, "--source", 1, "--offset-s", 5, "--json").document
    assert later["start"] == "2026-03-02T23:24:00.000Z"
    assert later["start_corrected"] == "2026-03-02T23:23:55.000Z"
    out = tmp_path / "still.png"
    asked = ("frame", case, "--source", 1, "--at", "2026-03-02T23:23:55Z", "--out", out)
    still = run(*asked, "--json").document
    assert (still["frame"], still["recorder_time"]) == (0, "2026-03-02T23:24:00.000Z")
    assert run("case", "verify", case).code == 0


def test_recorded_start_is_not_said_again(run: Run, footage: Path) -> None:
    done = run("clock", "set", footage, "--source", 1, "--start", "2026-03-02T17:24:00-06:00")
    assert done.code == 2
    assert "was recorded" in done.err


def test_recording_without_a_start_gets_one_by_aligning_it(
    run: Run, footage: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mkv"
    clip.write_bytes(packaged("demo", "harbor-east.mp4").read_bytes())
    assert run("source", "add", footage, clip, "--json").document[0]["start"] is None
    done = run(
        "clock", "align", footage, "--source", 3, "--media-s", 2, "--with", 1, "--with-media-s", 5,
        "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.document["start_corrected"] == "2026-03-02T23:24:03.000Z"
