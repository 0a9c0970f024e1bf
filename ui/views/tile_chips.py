"""Chips on video: short text on a dark ground, drawn once and kept as pictures.

Text is the dearest thing to paint; a chip that stays the same costs one copy a frame.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap, QPolygonF

from ui.theme import TextSize, Token, digits_font, on_video

Mark: TypeAlias = Literal["", "person", "vehicle", "other", "zone", "warn"]
"""A small shape before the text; it doubles the colour."""
_EDGE: Final = 6.0
_APART: Final = 8.0
_MARK: Final = 7.0
_RADIUS: Final = 4.0
_SHADOW: Final = 2.0
_BAR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Chip:
    """Parts of text side by side, each with its colour; the first may be bold."""

    parts: tuple[tuple[str, Token], ...]
    mark: Mark = ""
    mark_tone: Token = "video_text"
    size: TextSize = 11
    bold: bool = False
    ground: Token = "video"
    bar: tuple[int, int, int] | None = None
    """Red, green, blue of a bar at the left."""


@lru_cache(maxsize=512)
def chip_image(chip: Chip, ratio: float) -> QPixmap:
    """The chip as a picture for a screen with `ratio` device pixels to a point."""
    fonts = [digits_font(chip.size, bold=chip.bold and not at) for at in range(len(chip.parts))]
    widths = [
        QFontMetricsF(font).horizontalAdvance(text)
        for font, (text, _) in zip(fonts, chip.parts, strict=True)
    ]
    height = QFontMetricsF(fonts[0]).height() + 4
    bar = 0.0 if chip.bar is None else _BAR
    before = bar + (_MARK + 5 if chip.mark else 0.0)
    width = 2 * _EDGE + before + sum(widths) + _APART * (len(widths) - 1)
    size = QSize(int(width + _SHADOW + 1), int(height + _SHADOW + 1))
    image = QPixmap(size * ratio)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 70))
    painter.drawRoundedRect(QRectF(1, 2, width, height), _RADIUS, _RADIUS)
    ground = on_video(chip.ground)
    ground.setAlpha(215 if chip.ground == "video" else 255)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(0, 0, width, height), _RADIUS, _RADIUS)
    if chip.bar is not None:
        painter.setBrush(QColor(*chip.bar))
        painter.drawRoundedRect(QRectF(0, 0, _EDGE, height), _RADIUS / 2, _RADIUS / 2)
    if chip.mark:
        middle = QPointF(_EDGE + bar + _MARK / 2, height / 2)
        _paint_mark(painter, chip.mark, middle, chip.mark_tone)
    left = _EDGE + before
    for font, (text, tone), wide in zip(fonts, chip.parts, widths, strict=True):
        painter.setFont(font)
        painter.setPen(on_video(tone))
        area = QRectF(left, 0, wide + 2, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        left += wide + _APART
    painter.end()
    return image


@lru_cache(maxsize=512)
def elided(text: str, width: float) -> str:
    """A text cut so that it fits into a chip of the smallest size, a mark before it included."""
    room = width - 2 * _EDGE - _MARK - 5 - _SHADOW - 1
    metrics = QFontMetricsF(digits_font(11, bold=True))
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 0.0))


@dataclass(frozen=True, slots=True)
class PlacedChip:
    """A chip's picture and where it lies, in points."""

    left: float
    top: float
    width: float
    height: float
    image: QPixmap


@lru_cache(maxsize=128)
def lay_out(chips: tuple[Chip, ...], width: float, ratio: float) -> tuple[PlacedChip, ...]:
    """Chips side by side from (0, 0), wrapped where `width` ends.

    One that is wider than that comes apart into its parts.
    """
    whole = [one for chip in chips for one in _fitting(chip, width, ratio)]
    placed = []
    left = top = row = 0.0
    for image in (chip_image(chip, ratio) for chip in whole):
        size = image.deviceIndependentSize()
        if left and left + size.width() > width:
            left, top = 0.0, top + row
        row = size.height()
        placed.append(PlacedChip(left, top, size.width(), row, image))
        left += size.width() + 1
    return tuple(placed)


class ChipRow:
    """`lay_out` for one place, quick where the chips are the very same as the last time."""

    def __init__(self) -> None:
        self._asked: tuple[tuple[Chip, ...], float, float] = ((), 0.0, 0.0)
        self._placed: tuple[PlacedChip, ...] = ()

    def lay_out(
        self, chips: tuple[Chip, ...], width: float, ratio: float
    ) -> tuple[PlacedChip, ...]:
        """As the function; most pictures say the same as the one before."""
        if self._asked[0] is not chips or self._asked[1:] != (width, ratio):
            self._asked = chips, width, ratio
            self._placed = lay_out(chips, width, ratio)
        return self._placed


def _fitting(chip: Chip, width: float, ratio: float) -> list[Chip]:
    if len(chip.parts) == 1 or chip_image(chip, ratio).deviceIndependentSize().width() <= width:
        return [chip]
    return [
        replace(chip, parts=(part,), mark="" if at else chip.mark, bold=chip.bold and not at)
        for at, part in enumerate(chip.parts)
    ]


def _paint_mark(painter: QPainter, mark: Mark, middle: QPointF, tone: Token) -> None:
    half = _MARK / 2
    painter.setBrush(on_video(tone))
    painter.setPen(Qt.PenStyle.NoPen)
    square = QRectF(middle.x() - half, middle.y() - half, _MARK, _MARK)
    match mark:
        case "person":
            painter.drawEllipse(square)
        case "vehicle":
            painter.drawRect(square)
        case "zone":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(on_video(tone))
            painter.drawRect(square)
        case "warn":
            painter.drawPolygon(QPolygonF([
                QPointF(middle.x(), square.top()), square.bottomRight(), square.bottomLeft(),
            ]))  # fmt: skip
        case _:
            painter.drawPolygon(QPolygonF([
                QPointF(middle.x(), square.top()), QPointF(square.right(), middle.y()),
                QPointF(middle.x(), square.bottom()), QPointF(square.left(), middle.y()),
            ]))  # fmt: skip
