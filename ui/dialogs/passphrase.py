"""Asks for the passphrase of an encrypted case."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from ui.dialogs.form import FormDialog, named
from ui.theme import set_property


class PassphraseDialog(FormDialog):
    """`passphrase()` is what was typed, once it was accepted."""

    def __init__(self, folder: Path, parent: QWidget | None = None, *, problem: str = "") -> None:
        """`problem` says why it is asked for once more."""
        said = QCoreApplication.translate
        super().__init__(
            "passphrase",
            said("PassphraseDialog", "This case is encrypted"),
            str(folder),
            parent,
        )
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        named(self.line, "passphrase-line", self.tr("Passphrase of the case"))
        self.line.setPlaceholderText(self.tr("Passphrase"))
        self.shown = QCheckBox(self.tr("Show what I type"))
        named(self.shown, "passphrase-shown", self.tr("Show what I type"))
        self.rows.addWidget(self.line)
        self.rows.addWidget(self.shown)
        self.problem = QLabel(problem)
        self.problem.setObjectName("what-is-wrong")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        set_property(self.problem, "tone", "warn")
        self.problem.setVisible(bool(problem))
        self.rows.addWidget(self.problem)
        self.open_case = self.add_buttons(self.tr("Open case"))
        self.line.textChanged.connect(self._check)
        self.shown.toggled.connect(self._show)
        self._check()
        self.line.setFocus()
        self.setMinimumWidth(440)

    def passphrase(self) -> str:
        """What was typed, to the letter."""
        return self.line.text()

    def accept(self) -> None:
        if self.line.text():
            super().accept()

    def _check(self) -> None:
        self.open_case.setEnabled(bool(self.line.text()))

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
