"""What the map is painted on: layers from the bottom up, each behind one small protocol."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtGui import QFont, QImage, QPainter

from mapview.label_room import Room
from mapview.qt.map_colours import MapColours
from mapview.viewport import Bounds, Viewport


class GroundLayer(Protocol):
    """One layer of ground; everything but the properties is called on any thread.

    A layer is never changed once it is shown: other options, another layer.
    """

    @property
    def bounds(self) -> Bounds | None:
        """What it covers in world metres; None where it covers nothing."""
        ...

    @property
    def is_backdrop(self) -> bool:
        """Whether it has no say in what "show all" shows while another layer covers something."""
        ...

    @property
    def opacity(self) -> float:
        """How far it hides what is below, 0..1."""
        ...

    @property
    def credit(self) -> str:
        """Whom the map must name, on one line; empty for nobody."""
        ...

    @property
    def note(self) -> str:
        """What cannot be shown of it at present, on one line; empty where all can."""
        ...

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """Paints what lies in `view` in its logical pixels, as if it were opaque.

        `ratio`: device pixels a logical one. The land is filled already; the painter comes back
        as it was.
        """
        ...

    def paint_names(
        self,
        painter: QPainter,
        view: Viewport,
        colours: MapColours,
        font: QFont,
        room: Room,
    ) -> None:
        """Writes names where `room` (sheet pixels, see `label_room`) is free, and takes it."""
        ...


def paint_ground(
    painter: QPainter,
    layers: Sequence[GroundLayer],
    view: Viewport,
    colours: MapColours,
    ratio: float,
) -> None:
    """Fills the whole picture: land, then the layers in the order given; no names."""
    painter.fillRect(0, 0, view.width, view.height, colours.land)
    for layer in layers:
        if layer.opacity >= 1:
            layer.paint(painter, view, colours, ratio)
        elif layer.opacity > 0:
            painter.save()
            painter.setOpacity(layer.opacity)
            # On a sheet of its own: shape by shape, what overlaps inside a layer would show.
            painter.drawImage(0, 0, _alone(layer, view, colours, ratio))
            painter.restore()


def _alone(layer: GroundLayer, view: Viewport, colours: MapColours, ratio: float) -> QImage:
    sheet = QImage(
        round(view.width * ratio),
        round(view.height * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(0)
    painter = QPainter(sheet)
    layer.paint(painter, view, colours, ratio)
    painter.end()
    return sheet


def covered(layers: Sequence[GroundLayer]) -> Bounds | None:
    """What the layers cover together; backdrops count where nothing else covers anything."""
    own = [one.bounds for one in layers if not one.is_backdrop and one.bounds is not None]
    boxes = own or [one.bounds for one in layers if one.bounds is not None]
    if not boxes:
        return None
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def credits_of(layers: Sequence[GroundLayer]) -> tuple[str, ...]:
    """Whom the layers shown must name, each once, in the order of the layers."""
    return tuple(dict.fromkeys(one.credit for one in layers if one.credit and one.opacity > 0))


def notes_of(layers: Sequence[GroundLayer]) -> tuple[str, ...]:
    """What cannot be shown of the layers, each once."""
    return tuple(dict.fromkeys(one.note for one in layers if one.note and one.opacity > 0))
