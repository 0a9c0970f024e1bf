"""What is under the pointer on the timeline, what a drag does, and what a tip says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication, QPointF

from casefiles.case_events import CaseEvent
from casefiles.view_types import Hit, Lane
from ui.models.event_words import event_words
from ui.models.wall_text import zone_label
from ui.views.timeline_columns import TimelineColumns
from ui.views.timeline_density import KINDS
from ui.views.timeline_events import event_at
from ui.views.timeline_layout import AXIS_PX, TimelineLayout, near
from ui.views.timeline_marks import CameraClock, Flag, LaneHits, camera_clock, flag_at
from ui.views.timeline_overlay import length_text
from ui.views.timeline_scale import TimeScale
from ui.views.timeline_ticks import local_time

Part: TypeAlias = Literal[
    "label", "axis", "playhead", "hit", "flag", "event", "span", "lane", "nothing"
]
DragKind: TypeAlias = Literal["waiting", "span", "pan", "scrub"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a press here means."""

    part: Part
    row: int | None = None
    hit: Hit | None = None
    flag: Flag | None = None
    event: CaseEvent | None = None
    anchor_ns: int = 0
    """For the edge of a span: the other edge, which stays."""


@dataclass(slots=True)
class Drag:
    """A button is down; `waiting` has not moved far enough to be a drag."""

    kind: DragKind
    target: Target
    at: QPointF
    scale: TimeScale
    """As it was when the button went down."""
    anchor_ns: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the pointer may be over."""

    lanes: tuple[Lane, ...]
    layout: TimelineLayout
    scale: TimeScale
    hits: Sequence[LaneHits]
    flags: Sequence[Flag]
    playhead_ns: int | None
    span: tuple[int | None, int | None]

    def target(self, at: QPointF) -> Target:
        """The topmost thing at a pixel of the widget."""
        x, row = at.x() - self.layout.label_px, self.layout.row_at(at.y())
        if x < 0:
            return Target("label", row)
        if at.y() < AXIS_PX:
            flag = flag_at(self._case_flags(), self.scale, x, None) if at.y() > 26 else None
            return Target("axis") if flag is None else Target("flag", flag=flag)
        marked = self._mark(x, at.y(), row)
        if marked is not None:
            return marked
        edge = self._span_edge(x)
        if edge is not None:
            return Target("span", row, anchor_ns=edge)
        if self.playhead_ns is not None and near(x, self.scale.x_of(self.playhead_ns)):
            return Target("playhead", row)
        return Target("nothing" if row is None else "lane", row)

    def _case_flags(self) -> list[Flag]:
        known = {source for lane in self.lanes for source in lane.sources}
        return [flag for flag in self.flags if flag.source_id not in known]

    def _mark(self, x: float, y: float, row: int | None) -> Target | None:
        events = None if row is None else self.lanes[row].events
        if events is not None:
            event = event_at(events, self.scale, x)
            return None if event is None else Target("event", row, event=event)
        if row is None or not self.layout.on_marks(row, y):
            return None
        hit = self.hits[row].at(self.scale, x) if row < len(self.hits) else None
        if hit is not None:
            return Target("hit", row, hit=hit)
        flag = flag_at(self.flags, self.scale, x, self.lanes[row].sources)
        return None if flag is None else Target("flag", row, flag=flag)

    def _span_edge(self, x: float) -> int | None:
        start, end = self.span
        if start is None or end is None:
            return None
        if near(x, self.scale.x_of(start)):
            return end
        return start if near(x, self.scale.x_of(end)) else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


def tip(
    around: Surroundings,
    at: QPointF,
    *,
    columns: TimelineColumns,
    zone: tzinfo,
    clocks: Sequence[CameraClock],
    zone_name: str = "UTC",
) -> str:
    """Lane, time (true and of the camera), and what lies under the pointer; empty off the lanes."""
    target = around.target(at)
    if target.flag is not None:
        return target.flag.note
    if target.event is not None:
        return event_words(target.event, zone_name)
    if target.row is None:
        return ""
    lane = around.lanes[target.row]
    lines = [lane.title]
    if not lane.time_known:
        lines.append(_tr("When it was recorded is not known; its place here is assumed."))
    if target.part == "label":
        return "\n".join(lines)
    x = at.x() - around.layout.label_px
    wall_ns = around.scale.time_at(x)
    lines += _times(wall_ns, camera_clock(clocks, lane, wall_ns), zone)
    if target.hit is not None:
        lines += target.hit.why
    if lane.events is not None:
        return "\n".join(lines)
    lines += _gap(lane, wall_ns)
    lines += _activity(columns, target.row, x / around.layout.time_px)
    return "\n".join(lines)


def _times(wall_ns: int, clock: CameraClock | None, zone: tzinfo) -> list[str]:
    def told(moment_ns: int) -> str:
        there = local_time(moment_ns, zone)
        return f"{there:%Y-%m-%d %H:%M:%S}.{there.microsecond // 1000:03d} {zone_label(there)}"

    if clock is None:
        return [told(wall_ns)]
    true = _tr("true {time}").format(time=told(wall_ns))
    return [
        f"{true} ({clock.doubt})" if clock.doubt else true,
        _tr("camera {time}").format(time=told(clock.clock.to_recorder_ns(wall_ns))),
    ]


def _gap(lane: Lane, wall_ns: int) -> list[str]:
    inside = (lane.gaps[:, 0] <= wall_ns) & (wall_ns < lane.gaps[:, 1])
    if inside.any():
        start, end = lane.gaps[inside][0].tolist()
        return [_tr("{length} of footage missing").format(length=length_text(end - start))]
    if not ((lane.spans[:, 0] <= wall_ns) & (wall_ns < lane.spans[:, 1])).any():
        return [_tr("no footage")]
    return []


def _activity(columns: TimelineColumns, row: int, share: float) -> list[str]:
    counts = columns.lane(row).counts
    column = min(max(int(share * counts.shape[1]), 0), counts.shape[1] - 1)
    name: Callable[[str], str] = _tr
    seen = [
        f"{count} {name(kind)}"
        for kind, count in zip(KINDS, counts[:, column].tolist(), strict=True)
        if count
    ]
    return [_tr("seen here: {what}").format(what=", ".join(seen))] if seen else []
