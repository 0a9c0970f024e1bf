"""The pictures of a synopsis, one for each camera, with the recorded time at each object.

Labels are painted here and not into the pictures: they stay crisp at any size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.playback.synopsis_values import ShowFrame
from ui.playback.values import Size
from ui.theme import on_video
from ui.views.picture import bars
from ui.views.synopsis_grid import cells, fitted
from ui.views.synopsis_marks import NEXT, Mark, Marker, is_same, paint_lead
from ui.views.tile_chips import Chip, chip_image, elided
from video.synopsis.types import Shown

_EDGE: Final = 6
_APART: Final = 2
_RUNNING_NS: Final = 400_000_000
"""Pictures so close together follow each other."""
_REST_MS: Final = 120
_WIDE: Final = 240
"""Names of cameras in narrower pictures leave no room for words."""
_TITLE: Final = 22
"""The name of a camera stands above its picture: no label has to give way to it."""
_REACH: Final = 3.0
"""An object may be missed by so many points and is still meant."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A camera: its name, and the size of its pictures as they were cut out."""

    title: str
    size: Size


class SynopsisCanvas(QWidget):
    """Shows what it is given; every gesture becomes a signal."""

    sizes_wanted = Signal(object)
    """The sizes of the pictures in pixels of the screen, by camera (`tuple[Size, ...]`)."""
    hovered = Signal(object)
    """The pointer is over another object (`Mark`), or None."""
    chosen = Signal(object)
    """An object was clicked (`Mark`)."""
    activated = Signal(object)
    """An object was double-clicked (`Mark`)."""
    menu_wanted = Signal(object, object)
    """What can be done is asked for: with an object (`Mark`) or none, at a place of the screen
    (`QPoint`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("synopsis-canvas")
        self.setAccessibleName(self.tr("Rapid review: objects of different times together"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.marker = Marker()
        """Says what the label of an object is."""
        self.name_of: Callable[[int, Shown], str] = lambda _, __: ""
        """What it is called under the pointer."""
        self._panes: tuple[Pane, ...] = ()
        self._cells: tuple[QRect, ...] = ()
        self._frame: ShowFrame | None = None
        self._marks: tuple[Mark, ...] = ()
        self._under: Mark | None = None
        self._turn = 0
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._settle)

    # -- what to show

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The objects shown, lowest layer first."""
        return self._marks

    @property
    def frame(self) -> ShowFrame | None:
        """What is shown."""
        return self._frame

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """The cameras side by side; none: nothing is shown."""
        self._panes = tuple(panes)
        self.marker.before.clear()
        self.set_frame(None)
        self._lay_out()

    def set_frame(self, frame: ShowFrame | None) -> None:
        """Another moment of the show."""
        before, self._frame = self._frame, frame
        away = None if before is None or frame is None else abs(frame.show_ns - before.show_ns)
        if away and away < _RUNNING_NS and frame is not None:
            # Finding room takes long: while it runs, one camera after the other, and all at rest.
            self._turn += 1
            self._place_marks(only=self._turn % len(frame.panes))
            self._rest.start()
        else:
            self._place_marks()
        self.update()

    def next_labels(self) -> None:
        """Times at as many objects as have room, at all, at the selected one alone."""
        self.marker.labels = NEXT[self.marker.labels]
        self.retell()

    def set_selected(self, track_id: int | None) -> None:
        """The track that is selected everywhere."""
        if track_id != self.marker.selected:
            self.marker.selected = track_id
            mine = [mark for mark in self._marks if mark.shown.tube == track_id]
            if self.marker.labels == "selected" or any(mark.place is None for mark in mine):
                # Not now: all panels follow the selection in this very event.
                self._rest.start(0)
            self.update()

    def retell(self) -> None:
        """Labels say something else: names, zone or colours changed."""
        self.marker.before.clear()
        self._place_marks()
        self.update()

    def pictures(self) -> tuple[QRectF, ...]:
        """Where the picture of each camera lies, in points."""
        return tuple(
            fitted(cell.adjusted(0, _TITLE, 0, 0), pane.size)
            for cell, pane in zip(self._cells, self._panes, strict=True)
        )

    def mark_at(self, at: QPointF) -> Mark | None:
        """The uppermost object there."""
        for mark in reversed(self._marks):
            if mark.place is not None and mark.place.contains(at):
                return mark
        for mark in reversed(self._marks):
            if mark.area.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(at):
                return mark
        return None

    # -- laying out

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        self._cells = cells(
            self.size(), [pane.size for pane in self._panes], apart=_APART, above=_TITLE
        )
        self.marker.before.clear()
        self._place_marks()
        ratio = self.devicePixelRatioF()
        wanted = []
        for pane, area in zip(self._panes, self.pictures(), strict=True):
            # Never larger than it was cut out: enlarging is for the screen.
            scale = min(area.width() * ratio / pane.size[0], 1.0)
            wanted.append(
                (max(round(pane.size[0] * scale), 2), max(round(pane.size[1] * scale), 2))
            )
        if wanted:
            self.sizes_wanted.emit(tuple(wanted))
        self.update()

    def _place_marks(self, *, only: int | None = None) -> None:
        """Objects and labels in points of the view; new places for labels of all cameras, or of
        one only."""
        marks: list[Mark] = []
        if self._frame is not None:
            ratio = self.devicePixelRatioF()
            for column, (pane, area) in enumerate(
                zip(self._frame.panes, self.pictures(), strict=False)
            ):
                is_turn = only is None or only == column
                marks += self.marker.marks(
                    column, pane.image.size(), pane.shown, area, ratio, anew=is_turn
                )
        self._marks = tuple(marks)
        self._look_under()

    def _settle(self) -> None:
        self._rest.setInterval(_REST_MS)
        self._place_marks()
        self.update()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pictures = self.pictures()
        frame = self._frame
        if frame is None or len(frame.panes) != len(pictures):
            painter.fillRect(self.rect(), on_video("video"))
            painter.end()
            return
        ratio = self.devicePixelRatioF()
        self._paint_ground(painter, pictures)
        for pane, area in zip(frame.panes, pictures, strict=True):
            painter.save()
            painter.scale(1 / ratio, 1 / ratio)
            target = _device(area, ratio)
            if target.size() == pane.image.size():
                painter.drawImage(target.topLeft(), pane.image)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(target, pane.image)
            painter.restore()
        self._paint_frames(painter)
        self._paint_labels(painter)
        self._paint_titles(painter, pictures, ratio)
        self._paint_name(painter, ratio)
        painter.end()

    def _paint_labels(self, painter: QPainter) -> None:
        """A line where the label is not at its object, then the labels over all lines."""
        for mark in self._marks:
            if mark.place is not None:
                paint_lead(painter, mark.area, mark.place, QColor(*mark.tone))
        for mark in self._marks:
            if mark.place is not None and mark.label is not None:
                painter.drawPixmap(mark.place.topLeft(), mark.label)

    def _paint_ground(self, painter: QPainter, pictures: Sequence[QRectF]) -> None:
        """What the pictures leave free."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(on_video("video"))
        if len(pictures) == 1:
            painter.drawRects(bars(self.rect(), pictures[0].toAlignedRect().adjusted(1, 1, -1, -1)))
        else:
            painter.drawRect(self.rect())

    def _paint_frames(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for mark in self._marks:
            is_selected = mark.shown.tube == self.marker.selected
            is_under = is_same(mark, self._under)
            if not (is_selected or is_under):
                continue
            wide = 3.0 if is_selected else 1.5
            for width, tone in (
                (wide + 2, on_video("video")),
                (wide, on_video("accent" if is_selected else "video_text")),
            ):
                painter.setPen(QPen(tone, width, j=Qt.PenJoinStyle.MiterJoin))
                painter.drawRect(mark.area)

    def _paint_titles(self, painter: QPainter, pictures: Sequence[QRectF], ratio: float) -> None:
        frame = self._frame
        for number, (pane, area) in enumerate(zip(self._panes, pictures, strict=True)):
            text = pane.title
            why = frame.panes[number].part.stage.why if frame is not None else ""
            if why:
                text = f"{text} · {why}"
            told = self._told(number, short=area.width() < _WIDE)
            count = None if not told else chip_image(Chip(((told, "text_dim"),)), ratio)
            taken = 0.0 if count is None else count.deviceIndependentSize().width()
            name = Chip(((elided(text, area.width() - taken), "video_text"),), bold=True)
            above = area.topLeft() - QPointF(0, _TITLE - 1)
            painter.drawPixmap(above, chip_image(name, ratio))
            if count is not None:
                painter.drawPixmap(above + QPointF(area.width() - taken, 0), count)

    def _told(self, column: int, *, short: bool) -> str:
        """At how many of the objects of a camera the time stands, where it is not at all."""
        mine = [mark for mark in self._marks if mark.column == column]
        told = sum(mark.place is not None for mark in mine)
        if told == len(mine) or self.marker.labels == "selected":
            return ""
        words = "{0}/{1}" if short else self.tr("times: {0} of {1}")
        return words.format(told, len(mine))

    def _paint_name(self, painter: QPainter, ratio: float) -> None:
        """What the object under the pointer is, above it."""
        mark = self._under
        if mark is None:
            return
        text = elided(self.name_of(mark.column, mark.shown), self.width() - 2.0 * _EDGE)
        kind = self.marker.kind_of(mark.shown.tube)
        chip = chip_image(Chip(((text, "video_text"),), kind, kind, bold=True), ratio)
        size = chip.deviceIndependentSize()
        left = min(max(mark.area.left(), _EDGE), self.width() - size.width() - _EDGE)
        top = mark.area.top() - size.height() - 4
        if top < _EDGE:
            top = min(mark.area.bottom() + 4, self.height() - size.height() - _EDGE)
        painter.drawPixmap(QPointF(left, top), chip)

    # -- gestures

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.marker.pointer = event.position()
        self._look_under()

    def leaveEvent(self, event: object) -> None:
        self.marker.pointer = None
        self._look_under()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            self.chosen.emit(mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            self.activated.emit(mark)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_hand = event.reason() is QContextMenuEvent.Reason.Mouse
        mark = self.mark_at(QPointF(event.pos())) if by_hand else None
        self.menu_wanted.emit(mark, event.globalPos())

    def _look_under(self) -> None:
        """The object under the pointer; it may have moved there by itself."""
        found = None if self.marker.pointer is None else self.mark_at(self.marker.pointer)
        before, self._under = self._under, found
        if not is_same(found, before):
            self.setCursor(
                Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor
            )
            self.hovered.emit(found)
            self.update()
            if any(mark.place is None for mark in self._marks):
                # Where not all have room, what is near the pointer comes first.
                self._rest.start(0)


def _device(area: QRectF, ratio: float) -> QRect:
    return QRect(
        round(area.left() * ratio),
        round(area.top() * ratio),
        round(area.width() * ratio),
        round(area.height() * ratio),
    )
