"""What lies over the map and belongs to no camera: areas, drafts, scale bar, north mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from mapview.area_draft import AreaDraft
from mapview.camera_draft import CameraDraft, handle_at
from mapview.layers import CameraMark, view_cone
from mapview.projection import to_mercator
from mapview.qt.base_painter import world_transform
from mapview.qt.camera_painter import paint_cone
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.scale_bar import scale_bar
from mapview.viewport import Viewport

_MARGIN_PX = 12.0
_NORTH_LEAST_PX = 216
"""On a lower map the buttons have its place: north is always up."""


class Drafts(Protocol):
    """What is being drawn or moved."""

    area: AreaDraft | None
    camera: CameraDraft | None


@dataclass(frozen=True, slots=True)
class MapArea:
    """An area on the map with a name; corners are (lon, lat) degrees."""

    name: str
    polygon: tuple[tuple[float, float], ...]
    selected: bool = False


def paint_areas(
    painter: QPainter,
    areas: Sequence[MapArea],
    view: Viewport,
    colours: MapColours,
    font: QFont,
) -> None:
    """Areas people drew, outlined in the accent, with their names."""
    for area in areas:
        corners = [QPointF(x, y) for x, y in view.to_screen(to_mercator(area.polygon)).tolist()]
        outline = QPolygonF(corners)
        painter.setPen(QPen(colours.accent, 2.2 if area.selected else 1.4))
        painter.setBrush(faded(colours.accent, 0.16 if area.selected else 0.08))
        painter.drawPolygon(outline)
        middle = outline.boundingRect().center()
        box = QRectF(middle.x() - 100, middle.y() - 10, 200, 20)
        write_halo(painter, font_of(font), area.name, box, colours.text, colours.land)


def paint_draft(
    painter: QPainter, corners: Sequence[tuple[float, float]], colours: MapColours
) -> None:
    """An area being drawn: its line so far, and its corners while they are few."""
    points = [QPointF(x, y) for x, y in corners]
    painter.setPen(QPen(colours.accent, 1.8, Qt.PenStyle.DashLine))
    painter.setBrush(faded(colours.accent, 0.1))
    painter.drawPolygon(QPolygonF(points))
    if len(points) <= 12:
        painter.setPen(QPen(colours.accent, 1.5))
        painter.setBrush(colours.panel)
        for point in points:
            painter.drawEllipse(point, 4.0, 4.0)


def paint_drafts(
    painter: QPainter,
    drafts: Drafts,
    selected: CameraMark | None,
    view: Viewport,
    colours: MapColours,
) -> None:
    """What a person is in the middle of: an area, or the selected camera where it can be moved."""
    if drafts.area is not None:
        paint_draft(painter, drafts.area.corners, colours)
    if selected is not None:
        paint_camera_draft(painter, drafts.camera or CameraDraft.of(selected), view, colours)


def paint_camera_draft(
    painter: QPainter, draft: CameraDraft, view: Viewport, colours: MapColours
) -> None:
    """The cone where the camera would look, and the handle that turns it."""
    mark = draft.now
    painter.save()
    painter.setTransform(world_transform(view), combine=True)
    cone = QPolygonF([QPointF(x, y) for x, y in view_cone(mark).tolist()])
    paint_cone(painter, cone, mark, colours, strong=True)
    painter.restore()
    ((x, y),) = view.to_screen([(mark.x, mark.y)]).tolist()
    at, handle = QPointF(x, y), QPointF(*handle_at(mark, view))
    painter.setPen(QPen(colours.accent, 1.6))
    painter.drawLine(at, handle)
    painter.setBrush(colours.panel)
    painter.drawEllipse(handle, 6.5, 6.5)
    painter.setBrush(colours.accent)
    painter.drawEllipse(at, 4.0, 4.0)
    if draft.is_changed:
        ((x, y),) = view.to_screen([(draft.before.x, draft.before.y)]).tolist()
        painter.setPen(QPen(colours.text_dim, 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, y), at)


def paint_furniture(painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
    """What every map has: its scale, and which way is north."""
    _paint_scale_bar(painter, view, colours, font)
    if view.height >= _NORTH_LEAST_PX:
        _paint_north(painter, view, colours, font)


def _paint_scale_bar(painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
    """Lower left: a round length on the ground at the middle of the map."""
    bar = scale_bar(view.ground_m_per_px)
    face = font_of(font)
    height = QFontMetricsF(face).height()
    left, base = _MARGIN_PX, view.height - _MARGIN_PX
    chip = QRectF(left - 6, base - height - 8, max(bar.width_px, 44) + 12, height + 12)
    painter.setPen(Qt.PenStyle.NoPen)
    # Names run under it: what shines through makes both unreadable.
    painter.setBrush(colours.panel)
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(QPen(colours.text, 1.4))
    painter.drawPolyline(
        [
            QPointF(left, base - 5),
            QPointF(left, base),
            QPointF(left + bar.width_px, base),
            QPointF(left + bar.width_px, base - 5),
        ]
    )
    painter.setFont(face)
    box = QRectF(left, base - height - 5, max(bar.width_px, 44), height)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, bar.text)


def _paint_north(painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
    """Upper right: north is always up, and says so."""
    middle = QPointF(view.width - _MARGIN_PX - 12, _MARGIN_PX + 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(colours.panel, 0.82))
    painter.drawRoundedRect(QRectF(middle.x() - 13, middle.y() - 20, 26, 40), 4, 4)
    tip = middle - QPointF(0, 15)
    left, right = middle + QPointF(-5.5, 1), middle + QPointF(5.5, 1)
    notch = middle - QPointF(0, 3)
    painter.setBrush(colours.text)
    painter.drawPolygon(QPolygonF([tip, left, notch]))
    painter.setBrush(colours.text_dim)
    painter.drawPolygon(QPolygonF([tip, right, notch]))
    painter.setPen(colours.text)
    painter.setFont(font_of(font, bold=True))
    box = QRectF(middle.x() - 13, middle.y() + 2, 26, 16)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "N")
