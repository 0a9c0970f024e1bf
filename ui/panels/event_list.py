"""The list of events besides footage: to look through, go to, and take away by their file."""

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from casefiles.case_events import CaseEvent, CaseEvents, no_events
from casefiles.edit_kinds import RemoveEvents
from casefiles.usecases.import_events import read_case_events
from ui.icons import icon
from ui.models.events import EventsModel, matching
from ui.session import Selection, Session
from ui.theme import THEME, text_font
from ui.views.item_keys import LEAST_TABLE_PX, KeyedTable

_TYPED_MS = 200


class EventList(QWidget):
    """A filter over a table; hidden while the case has no events."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("events-section")
        self._session = session
        self._events = no_events()
        self._follows = False
        self.model = EventsModel(self)
        self.heading = QLabel(self.tr("Events"))
        self.heading.setFont(text_font(13, bold=True))
        self.filter = QLineEdit()
        self.filter.setObjectName("events-filter")
        self.filter.setAccessibleName(self.tr("Filter events"))
        self.filter.setPlaceholderText(self.tr("Filter by words"))
        self.filter.setClearButtonEnabled(True)
        self._typed = QTimer(self, interval=_TYPED_MS, singleShot=True)
        self._typed.timeout.connect(self._match)
        self.filter.textChanged.connect(self._typed.start)
        self.go_button = self._button("event-go", self.tr("Go to the event (Enter)"))
        self.remove_button = self._button(
            "event-remove", self.tr("Take the events of its file away (Delete); can be undone")
        )
        self.table = KeyedTable()
        self.table.setObjectName("events-table")
        self.table.setAccessibleName(self.tr("Events"))
        self.table.setWordWrap(False)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setMinimumHeight(LEAST_TABLE_PX)
        for column, width in enumerate((160, 232, 90, 240)):
            self.table.setColumnWidth(column, width)
        self.table.chosen.connect(self._go)
        self.table.delete_wanted.connect(self._remove)
        self.table.selectionModel().currentRowChanged.connect(self._current)
        self.go_button.clicked.connect(self._go)
        self.remove_button.clicked.connect(self._remove)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.heading)
        line.addWidget(self.filter, 1)
        line.addWidget(self.go_button)
        line.addWidget(self.remove_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(self.table, 1)
        THEME.changed.connect(self._tint)
        session.case_changed.connect(self._read_case)
        session.data_changed.connect(self._note_data)
        session.view_changed.connect(self._match)
        session.selection_changed.connect(self._follow)
        self._tint()
        self._read_case()

    @property
    def event_shown(self) -> CaseEvent | None:
        """The current event."""
        return self.model.row(self.table.currentIndex())

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _tint(self) -> None:
        self.go_button.setIcon(icon("play"))
        self.remove_button.setIcon(icon("trash"))

    def _read_case(self) -> None:
        self._take(no_events())
        self._session.ask(read_case_events, self._take, key="event-list")

    def _note_data(self, tables: frozenset[str]) -> None:
        if "event_imports" in tables:
            self._session.ask(read_case_events, self._take, key="event-list")

    def _take(self, events: CaseEvents) -> None:
        self._events = events
        self.setVisible(len(events) > 0)
        self._match()

    def _match(self) -> None:
        find = partial(matching, self._events, self.filter.text())
        self._session.reader.ask(find, self._show, key="event-filter")

    def _show(self, found: tuple[tuple[CaseEvent, ...], int]) -> None:
        rows, total = found
        view = self._session.view
        self._follows = True
        self.model.set_events(rows, "UTC" if view is None else view.zone_name)
        self._follows = False
        told = f"{total:,}" if len(rows) == total else self.tr("first {0} of {1}").format(
            f"{len(rows):,}", f"{total:,}"
        )  # fmt: skip
        self.heading.setText(self.tr("Events ({0})").format(told))
        self._follow()

    def _follow(self) -> None:
        wanted = self._session.selection.event_id
        index = self.model.find(lambda one: one.event_id == wanted)
        self._follows = True
        if index.row() != self.table.currentIndex().row():
            self.table.setCurrentIndex(index)
        if not index.isValid():
            self.table.clearSelection()
        self._follows = False
        self._show_usable()

    def _show_usable(self) -> None:
        for button in (self.go_button, self.remove_button):
            button.setEnabled(self.event_shown is not None)

    def _current(self, current: QModelIndex, _before: QModelIndex) -> None:
        event = self.model.row(current)
        if not self._follows and event is not None:
            self._session.select(Selection(event_id=event.event_id))
        self._show_usable()

    def _go(self) -> None:
        event = self.event_shown
        if event is not None:
            self._session.select(Selection(event_id=event.event_id))
            self._session.go_to(event.from_ns)

    def _remove(self) -> None:
        event = self.event_shown
        if event is not None:
            self._session.do(self.tr("removal of events"), RemoveEvents(event.import_id))
