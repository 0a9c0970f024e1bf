"""The timeline's painting: ten times the events, and the usual plot of fewer."""

import os
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from casefiles.types import CameraId, SourceId
from casefiles.view_types import Lane
from ui.theme import apply
from ui.views.timeline import Timeline
from video.clock import NS_PER_S
from workstation.bench.result import Figure, interleaved

_LANES: Final = 16
_FRAMES: Final = 120
_WIDTH, _HEIGHT = 1280, 40 + _LANES * 40
_BEGIN_NS: Final = 1_772_400_000 * NS_PER_S
_LENGTH_NS: Final = 24 * 3600 * NS_PER_S
_SHARES: Final = {"person": 0.6, "vehicle": 0.3, "other": 0.1}
_FEW, _MANY = 1_000_000, 10_000_000


def timeline() -> list[Figure]:
    """CPU time of a frame while panning and zooming: 10 M events over 1 M, and pyqtgraph over
    ours at 1 M."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply(app, "dark")
    few, many = _widget(_lanes(_FEW)), _widget(_lanes(_MANY))
    moves = _moves(few)
    large, small = interleaved(_frames(many, moves), _frames(few, moves))
    plot = _plot(_lanes(_FEW))
    theirs, ours = interleaved(
        [partial(_plot_frame, plot, *move) for move in moves[::4]],
        _frames(few, moves[::4]),
    )
    return [
        Figure(
            "timeline-10M-vs-1M", large * 1e3, small * 1e3, large / small, "CPU ms a frame",
            f"{_LANES} lanes, {_WIDTH} px, another range each of {_FRAMES} frames, offscreen; "
            "interleaved medians; lower is better, asked ≤ 4",
        ),
        Figure(
            "timeline-vs-pyqtgraph", ours * 1e3, theirs * 1e3, theirs / ours, "CPU ms a frame",
            "1 M events; a downsampled, clipped pyqtgraph curve for each lane and kind against the "
            "timeline; higher is better, asked ≥ 5",
        ),
    ]  # fmt: skip


def _lanes(events: int) -> tuple[Lane, ...]:
    chance = np.random.default_rng(7)
    end = _BEGIN_NS + _LENGTH_NS

    def times(share: float) -> NDArray[np.int64]:
        return np.sort(chance.integers(_BEGIN_NS, end, int(events / _LANES * share)))

    return tuple(
        Lane(
            f"Camera {number}",
            CameraId(str(number)),
            (SourceId(number),),
            np.array([[_BEGIN_NS, end]], np.int64),
            np.array([[_BEGIN_NS + _LENGTH_NS // 3, _BEGIN_NS + _LENGTH_NS // 2]], np.int64),
            {kind: times(share) for kind, share in _SHARES.items()},
        )
        for number in range(1, _LANES + 1)
    )


def _widget(lanes: tuple[Lane, ...]) -> Timeline:
    widget = Timeline()
    widget.resize(_WIDTH, _HEIGHT)
    widget.set_lanes(lanes)
    widget.show()
    # Nothing is painted before the platform has said that the window is seen.
    QApplication.processEvents()
    return widget


def _moves(widget: Timeline) -> list[tuple[int, int]]:
    """A range for each frame: zooming in, with some panning, and out again."""
    widget.fit()
    ranges = []
    for frame in range(_FRAMES):
        inwards = frame % 60 < 30
        scale = widget.scale.zoomed(1.15 if inwards else 1 / 1.15, 300.0 + 10 * (frame % 60))
        widget.show_scale(scale.panned(12))
        ranges.append(widget.shown_range)
    return ranges


def _frames(widget: Timeline, moves: list[tuple[int, int]]) -> list[Callable[[], None]]:
    return [partial(_frame, widget, *move) for move in moves]


def _frame(widget: Timeline, from_ns: int, to_ns: int) -> None:
    widget.show_range(from_ns, to_ns)
    widget.repaint()


def _plot(lanes: tuple[Lane, ...]) -> pyqtgraph.PlotWidget:
    """A curve for each lane and kind of event: what a charting library would draw of the same."""
    plot = pyqtgraph.PlotWidget()
    plot.resize(_WIDTH, _HEIGHT)
    for row, lane in enumerate(lanes):
        for kind, times in enumerate(lane.activity.values()):
            height = row + kind / 3 + (np.arange(len(times)) % 2) * 0.3
            curve = pyqtgraph.PlotDataItem((times - _BEGIN_NS) / NS_PER_S, height, pen="w")
            plot.addItem(curve)
            # After it has a view: clipping asks the view for its range.
            curve.setDownsampling(auto=True, method="peak")
            curve.setClipToView(True)
    plot.show()
    QApplication.processEvents()
    return plot


def _plot_frame(plot: pyqtgraph.PlotWidget, from_ns: int, to_ns: int) -> None:
    start, end = ((moment - _BEGIN_NS) / NS_PER_S for moment in (from_ns, to_ns))
    plot.getViewBox().setRange(QRectF(start, -0.5, end - start, _LANES + 1), padding=0)
    plot.viewport().repaint()
