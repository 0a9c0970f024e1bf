"""Single frames on the timeline: each frame's own time as a tick with its number."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from casefiles.types import SourceId
from casefiles.view_types import FrameTimes
from ui.theme import colour, digits_font
from ui.views.timeline_layout import TimelineLayout
from ui.views.timeline_scale import TimeScale

FRAMES_NS_PER_PX: Final = 10_000_000
"""Zoomed in further than this, frames of usual cameras are apart: their times are read."""
_LEAST_PX: Final = 3.0
"""Frames closer than this would be a solid bar."""
_NUMBER_AIR_PX: Final = 8


def shows_frames(scale: TimeScale) -> bool:
    """Whether single frames can be told apart at this scale."""
    return scale.ns_per_px <= FRAMES_NS_PER_PX


def frame_start(
    frames: Mapping[SourceId, FrameTimes], sources: Iterable[SourceId], wall_ns: int
) -> int | None:
    """When the frame on show at a moment begins, of the first of the sources that shows one."""
    for source in sources:
        known = frames.get(source)
        place = None if known is None else known.shown_at(wall_ns)
        if known is not None and place is not None:
            return int(known.walls[place])
    return None


def paint_frames(
    painter: QPainter, layout: TimelineLayout, scale: TimeScale, row: int, known: FrameTimes
) -> None:
    """Ticks where frames of a row begin, those of keyframes across the bar; every other frame is
    shaded, so that an uneven rate is seen; numbers where there is room."""
    y, height = layout.bar(row)
    bar, left = QRectF(0, y, 0, height), layout.label_px
    edges = np.append(known.walls, known.end_ns)
    first = max(int(np.searchsorted(edges, scale.from_ns, side="right")) - 1, 0)
    after = min(int(np.searchsorted(edges, scale.to_ns, side="left")), len(known.walls))
    if after <= first:
        return
    xs = scale.xs_of(edges[first : after + 1])
    if len(xs) > 2 and float(np.median(np.diff(xs))) < _LEAST_PX:
        return
    keys = known.keyframes[first:after].tolist()
    shade, tick, key_tone = colour("text"), colour("text_dim"), colour("text")
    shade.setAlpha(22)
    painter.setFont(digits_font(11))
    metrics = painter.fontMetrics()
    places = xs.tolist()
    for offset, (x, end, key) in enumerate(zip(places[:-1], places[1:], keys, strict=True)):
        number = known.first + first + offset
        seen, over = max(x, 0.0), min(end, float(scale.width))
        if number % 2:
            painter.fillRect(QRectF(left + seen, bar.top(), over - seen, bar.height()), shade)
        if x >= 0:
            long = bar.height() if key else bar.height() * 0.55
            tone = key_tone if key else tick
            painter.fillRect(QRectF(left + x, bar.bottom() - long, 2.0 if key else 1.0, long), tone)
        told = str(number)
        if over - seen >= metrics.horizontalAdvance(told) + _NUMBER_AIR_PX:
            painter.setPen(key_tone if key else tick)
            painter.drawText(QPointF(left + seen + 4, bar.bottom() - 3), told)
