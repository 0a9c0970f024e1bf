"""The timeline panel: lanes of the open case, its hits, bookmarks and playhead; the marked span."""

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from casefiles.case import Case
from casefiles.case_events import CaseEvent
from casefiles.types import BookmarkId
from casefiles.usecases.read_frame_times import read_frame_times
from casefiles.usecases.read_timeline import read_timeline
from casefiles.view_types import Bookmark, CaseView, FrameTimes, Hit, Lane
from ui.icons import icon
from ui.models.wall_text import doubt_words
from ui.panels.timeline_hover import TimelineHover
from ui.session import Selection, Session
from ui.theme import THEME, digits_font, set_property
from ui.views.camera_colours import camera_index
from ui.views.timeline import Timeline
from ui.views.timeline_columns import PreparedLanes
from ui.views.timeline_frames import shows_frames
from ui.views.timeline_legend import TimelineLegend
from ui.views.timeline_marks import CameraClock, Flag, best_wall_ns
from ui.views.timeline_overlay import length_text
from video.types import TimeNs

_TABLES: Final = frozenset({
    "sources", "cameras", "runs", "tracks", "track_points", "detections", "event_imports",
})  # fmt: skip
_READ_EVERY_MS: Final = 1000
_ZOOM: Final = 1.5


class TimelinePanel(QWidget):
    """Reads lanes off this thread, and passes gestures on to the session."""

    span_changed = Signal(object)
    """The marked span: (from, to) in wall nanoseconds, or None while it is not whole."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reading = False
        self._wanted = False
        self._pause = QTimer(self, interval=_READ_EVERY_MS, singleShot=True)
        self._pause.timeout.connect(self._read_if_wanted)
        self.setObjectName("timeline-panel")
        self.setAccessibleName(self.tr("Timeline"))
        self.timeline = Timeline()
        self.empty = QLabel()
        self.empty.setObjectName("timeline-empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        set_property(self.empty, "dim", True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.timeline)
        self.span_text = QLabel()
        self.span_text.setObjectName("timeline-span")
        self.span_text.setAccessibleName(self.tr("Marked span"))
        self.span_text.setFont(digits_font(11))
        set_property(self.span_text, "dim", True)
        self._foot = self._make_foot()
        self._hover = TimelineHover(session, self.timeline)
        self._frames_over = (0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot)
        self.setFocusProxy(self.timeline)
        self._connect(session)
        self._show_case()

    @property
    def span(self) -> tuple[int, int] | None:
        """The marked span in wall nanoseconds; None where it is not marked at both ends."""
        start, end = self.timeline.span
        return None if start is None or end is None else (start, end)

    def set_in(self) -> None:
        """The span begins at the playhead."""
        start, (_, end) = self._session.playhead_ns, self.timeline.span
        self._mark(start, end if end is not None and end > start else None)

    def set_out(self) -> None:
        """The span ends at the playhead."""
        (start, _), end = self.timeline.span, self._session.playhead_ns
        self._mark(start if start is not None and start < end else None, end)

    def set_span(self, from_ns: int, to_ns: int) -> None:
        """Marks a span."""
        self._mark(from_ns, to_ns)

    def clear_span(self) -> None:
        """No span is marked."""
        self._mark(None, None)

    def set_following(self, following: bool) -> None:
        """Whether the shown range goes along with the playhead."""
        self.timeline.following = following

    def _mark(self, from_ns: int | None, to_ns: int | None) -> None:
        self.timeline.set_span(from_ns, to_ns)
        span = self.span
        text = "" if span is None else length_text(span[1] - span[0])
        self.span_text.setText(self.tr("span {length}").format(length=text) if text else "")
        self.span_changed.emit(span)

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(4)
        row.addWidget(TimelineLegend(), 1)
        row.addWidget(self.span_text)
        self._buttons: dict[str, QToolButton] = {}
        for name, text in (
            ("zoom-out", self.tr("Show more time (−)")),
            ("zoom-in", self.tr("Show less time (+)")),
            ("fit", self.tr("Show everything (F)")),
        ):
            button = QToolButton()
            button.setObjectName(f"timeline-{name}")
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.setIconSize(QSize(16, 16))
            button.setMinimumSize(28, 28)
            button.setAutoRaise(True)
            row.addWidget(button)
            self._buttons[name] = button
        self._buttons["zoom-out"].clicked.connect(self.zoom_out)
        self._buttons["zoom-in"].clicked.connect(self.zoom_in)
        self._buttons["fit"].clicked.connect(self.timeline.fit)
        self._draw_icons()
        return foot

    def _connect(self, session: Session) -> None:
        THEME.changed.connect(self._draw_icons)
        session.case_changed.connect(self._show_case)
        session.view_changed.connect(self._show_view)
        session.data_changed.connect(self._note_data)
        session.hits_changed.connect(self._show_hits)
        session.playhead_changed.connect(self.timeline.set_playhead)
        self.timeline.range_changed.connect(self._need_frames)
        self.timeline.event_clicked.connect(self._choose_event)
        session.selection_changed.connect(self._show_selection)
        self.timeline.seek_wanted.connect(session.go_to)
        self.timeline.scrub.connect(session.go_to)
        self.timeline.span_selected.connect(self.set_span)
        self.timeline.span_cleared.connect(self.clear_span)
        self.timeline.lane_clicked.connect(self._choose_lane)
        self.timeline.hit_clicked.connect(self._choose_hit)
        self.timeline.bookmark_clicked.connect(self._choose_bookmark)

    def _draw_icons(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name))

    def _show_case(self) -> None:
        # A question about the case before is never answered: nothing is being read now.
        self._reading = self._wanted = False
        self.timeline.set_playhead(self._session.playhead_ns or None)
        self._hover.forget()
        self._forget_frames()
        self._show_lanes(PreparedLanes(()))
        self.timeline.fit()
        self.clear_span()
        self._show_view()
        self._show_hits()
        self._read()

    def _note_data(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._read()

    def _read(self) -> None:
        if self._reading or self._pause.isActive():
            self._wanted = True
            return
        if self._session.case is None:
            return
        self._reading, self._wanted = True, False
        self._session.ask(_prepared, self._take, key="timeline", failed=self._not_read)

    def _read_if_wanted(self) -> None:
        if self._wanted:
            self._read()

    def _take(self, lanes: PreparedLanes) -> None:
        self._reading = False
        # A clock may have been set meanwhile.
        self._forget_frames()
        # While footage is being analysed there is always something new: not at every chunk.
        self._pause.start()
        self._show_lanes(lanes)
        self._need_frames()

    def _forget_frames(self) -> None:
        self._frames_over = (0, 0)
        self.timeline.set_frames(())

    def _need_frames(self) -> None:
        """Reads when frames begin, once they can be told apart; with air on both sides."""
        start, end = self.timeline.shown_range
        have = self._frames_over
        if not shows_frames(self.timeline.scale) or (have[0] <= start and end <= have[1]):
            return
        length = end - start
        over = self._frames_over = (start - length, end + length)
        sources = [one for lane in self.timeline.lanes for one in lane.sources]
        self._session.ask(
            lambda case: read_frame_times(case, sources, *over), self._take_frames,
            key="timeline-frames",
        )  # fmt: skip

    def _take_frames(self, frames: tuple[FrameTimes, ...]) -> None:
        # The window may have been closed while they were read.
        if isValid(self.timeline):
            self.timeline.set_frames(frames)

    def show_span(self) -> None:
        """Zooms to the marked span."""
        if self.span is not None:
            self.timeline.show_span(*self.span)

    def show_all(self) -> None:
        """Shows all footage and events."""
        self.timeline.fit()

    def show_frame(self) -> None:
        """Zooms to the frame on show at the playhead, of the selected camera or the first that
        has one."""
        at = self._session.playhead_ns
        row = self.timeline.chosen_row
        lanes = list(self.timeline.lanes)
        if row is not None:
            lanes.insert(0, lanes[row])
        order = [one for lane in lanes for one in lane.sources]

        def show(frames: tuple[FrameTimes, ...]) -> None:
            known = {one.source_id: one for one in frames}
            for source in order:
                one = known.get(source)
                place = None if one is None else one.shown_at(at)
                if one is not None and place is not None:
                    edges = [*one.walls[place : place + 2].tolist(), one.end_ns]
                    self.timeline.show_span(edges[0], edges[1])
                    return
            self._session.notice.emit(self.tr("No frame is on show at the playhead."))

        self._session.ask(
            lambda case: read_frame_times(case, order, at, at), show, key="timeline-frame"
        )

    def zoom_in(self) -> None:
        """One step nearer."""
        self.timeline.zoom(_ZOOM)

    def zoom_out(self) -> None:
        """One step farther."""
        self.timeline.zoom(1 / _ZOOM)

    def _not_read(self, error: BaseException) -> None:
        self._reading = False
        self._session.failed.emit(error)

    def _show_lanes(self, lanes: PreparedLanes) -> None:
        self.timeline.set_lanes(lanes)
        self._show_selection()
        self._stack.setCurrentWidget(self.timeline if lanes.lanes else self.empty)
        self._foot.setVisible(bool(lanes.lanes))
        self.empty.setText(
            self.tr("No footage yet: drop recordings here.")
            if self._session.case is not None
            else self.tr("No case is open. Open one, and its cameras stand here over time.")
        )

    def _show_view(self) -> None:
        view = self._session.view
        if view is None:
            self.timeline.set_bookmarks(())
            return
        self.timeline.set_zone(view.zone_name)
        self.timeline.set_camera_order(camera_index(view.cameras))
        self.timeline.set_clocks(_clocks(view))
        self.timeline.set_bookmarks(_flags(view))

    def _show_hits(self) -> None:
        self.timeline.set_hits(self._session.hits)

    def _show_selection(self) -> None:
        chosen = self._session.selection
        self.timeline.set_selection(
            chosen.source_id, chosen.camera_id, chosen.track_id, chosen.event_id
        )

    def _choose_lane(self, lane: Lane) -> None:
        source_id = lane.sources[0] if len(lane.sources) == 1 else None
        self._session.select(Selection(source_id=source_id, camera_id=lane.camera_id))

    def _choose_hit(self, hit: Hit) -> None:
        track = hit.track
        self._session.select(
            Selection(source_id=track.source_id, camera_id=hit.camera_id, track_id=track.track_id)
        )
        wall_ns = best_wall_ns(hit)
        if wall_ns is not None:
            self._session.go_to(wall_ns)

    def _choose_event(self, event: CaseEvent) -> None:
        self._session.select(Selection(event_id=event.event_id))
        self._session.go_to(event.from_ns)

    def _choose_bookmark(self, bookmark_id: BookmarkId) -> None:
        view = self._session.view
        if view is None:
            return
        found = next((one for one in view.bookmarks if one.bookmark_id == bookmark_id), None)
        if found is None:
            return
        self._session.select(
            Selection(source_id=found.source_id, track_id=found.track_id, bookmark_id=bookmark_id)
        )
        wall_ns = _bookmark_wall_ns(view, found)
        if wall_ns is not None:
            self._session.go_to(wall_ns)


def _prepared(case: Case) -> PreparedLanes:
    return PreparedLanes(read_timeline(case))


def _clocks(view: CaseView) -> tuple[CameraClock, ...]:
    clocks = []
    for source in view.sources:
        clock = source.clock
        if clock is not None and (clock.offset_ns or clock.drift_ppb):
            start = clock.to_wall_ns(TimeNs(0))
            end = clock.to_wall_ns(TimeNs(source.duration_ns))
            doubt = doubt_words(source)
            clocks.append(CameraClock(source.source_id, start, end, clock, doubt))
    return tuple(clocks)


def _flags(view: CaseView) -> tuple[Flag, ...]:
    flags = []
    for bookmark in view.bookmarks:
        wall_ns = _bookmark_wall_ns(view, bookmark)
        if wall_ns is not None:
            flags.append(Flag(bookmark.bookmark_id, wall_ns, bookmark.note, bookmark.source_id))
    return tuple(flags)


def _bookmark_wall_ns(view: CaseView, bookmark: Bookmark) -> int | None:
    source = None if bookmark.source_id is None else view.source(bookmark.source_id)
    if source is None or bookmark.time_ns is None:
        return bookmark.wall_ns
    # By the source's clock as it is now, not as it was when the bookmark was set.
    return view.clock_of(source).to_wall_ns(bookmark.time_ns)
