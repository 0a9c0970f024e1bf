"""Whole walls while they play: whether four cameras stay in step, and whether 64 let the window
answer.

Imported only when it is run: it needs Qt, the other benches do not.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from casefiles.usecases.build_demo import bundled_clips
from resources.files import packaged
from ui import theme
from ui.playback import Playback, PlaySource, TileFrame
from ui.views.tile import TileView
from ui.views.tile_words import TileFacts
from ui.views.wall import Wall
from video.clock import ClockOffset, wall_to_ns
from video.packet_index import read_index
from video.synthetic.encode import encode
from video.synthetic.scene import Scene
from workstation.bench.memory import peak_mb
from workstation.bench.result import Figure
from workstation.output import say

_SIZE: Final = (1286, 726)
_SECOND_NS: Final = 1_000_000_000
_TILES: Final = 64
_WALL_S: Final = 20.0
_IDLE_S: Final = 10.0
_SYNC_S: Final = 20.0
_PING_MS: Final = 5
_PATIENCE_MS: Final = 180_000
_LOG_EVERY_S: Final = 10.0
_RATES_MS: Final = {"25 a second": (40,), "10 a second": (100,), "5 a second": (200,),
                    "variable": (33, 67, 100, 40, 160)}  # fmt: skip


def wall_64() -> list[Figure]:
    """How long the GUI thread is held up while 64 recordings play."""
    _application()
    clips = [packaged("demo", clip.file) for clip in bundled_clips()]
    clocks = [
        ClockOffset(wall_to_ns(clip.start), round(clip.offset_s * 1e9)) for clip in bundled_clips()
    ]
    indexes = [read_index(path) for path in clips]
    sources = [
        PlaySource(at, clips[at % len(clips)], indexes[at % len(clips)], clocks[at % len(clips)])
        for at in range(_TILES)
    ]
    show = _Show(sources)
    # All four cameras have footage there; what comes before the loop's end is longer than the run.
    start = max(source.moments.first_ns for source in sources)
    pings, idle = _Pings(), _Pings()
    shown = [0]

    def count(_source_id: int, frame: TileFrame) -> None:
        shown[0] += frame.state == "frame"

    def run() -> None:
        show.go_to(start)
        # What the computer's other work does to the same window while nothing plays.
        idle.start()
        show.stand(_IDLE_S)
        idle.stop()
        show.playback.set_loop((start, start + 8 * _SECOND_NS))
        show.playback.frame_shown.connect(count)
        pings.start()
        show.play(_WALL_S)
        pings.stop()

    peak, _ = peak_mb(run)
    load = show.playback.load
    show.close()
    how = (
        f"{_TILES} tiles of the practice recordings on {_SIZE[0]}×{_SIZE[1]} points for "
        f"{_WALL_S:.0f} s, offscreen, {os.cpu_count()} cores: {load.live} tiles live, "
        f"{load.reduced} with keyframes in turns; {shown[0] / _WALL_S:.0f} pictures a second; "
        f"peak memory {peak:.0f} MB"
    )
    return [
        Figure(
            "wall-64/turn", pings.longest.wall_ms, 100.0, pings.longest.wall_ms / 100.0, "ms",
            f"{how}: the longest wait of a {_PING_MS} ms timer of the window, "
            f"{pings.longest.cpu_ms:.0f} ms of it at work (median {pings.median_ms:.1f} ms); "
            f"asked ≤ 100 ms; {load.unseen} frames not shown",
        ),
        Figure(
            "wall-64/idle", pings.longest.wall_ms, idle.longest.wall_ms,
            pings.longest.wall_ms / idle.longest.wall_ms, "ms",
            f"{how}: the same over the longest wait with nothing playing, {_IDLE_S:.0f} s before "
            f"(median {idle.median_ms:.1f} ms): what other work on this computer does",
        ),
        Figure(
            "wall-64/slot", pings.busiest_ms, idle.busiest_ms,
            pings.busiest_ms / max(idle.busiest_ms, 0.01), "CPU ms",
            f"{how}: the most CPU time the GUI thread used between two of them, over that with "
            "nothing playing",
        ),
    ]  # fmt: skip


def sync(seconds: float | None = None) -> list[Figure]:
    """How far four recordings of different rates come apart while they play; 20 s unless told, or
    as many as `SIGHTLINE_SYNC_S` says."""
    length_s = seconds or float(os.environ.get("SIGHTLINE_SYNC_S", _SYNC_S))
    _application()
    with TemporaryDirectory() as folder:
        sources = _of_all_rates(Path(folder), length_s + 2)
        show = _Show(sources)
        show.go_to(0)
        watch = _SyncWatch(show.playback, sources)
        show.play(length_s)
        load = show.playback.load
        show.close()
    frames = sum(len(source.moments) for source in sources)
    how = f"four tiles ({', '.join(_RATES_MS)}) playing for {length_s:.0f} s, {watch.seen} looks"
    slowest = watch.slowest_ns / 1e6
    return [
        Figure(
            "sync", watch.worst_ns / 1e6, slowest, watch.worst_ns / watch.slowest_ns, "ms",
            f"{how}: the furthest apart that two pictures on screen were, in true time, over the "
            "longest a frame of the slower one lasts; asked ≤ 1",
        ),
        Figure(
            "sync/unseen", float(load.unseen), float(frames), load.unseen / frames, "frames",
            f"{how}: frames that were due and never shown, over all",
        ),
    ]  # fmt: skip


def _application() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")


def _of_all_rates(folder: Path, seconds: float) -> list[PlaySource]:
    made = []
    for at, lengths in enumerate(_RATES_MS.values(), 1):
        count = int(seconds * 1000 * len(lengths) / sum(lengths))
        times = [0, *accumulate(lengths[n % len(lengths)] for n in range(count))]
        say(f"workstation: painting {len(times)} frames")
        path = encode(
            folder / f"{at}.mp4", times_ms=times, gop=25, scene=Scene(width=640, height=360)
        ).path
        made.append(PlaySource(at, path, read_index(path), ClockOffset(0)))
    return made


class _Show(QObject):
    """A wall with its player, and an event loop that it runs in."""

    def __init__(self, sources: Sequence[PlaySource]) -> None:
        super().__init__()
        self.playback = Playback(self)
        self.wall = Wall()
        self.tiles: dict[int, TileView] = {}
        for source in sources:
            tile = TileView(source.source_id)
            tile.set_facts(TileFacts(f"Camera {source.source_id}", width=464, height=576,
                                     frame_ns=source.moments.length_ns))  # fmt: skip
            tile.size_wanted.connect(partial(self.playback.set_size, source.source_id))
            self.tiles[source.source_id] = tile
        self.playback.frame_shown.connect(self._show)
        self.wall.set_tiles(list(self.tiles.values()))
        self.wall.resize(*_SIZE)
        self.wall.show()
        self.playback.open(sources)
        for tile in self.tiles.values():
            tile.ask_size_again()

    def go_to(self, wall_ns: int) -> None:
        """Waits until every tile shows it."""
        self.playback.seek(wall_ns)
        if not self._run(_PATIENCE_MS, lambda: self.playback.settled):
            raise AssertionError("the tiles never showed what they should")

    def play(self, seconds: float) -> None:
        for tile in self.tiles.values():
            tile.set_playing(playing=True)
        self.playback.play()
        self._run(round(1000 * seconds), lambda: not self.playback.playing)

    def stand(self, seconds: float) -> None:
        """The loop runs, nothing plays."""
        self._run(round(1000 * seconds), lambda: False)

    def close(self) -> None:
        self.playback.close()
        self.wall.close()

    def _show(self, source_id: int, frame: TileFrame) -> None:
        self.tiles[source_id].set_frame(frame)

    def _run(self, most_ms: int, until: Callable[[], bool]) -> bool:
        """Runs the loop until something is so; whether it came to that in time."""
        loop, asking = QEventLoop(self), QTimer(self, interval=50)
        asking.timeout.connect(lambda: loop.quit() if until() else None)
        asking.start()
        QTimer.singleShot(most_ms, loop, loop.quit)
        loop.exec()
        asking.stop()
        return until()


@dataclass(frozen=True, slots=True)
class _Turn:
    """One wait of a timer: how long, and how much of it the thread was at work."""

    wall_ms: float
    cpu_ms: float


class _Pings(QObject):
    """A timer of the window: how late it comes, and how busy the thread was meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._turns: list[_Turn] = []
        self._wall_s = self._cpu_s = 0.0
        self._timer = QTimer(self, interval=_PING_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ping)

    def start(self) -> None:
        self._wall_s, self._cpu_s = perf_counter(), thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _ping(self) -> None:
        wall_s, cpu_s = perf_counter(), thread_time()
        self._turns.append(_Turn(1000 * (wall_s - self._wall_s), 1000 * (cpu_s - self._cpu_s)))
        self._wall_s, self._cpu_s = wall_s, cpu_s

    @property
    def longest(self) -> _Turn:
        return max(self._turns, key=lambda turn: turn.wall_ms)

    @property
    def busiest_ms(self) -> float:
        return max(turn.cpu_ms for turn in self._turns)

    @property
    def median_ms(self) -> float:
        return median(turn.wall_ms for turn in self._turns)


class _SyncWatch:
    """Compares what the tiles show, each time the player has looked after all of them."""

    def __init__(self, playback: Playback, sources: Sequence[PlaySource]) -> None:
        self._playback = playback
        self._sources = sources
        self._longest = {
            source.source_id: int(max(source.moments.times[1:] - source.moments.times[:-1]))
            for source in sources
        }
        self.slowest_ns = max(self._longest.values())
        self.worst_ns = 0
        self.seen = 0
        self._logged_ns = 0
        playback.time_changed.connect(self._look)

    def _look(self, wall_ns: int) -> None:
        frames = [self._playback.shown(source.source_id) for source in self._sources]
        walls = [frame.wall_ns for frame in frames if frame is not None and frame.state == "frame"]
        if not self._playback.playing or len(walls) < len(self._sources):
            return
        self.seen += 1
        self.worst_ns = max(self.worst_ns, max(walls) - min(walls))
        if wall_ns - self._logged_ns >= _LOG_EVERY_S * _SECOND_NS:
            self._logged_ns = wall_ns
            say(
                f"workstation: {wall_ns / 1e9:.0f} s: {self.worst_ns / 1e6:.0f} ms apart at worst, "
                f"{self._playback.load.unseen} frames not shown"
            )
