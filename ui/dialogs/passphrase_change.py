"""Asks for the present passphrase of the case and for another; stays until it is changed."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget

from ui.dialogs.form import FormDialog, dim_label, named
from ui.dialogs.new_case import passphrase_hint
from ui.theme import set_property


class PassphraseChangeDialog(FormDialog):
    """Says what is wanted by `wanted`; whoever hears that answers with `finish` or `refuse`.

    Until then it neither closes nor asks again: a change cannot be called off half way.
    """

    wanted = Signal(str, str)
    """The present passphrase and the new one, as typed."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "passphrase-change",
            said("PassphraseChangeDialog", "Change the passphrase"),
            str(folder),
            parent,
        )
        self._busy = False
        form = self.add_form()
        self.old = _secret("passphrase-old", self.tr("Present passphrase"))
        self.new = _secret("passphrase-new", self.tr("New passphrase"))
        self.again = _secret("passphrase-again", self.tr("New passphrase again"))
        form.addRow(self.tr("&Present passphrase"), self.old)
        form.addRow(self.tr("&New passphrase"), self.new)
        form.addRow(self.tr("A&gain"), self.again)
        self.strength = dim_label("")
        self.strength.setObjectName("passphrase-strength")
        self.strength.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Two lines of it, before there is one: a form does not grow while somebody types.
        self.strength.setMinimumHeight(2 * self.strength.fontMetrics().lineSpacing())
        form.addRow("", self.strength)
        self.shown = QCheckBox(self.tr("Show what I type"))
        named(self.shown, "passphrase-shown", self.tr("Show what I type"))
        form.addRow("", self.shown)
        self.rows.addWidget(
            dim_label(
                self.tr(
                    "Copies made before, snapshots too, still open with the passphrase they were "
                    "made under."
                )
            )
        )
        self.problem = QLabel()
        self.problem.setObjectName("what-is-wrong")
        self.problem.setWordWrap(True)
        set_property(self.problem, "tone", "warn")
        self.rows.addWidget(self.problem)
        self.change = self.add_buttons(self.tr("Change the passphrase"))
        for line in (self.old, self.new, self.again):
            line.textChanged.connect(self._check)
        self.shown.toggled.connect(self._show)
        self._check()
        self.setMinimumWidth(520)
        self.old.setFocus()

    def accept(self) -> None:
        if self._ready() and not self._busy:
            self._set_busy(busy=True)
            self.wanted.emit(self.old.text(), self.new.text())

    def reject(self) -> None:
        if not self._busy:
            super().reject()

    def refuse(self, why: str) -> None:
        """Says why nothing was changed, and lets the person try again."""
        self._set_busy(busy=False)
        self.old.clear()
        self._say(why)
        self.old.setFocus()

    def finish(self) -> None:
        """Goes; how it ended is told elsewhere."""
        self._busy = False
        super().accept()

    def _ready(self) -> bool:
        return bool(self.old.text() and self.new.text()) and not self._wrong()

    def _wrong(self) -> str:
        new, again = self.new.text(), self.again.text()
        if new and new == self.old.text():
            return self.tr("The new passphrase is the present one.")
        if new != again:
            # Not while it is still being typed.
            return self.tr("The two passphrases differ.") if again else " "
        return ""

    def _check(self) -> None:
        new = self.new.text()
        self.strength.setText(self.tr(passphrase_hint(new)) if new else "")
        self._say(self._wrong().strip())
        self.change.setEnabled(self._ready())

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        for line in (self.old, self.new, self.again):
            line.setEnabled(not busy)
        for button in self.findChildren(QPushButton):
            button.setEnabled(not busy)
        self.change.setText(self.tr("Changing…") if busy else self.tr("Change the passphrase"))

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for line in (self.old, self.new, self.again):
            line.setEchoMode(mode)


def _secret(name: str, spoken: str) -> QLineEdit:
    line = QLineEdit()
    named(line, name, spoken)
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line
