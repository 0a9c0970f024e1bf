"""The passphrase of a case is changed: whatever happens meanwhile, the old or the new one opens."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPassphrase
from casefiles.store.keys import KEY_FILE, is_encrypted, read_key
from casefiles.store.media_files import REWRAPPED
from casefiles.types import Actor
from casefiles.usecases.change_passphrase import change_passphrase
from casefiles.usecases.read_history import read_history
from tests.journeys.conftest import Run
from tests.journeys.test_bad_input import refused
from tests.journeys.test_encrypted_case_damage import state
from tests.support.clips import shared_clip
from tests.support.leaks import leaks

OLD, NEW = "old wörds for it", "new wörds for it"
WHO = Actor("tester", "bench")
_CHANGE = """
import os, signal, sys
from pathlib import Path
from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.change_passphrase import change_passphrase

def dies(owner, name, *, times=1, after=False, when=lambda *_: True):
    real = getattr(owner, name)
    left = [times]
    def instead(*given, **named):
        left[0] -= bool(when(*given))
        result = real(*given, **named) if after or left[0] else None
        return result if left[0] else os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, instead)

folder, step, old, new = sys.argv[1:]
case = Case.open(Path(folder), Actor("tester", "bench"), policy="p", passphrase=old)
if step == "before the file is on the disk":
    dies(os, "fsync")
elif step == "before it takes the place":
    dies(Path, "replace")
elif step == "after it took the place":
    dies(Path, "replace", after=True)
elif step == "before it is logged":
    dies(Case, "record", when=lambda _, entry: entry.outcome == "done")
change_passphrase(case, old, new)
"""


@pytest.fixture
def case(tmp_path: Path, cheap_keys: None) -> Path:
    folder = tmp_path / "case"
    Case.create(folder, WHO, number="26-1", title="T", policy="p", passphrase=OLD).close()
    return folder


@pytest.fixture(autouse=True)
def _passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", OLD)
    monkeypatch.setenv("WORKSTATION_NEW_PASSPHRASE", NEW)


def opens(folder: Path, passphrase: str) -> bool:
    try:
        Case.open(folder, WHO, policy="p", passphrase=passphrase).close()
    except WrongPassphrase:
        return False
    return True


def test_new_passphrase_opens_the_case_and_the_old_one_no_more(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "before"
    assert run("case", "snapshot", case, "--out", before).code == 0
    done = run("case", "passphrase", case, "--json")
    assert (done.code, done.document["passphrase"]) == (0, "changed")
    assert "copies made before" in done.err
    refused(run("case", "info", case), "passphrase does not open")
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", NEW)
    assert run("case", "verify", case).code == 0
    with Case.open(case, WHO, policy="p", passphrase=NEW) as opened:
        rows = [row for row in read_history(opened) if row.event == "case.passphrase"]
    assert [row.outcome for row in rows] == ["done", "started"]
    assert opens(before, OLD)
    assert leaks([tmp_path], {"old": OLD, "new": NEW}) == []


@pytest.mark.parametrize(
    ("new", "said"), [(None, "WORKSTATION_NEW_PASSPHRASE"), (OLD, "is the old one")]
)
def test_missing_or_same_new_passphrase_changes_nothing(
    run: Run, case: Path, monkeypatch: pytest.MonkeyPatch, new: str | None, said: str
) -> None:
    before = (case / KEY_FILE).read_bytes()
    if new is None:
        monkeypatch.delenv("WORKSTATION_NEW_PASSPHRASE")
    else:
        monkeypatch.setenv("WORKSTATION_NEW_PASSPHRASE", new)
    refused(run("case", "passphrase", case), said)
    assert (case / KEY_FILE).read_bytes() == before


def test_wrong_present_passphrase_changes_not_a_byte(
    run: Run, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "wrong")
    before = state(case)
    refused(run("case", "passphrase", case), "passphrase does not open")
    assert state(case) == before


def test_plain_case_is_told_what_to_do_instead(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKSTATION_PASSPHRASE")
    run("case", "create", tmp_path / "plain", "--number", "1", "--title", "T")
    refused(run("case", "passphrase", tmp_path / "plain"), "not encrypted", "new case")
    assert not is_encrypted(tmp_path / "plain")


@pytest.mark.parametrize(
    ("typed", "changed"), [([NEW, NEW], True), ([NEW, "other"], False), ([""], False)]
)
def test_new_passphrase_is_typed_twice(
    run: Run, case: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], changed: bool
) -> None:
    monkeypatch.delenv("WORKSTATION_NEW_PASSPHRASE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    left = iter(typed)
    asked: list[str] = []

    def type_it(prompt: str) -> str:
        asked.append(prompt)
        return next(left)

    monkeypatch.setattr("workstation.commands.access.getpass", type_it)
    assert run("case", "passphrase", case).code == (0 if changed else 2)
    assert len(asked) == len(typed)
    assert opens(case, NEW if changed else OLD)


@pytest.mark.parametrize(
    ("step", "opening"),
    [
        ("before the file is on the disk", OLD),
        ("before it takes the place", OLD),
        ("after it took the place", NEW),
        ("before it is logged", NEW),
    ],
)
def test_killed_change_leaves_a_case_that_one_of_the_two_opens(
    run: Run, case: Path, monkeypatch: pytest.MonkeyPatch, step: str, opening: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CHANGE, str(case), step, OLD, NEW],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [opens(case, OLD), opens(case, NEW)] == [opening == OLD, opening == NEW]
    with Case.open(case, WHO, policy="p", passphrase=opening) as opened:
        acts = [(row.event, row.outcome) for row in read_history(opened)]
        assert ("case.passphrase", "started") in acts
        assert ("case.passphrase", "done") not in acts
        # What was left behind stands in the way of nothing.
        change_passphrase(opened, opening, "third one")
    assert sorted(path.name for path in case.iterdir()) == ["case.duckdb", KEY_FILE]
    monkeypatch.setenv("WORKSTATION_PASSPHRASE", "third one")
    assert run("case", "verify", case).code == 0


def test_change_that_the_disk_refuses_is_logged_as_failed_and_the_old_one_holds(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Case.open(case, WHO, policy="p", passphrase=OLD) as opened:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(Path, "replace", full)
            with pytest.raises(Unwritable, match="No space left"):
                change_passphrase(opened, OLD, NEW)
        newest = read_history(opened)[0]
        assert (newest.event, newest.outcome) == ("case.passphrase", "failed")
    assert opens(case, OLD)


def test_change_while_the_key_file_was_replaced_is_refused(case: Path, tmp_path: Path) -> None:
    Case.create(
        tmp_path / "other", WHO, number="2", title="T", policy="p", passphrase="another"
    ).close()
    with Case.open(case, WHO, policy="p", passphrase=OLD) as opened:
        shutil.copy(tmp_path / "other" / KEY_FILE, case / KEY_FILE)
        with pytest.raises(WrongPassphrase):
            change_passphrase(opened, OLD, NEW)
    assert read_key(case, "another")


def test_copy_of_a_raw_stream_in_an_encrypted_case_is_said_to_be_plain(
    run: Run, case: Path
) -> None:
    done = run("source", "add", case, shared_clip("raw_h264").path, "--json")
    assert done.code == 0
    assert "1 re-wrapped copy" in done.err
    assert "without the passphrase" in done.err
    (copy,) = (case / REWRAPPED).iterdir()
    assert copy.read_bytes()[4:8] == b"ftyp"
    assert json.loads(done.out)[0]["id"] == 1
