"""How a directed line is painted: its course, an arrow across it in its forward direction, and the
letters of its sides, A on the left hand and B on the right."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.theme import on_video, text_font

_DARK: Final = QColor(0, 0, 0, 140)
_ARROW: Final = 16.0
_HEAD: Final = 6.0
_LETTER: Final = 27.0
_HALF: Final = 8.0
_LEAST: Final = 12.0
"""A shorter line has no room for an arrow yet."""


def paint_course(painter: QPainter, points: Sequence[QPointF], width: float) -> None:
    """A line through points of the view."""
    if len(points) < 2:
        if points:
            painter.setPen(QPen(on_video("accent"), width))
            painter.drawEllipse(points[0], 4.0, 4.0)
        return
    tone = on_video("accent")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    place, across = _middle(points)
    tip = place + across * _ARROW
    along = QPointF(across.y(), -across.x())
    head = [tip, tip - across * _HEAD + along * _HEAD, tip - across * _HEAD - along * _HEAD]
    has_room = sum(_length(one, other) for one, other in pairwise(points)) >= _LEAST
    for pen in (QPen(_DARK, width + 2), QPen(tone, width)):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(list(points)))
        if has_room:
            painter.drawLine(place - across * _ARROW, tip)
            painter.setBrush(tone)
            painter.drawPolygon(QPolygonF(head))
            painter.setBrush(Qt.BrushStyle.NoBrush)
    if has_room:
        _paint_letter(painter, place - across * _LETTER, "A")
        _paint_letter(painter, place + across * _LETTER, "B")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _middle(points: Sequence[QPointF]) -> tuple[QPointF, QPointF]:
    """The point half way along, and the unit vector to the right hand of the line there."""
    lengths = [_length(one, other) for one, other in pairwise(points)]
    left = sum(lengths) / 2
    for (one, other), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length > 0:
            along = (other - one) / length
            # With y down, the right hand is a quarter turn with the clock.
            return one + along * left, QPointF(-along.y(), along.x())
        left -= length
    return points[0], QPointF(0.0, 1.0)


def _length(one: QPointF, other: QPointF) -> float:
    return hypot(other.x() - one.x(), other.y() - one.y())


def _paint_letter(painter: QPainter, at: QPointF, letter: str) -> None:
    where = QRectF(at.x() - _HALF, at.y() - _HALF, 2 * _HALF, 2 * _HALF)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_DARK)
    painter.drawEllipse(where)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(text_font(11, bold=True))
    painter.setPen(on_video("video_text"))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, letter)
