"""The Models dialog: what is here, fetching with the licence first, taking in from a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from casefiles import agency
from resources.paths import user_model_folder
from tests.support.gui_guards import GuiGuards
from tests.support.model_packs import DETECTOR_TAIL, pack
from tests.support.model_server import serving
from tests.support.tiny_networks import detr_network
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import click, dialog
from ui.dialogs.models import ModelRow, ModelsDialog
from workstation.desktop.desktop import Desktop

_NETWORK = detr_network([2], [(0, 0, 1, 1)], [0.9])


def _pack(folder: Path, *, at: str = "", card_only: bool = False) -> Path:
    return pack(
        folder, {"net.onnx": _NETWORK}, name="agency-detector", task="detect", adapter="detr",
        says='says = "images"\nwidth = 64\nheight = 64\ncolours = "rgb"', tail=DETECTOR_TAIL,
        at=at, card_only=card_only,
    )  # fmt: skip


@pytest.fixture
def at(tmp_path: Path) -> Iterator[str]:
    """Where the pack's file is served."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "net.onnx").write_bytes(_NETWORK)
    with serving(tmp_path / "served", tmp_path / "asked.log") as address:
        yield address


def _shown(qtbot: QtBot, desktop: Desktop) -> ModelsDialog:
    desktop.actions["models.show"].trigger()
    shown = dialog(qtbot, desktop, ModelsDialog)
    qtbot.waitUntil(lambda: shown.table.topLevelItemCount() > 5, timeout=PATIENCE_MS)
    return shown


def _choose(shown: ModelsDialog, name: str) -> ModelRow:
    (item,) = shown.table.findItems(name, Qt.MatchFlag.MatchExactly)
    shown.table.setCurrentItem(item)
    row = item.data(0, Qt.ItemDataRole.UserRole)
    assert isinstance(row, ModelRow)
    return row


def _state(shown: ModelsDialog, name: str) -> str:
    found = shown.table.findItems(name, Qt.MatchFlag.MatchExactly)
    return found[0].data(0, Qt.ItemDataRole.UserRole).state if found else "not listed"


def test_every_model_says_what_it_adds_and_its_licence(
    qtbot: QtBot, empty_desktop: Desktop
) -> None:
    shown = _shown(qtbot, empty_desktop)

    assert _choose(shown, "ssd-oidv4").state == "here"
    assert not shown.accepted_box.isEnabled()
    assert _choose(shown, "osnet-x0-25").state == "missing"
    assert "research only" in shown.details.toPlainText()
    assert not shown.install_button.isEnabled()


def test_a_model_is_fetched_only_after_its_licence_was_accepted(
    qtbot: QtBot, empty_desktop: Desktop, at: str, guards: GuiGuards
) -> None:
    with guards.lifted():
        _pack(user_model_folder() / "agency-detector", at=f"{at}/good", card_only=True)
    shown = _shown(qtbot, empty_desktop)
    _choose(shown, "agency-detector")
    click(shown.install_button)
    shown.accepted_box.setChecked(True)
    _choose(shown, "yolox-s")
    assert not shown.accepted_box.isChecked()
    _choose(shown, "agency-detector")

    shown.accepted_box.setChecked(True)
    click(shown.install_button)

    qtbot.waitUntil(lambda: _state(shown, "agency-detector") == "here", timeout=PATIENCE_MS)
    assert (user_model_folder() / "agency-detector" / "net.onnx").read_bytes() == _NETWORK
    qtbot.waitUntil(lambda: not empty_desktop.session.jobs.active, timeout=PATIENCE_MS)
    with guards.lifted():
        assert agency.check_chain().holds


def test_a_server_that_gives_other_bytes_is_told_in_the_dialog(
    qtbot: QtBot, empty_desktop: Desktop, at: str, guards: GuiGuards
) -> None:
    with guards.lifted():
        _pack(user_model_folder() / "agency-detector", at=f"{at}/wrong", card_only=True)
    shown = _shown(qtbot, empty_desktop)
    _choose(shown, "agency-detector")
    shown.accepted_box.setChecked(True)

    click(shown.install_button)

    qtbot.waitUntil(lambda: "is not the model" in shown.says.text(), timeout=PATIENCE_MS)
    assert _state(shown, "agency-detector") == "missing"
    assert not shown.progress.isVisible()


def test_a_folder_is_taken_in_after_its_licences_were_shown(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path
) -> None:
    _pack(tmp_path / "stick" / "mine")
    shown = _shown(qtbot, empty_desktop)

    shown.folder_chosen.emit(tmp_path / "stick")
    qtbot.waitUntil(lambda: "agency-detector" in shown.says.text(), timeout=PATIENCE_MS)
    assert "Licence: MIT." in shown.details.toPlainText()
    assert not shown.install_button.isEnabled()
    shown.accepted_box.setChecked(True)
    click(shown.install_button)

    qtbot.waitUntil(lambda: _state(shown, "agency-detector") == "here", timeout=PATIENCE_MS)


def test_a_folder_without_models_is_told(
    qtbot: QtBot, empty_desktop: Desktop, tmp_path: Path
) -> None:
    shown = _shown(qtbot, empty_desktop)

    shown.folder_chosen.emit(tmp_path)

    qtbot.waitUntil(lambda: "holds no model" in shown.says.text(), timeout=PATIENCE_MS)
