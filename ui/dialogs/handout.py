"""What a hand-out for a missing person says besides what the case knows."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from ui.dialogs.export import PathRow
from ui.dialogs.form import FormDialog, named

_WIDE = 560


class HandoutDialog(FormDialog):
    """File, whom to call, words for the public, a picture in the place of a still."""

    def __init__(self, name: str, out: Path, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("HandoutDialog", "Hand-out: {0}").format(name)
        super().__init__("handout", title, "", parent)
        form = self.add_form()
        self.out = PathRow("handout-file", self.tr("File"), out)
        self.out.button.clicked.connect(
            lambda: self.out.ask(self.tr("Hand-out"), QFileDialog.FileMode.AnyFile)
        )
        form.addRow(self.tr("File"), self.out)
        self.contact = QLineEdit()
        named(self.contact, "handout-contact", self.tr("Whom to call"))
        self.contact.setPlaceholderText(self.tr("empty: a line to write on"))
        form.addRow(self.tr("Whom to call"), self.contact)
        self.words = QLineEdit()
        named(self.words, "handout-words", self.tr("Words for the public"))
        form.addRow(self.tr("Words for the public"), self.words)
        self.photo = PathRow("handout-photo", self.tr("Photo"), Path())
        self.photo.field.setText("")
        self.photo.field.setPlaceholderText(self.tr("empty: a still of a confirmed sighting"))
        self.photo.button.clicked.connect(
            lambda: self.photo.ask(self.tr("Photo"), QFileDialog.FileMode.ExistingFile)
        )
        form.addRow(self.tr("Photo"), self.photo)
        self.add_buttons(self.tr("Write the page"))
        self.setMinimumWidth(_WIDE)

    @property
    def photo_path(self) -> Path | None:
        """The photo; None where a still is to be taken."""
        return self.photo.path if self.photo.field.text().strip() else None
