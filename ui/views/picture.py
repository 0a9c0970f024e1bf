"""Painting the picture itself, with dark bars beside it, or the words that stand in its place."""

from functools import lru_cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from ui.theme import on_video, text_font
from ui.tools.picture_map import PictureMap


def paint_picture(
    painter: QPainter, image: QImage, place: PictureMap, ratio: float, *, smooth: bool
) -> None:
    """Fills the view of `place`: the picture where it lies, the ground of videos around it.

    `ratio` is device pixels to a point; `smooth` looks better where the picture must be scaled.
    """
    target, beside = _geometry(place, ratio)
    painter.save()
    # In device pixels: a picture of the right size is copied, not scaled.
    painter.scale(1 / ratio, 1 / ratio)
    if beside:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(on_video("video"))
        painter.drawRects(beside)
    if target.size() == image.size():
        painter.drawImage(target.topLeft(), image)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(target, image)
    painter.restore()


@lru_cache(maxsize=64)
def _geometry(place: PictureMap, ratio: float) -> tuple[QRect, list[QRect]]:
    """Where the picture and the bars beside it are, in device pixels."""
    target = QRect(*(round(edge * ratio) for edge in place.target))
    whole = QRect(0, 0, *(round(edge * ratio) for edge in place.view))
    return target, bars(whole, target)


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


def paint_words(painter: QPainter, place: QRect, heading: str, line: str) -> None:
    """What stands where there is no picture: a heading in the middle, and a line below it; both
    wrap, away from each other."""
    align = Qt.AlignmentFlag
    wrapped = align.AlignHCenter | Qt.TextFlag.TextWordWrap
    half = place.height() // 2
    painter.setPen(on_video("text"))
    painter.setFont(text_font(16))
    painter.drawText(place.adjusted(0, 0, 0, -half), wrapped | align.AlignBottom, heading)
    painter.setPen(on_video("text_dim"))
    painter.setFont(text_font(13))
    painter.drawText(place.adjusted(0, half + 6, 0, 0), wrapped | align.AlignTop, line)


def paint_heading(painter: QPainter, place: QRect, heading: str) -> None:
    """The heading alone, where there is room for no more."""
    align = Qt.AlignmentFlag
    painter.setPen(on_video("text_dim"))
    painter.setFont(text_font(11))
    painter.drawText(place, align.AlignCenter | Qt.TextFlag.TextWordWrap, heading)
