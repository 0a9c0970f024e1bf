"""A layer over the map that is too much to paint with every frame: an image made elsewhere, moved
or stretched until the next one is there, like the picture of the ground below it."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter, QRegion

from mapview.qt.map_colours import MapColours
from mapview.qt.picture import with_margin
from mapview.viewport import Viewport

Art: TypeAlias = Callable[[QPainter, Viewport, MapColours, QFont, float], None]
"""Paints in logical pixels of a view, on any thread; the last is device pixels a logical one."""
Ask: TypeAlias = Callable[
    [Callable[[], QImage], Callable[[QImage], None], Callable[[BaseException], None]], None
]
"""Runs the first on any thread; then the second with its result, or the third with its error, on
the GUI thread."""


def at_once(
    work: Callable[[], QImage],
    then: Callable[[QImage], None],
    failed: Callable[[BaseException], None],
) -> None:
    """Paints where it is called: for tests and prints."""
    del failed
    then(work())


class ImageOverlay:
    """An `Overlay` whose art is painted elsewhere, one image at a time."""

    def __init__(
        self,
        ask: Ask,
        changed: Callable[[], None],
        clear: Callable[[Viewport], QRegion] | None = None,
    ) -> None:
        """`changed` is called when another image has come; `clear` gives what the image must not
        cover on a view: symbols and names."""
        self._ask, self._changed, self._clear = ask, changed, clear
        self.art: Art | None = None
        self._image: QImage | None = None
        self._shown: tuple[Art, MapColours, str, float] | None = None
        """What the image was made from, with its view below."""
        self._view = Viewport()
        self._in_flight = False

    @property
    def is_settled(self) -> bool:
        """Whether no image is being made."""
        return not self._in_flight

    def show(self, art: Art | None) -> None:
        """Another art; None takes it away. The image before stays until the new one has come."""
        self.art = art
        if art is None:
            self._image = None
        self._changed()

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """The newest image where it belongs; asks for another where it does not do."""
        art = self.art
        if art is None:
            return
        ratio = painter.device().devicePixelRatio()
        wanted = (art, colours, font.key(), ratio)
        if wanted != self._shown or not self._view.covers(view):
            self._want(art, view, colours, font, ratio)
        if self._image is not None:
            grown = self._view.scale / view.scale
            ((x, y),) = view.to_screen([(self._view.x, self._view.y)]).tolist()
            wide, high = self._view.width * grown, self._view.height * grown
            if self._clear is not None:
                painter.setClipRegion(QRegion(0, 0, view.width, view.height) - self._clear(view))
            painter.drawImage(QRectF(x - wide / 2, y - high / 2, wide, high), self._image)

    def _want(
        self, art: Art, view: Viewport, colours: MapColours, font: QFont, ratio: float
    ) -> None:
        if self._in_flight:
            return
        around, own = with_margin(view), QFont(font)

        def take(image: QImage) -> None:
            self._in_flight = False
            if self.art is not None:
                self._image, self._view = image, around
                self._shown = (art, colours, own.key(), ratio)
            # Whoever is painted now asks again where this one does not do any more.
            self._changed()

        def give_up(_: BaseException) -> None:
            # Whoever asks has reported it; asked again it would fail again.
            self._in_flight, self.art = False, None

        self._in_flight = True
        self._ask(lambda: paint_image(art, around, colours, own, ratio), take, give_up)


def paint_image(art: Art, view: Viewport, colours: MapColours, font: QFont, ratio: float) -> QImage:
    """The art on nothing: an image of the view with a transparent ground."""
    image = QImage(
        round(view.width * ratio),
        round(view.height * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    art(painter, view, colours, font, ratio)
    painter.end()
    return image
