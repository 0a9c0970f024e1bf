"""Writes the names of a base map where they cover neither each other nor a camera."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from mapview.basemap import STREET_KINDS, Area, BaseMap, Place, Street
from mapview.label_room import Box, Room, Writing, along_street, slanted_boxes
from mapview.qt.map_colours import MapColours
from mapview.viewport import Viewport

NAME_PX: Final = 11
TITLE_PX: Final = 13
_AROUND: Final = ((-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5), (-1, -1), (1, -1), (-1, 1), (1, 1))
"""Pixels."""
_TOWN_FROM_M: Final = 6.0
"""Farther out than this the town has a name, nearer its streets have."""
_SIDE_STREETS_TO_M: Final = 4.0
_SITES_TO_M: Final = 1.6
_REPEAT_PX: Final = 700.0
"""A street longer than this is named again."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What names are placed on: a view's piece of the sheet, and what is taken there."""

    view: Viewport
    box: Box
    room: Room
    streets: dict[str, list[Writing]] = field(default_factory=dict)
    """Where each street is named: most come in several pieces."""

    def at(self, x: float, y: float) -> tuple[float, float]:
        """World metres on the sheet."""
        return x / self.view.scale, -y / self.view.scale


def font_of(base: QFont, px: int = NAME_PX, *, italic: bool = False, bold: bool = False) -> QFont:
    """The widget's font at a size of the map."""
    font = QFont(base)
    font.setPixelSize(px)
    font.setItalic(italic)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def paint_names(
    painter: QPainter,
    bases: Iterable[BaseMap],
    view: Viewport,
    colours: MapColours,
    font: QFont,
    room: Room,
) -> None:
    """Names of one map, in one piece or several, on the picture of `view`.

    `room` says on which sheet boxes nothing may be written, and takes those of the names.
    """
    box = Box(view.bounds[0] / view.scale, -view.bounds[3] / view.scale, view.width, view.height)
    sheet = _Sheet(view, box, room)
    base = _whole(bases)
    ground_m = view.ground_m_per_px
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box.x, -box.y)
    for place in _towns(base, ground_m):
        _write_town(painter, sheet, place, colours, font)
    for street in _streets(base, ground_m):
        _write_street(painter, sheet, street, colours, font_of(font))
    if ground_m <= _SITES_TO_M:
        for place in (place for place in base.places if place.kind == "site"):
            _write_site(painter, sheet, place, colours, font_of(font))
    for area in sorted(base.areas, key=lambda area: area.kind == "building"):
        _write_area(painter, sheet, area, colours, font)
    painter.restore()


def _whole(bases: Iterable[BaseMap]) -> BaseMap:
    """The pieces as one map, for its names: each kind of name over all pieces has its turn."""
    pieces = list(bases)
    if len(pieces) == 1:
        return pieces[0]
    streets = (street for piece in pieces for street in piece.streets)
    return BaseMap(
        areas=tuple(area for piece in pieces for area in piece.areas),
        streets=tuple(sorted(streets, key=lambda street: STREET_KINDS.index(street.kind))),
        places=tuple(place for piece in pieces for place in piece.places),
    )


def _towns(base: BaseMap, ground_m: float) -> Iterator[Place]:
    if ground_m >= _TOWN_FROM_M:
        yield from (place for place in base.places if place.kind == "town")


def _streets(base: BaseMap, ground_m: float) -> Iterator[Street]:
    """Streets that carry a name at this scale, wide ones first."""
    for street in reversed(base.streets):
        main = street.kind == "main" and ground_m < _TOWN_FROM_M
        if street.name and (main or ground_m <= _SIDE_STREETS_TO_M):
            yield street


def _write_town(
    painter: QPainter, sheet: _Sheet, place: Place, colours: MapColours, font: QFont
) -> None:
    title = font_of(font, TITLE_PX, bold=True)
    box = _around(*sheet.at(place.x, place.y), *_size(title, place.name))
    if _inside(box, sheet.box) and sheet.room.take_if_free([box]):
        _write(painter, title, place.name, box, colours.text, colours.land)


def _write_street(
    painter: QPainter, sheet: _Sheet, street: Street, colours: MapColours, font: QFont
) -> None:
    width, height = _size(font, street.name)
    line = street.points / sheet.view.scale * np.array((1.0, -1.0))
    written = sheet.streets.setdefault(street.name, [])
    for spot in along_street(line, width + 12, sheet.box.grown(-4)):
        near = any(abs(spot.x - other.x) + abs(spot.y - other.y) < _REPEAT_PX for other in written)
        if near or not sheet.room.take_if_free(slanted_boxes(spot, width + 6, height)):
            continue
        written.append(spot)
        painter.save()
        painter.translate(spot.x, spot.y)
        painter.rotate(spot.angle_deg)
        box = _around(0, 0, width, height)
        _write(painter, font, street.name, box, colours.text_dim, colours.street)
        painter.restore()


