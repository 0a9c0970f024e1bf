"""Paints replayed tracks over a map: a dot where each is, its way so far fading, its time."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from mapview.label_room import Box, Room
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.replay import Dot, Replay, ReplayTime
from mapview.symbols import Layout
from mapview.viewport import Viewport

_DOT_PX: Final = 5.0
_AROUND_PX: Final = 26.0
"""So far from its camera is what is somewhere around it: beyond the symbol."""
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
"""Turning by this angle, dots around a camera never lie on each other for long."""
_TRAIL_SHARES: Final = (0.4, 0.7)
"""Where a trail becomes less faint."""
_TRAIL_PX: Final = 3.0
_LABELS_KEPT: Final = 600
_REACH_PX: Final = 10.0
_MOST_NAMED: Final = 120
"""More times than this would cover the map, and take long to write."""


class ReplayLayer:
    """What is replayed over a map; nothing until `replay` is set and a time is shown."""

    def __init__(self) -> None:
        self.chosen: int | None = None
        """The track that stands out."""
        self.replay: Replay | None = None
        self._wanted: tuple[ReplayTime, int] | None = None
        self._dots: tuple[Dot, ...] | None = None
        self._labels = _Labels()

    @property
    def dots(self) -> tuple[Dot, ...]:
        """Who is there; worked out when it is asked for, which nobody does of a hidden map."""
        if self._dots is None:
            if self.replay is None or self._wanted is None:
                self._dots = ()
            else:
                self._dots = self.replay.at(*self._wanted)
        return self._dots

    def show(self, time: ReplayTime, ns: int) -> None:
        """Who is there at a show time, or at a wall time."""
        self._wanted, self._dots = (time, ns), None

    def paint(
        self,
        painter: QPainter,
        view: Viewport,
        colours: MapColours,
        font: QFont,
        cameras: Layout | None = None,
    ) -> None:
        """Trails first, then the dots, then their times where there is room for them beside
        `cameras` and their names."""
        if not self.dots:
            return
        placed = [(dot, at) for dot, at in self.placed(view) if _is_seen(at, view)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        went = [dot for dot, _ in placed if not dot.track.around]
        _paint_trails(painter, went, view, colours)
        for dot, at in placed:
            self._paint_dot(painter, dot, at, view, colours)
        room = Room(Box(at.x() - 6, at.y() - 6, 12, 12) for _, at in placed)
        for box in _on_screen(cameras, view):
            room.take(box)
        self._labels.dress(colours, font, painter.device().devicePixelRatio())
        # The chosen one is written first: it must not be the one without room.
        ranked = sorted(placed, key=lambda pair: pair[0].track.track_id != self.chosen)
        for dot, at in ranked[:_MOST_NAMED]:
            label = self._labels.of(dot.words, is_bold=dot.track.track_id == self.chosen)
            _put(painter, label, at, room, view)

    def at(self, view: Viewport, at: QPointF) -> Dot | None:
        """The track whose dot is under a pixel, the nearest of several."""
        away = [(math.hypot(spot.x() - at.x(), spot.y() - at.y()), number, dot)
                for number, (dot, spot) in enumerate(self.placed(view))]  # fmt: skip
        nearest = min(away, default=None)
        return None if nearest is None or nearest[0] > _REACH_PX else nearest[2]

    def placed(self, view: Viewport) -> Iterator[tuple[Dot, QPointF]]:
        """Each dot with its pixel."""
        if not self.dots:
            return
        for dot, (x, y) in zip(
            self.dots, view.to_screen([dot.at for dot in self.dots]).tolist(), strict=True
        ):
            if dot.track.around:
                turn = dot.track.track_id * _GOLDEN
                x, y = x + _AROUND_PX * math.sin(turn), y - _AROUND_PX * math.cos(turn)
            yield dot, QPointF(x, y)

    def _paint_dot(
        self, painter: QPainter, dot: Dot, at: QPointF, view: Viewport, colours: MapColours
    ) -> None:
        hue = colours.camera(dot.track.colour)
        if dot.track.around:
            ((x, y),) = view.to_screen([dot.at]).tolist()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(faded(hue, 0.7), 1.2, Qt.PenStyle.DotLine))
            painter.drawEllipse(QPointF(x, y), _AROUND_PX, _AROUND_PX)
        if dot.track.track_id == self.chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 2.2))
            painter.drawEllipse(at, _DOT_PX + 4, _DOT_PX + 4)
        # The rim keeps a dot apart from cones and streets of its own hue.
        painter.setPen(QPen(colours.text, 1.4))
        painter.setBrush(hue)
        painter.drawEllipse(at, _DOT_PX, _DOT_PX)


def _paint_trails(
    painter: QPainter, dots: Sequence[Dot], view: Viewport, colours: MapColours
) -> None:
    """In a few pieces, the older the fainter. All lines of one colour are drawn at once: that takes
    half as long as a line after the other."""
    if not dots:
        return
    places = view.to_screen(np.concatenate([dot.trail for dot in dots])).tolist()
    lines: dict[tuple[int, int], list[QLineF]] = defaultdict(list)
    at = 0
    for dot in dots:
        ends = places[at : at + len(dot.trail)]
        at += len(dot.trail)
        # A line is as old as its older end.
        pieces = np.searchsorted(_TRAIL_SHARES, dot.share[:-1], "right").tolist()
        for piece, (one, other) in zip(pieces, pairwise(ends), strict=True):
            lines[dot.track.colour, piece].append(QLineF(*one, *other))
    for (colour, piece), drawn in lines.items():
        hue = faded(colours.camera(colour), (piece + 1) / (len(_TRAIL_SHARES) + 1))
        painter.setPen(QPen(hue, _TRAIL_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLines(drawn)


class _Labels:
    """Words with their halo as pictures: writing one takes nine times as long as laying it down,
    and most are wanted again at the next moment."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], QImage] = {}
        self._look: tuple[MapColours, QFont, float] | None = None

    def dress(self, colours: MapColours, font: QFont, ratio: float) -> None:
        """The look of all labels from now on."""
        look = (colours, font, ratio)
        if look != self._look or len(self._made) > _LABELS_KEPT:
            self._look = look
            self._made.clear()

    def of(self, words: str, *, is_bold: bool) -> QImage:
        """The picture of some words."""
        found = self._made.get((words, is_bold))
        if found is None:
            found = self._made[words, is_bold] = self._write(words, is_bold=is_bold)
        return found

    def _write(self, words: str, *, is_bold: bool) -> QImage:
        assert self._look is not None
        colours, font, ratio = self._look
        face = font_of(font, bold=is_bold)
        metrics = QFontMetricsF(face)
        wide, tall = (
            math.ceil(metrics.horizontalAdvance(words)) + 5,
            math.ceil(metrics.height()) + 2,
        )
        image = QImage(
            math.ceil(wide * ratio), math.ceil(tall * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )  # fmt: skip
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        write_halo(painter, face, words, QRectF(0, 0, wide, tall), colours.text, colours.land)
        painter.end()
        return image


def _put(painter: QPainter, label: QImage, at: QPointF, room: Room, view: Viewport) -> None:
    """The label beside the dot, on the first side where it covers nothing; else not at all."""
    size = label.deviceIndependentSize()
    wide, tall = size.width(), size.height()
    x, y, off = at.x(), at.y(), _DOT_PX + 3
    for left, top in (
        (x + off, y - tall / 2), (x - off - wide, y - tall / 2),
        (x - wide / 2, y - off - tall), (x - wide / 2, y + off),
        (x + off, y - off - tall), (x - off - wide, y - off - tall),
        (x + off, y + off), (x - off - wide, y + off),
    ):  # fmt: skip
        inside = left >= 0 and top >= 0 and left + wide <= view.width and top + tall <= view.height
        if inside and room.take_if_free([Box(left, top, wide, tall)]):
            # On whole pixels letters stay sharp.
            painter.drawImage(QPointF(round(left), round(top)), label)
            return


def _on_screen(cameras: Layout | None, view: Viewport) -> Iterator[Box]:
    """What cameras and their names cover; nothing while they are laid out for another scale."""
    if cameras is None or cameras.scale != view.scale:
        return
    left, top = view.bounds[0] / view.scale, -view.bounds[3] / view.scale
    for box in cameras.boxes:
        yield Box(box.x - left, box.y - top, box.width, box.height)


def _is_seen(at: QPointF, view: Viewport) -> bool:
    return -50 <= at.x() <= view.width + 50 and -50 <= at.y() <= view.height + 50
