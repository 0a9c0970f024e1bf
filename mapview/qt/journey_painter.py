"""Paints a journey over the map: confirmed stops solid with numbers, legs that nobody saw dashed.

What colour says, shape says too: each stop has its number and the shape of its camera's round of
hues; a leg that cannot be is dotted and carries a sign.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from mapview.journey_shapes import (
    BADGE_PX,
    Badge,
    JourneyShape,
    Line,
    ShownLeg,
    Whereabouts,
    badges,
    whereabouts,
)
from mapview.label_room import Box, Room
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.viewport import Viewport

_LEG_PX: Final = 2.4
_ARROW_PX: Final = 6.0
_SHAPES: Final = 4
_MOST_BOXES: Final = 300
_HIT_PX: Final = BADGE_PX / 2 + 3


class JourneyOverlay:
    """One journey, and where the subject was at the time shown."""

    def __init__(self) -> None:
        self.shape = JourneyShape()
        self.clear: Callable[[], Iterable[Box]] = tuple
        """Where others wrote, in pixels of the view: no times go there."""
        self.at_ns: int | None = None
        self.chosen: int | None = None
        """The number of the stop that stands out."""

    @property
    def now(self) -> Whereabouts | None:
        """Where the subject was at the time shown."""
        return None if self.at_ns is None else whereabouts(self.shape, self.at_ns)

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Legs below, courses, where it was, then the numbers."""
        if not self.shape.stops and not self.shape.legs:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = badges(self.shape.stops, view)
        places = {number: one for one in shown for number in one.numbers}
        room = Room((*(_box(one, view) for one in shown), *self.clear()))
        for leg in self.shape.legs:
            paint_leg(painter, leg, view, colours)
        for stop in self.shape.stops:
            if len(stop.path) > 1:
                line = _polygon(stop.path, view)
                painter.setPen(_pen(colours.land, 6.0))
                painter.drawPolyline(line)
                painter.setPen(_pen(colours.camera(stop.colour), 3.4))
                painter.drawPolyline(line)
        self._paint_now(painter, view, colours)
        for one in shown:
            paint_badge(
                painter, one, _at(one, view), colours, font, chosen=self.chosen in one.numbers
            )
        self._write(painter, room, places, view, colours, font)

    def badge_boxes(self, view: Viewport) -> list[Box]:
        """Where the numbers stand, in pixels of the view."""
        return [_box(one, view) for one in badges(self.shape.stops, view)]

    def stop_at(self, view: Viewport, x: float, y: float) -> int | None:
        """The number of the stop drawn under a pixel; of several in one badge the first after the
        one that stands out, so that clicks go through them."""
        for one in badges(self.shape.stops, view):
            at = _at(one, view)
            if math.hypot(at.x() - x, at.y() - y) <= _HIT_PX:
                later = [it for it in one.numbers if self.chosen is not None and it > self.chosen]
                return later[0] if self.chosen in one.numbers and later else one.numbers[0]
        return None

    def _paint_now(self, painter: QPainter, view: Viewport, colours: MapColours) -> None:
        now = self.now
        if now is None or not len(now.points):
            return
        if len(now.points) == 1:
            at = QPointF(*view.to_screen(now.points)[0].tolist())
            painter.setBrush(faded(colours.accent, 0.3))
            painter.setPen(QPen(colours.accent, 2.0))
            painter.drawEllipse(at, BADGE_PX * 0.85, BADGE_PX * 0.85)
            return
        # A stretch, not a point: nobody knows where on it.
        line = _polygon(now.points, view)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(faded(colours.accent, 0.45 if now.sure else 0.2), 12.0))
        painter.drawPolyline(line)

    def _write(
        self, painter: QPainter, room: Room, places: dict[int, Badge], view: Viewport,
        colours: MapColours, font: QFont,
    ) -> None:  # fmt: skip
        """Times beside stops and along legs, where they cover nothing; contradictions first."""
        face, bold = font_of(font), font_of(font, bold=True)
        metrics, wide = QFontMetricsF(face), QFontMetricsF(bold)
        height = metrics.height()
        for leg in sorted(self.shape.legs, key=lambda one: not one.problem):
            if len(leg.points) < 2 or not leg.words or _length(leg, view) < 2 * BADGE_PX:
                continue
            text = f"⚠ {leg.words}" if leg.problem else leg.words
            middle = view.to_screen([_middle(leg.points)])[0].tolist()
            used = wide if leg.problem else metrics
            size = used.horizontalAdvance(text) + 6
            for down in (-height, height, 0.0):
                box = QRectF(middle[0] - size / 2, middle[1] + down - height / 2, size, height)
                if room.take_if_free([Box(box.x(), box.y(), box.width(), box.height())]):
                    ink = colours.warn if leg.problem else colours.text_dim
                    used_face = bold if leg.problem else face
                    write_halo(painter, used_face, text, box, ink, colours.land)
                    break
        for taken in _on_legs(self.shape.legs, view):
            room.take(taken)
        for stop in self.shape.stops:
            badge = places[stop.number]
            if len(badge.numbers) > 1 and stop.number != badge.numbers[0]:
                continue
            at = _at(badge, view)
            size, beside = metrics.horizontalAdvance(stop.words) + 6, BADGE_PX / 2 + 3
            left, top = at.x() - size / 2, at.y() - height / 2
            for x, y in (
                (at.x() + beside, top), (at.x() - beside - size, top),
                (left, at.y() - beside - height), (left, at.y() + beside),
            ):  # fmt: skip
                inside = x >= 0 and y >= 0 and x + size <= view.width and y + height <= view.height
                if inside and room.take_if_free([Box(x, y, size, height)]):
                    box = QRectF(x, y, size, height)
                    write_halo(painter, face, stop.words, box, colours.text, colours.land)
                    break


