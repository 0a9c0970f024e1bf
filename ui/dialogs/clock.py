"""Asks how the clock of a recorder stood: readings, reference, zone, proof, uncertainty."""

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from casefiles.types import SourceId
from casefiles.usecases.set_clock import ClockWords
from ui.dialogs.form import FormDialog, dim_label, named
from ui.theme import set_property


class ClockDialog(FormDialog):
    """Tells `changed` while somebody types and `wanted` when it is to be set; whoever hears that
    answers with `preview`, `refuse` or `finish`."""

    changed = Signal()
    wanted = Signal()
    suggestion_wanted = Signal()
    align_wanted = Signal()

    def __init__(
        self,
        recordings: Sequence[tuple[SourceId, str]],
        chosen: SourceId,
        zone_name: str,
        parent: QWidget | None = None,
        *,
        timeless: Collection[SourceId] = (),
    ) -> None:
        """`timeless` are recordings whose start was not known when they were added."""
        said = QCoreApplication.translate
        super().__init__(
            "clock",
            said("ClockDialog", "Clock of a recorder"),
            said("ClockDialog", "Offset = recorder − true time: positive where it is fast."),
            parent,
        )
        self._zone_name = zone_name
        self._proof: Path | None = None
        form = self.add_form()
        self.source = QComboBox()
        for source_id, title in recordings:
            self.source.addItem(title, source_id)
        self.source.setCurrentIndex(max(self.source.findData(chosen), 0))
        named(self.source, "clock-source", self.tr("Recording"))
        form.addRow(self.tr("Re&cording"), self.source)
        self.start = self._line("clock-start", self.tr("Recorder showed at the first frame"))
        self.start.setPlaceholderText("2026-03-02T14:00:00")
        form.addRow(self.tr("At the &first frame"), self.start)
        self._form = form
        self.recorder = self._line("clock-recorder", self.tr("Recorder shows"))
        self.reference = self._line("clock-reference", self.tr("True time at that moment"))
        self.recorder.setPlaceholderText("2026-03-02T14:09:30")
        self.reference.setPlaceholderText("2026-03-02T14:05:11")
        form.addRow(self.tr("Recorder &shows"), self.recorder)
        form.addRow(self.tr("&True time then"), self.reference)
        self.recorder_2 = self._line("clock-recorder-2", self.tr("Recorder shows, later"))
        self.reference_2 = self._line("clock-reference-2", self.tr("True time, later"))
        self.recorder_2.setPlaceholderText(self.tr("recorder, for drift"))
        self.reference_2.setPlaceholderText(self.tr("true time then"))
        form.addRow(self.tr("Later, shows"), _pair(self.recorder_2, self.reference_2))
        self.offset = self._line("clock-offset", self.tr("Or the offset at the start in seconds"))
        form.addRow(self.tr("&Or offset in s"), self.offset)
        self.reference_source = self._line("clock-by", self.tr("What told the true time"))
        self.reference_source.setPlaceholderText(self.tr("such as a phone on network time"))
        form.addRow(self.tr("True time &by"), self.reference_source)
        self.zone = self._line("clock-zone", self.tr("Time zone of the recorder"))
        self.zone.setText(zone_name)
        self.summer = QCheckBox(self.tr("changes for summer time"))
        named(self.summer, "clock-summer", self.tr("The recorder changes for summer time"))
        self.summer.setChecked(True)
        form.addRow(self.tr("&Zone"), _pair(self.zone, self.summer))
        self.first, self.second = QRadioButton(), QRadioButton()
        self.first.setObjectName("clock-fold-1")
        self.second.setObjectName("clock-fold-2")
        self._fold = QButtonGroup(self)
        for number, button in enumerate((self.first, self.second), 1):
            self._fold.addButton(button, number)
            button.hide()
            form.addRow("", button)
        self.uncertainty = self._line("clock-uncertainty", self.tr("Read how closely, in seconds"))
        self.uncertainty.setPlaceholderText(self.tr("as the times are written; half a frame more"))
        form.addRow(self.tr("± &in s"), self.uncertainty)
        self.proof = QPushButton(self.tr("Picture of its clock…"))
        named(self.proof, "clock-proof", self.tr("Picture of the recorder's clock"))
        self.proof.setAutoDefault(False)
        form.addRow(self.tr("Proof"), self.proof)
        self.note = self._line("clock-note", self.tr("Note"))
        form.addRow(self.tr("&Note"), self.note)
        self.sure = QCheckBox(self.tr("It really was years off"))
        named(self.sure, "clock-sure", self.sure.text())
        self.sure.hide()
        form.addRow("", self.sure)
        self.result_line = dim_label("")
        self.result_line.setObjectName("clock-result")
        self.result_line.setMinimumHeight(3 * self.result_line.fontMetrics().lineSpacing())
        self.rows.addWidget(self.result_line)
        self.problem = QLabel()
        self.problem.setObjectName("what-is-wrong")
        self.problem.setWordWrap(True)
        self.problem.hide()
        set_property(self.problem, "tone", "warn")
        self.rows.addWidget(self.problem)
        self.suggest = QPushButton(self.tr("Suggest from people both views share…"))
        self.align = QPushButton(self.tr("Align on one event…"))
        for other, name in ((self.suggest, "clock-suggest"), (self.align, "clock-align")):
            named(other, name, other.text())
            other.setAutoDefault(False)
        self.rows.addWidget(_pair(self.suggest, self.align))
        self.suggest.setEnabled(len(recordings) > 1)
        self.align.setEnabled(len(recordings) > 1)
        self.set_button = self.add_buttons(self.tr("Set the clock"))
        self._timeless = frozenset(timeless)
        self._show_start()
        self.source.currentIndexChanged.connect(self._show_start)
        self.source.currentIndexChanged.connect(self.changed)
        self.summer.toggled.connect(self.changed)
        self.sure.toggled.connect(self.changed)
        self._fold.idClicked.connect(self.changed)
        self.proof.clicked.connect(self._choose_proof)
        self.suggest.clicked.connect(self.suggestion_wanted)
        self.align.clicked.connect(self.align_wanted)
        self.setMinimumWidth(560)
        self.recorder.setFocus()

    def _show_start(self) -> None:
        # Where the start was recorded it is evidence, and nobody is asked for another.
        self._form.setRowVisible(self.start, self.chosen() in self._timeless)

    def chosen(self) -> SourceId:
        """The recording that is meant."""
        return SourceId(int(self.source.currentData()))

    def words(self) -> ClockWords:
        """What was typed.

        Raises:
            ValueError: a figure is none.
        """
        return ClockWords(
            offset_s=_figure(self.offset.text()),
            start=self.start.text().strip() if self.chosen() in self._timeless else "",
            recorder=self.recorder.text().strip(),
            reference=self.reference.text().strip(),
            recorder_2=self.recorder_2.text().strip(),
            reference_2=self.reference_2.text().strip(),
            reference_source=self.reference_source.text().strip(),
            zone_name=self.zone.text().strip(),
            summer_time=self.summer.isChecked(),
            fold=self._fold.checkedId() if self._fold.checkedId() > 0 else None,
            uncertainty_s=_figure(self.uncertainty.text()),
            proof=self._proof,
            note=self.note.text().strip(),
            sure=self.sure.isChecked(),
        )

    def accept(self) -> None:
        self.wanted.emit()

    def preview(self, text: str) -> None:
        """Says what would be set."""
        self.problem.hide()
        self.result_line.setText(text)

    def refuse(self, why: str, *, twice: Sequence[str] = (), years: bool = False) -> None:
        """Says why it cannot be set; `twice` are both readings of an hour that came twice."""
        self.result_line.clear()
        self.problem.setText(why)
        self.problem.show()
        for button, text in zip((self.first, self.second), twice, strict=False):
            button.setText(text)
            button.setAccessibleName(text)
            button.show()
        if years:
            self.sure.show()

    def finish(self) -> None:
        """Goes; the clock was set."""
        super().accept()

    def take_proof(self, path: Path) -> None:
        """A picture of the recorder's clock was chosen."""
        self._proof = path
        self.proof.setText(path.name)
        self.changed.emit()

    def _choose_proof(self) -> None:
        dialog = QFileDialog(self, self.tr("Picture of the recorder's clock"))
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg)"))
        dialog.fileSelected.connect(lambda name: self.take_proof(Path(name)))
        dialog.open()

    def _line(self, name: str, spoken: str) -> QLineEdit:
        line = QLineEdit()
        named(line, name, spoken)
        line.textChanged.connect(self.changed)
        return line


def _figure(text: str) -> float | None:
    return float(text.replace(",", ".")) if text.strip() else None


def _pair(*widgets: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1)
    return both
