"""Tiles and transport on the practice recordings: one case, one player, real gestures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from casefiles.case import Case
from casefiles.edit_kinds import AddZone
from casefiles.types import Actor, SourceId
from casefiles.usecases.build_demo import open_demo
from casefiles.view_types import Zone
from tests.support.search_cases import Seen, put_run
from ui import theme
from ui.models.time_entry import BadEntry, wall_of_entry
from ui.panels.tiles import TilesPanel
from ui.panels.transport import TransportPanel
from ui.playback import Playback
from ui.session import Selection, Session
from ui.views.tile import TileView
from ui.views.tile_words import TileFacts, header, state_text
from ui.views.wall import cells
from video.clock import parse_wall, wall_to_ns

SECOND = 1_000_000_000
START = wall_to_ns(parse_wall("2026-03-02T17:24:00-06:00"))
WEST, EAST, STAIRS, GATE = (SourceId(at) for at in range(1, 5))
FEET = [(at / 7, 100.0 + at, 300.0) for at in range(60)]


@dataclass
class Desk:
    """What a test works with."""

    session: Session
    playback: Playback
    tiles: TilesPanel
    transport: TransportPanel

    def tile(self, source_id: int) -> TileView:
        found = self.tiles.tile(source_id)
        assert found is not None
        return found


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with open_demo(tmp_path / "case", Actor("tester", "desk-1")) as made:
        put_run(made, WEST, Seen(0, 8, feet=FEET))
        yield made


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, case: Case) -> Iterator[Desk]:
    """The four recordings on the wall, shown."""
    theme.apply(qapp, "dark")
    session, playback = Session(), Playback()
    made = Desk(session, playback, TilesPanel(session, playback), TransportPanel(session, playback))
    for widget, size in ((made.tiles, (800, 600)), (made.transport, (800, 60))):
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show()
    session.set_case(case)
    qtbot.waitUntil(lambda: len(playback.source_ids) == 4 and playback.settled, timeout=10_000)
    yield made
    playback.close()
    session.stop()


def go_to(desk: Desk, qtbot: QtBot, wall_ns: int) -> None:
    desk.playback.seek(wall_ns)
    qtbot.waitUntil(lambda: desk.playback.settled)


def middle_of_track(desk: Desk, qtbot: QtBot) -> QPoint:
    """Where the walker of the run is on the tile, four seconds in."""
    go_to(desk, qtbot, START + 4 * SECOND)
    tile = desk.tile(WEST)
    qtbot.waitUntil(lambda: len(tile.box_places()) == 1)
    (box,) = tile.box_places().values()
    return box.center().toPoint()


def test_the_case_is_on_the_wall_at_the_size_of_the_tiles(desk: Desk, qtbot: QtBot) -> None:
    assert desk.tiles.shown == (WEST, EAST, STAIRS, GATE)
    assert desk.tiles.focused_source() == WEST
    go_to(desk, qtbot, START + 30 * SECOND)
    qtbot.waitUntil(
        lambda: all(_size(desk, at) == _target(desk.tile(at)) for at in desk.tiles.shown)
    )


def _size(desk: Desk, source_id: int) -> tuple[int, int]:
    shown = desk.playback.shown(source_id)
    return (shown.image.width(), shown.image.height()) if shown is not None else (0, 0)


def _target(tile: TileView) -> tuple[int, int]:
    _, _, width, height = tile.place.target
    return round(width), round(height)


def test_the_tile_paints_the_frame_where_its_place_says(desk: Desk, qtbot: QtBot) -> None:
    go_to(desk, qtbot, START + 30 * SECOND)
    desk.tiles.toggle_overlay()
    tile = desk.tile(EAST)
    qtbot.waitUntil(lambda: _size(desk, EAST) == _target(tile))
    shown = desk.playback.shown(EAST)
    assert shown is not None
    seen = tile.grab().toImage()
    left, top, _, _ = tile.place.target
    # Below the header, off every edge.
    for x, y in ((40, 120), (90, 200), (150, 250)):
        assert seen.pixelColor(round(left) + x, round(top) + y) == QColor(shown.image.pixel(x, y))
    assert seen.pixelColor(2, 200) == theme.on_video("video")


def test_a_click_on_a_box_tells_its_track(desk: Desk, qtbot: QtBot) -> None:
    at = middle_of_track(desk, qtbot)
    with qtbot.waitSignal(desk.tiles.track_clicked) as told:
        QTest.mouseClick(desk.tile(WEST), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == [WEST, 1_000_001]


def test_a_click_beside_focuses_and_tells_no_track(desk: Desk, qtbot: QtBot) -> None:
    tracks: list[object] = []
    desk.tiles.track_clicked.connect(lambda _, track: tracks.append(track))
    with qtbot.waitSignal(desk.tiles.focused_changed) as told:
        QTest.mouseClick(desk.tile(GATE), Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    assert told.args == [GATE]
    assert desk.tiles.focused_source() == GATE
    assert tracks == []


def test_without_the_overlay_boxes_are_neither_painted_nor_hit(desk: Desk, qtbot: QtBot) -> None:
    at = middle_of_track(desk, qtbot)
    tile = desk.tile(WEST)
    tracks: list[object] = []
    desk.tiles.track_clicked.connect(lambda _, track: tracks.append(track))
    with_boxes = tile.grab().toImage()
    desk.tiles.toggle_overlay()
    assert tile.grab().toImage() != with_boxes
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=at)
    assert tracks == []
    desk.tiles.toggle_overlay()
    assert tile.grab().toImage() == with_boxes


def test_the_selected_track_looks_different(desk: Desk, qtbot: QtBot) -> None:
    middle_of_track(desk, qtbot)
    tile = desk.tile(WEST)
    before = tile.grab().toImage()
    desk.session.select(Selection(source_id=WEST, track_id=1_000_001))  # type: ignore[arg-type]
    assert tile.grab().toImage() != before


def test_a_drawn_zone_comes_in_source_pixels(desk: Desk, qtbot: QtBot) -> None:
    tile = desk.tile(WEST)
    corners = ((100.0, 100.0), (300.0, 100.0), (300.0, 400.0))
    desk.tiles.start_zone()
    for corner in corners:
        at = QPointF(*tile.place.to_view(corner)).toPoint()
        QTest.mouseMove(tile, at)
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(desk.tiles.zone_drawn) as told:
        QTest.keyClick(tile, Qt.Key.Key_Return)
    source_id, polygon = told.args
    assert source_id == WEST
    # A click falls on a whole point of the view.
    for drawn, meant in zip(polygon, corners, strict=True):
        assert drawn == pytest.approx(meant, abs=1 / tile.place.scale)
    assert tile.tool is None


def test_focusing_another_tile_puts_the_tool_away(desk: Desk, qtbot: QtBot) -> None:
    desk.tiles.start_zone()
    assert desk.tile(WEST).tool is not None
    desk.tiles.focus(2)
    assert desk.tile(WEST).tool is None
    assert not desk.tiles.tool.active


def test_the_wheel_zooms_at_the_pointer_and_a_drag_moves_the_picture(
    desk: Desk, qtbot: QtBot
) -> None:
    tile = desk.tile(EAST)
    at = QPoint(200, 150)
    under = tile.place.to_source((200, 150))
    wheel(tile, at, notches=4)
    assert tile.place.zoom > 2
    assert tile.place.to_source((200, 150)) == pytest.approx(under, abs=0.5)
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(tile, QPoint(200, 130))
    QTest.mouseMove(tile, QPoint(200, 110))
    QTest.mouseRelease(tile, Qt.MouseButton.LeftButton, pos=QPoint(200, 110))
    assert tile.place.to_source((200, 110)) == pytest.approx(under, abs=0.5)
    tile.fit()
    assert tile.place.zoom == 1


def wheel(tile: QWidget, at: QPoint, *, notches: int) -> None:
    spot = QPointF(at)
    event = QWheelEvent(
        spot, tile.mapToGlobal(spot), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(tile, event)


def test_a_double_click_shows_one_tile_alone_and_decodes_no_other(desk: Desk, qtbot: QtBot) -> None:
    QTest.mouseDClick(desk.tile(STAIRS), Qt.MouseButton.LeftButton, pos=QPoint(50, 200))
    visible = [at for at in desk.tiles.shown if desk.tile(at).isVisible()]
    assert visible == [STAIRS]
    others = {at: desk.playback.shown(at) for at in desk.tiles.shown if at not in visible}
    go_to(desk, qtbot, START + 20 * SECOND)
    assert {at: desk.playback.shown(at) for at in others} == others
    desk.tiles.toggle_alone()
    qtbot.waitUntil(lambda: desk.playback.settled)
    assert all(desk.tile(at).isVisible() for at in desk.tiles.shown)


def test_layouts_keep_the_focused_source(desk: Desk, qtbot: QtBot) -> None:
    desk.tiles.focus(4)
    desk.tiles.set_layout(2)
    assert list(desk.tiles.shown) == [WEST, GATE]
    assert desk.tiles.focused_source() == GATE
    desk.tiles.set_layout(4)
    assert set(desk.tiles.shown) == {WEST, EAST, STAIRS, GATE}
    desk.tiles.set_layout(1)
    assert list(desk.tiles.shown) == [GATE]


def test_a_source_that_is_not_shown_comes_in_the_place_of_the_focused_one(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.tiles.set_layout(2)
    desk.tiles.focus(2)
    desk.tiles.focus_source(STAIRS)
    assert desk.tiles.shown == (WEST, STAIRS)
    assert desk.tiles.focused_source() == STAIRS
    qtbot.waitUntil(lambda: set(desk.playback.source_ids) == {WEST, STAIRS})
    desk.tiles.focus_source(99)
    assert desk.tiles.shown == (WEST, STAIRS)


def test_zones_of_the_case_appear_on_their_tile(desk: Desk, qtbot: QtBot) -> None:
    tile = desk.tile(WEST)
    before = tile.grab().toImage()
    polygon = ((50.0, 300.0), (400.0, 300.0), (400.0, 500.0))
    desk.session.do("zone", AddZone(Zone("Gate", polygon, source_id=WEST)))
    qtbot.waitUntil(lambda: tile.grab().toImage() != before)


def test_a_file_that_has_gone_says_so_in_its_tile(
    qtbot: QtBot, qapp: QApplication, case: Case
) -> None:
    case.write(
        lambda cursor: cursor.execute("UPDATE sources SET path = '/gone.mp4' WHERE source_id = 4")
    )
    session, playback = Session(), Playback()
    tiles = TilesPanel(session, playback)
    qtbot.addWidget(tiles)
    tiles.show()
    session.set_case(case)
    qtbot.waitUntil(lambda: len(playback.source_ids) == 3 and playback.settled)
    tile = tiles.tile(GATE)
    assert tile is not None
    qtbot.waitUntil(lambda: "missing" in tile.accessibleDescription())
    playback.close()
    session.stop()


def test_closing_the_case_empties_the_wall(desk: Desk, qtbot: QtBot) -> None:
    desk.session.set_case(None)
    assert desk.tiles.shown == ()
    assert desk.playback.source_ids == ()
    assert not desk.transport.play_button.isEnabled()


def test_words_of_a_tile_tell_both_times_and_why_there_is_no_picture(
    desk: Desk, qtbot: QtBot
) -> None:
    go_to(desk, qtbot, START + 30 * SECOND)
    facts = TileFacts("Gate", "-06:00", offset_ns=3617 * SECOND, frame_ns=SECOND // 7)
    shown = desk.playback.shown(GATE)
    ((title, time, camera),) = (chip.parts for chip in header(facts, shown, playing=True))
    assert (title[0], time[0], camera[0]) == ("Gate", "17:24:30", "camera 18:24:47")
    unknown = TileFacts("Gate", "-06:00", time_known=False)
    assert header(unknown, shown, playing=False)[1].parts[0][0] == "time not known"
    go_to(desk, qtbot, START + 10 * SECOND)
    heading, line = state_text(facts, desk.playback.shown(STAIRS))
    assert heading == "No footage"
    assert line == "17:24:08–17:24:11"
    assert state_text(facts, desk.playback.shown(GATE))[0] == "Not recorded yet"


def test_the_transport_shows_true_and_camera_time_and_drives_the_player(
    desk: Desk, qtbot: QtBot
) -> None:
    transport, playback = desk.transport, desk.playback
    desk.session.select(Selection(source_id=GATE))
    go_to(desk, qtbot, START + 30 * SECOND)
    assert transport.clock.text() == "17:24:30.000"
    assert transport.below_clock.text() == "2026-03-02 UTC−06:00 · camera 18:24:47 · unverified"
    QTest.mouseClick(transport.next_button, Qt.MouseButton.LeftButton)
    assert START + 30 * SECOND < playback.wall_ns <= START + 30 * SECOND + SECOND // 7 + 1
    QTest.mouseClick(transport.play_button, Qt.MouseButton.LeftButton)
    assert desk.playback.playing
    QTest.mouseClick(transport.faster_button, Qt.MouseButton.LeftButton)
    assert transport.rate_box.currentData() == playback.rate == 2.0
    QTest.mouseClick(transport.play_button, Qt.MouseButton.LeftButton)
    assert not playback.playing
    QTest.mouseClick(transport.end_button, Qt.MouseButton.LeftButton)
    assert playback.wall_ns == playback.span[1]


def test_going_to_a_time_and_a_mistake_in_it(desk: Desk, qtbot: QtBot) -> None:
    transport = desk.transport
    transport.focus_time()
    QTest.keyClicks(transport.time_field, "17:24:31.5")
    QTest.keyClick(transport.time_field, Qt.Key.Key_Return)
    assert desk.playback.wall_ns == START + 31 * SECOND + SECOND // 2
    transport.time_field.setText("half past five")
    QTest.keyClick(transport.time_field, Qt.Key.Key_Return)
    assert transport.time_error.isVisible()
    assert "half past five" in transport.time_field.accessibleDescription()
    assert desk.playback.wall_ns == START + 31 * SECOND + SECOND // 2
    QTest.keyClicks(transport.time_field, "x")
    assert not transport.time_error.isVisible()


@pytest.mark.parametrize(
    ("text", "after_s"),
    [
        ("17:24", 0),
        (" 17:24:31 ", 31),
        ("17:24:31,25", 31.25),
        ("2026-03-02T23:24:05Z", 5),
        ("2026-03-02 17:24:05-06:00", 5),
    ],
)
def test_times_that_people_type(text: str, after_s: float) -> None:
    assert wall_of_entry(text, START + 3600 * SECOND, "-06:00") == START + round(after_s * 1e9)


@pytest.mark.parametrize("text", ["", "25:00:00", "17:61", "2026-03-02T17:24:05", "soon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadEntry):
        wall_of_entry(text, START, "-06:00")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 9, 16])
def test_cells_do_not_overlap_and_stay_in_the_room(count: int) -> None:
    room = QRect(0, 0, 801, 603)
    found = cells(room, count)
    assert len(found) == count
    assert all(room.contains(cell) for cell in found)
    for at, cell in enumerate(found):
        assert not any(cell.intersects(other) for other in found[at + 1 :])
    widths, heights = {cell.width() for cell in found}, {cell.height() for cell in found}
    assert max(widths) - min(widths) <= 1
    assert max(heights) - min(heights) <= 1


def test_few_tiles_lie_along_the_longer_side() -> None:
    wide = cells(QRect(0, 0, 1200, 400), 2)
    high = cells(QRect(0, 0, 400, 1200), 2)
    assert wide[0].top() == wide[1].top()
    assert high[0].left() == high[1].left()


def test_drops_are_left_to_the_window(desk: Desk) -> None:
    for widget in (desk.tiles, desk.tiles.wall, desk.tile(WEST)):
        assert not widget.acceptDrops()


def test_keys_of_the_tool_are_kept_from_the_shortcuts_of_the_window(
    desk: Desk, qtbot: QtBot
) -> None:
    tile = desk.tile(WEST)
    assert not keeps_escape(tile)
    desk.tiles.start_zone()
    assert keeps_escape(tile)


def keeps_escape(tile: TileView) -> bool:
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(tile, event)
    return event.isAccepted()
