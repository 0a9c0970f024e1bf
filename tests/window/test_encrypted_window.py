"""An encrypted case in the window: a wrong passphrase, another passphrase, damage, what is kept."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from casefiles.case import DATABASE, Case
from casefiles.store.keys import KEY_FILE, read_key
from casefiles.types import Actor
from tests.journeys.test_encrypted_case_damage import state
from tests.support.cheap_keys import keys_for_tests
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, case_open, dialog, message, no_dialog, press, write
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.passphrase_change import PassphraseChangeDialog
from workstation.desktop.desktop import Desktop

Make = Callable[[Path, str, str | None], Path]
RIGHT, OTHER = "right words for it", "other words for it"
NUMBER, TITLE = "26-Quokka", "Wombat at the quay"


@pytest.fixture
def make(guards: GuiGuards) -> Iterator[Make]:
    """Makes cases, closed, with keys that cost nothing."""

    def made(place: Path, number: str, passphrase: str | None) -> Path:
        who = Actor("tester", "bench")
        with guards.lifted():
            Case.create(
                place, who, number=number, title=TITLE, policy="p", passphrase=passphrase
            ).close()
        return place

    with keys_for_tests():
        yield made


@pytest.fixture
def folder(make: Make, tmp_path: Path) -> Path:
    """An encrypted case."""
    return make(tmp_path / "enc", NUMBER, RIGHT)


def answer(qtbot: QtBot, desktop: Desktop, text: str) -> None:
    """Types a passphrase into the dialog that asks for one."""
    asked = dialog(qtbot, desktop, PassphraseDialog)
    asked.line.setFocus()
    write(desktop, text)
    press(desktop, Key.Key_Return)


def opened(qtbot: QtBot, desktop: Desktop, folder: Path) -> None:
    desktop.cases.open_folder(folder)
    answer(qtbot, desktop, RIGHT)
    case_open(qtbot, desktop, NUMBER)
    no_dialog(qtbot, desktop)


def test_wrong_passphrase_is_said_where_it_is_typed_and_can_be_tried_again(
    qtbot: QtBot, empty_desktop: Desktop, folder: Path
) -> None:
    before = state(folder)
    empty_desktop.cases.open_folder(folder)
    for _ in range(2):
        answer(qtbot, empty_desktop, "wrong")
        qtbot.waitUntil(
            lambda: (
                "does not open" in dialog(qtbot, empty_desktop, PassphraseDialog).problem.text()
            ),
            timeout=PATIENCE_MS,
        )
        assert empty_desktop.session.case is None
        assert not empty_desktop.banner.messages
        assert state(folder) == before
    answer(qtbot, empty_desktop, RIGHT)
    case_open(qtbot, empty_desktop, NUMBER)


def test_window_keeps_neither_number_nor_title_of_an_encrypted_case(
    qtbot: QtBot, empty_desktop: Desktop, folder: Path
) -> None:
    opened(qtbot, empty_desktop, folder)
    (listed,) = empty_desktop.memory.recent()
    assert (listed.name, listed.folder, listed.encrypted) == ("enc", folder, True)
    empty_desktop.memory.saver()()
    kept = (folder.parent / "workstation-home" / "window.json").read_text()
    assert str(folder) in kept
    assert not [word for word in (NUMBER, TITLE) if json.dumps(word)[1:-1] in kept]


def test_passphrase_is_changed_in_a_dialog_that_stays_until_it_is(
    qtbot: QtBot, empty_desktop: Desktop, folder: Path
) -> None:
    opened(qtbot, empty_desktop, folder)
    empty_desktop.actions["case.passphrase"].trigger()
    asked = dialog(qtbot, empty_desktop, PassphraseChangeDialog)
    for line, text in ((asked.old, "wrong"), (asked.new, OTHER), (asked.again, OTHER)):
        line.setFocus()
        write(empty_desktop, text)
    assert asked.strength.text().startswith("Strong")
    press(empty_desktop, Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing was changed" in asked.problem.text(), timeout=PATIENCE_MS)
    assert asked.isVisible()
    assert asked.old.hasFocus()
    assert (asked.old.text(), asked.new.text()) == ("", OTHER)
    write(empty_desktop, RIGHT)
    press(empty_desktop, Key.Key_Return)
    assert "was changed" in message(qtbot, empty_desktop).title
    no_dialog(qtbot, empty_desktop)
    assert read_key(folder, OTHER)


def test_plain_case_is_told_how_to_get_a_passphrase(
    qtbot: QtBot, empty_desktop: Desktop, make: Make, tmp_path: Path
) -> None:
    empty_desktop.cases.open_folder(make(tmp_path / "plain", "26-1", None))
    case_open(qtbot, empty_desktop, "26-1")
    empty_desktop.actions["case.passphrase"].trigger()
    said = message(qtbot, empty_desktop)
    assert "not encrypted" in said.title
    assert "new case" in said.hint
    assert not empty_desktop.window.findChildren(QDialog)


@pytest.mark.parametrize("damaged", ["key", "database", "foreign"])
def test_damaged_encrypted_case_is_said_and_the_window_lives_on(
    qtbot: QtBot, empty_desktop: Desktop, folder: Path, make: Make, tmp_path: Path, damaged: str
) -> None:
    sound = Path(shutil.copytree(folder, tmp_path / "sound"))
    if damaged == "key":
        (folder / KEY_FILE).write_bytes((folder / KEY_FILE).read_bytes()[:200])
    elif damaged == "database":
        (folder / DATABASE).write_bytes((folder / DATABASE).read_bytes()[:300_000])
    else:
        make(tmp_path / "two", "2", RIGHT)
        shutil.copy(tmp_path / "two" / KEY_FILE, folder / KEY_FILE)
    before = state(folder)
    empty_desktop.cases.open_folder(folder)
    if damaged != "key":
        answer(qtbot, empty_desktop, RIGHT)
    said = message(qtbot, empty_desktop)
    assert said.kind == "error"
    assert "snapshot" in said.hint
    assert state(folder) == before
    assert empty_desktop.session.case is None
    empty_desktop.cases.open_folder(sound)
    answer(qtbot, empty_desktop, RIGHT)
    case_open(qtbot, empty_desktop, NUMBER)
