"""Tables, corners and odd footage that the command line is given: one line, nothing stored."""

import json
from pathlib import Path

from resources.files import packaged
from tests.journeys.conftest import Run
from tests.journeys.test_bad_input import refused, still_whole
from tests.support.bad_tables import CAMERAS, ZONES
from tests.support.clips import resized_clip
from video.stills import read_picture


def test_wrong_camera_lists_are_named_with_their_line_and_import_nothing(
    run: Run, case: Path, tmp_path: Path
) -> None:
    # One of each format; the window is given them all.
    for kind in ("half a row", "not UTF-8", "torn JSON", "entities"):
        name, content, word = CAMERAS[kind]
        (tmp_path / name).write_bytes(content)
        done = run("camera", "import", case, tmp_path / name)
        refused(done, name)
        assert word in done.err, (kind, done.err)
    for odd in (tmp_path, tmp_path / "gone.csv"):
        refused(run("camera", "import", case, odd), odd.name)
    assert run("camera", "list", case, "--json").document == []
    still_whole(run, case)


def test_corners_that_make_no_zone_are_refused(run: Run, case: Path) -> None:
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    for kind, (corners, word) in ZONES.items():
        done = run("zone", "add", case, "--name", "z", "--source", 1, "--polygon", corners)
        refused(done)
        assert word in done.err, (kind, done.err)
    assert run("zone", "list", case, "--json").document == []


def test_picture_that_changes_its_size_is_said_decoded_as_it_is_and_found_in_one_size(
    run: Run, case: Path, tmp_path: Path
) -> None:
    clip = resized_clip(tmp_path)
    added = run("source", "add", case, clip, "--json")
    assert added.code == 0, added
    (source,) = added.document
    assert (source["width"], source["height"], source["frames"]) == (320, 240, 40)
    assert "changes its size, from 320 × 240 to 640 × 360" in " ".join(source["warnings"])
    for number, size in ((19, (240, 320)), (20, (360, 640))):
        out = tmp_path / f"{number}.png"
        assert run("frame", case, "--source", 1, "--frame", number, "--out", out).code == 0
        assert read_picture(out).shape[:2] == size, "a still is what the file holds, 1:1"
    done = run("index", case, "--no-motion-gate", "--json")
    assert done.code == 0, done
    assert done.document["sources"][0]["frames_analysed"] == 8
    rows = run("detections", case, "--source", 1, "--format", "coco")
    boxes = [one["bbox"] for one in json.loads(rows.out)["annotations"]]
    assert boxes
    for left, top, width, height in boxes:
        assert left + width <= 320.5, "told in the size that the recording began with"
        assert top + height <= 240.5
    still_whole(run, case, sources=1)
