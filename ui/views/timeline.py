"""The timeline: a lane for each camera, one playhead; shows what it is given, reports gestures.

Wheel zooms at the pointer, with Ctrl in larger steps (Shift or sideways: pans; over the labels:
scrolls the lanes); zoomed in to single frames, scrubbing goes from frame to frame;
drag selects a span, Alt or middle drag pans, click goes there, drag on axis or playhead scrubs,
double click shows a lane whole.
"""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ui.views.timeline_canvas import TimelineCanvas
from ui.views.timeline_pointer import Drag, DragKind, Target

_DRAG_PX: Final = 4
_ZOOM_STEP: Final = 1.5
_PAN_SHARE: Final = 0.8
_NOTCH: Final = 120
"""Eighths of a degree in one notch of a wheel (Qt)."""
_NOTCH_PX: Final = 80
_NOTCH_ZOOM: Final = 1.25
_FAST_ZOOM: Final = 2.0
_KEYS: Final = {
    Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_F, Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape,
}  # fmt: skip
_CURSORS: Final = {
    "axis": Qt.CursorShape.SizeHorCursor,
    "playhead": Qt.CursorShape.SizeHorCursor,
    "span": Qt.CursorShape.SplitHCursor,
    "hit": Qt.CursorShape.PointingHandCursor,
    "flag": Qt.CursorShape.PointingHandCursor,
    "event": Qt.CursorShape.PointingHandCursor,
}


