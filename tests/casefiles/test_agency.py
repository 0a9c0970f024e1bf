"""The agency store: shared by processes that come and go."""

import subprocess
import sys
from pathlib import Path

import pytest

from casefiles import agency
from casefiles.audit import Entry
from casefiles.errors import Unwritable
from casefiles.store.engine import Connection
from casefiles.types import Actor
from resources import paths

ACTOR = Actor("tester", "desk-1")
pytestmark = pytest.mark.usefixtures("made_anew")


def test_many_processes_write_one_unbroken_chain() -> None:
    code = (
        "from casefiles import agency; from casefiles.audit import Entry; "
        "from casefiles.types import Actor\n"
        "for _ in range(4): agency.record(Entry('x', 'done'), Actor('u', 'w'))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    verdict = agency.check_chain()
    assert (verdict.holds, verdict.rows) == (True, 16)


def test_store_held_for_good_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agency, "_TRIES", 2)
    path = paths.home() / "agency.duckdb"
    agency.policy_label()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, duckdb\n"
            "held = duckdb.connect(sys.argv[1]); print('up', flush=True); sys.stdin.read()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        holder.stdout.readline()
        with pytest.raises(Unwritable, match=f"process {holder.pid}"):
            agency.record(Entry("x", "done"), ACTOR)
    finally:
        holder.communicate()


def test_store_left_empty_by_a_killed_program_is_made_whole() -> None:
    Connection(paths.home() / "agency.duckdb", key=None, create=True).close()
    agency.record(Entry("x", "done"), ACTOR)
    assert agency.check_chain().rows == 1


def test_home_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(Unwritable, match="agency folder"):
        agency.policy_label()
