"""What is painted over a picture: boxes with chips, zones, the draft of a zone. Values in, painter
calls out; what to show and where is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.theme import Token, on_video
from ui.tools.picture_map import PictureMap, Point, Polygon
from ui.views.tile_chips import Chip, chip_image

Kind: TypeAlias = Literal["person", "vehicle", "other"]
_LINE: Final = 1.5
_THICK: Final = 3.0
_HALO: Final = 2.0
_GAP: Final = 3.0
_HANDLE: Final = 4.0


@dataclass(frozen=True, slots=True)
class BoxShape:
    """A box in source pixels (left, top, right, bottom) with what its chip says."""

    box: tuple[float, float, float, float]
    text: str
    kind: Kind
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """A zone in source pixels with its name."""

    polygon: Polygon
    name: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A zone being drawn or changed: its corners, and where the next would come."""

    corners: Polygon
    rubber: Point | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How strongly the overlay shows, 0..1 for boxes and for chips; device pixels to a point."""

    boxes: float = 1.0
    chips: float = 1.0
    ratio: float = 1.0


def paint_boxes(
    painter: QPainter,
    place: PictureMap,
    shapes: Sequence[BoxShape],
    look: Look,
    *,
    taken: Sequence[QRectF] = (),
) -> None:
    """Boxes, the selected one last and thicker; chips beside them where `taken` leaves room."""
    room = QRectF(0, 0, *place.view)
    areas = [
        (
            shape,
            QRectF(QPointF(*place.to_view(shape.box[:2])), QPointF(*place.to_view(shape.box[2:]))),
        )
        for shape in sorted(shapes, key=lambda shape: shape.selected)
    ]
    areas = [(shape, area) for shape, area in areas if area.intersects(room)]
    for shape, area in areas:
        painter.setOpacity(1.0 if shape.selected else look.boxes)
        _paint_box(painter, area, selected=shape.selected, tone=shape.kind)
    heads = [QRectF(area.topLeft(), QSizeF(area.width(), area.height() / 2)) for _, area in areas]
    full = [*taken, *heads]
    # The selected one chooses first.
    for shape, area in reversed(areas):
        strength = 1.0 if shape.selected else look.chips
        if not shape.text or strength <= 0:
            continue
        image = chip_image(_chip_of(shape), look.ratio)
        spot = chip_place(area, image.deviceIndependentSize(), room, full, needed=shape.selected)
        if spot is not None:
            painter.setOpacity(strength)
            painter.drawPixmap(spot.topLeft(), image)
            full.append(spot)
    painter.setOpacity(1.0)


def _paint_box(painter: QPainter, area: QRectF, *, selected: bool, tone: Token) -> None:
    width = _THICK if selected else _LINE
    # Another brightness around it, so that the line shows on any picture.
    around = on_video("video_text") if selected else QColor(0, 0, 0, 110)
    for pen in (QPen(around, width + _HALO), QPen(on_video("accent" if selected else tone), width)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(area)


def _chip_of(shape: BoxShape) -> Chip:
    if shape.selected:
        parts: tuple[tuple[str, Token], ...] = ((shape.text, "accent_text"),)
        return Chip(parts, mark=shape.kind, mark_tone="accent_text", bold=True, ground="accent")
    return Chip(((shape.text, "video_text"),), mark=shape.kind, mark_tone=shape.kind)


def chip_place(
    box: QRectF, size: QSizeF, room: QRectF, full: Sequence[QRectF], *, needed: bool = False
) -> QRectF | None:
    """Where a chip goes: above the box, else below, left or right aligned, where `room` holds it
    and nothing in `full` is covered; None where there is no such place.

    `full` should hold the upper halves of all boxes: faces are never covered. A chip that is
    `needed` takes the lower edge inside of its box, if no better place is free.
    """
    lefts = (box.left(), box.right() - size.width())
    tops = (box.top() - _GAP - size.height(), box.bottom() + _GAP)
    for top in tops:
        for left in lefts:
            inside = min(max(left, room.left()), max(room.right() - size.width(), room.left()))
            spot = QRectF(QPointF(inside, top), size)
            if room.contains(spot) and not any(spot.intersects(area) for area in full):
                return spot
    if not needed:
        return None
    visible = box.intersected(room)
    left = min(max(visible.left(), room.left()), max(room.right() - size.width(), room.left()))
    return QRectF(QPointF(left, visible.bottom() - size.height()), size)


def paint_zones(
    painter: QPainter, place: PictureMap, zones: Sequence[ZoneShape], look: Look
) -> None:
    """Zones as outlines with a thin fill, their names at their uppermost corners."""
    for zone in zones:
        points = [QPointF(*place.to_view(corner)) for corner in zone.polygon]
        tone = on_video("accent")
        fill = QColor(tone)
        fill.setAlpha(44 if zone.selected else 22)
        painter.setOpacity(1.0 if zone.selected else look.boxes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 110), _LINE + _HALO))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(points))
        style = Qt.PenStyle.SolidLine if zone.selected else Qt.PenStyle.DashLine
        painter.setPen(QPen(tone, _THICK if zone.selected else _LINE, style))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(points))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if zone.name and look.chips > 0:
            painter.setOpacity(1.0 if zone.selected else look.chips)
            chip = Chip(((zone.name, "video_text"),), mark="zone", mark_tone="accent")
            image = chip_image(chip, look.ratio)
            room = QRectF(0, 0, *place.view)
            corner = QRectF(min(points, key=lambda point: point.y()), QSizeF(0, 0))
            size = image.deviceIndependentSize()
            spot = chip_place(corner, size, room, (), needed=True)
            assert spot is not None
            painter.drawPixmap(spot.topLeft(), image)
    painter.setOpacity(1.0)


def paint_draft(painter: QPainter, place: PictureMap, draft: Draft) -> None:
    """The corners so far as handles, the lines between them, and the line to the pointer."""
    points = [QPointF(*place.to_view(corner)) for corner in draft.corners]
    line = [*points, *([QPointF(*place.to_view(draft.rubber))] if draft.rubber else [])]
    tone = on_video("accent")
    fill = QColor(tone)
    fill.setAlpha(40)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF(line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 140), 2 + _HALO), QPen(tone, 2)):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(line))
        if draft.closed and len(points) > 2:
            painter.drawLine(points[-1], points[0])
    if not draft.closed and len(points) >= 2 and draft.rubber:
        painter.setPen(QPen(tone, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(line[-1], points[0]))
    painter.setPen(QPen(tone, 2))
    painter.setBrush(on_video("video"))
    for at, point in enumerate(points):
        # The first one is larger: a click on it closes the zone.
        reach = _HANDLE + 2 if at == 0 and not draft.closed else _HANDLE
        painter.drawEllipse(point, reach, reach)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
