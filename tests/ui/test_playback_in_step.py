"""Staying in step, and saying so: a clock that is set by hand, decoders that deliver late, real
recordings at every rate, more files than decoders."""

import threading
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, cycle, islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.support.clips import shared_clip
from tests.support.playing import demo_sources, source_of
from ui.playback import Playback, PlaySource, TileFrame
from ui.playback import clock as clocks
from ui.playback.budget import Demand, keyframes_only, reduced_tiles
from ui.playback.clock import MasterClock
from ui.playback.counts import Unseen
from ui.playback.openings import Openings
from ui.playback.orders import Order, Picture
from ui.playback.tile import Tile
from ui.playback.worker import Worker
from video.clock import ClockOffset
from video.decoder import open_source
from video.enhance import Recipe
from video.types import PacketIndex, TimeNs

SECOND = 1_000_000_000
MS = 1_000_000
NO_PIXELS = np.zeros((2, 2, 4), np.uint8)


class LateWorker(Worker):
    """Has each frame ready so long after it was due; loses those named. Starts no thread."""

    def __init__(self, source: PlaySource, late_ns: int, lost: frozenset[int]) -> None:
        self.urgency = self.cost_s = 0.0
        self._source = source
        self._late_ns = late_ns
        self._lost = lost
        self._sent = -1
        self._given: Order | None = None
        self.now_ns = 0

    @property
    def order(self) -> Order | None:
        return self._given

    def give(self, order: Order | None) -> None:
        self._given = order

    def take_exactly(self, number: int) -> Picture | None:
        return None

    def take(self, number: int) -> Picture | None:
        ready = self._source.moments.number(self.now_ns - self._late_ns)
        while ready in self._lost:
            ready -= 1
        if ready <= self._sent:
            return None
        self._sent = ready
        index = self._source.index
        time_ns = TimeNs(int(self._source.moments.times[ready]))
        return Picture(ready, int(index.pts[ready]), time_ns, NO_PIXELS)


def cameras(lengths_ms: tuple[int, ...], at: int, seconds: int) -> PlaySource:
    """A recording whose frames last these milliseconds in turn."""
    count = seconds * 1000 * len(lengths_ms) // sum(lengths_ms)
    times = [0, *islice(accumulate(cycle(lengths_ms)), count)]
    keys = np.arange(len(times)) % 25 == 0
    index = PacketIndex(np.array(times, np.int64), keys, Fraction(1, 1000))
    return PlaySource(at, Path("none.mp4"), index, ClockOffset(at * 7 * MS))


def test_four_cameras_of_different_rates_stay_within_a_frame_of_the_slower_for_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0]
    monkeypatch.setattr(clocks, "monotonic_ns", lambda: now[0])
    monkeypatch.setattr("ui.playback.tile.monotonic", lambda: now[0] / 1e9)
    sources = [
        cameras(lengths, at, 610)
        for at, lengths in enumerate(((40,), (100,), (200,), (33, 67, 100, 40, 160)), 1)
    ]
    longest = [int(np.diff(one.moments.times).max()) for one in sources]
    workers = [LateWorker(one, 0, frozenset()) for one in sources]
    tiles = [
        Tile(one, worker, show=lambda *_: None, complain=lambda *_: None)
        for one, worker in zip(sources, workers, strict=True)
    ]
    clock = MasterClock.at(SECOND, rate=1.0, playing=True)
    for tile in tiles:
        tile.count_from(clock)
        tile.aim(clock)
    worst: dict[tuple[int, int], int] = {}
    while now[0] < 600 * SECOND:
        wall = clock.now()
        walls = []
        for tile, worker in zip(tiles, workers, strict=True):
            worker.now_ns = wall
            tile.look(wall, playing=True)
            if tile.shown is not None and tile.shown.state == "frame":
                walls.append(tile.shown.wall_ns)
        for one in range(len(walls)):
            for other in range(one):
                apart = abs(walls[one] - walls[other])
                worst[one, other] = max(worst.get((one, other), 0), apart)
        now[0] += 17 * MS
    for (one, other), apart in worst.items():
        assert apart <= max(longest[one], longest[other]), (one, other)
    assert worst[2, 0] >= 150 * MS, "the slow camera does stand still between its frames"
    assert [tile.unseen for tile in tiles] == [0, 0, 0, 0]


