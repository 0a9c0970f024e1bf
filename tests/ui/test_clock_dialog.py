"""The clock dialog asks for a start only where none was recorded."""

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from casefiles.types import SourceId
from ui.dialogs.clock import ClockDialog

KNOWN, UNKNOWN = SourceId(1), SourceId(2)


@pytest.fixture
def dialog(qtbot: QtBot) -> ClockDialog:
    shown = ClockDialog(
        [(KNOWN, "Gate"), (UNKNOWN, "phone.mp4")], KNOWN, "America/Chicago", timeless=[UNKNOWN]
    )
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_start_is_asked_where_it_is_not_known(dialog: ClockDialog) -> None:
    assert dialog.start.isHidden()
    dialog.source.setCurrentIndex(1)
    assert dialog.start.isVisible()
    QTest.keyClicks(dialog.start, "2026-03-02T14:00:00")
    assert dialog.words().start == "2026-03-02T14:00:00"
    dialog.source.setCurrentIndex(0)
    assert dialog.start.isHidden()
    assert dialog.words().start == ""
