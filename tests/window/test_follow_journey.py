"""Journeys on the practice case: somebody is followed over cameras with keys alone."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from casefiles.geo import GeoPoint
from casefiles.types import CameraId, TrackId
from tests.support.gui_guards import GuiGuards
from tests.support.slot_clock import slot_clock
from tests.support.small_city import journeys, make_small_city
from tests.window.conftest import PATIENCE_MS, open_case
from tests.window.hands import click, control, dialog, focused, no_dialog, press, write
from ui.dialogs.missing_person import MissingPersonDialog
from ui.session import Selection
from workstation.desktop.desktop import Desktop
from workstation.practice_city.city import CitySettings

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
_CITY = CitySettings(cameras=8, hours=0.1, people=6, cars=6, seed=5)
_FOLLOWED = 11
"""A car of it that five cameras see, some of them twice."""


def settled(qtbot: QtBot, desktop: Desktop) -> None:
    """Waits until candidates, journey and forecast are those of what was said."""
    model = desktop.follow.following
    qtbot.waitUntil(lambda: model.answer is not None and model.settled, timeout=PATIENCE_MS)


def begin(qtbot: QtBot, desktop: Desktop) -> None:
    """Follows the first person that is found, with keys alone."""
    control(desktop, Key.Key_3)
    press(desktop, Key.Key_Slash)
    write(desktop, "person")
    press(desktop, Key.Key_Return)
    qtbot.waitUntil(
        lambda: desktop.session.hits is not None and desktop.session.hits.complete,
        timeout=PATIENCE_MS,
    )
    press(desktop, Key.Key_Period)
    desktop.results.take_keyboard()
    qtbot.waitUntil(lambda: desktop.session.selection.track_id is not None, timeout=PATIENCE_MS)
    press(desktop, Key.Key_T)
    qtbot.waitUntil(lambda: desktop.follow.following.subject is not None, timeout=PATIENCE_MS)
    settled(qtbot, desktop)


def said(desktop: Desktop) -> dict[TrackId, str]:
    view = desktop.session.view
    return {} if view is None else {one.track_id: one.verdict for one in view.sightings}


def left_are(desktop: Desktop, count: int) -> bool:
    return len(said(desktop)) == count


def test_somebody_is_followed_with_keys_alone_and_every_word_can_be_taken_back(
    qtbot: QtBot, desktop: Desktop
) -> None:
    begin(qtbot, desktop)
    model = desktop.follow.following
    (first,) = model.confirmed
    assert desktop.follow.isVisible()
    assert desktop.follow.isAncestorOf(focused(desktop))
    seen: list[TrackId] = []
    with slot_clock() as clock:
        for key in (Key.Key_Y, Key.Key_N, Key.Key_Y):
            assert model.current is not None
            track = model.current.track
            # The candidate is what the whole window shows, and it plays.
            assert desktop.session.selection.track_id == track.track_id
            assert desktop.playback.playing
            seen.append(track.track_id)
            press(desktop, key)
            settled(qtbot, desktop)
        press(desktop, Key.Key_Down, held=ALT)
        press(desktop, Key.Key_Up, held=ALT)
    clock.check()
    assert len({first, *seen}) == 4
    words = {first: "confirmed", seen[0]: "confirmed", seen[1]: "rejected", seen[2]: "confirmed"}
    assert said(desktop) == words
    assert model.journey is not None
    assert {one.track.track_id for one in model.journey.stops} == {first, seen[0], seen[2]}
    assert desktop.follow.stops.count() == 3
    for left in (3, 2, 1):
        control(desktop, Key.Key_Z)
        qtbot.waitUntil(partial(left_are, desktop, left), timeout=PATIENCE_MS)
    settled(qtbot, desktop)
    # What was taken back is proposed again.
    assert model.current is not None
    answer = model.answer
    assert answer is not None
    assert seen[0] in {one.track.track_id for there in answer.cameras for one in there.candidates}
    control(desktop, Key.Key_Z)
    qtbot.waitUntil(lambda: model.subject is None, timeout=PATIENCE_MS)
    assert desktop.follow.empty.isVisible()


def test_keys_lead_to_where_it_may_be_and_note_where_it_was_not(
    qtbot: QtBot, desktop: Desktop
) -> None:
    begin(qtbot, desktop)
    model = desktop.follow.following
    assert model.current is not None
    (first,) = model.confirmed
    press(desktop, Key.Key_K, held=SHIFT)
    assert desktop.session.selection.track_id == first
    press(desktop, Key.Key_K, held=SHIFT)
    assert desktop.session.selection.track_id == model.current.track.track_id
    forecast = model.forecast
    assert forecast is not None
    assert forecast.looks
    press(desktop, Key.Key_Return, held=SHIFT)
    look = forecast.looks[0]
    assert desktop.session.selection.camera_id == look.camera_id
    qtbot.waitUntil(
        lambda: abs(desktop.session.playhead_ns - look.window.likely_ns) < 60 * 10**9,
        timeout=PATIENCE_MS,
    )
    camera = model.current.camera_id
    press(desktop, Key.Key_N, held=SHIFT)
    qtbot.waitUntil(lambda: len(model.absences) == 1, timeout=PATIENCE_MS)
    settled(qtbot, desktop)
    assert model.absences[0].camera_id == camera
    assert desktop.follow.gone.count() == 1


def test_results_and_timeline_offer_to_follow_in_their_menus(
    qtbot: QtBot, desktop: Desktop
) -> None:
    begin(qtbot, desktop)
    for widget in (desktop.results.views.cards, desktop.timeline.timeline):
        widget.customContextMenuRequested.emit(QPoint(60, 60))
        menus = desktop.window.findChildren(QMenu, "hit-menu")
        menu = next(one for one in menus if one.isVisible())
        names = [action.text() for action in menu.actions()]
        assert names[:2] == [desktop.actions[one].text() for one in ("follow.new", "follow.this")]
        menu.close()


def test_a_missing_person_begins_with_a_place_on_the_map(
    qtbot: QtBot, desktop: Desktop, practice_case: Path
) -> None:
    control(desktop, Key.Key_3)
    desktop.actions["follow.missing"].trigger()
    form = dialog(qtbot, desktop, MissingPersonDialog)
    write(desktop, "Somebody")
    view = desktop.session.view
    assert view is not None
    form.when.setText("2026-03-02T17:24:00Z")
    click(form.pick)
    qtbot.waitUntil(lambda: desktop.map.map.tool is not None, timeout=PATIENCE_MS)
    assert not form.isVisible()
    QTest.keyClick(desktop.map.map, Key.Key_Return)
    qtbot.waitUntil(form.isVisible, timeout=PATIENCE_MS)
    assert form.where.text()
    form.accept()
    no_dialog(qtbot, desktop)
    model = desktop.follow.following
    qtbot.waitUntil(lambda: model.subject is not None, timeout=PATIENCE_MS)
    settled(qtbot, desktop)
    assert model.subject is not None
    last = model.subject.last_seen
    assert last is not None
    assert isinstance(last.point, GeoPoint)
    assert model.subject.mode == "missing"
    # Nobody is selected as a sighting by that.
    assert model.confirmed == ()
    desktop.session.select(Selection())


def test_five_cameras_take_about_ten_keys(
    qtbot: QtBot, empty_desktop: Desktop, guards: GuiGuards, tmp_path: Path
) -> None:
    """Who presses them knows the truth: what a person would read out of the pictures."""
    desktop, folder = empty_desktop, tmp_path / "case"
    with guards.lifted():
        make_small_city(folder, _CITY).close()
    open_case(qtbot, desktop, folder)
    desktop.window.set_workspace("follow")
    desktop.actions["follow.play"].trigger()
    model = desktop.follow.following
    pressed: list[Qt.Key] = []
    own = journeys(_CITY)[_FOLLOWED]
    desktop.session.select(Selection(track_id=own[0]))

    def cameras() -> set[CameraId | None]:
        assert model.journey is not None
        return {one.camera_id for one in model.journey.stops}

    press(desktop, Key.Key_T)
    qtbot.waitUntil(lambda: model.subject is not None, timeout=PATIENCE_MS)
    settled(qtbot, desktop)
    while len(cameras()) < 5 and len(pressed) < 12:
        assert model.current is not None
        key = Key.Key_Y if model.current.track.track_id in own else Key.Key_N
        press(desktop, key)
        pressed.append(key)
        settled(qtbot, desktop)
    assert len(cameras()) == 5
    assert model.journey is not None
    assert model.journey.problems == ()
