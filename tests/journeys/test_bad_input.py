"""Bad input: one clear line, exit code 2, and the case as it was."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from casefiles.case import DATABASE
from resources.files import packaged
from tests.journeys.conftest import Ran, Run
from tests.support.clips import BROKEN


def refused(done: Ran, *words: str) -> None:
    """Exit code 2, one message on stderr that holds the words, nothing on stdout."""
    assert done.code == 2, done
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("workstation")
    for word in words:
        assert word in lines[0], done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def still_whole(run: Run, case: Path, sources: int = 0) -> None:
    """The case verifies and holds what it held."""
    verdict = run("case", "verify", case, "--json")
    assert verdict.code == 0, verdict
    assert verdict.document["sources"] == sources


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_file_that_is_no_footage_is_refused(
    run: Run, case: Path, tmp_path: Path, kind: str
) -> None:
    path = BROKEN[kind](tmp_path)
    refused(run("source", "add", case, path), path.name)
    still_whole(run, case)


def test_missing_file_is_named(run: Run, case: Path, tmp_path: Path) -> None:
    refused(run("source", "add", case, tmp_path / "gone.mp4"), "gone.mp4")
    still_whole(run, case)


def test_folder_given_as_a_file_is_named(run: Run, case: Path, tmp_path: Path) -> None:
    refused(run("source", "add", case, tmp_path), str(tmp_path))


def test_same_bytes_twice_are_refused_and_named(run: Run, case: Path, tmp_path: Path) -> None:
    first = packaged("demo", "market-gate.mp4")
    second = shutil.copy(first, tmp_path / "other-name.mp4")
    assert run("source", "add", case, first).code == 0
    refused(run("source", "add", case, second), "other-name.mp4", "source 1")
    still_whole(run, case, sources=1)


def test_good_file_among_bad_ones_is_added(run: Run, case: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    good = packaged("demo", "market-gate.mp4")
    done = run("source", "add", case, empty, good, "--json")
    assert done.code == 0
    assert [("error" in entry, entry.get("id")) for entry in done.document] == [
        (True, None),
        (False, 1),
    ]
    still_whole(run, case, sources=1)


def test_unknown_camera_is_refused_before_any_file_is_read(run: Run, case: Path) -> None:
    good = packaged("demo", "market-gate.mp4")
    refused(run("source", "add", case, good, "--camera", "nowhere"), "nowhere")
    still_whole(run, case)


@pytest.mark.parametrize("start", ["yesterday", "2026-03-02T22:00:00", "2026-13-02T22:00:00Z"])
def test_start_that_is_no_time_with_zone_is_refused(run: Run, case: Path, start: str) -> None:
    refused(
        run("source", "add", case, packaged("demo", "market-gate.mp4"), "--start", start), start
    )


def test_wrong_table_imports_no_camera(run: Run, case: Path, tmp_path: Path) -> None:
    table = tmp_path / "cameras.csv"
    table.write_text("id,name,lat,lon\na,A,1,2\nb,B,91,2\n")
    refused(run("camera", "import", case, table), "cameras.csv", "line 3", "91")
    assert run("camera", "list", case, "--json").document == []


def test_folder_that_is_no_case_is_refused(run: Run, tmp_path: Path) -> None:
    for command in ("info", "verify"):
        refused(run("case", command, tmp_path), "not a case folder")
    refused(run("index", tmp_path / "gone"), "gone", "not a case folder")


def test_foreign_database_is_refused_and_kept(run: Run, case: Path) -> None:
    (case / DATABASE).write_bytes(b"SQLite format 3\x00" * 100)
    refused(run("case", "info", case), "not a case database")
    assert (case / DATABASE).read_bytes().startswith(b"SQLite")


def test_case_held_by_another_process_is_named(run: Run, case: Path) -> None:
    code = (
        "import sys, duckdb\n"
        "held = duckdb.connect(sys.argv[1]); print('up', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(case / DATABASE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        refused(run("case", "info", case), "already open", str(holder.pid))
    finally:
        holder.communicate()
    still_whole(run, case)


def test_wrong_passphrase_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "correct horse")
    case = tmp_path / "secret"
    assert run("case", "create", case, "--number", "1", "--title", "T").err == ""
    assert run("case", "info", case, "--json").document["encrypted"] is True
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "wrong")
    refused(run("case", "info", case), "passphrase")
    monkeypatch.delenv("WORKSTATION_PASSPHRASE")
    refused(run("case", "info", case), "encrypted", "WORKSTATION_PASSPHRASE")


def test_case_without_passphrase_says_so_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("case", "create", tmp_path / "c", "--number", "1", "--title", "T")
    assert done.code == 0
    assert done.err.splitlines() == [
        "workstation: the case is not encrypted: no passphrase was given"
    ]


@pytest.mark.parametrize(
    "arguments",
    [("--frame", "-1"), ("--frame", "281"), ("--pts", "7"), ("--media-s", "-5"),
     ("--media-s", "60"), ("--at", "2026-03-02T22:00:00Z")],
)  # fmt: skip
def test_moment_outside_the_footage_says_where_the_footage_is(
    run: Run, practice_case: Path, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    out = tmp_path / "f.png"
    done = run("frame", practice_case, "--source", 4, *arguments, "--out", out)
    refused(done, "source 4")
    assert not out.exists()


def test_wall_time_without_known_start_is_refused(run: Run, case: Path, tmp_path: Path) -> None:
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    done = run(
        "frame", case, "--source", 1, "--at", "2026-03-02T22:00:00Z", "--out", tmp_path / "f.png"
    )
    refused(done, "start time of source 1 is not known")


def test_still_that_cannot_be_written_is_named(
    run: Run, practice_case: Path, tmp_path: Path
) -> None:
    out = tmp_path / "no" / "such" / "f.png"
    refused(run("frame", practice_case, "--source", 1, "--frame", 0, "--out", out), "f.png")


def test_moved_original_is_named_and_the_case_stays(run: Run, case: Path, tmp_path: Path) -> None:
    original = tmp_path / "moved.mp4"
    shutil.copy(packaged("demo", "market-gate.mp4"), original)
    run("source", "add", case, original)
    original.unlink()
    refused(run("index", case), "moved.mp4", "missing")
    verdict = run("case", "verify", case)
    assert verdict.code == 2
    assert "moved.mp4" in verdict.err


def test_corrupt_model_is_named_and_nothing_is_stored(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "yolox_nano.onnx").write_bytes(b"not the model")
    monkeypatch.setenv("WORKSTATION_MODELS", str(tmp_path / "models"))
    refused(run("index", case, "--detector", "yolox-nano"), "yolox_nano.onnx", "sha256")
    assert run("models", "verify").code == 2
    refused(run("tracks", case, "--source", 1), "not been indexed")
    still_whole(run, case, sources=1)


def test_missing_model_says_how_to_get_it(run: Run, case: Path) -> None:
    run("source", "add", case, packaged("demo", "market-gate.mp4"))
    refused(run("index", case, "--detector", "yolox-nano"), "models import")
    refused(run("index", case, "--detector", "nonsense"), "nonsense", "ssd-oidv4")


@pytest.mark.parametrize(
    "arguments",
    [("gui", "--squad"), ("index", "CASE", "--plates"),
     ("index", "CASE", "--engine", "dask:tcp://127.0.0.1:8786"), ("plates", "read", "x.jpg"),
     ("audit", "export", "CASE"), ("audit", "verify", "CASE", "--checkpoint", "F")],
)  # fmt: skip
def test_rest_of_the_contract_says_not_in_this_version(
    run: Run, case: Path, arguments: tuple[str, ...]
) -> None:
    refused(
        run(*(str(case) if part == "CASE" else part for part in arguments)), "not in this version"
    )


@pytest.mark.parametrize(
    "arguments",
    [("nonsense",), ("case",), ("frame",), ("index", "CASE", "--sample-fps", "0"),
     ("index", "CASE", "--sample-fps", "nan"), ("source", "add", "CASE", "f", "--offset-s", "inf"),
     ("frame", "CASE", "--source", "1", "--frame", "1", "--pts", "1", "--out", "f")],
)  # fmt: skip
def test_options_that_make_no_sense_give_one_line(
    run: Run, case: Path, arguments: tuple[str, ...]
) -> None:
    refused(run(*(str(case) if part == "CASE" else part for part in arguments)))


@pytest.fixture
def other_user(run: Run, tmp_path: Path, made_anew: None) -> Iterator[Path]:
    """A folder reachable without the superuser's rights, which are given up meanwhile; processes
    are started anew, because a forked one has the rights of the one that it is forked from."""
    folder = Path("/tmp") / f"sightline-test-{os.getpid()}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    before = os.geteuid()
    # What the commands import may lie where only the superuser may look.
    (tmp_path / "none.mp4").write_bytes(b"x")
    run("case", "create", tmp_path / "first", "--number", "1", "--title", "T")
    run("source", "add", tmp_path / "first", tmp_path / "none.mp4")
    try:
        if before == 0:
            os.seteuid(65534)
        yield folder
    finally:
        os.seteuid(before)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="rights work otherwise on this system")
def test_unreadable_file_and_read_only_case_are_named(
    run: Run, other_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(other_user / "home"))
    case = other_user / "case"
    assert run("case", "create", case, "--number", "1", "--title", "T").code == 0
    secret = other_user / "secret.mp4"
    secret.write_bytes(b"x")
    secret.chmod(0o000)
    refused(run("source", "add", case, secret), "secret.mp4")
    (case / DATABASE).chmod(0o400)
    case.chmod(0o500)
    refused(run("case", "info", case), "case.duckdb")


def test_case_of_a_newer_program_is_refused(run: Run, case: Path) -> None:
    with duckdb.connect(str(case / DATABASE)) as newer:
        newer.execute("INSERT INTO schema_version VALUES (999, 'case', 'x', 'y', '9.9')")
    refused(run("case", "info", case), "newer Sightline", "Update")
