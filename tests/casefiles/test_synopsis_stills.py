"""Stroboscope stills and contact sheets: one track at several moments, many tracks on pages."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack, Unwritable, WrongPlace
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.types import Camera, CameraId, Placement, RunId, TrackId
from casefiles.usecases.map_synopsis import read_map_synopsis, tracks_of
from casefiles.usecases.plan_clips import NothingToExport
from casefiles.usecases.plan_synopsis import plan_synopsis
from casefiles.usecases.read_heat import read_heat
from casefiles.usecases.synopsis_stills import (
    MadeStills,
    SheetWanted,
    StrobeWanted,
    export_sheet,
    export_strobe,
)
from detection.labels import ObjectClass
from resources.errors import UserError
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import Seen, make_case, put_cameras, put_run, put_source
from tests.support.synopsis_cases import GROUND, SIZE, Walk, put_take
from video.stills import read_picture

MANY = 32
RED, BLUE = (20, 20, 240), (240, 60, 20)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Two people and a car at the gate, and many people at the stairs an hour later."""
    made = make_case(tmp_path_factory.mktemp("stills") / "case")
    put_cameras(
        made,
        Camera(CameraId("gate"), "Market Gate", (Placement(GeoPoint(40.0, -30.0), 90, 60, 40),)),
        Camera(CameraId("stairs"), "Ferry Stairs", ()),
    )
    gate = put_source(made, "gate")
    feet = [(t / 10, 10 + t * 2.6, 200.0) for t in range(100)]
    one, two, car = put_run(
        made, gate, Seen(0, 10, feet=feet), Seen(20, 24, feet=feet), Seen(30, 34, ObjectClass.CAR)
    )
    put_take(
        made, gate, Walk(one, 0, 10, colour=RED), Walk(two, 20, 24, colour=BLUE),
        dropped={car: "too small"},
    )  # fmt: skip
    stairs = put_source(made, "stairs", start_ns=None)
    many = put_run(made, stairs, *(Seen(5 * n, 5 * n + 2) for n in range(MANY)))
    put_take(made, stairs, *(Walk(id_, 5 * n, 5 * n + 2) for n, id_ in enumerate(many)))
    yield made
    made.close()


ONE, TWO, CAR = TrackId(1_000_001), TrackId(1_000_002), TrackId(1_000_003)


def strobe(case: Case, out: Path, track: int = ONE, moments: int = 12) -> MadeStills:
    return finish(export_strobe(case, StrobeWanted(TrackId(track), out, moments), LocalCrew))


def sheet(case: Case, out: Path, text: str, limit: int = 300) -> MadeStills:
    return finish(export_sheet(case, SheetWanted(text, out, limit), LocalCrew))


def sidecar(made: MadeStills) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.sidecar.read_text(encoding="utf-8"))
    return found


def test_one_track_at_several_moments_with_the_time_of_each(whole: Case, tmp_path: Path) -> None:
    made = strobe(whole, tmp_path / "one.png", moments=6)
    picture = read_picture(made.pictures[0])
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    red = (picture[..., 2] > 180) & (picture[..., 0] < 90)
    said = sidecar(made)
    moments = said["moments"]
    assert 3 <= len(moments) <= 6
    for one in moments:
        left, top, right, bottom = one["box"]
        assert red[top + 5 : bottom - 5, left + 3 : right - 3].mean() > 0.9
    times = [one["media_ns"] for one in moments]
    assert times == sorted(times)
    assert times[0] == 0
    # It walked 260 pixels in 9.9 s: the place in the picture tells the time.
    for one in moments:
        assert one["media_ns"] / 1e9 == pytest.approx((one["box"][0] - 20) / 260 * 9.9, abs=0.06)
    assert moments[0]["corrected_time"].startswith("2026-03-02 17:24:00")
    # Letters of the times: nothing else in the picture is as light.
    assert (picture.min(axis=2) > GROUND + 130).sum() > 20 * len(moments)


def test_the_sidecar_proves_the_picture_and_the_log_both(whole: Case, tmp_path: Path) -> None:
    made = strobe(whole, tmp_path / "one.png")
    said = sidecar(made)
    content = made.pictures[0].read_bytes()
    assert said["pictures"] == [
        {"file": "one.png", "sha256": hashlib.sha256(content).hexdigest()}
    ]  # fmt: skip
    assert said["track"] == {
        "track": ONE, "class": "person", "camera": "Market Gate", "source": 1, "run": 1,
    }  # fmt: skip
    (origin,) = said["made_from"]
    assert origin["source_sha256"] == whole.run(RunId(1)).provenance.source_sha256
    assert origin["cut_outs_sha256"]
    row = json.loads(whole.read(audit_rows)[-1])
    assert row["event"] == "strobe.export"
    assert row["facts"]["pictures_sha256"] == [hashlib.sha256(content).hexdigest()]
    assert row["facts"]["sidecar_sha256"] == hashlib.sha256(made.sidecar.read_bytes()).hexdigest()
    again = strobe(whole, tmp_path / "again.png")
    assert again.pictures[0].read_bytes() == content


