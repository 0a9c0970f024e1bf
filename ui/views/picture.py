"""Painting the picture itself: copied where it has the right size, and dark bars beside it."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from ui.theme import on_video
from ui.tools.picture_map import PictureMap


def paint_picture(
    painter: QPainter, image: QImage, place: PictureMap, ratio: float, *, smooth: bool
) -> None:
    """Fills the view of `place`: the picture where it lies, the ground of videos around it.

    `ratio` is device pixels to a point; `smooth` looks better where the picture must be scaled.
    """
    target = QRect(*(round(edge * ratio) for edge in place.target))
    whole = QRect(0, 0, *(round(edge * ratio) for edge in place.view))
    painter.save()
    # In device pixels: a picture of the right size is copied, not scaled.
    painter.scale(1 / ratio, 1 / ratio)
    for bar in bars(whole, target):
        painter.fillRect(bar, on_video("video"))
    if target.size() == image.size():
        painter.drawImage(target.topLeft(), image)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(target, image)
    painter.restore()


def bars(whole: QRect, picture: QRect) -> list[QRect]:
    """What a picture leaves empty of a view, in at most four rectangles."""
    inner = picture.intersected(whole)
    right = inner.left() + inner.width()
    bottom = inner.top() + inner.height()
    found = (
        QRect(0, 0, whole.width(), inner.top()),
        QRect(0, bottom, whole.width(), whole.height() - bottom),
        QRect(0, inner.top(), inner.left(), inner.height()),
        QRect(right, inner.top(), whole.width() - right, inner.height()),
    )
    return [bar for bar in found if not bar.isEmpty()]
