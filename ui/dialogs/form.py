"""What the dialogs of the window have in common: margins, a heading, the buttons at the foot."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme import set_property, text_font


class FormDialog(QDialog):
    """A dialog with a heading, a line of explanation, a body, and buttons; Esc leaves it."""

    def __init__(
        self, name: str, title: str, explanation: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        # A closed dialog is done with; its window would keep it until the program ends.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 16, 16, 16)
        self.rows.setSpacing(8)
        heading = QLabel(title)
        heading.setFont(text_font(16, bold=True))
        self.rows.addWidget(heading)
        if explanation:
            self.rows.addWidget(dim_label(explanation))
            self.rows.addSpacing(8)

    def add_form(self) -> QFormLayout:
        """A new form with labels at the left, in the body."""
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.rows.addLayout(form)
        return form

    def add_buttons(self, accept: str, *, cancel: bool = True) -> QPushButton:
        """Buttons at the foot; gives the one that Enter presses."""
        box = QDialogButtonBox()
        box.setObjectName("buttons")
        button = box.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        button.setObjectName("accept")
        button.setDefault(True)
        if cancel:
            other = box.addButton(QDialogButtonBox.StandardButton.Cancel)
            other.setObjectName("cancel")
            other.setText(self.tr("Cancel"))
            other.setAutoDefault(False)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.rows.addSpacing(8)
        self.rows.addWidget(box)
        return button


def dim_label(text: str) -> QLabel:
    """A wrapped line in the dimmer colour of text; never read as markup."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_property(label, "dim", True)
    return label


def named(widget: QWidget, name: str, spoken: str) -> None:
    """Gives a control its name in the program and the one that screen readers speak."""
    widget.setObjectName(name)
    widget.setAccessibleName(spoken)
