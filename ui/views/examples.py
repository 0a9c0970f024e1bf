"""Searches to begin with, to be read and pressed."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.views.chip import Chip
from ui.views.flow import FlowLayout
from ui.views.words import Words

_TEXTS: Final = (
    "person in a red jacket",
    "white car after 14:00",
    "person in dark trousers for at least 10 seconds",
)


class Examples(QWidget):
    """Three texts that show what can be asked."""

    chosen = Signal(str)
    """One of them was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = Words("examples-heading", "dim", small=True)
        heading.say(self.tr("Describe kind, colours, place and time, for example:"))
        self.chips: list[Chip] = []
        inside = QWidget()
        flow = FlowLayout(inside)
        for number, text in enumerate(_TEXTS):
            chip = Chip(self.tr(text), removable=False, icon="search")
            chip.setObjectName(f"example-{number}")
            chip.setAccessibleName(self.tr("Example: {0}").format(self.tr(text)))
            chip.clicked.connect(self._pressed)
            flow.addWidget(chip)
            self.chips.append(chip)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(heading)
        rows.addWidget(inside)

    def _pressed(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(chip.text())
