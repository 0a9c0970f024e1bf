"""A picture that is zoomed and moved in its view, and the size its decoder should make it in."""

from typing import Final

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ui.tools.picture_map import PictureMap

_STEP: Final = 1.25


class ZoomView(QWidget):
    """Keeps where the picture lies; asks for more pixels as it comes nearer, up to its own.

    Beyond 1:1 nothing is asked for that the recording does not hold: there the picture is enlarged
    when it is painted, smoothly while it stands still, by repeating pixels while it plays.
    """

    size_wanted = Signal(int, int)
    """The size the decoder should make pictures in, in device pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = PictureMap((16, 9), (1.0, 1.0))
        self._asked = (0, 0)

    @property
    def place(self) -> PictureMap:
        """Where the picture lies in the tile."""
        return self._place

    def set_picture_size(self, width: int, height: int) -> None:
        """How many pixels the recording itself has."""
        self._place = self._place.resized((width, height), self._place.view)
        self._ask_size()

    def zoom_notches(self, notches: float, at: QPointF) -> None:
        """As many steps nearer as the wheel was turned, at a point of the view."""
        if notches:
            self.zoom(_STEP**notches, at)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms by a factor at a point of the tile, or at its middle."""
        point = at or QPointF(self.rect().center())
        self._set_place(self._place.zoomed(factor, (point.x(), point.y())))

    def zoom_in(self) -> None:
        """One step nearer."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """One step back."""
        self.zoom(1 / _STEP)

    def fit(self) -> None:
        """The whole picture."""
        self._set_place(self._place.whole())

    def _set_place(self, place: PictureMap) -> None:
        if place != self._place:
            self._place = place
            self._ask_size()
            self.update()

    def ask_size_again(self) -> None:
        """Says once more which size is wanted: the player was opened anew."""
        self._asked = (0, 0)
        self._ask_size()

    def _ask_size(self) -> None:
        """Pictures as large as they are shown, but beyond their own pixels only to fill a tile."""
        ratio = self.devicePixelRatioF()
        (across, down), place = self._place.source, self._place
        fitted = place.scale / place.zoom * ratio
        scale = min(place.scale * ratio, max(fitted, 1.0))
        size = max(round(across * scale), 1), max(round(down * scale), 1)
        if size != self._asked and self.isVisible():
            self._asked = size
            self.size_wanted.emit(*size)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        view = float(self.width()), float(self.height())
        self._place = self._place.resized(self._place.source, view)
        self._ask_size()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_size()
