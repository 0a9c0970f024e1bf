"""A dropped folder in the window: corrected one by one and many at once, added, noted, collected,
found again when it moved."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from casefiles.types import Actor, SourceId
from casefiles.usecases.import_cameras import import_cameras
from casefiles.usecases.open_case import create_case
from resources.files import packaged
from tests.support.clips import shared_clip
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import (
    Key,
    click,
    control,
    dialog,
    drop,
    jobs_ended,
    message,
    no_dialog,
    press,
    tab_to,
)
from ui.dialogs.intake import IntakeDialog
from ui.dialogs.origin import OriginDialog
from ui.models.intake_table import FILE, LOOK, OFFSET, SHA256
from ui.session import Selection
from workstation.desktop.desktop import Desktop


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    folder = tmp_path / "stick" / "2026-03-02"
    folder.mkdir(parents=True)
    shutil.copy(shared_clip("mp4").path, folder / "140511.mp4")
    shutil.copy(shared_clip("mkv").path, folder / "140513.mkv")
    shutil.copy(shared_clip("mp4").path, folder / "again.mp4")
    return folder


@pytest.fixture
def window(qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path, guards: GuiGuards) -> Desktop:
    actor = Actor("tester", "bench")
    with guards.lifted(), create_case(tmp_path / "c", actor, number="26-3", title="Bay") as case:
        import_cameras(case, packaged("demo", "cameras.csv"))
    open_case(qtbot, empty_desktop, tmp_path / "c")
    return empty_desktop


def test_dropped_folder_is_corrected_added_noted_collected_and_found(
    qtbot: QtBot, window: Desktop, footage: Path, guards: GuiGuards
) -> None:
    assert drop(window.window, [footage])
    asked = dialog(qtbot, window, IntakeDialog)
    asked.analyse.setChecked(False)
    assert [row.proposal.path.name for row in asked.model.rows] == [
        "140511.mp4", "140513.mkv", "again.mp4",
    ]  # fmt: skip
    assert asked.model.index(1, OFFSET).data() == ""
    asked.model.setData(asked.model.index(1, OFFSET), "2.5")
    tab_to(window, asked.table)
    control(window, Key.Key_A)
    asked.camera.setCurrentIndex(asked.camera.findData("market-gate"))
    click(_button(asked, "intake-set-camera"))
    assert {row.camera_id for row in asked.model.rows} == {"market-gate"}
    click(_button(asked, "intake-hash"))
    qtbot.waitUntil(lambda: bool(asked.model.index(2, SHA256).data()), timeout=PATIENCE_MS)
    assert asked.model.index(2, LOOK).data().startswith("same bytes as 140511.mp4")
    assert asked.model.index(2, FILE).data() == "again.mp4"
    assert "Add 2 recordings" in asked.add.text()
    tab_to(window, asked.add)
    press(window, Key.Key_Return)
    no_dialog(qtbot, window)
    jobs_ended(qtbot, window)
    qtbot.waitUntil(lambda: _sources(window) == 2, timeout=PATIENCE_MS)

    window.session.select(Selection(source_id=SourceId(1)))
    window.window.show_dock("inspector")
    qtbot.waitUntil(
        lambda: window.inspector.value("Read again").startswith("same bytes"),
        timeout=PATIENCE_MS,
    )
    assert window.inspector.value("Claimed frames a second")

    window.originals.note_origin([SourceId(1)])
    noted = dialog(qtbot, window, OriginDialog)
    noted.overwrite.setText("2026-03-09 00:00")
    tab_to(window, noted.keep)
    press(window, Key.Key_Return)
    qtbot.waitUntil(
        lambda: window.inspector.value("Recorder keeps it").startswith("overwritten"),
        timeout=PATIENCE_MS,
    )
    window.session.undo.undo()
    qtbot.waitUntil(lambda: not window.inspector.value("Recorder keeps it"), timeout=PATIENCE_MS)

    window.originals.collect([SourceId(1)])
    assert "1 originals lie in the case" in message(qtbot, window).title
    jobs_ended(qtbot, window)
    footage.rename(footage.with_name("moved"))
    window.originals.search(footage.with_name("moved"))
    view = window.session.view
    assert view is not None
    qtbot.waitUntil(lambda: _place(window, 2).parent.name == "moved", timeout=PATIENCE_MS)
    assert _place(window, 1).parent.name == "moved"


def _button(asked: IntakeDialog, name: str) -> QPushButton:
    found = asked.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def _sources(desktop: Desktop) -> int:
    return 0 if desktop.session.view is None else len(desktop.session.view.sources)


def _place(desktop: Desktop, source_id: int) -> Path:
    view = desktop.session.view
    source = None if view is None else view.source(source_id)
    assert source is not None
    return source.path
