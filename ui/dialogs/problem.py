"""A problem to report: what a help desk gets, where it lies, and ways to pass it on."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from ui.dialogs.form import FormDialog, named


class ProblemDialog(FormDialog):
    """Shows facts that hold nothing of any case: versions, and a fault as types and places."""

    file_wanted = Signal()
    """Write the one file for the help desk."""
    folder_wanted = Signal()
    """Show the folder of logs and reports."""

    def __init__(self, facts: str, folder: str, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "problem",
            said("ProblemDialog", "Report a problem"),
            said("ProblemDialog", "Save one file and send it to your help desk. It holds the "
                 "self-test, the program's log and its reports of faults; nothing of any case: no "
                 "footage, plate, name, note, path or passphrase."),
            parent,
        )  # fmt: skip
        self.text = QPlainTextEdit(facts)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        named(self.text, "problem-text", self.tr("What is known of the problem"))
        self.rows.addWidget(self.text, 1)
        where = QLabel(self.tr("Logs and reports are in {0}").format(folder))
        where.setObjectName("problem-folder")
        where.setTextFormat(Qt.TextFormat.PlainText)
        where.setWordWrap(True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows.addWidget(where)
        across = QHBoxLayout()
        across.setSpacing(8)
        for name, words, do in (
            ("problem-save", self.tr("Save the file…"), self.file_wanted.emit),
            ("problem-copy", self.tr("Copy details"), self.copy),
            ("problem-open", self.tr("Open folder"), self.folder_wanted.emit),
        ):
            button = QPushButton(words)
            named(button, name, words)
            button.setAutoDefault(False)
            button.clicked.connect(do)
            across.addWidget(button)
        across.addStretch(1)
        self.rows.addLayout(across)
        self.add_buttons(self.tr("Close"), cancel=False)
        self.resize(640, 420)

    def copy(self) -> None:
        """Puts the facts on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
