"""Painter calls over the timeline's lanes: playhead, span, the pointer's line, the corner."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from ui.models.wall_text import zone_label
from ui.theme import colour, digits_font, text_font
from ui.views.timeline_layout import AXIS_PX, TimelineLayout
from ui.views.timeline_scale import TimeScale
from ui.views.timeline_ticks import local_time
from video.clock import NS_PER_S

LABEL_PX: Final = 112
"""Room for a time of day with milliseconds, and its frame."""
_FINE_NS_PER_PX: Final = NS_PER_S / 50


@dataclass(frozen=True, slots=True)
class Overlay:
    """What changes without the lanes changing; spans may be open at one end."""

    layout: TimelineLayout
    scale: TimeScale
    zone: tzinfo
    zone_name: str
    playhead_ns: int | None
    span: tuple[int | None, int | None]
    pointer_x: float | None
    """Where the pointer is, from the left edge of the time part."""
    focused: bool


def paint_overlay(painter: QPainter, overlay: Overlay) -> None:
    """Over the painted lanes."""
    layout = overlay.layout
    painter.save()
    painter.setClipRect(layout.label_px, 0, layout.time_px, layout.height)
    _paint_span(painter, overlay)
    if overlay.pointer_x is not None:
        _paint_pointer(painter, overlay, overlay.pointer_x)
    if overlay.playhead_ns is not None:
        _paint_playhead(painter, overlay, overlay.playhead_ns)
    painter.restore()
    _paint_corner(painter, overlay)
    if overlay.focused:
        painter.setPen(QPen(colour("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0.5, 0.5, layout.width - 1, layout.height - 1))


def time_label(wall_ns: int, scale: TimeScale, zone: tzinfo) -> str:
    """Time of day, with milliseconds where the scale is fine enough to tell them apart."""
    text = local_time(wall_ns, zone).isoformat(timespec="milliseconds")[11:23]
    return text if scale.ns_per_px < _FINE_NS_PER_PX else text[:8]


def length_text(length_ns: int) -> str:
    """A length exactly enough to measure by: `0.240 s`, `12.5 s`, `3 min 20 s`, `1 h 05 min`."""
    if length_ns < NS_PER_S:
        return f"{length_ns / NS_PER_S:.3f} s"
    if length_ns < 60 * NS_PER_S:
        return f"{length_ns / NS_PER_S:.1f} s"
    minutes, seconds = divmod(round(length_ns / NS_PER_S), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02d} h"
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s"


def corner_text(moment: datetime, zone_name: str) -> tuple[str, str]:
    """Date and zone of the playhead: what the times of day on the axis belong to."""
    offset = zone_label(moment)
    zone = "" if zone_name[:1] in "+-" or zone_name == offset else zone_name
    return f"{moment:%Y-%m-%d}  {offset}", zone


def corner_px() -> int:
    """Width of a corner that holds any date and offset."""
    return QFontMetrics(digits_font(11)).horizontalAdvance("0000-00-00  UTC−00:00") + 18


def _paint_span(painter: QPainter, overlay: Overlay) -> None:
    start, end = overlay.span
    layout, scale = overlay.layout, overlay.scale
    for side, edge in ((1, start), (-1, end)):
        if edge is not None and scale.from_ns <= edge <= scale.to_ns:
            _paint_bracket(painter, layout, layout.label_px + scale.x_of(edge), side)
    if start is None or end is None:
        return
    left = layout.label_px + max(scale.x_of(start), -2.0)
    right = layout.label_px + min(scale.x_of(end), layout.time_px + 2.0)
    if right <= left:
        return
    tone = colour("selection")
    tone.setAlpha(70)
    painter.fillRect(QRectF(left, AXIS_PX, right - left, layout.rows_px), tone)
    tone.setAlpha(140)
    painter.fillRect(QRectF(left, 0, right - left, 16), tone)
    painter.setFont(digits_font(11))
    painter.setPen(colour("text"))
    text = length_text(end - start)
    needed = QFontMetrics(painter.font()).horizontalAdvance(text) + 8
    if right - left >= needed:
        painter.drawText(QRectF(left, 0, right - left, 16), Qt.AlignmentFlag.AlignCenter, text)
    else:
        # Beside a span too narrow for it, on the side with room.
        beside = right + 2 if right + needed < layout.width else left - needed - 2
        area = QRectF(beside, 0, needed, 16)
        painter.fillRect(area, colour("raised"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def _paint_bracket(painter: QPainter, layout: TimelineLayout, x: float, side: int) -> None:
    tone = colour("accent")
    painter.fillRect(QRectF(x - 0.75, 0, 1.5, layout.height), tone)
    for top in (0, layout.height - 2):
        painter.fillRect(QRectF(min(x, x + side * 6), top, 6, 2), tone)


def _paint_pointer(painter: QPainter, overlay: Overlay, x: float) -> None:
    tone = colour("text_dim")
    left = overlay.layout.label_px + x
    painter.fillRect(QRectF(left, AXIS_PX, 1, overlay.layout.rows_px), tone)
    text = time_label(overlay.scale.time_at(x), overlay.scale, overlay.zone)
    area = label_area(overlay.layout, left, text)
    painter.fillRect(area, colour("raised"))
    painter.setPen(colour("text_dim"))
    painter.setFont(digits_font(11))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def _paint_playhead(painter: QPainter, overlay: Overlay, playhead_ns: int) -> None:
    x = overlay.layout.label_px + overlay.scale.x_of(playhead_ns)
    if not -LABEL_PX <= x - overlay.layout.label_px <= overlay.layout.time_px + LABEL_PX:
        return
    tone = colour("playhead")
    painter.fillRect(QRectF(x - 0.75, 16, 1.5, overlay.layout.height), tone)
    text = time_label(playhead_ns, overlay.scale, overlay.zone)
    area = label_area(overlay.layout, x, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone)
    painter.drawRoundedRect(area, 3, 3)
    corners = [QPointF(x - 5, AXIS_PX - 7), QPointF(x + 5, AXIS_PX - 7), QPointF(x, AXIS_PX - 1)]
    painter.drawPolygon(QPolygonF(corners))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setFont(digits_font(11, bold=True))
    painter.setPen(colour("panel"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def label_area(layout: TimelineLayout, x: float, text: str) -> QRectF:
    """The box of a time label around `x`, kept inside the time part."""
    width = QFontMetrics(digits_font(11, bold=True)).horizontalAdvance(text) + 12.0
    left = min(max(x - width / 2, layout.label_px), max(layout.width - width, layout.label_px))
    return QRectF(left, 16, width, 17)


def _paint_corner(painter: QPainter, overlay: Overlay) -> None:
    layout = overlay.layout
    painter.fillRect(0, 0, layout.label_px - 1, AXIS_PX - 1, colour("panel"))
    if overlay.playhead_ns is None:
        return
    date, zone = corner_text(local_time(overlay.playhead_ns, overlay.zone), overlay.zone_name)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(digits_font(11))
    painter.setPen(colour("text"))
    painter.drawText(QRect(8, 1, layout.label_px - 12, 18), flags, date)
    painter.setFont(text_font(11))
    painter.setPen(colour("text_dim"))
    shown = painter.fontMetrics().elidedText(
        zone or QCoreApplication.translate("Timeline", "time of the case"),
        Qt.TextElideMode.ElideMiddle,
        layout.label_px - 16,
    )
    painter.drawText(QRect(8, 19, layout.label_px - 12, 18), flags, shown)
