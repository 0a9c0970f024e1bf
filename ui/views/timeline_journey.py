"""Stops of a journey on the lanes of the timeline: spans in the hue of their camera, numbered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from casefiles.types import SourceId
from ui.theme import colour, digits_font
from ui.views.timeline_layout import TimelineLayout
from ui.views.timeline_scale import TimeScale

_HIGH_PX: Final = 14
_LEAST_PX: Final = 3.0


@dataclass(frozen=True, slots=True)
class StopMark:
    """One confirmed stop: wall times, and the recording that shows it."""

    number: int
    source_id: SourceId
    from_ns: int
    to_ns: int


def paint_stops(
    painter: QPainter,
    layout: TimelineLayout,
    scale: TimeScale,
    row: int,
    stops: Iterable[StopMark],
    hue: QColor,
) -> None:
    """The stops of one lane: a frame over the footage, its number at the left of it."""
    y, height = layout.bar(row)
    painter.setFont(digits_font(11, bold=True))
    metrics = painter.fontMetrics()
    # Of those that are painted over each other the last number would be the one that is read.
    taken = -1.0
    for stop in sorted(stops, key=lambda one: one.from_ns):
        if stop.to_ns < scale.from_ns or stop.from_ns > scale.to_ns:
            continue
        left = layout.label_px + max(scale.x_of(stop.from_ns), -4.0)
        right = layout.label_px + min(scale.x_of(stop.to_ns), layout.time_px + 4.0)
        span = QRectF(left, y - 1, max(right - left, _LEAST_PX), height + 2)
        painter.setPen(QPen(hue, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(span)
        text = str(stop.number)
        wide = metrics.horizontalAdvance(text) + 6
        chip = QRectF(max(left, layout.label_px), y - 1, wide, _HIGH_PX)
        if chip.left() < taken:
            continue
        taken = chip.right() + 1
        painter.fillRect(chip, hue)
        dark, light = sorted(
            (colour("lane"), colour("text")), key=lambda one: one.lightnessF()
        )  # fmt: skip
        painter.setPen(dark if hue.lightnessF() > 0.5 else light)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
