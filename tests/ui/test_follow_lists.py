"""The lists of the menu Follow: who else was near, and ways that the traffic shows."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from casefiles.subject_types import LinkRule
from casefiles.types import Camera, CameraId, CaseHeader, TrackId
from casefiles.usecases.meetings import Meetings, Met
from casefiles.usecases.near_by_chance import Company, Near, Passing
from casefiles.view_types import CaseView
from tests.support.journeys import SUBJECT
from ui.dialogs.learned_links import LearnedLinksDialog
from ui.dialogs.meetings import MeetingsDialog

S = 1_000_000_000
GATE, STAIRS = CameraId("gate"), CameraId("stairs")


@pytest.fixture
def view() -> CaseView:
    header = CaseHeader(
        "u", "26-1", "T", training=False, created_ns=0, created_by="", program_version=""
    )
    cameras = (Camera(GATE, "Market Gate", ()), Camera(STAIRS, "Ferry Stairs", ()))
    return CaseView(header, (), cameras, {}, (), (), "-06:00")


def test_each_place_of_a_meeting_is_a_row_that_leads_there(qtbot: QtBot, view: CaseView) -> None:
    first = Near(0, Passing(TrackId(1_000_002), "gate", 100 * S, 108 * S), 6.0, None)
    second = Near(1, Passing(TrackId(2_000_002), "stairs", 400 * S, 408 * S), 4.0, 1.25)
    met = Met(Company((first, second), said=False), 0.02, None, "similar appearance")
    found = Meetings(SUBJECT, ((), ()), (met,), 2, 0.1, 4, 200, 1, 5.0, ("a note",))
    dialog = MeetingsDialog(found, view)
    qtbot.addWidget(dialog)
    cells = [dialog.model.index(row, column).data() for row in (0, 1) for column in (2, 4)]
    assert cells == ["Market Gate", "same picture, 6 s", "Ferry Stairs", "1.2 m, 4 s"]
    assert "by chance 0.1 would be" in dialog.said.text()
    assert "a note" in dialog.said.text()
    with qtbot.waitSignal(dialog.place_wanted) as gone:
        dialog.table.doubleClicked.emit(dialog.model.index(1, 0))
    assert gone.args == [second.passing]


def test_only_ticked_ways_are_kept(qtbot: QtBot, view: CaseView) -> None:
    rules = (
        LinkRule(GATE, STAIRS, typical_s=4.0, note="17 tracks came"),
        LinkRule(STAIRS, GATE, typical_s=9.0, note="12 tracks came"),
    )
    dialog = LearnedLinksDialog(rules, (), view)
    qtbot.addWidget(dialog)
    assert not dialog.keep.isEnabled()
    assert "Ferry Stairs → Market Gate: usually 9.0 s\n12 tracks came" in dialog.list.item(1).text()
    dialog.list.item(1).setCheckState(Qt.CheckState.Checked)
    with qtbot.waitSignal(dialog.wanted) as kept:
        dialog.keep.click()
    assert kept.args == [(rules[1],)]
