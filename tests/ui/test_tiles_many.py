"""Many tiles: pages, captions where there is no room, counters, and what is done to pictures."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from casefiles.types import SourceId
from casefiles.usecases.add_source import Recording, add_source
from tests.support.search_cases import make_case
from ui import theme
from ui.models.lineup import COUNTS, Lineup
from ui.panels.picture_strip import PictureStrip
from ui.panels.tiles import TilesPanel
from ui.playback import Playback, PlaySource, TileFrame
from ui.session import Session
from ui.views.tile import TileView
from ui.views.tile_chips import Chip
from ui.views.tile_counts import CounterWords, counters
from ui.views.tile_words import TileFacts, header, small_header
from ui.views.wall import Wall, cells
from video.clock import ClockOffset
from video.decoder import open_source
from video.enhance import Recipe
from video.packet_index import read_index
from video.synthetic.encode import encode
from video.synthetic.scene import Scene
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


def test_zoomed_in_the_decoder_makes_more_pixels_up_to_those_of_the_recording(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    clip = encode(tmp_path / "clip.mp4", frames=2, scene=Scene(width=640, height=480)).path
    index = read_index(clip)
    playback, tile = Playback(), TileView(1)
    qtbot.addWidget(tile)
    tile.size_wanted.connect(partial(playback.set_size, 1))
    tile.set_facts(TileFacts("Gate", "UTC", width=640, height=480))
    tile.resize(320, 240)
    tile.show()
    playback.open([PlaySource(1, clip, index, ClockOffset(0))])
    tile.ask_size_again()

    def size() -> tuple[int, int]:
        shown = playback.shown(1)
        return (0, 0) if shown is None else (shown.image.width(), shown.image.height())

    qtbot.waitUntil(lambda: size() == (320, 240))
    tile.zoom(1.5)
    qtbot.waitUntil(lambda: size() == (480, 360))
    tile.zoom(4)
    qtbot.waitUntil(lambda: size() == (640, 480))
    shown = playback.shown(1)
    with open_source(clip, index) as decoder:
        own = decoder.frame_at(int(index.pts[0])).bgra(640, 480)
    assert shown is not None
    assert shown.pixels is not None
    assert np.array_equal(shown.pixels[..., :3], own[..., :3]), "its own pixels, not scaled"
    playback.close()


def test_64_recordings_of_a_case_play_side_by_side(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    case = make_case(tmp_path / "case")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for at in range(64):
        clip = encode(
            tmp_path / f"{at}.mp4", times_ms=range(0, 2400, 200), gop=4,
            scene=Scene((), 64, 48, seed=at),
        )  # fmt: skip
        add_source(case, clip.path, Recording(start=start))
    session, playback = Session(), Playback()
    panel = TilesPanel(session, playback)
    qtbot.addWidget(panel)
    panel.set_layout(64)
    panel.resize(1280, 720)
    panel.show()
    session.set_case(case)
    qtbot.waitUntil(
        lambda: session.view is not None and panel.settled and playback.settled, timeout=60_000
    )
    assert len(panel.shown) == len(playback.source_ids) == 64
    first = {one: playback.shown(one) for one in panel.shown}
    pictures = {
        frame.pixels.tobytes() for frame in first.values() if frame and frame.pixels is not None
    }
    assert len(pictures) == 64, "each shows its own recording"
    moved: set[int] = set()
    playback.frame_shown.connect(
        lambda source_id, frame: moved.add(source_id) if frame.number > 0 else None
    )
    playback.set_loop(playback.span)
    playback.play()
    # Few in full, the others in turns: all of them move.
    qtbot.waitUntil(lambda: moved >= set(panel.shown), timeout=60_000)
    assert 0 < playback.load.live <= 12
    assert playback.load.live + playback.load.reduced == 64
    playback.close()
    session.stop()
    case.close()
