"""The lane of events besides footage: marks by kind, and how sure their times are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from casefiles.case_events import CaseEvent, CaseEvents, EventId
from mapview.qt.event_art import paint_symbol
from ui.theme import colour, digits_font, text_font
from ui.views.timeline_layout import TimelineLayout
from ui.views.timeline_scale import TimeScale

_THIN_PX: Final = 12
"""Marks closer than this are one, with their number."""
_REACH_PX: Final = 8
_HALF_PX: Final = 5.0
_LEAST_WORDS_PX: Final = 44


@dataclass(frozen=True, slots=True)
class EventScene:
    """What the lane of events is painted from."""

    layout: TimelineLayout
    scale: TimeScale
    chosen_event: EventId | None


def shown_events(
    events: CaseEvents, scale: TimeScale
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of events whose mark is in the shown range, one a spot; how many each stands for."""
    first = int(np.searchsorted(events.from_ns, scale.from_ns, side="left"))
    after = int(np.searchsorted(events.from_ns, scale.to_ns, side="left"))
    spots = scale.xs_of(events.from_ns[first:after]) // _THIN_PX
    _, at, count = np.unique(spots, return_index=True, return_counts=True)
    return (at + first).astype(np.int64), count.astype(np.int64)


def event_at(events: CaseEvents, scale: TimeScale, x: float) -> CaseEvent | None:
    """The event whose mark is nearest to a pixel, within reach; of several at one spot the one
    that is drawn."""
    places, _ = shown_events(events, scale)
    if not len(places):
        return None
    away = np.abs(scale.xs_of(events.from_ns[places]) - x)
    nearest = int(away.argmin())
    return events.row(int(places[nearest])) if away[nearest] <= _REACH_PX else None


def paint_events(painter: QPainter, scene: EventScene, row: int, events: CaseEvents) -> None:
    """Bars of how long and how uncertain, then marks, then words where there is room."""
    y, height = scene.layout.bar(row)
    middle = y + height / 2
    places, counts = shown_events(events, scene.scale)
    _paint_lengths(painter, scene, events, middle)
    xs = (scene.scale.xs_of(events.from_ns[places]) + scene.layout.label_px).tolist()
    rooms = np.diff([*xs, float(scene.layout.width)]).tolist()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, count, x, room in zip(places.tolist(), counts.tolist(), xs, rooms, strict=True):
        event = events.row(place)
        chosen = event.event_id == scene.chosen_event
        half = _HALF_PX * (1.35 if chosen else 1.0)
        line = QPen(colour("text" if chosen else "lane"), 1.8 if chosen else 1.0)
        at = QPointF(x, middle)
        paint_symbol(painter, event.sort, at, half, fill=colour("event"), line=line)
        left = x + half + 4
        if count > 1:
            painter.setFont(digits_font(11, bold=True))
            painter.setPen(colour("text"))
            told = f"×{count}"
            wide = painter.fontMetrics().horizontalAdvance(told)
            if room > wide + 2 * half + 4:
                painter.drawText(QPointF(left, middle + 4), told)
                left += wide + 6
        if x + room - left > _LEAST_WORDS_PX:
            painter.setFont(text_font(11))
            painter.setPen(colour("text"))
            words = painter.fontMetrics().elidedText(
                event.heading, Qt.TextElideMode.ElideRight, int(x + room - left - 8)
            )
            painter.drawText(QPointF(left, middle + 4), words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_lengths(painter: QPainter, scene: EventScene, events: CaseEvents, middle: float) -> None:
    """A solid bar while it lasted; a thin one with ends as far as it may be off."""
    scale, left = scene.scale, scene.layout.label_px
    begin = events.from_ns - events.uncertainty_ns
    end = events.to_ns + events.uncertainty_ns
    long = np.flatnonzero((end > begin) & (end >= scale.from_ns) & (begin < scale.to_ns))
    edges = np.column_stack([
        scale.xs_of(column[long]).clip(-10, scale.width + 10)
        for column in (begin, events.from_ns, events.to_ns, end)
    ])  # fmt: skip
    # Thinned to pixels: what lies on one pixel is one bar.
    edges = np.unique(np.rint(edges), axis=0)
    tone, faint = colour("event"), colour("event")
    faint.setAlpha(120)
    for start, sure, over, last in edges.tolist():
        if last - start >= 3 and (start < sure or over < last):
            painter.fillRect(QRectF(left + start, middle - 8, last - start, 2), faint)
            for edge in (start, last):
                painter.fillRect(QRectF(left + edge - 0.75, middle - 10, 1.5, 6), faint)
        if over > sure:
            painter.fillRect(QRectF(left + sure, middle + 6, over - sure, 3), tone)
