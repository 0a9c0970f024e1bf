"""Rows of values as a Qt table model: columns are data, cells are made when they are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

R = TypeVar("R")
Index: TypeAlias = QModelIndex | QPersistentModelIndex
ROW: Final = Qt.ItemDataRole.UserRole
"""The row's value itself."""
_SHOWN: Final = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}
_ASCENDING: Final = Qt.SortOrder.AscendingOrder
# Shiboken makes these anew at each call; a default argument must not.
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its title, a cell's text, and what it is sorted by."""

    title: str
    text: Callable[[R], str]
    order: Callable[[R], Any]
    tip: Callable[[R], str] | None = None
    change: Callable[[R, str], None] | None = None
    """Called with the row and what a person typed; without it the column cannot be edited."""


class TableModel(QAbstractTableModel, Generic[R]):
    """Rows that are replaced as a whole, kept in the order a person chose."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._given: tuple[R, ...] = ()
        self._rows: list[R] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def set_rows(self, rows: Sequence[R]) -> None:
        """Shows these rows instead, sorted as before."""
        self.beginResetModel()
        self._given = tuple(rows)
        self._put_in_order()
        self.endResetModel()

    @property
    def rows(self) -> tuple[R, ...]:
        """What is shown, in that order."""
        return tuple(self._rows)

    def row(self, index: Index) -> R | None:
        """The value of the row an index lies in."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def find(self, wanted: Callable[[R], bool], column: int = 0) -> QModelIndex:
        """The first row that is wanted, or an invalid index."""
        for number, one in enumerate(self._rows):
            if wanted(one):
                return self.index(number, column)
        return QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        column = self.columns[index.column()]
        if role == ROW:
            return row
        if role in _SHOWN:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip is not None else column.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hands what was typed to the column; the row itself changes when the store says so."""
        row = self.row(index)
        change = self.columns[index.column()].change if row is not None else None
        text = str(value).strip()
        if row is None or change is None or role != Qt.ItemDataRole.EditRole or not text:
            return False
        change(row, text)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self.columns[index.column()].change is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Sorts by a column, equal rows staying as they were; −1 goes back to the given order."""
        wanted = (column, order) if 0 <= column < len(self.columns) else None
        if wanted == self._sorted:
            return
        self._sorted = wanted
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(index, self._rows[index.row()]) for index in before]
        self._put_in_order()
        places = {id(row): number for number, row in enumerate(self._rows)} if kept else {}
        after = [self.index(places[id(row)], index.column()) for index, row in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _put_in_order(self) -> None:
        self._rows = list(self._given)
        if self._sorted is not None:
            column, order = self._sorted
            self._rows.sort(key=self.columns[column].order, reverse=order is not _ASCENDING)
