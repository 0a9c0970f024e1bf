"""The player on real recordings with different clocks: the right frame, or why there is none."""

import threading
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from resources.errors import UserError
from tests.support.clips import shared_clip, spoil_packet
from tests.support.playing import demo_sources, source_of
from ui.playback import Playback, PlaySource, TileFrame
from ui.playback.budget import Demand, reduced_tiles
from video.clock import ClockOffset
from video.packet_index import read_index, shown_at, times_ns
from video.synthetic.scene import read_number
from video.types import Pixels, TimeNs

SECOND = 1_000_000_000
WEST, EAST, STAIRS, GATE = 1, 2, 3, 4
ALL = [WEST, EAST, STAIRS, GATE]


@pytest.fixture
def playback(qtbot: QtBot) -> Iterator[Playback]:
    made = Playback()
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tile-")]


@pytest.fixture
def demo(playback: Playback, qtbot: QtBot) -> list[PlaySource]:
    """All four recordings open and shown."""
    sources = demo_sources()
    playback.open(sources)
    qtbot.waitUntil(lambda: playback.settled)
    return sources


def due(source: PlaySource, wall_ns: int) -> int:
    """The number that the packet index gives for a wall time."""
    return shown_at(source.index, source.clock.to_media(wall_ns))


def frame(playback: Playback, source_id: int) -> TileFrame:
    shown = playback.shown(source_id)
    assert shown is not None
    return shown


def shows(playback: Playback, number: int, size: tuple[int, int]) -> bool:
    """Whether source 1 shows a frame in a size."""
    shown = playback.shown(1)
    if shown is None or shown.number != number:
        return False
    return (shown.image.width(), shown.image.height()) == size


def bgr(shown: TileFrame) -> Pixels:
    assert shown.pixels is not None
    return np.ascontiguousarray(shown.pixels[..., :3])


def outage(source: PlaySource) -> tuple[int, int]:
    """Numbers of the last frame before the four seconds without footage, and of the next."""
    at = int(np.diff(times_ns(source.index)).argmax())
    return at, at + 1


def wall_of(source: PlaySource, number: int) -> int:
    return source.clock.to_wall_ns(TimeNs(int(times_ns(source.index)[number])))


