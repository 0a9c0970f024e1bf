"""A wrong passphrase or a damaged file of an encrypted case: one clear line, nothing written."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from casefiles.case import DATABASE, Case
from casefiles.edit_kinds import AddBookmark
from casefiles.errors import CaseDamaged
from casefiles.store.engine import Connection
from casefiles.store.keys import KEY_FILE, read_key
from casefiles.types import Actor
from casefiles.view_types import Bookmark
from tests.journeys.conftest import Run
from tests.journeys.test_bad_input import refused
from tests.support.cheap_keys import keys_for_tests

RIGHT = "correct horse"
LOG = f"{DATABASE}.wal"
BLOCK = 262_144
HEADERS = 12_288
_DIE = """
import os, signal, sys
from pathlib import Path
from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark
from casefiles.types import Actor
from casefiles.view_types import Bookmark
case = Case.open(Path(sys.argv[1]), Actor("tester", "bench"), policy="p", passphrase=sys.argv[2])
for number in range(3):
    case.post(lambda: AddBookmark(Bookmark(f"late {number}", wall_ns=1))).result()
os.kill(os.getpid(), signal.SIGKILL)
"""
State = dict[str, tuple[str, int]]
Spoil = Callable[[Path], None]


def state(folder: Path) -> State:
    """Content and time of change of every file, and of the folder itself."""
    files = {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }
    return {**files, ".": ("", folder.stat().st_mtime_ns)}


def make(folder: Path, number: str) -> Path:
    who = Actor("tester", "bench")
    with (
        keys_for_tests(),
        Case.create(folder, who, number=number, title="T", policy="p", passphrase=RIGHT) as case,
    ):
        for at in range(5):
            mark = Bookmark(f"note {at}", wall_ns=at)
            case.post(lambda mark=mark: AddBookmark(mark)).result()  # type: ignore[misc]
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted case that was closed."""
    return make(tmp_path_factory.mktemp("whole") / "case", "26-1")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, whole: Path) -> Path:
    """The same, with three changes and an opening in its write-ahead log."""
    folder = tmp_path_factory.mktemp("killed") / "case"
    shutil.copytree(whole, folder)
    done = subprocess.run([sys.executable, "-c", _DIE, str(folder), RIGHT], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (folder / LOG).stat().st_size > 1000
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another case under the same passphrase."""
    return make(tmp_path_factory.mktemp("other") / "case", "26-2")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", RIGHT)


def copied(case: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(case, tmp_path / "case"))


def cut(name: str, keep: int) -> Spoil:
    """Keeps so many bytes; counted from the end where negative."""

    def spoil(case: Path) -> None:
        whole = (case / name).read_bytes()
        (case / name).write_bytes(whole[:keep])

    return spoil


def flip(name: str, at: int) -> Spoil:
    """Turns the lowest bit of one byte; counted from the end where negative."""

    def spoil(case: Path) -> None:
        content = bytearray((case / name).read_bytes())
        content[at] ^= 1
        (case / name).write_bytes(content)

    return spoil


def parameters(**values: object) -> Spoil:
    """Other parameters of the key, by somebody who also sets the checksum."""

    def spoil(case: Path) -> None:
        document = json.loads((case / KEY_FILE).read_text())
        document["key"].update(values)
        del document["check"]
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        document["check"] = hashlib.sha256(text.encode()).hexdigest()
        (case / KEY_FILE).write_text(json.dumps(document))

    return spoil


def refused_and_untouched(run: Run, case: Path, *words: str) -> None:
    before = state(case)
    refused(run("case", "info", case), *words)
    assert state(case) == before


@pytest.mark.parametrize("wrong", ["correct hors", "Correct horse", " correct horse", "ü" * 5000])
def test_wrong_passphrase_is_said_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", wrong)
    case = copied(killed, tmp_path)
    refused_and_untouched(run, case, "passphrase does not open", str(case))


def test_empty_passphrase_is_asked_for_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "")
    refused_and_untouched(run, copied(killed, tmp_path), "encrypted", "WORKSTATION_PASSPHRASE")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda case: (case / KEY_FILE).unlink(), ("is not a case folder",)),
        (cut(KEY_FILE, 0), (KEY_FILE, "damaged", "snapshot")),
        (cut(KEY_FILE, 100), (KEY_FILE, "damaged", "snapshot")),
        (cut(KEY_FILE, -3), (KEY_FILE, "damaged", "snapshot")),
        (flip(KEY_FILE, 90), (KEY_FILE, "damaged", "snapshot")),
        (flip(KEY_FILE, -120), (KEY_FILE, "damaged", "snapshot")),
        (parameters(memory_kib=2**40), (KEY_FILE, "damaged")),
        (parameters(time_cost=10**9), (KEY_FILE, "damaged")),
        (parameters(lanes=16, memory_kib=8), (KEY_FILE, "damaged")),
    ],
)
def test_damaged_key_file_is_said_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path, spoil: Spoil, words: tuple[str, ...]
) -> None:
    case = copied(killed, tmp_path)
    spoil(case)
    refused_and_untouched(run, case, *words)


def test_key_file_of_another_case_is_said_and_nothing_written(
    run: Run, killed: Path, other: Path, tmp_path: Path
) -> None:
    case = copied(killed, tmp_path)
    shutil.copy(other / KEY_FILE, case / KEY_FILE)
    refused_and_untouched(run, case, DATABASE, "another case")


def test_key_file_that_denies_the_encryption_is_said_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path
) -> None:
    case = copied(killed, tmp_path)
    (case / KEY_FILE).write_text('{"kind": "sightline-case", "format": 1, "encrypted": false}')
    refused_and_untouched(run, case, DATABASE, "is encrypted")


@pytest.mark.parametrize("keep", [0, 100, 9000, HEADERS + 7, 500_000, -1])
@pytest.mark.parametrize("log", [True, False])
def test_cut_database_is_said_and_nothing_written(
    run: Run, whole: Path, killed: Path, tmp_path: Path, keep: int, log: bool
) -> None:
    case = copied(killed if log else whole, tmp_path)
    cut(DATABASE, keep)(case)
    refused_and_untouched(run, case, DATABASE)


@pytest.mark.parametrize("at", [0, 9, 2000, 4100, 8200, HEADERS + 1])
def test_flipped_bit_at_the_start_of_the_database_is_said_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path, at: int
) -> None:
    case = copied(killed, tmp_path)
    flip(DATABASE, at)(case)
    refused_and_untouched(run, case, DATABASE)


def test_flipped_bit_in_any_block_in_use_is_found(run: Run, whole: Path, tmp_path: Path) -> None:
    with_key = Connection(whole / DATABASE, key=read_key(whole, RIGHT), create=False)
    with with_key.cursor() as cursor:
        tables = cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
        used = {
            block
            for (table,) in tables
            for (block,) in cursor.execute(
                "SELECT block_id FROM pragma_storage_info(?) WHERE block_id >= 0", [table]
            ).fetchall()
        }
    with_key.abandon()
    assert len(used) > 3
    for block in used:
        case = copied(whole, tmp_path / str(block))
        flip(DATABASE, HEADERS + block * BLOCK + 40)(case)
        refused(run("case", "verify", case), DATABASE, "does not decrypt", "snapshot")


@pytest.mark.parametrize("at", [0, 1, 2, 3, 5, 8, 20, 60, 700, -49, -45, -3])
def test_flipped_bit_in_the_log_is_said_and_nothing_written(
    run: Run, killed: Path, tmp_path: Path, at: int
) -> None:
    case = copied(killed, tmp_path)
    flip(LOG, at)(case)
    refused_and_untouched(run, case, DATABASE, "snapshot")


def test_flipped_length_in_the_log_does_not_drop_what_follows(
    run: Run, killed: Path, tmp_path: Path
) -> None:
    """DuckDB takes a length beyond the end for a torn write, and passes over the rest."""
    log = (killed / LOG).read_bytes()
    start = log.index(b"\xff\xff") + 2
    for byte in (2, 7):
        case = copied(killed, tmp_path / str(byte))
        flip(LOG, start + byte)(case)
        refused_and_untouched(run, case, LOG, "snapshot")


def test_log_of_another_case_is_said_and_nothing_written(
    run: Run, killed: Path, other: Path, tmp_path: Path
) -> None:
    case = copied(other, tmp_path)
    shutil.copy(killed / LOG, case / LOG)
    refused_and_untouched(run, case, DATABASE, "snapshot")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.6, 0.999])
def test_torn_log_opens_with_what_was_stored_and_says_so(
    run: Run, killed: Path, tmp_path: Path, share: float
) -> None:
    """As a power cut leaves it: no damage, but no secret either."""
    case = copied(killed, tmp_path)
    cut(LOG, int((case / LOG).stat().st_size * share))(case)
    done = run("bookmark", "list", case, "--json")
    assert done.code == 0
    notes = [mark["note"] for mark in done.document]
    assert notes[:5] == [f"note {at}" for at in range(5)]
    assert notes[5:] == [f"late {at}" for at in range(len(notes) - 5)]
    assert ("left out" in done.err) is (share > 0)
    assert run("case", "verify", case).code == 0


def test_case_that_failed_to_open_while_damaged_is_whole_once_mended(
    run: Run, killed: Path, tmp_path: Path
) -> None:
    case = copied(killed, tmp_path)
    flip(DATABASE, 4100)(case)
    assert run("case", "info", case).code == 2
    flip(DATABASE, 4100)(case)
    assert len(run("bookmark", "list", case, "--json").document) == 8
    assert run("case", "verify", case).code == 0


def test_damage_found_after_opening_leaves_the_case_usable(whole: Path, tmp_path: Path) -> None:
    """Nothing else of the case is lost to one bad block."""
    case = copied(whole, tmp_path)
    key = read_key(case, RIGHT)
    connection = Connection(case / DATABASE, key=key, create=False)
    with connection.cursor() as cursor:
        ((block,),) = cursor.execute(
            "SELECT max(block_id) FROM pragma_storage_info('bookmarks')"
        ).fetchall()
    connection.abandon()
    flip(DATABASE, HEADERS + block * BLOCK + 40)(case)
    opened = Case.open(case, Actor("tester", "bench"), policy="p", passphrase=RIGHT)
    with opened:
        with pytest.raises(CaseDamaged):
            opened.read(lambda cursor: cursor.execute("SELECT note FROM bookmarks").fetchall())
        assert len(opened.read(lambda cursor: cursor.execute("FROM audit").fetchall())) > 5