def test_a_frame_that_never_comes_is_counted_and_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0]
    monkeypatch.setattr(clocks, "monotonic_ns", lambda: now[0])
    source = cameras((40,), 0, 20)
    lost = frozenset({10, 11, 50, 51, 52, 300})
    worker = LateWorker(source, 60 * MS, lost)
    seen: list[TileFrame] = []
    tile = Tile(source, worker, show=lambda _, frame: seen.append(frame), complain=lambda *_: None)
    clock = MasterClock.at(0, rate=1.0, playing=True)
    tile.count_from(clock)
    tile.aim(clock)
    for at in range(1, 1001):
        now[0] = worker.now_ns = at * 13 * MS
        tile.look(clock.now(), playing=True)
    assert tile.unseen == len(lost)
    assert seen[-1].unseen == len(lost)
    pictures = [one for one in seen if one.state == "frame" and one.sync_error_ns < 100 * MS]
    assert all(60 * MS <= one.lag_ns < 75 * MS for one in pictures if one.number not in (10, 50))
    tile.count_from(clock)
    assert tile.unseen == 0


@pytest.mark.parametrize("forward", [True, False])
def test_unseen_frames_are_counted_in_both_directions(forward: bool) -> None:
    count = Unseen()
    sign = 1 if forward else -1
    count.begin(100, forward=forward)
    for number in (100, 101, 101, 104):
        count.shown(100 + sign * (number - 100))
    assert count.count == 2
    count.passed(100 + sign * 6)
    assert count.count == 4
    count.begin(500, forward=forward, keep=True)
    count.shown(500)
    assert count.count == 4


# -- sharing


def test_at_most_so_many_files_are_open_and_the_one_not_used_for_longest_is_closed() -> None:
    class Keeper:
        urgency = 0.0
        forgot = 0

        def forget(self) -> None:
            self.forgot += 1

    opened: list[Path] = []
    clip = shared_clip("mp4")
    openings = Openings(2)
    keepers = [Keeper() for _ in range(3)]

    def make() -> object:
        opened.append(clip.path)
        return open_source(clip.path)

    for at in (0, 1, 0, 2, 0, 1):
        with openings.using(keepers[at], make) as decoder:  # type: ignore[arg-type]
            assert next(iter(decoder.frames())).number == 0
        assert openings.open_now <= 2
    assert len(opened) == 4
    assert [one.forgot for one in keepers] == [0, 1, 1]
    for keeper in keepers:
        openings.drop(keeper)
    assert openings.open_now == 0


def test_no_more_tiles_play_in_full_than_decoders_may_stay_open() -> None:
    demands = [Demand(at, 0.0, 25.0, reduced=False) for at in range(64)]
    assert reduced_tiles(demands, places=1, most=12) == set(range(12, 64))


@pytest.mark.parametrize(("rate", "only"), [(0.1, False), (16, False), (32, True), (64, True),
                                            (-0.1, False), (-4, False), (-8, True)])  # fmt: skip
def test_keyframes_only_at_high_rates(rate: float, only: bool) -> None:
    assert keyframes_only(rate) is only


# -- real recordings


@pytest.fixture
def playback(qtbot: QtBot) -> Iterator[Playback]:
    made = Playback()
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tile-")]


def test_rates_go_from_a_tenth_to_sixty_four_both_ways(playback: Playback) -> None:
    for asked, given in ((64, 64), (100, 64), (-64, -64), (0.1, 0.1), (-0.01, -0.1), (0.3, 0.3)):
        playback.set_rate(asked)
        assert playback.rate == given
    playback.open(demo_sources())
    playback.set_rate(1.0)
    rates = []
    for _ in range(9):
        playback.shuttle(1)
        rates.append(playback.rate)
    assert rates == [1, 2, 4, 8, 16, 32, 64, 64, 64]


