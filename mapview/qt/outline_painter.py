"""States and counties as a layer of ground: borders and names, by how far out the map is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from mapview.label_room import Box, Room
from mapview.outlines import MAINLAND, AreaName, Border, OutlineKind, Outlines
from mapview.qt.base_painter import world_transform
from mapview.qt.map_colours import MapColours, mixed
from mapview.qt.name_painter import NAME_PX, TITLE_PX, font_of, write_halo
from mapview.viewport import Bounds, Viewport

_FINEST_M: Final = 25.0
"""Metres a pixel. Nearer, lines that are some hundred metres off would lie about the street."""
_COUNTIES_TO_M: Final = 2_000.0
_ORDER: Final[tuple[OutlineKind, ...]] = ("county", "state", "coast")
_WIDTH_PX: Final[dict[OutlineKind, float]] = {"county": 0.7, "state": 1.3, "coast": 1.3}


@dataclass(frozen=True, eq=False)
class OutlineLayer:
    """Borders over the ground below; no fills."""

    outlines: Outlines
    opacity: float = 1.0
    credit: str = ""
    """The Census Bureau asks for none: works of the United States government."""
    is_backdrop: bool = True
    note: str = ""

    @property
    def bounds(self) -> Bounds:
        """The 48 states that touch."""
        return MAINLAND

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """Counties thin and only where there is room for them, states and coasts stronger."""
        del ratio
        ground_m = view.ground_m_per_px
        if ground_m < _FINEST_M:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(world_transform(view), combine=True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for kind in _ORDER:
            if kind == "county" and ground_m > _COUNTIES_TO_M:
                continue
            borders, boxes = self._borders[kind]
            path = _path(borders[index] for index in _meeting(boxes, view))
            painter.setPen(_pen(colours, kind))
            painter.drawPath(path)
        painter.restore()

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        """Names that fit into their area; states before counties, wide ones before narrow."""
        ground_m = view.ground_m_per_px
        if ground_m < _FINEST_M:
            return
        left, bottom, right, top = view.bounds
        sheet = Box(left / view.scale, -top / view.scale, view.width, view.height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-sheet.x, -sheet.y)
        for name in self.outlines.names:
            if name.kind == "county" and ground_m > _COUNTIES_TO_M:
                continue
            if left <= name.x <= right and bottom <= name.y <= top:
                _write(painter, name, view, colours, font, room)
        painter.restore()

    @cached_property
    def _borders(self) -> dict[OutlineKind, tuple[list[Border], NDArray[np.float64]]]:
        """Borders of each kind, and their boxes `(n, 4)`."""
        found: dict[OutlineKind, list[Border]] = {kind: [] for kind in _ORDER}
        for border in self.outlines.borders:
            found[border.kind].append(border)
        return {
            kind: (borders, np.array([one.bounds for one in borders], np.float64).reshape(-1, 4))
            for kind, borders in found.items()
        }


def _meeting(boxes: NDArray[np.float64], view: Viewport) -> list[int]:
    left, bottom, right, top = view.bounds
    meets = (boxes[:, 0] <= right) & (boxes[:, 2] >= left)
    meets &= (boxes[:, 1] <= top) & (boxes[:, 3] >= bottom)
    found: list[int] = np.flatnonzero(meets).tolist()
    return found


def _path(borders: Iterable[Border]) -> QPainterPath:
    path = QPainterPath()
    for border in borders:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in border.points.tolist()]))
    return path


def _pen(colours: MapColours, kind: OutlineKind) -> QPen:
    pen = QPen(_colour(colours, kind), _WIDTH_PX[kind])
    # In pixels whatever the transform is.
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _colour(colours: MapColours, kind: OutlineKind) -> QColor:
    return mixed(colours.land, colours.text_dim, 0.45 if kind == "county" else 0.85)


def _write(
    painter: QPainter, name: AreaName, view: Viewport, colours: MapColours, font: QFont, room: Room
) -> None:
    state = name.kind == "state"
    face = font_of(font, TITLE_PX if state else NAME_PX, bold=state)
    metrics = QFontMetricsF(face)
    width, height = metrics.horizontalAdvance(name.name) + 4, metrics.height()
    x, y = name.x / view.scale, -name.y / view.scale
    box = Box(x - width / 2, y - height / 2, width, height)
    # A state that is wider than the screen says nothing its counties do not say.
    fits = width <= name.width_m / view.scale <= 3 * view.width
    if fits and room.take_if_free([box]):
        colour = colours.text if state else colours.text_dim
        write_halo(
            painter, face, name.name, QRectF(box.x, box.y, width, height), colour, colours.land
        )
