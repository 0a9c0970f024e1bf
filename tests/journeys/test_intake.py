"""Taking footage in by commands: proposed, added with proof, noted, collected, found again."""

import shutil
from pathlib import Path

import pytest

from tests.journeys.conftest import Run
from tests.support.clips import shared_clip

NEW_KEYS = {
    "frozen", "clock_jumps", "sound", "exported_by", "rotation", "interlaced", "reread_sha256",
    "hashed", "reread", "origin", "corrupt_packets", "collected",
}  # fmt: skip


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / "stick" / "2026-03-02"
    folder.mkdir(parents=True)
    return Path(shutil.copy(shared_clip("mp4").path, folder / "140511.mp4"))


def test_recording_goes_through_its_whole_intake(
    run: Run, case: Path, clip: Path, tmp_path: Path
) -> None:
    (proposal,) = run("source", "propose", case, clip.parent.parent, "--json").document
    assert proposal["file"] == str(clip)
    assert "folders and name 2026-03-02 140511" in proposal["start_basis"]
    assert any("ask" in one for one in proposal["look_at"])
    assert proposal["frames"] > 0
    assert run("source", "list", case, "--json").document == []

    deadline = "2026-03-09T00:00:00Z"
    (added,) = run(
        "source", "add", case, clip, "--json", "--origin", "shop", "--overwrite-deadline", deadline
    ).document  # fmt: skip
    assert set(added) >= NEW_KEYS
    assert added["reread_sha256"] == added["sha256"]
    assert added["origin"]["overwrite_deadline"] == "2026-03-09T00:00:00.000Z"

    noted = run("source", "note", case, "--source", 1, "--received-from", "a clerk",
                "--received-at", "2026-03-03T09:00:00Z", "--overwrite-deadline", "",
                "--json").document  # fmt: skip
    assert noted[0]["origin"] == "shop"
    assert noted[0]["received_from"] == "a clerk"
    assert noted[0]["overwrite_deadline"] is None
    (listed,) = run("source", "list", case, "--json").document
    assert listed["origin"]["received_at"] == "2026-03-03T09:00:00.000Z"

    (collected,) = run("source", "collect", case, "--json").document
    assert Path(collected["copy"]).read_bytes() == clip.read_bytes()
    moved = clip.rename(tmp_path / "moved.mp4")
    assert run("frame", case, "--source", 1, "--frame", 3, "--out", tmp_path / "f.png").code == 0
    checked = run("case", "verify", case, "--json")
    assert checked.code == 0
    assert "collected copy is whole" in checked.document["notes"][0]
    found = run("source", "relink", case, "--search", tmp_path, "--json")
    assert found.document["found"] == [{"id": 1, "file": str(moved)}]
    assert run("case", "verify", case, "--json").document["notes"] == []


def test_wrong_words_are_refused_in_one_line(run: Run, case: Path, clip: Path) -> None:
    run("source", "add", case, clip)
    other = clip.with_name("other.mp4")
    other.write_bytes(clip.read_bytes()[:-1] + b"!")
    for words, said in (
        (("note", case, "--source", 1), "nothing is noted"),
        (("note", case, "--source", 9, "--origin", "x"), "no source 9"),
        (("note", case, "--source", 1, "--received-at", "tomorrow"), "is not a time"),
        (("relink", case, "--source", 1, other), "not the original of source 1"),
        (("relink", case, "--source", 1), "where to look"),
        (("relink", case, clip), "of which source"),
        (("relink", case, "--search", other), "is no folder"),
        (("collect", case, "--source", 9), "no source 9"),
    ):
        result = run("source", *words)
        assert result.code == 2, words
        assert said in result.err
        assert len(result.err.strip().splitlines()) == 1, result.err


def test_two_recordings_of_one_camera_and_time_are_told_and_kept(
    run: Run, case: Path, clip: Path, tmp_path: Path
) -> None:
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\ngate,Market Gate,1,2\n")
    run("camera", "import", case, table)
    second = Path(shutil.copy(shared_clip("mkv").path, clip.with_name("b.mkv")))
    start = ("--camera", "gate", "--start", "2026-03-02T14:05:11Z")
    assert run("source", "add", case, clip, *start).err == ""
    told = run("source", "add", case, second, *start)
    assert told.code == 0
    assert "same camera and time as source 1, 140511.mp4" in told.err
    assert "same camera and time as source 2" in run("source", "list", case).out
