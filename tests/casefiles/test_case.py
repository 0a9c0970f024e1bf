"""A case: made, opened, refused, copied; and its store brought forward."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from casefiles import agency, audit
from casefiles.case import DATABASE, Case
from casefiles.errors import (
    CaseBusy,
    CaseDamaged,
    CaseExists,
    CaseFromTheFuture,
    NotACase,
    UnknownCamera,
    UnknownSource,
    Unwritable,
    WrongPassphrase,
    WrongPlace,
)
from casefiles.jobs import finish
from casefiles.store.engine import Connection
from casefiles.store.migrate import Migration, migrate, packaged_migrations
from casefiles.types import Actor
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.open_case import create_case, open_case
from casefiles.usecases.verify_case import verify_case
from tests.support.cheap_keys import keys_for_tests

ACTOR = Actor("tester", "desk-1", reason="a test")
pytestmark = pytest.mark.usefixtures("made_anew")


def make(folder: Path, passphrase: str | None = None) -> Path:
    create_case(folder, ACTOR, number="26-1", title="Planted Title", passphrase=passphrase).close()
    return folder


def reopen(folder: Path, passphrase: str | None = None) -> Case:
    return open_case(folder, ACTOR, passphrase=passphrase)


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_case_opens_again_with_what_it_was_made_with(
    tmp_path: Path, passphrase: str | None
) -> None:
    folder = make(tmp_path / "c", passphrase)
    with reopen(folder, passphrase) as case:
        assert (case.header.number, case.header.title) == ("26-1", "Planted Title")
        assert case.encrypted == (passphrase is not None)
        rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    assert [json.loads(row.text)["event"] for row in rows] == ["case.create", "case.open"]
    assert audit.verify(rows).holds


def test_encrypted_case_shows_nothing_of_its_content(tmp_path: Path) -> None:
    folder = make(tmp_path / "c", "correct horse")
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"Planted Title" not in path.read_bytes()
    plain = make(tmp_path / "p")
    assert b"Planted Title" in (plain / DATABASE).read_bytes()


def test_wrong_passphrase_changes_nothing(tmp_path: Path) -> None:
    folder = make(tmp_path / "c", "correct horse")
    before = (folder / DATABASE).read_bytes()
    for wrong in (None, "wrong"):
        with pytest.raises(WrongPassphrase):
            reopen(folder, wrong)
    assert (folder / DATABASE).read_bytes() == before


def test_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CaseExists):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != "workstation-home"] == [
        "mine.txt"
    ]


def test_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    reopen(make(tmp_path / "c")).close()


def test_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unwritable):
        make(tmp_path / "file" / "case")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 300])
def test_foreign_database_file_is_not_a_case(tmp_path: Path, content: bytes) -> None:
    folder = make(tmp_path / "c")
    (folder / DATABASE).write_bytes(content)
    with pytest.raises(NotACase):
        reopen(folder)
    assert (folder / DATABASE).read_bytes() == content


def test_database_of_another_program_is_not_a_case(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    (folder / DATABASE).unlink()
    with duckdb.connect(str(folder / DATABASE)) as other:
        other.execute("CREATE TABLE customers (n INTEGER)")
    with pytest.raises(NotACase, match="not a Sightline case"):
        reopen(folder)


def test_agency_store_is_not_a_case(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    agency.policy_label()
    shutil.copy(tmp_path / "workstation-home" / "agency.duckdb", folder / DATABASE)
    with pytest.raises(NotACase):
        reopen(folder)


def test_missing_database_is_named(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    (folder / DATABASE).unlink()
    with pytest.raises(NotACase, match=DATABASE):
        reopen(folder)


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_truncated_database_gives_a_clear_error(tmp_path: Path, passphrase: str | None) -> None:
    folder = make(tmp_path / "c", passphrase)
    path = folder / DATABASE
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((CaseDamaged, NotACase, WrongPassphrase)):
        reopen(folder, passphrase)


def test_case_of_a_newer_program_asks_for_an_update(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    with duckdb.connect(str(folder / DATABASE)) as newer:
        newer.execute("INSERT INTO schema_version VALUES (999, 'case', 'x', 'y', '9.9')")
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(CaseFromTheFuture, match="newer Sightline"):
        reopen(folder)
    assert (folder / DATABASE).read_bytes() == before


def test_changed_format_step_is_noticed(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    with duckdb.connect(str(folder / DATABASE)) as forged:
        forged.execute("UPDATE schema_version SET checksum = 'other' WHERE version = 2")
    with pytest.raises(CaseDamaged, match="step 2"):
        reopen(folder)


def test_case_open_in_another_process_names_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, duckdb\n"
            "held = duckdb.connect(sys.argv[1]); print('up', flush=True); sys.stdin.read()",
            str(folder / DATABASE),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        with pytest.raises(CaseBusy, match=f"process {holder.pid}"):
            reopen(folder)
    finally:
        holder.communicate()


def test_unknown_ids_say_which_are_known(tmp_path: Path) -> None:
    with reopen(make(tmp_path / "c")) as case:
        with pytest.raises(UnknownSource, match="none yet"):
            case.source(3)
        with pytest.raises(UnknownCamera, match="none yet"):
            case.camera("x")


def test_act_that_fails_leaves_no_audit_row(tmp_path: Path) -> None:
    def fails(_cursor: object) -> None:
        raise KeyError("no")

    with reopen(make(tmp_path / "c")) as case:
        before = case.read(lambda cursor: len(list(audit.stored_rows(cursor))))
        with pytest.raises(KeyError):
            case.act(audit.Entry("x", "done"), fails)
        assert case.read(lambda cursor: len(list(audit.stored_rows(cursor)))) == before


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_snapshot_opens_on_its_own_and_the_case_goes_on(
    tmp_path: Path, passphrase: str | None
) -> None:
    with reopen(make(tmp_path / "c", passphrase), passphrase) as case:
        case.snapshot(tmp_path / "s")
        case.record(audit.Entry("later", "done"))
    with reopen(tmp_path / "s", passphrase) as copy:
        assert copy.header == case.header
        assert copy.read(lambda cursor: audit.verify(audit.stored_rows(cursor))).holds
    if passphrase:
        assert b"Planted Title" not in (tmp_path / "s" / DATABASE).read_bytes()


def test_snapshot_onto_something_leaves_it_alone(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "mine.txt").write_text("keep")
    with reopen(make(tmp_path / "c")) as case, pytest.raises(CaseExists):
        case.snapshot(tmp_path / "s")
    assert (tmp_path / "s" / "mine.txt").read_text() == "keep"


def test_snapshot_keeps_the_constraints_of_the_tables(tmp_path: Path) -> None:
    with reopen(make(tmp_path / "c")) as case:
        case.snapshot(tmp_path / "s")
    with (
        duckdb.connect(str(tmp_path / "s" / DATABASE)) as copy,
        pytest.raises(duckdb.ConstraintException),
    ):
        copy.execute("INSERT INTO audit SELECT * FROM audit")


def test_format_is_brought_forward_once_and_the_old_file_kept(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    steps = packaged_migrations("case")
    added = Migration(steps[-1].version + 1, "later.sql", "CREATE TABLE later (n INTEGER)")
    for _ in range(2):
        connection = Connection(folder / DATABASE, key=None, create=False)
        migrate(connection, "case", new=False, steps=(*steps, added))
        with connection.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM later").fetchall() == [(0,)]
        connection.close()
    kept = folder / f"{DATABASE}.before-{added.version:03d}"
    with duckdb.connect(str(kept)) as old, pytest.raises(duckdb.CatalogException):
        old.execute("SELECT * FROM later")


def test_step_that_fails_leaves_the_format_as_it_was(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    steps = packaged_migrations("case")
    sql = "CREATE TABLE later (n INTEGER); SELECT oops"
    broken = Migration(steps[-1].version + 1, "b.sql", sql)
    connection = Connection(folder / DATABASE, key=None, create=False)
    with pytest.raises(CaseDamaged):
        migrate(connection, "case", new=False, steps=(*steps, broken))
    with pytest.raises(CaseDamaged), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM later")
    connection.close()


def test_agency_logs_who_opened_which_case(tmp_path: Path) -> None:
    reopen(make(tmp_path / "c")).close()
    verdict = agency.check_chain()
    assert (verdict.holds, verdict.rows) == (True, 2)


def test_policy_is_unregistered_until_one_is(tmp_path: Path) -> None:
    assert agency.policy_label() == agency.UNREGISTERED
    with reopen(make(tmp_path / "c")) as case:
        rows = case.read(lambda cursor: list(audit.stored_rows(cursor)))
    assert {json.loads(row.text)["policy"] for row in rows} == {agency.UNREGISTERED}


def test_database_can_reach_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with reopen(make(tmp_path / "c")) as case, pytest.raises(duckdb.Error):
        case.read(
            lambda cursor: cursor.execute(
                "SELECT * FROM read_csv(?)", [str(tmp_path / "secret.csv")]
            ).fetchall()
        )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_read_only_folder_gives_a_clear_error(tmp_path: Path) -> None:
    folder = make(tmp_path / "c")
    (folder / DATABASE).chmod(0o400)
    folder.chmod(0o500)
    try:
        with pytest.raises(Unwritable):
            reopen(folder)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE audit",
        "ALTER TABLE cameras DROP COLUMN notes",
        "DELETE FROM schema_version",
        "DELETE FROM schema_version WHERE version = 1",
        "DELETE FROM schema_version WHERE version = 2",
        "INSERT INTO placements VALUES ('a', 999, 0, NULL, NULL, NULL, NULL, NULL)",
    ],
)
def test_changed_tables_give_a_clear_error(tmp_path: Path, damage: str) -> None:
    folder = make(tmp_path / "c")
    with duckdb.connect(folder / DATABASE) as connection:
        connection.execute(damage)
    with pytest.raises(CaseDamaged), reopen(folder) as case:
        case.cameras()


def test_many_cameras_are_taken_in_whole_columns(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    rows = "".join(f"c{number},N,45,-93\n" for number in range(20_000))
    table.write_text(f"id,name,lat,lon\n{rows}", encoding="utf-8")
    make(tmp_path / "c")
    with reopen(tmp_path / "c") as case:
        assert import_cameras(case, table).added == 20_000
        assert import_cameras(case, table).same == 20_000
        table.write_text(f"id,name,lat,lon\n{rows.replace(',N,', ',M,')}", encoding="utf-8")
        assert import_cameras(case, table).replaced == 20_000
        assert len(case.cameras()) == 20_000


@pytest.mark.parametrize("inside", ["copy", "rewrapped/copy"])
def test_snapshot_into_the_case_itself_is_refused(tmp_path: Path, inside: str) -> None:
    folder = make(tmp_path / "c")
    with reopen(folder) as case, pytest.raises(WrongPlace):
        case.snapshot(folder / inside)
    assert not (folder / inside).exists()


def test_disk_that_fills_up_is_named_in_every_later_step_too(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    rows = "".join(f"c{number},{os.urandom(16).hex()},45,-93\n" for number in range(20_000))
    table.write_text(f"id,name,lat,lon\n{rows}", encoding="utf-8")
    make(tmp_path / "c")
    script = (
        "import resource, signal, sys; from workstation.__main__ import main; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "camera", "import", str(tmp_path / "c"), str(table)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    with reopen(tmp_path / "c") as case:
        assert case.cameras() == ()
        assert audit.verify(case.read(lambda cursor: list(audit.stored_rows(cursor)))).holds


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_flipped_bit_is_named_or_harmless(tmp_path: Path, passphrase: str | None) -> None:
    # Each of the openings below would otherwise take as long as the key is dear.
    with keys_for_tests():
        folder = make(tmp_path / "c", passphrase)
    path = folder / DATABASE
    whole = path.read_bytes()
    # Every block of an encrypted file is sealed, and opening one is dear.
    flips = 40 if passphrase is None else 16
    for at in range(5, len(whole), len(whole) // flips):
        spoiled = bytearray(whole)
        spoiled[at] ^= 4
        path.write_bytes(spoiled)
        expected = contextlib.suppress(CaseDamaged, NotACase, WrongPassphrase)
        with expected, reopen(folder, passphrase) as case:
            finish(verify_case(case))
