"""The frame around everything of a practice case."""

from typing import Final

from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import colour

_FRAME_PX: Final = 3


class TrainingFrame(QWidget):
    """The frame around everything of a practice case; nothing at all around other cases."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = QVBoxLayout(self)
        self.rows.setSpacing(0)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.training = False

    def set_training(self, *, training: bool) -> None:
        # Said again at every change in the case: only another answer is worth a new picture.
        if training is self.training:
            return
        self.training = training
        edge = _FRAME_PX if training else 0
        self.rows.setContentsMargins(edge, edge, edge, edge)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.training:
            painter = QPainter(self)
            painter.setPen(QPen(colour("training"), 2 * _FRAME_PX))
            painter.drawRect(self.rect())
            painter.end()
