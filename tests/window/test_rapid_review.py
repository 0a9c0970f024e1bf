"""Journeys on the practice case: what was found is shown together, chosen, decided on, filtered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import ClassFilter, Query
from casefiles.types import Actor, SourceId, TrackId
from casefiles.usecases import synopsis_scope
from casefiles.usecases.open_case import open_case as open_folder
from casefiles.usecases.show_tracks import show_tracks
from detection.labels import ObjectClass
from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import slot_clock
from tests.support.synopsis_cases import Walk, put_take
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import (
    Key,
    control,
    dialog,
    jobs_ended,
    message,
    no_dialog,
    press,
    write,
)
from ui.dialogs.synopsis_export import SynopsisDialog
from ui.dialogs.track_stills import TrackStillDialog
from ui.models.synopsis_words import coverage_details
from ui.panels.rapid_review import RapidReviewPanel
from ui.session import Selection
from ui.views.synopsis_marks import Mark
from video.decoder import open_source
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
            found = show_tracks(case, source.source_id, with_suppressed=False)
            rows = sorted(found, key=lambda row: row.mean_score)
            # Of those that were seen with little confidence some, and of the others.
            rows = rows[: WALKS // 2] + rows[-WALKS // 2 :]
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


def check_recording(panel: RapidReviewPanel, number: int) -> SourceId:
    """Checks a recording in the list of the panel, by its place."""
    menu = panel.controls.menu
    # Offscreen a list that pops up keeps the keyboard.
    menu.aboutToShow.emit()
    listed = [one for one in menu.actions() if one.isCheckable()]
    listed.sort(key=lambda one: int(one.data()))
    listed[number].trigger()
    return SourceId(int(listed[number].data()))


def tracks(panel: RapidReviewPanel) -> set[int]:
    """What is in the synopsis that is played."""
    latest = panel.review.latest
    return set() if latest is None else {
        tube.tube for part in latest.synopsis.parts for tube in part.stage.tubes
    }  # fmt: skip


def shown_ns(panel: RapidReviewPanel) -> int:
    """The moment of the pictures shown."""
    return -1 if panel.canvas.frame is None else panel.canvas.frame.show_ns


def most_at_once(panel: RapidReviewPanel) -> int:
    """How many objects are shown together, at most."""
    latest = panel.review.latest
    return 0 if latest is None else int(latest.crowd.max())


def choose_first(qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel) -> Mark:
    press(desktop, Key.Key_Down)
    until(qtbot, lambda: panel.current is not None)
    assert panel.current is not None
    return panel.current


def test_an_object_is_looked_at_in_the_original_bookmarked_rejected_and_brought_back(
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
    desktop.window.show_dock("rapid")
    until(qtbot, lambda: panel.isVisible() and panel.settled and panel.current is not None)
    panel.canvas.setFocus()
    before = tracks(panel)
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
    qtbot: QtBot, desktop: Desktop, panel: RapidReviewPanel, monkeypatch: pytest.MonkeyPatch
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
    # A search by appearance: as its answers say, and not everything.
    desktop.session.select(Selection(track_id=TrackId(kept.tube)))
    desktop.actions["find.similar"].trigger()
    until(qtbot, lambda: bool(panel.review.similar) and panel.settled)
    similar = panel.review.similar or ()
    assert tracks(panel) == whole & set(similar)
    assert f"The {len(similar)} most similar are shown" in panel.foot.note.text
    desktop.search.clear()
    until(qtbot, lambda: tracks(panel) == whole and panel.settled)
    panel.controls.in_order.click()
    until(qtbot, lambda: panel.player.length_ns > length_ns and panel.settled)
    assert panel.review.options.order == "chronological"
    panel.controls.in_order.click()
    desktop.session.set_query(Query("dog", (ClassFilter((ObjectClass.DOG,)),)))
    until(qtbot, lambda: panel.settled and panel.nothing.isVisible())
    assert panel.nothing.words.heading.text()
    assert not panel.player.is_there
    assert not panel.controls.export.isEnabled()
    desktop.session.set_query(None)
    until(qtbot, lambda: panel.settled and len(panel.canvas.pictures()) == 3)
    check_recording(panel, 0)
    until(qtbot, lambda: panel.settled and len(panel.canvas.pictures()) == 1)
    latest = panel.review.latest
    assert latest is not None
    assert "%" in coverage_details(latest.synopsis)
    whole = tracks(panel)
    scores = {one: latest.rows[TrackId(one)].mean_score for one in whole}
    limit = sorted(scores.values())[len(scores) // 2]
    # Nothing of the practice case was seen with so little confidence.
    monkeypatch.setattr(
        synopsis_scope, "sureness", lambda score: "weak" if score < limit else "fair"
    )
    weak = {one for one, score in scores.items() if score < limit}
    assert weak
    panel.controls.doubtful.click()
    until(qtbot, lambda: panel.settled and tracks(panel) == whole - weak)
    hidden = sum(row.mean_score < limit for row in latest.rows.values())
    assert f"{hidden} hidden" in panel.foot.coverage.text
    panel.controls.at_once.setValue(1)
    until(qtbot, lambda: panel.settled and most_at_once(panel) == 1)


@pytest.mark.parametrize("cut_out", [0])
def test_what_is_chosen_is_prepared_from_the_panel_shown_and_exported(
    qtbot: QtBot,
    desktop: Desktop,
    panel: RapidReviewPanel,
    guards: GuiGuards,
    tmp_path: Path,
) -> None:
    assert "cut out of the recordings once" in panel.nothing.words.text.text()
    assert not panel.transport.isVisible()
    # The shortest recording alone.
    last = check_recording(panel, -1)
    until(qtbot, lambda: panel.settled and panel.nothing.prepare.isVisible())
    panel.nothing.prepare.click()
    jobs_ended(qtbot, desktop)
    until(qtbot, lambda: panel.settled and bool(tracks(panel)))
    assert panel.transport.isVisible()
    assert panel.canvas.frame is not None
    assert not panel.foot.prepare.isVisible()
    mark = choose_first(qtbot, desktop, panel)
    panel.canvas.menu_wanted.emit(mark, panel.canvas.mapToGlobal(mark.area.center().toPoint()))
    menu = panel.findChild(QMenu, "rapid-menu")
    assert menu is not None
    offered = [action.text() for action in menu.actions() if action.isEnabled()]
    menu.close()
    assert "Stroboscope still of the track…" in offered
    assert "This one is wrong (N)" in offered
    desktop.actions["rapid.sheet"].trigger()
    sheet = dialog(qtbot, desktop, TrackStillDialog)
    said = " ".join(one.text() for one in sheet.findChildren(QLabel))
    assert f"The {len(tracks(panel))} objects shown" in said
    sheet.reject()
    no_dialog(qtbot, desktop)
    panel.controls.export.click()
    asked = dialog(qtbot, desktop, SynopsisDialog)
    assert asked.out.path.suffix == ".mp4"
    out = tmp_path / "shown.mp4"
    asked.out.field.setText(str(out))
    asked.width_box.setCurrentIndex(asked.width_box.findData(640))
    asked.rate_box.setCurrentIndex(asked.rate_box.findData(12))
    asked.accept()
    no_dialog(qtbot, desktop)
    told = message(qtbot, desktop)
    assert told.title == "Rapid review exported: shown.mp4"
    document = json.loads(Path(f"{out}.json").read_text())
    assert {one["track"] for one in document["placements"]} == tracks(panel)
    with guards.lifted(), open_source(out) as film:
        length_s = panel.player.length_ns / S
        assert sum(1 for _ in film.frames()) == pytest.approx(12 * length_s, abs=2)
    desktop.actions["rapid.paths"].trigger()
    tile = desktop.tiles.tile(last)
    assert tile is not None
    until(qtbot, lambda: tile.heat is not None)
    assert desktop.tiles.isVisible()
    assert tile.heat is not None
    assert tile.heat.found.tracks == len(tracks(panel))
