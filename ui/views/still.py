"""A still picture in a dark box, as large as it makes sense; absent where there is none."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import THEME, colour

_HEIGHT = 220
_MOST_TIMES = 3


class Still(QWidget):
    """Shows an image whole, at most three times as large as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Best picture"))
        THEME.changed.connect(self.update)
        self.hide()

    @property
    def image(self) -> QImage:
        """What is shown; null where nothing is."""
        return self._image

    def set_image(self, image: QImage) -> None:
        """Shows another image; a null one takes the box away."""
        self._image = image
        self.setVisible(not image.isNull())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_HEIGHT, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour("video"))
        size = self._image.size()
        room = self.size().boundedTo(size * _MOST_TIMES)
        size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        place = self.rect()
        place.setSize(size)
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._image)
        painter.end()
