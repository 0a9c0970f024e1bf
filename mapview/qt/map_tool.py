"""What can be put onto a map from outside: overlays that are painted over it, and tools that mean
something else by presses and keys while they are on."""

from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter

from mapview.qt.map_colours import MapColours
from mapview.viewport import Viewport


class Overlay(Protocol):
    """Painted over the picture of ground and cameras with every paint: it must be quick (hundreds
    of shapes); what is more belongs into an image made on another thread."""

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, /) -> None:
        """Paints itself in logical pixels of the view; leaves the painter as it may."""


class MapTool(Overlay, Protocol):
    """Presses go to it first; what it does not take pans, zooms and chooses as ever."""

    @property
    def hint(self) -> str:
        """What a person may do now, in one sentence; shown over the map."""

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer while it is on."""

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier, /) -> bool:
        """Whether a press was for it; then moves and the release come to it too."""

    def move(self, at: QPointF, /) -> None:
        """The pointer moves, pressed or not."""

    def release(self, at: QPointF, /) -> None:
        """The button that it took goes up."""

    def double(self, at: QPointF, /) -> bool:
        """Whether a double click was for it."""

    def key(self, event: QKeyEvent, /) -> bool:
        """Whether a key was for it; Escape comes to it first."""

    def cancel(self) -> None:
        """Gives up what is in the middle: it is being put away, or Escape was pressed."""
