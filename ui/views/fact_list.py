"""Facts as two columns: names dim, values to be read, selected and copied."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.models.facts import Group
from ui.theme import digits_font, text_font
from ui.views.fact_rows import FactRows

_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


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


class FactList(QWidget):
    """One group of facts under its heading."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.heading = QLabel()
        self.heading.setFont(text_font(13, bold=True))
        self.rows = FactRows()
        self.rows.setObjectName(f"{name}-rows")
        self.rows.setToolTip(self.tr("Up and Down choose a fact, Ctrl+C copies it"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.heading)
        rows.addWidget(self.rows)
        self.hide()

    def show_group(self, group: Group | None) -> None:
        """Shows a group, or goes away."""
        facts = group.facts if group is not None else ()
        heading = group.heading if group is not None else ""
        if heading != self.heading.text():
            self.heading.setText(heading)
            self.rows.setAccessibleName(heading)
        self.rows.show_facts(facts)
        self.setVisible(group is not None)

    def copy_value(self, name: str) -> None:
        """Puts the whole value of a fact on the clipboard."""
        for fact in self.rows.facts:
            if fact.name == name:
                QGuiApplication.clipboard().setText(fact.whole or fact.value)

    def value_of(self, name: str) -> str:
        """The value shown under a name; empty where there is none."""
        return next((one.value for one in self.rows.facts if one.name == name), "")
