"""Dialogs refuse what cannot be, say why where it stands, and are driven by keyboard."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from casefiles.types import Camera, CameraId, SourceId
from casefiles.usecases.add_source import GIVEN
from casefiles.usecases.propose_recordings import Proposal
from ui import theme
from ui.dialogs.about import AboutDialog
from ui.dialogs.command_palette import CommandPalette, PaletteRow, fuzzy_score, ranked
from ui.dialogs.error_details import ErrorDetailsDialog
from ui.dialogs.intake import IntakeDialog
from ui.dialogs.new_case import NewCaseDialog, folder_for, passphrase_hint
from ui.dialogs.passphrase import PassphraseDialog
from ui.dialogs.settings_dialog import SettingsDialog
from ui.dialogs.shortcut_sheet import ShortcutSheet
from ui.models.intake_rows import TwoReadings, read_start
from ui.models.intake_table import ADD, CAMERA, LOOK, OFFSET, START
from ui.models.wall_text import zone_of
from ui.settings import SETTINGS, Settings

CHICAGO = zone_of("America/Chicago")
STANDARD = timezone(timedelta(hours=-6))
ROWS = (
    PaletteRow("case.new", "New case…", "Ctrl+N", True, "Case"),
    PaletteRow("case.close", "Close case", "Ctrl+W", False, "Case"),
    PaletteRow("play.toggle", "Play or pause", "Space", True, "Play"),
    PaletteRow("view.map", "Map", "M", True, "View"),
    PaletteRow("help.about", "About Sightline", "", True, "Help"),
)


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made
    for dialog in made.findChildren(QDialog):
        dialog.close()


# -- a new case


def test_case_is_made_of_what_was_typed(parent: QWidget, qtbot: QtBot) -> None:
    dialog = NewCaseDialog(parent, place=Path("/cases"))
    dialog.open()
    assert not dialog.create_button.isEnabled()
    QTest.keyClicks(dialog.number, "2026/04 17")
    QTest.keyClicks(dialog.title, " Quay ")
    assert dialog.create_button.isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    made = dialog.result_case()
    assert (made.number, made.title, made.passphrase) == ("2026/04 17", "Quay", "")
    assert made.folder == Path("/cases/2026-04-17")
    assert not made.training


def test_differing_passphrases_are_said_and_make_no_case(parent: QWidget) -> None:
    dialog = NewCaseDialog(parent, place=Path("/cases"))
    dialog.open()
    dialog.number.setText("1")
    dialog.passphrase.setText("a long one of words")
    assert "differ" in dialog.missing.text()
    assert dialog.missing.isVisible()
    dialog.accept()
    assert dialog.isVisible()
    dialog.again.setText("a long one of words")
    assert dialog.create_button.isEnabled()
    assert not dialog.missing.isVisible()


def test_typed_folder_is_kept_when_the_number_changes(parent: QWidget) -> None:
    dialog = NewCaseDialog(parent, place=Path("/cases"))
    dialog.folder.selectAll()
    QTest.keyClicks(dialog.folder, "/elsewhere/x")
    dialog.number.setText("7")
    assert dialog.result_case().folder == Path("/elsewhere/x")
    dialog.folder.setText("relative")
    assert not dialog.create_button.isEnabled()
    assert "in full" in dialog.missing.text()


@pytest.mark.parametrize("number", ["../../etc", "a/b\\c", "..", "   ", "Größe 4"])
def test_folder_of_a_number_stays_below_its_place(number: str) -> None:
    assert folder_for(number, Path("/cases")).parent == Path("/cases")
    assert folder_for(number, Path("/cases")).name not in {"", ".", ".."}


def test_hint_grows_with_the_passphrase() -> None:
    words = [passphrase_hint(one) for one in ("", "short", "a" * 30, "fair enough 1", "b" * 9)]
    assert words[0].startswith("Without")
    assert words[1].startswith("Weak")
    assert words[2].startswith("Weak")
    assert words[3].startswith("Fair")
    assert passphrase_hint("blue horse runs far away").startswith("Strong")


def test_passphrase_is_hidden_until_shown_and_needed(parent: QWidget, qtbot: QtBot) -> None:
    dialog = PassphraseDialog(Path("/cases/1"), parent)
    dialog.open()
    assert dialog.line.echoMode() == dialog.line.EchoMode.Password
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClicks(dialog.line, " with spaces ")
    dialog.shown.setChecked(True)
    assert dialog.line.echoMode() == dialog.line.EchoMode.Normal
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.passphrase() == " with spaces "


# -- settings


def test_every_setting_has_a_control_and_comes_back(parent: QWidget) -> None:
    before = Settings().with_value("scheme", "light").with_command("x")
    dialog = SettingsDialog(before, parent)
    for setting in SETTINGS:
        control = dialog.findChild(QWidget, f"setting-{setting.name}")
        assert control is not None
        assert control.accessibleName()
    assert dialog.result_settings()["scheme"] == "light"
    combo = dialog.findChild(QComboBox, "setting-tiles")
    box = dialog.findChild(QCheckBox, "setting-overlay")
    assert isinstance(combo, QComboBox)
    assert isinstance(box, QCheckBox)
    combo.setCurrentIndex(combo.findData(9))
    box.setChecked(False)
    chosen = dialog.result_settings()
    assert (chosen.number("tiles"), chosen.flag("overlay")) == (9, False)
    assert chosen.commands == ("x",)
    dialog.show_defaults()
    assert {one.name: dialog.result_settings()[one.name] for one in SETTINGS} == {
        one.name: one.default for one in SETTINGS
    }


# -- command palette and shortcut sheet


def test_letters_fit_in_order_words_first() -> None:
    assert fuzzy_score("xyz", "Close case") is None
    assert fuzzy_score("esolc", "Close case") is None
    for better, worse in (("Close case", "Place a circle"), ("Map", "Move cameras on the map")):
        typed = "cc" if better == "Close case" else "map"
        one, other = fuzzy_score(typed, better), fuzzy_score(typed, worse)
        assert one is not None
        assert other is None or one > other


def test_what_cannot_be_done_now_comes_last() -> None:
    assert [row.id for row in ranked(ROWS, "case")][:2] == ["case.new", "case.close"]
    assert ranked(ROWS, "")[-1].id == "case.close"


def test_commands_used_lately_come_first() -> None:
    assert [row.id for row in ranked(ROWS, "", ("view.map", "play.toggle"))][:2] == [
        "view.map", "play.toggle",
    ]  # fmt: skip


def test_command_is_chosen_without_the_mouse(parent: QWidget, qtbot: QtBot) -> None:
    palette = CommandPalette(ROWS, parent)
    palette.open()
    first = palette.shown_ids()[0]
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClicks(palette.line, "pp")
    assert palette.shown_ids() == ["play.toggle"]
    with qtbot.waitSignal(palette.chosen) as told:
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert told.args == ["play.toggle"]
    assert first == "case.new"


def test_impossible_command_is_not_chosen(parent: QWidget, qtbot: QtBot) -> None:
    palette = CommandPalette(ROWS, parent)
    palette.open()
    QTest.keyClicks(palette.line, "close")
    assert palette.shown_ids() == ["case.close"]
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    QTest.keyClicks(palette.line, "zzz")
    assert palette.nothing.isVisible()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_sheet_lists_every_command_that_has_keys(parent: QWidget) -> None:
    sheet = ShortcutSheet(ROWS, parent)
    assert dict(sheet.shown()) == {row.text: row.shortcut for row in ROWS if row.shortcut}
    sheet.filter.setText("ctrl+w")
    assert sheet.shown() == [("Close case", "Ctrl+W")]


# -- dropped footage


def proposals() -> tuple[Proposal, ...]:
    return (
        Proposal(
            Path("/in/west.mp4"), CameraId("west"), "named so",
            datetime(2026, 3, 2, 17, 24, 0, 123456, tzinfo=STANDARD), "container", 120.0, 3000,
            (1280, 720),
        ),
        Proposal(Path("/in/phone.mov"), duration_s=62.0, frames=1550, size_px=(1920, 1080)),
        Proposal(Path("/in/notes.pdf"), problem="holds no pictures"),
        Proposal(Path("/in/old.mp4"), duration_s=5, frames=9, already_in_case=SourceId(1)),
    )  # fmt: skip


@pytest.fixture
def intake(parent: QWidget) -> IntakeDialog:
    cameras = [Camera(CameraId("west"), "Harbor west", ()), Camera(CameraId("gate"), "Gate", ())]
    dialog = IntakeDialog(proposals(), cameras, "America/Chicago", parent)
    dialog.open()
    return dialog


def cell(dialog: IntakeDialog, row: int, column: int) -> str:
    return str(dialog.model.index(row, column).data())


def type_into(dialog: IntakeDialog, qtbot: QtBot, row: int, column: int, text: str) -> None:
    """As a person does: click the cell, type, press Enter."""

    def editors() -> list[QLineEdit]:
        return dialog.table.viewport().findChildren(QLineEdit)

    index = dialog.model.index(row, column)
    place = dialog.table.visualRect(index).center()
    QTest.mouseClick(
        dialog.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
    )
    qtbot.waitUntil(lambda: len(editors()) == 1)
    editor = editors()[0]
    assert QApplication.focusWidget() is editor
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    # Qt hands the text over a moment later.
    qtbot.waitUntil(lambda: not editors())


def test_enter_accepts_what_can_be_added_exactly_as_proposed(
    intake: IntakeDialog, qtbot: QtBot
) -> None:
    assert "2 of 4" in intake.summary.text()
    with qtbot.waitSignal(intake.accepted):
        QTest.keyClick(intake, Qt.Key.Key_Return)
    assert intake.accepted_proposals() == proposals()[:2]
    assert intake.analyse_wanted()


def test_start_typed_in_the_zone_of_the_case_is_given_by_a_person(
    intake: IntakeDialog, qtbot: QtBot
) -> None:
    intake.activateWindow()
    qtbot.waitUntil(intake.isActiveWindow)
    type_into(intake, qtbot, 1, START, "2026-07-01 08:30")
    type_into(intake, qtbot, 1, OFFSET, "-3,5")
    assert intake.isVisible(), "Enter in a cell ends the cell, not the dialog"
    _, phone = intake.accepted_proposals()
    assert phone.start == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert phone.start_basis == GIVEN
    assert phone.offset_s == -3.5


def test_what_is_no_time_is_said_in_place_and_blocks(intake: IntakeDialog) -> None:
    start = intake.model.index(1, START)
    assert intake.model.setData(start, "tomorrow")
    assert "like 2026-03-02" in cell(intake, 1, LOOK)
    assert start.data(Qt.ItemDataRole.ForegroundRole) == theme.colour("alert")
    assert not intake.add.isEnabled()
    QTest.keyClick(intake, Qt.Key.Key_Return)
    assert intake.isVisible()
    wanted = intake.model.index(1, ADD)
    intake.model.setData(wanted, Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert intake.add.isEnabled()
    assert [one.path.name for one in intake.accepted_proposals()] == ["west.mp4"]


@pytest.mark.parametrize("text", ["abc", "nan", "1e12", "3 min"])
def test_what_is_no_offset_is_said_in_place(intake: IntakeDialog, text: str) -> None:
    intake.model.setData(intake.model.index(0, OFFSET), text)
    assert intake.model.rows[0].problem
    assert not intake.add.isEnabled()


def test_shown_start_typed_again_is_the_one_proposed(intake: IntakeDialog) -> None:
    shown = cell(intake, 0, START)
    assert shown == "2026-03-02 17:24:00.123"
    intake.model.setData(intake.model.index(0, START), "2026-01-01 00:00:00")
    intake.model.setData(intake.model.index(0, START), shown)
    assert intake.accepted_proposals()[0] == proposals()[0]


def test_start_may_be_struck_out(intake: IntakeDialog) -> None:
    intake.model.setData(intake.model.index(0, START), "")
    assert "not known" in cell(intake, 0, LOOK)
    assert intake.accepted_proposals()[0].start is None


def test_hour_that_happens_twice_is_asked() -> None:
    with pytest.raises(TwoReadings, match=r"add -05:00 or -06:00") as asked:
        read_start("2026-11-01 01:30:00", CHICAGO)
    assert [one.utcoffset() for one in asked.value.readings] == [
        timedelta(hours=-5), timedelta(hours=-6),
    ]  # fmt: skip
    same = read_start("2026-11-01T01:30:00-06:00", CHICAGO)
    assert same is not None
    assert same.utcoffset() == timedelta(hours=-6)
    with pytest.raises(ValueError, match="day and a time"):
        read_start("2026-11-01", CHICAGO)


def test_camera_is_chosen_from_those_of_the_case(intake: IntakeDialog, qtbot: QtBot) -> None:
    index = intake.model.index(1, CAMERA)
    assert cell(intake, 1, CAMERA) == "no camera"
    intake.table.edit(index)
    combo = intake.table.findChild(QComboBox)
    assert isinstance(combo, QComboBox)
    assert [combo.itemText(at) for at in range(combo.count())] == [
        "no camera", "Harbor west", "Gate",
    ]  # fmt: skip
    combo.hidePopup()
    combo.setCurrentIndex(2)
    combo.activated.emit(2)
    assert cell(intake, 1, CAMERA) == "Gate"
    assert intake.accepted_proposals()[1].camera_id == "gate"


def test_what_cannot_be_added_cannot_be_checked_or_edited(intake: IntakeDialog) -> None:
    for row in (2, 3):
        for column in (ADD, CAMERA, START, OFFSET):
            flags = intake.model.flags(intake.model.index(row, column))
            assert not flags & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
    assert cell(intake, 2, LOOK) == "holds no pictures"
    assert cell(intake, 3, LOOK) == "already in the case"
    intake.table.clicked.emit(intake.model.index(2, START))


def test_sorting_keeps_corrections_with_their_rows_and_the_order_given(
    intake: IntakeDialog,
) -> None:
    intake.model.setData(intake.model.index(1, OFFSET), "7")
    intake.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [row.proposal.path.name for row in intake.model.rows] == [
        "notes.pdf", "old.mp4", "phone.mov", "west.mp4",
    ]  # fmt: skip
    assert [one.path.name for one in intake.accepted_proposals()] == ["west.mp4", "phone.mov"]
    assert intake.accepted_proposals()[1].offset_s == 7
    intake.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert intake.model.rows[0].proposal.path.name == "west.mp4"
    assert intake.model.rowCount(QModelIndex()) == 4


# -- the small ones


def test_details_can_be_copied(parent: QWidget) -> None:
    dialog = ErrorDetailsDialog("It failed", "line 1\nline 2", parent)
    dialog.copy()
    assert QGuiApplication.clipboard().text() == "It failed\n\nline 1\nline 2"


def test_about_names_its_facts(parent: QWidget) -> None:
    dialog = AboutDialog([("Device", "CPU <b>")], parent)
    spoken = {one.accessibleName() for one in dialog.findChildren(QWidget)}
    assert "Device: CPU <b>" in spoken
    assert "Licence: Apache 2.0" in spoken
