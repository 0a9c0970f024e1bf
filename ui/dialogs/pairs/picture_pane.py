"""The picture with its points: zoom, pan, a magnifier for clicks finer than a pixel, the grid of
metres and the horizon of the fit."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from casefiles.calibration_types import Point
from mapview.picture_ground import Segment
from ui.dialogs.pairs.dots import Dot, dot_colour, paint_dot, paint_tag
from ui.theme import THEME, on_video
from ui.tools.picture_map import PictureMap
from ui.views.picture import paint_picture, paint_words

GRAB_PX: Final = 11.0
"""So near a press takes hold of a point."""
_CLICK_PX: Final = 4.0
_WHEEL_STEP: Final = 1.25
_NOTCH: Final = 120
_GLASS_PX: Final = 148
_GLASS_TIMES: Final = 6.0
"""View points to a source pixel under the magnifier, and at least twice those of the picture."""
_NUDGE_PX: Final = 0.25
_FAR: Final = 10
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class PicturePane(QWidget):
    """Shows an image with points in its pixels (0 to width and height); tells what hands do."""

    marked = Signal(float, float)
    """A click, or Enter, where no point is: pixels of the picture."""
    grabbed = Signal(int)
    """A point was taken hold of: its number from 1."""
    dragged = Signal(int, float, float)
    """Number, and where it is now."""
    dropped = Signal()
    nudged = Signal(int, float, float)
    """By keys: number, and where it is now."""
    removed = Signal(int)
    left = Signal()
    """Escape, where a point was chosen: the next click begins a new one."""

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 200)
        self.words = ("", "")
        """Heading and line where there is no picture."""
        self._image = QImage()
        self._map = PictureMap((4, 3), (4.0, 3.0))

        self._dots: tuple[Dot, ...] = ()
        self._grid: tuple[Segment, ...] = ()
        self._step_m = 0.0
        self._horizon: Segment | None = None
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._pans = False
        self._held: int | None = None
        self._pointer: Point | None = None
        """What the magnifier shows; None: no magnifier."""
        THEME.changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """What is shown; null where nothing is."""
        return self._image

    @property
    def place(self) -> PictureMap:
        """How pixels of the picture and of the widget belong together."""
        return self._map

    def set_image(self, image: QImage) -> None:
        """Shows another picture; zoom and middle stay where it has the same size."""
        self._image = image
        size = (max(image.width(), 1), max(image.height(), 1))
        self._map = self._map.resized(size, (self.width(), self.height()))
        self.update()

    def set_dots(self, dots: Sequence[Dot]) -> None:
        """Shows these points."""
        self._dots = tuple(dots)
        self.update()

    def set_ground(self, step_m: float, grid: Sequence[Segment], horizon: Segment | None) -> None:
        """The lines of the fit, in pixels of the picture."""
        self._step_m, self._grid, self._horizon = step_m, tuple(grid), horizon
        self.update()

    def whole(self) -> None:
        """All of the picture."""
        self._map = self._map.whole()
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer by a factor around a point of the widget, or around its middle."""
        point = (self.width() / 2, self.height() / 2) if at is None else (at.x(), at.y())
        self._map = self._map.zoomed(factor, point)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(620, 440)

    # -- hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_WHEEL_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._image.isNull():
            return
        at = event.position()
        self._pressed = self._last = at
        self._pans = event.button() != Qt.MouseButton.LeftButton
        self._held = None if self._pans else self._dot_at(at)
        if self._held is not None:
            self.grabbed.emit(self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._pointer = self._point(at)
        if self._pressed is None:
            self._show_cursor(at)
            self.update()
            return
        far = (at - self._pressed).manhattanLength() >= _CLICK_PX
        if self._held is not None:
            if far or self._last != self._pressed:
                self._last = at
                self.dragged.emit(self._held, *self._map.clamped(self._point(at)))
        elif far or self._pans:
            self._pans = True
            step = at - self._last
            self._map = self._map.panned(step.x(), step.y())
            self._last = at
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        held, self._held = self._held, None
        if held is not None:
            self.dropped.emit()
        elif pressed is not None and not self._pans:
            point = self._point(event.position())
            if self._map.clamped(point) == point:
                self.marked.emit(*point)
        self._show_cursor(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    def focusOutEvent(self, event: object) -> None:
        self._pointer = None
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        chosen = next((dot for dot in self._dots if dot.chosen), None)
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_WHEEL_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _WHEEL_STEP)
        elif key == Qt.Key.Key_Home:
            self.whole()
        elif key in _ARROWS:
            self._step(_ARROWS[key], chosen, far=bool(event.modifiers() & _SHIFT))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and chosen is not None:
            self.removed.emit(chosen.number)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Never the button of the dialog: Enter marks where the cross is.
            if chosen is None and self._pointer is not None and not self._image.isNull():
                self.marked.emit(*self._map.clamped(self._pointer))
        elif key == Qt.Key.Key_Escape and chosen is not None:
            self.left.emit()
        else:
            return False
        return True

    def _step(self, way: tuple[int, int], chosen: Dot | None, *, far: bool) -> None:
        """A chosen point goes by parts of a pixel; with none, the cross goes by points of view."""
        if chosen is not None:
            by = _NUDGE_PX * (_FAR if far else 1)
            x, y = self._map.clamped((chosen.at[0] + way[0] * by, chosen.at[1] + way[1] * by))
            self._pointer = (x, y)
            self.nudged.emit(chosen.number, x, y)
        elif not self._image.isNull():
            by = 4 / self._map.scale * (_FAR if far else 1)
            x, y = self._pointer or self._map.middle
            self._pointer = self._map.clamped((x + way[0] * by, y + way[1] * by))
        self.update()

    def _dot_at(self, at: QPointF) -> int | None:
        """The nearest point within reach; the chosen one first."""
        near = [
            (not dot.chosen, away, dot.number)
            for dot in self._dots
            for away in ((self._view(dot.at) - at).manhattanLength(),)
            if away <= GRAB_PX * 1.4
        ]
        return min(near)[2] if near else None

    def _show_cursor(self, at: QPointF) -> None:
        hand = self._dot_at(at) is not None
        shape = Qt.CursorShape.SizeAllCursor if hand else Qt.CursorShape.CrossCursor
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def _point(self, at: QPointF) -> Point:
        return self._map.to_source((at.x(), at.y()))

    def _view(self, point: Point) -> QPointF:
        return QPointF(*self._map.to_view(point))

    # -- looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = event.size()
        self._map = self._map.resized(self._map.source, (size.width(), size.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), on_video("video"))
        if self._image.isNull():
            paint_words(painter, self.rect().adjusted(16, 0, -16, 0), *self.words)
            painter.end()
            return
        paint_picture(painter, self._image, self._map, self.devicePixelRatioF(), smooth=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        for dot in sorted(self._dots, key=lambda one: one.chosen):
            said = None if dot.said is None else self._view(dot.said)
            paint_dot(painter, self._view(dot.at), dot, said)
        self._paint_glass(painter)
        if self.hasFocus():
            painter.setPen(QPen(on_video("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        painter.save()
        painter.setClipRect(QRectF(*self._map.target))
        # A dark line below a light one: seen on snow and on asphalt.
        for colour, width in ((QColor(0, 0, 0, 90), 2.6), (QColor(255, 255, 255, 120), 1.0)):
            painter.setPen(QPen(colour, width))
            for one, other in self._grid:
                painter.drawLine(self._view(one), self._view(other))
        if self._horizon is not None:
            left, right = (self._view(end) for end in self._horizon)
            painter.setPen(QPen(QColor(0, 0, 0, 150), 4))
            painter.drawLine(left, right)
            painter.setPen(QPen(on_video("event"), 2, Qt.PenStyle.DashLine))
            painter.drawLine(left, right)
            paint_tag(painter, QPointF(self.width() / 2, (left + right).y() / 2 - 8),
                      self.tr("horizon"))  # fmt: skip
        painter.restore()
        if self._grid:
            text = self.tr("{0:g} m to a square").format(self._step_m)
            paint_tag(painter, QPointF(8, self.height() - 10), text, centred=False)

    def _paint_glass(self, painter: QPainter) -> None:
        """The magnifier, in the upper corner farther from the pointer."""
        if self._pointer is None or self._pans:
            return
        x, y = self._map.clamped(self._pointer)
        here = self._view((x, y))
        times = max(_GLASS_TIMES, 2 * self._map.scale)
        side = float(_GLASS_PX)
        left = 8.0 if here.x() > self.width() / 2 else self.width() - side - 8
        place = QRectF(left, 8.0, side, side)
        if not QRectF(self.rect()).contains(place):
            return
        around = side / times
        painter.save()
        path = QPainterPath()
        path.addEllipse(place)
        painter.setClipPath(path)
        painter.fillRect(place, on_video("video"))
        # Pixels stay squares: it shows where one ends.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(
            place, self._image, QRectF(x - around / 2, y - around / 2, around, around)
        )
        middle = place.center()
        for dot in self._dots:
            at = middle + QPointF(dot.at[0] - x, dot.at[1] - y) * times
            if place.contains(at):
                painter.setPen(QPen(dot_colour(dot), 2))
                painter.drawLine(at - QPointF(5, 0), at + QPointF(5, 0))
                painter.drawLine(at - QPointF(0, 5), at + QPointF(0, 5))
        for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255, 220), 1.0)):
            painter.setPen(QPen(colour, width))
            for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(middle + way * 6, middle + way * 22)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(on_video("text"), 2))
        painter.drawEllipse(place)
        painter.restore()
        paint_tag(painter, QPointF(middle.x(), place.bottom() + 14), f"{x:.1f}, {y:.1f}")


_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
