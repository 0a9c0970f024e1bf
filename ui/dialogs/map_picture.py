"""Where a picture of the map goes, what it is called, and on which paper it is."""

from pathlib import Path

from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from ui.dialogs.export import PathRow
from ui.dialogs.form import FormDialog, dim_label, named

PAPERS = (
    ("A4", QPageSize.PageSizeId.A4),
    ("A3", QPageSize.PageSizeId.A3),
    ("Letter", QPageSize.PageSizeId.Letter),
    ("Tabloid", QPageSize.PageSizeId.Tabloid),
)
_WIDE = 560


class MapPictureDialog(FormDialog):
    """Title, file (none when it goes to a printer) and paper."""

    def __init__(
        self, heading: str, title: str, out: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__("map-picture", heading, "", parent)
        form = self.add_form()
        self.name = QLineEdit(title)
        named(self.name, "map-picture-title", self.tr("Title"))
        form.addRow(self.tr("Title"), self.name)
        self.out = PathRow("map-picture-file", self.tr("File"), out or Path())
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Picture of the map"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        form.setRowVisible(self.out, out is not None)
        self.paper = QComboBox()
        named(self.paper, "map-picture-paper", self.tr("Paper"))
        for text, size in PAPERS:
            self.paper.addItem(text, size)
        form.addRow(self.tr("Paper"), self.paper)
        self.rows.addWidget(
            dim_label(
                self.tr(
                    "What the map shows now, in light colours, with its date, scale, legend and "
                    "credits. A name that ends with .pdf gives a PDF, one with .png a picture."
                )
            )
        )
        self.add_buttons(self.tr("Save") if out is not None else self.tr("Print"))
        self.setMinimumWidth(_WIDE)

    @property
    def page(self) -> QPageSize:
        """The paper chosen."""
        return QPageSize(PAPERS[self.paper.currentIndex()][1])
