"""The player: moves the master clock, says what each tile shows, never decodes itself.

Lives on the GUI thread. Video never drives the clock; a tile shows the newest frame at or before
it, or says why there is none.
"""

from collections.abc import Collection, Sequence
from functools import partial
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ui.playback.budget import WallLoad
from ui.playback.clock import MasterClock
from ui.playback.moments import PlaySource
from ui.playback.sharing import Sharing
from ui.playback.tile import Tile
from ui.playback.values import TileFrame
from ui.playback.worker import Worker
from video.enhance import Recipe

_NOTCHES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_SHUTTLE: Final = (*(-notch for notch in reversed(_NOTCHES)), 0.0, *_NOTCHES)
_LEAST_RATE, _MOST_RATE = 0.1, _NOTCHES[-1]
_TICK_MS: Final = 15
_TELL_EVERY_S: Final = 1 / 30
_BUDGET_EVERY_S: Final = 0.5


class Playback(QObject):
    """Plays sources in step; `close` must be called before it goes."""

    time_changed = Signal(object)
    """The playhead (`int`, wall nanoseconds): at most 30 times a second, and after every seek."""
    state_changed = Signal()
    """Playing, rate, loop or span changed."""
    frame_shown = Signal(int, object)
    """A tile shows something else: source id and `TileFrame`."""
    failed = Signal(int, object)
    """A source cannot be read (`BaseException`); its tile shows `damaged`."""
    load_changed = Signal(object)
    """How the tiles are served (`WallLoad`): at most twice a second while playing."""
    _arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = MasterClock()
        self._chosen_rate = 1.0
        self._loop: tuple[int, int] | None = None
        self._free = False
        self._focused: int | None = None
        self._tiles: dict[int, Tile] = {}
        self._leaving: list[Worker] = []
        self._sharing = Sharing()
        self._told_s = self._budget_s = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._arrived.connect(self._collect, Qt.ConnectionType.QueuedConnection)

    # -- what is open

    def open(self, sources: Sequence[PlaySource]) -> None:
        """Shows exactly these sources; those that are open already go on undisturbed."""
        wanted = {source.source_id: source for source in sources}
        for source_id, tile in list(self._tiles.items()):
            if wanted.get(source_id) is not tile.source:
                tile.worker.leave()
                self._leaving.append(tile.worker)
                del self._tiles[source_id]
        self._leaving = [worker for worker in self._leaving if worker.alive]
        for source in sources:
            if source.source_id not in self._tiles:
                self._tiles[source.source_id] = self._open_one(source, alone=len(sources) == 1)
        self._tiles = {source_id: self._tiles[source_id] for source_id in wanted}
        self._sharing.share_memory(self._tiles.values())
        self.set_focused(self._focused)
        earliest, latest = self.span
        if self._tiles and not earliest <= self.wall_ns <= latest:
            self._set_clock(earliest, playing=self.playing)
        if not self._tiles:
            self._stop()
        self._share_out()
        for tile in self._tiles.values():
            tile.aim(self._clock)
            tile.look(self.wall_ns, playing=self.playing)
        self._tell_time()
        self.state_changed.emit()

    def _open_one(self, source: PlaySource, *, alone: bool) -> Tile:
        tell = partial(self._arrived.emit, source.source_id)
        # A single one may use all cores; of several each costs least with one thread.
        worker = Worker(
            source,
            self._sharing.slots,
            self._sharing.openings,
            self._get_clock,
            tell,
            threads=0 if alone else 1,
        )
        return Tile(source, worker, show=self.frame_shown.emit, complain=self.failed.emit)

    def close(self) -> None:
        """Closes all sources and waits for their threads."""
        self._stop()
        workers = [*self._leaving, *(tile.worker for tile in self._tiles.values())]
        self._tiles, self._leaving = {}, []
        for worker in workers:
            worker.leave()
        for worker in workers:
            worker.join()

    @property
    def source_ids(self) -> tuple[int, ...]:
        """What is open, in order."""
        return tuple(self._tiles)

    @property
    def sources(self) -> tuple[PlaySource, ...]:
        """What is open, in order."""
        return tuple(tile.source for tile in self._tiles.values())

    @property
    def clock(self) -> MasterClock:
        """The clock as it runs now; a new one takes its place with every change."""
        return self._clock

    @property
    def wall_ns(self) -> int:
        """The playhead: wall time in nanoseconds."""
        return self._clock.now()

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._clock.playing

    @property
    def rate(self) -> float:
        """Wall seconds a second; negative when playing backward."""
        return self._clock.rate

    @property
    def loop(self) -> tuple[int, int] | None:
        """The wall times played again and again."""
        return self._loop

    @property
    def span(self) -> tuple[int, int]:
        """Wall time of the first and the last frame of what is open; (0, 0) for nothing."""
        all_moments = [tile.moments for tile in self._tiles.values()]
        if not all_moments:
            return 0, 0
        return min(m.first_ns for m in all_moments), max(m.last_ns for m in all_moments)

    def shown(self, source_id: int) -> TileFrame | None:
        """What a source's tile shows now; None before anything came."""
        tile = self._tiles.get(source_id)
        return None if tile is None else tile.shown

    @property
    def settled(self) -> bool:
        """Whether every tile shows exactly what is due at the playhead."""
        wall = self.wall_ns
        return all(tile.settled(wall) for tile in self._tiles.values())

    # -- playing

    def play(self) -> None:
        """Lets the clock run; at the end it begins again from the other."""
        if self.playing or not self._tiles:
            return
        earliest, latest = self.span
        wall = self.wall_ns
        if self.rate > 0 and wall >= latest:
            wall = earliest
        elif self.rate < 0 and wall <= earliest:
            wall = latest
        self._start(wall, self.rate)

    def pause(self) -> None:
        """Stops the clock; a rate of the shuttle is forgotten."""
        if self.playing:
            self._pause_at(self.wall_ns)

    def toggle(self) -> None:
        """Plays when paused, pauses when playing."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_rate(self, rate: float) -> None:
        """0.1 to 64 times real time, forward or (negative) backward; beyond 16 forward and 4
        backward keyframes only."""
        speed = min(max(abs(rate), _LEAST_RATE), _MOST_RATE)
        self._chosen_rate = speed if rate >= 0 else -speed
        self._change_rate(self._chosen_rate)

    def shuttle(self, direction: int) -> None:
        """One notch faster in a direction (1 or −1), through standing still: J and L."""
        present = self.rate if self.playing else 0.0
        if direction > 0:
            rate = next((notch for notch in _SHUTTLE if notch > present), _SHUTTLE[-1])
        else:
            rate = next((notch for notch in reversed(_SHUTTLE) if notch < present), _SHUTTLE[0])
        if rate == 0.0:
            self.pause()
        elif self.playing:
            self._change_rate(rate)
        elif self._tiles:
            self._start(self.wall_ns, rate)

    def set_loop(self, span: tuple[int, int] | None) -> None:
        """Plays a span of wall time, given as from and to, again and again; None: no longer."""
        self._loop = span if span is not None and span[1] > span[0] else None
        self.state_changed.emit()

    # -- going somewhere

    def seek(self, wall_ns: int) -> None:
        """Goes to a wall time: a keyframe shows at once, the exact frame as soon as it is there."""
        self._go(wall_ns, preview=True, keep=False)

    def step(self, frames: int, source_id: int) -> None:
        """Exactly so many frames of a source on, or back; stops playing. The others follow."""
        tile = self._tiles.get(source_id)
        if tile is None or not frames:
            return
        wall = self.wall_ns
        state, number = tile.moments.at(wall)
        # Where no frame is on screen, the one before is a step of its own.
        back = 1 if frames < 0 and state in ("gap", "after") else 0
        target = min(max(number + frames + back, 0), len(tile.moments) - 1)
        self._stop()
        self._go(tile.moments.wall(target), preview=False, keep=frames < 0)
        self.state_changed.emit()

    def step_time(self, ns: int) -> None:
        """So many nanoseconds on, or back."""
        self._go(self.wall_ns + ns, preview=False, keep=ns < 0)

    # -- how it is shown

    def set_size(self, source_id: int, width: int, height: int) -> None:
        """The size of a source's pictures in pixels of the screen."""
        tile = self._tiles.get(source_id)
        if tile is None or width <= 0 or height <= 0:
            return
        if tile.resize((width, height)) and not self.playing:
            tile.aim(self._clock)

    def set_recipe(self, source_id: int, recipe: Recipe) -> None:
        """What is done to a source's pictures for the screen."""
        tile = self._tiles.get(source_id)
        if tile is not None and tile.dress(recipe) and not self.playing:
            tile.aim(self._clock)

    @property
    def load(self) -> WallLoad:
        """How the tiles are served now."""
        return self._sharing.load

    def set_hidden(self, source_ids: Collection[int]) -> None:
        """These sources are not on screen now: they are not decoded."""
        for source_id, tile in self._tiles.items():
            hidden = source_id in source_ids
            if hidden != tile.hidden:
                tile.hidden = hidden
                tile.count_from(self._clock, keep=True)
                tile.aim(self._clock)
                tile.look(self.wall_ns, playing=self.playing)
        self._tell_load()

    def set_focused(self, source_id: int | None) -> None:
        """The source that is served first when the computer is too slow for all."""
        self._focused = source_id
        for tile in self._tiles.values():
            tile.worker.urgency = -1.0 if tile.source_id == source_id else 0.0

    def free_run(self, *, on: bool) -> None:
        """For measuring: every frame of every tile, each shown, as fast as they come."""
        self._stop()
        self._free = on
        for tile in self._tiles.values():
            tile.free = on
            tile.aim(self._clock)
        if on:
            self._timer.start()

    # -- the clock

    def _get_clock(self) -> MasterClock:
        return self._clock

    def _set_clock(self, wall_ns: int, *, playing: bool, rate: float | None = None) -> None:
        self._clock = MasterClock.at(
            wall_ns, rate=self._clock.rate if rate is None else rate, playing=playing
        )

    def _start(self, wall_ns: int, rate: float) -> None:
        self._set_clock(wall_ns, playing=True, rate=rate)
        self._timer.start()
        self._share_out()
        for tile in self._tiles.values():
            tile.count_from(self._clock)
            tile.aim(self._clock)
            tile.look(wall_ns, playing=self.playing)
        self._tell_time()
        self.state_changed.emit()

    def _stop(self, wall_ns: int | None = None) -> None:
        self._timer.stop()
        wall = self.wall_ns if wall_ns is None else wall_ns
        self._set_clock(wall, playing=False, rate=self._chosen_rate)

    def _pause_at(self, wall_ns: int) -> None:
        self._stop(wall_ns)
        for tile in self._tiles.values():
            tile.aim(self._clock)
            tile.look(wall_ns, playing=False)
        self._tell_time()
        self.state_changed.emit()

    def _change_rate(self, rate: float) -> None:
        turned = (rate > 0) != (self.rate > 0)
        self._set_clock(self.wall_ns, playing=self.playing, rate=rate)
        self._share_out()
        for tile in self._tiles.values():
            if turned:
                tile.worker.give(None)
                tile.count_from(self._clock, keep=True)
            tile.aim(self._clock)
        self.state_changed.emit()

    def _go(self, wall_ns: int, *, preview: bool, keep: bool) -> None:
        self._set_clock(wall_ns, playing=self.playing)
        for tile in self._tiles.values():
            if self.playing:
                tile.worker.give(None)
            tile.count_from(self._clock)
            tile.aim(self._clock, preview=preview, keep=keep)
            tile.look(wall_ns, playing=self.playing)
        self._tell_time()

    @Slot()
    def _tick(self) -> None:
        if self._free:
            self._drain()
            return
        wall = self.wall_ns
        if self._loop is not None and not self._loop[0] <= wall < self._loop[1]:
            self._go(
                self._loop[0] if self.rate > 0 else self._loop[1] - 1, preview=False, keep=False
            )
            return
        earliest, latest = self.span
        edge = latest if self.rate > 0 else earliest
        if (wall - edge) * self.rate >= 0:
            self._pause_at(edge)
            return
        now = monotonic()
        if now - self._budget_s >= _BUDGET_EVERY_S:
            self._budget_s = now
            self._share_out()
        for tile in self._tiles.values():
            tile.look(wall, playing=self.playing)
        if now - self._told_s >= _TELL_EVERY_S:
            self._tell_time()

    def _tell_time(self) -> None:
        self._told_s = monotonic()
        self.time_changed.emit(self.wall_ns)

    @Slot(int)
    def _collect(self, source_id: int) -> None:
        """A worker has something that the clock does not fetch."""
        tile = self._tiles.get(source_id)
        if tile is None:
            return
        tile.look(self.wall_ns, playing=self.playing)

    def _drain(self) -> None:
        """Shows everything that has come, each frame of it."""
        for tile in list(self._tiles.values()):
            while (picture := tile.worker.take(0)) is not None:
                tile.show(picture, self.wall_ns)

    def _share_out(self) -> None:
        for tile in self._sharing.share_out(self._tiles.values(), self._focused, self.rate):
            tile.aim(self._clock)
        self._tell_load()

    def _tell_load(self) -> None:
        if self._sharing.take_stock(self._tiles.values()):
            self.load_changed.emit(self.load)
