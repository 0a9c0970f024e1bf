"""Paints cameras over the ground: cones, former places, symbols, names, badges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from mapview.layers import CameraMark, view_cone
from mapview.qt.base_painter import world_transform
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.qt.symbol_art import SymbolArt
from mapview.symbols import CLUSTER_PX, FORMER_PX, SYMBOL_PX, Layout, Spot, label_places
from mapview.viewport import Viewport

_CONE_LEAST_PX: Final = 9.0
"""A cone that reaches less far is hidden: the symbol covers it."""
_FORMER_LEAST_PX: Final = 14.0
_DATES_LEAST_PX: Final = 70.0
"""Nearer than that there is room for dates beside the places where a camera stood before."""
_NAME_REACH_PX: Final = 100.0
_LEADER_LEAST_PX: Final = 4.0
_RIGHT_PX: Final = 44.0
_BELOW_PX: Final = 40.0
"""What the buttons and the scale bar take of a map."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Which cameras stand out: the selected one, and the one the keyboard or pointer is on."""

    selected: str | None = None
    current: str | None = None


class CameraLayer:
    """The marks with what painting them again and again needs."""

    def __init__(self, marks: Sequence[CameraMark] = ()) -> None:
        self.marks = tuple(marks)

    def prepare(self) -> None:
        """Works out what painting needs, here and now: on any thread."""
        _ = self._cones, self._bounds

    @cached_property
    def _outlines(self) -> list[NDArray[np.float64]]:
        return [view_cone(mark) for mark in self.marks]

    @cached_property
    def _cones(self) -> list[QPolygonF]:
        return [polygon_of(outline) for outline in self._outlines]

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low = np.array([outline.min(axis=0) for outline in self._outlines], np.float64)
        high = np.array([outline.max(axis=0) for outline in self._outlines], np.float64)
        return low.reshape(-1, 2), high.reshape(-1, 2)

    def seen(self, view: Viewport) -> list[int]:
        """The marks whose cone is on screen and large enough to be drawn, former ones first."""
        left, bottom, right, top = view.bounds
        low, high = self._bounds
        on_screen = (low < (right, top)).all(axis=1) & (high > (left, bottom)).all(axis=1)
        least = [_FORMER_LEAST_PX if m.former else _CONE_LEAST_PX for m in self.marks]
        reach_px = (high - low).max(axis=1, initial=0.0) / view.scale
        chosen = np.flatnonzero(on_screen & (reach_px >= least)).tolist()
        return sorted(chosen, key=lambda i: not self.marks[i].former)

    def paint_cones(
        self, painter: QPainter, view: Viewport, colours: MapColours, layout: Layout
    ) -> None:
        """View cones: faint without footage, dotted where the camera stood before.

        Cameras that a number stands for have none: hundreds of cones on one spot say nothing.
        """
        hidden = {member for spot in layout.spots if spot.is_cluster for member in spot.members}
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(world_transform(view), combine=True)
        for index in self.seen(view):
            if index not in hidden:
                paint_cone(painter, self._cones[index], self.marks[index], colours, strong=False)
        painter.restore()

    def paint_former(
        self,
        painter: QPainter,
        view: Viewport,
        colours: MapColours,
        layout: Layout,
        font: QFont,
    ) -> None:
        """A dotted ring where a camera stood before, or will stand; near by, with the dates."""
        taken = [_screen_box(spot, layout, view) for spot in layout.spots]
        low, high = self._bounds
        wide = (high - low).max(axis=1, initial=0.0) / view.scale
        for index in self.seen(view):
            mark = self.marks[index]
            if not mark.former:
                continue
            at = _point(view, mark)
            pen = QPen(faded(colours.text_dim, 0.9), 1.4, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if not any(box.contains(at) for box in taken):
                painter.setBrush(faded(colours.panel, 0.8))
                painter.drawEllipse(at, FORMER_PX / 2, FORMER_PX / 2)
                if wide[index] >= _DATES_LEAST_PX:
                    taken.append(_write_dates(painter, mark, at, taken, colours, font))


def paint_chosen(
    painter: QPainter, marks: Sequence[CameraMark], view: Viewport, colours: MapColours
) -> None:
    """The marks of one camera: strong cones, and lines from where it stood to where it stands."""
    painter.save()
    painter.setTransform(world_transform(view), combine=True)
    for mark in marks:
        paint_cone(painter, polygon_of(view_cone(mark)), mark, colours, strong=True)
    painter.restore()
    painter.setPen(QPen(faded(colours.text_dim, 0.9), 1.4, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for now in (mark for mark in marks if not mark.former):
        for before in (mark for mark in marks if mark.former):
            painter.drawLine(_point(view, before), _point(view, now))


def _write_dates(
    painter: QPainter,
    mark: CameraMark,
    at: QPointF,
    taken: Sequence[QRectF],
    colours: MapColours,
    font: QFont,
) -> QRectF:
    """Right of the ring, unless something lies there; the room that the words took."""
    face = font_of(font)
    metrics = QFontMetricsF(face)
    words = f"{mark.name} · {mark.dates}" if mark.dates else mark.name
    box = QRectF(
        at.x() + FORMER_PX / 2 + 4, at.y() - metrics.height() / 2,
        metrics.horizontalAdvance(words) + 4, metrics.height(),
    )  # fmt: skip
    if any(box.intersects(other) for other in taken):
        return QRectF()
    write_halo(painter, face, words, box, colours.text_dim, colours.land)
    return box


def polygon_of(points: NDArray[np.float64]) -> QPolygonF:
    """Points `(n, 2)` for a painter."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def paint_cone(
    painter: QPainter, cone: QPolygonF, mark: CameraMark, colours: MapColours, *, strong: bool
) -> None:
    """One cone in world metres; the painter is already turned to them."""
    hue = mark_colour(mark, colours)
    if mark.former:
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        style, edge, width = Qt.PenStyle.DotLine, 0.8, 1.2
    else:
        fill = 0.36 if strong else 0.2 if mark.has_footage else 0.1
        painter.setBrush(faded(hue, fill))
        style = Qt.PenStyle.DashLine if mark.is_assumed else Qt.PenStyle.SolidLine
        edge, width = (1.0, 1.8) if strong else (0.65 if mark.has_footage else 0.4, 1.0)
    pen = QPen(faded(hue, edge), width, style)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawPolygon(cone)


def mark_colour(mark: CameraMark, colours: MapColours) -> QColor:
    """The camera's own hue; grey where the case has nothing of it."""
    return colours.camera(mark.colour) if mark.has_footage else colours.text_dim


@dataclass(frozen=True)
class SpotPainter:
    """Paints the spots of a layout on a view."""

    marks: tuple[CameraMark, ...]
    layout: Layout
    view: Viewport
    colours: MapColours
    art: SymbolArt
    font: QFont
    hits: Mapping[str, int]
    emphasis: Emphasis = Emphasis()

    def paint(self, painter: QPainter, *, only_emphasis: bool = False) -> None:
        """Leaders first, then symbols, names, and badges over all.

        `only_emphasis`: what stands out, over a picture that has all of them already.
        """
        screen = QRectF(0, 0, self.view.width, self.view.height).adjusted(-200, -40, 200, 40)
        spots = [
            (spot, at)
            for spot in (self._outstanding() if only_emphasis else self.layout.spots)
            for at in (spot_at(spot, self.layout, self.view),)
            if screen.contains(at)
        ]
        for paint in (self._leader, self._symbol, self._name, self._badge):
            self._all(painter, spots, paint)

    def paint_emphasis(self, painter: QPainter) -> None:
        """The selected camera and the keyboard's, over the picture: they change at once."""
        chosen = [mark for mark in self.marks if mark.camera_id == self.emphasis.selected]
        paint_chosen(painter, chosen, self.view, self.colours)
        self.paint(painter, only_emphasis=True)

    @staticmethod
    def _all(
        painter: QPainter,
        spots: list[tuple[Spot, QPointF]],
        paint: Callable[[QPainter, Spot, QPointF], None],
    ) -> None:
        for spot, at in spots:
            paint(painter, spot, at)

    def _outstanding(self) -> list[Spot]:
        # With every frame: the few marks that stand out are looked for, not the ids of each symbol.
        wanted = {self.emphasis.selected, self.emphasis.current} - {None}
        found = {at for at, mark in enumerate(self.marks) if mark.camera_id in wanted}
        return [one for one in self.layout.spots if found and not found.isdisjoint(one.members)]

    def _leader(self, painter: QPainter, spot: Spot, at: QPointF) -> None:
        if spot.is_cluster:
            return
        mark = self.marks[spot.members[0]]
        place = _point(self.view, mark)
        away = place - at
        if abs(away.x()) + abs(away.y()) < _LEADER_LEAST_PX:
            return
        hue = mark_colour(mark, self.colours)
        painter.setPen(QPen(faded(hue, 0.9), 1.3))
        painter.drawLine(at, place)
        painter.setBrush(hue)
        painter.setPen(QPen(self.colours.land, 1.0))
        painter.drawEllipse(place, 2.6, 2.6)

    def _symbol(self, painter: QPainter, spot: Spot, at: QPointF) -> None:
        ids = {self.marks[member].camera_id for member in spot.members}
        size = CLUSTER_PX if spot.is_cluster else SYMBOL_PX
        if self.emphasis.selected in ids:
            painter.setPen(QPen(self.colours.accent, 2.2))
            painter.setBrush(faded(self.colours.panel, 0.9))
            painter.drawEllipse(at, size / 2 + 3.5, size / 2 + 3.5)
        elif self.emphasis.current in ids:
            painter.setPen(QPen(self.colours.text, 1.6, Qt.PenStyle.DotLine))
            painter.setBrush(faded(self.colours.panel, 0.8))
            painter.drawEllipse(at, size / 2 + 3.5, size / 2 + 3.5)
        if spot.is_cluster:
            marks = [self.marks[member] for member in spot.members]
            self.art.draw_cluster(painter, at, marks)
        else:
            self.art.draw(painter, at, self.marks[spot.members[0]])

    def _name(self, painter: QPainter, spot: Spot, at: QPointF) -> None:
        face = font_of(self.font)
        shift = at - QPointF(spot.x, spot.y)
        box = spot.label
        if box is not None:
            mark = self.marks[spot.members[0]]
            target = QRectF(box.x, box.y, box.width, box.height).translated(shift)
            if self.emphasis.selected != mark.camera_id:
                # The ground is painted without knowing them, hence the halo.
                write_halo(painter, face, mark.name, target, self.colours.text, self.colours.land)
            else:
                self._chip(painter, mark.name, target)
            return
        chosen = next(
            (
                self.marks[member]
                for wanted in (self.emphasis.current, self.emphasis.selected)
                for member in spot.members
                if wanted is not None and self.marks[member].camera_id == wanted
            ),
            None,
        )
        if chosen is not None:
            metrics = QFontMetricsF(face)
            width = metrics.horizontalAdvance(chosen.name) + 4
            places = label_places(spot, width, metrics.height())
            targets = [QRectF(p.x, p.y, p.width, p.height).translated(shift) for p in places]
            self._chip(painter, chosen.name, self._clearest(targets, spot))

    def _clearest(self, targets: list[QRectF], spot: Spot) -> QRectF:
        """The first place on screen that hides no other symbol, else the first on screen."""
        # Not below the buttons at the right nor on the scale bar.
        screen = QRectF(0, 0, self.view.width - _RIGHT_PX, self.view.height - _BELOW_PX)
        inside = [target for target in targets if screen.contains(target)] or targets
        grown = self.layout.scale / self.view.scale
        wide = max(target.width() for target in targets) + CLUSTER_PX
        # Boxes are dear: only of those that the name could reach.
        others = [
            _screen_box(other, self.layout, self.view)
            for other in self.layout.spots
            if other is not spot
            and abs(other.x - spot.x) * grown < 2 * wide
            and abs(other.y - spot.y) * grown < _NAME_REACH_PX
        ]
        clear = (one for one in inside if not any(one.intersects(other) for other in others))
        return next(clear, inside[0])

    def _chip(self, painter: QPainter, text: str, box: QRectF) -> None:
        if not text:
            return
        painter.setPen(QPen(self.colours.line, 1.0))
        painter.setBrush(self.colours.panel)
        painter.drawRoundedRect(box.adjusted(-3, -2, 3, 2), 4, 4)
        painter.setPen(self.colours.text)
        painter.setFont(font_of(self.font))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _badge(self, painter: QPainter, spot: Spot, at: QPointF) -> None:
        hits = sum(self.hits.get(self.marks[member].camera_id, 0) for member in spot.members)
        if hits:
            self.art.draw_badge(painter, at, hits, cluster=spot.is_cluster)


def spot_at(spot: Spot, layout: Layout, view: Viewport) -> QPointF:
    """The pixel of a spot; a layout of another scale is stretched until the new one is there."""
    grown = layout.scale / view.scale
    return QPointF(
        spot.x * grown - view.x / view.scale + view.width / 2,
        spot.y * grown + view.y / view.scale + view.height / 2,
    )


def _screen_box(spot: Spot, layout: Layout, view: Viewport) -> QRectF:
    at = spot_at(spot, layout, view)
    size = (CLUSTER_PX if spot.is_cluster else SYMBOL_PX) + 6
    return QRectF(at.x() - size / 2, at.y() - size / 2, size, size)


def _point(view: Viewport, mark: CameraMark) -> QPointF:
    (x, y), *_ = view.to_screen([(mark.x, mark.y)]).tolist()
    return QPointF(x, y)
