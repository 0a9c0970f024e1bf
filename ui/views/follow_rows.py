"""A list that says of each row what it stands for."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from ui.views.item_keys import is_own_key

KEY: Final = Qt.ItemDataRole.UserRole
"""What a row stands for."""
_CARD_PX: Final = 104
_AROUND_PX: Final = 14
"""What the border of the one with the keyboard takes of the height of its words."""


class FollowRows(QListWidget):
    """A list that is filled anew only when it says something else; arrows and Enter stay its."""

    def __init__(self, name: str, spoken: str, *, icon_px: int = 0) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setWordWrap(not icon_px)
        self._icon_px = icon_px
        self._shown: tuple[tuple[str, object], ...] = ()
        if icon_px:
            self.setViewMode(QListView.ViewMode.IconMode)
            self.setFlow(QListView.Flow.LeftToRight)
            self.setWrapping(False)
            self.setMovement(QListView.Movement.Static)
            self.setIconSize(QSize(icon_px, icon_px))
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, rows: Sequence[tuple[str, object]]) -> None:
        """Texts and what each stands for."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        before = self.currentRow()
        self.blockSignals(True)
        self.clear()
        for text, key in rows:
            item = QListWidgetItem(text, self)
            item.setData(KEY, key)
            item.setToolTip(text)
            if self._icon_px and text:
                lines = self.fontMetrics().lineSpacing() * (text.count("\n") + 1)
                item.setSizeHint(QSize(_CARD_PX, self._icon_px + lines + _AROUND_PX))
        self.setCurrentRow(min(before, len(rows) - 1))
        self.blockSignals(False)

    def point_to(self, key: object) -> None:
        """Makes the row of that thing the current one, silently."""
        keys = [one for _, one in self._shown]
        self.blockSignals(True)
        self.setCurrentRow(keys.index(key) if key in keys else -1)
        self.blockSignals(False)

    def event(self, event: QEvent) -> bool:
        if is_own_key(event):
            event.accept()
            return True
        return super().event(event)
