"""Asks for what a new case needs: number, title, folder, and a passphrase if it is to have one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ui.dialogs.form import FormDialog, dim_label, named
from ui.theme import set_property

_FOLDER_OF_CASES: Final = "Sightline cases"
_LEAST_GOOD: Final = 16
_LEAST_FAIR: Final = 12
_LEAST_KINDS: Final = 6
"""Different characters below which length says little (`aaaaaaaaaaaaaaaa`)."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What the person wants; `passphrase` is empty for a case that is not encrypted."""

    number: str
    title: str
    folder: Path
    passphrase: str
    training: bool


def passphrase_hint(passphrase: str) -> str:
    """How far a passphrase protects, in words; a hint, not a rule."""
    if not passphrase:
        return "Without a passphrase, anyone with the folder can read the case."
    if len(passphrase) < _LEAST_FAIR or len(set(passphrase)) < _LEAST_KINDS:
        return "Weak: easy to try out. Four or five words in a row are better."
    if len(passphrase) < _LEAST_GOOD:
        return "Fair. One word more would make it strong."
    return "Strong. Keep it safe: without it nobody can open the case, we cannot either."


def folder_for(number: str, parent: Path) -> Path:
    """A folder for a case of that number: its letters and digits, everything else a hyphen."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in number.strip())
    name = "-".join(part for part in kept.split("-") if part)
    return parent / (name or "new-case")


class NewCaseDialog(FormDialog):
    """`result_case()` is what was entered, once it was accepted."""

    def __init__(self, parent: QWidget | None = None, *, place: Path | None = None) -> None:
        """`place` is the folder above the case's own; the person's documents by default."""
        super().__init__(
            "new-case", QCoreApplication.translate("NewCaseDialog", "New case"), parent=parent
        )
        self._place = place or _documents() / _FOLDER_OF_CASES
        self._folder_typed = False
        form = self.add_form()
        self.number = self._line("case-number", self.tr("Case number"))
        self.number.setPlaceholderText(self.tr("for instance 2026-0417"))
        self.title = self._line("case-title", self.tr("Title"))
        self.title.setPlaceholderText(self.tr("what it is about, in a few words"))
        self.folder = self._line("case-folder", self.tr("Case folder"))
        self.passphrase = self._secret("case-passphrase", self.tr("Passphrase"))
        self.passphrase.setPlaceholderText(self.tr("leave empty for a case without encryption"))
        self.again = self._secret("case-passphrase-again", self.tr("Passphrase again"))
        self.training = QCheckBox(self.tr("This is a practice case"))
        named(self.training, "case-training", self.tr("This is a practice case"))
        self.training.setToolTip(self.tr("It is framed, and its exports say TRAINING"))
        form.addRow(self.tr("&Number"), self.number)
        form.addRow(self.tr("&Title"), self.title)
        form.addRow(self.tr("&Folder"), self._folder_row())
        form.addRow(self.tr("&Passphrase"), self.passphrase)
        form.addRow(self.tr("A&gain"), self.again)
        self.strength = dim_label("")
        self.strength.setObjectName("passphrase-strength")
        form.addRow("", self.strength)
        form.addRow("", self.training)
        self.missing = QLabel()
        self.missing.setObjectName("what-is-missing")
        self.missing.setWordWrap(True)
        set_property(self.missing, "tone", "warn")
        self.rows.addWidget(self.missing)
        self.create_button = self.add_buttons(self.tr("Create case"))
        for line in (self.number, self.title, self.folder, self.passphrase, self.again):
            line.textChanged.connect(self._check)
        self.number.textChanged.connect(self._name_folder)
        self.folder.textEdited.connect(self._note_typed_folder)
        self._name_folder()
        self._check()
        self.setMinimumWidth(560)

    def result_case(self) -> NewCase:
        """What was entered."""
        return NewCase(
            self.number.text().strip(),
            self.title.text().strip(),
            Path(self.folder.text().strip()).expanduser(),
            self.passphrase.text(),
            self.training.isChecked(),
        )

    def problem(self) -> str:
        """What keeps the case from being made, in words; empty when nothing does."""
        if not self.number.text().strip():
            return self.tr("A case needs a number.")
        if not self.folder.text().strip():
            return self.tr("A case needs a folder.")
        if not Path(self.folder.text().strip()).expanduser().is_absolute():
            return self.tr("The folder must be given in full, from the root or the drive.")
        if self.passphrase.text() != self.again.text():
            return self.tr("The two passphrases differ.")
        return ""

    def accept(self) -> None:
        if not self.problem():
            super().accept()

    def _line(self, name: str, spoken: str) -> QLineEdit:
        line = QLineEdit()
        named(line, name, spoken)
        return line

    def _secret(self, name: str, spoken: str) -> QLineEdit:
        line = self._line(name, spoken)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    def _folder_row(self) -> QWidget:
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(self.folder, 1)
        browse = QPushButton(self.tr("Browse…"))
        named(browse, "case-browse", self.tr("Choose where the case is kept"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        across.addWidget(browse)
        row.setFocusProxy(self.folder)
        return row

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Where to keep the case"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._take_place)
        dialog.open()

    def _take_place(self, folder: str) -> None:
        self._place, self._folder_typed = Path(folder), False
        self._name_folder()

    def _note_typed_folder(self) -> None:
        self._folder_typed = True

    def _name_folder(self) -> None:
        if not self._folder_typed:
            self.folder.setText(str(folder_for(self.number.text(), self._place)))

    def _check(self) -> None:
        problem = self.problem()
        self.strength.setText(self.tr(passphrase_hint(self.passphrase.text())))
        # An untouched form accuses nobody.
        shown = problem if self.number.text() or self.passphrase.text() else ""
        self.missing.setText(shown)
        self.missing.setVisible(bool(shown))
        self.create_button.setEnabled(not problem)


def _documents() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or str(Path.home()))