class Timeline(TimelineCanvas):
    """Lanes over wall time; all times in and out are wall nanoseconds."""

    seek_wanted = Signal(object)
    """A click, or the end of a scrub: show this moment."""
    scrub = Signal(object)
    """The playhead is being dragged over this moment."""
    span_selected = Signal(object, object)
    """A span was dragged: from, to."""
    span_cleared = Signal()
    """Escape: the span shall go."""
    lane_clicked = Signal(object)
    """A `Lane` was chosen by pointer or key."""
    hit_clicked = Signal(object)
    """The `Hit` whose mark was clicked."""
    bookmark_clicked = Signal(object)
    """The id of the bookmark whose flag was clicked."""
    rested = Signal(object, object, object, object)
    """The pointer rests over a lane: `Lane`, wall time, the tip's text, global `QPoint`."""
    event_clicked = Signal(object)
    """The `CaseEvent` whose mark was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: Drag | None = None
        self.is_resting = False
        """Whether the pointer is still where `rested` was told of last."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, keys = event.angleDelta(), event.modifiers()
        x = event.position().x() - self.drawn_layout.label_px
        if keys & Qt.KeyboardModifier.ShiftModifier or abs(turned.x()) > abs(turned.y()):
            # Some systems turn Shift and wheel into sideways themselves.
            notches = (turned.x() or turned.y()) / _NOTCH
            self.show_scale(self.scale.panned(-notches * _NOTCH_PX))
        elif x < 0:
            self.scroll_rows(-turned.y() / _NOTCH)
        else:
            step = _FAST_ZOOM if keys & Qt.KeyboardModifier.ControlModifier else _NOTCH_ZOOM
            self.show_scale(self.scale.zoomed(step ** (turned.y() / _NOTCH), x))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        target = self.surroundings().target(at)
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        here = self._time(at)
        if event.button() == Qt.MouseButton.MiddleButton or (
            alt and event.button() == Qt.MouseButton.LeftButton
        ):
            self._drag = Drag("pan", target, at, self.scale, here)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = Drag("waiting", target, at, self.scale, here)
            if target.part == "axis":
                self._drag.kind = "scrub"
                self._scrub(here)
            elif target.part == "span":
                self._drag.anchor_ns = target.anchor_ns
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, drag = event.position(), self._drag
        self._point(at.x() - self.drawn_layout.label_px)
        self.is_resting = False
        if drag is None:
            part = self.surroundings().target(at).part
            self.setCursor(_CURSORS.get(part, Qt.CursorShape.ArrowCursor))
            return
        if drag.kind == "waiting" and abs(at.x() - drag.at.x()) >= _DRAG_PX:
            drag.kind = _drag_kind(drag.target)
        if drag.kind == "pan":
            self.show_scale(drag.scale.panned(drag.at.x() - at.x()))
        elif drag.kind == "scrub":
            self._scrub(self._time(at))
        elif drag.kind == "span":
            self.set_span(*sorted((drag.anchor_ns, self._time(at))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None:
            super().mouseReleaseEvent(event)
            return
        self.unsetCursor()
        if drag.kind == "scrub":
            self.seek_wanted.emit(self.snapped(self._time(event.position())))
        elif drag.kind == "span":
            start, end = sorted((drag.anchor_ns, self._time(event.position())))
            self.set_span(start, end)
            self.span_selected.emit(start, end)
        elif drag.kind == "waiting":
            self._click(drag.target, self._time(drag.at))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        target = self.surroundings().target(event.position())
        if target.row is None:
            self.fit()
        elif target.part in {"lane", "label", "playhead"}:
            self._show_lane(target.row)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)
        self.is_resting = False
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # While the timeline has the focus these keys are its own, F (fit) among them.
            others = event.modifiers() & ~(
                Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
            )
            if event.key() in _KEYS and not others:
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._rest(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, pan_px = event.key(), self.scale.width * _PAN_SHARE
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(_ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM_STEP)
        elif key == Qt.Key.Key_F:
            self.fit()
        elif key == Qt.Key.Key_PageUp:
            self.show_scale(self.scale.panned(-pan_px))
        elif key == Qt.Key.Key_PageDown:
            self.show_scale(self.scale.panned(pan_px))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and self.lanes:
            self._step_row(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Return and self.chosen_row is not None:
            self._show_lane(self.chosen_row)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _rest(self, event: QHelpEvent) -> None:
        at = QPointF(event.pos())
        text, target = self.tip_at(at), self.surroundings().target(at)
        QToolTip.showText(event.globalPos(), text, self)
        self.is_resting = True
        if target.row is not None and target.part in {"lane", "hit", "playhead"}:
            self.rested.emit(self.lanes[target.row], self._time(at), text, event.globalPos())

    def _time(self, at: QPointF) -> int:
        """The moment under the pointer; held at the edges of what is shown."""
        x = at.x() - self.drawn_layout.label_px
        return self.scale.time_at(min(max(x, 0), self.scale.width))

    def _scrub(self, wall_ns: int) -> None:
        wall_ns = self.snapped(wall_ns)
        # At once, not when the pictures of that moment have come.
        self.set_playhead(wall_ns)
        self.scrub.emit(wall_ns)

    def _point(self, x: float) -> None:
        before, self.pointer_x = self.pointer_x, x if x >= 0 and self.lanes else None
        for line in (before, self.pointer_x):
            if line is not None:
                self.update_strip(line)

    def _click(self, target: Target, wall_ns: int) -> None:
        if target.hit is not None:
            self.hit_clicked.emit(target.hit)
            return
        if target.flag is not None:
            self.bookmark_clicked.emit(target.flag.bookmark_id)
            return
        if target.event is not None:
            self.event_clicked.emit(target.event)
            return
        if target.row is not None and target.part != "span":
            self.choose_row(target.row)
            self.lane_clicked.emit(self.lanes[target.row])
        if target.part != "label" and self.lanes:
            self.seek_wanted.emit(wall_ns)

    def _show_lane(self, row: int) -> None:
        spans = self.lanes[row].spans
        if len(spans):
            self.zoom_to(int(spans[:, 0].min()), int(spans[:, 1].max()))

    def _step_row(self, step: int) -> None:
        last = len(self.lanes) - 1
        start = -1 if step > 0 else last + 1
        row = min(max((start if self.chosen_row is None else self.chosen_row) + step, 0), last)
        self.choose_row(row)
        self.lane_clicked.emit(self.lanes[row])

    def _escape(self) -> None:
        drag, self._drag = self._drag, None
        if drag is None or drag.kind == "span":
            self.set_span(None, None)
            self.span_cleared.emit()
        elif drag.kind == "pan":
            self.show_scale(drag.scale)


def _drag_kind(target: Target) -> DragKind:
    if target.part == "playhead":
        return "scrub"
    return "waiting" if target.part == "label" else "span"
