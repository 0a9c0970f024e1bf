"""Tiles of an archive as a layer of ground: pictures or shapes, as many as the view needs.

Tiles are read where they are painted, off the GUI thread; what was made of them lately is kept.
Nearer than the archive goes, its finest tiles are stretched; farther out than it goes, only where
it lies is drawn.
"""

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QImageReader, QPainter, QPen

from casefiles.exchange.tile_facts import TileArchive, TileForm, form_of
from mapview.bounded_cache import BoundedCache
from mapview.label_room import Room
from mapview.qt.base_painter import BaseShapes, paint_shapes
from mapview.qt.ground_layer import GroundLayer
from mapview.qt.map_colours import MapColours
from mapview.qt.name_painter import paint_names
from mapview.tile_grid import Tile, bounds_of_degrees, tiles_over, zoom_for, zoom_within
from mapview.vector_tiles import TileShapes, shapes_of
from mapview.viewport import Bounds, Viewport
from resources.errors import UserError

log = logging.getLogger(__name__)

_MOST_PICTURES: Final = 400
_MOST_SHAPES: Final = 64
"""Tiles of one view."""
_PICTURES_BYTES: Final = 96 * 1024**2
_SHAPES_BYTES: Final = 128 * 1024**2
_POINT_BYTES: Final = 80
"""A point as an array, as a painter path, and its share of what is around both."""
_TILE_BYTES: Final = 20_000
_MOST_SIDE: Final = 4096
_MOST_PIXELS: Final = 60_000_000
"""Qt itself reads no picture above 256 MB, and would only call it unreadable."""
_LEAST_BYTES: Final = 64
_PICTURE_PX: Final = 256
_SHAPES_PX: Final = 700
"""A vector tile is drawn for 512 pixels; the same lines serve a little beyond."""
_MOST_UP: Final = 8
"""Zooms to go up for a tile that is not there: 256 times as large is only a blur."""


def tile_layer(archive: TileArchive, *, opacity: float = 1.0) -> GroundLayer:
    """The layer an open archive gives: of pictures or of shapes. It does not close the archive."""
    if archive.facts.is_vector:
        return ShapeTiles(archive, opacity)
    return PictureTiles(archive, opacity)


@dataclass(frozen=True, eq=False)
class _Tiles:
    """What both kinds share: where they lie, whom they name, and what could not be read."""

    archive: TileArchive
    opacity: float = 1.0
    is_backdrop: bool = False

    @property
    def bounds(self) -> Bounds:
        """What the archive says it covers."""
        return bounds_of_degrees(self.archive.facts.bounds)

    @property
    def credit(self) -> str:
        """What the archive asks to be named."""
        return self.archive.facts.credit

    @property
    def note(self) -> str:
        """How many tiles could not be read so far; which and why is in the log."""
        bad = len(self._bad)
        if not bad:
            return ""
        said = _tr("{name}: tiles that cannot be read: {number}")
        return said.format(name=self.archive.facts.name, number=bad)

    @cached_property
    def _bad(self) -> set[Tile]:
        return set()

    def _bytes(self, tile: Tile) -> bytes | None:
        return self.archive.tile(tile.zoom, tile.column, tile.row)

    def _spoilt(self, tile: Tile, error: UserError) -> None:
        if tile not in self._bad:
            self._bad.add(tile)
            log.warning("%s", error)

    def _zoom(self, view: Viewport, wanted: float, most: int) -> int | None:
        facts = self.archive.facts
        return zoom_within(view.bounds, wanted, facts.least_zoom, facts.most_zoom, most)


class PictureTiles(_Tiles):
    """Photographs or drawn maps."""

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """Every tile on whole device pixels: between two of them nothing shines through."""
        # Chosen for the pixels of the screen, so that letters in a drawn map stay sharp.
        wanted = zoom_for(view.scale / ratio, self._side)
        zoom = self._zoom(view, wanted, _MOST_PICTURES)
        if zoom is None:
            _paint_where(painter, self.bounds, view, colours)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for tile in tiles_over(view.bounds, zoom):
            found = self._nearest(tile)
            if found is not None:
                image, source = found
                painter.drawImage(_on_screen(tile.bounds, view, ratio), image, source)
        painter.restore()

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        """Pictures carry their own."""

    @cached_property
    def _images(self) -> BoundedCache[Tile, QImage | None]:
        return BoundedCache(
            _PICTURES_BYTES, lambda image: 64 if image is None else image.sizeInBytes()
        )

    @cached_property
    def _side(self) -> int:
        """Pixels across one tile, by the first that is found where the archive says it is."""
        left, bottom, right, top = self.bounds
        x, y = (left + right) / 2, (bottom + top) / 2
        for zoom in range(self.archive.facts.least_zoom, self.archive.facts.most_zoom + 1):
            for tile in tiles_over((x, y, x, y), zoom):
                image = self._image(tile)
                if image is not None:
                    return max(64, image.width())
        return _PICTURE_PX

    def _image(self, tile: Tile) -> QImage | None:
        def made() -> QImage | None:
            try:
                data = self._bytes(tile)
                return None if data is None else read_picture(data, str(tile))
            except UserError as error:
                self._spoilt(tile, error)
                return None

        return self._images.get(tile, made)

    def _nearest(self, tile: Tile) -> tuple[QImage, QRectF] | None:
        """The picture of a tile, or the part of one farther out that shows the same ground."""
        most = min(_MOST_UP, tile.zoom - self.archive.facts.least_zoom)
        for up in range(most + 1):
            parent = tile.parent(up)
            image = self._image(parent)
            if image is not None:
                left, top, share = tile.part_of(parent)
                wide, high = image.width(), image.height()
                return image, QRectF(left * wide, top * high, share * wide, share * high)
        return None


