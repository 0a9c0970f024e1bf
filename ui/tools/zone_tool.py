"""Drawing a zone or a line, or moving the corners of a zone: what clicks and keys mean, in source
pixels.

A state machine without a widget: the tile hands it gestures together with where the picture lies,
and draws what it holds.
"""

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QObject, Qt, Signal

from ui.tools.hit_test import area, corner_at, edges_cross, with_corner_at
from ui.tools.picture_map import PictureMap, Point, Polygon

REACH: Final = 10.0
"""A click so near (in view points) to a corner means that corner."""
_LEAST_AREA: Final = 4.0
_CLOSE_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Mode: TypeAlias = Literal["zone", "line", "edit", "crossing", "brush"]


class ZoneTool(QObject):
    """Collects corners until the polygon is closed; or lets those of a given one be dragged."""

    changed = Signal()
    """The draft looks different."""
    closed = Signal(object)
    """The polygon is done: a tuple of at least three (x, y) in source pixels."""
    line_closed = Signal(object)
    """The line is done: a tuple of at least two (x, y) in source pixels."""
    ended = Signal()
    """The tool was put away, with or without a polygon."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawing = False
        self._editing = False
        self._is_line = False
        self._crossing = False
        self._corners: Polygon = ()
        self._rubber: Point | None = None
        self._held: int | None = None

    @property
    def active(self) -> bool:
        """Whether gestures go to it."""
        return self._drawing or self._editing

    @property
    def editing(self) -> bool:
        """Whether a closed polygon is being changed, not a new one drawn."""
        return self._editing

    @property
    def mode(self) -> Mode:
        """What is done with it; `crossing`: the last corner or the end was refused, because edges
        of a zone must not cross."""
        if self._crossing:
            return "crossing"
        if self._editing:
            return "edit"
        return "line" if self._is_line else "zone"

    @property
    def corners(self) -> Polygon:
        """The corners so far, in source pixels."""
        return self._corners

    @property
    def rubber(self) -> Point | None:
        """Where the next corner would come: the end of the line that follows the pointer."""
        return self._rubber if self._drawing else None

    def start(self, *, line: bool = False) -> None:
        """Begins a new polygon, or a directed line."""
        self._is_line = line
        self._begin(drawing=True, corners=())

    def edit(self, polygon: Polygon) -> None:
        """Lets the corners of a polygon be dragged; Enter keeps it."""
        self._begin(drawing=False, corners=polygon)

    def cancel(self) -> None:
        """Puts the tool away; what was drawn is gone."""
        if self.active:
            self._end()

    def press(self, place: PictureMap, point: Point) -> None:
        """The pointer was pressed at a view point."""
        near = corner_at([place.to_view(corner) for corner in self._corners], point, reach=REACH)
        if self._editing:
            self._held = near
        elif self._drawing and near == 0 and len(self._corners) >= 3 and not self._is_line:
            self._close()
        elif self._drawing:
            self._add(place.clamped(place.to_source(point)))

    def move(self, place: PictureMap, point: Point) -> None:
        """The pointer is at a view point, pressed or not."""
        at = place.clamped(place.to_source(point))
        if self._held is not None:
            self._corners = with_corner_at(self._corners, self._held, at)
        elif self._drawing:
            self._rubber = at
        else:
            return
        self.changed.emit()

    def release(self) -> None:
        """The pointer was let go."""
        self._held = None

    def double_click(self) -> None:
        """Closes the polygon; its two presses added one corner, or two in one place."""
        if self._drawing:
            self._close()

    def key(self, key: int) -> bool:
        """Whether a key meant something: Enter, Backspace, Escape."""
        if not self.active:
            return False
        if key in _CLOSE_KEYS:
            self._close()
        elif key == Qt.Key.Key_Backspace and self._drawing:
            self._corners, self._crossing = self._corners[:-1], False
            self.changed.emit()
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        else:
            return False
        return True

    def _begin(self, *, drawing: bool, corners: Polygon) -> None:
        self._drawing, self._editing = drawing, not drawing
        self._corners, self._rubber, self._held = corners, None, None
        self._crossing = False
        self.changed.emit()

    def _add(self, corner: Point) -> None:
        if not self._corners or self._corners[-1] != corner:
            longer = (*self._corners, corner)
            self._crossing = not self._is_line and edges_cross(longer, closed=False)
            self._corners = self._corners if self._crossing else longer
        self.changed.emit()

    def _close(self) -> None:
        polygon = self._corners
        if self._is_line and self._drawing:
            if len(polygon) >= 2:
                self._end()
                self.line_closed.emit(polygon)
            return
        self._crossing = edges_cross(polygon, closed=True)
        if self._crossing:
            self.changed.emit()
            return
        # Fewer, or all on a line, enclose nothing: go on drawing.
        if len(polygon) >= 3 and area(polygon) >= _LEAST_AREA:
            self._end()
            self.closed.emit(polygon)

    def _end(self) -> None:
        self._drawing = self._editing = False
        self._corners, self._rubber, self._held = (), None, None
        self.changed.emit()
        self.ended.emit()
