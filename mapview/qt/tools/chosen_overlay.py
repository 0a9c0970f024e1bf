"""The cameras that are chosen, ringed, and what they were chosen by."""

import math
from collections.abc import Collection
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from mapview.layers import CameraMark
from mapview.projection import to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of
from mapview.selection import Region
from mapview.symbols import CLUSTER_PX, SYMBOL_PX, Layout
from mapview.viewport import Viewport

_OUT_PX: Final = 5.0
_BADGE_PX: Final = 8.0
_MOST_STAMPS: Final = 256


class Shown(Protocol):
    """Where the cameras are on screen."""

    @property
    def marks(self) -> tuple[CameraMark, ...]:
        """The marks shown."""

    @property
    def spots(self) -> Layout:
        """Their symbols."""


class ChosenOverlay:
    """A ring around every symbol with chosen cameras; at a cluster of which some are, how many."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self.ids: Collection[str] = frozenset()
        self._path = QPainterPath()
        self._stamps: dict[tuple[object, ...], QPixmap] = {}

    def set_region(self, region: Region | None) -> None:
        """What is outlined, or nothing."""
        self._path = QPainterPath()
        # A hole is a ring inside of another: odd-even filling leaves it out.
        for ring in region.outlines() if region is not None else []:
            points = [QPointF(x, -y) for x, y in to_mercator(ring).tolist()]
            self._path.addPolygon(QPolygonF(points))
            self._path.closeSubpath()

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """The outline, then the rings."""
        if not self._path.isEmpty():
            painter.save()
            painter.translate(view.width / 2, view.height / 2)
            painter.scale(1 / view.scale, 1 / view.scale)
            painter.translate(-view.x, view.y)
            pen = QPen(colours.accent, 1.8, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(faded(colours.accent, 0.08))
            painter.drawPath(self._path)
            painter.restore()
        if self.ids:
            self._paint_rings(painter, view, colours, font)

    def _paint_rings(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        marks, layout = self._shown.marks, self._shown.spots
        ratio = painter.device().devicePixelRatioF()
        grown = layout.scale / view.scale
        left, top = view.x / view.scale - view.width / 2, -view.y / view.scale - view.height / 2
        for spot in layout.spots:
            chosen = sum(marks[member].camera_id in self.ids for member in spot.members)
            if not chosen:
                continue
            at = QPointF(spot.x * grown - left, spot.y * grown - top)
            text = "" if chosen == len(spot.members) else str(chosen)
            stamp = self._stamp(spot.is_cluster, text, ratio, colours, font)
            half = stamp.deviceIndependentSize() / 2
            painter.drawPixmap(at - QPointF(half.width(), half.height()), stamp)

    def _stamp(
        self, is_cluster: bool, text: str, ratio: float, colours: MapColours, font: QFont
    ) -> QPixmap:
        """A ring, and how many of a cluster are chosen: painted once, hundreds are shown."""
        key = (is_cluster, text, ratio, colours.accent.rgba(), colours.land.rgba(), font.key())
        known = self._stamps.get(key)
        if known is not None:
            return known
        if len(self._stamps) >= _MOST_STAMPS:
            self._stamps.clear()
        radius = (CLUSTER_PX if is_cluster else SYMBOL_PX) / 2 + _OUT_PX
        half = math.ceil(radius * 0.75 + 2 * _BADGE_PX + 4.0 * len(text) + 4)
        stamp = QPixmap(QSize(2 * half, 2 * half) * ratio)
        stamp.setDevicePixelRatio(ratio)
        stamp.fill(Qt.GlobalColor.transparent)
        painter = QPainter(stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(half, half)
        for colour, width in ((colours.land, 5.0), (colours.accent, 2.6)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(middle, radius, radius)
        if text:
            _paint_badge(painter, middle + QPointF(radius, radius) * 0.75, text, colours, font)
        painter.end()
        self._stamps[key] = stamp
        return stamp


def _paint_badge(
    painter: QPainter, middle: QPointF, text: str, colours: MapColours, font: QFont
) -> None:
    painter.setPen(QPen(colours.land, 1.5))
    painter.setBrush(colours.accent)
    wide = max(_BADGE_PX, 4.0 + 4.0 * len(text))
    box = QRectF(middle.x() - wide, middle.y() - _BADGE_PX, 2 * wide, 2 * _BADGE_PX)
    painter.drawRoundedRect(box, _BADGE_PX, _BADGE_PX)
    painter.setPen(colours.accent_text)
    painter.setFont(font_of(font, bold=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
