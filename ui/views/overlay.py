"""What is painted over a picture: boxes with chips, zones, the draft of a zone. Values in, painter
calls out; what to show and where is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from ui.theme import Token, on_video
from ui.tools.picture_map import PictureMap, Point, Polygon
from ui.views.course import paint_course
from ui.views.tile_chips import Chip, chip_image

Kind: TypeAlias = Literal["person", "vehicle", "other"]
Area: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in points of the view."""
_LINE: Final = 1.5
_THICK: Final = 3.0
_HALO: Final = 1.0
_DARK: Final = QColor(0, 0, 0, 110)
_GAP: Final = 3.0
_HANDLE: Final = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class BoxShapes:
    """Boxes of one picture: `boxes (n, 4)` xyxy in source pixels, and what the chip of each says.

    The one that is selected, if any, comes first.
    """

    boxes: NDArray[np.float32]
    texts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    selected: bool = False


NO_SHAPES: Final = BoxShapes(np.empty((0, 4), np.float32))


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """A zone, or a directed line, in source pixels with its name."""

    polygon: Polygon
    name: str
    selected: bool = False
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A zone being drawn or changed: its corners, and where the next would come."""

    corners: Polygon
    rubber: Point | None
    closed: bool
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How strongly the overlay shows, 0..1 for boxes and for chips; device pixels to a point."""

    boxes: float = 1.0
    chips: float = 1.0
    ratio: float = 1.0


def paint_boxes(
    painter: QPainter,
    place: PictureMap,
    shapes: BoxShapes,
    look: Look,
    *,
    taken: Sequence[Area] = (),
) -> None:
    """Boxes, the selected one last and thicker; chips beside them where `taken` leaves room."""
    if not len(shapes.boxes):
        return
    edges = _in_view(place, shapes.boxes)
    pixels: list[list[int]] = np.rint(edges * look.ratio).astype(int).tolist()
    first = int(shapes.selected)
    painter.save()
    painter.scale(1 / look.ratio, 1 / look.ratio)
    painter.setOpacity(look.boxes)
    line, halo = max(round(_LINE * look.ratio), 1), max(round(_HALO * look.ratio), 1)
    # Dark around all, so that the lines show on a picture of any brightness; opaque, because a
    # translucent line costs five times as much.
    for box in pixels[first:]:
        _paint_frame(painter, box, line + 2 * halo, _tone("video"))
    for box, kind in zip(pixels[first:], shapes.kinds[first:], strict=True):
        _paint_frame(painter, box, line, _tone(kind))
    if first:
        painter.setOpacity(1.0)
        _paint_frame(painter, pixels[0], 2 * line + 2 * halo, _tone("video_text"))
        _paint_frame(painter, pixels[0], 2 * line, _tone("accent"))
    painter.restore()
    _paint_chips(painter, edges.tolist(), shapes, place.view, look, taken)


