"""Below a synopsis: what is shown of what was found, details on demand, and what is missing; and
what stands in place of one that is not there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.views.check_list import labelled
from ui.views.empty import EmptyState
from ui.views.words import Words


class SynopsisFoot(QWidget):
    """Says what it is told."""

    prepare_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._all = ""
        self.coverage = Words("synopsis-coverage", "dim", small=True)
        self.details = Words("synopsis-details", "dim", small=True)
        self.more = QToolButton()
        labelled(self.more, "synopsis-more", self.tr("Details of what is shown"))
        self.more.setText(self.tr("Details"))
        self.more.setCheckable(True)
        self.note = Words("synopsis-note", "warn", small=True, icon="warning")
        self.prepare = QPushButton(self.tr("Prepare"))
        labelled(self.prepare, "synopsis-prepare-more", self.tr("Prepare what is missing"))
        line, missing = QHBoxLayout(), QHBoxLayout()
        for across, words, button in (
            (line, self.coverage, self.more),
            (missing, self.note, self.prepare),
        ):
            across.setSpacing(8)
            across.addWidget(words, 1)
            across.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(self.details)
        rows.addLayout(missing)
        self.more.toggled.connect(self._show_details)
        self.prepare.clicked.connect(self.prepare_wanted)

    def say(self, line: str, details: str) -> None:
        """What is shown of what was found, in one line and whole; nothing where both are empty."""
        self._all = details
        self.coverage.say(line)
        self.more.setVisible(bool(line))
        self._show_details()

    def warn(self, note: str, *, can_prepare: bool) -> None:
        """What is missing, and whether that can be helped here."""
        self.note.say(note)
        self.prepare.setVisible(can_prepare)

    def _show_details(self) -> None:
        self.details.say(self._all if self.more.isChecked() else "")


class NoSynopsis(QWidget):
    """Why there is none, and the button that makes one possible."""

    prepare_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = EmptyState()
        self.prepare = QPushButton(self.tr("Prepare Rapid review"))
        labelled(self.prepare, "synopsis-prepare", self.prepare.text())
        self.prepare.hide()
        column = QVBoxLayout(self)
        column.addWidget(self.words, 1)
        column.addWidget(self.prepare, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.prepare.clicked.connect(self.prepare_wanted)
