"""What a newcomer sees after `make demo`, and everything one can ask of an indexed case."""

import json
from itertools import pairwise
from pathlib import Path

import cv2
import duckdb
import numpy as np
import pytest

from casefiles.case import DATABASE
from casefiles.usecases.build_demo import bundled_clips
from tests.journeys.conftest import Run

CAMERAS = [clip.camera_id for clip in bundled_clips()]


def test_demo_again_reuses_everything_and_finds_people_on_every_camera(
    run: Run, practice_case: Path
) -> None:
    done = run("demo", "--headless", "--dir", practice_case, "--json")
    assert done.code == 0
    report = done.document
    assert report["training"] is True
    assert report["audit_verified"] is True
    assert len(report["sources"]) == len(CAMERAS) == 4
    for source in report["sources"]:
        assert source["reused"] is True
        assert source["people"] >= 3
        assert source["frames_analysed"] > 50
        assert source["classes"] == ["person", "bicycle", "car"]


def test_demo_leaves_another_case_alone(run: Run, case: Path) -> None:
    done = run("demo", "--headless", "--dir", case)
    assert done.code == 2
    assert "another case" in done.err


def test_practice_case_of_a_removed_installation_is_named(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(practice_case / DATABASE)) as moved:
        moved.execute("UPDATE sources SET path = ?", [str(tmp_path / "gone.mp4")])
    done = run("demo", "--headless", "--dir", practice_case)
    assert done.code == 2
    assert "installation that is gone" in done.err
    assert "--dir" in done.err


def test_case_info_names_training_and_sources(run: Run, practice_case: Path) -> None:
    info = run("case", "info", practice_case, "--json").document
    assert (info["training"], info["encrypted"], info["cameras"]) == (True, False, 12)
    assert [source["camera"] for source in info["sources"]] == CAMERAS
    assert set(info["indexed"].values()) == {"ssd-oidv4"}


def test_cameras_with_different_clocks_agree_after_correction(
    run: Run, practice_case: Path
) -> None:
    sources = run("source", "list", practice_case, "--json").document
    by_camera = {source["camera"]: source for source in sources}
    assert by_camera["market-gate"]["start"].startswith("2026-03-03T00:24:34")
    assert by_camera["market-gate"]["start_corrected"].startswith("2026-03-02T23:24:17")
    assert by_camera["ferry-stairs"]["variable_rate"] is True
    assert len(by_camera["ferry-stairs"]["gaps"]) == 1
    assert by_camera["harbor-west"]["variable_rate"] is False


