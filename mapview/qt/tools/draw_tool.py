"""Corners set one after the other on the map, by mouse or by keys: what all drawing tools share.

Corners are kept in world metres, so that the map can be moved and zoomed while they are set.
"""

import math
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen

from mapview.projection import to_degrees
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of
from mapview.viewport import Viewport

_DRAG_PX: Final = 6.0
"""A press that moves farther than this drags instead of setting a corner."""
_STEP_PX: Final = 8.0
_SAME_PX: Final = 2.0
_KEY_PX: Final = 12.0
_FINE_PX: Final = 1.0
_EDGE_PX: Final = 24.0
_Key = Qt.Key
_ARROWS: Final = {
    _Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1),
}  # fmt: skip
World = tuple[float, float]
LonLat = tuple[float, float]


class Board(Protocol):
    """The map as a tool sees it."""

    view: Viewport

    def show_viewport(self, view: Viewport, /) -> None:
        """Shows another part of the world."""

    def update(self) -> None:
        """Paints again."""


class DrawTool:
    """Click by click, or freehand where a subclass says so; Enter or a double click ends it.

    By keys: arrows move a cross (Shift: finely), Space sets a corner, Backspace takes one back,
    Enter ends, Escape gives up.
    """

    least = 2
    """So many corners are something."""
    freehand = False
    """Whether a drag draws; else it moves the map."""

    def __init__(
        self,
        board: Board,
        hint: str,
        *,
        ended: Callable[[tuple[LonLat, ...]], None],
        left: Callable[[], None],
    ) -> None:
        """`ended` gets the corners as (lon, lat); `left` is told when a person has had enough."""
        self._board = board
        self._hint = hint
        self._ended = ended
        self._left = left
        self.corners: list[World] = []
        self.pointer: World | None = None
        """Where the next corner would be."""
        self._by_keys = False
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragged = False

    # -- what a map asks of a tool

    @property
    def hint(self) -> str:
        """What a person may do now."""
        return self._hint

    @property
    def cursor(self) -> Qt.CursorShape:
        """A cross sets corners."""
        return Qt.CursorShape.CrossCursor

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """Takes the left button; the other one takes the newest corner back."""
        del modifiers
        self._by_keys = False
        if button == Qt.MouseButton.RightButton:
            self._back()
            return True
        if button != Qt.MouseButton.LeftButton:
            return False
        self._pressed, self._last, self._dragged = at, at, False
        return True

    def move(self, at: QPointF) -> None:
        """The line follows; a drag draws freehand, or moves the map."""
        self.pointer, self._by_keys = self._world(at), False
        pressed = self._pressed
        if pressed is None:
            return
        if not self._dragged:
            if _apart(at, pressed) < _DRAG_PX:
                return
            self._dragged = True
            self._begin_drag(pressed)
        self._drag(at)
        self._last = at

    def release(self, at: QPointF) -> None:
        """A click sets a corner; the end of a freehand line ends the drawing."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if self._dragged:
            self._end_drag(at)
        else:
            self.put(self._world(at))

    def double(self, at: QPointF) -> bool:
        """Ends the drawing; its first click has set the last corner."""
        self._pressed = None
        del at
        self.end()
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key was for the drawing."""
        key = _Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if key in _ARROWS:
            self._step(*_ARROWS[key], fine=bool(held))
        elif key == _Key.Key_Space:
            self.put(self._cross())
        elif key in (_Key.Key_Return, _Key.Key_Enter):
            self._enter()
        elif key == _Key.Key_Backspace:
            self._back()
        elif key == _Key.Key_Escape:
            self._escape()
        else:
            return False
        return True

    def cancel(self) -> None:
        """Nothing is drawn any more."""
        self.corners, self.pointer, self._by_keys = [], None, False
        self._pressed, self._dragged = None, False

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """The corners, the line to the pointer, and the cross while keys move it."""
        self._paint_shape(painter, view, colours, font)
        painter.setPen(QPen(colours.accent, 1.5))
        painter.setBrush(colours.panel)
        if len(self.corners) <= 40:
            for corner in self.pixels(view, self.corners):
                painter.drawEllipse(corner, 4.0, 4.0)
        if self._by_keys and self.pointer is not None:
            (at,) = self.pixels(view, [self.pointer])
            for colour, width in ((colours.land, 4.0), (colours.text, 1.6)):
                painter.setPen(QPen(colour, width))
                painter.drawLine(at - QPointF(11, 0), at + QPointF(11, 0))
                painter.drawLine(at - QPointF(0, 11), at + QPointF(0, 11))

    # -- what a subclass makes of it

    def _paint_shape(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        del font
        painter.setPen(QPen(colours.accent, 1.8, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(self.pixels(view, self.line()))

    def _begin_drag(self, at: QPointF) -> None:
        if self.freehand:
            self.corners.append(self._world(at))

    def _drag(self, at: QPointF) -> None:
        if not self.freehand:
            step = at - self._last
            self._board.show_viewport(self._board.view.panned(step.x(), step.y()))
            return
        world = self._world(at)
        last = self.corners[-1]
        if math.hypot(world[0] - last[0], world[1] - last[1]) >= _STEP_PX * self._board.view.scale:
            self.corners.append(world)

    def _end_drag(self, at: QPointF) -> None:
        del at
        if self.freehand:
            self.end()

    # -- for them

    def line(self) -> list[World]:
        """The corners, and the pointer behind them while there is something to go on from."""
        if self.pointer is None or not self.corners:
            return list(self.corners)
        return [*self.corners, self.pointer]

    def put(self, world: World) -> None:
        """Sets a corner; one where the last is already is none (a double click sets two)."""
        near = _SAME_PX * self._board.view.scale
        if self.corners:
            last = self.corners[-1]
            if math.hypot(world[0] - last[0], world[1] - last[1]) < near:
                return
        self.corners.append(world)
        self._board.update()

    def end(self) -> None:
        """Gives the corners away where they are enough, and goes on with an empty sheet."""
        corners = self.corners
        self.cancel()
        if len(corners) >= self.least:
            self._ended(tuple((lon, lat) for lon, lat in to_degrees(corners).tolist()))
        self._board.update()

    def _enter(self) -> None:
        if self._by_keys and self.pointer is not None and len(self.corners) < self.least:
            self.put(self.pointer)
        if len(self.corners) >= self.least:
            self.end()

    def _escape(self) -> None:
        """First the drawing, then the tool."""
        if self.corners:
            self.cancel()
        else:
            self._left()

    def _back(self) -> None:
        if self.corners:
            self.corners.pop()

    def _step(self, across: int, down: int, *, fine: bool) -> None:
        """Moves the cross; where it would leave the map, the map moves."""
        view = self._board.view
        x, y = view.to_screen([self._cross()])[0].tolist()
        step = _FINE_PX if fine else _KEY_PX
        x, y = x + across * step, y + down * step
        off_x = min(0.0, x - _EDGE_PX) + max(0.0, x - view.width + _EDGE_PX)
        off_y = min(0.0, y - _EDGE_PX) + max(0.0, y - view.height + _EDGE_PX)
        self.pointer, self._by_keys = view.world_at(x, y), True
        if off_x or off_y:
            self._board.show_viewport(view.panned(-off_x, -off_y))

    def _cross(self) -> World:
        """Where the keyboard's cross is: where it was left, if that is in view."""
        view = self._board.view
        if self.pointer is not None:
            left, bottom, right, top = view.bounds
            if left <= self.pointer[0] <= right and bottom <= self.pointer[1] <= top:
                return self.pointer
        return view.x, view.y

    def _world(self, at: QPointF) -> World:
        return self._board.view.world_at(at.x(), at.y())

    @staticmethod
    def pixels(view: Viewport, world: list[World]) -> list[QPointF]:
        """World metres as pixels."""
        if not world:
            return []
        return [QPointF(x, y) for x, y in view.to_screen(np.asarray(world)).tolist()]


def write_chip(
    painter: QPainter, at: QPointF, text: str, view: Viewport, colours: MapColours, font: QFont
) -> None:
    """A text on a small panel beside a place, moved into the view where it would leave it."""
    face = font_of(font)
    metrics = QFontMetricsF(face)
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 6
    x = min(max(at.x() + 12, 4.0), max(view.width - width - 4, 4.0))
    y = min(max(at.y() - height - 8, 4.0), max(view.height - height - 4, 4.0))
    box = QRectF(x, y, width, height)
    painter.setPen(QPen(colours.line, 1))
    painter.setBrush(faded(colours.panel, 0.94))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colours.text)
    painter.setFont(face)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _apart(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
