"""One tile: the picture of a source with what was found on it, and the gestures made there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.models.track_boxes import NO_BOXES, Boxes, TrackBoxes
from ui.playback import TileFrame
from ui.theme import on_video
from ui.tools.hit_test import box_at
from ui.tools.picture_map import Point
from ui.tools.zone_tool import ZoneTool
from ui.views.heat_layer import HeatLayer
from ui.views.overlay import (
    NO_SHAPES,
    Draft,
    Look,
    ZoneShape,
    paint_boxes,
    paint_draft,
    paint_zones,
)
from ui.views.picture import paint_heading, paint_picture, paint_words
from ui.views.tile_chips import ChipRow, PlacedChip, elided, lay_out
from ui.views.tile_counts import CounterWords
from ui.views.tile_words import (
    SoundState,
    TileFacts,
    header,
    small_header,
    state_text,
    tool_hint,
)
from ui.views.tile_zoom import ZoomView
from ui.views.track_shapes import track_shapes

_CLICK_PX: Final = 4
_REST_MS: Final = 3000
_FADED: Final = Look(boxes=0.55, chips=0.0)
_EDGE: Final = 6
_SMALL_PX: Final = 190
"""Narrower tiles show no more than their title, and whether there is something to know."""


class TileView(ZoomView):
    """Shows what the player gives it; every gesture becomes a signal."""

    track_clicked = Signal(object)
    """A box was clicked: its track id (`int`)."""
    pressed = Signal()
    """Somebody pressed into the tile."""
    maximise_wanted = Signal()
    """A double click: this tile alone, or all again."""
    context_wanted = Signal(object)
    """The context menu is asked for at a global `QPoint`."""

    def __init__(self, source_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source_id = source_id
        self.setObjectName(f"tile-{source_id}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(48, 32)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Every pixel is painted here: Qt need not clear them first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.tool: ZoneTool | None = None
        self.heat: HeatLayer | None = None
        """A heat map over the picture."""
        self.overlay_shown = True
        self.fades = True
        """Whether boxes step back when the pointer has rested for a while."""
        self._facts = TileFacts("")
        self._frame: TileFrame | None = None
        self._problem = ""
        self._tracks: TrackBoxes | None = None
        self._boxes: Boxes = NO_BOXES
        self._shapes = NO_SHAPES
        self._header_row = ChipRow()
        self._counters = CounterWords()
        self._zones: tuple[ZoneShape, ...] = ()
        self._selected: int | None = None
        self._focused = self._playing = False
        self._pressed_at: QPointF | None = None
        self._panned = False
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self.update)
        self._moved = False

    # -- what to show

    def set_facts(self, facts: TileFacts) -> None:
        """Title, clock and size of the source."""
        facts = replace(facts, sound=self._facts.sound)
        if facts == self._facts:
            return
        self._facts = facts
        self.setAccessibleName(facts.title)
        self._describe()
        self._name_small()
        self.set_picture_size(facts.width, facts.height)
        self.update()

    def set_frame(self, frame: TileFrame) -> None:
        """What the player shows now."""
        old, self._frame = self._frame, frame
        self._counters.take(frame, playing=self._playing)
        if old is None or old.number != frame.number or old.state != frame.state:
            self._find_boxes()
        if old is None or old.state != frame.state:
            self._describe()
        self.update()

    def set_sound(self, *, has_sound: bool, heard: bool) -> None:
        """Whether the source has sound, and is heard while it plays."""
        sound: SoundState = "" if not has_sound else "heard" if heard else "mute"
        if sound != self._facts.sound:
            self._facts = replace(self._facts, sound=sound)
            self.update()

    def set_problem(self, text: str) -> None:
        """Why the source cannot be shown at all; empty: it can."""
        if text != self._problem:
            self._problem = text
            self._describe()
            self.update()

    def set_tracks(self, tracks: TrackBoxes | None) -> None:
        """What was found on the source."""
        self._tracks = tracks
        self._find_boxes()
        self.update()

    def set_zones(self, zones: Sequence[ZoneShape]) -> None:
        """The zones that lie on the source."""
        if tuple(zones) != self._zones:
            self._zones = tuple(zones)
            self.update()

    def set_selected(self, track_id: int | None) -> None:
        """The track that is selected everywhere."""
        if track_id != self._selected:
            self._selected = track_id
            self._shapes = track_shapes(self._boxes, track_id)
            self.update()

    def set_focused(self, *, focused: bool) -> None:
        """Whether keys and tools mean this tile."""
        if focused != self._focused:
            self._focused = focused
            self.update()

    def set_playing(self, *, playing: bool) -> None:
        """While playing, times are shown to the second."""
        if playing != self._playing:
            self._playing = playing
            self._counters.clear()
            self.update()

    def set_overlay(self, *, shown: bool) -> None:
        """Boxes and zones, or the bare picture."""
        self.overlay_shown = shown
        self.update()

    def set_tool(self, tool: ZoneTool | None) -> None:
        """Gives gestures to a tool, or takes them back."""
        if self.tool is not None:
            self.tool.changed.disconnect(self.update)
        self.tool = tool
        if tool is not None:
            tool.changed.connect(self.update)
            self.setFocus()
        self.setCursor(Qt.CursorShape.CrossCursor if tool else Qt.CursorShape.ArrowCursor)
        self.update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_picture(painter)
        if self.heat is not None and self._has_picture():
            self.heat.paint(painter, self._place)
        chips = self._header()
        if self.overlay_shown and self._has_picture():
            look = self._look()
            paint_zones(painter, self._place, self._zones, look)
            taken = [(x, y, x + one.width, y + one.height) for x, y, one in chips]
            paint_boxes(painter, self._place, self._shapes, look, taken=taken)
        if self.tool is not None and self.tool.active:
            tool = self.tool
            closed = tool.mode in ("edit", "brush")
            draft = Draft(tool.corners, tool.rubber, closed, is_line=tool.mode == "line")
            paint_draft(painter, self._place, draft)
        for left, top, chip in chips:
            painter.drawPixmap(round(left), round(top), chip.image)
        self._paint_state(painter)
        self._paint_border(painter)
        painter.end()

    @property
    def is_small(self) -> bool:
        """Whether there is room for no more than the title."""
        return self.width() < _SMALL_PX

    def _name_small(self) -> None:
        # What does not fit is told under the pointer.
        self.setToolTip(self._facts.title if self.is_small else "")

    def _describe(self) -> None:
        """Says in words what is painted in place of a picture, or why there are not all."""
        words = " ".join(state_text(self._facts, self._frame, self._problem)).strip()
        self.setAccessibleDescription(words or self._facts.cut)

    def _has_picture(self) -> bool:
        frame = self._frame
        return not self._problem and frame is not None and not frame.image.isNull()

    def _paint_picture(self, painter: QPainter) -> None:
        ground = on_video("video")
        frame = self._frame
        if self._problem or frame is None or frame.image.isNull():
            painter.fillRect(self.rect(), ground)
            return
        ratio = self.devicePixelRatioF()
        paint_picture(painter, frame.image, self._place, ratio, smooth=not self._playing)

    def _header(self) -> list[tuple[float, float, PlacedChip]]:
        """The chips of the tile itself, and where they lie."""
        ratio, edge = self.devicePixelRatioF(), 2 if self.is_small else _EDGE
        width = self.width() - 2 * edge
        if self.is_small:
            title = elided(self._facts.title, width)
            words = small_header(title, self._facts, self._frame, playing=self._playing)
        else:
            words = header(self._facts, self._frame, playing=self._playing)
        found = [
            (edge + chip.left, edge + chip.top, chip)
            for chip in self._header_row.lay_out(words, width, ratio)
        ]
        if self.tool is not None and self.tool.active:
            hint = lay_out((tool_hint(self.tool.mode),), width, ratio)
            top = self.height() - hint[-1].top - hint[-1].height - _EDGE
            return found + [(_EDGE + chip.left, top + chip.top, chip) for chip in hint]
        counts = self._counters.chips
        if counts and not self.is_small:
            (chip,) = lay_out(counts, width, ratio)[:1]
            found.append((edge, self.height() - chip.height - edge, chip))
        return found

    def _paint_state(self, painter: QPainter) -> None:
        heading, line = state_text(self._facts, self._frame, self._problem)
        if not heading:
            return
        if self.is_small:
            paint_heading(painter, self.rect().adjusted(4, 20, -4, -2), heading)
        else:
            paint_words(painter, self.rect().adjusted(16, 40, -16, -16), heading, line)

    def _paint_border(self, painter: QPainter) -> None:
        if self._focused:
            painter.setPen(QPen(on_video("accent"), 2, j=Qt.PenJoinStyle.MiterJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _look(self) -> Look:
        if self.is_small:
            return Look(1.0, 0.0, self.devicePixelRatioF())
        resting = self.fades and self._moved and not self._rest.isActive()
        look = _FADED if resting else Look()
        return Look(look.boxes, look.chips, self.devicePixelRatioF())

    def _find_boxes(self) -> None:
        frame = self._frame
        shows = self._tracks is not None and frame is not None and frame.state == "frame"
        self._boxes = self._tracks.at(frame.number) if shows else NO_BOXES  # type: ignore[union-attr]
        self._shapes = track_shapes(self._boxes, self._selected)

    def box_places(self) -> dict[int, QRectF]:
        """Where the boxes of the frame shown are in this view, by track."""
        places: dict[int, QRectF] = {}
        for track_id, (left, top, right, bottom) in zip(
            self._boxes.track_ids.tolist(), self._boxes.boxes.tolist(), strict=True
        ):
            corner, far = self._place.to_view((left, top)), self._place.to_view((right, bottom))
            places[track_id] = QRectF(QPointF(*corner), QPointF(*far))
        return places

    # -- gestures

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.tool is not None:
            self.tool.press(self._place, _xy(event.position()))
            return
        self._pressed_at = event.position()
        self._panned = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._wake()
        if self.tool is not None:
            self.tool.move(self._place, _xy(event.position()))
        elif self._pressed_at is not None:
            moved = event.position() - self._pressed_at
            if self._panned or moved.manhattanLength() > _CLICK_PX:
                self._panned = True
                self._pressed_at = event.position()
                self._set_place(self._place.panned(moved.x(), moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.tool is not None:
            self.tool.release()
        elif self._pressed_at is not None and not self._panned:
            self._click(event.position())
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.pressed.emit()
        if self.tool is not None:
            self.tool.double_click()
        else:
            self.maximise_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_notches(event.angleDelta().y() / 120, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.context_wanted.emit(QPoint(event.globalPos()))

    def event(self, event: QEvent) -> bool:
        # While drawing, Enter, Backspace and Escape belong to the tool, not to the window.
        if (
            isinstance(event, QKeyEvent)
            and self.tool is not None
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.tool is None or not self.tool.key(event.key()):
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._wake()
        super().enterEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_small()

    def _wake(self) -> None:
        """Overlays come back in full when the pointer moves."""
        if self._moved and not self._rest.isActive():
            self.update()
        self._moved = True
        self._rest.start()

    def _click(self, at: QPointF) -> None:
        if not self.overlay_shown:
            return
        slack = _CLICK_PX / self._place.scale
        hit = box_at(self._boxes.boxes, self._place.to_source(_xy(at)), slack=slack)
        if hit is not None:
            self.track_clicked.emit(int(self._boxes.track_ids[hit]))


def _xy(point: QPointF) -> Point:
    return point.x(), point.y()
