"""The first start: three ways to begin, cases made and opened by hand, wrong turns, practice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.open_case import create_case
from resources import paths
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import (
    Key,
    case_open,
    click,
    control,
    dialog,
    no_dialog,
    press,
    start_again,
    tab_to,
    write,
)
from ui.dialogs.new_case import NewCaseDialog
from ui.dialogs.passphrase import PassphraseDialog
from ui.jobs import JobState
from ui.theme import colour
from workstation.desktop.desktop import Desktop

SECRET = "blue horse runs far away"


@pytest.fixture
def encrypted(tmp_path: Path, guards: GuiGuards) -> Path:
    """An encrypted case, closed."""
    folder, actor = tmp_path / "sealed", Actor("tester", "bench")
    with guards.lifted():
        create_case(folder, actor, number="26-7", title="Sealed", passphrase=SECRET).close()
    return folder


@pytest.fixture
def again(qtbot: QtBot, empty_desktop: Desktop, guards: GuiGuards) -> Iterator[Desktop]:
    """The program started once more, after a case was made and the first window closed."""
    make_case(qtbot, empty_desktop, paths.home() / "cases" / "26-1")
    with guards.lifted():
        empty_desktop.close()
    desktop = start_again(qtbot)
    yield desktop
    with guards.lifted():
        desktop.close()
    desktop.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def make_case(qtbot: QtBot, desktop: Desktop, folder: Path) -> None:
    """Ctrl+N, number, title, folder, Enter."""
    control(desktop, Key.Key_N)
    asked = dialog(qtbot, desktop, NewCaseDialog)
    assert asked.number.hasFocus(), "one types at once"
    write(desktop, "26-1")
    press(desktop, Key.Key_Tab)
    write(desktop, "Quay")
    press(desktop, Key.Key_Tab)
    assert asked.folder.hasFocus()
    control(desktop, Key.Key_A)
    write(desktop, str(folder))
    press(desktop, Key.Key_Return)
    case_open(qtbot, desktop, "26-1")


@pytest.mark.parametrize("by", ["mouse", "Space", "Return"])
def test_each_way_to_begin_works(qtbot: QtBot, empty_desktop: Desktop, by: str) -> None:
    page = empty_desktop.start_page
    assert page.isVisible()
    for button, title in ((page.drop, "Add footage"), (page.open, "Open case")):
        if by == "mouse":
            click(button)
        else:
            tab_to(empty_desktop, button)
            press(empty_desktop, Key.Key_Space if by == "Space" else Key.Key_Return)
        asked = dialog(qtbot, empty_desktop, QFileDialog)
        assert asked.windowTitle() == title
        press(empty_desktop, Key.Key_Escape)
        no_dialog(qtbot, empty_desktop)
    assert page.practise.isVisible()


def test_typed_case_is_made_and_says_what_to_do_next(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path
) -> None:
    make_case(qtbot, empty_desktop, tmp_path / "cases" / "26-1")
    assert (tmp_path / "cases" / "26-1" / "case.duckdb").is_file()
    assert "26-1 · Quay" in empty_desktop.window.windowTitle()
    qtbot.waitUntil(empty_desktop.settled, timeout=PATIENCE_MS)
    assert empty_desktop.start_page.isVisible(), "an empty case shows how to begin, no empty grid"
    assert not empty_desktop.banner.messages


def test_wrong_passphrase_of_another_case_leaves_the_open_one_open(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, encrypted: Path
) -> None:
    make_case(qtbot, empty_desktop, tmp_path / "cases" / "26-1")
    empty_desktop.cases.open_folder(encrypted)
    dialog(qtbot, empty_desktop, PassphraseDialog)
    write(empty_desktop, "not that one")
    press(empty_desktop, Key.Key_Return)

    def asked_again() -> bool:
        dialogs = empty_desktop.window.findChildren(PassphraseDialog)
        return any(one.isVisible() and one.problem.text() for one in dialogs)

    qtbot.waitUntil(asked_again, timeout=PATIENCE_MS)
    dialog(qtbot, empty_desktop, PassphraseDialog)
    press(empty_desktop, Key.Key_Escape)
    no_dialog(qtbot, empty_desktop)
    case_open(qtbot, empty_desktop, "26-1")
    assert empty_desktop.session.case is not None


def test_recent_case_is_listed_after_a_restart_and_opened_by_keys(
    qtbot: QtBot, again: Desktop
) -> None:
    listed = again.start_page.list
    assert listed.count() == 1
    assert listed.item(0).text().split() == ["26-1", "Quay"]
    tab_to(again, listed)
    press(again, Key.Key_Return)
    case_open(qtbot, again, "26-1")


def test_practice_makes_its_case_and_its_analysis_can_be_cancelled(
    qtbot: QtBot, empty_desktop: Desktop
) -> None:
    desktop = empty_desktop
    click(desktop.start_page.practise)
    case_open(qtbot, desktop, "TRAINING-0001")
    assert desktop.session.case is not None
    assert desktop.session.case.folder == paths.home() / "practice-case"
    qtbot.waitUntil(lambda: bool(desktop.session.jobs.active), timeout=PATIENCE_MS)
    (job,) = desktop.session.jobs.active
    qtbot.waitUntil(lambda: job.state is JobState.RUNNING, timeout=PATIENCE_MS)
    control(desktop, Key.Key_J)
    row = next(row for row in desktop.jobs.rows if row.job is job)
    qtbot.waitUntil(row.cancel.isVisible, timeout=PATIENCE_MS)
    tab_to(desktop, row.cancel)
    press(desktop, Key.Key_Space)
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "stored stays" in row.words.text(), timeout=PATIENCE_MS)
    assert desktop.badges.training.words.text() == "TRAINING"
    assert desktop.badges.training.isVisible()
    frame = desktop.window.centralWidget()
    assert frame is not None
    edge = frame.mapTo(desktop.window, QPoint(1, frame.height() // 2))
    assert desktop.window.grab().toImage().pixelColor(edge) == colour("training")
    assert len(desktop.tiles.shown) == 4