def _write_site(
    painter: QPainter, sheet: _Sheet, place: Place, colours: MapColours, font: QFont
) -> None:
    x, y = sheet.at(place.x, place.y)
    width, height = _size(font, place.name)
    dot = Box(x - 3, y - 3, 6, 6)
    for left in (x + 6, x - 6 - width):
        box = Box(left, y - height / 2, width, height)
        if _inside(box, sheet.box) and sheet.room.take_if_free([dot, box]):
            painter.setPen(QPen(colours.land, 1.0))
            painter.setBrush(colours.text_dim)
            painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
            _write(painter, font, place.name, box, colours.text, colours.land)
            return


def _write_area(
    painter: QPainter, sheet: _Sheet, area: Area, colours: MapColours, font: QFont
) -> None:
    """In the middle of the area where the name fits into it, on two lines if it must."""
    if not area.name:
        return
    water = area.kind == "water"
    face = font_of(font, NAME_PX, italic=water)
    left, bottom, right, top = area.bounds
    room_x = (right - left) / sheet.view.scale - 6
    room_y = (top - bottom) / sheet.view.scale - 4
    colour = colours.water_text if water else colours.text_dim
    ground = {"water": colours.water, "park": colours.park, "building": colours.building}.get(
        area.kind, colours.land
    )
    x, y = sheet.at(*middle_of(area))
    for lines in _broken(area.name):
        sizes = [_size(face, line) for line in lines]
        width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
        box = _around(x, y, width, height)
        if width > room_x or height > room_y or not _inside(box, sheet.box):
            continue
        if sheet.room.take_if_free([box]):
            for number, line in enumerate(lines):
                part = Box(box.x, box.y + number * sizes[0][1], width, sizes[0][1])
                _write(painter, face, line, part, colour, ground)
            return


def _broken(name: str) -> list[list[str]]:
    """A name on one line, then on two of about the same length."""
    words = name.split()
    if len(words) < 2:
        return [[name]]
    cuts = [[" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))]
    return [[name], min(cuts, key=lambda cut: max(len(part) for part in cut))]


def middle_of(area: Area) -> tuple[float, float]:
    """The centroid of the outside of an area (shoelace), in world metres."""
    ring = area.rings[0]
    # Around its own corner: the products of world metres would eat the digits.
    x, y = (ring - ring[0]).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    twice = float(cross.sum())
    if abs(twice) < 1e-9:
        left, bottom, right, top = area.bounds
        return (left + right) / 2, (bottom + top) / 2
    cx = float(((x + np.roll(x, -1)) * cross).sum()) / (3 * twice)
    cy = float(((y + np.roll(y, -1)) * cross).sum()) / (3 * twice)
    return float(ring[0, 0]) + cx, float(ring[0, 1]) + cy


def _size(font: QFont, text: str) -> tuple[float, float]:
    metrics = QFontMetricsF(font)
    return metrics.horizontalAdvance(text) + 2, metrics.height()


def _around(x: float, y: float, width: float, height: float) -> Box:
    return Box(x - width / 2, y - height / 2, width, height)


def _inside(box: Box, sheet: Box) -> bool:
    return (
        box.x >= sheet.x
        and box.y >= sheet.y
        and box.x + box.width <= sheet.x + sheet.width
        and box.y + box.height <= sheet.y + sheet.height
    )


def _write(
    painter: QPainter, font: QFont, text: str, box: Box, colour: QColor, halo: QColor
) -> None:
    """Letters with a halo of the ground around them, centred in the box."""
    write_halo(painter, font, text, QRectF(box.x, box.y, box.width, box.height), colour, halo)


def write_halo(
    painter: QPainter, font: QFont, text: str, box: QRectF, colour: QColor, halo: QColor
) -> None:
    """Letters with a halo, centred in `box`."""
    metrics = QFontMetricsF(font)
    at = QPointF(
        box.center().x() - metrics.horizontalAdvance(text) / 2,
        box.center().y() + (metrics.ascent() - metrics.descent()) / 2,
    )
    painter.setFont(font)
    painter.setPen(QPen(halo))
    # Stamped around the letters: stroking their outlines took ten times as long (1 ms a name).
    for x, y in _AROUND:
        painter.drawText(at + QPointF(x, y), text)
    painter.setPen(QPen(colour))
    painter.drawText(at, text)
