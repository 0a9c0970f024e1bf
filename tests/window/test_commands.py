"""Every command is there, does something wherever it is possible, and is found by key and name."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QToolButton, QWidget
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.open_case import create_case
from tests.support.accessibility import Problem, walk
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import (
    Key,
    control,
    dialog,
    focused,
    jobs_ended,
    no_dialog,
    press,
    start_again,
    tab_to,
    write,
)
from ui import theme
from ui.actions import ACTIONS
from ui.dialogs.command_palette import CommandPalette
from ui.dialogs.shortcut_sheet import ShortcutSheet
from ui.window import WORKSPACES
from workstation.desktop.desktop import Desktop

LASTS = {"program.quit"}
"""Commands that end the window."""


def test_every_command_is_bound_and_every_key_means_one(empty_desktop: Desktop) -> None:
    assert empty_desktop.actions.unbound() == []
    keys = [QKeySequence(key).toString() for row in ACTIONS for key in row.keys]
    assert sorted(keys) == sorted(set(keys))
    assert all(keys)


def test_a_command_that_nobody_bound_is_found(empty_desktop: Desktop) -> None:
    empty_desktop.actions["help.about"].triggered.disconnect()
    assert empty_desktop.actions.unbound() == ["help.about"]


@pytest.fixture
def bare_desktop(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> Desktop:
    """The window with a case in which there is nothing."""
    with guards.lifted():
        create_case(tmp_path / "c", Actor("tester", "bench"), number="26-1", title="").close()
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return empty_desktop


@pytest.mark.parametrize("state", ["empty_desktop", "bare_desktop", "desktop"])
def test_every_command_can_be_given_in_every_state(
    qtbot: QtBot, request: pytest.FixtureRequest, state: str
) -> None:
    """A fault in any of them fails the test: nothing may be raised into the event loop."""
    desktop: Desktop = request.getfixturevalue(state)
    # Those that change which case is open come last, so that the others meet the state as it is.
    last = ["case.practise", "case.close"] if state == "bare_desktop" else ["case.close"]
    first = [row.id for row in ACTIONS if row.id not in {*LASTS, "case.practise", "case.close"}]
    names = [*first, *last]
    for name in names:
        desktop.actions[name].trigger()
        close_what_opened(desktop)
        qtbot.wait(1)
    desktop.actions["jobs.cancel"].trigger()
    jobs_ended(qtbot, desktop)
    assert [one.title for one in desktop.banner.messages if "fault" in one.title] == []


def close_what_opened(desktop: Desktop) -> None:
    """Dialogs and menus that a command brought up go again."""
    for asked in desktop.window.findChildren(QDialog):
        if asked.isVisible():
            asked.reject()
    for menu in desktop.window.findChildren(QMenu):
        menu.close()


def test_palette_finds_by_letters_and_does_it_with_enter(qtbot: QtBot, desktop: Desktop) -> None:
    control(desktop, Key.Key_K)
    palette = dialog(qtbot, desktop, CommandPalette)
    write(desktop, "workspace fol")
    assert palette.shown_ids()[0] == "workspace.follow"
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    assert desktop.window.workspace == "follow"
    control(desktop, Key.Key_K)
    assert dialog(qtbot, desktop, CommandPalette).shown_ids()[0] == "workspace.follow"
    press(desktop, Key.Key_Escape)
    no_dialog(qtbot, desktop)


def test_sheet_lists_every_key(qtbot: QtBot, empty_desktop: Desktop) -> None:
    press(empty_desktop, Key.Key_F1)
    shown = dict(dialog(qtbot, empty_desktop, ShortcutSheet).shown())
    wanted = {key for row in ACTIONS for key in row.keys}
    assert {key for keys in shown.values() for key in keys.split(", ")} == wanted
    press(empty_desktop, Key.Key_Escape)
    no_dialog(qtbot, empty_desktop)


def test_workspaces_by_keys_and_their_layouts_survive_a_restart(
    qtbot: QtBot, desktop: Desktop, practice_case: Path, guards: GuiGuards
) -> None:
    for number, name in enumerate(WORKSPACES, 1):
        control(desktop, Key(Key.Key_0 + number))
        assert desktop.window.workspace == name
        assert desktop.window.tabs.currentIndex() == number - 1
    control(desktop, Key.Key_1)
    qtbot.waitUntil(lambda: desktop.map.isVisible(), timeout=PATIENCE_MS)
    press(desktop, Key.Key_M)
    assert not desktop.map.isVisible()
    control(desktop, Key.Key_2)
    qtbot.waitUntil(lambda: desktop.map.isVisible(), timeout=PATIENCE_MS)
    control(desktop, Key.Key_1)
    assert not desktop.map.isVisible(), "each workspace remembers its own"
    with guards.lifted():
        desktop.close()
    later = start_again(qtbot)
    try:
        open_case(qtbot, later, practice_case)
        assert later.window.workspace == "review"
        qtbot.waitUntil(lambda: later.tiles.isVisible(), timeout=PATIENCE_MS)
        assert not later.map.isVisible()
        press(later, Key.Key_M)
        qtbot.waitUntil(lambda: later.map.isVisible(), timeout=PATIENCE_MS)
    finally:
        with guards.lifted():
            later.close()
        later.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def any_scheme(qapp: QApplication) -> Iterator[None]:
    """Whatever a test does to the colours is undone."""
    yield
    theme.apply(qapp, "dark")


@pytest.mark.usefixtures("any_scheme")
def test_nothing_is_out_of_reach_or_hard_to_read_in_any_workspace(
    qtbot: QtBot, desktop: Desktop
) -> None:
    """In the light; the smaller and the larger window below are walked through in the dark."""
    found: dict[str, set[str]] = {}
    search(qtbot, desktop)
    control(desktop, Key.Key_T)
    assert theme.THEME.scheme == "light"
    for number, name in enumerate(WORKSPACES, 1):
        control(desktop, Key(Key.Key_0 + number))
        qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
        for problem in lasting_problems(qtbot, desktop.window):
            found.setdefault(str(problem), set()).add(name)
    assert found == {}


def lasting_problems(qtbot: QtBot, root: QWidget) -> list[Problem]:
    """What is still wrong when everything has found its place."""
    with suppress(QtBotTimeoutError):
        qtbot.waitUntil(lambda: not walk(root), timeout=3000)
    return walk(root)


def search(qtbot: QtBot, desktop: Desktop) -> None:
    """Searches, and selects the first hit."""
    press(desktop, Key.Key_Slash)
    write(desktop, "person dark")
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
    press(desktop, Key.Key_Period)
    qtbot.waitUntil(lambda: desktop.session.selection.track_id is not None, timeout=PATIENCE_MS)


DIALOGS = (
    "case.new", "case.zone", "case.snapshot", "program.settings", "bookmark.add", "help.palette",
    "help.keys", "help.about",
)  # fmt: skip


@pytest.mark.usefixtures("any_scheme")
def test_nothing_is_out_of_reach_or_hard_to_read_in_any_dialog(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    found: dict[str, set[str]] = {}
    for scheme in ("dark", "light"):
        if theme.THEME.scheme != scheme:
            control(desktop, Key.Key_T)
        for name in DIALOGS:
            desktop.actions[name].trigger()
            asked = dialog(qtbot, desktop, QDialog)
            for problem in lasting_problems(qtbot, asked):
                found.setdefault(str(problem), set()).add(f"{scheme} {name}")
            press(desktop, Key.Key_Escape)
            no_dialog(qtbot, desktop)
    assert found == {}


def test_keys_belong_to_who_uses_them(qtbot: QtBot, desktop: Desktop) -> None:
    """Space presses the button it is on, arrows move in lists, letters are typed in fields."""
    fit = desktop.map.findChild(QToolButton, "map-fit")
    assert fit is not None
    with qtbot.waitSignal(fit.clicked):
        tab_to(desktop, fit)
        press(desktop, Key.Key_Space)
    assert not desktop.playback.playing
    tree = desktop.sources.tree
    tab_to(desktop, tree)
    began = desktop.session.playhead_ns
    press(desktop, Key.Key_Home)
    first = tree.currentIndex()
    press(desktop, Key.Key_Down)
    assert tree.currentIndex() != first
    press(desktop, Key.Key_Right, Key.Key_Left, Key.Key_End)
    assert desktop.session.playhead_ns == began, "no frame was stepped"
    before = desktop.window.workspace, desktop.tiles.shown, desktop.session.view
    control(desktop, Key.Key_F)
    write(desktop, "bzmjklos.,1[]\\ /")
    field = focused(desktop)
    assert isinstance(field, QLineEdit)
    assert field.text() == "bzmjklos.,1[]\\ /"
    assert (desktop.window.workspace, desktop.tiles.shown, desktop.session.view) == before
    assert not any(one.isVisible() for one in desktop.window.findChildren(QDialog))
    assert not desktop.playback.playing
    assert desktop.map.isVisible()


SCALED = """
import sys
from contextlib import suppress
from pathlib import Path
from PySide6.QtWidgets import QApplication
from casefiles.types import Actor
from resources.errors import UserError
from tests.support.accessibility import walk
from ui import theme
from ui.window import WORKSPACES
from workstation.crash import save_report
from workstation.desktop.desktop import Desktop
from workstation.desktop.memory import Memory
from workstation.gui import wait

