"""The faces of cards: drawn once, kept, and never more at a time than a frame has room for."""

from collections import OrderedDict
from time import thread_time
from typing import Final

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap

from casefiles.usecases.sureness import sureness
from casefiles.view_types import Hit
from ui.icons import pixmap
from ui.models.hits import HitsModel, class_icon, class_label
from ui.theme import THEME, Token, colour, digits_font, text_font
from ui.views.confidence import BAR_HEIGHT, BAR_WIDTH, paint_bar
from ui.views.thumbnail import Thumbnails

PICTURE: Final = 104
LINE: Final = 18
LINES: Final = 5
_ICON: Final = 16
_GAP: Final = 6
_KEPT: Final = 200
_ROOM_TO_CUT: Final = 96
_BUDGET_S: Final = 0.002
"""A face takes about a millisecond; a screen of new ones would hold the window up."""


class CardFaces(QObject):
    """What cards show inside of their box, as pictures by track."""

    more = Signal()
    """Faces that were put off can be made now, or pictures have come: paint again."""

    def __init__(self, model: HitsModel, pictures: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._plain, self._small, self._digits = text_font(), text_font(11), digits_font()
        self._strong = text_font(bold=True)
        fonts = (self._plain, self._small, self._digits, self._strong)
        self._metrics = {id(font): QFontMetrics(font) for font in fonts}
        self._kept: OrderedDict[int, tuple[QPixmap, bool]] = OrderedDict()
        """Faces by track, and whether their picture is in them."""
        self._made_for: tuple[QSize, float] | None = None
        self._spent_s = 0.0
        self._put_off = False
        self._next_turn = QTimer(self, interval=0, singleShot=True)
        self._next_turn.timeout.connect(self._begin_turn)
        pictures.arrived.connect(self._take_pictures)
        for signal in (model.modelReset, model.dataChanged, THEME.changed):
            signal.connect(self._forget)

    def face(self, hit: Hit, size: QSize, ratio: float) -> QPixmap | None:
        """The face of a hit in a size at scale 1; None: later, after `more`."""
        if self._made_for != (size, ratio):
            self._kept.clear()
            self._made_for = (QSize(size), ratio)
        found = self._kept.get(hit.track.track_id)
        if found is not None:
            self._kept.move_to_end(hit.track.track_id)
            return found[0]
        if not self._next_turn.isActive():
            self._next_turn.start()
        if self._spent_s > _BUDGET_S:
            self._put_off = True
            return None
        began = thread_time()
        made = self._make(hit, size, ratio)
        self._spent_s += thread_time() - began
        return made

    def _make(self, hit: Hit, size: QSize, ratio: float) -> QPixmap:
        face = QPixmap(size * ratio)
        face.setDevicePixelRatio(ratio)
        face.fill(Qt.GlobalColor.transparent)
        painter = QPainter(face)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = QRect(0, 0, size.width(), PICTURE)
        has_picture = paint_picture(painter, picture, hit, self._pictures)
        self._paint_lines(painter, QRect(0, PICTURE + _GAP, size.width(), LINE), hit)
        painter.end()
        self._kept[hit.track.track_id] = (face, has_picture)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return face

    def _begin_turn(self) -> None:
        self._spent_s = 0.0
        if self._put_off:
            self._put_off = False
            self.more.emit()

    def _take_pictures(self) -> None:
        waiting = [track for track, (_, is_whole) in self._kept.items() if not is_whole]
        for track in waiting:
            del self._kept[track]
        self.more.emit()

    def _forget(self) -> None:
        self._kept.clear()

    def _paint_lines(self, painter: QPainter, line: QRect, hit: Hit) -> None:
        painter.drawPixmap(
            line.left(),
            line.top() + (LINE - _ICON) // 2,
            pixmap(class_icon(hit.track.class_id), _ICON),
        )
        title = line.adjusted(_ICON + 6, 0, 0, 0)
        self._say(painter, title, class_label(hit.track.class_id), self._strong, "text")
        model = self._model
        shown = model.camera_time_of(hit, short=True)
        line = line.translated(0, LINE)
        # Cameras of one place often differ in their last word alone.
        middle = Qt.TextElideMode.ElideMiddle
        self._say(painter, line, model.camera_of(hit), self._plain, "text", middle)
        line = line.translated(0, LINE)
        self._say(painter, line, self._time(hit, line.width()), self._digits, "text")
        line = line.translated(0, LINE)
        if shown:
            words = self._with_doubt(shown, hit, line.width())
            self._say(painter, line, words, self._small, "text_dim")
        self._paint_reason(painter, line.translated(0, LINE), hit)

    def _time(self, hit: Hit, room: int) -> str:
        """True time; without its year where that does not fit: the seconds are never cut off."""
        text = self._model.time_of(hit, short=True)
        fits = self._metrics[id(self._digits)].horizontalAdvance(text) <= room
        return text if fits or not text[:4].isdigit() else text[5:]

    def _with_doubt(self, shown: str, hit: Hit, room: int) -> str:
        """What the recorder showed, and how sure its correction is: in the words that fit."""
        tr = self._model.tr
        whole, short = tr("camera clock {0}").format(shown), tr("camera {0}").format(shown)
        doubt = self._model.doubt_of(hit)
        if not doubt:
            return whole
        # Where only part of it fits, the worse news; the tool tip has all.
        worst = doubt.split(", ")[-1]
        metrics = self._metrics[id(self._small)]
        tries = [f"{start} · {end}" for end in (doubt, worst) for start in (whole, short)]
        return next((one for one in tries if metrics.horizontalAdvance(one) <= room), whole)

    def _paint_reason(self, painter: QPainter, line: QRect, hit: Hit) -> None:
        """Bar and word, then what to be careful of, else the first reason that fits whole; that
        it is of its kind stands above."""
        bar = QRectF(line.left(), line.center().y() - BAR_HEIGHT / 2 + 1, BAR_WIDTH, BAR_HEIGHT)
        paint_bar(painter, bar, hit.score)
        word = sureness(hit.score)
        rest = line.adjusted(BAR_WIDTH + 6, 0, 0, 0)
        self._say(painter, rest, word, self._small, "text")
        taken = self._metrics[id(self._small)].horizontalAdvance(word) + 8
        rest = rest.adjusted(taken, 0, 0, 0)
        if hit.doubtful:
            top = line.top() + (LINE - _ICON) // 2
            painter.drawPixmap(rest.left(), top, pixmap("warning", _ICON, "warn"))
            rest = rest.adjusted(_ICON + 4, 0, 0, 0)
            self._say(painter, rest, self._model.tr("uncertain"), self._small, "warn")
        else:
            width = self._metrics[id(self._small)].horizontalAdvance
            whole = (one for one in hit.why[1:] if width(one) <= rest.width())
            # Half a word says nothing; most of a sentence does.
            cut = hit.why[1] if len(hit.why) > 1 and rest.width() >= _ROOM_TO_CUT else ""
            reason = next(whole, cut)
            self._say(painter, rest, reason, self._small, "text_dim")

    def _say(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        font: QFont,
        tone: Token,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour(tone))
        metrics = self._metrics[id(font)]
        shown = metrics.elidedText(text, elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def paint_picture(painter: QPainter, room: QRect, hit: Hit, pictures: Thumbnails) -> bool:
    """The thumbnail in the middle of a dark box, whole, never enlarged more than twice.

    False: there is none, or not yet.
    """
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
    elif image is not None:
        side = 20
        drawing = pixmap(class_icon(hit.track.class_id), side, "video_text")
        painter.setOpacity(0.5)
        painter.drawPixmap(room.center().x() - side // 2, room.center().y() - side // 2, drawing)
        painter.setOpacity(1.0)
    return image is not None and not image.isNull()
