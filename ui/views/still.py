"""One still picture that keeps its shape, with words where there is none."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import colour, text_font

_HEIGHT = 160


class Still(QWidget):
    """Shows an image as large as it fits, never larger than it is twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Best picture"))

    @property
    def image(self) -> QImage:
        """What is shown; null where nothing is."""
        return self._image

    def set_image(self, image: QImage) -> None:
        """Shows another image; a null one shows the words."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_HEIGHT, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if self._image.isNull():
            painter.setPen(colour("text_dim"))
            painter.setFont(text_font(11))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("No picture"))
        else:
            size = self._image.size()
            room = self.size().boundedTo(size * 2)
            size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, (self.height() - size.height()) // 2, size.width(), size.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)
        painter.end()
