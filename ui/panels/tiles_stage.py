"""Where the tiles are: in their dock, or as large as a screen; they themselves stay the same."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import set_property


class TilesStage(QWidget):
    """Holds the wall; `leave` takes it out of its dock, `back` puts it there again."""

    seen = Signal()
    """It came into view, or went out of it."""
    moved = Signal()
    """It went to a screen, or came back."""

    def __init__(self, home: QVBoxLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tiles-stage")
        self._home = home
        self._host = parent
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(0)
        self.away = _Away(parent)
        self.away.back_wanted.connect(self.back)
        home.addWidget(self)
        home.addWidget(self.away)

    @property
    def is_away(self) -> bool:
        """Whether it fills a screen of its own."""
        return self.isWindow()

    def leave(self, screen: QScreen) -> None:
        """Fills a screen; the dock says where it went."""
        self._home.removeWidget(self)
        self.setParent(None)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Tiles"))
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.away.show()
        self.showFullScreen()
        self.activateWindow()
        self.moved.emit()

    def back(self) -> None:
        """Into the dock again."""
        if not self.is_away:
            return
        self.away.hide()
        self.setParent(self._host)
        self._home.insertWidget(0, self)
        self.show()
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_away:
            self.back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        # Closing that window does not close the tiles.
        if self.is_away:
            event.ignore()
            self.back()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit()


class _Away(QWidget):
    """What stands in the dock meanwhile."""

    back_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tiles-away")
        rows = QVBoxLayout(self)
        rows.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said = QLabel(self.tr("The tiles fill a screen"))
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_property(said, "dim", True)
        self.back_button = QPushButton(self.tr("Bring them back"))
        self.back_button.setObjectName("tiles-back")
        self.back_button.clicked.connect(self.back_wanted)
        rows.addWidget(said)
        rows.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()
