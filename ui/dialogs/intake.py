"""Dropped footage before it is added: what each file seems to be, to correct and accept."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from casefiles.types import Camera
from casefiles.usecases.propose_recordings import Proposal
from ui.dialogs.form import FormDialog, named
from ui.models.intake_rows import ADD, CAMERA, FILE, LENGTH, OFFSET, START, IntakeModel
from ui.theme import set_property

_Index = QModelIndex | QPersistentModelIndex


class _CameraDelegate(QStyledItemDelegate):
    """Chooses among the cameras of the case, or none."""

    def __init__(self, model: IntakeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        combo = QComboBox(parent)
        combo.setAccessibleName(self.tr("Camera of this recording"))
        combo.addItem(self._model.camera_name(None), None)
        for camera in self._model.cameras:
            combo.addItem(camera.name, camera.camera_id)
        combo.activated.connect(self._choose)
        return combo

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(editor.findData(index.data(Qt.ItemDataRole.EditRole)), 0))
            editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())

    def _choose(self) -> None:
        combo = self.sender()
        if isinstance(combo, QComboBox):
            self.commitData.emit(combo)
            self.closeEditor.emit(combo)


class IntakeDialog(FormDialog):
    """`accepted_proposals()` are those to add, as corrected, once it was accepted."""

    def __init__(
        self,
        proposals: Sequence[Proposal],
        cameras: Sequence[Camera],
        zone_name: str,
        parent: QWidget | None = None,
        *,
        analyse: bool = True,
    ) -> None:
        """`zone_name` is the zone of the case: times without one are read in it."""
        said = QCoreApplication.translate
        super().__init__(
            "intake",
            said("IntakeDialog", "Add footage"),
            said("IntakeDialog", "Check camera and start of each recording. Times are in {0}; "
                 "a start may stay empty when nobody knows it.").format(zone_name),
            parent,
        )  # fmt: skip
        self.model = IntakeModel(proposals, cameras, zone_name, self)
        self.table = self._make_table()
        self.rows.addWidget(self.table, 1)
        self.summary = QLabel()
        named(self.summary, "intake-summary", self.tr("What will be added"))
        self.analyse = QCheckBox(self.tr("Analyse after adding: find people, vehicles and bags"))
        named(self.analyse, "intake-analyse", self.tr("Analyse after adding"))
        self.analyse.setChecked(analyse)
        self.rows.addWidget(self.summary)
        self.rows.addWidget(self.analyse)
        self.add = self.add_buttons(self.tr("Add"))
        self.model.changed.connect(self._check)
        self._check()
        self.resize(1040, min(280 + 32 * len(proposals), 640))
        (self.add if self.add.isEnabled() else self.table).setFocus()

    def accepted_proposals(self) -> tuple[Proposal, ...]:
        """The proposals to add, with camera, start and offset as they stand."""
        return self.model.accepted()

    def analyse_wanted(self) -> bool:
        """Whether they are to be analysed once they are added."""
        return self.analyse.isChecked()

    def accept(self) -> None:
        if self.add.isEnabled():
            super().accept()

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

    def _edit(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.table.edit(index)

    def _make_table(self) -> QTableView:
        table = QTableView()
        named(table, "intake-table", self.tr("Recordings to add"))
        table.setModel(self.model)
        table.setItemDelegateForColumn(CAMERA, _CameraDelegate(self.model, table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        table.clicked.connect(self._edit)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(32)
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in (
            (ADD, 48), (FILE, 180), (LENGTH, 84), (CAMERA, 150), (START, 216), (OFFSET, 92),
        ):  # fmt: skip
            table.setColumnWidth(column, width)
        # As they were dropped, until a person asks for another order.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        return table