@pytest.mark.parametrize("rate", [64.0, -64.0])
def test_at_the_highest_rates_keyframes_are_shown_and_said_to_be(
    playback: Playback, qtbot: QtBot, rate: float
) -> None:
    sources = demo_sources()
    playback.open(sources)
    earliest, latest = playback.span
    playback.set_loop((earliest, latest))
    playback.seek(earliest + 25 * SECOND)
    qtbot.waitUntil(lambda: playback.settled)
    seen: list[tuple[int, TileFrame]] = []
    playback.frame_shown.connect(lambda at, shown: seen.append((at, shown)))
    playback.set_rate(rate)
    playback.play()
    assert playback.load.reduced == 4
    qtbot.waitUntil(lambda: sum(one.reduced for _, one in seen) >= 8, timeout=10_000)
    playback.pause()
    for at, one in seen:
        if one.reduced:
            assert sources[at - 1].index.keyframes[one.number]
    qtbot.waitUntil(lambda: playback.settled)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_loop_goes_round_in_both_directions(
    playback: Playback, qtbot: QtBot, direction: int
) -> None:
    clip = shared_clip("mp4")
    playback.open([source_of(clip.path)])
    loop = (clip.times_ns[5], clip.times_ns[25])
    playback.set_loop(loop)
    playback.seek(loop[0] + 1)
    playback.set_rate(direction * 4.0)
    times: list[int] = []
    playback.time_changed.connect(times.append)
    playback.play()

    def turns() -> int:
        return sum(direction * (after - before) < 0 for before, after in pairwise(times))

    qtbot.waitUntil(lambda: turns() >= 3)
    # A turn of the player is 15 ms, on a busy machine more.
    assert min(times) > loop[0] - SECOND // 2
    assert max(times) < loop[1] + SECOND // 2


def test_steps_follow_the_time_stamps_of_a_recording_of_variable_rate(
    playback: Playback, qtbot: QtBot
) -> None:
    clip = shared_clip("variable_mp4")
    playback.open([source_of(clip.path)])
    assert len(set(np.diff(clip.times_ns).tolist())) > 2, "the lengths of its frames differ"
    for number in range(1, len(clip.times_ns)):
        playback.step(1, 1)
        assert playback.wall_ns == clip.times_ns[number]
    for number in reversed(range(len(clip.times_ns) - 1)):
        playback.step(-1, 1)
        assert playback.wall_ns == clip.times_ns[number]


def test_forty_recordings_are_all_shown_with_sixteen_files_open(
    playback: Playback, qtbot: QtBot
) -> None:
    clip = shared_clip("b_frames")
    sources = [source_of(clip.path, at) for at in range(40)]
    playback.open(sources)
    for source in sources:
        playback.set_size(source.source_id, 64, 36)
    qtbot.waitUntil(lambda: playback.settled, timeout=20_000)
    playback.seek(clip.times_ns[20])
    qtbot.waitUntil(lambda: playback.settled, timeout=20_000)
    assert {playback.shown(at).number for at in range(40)} == {20}  # type: ignore[union-attr]
    reduced: set[int] = set()
    playback.frame_shown.connect(lambda at, shown: reduced.add(at) if shown.reduced else None)
    playback.set_loop((0, clip.times_ns[-1]))
    playback.play()
    assert (playback.load.tiles, playback.load.live) == (40, 12)
    qtbot.waitUntil(lambda: len(reduced) >= 28, timeout=20_000)
    playback.pause()
    qtbot.waitUntil(lambda: playback.settled, timeout=20_000)


def test_a_recipe_changes_the_picture_shown_and_comes_with_it(
    playback: Playback, qtbot: QtBot
) -> None:
    clip = shared_clip("mp4")
    playback.open([source_of(clip.path)])
    playback.set_size(1, 160, 90)
    qtbot.waitUntil(lambda: playback.settled and _image_width(playback) == 160)
    plain = playback.shown(1)
    assert plain is not None
    assert plain.recipe.is_plain
    wanted = Recipe(gamma=2.0)
    playback.set_recipe(1, wanted)
    qtbot.waitUntil(lambda: (now := playback.shown(1)) is not None and now.recipe == wanted)
    changed = playback.shown(1)
    assert changed is not None
    assert changed.number == plain.number
    assert changed.pixels is not None
    assert plain.pixels is not None
    assert changed.pixels.mean() > plain.pixels.mean()
    playback.set_recipe(1, Recipe())
    qtbot.waitUntil(lambda: (now := playback.shown(1)) is not None and now.recipe.is_plain)


def _image_width(playback: Playback) -> int:
    shown = playback.shown(1)
    return 0 if shown is None else shown.image.width()
