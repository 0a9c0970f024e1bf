"""Two recordings side by side, each stepped on its own, until both show the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from casefiles.types import SourceId
from ui.dialogs.form import FormDialog, dim_label, named
from ui.theme import set_property
from ui.views.still import Still


@dataclass(frozen=True, slots=True)
class Alignable:
    """A recording that can be aligned: how many frames it has, and which is shown first."""

    source_id: SourceId
    title: str
    frames: int
    first: int = 0


class AlignSide(QWidget):
    """One recording: its picture, a slider over its frames, steps of one and ten."""

    frame_wanted = Signal()

    def __init__(self, name: str, spoken: str, known: Sequence[Alignable], at: int) -> None:
        super().__init__()
        self._known = tuple(known)
        self.shown: int | None = None
        """The frame in view; None until it is read."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.source = QComboBox()
        named(self.source, f"{name}-source", spoken)
        for one in known:
            self.source.addItem(one.title, one.source_id)
        self.picture = Still()
        self.picture.setMinimumWidth(360)
        self.picture.setAccessibleName(spoken)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        named(self.slider, f"{name}-slider", self.tr("Frame of {0}").format(spoken))
        self.where = dim_label("")
        self.where.setObjectName(f"{name}-where")
        self.trusted = QRadioButton(self.tr("This clock is right"))
        named(self.trusted, f"{name}-trusted", f"{spoken}: {self.trusted.text()}")
        steps = QHBoxLayout()
        for step, text, what in (
            (-10, "−10", self.tr("ten frames back")), (-1, "−1", self.tr("one frame back")),
            (1, "+1", self.tr("one frame forward")), (10, "+10", self.tr("ten frames forward")),
        ):  # fmt: skip
            button = QPushButton(text)
            named(button, f"{name}-step{step:+d}", f"{spoken}: {what}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, by=step: self._step(by))
            steps.addWidget(button)
        for widget in (self.source, self.picture, self.slider):
            column.addWidget(widget)
        column.addLayout(steps)
        column.addWidget(self.where)
        column.addWidget(self.trusted)
        self.source.setCurrentIndex(at)
        self._take_source()
        self.source.currentIndexChanged.connect(self._change_source)
        self.slider.valueChanged.connect(self._want)

    @property
    def source_id(self) -> SourceId:
        return self._known[self.source.currentIndex()].source_id

    @property
    def frame(self) -> int:
        """The frame asked for."""
        return self.slider.value()

    def show_frame(self, frame: int, image: QImage, words: str) -> None:
        """A frame was read."""
        self.shown = frame
        self.picture.set_image(image)
        self.where.setText(words)

    def _step(self, by: int) -> None:
        self.slider.setValue(self.slider.value() + by)

    def _take_source(self) -> None:
        one = self._known[self.source.currentIndex()]
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(one.frames - 1, 0))
        self.slider.setValue(one.first)
        self.slider.blockSignals(False)

    def _change_source(self) -> None:
        self._take_source()
        self._want()

    def _want(self) -> None:
        self.shown = None
        self.frame_wanted.emit()


class AlignDialog(FormDialog):
    """Tells which frames are wanted (`frame_wanted`, of `left` or `right`), that a result is to be
    told (`result_wanted`), and that the clock is to be set (`wanted`)."""

    result_wanted = Signal()
    wanted = Signal()

    def __init__(
        self, known: Sequence[Alignable], left: int, right: int, parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "align",
            said("AlignDialog", "Align two clocks on one event"),
            said(
                "AlignDialog",
                "Find the same moment in both pictures, such as a door that falls shut.",
            ),
            parent,
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        self.left = AlignSide("align-left", self.tr("Left recording"), known, left)
        self.right = AlignSide("align-right", self.tr("Right recording"), known, right)
        row.addWidget(self.left)
        row.addWidget(self.right)
        self.rows.addLayout(row)
        self.left.trusted.setChecked(True)
        # Each button is alone in its column: Qt pairs only those of one parent.
        self.left.trusted.toggled.connect(lambda on: self.right.trusted.setChecked(not on))
        self.right.trusted.toggled.connect(lambda on: self.left.trusted.setChecked(not on))
        form = self.add_form()
        self.note = QLineEdit()
        named(self.note, "align-note", self.tr("What the event is"))
        form.addRow(self.tr("&Event"), self.note)
        self.result_line = dim_label("")
        self.result_line.setObjectName("align-result")
        self.result_line.setMinimumHeight(2 * self.result_line.fontMetrics().lineSpacing())
        self.rows.addWidget(self.result_line)
        self.problem = QLabel()
        self.problem.setObjectName("what-is-wrong")
        self.problem.setWordWrap(True)
        self.problem.hide()
        set_property(self.problem, "tone", "warn")
        self.rows.addWidget(self.problem)
        self.set_button = self.add_buttons(self.tr("Set the other clock"))
        self.set_button.setEnabled(False)
        for button in (self.left.trusted, self.right.trusted):
            button.toggled.connect(lambda on: self.result_wanted.emit() if on else None)

    def wrong_and_trusted(self) -> tuple[AlignSide, AlignSide]:
        """The side whose clock is set, and the one it is set by."""
        if self.left.trusted.isChecked():
            return self.right, self.left
        return self.left, self.right

    def accept(self) -> None:
        if self.set_button.isEnabled():
            self.wanted.emit()

    def preview(self, text: str) -> None:
        """Says what would be set."""
        self.problem.hide()
        self.result_line.setText(text)
        self.set_button.setEnabled(True)

    def refuse(self, why: str) -> None:
        """Says why it cannot be set."""
        self.result_line.clear()
        self.problem.setText(why)
        self.problem.show()
        self.set_button.setEnabled(False)

    def finish(self) -> None:
        """Goes; the clock was set."""
        super().accept()
