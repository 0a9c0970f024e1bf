"""Paints what no camera has in view: hatched, so that it is told by more than a colour."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QRegion,
    QTransform,
)

from mapview.basemap import Points
from mapview.blind_spots import BlindSpots
from mapview.qt.camera_painter import spot_at
from mapview.qt.map_colours import MapColours, faded
from mapview.symbols import CLUSTER_PX, SYMBOL_PX, Layout
from mapview.viewport import Viewport, bounds_of

_WIDTH_M: Final = 12.0
_LEAST_PX: Final = 5.0
_MOST_PX: Final = 30.0


class BlindSpotArt:
    """The art of one answer: streets (or ground) that nobody sees."""

    def __init__(self, spots: BlindSpots) -> None:
        self.spots = spots

    def __call__(
        self, painter: QPainter, view: Viewport, colours: MapColours, _font: QFont, _ratio: float
    ) -> None:
        """Paints it, on any thread."""
        paint_blind_spots(painter, self.spots, view, colours)


def symbols_region(layout: Layout, view: Viewport) -> QRegion:
    """Where the symbols and names of cameras are on a view."""
    taken = QRegion()
    screen = QRectF(0, 0, view.width, view.height)
    for spot in layout.spots:
        at = spot_at(spot, layout, view)
        half = (CLUSTER_PX if spot.is_cluster else SYMBOL_PX) / 2 + 1
        box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        if not box.intersects(screen):
            continue
        taken += QRegion(box.toAlignedRect(), QRegion.RegionType.Ellipse)
        name = spot.label
        if name is not None:
            words = QRectF(name.x, name.y, name.width, name.height)
            taken += words.translated(at - QPointF(spot.x, spot.y)).toAlignedRect()
    return taken


def paint_blind_spots(
    painter: QPainter, spots: BlindSpots, view: Viewport, colours: MapColours
) -> None:
    """A hatched band along every street out of view; hatched ground where there are no streets."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hatch = QBrush(faded(colours.text, 0.6), Qt.BrushStyle.BDiagPattern)
    # The hatch keeps its place on the ground: it must not crawl while the map is moved.
    left, _, _, top = view.bounds
    hatch.setTransform(QTransform.fromTranslate(-left / view.scale % 8, top / view.scale % 8))
    wide = min(_MOST_PX, max(_LEAST_PX, _WIDTH_M / view.ground_m_per_px))
    path = QPainterPath()
    for run in spots.unseen:
        if _meets(run, view):
            path.addPolygon(_polygon(run, view))
    ground = QPainterPath()
    ground.setFillRule(Qt.FillRule.OddEvenFill)
    for rings in spots.areas:
        for ring in rings:
            ground.addPolygon(_polygon(ring, view))
            ground.closeSubpath()
    under = QPen(faded(colours.panel, 0.55), wide)
    under.setCapStyle(Qt.PenCapStyle.FlatCap)
    lines = QPen(hatch, wide)
    lines.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (under, lines):
        painter.setPen(pen)
        painter.drawPath(path)
    # All ground is much: it is hatched more faintly than a street.
    hatch.setColor(faded(colours.text, 0.3))
    painter.fillPath(ground, hatch)
    painter.restore()


def _meets(run: Points, view: Viewport) -> bool:
    bounds = bounds_of(run)
    assert bounds is not None
    left, bottom, right, top = view.bounds
    spare = _MOST_PX * view.scale
    return (
        bounds[0] <= right + spare and bounds[2] >= left - spare
        and bounds[1] <= top + spare and bounds[3] >= bottom - spare
    )  # fmt: skip


def _polygon(points: Points, view: Viewport) -> QPolygonF:
    pixels: Sequence[tuple[float, float]] = view.to_screen(points).tolist()
    return QPolygonF([QPointF(x, y) for x, y in pixels])
