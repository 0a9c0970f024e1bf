"""Clocks in the window: set by readings, undone, seen beside the true time, aligned by an event."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from casefiles.types import Source, SourceId
from tests.support.gui_guards import GuiGuards
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import click, dialog, no_dialog
from ui.dialogs.align import AlignDialog
from ui.dialogs.clock import ClockDialog
from ui.session import Selection
from video.packet_index import times_ns
from video.types import TimeNs
from workstation.desktop.desktop import Desktop

S = 1_000_000_000


def source(desktop: Desktop, source_id: int) -> Source:
    view = desktop.session.view
    assert view is not None
    found = view.source(source_id)
    assert found is not None
    return found


def first_right(desktop: Desktop) -> Source:
    """A recording whose clock nobody corrected."""
    view = desktop.session.view
    assert view is not None
    return next(one for one in view.sources if not one.offset_ns)


def type_into(field: QLineEdit, text: str) -> None:
    field.clear()
    QTest.keyClicks(field, text)


def test_a_clock_set_by_a_reading_is_seen_beside_the_true_time_and_undone(
    qtbot: QtBot, desktop: Desktop
) -> None:
    wanted = first_right(desktop)
    number = wanted.source_id
    desktop.session.select(Selection(source_id=number))
    desktop.actions["clock.set"].trigger()
    asked = dialog(qtbot, desktop, ClockDialog)
    assert asked.chosen() == number
    type_into(asked.zone, "America/Chicago")
    type_into(asked.recorder, "2026-11-01T01:30:00")
    type_into(asked.reference, "2026-11-01T01:25:41")
    type_into(asked.reference_source, "phone")
    type_into(asked.uncertainty, "0,5")
    # The hour came twice: it is asked for, and nothing is set meanwhile.
    qtbot.waitUntil(asked.first.isVisible, timeout=PATIENCE_MS)
    click(asked.set_button)
    qtbot.waitUntil(asked.problem.isVisible, timeout=PATIENCE_MS)
    assert "twice" in asked.problem.text()
    assert "-06:00" in asked.second.text()
    asked.second.click()
    qtbot.waitUntil(lambda: "0:04:19.000 fast" in asked.result_line.text(), timeout=PATIENCE_MS)
    click(asked.set_button)
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(lambda: source(desktop, number).offset_ns == 259 * S, timeout=PATIENCE_MS)
    assert source(desktop, number).recorded_start_ns == wanted.recorded_start_ns
    transport = desktop.transport
    qtbot.waitUntil(lambda: "camera" in transport.below_clock.text(), timeout=PATIENCE_MS)
    assert "± 0.5" in transport.below_clock.text()
    assert "unverified" not in transport.below_clock.text()
    shown = desktop.playback.wall_ns + 259 * S
    assert f"{shown // S % 60:02d}" in transport.below_clock.text().split("camera")[1]
    desktop.session.undo.undo()
    qtbot.waitUntil(lambda: source(desktop, number).offset_ns == 0, timeout=PATIENCE_MS)
    desktop.session.undo.redo()
    qtbot.waitUntil(lambda: source(desktop, number).offset_ns == 259 * S, timeout=PATIENCE_MS)


def test_what_is_wrong_is_said_in_the_dialog_and_nothing_is_set(
    qtbot: QtBot, desktop: Desktop
) -> None:
    desktop.actions["clock.set"].trigger()
    asked = dialog(qtbot, desktop, ClockDialog)
    before = source(desktop, asked.chosen()).offset_ns
    type_into(asked.offset, "much")
    qtbot.waitUntil(asked.problem.isVisible, timeout=PATIENCE_MS)
    type_into(asked.offset, "999999999")
    qtbot.waitUntil(asked.sure.isVisible, timeout=PATIENCE_MS)
    type_into(asked.offset, "5")
    type_into(asked.zone, "Mars")
    click(asked.set_button)
    qtbot.waitUntil(lambda: "no time zone" in asked.problem.text(), timeout=PATIENCE_MS)
    assert asked.isVisible()
    asked.reject()
    no_dialog(qtbot, desktop)
    assert source(desktop, asked_id(desktop)).offset_ns == before
    assert not desktop.session.undo.canUndo()


def asked_id(desktop: Desktop) -> SourceId:
    view = desktop.session.view
    assert view is not None
    return desktop.session.selection.source_id or view.sources[0].source_id


def test_two_recordings_are_aligned_on_a_moment_seen_in_both(
    qtbot: QtBot, desktop: Desktop, guards: GuiGuards
) -> None:
    desktop.actions["clock.align"].trigger()
    asked = dialog(qtbot, desktop, AlignDialog)
    left, right = asked.left, asked.right
    qtbot.waitUntil(asked.set_button.isEnabled, timeout=PATIENCE_MS)
    assert not left.picture.image.isNull()
    assert not right.picture.image.isNull()
    before = right.shown
    assert before is not None
    forward = right.findChild(QPushButton, "align-right-step+1")
    assert isinstance(forward, QPushButton)
    click(forward)
    qtbot.waitUntil(lambda: right.shown == before + 1, timeout=PATIENCE_MS)
    assert left.shown is not None
    qtbot.waitUntil(asked.set_button.isEnabled, timeout=PATIENCE_MS)
    assert "±" in asked.result_line.text()
    wrong, trusted = source(desktop, right.source_id), source(desktop, left.source_id)
    frames = {wrong.source_id: right.shown, trusted.source_id: left.shown}
    click(asked.set_button)
    no_dialog(qtbot, desktop)
    qtbot.waitUntil(
        lambda: source(desktop, wrong.source_id).clock_set is not None, timeout=PATIENCE_MS
    )
    aligned = source(desktop, wrong.source_id)
    assert aligned.clock_set is not None
    assert f"aligned with source {trusted.source_id}" in aligned.clock_set.basis
    walls = []
    case = desktop.session.case
    assert case is not None
    for one in (aligned, source(desktop, trusted.source_id)):
        with guards.lifted():
            times = times_ns(case.packet_index(one.source_id))
        assert one.clock is not None
        walls.append(one.clock.to_wall_ns(TimeNs(int(times[frames[one.source_id]]))))
    assert walls[0] == walls[1]
