"""The still part of the map as one picture: ground, names, cameras; made on any thread."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QRegion, QTransform

from mapview.label_room import Box, Room
from mapview.qt.camera_painter import CameraLayer, SpotPainter
from mapview.qt.furniture import MapArea, paint_areas
from mapview.qt.ground_layer import GroundLayer, credits_of, notes_of, paint_ground
from mapview.qt.map_colours import MapColours
from mapview.qt.name_painter import font_of
from mapview.qt.symbol_art import SymbolArt
from mapview.symbols import Layout, lay_out
from mapview.viewport import Viewport

log = logging.getLogger(__name__)

_MARGIN: Final = 0.2
"""Painted beyond the screen on every side, so that a drag shows no empty edge at once."""


@dataclass(frozen=True)
class PictureRequest:
    """All a picture depends on."""

    ground: tuple[GroundLayer, ...]
    """From the bottom up."""
    layer: CameraLayer
    view: Viewport
    ratio: float
    colours: MapColours
    font: QFont
    hits: Mapping[str, int]
    areas: tuple[MapArea, ...]
    layout: Layout | None = None
    """The present spots, where only the place shown has changed."""


@dataclass(frozen=True)
class MapPicture:
    """An opaque image of `view` (a margin included), and where the symbols go at its scale."""

    image: QImage
    view: Viewport
    layer: CameraLayer
    layout: Layout
    """Counts the marks of `layer`."""
    credit: tuple[str, ...] = ()
    """Whom the map must name."""
    notes: tuple[str, ...] = ()
    """What of the ground could not be shown."""
    names: QRegion = field(default_factory=QRegion)
    """Where the names of the ground are, in pixels of `view`."""

    def names_on(self, view: Viewport) -> QRegion:
        """Where the names of the ground are on a screen that shows `view` now."""
        target, grown = self.target(view), self.view.scale / view.scale
        if grown == 1.0:
            return self.names.translated(target.topLeft().toPoint())
        turn = QTransform(grown, 0.0, 0.0, grown, target.x(), target.y())
        return turn.map(self.names)

    def target(self, view: Viewport) -> QRectF:
        """Where it lies on a screen that shows `view` now."""
        grown = self.view.scale / view.scale
        (x, y), *_ = view.to_screen([(self.view.x, self.view.y)]).tolist()
        width, height = self.view.width * grown, self.view.height * grown
        return QRectF(x - width / 2, y - height / 2, width, height)

    def paint(self, painter: QPainter, view: Viewport, ratio: float) -> None:
        """Moved or stretched to what a screen of `ratio` device pixels a pixel shows now."""
        target = self.target(view)
        if self.view.scale == view.scale:
            # On whole device pixels a copy is enough, and nothing is blurred.
            corner = target.topLeft() * ratio
            painter.drawImage(QPointF(corner.toPoint()) / ratio, self.image)
        else:
            hint = QPainter.RenderHint.SmoothPixmapTransform
            painter.setRenderHint(hint, view.width * view.height < 1_000_000)
            painter.drawImage(target, self.image)


def paint_picture(request: PictureRequest) -> MapPicture:
    """The picture asked for, with a margin around the view."""
    view = with_margin(request.view)
    layout = request.layout
    if layout is None:
        metrics = QFontMetricsF(font_of(request.font))
        layout = lay_out(
            request.layer.marks,
            view.scale,
            ground_m_per_px=view.ground_m_per_px,
            measure=lambda text: (metrics.horizontalAdvance(text) + 4, metrics.height()),
        )
    ratio = request.ratio
    image = QImage(
        round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    request.layer.prepare()
    colours, font = request.colours, request.font
    painter = QPainter(image)
    paint_ground(painter, request.ground, view, colours, ratio)
    room = Room(layout.boxes)
    # What lies on top is what is looked at: it is named first.
    for ground in reversed(request.ground):
        if ground.opacity > 0:
            ground.paint_names(painter, view, colours, font, room)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    request.layer.paint_cones(painter, view, colours, layout)
    paint_areas(painter, request.areas, view, colours, font)
    request.layer.paint_former(painter, view, colours, layout, font)
    art = SymbolArt(colours, font, ratio)
    SpotPainter(request.layer.marks, layout, view, colours, art, font, request.hits).paint(painter)
    painter.end()
    return MapPicture(
        image, view, request.layer, layout, credits_of(request.ground), notes_of(request.ground),
        _region(room.added, view),
    )  # fmt: skip


def _region(boxes: Iterable[Box], view: Viewport) -> QRegion:
    """Boxes of the sheet in pixels of a view."""
    left, top = view.bounds[0] / view.scale, -view.bounds[3] / view.scale
    region = QRegion()
    for box in boxes:
        region += QRectF(box.x - left, box.y - top, box.width, box.height).toAlignedRect()
    return region


def with_margin(view: Viewport) -> Viewport:
    """The view and what lies around it; an even number of pixels more, so both share a middle."""
    return replace(
        view,
        width=view.width + 2 * round(view.width * _MARGIN),
        height=view.height + 2 * round(view.height * _MARGIN),
    )


Deliver: TypeAlias = Callable[[MapPicture], None]
Fail: TypeAlias = Callable[[BaseException], None]
Render: TypeAlias = Callable[[Callable[[], MapPicture], Deliver, Fail], None]
"""Runs the first on any thread; then the second with its result, or the third with its error, on
the GUI thread."""


def at_once(work: Callable[[], MapPicture], then: Deliver, failed: Fail) -> None:
    """Paints where it is called: for tests and small maps."""
    del failed
    then(work())


class PictureDesk:
    """Keeps the newest picture; one is being made at a time, and one more after it if needed."""

    def __init__(
        self,
        render: Render,
        request: Callable[[], PictureRequest],
        changed: Callable[[], None],
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """`request` says what is wanted now; `changed` is called when a picture has come. Where
        `is_wanted` says no (the window was closed while it was made) it is dropped."""
        self._is_wanted = is_wanted
        self.picture: MapPicture | None = None
        self._render, self._request, self._changed = render, request, changed
        self._in_flight = False
        self._stale = False
        self._new_layout = False
        self._coming: Viewport | None = None
        """What the newest picture shows, or the one being made will."""

    @property
    def is_settled(self) -> bool:
        """Whether the newest picture is the one wanted."""
        return self.picture is not None and not self._in_flight

    def refresh(self, *, new_layout: bool = True) -> None:
        """Something a picture depends on has changed; `new_layout`: cameras or letters."""
        self._new_layout |= new_layout
        self._ask()

    def follow(self, view: Viewport) -> None:
        """Another part of the world is shown: a new picture where this one does not reach."""
        if self._coming is None or not self._coming.covers(view):
            self._ask()

    def _ask(self) -> None:
        if self._in_flight:
            self._stale = True
            return
        request = self._request()
        if self.picture is not None and not self._new_layout:
            kept = self.picture.layout
            same = kept.scale == request.view.scale
            request = replace(request, layout=kept if same else None, layer=self.picture.layer)
        self._in_flight, self._stale, self._new_layout = True, False, False
        self._coming = with_margin(request.view)
        self._render(lambda: paint_picture(request), self._take, self._give_up)

    def _take(self, picture: MapPicture) -> None:
        if not self._is_wanted():
            return
        self.picture, self._in_flight = picture, False
        if self._stale:
            self._ask()
        self._changed()

    def _give_up(self, error: BaseException) -> None:
        # Whoever renders has reported it; the picture before stays.
        log.debug("no map picture: %s", error)
        self._in_flight = False
