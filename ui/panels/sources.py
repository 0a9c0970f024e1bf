"""Cameras and recordings of the case: clock, length, how far analysed; filter, order, actions."""

from functools import lru_cache, partial
from typing import Final, get_args

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QActionGroup, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import SourceId
from ui.icons import icon, pixmap
from ui.jobs import RunningJob
from ui.models.sources_tree import ROW, SortBy, SourceRow, SourcesTree, rows_of
from ui.session import Selection, Session
from ui.theme import THEME, TextSize, colour, digits_font, set_property, text_font

_TELL_EVERY_MS: Final = 500
_LINE: Final = 18
_EDGE: Final = 4
_ICON: Final = 16
_MIDDLE: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _SourceDelegate(QStyledItemDelegate):
    """Two lines: the name with its length; how the clock stands and how far it is analysed."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, 2 * (_LINE + _EDGE))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: SourceRow = index.data(ROW)
        area: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("row"))
            painter.fillRect(area.x(), area.y(), 3, area.height(), colour("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("raised"))
        sign = "camera" if row.camera_id is not None and not index.parent().isValid() else "source"
        painter.drawPixmap(area.x() + 8, area.y() + _EDGE + 1, pixmap(sign, _ICON, "text_dim"))
        inside = area.adjusted(8 + _ICON + 8, _EDGE, -8, -_EDGE)
        _paint_title(painter, inside, row)
        _paint_state(painter, inside, row)
        painter.restore()


def _paint_title(painter: QPainter, inside: QRect, row: SourceRow) -> None:
    line = QRect(inside.x(), inside.y(), inside.width(), _LINE)
    painter.setFont(digits_font(11))
    painter.setPen(colour("text_dim"))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.length)
    taken = painter.fontMetrics().horizontalAdvance(row.length) + 8
    if row.warned:
        taken += 16
        place = line.right() - taken + 6
        painter.drawPixmap(place, line.y() + 2, pixmap("warning", 14, "warn"))
    painter.setFont(text_font(13))
    painter.setPen(colour("text"))
    _elided(painter, line.adjusted(0, 0, -taken, 0), row.title)


def _paint_state(painter: QPainter, inside: QRect, row: SourceRow) -> None:
    line = QRect(inside.x(), inside.y() + _LINE, inside.width(), _LINE)
    painter.setFont(digits_font(11))
    wide = 0
    if row.deadline:
        painter.setPen(colour(row.deadline_tone))
        wide = _elided(painter, line, f"{row.deadline}  ·  ")
    painter.setPen(colour(row.clock_tone))
    wide += _elided(painter, line.adjusted(wide, 0, 0, 0), row.clock)
    if row.clock and row.state:
        painter.setPen(colour("text_dim"))
        wide += _elided(painter, line.adjusted(wide, 0, 0, 0), "  ·  ")
    painter.setPen(colour(row.state_tone))
    state = row.state
    if row.state_tone == "good":
        # The sign says "analysed" in less room than the word.
        painter.drawPixmap(line.x() + wide, line.y() + 2, pixmap("check", 14, "good"))
        wide += 16
        state = state.removeprefix("analysed, ")
    _elided(painter, line.adjusted(wide, 0, 0, 0), state)


def _elided(painter: QPainter, room: QRect, text: str) -> int:
    """Draws what fits, at the left; gives how wide it became."""
    if room.width() <= 0:
        return 0
    shown, wide = _fitted(text, room.width(), painter.font().pixelSize())
    painter.drawText(room, _MIDDLE, shown)
    return wide


@lru_cache(maxsize=2048)
def _fitted(text: str, width: int, size: TextSize) -> tuple[str, int]:
    """What of a text fits, and how wide that is: measuring takes as long as drawing."""
    metrics = QFontMetrics(text_font(13) if size == 13 else digits_font(size))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    return shown, metrics.horizontalAdvance(shown)


class SourcesPanel(QWidget):
    """The tree with its filter; selects with all other panels, changes nothing itself."""

    source_activated = Signal(int)
    """A recording was double-clicked, or Enter was pressed on it: show it."""
    analyse_wanted = Signal(object)
    """Recordings (`list[SourceId]`) are to be analysed."""
    show_file_wanted = Signal(int)
    collect_wanted = Signal(object)
    """Originals (`list[SourceId]`) are to be copied into the case."""
    find_wanted = Signal(object)
    """Originals (`list[SourceId]`) that moved are to be found."""
    origin_wanted = Signal(object)
    """It is to be noted where recordings (`list[SourceId]`) come from."""
    calibrate_wanted = Signal()
    placements_wanted = Signal()
    """Of the selected camera, both."""
    add_wanted = Signal()
    """Footage is to be added."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sources-panel")
        self.setAccessibleName(self.tr("Sources and cameras"))
        self._session = session
        self._selecting = False
        self._by: SortBy = "name"
        self.model = SourcesTree(self)
        self.filter = self._make_filter()
        self.order = self._make_order()
        self.tree = self._make_tree()
        self.empty = QLabel()
        self.empty.setObjectName("sources-empty")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(16)
        set_property(self.empty, "dim", True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.empty)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 4)
        top.setSpacing(4)
        top.addWidget(self.filter, 1)
        top.addWidget(self.order)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(top)
        rows.addWidget(self._stack, 1)
        self._throttle = QTimer(self, interval=_TELL_EVERY_MS, singleShot=True)
        self._throttle.timeout.connect(self.refresh)
        session.case_changed.connect(self.refresh)
        session.view_changed.connect(self.refresh)
        session.selection_changed.connect(self._follow)
        session.jobs.added.connect(self._watch)
        session.jobs.finished.connect(self._soon)
        THEME.changed.connect(self._dress)
        self._dress()
        self.refresh()

    def refresh(self) -> None:
        """Shows the case as it is now; where only words changed, nothing moves."""
        view = self._session.view
        rows = [] if view is None else rows_of(view, self._percents())
        self.model.zone_name = "UTC" if view is None else view.zone_name
        self._settle(built=self.model.set_rows(rows))

    def selected_sources(self) -> list[SourceId]:
        """The recordings of the selected rows, a camera standing for all of its own."""
        found: dict[SourceId, None] = {}
        for index in self.tree.selectionModel().selectedIndexes():
            row = self.model.row(index)
            if row is not None:
                found.update(dict.fromkeys(row.sources))
        return list(found)

    def set_order(self, by: SortBy) -> None:
        """Sorts by name, start, length, or how far analysed."""
        self._by = by
        for action in self.order.menu().actions():
            action.setChecked(action.data() == by)
        self._settle(built=self.model.set_order(by))

    # -- following and telling

    def _settle(self, *, built: bool) -> None:
        if built:
            self.tree.expandAll()
            self._follow()
        self._stack.setCurrentWidget(self.tree if self.model.rows else self.empty)
        self.empty.setText(self._why_empty())

    def _why_empty(self) -> str:
        view = self._session.view
        if view is None:
            return self.tr("Open a case: its cameras and recordings are listed here.")
        if self.filter.text().strip() and (view.sources or view.cameras):
            return self.tr("Nothing fits this filter.")
        return self.tr("Drop recordings anywhere on the window, or press Ctrl+I to choose them.")

    def _percents(self) -> dict[str, int]:
        """How far each file is that a job works on now."""
        found = {}
        for job in self._session.jobs.active:
            now = job.progress
            for part in () if now is None else now.parts or (now,):
                if part.unit == "frames" and part.total:
                    found[part.what] = min(100 * part.done // part.total, 100)
        return found

    def _watch(self, job: RunningJob) -> None:
        job.changed.connect(self._soon)

    def _soon(self) -> None:
        if not self._throttle.isActive():
            self._throttle.start()

    def _follow(self) -> None:
        """Selects the row of what is selected everywhere."""
        selection = self._session.selection
        index = self.model.find(selection.source_id, selection.camera_id)
        if index == self.tree.currentIndex():
            return
        self._selecting = True
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.tree.selectionModel().setCurrentIndex(index, flags)
            self.tree.scrollTo(index)
        else:
            self.tree.clearSelection()
            self.tree.setCurrentIndex(QModelIndex())
        self._selecting = False

    def _tell_selection(self, current: QModelIndex) -> None:
        row = self.model.row(current)
        if row is not None and not self._selecting:
            self._session.select(Selection(source_id=row.source_id, camera_id=row.camera_id))

    def _activate(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None and row.sources:
            self.source_activated.emit(row.sources[0])

    def _narrow(self, text: str) -> None:
        self._settle(built=self.model.set_filter(text))

    # -- the context menu

    def menu(self) -> QMenu:
        """What can be done with the selected rows."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ids = self.selected_sources()
        words = self.tr("Analyse {0} recordings").format(len(ids))
        analyse = menu.addAction(words if len(ids) > 1 else self.tr("Analyse"))
        analyse.setObjectName("sources-analyse")
        analyse.setIcon(icon("device"))
        analyse.triggered.connect(self._ask_analysis)
        file = menu.addAction(icon("folder"), self.tr("Show in folder"))
        file.setObjectName("sources-file")
        file.triggered.connect(self._ask_file)
        menu.addSeparator()
        for name, text, signal in (
            ("origin", self.tr("Origin and deadline…"), self.origin_wanted),
            ("collect", self.tr("Collect into the case"), self.collect_wanted),
            ("find", self.tr("Find moved file…"), self.find_wanted),
        ):
            action = menu.addAction(text)
            action.setObjectName(f"sources-{name}")
            action.setEnabled(bool(ids))
            action.triggered.connect(partial(self._emit_chosen, signal))
        menu.addSeparator()
        for name, text, wanted in (
            ("placements", self.tr("Placements of the camera…"), self.placements_wanted),
            ("calibrate", self.tr("Calibrate the camera…"), self.calibrate_wanted),
        ):
            action = menu.addAction(icon("camera"), text)
            action.setObjectName(f"sources-{name}")
            action.setEnabled(self._session.selection.camera_id is not None)
            action.triggered.connect(lambda _=False, wanted=wanted: wanted.emit())
        analyse.setEnabled(bool(ids))
        file.setEnabled(len(ids) == 1)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(self.tree.viewport().mapToGlobal(place))

    def _ask_analysis(self) -> None:
        self.analyse_wanted.emit(self.selected_sources())

    def _emit_chosen(self, signal: SignalInstance) -> None:
        signal.emit(self.selected_sources())

    def _ask_file(self) -> None:
        self.show_file_wanted.emit(self.selected_sources()[0])

    # -- making

    def _make_filter(self) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("sources-filter")
        line.setAccessibleName(self.tr("Filter cameras and recordings"))
        line.setPlaceholderText(self.tr("Filter"))
        line.setClearButtonEnabled(True)
        line.textChanged.connect(self._narrow)
        return line

    def _make_order(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("sources-order")
        button.setAccessibleName(self.tr("Sort cameras and recordings"))
        button.setToolTip(self.tr("Sort"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        group = QActionGroup(menu)
        words = {
            "name": self.tr("By name"),
            "start": self.tr("By start"),
            "length": self.tr("Longest first"),
            "state": self.tr("Not analysed first"),
            "deadline": self.tr("Overwritten first"),
        }
        for by in get_args(SortBy):
            action = menu.addAction(words[by])
            action.setCheckable(True)
            action.setData(by)
            action.setChecked(by == self._by)
            group.addAction(action)
        group.triggered.connect(self._order_chosen)
        button.setMenu(menu)
        return button

    def _order_chosen(self) -> None:
        for action in self.order.menu().actions():
            if action.isChecked():
                self.set_order(action.data())

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setObjectName("sources-tree")
        tree.setAccessibleName(self.tr("Cameras and recordings"))
        tree.setModel(self.model)
        tree.setItemDelegate(_SourceDelegate(tree))
        tree.setHeaderHidden(True)
        tree.setUniformRowHeights(True)
        tree.setIndentation(14)
        tree.setMouseTracking(True)
        tree.setExpandsOnDoubleClick(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._open_menu)
        tree.activated.connect(self._activate)
        tree.selectionModel().currentChanged.connect(self._tell_selection)
        return tree

    def _dress(self) -> None:
        self.order.setIcon(icon("filter"))
        self.tree.viewport().update()
