"""How a hit looks in the gallery and in the first column of the list: picture, facts, doubts."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from casefiles.view_types import Hit
from ui.icons import pixmap
from ui.models.hits import HitsModel, class_icon, class_label, sureness
from ui.models.table import ROW
from ui.theme import Token, colour, digits_font, text_font
from ui.views.confidence import BAR_HEIGHT, BAR_WIDTH, paint_bar
from ui.views.thumbnail import Thumbnails

_Index = QModelIndex | QPersistentModelIndex
_MARGIN: Final = 4
_INSIDE: Final = 8
_PICTURE: Final = 104
_LINE: Final = 18
_LINES: Final = 5
_ICON: Final = 16
CARD: Final = QSize(150, 2 * (_MARGIN + _INSIDE) + _PICTURE + 6 + _LINES * _LINE)
"""Room of one card with its margin, at scale 1; the least width."""
ROW_HEIGHT: Final = 56
_ROW_PICTURE: Final = 72


class HitCards(QStyledItemDelegate):
    """Paints cards; asks the cache for pictures of what is painted, and for nothing else."""

    def __init__(self, model: HitsModel, pictures: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._plain, self._small, self._digits = text_font(), text_font(11), digits_font()
        self._strong: QFont = text_font(bold=True)
        self.card = QSize(CARD)
        """Room of one card now: the gallery shares its width out among its columns."""
        self._metrics = {id(font): QFontMetrics(font) for font in self._fonts()}

    def _fonts(self) -> tuple[QFont, ...]:
        return self._plain, self._small, self._digits, self._strong

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self.card

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        hit = index.data(ROW)
        if not isinstance(hit, Hit):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._paint_back(painter, box, option.state)
        inner = box.adjusted(_INSIDE, _INSIDE, -_INSIDE, -_INSIDE)
        picture = QRect(inner.left(), inner.top(), inner.width(), _PICTURE)
        paint_picture(painter, picture, hit, self._pictures)
        lines = QRect(inner.left(), picture.bottom() + 7, inner.width(), _LINE)
        self._paint_lines(painter, lines, hit)
        painter.restore()

    def _paint_back(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge: Token = "accent" if is_selected or has_focus else "text_dim" if is_over else "line"
        width = 2.0 if is_selected or has_focus else 1.0
        painter.setPen(QPen(colour(edge), width))
        painter.setBrush(colour("row" if is_selected else "raised"))
        half = width / 2
        painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), 6, 6)

    def _paint_lines(self, painter: QPainter, line: QRect, hit: Hit) -> None:
        painter.drawPixmap(
            line.left(),
            line.top() + (_LINE - _ICON) // 2,
            pixmap(class_icon(hit.track.class_id), _ICON),
        )
        title = line.adjusted(_ICON + 6, 0, 0, 0)
        self._say(painter, title, class_label(hit.track.class_id), self._strong, "text")
        model = self._model
        shown = model.camera_time_of(hit, short=True)
        line = line.translated(0, _LINE)
        self._say(painter, line, model.camera_of(hit), self._plain, "text")
        line = line.translated(0, _LINE)
        self._say(painter, line, self._time(hit, line.width()), self._digits, "text")
        line = line.translated(0, _LINE)
        if shown:
            words = model.tr("camera clock {0}").format(shown)
            self._say(painter, line, words, self._small, "text_dim")
        self._paint_reason(painter, line.translated(0, _LINE), hit)

    def _time(self, hit: Hit, room: int) -> str:
        """True time; without its year where that does not fit: the seconds are never cut off."""
        text = self._model.time_of(hit, short=True)
        fits = self._metrics[id(self._digits)].horizontalAdvance(text) <= room
        return text if fits or not text[:4].isdigit() else text[5:]

    def _paint_reason(self, painter: QPainter, line: QRect, hit: Hit) -> None:
        """Bar and word, then what to be careful of, else the first reason."""
        bar = QRectF(line.left(), line.center().y() - BAR_HEIGHT / 2 + 1, BAR_WIDTH, BAR_HEIGHT)
        paint_bar(painter, bar, hit.score)
        word = sureness(hit.score)
        rest = line.adjusted(BAR_WIDTH + 6, 0, 0, 0)
        self._say(painter, rest, word, self._small, "text")
        taken = self._metrics[id(self._small)].horizontalAdvance(word) + 8
        rest = rest.adjusted(taken, 0, 0, 0)
        if hit.doubtful:
            top = line.top() + (_LINE - _ICON) // 2
            painter.drawPixmap(rest.left(), top, pixmap("warning", _ICON, "warn"))
            rest = rest.adjusted(_ICON + 4, 0, 0, 0)
            self._say(painter, rest, self._model.tr("uncertain"), self._small, "warn")
        elif hit.why:
            self._say(painter, rest, hit.why[0], self._small, "text_dim")

    def _say(self, painter: QPainter, room: QRect, text: str, font: QFont, tone: Token) -> None:
        painter.setFont(font)
        painter.setPen(colour(tone))
        metrics = self._metrics[id(font)]
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class HitCells(QStyledItemDelegate):
    """First column of the list: a small picture, the class's drawing and its name."""

    def __init__(self, pictures: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures

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
        drawing = pixmap(class_icon(hit.track.class_id), _ICON)
        left = picture.right() + 9
        painter.drawPixmap(left, area.center().y() - _ICON // 2 + 1, drawing)
        painter.setPen(colour("text"))
        words = area.adjusted(left - area.left() + _ICON + 6, 0, -4, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, class_label(hit.track.class_id))
        painter.restore()


def paint_picture(painter: QPainter, room: QRect, hit: Hit, pictures: Thumbnails) -> None:
    """The thumbnail in the middle of a dark box, whole, never enlarged more than twice."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("video"))
    painter.drawRoundedRect(room, 3, 3)
    image = pictures.image(hit.track.track_id)
    if image is not None and not image.isNull():
        size = image.size()
        bounds = room.size().boundedTo(size * 2)
        size.scale(bounds, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.drawImage(place, image)
        return
    if image is not None:
        side = 20
        drawing = pixmap(class_icon(hit.track.class_id), side, "video_text")
        painter.setOpacity(0.5)
        painter.drawPixmap(room.center().x() - side // 2, room.center().y() - side // 2, drawing)
        painter.setOpacity(1.0)
