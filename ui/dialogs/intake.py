"""Dropped footage before it is added: what each file is and holds, to correct and accept."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import Camera, Source
from casefiles.usecases.propose_recordings import Proposal
from ui.dialogs.form import FormDialog, dim_label, named
from ui.dialogs.intake_cells import CameraDelegate, StartDelegate
from ui.dialogs.origin import OriginDialog
from ui.models.intake_table import (
    ADD,
    AUDIO,
    CAMERA,
    CLAIMED,
    CODEC,
    DAMAGE,
    DUPLICATES,
    FILE,
    FROZEN,
    GAPS,
    INTERLACED,
    JUMPS,
    KNOWN,
    LENGTH,
    LOOK,
    OFFSET,
    RATE,
    SHA256,
    SIZE,
    START,
    IntakeModel,
)
from ui.theme import set_property
from ui.views.fact_list import FactList
from video.clock import BadTime

_WIDTHS = {
    ADD: 44, FILE: 210, LOOK: 230, CAMERA: 130, START: 232, OFFSET: 96, KNOWN: 220, LENGTH: 84,
    CODEC: 150, CLAIMED: 108, RATE: 128, SIZE: 120, INTERLACED: 96, AUDIO: 90, GAPS: 64,
    DUPLICATES: 92, FROZEN: 76, JUMPS: 104, DAMAGE: 92, SHA256: 120,
}  # fmt: skip
_SMALLEST_TABLE_PX = 160
_DETAILS_PX = 210


class IntakeDialog(FormDialog):
    """`accepted_proposals()` are those to add, as corrected, once it was accepted."""

    hashes_wanted = Signal(object)
    """The SHA-256 of files (`list[Path]`) is to be computed now; `model.set_hash` takes it."""

    def __init__(
        self,
        proposals: Sequence[Proposal],
        cameras: Sequence[Camera],
        zone_name: str,
        parent: QWidget | None = None,
        *,
        analyse: bool = True,
        known: Sequence[Source] = (),
    ) -> None:
        """`zone_name` is the zone of the case: times without one are read in it; `known` are the
        recordings of the case."""
        said = QCoreApplication.translate
        super().__init__(
            "intake",
            said("IntakeDialog", "Add footage"),
            said("IntakeDialog", "Check camera and start of each recording. Times are in {0}; "
                 "a start may stay empty when nobody knows it.").format(zone_name),
            parent,
        )  # fmt: skip
        self._zone_name = zone_name
        self.model = IntakeModel(proposals, cameras, zone_name, self, known=known)
        self.table = self._make_table()
        self.rows.addLayout(self._make_tools())
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.table)
        self.split.addWidget(self._make_details())
        self.split.setStretchFactor(0, 1)
        self.split.setCollapsible(0, False)
        self.rows.addWidget(self.split, 1)
        self.summary = QLabel()
        named(self.summary, "intake-summary", self.tr("What will be added"))
        self.analyse = QCheckBox(self.tr("Analyse after adding: find people, vehicles and bags"))
        named(self.analyse, "intake-analyse", self.tr("Analyse after adding"))
        self.analyse.setChecked(analyse)
        foot = QHBoxLayout()
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.analyse)
        self.rows.addLayout(foot)
        self.add = self.add_buttons(self.tr("Add"))
        self.model.changed.connect(self._check)
        self.model.layoutChanged.connect(self._narrow)
        self._check()
        self.resize(1240, min(520 + 30 * len(proposals), 700))
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(0, FILE))
        (self.add if self.add.isEnabled() else self.table).setFocus()

    def accepted_proposals(self) -> tuple[Proposal, ...]:
        """The proposals to add, with camera, start, offset and origin as they stand."""
        return self.model.accepted()

    def analyse_wanted(self) -> bool:
        """Whether they are to be analysed once they are added."""
        return self.analyse.isChecked()

    def accept(self) -> None:
        if self.add.isEnabled():
            super().accept()

    def chosen_rows(self) -> list[int]:
        """The rows that are selected and in view: what an edit of many rows changes."""
        rows = {index.row() for index in self.table.selectionModel().selectedIndexes()}
        return sorted(row for row in rows if not self.table.isRowHidden(row))

    # -- many rows at once

    def set_camera(self) -> None:
        """The camera chosen in the bar, for all chosen rows."""
        self.model.set_camera(self.chosen_rows(), self.camera.currentData())

    def set_zone(self) -> None:
        """The zone typed in the bar: what is shown as start was in it."""
        try:
            self.model.set_zone(self.chosen_rows(), self.zone.text().strip())
        except BadTime as error:
            self._say(str(error))
            return
        self._say("")

    def set_basis(self) -> None:
        """Where the start comes from, for all chosen rows."""
        left = self.model.set_basis(self.chosen_rows(), self.basis.currentData())
        self._say(self.tr("{0} of them tell no such start.").format(left) if left else "")

    def ask_origin(self) -> None:
        """Asks where the chosen rows come from."""
        rows = self.chosen_rows()
        if not rows:
            self._say(self.tr("Choose the recordings first: Ctrl+A takes all."))
            return
        origins = tuple(self.model.rows[row].origin for row in rows)
        dialog = OriginDialog(origins, self._zone_name, self)
        dialog.accepted.connect(lambda: self.model.change_origin(rows, dialog.change()))
        dialog.open()

    def _ask_hashes(self) -> None:
        rows = self.chosen_rows() or range(len(self.model.rows))
        wanted = [self.model.rows[row] for row in rows]
        paths = [one.proposal.path for one in wanted if one.proposal.addable and not one.sha256]
        if paths:
            self.hashes_wanted.emit(paths)

    # -- following

    def _check(self) -> None:
        wanted, blocked = len(self.model.accepted()), self.model.blocked()
        total = len(self.model.rows)
        self.add.setEnabled(bool(wanted) and not blocked)
        count = self.tr("Add {0} recordings").format(wanted)
        self.add.setText(count if wanted != 1 else self.tr("Add one recording"))
        words = self.tr("{0} of {1} will be added.").format(wanted, total)
        if blocked:
            wrong = self.tr("{0} must be corrected or left out first.").format(blocked)
            words = f"{words} {wrong}"
        self.summary.setText(words)
        set_property(self.summary, "tone", "alert" if blocked else "")
        self._show_details()

    def _say(self, words: str) -> None:
        """What an edit of many rows could not do."""
        self._check()
        if words:
            self.summary.setText(words)
            set_property(self.summary, "tone", "alert")

    def _narrow(self) -> None:
        words = self.filter.text()
        for row in range(len(self.model.rows)):
            self.table.setRowHidden(row, not self.model.matches(row, words))

    def _show_details(self) -> None:
        row = self.table.currentIndex().row()
        groups = self.model.details(row) if 0 <= row < len(self.model.rows) else (None,) * 3
        for view, group in zip(self.details, groups, strict=True):
            view.show_group(group)

    def _edit(self, index: QModelIndex) -> None:
        held = self.table.selectionModel().selectedRows()
        if index.flags() & Qt.ItemFlag.ItemIsEditable and len(held) <= 1:
            self.table.edit(index)

    def _columns_menu(self, menu: QMenu) -> None:
        for column, title in enumerate(self.model.titles):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(column))
            # Without these nothing could be decided.
            action.setEnabled(column not in (ADD, FILE))
            action.toggled.connect(
                lambda on, column=column: self.table.setColumnHidden(column, not on)
            )

    def _fill_columns(self) -> None:
        self.columns.menu().clear()
        self._columns_menu(self.columns.menu())

    def _open_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._columns_menu(menu)
        menu.popup(self.table.horizontalHeader().mapToGlobal(place))

    # -- making

    def _make_tools(self) -> QHBoxLayout:
        self.filter = QLineEdit()
        named(self.filter, "intake-filter", self.tr("Filter recordings"))
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(220)
        self.filter.textChanged.connect(self._narrow)
        self.camera = QComboBox()
        named(self.camera, "intake-camera", self.tr("Camera for the chosen recordings"))
        self.camera.addItem(self.model.camera_name(None), None)
        for camera in self.model.cameras:
            self.camera.addItem(camera.name, camera.camera_id)
        self.camera.setMaximumWidth(160)
        self.zone = QLineEdit(self._zone_name)
        named(self.zone, "intake-zone", self.tr("Zone that the chosen recorders showed"))
        self.zone.setMaximumWidth(140)
        self.basis = QComboBox()
        named(self.basis, "intake-basis", self.tr("Start of the chosen recordings"))
        for words, by in (
            (self.tr("from the file"), "file"),
            (self.tr("from its name"), "name"),
            (self.tr("not known"), "none"),
        ):
            self.basis.addItem(words, by)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.filter, 1)
        line.addSpacing(12)
        line.addWidget(dim_label(self.tr("Chosen rows:")))
        for field, text, act, name in (
            (self.camera, self.tr("Set camera"), self.set_camera, "intake-set-camera"),
            (self.zone, self.tr("Set zone"), self.set_zone, "intake-set-zone"),
            (self.basis, self.tr("Set start"), self.set_basis, "intake-set-basis"),
            (None, self.tr("Origin…"), self.ask_origin, "intake-origin"),
            (None, self.tr("SHA-256"), self._ask_hashes, "intake-hash"),
        ):
            if field is not None:
                line.addWidget(field)
            button = QPushButton(text)
            named(button, name, text.rstrip("…"))
            button.setAutoDefault(False)
            button.clicked.connect(act)
            line.addWidget(button)
        self.columns = QToolButton()
        named(self.columns, "intake-columns", self.tr("Columns"))
        self.columns.setText(self.tr("Columns"))
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.columns)
        menu.aboutToShow.connect(self._fill_columns)
        self.columns.setMenu(menu)
        line.addWidget(self.columns)
        return line

    def _make_details(self) -> QWidget:
        inside = QWidget()
        line = QHBoxLayout(inside)
        line.setContentsMargins(8, 8, 8, 8)
        line.setSpacing(24)
        self.details = [FactList(f"intake-facts-{number}") for number in range(3)]
        for view in self.details:
            column = QVBoxLayout()
            column.addWidget(view)
            column.addStretch(1)
            line.addLayout(column, 1)
        area = QScrollArea()
        named(area, "intake-details", self.tr("Everything known of the chosen recording"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(_DETAILS_PX)
        area.setWidget(inside)
        return area

    def _make_table(self) -> QTableView:
        table = QTableView()
        named(table, "intake-table", self.tr("Recordings to add"))
        table.setModel(self.model)
        table.setItemDelegateForColumn(CAMERA, CameraDelegate(self.model, table))
        table.setItemDelegateForColumn(START, StartDelegate(self.model, table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        table.clicked.connect(self._edit)
        table.selectionModel().currentChanged.connect(self._show_details)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setMinimumHeight(_SMALLEST_TABLE_PX)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_columns)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        # As they were dropped, until a person asks for another order.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        return table
