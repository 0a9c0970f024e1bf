"""The rest of an error, for those who want to know or to pass it on."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from ui.dialogs.form import FormDialog, named


class ErrorDetailsDialog(FormDialog):
    """Text that can be read and copied, not changed."""

    def __init__(self, title: str, details: str, parent: QWidget | None = None) -> None:
        heading = QCoreApplication.translate("ErrorDetailsDialog", "Details of the error")
        super().__init__("error-details", heading, title, parent)
        self._whole = f"{title}\n\n{details}"
        self.text = QPlainTextEdit(details)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        named(self.text, "error-text", heading)
        self.rows.addWidget(self.text, 1)
        copy = QPushButton(self.tr("Copy"))
        named(copy, "error-copy", self.tr("Copy the details"))
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy)
        self.rows.addWidget(copy)
        self.add_buttons(self.tr("Close"), cancel=False)
        self.resize(640, 400)

    def copy(self) -> None:
        """Puts title and details on the clipboard."""
        QGuiApplication.clipboard().setText(self._whole)