def paint_leg(painter: QPainter, leg: ShownLeg, view: Viewport, colours: MapColours) -> None:
    """Dashed, with an arrow the way it went; dotted in another colour where it cannot be."""
    if len(leg.points) < 2:
        return
    line = _polygon(leg.points, view)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(faded(colours.land, 0.85), _LEG_PX + 3))
    painter.drawPolyline(line)
    painter.setPen(leg_pen(colours, cannot_be=bool(leg.problem)))
    painter.drawPolyline(line)
    middle = np.array(_middle(leg.points))
    ahead = np.array(_middle(leg.points, 0.52))
    (x, y), (to_x, to_y) = view.to_screen([middle, ahead]).tolist()
    turn = math.atan2(to_y - y, to_x - x)
    painter.setPen(_pen(colours.warn if leg.problem else colours.text, _LEG_PX))
    wings = [
        QPointF(x - _ARROW_PX * math.cos(turn + by), y - _ARROW_PX * math.sin(turn + by))
        for by in (0.6, -0.6)
    ]
    painter.drawPolyline(QPolygonF([wings[0], QPointF(x, y), wings[1]]))


def leg_pen(colours: MapColours, *, cannot_be: bool = False) -> QPen:
    """How a leg is drawn, on the map and in its legend."""
    pen = QPen(colours.warn if cannot_be else colours.text, _LEG_PX)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if cannot_be else Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([0.2, 2.2] if cannot_be else [4.0, 2.4])
    return pen


def paint_badge(
    painter: QPainter, badge: Badge, at: QPointF, colours: MapColours, font: QFont, *, chosen: bool
) -> None:
    """The numbers of stops in the hue and shape of their camera."""
    face = font_of(font, bold=True)
    wide = QFontMetricsF(face).horizontalAdvance(badge.text) + 10
    body = colours.camera(badge.colour)
    painter.setPen(QPen(colours.accent if chosen else colours.land, 3.0 if chosen else 2.0))
    painter.setBrush(body)
    stop_shape(painter, at, badge.colour // max(len(colours.cameras), 1), wide)
    painter.setPen(readable_on(body, colours))
    painter.setFont(face)
    box = QRectF(at.x() - wide / 2, at.y() - BADGE_PX / 2, wide, BADGE_PX)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge.text)


def stop_shape(painter: QPainter, at: QPointF, turn: int, wide: float) -> None:
    """A rounded, square, pointed or tapered badge: the shape of the camera's round of hues."""
    half, width = BADGE_PX / 2, max(BADGE_PX, wide)
    box = QRectF(at.x() - width / 2, at.y() - half, width, BADGE_PX)
    kind = turn % _SHAPES
    if kind == 0:
        painter.drawRoundedRect(box, half, half)
    elif kind == 1:
        painter.drawRect(box)
    elif kind == 2:
        out = QPointF(6, 0)
        middle = (QPointF(box.left(), at.y()) - out, QPointF(box.right(), at.y()) + out)
        painter.drawPolygon(QPolygonF([
            middle[0], box.topLeft(), box.topRight(), middle[1], box.bottomRight(),
            box.bottomLeft(),
        ]))  # fmt: skip
    else:
        lower = QPointF(6, 0)
        painter.drawPolygon(QPolygonF([
            box.topLeft(), box.topRight(), box.bottomRight() + lower, box.bottomLeft() - lower,
        ]))  # fmt: skip


def readable_on(body: QColor, colours: MapColours) -> QColor:
    """Of land and text the one that is told apart from a colour more easily."""
    light = body.lightnessF()
    return max((colours.land, colours.text), key=lambda one: abs(one.lightnessF() - light))


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(
        colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


def _middle(points: Line, share: float = 0.5) -> tuple[float, float]:
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    at = share * float(along[-1])
    return float(np.interp(at, along, points[:, 0])), float(np.interp(at, along, points[:, 1]))


def _length(leg: ShownLeg, view: Viewport) -> float:
    return float(np.hypot(*np.diff(leg.points, axis=0).T).sum()) / view.scale


def _on_legs(legs: Sequence[ShownLeg], view: Viewport) -> Iterator[Box]:
    """Small boxes along the legs: what is written over a dashed line is hard to read."""
    for leg in legs:
        if len(leg.points) < 2:
            continue
        pixels = view.to_screen(leg.points)
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))))
        for at in np.linspace(0, along[-1], min(_MOST_BOXES, 2 + int(along[-1] // 12))).tolist():
            x, y = (float(np.interp(at, along, pixels[:, side])) for side in (0, 1))
            yield Box(x - 3, y - 3, 6, 6)


def _at(badge: Badge, view: Viewport) -> QPointF:
    ((x, y),) = view.to_screen([(badge.x, badge.y)]).tolist()
    return QPointF(x, y)


def _box(badge: Badge, view: Viewport) -> Box:
    at = _at(badge, view)
    half = BADGE_PX / 2 + 1
    return Box(at.x() - half, at.y() - half, 2 * half, 2 * half)


def _polygon(points: Line, view: Viewport) -> QPolygonF:
    pixels: Sequence[tuple[float, float]] = view.to_screen(points).tolist()
    return QPolygonF([QPointF(x, y) for x, y in pixels])
