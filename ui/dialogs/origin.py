"""Where recordings come from, and until when their recorder keeps what it holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from casefiles.intake_types import NO_ORIGIN, Origin
from ui.dialogs.form import FormDialog, named
from ui.models.intake_rows import read_start, start_words
from ui.models.wall_text import zone_of
from ui.theme import set_property
from video.clock import wall_from_ns, wall_to_ns

_FIELDS = ("maker", "model", "serial", "received_from", "received_by", "note")


class OriginDialog(FormDialog):
    """Fields for one recording or several; what is left as it was is not changed."""

    def __init__(
        self, origins: tuple[Origin, ...], zone_name: str, parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "origin",
            said("OriginDialog", "Origin of the footage"),
            _about(len(origins)) + " " + said(
                "OriginDialog", "Times are in {0}; only what you change here is noted."
            ).format(zone_name),
            parent,
        )  # fmt: skip
        self._zone: tzinfo = zone_of(zone_name)
        # Where several differ, nothing is proposed.
        self._before = _common(origins)
        form = self.add_form()
        words = {
            "maker": self.tr("Make of the recorder"),
            "model": self.tr("Model"),
            "serial": self.tr("Serial number"),
            "received_from": self.tr("Received from"),
            "received_by": self.tr("Received by"),
            "note": self.tr("Origin, in words"),
        }
        self.fields: dict[str, QLineEdit] = {}
        for name in _FIELDS:
            self.fields[name] = self._line(name, words[name], str(getattr(self._before, name)))
            form.addRow(words[name], self.fields[name])
        self.received = self._line("received", self.tr("Received at"), self._shown("received_ns"))
        form.addRow(self.tr("Received at"), self.received)
        self.overwrite = self._line(
            "overwrite", self.tr("Recorder writes over it"), self._shown("overwrite_ns")
        )
        form.addRow(self.tr("Recorder writes over it"), self.overwrite)
        for line in (self.received, self.overwrite):
            line.setPlaceholderText("2026-03-02 14:05")
        self.problem = QLabel()
        named(self.problem, "origin-problem", self.tr("What is wrong"))
        set_property(self.problem, "tone", "alert")
        self.problem.setWordWrap(True)
        self.rows.addWidget(self.problem)
        self.keep = self.add_buttons(self.tr("Note"))
        self._check()
        self.resize(520, self.sizeHint().height())
        self.overwrite.setFocus()

    def change(self) -> Callable[[Origin], Origin]:
        """What was changed here, to be applied to each origin."""
        texts = {
            name: line.text().strip()
            for name, line in self.fields.items()
            if line.text().strip() != getattr(self._before, name)
        }
        times = {}
        for name, line in (("received_ns", self.received), ("overwrite_ns", self.overwrite)):
            if line.text().strip() != self._shown(name):
                moment = read_start(line.text(), self._zone)
                times[name] = None if moment is None else wall_to_ns(moment)
        return lambda origin: replace(origin, **texts, **times)  # type: ignore[arg-type]  # two kinds of fields

    def accept(self) -> None:
        if self.keep.isEnabled():
            super().accept()

    def _shown(self, name: str) -> str:
        value: int | None = getattr(self._before, name)
        return "" if value is None else start_words(wall_from_ns(value), self._zone)

    def _line(self, name: str, spoken: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        named(line, f"origin-{name}", spoken)
        line.textChanged.connect(self._check)
        return line

    def _check(self) -> None:
        if not hasattr(self, "keep"):
            return
        why = ""
        for line in (self.received, self.overwrite):
            try:
                read_start(line.text(), self._zone)
            except ValueError as error:
                why = f"{line.accessibleName()}: {error}"
        self.problem.setText(why)
        self.problem.setVisible(bool(why))
        self.keep.setEnabled(not why)


def _about(count: int) -> str:
    said = QCoreApplication.translate
    if count == 1:
        return said("OriginDialog", "For one recording.")
    return said("OriginDialog", "For {0} recordings.").format(count)


def _common(origins: tuple[Origin, ...]) -> Origin:
    """What all of them say."""
    first = origins[0] if origins else NO_ORIGIN
    same = {
        name: getattr(first, name)
        for name in (*_FIELDS, "received_ns", "overwrite_ns")
        if len({getattr(one, name) for one in origins}) == 1
    }
    return replace(NO_ORIGIN, **same)
