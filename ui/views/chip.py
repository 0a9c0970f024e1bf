"""A filter as a chip: read it, press it to edit, take it away with its cross or with Delete."""

from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.icons import pixmap
from ui.theme import THEME, colour, text_font

HEIGHT: Final = 28
_EDGE: Final = 10
_CROSS: Final = 28
_ICON: Final = 16
_MOST: Final = 320
_REMOVE_KEYS: Final = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_PRESS_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_OWN_KEYS: Final = (*_REMOVE_KEYS, *_PRESS_KEYS, Qt.Key.Key_Left, Qt.Key.Key_Right)


class Chip(QAbstractButton):
    """Text in a rounded box; `clicked` asks to edit. Without a cross it is a plain suggestion."""

    removed = Signal()
    """Somebody wants it gone."""

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        removable: bool = True,
        icon: str = "",
        because: str = "",
    ) -> None:
        """`because` says why a word is not searched by: it is shown struck, not to be edited."""
        super().__init__(parent)
        self._removable = removable
        self._because = because
        self._icon_name = icon
        self._count = ""
        self.setText(text)
        font = text_font()
        font.setStrikeOut(bool(because))
        self.setFont(font)
        self.setToolTip(f"{text}: {because}" if because else text)
        self.setAccessibleName(self.toolTip())
        if removable:
            edits = self.tr("Enter edits it, Delete takes it away")
            hides = self.tr("Delete takes it away")
            self.setAccessibleDescription(hides if because else edits)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        THEME.changed.connect(self.update)

    def set_count(self, count: int | None) -> None:
        """How many tracks answer to it, said behind its text; None: not known."""
        said = "" if count is None else f"{count:,}"
        if said == self._count:
            return
        self._count = said
        if self._removable:
            edits = self.tr("Enter edits it, Delete takes it away")
            told = self.tr("{0} tracks answer to it. ").format(said) if said else ""
            self.setAccessibleDescription(told + edits)
        self.updateGeometry()
        self.update()

    def cross(self) -> QRect:
        """Where a click takes the chip away; empty where that cannot be done."""
        if not self._removable:
            return QRect()
        return QRect(self.width() - _CROSS, 0, _CROSS, self.height())

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(min(words + self._around(), _MOST) + self._room_for_count(), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._around() + 40 + self._room_for_count(), HEIGHT)

    def _around(self) -> int:
        return 2 * _EDGE + (_CROSS - _EDGE + 4 if self._removable else 0) + self._room_for_icon()

    def _room_for_count(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._count) + 8 if self._count else 0

    def _room_for_icon(self) -> int:
        return _ICON + 6 if self._icon_name else 0

    def event(self, event: QEvent) -> bool:
        # Space plays and Backspace clears elsewhere in the window; on a chip they mean the chip.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() in _OWN_KEYS and not event.modifiers())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in _REMOVE_KEYS:
            self.removed.emit()
        elif event.key() in _PRESS_KEYS:
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isDown() and self.cross().contains(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter)
        left = _EDGE
        if self._icon_name:
            painter.drawPixmap(
                left, (self.height() - _ICON) // 2, pixmap(self._icon_name, _ICON, "text_dim")
            )
            left += self._room_for_icon()
        right = self.cross().left() if self._removable else self.width() - _EDGE
        room = QRect(left, 0, right - left - self._room_for_count(), self.height())
        tone = colour("text_dim" if self._because else "text")
        painter.setPen(tone if self.isEnabled() else colour("text_disabled"))
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if self._count:
            painter.setPen(colour("text_dim"))
            rest = QRect(room.right() + 1, 0, right - room.right() - 1, self.height())
            painter.drawText(
                rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count
            )
        if self._removable:
            self._paint_cross(painter)
        painter.end()

    def _paint_box(self, painter: QPainter) -> None:
        has_focus = self.hasFocus()
        edge = colour("accent" if has_focus else "text_dim" if self.underMouse() else "line")
        width = 2.0 if has_focus else 1.0
        painter.setPen(QPen(edge, width))
        painter.setBrush(colour("row" if self.isDown() else "raised"))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, HEIGHT / 2, HEIGHT / 2)

    def _paint_cross(self, painter: QPainter) -> None:
        cross = self.cross()
        over = self.underMouse() and cross.contains(self.mapFromGlobal(self.cursor().pos()))
        side = 12
        painter.drawPixmap(
            cross.left() + (cross.width() - side) // 2 - 2,
            (self.height() - side) // 2,
            pixmap("close", side, "text" if over else "text_dim"),
        )
