"""What befalls a disk, a file, a clock or a case while somebody works: one line, nothing lost."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casefiles import audit
from casefiles.case import DATABASE
from casefiles.types import Actor
from casefiles.usecases.index_run import IndexReport, IndexRun
from casefiles.usecases.index_work import Whole
from casefiles.usecases.open_case import open_case
from resources import paths
from resources.files import packaged
from tests.journeys.conftest import Ran, Run
from tests.journeys.test_bad_input import refused, still_whole
from tests.support.bad_disks import SmallDisk, small_disk
from video.synthetic.encode import encode

CLIP = "market-gate.mp4"
HOLD = """
import sys
from pathlib import Path
from casefiles.edit_kinds import AddBookmark
from casefiles.types import Actor
from casefiles.usecases.open_case import open_case
from casefiles.view_types import Bookmark
with open_case(Path(sys.argv[1]), Actor("other", "bench")) as case:
    case.post(lambda: AddBookmark(Bookmark("seen there", wall_ns=1))).result()
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system of twelve megabytes; an empty case takes five."""
    with small_disk(tmp_path / "disk", megabytes=12) as small:
        yield small


@pytest.fixture
def small_case(run: Run, disk: SmallDisk) -> Path:
    """A case on it, with one recording that lies elsewhere."""
    case = disk.path / "case"
    assert run("case", "create", case, "--number", "26-1", "--title", "Test").code == 0
    assert run("source", "add", case, packaged("demo", CLIP)).code == 0
    return case


@contextmanager
def held(case: Path) -> Iterator[int]:
    """Another process has the case open, and has set a bookmark in it; its number."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(case)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"up"
        yield child.pid
    finally:
        child.communicate(b"")


def last_line(done: Ran) -> Ran:
    """Without the lines that tell how far it is, and which recordings were not analysed."""
    results = [line for line in done.out.splitlines() if not line.endswith("not analysed")]
    return replace(done, out="\n".join(results), err=done.err.splitlines(keepends=True)[-1])


# -- disks


def test_full_disk_is_named_and_what_was_stored_is_whole(
    run: Run, disk: SmallDisk, small_case: Path, tmp_path: Path
) -> None:
    disk.fill()
    for command in (
        ("index", small_case),
        ("case", "info", small_case),
        ("bookmark", "add", small_case, "--at", "2026-03-02T22:00:00Z", "--note", "x"),
        ("frame", small_case, "--source", 1, "--frame", 0, "--out", tmp_path / "f.png"),
        ("case", "snapshot", small_case, "--out", tmp_path / "copy"),
        ("source", "add", small_case, packaged("demo", "ferry-stairs.mkv")),
    ):
        done = last_line(run(*command))
        refused(done, DATABASE, "No space left on device", "Free some space")
        assert "Error:" not in done.err, "no words of a library"
    assert not (tmp_path / "f.png").exists()
    assert not (tmp_path / "copy").exists()
    disk.free()
    still_whole(run, small_case, sources=1)
    assert run("bookmark", "list", small_case, "--json").document == []


def test_new_case_on_a_full_disk_leaves_nothing(run: Run, disk: SmallDisk) -> None:
    disk.fill()
    refused(
        run("case", "create", disk.path / "new", "--number", "1", "--title", "T"),
        "No space left on device",
    )
    assert [path.name for path in disk.path.iterdir()] == ["fill"]


def test_exports_to_a_full_disk_are_named_and_leave_the_older_ones(
    run: Run, case: Path, disk: SmallDisk
) -> None:
    run("source", "add", case, packaged("demo", CLIP))
    still = disk.path / "still.png"
    export = ("frame", case, "--source", 1, "--frame", 0, "--out")
    assert run(*export, still).code == 0
    before = still.read_bytes()
    disk.fill()
    refused(run(*export, still), "still.png", "No space left on device")
    refused(run(*export, disk.path / "other.png"), "other.png", "No space left on device")
    refused(run("case", "snapshot", case, "--out", disk.path / "copy"), "copy", "No space left")
    assert still.read_bytes() == before
    assert sorted(path.name for path in disk.path.iterdir()) == ["fill", "still.png"]
    still_whole(run, case, sources=1)


