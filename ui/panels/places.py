"""Places and moments: the zones and the bookmarks of the case, to go to, rename and take away;
below them events besides footage, and what never moves, to be hidden or brought back.
"""

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.edit_kinds import (
    ChangeBookmark,
    ChangeZone,
    RemoveBookmark,
    RemoveZone,
    RestoreSpot,
    SuppressSpot,
)
from casefiles.view_types import Bookmark, StaticSpot, Zone
from ui.icons import icon
from ui.models.bookmarks import BookmarksModel
from ui.models.spots import SpotsModel, spot_name
from ui.models.table import TableModel
from ui.models.zones import ZonesModel
from ui.panels.event_list import EventList
from ui.panels.line_list import LineList
from ui.panels.motion_list import MotionList
from ui.session import Selection, Session
from ui.theme import THEME, text_font
from ui.views.empty import EmptyState
from ui.views.item_keys import LEAST_TABLE_PX, KeyedTable


class _Section(QWidget):
    """A heading with buttons over a table, or over what an empty one says."""

    def __init__(self, name: str, heading: str, table: KeyedTable, empty: EmptyState) -> None:
        super().__init__()
        self.setObjectName(name)
        self._drawings: list[tuple[QToolButton, str]] = []
        self.heading = QLabel(heading)
        self.heading.setFont(text_font(13, bold=True))
        self._line = QHBoxLayout()
        self._line.setSpacing(4)
        self._line.addWidget(self.heading, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(table)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        rows.addLayout(self._line)
        rows.addWidget(self.stack, 1)
        THEME.changed.connect(self.tint)

    def add_button(self, name: str, drawing: str, tip: str) -> QToolButton:
        """One more button beside the heading."""
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._line.addWidget(button)
        self._drawings.append((button, drawing))
        self.tint()
        return button

    def add_words(self, name: str) -> QPushButton:
        """A button with words instead of a drawing."""
        button = QPushButton()
        button.setObjectName(name)
        self._line.addWidget(button)
        return button

    def set_usable(self, *, has_rows: bool, has_current: bool) -> None:
        """What can be done now."""
        self.stack.setCurrentIndex(1 if has_rows else 0)
        self.stack.setMinimumHeight(LEAST_TABLE_PX if has_rows else 0)
        for button, _ in self._drawings:
            button.setEnabled(has_current)

    def tint(self) -> None:
        for button, drawing in self._drawings:
            button.setIcon(icon(drawing))


class PlacesPanel(QWidget):
    """Zones above, bookmarks below them, and what never moves, where there is such a thing."""

    search_zone_wanted = Signal(object)
    """A `Zone`."""
    export_bookmarks_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("places-panel")
        self.setAccessibleName(self.tr("Zones and bookmarks"))
        self._session = session
        self._follows = False
        self.zones_model = ZonesModel(self._rename, self)
        self.bookmarks_model = BookmarksModel(self._change_note, self)
        self.zones = self._table("zones-table", self.tr("Zones"), self.zones_model)
        self.bookmarks = self._table("bookmarks-table", self.tr("Bookmarks"), self.bookmarks_model)
        self.spots_model = SpotsModel(self)
        self.spots = self._table("spots-table", self.tr("Never moves"), self.spots_model)
        self._build()
        session.view_changed.connect(self._show_view)
        session.case_changed.connect(self._show_view)
        session.selection_changed.connect(self._follow)
        self._show_view()

    def _build(self) -> None:
        no_zones, no_marks = EmptyState(), EmptyState()
        no_zones.say(
            self.tr("No zones"), self.tr("Draw one on a tile or an area on the map."), "zone"
        )
        no_marks.say(self.tr("No bookmarks"), self.tr("Mark the moment shown with B."), "bookmark")
        self._zones = _Section("zones-section", self.tr("Zones"), self.zones, no_zones)
        self.search_button = self._zones.add_button(
            "zone-search", "search", self.tr("Search this zone (Enter)")
        )
        self.rename_button = self._zones.add_button(
            "zone-rename", "rename", self.tr("Rename the zone (F2)")
        )
        self.remove_zone_button = self._zones.add_button(
            "zone-remove", "trash", self.tr("Take the zone away (Delete); can be undone")
        )
        self._marks = _Section("bookmarks-section", self.tr("Bookmarks"), self.bookmarks, no_marks)
        self.go_button = self._marks.add_button(
            "bookmark-go", "play", self.tr("Go to the bookmark (Enter)")
        )
        self.note_button = self._marks.add_button(
            "bookmark-note", "rename", self.tr("Change the note (F2)")
        )
        self.export_button = self._marks.add_button(
            "bookmark-export", "export", self.tr("Write the bookmarks as a CSV table")
        )
        self.remove_bookmark_button = self._marks.add_button(
            "bookmark-remove", "trash", self.tr("Take the bookmark away (Delete); can be undone")
        )
        self.search_button.clicked.connect(self._search_zone)
        self.rename_button.clicked.connect(self._edit_name)
        self.remove_zone_button.clicked.connect(self._remove_zone)
        self.go_button.clicked.connect(self._go)
        self.note_button.clicked.connect(self._edit_note)
        self.export_button.clicked.connect(self.export_bookmarks_wanted)
        self.remove_bookmark_button.clicked.connect(self._remove_bookmark)
        self.zones.chosen.connect(self._search_zone)
        self.zones.delete_wanted.connect(self._remove_zone)
        self.bookmarks.chosen.connect(self._go)
        self.bookmarks.delete_wanted.connect(self._remove_bookmark)
        no_spots = EmptyState()
        no_spots.say(self.tr("Nothing"), self.tr("Found while analysing."), "overlay")
        self._spots = _Section("spots-section", self.tr("Never moves"), self.spots, no_spots)
        self.decide_button = self._spots.add_words("spot-decide")
        self.decide_button.clicked.connect(self._decide_spot)
        self.spots.chosen.connect(self._decide_spot)
        for table in (self.zones, self.bookmarks, self.spots):
            table.selectionModel().currentRowChanged.connect(self._current_changed)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setObjectName("places-parts")
        parts.setChildrenCollapsible(False)
        # What was just asked for stands first, until it is put away.
        self.motion = MotionList(self._session)
        parts.addWidget(self.motion)
        parts.addWidget(self._zones)
        self.lines = LineList(self._session)
        parts.addWidget(self.lines)
        parts.addWidget(self._marks)
        self.events = EventList(self._session)
        parts.addWidget(self.events)
        parts.addWidget(self._spots)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._scrolling(parts))

    def _scrolling(self, parts: QSplitter) -> QScrollArea:
        """Every list keeps room for its rows: where that is too much, one scrolls to them."""
        area = QScrollArea()
        area.setObjectName("places-area")
        area.setAccessibleName(self.tr("Zones, lines and bookmarks"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(parts)
        return area

    def _table(
        self,
        name: str,
        spoken: str,
        model: TableModel[Zone] | TableModel[Bookmark] | TableModel[StaticSpot],
    ) -> KeyedTable:
        table = KeyedTable()
        table.setObjectName(name)
        table.setAccessibleName(spoken)
        table.setEditTriggers(KeyedTable.EditTrigger.EditKeyPressed)
        table.setWordWrap(False)
        table.setModel(model)
        table.horizontalHeader().setStretchLastSection(True)
        table.setColumnWidth(0, 120)
        for column in range(1, model.columnCount()):
            table.setColumnWidth(column, 232)
        return table

    # -- what is shown

    def _show_view(self) -> None:
        view, selected = self._session.view, self._session.selection
        self._follows = True
        self.zones_model.set_view(view)
        self.bookmarks_model.set_view(view)
        self.spots_model.set_view(view)
        self._follows = False
        self._mark(selected)
        self._show_state()

    def _show_state(self) -> None:
        zone, mark = self.zone, self.bookmark
        self._zones.set_usable(
            has_rows=self.zones_model.rowCount() > 0, has_current=zone is not None
        )
        self._marks.set_usable(
            has_rows=self.bookmarks_model.rowCount() > 0, has_current=mark is not None
        )
        # All of them are written, whichever is current.
        self.export_button.setEnabled(self.bookmarks_model.rowCount() > 0)
        spot, has_spots = self.spot, self.spots_model.rowCount() > 0
        # Most cases have none, and the room is small.
        self._spots.setVisible(has_spots)
        self._spots.set_usable(has_rows=has_spots, has_current=spot is not None)
        self.decide_button.setEnabled(spot is not None)
        hides = spot is None or spot.hidden
        self.decide_button.setText(self.tr("Bring back") if hides else self.tr("Hide"))
        self.decide_button.setToolTip(
            self.tr("Show its tracks again (Enter); can be undone")
            if hides
            else self.tr("Leave its tracks out of lists and searches (Enter); can be undone")
        )

    @property
    def zone(self) -> Zone | None:
        """The current zone."""
        return self.zones_model.row(self.zones.currentIndex())

    @property
    def bookmark(self) -> Bookmark | None:
        """The current bookmark."""
        return self.bookmarks_model.row(self.bookmarks.currentIndex())

    @property
    def spot(self) -> StaticSpot | None:
        """The current static spot."""
        return self.spots_model.row(self.spots.currentIndex())

    def _follow(self) -> None:
        self._mark(self._session.selection)
        self._show_state()

    def _mark(self, selected: Selection) -> None:
        """Marks what is selected; a list of which nothing is selected marks nothing."""
        zone = self.zones_model.find(lambda one: one.zone_id == selected.zone_id)
        mark = self.bookmarks_model.find(lambda one: one.bookmark_id == selected.bookmark_id)
        spot = self.spots_model.find(lambda one: one.spot_id == selected.spot_id)
        self._follows = True
        for table, index in ((self.zones, zone), (self.bookmarks, mark), (self.spots, spot)):
            if index.row() != table.currentIndex().row():
                table.setCurrentIndex(index)
            if not index.isValid():
                table.clearSelection()
        self._follows = False

    # -- gestures

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._follows and current.isValid():
            if current.model() is self.zones_model:
                self._select_zone()
            elif current.model() is self.spots_model:
                self._select_spot()
            else:
                self._select_bookmark()
        self._show_state()

    def _select_zone(self) -> None:
        zone = self.zone
        if zone is not None:
            self._session.select(Selection(zone.source_id, zone.camera_id, zone_id=zone.zone_id))

    def _select_bookmark(self) -> None:
        mark = self.bookmark
        if mark is not None:
            self._session.select(Selection(mark.source_id, bookmark_id=mark.bookmark_id))

    def _select_spot(self) -> None:
        spot = self.spot
        if spot is not None:
            self._session.select(Selection(spot.source_id, spot_id=spot.spot_id))

    def _decide_spot(self) -> None:
        spot = self.spot
        if spot is None:
            return
        if spot.hidden:
            words = self.tr("bringing back of a {0}").format(spot_name(spot).lower())
            self._session.do(words, RestoreSpot(spot.spot_id))
        else:
            words = self.tr("hiding of a {0}").format(spot_name(spot).lower())
            self._session.do(words, SuppressSpot(spot.spot_id))

    def _search_zone(self) -> None:
        zone = self.zone
        if zone is not None:
            self.search_zone_wanted.emit(zone)

    def _edit_name(self) -> None:
        index = self.zones.currentIndex()
        if index.isValid():
            name = self.zones_model.index(index.row(), 0)
            self.zones.setCurrentIndex(name)
            self.zones.edit(name)

    def _rename(self, zone: Zone, name: str) -> None:
        if name != zone.name:
            self._session.do(
                self.tr("name of zone {0}").format(name), ChangeZone(replace(zone, name=name))
            )

    def _remove_zone(self) -> None:
        zone = self.zone
        if zone is not None:
            words = self.tr("removal of zone {0}").format(zone.name)
            self._session.do(words, RemoveZone(zone.zone_id))

    def _go(self) -> None:
        mark = self.bookmark
        if mark is None:
            return
        self._select_bookmark()
        wall_ns = self.bookmarks_model.wall_of(mark)
        if wall_ns is not None:
            self._session.go_to(wall_ns)

    def _edit_note(self) -> None:
        index = self.bookmarks.currentIndex()
        if index.isValid():
            note = self.bookmarks_model.index(index.row(), 0)
            self.bookmarks.setCurrentIndex(note)
            self.bookmarks.edit(note)

    def _change_note(self, mark: Bookmark, note: str) -> None:
        if note != mark.note:
            self._session.do(self.tr("note of a bookmark"), ChangeBookmark(mark.bookmark_id, note))

    def _remove_bookmark(self) -> None:
        mark = self.bookmark
        if mark is not None:
            self._session.do(self.tr("removal of a bookmark"), RemoveBookmark(mark.bookmark_id))