class ShapeTiles(_Tiles):
    """Vector tiles, in the colours of the map, named like it."""

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """Tile by tile, each cut at its edge: their shapes reach over it."""
        zoom = self._fitting(view)
        if zoom is None:
            _paint_where(painter, self.bounds, view, colours)
            return
        for tile in tiles_over(view.bounds, zoom):
            found = self._nearest(tile)
            if found is not None:
                box = _on_screen(tile.bounds, view, ratio)
                painter.save()
                painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
                painter.fillRect(box, colours.land)
                paint_shapes(painter, found.shapes, view, colours)
                painter.restore()

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        """The names of all tiles in view, as of one map."""
        zoom = self._fitting(view)
        if zoom is None:
            return
        tiles = (self._nearest(tile) for tile in tiles_over(view.bounds, zoom))
        # Two tiles may show the same one above them.
        pieces = {id(piece): piece for piece in tiles if piece is not None}
        names = [piece.tile.names for piece in pieces.values()]
        if names:
            paint_names(painter, names, view, colours, font, room)

    def _fitting(self, view: Viewport) -> int | None:
        return self._zoom(view, zoom_for(view.scale, _SHAPES_PX), _MOST_SHAPES)

    @cached_property
    def _pieces(self) -> "BoundedCache[Tile, _Piece | None]":
        return BoundedCache(_SHAPES_BYTES, lambda piece: 64 if piece is None else piece.weight)

    def _piece(self, tile: Tile) -> "_Piece | None":
        def made() -> _Piece | None:
            try:
                data = self._bytes(tile)
                if data is None:
                    return None
                shapes = shapes_of(data, tile)
            except UserError as error:
                self._spoilt(tile, error)
                return None
            return _Piece(shapes, BaseShapes(shapes.ground).prepare())

        return self._pieces.get(tile, made)

    def _nearest(self, tile: Tile) -> "_Piece | None":
        most = min(_MOST_UP, tile.zoom - self.archive.facts.least_zoom)
        pieces = (self._piece(tile.parent(up)) for up in range(most + 1))
        return next((piece for piece in pieces if piece is not None), None)


@dataclass(frozen=True)
class _Piece:
    """One vector tile, ready to paint."""

    tile: TileShapes
    shapes: BaseShapes

    @cached_property
    def weight(self) -> int:
        return _TILE_BYTES + self.tile.points * _POINT_BYTES


def read_picture(data: bytes, name: str, most_side: int = _MOST_SIDE) -> QImage:
    """A PNG, JPEG or WebP as an image quick to paint; its size is looked at before its pixels.

    Raises:
        UserError: it is none of them, damaged, or larger than `most_side` either way or than
            60 million pixels.
    """
    form = form_of(data)
    if form is None:
        raise UserError(f"{name} is neither PNG, JPEG nor WebP", "Save it as one of these.")
    buffer = QBuffer()
    # Qt asks for 40 bytes before it believes in a WebP; one of open sea can be shorter.
    buffer.setData(QByteArray(data.ljust(_LEAST_BYTES, b"\0")))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, _QT_NAME[form])
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > most_side:
        raise UserError(
            f"{name} is {size.width()} x {size.height()} pixels, more than {most_side} on a side",
            "Save it smaller.",
        )
    if size.width() * size.height() > _MOST_PIXELS:
        raise UserError(
            f"{name} is {size.width()} x {size.height()} pixels, more than 60 million in all",
            "Save it smaller.",
        )
    image = reader.read() if size.isValid() else QImage()
    if image.isNull():
        raise UserError(f"{name} is damaged: {reader.errorString()}", "Get it again.")
    # The two kinds that painting needs no conversion for.
    form_wanted = (
        QImage.Format.Format_ARGB32_Premultiplied
        if image.hasAlphaChannel()
        else QImage.Format.Format_RGB32
    )
    return image.convertToFormat(form_wanted)


_QT_NAME: Final[dict[TileForm, QByteArray]] = {
    "png": QByteArray(b"png"), "jpg": QByteArray(b"jpeg"), "webp": QByteArray(b"webp"),
}  # fmt: skip


def _on_screen(bounds: Bounds, view: Viewport, ratio: float) -> QRectF:
    """A box of the world on whole device pixels, the same edge for both neighbours."""
    (left, top), (right, bottom) = view.to_screen(
        [(bounds[0], bounds[3]), (bounds[2], bounds[1])]
    ).tolist()
    left, top, right, bottom = (round(edge * ratio) / ratio for edge in (left, top, right, bottom))
    return QRectF(left, top, right - left, bottom - top)


def _paint_where(painter: QPainter, bounds: Bounds, view: Viewport, colours: MapColours) -> None:
    """Far out, where the archive has nothing: the box in which it has."""
    painter.save()
    painter.setPen(QPen(colours.text_dim, 1.0, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(_on_screen(bounds, view, 1.0))
    painter.restore()


def _tr(text: str) -> str:
    return QCoreApplication.translate("MapView", text)
