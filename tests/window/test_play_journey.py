"""A journey in the window: drawn on map and timeline, played stop by stop, taken out of it."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from casefiles.subject_types import NEW_SUBJECT, AddSubject, Sighting, Subject
from casefiles.view_types import Hit
from tests.window.conftest import PATIENCE_MS
from tests.window.hands import Key, Modifier, dialog, press
from ui.dialogs.handout import HandoutDialog
from ui.session import Selection
from workstation.desktop.desktop import Desktop

ALT, SHIFT = Modifier.AltModifier, Modifier.ShiftModifier
S = 1_000_000_000


def hits_apart(qtbot: QtBot, desktop: Desktop) -> list[Hit]:
    """Somebody on one camera, and somebody who comes onto another later."""
    desktop.search.search_for("person")
    qtbot.waitUntil(
        lambda: desktop.session.hits is not None and desktop.session.hits.complete,
        timeout=PATIENCE_MS,
    )
    hits = desktop.session.hits
    assert hits is not None
    timed = [one for one in hits.hits if one.from_wall_ns is not None and one.to_wall_ns]
    for first in timed:
        for second in timed:
            assert first.to_wall_ns is not None
            assert second.from_wall_ns is not None
            gap = second.from_wall_ns - first.to_wall_ns
            if first.camera_id != second.camera_id and gap > 5 * S:
                return [first, second]
    raise AssertionError("the practice case has nobody on two cameras one after the other")


@pytest.fixture
def hits(qtbot: QtBot, desktop: Desktop) -> list[Hit]:
    """A subject that was confirmed on two cameras one after the other is followed."""
    found = hits_apart(qtbot, desktop)
    said = tuple(Sighting(NEW_SUBJECT, one.track.track_id, "confirmed") for one in found)
    desktop.session.do("subject", AddSubject(Subject("Subject 1", "person"), said))
    view_has = lambda: bool(desktop.session.view and desktop.session.view.subjects)  # noqa: E731
    qtbot.waitUntil(view_has, timeout=PATIENCE_MS)
    desktop.window.set_workspace("follow")
    # What is proposed comes when it comes: it must not take the player along here.
    desktop.actions["follow.play"].trigger()
    following = desktop.following.following
    following.follow(following.subjects[-1].subject_id)
    journey = desktop.mapping.journey
    qtbot.waitUntil(
        lambda: journey.journey is not None and len(journey.journey.stops) == 2,
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: following.settled, timeout=PATIENCE_MS)
    return found


def test_the_journey_is_drawn_and_played_by_keys_and_what_nobody_saw_is_skipped(
    qtbot: QtBot, desktop: Desktop, hits: list[Hit]
) -> None:
    first, second = hits
    session, journey = desktop.session, desktop.mapping.journey
    shape = journey.map.journey.shape
    assert [one.number for one in shape.stops] == [1, 2]
    assert len(shape.legs) == 1
    told: list[str] = []
    journey.player.told.connect(told.append)
    assert first.from_wall_ns is not None
    assert second.from_wall_ns is not None
    assert second.to_wall_ns is not None
    session.go_to(first.from_wall_ns)
    desktop.playback.set_rate(16.0)
    desktop.tiles.take_keyboard()
    press(desktop, Key.Key_J, held=SHIFT)
    assert journey.player.piece is not None
    assert journey.player.piece.number == 1
    assert desktop.playback.playing
    assert session.selection.track_id == first.track.track_id
    qtbot.waitUntil(
        lambda: session.selection.track_id == second.track.track_id, timeout=PATIENCE_MS
    )
    assert session.playhead_ns >= second.from_wall_ns - S
    assert session.selection.camera_id == second.camera_id
    assert desktop.tiles.focused_source() == second.track.source_id
    assert any("skipped" in one for one in told)
    assert desktop.banner.messages[-1].title == told[-1]
    qtbot.waitUntil(lambda: journey.player.piece is None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desktop.playback.playing, timeout=PATIENCE_MS)
    assert "ends here" in told[-1]
    # What was told at one stop made room for what was told at the next.
    assert [one.title for one in desktop.banner.messages if one.topic] == [told[-1]]
    assert not desktop.is_checked("follow.journey")
    # Keys go from stop to stop, and whoever goes elsewhere ends the playing.
    session.go_to(first.from_wall_ns)
    desktop.tiles.take_keyboard()
    press(desktop, Key.Key_Right, held=ALT)
    assert session.selection.track_id == second.track.track_id
    assert session.playhead_ns == second.from_wall_ns
    assert not desktop.is_checked("follow.journey")
    press(desktop, Key.Key_Left, held=ALT)
    assert session.selection.track_id == first.track.track_id
    press(desktop, Key.Key_J, held=SHIFT)
    assert desktop.is_checked("follow.journey")
    session.go_to(first.from_wall_ns - 60 * S)
    assert not desktop.is_checked("follow.journey")
    # And once more by its own key.
    press(desktop, Key.Key_J, held=SHIFT)
    press(desktop, Key.Key_J, held=SHIFT)
    qtbot.waitUntil(lambda: not desktop.playback.playing, timeout=PATIENCE_MS)
    assert not desktop.is_checked("follow.journey")


def test_stops_are_shown_ways_closed_by_undo_opened_and_all_of_it_leaves_by_its_doors(
    qtbot: QtBot, desktop: Desktop, hits: list[Hit], tmp_path: Path
) -> None:
    second = hits[1]
    desktop.mapping.journey.show()
    qtbot.waitUntil(lambda: desktop.map.map.is_settled, timeout=PATIENCE_MS)
    stop = desktop.mapping.journey.map.journey.shape.stops[1]
    ((x, y),) = desktop.map.map.view.to_screen([(stop.x, stop.y)]).tolist()
    assert desktop.map.map.rect().contains(QPoint(round(x), round(y)))
    desktop.mapping.journey.map.stop_chosen.emit(stop.number)
    assert desktop.session.selection.track_id == second.track.track_id
    assert desktop.session.playhead_ns == second.from_wall_ns

    links, shown = desktop.mapping.journey.links, desktop.mapping.journey.map.links
    camera_id = hits[0].camera_id
    desktop.session.select(Selection(camera_id=camera_id))
    desktop.actions["follow.links"].trigger()
    qtbot.waitUntil(lambda: bool(shown.links), timeout=PATIENCE_MS)
    way = shown.links[0]
    assert way.start == camera_id
    links.close_way(way)

    def closed() -> list[str]:
        return [str(one.end) for one in shown.links if one.closed]

    qtbot.waitUntil(lambda: closed() == [str(way.end)], timeout=PATIENCE_MS)
    desktop.session.undo.undo()
    qtbot.waitUntil(lambda: closed() == [], timeout=PATIENCE_MS)
    links.ask_time(way)
    asked = dialog(qtbot, desktop, QInputDialog)
    asked.setDoubleValue(42.0)
    asked.accept()
    qtbot.waitUntil(
        lambda: any(one.by_person and "42" in one.words for one in shown.links),
        timeout=PATIENCE_MS,
    )

    desktop.actions["follow.export"].trigger()
    asked = dialog(qtbot, desktop, QInputDialog)
    asked.setTextValue(str(tmp_path / "journey"))
    asked.accept()
    qtbot.waitUntil(
        lambda: any("exported" in one.title for one in desktop.banner.messages),
        timeout=PATIENCE_MS,
    )
    assert (tmp_path / "journey" / "TRAINING-map.png").read_bytes().startswith(b"\x89PNG")
    told = json.loads((tmp_path / "journey" / "TRAINING-journey.geojson").read_text())
    assert told["type"] == "FeatureCollection"
    desktop.actions["follow.handout"].trigger()
    form = dialog(qtbot, desktop, HandoutDialog)
    form.out.field.setText(str(tmp_path / "page.html"))
    form.contact.setText("555 0100")
    form.accept()
    qtbot.waitUntil(
        lambda: any("page.html" in one.title for one in desktop.banner.messages),
        timeout=PATIENCE_MS,
    )
    assert "555 0100" in (tmp_path / "page.html").read_text()
