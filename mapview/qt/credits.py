"""Whom the map must name, and what of its ground cannot be shown: small, lower right."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import NAME_PX, font_of
from mapview.viewport import Viewport

_RIGHT_PX: Final = 44.0
"""Left of the buttons."""
_LEFT_PX: Final = 150.0
"""Right of the scale bar."""
_BOTTOM_PX: Final = 4.0
_LEAST_PX: Final = 60.0


def paint_credits(
    painter: QPainter,
    named: Sequence[str],
    notes: Sequence[str],
    view: Viewport,
    colours: MapColours,
    font: QFont,
) -> None:
    """One line of credits, and one of notes above it; each cut where the map is narrow."""
    face = font_of(font, NAME_PX - 1)
    metrics = QFontMetricsF(face)
    room = max(view.width - _LEFT_PX - _RIGHT_PX, _LEAST_PX)
    base = view.height - _BOTTOM_PX
    for parts, colour in ((named, colours.text_dim), (notes, colours.text)):
        if not parts:
            continue
        said = " · ".join(parts)
        text = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)
        width, height = metrics.horizontalAdvance(text) + 10, metrics.height() + 4
        chip = QRectF(view.width - _RIGHT_PX - width, base - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(colours.panel, 0.82))
        painter.drawRoundedRect(chip, 3, 3)
        painter.setPen(colour)
        painter.setFont(face)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        base -= height + 2
