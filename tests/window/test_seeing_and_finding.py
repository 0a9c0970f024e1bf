"""Journeys on the practice case with mouse and keyboard: see, search, draw, mark, take back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from casefiles.queries.filters import ColourFilter, ZoneFilter
from tests.support.slot_clock import slot_clock
from tests.window.conftest import PATIENCE_MS
from ui.playback import TileFrame
from ui.views.tile import TileView
from workstation.desktop.desktop import Desktop


def press(desktop: Desktop, *keys: Qt.Key) -> None:
    """Presses keys in the window, whatever has the keyboard there."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or desktop.window, key)


def type_search(qtbot: QtBot, desktop: Desktop, text: str) -> None:
    """Slash, the text, Enter; waits for the answer."""
    press(desktop, Qt.Key.Key_Slash)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit), "slash goes to the search field"
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.session.query is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)


def tile_of(desktop: Desktop, number: int) -> TileView:
    """The tile at a place, counted from 1."""
    tile = desktop.tiles.tile(desktop.tiles.shown[number - 1])
    assert tile is not None
    return tile


def shown_frame(desktop: Desktop, source_id: int) -> TileFrame:
    """What a tile shows."""
    frame = desktop.playback.shown(source_id)
    assert frame is not None
    return frame


def test_typed_description_is_found_and_followed_everywhere(qtbot: QtBot, desktop: Desktop) -> None:
    with slot_clock() as clock:
        type_search(qtbot, desktop, "person dark jacket")
        hits = desktop.session.hits
        assert hits is not None
        assert hits.hits
        assert any(isinstance(f, ColourFilter) for f in desktop.session.query.filters)  # type: ignore[union-attr]
        press(desktop, Qt.Key.Key_Period)
        qtbot.waitUntil(lambda: desktop.session.selection.track_id is not None)
        chosen = desktop.results.current
        assert chosen is not None
        source_id = chosen.track.source_id
        assert desktop.session.selection.source_id == source_id
        assert desktop.tiles.focused_source() == source_id
        qtbot.waitUntil(lambda: desktop.playback.settled, timeout=PATIENCE_MS)
        frame = shown_frame(desktop, source_id)
        assert frame.state == "frame"
        assert chosen.track.from_ns <= frame.time_ns <= chosen.track.to_ns
        assert desktop.timeline.timeline.playhead_ns == desktop.session.playhead_ns
    clock.check()


def test_more_like_this_ranks_others_first(qtbot: QtBot, desktop: Desktop) -> None:
    type_search(qtbot, desktop, "person")
    press(desktop, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: desktop.session.selection.track_id is not None)
    asked = desktop.session.selection.track_id
    before = desktop.session.hits
    with slot_clock() as clock:
        press(desktop, Qt.Key.Key_S)
        qtbot.waitUntil(
            lambda: desktop.session.hits is not None and desktop.session.hits is not before,
            timeout=PATIENCE_MS,
        )
    hits = desktop.session.hits
    assert hits is not None
    assert hits.hits
    assert asked not in {hit.track.track_id for hit in hits.hits}
    assert any("similar appearance" in reason for reason in hits.hits[0].why)
    clock.check()


def test_zone_is_drawn_searched_and_taken_back(qtbot: QtBot, desktop: Desktop) -> None:
    tile = tile_of(desktop, 1)
    with slot_clock() as clock:
        press(desktop, Qt.Key.Key_1, Qt.Key.Key_Z)
        middle = tile.rect().center()
        for across, down in ((-60, -40), (60, -40), (60, 80), (-60, 80)):
            QTest.mouseClick(
                tile,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
                middle + QPoint(across, down),
            )
        press(desktop, Qt.Key.Key_Return)
        qtbot.waitUntil(
            lambda: bool(desktop.session.view and desktop.session.view.zones),
            timeout=PATIENCE_MS,
        )
        qtbot.waitUntil(lambda: desktop.session.hits is not None, timeout=PATIENCE_MS)
        query = desktop.session.query
        assert query is not None
        assert any(isinstance(one, ZoneFilter) for one in query.filters)
        (zone,) = desktop.session.view.zones  # type: ignore[union-attr]
        QTest.keyClick(desktop.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: desktop.session.view.zones == (), timeout=PATIENCE_MS)  # type: ignore[union-attr]
        QTest.keyClick(desktop.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: desktop.session.view.zones == (zone,), timeout=PATIENCE_MS)  # type: ignore[union-attr]
    clock.check()


def test_bookmark_keeps_moment_and_note(qtbot: QtBot, desktop: Desktop) -> None:
    press(desktop, Qt.Key.Key_1, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: desktop.window.findChild(QInputDialog) is not None)
    dialog = desktop.window.findChild(QInputDialog)
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "drops a bag")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desktop.session.view.bookmarks), timeout=PATIENCE_MS)  # type: ignore[union-attr]
    (bookmark,) = desktop.session.view.bookmarks  # type: ignore[union-attr]
    assert bookmark.note == "drops a bag"
    assert bookmark.wall_ns == desktop.session.playhead_ns
    assert bookmark.source_id == desktop.tiles.focused_source()


def test_keys_play_pause_and_step_exact_frames(qtbot: QtBot, desktop: Desktop) -> None:
    with slot_clock() as clock:
        press(desktop, Qt.Key.Key_1)
        source_id = desktop.tiles.focused_source()
        assert source_id is not None
        began = desktop.session.playhead_ns
        press(desktop, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: desktop.session.playhead_ns > began + 10**9, timeout=PATIENCE_MS)
        press(desktop, Qt.Key.Key_Space)
        assert not desktop.playback.playing
        qtbot.waitUntil(lambda: desktop.playback.settled, timeout=PATIENCE_MS)
        number = shown_frame(desktop, source_id).number
        for key, expected in ((Qt.Key.Key_Right, number + 1), (Qt.Key.Key_Right, number + 2),
                              (Qt.Key.Key_Left, number + 1)):  # fmt: skip
            press(desktop, key)
            qtbot.waitUntil(
                lambda expected=expected: shown_frame(desktop, source_id).number == expected,  # type: ignore[misc]
                timeout=PATIENCE_MS,
            )
    clock.check()


def test_click_on_a_person_selects_it_in_every_panel(qtbot: QtBot, desktop: Desktop) -> None:
    type_search(qtbot, desktop, "person")
    press(desktop, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: desktop.session.selection.track_id is not None)
    qtbot.waitUntil(desktop.settled, timeout=PATIENCE_MS)
    chosen = desktop.session.selection
    tile = desktop.tiles.tile(chosen.source_id)  # type: ignore[arg-type]
    assert tile is not None
    boxes = tile.box_places()
    track_id, place = next((t, b) for t, b in boxes.items() if t != chosen.track_id)
    QTest.mouseClick(
        tile, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.center().toPoint()
    )
    qtbot.waitUntil(lambda: desktop.session.selection.track_id == track_id)


@pytest.mark.parametrize("count", [1, 2, 4, 6, 9])
def test_tile_layouts_show_as_many_tiles_as_there_is_footage(
    qtbot: QtBot, desktop: Desktop, count: int
) -> None:
    desktop.actions[f"tiles.{count}"].trigger()
    qtbot.waitUntil(
        lambda: len(desktop.tiles.shown) == min(count, len(desktop.session.view.sources)),  # type: ignore[union-attr]
        timeout=PATIENCE_MS,
    )
