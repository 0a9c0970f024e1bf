"""The viewer against its bound: four tiles playing every frame, against decoding and scaling alone.

Imported only when it is run: it needs Qt, the other benches do not.
"""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time, thread_time
from typing import Final

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from casefiles.types import Placed, PlacedPoints
from detection.labels import ObjectClass
from ui import theme
from ui.models.track_boxes import TrackBoxes
from ui.playback import Playback, PlaySource, TileFrame
from ui.views.tile import TileView
from ui.views.tile_words import TileFacts
from ui.views.wall import Wall
from video.clock import ClockOffset
from video.decoder import open_source
from video.packet_index import read_index, times_ns
from video.synthetic.encode import encode
from video.synthetic.scene import Scene
from workstation.bench.result import Figure, interleaved

_TILES: Final = 4
_FRAMES: Final = 500
_SIZE: Final = (1920, 1080)
_WALL: Final = (1286, 726)
_ROUNDS: Final = 3
_BOXES: Final = 8
_LONGEST_MS: Final = 300_000


def viewer() -> list[Figure]:
    """CPU time of decoding and scaling alone over that of the whole viewer, and what painting
    takes of it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "dark")
    with TemporaryDirectory() as folder:
        sources = _sources(Path(folder))
        show = _Show(sources)
        shares: list[float] = []
        size = show.picture_size
        played, bound = interleaved(
            [partial(_play, show, shares)] * _ROUNDS, [partial(_bound, sources, size)] * _ROUNDS
        )
        show.close()
    across, down = size
    chain = (
        f"{_TILES} tiles of {_SIZE[0]}×{_SIZE[1]} H.264 at {across}×{down}, {_FRAMES} frames each, "
        f"every one decoded, scaled and painted with {_BOXES} boxes and chips"
    )
    share = median(shares)
    return [
        Figure(
            "viewer",
            played,
            bound,
            bound / played,
            "CPU s",
            f"{chain}: decoding and scaling of the same frames in the same process, over it; "
            f"medians of {_ROUNDS} interleaved rounds; asked ≥ 0.80",
        ),
        Figure(
            "viewer/painting",
            share * played,
            played,
            share,
            "CPU s",
            f"{chain}: share of it spent in paint events, offscreen; asked ≤ 0.15",
        ),
    ]


def _sources(folder: Path) -> list[PlaySource]:
    """One clip opened by each tile. Painted pictures decode easily: at this size one costs as much
    as a real one of 1280×720."""
    scene = Scene(width=_SIZE[0], height=_SIZE[1])
    path = encode(folder / "clip.mp4", scene=scene, frames=_FRAMES, gop=50).path
    index = read_index(path)
    return [PlaySource(at, path, index, ClockOffset(0)) for at in range(1, _TILES + 1)]


class _MeasuredTile(TileView):
    """A tile that adds up the CPU time of its painting."""

    painted_s = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        began = thread_time()
        super().paintEvent(event)
        self.painted_s += thread_time() - began


class _Show(QObject):
    """The wall with its player; `run` shows every frame of every tile once."""

    def __init__(self, sources: list[PlaySource]) -> None:
        super().__init__()
        self._sources = sources
        self._playback = Playback(self)
        self.wall = Wall()
        self.tiles = [_MeasuredTile(source.source_id) for source in sources]
        for tile, source in zip(self.tiles, sources, strict=True):
            tile.set_facts(TileFacts(f"Camera {source.source_id}", width=_SIZE[0], height=_SIZE[1]))
            tile.set_tracks(_boxes(source))
            tile.set_playing(playing=True)
        self.wall.set_tiles(self.tiles)
        self.wall.resize(*_WALL)
        self.wall.show()
        QApplication.processEvents()
        _, _, width, height = self.tiles[0].place.target
        self.picture_size = round(width), round(height)
        self._waiting: set[int] = set()
        self._shown = 0
        self._loop = QEventLoop(self)
        self._playback.frame_shown.connect(self._show_frame)

    def run(self) -> None:
        """Plays all to the end; every frame is painted before the next is taken."""
        self._shown = 0
        self._waiting = {source.source_id for source in self._sources}
        self._playback.open(self._sources)
        for source in self._sources:
            self._playback.set_size(source.source_id, *self.picture_size)
        self._playback.free_run(on=True)
        QTimer.singleShot(_LONGEST_MS, self._loop, self._loop.quit)
        self._loop.exec()
        self._playback.free_run(on=False)
        self._playback.open([])
        if self._shown != _TILES * _FRAMES:
            raise AssertionError(f"{self._shown} frames were shown, not {_TILES * _FRAMES}")

    def _show_frame(self, source_id: int, frame: TileFrame) -> None:
        if source_id not in self._waiting:
            return
        if frame.state == "after":
            self._waiting.discard(source_id)
            if not self._waiting:
                self._loop.quit()
        elif frame.state == "frame":
            tile = self.tiles[source_id - 1]
            tile.set_frame(frame)
            tile.repaint()
            self._shown += 1

    @property
    def painted_s(self) -> float:
        return sum(tile.painted_s for tile in self.tiles)

    def close(self) -> None:
        self._playback.close()
        self.wall.close()


def _play(show: _Show, shares: list[float]) -> None:
    painted, began = show.painted_s, process_time()
    show.run()
    shares.append((show.painted_s - painted) / (process_time() - began))


def _bound(sources: list[PlaySource], size: tuple[int, int]) -> None:
    """One frame of each source in turn, as they are due: decoded and scaled, no more."""
    with ExitStack() as opened:
        passes = [
            opened.enter_context(open_source(source.path, source.index, threads=1)).frames()
            for source in sources
        ]
        for frames in zip(*passes, strict=True):
            for frame in frames:
                frame.bgra(*size)


def _boxes(source: PlaySource) -> TrackBoxes:
    """So many tracks, each with a point at every frame, wandering over the picture."""
    times = times_ns(source.index)
    count = len(times)
    frame = np.tile(np.arange(count, dtype=np.int32), _BOXES)
    track = np.repeat(np.arange(1, _BOXES + 1, dtype=np.int64), count)
    left = (track * 130 + frame) % (_SIZE[0] - 60)
    top = 60 + track * 60 % (_SIZE[1] - 200)
    boxes = np.stack([left, top, left + 50, top + 110], axis=1).astype(np.float32)
    many = len(frame)
    placed = Placed(
        frame,
        np.tile(source.index.pts, _BOXES),
        np.tile(times, _BOXES),
        boxes,
        np.full(many, 0.9, np.float32),
        np.full(many, ObjectClass.PERSON, np.int16),
    )
    return TrackBoxes(PlacedPoints(placed, track, np.zeros(many, np.bool_)))
