"""When something is wrong: the last run that crashed, a fault in a slot, a self-test, a file."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from casefiles.jobs import Job, Progress
from casefiles.types import Actor
from casefiles.usecases.open_case import create_case
from resources import faults, paths
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import case_open, click, dialog, jobs_ended, message
from ui.dialogs.problem import ProblemDialog
from ui.dialogs.self_test import SelfTestDialog
from workstation.crash import unhandled_told
from workstation.desktop import help as helping
from workstation.desktop.desktop import Desktop
from workstation.last_run import take_last_run
from workstation.selftest import CHECKS, Result
from workstation.selftest_types import Finding

SECRET = "plan" + "ted"
START_MS = 60_000


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The folder of a case without footage."""
    folder = tmp_path / "quay-case"
    create_case(folder, Actor("tester", "bench"), number="26-7", title="Quay").close()
    return folder


def _button(owner: Desktop | QDialog, name: str) -> QPushButton:
    within = owner.banner if isinstance(owner, Desktop) else owner
    found = within.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


@pytest.fixture
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-test as it comes, without the minute it takes; its checks have their own tests."""

    def run(_case: Path | None) -> Job[tuple[Result, ...]]:
        states = {5: "problem", 6: "note"}
        found = []
        for check in CHECKS:
            yield Progress(check.number - 1, len(CHECKS), "checks", check.name)
            state = states.get(check.number, "ok")
            finding = Finding(state, f"found {check.number}", "meaning", "remedy")  # type: ignore[arg-type]  # the three words
            found.append(Result(check, finding))
        return tuple(found)

    monkeypatch.setattr(helping, "run_checks", run)


def test_window_that_crashed_says_so_once_and_goes_on_with_the_case(
    qtbot: QtBot, case: Path, empty_desktop: Desktop
) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "workstation", "gui", str(case)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    running = paths.home() / "running"

    def has_case_open() -> bool:
        assert program.poll() is None, program.stderr and program.stderr.read()
        return any(case.name in file.read_text() for file in running.glob("window-*"))

    qtbot.waitUntil(has_case_open, timeout=START_MS)
    program.send_signal(signal.SIGSEGV)
    program.communicate()
    last = take_last_run()
    assert last is not None
    assert last.trace is not None
    assert "Segmentation fault" in last.trace.read_text()
    desktop = empty_desktop
    desktop.help.tell(last)
    said = message(qtbot, desktop)
    assert said.kind == "notice"
    assert "did not close by itself" in said.title
    assert str(last.trace) in said.hint
    assert "is safe" in said.hint
    click(_button(desktop, "message-action"))
    case_open(qtbot, desktop, "26-7")
    assert take_last_run() is None


def test_notice_of_the_last_run_stays_when_a_case_opens_and_goes_with_escape(
    qtbot: QtBot, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    marker = paths.home() / "running"
    marker.mkdir()
    (marker / "window-1-2.json").write_bytes(b"")
    last = take_last_run()
    assert last is not None
    desktop.help.tell(last)
    desktop.banner.clear()
    assert message(qtbot, desktop).lasting
    QTest.keyClick(desktop.window, Qt.Key.Key_Escape)
    assert not desktop.banner.messages


def test_fault_in_a_slot_is_told_reported_and_passed_on_without_its_message(
    qtbot: QtBot, case: Path, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    desktop.cases.open_folder(case)
    case_open(qtbot, desktop, "26-7")

    def broken() -> None:
        raise AssertionError(SECRET)

    desktop.actions.bind("jobs.cancel", broken)
    with qtbot.captureExceptions() as caught, unhandled_told(desktop.session.failed.emit):
        for _ in range(3):
            desktop.actions["jobs.cancel"].trigger()
    assert len(caught) == 3
    said = message(qtbot, desktop)
    assert "fault in Sightline" in said.title
    # Written beside the window, and said once it is there.
    qtbot.waitUntil(lambda: "report was saved" in message(qtbot, desktop).hint)
    (report,) = faults.reports(paths.log_folder())
    assert str(report) in message(qtbot, desktop).hint
    assert SECRET not in report.read_text()
    click(_button(desktop, "message-action"))
    shown = dialog(qtbot, desktop, ProblemDialog)
    assert "AssertionError" in shown.text.toPlainText()
    assert SECRET not in shown.text.toPlainText()
    click(_button(shown, "problem-copy"))
    assert "test_help.py" in QGuiApplication.clipboard().text()
    shown.close()
    assert desktop.session.view is not None, "the case stays open"


@pytest.mark.usefixtures("quick_checks")
def test_self_test_shows_a_table_the_worst_first_and_can_be_copied(
    qtbot: QtBot, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    desktop.actions["help.selftest"].trigger()
    shown = dialog(qtbot, desktop, SelfTestDialog)
    qtbot.waitUntil(lambda: len(shown.shown()) == len(CHECKS), timeout=PATIENCE_MS)
    assert shown.verdict.text().startswith("RESULT: PROBLEM in 1 of")
    table = shown.findChild(QTreeWidget, "self-test-table")
    assert isinstance(table, QTreeWidget)
    chosen = table.currentItem()
    assert chosen is not None
    assert (chosen.text(0), chosen.text(1)) == ("5", "PROBLEM")
    assert "remedy" in shown.details.toPlainText()
    click(_button(shown, "self-test-copy"))
    assert "  5 PROBLEM  Models: found 5" in QGuiApplication.clipboard().text()
    shown.close()


@pytest.mark.usefixtures("quick_checks")
def test_self_test_closed_before_its_end_is_called_off(
    qtbot: QtBot, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    desktop.actions["help.selftest"].trigger()
    dialog(qtbot, desktop, SelfTestDialog).close()
    jobs_ended(qtbot, desktop)
    assert not desktop.banner.messages


@pytest.mark.usefixtures("quick_checks")
def test_file_for_the_help_desk_is_written_beside_the_window(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path
) -> None:
    desktop = empty_desktop
    target = tmp_path / "report.zip"
    desktop.help.save_file(target)
    jobs_ended(qtbot, desktop)
    assert str(target) in message(qtbot, desktop).title
    with zipfile.ZipFile(target) as bundle:
        assert "selftest.txt" in bundle.namelist()
    desktop.banner.clear()
    desktop.help.save_file(target)
    jobs_ended(qtbot, desktop)
    assert "is there already" in message(qtbot, desktop).title
