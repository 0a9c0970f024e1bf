"""The symbols of events besides footage: the shape says what kind it is, on map and timeline."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from casefiles.case_events import CaseEvent, CaseEvents, EventId, Sort, no_events
from mapview.projection import to_mercator
from mapview.qt.map_colours import MapColours
from mapview.qt.name_painter import font_of, write_halo
from mapview.viewport import Viewport

_HALF_PX: Final = 7.0
_REACH_PX: Final = 10.0
_CELL_PX: Final = 5.0
_MOST_NAMED: Final = 12
"""More names than this would cover the map they explain."""


def paint_symbol(
    painter: QPainter, sort: Sort, at: QPointF, half: float, *, fill: QColor, line: QPen
) -> None:
    """Circle: call; square: statement; triangle: alarm; cross: anything else. `half` is half of
    its width in pixels."""
    x, y = at.x(), at.y()
    painter.setPen(line)
    painter.setBrush(fill)
    if sort == "call":
        painter.drawEllipse(at, half, half)
    elif sort == "statement":
        painter.drawRect(QRectF(x - half * 0.9, y - half * 0.9, 1.8 * half, 1.8 * half))
    elif sort == "alarm":
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - 1.1 * half), QPointF(x + 1.1 * half, y + 0.9 * half),
                       QPointF(x - 1.1 * half, y + 0.9 * half)])
        )  # fmt: skip
    else:
        arm = half * 0.38
        sides = ((-arm, -half), (arm, -half), (arm, -arm), (half, -arm), (half, arm), (arm, arm),
                 (arm, half), (-arm, half), (-arm, arm), (-half, arm), (-half, -arm),
                 (-arm, -arm))  # fmt: skip
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in sides]))


class EventLayer:
    """The events of a case that have a place, drawn over a map."""

    def __init__(self, events: CaseEvents | None = None) -> None:
        self.chosen: EventId | None = None
        self._events = no_events() if events is None else events
        self._rows = np.flatnonzero(~np.isnan(self._events.lat))
        lon_lat = np.column_stack((self._events.lon[self._rows], self._events.lat[self._rows]))
        self._world = to_mercator(lon_lat).reshape(-1, 2)

    def __len__(self) -> int:
        return len(self._rows)

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Symbols of those on screen, names where they are few; of those on one spot the first."""
        if not len(self):
            return
        shown = self._shown(view)
        face = font_of(font, bold=False)
        for event, at in shown:
            marked = event.event_id == self.chosen
            half = _HALF_PX * (1.4 if marked else 1.0)
            edge = QPen(colours.text if marked else colours.panel, 2.2 if marked else 1.4)
            paint_symbol(painter, event.sort, at, half, fill=colours.event, line=edge)
            if marked or len(shown) <= _MOST_NAMED:
                metrics = QFontMetricsF(face)
                words = metrics.elidedText(event.heading, Qt.TextElideMode.ElideRight, 180)
                wide = metrics.horizontalAdvance(words) + 8
                box = QRectF(at.x() + half + 3, at.y() - 10, wide, 20)
                if box.right() > view.width:
                    box.moveRight(at.x() - half - 3)
                write_halo(painter, face, words, box, colours.text, colours.land)

    def at(self, view: Viewport, at: QPointF) -> CaseEvent | None:
        """The event whose symbol is under a pixel, the nearest of several."""
        if not len(self):
            return None
        away = np.hypot(*(view.to_screen(self._world) - (at.x(), at.y())).T)
        nearest = int(away.argmin())
        if away[nearest] > _REACH_PX:
            return None
        return self._events.row(int(self._rows[nearest]))

    def _shown(self, view: Viewport) -> list[tuple[CaseEvent, QPointF]]:
        screen = view.to_screen(self._world)
        size = np.array([view.width, view.height])
        seen = np.flatnonzero(((screen >= -20) & (screen <= size + 20)).all(axis=1))
        # A hundred thousand calls from one town are a few hundred spots of the screen.
        cells = np.floor(screen[seen] / _CELL_PX).astype(np.int64)
        first = np.unique(cells, axis=0, return_index=True)[1] if len(seen) else seen
        kept = set(seen[first].tolist())
        place = None if self.chosen is None else self._events.places.get(self.chosen)
        if place is not None:
            kept |= set(np.flatnonzero(self._rows == place).tolist())
        return [
            (self._events.row(int(self._rows[index])), QPointF(*screen[index].tolist()))
            for index in sorted(kept)
        ]
