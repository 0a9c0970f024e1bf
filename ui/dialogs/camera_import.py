"""A camera list before it is taken in: its headings, what each row becomes, what is wrong."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from casefiles.exchange.camera_files import COLUMNS, RawList
from casefiles.exchange.camera_rows import NEEDED, guess_mapping
from casefiles.usecases.import_cameras import CameraPlan
from ui.dialogs.form import FormDialog, named
from ui.models.camera_preview import PreviewModel, PreviewRow, preview_rows, titles
from ui.theme import set_property

_ACROSS = 4
_MOST_NOTES = 200
_WIDTHS = (90, 80, 330, 110, 160, 100, 110, 80, 70, 80, 170, 170, 80, 160)


class CameraImportDialog(FormDialog):
    """Asks for `wanted` readings of the list while headings are chosen; whoever hears that answers
    with `show_plan` or `refuse`. `plan` is what is to be done once it was accepted."""

    wanted = Signal(object, object)
    """The list is to be read with these headings (`dict[str, str]`: ours to the file's), and
    latitude and longitude swapped (`True`) or looked at (`None`)."""

    def __init__(
        self, raw: RawList, plan: CameraPlan | None, parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "camera-import",
            said("CameraImportDialog", "Import cameras"),
            said("CameraImportDialog", "{0}: check which heading means what, and what becomes of "
                 "each row. Nothing is changed before, and one Undo takes all of it back.").format(
                     raw.path.name),
            parent,
        )  # fmt: skip
        self.raw = raw
        self.plan: CameraPlan | None = None
        self._rows: list[PreviewRow] = []
        self.headings: dict[str, QComboBox] = {}
        self.rows.addLayout(self._make_headings())
        self.swap = QCheckBox(self.tr("Latitude and longitude are swapped in this file"))
        named(self.swap, "camera-import-swap", self.swap.text())
        self.swap.toggled.connect(self._ask)
        self.only_wrong = QCheckBox(self.tr("Show wrong rows only"))
        named(self.only_wrong, "camera-import-wrong", self.only_wrong.text())
        self.only_wrong.toggled.connect(self._show_rows)
        line = QHBoxLayout()
        line.addWidget(self.swap)
        line.addStretch(1)
        line.addWidget(self.only_wrong)
        self.rows.addLayout(line)
        self.model = PreviewModel(self)
        self.table = self._make_table()
        self.rows.addWidget(self.table, 1)
        self.notes = QPlainTextEdit()
        named(self.notes, "camera-import-notes", self.tr("Worth knowing"))
        self.notes.setReadOnly(True)
        self.notes.setTabChangesFocus(True)
        self.notes.setMaximumHeight(90)
        self.rows.addWidget(self.notes)
        self.summary = QLabel()
        named(self.summary, "camera-import-summary", self.tr("What will be imported"))
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.rows.addWidget(self.summary)
        self.take = self.add_buttons(self.tr("Import"))
        self.resize(1180, 700)
        if plan is None:
            self.refuse(self.tr("Say which heading of the file holds the id, the latitude and the "
                                "longitude of a camera."))  # fmt: skip
        else:
            self.show_plan(plan)
        (self.take if self.take.isEnabled() else self.headings["id"]).setFocus()

    def mapping(self) -> dict[str, str]:
        """Which heading of the file was chosen for each column of ours."""
        return {
            column: box.currentData()
            for column, box in self.headings.items()
            if box.currentData() is not None
        }

    def show_plan(self, plan: CameraPlan) -> None:
        """Shows what would be done."""
        self.plan, self._rows = plan, preview_rows(plan)
        table = plan.table
        wrong, total = len(table.problems), table.total
        changes = len(plan.new) + len(plan.changed)
        self.only_wrong.setEnabled(bool(wrong))
        self.take.setEnabled(bool(changes))
        self.take.setText(
            self.tr("Import {0} of {1} rows").format(total - wrong, total)
            if changes
            else self.tr("Import")
        )
        words = self.tr("{0} cameras new, {1} changed, {2} as they are.").format(
            len(plan.new), len(plan.changed), len(plan.same)
        )
        if wrong:
            left = self.tr("{0} of {1} rows are wrong and are left out.").format(wrong, total)
            words = f"{words} {left}"
        if table.seems_swapped is not None:
            # Cheaper asked than undone: everything would stand on another continent.
            told = self.tr("Attention: {0}. Tick above to swap them.")
            words = f"{told.format(table.seems_swapped.what)} {words}"
        self.summary.setText(words)
        set_property(self.summary, "tone", "alert" if wrong or table.seems_swapped else "")
        notes = [one.text for one in plan.notes[:_MOST_NOTES]]
        if len(plan.notes) > _MOST_NOTES:
            notes.append(self.tr("… and {0} more").format(len(plan.notes) - _MOST_NOTES))
        self.notes.setPlainText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self._show_rows()

    def refuse(self, why: str) -> None:
        """Says why the list cannot be read with these headings."""
        self.plan, self._rows = None, []
        self.notes.hide()
        self.take.setEnabled(False)
        self.take.setText(self.tr("Import"))
        self.summary.setText(why)
        set_property(self.summary, "tone", "alert")
        self._show_rows()

    def accept(self) -> None:
        if self.take.isEnabled():
            super().accept()

    def _ask(self) -> None:
        mapping = self.mapping()
        missing = [title for title, column in zip(titles(), COLUMNS, strict=True)
                   if column in NEEDED and column not in mapping]  # fmt: skip
        if missing:
            self.refuse(
                self.tr("Say which heading of the file holds: {0}.").format(", ".join(missing))
            )
            return
        # What is shown stays until the answer is there, but cannot be accepted any more.
        self.take.setEnabled(False)
        self.wanted.emit(mapping, True if self.swap.isChecked() else None)

    def _show_rows(self) -> None:
        self.model.show(self._rows, only_wrong=self.only_wrong.isChecked())

    def _make_headings(self) -> QGridLayout:
        guess: Mapping[str, str] = guess_mapping(self.raw.headings)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for number, (title, column) in enumerate(zip(titles(), COLUMNS, strict=True)):
            box = QComboBox()
            named(box, f"camera-import-{column}", title)
            box.addItem(self.tr("—"), None)
            for heading in self.raw.headings:
                box.addItem(heading, heading)
            box.setCurrentIndex(max(0, box.findData(guess.get(column))))
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(12)
            box.currentIndexChanged.connect(self._ask)
            label = QLabel(f"{title} *" if column in NEEDED else title)
            label.setBuddy(box)
            row, at = divmod(number, _ACROSS)
            grid.addWidget(label, row, 2 * at, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(box, row, 2 * at + 1)
            grid.setColumnStretch(2 * at + 1, 1)
            self.headings[column] = box
        return grid

    def _make_table(self) -> QTableView:
        table = QTableView()
        named(table, "camera-import-table", self.tr("Rows of the list"))
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for column, width in enumerate(_WIDTHS):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        return table
