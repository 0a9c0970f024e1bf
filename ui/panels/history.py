"""The log of the case as a list: what was done, by whom, when, and the hash that seals it."""

from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from casefiles.usecases.read_history import HistoryRow, read_history
from ui.models.wall_text import local, zone_label
from ui.session import Session
from ui.theme import colour

_COLUMNS: Final = ("No.", "When", "Who", "What", "Result", "On", "Details")
_DONE: Final = {
    "case.create": "Case made", "case.open": "Case opened", "case.verify": "Case verified",
    "case.snapshot": "Snapshot saved", "case.passphrase": "Passphrase changed",
    "audit.verify": "Log checked",
    "camera.import": "Cameras imported", "camera.place": "Camera moved",
    "source.add": "Recording added", "index.start": "Analysis begun",
    "index.finish": "Analysis finished", "index.stop": "Analysis stopped",
    "index.reuse": "Earlier analysis shown", "search": "Searched",
    "similar": "Searched by likeness", "motion.search": "Motion searched",
    "tracks.show": "Tracks looked at",
    "looks.show": "Pictures looked at", "detections.show": "Detections looked at",
    "map.show": "Map looked at", "map.load": "Map loaded", "zone.add": "Zone drawn",
    "zone.remove": "Zone removed", "zone.change": "Zone changed",
    "bookmark.change": "Note changed", "bookmark.export": "Bookmarks written out",
    "events.import": "Events imported", "events.remove": "Events removed",
    "events.restore": "Events brought back", "events.list": "Events listed",
    "camera.add": "Camera added", "camera.change": "Camera changed",
    "camera.remove": "Camera removed", "camera.put": "Cameras changed",
    "camera.export": "Cameras written out",
    "layer.add": "Map layer added", "layer.change": "Map layer changed",
    "layer.remove": "Map layer removed", "map.export": "Map saved as a picture",
    "map.print": "Map printed", "tracks.map": "Tracks on the map looked at",
    "follow": "Candidates for a subject looked at",
    "tracks.overlaps": "Tracks at the same place compared",
    "links.show": "Ways between cameras listed", "links.learn": "Ways learned from the traffic",
    "calibration.set": "Camera calibrated", "calibration.undo": "Calibration taken back",
    "calibration.export": "Pairs written out",
    "calibration.from_tracks": "Pairs looked for in tracks",
    "canvass.add": "Put on the canvass list", "canvass.change": "Canvass entry changed",
    "canvass.remove": "Taken off the canvass list",
    "canvass.restore": "Back on the canvass list", "canvass.say": "Canvass answer noted",
    "canvass.list": "Canvass list looked at", "canvass.sheet": "Request sheets written",
    "canvass.export": "Canvass list written out",
    "coverage.streets": "Asked who saw the streets", "coverage.export": "Coverage written out",
    "positions.import": "Positions imported", "positions.remove": "Positions removed",
    "positions.restore": "Positions brought back", "case.time_zone": "Time zone set",
    "search.count": "Counted", "search.rank": "Searched", "search.save": "Search kept",
    "search.remove": "Kept search removed", "search.rename": "Kept search renamed",
    "clock.set": "Clock set", "clock.undo": "Clock taken back", "clock.list": "Clocks looked at",
    "hits.decide": "Results judged", "hits.undecide": "Judgement taken back",
    "static.suppress": "Still thing hidden", "static.restore": "Still thing shown again",
    "source.note": "Origin noted", "source.relink": "Recording found again",
    "source.collect": "Originals collected", "synopsis.view": "Rapid review looked at",
    "bookmark.add": "Bookmark added", "bookmark.remove": "Bookmark removed",
    "settings.set": "Setting changed", "frame.view": "Frame looked at",
}  # fmt: skip
"""Acts in words; one that is not listed is shown by its name in the log."""
_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractTableModel):
    """Log rows; texts are made when a cell is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[HistoryRow, ...] = ()
        self._zone = "UTC"

    def set_rows(self, rows: tuple[HistoryRow, ...], zone_name: str) -> None:
        """Shows these rows, with times in that zone."""
        self.beginResetModel()
        self._rows, self._zone = rows, zone_name
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            if section == 1 and self._rows:
                zone = zone_label(local(self._rows[0].when_ns, self._zone))
                return f"{self.tr(_COLUMNS[section])} ({zone})"
            return self.tr(_COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return row.seq if index.column() < 2 else self._text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and row.outcome in {"failed", "refused"}:
            return colour("warn")
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = [f"{name}: {value}" for name, value in row.details]
            return "\n".join([row.event, *lines, self.tr("sealed by {0}").format(row.row_hash)])
        return None

    def _text(self, row: HistoryRow, column: int) -> str:
        if column == 0:
            return str(row.seq)
        if column == 1:
            there = local(row.when_ns, self._zone)
            return f"{there:%Y-%m-%d %H:%M:%S}"
        if column == 3:
            return self.tr(_DONE.get(row.event, row.event))
        if column < 6:
            return (row.user, row.event, row.outcome, row.object)[column - 2]
        return " · ".join(f"{name} {value}" for name, value in row.details)


class HistoryPanel(QWidget):
    """The newest acts first; filter and sort."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("history-panel")
        self.setAccessibleName(self.tr("History"))
        self._session = session
        self.model = HistoryModel()
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self.filter = QLineEdit()
        self.filter.setObjectName("history-filter")
        self.filter.setAccessibleName(self.tr("Filter the history"))
        self.filter.setPlaceholderText(self.tr("Filter: an act, a person, a word"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._proxy.setFilterFixedString)
        self.table = QTableView()
        self.table.setObjectName("history-table")
        self.table.setAccessibleName(self.tr("Everything done in this case, newest first"))
        self.table.setModel(self._proxy)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((48, 168, 80, 152, 64, 80)):
            self.table.setColumnWidth(column, width)
        empty = QLabel(self.tr("Open a case: everything done in it is listed here."))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.table)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.setSpacing(8)
        rows.addWidget(self.filter)
        rows.addWidget(self._stack, 1)
        session.case_changed.connect(self._reload)
        session.view_changed.connect(self._reload)
        session.data_changed.connect(self._reload)

    def _reload(self, _tables: object = None) -> None:
        if self._session.case is None:
            self._show(())
            return
        self._session.ask(read_history, self._show, key="history")

    def _show(self, rows: tuple[HistoryRow, ...]) -> None:
        view = self._session.view
        self.model.set_rows(rows, "UTC" if view is None else view.zone_name)
        self._stack.setCurrentIndex(1 if rows else 0)
