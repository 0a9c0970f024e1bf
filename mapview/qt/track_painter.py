"""Paints where things went: thousands of tracks by counting pixels, ways of squad cars as lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPen, QPolygonF

from casefiles.fixes import ESTIMATED_FROM_NS, Fixes
from casefiles.types import Camera, CameraId
from mapview.projection import to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.track_raster import Raster, WorldLines, draw
from mapview.viewport import Viewport

_MOST_POINTS: Final = 4000
_ARROW_EVERY_PX: Final = 90.0
_ARROW_PX: Final = 5.0
_MOST_ARROWS: Final = 400
_FAINTEST: Final = 0.45
"""How opaque a pixel is that one line crosses; by 30 lines it is wholly opaque."""
_FULL: Final = 30


@dataclass(frozen=True, eq=False)
class Way:
    """Where a moving camera went in a span: world metres `(n, 2)`; `gaps (n - 1,)` where the step
    to the next place is longer than anybody knows."""

    name: str
    colour: int
    points: NDArray[np.float64]
    gaps: NDArray[np.bool_]


def ways_in(
    cameras: Iterable[Camera],
    fixes: Mapping[CameraId, Fixes],
    span: tuple[int, int] | None,
) -> tuple[Way, ...]:
    """The ways of all cameras with positions, in a span of wall time or (None) all of them; those
    with thousands of places are thinned."""
    made = []
    for colour, camera in enumerate(cameras):
        known = fixes.get(camera.camera_id)
        if known is None:
            continue
        inside = known if span is None else known.between(*span)
        if len(inside) < 2:
            continue
        step = -(-len(inside) // _MOST_POINTS)
        # The last place is kept whatever the step is: there the way ends.
        chosen = np.unique(np.append(np.arange(0, len(inside), step), len(inside) - 1))
        # A gap anywhere between two kept places is one between them.
        broken = np.append(0, np.cumsum(np.diff(inside.times_ns) > ESTIMATED_FROM_NS))
        world = to_mercator(np.column_stack((inside.lon[chosen], inside.lat[chosen])))
        made.append(Way(camera.name, colour, world, np.diff(broken[chosen]) > 0))
    return tuple(made)


class WaysArt:
    """Tracks below, ways of moving cameras over them."""

    def __init__(self, ways: tuple[Way, ...] = (), tracks: WorldLines | None = None) -> None:
        self.ways, self.tracks = ways, tracks

    def __call__(
        self, painter: QPainter, view: Viewport, colours: MapColours, _font: QFont, ratio: float
    ) -> None:
        """Paints them, on any thread."""
        if self.tracks is not None and len(self.tracks):
            image = tracks_image(self.tracks, view, colours, ratio)
            painter.drawImage(QRectF(0, 0, view.width, view.height), image)
        for way in self.ways:
            _paint_way(painter, way, view, colours)


def tracks_image(
    lines: WorldLines, view: Viewport, colours: MapColours, ratio: float = 1.0
) -> QImage:
    """The lines in the hues of their cameras, the more opaque the more of them go there."""
    raster = draw(lines, view, ratio)
    crossed = _thick(raster)
    at = np.flatnonzero(crossed)
    found = crossed.ravel()[at]
    pixels = np.zeros(crossed.size, np.uint32)
    table = _shades(colours)
    pixels[at] = table[(found & 0xFF) % len(table), np.minimum(found >> 8, _FULL)]
    height, width = crossed.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    # The copy owns its bytes.
    return QImage(pixels.data, width, height, 4 * width, form).copy()


def _shades(colours: MapColours) -> NDArray[np.uint32]:
    """What a pixel is that a hue crosses so often, `(hues, _FULL + 1)`, premultiplied."""
    times = np.maximum(np.arange(_FULL + 1), 1)
    alpha = _FAINTEST + (1 - _FAINTEST) * np.log(times) / np.log(_FULL)
    hues = np.array([(hue.red(), hue.green(), hue.blue()) for hue in colours.cameras], np.float64)
    red, green, blue = (hues.T[:, :, None] * alpha).astype(np.uint32)
    opaque = (255 * alpha).astype(np.uint32)
    shades: NDArray[np.uint32] = opaque << 24 | red << 16 | green << 8 | blue
    return shades


def _thick(raster: Raster) -> NDArray[np.int32]:
    """Two pixels wide: one is lost on a busy map. How often each is crossed times 256, and the hue
    of whoever crossed it, or its neighbour, most often."""
    crossed = np.where(raster.counts > 0, raster.counts << 8 | raster.hue, 0)
    thick: NDArray[np.int32] = crossed.copy()
    np.maximum(thick[1:], crossed[:-1], out=thick[1:])
    np.maximum(thick[:, 1:], crossed[:, :-1], out=thick[:, 1:])
    return thick


def _paint_way(painter: QPainter, way: Way, view: Viewport, colours: MapColours) -> None:
    """Solid where it is known, dotted where places are far apart; arrows the way it went."""
    pixels = view.to_screen(way.points)
    hue = colours.camera(way.colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    cuts = np.flatnonzero(way.gaps) + 1
    for run in np.split(pixels, cuts):
        painter.setPen(QPen(faded(colours.land, 0.8), 5.0))
        painter.drawPolyline(_polygon(run))
        painter.setPen(QPen(hue, 2.6))
        painter.drawPolyline(_polygon(run))
        _paint_arrows(painter, run)
    painter.setPen(QPen(hue, 1.6, Qt.PenStyle.DotLine))
    for gap in cuts.tolist():
        painter.drawLine(QPointF(*pixels[gap - 1].tolist()), QPointF(*pixels[gap].tolist()))
    first, last = pixels[0].tolist(), pixels[-1].tolist()
    painter.setPen(QPen(colours.panel, 1.4))
    painter.setBrush(hue)
    painter.drawEllipse(QPointF(*first), 3.5, 3.5)
    painter.drawRect(QRectF(last[0] - 3.5, last[1] - 3.5, 7, 7))


def _paint_arrows(painter: QPainter, run: NDArray[np.float64]) -> None:
    steps = np.diff(run, axis=0)
    along = np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))
    if not len(along):
        return
    # Near by, most of a way lies far beyond the screen.
    every = max(_ARROW_EVERY_PX, float(along[-1]) / _MOST_ARROWS)
    for at in np.arange(every / 2, along[-1], every).tolist():
        index = int(np.searchsorted(along, at))
        way = steps[index] / max(float(np.hypot(*steps[index])), 1e-9)
        tip = run[index + 1] - way * (along[index] - at)
        side = np.array([-way[1], way[0]])
        back = tip - way * _ARROW_PX
        painter.drawPolyline(
            _polygon(np.array([back + side * _ARROW_PX, tip, back - side * _ARROW_PX]))
        )


def _polygon(points: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
