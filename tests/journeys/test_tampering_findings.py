"""Rows of what is found, asked and decided, changed behind the program's back: each is named."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from casefiles import audit
from casefiles.case import DATABASE, Case
from casefiles.store.engine import Cursor
from casefiles.types import Actor
from casefiles.usecases.verify_case import row_faults
from tests.journeys.conftest import Run
from workstation.__main__ import main

SQUARE = "[[10,10],[200,10],[200,150],[10,150]]"
LINE = "[[10,20],[200,40]]"
TAMPERED = "its rows were changed outside the program"
UNKNOWN = "no audit row tells where its rows come from"


class _TakenBack(Exception):
    """Ends a transaction, so that nothing of it stays."""


@pytest.fixture(scope="module")
def asked_case(built_practice_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice case with one of everything that people ask, draw and say; closed."""
    case = tmp_path_factory.mktemp("asked") / "case"
    shutil.copytree(built_practice_case, case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(case.parent / "home"))
        patch.setenv("WORKSTATION_USER", "tester")
        for words in (
            ("zone", "add", case, "--camera", "harbor-west", "--polygon", SQUARE, "--name", "Z"),
            ("line", "add", case, "--source", 1, "--points", LINE, "--name", "L"),
            ("search", case, "person", "--save", "Everybody", "--keep"),
            ("answer", "decide", case, "--answer", 1, "--right", _some_hit(case)),
        ):
            assert main([str(word) for word in words]) == 0, words
    return case


def _some_hit(case: Path) -> int:
    with duckdb.connect(str(case / DATABASE), read_only=True) as opened:
        return int(opened.execute("SELECT min(track_id) FROM tracks").fetchall()[0][0])


@pytest.fixture(scope="module")
def asked(asked_case: Path) -> Iterator[Case]:
    """The same, open."""
    with Case.open(asked_case, Actor("tester", "desk-1"), policy="none") as opened:
        yield opened


