"""How the points of pairs are drawn, over a picture and over a map."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from casefiles.calibration_types import Point
from ui.theme import on_video, text_font

DOT_PX: Final = 9.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a pair as it is drawn; `said` is where the fit has it."""

    at: Point
    number: int
    """From 1."""
    wrong: bool = False
    worst: bool = False
    half: bool = False
    chosen: bool = False
    said: Point | None = None


def dot_colour(dot: Dot) -> QColor:
    """Wrong, worst, half or good: beside the sign, which tells without colour."""
    if dot.wrong:
        return on_video("alert")
    if dot.worst:
        return on_video("warn")
    return on_video("text_dim") if dot.half else on_video("accent")


def paint_dot(painter: QPainter, at: QPointF, dot: Dot, said: QPointF | None) -> None:
    """A cross in a ring with its number; a line to where the fit has it; wrong ones struck."""
    colour = dot_colour(dot)
    dark = QColor(0, 0, 0, 190)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if said is not None:
        painter.setPen(QPen(dark, 4))
        painter.drawLine(at, said)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(at, said)
    style = Qt.PenStyle.DashLine if dot.half else Qt.PenStyle.SolidLine
    for pen in (QPen(dark, 5), QPen(colour, 3 if dot.chosen else 2, style)):
        painter.setPen(pen)
        painter.drawEllipse(at, DOT_PX, DOT_PX)
        if dot.wrong:
            away = QPointF(DOT_PX, DOT_PX) * 1.25
            painter.drawLine(at - away, at + away)
    for pen in (QPen(dark, 3), QPen(on_video("text"), 1)):
        painter.setPen(pen)
        painter.drawLine(at - QPointF(4, 0), at + QPointF(4, 0))
        painter.drawLine(at - QPointF(0, 4), at + QPointF(0, 4))
    font = text_font(11, bold=True)
    painter.setFont(font)
    path = QPainterPath()
    path.addText(at + QPointF(DOT_PX + 3, -DOT_PX + 4), QFont(font), str(dot.number))
    painter.strokePath(path, QPen(dark, 4))
    painter.fillPath(path, on_video("text") if dot.chosen else colour)


def paint_tag(painter: QPainter, at: QPointF, text: str, *, centred: bool = True) -> None:
    """A word on a dark plate, readable on any picture."""
    painter.setFont(text_font(11))
    metrics = painter.fontMetrics()
    wide, high = metrics.horizontalAdvance(text) + 12, metrics.height() + 2
    left = at.x() - wide / 2 if centred else at.x()
    place = QRectF(left, at.y() - high / 2 - 1, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(on_video("text"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