def test_same_moment_in_the_overlapping_pair_shows_the_same_place(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    moment = "2026-03-02T23:24:20Z"
    pictures = []
    for source in (1, 2):
        out = tmp_path / f"{source}.png"
        done = run(
            "frame", practice_case, "--source", source, "--at", moment, "--out", out, "--json"
        )
        assert done.code == 0
        assert abs(float(done.document["wall_time"][17:-1]) - 20) < 0.2
        read = cv2.imread(str(out))
        assert read is not None
        pictures.append(read.astype(float))
    west, east = pictures
    error = np.square(west[:, 304:] - east[:, :160]).mean()
    assert 10 * np.log10(255**2 / error) > 25


@pytest.mark.parametrize("source", [1, 2, 3, 4])
def test_every_name_of_a_frame_gives_the_same_picture(
    run: Run, practice_case: Path, tmp_path: Path, source: int
) -> None:
    out = tmp_path / "frame.png"
    first = run("frame", practice_case, "--source", source, "--frame", 57, "--out", out, "--json")
    picture = out.read_bytes()
    names = first.document
    for option, value in (
        ("--pts", names["pts"]),
        ("--media-s", names["media_time_s"]),
        ("--at", names["wall_time"]),
    ):
        again = run(
            "frame", practice_case, "--source", source, option, value, "--out", out, "--json"
        )
        assert again.document["frame"] == 57
        assert out.read_bytes() == picture


def test_tracks_as_mot_cover_analysed_frames_inside_the_picture(
    run: Run, practice_case: Path
) -> None:
    lines = run("tracks", practice_case, "--source", 1, "--format", "mot").out.splitlines()
    rows = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    assert rows.shape[1] == 10
    assert (rows[:, 0] >= 1).all()
    assert (rows[:, 0] <= 400).all()
    assert (rows[:, 1] >= 1).all()
    assert (rows[:, 4:6] > 0).all()
    assert set(rows[:, 7:].ravel()) == {-1.0}
    assert len({(row[0], row[1]) for row in rows.tolist()}) == len(rows)


def test_track_ids_agree_over_formats_and_are_unique_in_the_case(
    run: Run, practice_case: Path
) -> None:
    everywhere: list[int] = []
    for source in (1, 2, 3, 4):
        rows = run("tracks", practice_case, "--source", source, "--format", "json").document
        people = {row["track"] for row in rows if row["class"] == "person"}
        for wanted, listed in (((), people), (("--class", "all"), {row["track"] for row in rows})):
            mot = run("tracks", practice_case, "--source", source, "--format", "mot", *wanted)
            in_mot = {int(line.split(",")[1]) for line in mot.out.splitlines()}
            assert in_mot == listed
            assert ("left out" in mot.err) == (not wanted and len(people) < len(rows))
        for row in rows:
            assert row["from_s"] <= row["to_s"]
            assert row["from"] <= row["to"]
        everywhere += sorted(in_mot)
    assert len(set(everywhere)) == len(everywhere)


def test_detections_respect_the_asked_score_and_coco_keeps_real_time(
    run: Run, practice_case: Path
) -> None:
    everything = run("detections", practice_case, "--source", 4, "--class", "all")
    low = everything.out.splitlines()
    high = run("detections", practice_case, "--source", 4, "--min-score", 0.5).out.splitlines()
    assert 0 < len(high) < len(low)
    assert min(float(line.split(",")[6]) for line in high) >= 0.4999
    coco = run("detections", practice_case, "--source", 4, "--format", "coco").document
    assert len(coco["annotations"]) == len(low)
    images = {image["id"]: image for image in coco["images"]}
    assert {row["image_id"] for row in coco["annotations"]} <= set(images)
    assert all(a["pts"] < b["pts"] for a, b in pairwise(coco["images"]))
    assert all(image["wall_time"].startswith("2026-03-02T23:2") for image in images.values())


def test_whole_case_verifies(run: Run, practice_case: Path) -> None:
    verdict = run("case", "verify", practice_case, "--json")
    assert verdict.code == 0
    assert verdict.document["verified"] is True
    assert run("audit", "verify", practice_case, "--json").document["verified"] is True


def test_every_derived_row_names_hash_model_options_and_version(practice_case: Path) -> None:
    with duckdb.connect(str(practice_case / DATABASE), read_only=True) as case:
        runs = case.execute("SELECT * FROM runs").fetchnumpy()
        for table in ("detections", "tracks", "track_points", "analysed_frames"):
            orphans = case.execute(
                f"SELECT count(*) FROM {table} WHERE run_id NOT IN (SELECT run_id FROM runs)"  # noqa: S608
            ).fetchall()
            assert orphans == [(0,)]
    assert all(len(value) == 64 for value in runs["source_sha256"])
    assert all(len(value) == 64 for value in runs["model_sha256"])
    assert all(json.loads(value)["sample_fps"] == 5.0 for value in runs["options"])
    assert set(runs["program_version"]) == {"0.1.0"}


def test_every_access_is_logged_before_its_result(run: Run, practice_case: Path) -> None:
    run(
        "tracks", practice_case, "--source", 2, "--user", "investigator-7",
        "--reason", "robbery on Front Street",
    )  # fmt: skip
    with duckdb.connect(str(practice_case / DATABASE), read_only=True) as case:
        text = case.execute("SELECT row_text FROM audit ORDER BY seq DESC LIMIT 1").fetchall()[0][0]
        private = case.execute(
            "SELECT value FROM audit_private WHERE seq = (SELECT max(seq) FROM audit)"
        ).fetchall()
    row = json.loads(text)
    assert (row["event"], row["user"], row["object"]) == (
        "tracks.show",
        "investigator-7",
        "source:2",
    )
    assert row["facts"]["tracks"] > 0
    assert row["policy"] == "none: no policy registered"
    assert "Front Street" not in text
    assert private == [("robbery on Front Street",)]


def test_tampered_audit_row_is_named_with_exit_code_2(run: Run, practice_case: Path) -> None:
    with duckdb.connect(str(practice_case / DATABASE)) as case:
        case.execute(
            "UPDATE audit SET row_text = replace(row_text, 'tester', 'nobody') WHERE seq = 3"
        )
    for command in ("audit", "case"):
        verdict = run(command, "verify", practice_case)
        assert verdict.code == 2
        assert "row 3" in verdict.err


def test_changed_original_does_not_verify(run: Run, case: Path, tmp_path: Path) -> None:
    original = tmp_path / "copy.mp4"
    original.write_bytes(Path(_bundled("market-gate.mp4")).read_bytes())
    assert run("source", "add", case, original).code == 0
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    original.write_bytes(content)
    verdict = run("case", "verify", case)
    assert verdict.code == 2
    assert "source 1" in verdict.err


def test_snapshot_of_an_indexed_case_shows_the_same(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    assert run("case", "snapshot", practice_case, "--out", tmp_path / "copy").code == 0
    for source in (1, 3):
        assert (
            run("tracks", tmp_path / "copy", "--source", source).out
            == run("tracks", practice_case, "--source", source).out
        )


def _bundled(name: str) -> str:
    from resources.files import packaged  # noqa: PLC0415 - one place that needs it

    return str(packaged("demo", name))
