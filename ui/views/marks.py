"""How a decision on a hit looks: a shape and a colour, the same in cards, list and inspector."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from casefiles.decision_types import Verdict
from ui.icons import pixmap
from ui.theme import Token, colour

BADGE = 20
_ICON = 16
_TONES: dict[Verdict, Token] = {"right": "good", "wrong": "text_dim"}
_DRAWINGS: dict[Verdict, str] = {"right": "check", "wrong": "cancel"}


def paint_mark(painter: QPainter, picture: QRect, verdict: Verdict) -> None:
    """Over the picture of a hit: a green tick in its corner, or a grey veil, struck through."""
    painter.save()
    if verdict == "wrong":
        veil = colour("panel")
        veil.setAlphaF(0.6)
        painter.fillRect(picture, veil)
        painter.setPen(QPen(colour("text_dim"), 2))
        painter.drawLine(picture.topLeft() + QPoint(6, 6), picture.bottomRight() - QPoint(6, 6))
    badge = QRect(picture.right() - BADGE - 2, picture.top() + 3, BADGE, BADGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("panel"))
    painter.drawEllipse(badge)
    at = badge.topLeft() + QPoint((BADGE - _ICON) // 2, (BADGE - _ICON) // 2)
    painter.drawPixmap(at, pixmap(_DRAWINGS[verdict], _ICON, _TONES[verdict]))
    painter.restore()


def edge_of(verdict: Verdict) -> Token:
    """The colour of the frame of a card."""
    return _TONES[verdict]
