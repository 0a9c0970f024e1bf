"""The cameras chosen on the map as a list: who they are, and what footage of them is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from casefiles.types import CameraId
from ui.dialogs.form import FormDialog, named


@dataclass(frozen=True, slots=True)
class CameraLine:
    """One camera: its name, how it was chosen, and its footage in words."""

    camera_id: CameraId
    name: str
    how: str
    now: str
    recordings: int


class CameraListDialog(FormDialog):
    """Enter or a double click goes to the camera; the list can be copied as a table."""

    chosen = Signal(str)
    """A camera to go to."""

    def __init__(
        self, lines: Sequence[CameraLine], said: str, parent: QWidget | None = None
    ) -> None:
        """`said` tells by what they were chosen, and at which time."""
        title = QCoreApplication.translate("CameraListDialog", "Chosen cameras")
        super().__init__("camera-list", title, said, parent)
        self._lines = tuple(lines)
        self._heads = heads = (
            self.tr("Camera"), self.tr("Id"), self.tr("How"), self.tr("At the time shown"),
            self.tr("Recordings"),
        )  # fmt: skip
        self.table = QTableWidget(len(lines), len(heads))
        named(self.table, "camera-list-table", title)
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        for row, line in enumerate(lines):
            texts = (line.name, line.camera_id, line.how, line.now, str(line.recordings))
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.itemActivated.connect(lambda item: self._go(item.row()))
        self.rows.addWidget(self.table, 1)
        self.copy = QPushButton(self.tr("Copy as a table"))
        self.copy.setObjectName("camera-list-copy")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self.copy_table)
        self.rows.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_buttons(self.tr("Close"), cancel=False)
        self.resize(640, 420)
        if lines:
            self.table.selectRow(0)
        self.table.setFocus()

    def copy_table(self) -> None:
        """Puts the list onto the clipboard, tabs between columns."""
        rows = [
            (one.name, one.camera_id, one.how, one.now, str(one.recordings)) for one in self._lines
        ]
        text = "\n".join("\t".join(_flat(cell) for cell in row) for row in (self._heads, *rows))
        QGuiApplication.clipboard().setText(text + "\n")

    def _go(self, row: int) -> None:
        self.chosen.emit(self._lines[row].camera_id)


def _flat(text: str) -> str:
    """A text in one cell: names come from files of others."""
    return " ".join(text.split())
