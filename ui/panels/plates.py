"""The plates dock of this version: says plainly that plates are not read, and offers what is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class PlatesPanel(QWidget):
    """One sentence and one button."""

    vehicles_wanted = Signal()
    """Search for vehicles by description instead."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plates-panel")
        self.setAccessibleName(self.tr("Plates"))
        text = QLabel(
            self.tr(
                "This version does not read plates. Vehicles can be found by kind, colour, "
                "place and time."
            )
        )
        text.setWordWrap(True)
        self.button = QPushButton(self.tr("Search vehicles"))
        self.button.setObjectName("search-vehicles")
        self.button.clicked.connect(self.vehicles_wanted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(16)
        rows.addWidget(text)
        rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        self._lines = rows

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A dock asks only for the height of text that need not wrap.
        self.setMinimumHeight(self._lines.totalHeightForWidth(self.width()))
