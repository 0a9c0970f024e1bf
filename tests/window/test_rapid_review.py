"""Journeys on the practice case: what was found is shown together, chosen, decided on, filtered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import ClassFilter, Query
from casefiles.types import Actor, SourceId, TrackId
from casefiles.usecases.open_case import open_case as open_folder
from casefiles.usecases.show_tracks import show_tracks
from detection.labels import ObjectClass
from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import slot_clock
from tests.support.synopsis_cases import Walk, put_take
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, control, dialog, no_dialog, press, write
from ui.dialogs.synopsis_export import SynopsisDialog
from ui.models.synopsis_words import coverage_details
from ui.panels.rapid_review import RapidReviewPanel
from ui.views.synopsis_canvas import Mark
from workstation.desktop.desktop import Desktop

WALKS = 4
S = 10**9


@pytest.fixture
def cut_out() -> int:
    """How many of the four recordings of the practice case are cut out."""
    return 3


@pytest.fixture
def practice_case(practice_case: Path, guards: GuiGuards, cut_out: int) -> Path:
    """The practice case with a few tracks of its recordings cut out, one after the other."""
    with guards.lifted(), open_folder(practice_case, Actor("tester", "bench")) as case:
        for source in case.sources()[:cut_out]:
            rows = show_tracks(case, source.source_id, with_suppressed=False)[:WALKS]
            put_take(
                case,
                source.source_id,
                *(Walk(row.track_id, 6 * at, 6 * at + 4) for at, row in enumerate(rows)),
            )
    return practice_case


@pytest.fixture
def panel(qtbot: QtBot, desktop: Desktop) -> RapidReviewPanel:
    desktop.window.show_dock("rapid")
    shown = desktop.synopsis.panel
    until(qtbot, lambda: shown.isVisible() and shown.settled)
    shown.canvas.setFocus()
    return shown


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE_MS)


def tracks(panel: RapidReviewPanel) -> set[int]:
    """What is in the synopsis that is played."""
    latest = panel.review.latest
    return set() if latest is None else {
        tube.tube for part in latest.synopsis.parts for tube in part.stage.tubes
    }  # fmt: skip


def shown_ns(panel: RapidReviewPanel) -> int:
    """The moment of the pictures shown."""
    return -1 if panel.canvas.frame is None else panel.canvas.frame.show_ns


def choose_first(qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel) -> Mark:
    press(desktop, Key.Key_Down)
    until(qtbot, lambda: panel.current is not None)
    assert panel.current is not None
    return panel.current


def test_an_object_is_walked_to_selected_everywhere_and_looked_at_in_the_original(
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel
) -> None:
    assert len(panel.canvas.pictures()) == 3
    assert "objects shown" in panel.foot.coverage.text
    assert panel.foot.note.text == "One recording is not prepared yet."
    assert panel.foot.prepare.isVisible()
    with slot_clock() as clock:
        press(desktop, Key.Key_L)
        until(qtbot, lambda: panel.player.show_ns > S // 2)
        press(desktop, Key.Key_K)
        until(qtbot, lambda: shown_ns(panel) == panel.player.show_ns)
        mark = choose_first(qtbot, desktop, panel)
        until(qtbot, lambda: desktop.session.playhead_ns == mark.shown.time_ns)
        source_id = desktop.session.selection.source_id
        assert source_id == desktop.tiles.focused_source() == mark.shown.tube // 1_000_000
        press(desktop, Key.Key_Return)
        until(qtbot, lambda: desktop.tiles.isVisible() and not panel.isVisible())
    clock.check()
    assert not panel.player.playing


def test_an_object_is_bookmarked_rejected_and_brought_back(
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel
) -> None:
    before = tracks(panel)
    mark = choose_first(qtbot, desktop, panel)
    press(desktop, Key.Key_B)
    dialog(qtbot, desktop, QInputDialog)
    write(desktop, "red jacket")
    press(desktop, Key.Key_Return)
    no_dialog(qtbot, desktop)
    until(qtbot, lambda: bool(desktop.session.view and desktop.session.view.bookmarks))
    (kept,) = desktop.session.view.bookmarks if desktop.session.view else ()
    track_id = mark.shown.tube
    assert (kept.note, kept.track_id, kept.wall_ns) == ("red jacket", track_id, mark.shown.time_ns)
    panel.canvas.setFocus()
    press(desktop, Key.Key_N)
    until(qtbot, lambda: track_id not in tracks(panel) and panel.settled)
    assert tracks(panel) == before - {track_id}
    assert "1 hidden" in panel.foot.coverage.text
    control(desktop, Key.Key_Z)
    until(qtbot, lambda: tracks(panel) == before)


def test_the_question_and_the_controls_schedule_anew_and_the_moment_stays(
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel
) -> None:
    whole, length_ns = tracks(panel), panel.player.length_ns
    kept = choose_first(qtbot, desktop, panel).shown
    row = panel.review.latest.rows[TrackId(kept.tube)] if panel.review.latest else None
    assert row is not None
    desktop.session.set_query(
        Query(ObjectClass(row.class_id).label, (ClassFilter((row.class_id,)),))
    )
    until(qtbot, lambda: (tracks(panel) != whole and panel.settled) or panel.review.busy)
    until(qtbot, lambda: panel.settled)
    latest = panel.review.latest
    assert latest is not None
    assert {latest.rows[TrackId(one)].class_id for one in tracks(panel)} == {row.class_id}
    assert kept.tube in {mark.shown.tube for mark in panel.canvas.marks}
    desktop.session.set_query(None)
    until(qtbot, lambda: tracks(panel) == whole and panel.settled)
    panel.controls.in_order.click()
    until(qtbot, lambda: panel.player.length_ns > length_ns and panel.settled)
    assert panel.review.options.order == "chronological"


def test_what_nobody_answers_to_is_said_and_one_camera_can_be_chosen(
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel
) -> None:
    desktop.session.set_query(Query("dog", (ClassFilter((ObjectClass.DOG,)),)))
    until(qtbot, lambda: panel.settled and panel.nothing.isVisible())
    assert panel.nothing.words.heading.text()
    assert not panel.player.is_there
    assert not panel.controls.export.isEnabled()
    desktop.session.set_query(None)
    until(qtbot, lambda: panel.settled and len(panel.canvas.pictures()) == 3)
    first = SourceId(min(panel.controls._choices))
    panel.controls._choices[first].setChecked(True)
    until(qtbot, lambda: panel.settled and len(panel.canvas.pictures()) == 1)
    latest = panel.review.latest
    assert latest is not None
    assert "%" in coverage_details(latest.synopsis)
    panel.controls.export.click()
    asked = dialog(qtbot, desktop, SynopsisDialog)
    assert asked.wanted().out.suffix == ".mp4"
    asked.reject()
    no_dialog(qtbot, desktop)


@pytest.mark.parametrize("cut_out", [0])
def test_before_anything_is_cut_out_the_panel_offers_to_prepare_it(
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel
) -> None:
    assert panel.nothing.prepare.isVisible()
    assert "cut out of the recordings once" in panel.nothing.words.text.text()
    assert not panel.transport.isVisible()
