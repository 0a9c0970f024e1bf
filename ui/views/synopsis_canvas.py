"""The pictures of a synopsis, one for each camera, with the recorded time at each object.

Labels are painted here and not into the pictures: they stay crisp at any size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.playback.synopsis_player import ShowFrame
from ui.playback.values import Size
from ui.theme import on_video
from ui.views.overlay import Kind
from ui.views.picture import bars
from ui.views.synopsis_grid import cells, fitted
from ui.views.tile_chips import Chip, chip_image, elided
from video.synopsis.labels import Rect, label_places, place_key
from video.synopsis.types import Shown

_EDGE: Final = 6
_APART: Final = 2
_TITLE: Final = 22
"""The name of a camera stands above its picture: no label has to give way to it."""
_ROOMY: Final = 340
"""In narrower pictures labels do without the mark of the class."""
_REACH: Final = 3.0
"""An object may be missed by so many points and is still meant."""


@dataclass(frozen=True, slots=True)
class Pane:
    """A camera: its name, and the size of its pictures as they were cut out."""

    title: str
    size: Size


@dataclass(frozen=True, slots=True)
class Mark:
    """An object as it lies in the view, with its label."""

    column: int
    shown: Shown
    area: QRectF
    label: QPixmap
    place: QRectF | None
    """Where the label lies; None where there is no room for it."""


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("synopsis-canvas")
        self.setAccessibleName(self.tr("Rapid review: objects of different times together"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.text_of: Callable[[int, Shown], str] = lambda _, __: ""
        """What the label of an object says; by camera."""
        self.name_of: Callable[[int, Shown], str] = lambda _, __: ""
        """What it is called under the pointer."""
        self.kind_of: Callable[[int], Kind] = lambda _: "other"
        """Which group of classes a track is of."""
        self.labels_shown = True
        """Whether every object has its label, or the selected one alone."""
        self._panes: tuple[Pane, ...] = ()
        self._cells: tuple[QRect, ...] = ()
        self._frame: ShowFrame | None = None
        self._marks: tuple[Mark, ...] = ()
        self._before: dict[int, dict[tuple[int, int], Rect]] = {}
        self._selected: int | None = None
        self._under: Mark | None = None
        self._pointer: QPointF | None = None

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
        self._before.clear()
        self.set_frame(None)
        self._lay_out()

    def set_frame(self, frame: ShowFrame | None) -> None:
        """Another moment of the show."""
        self._frame = frame
        self._place_marks()
        self.update()

    def toggle_labels(self) -> None:
        """Times at all objects, or at the selected one alone."""
        self.labels_shown = not self.labels_shown
        self.update()

    def set_selected(self, track_id: int | None) -> None:
        """The track that is selected everywhere."""
        if track_id != self._selected:
            self._selected = track_id
            self.update()

    def retell(self) -> None:
        """Labels say something else: names, zone or colours changed."""
        self._before.clear()
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
            if mark.place is not None and mark.place.contains(at) and self._is_labelled(mark):
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
        self._before.clear()
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

    def _place_marks(self) -> None:
        """Objects and labels in points of the view."""
        marks: list[Mark] = []
        if self._frame is not None:
            ratio = self.devicePixelRatioF()
            for column, (pane, area) in enumerate(
                zip(self._frame.panes, self.pictures(), strict=False)
            ):
                marks += self._marks_of(column, pane.image.size(), pane.shown, area, ratio)
        self._marks = tuple(marks)
        self._look_under()

    def _marks_of(
        self, column: int, size: QSize, shown: Sequence[Shown], area: QRectF, ratio: float
    ) -> list[Mark]:
        across = area.width() / max(size.width(), 1)
        down = area.height() / max(size.height(), 1)
        placed = [
            replace(one, box=(
                int(one.box[0] * across), int(one.box[1] * down),
                round(one.box[2] * across), round(one.box[3] * down),
            ))
            for one in shown
        ]  # fmt: skip
        room = int(area.width()), int(area.height())
        labels = {
            place_key(one): chip_image(
                self._chip(self.text_of(column, one), one.tube, room[0]),
                ratio,
            )
            for one in placed
        }

        def measure(one: Shown) -> tuple[int, int]:
            wanted = labels[place_key(one)].deviceIndependentSize()
            return int(wanted.width()), int(wanted.height())

        places = label_places(placed, room, measure, before=self._before.get(column))
        self._before[column] = {
            place_key(one): place
            for one, place in zip(placed, places, strict=True)
            if place is not None
        }
        corner = area.topLeft()
        return [
            Mark(
                column,
                one,
                _rect(moved.box).translated(corner),
                labels[place_key(one)],
                None if place is None else _rect(place).translated(corner),
            )
            for one, moved, place in zip(shown, placed, places, strict=True)
        ]

    def _chip(self, text: str, track_id: int, width: int) -> Chip:
        kind = self.kind_of(track_id)
        return Chip(((text, "video_text"),), kind if width >= _ROOMY else "", kind)

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
        for mark in self._marks:
            if mark.place is not None and self._is_labelled(mark):
                painter.drawPixmap(mark.place.topLeft(), mark.label)
        self._paint_titles(painter, pictures, ratio)
        self._paint_name(painter, ratio)
        painter.end()

    def _is_labelled(self, mark: Mark) -> bool:
        return self.labels_shown or mark.shown.tube == self._selected

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
            is_selected = mark.shown.tube == self._selected
            is_under = _same(mark, self._under)
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
            chip = chip_image(Chip(((elided(text, area.width()), "video_text"),), bold=True), ratio)
            painter.drawPixmap(area.topLeft() - QPointF(0, _TITLE - 1), chip)

    def _paint_name(self, painter: QPainter, ratio: float) -> None:
        """What the object under the pointer is, above it."""
        mark = self._under
        if mark is None:
            return
        text = elided(self.name_of(mark.column, mark.shown), self.width() - 2.0 * _EDGE)
        kind = self.kind_of(mark.shown.tube)
        chip = chip_image(Chip(((text, "video_text"),), kind, kind, bold=True), ratio)
        size = chip.deviceIndependentSize()
        left = min(max(mark.area.left(), _EDGE), self.width() - size.width() - _EDGE)
        top = mark.area.top() - size.height() - 4
        if top < _EDGE:
            top = min(mark.area.bottom() + 4, self.height() - size.height() - _EDGE)
        painter.drawPixmap(QPointF(left, top), chip)

    # -- gestures

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self._look_under()

    def leaveEvent(self, event: object) -> None:
        self._pointer = None
        self._look_under()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            self.chosen.emit(mark)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            self.activated.emit(mark)

    def _look_under(self) -> None:
        """The object under the pointer; it may have moved there by itself."""
        found = None if self._pointer is None else self.mark_at(self._pointer)
        before, self._under = self._under, found
        if not _same(found, before):
            self.setCursor(
                Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor
            )
            self.hovered.emit(found)
            self.update()


def _same(one: Mark | None, other: Mark | None) -> bool:
    """Whether both are the same object, or nothing."""
    if one is None or other is None:
        return one is other
    return place_key(one.shown) == place_key(other.shown)


def _rect(edges: Rect) -> QRectF:
    left, top, right, bottom = edges
    return QRectF(left, top, right - left, bottom - top)


def _device(area: QRectF, ratio: float) -> QRect:
    return QRect(
        round(area.left() * ratio),
        round(area.top() * ratio),
        round(area.width() * ratio),
        round(area.height() * ratio),
    )