def test_analysis_that_fills_the_disk_goes_on_when_there_is_room(
    run: Run, disk: SmallDisk, small_case: Path
) -> None:
    # So that the run begins, and the rows, thumbnails and vectors of its chunks do not fit.
    (disk.path / "ballast").write_bytes(b"\0" * (1 << 20))
    disk.fill()
    with (disk.path / "fill").open("r+b") as file:
        file.truncate(max(file.seek(0, 2) - (48 << 10), 0))
    index = ("index", small_case, "--sample-fps", "0.5")
    stopped = run(*index)
    assert stopped.code == 2, stopped
    assert "No space left on device" in stopped.err
    assert "Traceback" not in stopped.err
    disk.free()
    (disk.path / "ballast").unlink()
    done = run(*index, "--json")
    assert done.code == 0, done
    assert done.document["sources"][0]["frames_analysed"] > 0
    still_whole(run, small_case, sources=1)


def test_re_wrapped_copy_that_does_not_fit_is_named(
    run: Run, disk: SmallDisk, small_case: Path, tmp_path: Path
) -> None:
    clip = encode(tmp_path / "raw.h264", frames=20)
    disk.fill()
    refused(run("source", "add", small_case, clip.path), "No space left on device")
    disk.free()
    still_whole(run, small_case, sources=1)
    assert not list(small_case.rglob("*.part"))


def test_sealed_disk_of_a_case_is_named(run: Run, disk: SmallDisk, small_case: Path) -> None:
    disk.seal()
    before = (small_case / DATABASE).read_bytes()
    for command in ("info", "verify"):
        refused(run("case", command, small_case), DATABASE, "Read-only file system")
    assert (small_case / DATABASE).read_bytes() == before


def test_footage_on_a_sealed_disk_is_used_like_any_other(
    run: Run, case: Path, disk: SmallDisk, tmp_path: Path
) -> None:
    original = disk.path / CLIP
    shutil.copy(packaged("demo", CLIP), original)
    disk.seal()
    assert run("source", "add", case, original).code == 0
    out = tmp_path / "f.png"
    assert run("frame", case, "--source", 1, "--frame", 0, "--out", out).code == 0
    refused(
        run("frame", case, "--source", 1, "--frame", 0, "--out", disk.path / "f.png"),
        "f.png", "Read-only file system",
    )  # fmt: skip
    still_whole(run, case, sources=1)


def test_full_home_stops_an_act_that_could_not_be_logged(
    run: Run, case: Path, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(disk.path))
    run("case", "info", case)
    disk.fill()
    refused(run("case", "info", case), "agency.duckdb", "No space left on device")


# -- originals


@pytest.fixture
def original(run: Run, case: Path, tmp_path: Path) -> Path:
    """A recording of the case, in a folder of its own."""
    (tmp_path / "share").mkdir()
    path = Path(shutil.copy(packaged("demo", CLIP), tmp_path / "share" / CLIP))
    assert run("source", "add", case, path).code == 0
    return path


def test_share_that_went_away_is_named_and_all_works_when_it_is_back(
    run: Run, case: Path, original: Path, tmp_path: Path
) -> None:
    share, out = original.parent, tmp_path / "f.png"
    share.rename(tmp_path / "elsewhere")
    look = ("frame", case, "--source", 1, "--frame", 0, "--out", out)
    for command in (look, ("index", case)):
        refused(last_line(run(*command)), CLIP, "missing", "Connect the disk")
    assert not out.exists()
    (tmp_path / "elsewhere").rename(share)
    assert run(*look).code == 0
    still_whole(run, case, sources=1)