def audit_rows(cursor: Any) -> list[str]:
    return [row for (row,) in cursor.execute("SELECT row_text FROM audit ORDER BY seq").fetchall()]


def test_a_sheet_has_each_track_that_answers_in_order_of_time(whole: Case, tmp_path: Path) -> None:
    made = sheet(whole, tmp_path / "gate.png", "person near Market Gate")
    assert [path.name for path in made.pictures] == ["gate.png"]
    said = sidecar(made)
    assert [(one["track"], one["place_on_page"]) for one in said["tracks"]] == [(ONE, 1), (TWO, 2)]
    assert {one["camera"] for one in said["tracks"]} == {"Market Gate"}
    assert said["tracks"][1]["corrected_time"].startswith("2026-03-02 17:24:2")
    picture = read_picture(made.pictures[0]).astype(int)
    reds = np.argwhere((picture[..., 2] > 180) & (picture[..., 0] < 100))
    blues = np.argwhere((picture[..., 0] > 180) & (picture[..., 2] < 100))
    assert len(reds) > 500
    assert len(blues) > 500
    assert reds[:, 1].mean() < blues[:, 1].mean()


def test_many_tracks_go_on_several_pages_and_a_limit_is_said(whole: Case, tmp_path: Path) -> None:
    made = sheet(whole, tmp_path / "all.png", "person")
    assert [path.name for path in made.pictures] == ["all.png", "all-2.png"]
    said = sidecar(made)
    assert said["tracks_shown"] == 2 + MANY
    # A recording whose start nobody knows comes last.
    assert [one["source"] for one in said["tracks"]] == [1, 1] + [2] * MANY
    assert said["tracks"][-1]["page"] == "all-2.png"
    few = sheet(whole, tmp_path / "few.png", "person", limit=3)
    assert sidecar(few)["tracks_shown"] == 3
    assert few.notes == (f"{MANY - 1} later tracks left out: at most 3 were asked for",)


def test_what_cannot_be_shown_is_refused_in_words_and_nothing_is_written(
    whole: Case, tmp_path: Path
) -> None:
    with pytest.raises(UnknownTrack, match="no track 99"):
        strobe(whole, tmp_path / "a.png", 99)
    with pytest.raises(NothingToExport, match="too small"):
        strobe(whole, tmp_path / "a.png", CAR)
    with pytest.raises(NothingToExport, match="no track answers"):
        sheet(whole, tmp_path / "a.png", "bicycle")
    with pytest.raises(UserError, match="can be searched by"):
        sheet(whole, tmp_path / "a.png", "xyzzy")
    with pytest.raises(WrongPlace, match=r"\.png"):
        strobe(whole, tmp_path / "a.jpg")
    with pytest.raises(WrongPlace, match="own folder"):
        strobe(whole, whole.folder / "a.png")
    with pytest.raises(Unwritable, match="does not exist"):
        sheet(whole, tmp_path / "none" / "a.png", "person")
    (tmp_path / "s.png.json").write_text("mine")
    with pytest.raises(WrongPlace, match="there already"):
        sheet(whole, tmp_path / "s.png", "person")
    (tmp_path / "t-2.png").write_bytes(b"mine")
    with pytest.raises(WrongPlace, match="t-2"):
        sheet(whole, tmp_path / "t.png", "person")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.png.json", "t-2.png"]


def test_a_case_whose_log_fails_lets_nothing_out(
    whole: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Case.record

    def broken(case: Case, entry: audit.Entry) -> None:
        if entry.event == "strobe.export":
            raise OSError("disk full")
        record(case, entry)

    monkeypatch.setattr(Case, "record", broken)
    with pytest.raises(OSError, match="disk full"):
        strobe(whole, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_synopsis_goes_onto_the_map_and_restricts_the_heat_map(whole: Case) -> None:
    made = finish(plan_synopsis(whole, "person"))
    about = read_map_synopsis(whole, made)
    assert {track.track_id for track in about.tracks} == {ONE, TWO}
    assert about.not_on_map == ("Ferry Stairs",)
    assert len(about.showings) >= 2
    heat = read_heat(whole, "paths", camera_id="gate", tracks=tracks_of(made, source_id=1))
    assert heat.tracks == 2
    none = read_heat(whole, "paths", camera_id="gate", tracks=())
    assert (none.tracks, none.most) == (0, 0)
