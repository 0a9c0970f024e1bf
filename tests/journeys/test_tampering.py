"""Rows changed behind the program's back: `case verify` finds each, and names the thing."""

import json
from pathlib import Path

import duckdb
import pytest

from casefiles import agency
from casefiles.case import DATABASE
from tests.journeys.conftest import Run


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE case_header SET title = 'Another'", "header"),
        ("UPDATE case_header SET training = false", "header"),
        ("UPDATE cameras SET name = 'Elsewhere' WHERE camera_id = 'harbor-west'", "cameras"),
        ("UPDATE placements SET heading_deg = heading_deg + 1", "cameras"),
        ("DELETE FROM cameras", "cameras"),
        ("UPDATE map_layers SET shown = false WHERE kind = 'outlines'", "layers"),
        ("UPDATE sources SET offset_ns = 0 WHERE source_id = 2", "source:2"),
        ("UPDATE sources SET recorded_start_ns = 0 WHERE source_id = 3", "source:3"),
        ("UPDATE sources SET packet_index = 'x'::BLOB WHERE source_id = 1", "source:1"),
        ("DELETE FROM sources WHERE source_id = 4", "source:4"),
        ("UPDATE runs SET model_sha256 = repeat('0', 64) WHERE run_id = 1", "run:1"),
        ("UPDATE runs SET state = 'abandoned' WHERE run_id = 2", "run:2"),
        ("UPDATE runs SET report = 'nope' WHERE run_id = 1", "run:1"),
        ("UPDATE tracks SET suppressed = true WHERE track_id = 1000001", "static"),
        ("UPDATE tracks SET from_ns = from_ns + 1 WHERE track_id = 3000001", "run:3"),
        ("UPDATE track_points SET x1 = x1 + 1 WHERE track_id = 2000001", "run:2"),
        ("DELETE FROM track_points WHERE track_id = 4000001", "run:4"),
        ("UPDATE detections SET score = 0.99 WHERE run_id = 1", "run:1"),
        ("DELETE FROM detections WHERE run_id = 2", "run:2"),
        ("DELETE FROM analysed_frames WHERE run_id = 3 AND step = 5", "run:3"),
        ("UPDATE minute_activity SET track_points = 0", "run:1"),
        ("UPDATE shown_runs SET run_id = 99 WHERE source_id = 1", "shown"),
        ("INSERT INTO runs SELECT * REPLACE (99 AS run_id) FROM runs WHERE run_id = 1", "run:99"),
        ("DELETE FROM audit WHERE seq = 2", "row 2"),
        ("UPDATE audit_private SET value = 'x' WHERE seq = 1", "row 1"),
        ("INSERT INTO audit_private VALUES (9999, 'reason', 'x'::BLOB, 'x')", "9999"),
    ],
)
def test_changed_rows_do_not_verify_and_are_named(
    run: Run, practice_case: Path, damage: str, named: str
) -> None:
    with duckdb.connect(str(practice_case / DATABASE)) as case:
        case.execute(damage)
    verdict = run("case", "verify", practice_case, "--json")
    assert verdict.code == 2
    assert any(named in fault for fault in verdict.document["bad"]), verdict.document
    assert "Traceback" not in verdict.err


def test_lawfully_destroyed_private_values_leave_the_case_verified(
    run: Run, practice_case: Path
) -> None:
    run("case", "info", practice_case, "--reason", "planted words")
    with duckdb.connect(str(practice_case / DATABASE)) as case:
        case.execute("DELETE FROM audit_private WHERE name = 'reason'")
    assert run("case", "verify", practice_case).code == 0


def test_indexing_again_after_verification_still_verifies(run: Run, practice_case: Path) -> None:
    assert run("index", practice_case, "--source", 4, "--sample-fps", 1).code == 0
    assert run("case", "verify", practice_case).code == 0


def test_failed_opening_leaves_a_row_with_the_agency(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "right")
    run("case", "create", tmp_path / "c", "--number", "1", "--title", "T")
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "wrong")
    assert run("case", "info", tmp_path / "c", "--reason", "planted words").code == 2
    store = tmp_path / "workstation-home" / "agency.duckdb"
    with duckdb.connect(str(store), read_only=True) as opened:
        rows = [
            json.loads(row[0]) for row in opened.execute("SELECT row_text FROM audit").fetchall()
        ]
    assert [(row["event"], row["outcome"]) for row in rows] == [
        ("case.create", "done"),
        ("case.open", "failed"),
    ]
    assert b"planted words" not in store.read_bytes()
    assert agency.check_chain().holds
