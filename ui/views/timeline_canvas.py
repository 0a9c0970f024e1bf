"""The picture of the timeline: shows what it is given; gestures are added in `ui.views.timeline`.

Lanes are painted into a picture that is kept; playhead, span and pointer are drawn over it, so that
playing costs a strip of pixels.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from casefiles.case_events import EventId
from casefiles.types import CameraId, SourceId, TrackId
from casefiles.view_types import FrameTimes, Hits, Lane
from ui.models.wall_text import moment, zone_of
from ui.theme import THEME, colour
from ui.views.timeline_columns import PreparedLanes, TimelineColumns
from ui.views.timeline_frames import frame_start, shows_frames
from ui.views.timeline_journey import StopMark
from ui.views.timeline_layout import AXIS_PX, TimelineLayout, lay_out
from ui.views.timeline_marks import CameraClock, Flag, LaneHits, hits_by_lane
from ui.views.timeline_overlay import LABEL_PX, Overlay, corner_px, paint_overlay
from ui.views.timeline_paint import Scene, blank, fill, paint_labels, paint_lanes
from ui.views.timeline_pointer import Surroundings, tip
from ui.views.timeline_scale import Bounds, TimeScale, bounds_of, with_margin
from ui.views.timeline_ticks import clock_changes, ticks
from video.clock import NS_PER_S

_TICK_PX: Final = 92
_FOLLOW_SHARE: Final = 0.1
_JUMP_NS: Final = 5 * NS_PER_S
"""A playhead that moves further at once was sent somewhere, and the range goes along."""


class TimelineCanvas(QWidget):
    """Lanes over wall time; all times in and out are wall nanoseconds."""

    range_changed = Signal(object, object)
    """Another range is shown: from, to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.following = True
        """Whether a playhead that leaves the shown range takes the range along."""
        self.span: tuple[int | None, int | None] = (None, None)
        self._lanes: tuple[Lane, ...] = ()
        self._hits: tuple[LaneHits, ...] = ()
        self._all_hits: Hits | None = None
        self._frames: dict[SourceId, FrameTimes] = {}
        self._flags: tuple[Flag, ...] = ()
        self._stops: tuple[StopMark, ...] = ()
        self._clocks: tuple[CameraClock, ...] = ()
        self._camera_order: Mapping[CameraId, int] = {}
        self._playhead_ns: int | None = None
        self._zone_name = "UTC"
        self._bounds: Bounds = with_margin(0, 1)
        self._scale = TimeScale(self._bounds.from_ns, self._bounds.to_ns, 1)
        self._fitted = True
        self._columns = TimelineColumns()
        self._layout = lay_out(1, 1, rows=0, notes=False, label_px=1, scroll_px=0)
        self._chosen_row: int | None = None
        self._chosen_track: TrackId | None = None
        self._chosen_event: EventId | None = None
        self.pointer_x: float | None = None
        self._picture: QPixmap | None = None
        self._labels: QPixmap | None = None
        self._stale = {"lanes", "labels"}
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setObjectName("timeline-scroll")
        self._bar.setAccessibleName(self.tr("Scroll the lanes"))
        self._bar.valueChanged.connect(self._place)
        self._telling = QTimer(self, interval=500, singleShot=True)
        self._telling.timeout.connect(self._tell)
        THEME.changed.connect(self._repaint)
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes as they were given."""
        return self._lanes

    @property
    def shown_range(self) -> tuple[int, int]:
        """From and to of what is shown."""
        return self._scale.from_ns, self._scale.to_ns

    @property
    def playhead_ns(self) -> int | None:
        """Where the playhead is; None before there is one."""
        return self._playhead_ns

    @property
    def chosen_row(self) -> int | None:
        """The row of the selected lane."""
        return self._chosen_row

    @property
    def drawn_layout(self) -> TimelineLayout:
        """Where rows, labels and axis are."""
        return self._layout

    @property
    def scale(self) -> TimeScale:
        """Pixels of the time part, which begins right of the labels, and the range they show."""
        return self._scale

    def sizeHint(self) -> QSize:
        return QSize(900, AXIS_PX + 40 * max(min(len(self._lanes), 6), 3))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, AXIS_PX + 2 * 28)

    def set_lanes(self, lanes: Sequence[Lane] | PreparedLanes) -> None:
        """Other lanes or newer facts; the shown range stays unless everything was shown.

        Prepare lanes off this thread where there may be many events.
        """
        prepared = lanes if isinstance(lanes, PreparedLanes) else PreparedLanes(lanes)
        self._lanes = prepared.lanes
        self._columns.set_lanes(prepared)
        self._chosen_row = None
        self._place_hits()
        whole = self._fitted
        self._bounds = bounds_of(self._lanes) or with_margin(0, 1)
        self._place()
        if whole:
            self.fit()

    def set_camera_order(self, order: Mapping[CameraId, int]) -> None:
        """Place of each camera in the case's list: gives hue and shape."""
        if dict(order) != self._camera_order:
            self._camera_order = dict(order)
            self._repaint()

    def set_clocks(self, clocks: Sequence[CameraClock]) -> None:
        """How far the recorders' clocks were off, for what tips tell."""
        self._clocks = tuple(clocks)

    def set_hits(self, hits: Hits | None) -> None:
        """Marks of what answers the query."""
        if hits is self._all_hits:
            return
        self._all_hits = hits
        self._place_hits()
        self._repaint()

    def set_frames(self, frames: Sequence[FrameTimes]) -> None:
        """When frames of some recordings begin; drawn where they can be told apart."""
        self._frames = {one.source_id: one for one in frames}
        self._repaint()

    def snapped(self, wall_ns: int) -> int:
        """Where the frame on show begins, of the selected lane or the topmost that shows one; the
        moment itself where frames are not told apart."""
        if not shows_frames(self._scale):
            return wall_ns
        rows = [self._chosen_row] if self._chosen_row is not None else []
        rows += self._layout.shown_rows
        sources = (one for row in rows for one in self._lanes[row].sources)
        start = frame_start(self._frames, sources, wall_ns)
        return wall_ns if start is None else start

    def set_bookmarks(self, flags: Sequence[Flag]) -> None:
        """Flags on lanes, or across all of them."""
        if tuple(flags) != self._flags:
            self._flags = tuple(flags)
            self._repaint()

    def set_stops(self, stops: Sequence[StopMark]) -> None:
        """Stops of a journey on their lanes."""
        if tuple(stops) != self._stops:
            self._stops = tuple(stops)
            self._repaint()

    def set_zone(self, zone_name: str) -> None:
        """The zone to name times in: an IANA name or an offset."""
        if zone_name != self._zone_name:
            self._zone_name = zone_name
            self._repaint()
            self._tell_soon()

    def set_selection(
        self,
        source_id: SourceId | None,
        camera_id: CameraId | None,
        track_id: TrackId | None = None,
        event_id: EventId | None = None,
    ) -> None:
        """Shows which lane, which hit and which event are selected."""
        found = (
            row
            for row, lane in enumerate(self._lanes)
            if source_id in lane.sources or (camera_id is not None and lane.camera_id == camera_id)
        )
        chosen = (next(found, None), track_id, event_id)
        if chosen != (self._chosen_row, self._chosen_track, self._chosen_event):
            self._chosen_row, self._chosen_track, self._chosen_event = chosen
            self._repaint()

    def set_playhead(self, wall_ns: int | None) -> None:
        """Moves the playhead; the range follows page by page when it would leave it."""
        before, self._playhead_ns = self._playhead_ns, wall_ns
        if wall_ns is not None and self.following:
            self._follow(wall_ns, before)
        for moment_ns in (before, wall_ns):
            if moment_ns is not None:
                self.update_strip(self._scale.x_of(moment_ns))
        self.update(0, 0, self._layout.label_px, AXIS_PX)
        self._tell_soon()

    def set_span(self, from_ns: int | None, to_ns: int | None) -> None:
        """Marks a span; one end may be open, both None clear it."""
        self.span = (from_ns, to_ns)
        self.update()

    def fit(self) -> None:
        """Shows everything."""
        self.show_scale(TimeScale(self._bounds.from_ns, self._bounds.to_ns, self._layout.time_px))
        self._fitted = True

    def zoom(self, factor: float) -> None:
        """Shows less (`factor` > 1) or more, around the playhead where it is seen."""
        here = self._playhead_ns
        seen = here is not None and self._scale.shows(here)
        x = self._scale.x_of(here) if seen and here is not None else self._scale.width / 2
        self.show_scale(self._scale.zoomed(factor, x))

    def zoom_to(self, from_ns: int, to_ns: int) -> None:
        """Shows a range with a margin."""
        wanted = with_margin(from_ns, to_ns)
        self.show_scale(TimeScale(wanted.from_ns, wanted.to_ns, self._layout.time_px))

    def show_span(self, from_ns: int, to_ns: int) -> None:
        """Shows a span however short, with a twentieth of it on both sides."""
        air = max((to_ns - from_ns) // 20, 1)
        self.show_range(from_ns - air, to_ns + air)

    def show_range(self, from_ns: int, to_ns: int) -> None:
        """Shows exactly this range, as far as the bounds allow."""
        self.show_scale(TimeScale(from_ns, max(to_ns, from_ns + 1), self._layout.time_px))

    def show_scale(self, scale: TimeScale) -> None:
        """Shows the nearest range within what there is."""
        before = self._scale
        self._scale = scale.resized(self._layout.time_px).within(self._bounds)
        whole = (self._bounds.from_ns, self._bounds.to_ns)
        self._fitted = self.shown_range == whole
        if self._scale != before:
            self._stale.add("lanes")
            self.update()
            self._tell_soon()
            self.range_changed.emit(self._scale.from_ns, self._scale.to_ns)

    def _follow(self, now_ns: int, before_ns: int | None) -> None:
        if self._scale.shows(now_ns) or not self._bounds.from_ns <= now_ns <= self._bounds.to_ns:
            return
        sent = before_ns is None or abs(now_ns - before_ns) > _JUMP_NS
        if not sent and not self._scale.shows(before_ns or 0):
            # Somebody looks elsewhere while it plays.
            return
        forward = before_ns is None or now_ns >= before_ns
        lead = int(self._scale.length_ns * (_FOLLOW_SHARE if forward else 1 - _FOLLOW_SHARE))
        self.show_scale(self._scale.starting(now_ns - lead))

    def scroll_rows(self, rows: float) -> None:
        """Scrolls the lanes; positive shows lower ones."""
        self._bar.setValue(self._bar.value() + round(rows * self._layout.row_px))

    def choose_row(self, row: int) -> None:
        """Marks a lane as selected, and scrolls to it."""
        self._chosen_row = row
        top, layout = row * self._layout.row_px, self._layout
        lowest = top + layout.row_px - layout.rows_px
        self._bar.setValue(max(min(self._bar.value(), top), lowest))
        self._repaint()

    def _place_hits(self) -> None:
        hits = self._all_hits.hits if self._all_hits is not None else ()
        self._hits = hits_by_lane(self._lanes, hits)

    def _place(self) -> None:
        """Lays out anew after size, lanes or scrolling changed."""
        width = self.width()
        label_px = min(max(width // 6, corner_px()), max(208, corner_px()))
        notes = any(not lane.time_known for lane in self._lanes)

        def placed(width: int) -> TimelineLayout:
            return lay_out(
                width, self.height(), rows=len(self._lanes), notes=notes,
                label_px=label_px, scroll_px=self._bar.value(),
            )  # fmt: skip

        layout = placed(width)
        if layout.most_scroll:
            layout = placed(width - self._bar.sizeHint().width())
        self._bar.setVisible(layout.most_scroll > 0)
        self._bar.setGeometry(layout.width, 0, self._bar.sizeHint().width(), self.height())
        self._bar.setPageStep(max(layout.rows_px, 1))
        self._bar.setSingleStep(layout.row_px)
        self._bar.setRange(0, layout.most_scroll)
        self._layout = layout
        self.show_scale(self._scale)
        self._repaint()

    def _repaint(self) -> None:
        self._stale = {"lanes", "labels"}
        self.update()
        self._tell_soon()

    def update_strip(self, x: float) -> None:
        """Draws anew what stands over the lanes around a pixel of the time part."""
        if not -LABEL_PX <= x <= self._layout.time_px + LABEL_PX:
            return
        left = round(self._layout.label_px + x)
        self.update(QRect(left - 7, 0, 14, self.height()))
        # Near an end of the axis the label stands beside its line.
        self.update(QRect(left - LABEL_PX, 0, 2 * LABEL_PX, AXIS_PX))

    def _tell_soon(self) -> None:
        if not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        start, end = (moment(ns, self._zone_name) for ns in self.shown_range)
        told = self.tr("Shows {start} to {end}.").format(start=start, end=end)
        if self._playhead_ns is not None:
            at = moment(self._playhead_ns, self._zone_name)
            told += " " + self.tr("Playhead at {at}.").format(at=at)
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._stale = {"lanes", "labels"}
        if self._stale:
            self._paint_pictures(ratio)
        painter = QPainter(self)
        for picture in (self._picture, self._labels):
            if picture is not None:
                painter.drawPixmap(0, 0, picture)
        # Under the scroll bar, which does not paint all of itself.
        painter.fillRect(self._layout.width, 0, self.width(), self.height(), colour("panel"))
        zone = zone_of(self._zone_name)
        paint_overlay(painter, Overlay(
            self._layout, self._scale, zone, self._zone_name, self._playhead_ns, self.span,
            self.pointer_x, self.hasFocus(),
        ))  # fmt: skip
        painter.end()

    def _paint_pictures(self, ratio: float) -> None:
        layout = self._layout
        self._cut_columns(ratio)
        scene = Scene(
            self._lanes, layout, self._scale, ratio, self._columns, self._hits, self._flags,
            tuple(ticks(self._scale, zone_of(self._zone_name), _TICK_PX)), self._camera_order,
            self._chosen_row, self._chosen_track, self._chosen_event, self._frames,
            tuple(clock_changes(self._scale, zone_of(self._zone_name))), self._stops,
        )  # fmt: skip
        self._picture = blank(self._picture, layout.width, layout.height, ratio)
        fill(self._picture, scene, paint_lanes)
        if "labels" in self._stale or self._labels is None:
            self._labels = blank(self._labels, layout.label_px, layout.height, ratio)
            fill(self._labels, scene, paint_labels)
        self._stale.clear()

    def _cut_columns(self, ratio: float) -> None:
        self._columns.set_scale(self._scale, max(round(self._layout.time_px * ratio), 1))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place()

    def tip_at(self, at: QPointF) -> str:
        """What a tip says of a pixel of the widget; empty where there is nothing."""
        self._cut_columns(self.devicePixelRatioF())
        return tip(
            self.surroundings(), at, columns=self._columns, zone=zone_of(self._zone_name),
            clocks=self._clocks, zone_name=self._zone_name,
        )  # fmt: skip

    def surroundings(self) -> Surroundings:
        """What the pointer may be over."""
        return Surroundings(
            self._lanes, self._layout, self._scale, self._hits, self._flags,
            self._playhead_ns, self.span,
        )  # fmt: skip