@pytest.fixture(scope="module")
def practice(built_practice_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The practice case, in which nobody asked anything yet, open."""
    case = tmp_path_factory.mktemp("practice") / "case"
    shutil.copytree(built_practice_case, case)
    with Case.open(case, Actor("tester", "desk-1"), policy="none") as opened:
        yield opened


def faults_after(case: Case, damage: str) -> list[str]:
    """What `case verify` finds in the rows after that; the case stays as it was."""
    found: list[str] = []

    def tamper(cursor: Cursor) -> None:
        cursor.execute(damage)
        found.extend(row_faults(cursor, list(audit.stored_rows(cursor))))
        raise _TakenBack

    with pytest.raises(_TakenBack):
        case.write(tamper)
    return found


def test_nothing_is_found_before_and_the_command_names_what_is_after(
    run: Run, asked_case: Path, tmp_path: Path
) -> None:
    case = shutil.copytree(asked_case, tmp_path / "case")
    before = run("case", "verify", case, "--json")
    assert before.code == 0, before.document
    with duckdb.connect(str(case / DATABASE)) as opened:
        opened.execute("UPDATE decisions SET verdict = 'wrong'")
        opened.execute("UPDATE track_quality SET run_id = 99 WHERE run_id = 4")
    after = run("case", "verify", case, "--json")
    assert after.code == 2
    assert f"decisions: {TAMPERED}" in after.document["bad"]
    assert f"run:4: {TAMPERED}" in after.document["bad"]
    assert "Traceback" not in after.err


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        # How tracks were followed and joined (schema 011).
        ("UPDATE track_quality SET quality = 1 WHERE run_id = 1", f"run:1: {TAMPERED}"),
        ("DELETE FROM track_quality WHERE run_id = 2", f"run:2: {TAMPERED}"),
        (
            "INSERT INTO track_pieces VALUES (1000001, 1, 1, 1000002, 0, 1, 5, 0.9)",
            f"run:1: {TAMPERED}",
        ),
        (
            "INSERT INTO track_quality VALUES (1000001, 99, 1, 1, 0, 1, 1, 0)",
            "track_quality: rows of track 1000001 name run 99",
        ),
        # Vectors (012).
        ("UPDATE track_vectors SET vector = 'x'::BLOB WHERE run_id = 3", f"run:3: {TAMPERED}"),
        ("UPDATE track_vectors SET frame = frame + 1 WHERE run_id = 3", f"run:3: {TAMPERED}"),
        ("DELETE FROM track_vectors WHERE ordinal > 0", TAMPERED),
        (
            "INSERT INTO track_vectors SELECT * REPLACE (99 AS run_id) FROM track_vectors "
            "WHERE track_id = 1000001",
            "track_vectors: rows of track 1000001 name run 99",
        ),
        # What tracks are like, and how they move (013).
        (
            "INSERT INTO attribute_votes VALUES (1000001, 1, 0, 'backpack', 'yes', 1, 1, 1, 1)",
            f"run:1: {TAMPERED}",
        ),
        (
            "INSERT INTO track_attributes VALUES (1000001, 1, 'hat', 'yes', 0.9, 1, 1)",
            f"run:1: {TAMPERED}",
        ),
        (
            "INSERT INTO track_attributes VALUES (1000001, 99, 'hat', 'yes', 0.9, 1, 1)",
            "track_attributes: rows of track 1000001 name run 99",
        ),
        (
            "INSERT INTO track_attributes VALUES (1000001, 2, 'hat', 'yes', 0.9, 1, 1)",
            "track_attributes: rows of track 1000001 name run 2",
        ),
        ("UPDATE track_movement SET speed = 9 WHERE run_id = 4", f"run:4: {TAMPERED}"),
        (
            "UPDATE track_movement SET run_id = 99 WHERE run_id = 4",
            "track_movement: rows of track 4",
        ),
        # Saved searches (014).
        ("UPDATE saved_searches SET text = 'a dog'", f"searches: {TAMPERED}"),
        ("UPDATE saved_searches SET removed_ns = 1", f"searches: {TAMPERED}"),
        ("DELETE FROM saved_searches", f"searches: {TAMPERED}"),
        # Lines, and on which pictures zones were drawn (015).
        ("UPDATE lines SET points = '[[1,2],[3,4]]'", f"lines: {TAMPERED}"),
        ("UPDATE lines SET name = 'M'", f"lines: {TAMPERED}"),
        ("DELETE FROM lines", f"lines: {TAMPERED}"),
        ("UPDATE zone_sizes SET width = 1", f"zones: {TAMPERED}"),
        ("DELETE FROM zone_sizes", f"zones: {TAMPERED}"),
        # Questions, decisions and answers (016).
        ("UPDATE questions SET text = 'a dog'", f"questions: {TAMPERED}"),
        ("UPDATE decisions SET verdict = 'wrong'", f"decisions: {TAMPERED}"),
        ("UPDATE decisions SET taken_back_ns = 1", f"decisions: {TAMPERED}"),
        ("DELETE FROM decisions", f"decisions: {TAMPERED}"),
        ("UPDATE decisions SET decided_by = 'somebody else'", f"decisions: {TAMPERED}"),
        ("UPDATE kept_answers SET total = 0", f"answers: {TAMPERED}"),
        ("DELETE FROM kept_answer_hits WHERE shown_rank = 1", f"answers: {TAMPERED}"),
        ("UPDATE kept_answer_runs SET run_id = 9 WHERE run_id = 1", f"answers: {TAMPERED}"),
    ],
)
def test_changed_findings_questions_and_answers_are_named(
    asked: Case, damage: str, named: str
) -> None:
    found = faults_after(asked, damage)
    assert any(named in fault for fault in found), found


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("saved_searches VALUES (1, 'n', 'person', '{}', 1, 'me', NULL)", "searches"),
        ("lines VALUES (1, 'n', '[[1,2],[3,4]]', 1, NULL, NULL, NULL, 1, 'me', NULL)", "lines"),
        ("zone_sizes VALUES (1, 640, 480)", "zones"),
        (
            "calibrations VALUES (1, 'c', 640, 480, NULL, '[]', '[]', '[1,0,0,0,1,0,0,0,1]', "
            "'[]', NULL, NULL, NULL, NULL, 0, 1, 'me', '0', NULL)",
            "calibrations",
        ),
        ("questions VALUES (1, 'x', 'search', 'person', '{}', 1, 'me')", "questions"),
        ("decisions VALUES (1, 1, 1000001, 'right', 1, 1, 'me', NULL)", "decisions"),
        ("kept_answers VALUES (1, 1, 200, 0, 'best', 1, 'me', '0')", "answers"),
        ("kept_answer_hits VALUES (1, 1, 1000001, 1, 1, 0.5)", "answers"),
        ("kept_answer_runs VALUES (1, 1)", "answers"),
    ],
)
def test_rows_planted_where_there_were_none_are_named(
    practice: Case, planted: str, named: str
) -> None:
    assert f"{named}: {UNKNOWN}" in faults_after(practice, f"INSERT INTO {planted}")
