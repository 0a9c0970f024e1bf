"""A panel as high as its lines need at its width, whatever holds it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class FittedPanel(QWidget):
    """Asks for the height of its layout at the present width; parents ignore heights for widths."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return self._wanted_size()

    def sizeHint(self) -> QSize:
        return self._wanted_size()

    def _wanted_size(self) -> QSize:
        layout = self.layout()
        if layout is None:
            return super().sizeHint()
        width = layout.minimumSize().width()
        return QSize(width, layout.totalHeightForWidth(max(self.width(), width)))
