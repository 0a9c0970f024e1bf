"""The map with the places of the pairs, what the picture shows of the ground, and the picture
itself laid over it."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from casefiles.calibration_types import Point
from mapview.projection import ground_scale, to_degrees, to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.map_view import MapView
from mapview.qt.picture import MapPicture, Render
from mapview.viewport import Viewport, bounds_of
from ui.dialogs.pairs.dots import Dot, paint_dot, paint_tag
from ui.dialogs.pairs.picture_pane import GRAB_PX
from ui.dialogs.pairs.shown import LaidImage
from ui.theme import THEME

_CLICK_PX: Final = 4.0
_FAR: Final = 10
_NEAR_M: Final = 45.0
"""So much around a camera is shown where no pair is marked yet."""
_LEAST_M: Final = 12.0
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class MapPane(QWidget):
    """A map of its own with points in degrees (lon, lat); tells what hands do."""

    marked = Signal(float, float)
    """A click, or Enter: longitude and latitude."""
    grabbed = Signal(int)
    dragged = Signal(int, float, float)
    dropped = Signal()
    nudged = Signal(int, float, float)
    removed = Signal(int)
    left = Signal()
    """All as for `PicturePane`."""

    def __init__(
        self,
        colours: Callable[[], MapColours],
        render: Render,
        parent: QWidget | None = None,
    ) -> None:
        """`colours` gives those of the scheme in force; `render` makes pictures elsewhere."""
        super().__init__(parent)
        self._colours = colours
        self.map = MapView(colours(), self, render=self._while_open(render))
        self.map.setObjectName("pairs-map")
        self.map.setAccessibleName(self.tr("Places of the pairs on the map"))
        self.map.setMinimumSize(280, 200)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.map)
        self.tool = PairTool(self)
        self.map.set_tool(self.tool)
        self._near: tuple[Point, ...] = ()
        self._is_fitted = False
        THEME.changed.connect(self._dress)

    def show_around(self, places: Sequence[Point]) -> None:
        """All of these places (lon, lat) with some ground around them, as soon as it is in view."""
        self._near, self._is_fitted = tuple(places), False
        if self.isVisible():
            self._fit()

    def show_viewport(self, view: Viewport) -> None:
        """The part of the world that another map shows, as soon as it is in view."""
        left, bottom, right, top = view.bounds
        self.show_around(
            [(lon, lat) for lon, lat in to_degrees([(left, bottom), (right, top)]).tolist()]
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _while_open(self, render: Render) -> Render:
        """The same, but a picture that comes when the dialog is closed goes nowhere."""

        def made(
            work: Callable[[], MapPicture],
            then: Callable[[MapPicture], None],
            failed: Callable[[BaseException], None],
        ) -> None:
            render(
                work,
                lambda picture: then(picture) if isValid(self) else None,
                lambda error: failed(error) if isValid(self) else None,
            )

        return made

    def _fit(self) -> None:
        if self._is_fitted or not self._near or self.map.width() < 100:
            return
        self._is_fitted = True
        bounds = bounds_of(to_mercator(self._near))
        assert bounds is not None
        left, bottom, right, top = bounds
        room = (_NEAR_M if len(self._near) == 1 else _LEAST_M) / ground_scale((bottom + top) / 2)
        short = max(0.0, room - max(right - left, top - bottom) / 2)
        grown = (left - short, bottom - short, right + short, top + short)
        self.map.show_viewport(self.map.view.resized(self.map.width(), self.map.height())
                               .fitted(grown, margin_px=48))  # fmt: skip

    def _dress(self) -> None:
        self.map.set_colours(self._colours())


class PairTool:
    """Presses on the map mark places; an empty drag moves the map as ever."""

    def __init__(self, pane: MapPane) -> None:
        self._pane = pane
        self._map = pane.map
        self.hint = ""
        self.cursor = Qt.CursorShape.CrossCursor
        self.laid: LaidImage | None = None
        self.opacity = 0.6
        self.outline: tuple[Point, ...] = ()
        self.dots: tuple[Dot, ...] = ()
        """Points in degrees."""
        self.shows_laid = True
        self.shows_outline = True
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._held: int | None = None
        self._pans = False
        self._cross: tuple[float, float] | None = None
        """By keys: where Enter would mark, world metres."""

    def paint(
        self, painter: QPainter, view: Viewport, colours: MapColours, _font: QFont, /
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.laid is not None and self.shows_laid:
            left, bottom, right, top = self.laid.bounds
            ((x0, y0), (x1, y1)) = view.to_screen([(left, top), (right, bottom)]).tolist()
            painter.setOpacity(self.opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), self.laid.image)
            painter.setOpacity(1.0)
        if self.outline and self.shows_outline:
            corners = view.to_screen(to_mercator(self.outline)).tolist()
            shape = QPolygonF([QPointF(x, y) for x, y in corners])
            # Over the picture a tint would falsify its colours.
            tinted = self.laid is None or not self.shows_laid
            painter.setBrush(faded(colours.accent, 0.14) if tinted else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.land, 4))
            painter.drawPolygon(shape)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 2))
            painter.drawPolygon(shape)
        for dot in sorted(self.dots, key=lambda one: one.chosen):
            said = None if dot.said is None else self._screen(dot.said, view)
            paint_dot(painter, self._screen(dot.at, view), dot, said)
        if self._cross is not None and self._map.hasFocus():
            ((x, y),) = view.to_screen([self._cross]).tolist()
            painter.setPen(QPen(colours.text, 2))
            painter.drawLine(QPointF(x - 12, y), QPointF(x + 12, y))
            painter.drawLine(QPointF(x, y - 12), QPointF(x, y + 12))
        if self.hint:
            paint_tag(painter, QPointF(view.width / 2, 18), self.hint)

    def press(self, at: QPointF, button: Qt.MouseButton, _held: Qt.KeyboardModifier, /) -> bool:
        self._cross = None
        self._pressed = self._last = at
        self._pans = button != Qt.MouseButton.LeftButton
        self._held = None if self._pans else self._dot_at(at)
        if self._held is not None:
            self._pane.grabbed.emit(self._held)
        return True

    def move(self, at: QPointF, /) -> None:
        if self._pressed is None:
            over = self._dot_at(at) is not None
            self.cursor = Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.CrossCursor
            return
        far = (at - self._pressed).manhattanLength() >= _CLICK_PX
        if self._held is not None:
            if far or self._last != self._pressed:
                self._last = at
                self._pane.dragged.emit(self._held, *self._degrees(at))
        elif far or self._pans:
            self._pans = True
            step = at - self._last
            self._map.show_viewport(self._map.view.panned(step.x(), step.y()))
            self._last = at

    def release(self, at: QPointF, /) -> None:
        pressed, self._pressed = self._pressed, None
        held, self._held = self._held, None
        if held is not None:
            self._pane.dropped.emit()
        elif pressed is not None and not self._pans:
            self._pane.marked.emit(*self._degrees(at))

    def double(self, _at: QPointF, /) -> bool:
        # The second of two quick clicks is a click; it must not zoom the map away.
        return True

    def key(self, event: QKeyEvent, /) -> bool:
        key = Qt.Key(event.key())
        chosen = next((dot for dot in self.dots if dot.chosen), None)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in _ARROWS and not control:
            self._step(_ARROWS[key], chosen, event.modifiers())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and chosen is not None:
            self._pane.removed.emit(chosen.number)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if chosen is None and self._cross is not None:
                ((lon, lat),) = to_degrees([self._cross]).tolist()
                self._pane.marked.emit(lon, lat)
        elif key == Qt.Key.Key_Escape and (chosen is not None or self._cross is not None):
            self._cross = None
            self._pane.left.emit()
        else:
            return False
        return True

    def cancel(self) -> None:
        if self._held is not None:
            self._pane.dropped.emit()
        self._pressed, self._held = None, None

    def _step(self, way: tuple[int, int], chosen: Dot | None, held: Qt.KeyboardModifier) -> None:
        """A chosen place goes by the width of a pixel of the map; with none, the cross goes."""
        far = _FAR if held & Qt.KeyboardModifier.ShiftModifier else 1
        view = self._map.view
        if chosen is not None:
            ((x, y),) = to_mercator([chosen.at]).tolist()
            by = view.scale * far
            ((lon, lat),) = to_degrees([(x + way[0] * by, y + way[1] * by)]).tolist()
            self._pane.nudged.emit(chosen.number, lon, lat)
            return
        x, y = self._cross or (view.x, view.y)
        by = 4 * view.scale * far
        self._cross = (x + way[0] * by, y + way[1] * by)

    def _dot_at(self, at: QPointF) -> int | None:
        view = self._map.view
        near = [
            (not dot.chosen, away, dot.number)
            for dot in self.dots
            for away in ((self._screen(dot.at, view) - at).manhattanLength(),)
            if away <= GRAB_PX * 1.4
        ]
        return min(near)[2] if near else None

    def _degrees(self, at: QPointF) -> Point:
        ((lon, lat),) = to_degrees(self._map.view.to_world([(at.x(), at.y())])).tolist()
        return lon, lat

    @staticmethod
    def _screen(place: Point, view: Viewport) -> QPointF:
        ((x, y),) = view.to_screen(to_mercator([place])).tolist()
        return QPointF(x, y)
