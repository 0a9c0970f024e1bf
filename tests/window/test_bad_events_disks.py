"""A disk that is full or slow: one clear message, the window goes on, and nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from casefiles.edit_kinds import RemoveZone
from casefiles.types import Actor, ZoneId
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case, open_case
from casefiles.usecases.view_case import view_case
from resources.errors import UserError
from resources.files import packaged
from tests.support.bad_disks import no_room, slow_disk, small_disk
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS
from tests.window.conftest import open_case as open_in_window
from tests.window.hands import (
    Key,
    control,
    dialog,
    jobs_ended,
    message,
    no_dialog,
    press,
    write,
)
from ui.dialogs.closing import ClosingDialog
from ui.jobs import JobState
from workstation import gui
from workstation.desktop.desktop import Desktop

ACTOR = Actor("tester", "bench")


@pytest.fixture
def folder(tmp_path: Path, guards: GuiGuards) -> Path:
    """A case with one recording."""
    with guards.lifted(), create_case(tmp_path / "c", ACTOR, number="26-6", title="Quay") as case:
        add_source(case, packaged("demo", "market-gate.mp4"), Recording())
    return tmp_path / "c"


@pytest.fixture
def working(qtbot: QtBot, empty_desktop: Desktop, folder: Path) -> Desktop:
    """The window with that case."""
    open_in_window(qtbot, empty_desktop, folder)
    return empty_desktop


def bookmark(qtbot: QtBot, desktop: Desktop, note: str) -> None:
    """B, a note, Enter."""
    press(desktop, Key.Key_B)
    dialog(qtbot, desktop, QInputDialog)
    write(desktop, note)
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)


def notes(desktop: Desktop) -> list[str]:
    """The bookmarks that the window knows."""
    view = desktop.session.view
    return [] if view is None else [one.note for one in view.bookmarks]


def notes_in(folder: Path, guards: GuiGuards) -> list[str]:
    """The bookmarks of a case that is closed."""
    with guards.lifted(), open_case(folder, ACTOR) as case:
        return [one.note for one in view_case(case).bookmarks]


def snapshot_to(qtbot: QtBot, desktop: Desktop, target: Path) -> None:
    """The command for a snapshot, and where it goes."""
    desktop.actions["case.snapshot"].trigger()
    dialog(qtbot, desktop, QInputDialog)
    control(desktop, Key.Key_A)
    write(desktop, str(target))
    press(desktop, Key.Key_Return)


def test_edit_on_a_full_disk_is_refused_and_works_when_there_is_room(
    qtbot: QtBot, working: Desktop
) -> None:
    desktop = working
    bookmark(qtbot, desktop, "before")
    qtbot.waitUntil(lambda: notes(desktop) == ["before"], timeout=PATIENCE_MS)
    with no_room():
        bookmark(qtbot, desktop, "refused")
        said = message(qtbot, desktop)
    assert said.kind == "error"
    assert "case.duckdb cannot be written" in said.title
    assert "Error:" not in said.title
    assert "Free some space" in said.hint
    assert len(desktop.banner.messages) == 1
    press(desktop, Key.Key_Escape)
    assert desktop.session.undo.redoText() == "bookmark", "it need not be typed again"
    desktop.actions["edit.redo"].trigger()
    qtbot.waitUntil(lambda: notes(desktop) == ["before", "refused"], timeout=PATIENCE_MS)
    with no_room():
        control(desktop, Key.Key_Z)
        message(qtbot, desktop)
    press(desktop, Key.Key_Escape)
    assert notes(desktop) == ["before", "refused"], "it could not be taken back"
    for left in (["before"], []):
        control(desktop, Key.Key_Z)
        qtbot.waitUntil(lambda: notes(desktop) == left, timeout=PATIENCE_MS)  # noqa: B023 - waited for here
    assert not desktop.session.undo.canUndo()
    assert not desktop.banner.messages


def test_change_that_failed_below_others_is_no_step_of_undo(qtbot: QtBot, working: Desktop) -> None:
    desktop = working
    with slow_disk() as disk:
        desktop.session.do("zone", RemoveZone(ZoneId(404)))
        bookmark(qtbot, desktop, "good")
        disk.go_on()
    assert "no zone 404" in message(qtbot, desktop).title
    press(desktop, Key.Key_Escape)
    qtbot.waitUntil(lambda: notes(desktop) == ["good"], timeout=PATIENCE_MS)
    control(desktop, Key.Key_Z)
    qtbot.waitUntil(lambda: notes(desktop) == [], timeout=PATIENCE_MS)
    assert not desktop.session.undo.canUndo()
    assert not desktop.banner.messages


def test_snapshot_to_a_full_disk_is_said_and_leaves_nothing(
    qtbot: QtBot, working: Desktop, tmp_path: Path
) -> None:
    desktop = working
    with small_disk(tmp_path / "stick", megabytes=1) as stick:
        stick.fill()
        snapshot_to(qtbot, desktop, stick.path / "copy")
        said = message(qtbot, desktop)
        jobs_ended(qtbot, desktop)
        assert "copy" in said.title
        assert "No space left on device" in said.title
        assert [path.name for path in stick.path.iterdir()] == ["fill"]
    assert [job.state for job in desktop.session.jobs.jobs] == [JobState.FAILED]
    press(desktop, Key.Key_Escape)
    snapshot_to(qtbot, desktop, tmp_path / "copy")
    qtbot.waitUntil(lambda: "Snapshot saved" in message(qtbot, desktop).title, timeout=PATIENCE_MS)


def test_picture_of_the_window_on_a_full_disk_leaves_the_older_one(
    qapp: QApplication, tmp_path: Path
) -> None:
    older = QPixmap(800, 600)
    older.fill("navy")
    with small_disk(tmp_path / "stick", megabytes=1) as stick:
        picture = stick.path / "window.png"
        gui._save(older, picture)
        before = picture.read_bytes()
        stick.fill()
        with pytest.raises(UserError, match=r"window.png cannot be written"):
            gui._save(older, picture)
        assert picture.read_bytes() == before
        assert sorted(path.name for path in stick.path.iterdir()) == ["fill", "window.png"]


def test_settings_that_cannot_be_kept_are_said_and_the_window_goes_on(
    qtbot: QtBot, working: Desktop
) -> None:
    with no_room():
        working.actions["layout.save"].trigger()
        qtbot.waitUntil(
            lambda: any("settings cannot be kept" in one.title for one in working.banner.messages),
            timeout=PATIENCE_MS,
        )
    bookmark(qtbot, working, "alive")
    qtbot.waitUntil(lambda: notes(working) == ["alive"], timeout=PATIENCE_MS)


@pytest.fixture
def asked_to_close(qtbot: QtBot, working: Desktop) -> Iterator[Callable[[], None]]:
    """Closes the window as its cross does."""
    # The last window ends the application, which all tests share.
    before = QApplication.quitOnLastWindowClosed()
    QApplication.setQuitOnLastWindowClosed(False)
    yield lambda: working.actions["program.quit"].trigger()
    QApplication.setQuitOnLastWindowClosed(before)


def test_slow_disk_neither_stops_the_window_nor_loses_what_was_done_last(
    qtbot: QtBot,
    working: Desktop,
    folder: Path,
    guards: GuiGuards,
    asked_to_close: Callable[[], None],
) -> None:
    desktop = working
    with slow_disk() as disk:
        bookmark(qtbot, desktop, "slow")
        qtbot.waitUntil(disk.reached.is_set, timeout=PATIENCE_MS)
        before = desktop.playback.wall_ns
        press(desktop, Key.Key_Right)
        qtbot.waitUntil(lambda: desktop.playback.wall_ns != before, timeout=PATIENCE_MS)
        assert desktop.session.undo.canUndo(), "the edit waits, the window does not"
        asked_to_close()
        waiting = dialog(qtbot, desktop, ClosingDialog)
        assert str(folder) in waiting.text
        assert "slow" in waiting.text
        press(desktop, Key.Key_Escape)
        asked_to_close()
        assert waiting.isVisible(), "there is nothing to do but wait"
        disk.go_on()
        qtbot.waitUntil(lambda: not desktop.window.isVisible(), timeout=PATIENCE_MS)
    assert notes_in(folder, guards) == ["slow"]


def test_window_that_closes_at_once_asks_nothing(
    qtbot: QtBot, working: Desktop, asked_to_close: Callable[[], None]
) -> None:
    asked_to_close()
    qtbot.waitUntil(lambda: not working.window.isVisible(), timeout=PATIENCE_MS)
    assert not working.window.findChildren(ClosingDialog)


def test_what_cannot_be_stored_when_the_window_closes_keeps_it_open(
    qtbot: QtBot,
    working: Desktop,
    folder: Path,
    guards: GuiGuards,
    asked_to_close: Callable[[], None],
) -> None:
    desktop = working
    with no_room():
        with slow_disk() as disk:
            bookmark(qtbot, desktop, "lost")
            asked_to_close()
            qtbot.waitUntil(disk.reached.is_set, timeout=PATIENCE_MS)
        said = message(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.session.case is None, timeout=PATIENCE_MS)
        assert "cannot be written" in "".join(one.title for one in desktop.banner.messages)
        assert said.hint
        no_dialog(qtbot, desktop)
        assert desktop.window.isVisible(), "somebody has to read that"
    qtbot.waitUntil(desktop.start_page.isVisible, timeout=PATIENCE_MS)
    asked_to_close()
    qtbot.waitUntil(lambda: not desktop.window.isVisible(), timeout=PATIENCE_MS)
    assert notes_in(folder, guards) == []
