"""Cards in columns that fill the width, laid out in no time however many there are; under
headings, where they come in groups."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem

from ui.models.hit_groups import HitGroup
from ui.models.table import Index
from ui.theme import colour, text_font
from ui.views.hit_card import CARD, HitCards
from ui.views.item_keys import KeyedList

_BATCH = 1000
HEADING: Final = 32
_Move = QAbstractItemView.CursorAction


class Gallery(KeyedList):
    """A wrapping list of cards of one size."""

    # Of the class: Qt asks for places while a list is still being made.
    groups: tuple[HitGroup, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        # A wrapping row is laid out in arithmetic; Qt's icon mode, which looks the same, would
        # place and remember each card by itself.
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        # Even so Qt asks the model about each row: ten thousand at once would take 45 ms.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(CARD.height() // 4)
        self.setMouseTracking(True)
        self._firsts: list[int] = []
        """Of each group the row it begins with."""
        self._tops: list[int] = []
        """And where its heading lies, in pixels of the whole; one more at the end."""

    def set_groups(self, groups: Sequence[HitGroup]) -> None:
        """Puts the rows under headings; none: one after the other."""
        if tuple(groups) != self.groups:
            self.groups = tuple(groups)
            self._place_groups()
            self.scheduleDelayedItemsLayout()

    # -- where things lie

    @property
    def _columns(self) -> int:
        return max(self._inner_width() // CARD.width(), 1)

    def _inner_width(self) -> int:
        # The bar's room is always kept, so that its coming does not change the columns.
        return self.width() - self.verticalScrollBar().sizeHint().width() - 4

    def _card(self) -> QSize:
        columns = self._columns
        return QSize(max(self._inner_width() // columns, CARD.width()), CARD.height())

    def _place_groups(self) -> None:
        self._firsts, self._tops = [], [0]
        row = 0
        for group in self.groups:
            self._firsts.append(row)
            lines = -(-group.count // self._columns)
            self._tops.append(self._tops[-1] + HEADING + lines * CARD.height())
            row += group.count

    def _place(self, row: int) -> QRect:
        """Where the card of a row lies, in pixels of the whole."""
        group = bisect_right(self._firsts, row) - 1
        line, column = divmod(row - self._firsts[group], self._columns)
        card = self._card()
        top = self._tops[group] + HEADING + line * card.height()
        return QRect(QPoint(column * card.width(), top), card)

    def _row_at(self, point: QPoint) -> int | None:
        """The row whose card is under a point of the whole."""
        group = bisect_right(self._tops, point.y()) - 1
        inside = point.y() - self._tops[group] - HEADING if 0 <= group < len(self.groups) else -1
        card = self._card()
        column = point.x() // card.width()
        if inside < 0 or not 0 <= column < self._columns:
            return None
        within = inside // card.height() * self._columns + column
        return self._firsts[group] + within if within < self.groups[group].count else None

    # -- what Qt asks

    def visualRect(self, index: Index) -> QRect:
        if not self.groups or not index.isValid():
            return super().visualRect(index)
        return self._place(index.row()).translated(0, -self.verticalScrollBar().value())

    def indexAt(self, point: QPoint) -> QModelIndex:
        if not self.groups:
            return super().indexAt(point)
        row = self._row_at(point + QPoint(0, self.verticalScrollBar().value()))
        return QModelIndex() if row is None else self.model().index(row, self.modelColumn())

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        if not self.groups:
            super().setSelection(rect, command)
            return
        whole = rect.normalized().translated(0, self.verticalScrollBar().value())
        if whole.width() <= 1 and whole.height() <= 1:
            row = self._row_at(whole.topLeft())
            rows = [] if row is None else [row]
        else:
            count = self.model().rowCount()
            rows = [row for row in range(count) if self._place(row).intersects(whole)]
        chosen = QItemSelection()
        for row in rows:
            index = self.model().index(row, self.modelColumn())
            chosen.select(index, index)
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: object) -> QRegion:
        if not self.groups:
            return super().visualRegionForSelection(selection)  # type: ignore[arg-type]  # as given
        region = QRegion()
        for index in selection.indexes():  # type: ignore[attr-defined]  # a QItemSelection
            region += QRegion(self.visualRect(index))
        return region

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not self.groups or not index.isValid():
            super().scrollTo(index, hint)
            return
        place, bar = self._place(index.row()), self.verticalScrollBar()
        # The heading comes along with the first line of its group.
        is_first = place.top() - HEADING in self._tops
        top = place.top() - (HEADING if is_first else 0)
        if top < bar.value():
            bar.setValue(top)
        elif place.bottom() > bar.value() + self.viewport().height():
            bar.setValue(place.bottom() - self.viewport().height())

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if not self.groups:
            return super().moveCursor(action, modifiers)
        count, row = self.model().rowCount(), self.currentIndex().row()
        if row < 0:
            return self.model().index(0, self.modelColumn())
        step = self._up_or_down(row, action)
        if step is None:
            by = {
                _Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1,
                _Move.MoveHome: -count, _Move.MoveEnd: count,
            }.get(action, 0)  # fmt: skip
            step = row + by
        return self.model().index(min(max(step, 0), count - 1), self.modelColumn())

    def _up_or_down(self, row: int, action: _Move) -> int | None:
        """The nearest card above or below, over the heading between; a page of them likewise."""
        up = action in (_Move.MoveUp, _Move.MovePageUp)
        if not up and action not in (_Move.MoveDown, _Move.MovePageDown):
            return None
        place = self._place(row)
        height = place.height()
        if action in (_Move.MovePageUp, _Move.MovePageDown):
            height = max(self.viewport().height() // height, 1) * height
        wanted = place.center() + QPoint(0, -height if up else height)
        for beyond in (0, HEADING):
            found = self._row_at(wanted + QPoint(0, -beyond if up else beyond))
            if found is not None:
                return found
        # The line there is shorter: its last card.
        group = bisect_right(self._tops, min(max(wanted.y(), 0), self._tops[-1] - 1)) - 1
        end = self._firsts[group] + self.groups[group].count - 1
        return end if up or end > row else row

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if self.groups:
            bar = self.verticalScrollBar()
            bar.setPageStep(self.viewport().height())
            bar.setRange(0, max(self._tops[-1] - self.viewport().height(), 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.groups:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        top = self.verticalScrollBar().value()
        shown = event.rect().translated(0, top)
        first = max(bisect_right(self._tops, shown.top()) - 1, 0)
        for group in range(first, len(self.groups)):
            if self._tops[group] > shown.bottom():
                break
            self._paint_heading(painter, group, top)
            self._paint_cards(painter, group, shown)
        painter.end()

    def _paint_heading(self, painter: QPainter, group: int, top: int) -> None:
        one = self.groups[group]
        room = QRect(6, self._tops[group] - top, self.viewport().width() - 12, HEADING)
        painter.setFont(text_font(bold=True))
        painter.setPen(colour("text"))
        said = painter.fontMetrics().elidedText(
            f"{one.heading} · {one.count}", Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, said)
        painter.setPen(colour("line"))
        painter.drawLine(room.bottomLeft() - QPoint(0, 4), room.bottomRight() - QPoint(0, 4))

    def _paint_cards(self, painter: QPainter, group: int, shown: QRect) -> None:
        height = self._card().height()
        inside = self._tops[group] + HEADING
        first_line = max((shown.top() - inside) // height, 0)
        last_line = max((shown.bottom() - inside) // height, -1)
        first = first_line * self._columns
        last = min((last_line + 1) * self._columns, self.groups[group].count)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        under = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        current, chosen = self.currentIndex(), self.selectionModel()
        plain = option.state & ~(
            QStyle.StateFlag.State_Selected
            | QStyle.StateFlag.State_HasFocus
            | QStyle.StateFlag.State_MouseOver
        )
        for row in range(self._firsts[group] + first, self._firsts[group] + last):
            index = self.model().index(row, self.modelColumn())
            state = plain
            if chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if self.hasFocus() and row == current.row():
                state |= QStyle.StateFlag.State_HasFocus
            if row == under.row():
                state |= QStyle.StateFlag.State_MouseOver
            option.rect, option.state = self.visualRect(index), state
            self.itemDelegate().paint(painter, option, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_width()
        super().resizeEvent(event)

    def _share_width(self) -> None:
        size = self._card()
        delegate = self.itemDelegate()
        if isinstance(delegate, HitCards) and delegate.card != size:
            delegate.card = size
            self.setGridSize(size)
        self._place_groups()
