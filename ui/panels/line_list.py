"""The list of directed lines: to search, rename, turn around and take away."""

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from casefiles.edit_kinds import ChangeLine, RemoveLine
from casefiles.view_types import Line
from ui.icons import icon
from ui.models.lines import LinesModel
from ui.session import Selection, Session
from ui.theme import THEME, text_font
from ui.views.item_keys import LEAST_TABLE_PX, KeyedTable


class LineList(QWidget):
    """A heading with buttons over a table; hidden while the case has no lines."""

    search_wanted = Signal(object)
    """A `Line`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lines-section")
        self._session = session
        self._follows = False
        self._drawings: list[tuple[QToolButton, str]] = []
        self.model = LinesModel(self._rename, self)
        self.table = KeyedTable()
        self.table.setObjectName("lines-table")
        self.table.setAccessibleName(self.tr("Lines"))
        self.table.setEditTriggers(KeyedTable.EditTrigger.EditKeyPressed)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(LEAST_TABLE_PX)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((120, 232, 232)):
            self.table.setColumnWidth(column, width)
        heading = QLabel(self.tr("Lines"))
        heading.setFont(text_font(13, bold=True))
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.addWidget(heading, 1)
        self.search_button = self._button(
            "line-search", "search", self.tr("Search who crosses this line (Enter)")
        )
        self.rename_button = self._button("line-rename", "rename", self.tr("Rename the line (F2)"))
        self.turn_button = self._button(
            "line-turn", "redo", self.tr("Turn the line around: A and B change places")
        )
        self.remove_button = self._button(
            "line-remove", "trash", self.tr("Take the line away (Delete); can be undone")
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        rows.addLayout(self._row)
        rows.addWidget(self.table, 1)
        self.search_button.clicked.connect(self._search)
        self.rename_button.clicked.connect(self._edit_name)
        self.turn_button.clicked.connect(self._turn)
        self.remove_button.clicked.connect(self._remove)
        self.table.chosen.connect(self._search)
        self.table.delete_wanted.connect(self._remove)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        THEME.changed.connect(self._tint)
        session.view_changed.connect(self._show_view)
        session.case_changed.connect(self._show_view)
        session.selection_changed.connect(self._follow)
        self._tint()
        self._show_view()

    @property
    def line(self) -> Line | None:
        """The current line."""
        return self.model.row(self.table.currentIndex())

    def _button(self, name: str, drawing: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._row.addWidget(button)
        self._drawings.append((button, drawing))
        return button

    def _tint(self) -> None:
        for button, drawing in self._drawings:
            button.setIcon(icon(drawing))

    def _show_view(self) -> None:
        self._follows = True
        self.model.set_view(self._session.view)
        self._follows = False
        self.setVisible(self.model.rowCount() > 0)
        self._follow()

    def _follow(self) -> None:
        wanted = self._session.selection.line_id
        index = self.model.find(lambda one: one.line_id == wanted)
        self._follows = True
        if index.row() != self.table.currentIndex().row():
            self.table.setCurrentIndex(index)
        if not index.isValid():
            self.table.clearSelection()
        self._follows = False
        for button, _ in self._drawings:
            button.setEnabled(self.line is not None)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        line = self.model.row(current)
        if not self._follows and line is not None:
            self._session.select(Selection(line.source_id, line.camera_id, line_id=line.line_id))

    def _search(self) -> None:
        if self.line is not None:
            self.search_wanted.emit(self.line)

    def _edit_name(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            name = self.model.index(index.row(), 0)
            self.table.setCurrentIndex(name)
            self.table.edit(name)

    def _rename(self, line: Line, name: str) -> None:
        if name != line.name:
            self._session.do(
                self.tr("name of line {0}").format(name), ChangeLine(replace(line, name=name))
            )

    def _turn(self) -> None:
        line = self.line
        if line is not None:
            turned = replace(line, points=line.points[::-1])
            self._session.do(self.tr("turning of line {0}").format(line.name), ChangeLine(turned))

    def _remove(self) -> None:
        line = self.line
        if line is not None:
            words = self.tr("removal of line {0}").format(line.name)
            self._session.do(words, RemoveLine(line.line_id))
