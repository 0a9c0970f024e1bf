"""Cards in columns that fill the width, laid out in no time however many there are."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView

from ui.views.hit_card import CARD, HitCards
from ui.views.item_keys import KeyedList

_BATCH = 1000


class Gallery(KeyedList):
    """A wrapping list of cards of one size."""

    def __init__(self) -> None:
        super().__init__()
        # A wrapping row is laid out in arithmetic; Qt's icon mode, which looks the same, would
        # place and remember each card by itself.
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        # Even so Qt asks the model about each row: ten thousand at once would take 45 ms.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(CARD.height() // 4)
        self.setMouseTracking(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_width()
        super().resizeEvent(event)

    def _share_width(self) -> None:
        # The bar's room is always kept, so that its coming does not change the columns.
        width = self.width() - self.verticalScrollBar().sizeHint().width() - 4
        columns = max(width // CARD.width(), 1)
        size = QSize(max(width // columns, CARD.width()), CARD.height())
        delegate = self.itemDelegate()
        if isinstance(delegate, HitCards) and delegate.card != size:
            delegate.card = size
            self.setGridSize(size)
