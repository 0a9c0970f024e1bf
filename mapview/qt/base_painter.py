"""Paints the ground: areas and streets of a base map; safe on any thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from mapview.basemap import Area, AreaKind, BaseMap, Points, Street, StreetKind
from mapview.label_room import Room
from mapview.qt.map_colours import MapColours
from mapview.qt.name_painter import paint_names
from mapview.viewport import Bounds, Viewport

_WIDTH_M: Final[dict[StreetKind, float]] = {
    "border": 0.0, "stream": 4.0, "pier": 14.0, "path": 2.0, "lane": 6.0, "street": 9.0,
    "main": 13.0,
}  # fmt: skip
_LEAST_PX: Final[dict[StreetKind, float]] = {
    "border": 1.0, "stream": 1.2, "pier": 2.5, "path": 1.0, "lane": 1.2, "street": 1.8,
    "main": 2.6,
}  # fmt: skip
_MOST_PX: Final = 26.0
"""Near by a street keeps this width: its sides are not known, only its middle."""
_CASED: Final = ("lane", "street", "main")


@dataclass(frozen=True)
class BaseShapes:
    """A base map as painter paths, built once per map: a ground layer."""

    base: BaseMap
    opacity: float = 1.0
    credit: str = ""
    is_backdrop: bool = False
    note: str = ""

    @cached_property
    def areas(self) -> list[tuple[Area, QPainterPath]]:
        """Outlines in world metres, in drawing order."""
        return [(area, _path(area.rings, closed=True)) for area in self.base.areas]

    @cached_property
    def streets(self) -> list[tuple[Street, QPainterPath]]:
        """Middle lines in world metres, in drawing order."""
        return [(street, _path((street.points,), closed=False)) for street in self.base.streets]

    @property
    def bounds(self) -> Bounds | None:
        """Around all of it."""
        return self.base.bounds

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """Areas and streets; no names."""
        del ratio
        paint_shapes(painter, self, view, colours)

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        """Names where there is room."""
        paint_names(painter, (self.base,), view, colours, font, room)

    def prepare(self) -> "BaseShapes":
        """Itself, with all paths built: on any thread."""
        _ = self.areas, self.streets
        return self


def world_transform(view: Viewport) -> QTransform:
    """World metres → logical pixels of the viewport."""
    scale = 1.0 / view.scale
    return QTransform(
        scale, 0, 0, -scale, view.width / 2 - view.x * scale, view.height / 2 + view.y * scale
    )


def paint_shapes(
    painter: QPainter, shapes: BaseShapes, view: Viewport, colours: MapColours
) -> None:
    """Areas and streets of a map, over the land; no names."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setTransform(world_transform(view), combine=True)
    for area, path in shapes.areas:
        if _meets(area.bounds, view) and not _is_speck(area.bounds, view):
            _paint_area(painter, area.kind, path, colours)
    visible = [pair for pair in shapes.streets if _meets(pair[0].bounds, view)]
    ground_m = view.ground_m_per_px
    for street, path in visible:
        if street.kind in _CASED and _width_px(street.kind, ground_m) > 3:
            _stroke(painter, path, colours.casing, _width_px(street.kind, ground_m) + 2)
    for street, path in visible:
        _paint_street(painter, street.kind, path, colours, ground_m)
    painter.restore()


def _paint_area(painter: QPainter, kind: AreaKind, path: QPainterPath, colours: MapColours) -> None:
    fill = {
        "land": colours.land, "water": colours.water, "park": colours.park,
        "square": colours.square, "building": colours.building,
    }.get(kind)  # fmt: skip
    edge = {"region": colours.line, "building": colours.edge}.get(kind)
    painter.setBrush(QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush))
    painter.setPen(_pen(edge, 1.0) if edge is not None else QPen(Qt.PenStyle.NoPen))
    painter.drawPath(path)


def _paint_street(
    painter: QPainter, kind: StreetKind, path: QPainterPath, colours: MapColours, ground_m: float
) -> None:
    colour = {"stream": colours.water, "pier": colours.building, "border": colours.line}.get(
        kind, colours.street
    )
    _stroke(painter, path, colour, _width_px(kind, ground_m))


def _stroke(painter: QPainter, path: QPainterPath, colour: QColor, width_px: float) -> None:
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
    painter.setPen(_pen(colour, width_px))
    painter.drawPath(path)


def _pen(colour: QColor, width_px: float) -> QPen:
    pen = QPen(colour, width_px)
    # In pixels whatever the transform is.
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _width_px(kind: StreetKind, ground_m: float) -> float:
    return min(_MOST_PX, max(_LEAST_PX[kind], _WIDTH_M[kind] / ground_m))


def _meets(bounds: Bounds, view: Viewport) -> bool:
    left, bottom, right, top = view.bounds
    margin = _MOST_PX * view.scale
    return (
        bounds[0] <= right + margin
        and bounds[2] >= left - margin
        and bounds[1] <= top + margin
        and bounds[3] >= bottom - margin
    )


def _is_speck(bounds: Bounds, view: Viewport) -> bool:
    return max(bounds[2] - bounds[0], bounds[3] - bounds[1]) < view.scale


def _path(rings: Iterable[Points], *, closed: bool) -> QPainterPath:
    path = QPainterPath()
    # Odd-even: a hole is a hole whichever way round it was drawn.
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        if closed:
            path.closeSubpath()
    return path
