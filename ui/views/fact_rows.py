"""Rows of a name and a value in one widget: read, selected and copied by mouse and keyboard.

One widget for a whole group: with labels of its own for each fact, showing another track kept the
window busy for several frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from ui.icons import pixmap
from ui.models.facts import Fact
from ui.theme import THEME, colour, digits_font, text_font

_BUTTON_PX: Final = 28
_ICON_PX: Final = 16
_BETWEEN_PX: Final = 12
_GAP_PX: Final = 4
_NAME_SHARE: Final = 0.4
_NUMBERED: Final = 3
_NUMBER_PX: Final = 28
_LEAST_PX: Final = 160
_NO_LIMIT_PX: Final = 1 << 20
_WIDTHS_KEPT: Final = 8
_LINE_END: Final = "\u2028"
"""What ends a line inside of a text layout."""
_MARGIN_PX: Final = 2
"""Room for the frame around the current row."""


@dataclass(slots=True)
class _Row:
    """One fact laid out in a width; places are in the widget."""

    area: QRect
    name: QTextLayout
    value: QTextLayout
    name_at: QPointF
    value_at: QPointF
    button: QRect
    """Empty where nothing more than the value can be copied."""


@dataclass(frozen=True, slots=True)
class _Selected:
    """Letters of one value."""

    row: int
    anchor: int
    end: int


class FactRows(QWidget):
    """Facts below each other; ↑ ↓ choose one, Ctrl+C copies it or the letters selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()
        self._fonts: tuple[QFont, QFont] = (text_font(), digits_font())
        self._words: list[tuple[_Words, _Words]] = []
        self._laid: dict[int, list[_Row]] = {}
        """Rows by the width they were laid out in."""
        self._current = 0
        self._selected: _Selected | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        THEME.changed.connect(self.update)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    @property
    def selected_text(self) -> str:
        """The letters selected in a value."""
        chosen = self._selected
        if chosen is None:
            return ""
        start, end = sorted((chosen.anchor, chosen.end))
        return self._facts[chosen.row].value[start:end]

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Shows other facts; the row chosen stays as far as there is one."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        name, value = self._fonts
        self._words = [(_Words(one.name, name), _Words(one.value, value)) for one in facts]
        self._laid.clear()
        self._selected = None
        self._choose(min(self._current, max(len(self._facts) - 1, 0)))
        self.updateGeometry()
        self.update()

    def place_of(self, row: int) -> QRect:
        """Where the value of a row is."""
        placed = self._rows()[row]
        corner = placed.value_at.toPoint()
        return QRect(corner, placed.value.boundingRect().size().toSize())

    def copy(self) -> None:
        """Puts the selected letters, or the whole value of the current row, on the clipboard."""
        if self.selected_text:
            QGuiApplication.clipboard().setText(self.selected_text)
        elif self._facts:
            self._copy_row(self._current)

    # -- size

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._lay_out(width)
        return rows[-1].area.bottom() + 1 if rows else 0

    def sizeHint(self) -> QSize:
        width = max(self.width(), _LEAST_PX)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            # The size wished for goes by the width there is: layouts must not go by the one before.
            self.updateGeometry()

    def _rows(self) -> list[_Row]:
        return self._lay_out(self.width())

    def _lay_out(self, width: int) -> list[_Row]:
        # Layouts ask about widths that are never shown, down to nothing.
        width = max(width, _LEAST_PX)
        known = self._laid.get(width)
        if known is not None:
            return known
        if len(self._laid) >= _WIDTHS_KEPT:
            self._laid.clear()
        has_buttons = any(fact.whole for fact in self._facts)
        room = max(width - _BETWEEN_PX - (_BUTTON_PX if has_buttons else 0), 2)
        name_px = int(room * _NAME_SHARE)
        if all(len(fact.name) <= _NUMBERED for fact in self._facts):
            # A list that is only numbered needs no column of names.
            name_px = min(name_px, _NUMBER_PX)
        rows, top = [], 0
        for number in range(len(self._facts)):
            row = self._place(number, QRect(0, top, width, 0), name_px, room - name_px)
            rows.append(row)
            top = row.area.bottom() + 1 + _GAP_PX
        self._laid[width] = rows
        return rows

    def _place(self, number: int, area: QRect, name_px: int, value_px: int) -> _Row:
        fact, (names, values) = self._facts[number], self._words[number]
        name, name_high = names.laid_out(name_px - _MARGIN_PX)
        value, value_high = values.laid_out(value_px)
        # The first line of the words stands beside the middle of the button.
        line = value.lineAt(0).height() if value.lineCount() else 0.0
        above = max((_BUTTON_PX - line) / 2, 0.0) if fact.whole else 0.0
        least = _BUTTON_PX if fact.whole else 0
        area.setHeight(max(round(max(name_high, value_high) + 2 * above), least))
        button = QRect()
        if fact.whole:
            button = QRect(area.right() + 1 - _BUTTON_PX, area.top(), _BUTTON_PX, _BUTTON_PX)
        top = area.top() + above
        at = QPointF(name_px + _BETWEEN_PX, top)
        return _Row(area, name, value, QPointF(_MARGIN_PX, top), at, button)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, row in enumerate(self._rows()):
            if event.rect().intersects(row.area):
                self._paint_row(painter, number, row)
        painter.end()

    def _paint_row(self, painter: QPainter, number: int, row: _Row) -> None:
        if self.hasFocus() and number == self._current:
            painter.setPen(QPen(colour("accent"), 1))
            painter.drawRect(row.area.adjusted(0, 0, -1, -1))
        painter.setPen(colour("text_dim"))
        row.name.draw(painter, row.name_at)
        painter.setPen(colour("text"))
        row.value.draw(painter, row.value_at, self._ranges(number))
        if not row.button.isEmpty():
            edge = (_BUTTON_PX - _ICON_PX) // 2
            corner = row.button.topLeft() + QPoint(edge, edge)
            painter.drawPixmap(corner, pixmap("copy", _ICON_PX, "text_dim"))

    def _ranges(self, number: int) -> list[QTextLayout.FormatRange]:
        chosen = self._selected
        if chosen is None or chosen.row != number or chosen.anchor == chosen.end:
            return []
        start, end = sorted((chosen.anchor, chosen.end))
        look = QTextCharFormat()
        look.setBackground(colour("accent"))
        look.setForeground(colour("accent_text"))
        one = QTextLayout.FormatRange()
        one.start, one.length, one.format = start, end - start, look
        return [one]

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._row_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or number is None:
            super().mousePressEvent(event)
            return
        row = self._rows()[number]
        self._choose(number)
        if row.button.contains(event.position().toPoint()):
            self._copy_row(number)
            return
        at = self._letter_at(number, event.position())
        self._select(_Selected(number, at, at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        chosen = self._selected
        if chosen is not None and event.buttons() & Qt.MouseButton.LeftButton:
            at = self._letter_at(chosen.row, event.position())
            self._select(_Selected(chosen.row, chosen.anchor, at))
            return
        number = self._row_at(event.position())
        shape = Qt.CursorShape.ArrowCursor
        if number is not None:
            row, here = self._rows()[number], event.position()
            if row.button.contains(here.toPoint()):
                shape = Qt.CursorShape.PointingHandCursor
            elif here.x() >= row.value_at.x():
                shape = Qt.CursorShape.IBeamCursor
        if shape is not self.cursor().shape():
            self.setCursor(shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._row_at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._select(_Selected(number, 0, len(self._facts[number].value)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        number = self._row_at(QPointF(event.pos()))
        if event.reason() is QContextMenuEvent.Reason.Mouse and number is not None:
            self._choose(number)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy"), self.copy)
        menu.addAction(self.tr("Copy all of these"), self._copy_all)
        menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # These keys are its own while it has the keyboard.
            copies = event.matches(QKeySequence.StandardKey.Copy)
            if copies or event.matches(QKeySequence.StandardKey.SelectAll):
                event.accept()
                return True
        return super().event(event)

    # -- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._facts) - 1
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self._facts:
            self._select(_Selected(self._current, 0, len(self._facts[self._current].value)))
        elif event.key() == Qt.Key.Key_Down and self._current < last:
            self._choose(self._current + 1)
        elif event.key() == Qt.Key.Key_Up and self._current > 0:
            self._choose(self._current - 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- inside

    def _choose(self, row: int) -> None:
        """Another row is the current one: framed, said, and what copying takes."""
        self._current = row
        self._selected = None
        fact = self._facts[row] if row < len(self._facts) else None
        self.setAccessibleDescription("" if fact is None else f"{fact.name}: {fact.value}")
        self.update()

    def _select(self, chosen: _Selected) -> None:
        self._selected = chosen
        self.update()

    def _copy_row(self, number: int) -> None:
        fact = self._facts[number]
        QGuiApplication.clipboard().setText(fact.whole or fact.value)

    def _copy_all(self) -> None:
        lines = [f"{fact.name}: {fact.whole or fact.value}" for fact in self._facts]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _row_at(self, at: QPointF) -> int | None:
        here = at.toPoint()
        found = (number for number, row in enumerate(self._rows()) if row.area.contains(here))
        return next(found, None)

    def _letter_at(self, number: int, at: QPointF) -> int:
        """The letter of a value nearest to a place."""
        row = self._rows()[number]
        inside = at - row.value_at
        layout = row.value
        for place in range(layout.lineCount()):
            line = layout.lineAt(place)
            if inside.y() < line.y() + line.height() or place == layout.lineCount() - 1:
                return int(line.xToCursor(inside.x()))
        return 0

    def _tip(self, at: QPointF) -> str:
        number = self._row_at(at)
        if number is None:
            return ""
        fact = self._facts[number]
        if self._rows()[number].button.contains(at.toPoint()):
            return self.tr("Copy: {0}").format(fact.name)
        return fact.whole if fact.whole != fact.value else ""


class _Words:
    """A text that is wrapped anew only where it does not fit as it is."""

    def __init__(self, text: str, font: QFont) -> None:
        self._text, self._font = text.replace("\n", _LINE_END), font
        self._as_it_is = self._wrapped(_NO_LIMIT_PX)
        self._widest = self._as_it_is[0].maximumWidth()
        self._narrow: dict[int, tuple[QTextLayout, float]] = {}

    def laid_out(self, width: int) -> tuple[QTextLayout, float]:
        """In a width, and its height."""
        if self._widest <= width:
            return self._as_it_is
        if width not in self._narrow:
            self._narrow[width] = self._wrapped(max(width, 1))
        return self._narrow[width]

    def _wrapped(self, width: int) -> tuple[QTextLayout, float]:
        layout = QTextLayout(self._text, self._font)
        option = QTextOption()
        # A path or a hash breaks anywhere: it must not widen the panel.
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        high = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, high))
            high += line.height()
        layout.endLayout()
        return layout, high
