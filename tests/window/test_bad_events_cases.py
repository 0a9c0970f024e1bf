"""Two who want one case, and cases that come in as if they were footage."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from PySide6.QtWidgets import QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case
from resources import paths
from resources.files import packaged
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import (
    Key,
    case_open,
    click,
    control,
    dialog,
    drop,
    message,
    no_dialog,
    press,
    write,
)
from ui.dialogs.passphrase import PassphraseDialog
from workstation.desktop.cases import COPIES
from workstation.desktop.desktop import Desktop

ACTOR = Actor("tester", "bench")
SECRET = "correct horse"
HOLD = """
import sys
from pathlib import Path
from casefiles.types import Actor
from casefiles.usecases.open_case import open_case
with open_case(Path(sys.argv[1]), Actor("other", "bench"), passphrase=sys.argv[2] or None):
    print("up", flush=True)
    sys.stdin.read()
"""


def made(folder: Path, number: str, guards: GuiGuards, *, passphrase: str = "") -> Path:
    """A case with one recording, closed."""
    with (
        guards.lifted(),
        create_case(folder, ACTOR, number=number, title="Quay", passphrase=passphrase) as case,
    ):
        add_source(case, packaged("demo", "market-gate.mp4"), Recording())
    return folder


@pytest.fixture(params=["", SECRET], ids=["plain", "encrypted"])
def held(
    tmp_path: Path, guards: GuiGuards, request: pytest.FixtureRequest
) -> Iterator[tuple[Path, int, str]]:
    """A case that another program has open: its folder, the process, the passphrase."""
    folder = made(tmp_path / "held", "26-9", guards, passphrase=request.param)
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"up"
        yield folder, child.pid, request.param
    finally:
        child.communicate(b"")


def test_case_that_another_program_has_open_can_be_looked_at_in_a_copy(
    qtbot: QtBot, empty_desktop: Desktop, held: tuple[Path, int, str]
) -> None:
    desktop = empty_desktop
    folder, process, passphrase = held
    desktop.cases.open_folder(folder)
    if passphrase:
        dialog(qtbot, desktop, PassphraseDialog)
        write(desktop, passphrase)
        press(desktop, Key.Key_Return)
        no_dialog(qtbot, desktop)
    said = message(qtbot, desktop)
    assert len(desktop.banner.messages) == 1
    assert f"process {process}" in said.title
    assert "Close it there" in said.hint
    assert desktop.session.case is None
    offered = desktop.banner.findChild(QPushButton, "message-action")
    assert offered is not None
    assert offered.text() == "Look at a copy"
    click(offered)
    case_open(qtbot, desktop, "26-9")
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    assert "copy, for looking only" in desktop.window.windowTitle()
    assert str(folder) in message(qtbot, desktop).title
    assert not desktop.memory.recent(), "nobody comes back to a copy"
    press(desktop, Key.Key_Escape)
    press(desktop, Key.Key_B)
    dialog(qtbot, desktop, QInputDialog)
    write(desktop, "mine")
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    said = message(qtbot, desktop)
    assert "for looking only" in said.title
    assert "Open the case itself" in said.hint
    copies = paths.home() / COPIES
    assert list(copies.iterdir())
    control(desktop, Key.Key_W)
    qtbot.waitUntil(lambda: desktop.session.case is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not list(copies.iterdir()), timeout=PATIENCE_MS)


def test_case_that_is_open_in_this_window_is_not_opened_again(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    folder = made(tmp_path / "c", "26-1", guards)
    link = tmp_path / "link"
    link.symlink_to(folder)
    open_case(qtbot, desktop, folder)
    case = desktop.session.case
    for dropped in (folder, folder / "case.duckdb", link):
        assert drop(desktop.window, [dropped])
        said = message(qtbot, desktop)
        assert (said.kind, len(desktop.banner.messages)) == ("notice", 1)
        assert "is open in this window" in said.title
        press(desktop, Key.Key_Escape)
    assert desktop.session.case is case
    other = subprocess.run(
        [sys.executable, "-m", "workstation", "case", "info", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert other.returncode == 2, "and it is still closed to everybody else"
    assert "already open" in other.stderr


def test_case_that_is_dropped_is_opened_and_footage_beside_it_proposed(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    first, second = (made(tmp_path / name, name, guards) for name in ("26-1", "26-2"))
    assert drop(desktop.start_page, [first])
    case_open(qtbot, desktop, "26-1")
    assert drop(desktop.window, [second / "case.json"])
    case_open(qtbot, desktop, "26-2")
    assert not desktop.banner.messages
    assert not desktop.session.jobs.jobs, "no file of a case was looked at as footage"


def test_damaged_case_leaves_the_open_one_as_it_is(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards
) -> None:
    desktop = empty_desktop
    folder = made(tmp_path / "c", "26-1", guards)
    open_case(qtbot, desktop, folder)
    case = desktop.session.case
    foreign = Path(shutil.copytree(made(tmp_path / "d", "26-2", guards), tmp_path / "foreign"))
    (foreign / "case.duckdb").write_bytes(b"SQLite format 3\x00" * 100)
    newer = Path(shutil.copytree(tmp_path / "d", tmp_path / "newer"))
    with guards.lifted(), duckdb.connect(str(newer / "case.duckdb")) as future:
        future.execute("INSERT INTO schema_version VALUES (999, 'case', 'x', 'y', '9.9')")
    for folder, words in ((foreign, "not a case database"), (newer, "newer Sightline")):
        desktop.cases.open_folder(folder)
        said = message(qtbot, desktop)
        assert words in said.title, said
        assert said.hint
        press(desktop, Key.Key_Escape)
    assert desktop.session.case is case
    assert (foreign / "case.duckdb").read_bytes().startswith(b"SQLite"), "nothing was written"
