"""How a hit looks in the gallery and in the first column of the list: picture, facts, doubts."""

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from casefiles.decision_types import Verdict
from casefiles.view_types import Hit
from ui.icons import pixmap
from ui.models.hits import class_icon, class_label
from ui.models.table import ROW
from ui.theme import Token, colour
from ui.views.card_faces import LINE, LINES, PICTURE, CardFaces, paint_picture
from ui.views.marks import edge_of, paint_mark
from ui.views.thumbnail import Thumbnails

_Index = QModelIndex | QPersistentModelIndex
VerdictOf: TypeAlias = Callable[[Hit], Verdict | None]
"""What is said of a hit."""
_MARGIN: Final = 4
_INSIDE: Final = 8
_ICON: Final = 16
CARD: Final = QSize(150, 2 * (_MARGIN + _INSIDE) + PICTURE + 6 + LINES * LINE)
"""Room of one card with its margin, at scale 1; the least width."""
ROW_HEIGHT: Final = 56
_ROW_PICTURE: Final = 72


class HitCards(QStyledItemDelegate):
    """Paints the boxes of cards, and in them what `CardFaces` has drawn so far."""

    def __init__(
        self, faces: CardFaces, parent: QObject, verdict: VerdictOf = lambda _: None
    ) -> None:
        super().__init__(parent)
        self._faces = faces
        self._verdict = verdict
        self.card = QSize(CARD)
        """Room of one card now: the gallery shares its width out among its columns."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self.card

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit = index.data(ROW)
        if not isinstance(hit, Hit):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        verdict = self._verdict(hit)
        self._paint_back(painter, box, option.state, verdict)
        inner = box.adjusted(_INSIDE, _INSIDE, -_INSIDE, -_INSIDE)
        face = self._faces.face(hit, inner.size(), painter.device().devicePixelRatioF())
        if face is not None:
            painter.drawPixmap(inner.topLeft(), face)
        if verdict is not None:
            picture = QRect(inner.left(), inner.top(), inner.width(), PICTURE)
            paint_mark(painter, picture, verdict)
        painter.restore()

    def _paint_back(
        self, painter: QPainter, box: QRect, state: QStyle.StateFlag, verdict: Verdict | None
    ) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge: Token = "accent" if is_selected or has_focus else "text_dim" if is_over else "line"
        if verdict == "right" and not (is_selected or has_focus):
            edge = edge_of(verdict)
        width = 2.0 if is_selected or has_focus or verdict == "right" else 1.0
        painter.setPen(QPen(colour(edge), width))
        painter.setBrush(colour("row" if is_selected else "raised"))
        half = width / 2
        painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), 6, 6)


class HitCells(QStyledItemDelegate):
    """First column of the list: a small picture, the class's drawing and its name."""

    def __init__(
        self, pictures: Thumbnails, parent: QObject, verdict: VerdictOf = lambda _: None
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._verdict = verdict

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(_ROW_PICTURE + 104, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit = index.data(ROW)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if not isinstance(hit, Hit):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("row"))
        picture = QRect(area.left() + 2, area.top() + 2, _ROW_PICTURE, area.height() - 4)
        paint_picture(painter, picture, hit, self._pictures)
        verdict = self._verdict(hit)
        if verdict is not None:
            paint_mark(painter, picture, verdict)
        drawing = pixmap(class_icon(hit.track.class_id), _ICON)
        left = picture.right() + 9
        painter.drawPixmap(left, area.center().y() - _ICON // 2 + 1, drawing)
        painter.setPen(colour("text"))
        words = area.adjusted(left - area.left() + _ICON + 6, 0, -4, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, class_label(hit.track.class_id))
        painter.restore()
