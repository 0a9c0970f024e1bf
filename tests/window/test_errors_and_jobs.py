"""What goes wrong is said in place, with what to do; the window and the open case live on."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.open_case import create_case
from resources import paths
from resources.files import packaged
from tests.support.clips import beginning
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import (
    Key,
    Modifier,
    case_open,
    click,
    control,
    focused,
    jobs_ended,
    message,
    press,
    tab_to,
    write,
)
from ui.jobs import JobState
from ui.settings import RecentCase
from workstation.desktop import footage
from workstation.desktop.desktop import Desktop

ACTOR = Actor("tester", "bench")
HOLD = """
import sys
from pathlib import Path
from casefiles.types import Actor
from casefiles.usecases.open_case import open_case
with open_case(Path(sys.argv[1]), Actor("other", "bench")):
    print("up", flush=True)
    sys.stdin.read()
"""


def still_searches(qtbot: QtBot, desktop: Desktop) -> None:
    """The window lives: a search typed now is answered."""
    before = desktop.session.hits
    control(desktop, Key.Key_F)
    control(desktop, Key.Key_A)
    write(desktop, "person")
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(
        lambda: desktop.session.hits is not None and desktop.session.hits is not before,
        timeout=PATIENCE_MS,
    )


def dismiss_with_escape(desktop: Desktop) -> None:
    """Esc where one works: nobody has to go to the banner."""
    press(desktop, Key.Key_Escape)
    assert not desktop.banner.messages
    assert not desktop.banner.isVisible()


def dismiss_with_cross(desktop: Desktop) -> None:
    """The cross of the newest message."""
    # Rows that were built anew leave their old ones behind for a turn, hidden.
    crosses = desktop.banner.findChildren(QToolButton, "message-close")
    click(next(cross for cross in crosses if cross.isVisible()))
    assert not desktop.banner.messages


def report_of(qtbot: QtBot, desktop: Desktop) -> Path:
    """Where the report of a fault is, as the banner says as soon as it is written."""
    qtbot.waitUntil(
        lambda: "A report was saved" in message(qtbot, desktop).hint, timeout=PATIENCE_MS
    )
    return Path(message(qtbot, desktop).hint.rpartition(" ")[2])


def test_folders_that_are_no_cases_are_refused_and_the_case_stays(
    qtbot: QtBot, desktop: Desktop, tmp_path: Path
) -> None:
    (tmp_path / "holiday").mkdir()
    desktop.cases.open_folder(tmp_path / "holiday")
    said = message(qtbot, desktop)
    assert said.kind == "error"
    assert "holiday" in said.title
    assert said.hint
    dismiss_with_escape(desktop)
    desktop.cases.open_folder(tmp_path / "gone")
    said = message(qtbot, desktop)
    assert "gone is not there" in said.title
    dismiss_with_cross(desktop)
    case_open(qtbot, desktop, "TRAINING-0001")
    still_searches(qtbot, desktop)


def test_recent_case_that_is_gone_is_said_and_taken_off_the_list_with_delete(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path
) -> None:
    desktop = empty_desktop
    for number in ("26-1", "26-2"):
        gone = RecentCase(tmp_path / number, number, "Quay", False, 1)
        desktop.memory.settings = desktop.memory.settings.with_recent(gone)
    desktop.start_page.set_recent(desktop.memory.recent())
    listed = desktop.start_page.list
    tab_to(desktop, listed)
    press(desktop, Key.Key_Return)
    said = message(qtbot, desktop)
    assert "26-2 is not there" in said.title
    assert "Delete" in said.hint
    assert listed.count() == 2, "the disk may come back"
    press(desktop, Key.Key_Delete)
    assert listed.count() == 1
    assert [one.number for one in desktop.memory.recent()] == ["26-1"]
    press(desktop, Key.Key_Delete)
    assert listed.count() == 0
    dismiss_with_escape(desktop)


@pytest.fixture
def held(tmp_path: Path, guards: GuiGuards) -> Iterator[Path]:
    """A case that another program has open."""
    folder = tmp_path / "held"
    with guards.lifted():
        create_case(folder, ACTOR, number="26-9", title="Held").close()
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"up"
        yield folder
    finally:
        child.communicate(b"")


def test_case_that_is_open_elsewhere_is_said_to_be(
    qtbot: QtBot, held: Path, desktop: Desktop
) -> None:
    desktop.cases.open_folder(held)
    said = message(qtbot, desktop)
    assert "already open" in said.title
    assert "Close it there" in said.hint
    dismiss_with_cross(desktop)
    still_searches(qtbot, desktop)


@pytest.fixture
def read_only(guards: GuiGuards, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A case that may not be written, and nobody is the superuser."""
    above = Path(tempfile.mkdtemp(prefix="sightline-read-only-"))
    home, folder, before = above / "home", above / "case", os.geteuid()
    monkeypatch.setenv("WORKSTATION_HOME", str(home))
    with guards.lifted():
        create_case(folder, ACTOR, number="26-8", title="Sealed").close()
    for path in (above, home, *home.rglob("*")):
        path.chmod(0o777)
    (folder / "case.duckdb").chmod(0o444)
    folder.chmod(0o555)
    try:
        if before == 0:
            os.seteuid(65534)
        yield folder
    finally:
        os.seteuid(before)
        folder.chmod(0o755)
        shutil.rmtree(above)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="rights work otherwise on this system")
