"""Results: the hits of the search as cards or as a list, best, earliest or camera first."""

from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import CameraId
from casefiles.view_types import Hit
from ui.icons import icon
from ui.models.coverage_words import missing_words
from ui.models.hits import CONFIDENCE, WHAT, HitOrder, HitsModel, wall_of
from ui.models.searching import PAGE
from ui.models.wall_text import local, zone_label
from ui.session import Selection, Session
from ui.theme import THEME, set_property
from ui.views.card_faces import CardFaces
from ui.views.clocks_note import ClocksNote
from ui.views.confidence import ConfidenceCells
from ui.views.elided_label import ElidedLabel
from ui.views.empty import EmptyState
from ui.views.gallery import Gallery
from ui.views.hit_card import ROW_HEIGHT, HitCards, HitCells
from ui.views.item_keys import KeyedList, KeyedTable
from ui.views.thumbnail import Thumbnails

_ORDERS: Final[tuple[HitOrder, ...]] = ("best", "time", "camera")
_SAY_SEARCHING_AFTER_MS: Final = 250
_WIDTHS: Final = (176, 120, 216, 216, 72, 96)


class ResultsPanel(QWidget):
    """Shows `session.hits`; choosing one goes there, everywhere at once."""

    hit_chosen = Signal(object)
    """A `Hit`: Enter or double click."""
    hit_selected = Signal(object)
    """A `Hit`: the current one changed."""
    more_like_wanted = Signal(object)
    """A track id."""
    page_wanted = Signal(int)
    """So many hits are to be skipped."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("results-panel")
        self.setAccessibleName(self.tr("Results"))
        self._session = session
        self._follows = False
        self.model = HitsModel(self)
        self.pictures = Thumbnails(session, self)
        self._soon = QTimer(self, interval=_SAY_SEARCHING_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._show_hits)
        self._build()
        self.pictures.arrived.connect(self._repaint)
        session.hits_changed.connect(self._hits_changed)
        session.view_changed.connect(self._show_view)
        session.selection_changed.connect(self._follow)
        THEME.changed.connect(self._tint)
        self._tint()
        self._show_view()
        self._show_hits()

    # -- for the rest of the window

    @property
    def settled(self) -> bool:
        """Whether every thumbnail in view is here."""
        return self.pictures.settled

    @property
    def current(self) -> Hit | None:
        """The current hit."""
        return self.model.row(self._selection.currentIndex())

    def go_next(self) -> None:
        """To the next hit, or the first."""
        self._step(1)

    def go_previous(self) -> None:
        """To the hit before."""
        self._step(-1)

    def take_keyboard(self) -> None:
        """Gives the hits the keyboard: arrows move, Enter goes there."""
        page = self.cards if self.cards.isVisibleTo(self) else self.table
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def more_like_current(self) -> None:
        """What looks similar to the current hit."""
        hit = self.current
        if hit is not None:
            self.more_like_wanted.emit(hit.track.track_id)

    def turn_back(self) -> None:
        """To the page of hits before."""
        hits = self._session.hits
        if hits is not None and hits.skipped:
            self.page_wanted.emit(max(hits.skipped - PAGE, 0))

    def turn_on(self) -> None:
        """To the page of hits after."""
        hits = self._session.hits
        if hits is not None and hits.skipped + len(hits.hits) < hits.total:
            self.page_wanted.emit(hits.skipped + len(hits.hits))

    def set_mode(self, *, as_list: bool) -> None:
        """Cards, or a table with all reasons."""
        (self.list_button if as_list else self.cards_button).setChecked(True)
        self._show_mode()

    # -- how it is built

    def _build(self) -> None:
        self.count = ElidedLabel()
        self.count.setObjectName("results-count")
        self.order = self._combo("results-order", self.tr("Order of the results"))
        for text in (self.tr("Best first"), self.tr("Earliest first"), self.tr("By camera")):
            self.order.addItem(text)
        self.order.currentIndexChanged.connect(self._reorder)
        self.camera = self._combo("results-camera", self.tr("Results of which camera"))
        self.camera.currentIndexChanged.connect(self._filter)
        self.cards_button = self._toggle("results-cards", self.tr("Show as pictures"))
        self.list_button = self._toggle("results-list", self.tr("Show as a list with all reasons"))
        self.similar_button = self._button("results-similar", self.tr("More like the current one"))
        self.similar_button.setToolTip(self.tr("More like the current one (S)"))
        self.similar_button.clicked.connect(self.more_like_current)
        self.back_button = self._button("results-back", self.tr("The hits before"))
        self.back_button.clicked.connect(self.turn_back)
        self.on_button = self._button("results-on", self.tr("The hits after"))
        self.on_button.clicked.connect(self.turn_on)
        self.cards_button.setChecked(True)
        self._group = QButtonGroup(self)
        for button in (self.cards_button, self.list_button):
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._show_mode)
        self._build_views()
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        for page in (self.empty, self.cards, self.table):
            self._stack.addWidget(page)
        above = QHBoxLayout()
        above.setSpacing(4)
        above.addWidget(self.count, 1)
        for button in (self.back_button, self.on_button, self.similar_button,
                       self.cards_button, self.list_button):  # fmt: skip
            above.addWidget(button)
        self._choices = QWidget()
        below = QHBoxLayout(self._choices)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        for combo in (self.order, self.camera):
            below.addWidget(combo, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 8, 8)
        rows.setSpacing(4)
        self.clocks_note = ClocksNote(self._session, self)
        self.clocks_note.again_wanted.connect(self.page_wanted)
        rows.addLayout(above)
        rows.addWidget(self.clocks_note)
        rows.addWidget(self._choices)
        rows.addWidget(self._stack, 1)

    def _build_views(self) -> None:
        self.cards = Gallery()
        self.cards.setObjectName("results-gallery")
        self.cards.setAccessibleName(self.tr("Results as pictures"))
        faces = CardFaces(self.model, self.pictures, self.cards)
        faces.more.connect(self.cards.viewport().update)
        self.cards.setItemDelegate(HitCards(faces, self.cards))
        self.cards.setModel(self.model)
        self._selection: QItemSelectionModel = self.cards.selectionModel()
        self.table = KeyedTable()
        self.table.setObjectName("results-table")
        self.table.setAccessibleName(self.tr("Results as a list"))
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setWordWrap(True)
        self.table.setItemDelegateForColumn(WHAT, HitCells(self.pictures, self.table))
        self.table.setItemDelegateForColumn(CONFIDENCE, ConfidenceCells(self.table))
        self.table.setModel(self.model)
        own = self.table.selectionModel()
        # One selection for both: what is current in the pictures is current in the list.
        self.table.setSelectionModel(self._selection)
        own.deleteLater()
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setStretchLastSection(True)
        for view in (self.cards, self.table):
            view.chosen.connect(self._choose)
        self._selection.currentChanged.connect(self._current_changed)

    def _combo(self, name: str, spoken: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(spoken)
        combo.setToolTip(spoken)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(8)
        return combo

    def _button(self, name: str, spoken: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(spoken)
        button.setToolTip(spoken)
        return button

    def _toggle(self, name: str, spoken: str) -> QToolButton:
        button = self._button(name, spoken)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    # -- what is shown

    def _hits_changed(self) -> None:
        # Most searches end at once: until then the hits before stay, so that nothing flashes.
        if self._session.hits is None and self._session.query is not None:
            self._soon.start()
        else:
            self._show_hits()

    def _show_hits(self) -> None:
        self._soon.stop()
        hits = self._session.hits
        self.model.set_hits(() if hits is None else hits.hits, self._session.view)
        self._list_cameras()
        self._show_count()
        self._show_mode()
        self._follow()

    def _show_view(self) -> None:
        self.model.set_view(self._session.view)
        self._list_cameras()
        self._show_count()

    def _list_cameras(self) -> None:
        view = self._session.view
        found = {hit.camera_id for hit in self.model.found if hit.camera_id is not None}
        known = [] if view is None else [one for one in view.cameras if one.camera_id in found]
        before = self.camera.currentData()
        self.camera.blockSignals(True)
        self.camera.clear()
        self.camera.addItem(self.tr("All cameras"), None)
        for camera in known:
            self.camera.addItem(icon("camera"), camera.name, camera.camera_id)
        place = max(self.camera.findData(before), 0) if before is not None else 0
        self.camera.setCurrentIndex(place)
        self.camera.blockSignals(False)
        if place == 0 and before is not None:
            self.model.set_camera(None)

    def _show_count(self) -> None:
        hits, view = self._session.hits, self._session.view
        shown = self.model.rowCount()
        is_paged = hits is not None and hits.complete and hits.total > len(hits.hits)
        self.back_button.setVisible(is_paged)
        self.on_button.setVisible(is_paged)
        if hits is None:
            self.count.setText("")
            return
        last = hits.skipped + len(hits.hits)
        self.back_button.setEnabled(hits.skipped > 0)
        self.on_button.setEnabled(last < hits.total)
        if hits.skipped:
            text = self.tr("{0}–{1} of {2}").format(hits.skipped + 1, last, hits.total)
        else:
            text = self.tr("{0} of {1}").format(shown, hits.total)
        if not hits.complete:
            text += self.tr(" so far")
        self.count.setToolTip(text)
        if hits.hits and view is not None:
            zone = zone_label(local(view.earliest_ns, view.zone_name))
            text += self.tr(" · times in {0}").format(zone)
        if is_paged:
            tip = self.tr("{0} are listed at a time; the buttons show those before and after.")
            self.count.setToolTip(tip.format(PAGE))
        self.count.setText(text)
        set_property(self.count, "dim", True)

    def _show_mode(self) -> None:
        has_rows = self.model.rowCount() > 0
        self._choices.setVisible(bool(self.model.found))
        self.similar_button.setEnabled(self.current is not None)
        if has_rows:
            shown = self.table if self.list_button.isChecked() else self.cards
            self._stack.setCurrentWidget(shown)
            return
        self._show_empty()
        self._stack.setCurrentWidget(self.empty)

    def _show_empty(self) -> None:
        hits, query = self._session.hits, self._session.query
        if query is None:
            self.empty.say(
                self.tr("Nothing searched yet"),
                self.tr("Describe what you look for above, or draw a zone on a tile."),
                "search",
            )
        elif hits is None:
            self.empty.say(self.tr("Searching…"), "", "search")
        elif hits.hits:
            self.empty.say(self.tr("Nothing from this camera"), "", "camera")
        else:
            missing = list(missing_words(hits.coverage))
            if not hits.coverage.indexed:
                missing.insert(0, self.tr("no recording that was asked for has been analysed"))
            said = "\n".join(f"• {one}" for one in missing)
            if said:
                said = self.tr("Not covered:\n{0}").format(said)
            else:
                said = self.tr("Every frame asked for was covered. Take a filter away to widen.")
            self.empty.say(self.tr("Nothing found"), said, "search")

    # -- gestures

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        hit = self.model.row(current)
        self.similar_button.setEnabled(hit is not None)
        if hit is None or self._follows:
            return
        self.hit_selected.emit(hit)
        self._go(hit)

    def _choose(self, index: QModelIndex) -> None:
        hit = self.model.row(index)
        if hit is not None:
            self._go(hit)
            self.hit_chosen.emit(hit)

    def _go(self, hit: Hit) -> None:
        track = hit.track
        self._session.select(
            Selection(source_id=track.source_id, camera_id=hit.camera_id, track_id=track.track_id)
        )
        view = self._session.view
        wall_ns = None if view is None else wall_of(view, hit)
        if wall_ns is not None:
            self._session.go_to(wall_ns)

    def _step(self, step: int) -> None:
        rows = self.model.rowCount()
        if not rows:
            return
        index = self._selection.currentIndex()
        at = min(max(index.row() + step, 0), rows - 1) if index.isValid() else 0
        self._set_current(self.model.index(at, WHAT))

    def _set_current(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self._selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        view = self._stack.currentWidget()
        if isinstance(view, KeyedList | KeyedTable):
            view.scrollTo(index)

    def _follow(self) -> None:
        """Marks what was selected elsewhere, if it is among the hits."""
        track_id = self._session.selection.track_id
        hit = self.current
        if track_id is None or (hit is not None and hit.track.track_id == track_id):
            return
        index = self.model.at_track(track_id)
        if index.isValid():
            self._follows = True
            self._set_current(index)
            self._follows = False

    def _reorder(self, place: int) -> None:
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.model.set_order(_ORDERS[place])
        self._follow()

    def _filter(self, _place: int) -> None:
        chosen = self.camera.currentData()
        self.model.set_camera(None if chosen is None else CameraId(chosen))
        self._show_count()
        self._show_mode()
        self._follow()

    def _repaint(self) -> None:
        self.cards.viewport().update()
        self.table.viewport().update()

    def _tint(self) -> None:
        self.cards_button.setIcon(icon("tiles-4"))
        self.list_button.setIcon(icon("menu"))
        self.similar_button.setIcon(icon("similar"))
        self.back_button.setIcon(icon("step-back"))
        self.on_button.setIcon(icon("step-forward"))
        self._list_cameras()
        self._repaint()
