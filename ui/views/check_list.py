"""A short list of choices with check marks, driven by mouse or by arrows and Space."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.theme import colour

T = TypeVar("T", bound=Hashable)
_ROW = 28
_MOST_ROWS = 9
_AROUND = 96
_MOST_WIDTH = 420


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One thing that can be checked; `doubt` says why choosing it may find nothing."""

    value: T
    text: str
    icon: QIcon = field(default_factory=QIcon)
    doubt: str = ""


class CheckList(QListWidget, Generic[T]):
    """Choices with check marks; with `single`, checking one unchecks the others."""

    def __init__(
        self, choices: Sequence[Choice[T]], checked: Iterable[T], *, single: bool = False
    ) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._single = single
        chosen = set(checked)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        for one in self._choices:
            text = f"{one.text}  ({one.doubt})" if one.doubt else one.text
            item = QListWidgetItem(one.icon, text, self)
            item.setSizeHint(QSize(0, _ROW))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if one.value in chosen else Qt.CheckState.Unchecked
            item.setCheckState(state)
            if one.doubt:
                item.setForeground(colour("text_dim"))
        self.setCurrentRow(next((n for n, c in enumerate(choices) if c.value in chosen), 0))
        self.itemChanged.connect(self._changed)
        self.setFixedHeight(_ROW * min(max(len(choices), 2), _MOST_ROWS) + 4)
        words = (
            self.fontMetrics().horizontalAdvance(self.item(n).text()) for n in range(self.count())
        )
        self.setMinimumWidth(min(max(words, default=0) + _AROUND, _MOST_WIDTH))

    def checked(self) -> tuple[T, ...]:
        """What is checked, in the order of the list."""
        return tuple(
            one.value
            for number, one in enumerate(self._choices)
            if self.item(number).checkState() is Qt.CheckState.Checked
        )

    def check(self, value: T, *, on: bool = True) -> None:
        """Checks or unchecks one."""
        for number, one in enumerate(self._choices):
            if one.value == value:
                state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
                self.item(number).setCheckState(state)

    def _changed(self, item: QListWidgetItem) -> None:
        if not self._single or item.checkState() is not Qt.CheckState.Checked:
            return
        for number in range(self.count()):
            other = self.item(number)
            if other is not item:
                other.setCheckState(Qt.CheckState.Unchecked)


def labelled(widget: QWidget, name: str, spoken: str) -> None:
    """Gives a control its name in the program and the one that screen readers speak."""
    widget.setObjectName(name)
    widget.setAccessibleName(spoken)
