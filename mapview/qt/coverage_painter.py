"""What was seen of the streets, and cameras of others, painted over the map.

How a line is drawn says what colour says too: whole, dashed, dotted, thin.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from casefiles.canvass_types import CanvassEntry, CanvassStatus
from casefiles.usecases.street_types import State, StreetPart
from mapview.line_hit import nearest
from mapview.projection import to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.viewport import Viewport

_MOST_LINES: Final = 4000
"""More in view are a town seen from afar: what no camera saw is left out then."""
_MOST_MARKS: Final = 2000
_HALF_PX: Final = 5.0
_STAMP_PX: Final = 20
_HIT_PX: Final = 7.0
_LETTERS: Final[dict[CanvassStatus, str]] = {
    "to ask": "?", "asked": "…", "received": "✓", "refused": "✕", "nothing recorded": "–",
}  # fmt: skip


class CoverageOverlay:
    """Parts of streets by how much of the time asked there is footage of them."""

    def __init__(self, parts: Sequence[StreetPart] = ()) -> None:
        # What was seen lies over what was not, where streets cross.
        order: tuple[State, ...] = ("none", "missing", "part", "whole")
        self._parts = sorted(parts, key=lambda one: order.index(one.state))
        self._lines = [to_mercator(one.lonlat) for one in self._parts]
        self._seen = np.array([one.state != "none" for one in self._parts], bool)
        self.states: frozenset[State] = frozenset(one.state for one in self._parts)
        """What there is to be explained."""
        boxes = [(*line.min(axis=0), *line.max(axis=0)) for line in self._lines]
        self._boxes: NDArray[np.float64] = np.array(boxes, np.float64).reshape(-1, 4)

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Paints the parts in view."""
        left, bottom, right, top = view.bounds
        boxes = self._boxes
        inside = (boxes[:, 0] <= right) & (boxes[:, 2] >= left)
        inside &= (boxes[:, 1] <= top) & (boxes[:, 3] >= bottom)
        if inside.sum() > _MOST_LINES:
            inside &= self._seen
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in np.flatnonzero(inside)[:_MOST_LINES].tolist():
            part = self._parts[at]
            painter.setPen(pen_of(part.state, colours))
            corners = view.to_screen(self._lines[at]).tolist()
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in corners]))

    def part_at(self, view: Viewport, x: float, y: float) -> tuple[StreetPart, float] | None:
        """The part drawn under a pixel, of several the one most seen, and how far along its line
        that is; parts that are left out when seen from afar are found as well."""
        world = np.array(view.world_at(x, y))
        reach = _HIT_PX * view.scale
        boxes = self._boxes
        inside = (boxes[:, :2] <= world + reach).all(axis=1)
        inside &= (boxes[:, 2:] >= world - reach).all(axis=1)
        # The later one lies on top.
        for at in np.flatnonzero(inside)[::-1].tolist():
            found = nearest(self._lines[at], world)
            if found is not None and found.distance <= reach:
                part = self._parts[at]
                return part, part.from_m + found.share * (part.to_m - part.from_m)
        return None


def pen_of(state: State, colours: MapColours) -> QPen:
    """How a part of a street is drawn, on the map and in its legend."""
    kinds: dict[State, tuple[QColor, float, list[float]]] = {
        "whole": (colours.accent, 5.0, []),
        "part": (colours.accent, 5.0, [2.0, 1.0]),
        "missing": (colours.event, 4.0, [0.4, 1.6]),
        "none": (faded(colours.text_dim, 0.7), 1.5, []),
    }
    colour, width, dashes = kinds[state]
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if state == "missing" else Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern(dashes)
    return pen


class CanvassOverlay:
    """Cameras of others as small tilted squares, each with a sign of how it stands with it."""

    def __init__(self, entries: Sequence[CanvassEntry] = ()) -> None:
        placed = [one for one in entries if one.point is not None]
        self.signs: dict[CanvassStatus, str] = {one.status: _LETTERS[one.status] for one in placed}
        """What there is to be explained: how it stands with them, and the sign of it."""
        self._signs = [_LETTERS[one.status] for one in placed]
        self._to_ask = [one.status == "to ask" for one in placed]
        where = [(one.point.lon, one.point.lat) for one in placed if one.point is not None]
        self._world = to_mercator(where) if where else np.empty((0, 2))
        self._stamps: dict[tuple[str, bool], QPixmap] = {}
        self._stamped: tuple[object, ...] = ()

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Paints those in view."""
        screen = view.to_screen(self._world)
        inside = ((screen >= 0) & (screen <= (view.width, view.height))).all(axis=1)
        ratio = painter.device().devicePixelRatioF()
        made_for = (colours, font.key(), ratio)
        if made_for != self._stamped:
            self._stamps, self._stamped = {}, made_for
        for at in np.flatnonzero(inside)[:_MOST_MARKS].tolist():
            x, y = screen[at].tolist()
            kind = (self._signs[at], self._to_ask[at])
            stamp = self._stamps.get(kind)
            if stamp is None:
                stamp = self._stamps[kind] = _stamp(*kind, colours, font, ratio)
            painter.drawPixmap(QPointF(x - _STAMP_PX / 2, y - _STAMP_PX / 2), stamp)


def _stamp(sign: str, to_ask: bool, colours: MapColours, font: QFont, ratio: float) -> QPixmap:
    """Painted once: hundreds are shown with every frame."""
    stamp = QPixmap(QSize(_STAMP_PX, _STAMP_PX) * ratio)
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    small = QFont(font)
    small.setPixelSize(9)
    painter.setFont(small)
    painter.setPen(QPen(colours.text, 1.2))
    painter.setBrush(colours.panel if to_ask else colours.land)
    painter.translate(_STAMP_PX / 2, _STAMP_PX / 2)
    half = _HALF_PX * 1.5
    corners = ((0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    box = QRectF(-half, -half, 2 * half, 2 * half)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return stamp
