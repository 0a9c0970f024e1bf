"""Facts as two columns: names dim, values to be read, selected and copied."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.icons import icon
from ui.models.facts import Fact, Group
from ui.theme import THEME, digits_font, set_property, text_font

_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)

_ABOVE = 6


def value_label(spoken: str = "") -> QLabel:
    """A wrapped value that mouse and keyboard can select; never read as markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(digits_font())
    label.setTextInteractionFlags(_SELECTABLE)
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    label.setAccessibleName(spoken)
    label.setMinimumWidth(40)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


class _Row:
    """The three widgets of one fact, used again for the next thing."""

    def __init__(self, grid: QGridLayout, number: int) -> None:
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setWordWrap(True)
        set_property(self.name, "dim", True)
        self.value = value_label()
        self.copy = QToolButton()
        self.copy.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.name, number, 0, top)
        grid.addWidget(self.value, number, 1, top)
        grid.addWidget(self.copy, number, 2, top)

    def show(self, fact: Fact | None) -> None:
        """Shows a fact, or nothing."""
        for widget in (self.name, self.value):
            widget.setVisible(fact is not None)
        self.copy.setVisible(fact is not None and bool(fact.whole))
        if fact is None:
            return
        # The first line of the words stands beside the middle of the button.
        above = _ABOVE if fact.whole else 0
        for label in (self.name, self.value):
            label.setContentsMargins(0, above, 0, 0)
        self.name.setText(fact.name)
        self.value.setText(fact.value)
        self.value.setAccessibleName(f"{fact.name}: {fact.value}")
        self.value.setToolTip(fact.whole if fact.whole != fact.value else "")


class FactList(QWidget):
    """One group of facts under its heading."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.heading = QLabel()
        self.heading.setFont(text_font(13, bold=True))
        self._facts: tuple[Fact, ...] = ()
        self._rows: list[_Row] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.heading)
        rows.addLayout(self._grid)
        THEME.changed.connect(self._tint)
        self.hide()

    def show_group(self, group: Group | None) -> None:
        """Shows a group, or goes away."""
        self.setVisible(group is not None)
        facts = group.facts if group is not None else ()
        self.heading.setText(group.heading if group is not None else "")
        self._facts = facts
        while len(self._rows) < len(facts):
            row = _Row(self._grid, len(self._rows))
            row.copy.setIcon(icon("copy", "text_dim"))
            row.copy.setProperty("number", len(self._rows))
            row.copy.clicked.connect(self._copy)
            self._rows.append(row)
        for number, row in enumerate(self._rows):
            row.show(facts[number] if number < len(facts) else None)
            if number < len(facts):
                words = self.tr("Copy: {0}").format(facts[number].name)
                row.copy.setAccessibleName(words)
                row.copy.setToolTip(words)

    @property
    def labels(self) -> Sequence[QLabel]:
        """The values as shown."""
        return [row.value for row in self._rows[: len(self._facts)]]

    def copy_value(self, name: str) -> None:
        """Puts the whole value of a fact on the clipboard."""
        for fact in self._facts:
            if fact.name == name:
                QGuiApplication.clipboard().setText(fact.whole or fact.value)

    def value_of(self, name: str) -> str:
        """The value shown under a name; empty where there is none."""
        return next((one.value for one in self._facts if one.name == name), "")

    def _copy(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.copy_value(self._facts[button.property("number")].name)

    def _tint(self) -> None:
        for row in self._rows:
            row.copy.setIcon(icon("copy", "text_dim"))
