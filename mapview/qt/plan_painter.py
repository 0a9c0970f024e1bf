"""A picture laid on the ground: a site plan, or what a calibrated camera sees of the street."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPolygonF, QTransform

from mapview.label_room import Room
from mapview.qt.base_painter import world_transform
from mapview.qt.map_colours import MapColours
from mapview.qt.tile_painter import read_picture
from mapview.viewport import Bounds, Viewport

_MOST_SIDE: Final = 12_000
_KEPT_SIDE: Final = 8192
"""A plan is kept no larger than this: its pixels are then finer than the marks on it."""
_LEAST_SIDE: Final = 256
_EDGE_POINTS: Final = 16


def read_plan(data: bytes, name: str) -> QImage:
    """The picture of a plan (PNG, JPEG or WebP), whole.

    Raises:
        UserError: it is none of them, damaged, or above 12,000 pixels on a side or 60 million in
            all.
    """
    return read_picture(data, name, _MOST_SIDE)


@dataclass(frozen=True, eq=False)
class PlanLayer:
    """One picture, warped by a similarity, an affine or a projective transform."""

    image: QImage
    to_world: NDArray[np.float64]
    """`(3, 3)`: pixels (x, y, 1) of the image → world metres (x, y, 1) times w."""
    opacity: float = 1.0
    credit: str = ""
    outline: NDArray[np.float64] | None = None
    """`(n, 2)` pixels; only what is inside is painted. Needed where the picture has a horizon:
    beyond it nothing lies on the ground."""
    is_backdrop: bool = False
    note: str = ""

    @cached_property
    def bounds(self) -> Bounds | None:
        """Around what of it lies on the ground; None where none of it does."""
        world = self._on_ground(self._edge())
        if not len(world):
            return None
        (left, bottom), (right, top) = world.min(axis=0).tolist(), world.max(axis=0).tolist()
        return left, bottom, right, top

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, ratio: float) -> None:
        """The picture in as many pixels as are seen of it: a plan drawn small stays readable."""
        del colours
        bounds = self.bounds
        if bounds is None or not _meets(bounds, view):
            return
        image = self._level(view, ratio)
        shrunk = image.width() / self.image.width(), image.height() / self.image.height()
        # From the pixels of the level to the screen, in one matrix: world metres are millions,
        # and their digits would be lost on the way.
        level = QTransform.fromScale(1 / shrunk[0], 1 / shrunk[1])
        warp = level * _transform(self.to_world) * world_transform(view)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.outline is not None:
            screen = view.to_screen(self._on_ground(self.outline)).tolist()
            cut = QPainterPath()
            cut.addPolygon(QPolygonF([QPointF(x, y) for x, y in screen]))
            painter.setClipPath(cut, Qt.ClipOperation.IntersectClip)
        painter.setTransform(warp, combine=True)
        painter.drawImage(QRectF(0, 0, image.width(), image.height()), image)
        painter.restore()

    def paint_names(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont, room: Room
    ) -> None:
        """A plan carries its own."""

    def _edge(self) -> NDArray[np.float64]:
        """Points around what is painted, in pixels."""
        if self.outline is not None:
            return np.asarray(self.outline, np.float64)
        wide, high = float(self.image.width()), float(self.image.height())
        share = np.linspace(0, 1, _EDGE_POINTS, endpoint=False)[:, None]
        corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float64)
        sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
        return np.concatenate([one + share * (other - one) for one, other in sides])

    def _on_ground(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """World metres of the pixels that lie on the ground; those beyond the horizon are gone."""
        full = np.column_stack((pixels, np.ones(len(pixels)))) @ self.to_world.T
        # Which sign of w is before the horizon is what the lower edge of the picture says.
        low = np.array([self.image.width() / 2, self.image.height(), 1.0])
        near = float(self.to_world[2] @ low)
        kept = full[full[:, 2] * np.sign(near or 1.0) > 1e-12]
        world: NDArray[np.float64] = kept[:, :2] / kept[:, 2:]
        return world

    @cached_property
    def _levels(self) -> list[QImage]:
        """The picture, and each time half of it: sampling a large one thinly would break lines."""
        whole = self.image
        if max(whole.width(), whole.height()) > _KEPT_SIDE:
            whole = _resized(whole, whole.size().scaled(
                QSize(_KEPT_SIDE, _KEPT_SIDE), Qt.AspectRatioMode.KeepAspectRatio
            ))  # fmt: skip
        levels = [whole]
        while max(levels[-1].width(), levels[-1].height()) > _LEAST_SIDE:
            last = levels[-1]
            levels.append(
                _resized(last, QSize(max(1, last.width() // 2), max(1, last.height() // 2)))
            )
        return levels

    def _level(self, view: Viewport, ratio: float) -> QImage:
        """The smallest picture that still has a pixel for each device pixel it covers."""
        whole, screen = self.image, view.to_screen(self._on_ground(self._edge()))
        closed = np.vstack((screen, screen[:1]))
        seen_px = float(np.hypot(*np.diff(closed, axis=0).T).sum()) * ratio
        round_px = 2 * (whole.width() + whole.height())
        share = seen_px / round_px
        fitting = [one for one in self._levels if one.width() >= share * whole.width()]
        return fitting[-1] if fitting else self._levels[0]


def _resized(image: QImage, size: QSize) -> QImage:
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _transform(matrix: NDArray[np.float64]) -> QTransform:
    """A matrix on columns as Qt's, which works on rows."""
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    return QTransform(a, d, g, b, e, h, c, f, i)


def _meets(bounds: Bounds, view: Viewport) -> bool:
    left, bottom, right, top = view.bounds
    return bounds[0] <= right and bounds[2] >= left and bounds[1] <= top and bounds[3] >= bottom
