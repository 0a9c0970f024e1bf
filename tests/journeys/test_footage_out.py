"""Footage in, clocks set, clips out, originals moved and found again: through `main()` alone."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.journeys.conftest import Run
from tests.support.clips import shared_clip
from tests.video.test_onvif_boxes import START_TICKS, cstb, meta, suep
from video.stills import png_bytes

START = "2026-03-02T14:00:00Z"
END = "2026-03-02T14:00:06Z"


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """A folder as recorders and people leave them."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("mp4", "gap", "with_sound"):
        clip = shared_clip(name).path
        shutil.copy(clip, folder / f"{name}{clip.suffix}")
    whole = shared_clip("mp4").path.read_bytes()
    (folder / "onvif.mp4").write_bytes(whole + meta(suep(), cstb({1: START_TICKS})))
    (folder / "unit.mp4").write_bytes(whole + meta(suep()))
    (folder / "words.mp4").write_text("These are only words.\n" * 40)
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "short.mp4").write_bytes(whole[: len(whole) // 2])
    shots = folder / "shots"
    shots.mkdir()
    for number in range(5):
        (shots / f"shot_{number:03}.png").write_bytes(
            png_bytes(np.full((48, 64, 3), number, np.uint8))
        )
    return folder


def adds(run: Run, case: Path, path: Path, *more: object) -> int:
    done = run("source", "add", case, path, "--json", *more)
    assert done.code == 0, done.err
    return int(done.document[0]["id"])


def refused(run: Run, part: str, *arguments: object) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, ""), done
    assert part in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_mixed_folder_says_of_each_file_what_it_is_and_how_its_start_is_known(
    run: Run, case: Path, footage: Path
) -> None:
    found = run("source", "propose", case, footage, "--json").document
    said = {Path(one["file"]).name: one for one in found}
    assert {name for name, one in said.items() if one["problem"]} == {
        "words.mp4", "empty.mp4", "short.mp4",
    }  # fmt: skip
    assert said["onvif.mp4"]["start_basis"] == "ONVIF export, start of track"
    # Who exported it tells nothing of when it was recorded.
    assert said["unit.mp4"]["exported_by"]
    assert "ONVIF" not in str(said["unit.mp4"]["start_basis"])
    assert said["shots"]["frames"] == 5
    lines = run("source", "propose", case, footage).out.splitlines()
    assert len(lines) == len(found)
    assert all(line.count(str(footage)) == 1 for line in lines)
    added = run("source", "add", case, *footage.iterdir(), "--json")
    assert added.code == 0
    assert sum("error" in one for one in added.document) == 3
    assert len(run("source", "list", case, "--json").document) == len(found) - 3


def test_clips_of_cameras_over_a_gap_are_proved_and_a_changed_byte_is_found(
    run: Run, case: Path, footage: Path, tmp_path: Path
) -> None:
    cameras = tmp_path / "cameras.csv"
    cameras.write_text("id,name,lat,lon\nK1,Gate,45.0,-93.0\nK2,Yard,45.001,-93.0\n")
    assert run("camera", "import", case, cameras).code == 0
    adds(run, case, footage / "gap.mp4", "--camera", "K1", "--start", START)
    fast = adds(run, case, footage / "with_sound.mp4", "--camera", "K2", "--start", START)
    run("clock", "set", case, "--source", fast, "--offset-s", -1, "--reference-source", "phone")
    out = tmp_path / "clips"
    span = ("--from", START, "--to", END)
    made = run("clip", case, "--camera", "K1", "--camera", "K2", *span, "--out", out,
               "--mode", "both", "--burn-time", "--json")  # fmt: skip
    assert made.code == 0, made.err
    document = made.document
    assert len(document["files"]) == 4
    kinds = {(gap["camera"], gap["kind"]) for gap in document["gaps"]}
    assert ("K1", "gap in the recording") in kinds
    assert ("K2", "no footage yet") in kinds
    late = next(one for one in document["files"] if one["source"]["id"] == fast)
    assert late["real"]["from"]["corrected_time"].startswith("2026-03-02 14:00:01.000")
    assert late["real"]["from"]["recorder_time"].startswith("2026-03-02 14:00:00.000")
    manifest = (out / "manifest.json").read_bytes()
    assert hashlib.sha256(manifest).hexdigest() == document["manifest_sha256"]
    check(out, holds=True)
    clip = out / document["files"][0]["file"]
    for changed in (clip, out / "manifest.json"):
        whole = changed.read_bytes()
        changed.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        check(out, holds=False)
        changed.write_bytes(whole)
    check(out, holds=True)


def check(folder: Path, *, holds: bool) -> None:
    """As somebody checks who has none of our programs."""
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("sha256sum is not on this computer")
    done = subprocess.run([tool, "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert (done.returncode == 0) is holds


def test_spans_that_cannot_be_are_one_clear_line_and_leave_nothing(
    run: Run, case: Path, footage: Path, tmp_path: Path
) -> None:
    one = adds(run, case, footage / "gap.mp4", "--start", START)
    timeless = adds(run, case, footage / "mp4.mp4")
    out = tmp_path / "none"

    def clip(part: str, *arguments: object) -> None:
        refused(run, part, "clip", case, "--out", out, *arguments)

    def media(begin: float, end: float) -> tuple[object, ...]:
        return "--source", one, "--from-media-s", begin, "--to-media-s", end

    clip("0 long", *media(1, 1))
    clip("ends before it starts", *media(2, 1))
    clip("has a gap", *media(1, 3))
    clip("has no footage", *media(50, 60))
    clip("no time can be burned", *media(0, 1), "--burn-time")
    clip("start time is not known", "--source", timeless, "--from", START, "--to", END)
    clip("two ends", "--source", one, "--from", START)
    clip("no source 99", "--source", 99, "--from-media-s", 0, "--to-media-s", 1)
    refused(run, "own folder", "clip", case, *media(0, 1), "--out", case / "clips")
    assert not out.exists()
    still = ("still", case, "--source", one, "--frame", 3, "--out", tmp_path / "a.png")
    refused(run, "is no recipe", *still, "--recipe", '{"gamma": "x"}')
    both = run("clip", case, "--source", one, "--source", timeless, "--from", START, "--to", END,
               "--out", out, "--json").document  # fmt: skip
    assert len(both["left_out"]) == 1


def test_a_clock_aligned_beside_a_gap_is_as_sure_as_its_picture(
    run: Run, case: Path, footage: Path
) -> None:
    sure = adds(run, case, footage / "mp4.mp4", "--start", START)
    gap = adds(run, case, footage / "gap.mp4", "--start", START)
    # Its last picture before three seconds without footage.
    done = run("clock", "align", case, "--source", gap, "--media-s", 0.76, "--with", sure,
               "--with-media-s", 1, "--json")  # fmt: skip
    assert done.document["uncertainty_s"] == pytest.approx(0.04)
    said = run(
        "clock", "set", case, "--source", gap, "--offset-s", 1, "--uncertainty-s", 0, "--json"
    )
    assert said.document["uncertainty_s"] == pytest.approx(0.02, abs=0.002)


def test_originals_that_moved_are_found_again_a_series_of_pictures_too(
    run: Run, case: Path, footage: Path, tmp_path: Path
) -> None:
    plain = adds(run, case, footage / "mp4.mp4", "--start", START)
    shots = adds(run, case, footage / "shots")
    collected = run("source", "collect", case, "--json")
    assert (collected.code, collected.err) == (0, "")
    assert [one["was_there"] for one in collected.document] == [False, True]
    moved = tmp_path / "other disk"
    footage.rename(moved)
    # What the case holds itself plays on.
    assert (
        run("frame", case, "--source", plain, "--frame", 2, "--out", tmp_path / "f.png").code == 0
    )
    refused(run, "which is a folder of pictures", "source", "relink", case, "--source", shots,
            moved / "mp4.mp4")  # fmt: skip
    refused(run, "which is one file", "source", "relink", case, "--source", plain, moved / "shots")
    found = run("source", "relink", case, "--search", moved, "--json")
    assert found.code == 0, found.err
    assert {one["id"]: Path(one["file"]).name for one in found.document["found"]} == {
        plain: "mp4.mp4", shots: "shots",
    }  # fmt: skip
    assert run("source", "relink", case, "--search", moved).out == "no original is missing\n"
    assert run("case", "verify", case).code == 0
    picture = moved / "shots" / "shot_002.png"
    picture.rename(picture.with_name("shot_009.png"))
    refused(run, "SHA-256", "source", "relink", case, "--source", shots, moved / "shots")
    assert run("case", "verify", case).code == 2