@pytest.mark.parametrize("becomes", ["shorter", "another", "folder"])
def test_original_that_became_something_else_is_named(
    run: Run, case: Path, original: Path, tmp_path: Path, becomes: str
) -> None:
    if becomes == "shorter":
        os.truncate(original, original.stat().st_size // 2)
    elif becomes == "another":
        shutil.copy(packaged("demo", "ferry-stairs.mkv"), original)
    else:
        original.unlink()
        original.mkdir()
    for command in (
        ("frame", case, "--source", 1, "--frame", 0, "--out", tmp_path / "f.png"),
        ("index", case),
    ):
        refused(last_line(run(*command)), CLIP, "original of source 1")
    assert run("case", "verify", case).code == 2


def test_original_that_is_cut_off_while_it_is_analysed_gives_no_finished_run(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = encode(tmp_path / "clip.mp4", frames=40).path
    whole, finish = clip.read_bytes(), IndexRun.finish
    run("source", "add", case, clip)

    def cut_off(self: IndexRun, last: Whole) -> IndexReport:
        os.truncate(clip, len(whole) // 2)
        return finish(self, last)

    with monkeypatch.context() as patch:
        patch.setattr(IndexRun, "finish", cut_off)
        refused(last_line(run("index", case)), "clip.mp4", "has changed")
    assert run("tracks", case, "--source", 1).out == "", "nothing is shown of it"
    clip.write_bytes(whole)
    done = run("index", case, "--json")
    assert done.code == 0, done
    assert done.document["sources"][0]["frames_analysed"] == 8
    still_whole(run, case, sources=1)


# -- the clock


class _SetBack(datetime):
    """A clock that somebody set back by two hours."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # only ever called so
        return datetime.now(UTC) - timedelta(hours=2)


def test_clock_that_is_set_back_is_in_the_chain_and_breaks_nothing(
    run: Run, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("audit", "verify", case, "--json").document
    assert before["clock_set_back"] == []
    monkeypatch.setattr(audit, "datetime", _SetBack)
    assert run("source", "add", case, packaged("demo", CLIP)).code == 0
    after = run("audit", "verify", case)
    assert after.code == 0
    assert "clock was set back before row" in after.err
    document = run("audit", "verify", case, "--json").document
    assert document["verified"]
    # Only the first row after it: those that follow are in order again.
    assert len(document["clock_set_back"]) == 1
    still_whole(run, case, sources=1)


# -- two at once


def test_case_held_elsewhere_is_copied_for_looking_and_the_copy_cannot_be_changed(
    run: Run, case: Path, original: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    with held(case) as pid:
        refused(run("bookmark", "list", case), "already open", str(pid), "case snapshot")
        done = run("case", "snapshot", case, "--out", copy, "--json")
        assert done.code == 0, done
        assert done.document["read_only"]
        assert str(pid) in done.err
    kept = run("bookmark", "list", copy, "--json").document
    assert [bookmark["note"] for bookmark in kept] == ["seen there"], "what was stored is there"
    out = tmp_path / "f.png"
    assert run("frame", copy, "--source", 1, "--frame", 0, "--out", out).code == 0
    for change in (
        ("bookmark", "add", copy, "--at", "2026-03-02T22:00:00Z", "--note", "mine"),
        ("source", "add", copy, packaged("demo", "ferry-stairs.mkv")),
        ("index", copy),
    ):
        refused(last_line(run(*change)), "copy of", str(case), "Open the case itself")
    still_whole(run, copy, sources=1)
    still_whole(run, case, sources=1)
    assert [row["note"] for row in run("bookmark", "list", case, "--json").document] == [
        "seen there"
    ]


def test_case_stays_closed_to_others_whatever_reads_its_file_meanwhile(
    run: Run, case: Path
) -> None:
    with open_case(case, Actor("tester", "bench")):
        # POSIX gives up a process's locks on a file when any handle on it is closed.
        (case / DATABASE).read_bytes()
        other = subprocess.run(
            [sys.executable, "-m", "workstation", "case", "info", str(case)],
            capture_output=True, text=True, check=False,
            env={**os.environ, "WORKSTATION_HOME": str(paths.home())},
        )  # fmt: skip
        assert other.returncode == 2, other
        assert "already open" in other.stderr
        refused(run("case", "info", case), "already open in this program")
    still_whole(run, case)
