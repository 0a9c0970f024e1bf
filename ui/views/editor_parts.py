"""What the editors of filters are made of: columns of controls, open ends, lengths of time."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.theme import digits_font, set_property
from ui.views.check_list import labelled

LONGEST_S = 24 * 3600


def column(widget: QWidget, *inside: QWidget) -> None:
    """Puts controls below each other into a widget."""
    rows = widget.layout()
    if rows is None:
        rows = QVBoxLayout(widget)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
    for one in inside:
        rows.addWidget(one)


def dim(text: str) -> QLabel:
    """Words beside the controls."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_property(label, "dim", True)
    return label


def seconds_field(value: float, name: str, spoken: str, *, least: int = 1) -> QSpinBox:
    """A length of time in whole seconds."""
    field = QSpinBox()
    field.setRange(least, LONGEST_S)
    field.setSuffix(" s")
    field.setFont(digits_font())
    field.setValue(round(value))
    labelled(field, name, spoken)
    return field


class Ends(QWidget):
    """At least, at most: two numbers of which each may be left open."""

    def __init__(
        self, least: float | None, most: float | None, *,
        unit: str, spoken: str, usual: tuple[float, float], decimals: int, highest: float,
    ) -> None:  # fmt: skip
        super().__init__()
        self._before = (least, most)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        self.has_least, self.least = self._end(least, usual[0], unit, decimals, highest)
        self.has_most, self.most = self._end(most, usual[1], unit, decimals, highest)
        self.has_least.setText(self.tr("At least"))
        self.has_most.setText(self.tr("At most"))
        labelled(self.has_least, "has-least", self.tr("{0}: limit from below").format(spoken))
        labelled(self.least, "least", self.tr("{0}, at least").format(spoken))
        labelled(self.has_most, "has-most", self.tr("{0}: limit from above").format(spoken))
        labelled(self.most, "most", self.tr("{0}, at most").format(spoken))
        form.addRow(self.has_least, self.least)
        form.addRow(self.has_most, self.most)

    def values(self) -> tuple[float | None, float | None]:
        """Both numbers; None where open. The smaller one is the lower, however they were put."""
        least = self._value(self.has_least, self.least, self._before[0])
        most = self._value(self.has_most, self.most, self._before[1])
        if least is not None and most is not None and most < least:
            return most, least
        return least, most

    def _end(
        self, value: float | None, usual: float, unit: str, decimals: int, highest: float
    ) -> tuple[QCheckBox, QDoubleSpinBox]:
        box, field = QCheckBox(), QDoubleSpinBox()
        field.setDecimals(decimals)
        field.setRange(0, highest)
        field.setSingleStep(10**-decimals)
        field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        field.setSuffix(unit)
        field.setFont(digits_font())
        field.setValue(usual if value is None else value)
        box.setChecked(value is not None)
        field.setEnabled(value is not None)
        box.toggled.connect(field.setEnabled)
        return box, field

    @staticmethod
    def _value(box: QCheckBox, field: QDoubleSpinBox, before: float | None) -> float | None:
        if not box.isChecked():
            return None
        # The field rounds: what was not touched stays as it was said.
        shown = field.value()
        if before is not None and abs(shown - before) < 10 ** -field.decimals():
            return before
        return shown