def test_case_that_may_not_be_written_is_refused_by_name(
    qtbot: QtBot, empty_desktop: Desktop, read_only: Path
) -> None:
    empty_desktop.cases.open_folder(read_only)
    said = message(qtbot, empty_desktop)
    assert said.kind == "error"
    assert "case.duckdb" in said.title or str(read_only) in said.title
    assert "fault in Sightline" not in said.title
    assert said.hint
    assert empty_desktop.session.case is None
    dismiss_with_escape(empty_desktop)


@pytest.fixture
def two_originals(tmp_path: Path, guards: GuiGuards) -> Path:
    """The folder of a case with two recordings beside it."""
    with guards.lifted(), create_case(tmp_path / "c", ACTOR, number="26-6", title="") as case:
        for name in ("market-gate.mp4", "ferry-stairs.mkv"):
            add_source(case, beginning(packaged("demo", name), tmp_path / name, 4.0), Recording())
    return tmp_path / "c"


def test_original_that_is_moved_is_said_by_its_tile_and_once_in_the_banner(
    qtbot: QtBot, empty_desktop: Desktop, two_originals: Path
) -> None:
    desktop = empty_desktop
    open_case(qtbot, desktop, two_originals)
    first, second = desktop.tiles.shown
    press(desktop, Key.Key_2)
    press(desktop, Key.Key_1, held=Modifier.AltModifier)
    qtbot.waitUntil(lambda: desktop.tiles.shown == (second,), timeout=PATIENCE_MS)
    (two_originals.parent / "market-gate.mp4").rename(two_originals.parent / "elsewhere.mp4")
    press(desktop, Key.Key_2, held=Modifier.AltModifier)
    qtbot.waitUntil(lambda: desktop.tiles.tile(first) is not None, timeout=PATIENCE_MS)
    tile = desktop.tiles.tile(first)
    assert tile is not None
    qtbot.waitUntil(lambda: "market-gate" in tile.accessibleDescription(), timeout=PATIENCE_MS)
    said = message(qtbot, desktop)
    assert "market-gate.mp4" in said.title
    assert said.kind == "error"
    dismiss_with_escape(desktop)
    press(desktop, Key.Key_A, held=Modifier.ControlModifier | Modifier.ShiftModifier)
    jobs_ended(qtbot, desktop)
    # On top, whatever else there is to say of the analysis of the other one.
    qtbot.waitUntil(lambda: "market-gate.mp4" in message(qtbot, desktop).title)
    while len(desktop.banner.messages) > 1:
        press(desktop, Key.Key_Escape)
    dismiss_with_escape(desktop)
    still_searches(qtbot, desktop)


def test_fault_inside_a_job_is_owned_and_reported(
    qtbot: QtBot, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_case: Case, *_: object) -> NoReturn:
        raise ZeroDivisionError("of the test")

    monkeypatch.setattr(footage, "index_sources", broken)
    press(desktop, Key.Key_A, held=Modifier.ControlModifier | Modifier.ShiftModifier)
    said = message(qtbot, desktop)
    assert "fault in Sightline" in said.title
    assert report_of(qtbot, desktop).parent == paths.log_folder()
    assert "ZeroDivisionError" in report_of(qtbot, desktop).read_text(encoding="utf-8")
    (job,) = desktop.session.jobs.jobs
    assert job.state is JobState.FAILED
    dismiss_with_cross(desktop)
    control(desktop, Key.Key_J)
    assert focused(desktop) is desktop.jobs.list
    press(desktop, Key.Key_Down, Key.Key_Return)
    assert "fault in Sightline" in message(qtbot, desktop).title, (
        "Enter on a failed job tells again"
    )
    dismiss_with_escape(desktop)
    still_searches(qtbot, desktop)
