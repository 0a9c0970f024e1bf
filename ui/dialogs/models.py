"""Models as a table: what is here, what a missing one adds, and under which licence it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ui.dialogs.form import FormDialog, named
from ui.icons import icon
from ui.theme import THEME, Token

State = Literal["here", "missing", "problem"]
_NAME, _STATE, _USE, _SIZE, _LICENCE = range(5)
_LOOKS: Final[dict[State, tuple[str, Token]]] = {
    "here": ("check", "text_dim"),
    "missing": ("info", "text_dim"),
    "problem": ("error", "alert"),
}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model of the catalogue, in words."""

    name: str
    state: State
    use: str
    size: str
    licence: str
    details: str
    """What it adds, its licence with everything beside it, where it comes from."""
    fetchable: bool
    """Whether it can be fetched from the network now."""


class ModelsDialog(FormDialog):
    """Opened at once; filled when every file was verified."""

    install_wanted = Signal(str)
    """Fetch the model of that name; its licence was shown and accepted."""
    folder_chosen = Signal(Path)
    """Look what a folder holds."""
    take_wanted = Signal(Path)
    """Take in what that folder holds; the licences were shown and accepted."""
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "models",
            said("ModelsDialog", "Models"),
            said("ModelsDialog", "What finds and describes things. Every file is checked against "
                 "its hash before it is used. Only fetching a model uses the network."),
            parent,
        )  # fmt: skip
        self._offered: Path | None = None
        self._busy = self._told = False
        self.table = self._make_table()
        self.details = QPlainTextEdit()
        named(self.details, "models-details", self.tr("What it adds, and its licence"))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFixedHeight(152)
        self.accepted_box = QCheckBox(self.tr("The licence was read and is accepted"))
        self.accepted_box.setObjectName("models-accept-licence")
        self.accepted_box.toggled.connect(self._enable)
        self.says = QLabel(self.tr("Checking every file…"))
        named(self.says, "models-says", self.tr("What is going on"))
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.says.setWordWrap(True)
        self.progress = QProgressBar()
        named(self.progress, "models-progress", self.tr("Fetched"))
        self.progress.hide()
        self.rows.addWidget(self.table, 1)
        for widget in (self.details, self.accepted_box, self.says, self.progress):
            self.rows.addWidget(widget)
        across = QHBoxLayout()
        across.setSpacing(8)
        self.install_button = self._button("models-install", self.tr("Fetch"), self._install)
        self.folder_button = self._button(
            "models-folder", self.tr("Take in from a folder…"), self._ask_folder
        )
        self.cancel_button = self._button(
            "models-cancel", self.tr("Stop fetching"), self.cancel_wanted.emit
        )
        for button in (self.install_button, self.folder_button, self.cancel_button):
            across.addWidget(button)
        across.addStretch(1)
        self.rows.addLayout(across)
        self.add_buttons(self.tr("Close"), cancel=False)
        THEME.changed.connect(self._tint)
        self.resize(900, 640)
        self._enable()

    def show_rows(self, rows: Sequence[ModelRow]) -> None:
        """The catalogue as it is now; what was chosen stays chosen."""
        before = self._chosen()
        self.table.clear()
        for row in rows:
            item = QTreeWidgetItem(
                self.table, [row.name, self._sign(row.state), row.use, row.size, row.licence]
            )
            item.setData(_NAME, Qt.ItemDataRole.UserRole, row)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            item.setTextAlignment(_SIZE, right)
            if self.table.currentItem() is None or (before and row.name == before.name):
                self.table.setCurrentItem(item)
        here = sum(row.state == "here" for row in rows)
        # What became of a model is not wiped out by the table that shows it.
        if not self._told and not self._busy and self._offered is None:
            self.says.setText(self.tr("{0} of {1} models are here").format(here, len(rows)))
        self._tint()
        self._enable()

    def show_progress(self, what: str, done: int, total: int) -> None:
        """How far fetching is, in bytes."""
        self._busy = True
        # In thousands: Qt counts in 32 bits.
        self.progress.setMaximum(max(total // 1000, 1))
        self.progress.setValue(done // 1000)
        self.progress.show()
        megabytes = self.tr("{0}: {1:.1f} of {2:.1f} MB")
        self.says.setText(megabytes.format(what, done / 1e6, total / 1e6))
        self._enable()

    def show_end(self, words: str) -> None:
        """Fetching or taking in ended, whatever way."""
        self._busy, self._told, self._offered = False, True, None
        self.progress.hide()
        self.says.setText(words)
        self.accepted_box.setChecked(False)
        self._enable()

    def show_offer(self, folder: Path, names: Sequence[str], licences: str) -> None:
        """What a folder holds, with the licences, before anything is taken in."""
        self._offered = folder
        self.details.setPlainText(licences)
        self.accepted_box.setChecked(False)
        self.says.setText(self.tr("{0} holds {1}").format(folder, ", ".join(names)))
        self._enable()

    def _chosen(self) -> ModelRow | None:
        item = self.table.currentItem()
        row = None if item is None else item.data(_NAME, Qt.ItemDataRole.UserRole)
        return row if isinstance(row, ModelRow) else None

    def _install(self) -> None:
        row = self._chosen()
        if self._offered is not None:
            self.take_wanted.emit(self._offered)
        elif row is not None:
            self.install_wanted.emit(row.name)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder that holds the models"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.folder_chosen.emit(Path(name)))
        dialog.open()

    def _enable(self) -> None:
        row = self._chosen()
        fetchable = row is not None and row.fetchable and row.state != "here"
        offered = self._offered is not None
        self.accepted_box.setEnabled(not self._busy and (fetchable or offered))
        self.install_button.setText(self.tr("Take them in") if offered else self.tr("Fetch"))
        self.install_button.setEnabled(
            self.accepted_box.isEnabled() and self.accepted_box.isChecked()
        )
        self.folder_button.setEnabled(not self._busy)
        self.cancel_button.setVisible(self._busy)

    def _show_chosen(self) -> None:
        row = self._chosen()
        self._offered = None
        # Accepted is accepted for one licence: the next is another.
        self.accepted_box.setChecked(False)
        self.details.setPlainText("" if row is None else row.details)
        self._enable()

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget()
        named(table, "models-table", self.tr("Models"))
        table.setHeaderLabels(
            [
                self.tr("Model"),
                self.tr("State"),
                self.tr("For"),
                self.tr("Size"),
                self.tr("Licence"),
            ]
        )
        table.setRootIsDecorated(False)
        table.setItemsExpandable(False)
        table.setUniformRowHeights(True)
        table.header().setStretchLastSection(True)
        for column, width in ((_NAME, 200), (_STATE, 130), (_USE, 260), (_SIZE, 90)):
            table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            table.header().resizeSection(column, width)
        table.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        return table

    def _button(self, name: str, words: str, do: object) -> QPushButton:
        button = QPushButton(words)
        named(button, name, words)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    def _tint(self) -> None:
        for at in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(at)
            row = None if item is None else item.data(_NAME, Qt.ItemDataRole.UserRole)
            if item is not None and isinstance(row, ModelRow):
                item.setIcon(_STATE, _sign_icon(row.state))

    def _sign(self, state: State) -> str:
        words = {
            "here": self.tr("here"), "missing": self.tr("not here"),
            "problem": self.tr("does not verify"),
        }  # fmt: skip
        return words[state]


def _sign_icon(state: State) -> QIcon:
    sign, token = _LOOKS[state]
    return icon(sign, token)