app = QApplication([])
theme.apply(app, "dark")
desktop = Desktop(Actor("tester", "bench"), Memory.of_this_user(), save_report)
desktop.window.resize(*map(int, sys.argv[2:4]))
desktop.window.show()
start = [str(problem) for problem in walk(desktop.window)]
desktop.cases.open_folder(Path(sys.argv[1]))
wait(lambda: desktop.session.view is not None, "the case")
desktop.search.search_for("person")
wait(lambda: desktop.session.hits is not None, "the search")
desktop.results.go_next()
found = {f"start: {one}" for one in start}
for name in WORKSPACES:
    desktop.actions[f"workspace.{name}"].trigger()
    wait(desktop.settled, "the pictures")
    with suppress(UserError):
        wait(lambda: not walk(desktop.window), "its place")
    found |= {f"{name}: {problem}" for problem in walk(desktop.window)}
size = desktop.window.size()
desktop.close()
print(desktop.window.devicePixelRatio(), size.width(), size.height())
print("\\n".join(sorted(found)))
"""


@pytest.mark.parametrize(
    ("scale", "size"), [("1", (1366, 768)), ("2", (1920, 1080))], ids=["laptop", "twice as large"]
)
def test_nothing_is_cut_off_on_a_laptop_or_at_twice_the_scale(
    practice_case: Path, monkeypatch: pytest.MonkeyPatch, scale: str, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("QT_SCALE_FACTOR", scale)
    done = subprocess.run(
        [sys.executable, "-c", SCALED, str(practice_case), *map(str, size)],
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *problems = done.stdout.splitlines()
    assert first == f"{float(scale)} {size[0]} {size[1]}"
    assert [one for one in problems if one] == []
