"""A tool of the map: one click says a place."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter

from casefiles.geo import GeoPoint
from mapview.projection import unproject
from mapview.qt.map_colours import MapColours
from mapview.qt.map_view import MapView
from mapview.viewport import Viewport


class PlacePick:
    """Gives the place that is clicked next to `ended`, or None where it was given up; then it puts
    itself away."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: MapView, hint: str, ended: Callable[[GeoPoint | None], None]) -> None:
        self.hint = hint
        self._view = view
        self._ended = ended
        self._is_over = False

    def start(self) -> None:
        """Puts itself into the hand."""
        self._view.set_tool(self)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def paint(
        self, _painter: QPainter, _view: Viewport, _colours: MapColours, _font: QFont
    ) -> None:
        """Nothing: the pointer is enough."""

    def press(self, _at: QPointF, button: Qt.MouseButton, _held: Qt.KeyboardModifier) -> bool:
        """Only the left button says a place; the others move the map."""
        return button == Qt.MouseButton.LeftButton

    def move(self, _at: QPointF) -> None:
        """Nothing happens on the way."""

    def release(self, at: QPointF) -> None:
        """This is the place."""
        self._end(unproject(*self._view.view.world_at(at.x(), at.y())))

    def double(self, _at: QPointF) -> bool:
        """The first click of the two ended it."""
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Escape gives it up; Enter takes the middle of the map."""
        if event.key() == Qt.Key.Key_Escape:
            self._end(None)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.release(QPointF(self._view.rect().center()))
            return True
        return False

    def cancel(self) -> None:
        """Another tool is taken into the hand, or none."""
        self._tell(None)

    def _end(self, place: GeoPoint | None) -> None:
        self._tell(place)
        if self._view.tool is self:
            self._view.set_tool(None)

    def _tell(self, place: GeoPoint | None) -> None:
        if not self._is_over:
            self._is_over = True
            self._ended(place)
