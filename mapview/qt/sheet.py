"""The map on a page: title, dates, the map with scale and north, a legend of what is on it,
credits. The same painting makes a picture, a PDF and a print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPicture,
    QPolygonF,
    QRegion,
)

from casefiles.usecases.street_types import State
from mapview.blind_spots import BlindSpots
from mapview.qt.camera_painter import SpotPainter
from mapview.qt.coverage_painter import pen_of
from mapview.qt.furniture import paint_furniture
from mapview.qt.image_overlay import Art, paint_image
from mapview.qt.journey_painter import leg_pen, stop_shape
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of
from mapview.qt.picture import PictureRequest, paint_picture
from mapview.qt.sight_painter import BlindSpotArt, paint_blind_spots
from mapview.qt.symbol_art import SymbolArt
from mapview.viewport import Viewport

LegendKind: TypeAlias = Literal[
    "footage", "none", "guessed", "former", "blind", "way", "track", "other",
    "street whole", "street part", "street missing", "street none", "stop", "leg", "leg wrong",
    "ring",
]  # fmt: skip
_PX_PER_INCH: Final = 96.0
_EDGE_PX: Final = 40.0
_HEAD_PX: Final = 105.0
_LINE_PX: Final = 17.0
_MOST_LINES: Final = 4
_LEGEND_PX: Final = 46.0
_FOOT_PX: Final = 34.0
_SAMPLE_PX: Final = 30.0
_STREETS: Final[dict[str, State]] = {
    "street whole": "whole", "street part": "part", "street missing": "missing",
    "street none": "none",
}  # fmt: skip
_ROW_PX: Final = 20.0
"""The legend has room for two rows."""
SHARP: Final = 2.5
"""Pixels of a picture for a logical one: 240 an inch."""


@dataclass(frozen=True)
class Sheet:
    """What a page says around the map."""

    title: str
    lines: tuple[str, ...]
    """Below the title: case, date shown, who made it and when."""
    legend: tuple[tuple[LegendKind, str], ...] = ()
    foot: str = ""
    """What everybody who holds the page has to know."""
    stamp: str = ""
    """Large, upper right: TRAINING."""


@dataclass(frozen=True)
class SheetMap:
    """The map of a page: what its picture needs, layers over it, and what is painted over those;
    `view` is the part of the world on the page."""

    request: PictureRequest
    arts: tuple[Art, ...]
    over: QPicture

    @property
    def view(self) -> Viewport:
        """In logical pixels of the page."""
        return self.request.view


def page_size(paper: QPageSize, *, landscape: bool = True) -> QSize:
    """The logical pixels of a page, 96 an inch."""
    inches = paper.size(QPageSize.Unit.Inch)
    size = QSize(round(inches.width() * _PX_PER_INCH), round(inches.height() * _PX_PER_INCH))
    return size.transposed() if landscape else size


def map_box(page: QSize) -> QRectF:
    """Where the map lies on a page."""
    return QRectF(
        _EDGE_PX,
        _EDGE_PX + _HEAD_PX,
        page.width() - 2 * _EDGE_PX,
        page.height() - 2 * _EDGE_PX - _HEAD_PX - _LEGEND_PX - _FOOT_PX,
    )


def on_page(screen: Viewport, page: QSize) -> Viewport:
    """All that a screen shows, on the map of a page."""
    box = map_box(page)
    return screen.resized(round(box.width()), round(box.height())).fitted(
        screen.bounds, margin_px=0, finest=0.0
    )


def paint_map(shown: SheetMap, ratio: float = SHARP) -> tuple[QImage, tuple[str, ...]]:
    """The map as an image of its view, and whom it must name; on any thread."""
    request, view = shown.request, shown.view
    picture = paint_picture(request)
    image = QImage(
        round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    picture.paint(painter, view, ratio)
    names = QRegion(0, 0, view.width, view.height) - picture.names_on(view)
    for art in shown.arts:
        layer = paint_image(art, view, request.colours, request.font, ratio)
        painter.setClipRegion(names)
        painter.setClipping(isinstance(art, BlindSpotArt))
        painter.drawImage(QRectF(0, 0, view.width, view.height), layer)
    painter.setClipping(False)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Once more: what is hatched or crossed by tracks must not hide a camera on paper.
    symbols = SymbolArt(request.colours, request.font, ratio)
    SpotPainter(
        picture.layer.marks,
        picture.layout,
        view,
        request.colours,
        symbols,
        request.font,
        request.hits,
    ).paint(painter)
    shown.over.play(painter)
    painter.end()
    return image, picture.credit


def paint_page(
    painter: QPainter,
    page: QSize,
    sheet: Sheet,
    shown: SheetMap,
    made: tuple[QImage, tuple[str, ...]],
) -> None:
    """The page in logical pixels; `made` comes from `paint_map`. Whoever paints scales."""
    colours, font = shown.request.colours, shown.request.font
    image, named = made
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(QRectF(0, 0, page.width(), page.height()), colours.panel)
    _paint_head(painter, page, sheet, colours, font)
    box = map_box(page)
    painter.drawImage(box, image)
    painter.save()
    painter.setClipRect(box)
    painter.translate(box.topLeft())
    paint_furniture(painter, shown.view, colours, font)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.text_dim, 1.0))
    painter.drawRect(box)
    _paint_legend(painter, box, sheet, colours, font)
    _paint_foot(painter, page, sheet, named, colours, font)


def page_image(page: QSize, sheet: Sheet, shown: SheetMap, ratio: float = SHARP) -> QImage:
    """The page as a picture; on any thread."""
    image = QImage(
        round(page.width() * ratio), round(page.height() * ratio), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    paint_page(painter, page, sheet, shown, paint_map(shown, ratio))
    painter.end()
    # What a program opens it with knows how large it is on paper.
    per_metre = round(_PX_PER_INCH * ratio / 0.0254)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    return image


def page_bytes(
    page: QSize, paper: QPageSize, sheet: Sheet, shown: SheetMap, *, as_pdf: bool
) -> bytes:
    """The page as a PDF, its text as text, or as a PNG; on any thread."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if as_pdf:
        writer = QPdfWriter(buffer)
        writer.setTitle(sheet.title)
        layout = QPageLayout(
            paper,
            QPageLayout.Orientation.Landscape
            if page.width() > page.height()
            else QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
        writer.setPageLayout(layout)
        painter = QPainter(writer)
        grown = writer.width() / page.width()
        painter.scale(grown, grown)
        paint_page(painter, page, sheet, shown, paint_map(shown))
        painter.end()
        del writer
    else:
        QImageWriter(buffer, QByteArray(b"png")).write(page_image(page, sheet, shown))
    buffer.close()
    return bytes(held.data())


def _paint_head(
    painter: QPainter, page: QSize, sheet: Sheet, colours: MapColours, font: QFont
) -> None:
    title = font_of(font, 22, bold=True)
    room = page.width() - 2 * _EDGE_PX
    if sheet.stamp:
        stamp = font_of(font, 22, bold=True)
        wide = QFontMetricsF(stamp).horizontalAdvance(sheet.stamp) + 24
        box = QRectF(page.width() - _EDGE_PX - wide, _EDGE_PX - 4, wide, 34)
        painter.setPen(QPen(colours.text, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setFont(stamp)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sheet.stamp)
        room -= wide + 12
    painter.setPen(colours.text)
    painter.setFont(title)
    said = QFontMetricsF(title).elidedText(sheet.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QPointF(_EDGE_PX, _EDGE_PX + 20), said)
    face = font_of(font, 12)
    painter.setFont(face)
    painter.setPen(colours.text_dim)
    metrics = QFontMetricsF(face)
    # The stamp stands beside the first line only.
    whole = page.width() - 2 * _EDGE_PX
    lines = [part for line in sheet.lines for part in _broken(line, metrics, whole)]
    # What is too much for the page is too much for the last line.
    lines[_MOST_LINES - 1 :] = [" ".join(lines[_MOST_LINES - 1 :])]
    for number, line in enumerate(lines):
        text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, whole if number else room)
        painter.drawText(QPointF(_EDGE_PX, _EDGE_PX + 40 + _LINE_PX * number), text)


def _broken(text: str, metrics: QFontMetricsF, room: float) -> list[str]:
    """A text on lines that fit, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _paint_legend(
    painter: QPainter, box: QRectF, sheet: Sheet, colours: MapColours, font: QFont
) -> None:
    face = font_of(font, 12)
    x, middle = box.left(), box.bottom() + _ROW_PX / 2 + 6
    for kind, words in sheet.legend:
        if x + _SAMPLE_PX + 6 + QFontMetricsF(face).horizontalAdvance(words) > box.right():
            x, middle = box.left(), middle + _ROW_PX
        _paint_sample(painter, kind, QRectF(x, middle - 8, _SAMPLE_PX, 16), colours)
        painter.setPen(colours.text)
        painter.setFont(face)
        wide = QFontMetricsF(face).horizontalAdvance(words)
        painter.drawText(QPointF(x + _SAMPLE_PX + 6, middle + 4), words)
        x += _SAMPLE_PX + wide + 24


def _paint_sample(painter: QPainter, kind: LegendKind, box: QRectF, colours: MapColours) -> None:
    """As it looks on the map, small."""
    painter.save()
    hue = colours.camera(0)
    if kind in ("footage", "none", "guessed", "former"):
        ink = hue if kind in ("footage", "guessed") else colours.text_dim
        style = {"guessed": Qt.PenStyle.DashLine, "former": Qt.PenStyle.DotLine}.get(
            kind, Qt.PenStyle.SolidLine
        )
        painter.setPen(QPen(ink, 1.3, style))
        fill = faded(ink, 0.12 if kind == "none" else 0.25)
        painter.setBrush(Qt.BrushStyle.NoBrush if kind == "former" else fill)
        painter.drawPolygon(
            QPolygonF([QPointF(box.left(), box.center().y()), box.topRight(), box.bottomRight()])
        )
    elif kind == "blind":
        painter.translate(box.topLeft())
        view = Viewport(box.width() / 2, box.height() / 2, 1.0, round(box.width()), 16)
        line = np.array([[0.0, view.y], [box.width(), view.y]])
        paint_blind_spots(painter, BlindSpots(unseen=(line,)), view, colours)
    elif kind == "other":
        painter.setPen(QPen(colours.text, 1.2))
        painter.setBrush(colours.panel)
        centre = box.center()
        sides = ((0.0, -7.0), (7.0, 0.0), (0.0, 7.0), (-7.0, 0.0))
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in sides]))
    elif kind == "stop":
        painter.setPen(QPen(colours.land, 2.0))
        painter.setBrush(hue)
        painter.translate(box.center())
        painter.scale(0.7, 0.7)
        stop_shape(painter, QPointF(0, 0), 0, 0)
    elif kind in ("leg", "leg wrong"):
        painter.setPen(leg_pen(colours, cannot_be=kind == "leg wrong"))
        middle_y = box.center().y()
        painter.drawLine(QPointF(box.left(), middle_y), QPointF(box.right(), middle_y))
    elif kind == "ring":
        painter.setPen(QPen(colours.accent, 1.6))
        painter.setBrush(faded(colours.accent, 0.12))
        painter.drawEllipse(box.center(), 7.5, 7.5)
    elif kind in _STREETS:
        painter.setPen(pen_of(_STREETS[kind], colours))
        middle_y = box.center().y()
        painter.drawLine(QPointF(box.left(), middle_y), QPointF(box.right(), middle_y))
    else:
        painter.setPen(QPen(hue, 2.6 if kind == "way" else 1.2))
        middle = box.center().y()
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
        if kind == "way":
            tip = QPointF(box.center().x() + 4, middle)
            painter.drawPolyline(QPolygonF([tip + QPointF(-5, -5), tip, tip + QPointF(-5, 5)]))
    painter.restore()


def _paint_foot(
    painter: QPainter,
    page: QSize,
    sheet: Sheet,
    named: Sequence[str],
    colours: MapColours,
    font: QFont,
) -> None:
    face = font_of(font, 11)
    painter.setFont(face)
    room = page.width() - 2 * _EDGE_PX
    base = page.height() - _EDGE_PX
    for text, ink, up in ((sheet.foot, colours.text, 16), (" · ".join(named), colours.text_dim, 0)):
        painter.setPen(ink)
        said = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(_EDGE_PX, base - up), said)
