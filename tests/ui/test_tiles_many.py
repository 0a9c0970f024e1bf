"""Many tiles: pages, captions where there is no room, counters, and what is done to pictures."""

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.types import SourceId
from ui import theme
from ui.models.lineup import COUNTS, Lineup
from ui.panels.picture_strip import PictureStrip
from ui.playback import TileFrame
from ui.views.tile import TileView
from ui.views.tile_chips import Chip
from ui.views.tile_counts import CounterWords, counters
from ui.views.tile_words import TileFacts, header, small_header
from ui.views.wall import Wall, cells
from video.enhance import Recipe
from video.types import STREAM_START

MS = 1_000_000


def ids(*numbers: int) -> list[SourceId]:
    return [SourceId(number) for number in numbers]


def words(chips: tuple[Chip, ...]) -> str:
    return " | ".join(" ".join(text for text, _ in chip.parts) for chip in chips)


def picture(**more: object) -> TileFrame:
    return TileFrame("frame", 0, STREAM_START, 5, **more)  # type: ignore[arg-type]


def test_pages_go_through_all_recordings_and_round() -> None:
    lineup = Lineup(4)
    lineup.follow(ids(*range(1, 11)))
    assert (lineup.shown, lineup.page, lineup.pages) == (ids(1, 2, 3, 4), 0, 3)
    pages = []
    for _ in range(3):
        assert lineup.turn(1)
        pages.append(lineup.shown)
    assert pages == [ids(5, 6, 7, 8), ids(9, 10), ids(1, 2, 3, 4)]
    assert lineup.turn(-1)
    assert lineup.shown == ids(9, 10)
    # More room: what is there stays, others come beside it.
    lineup.set_count(6, None)
    assert lineup.shown == ids(9, 10, 1, 2, 3, 4)


def test_one_page_cannot_be_turned() -> None:
    lineup = Lineup(4)
    lineup.follow(ids(1, 2, 3))
    assert not lineup.turn(1)
    assert lineup.shown == ids(1, 2, 3)


@pytest.mark.parametrize("wanted", range(1, 65))
def test_every_number_of_tiles_up_to_64_has_a_layout(wanted: int) -> None:
    lineup = Lineup(4)
    lineup.follow(ids(*range(100)))
    lineup.set_count(wanted, None)
    assert lineup.count in COUNTS
    assert len(lineup.shown) == lineup.count >= wanted


@pytest.mark.parametrize("count", [16, 25, 36, 49, 64])
def test_many_cells_share_the_room_and_do_not_overlap(qtbot: QtBot, count: int) -> None:
    room = QRect(0, 0, 640, 400)
    found = cells(room, count)
    assert all(room.contains(cell) for cell in found)
    wall = Wall()
    qtbot.addWidget(wall)
    wall.resize(room.size())
    wall.set_tiles([TileView(at) for at in range(count)])
    wall.show()
    # No tile insists on more room than it has.
    assert [tile.geometry() for tile in wall.tiles] == found


def test_small_tiles_show_their_title_and_a_mark_where_there_is_more_to_know() -> None:
    facts = TileFacts("Harbor", "UTC", frame_ns=40 * MS)
    (plain,) = small_header("Harbor", facts, picture(), playing=True)
    assert (words((plain,)), plain.mark) == ("Harbor", "")
    assert small_header("H", facts, picture(reduced=True), playing=True)[0].mark == "warn"
    changed = picture(recipe=Recipe(gamma=2.0))
    assert small_header("H", facts, changed, playing=True)[0].mark == "zone"


def test_a_long_title_is_cut_to_its_tile(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    tile = TileView(1)
    qtbot.addWidget(tile)
    title = "Entrance to the underground car park, northern ramp"
    tile.set_facts(TileFacts(title, "UTC"))
    tile.resize(110, 70)
    tile.show()
    assert tile.toolTip() == title
    bare = theme.on_video("video")
    seen = tile.grab().toImage()
    assert any(seen.pixelColor(x, 9) != bare for x in range(10, 100))
    assert all(seen.pixelColor(x, 40) == bare for x in range(110)), "one line, never two"
    tile.resize(600, 400)
    assert tile.toolTip() == ""


def test_counters_say_how_far_a_tile_lags_and_what_it_never_showed() -> None:
    assert words((counters(picture(lag_ns=12 * MS)),)) == "sync +12 ms"
    told = counters(picture(lag_ns=-3 * MS, unseen=7))
    assert words((told,)) == "sync −3 ms 7 frames not shown"
    lines = CounterWords()
    lines.take(picture(lag_ns=MS), playing=False)
    assert lines.chips == ()
    lines.take(picture(lag_ns=MS), playing=True)
    first = lines.chips
    lines.take(picture(lag_ns=90 * MS), playing=True)
    assert lines.chips is first, "twice a second is enough"
    lines.clear()
    assert lines.chips == ()


def test_the_tile_says_what_was_done_to_its_picture() -> None:
    facts = TileFacts("Gate", "UTC")
    recipe = Recipe(gamma=1.4, denoise=0.5)
    said = words(header(facts, picture(recipe=recipe), playing=False))
    assert "picture changed: denoise 0.50 gamma 1.40" in said
    assert "changed" not in words(header(facts, picture(), playing=False))


def test_zooming_asks_for_more_pixels_up_to_those_of_the_recording(
    qtbot: QtBot, qapp: QApplication
) -> None:
    tile = TileView(1)
    qtbot.addWidget(tile)
    asked: list[tuple[int, int]] = []
    tile.size_wanted.connect(lambda across, down: asked.append((across, down)))
    tile.resize(480, 270)
    tile.show()
    tile.set_facts(TileFacts("Gate", "UTC", width=1920, height=1080))
    assert asked[-1] == (480, 270)
    for _ in range(12):
        tile.zoom(1.3, QPointF(100, 100))
    assert asked[-1] == (1920, 1080)
    assert tile.place.scale > 1, "nearer than 1:1, with no pixels made up by the decoder"
    tile.fit()
    assert asked[-1] == (480, 270)


def test_the_strip_tells_every_change_and_keeps_black_below_white(
    qtbot: QtBot, qapp: QApplication
) -> None:
    strip = PictureStrip()
    qtbot.addWidget(strip)
    strip.show()
    assert not strip.isEnabled()
    strip.show_recipe("Gate", Recipe())
    told: list[Recipe] = []
    strip.recipe_changed.connect(told.append)
    strip.slider("gamma").setValue(140)
    assert told == [Recipe(gamma=1.4)]
    strip.slider("white").setValue(30)
    strip.slider("black").setValue(60)
    assert (told[-1].black, told[-1].white) == (0.6, 0.61)
    strip.slider("white").setValue(20)
    assert (told[-1].black, told[-1].white) == (0.19, 0.2)
    QTest.mouseClick(strip.reset, Qt.MouseButton.LeftButton)
    assert told[-1] == Recipe()
    assert not strip.reset.isEnabled()