def _in_view(place: PictureMap, boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The edges of boxes in view points, in one step for all of them."""
    middle, view = place.middle, place.view
    shift = np.array((*middle, *middle))
    half = np.array((*view, *view)) / 2
    edges: NDArray[np.float64] = (boxes - shift) * place.scale + half
    return edges


# Made from their text once: painting asks for them all the time. Only read.
_tone = cache(on_video)


def _paint_frame(painter: QPainter, box: Sequence[int], wide: int, tone: QColor) -> None:
    """An outline `wide` device pixels wide around the edges of a box.

    Filled strips: a pen of a broken width costs twenty times as much.
    """
    half = wide // 2
    left, top, right, bottom = box[0] - half, box[1] - half, box[2] - half, box[3] - half
    across, down = right - left + wide, max(bottom - top - wide, 0)
    painter.fillRect(left, top, across, wide, tone)
    painter.fillRect(left, bottom, across, wide, tone)
    painter.fillRect(left, top + wide, wide, down, tone)
    painter.fillRect(right, top + wide, wide, down, tone)


def _paint_chips(
    painter: QPainter,
    edges: Sequence[Sequence[float]],
    shapes: BoxShapes,
    room: tuple[float, float],
    look: Look,
    taken: Sequence[Area],
) -> None:
    """A chip for each box that has room for one; faces and other chips are never covered."""
    full = list(taken)
    full += [(left, top, right, (top + bottom) / 2) for left, top, right, bottom in edges]
    present = 1.0
    # The selected one comes first and so chooses first.
    for at, (left, top, right, bottom) in enumerate(edges):
        selected = shapes.selected and not at
        strength = 1.0 if selected else look.chips
        inside = right > 0 and left < room[0] and bottom > 0 and top < room[1]
        if strength <= 0 or not inside or not shapes.texts[at]:
            continue
        image, size = _box_chip(shapes.texts[at], shapes.kinds[at], look.ratio, selected=selected)
        spot = chip_place((left, top, right, bottom), size, room, full, needed=selected)
        if spot is not None:
            if strength != present:
                painter.setOpacity(strength)
                present = strength
            painter.drawPixmap(round(spot[0]), round(spot[1]), image)
            full.append((spot[0], spot[1], spot[0] + size[0], spot[1] + size[1]))
    painter.setOpacity(1.0)


@lru_cache(maxsize=512)
def _box_chip(
    text: str, kind: Kind, ratio: float, *, selected: bool
) -> tuple[QPixmap, tuple[float, float]]:
    if selected:
        parts: tuple[tuple[str, Token], ...] = ((text, "accent_text"),)
        chip = Chip(parts, mark=kind, mark_tone="accent_text", bold=True, ground="accent")
    else:
        chip = Chip(((text, "video_text"),), mark=kind, mark_tone=kind)
    image = chip_image(chip, ratio)
    size = image.deviceIndependentSize()
    return image, (size.width(), size.height())


def chip_place(
    box: Area,
    size: tuple[float, float],
    room: tuple[float, float],
    full: Sequence[Area],
    *,
    needed: bool = False,
) -> Point | None:
    """Where a chip's upper left corner goes: above the box, else below, left or right aligned,
    inside a view of `room` and covering nothing in `full`; None where there is no such place.

    `full` should hold the upper halves of all boxes: faces are never covered. A chip that is
    `needed` takes the lower edge inside of its box, if no better place is free.
    """
    wide, high = size
    most = max(room[0] - wide, 0.0)
    lefts = min(max(box[0], 0.0), most), min(max(box[2] - wide, 0.0), most)
    for top in (box[1] - _GAP - high, box[3] + _GAP):
        if top < 0 or top + high > room[1]:
            continue
        for left in lefts:
            right, bottom = left + wide, top + high
            for area in full:
                if area[0] < right and left < area[2] and area[1] < bottom and top < area[3]:
                    break
            else:
                return left, top
    return (lefts[0], min(box[3], room[1]) - high) if needed else None


def paint_zones(
    painter: QPainter, place: PictureMap, zones: Sequence[ZoneShape], look: Look
) -> None:
    """Zones as outlines with a thin fill, their names at their uppermost corners."""
    for zone in zones:
        points = [QPointF(*place.to_view(corner)) for corner in zone.polygon]
        if zone.is_line:
            painter.setOpacity(1.0 if zone.selected else look.boxes)
            paint_course(painter, points, _THICK if zone.selected else 2.0)
            _paint_name(painter, place, zone, points, look)
            continue
        tone = on_video("accent")
        fill = QColor(tone)
        fill.setAlpha(44 if zone.selected else 22)
        painter.setOpacity(1.0 if zone.selected else look.boxes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_DARK, _LINE + 2 * _HALO))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(points))
        style = Qt.PenStyle.SolidLine if zone.selected else Qt.PenStyle.DashLine
        painter.setPen(QPen(tone, _THICK if zone.selected else _LINE, style))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(points))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_name(painter, place, zone, points, look)
    painter.setOpacity(1.0)


def _paint_name(
    painter: QPainter, place: PictureMap, zone: ZoneShape, points: Sequence[QPointF], look: Look
) -> None:
    if not zone.name or look.chips <= 0:
        return
    painter.setOpacity(1.0 if zone.selected else look.chips)
    chip = Chip(((zone.name, "video_text"),), mark="zone", mark_tone="accent")
    image = chip_image(chip, look.ratio)
    size = image.deviceIndependentSize().toTuple()
    x, y = min(points, key=lambda point: point.y()).toTuple()
    spot = chip_place((x, y, x, y), size, place.view, (), needed=True)
    assert spot is not None
    painter.drawPixmap(QPointF(*spot), image)


def paint_draft(painter: QPainter, place: PictureMap, draft: Draft) -> None:
    """The corners so far as handles, the lines between them, and the line to the pointer."""
    points = [QPointF(*place.to_view(corner)) for corner in draft.corners]
    line = [*points, *([QPointF(*place.to_view(draft.rubber))] if draft.rubber else [])]
    if draft.is_line:
        paint_course(painter, line, 2.0)
        return
    tone = on_video("accent")
    fill = QColor(tone)
    fill.setAlpha(40)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF(line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 140), 2 + 2 * _HALO), QPen(tone, 2)):
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
