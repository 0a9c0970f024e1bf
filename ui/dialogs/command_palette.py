"""Every command by its name: type a few letters, press Enter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.dialogs.form import dim_label, named
from ui.theme import colour, digits_font, text_font

_ROW: Final = Qt.ItemDataRole.UserRole
_ROW_HEIGHT: Final = 32
_LIST_KEYS: Final = frozenset(
    (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
)
_WORD_START: Final = 8
_IN_A_ROW: Final = 4


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One command as it is listed: its id, what it is called, the keys that call it, its menu."""

    id: str
    text: str
    shortcut: str = ""
    enabled: bool = True
    group: str = ""


def fuzzy_score(typed: str, text: str) -> int | None:
    """How well letters typed in order fit a text; None where they do not occur in that order.

    Letters that begin words and letters in a row count more; short texts win a draw.
    """
    lower = text.lower()
    # Best score of the letters so far by where the last of them was found.
    best = {-2: 0}
    for letter in "".join(typed.lower().split()):
        found: dict[int, int] = {}
        for at in (place for place, sign in enumerate(lower) if sign == letter):
            before = [
                score + _IN_A_ROW * (last == at - 1) for last, score in best.items() if last < at
            ]
            if before:
                begins = at == 0 or not lower[at - 1].isalnum()
                found[at] = max(before) + 1 + _WORD_START * begins + (at == 0)
        best = found
    return max(best.values()) * 100 - len(text) if best else None


def ranked(
    rows: Iterable[PaletteRow], typed: str, recent: Sequence[str] = ()
) -> tuple[PaletteRow, ...]:
    """The rows that fit what was typed: usable ones first, then by fit, those used lately first."""
    late = {name: len(recent) - at for at, name in enumerate(recent)}
    found: list[tuple[tuple[float, ...], PaletteRow]] = []
    for order, row in enumerate(rows):
        score = fuzzy_score(typed, row.text)
        elsewhere = score is None
        if score is None:
            # By its menu too, after whatever is called that itself.
            score = fuzzy_score(typed, f"{row.group} {row.text}")
        if score is not None:
            fit = (-score if typed.strip() else 0, -late.get(row.id, 0))
            key = (not row.enabled, elsewhere, *(fit if typed.strip() else fit[::-1]), order)
            found.append((key, row))
    return tuple(row for _, row in sorted(found, key=itemgetter(0)))


class _RowDelegate(QStyledItemDelegate):
    """Paints a command: its menu dimmed, its name, its keys at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: PaletteRow = index.data(_ROW)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("row"))
            painter.fillRect(area.x(), area.y(), 3, area.height(), colour("accent"))
        inside = area.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(digits_font(11))
        painter.setPen(colour("text_dim"))
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, row.shortcut)
        keys = painter.fontMetrics().horizontalAdvance(row.shortcut)
        painter.setFont(text_font(13))
        painter.setPen(colour("text" if row.enabled else "text_disabled"))
        room = inside.adjusted(0, 0, -keys - 16, 0)
        text = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text)
        wide = painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(colour("text_dim" if row.enabled else "text_disabled"))
        painter.setFont(text_font(11))
        painter.drawText(room.adjusted(wide + 12, 0, 0, 0), middle, row.group)
        painter.restore()


class CommandPalette(QDialog):
    """Type to narrow, arrows to choose, Enter to do it, Esc to leave."""

    chosen = Signal(str)
    """The id of the command that the person chose; the palette is gone by then."""

    def __init__(
        self,
        rows: Sequence[PaletteRow],
        parent: QWidget | None = None,
        *,
        recent: Sequence[str] = (),
    ) -> None:
        """`recent` are ids of commands used lately, newest first."""
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        named(self, "command-palette", self.tr("Command palette"))
        self._all, self._recent = tuple(rows), tuple(recent)
        self.line = QLineEdit()
        named(self.line, "palette-line", self.tr("Type the name of a command"))
        self.line.setPlaceholderText(self.tr("Type the name of a command"))
        self.line.installEventFilter(self)
        self.list = QListWidget()
        named(self.list, "palette-list", self.tr("Commands"))
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("keyboard_instead", "arrows in the line above")
        self.list.itemClicked.connect(self._choose)
        self.nothing: QLabel = dim_label(self.tr("No command is called that."))
        self.nothing.setObjectName("palette-empty")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.line, self.nothing, self.list):
            column.addWidget(widget)
        self.line.textChanged.connect(self._fill)
        self.line.returnPressed.connect(self._choose)
        self._fill()
        self.resize(560, 420)

    def shown_ids(self) -> list[str]:
        """The ids listed now, in order."""
        return [self.list.item(at).data(_ROW).id for at in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.line
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
        ):
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        self.list.clear()
        for row in ranked(self._all, self.line.text(), self._recent):
            item = QListWidgetItem(row.text)
            item.setData(_ROW, row)
            spoken = f"{row.text}, {row.shortcut}" if row.shortcut else row.text
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            if not row.enabled:
                item.setToolTip(self.tr("Not possible now"))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))

    def _choose(self) -> None:
        item = self.list.currentItem()
        row: PaletteRow | None = None if item is None else item.data(_ROW)
        if row is not None and row.enabled:
            self.accept()
            self.chosen.emit(row.id)
