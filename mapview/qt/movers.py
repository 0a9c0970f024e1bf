"""Cameras on the move: where each is at the time shown, which way it goes, and its way around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from casefiles.fixes import Fixes, Place
from casefiles.types import Camera, CameraId
from mapview.projection import project, to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.viewport import Viewport

_WAY_NS: Final = 5 * 60 * 1_000_000_000
"""So much of the way is shown before and after the time shown."""
_MOST_POINTS: Final = 600
_RADIUS_PX: Final = 8.0
_ARROW_PX: Final = 17.0
_KMH: Final = 3.6


@dataclass(frozen=True, slots=True)
class Mover:
    """A moving camera at the time shown; places in world metres."""

    camera_id: CameraId
    name: str
    place: Place
    x: float
    y: float
    colour: int
    behind: NDArray[np.float64] = field(repr=False)
    """Its way up to here, `(n, 2)`."""
    ahead: NDArray[np.float64] = field(repr=False)

    @property
    def words(self) -> str:
        """Name and speed; says where the place is an estimate."""
        speed = f"{self.place.speed_mps * _KMH:.0f} km/h"
        return f"{self.name} · {speed}{' · estimated' if self.place.estimated else ''}"


def movers_at(
    cameras: Iterable[Camera], fixes: Mapping[CameraId, Fixes], wall_ns: int
) -> tuple[Mover, ...]:
    """Every camera whose positions tell where it was at a wall time."""
    found = []
    for colour, camera in enumerate(cameras):
        known = fixes.get(camera.camera_id)
        place = None if known is None else known.at(wall_ns)
        if known is None or place is None:
            continue
        x, y = project(place.point)
        here = np.array([[x, y]])
        behind = _way(known.between(wall_ns - _WAY_NS, wall_ns))
        ahead = _way(known.between(wall_ns + 1, wall_ns + _WAY_NS))
        found.append(
            Mover(
                camera.camera_id, camera.name, place, x, y, colour,
                np.vstack((behind, here)), np.vstack((here, ahead)),
            )
        )  # fmt: skip
    return tuple(found)


def _way(fixes: Fixes) -> NDArray[np.float64]:
    step = max(1, len(fixes) // _MOST_POINTS)
    return to_mercator(np.column_stack((fixes.lon[::step], fixes.lat[::step]))).reshape(-1, 2)


def paint_movers(
    painter: QPainter, movers: Iterable[Mover], view: Viewport, colours: MapColours, font: QFont
) -> None:
    """The way behind solid, the way ahead dotted; a disc with an arrow where it goes; its name.

    A place that is an estimate has a broken outline.
    """
    for mover in movers:
        hue = colours.cameras[mover.colour % len(colours.cameras)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for way, pen in (
            (mover.behind, QPen(faded(hue, 0.9), 2.4)),
            (mover.ahead, QPen(faded(hue, 0.7), 1.4, Qt.PenStyle.DotLine)),
        ):
            painter.setPen(pen)
            painter.drawPolyline(
                QPolygonF([QPointF(x, y) for x, y in _apart(view.to_screen(way)).tolist()])
            )
        ((x, y),) = view.to_screen([(mover.x, mover.y)]).tolist()
        _paint_disc(painter, mover, QPointF(x, y), colours)
        face = font_of(font, bold=True)
        wide = QFontMetricsF(face).horizontalAdvance(mover.words) + 8
        box = QRectF(x + _ARROW_PX, y - 10, wide, 20)
        if box.right() > view.width:
            box.moveRight(x - _ARROW_PX)
        write_halo(painter, face, mover.words, box, colours.text, colours.land)


def _apart(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those of a way that are in another pixel than the one before, and the last: seen from afar,
    minutes of fixes are a few pixels, and are painted with every frame."""
    if len(pixels) < 3:
        return pixels
    moved = (np.diff(np.floor(pixels), axis=0) != 0).any(axis=1)
    kept = np.concatenate(([True], moved))
    kept[-1] = True
    return pixels[kept]


def _paint_disc(painter: QPainter, mover: Mover, at: QPointF, colours: MapColours) -> None:
    hue = colours.cameras[mover.colour % len(colours.cameras)]
    painter.save()
    painter.translate(at)
    outline = QPen(colours.panel, 1.6)
    if mover.place.estimated:
        outline = QPen(colours.text, 1.6, Qt.PenStyle.DashLine)
    painter.setPen(outline)
    painter.setBrush(hue)
    if mover.place.heading_deg is not None:
        painter.rotate(mover.place.heading_deg)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(0, -_ARROW_PX),
                    QPointF(_RADIUS_PX, _RADIUS_PX),
                    QPointF(0, _RADIUS_PX / 2),
                    QPointF(-_RADIUS_PX, _RADIUS_PX),
                ]
            )
        )
    else:
        painter.drawEllipse(QPointF(0, 0), _RADIUS_PX, _RADIUS_PX)
    painter.restore()
