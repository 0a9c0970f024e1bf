"""Says what the window still waits for before it goes; nothing can be done but wait."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from ui.dialogs.form import FormDialog, dim_label


class ClosingDialog(FormDialog):
    """In view while work is brought to its end; goes with `done`, not with Esc or a cross."""

    def __init__(self, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        super().__init__("closing", said("ClosingDialog", "Closing"), "", parent)
        self._words = dim_label("")
        self.rows.addWidget(self._words)
        self.setMinimumWidth(440)
        # There is no control in it; screen readers read what has the keyboard.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    @property
    def text(self) -> str:
        """What is waited for."""
        return self._words.text()

    def say(self, text: str) -> None:
        """Something else is waited for now."""
        self._words.setText(text)
        self.setAccessibleDescription(text)

    def reject(self) -> None:
        """Esc: the jobs were told to end already, the case is half closed."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