def test_every_tile_shows_the_frame_its_index_gives_for_the_wall_time(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    earliest = wall_of(demo[0], 0)
    for after_s in (31.0, 24.321, 40.0, 24.0):
        wall = earliest + int(after_s * SECOND)
        playback.seek(wall)
        qtbot.waitUntil(lambda: playback.settled)
        assert playback.wall_ns == wall
        for source in demo:
            shown = frame(playback, source.source_id)
            assert shown.state == "frame"
            assert shown.number == due(source, wall)
            assert shown.pts == source.index.pts[shown.number]
            assert shown.wall_ns == wall_of(source, shown.number)


def test_recordings_with_wrong_clocks_agree_to_the_frame(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    # The two harbor cameras share 160 columns of one and the same recording (demo README).
    wall = wall_of(demo[0], 100)
    for source_id in (WEST, EAST):
        playback.set_size(source_id, 464, 576)
    playback.seek(wall)
    qtbot.waitUntil(lambda: playback.settled)
    west, east = (bgr(frame(playback, at)).astype(int) for at in (WEST, EAST))
    assert np.abs(west[:, -160:] - east[:, :160]).mean() < 4


def test_the_picture_is_the_one_painted_with_that_number(playback: Playback, qtbot: QtBot) -> None:
    clip = shared_clip("variable_mp4")
    playback.open([source_of(clip.path)])
    playback.set_size(1, clip.scene.width, clip.scene.height)
    for number in (30, 7, 8, 39, 0):
        playback.seek(clip.times_ns[number])
        qtbot.waitUntil(partial(shows, playback, number, (clip.scene.width, clip.scene.height)))
        shown = frame(playback, 1)
        assert read_number(bgr(shown)) == clip.numbers[number]
        assert shown.image.pixelColor(20, 100).red() == bgr(shown)[100, 20, 2]


def test_steps_land_exactly_on_the_frames_of_the_chosen_source(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    stairs = demo[2]
    playback.seek(wall_of(stairs, 60))
    for steps in (1, 1, 1, -1, -1, -1, -1, -1, 10, -30):
        before = due(stairs, playback.wall_ns)
        playback.step(steps, STAIRS)
        assert playback.wall_ns == wall_of(stairs, before + steps)
        qtbot.waitUntil(lambda: playback.settled)
        assert frame(playback, STAIRS).number == before + steps
        assert frame(playback, WEST).number == due(demo[0], playback.wall_ns)


def test_steps_end_at_the_ends(playback: Playback, demo: list[PlaySource], qtbot: QtBot) -> None:
    gate = demo[3]
    playback.seek(wall_of(gate, 0))
    playback.step(-1, GATE)
    assert playback.wall_ns == wall_of(gate, 0)
    playback.seek(wall_of(gate, 0) - 10 * SECOND)
    playback.step(1, GATE)
    assert playback.wall_ns == wall_of(gate, 0)
    last = len(gate.index) - 1
    playback.seek(wall_of(gate, last) + 5 * SECOND)
    playback.step(-1, GATE)
    assert playback.wall_ns == wall_of(gate, last)
    playback.step(1, GATE)
    assert playback.wall_ns == wall_of(gate, last)
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, GATE).number == last


def test_a_gap_says_no_footage_and_from_when_to_when(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    stairs = demo[2]
    last, following = outage(stairs)
    playback.seek(wall_of(stairs, last) + 2 * SECOND)
    qtbot.waitUntil(lambda: playback.settled)
    shown = frame(playback, STAIRS)
    assert shown.state == "gap"
    assert shown.image.isNull()
    assert shown.missing is not None
    assert wall_of(stairs, last) < shown.missing[0] < wall_of(stairs, last) + SECOND // 2
    assert shown.missing[1] == wall_of(stairs, following)
    assert frame(playback, WEST).state == "frame"
    playback.step(-1, STAIRS)
    qtbot.waitUntil(lambda: playback.settled)
    assert (frame(playback, STAIRS).state, frame(playback, STAIRS).number) == ("frame", last)
    playback.step(1, STAIRS)
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, STAIRS).number == following


def test_before_the_start_and_after_the_end_there_is_no_picture(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    playback.seek(wall_of(demo[3], 0) - SECOND)
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, GATE).state == "before"
    assert frame(playback, GATE).image.isNull()
    playback.seek(wall_of(demo[3], len(demo[3].index) - 1) + SECOND)
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, GATE).state == "after"


def test_playing_advances_in_step_and_stops_where_it_is_told(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    start = wall_of(demo[0], 0) + 24 * SECOND
    playback.seek(start)
    qtbot.waitUntil(lambda: playback.settled)
    seen: dict[int, list[int]] = {at: [] for at in ALL}
    times: list[int] = []

    def note(source_id: int, shown: TileFrame) -> None:
        if shown.state == "frame":
            seen[source_id].append(shown.number)

    playback.frame_shown.connect(note)
    playback.time_changed.connect(times.append)
    playback.play()
    qtbot.waitUntil(lambda: playback.wall_ns > start + 2 * SECOND)
    playback.pause()
    wall = playback.wall_ns
    qtbot.waitUntil(lambda: playback.settled)
    assert not playback.playing
    assert playback.wall_ns == wall
    assert times == sorted(times)
    assert len(times) <= 2.6 * 30 + 4
    for source in demo:
        numbers = seen[source.source_id]
        assert numbers == sorted(numbers)
        assert len(set(numbers)) >= 5
        assert frame(playback, source.source_id).number == due(source, wall)


def test_playing_shows_every_frame_when_there_is_time_for_them(
    playback: Playback, qtbot: QtBot
) -> None:
    clip = shared_clip("gap")
    seen: list[tuple[str, int]] = []
    playback.frame_shown.connect(lambda _, shown: seen.append((shown.state, shown.number)))
    playback.open([source_of(clip.path)])
    playback.set_rate(0.5)
    playback.play()
    qtbot.waitUntil(lambda: ("gap", 19) in seen, timeout=10_000)
    numbers = [number for state, number in seen if state == "frame"]
    assert numbers == sorted(numbers)
    # A busy machine may lose some, never half.
    assert len(set(numbers)) > 10


def test_playing_ends_with_the_footage_and_begins_again(playback: Playback, qtbot: QtBot) -> None:
    clip = shared_clip("mp4")
    playback.open([source_of(clip.path)])
    playback.seek(clip.times_ns[-4])
    playback.play()
    qtbot.waitUntil(lambda: not playback.playing)
    assert playback.wall_ns == clip.times_ns[-1]
    qtbot.waitUntil(lambda: frame(playback, 1).number == len(clip.numbers) - 1)
    assert frame(playback, 1).state == "frame"
    playback.play()
    assert playback.wall_ns < clip.times_ns[-1]


def test_a_loop_is_played_again_and_again(playback: Playback, qtbot: QtBot) -> None:
    clip = shared_clip("mp4")
    playback.open([source_of(clip.path)])
    loop = (clip.times_ns[5], clip.times_ns[15])
    playback.set_loop(loop)
    times: list[int] = []
    playback.time_changed.connect(times.append)
    playback.seek(loop[0])
    playback.set_rate(4.0)
    playback.play()
    qtbot.waitUntil(lambda: sum(a > b for a, b in pairwise(times)) >= 3)
    assert max(times) < loop[1] + SECOND // 4
    assert min(times) >= loop[0]


def test_playing_backward_goes_back_in_order(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    start = wall_of(demo[0], 300)
    playback.seek(start)
    qtbot.waitUntil(lambda: playback.settled)
    seen: list[int] = []
    playback.frame_shown.connect(
        lambda at, shown: seen.append(shown.number) if at == WEST else None
    )
    playback.shuttle(-1)
    assert playback.rate == -1.0
    qtbot.waitUntil(lambda: playback.wall_ns < start - 2 * SECOND)
    playback.pause()
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) >= 5
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, WEST).number == due(demo[0], playback.wall_ns)


def test_the_shuttle_goes_up_and_down_through_standing_still(
    playback: Playback, demo: list[PlaySource]
) -> None:
    rates = []
    for direction in (1, 1, 1, -1, -1, -1, -1, -1):
        playback.shuttle(direction)
        rates.append(playback.rate if playback.playing else 0.0)
    assert rates == [1.0, 2.0, 4.0, 2.0, 1.0, 0.0, -1.0, -2.0]
    playback.pause()
    assert playback.rate == 1.0


def test_hidden_sources_are_not_decoded_and_come_back_right(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    playback.set_hidden({EAST})
    before = frame(playback, EAST)
    playback.seek(wall_of(demo[0], 200))
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, EAST) is before
    playback.set_hidden(())
    qtbot.waitUntil(lambda: frame(playback, EAST).number == due(demo[1], playback.wall_ns))


def test_the_size_asked_for_is_the_size_that_comes(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    number = frame(playback, WEST).number
    for size in ((464, 576), (101, 77), (640, 480)):
        playback.set_size(WEST, *size)
        qtbot.waitUntil(partial(shows, playback, number, size))


def test_many_seeks_end_at_the_last(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    for number in range(0, 390, 3):
        playback.seek(wall_of(demo[0], number))
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, WEST).number == 387


def test_a_file_that_has_gone_fails_alone(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot, tmp_path: Path
) -> None:
    clip = shared_clip("mp4")
    gone = PlaySource(9, tmp_path / "gone.mp4", read_index(clip.path), demo[0].clock)
    complaints: list[tuple[int, object]] = []
    playback.failed.connect(lambda at, error: complaints.append((at, error)))
    playback.open([*demo, gone])
    qtbot.waitUntil(lambda: frame(playback, 9).state == "damaged")
    ((source_id, error),) = complaints
    assert source_id == 9
    assert isinstance(error, UserError)
    playback.seek(wall_of(demo[0], 50))
    qtbot.waitUntil(lambda: playback.settled)
    assert frame(playback, WEST).number == 50


def test_a_damaged_frame_marks_its_tile_and_the_next_is_shown(
    playback: Playback, qtbot: QtBot, tmp_path: Path
) -> None:
    clip = shared_clip("mjpeg_avi")
    broken = spoil_packet(clip, tmp_path / "broken.avi", 8)
    complaints: list[object] = []
    playback.failed.connect(lambda _, error: complaints.append(error))
    source = PlaySource(1, broken, read_index(clip.path), ClockOffset(0))
    playback.open([source])
    playback.seek(clip.times_ns[8])
    qtbot.waitUntil(lambda: frame(playback, 1).state == "damaged")
    playback.step(1, 1)
    qtbot.waitUntil(lambda: frame(playback, 1).state == "frame")
    assert frame(playback, 1).number == 9
    assert complaints == []


def test_opening_others_leaves_the_open_ones_alone_and_ends_the_rest(
    playback: Playback, demo: list[PlaySource], qtbot: QtBot
) -> None:
    wall = wall_of(demo[0], 150)
    playback.seek(wall)
    qtbot.waitUntil(lambda: playback.settled)
    kept = frame(playback, WEST)
    playback.open(demo[:2])
    assert frame(playback, WEST) is kept
    assert playback.shown(GATE) is None
    assert playback.wall_ns == wall
    qtbot.waitUntil(
        lambda: not [t for t in threading.enumerate() if t.name in ("tile-3", "tile-4")]
    )


def test_nine_tiles_play_in_step(playback: Playback, qtbot: QtBot) -> None:
    clip = shared_clip("b_frames")
    sources = [source_of(clip.path, at) for at in range(1, 10)]
    playback.open(sources)
    ids = [source.source_id for source in sources]
    playback.play()
    qtbot.waitUntil(lambda: playback.wall_ns > SECOND)
    playback.pause()
    qtbot.waitUntil(lambda: playback.settled)
    assert {frame(playback, at).number for at in ids} == {due(sources[0], playback.wall_ns)}


def test_a_picture_outlives_its_player(playback: Playback, qtbot: QtBot) -> None:
    clip = shared_clip("mp4")
    playback.open([source_of(clip.path)])
    playback.set_size(1, clip.scene.width, clip.scene.height)
    qtbot.waitUntil(
        lambda: playback.settled and frame(playback, 1).image.width() == clip.scene.width
    )
    shown = frame(playback, 1)
    playback.close()
    assert read_number(bgr(shown)) == 0


def test_the_least_important_tiles_get_keyframes_when_time_is_short() -> None:
    def demand(at: int, *, reduced: bool = False) -> Demand:
        return Demand(at, 0.010, 25.0, reduced)

    assert reduced_tiles([demand(at) for at in range(1, 5)], places=1) == set()
    assert reduced_tiles([demand(at) for at in range(1, 8)], places=1) == {5, 6, 7}
    assert reduced_tiles([demand(at) for at in range(1, 8)], places=2) == set()
    # One that was reduced comes back only when there is room to spare.
    assert reduced_tiles([*map(demand, (1, 2, 3)), demand(4, reduced=True)], places=1) == {4}
    assert reduced_tiles([demand(1), demand(4, reduced=True)], places=1) == set()
