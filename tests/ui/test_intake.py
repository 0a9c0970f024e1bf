"""The intake table: every fact in a column and in words, many rows changed at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from casefiles.edit_kinds import NoteOrigin
from casefiles.intake_types import FileFacts, Origin
from casefiles.types import Camera, CameraId, SourceId
from casefiles.usecases.name_hints import both_readings
from casefiles.usecases.note_origin import DAY_NS
from casefiles.usecases.propose_recordings import Proposal, StartClaim
from casefiles.usecases.view_case import view_case
from tests.support.small_case import make_small_case
from ui import theme
from ui.dialogs.intake import IntakeDialog
from ui.dialogs.origin import OriginDialog
from ui.models.file_facts import deadline_tone
from ui.models.intake_table import (
    AUDIO,
    CAMERA,
    CLAIMED,
    CODEC,
    DAMAGE,
    DUPLICATES,
    FILE,
    FROZEN,
    GAPS,
    INTERLACED,
    JUMPS,
    KNOWN,
    LENGTH,
    LOOK,
    RATE,
    SHA256,
    SIZE,
    START,
)
from ui.models.source_facts import recording_groups
from ui.models.sources_tree import rows_of
from ui.models.wall_text import zone_of
from video.types import SoundFacts

CHICAGO = zone_of("America/Chicago")
FACTS = FileFacts(
    size_bytes=1_234_567, container="mov,mp4,m4a", codec="h264", width=640, height=480,
    rotation_deg=90, sample_aspect=Fraction(1), claimed_fps=Fraction(25), measured_fps=12.5,
    variable_rate=True, claimed_frames=100, frames=90, claimed_duration_ns=4 * 10**9,
    duration_ns=60 * 10**9, recorded_at="2026-03-02T14:00:00Z", interlaced=True,
    raw_stream=False, audio_streams=1, sound=(SoundFacts(0, "aac", 48_000, 2, 0, None),),
    gaps=((10**9, 3 * 10**9),), duplicates=2, frozen=((0, 10**9), (2 * 10**9, 3 * 10**9)),
    clock_jumps=((10**9, -5 * 10**9),), corrupt_packets=7, exported_by="", warnings=(),
)  # fmt: skip
LOCAL = datetime(2026, 3, 2, 14, 5, 11, tzinfo=CHICAGO)
CONTAINER = StartClaim("container creation time", LOCAL - timedelta(hours=3))
NAME = StartClaim("file name 20260302_140511, zone America/Chicago", LOCAL, (), "name")
TWICE = StartClaim(
    "file name, one of two readings", None,
    both_readings(datetime(2026, 11, 1, 1, 30), CHICAGO), "name",  # noqa: DTZ001
)  # fmt: skip


def proposal(name: str, *claims: StartClaim, camera: str | None = None) -> Proposal:
    first = claims[0] if claims else None
    return Proposal(
        Path("/in") / name,
        camera_id=None if camera is None else CameraId(camera),
        start=None if first is None else first.start,
        start_basis=first.basis if first is not None and first.start is not None else "",
        duration_s=60.0, frames=90, facts=FACTS, claims=claims,
    )  # fmt: skip


@pytest.fixture
def parent(qtbot: QtBot, qapp: QApplication) -> Iterator[QWidget]:
    theme.apply(qapp, "dark")
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made
    for dialog in made.findChildren(QDialog):
        dialog.close()


@pytest.fixture
def intake(parent: QWidget) -> IntakeDialog:
    cameras = [Camera(CameraId("west"), "Harbor west", ()), Camera(CameraId("gate"), "Gate", ())]
    dialog = IntakeDialog(
        (
            proposal("a.mp4", CONTAINER, NAME, camera="gate"),
            proposal("b.mp4", NAME),
            proposal("twice.mp4", TWICE),
            Proposal(Path("/in/torn.mp4"), problem="/in/torn.mp4 was never finished"),
        ),
        cameras, "America/Chicago", parent,
    )  # fmt: skip
    dialog.open()
    return dialog


def cell(dialog: IntakeDialog, row: int, column: int) -> str:
    return str(dialog.model.index(row, column).data())


def choose(dialog: IntakeDialog, *rows: int) -> None:
    dialog.table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        dialog.table.selectionModel().select(dialog.model.index(row, FILE), flags)


def test_every_fact_has_its_column(intake: IntakeDialog) -> None:
    shown = {
        LENGTH: "1 min 00 s", CODEC: "H.264 · MP4", CLAIMED: "25.00", RATE: "12.50 variable",
        SIZE: "640 × 480 ↻ 90°", INTERLACED: "yes", AUDIO: "aac 48 kHz", GAPS: "1",
        DUPLICATES: "2", FROZEN: "2", JUMPS: "1", DAMAGE: "7", SHA256: "",
    }  # fmt: skip
    assert {column: cell(intake, 0, column) for column in shown} == shown
    assert cell(intake, 3, LOOK) == "was never finished"


def test_details_say_everything_of_the_chosen_row(intake: IntakeDialog) -> None:
    intake.table.setCurrentIndex(intake.model.index(0, FILE))
    claims, found, _ = intake.details
    assert claims.value_of("Frames") == "100"
    assert found.value_of("Frames") == "90"
    assert found.value_of("Clock jumps") == "1: at 0:00:01.000 by -5.000 s"
    assert "0:00:02.000" in found.value_of("Frozen")
    intake.table.setCurrentIndex(intake.model.index(3, FILE))
    assert not claims.isVisible()


def test_problems_come_first_and_are_told_without_their_path(intake: IntakeDialog) -> None:
    intake.table.sortByColumn(LOOK, Qt.SortOrder.AscendingOrder)
    names = [row.proposal.path.name for row in intake.model.rows]
    assert names[:2] == ["torn.mp4", "twice.mp4"]


def test_chosen_rows_change_together(intake: IntakeDialog) -> None:
    choose(intake, 0, 1, 3)
    intake.camera.setCurrentIndex(intake.camera.findData("west"))
    intake.set_camera()
    intake.basis.setCurrentIndex(intake.basis.findData("name"))
    intake.set_basis()
    intake.zone.setText("UTC")
    intake.set_zone()
    first, second, third = intake.accepted_proposals()
    assert (first.camera_id, second.camera_id, third.camera_id) == ("west", "west", None)
    assert first.start == second.start == LOCAL.replace(tzinfo=UTC)
    assert first.start_basis == f"{NAME.basis}; zone UTC by a person"
    assert cell(intake, 0, START) == "2026-03-02 14:05:11+00:00"
    assert "same camera and time as b.mp4" in cell(intake, 0, LOOK)
    intake.zone.setText("Mars/Olympus")
    intake.set_zone()
    assert "no time zone" in intake.summary.text()
    assert intake.accepted_proposals()[0] == first


def test_hour_that_happens_twice_offers_both_readings(intake: IntakeDialog) -> None:
    assert "choose the start" in cell(intake, 2, LOOK)
    intake.table.edit(intake.model.index(2, START))
    combo = intake.table.findChild(QComboBox)
    assert isinstance(combo, QComboBox)
    assert combo.count() == 2
    assert "UTC−06:00" in combo.itemText(1)
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    start = intake.accepted_proposals()[2].start
    assert start is not None
    assert start.astimezone(UTC) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert cell(intake, 2, START) == "2026-11-01 01:30:00-06:00"


def test_typed_hour_that_happens_twice_is_not_guessed(intake: IntakeDialog) -> None:
    start = intake.model.index(1, START)
    intake.model.setData(start, "2026-11-01 01:30:00")
    assert "-05:00 or -06:00" in cell(intake, 1, LOOK)
    assert not intake.add.isEnabled()
    assert len(intake.model.rows[1].options) == 3
    intake.model.setData(start, "2026-11-01 01:30:00-05:00")
    assert intake.add.isEnabled()


def test_same_bytes_are_added_once(intake: IntakeDialog) -> None:
    for name in ("a.mp4", "b.mp4"):
        intake.model.set_hash(Path("/in") / name, "ab" * 32)
    assert cell(intake, 0, SHA256) == "abababababab…"
    assert cell(intake, 1, LOOK) == "same bytes as a.mp4"
    assert [one.path.name for one in intake.accepted_proposals()] == ["a.mp4", "twice.mp4"]


def test_filter_hides_rows_and_spares_them_from_changes(intake: IntakeDialog) -> None:
    intake.table.selectAll()
    intake.filter.setText("gate a.mp4")
    assert intake.chosen_rows() == [0]
    intake.filter.setText("")
    assert len(intake.chosen_rows()) == 4


def test_columns_are_chosen_by_menu(intake: IntakeDialog) -> None:
    menu = QMenu(intake)
    intake._columns_menu(menu)
    actions = menu.actions()
    assert not actions[FILE].isEnabled()
    actions[KNOWN].setChecked(False)
    assert intake.table.isColumnHidden(KNOWN)
    assert not intake.table.isColumnHidden(CAMERA)


def test_origin_of_several_changes_only_what_was_typed(parent: QWidget) -> None:
    origins = (Origin(maker="A", note="till"), Origin(maker="B", note="till"))
    dialog = OriginDialog(origins, "America/Chicago", parent)
    dialog.open()
    assert dialog.fields["maker"].text() == ""
    assert dialog.fields["note"].text() == "till"
    dialog.overwrite.setText("soon")
    assert not dialog.keep.isEnabled()
    dialog.overwrite.setText("2026-03-09 00:00")
    change = dialog.change()
    moment = int(datetime(2026, 3, 9, 5, tzinfo=UTC).timestamp()) * 10**9
    assert [change(one) for one in origins] == [
        replace(one, overwrite_ns=moment) for one in origins
    ]


def test_deadline_is_shown_and_sorted_by(tmp_path: Path) -> None:
    with make_small_case(tmp_path / "c") as case:
        note = NoteOrigin(((SourceId(2), Origin(received_from="a clerk", overwrite_ns=1)),))
        case.post(lambda: note).result()
        view = view_case(case)
    rows = {row.title: row for row in rows_of(view, {})}
    row = rows["Ferry Stairs"]
    assert row.deadline.startswith("overwritten since")
    assert row.deadline_tone == "alert"
    assert rows["Market Gate"].deadline == ""
    groups = recording_groups(view, view.sources[1], 1)
    assert [one.heading for one in groups] == ["Recording", "Origin", "Provenance"]
    assert deadline_tone(2 * DAY_NS, 0) == "warn"
    assert deadline_tone(20 * DAY_NS, 0) == "text_dim"
