"""Editors of where things go and stay: zones, lines, one after the other, time in view."""

from typing import Final, Literal

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from casefiles.queries.filters import (
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    SequenceFilter,
    ZoneFilter,
)
from casefiles.view_types import CaseView, Line, Zone
from ui.icons import icon
from ui.views.check_list import CheckList, Choice, labelled
from ui.views.editor_parts import column, dim, seconds_field

_HOW: Final[tuple[Literal["inside", "enter", "leave"], ...]] = ("inside", "enter", "leave")
_WAYS: Final[tuple[Literal["either", "forward", "backward"], ...]] = (
    "either", "forward", "backward",
)  # fmt: skip
_MOST_STEPS: Final = 4
_LEAST_STEPS: Final = 2
Step = ZoneFilter | LineFilter


class ZoneEditor(QWidget):
    """Which zone, and whether it is in there, comes in or goes out."""

    def __init__(self, wanted: ZoneFilter | None, view: CaseView) -> None:
        super().__init__()
        zones = list(view.zones)
        if wanted is not None and wanted.zone not in zones:
            zones.insert(0, wanted.zone)
        self.list: CheckList[Zone] = CheckList(
            [Choice(zone, zone.name or self.tr("As drawn"), icon("zone")) for zone in zones],
            () if wanted is None else (wanted.zone,),
            single=True,
        )
        labelled(self.list, "zones", self.tr("Zones"))
        self.how = QComboBox()
        self.how.addItems([self.tr("Is in it"), self.tr("Comes in"), self.tr("Goes out")])
        self.how.setCurrentIndex(0 if wanted is None else _HOW.index(wanted.how))
        labelled(self.how, "how", self.tr("In the zone, coming in or going out"))
        column(self, self.list, self.how)
        if not zones:
            self.list.hide()
            self.how.hide()
            column(self, dim(self.tr("Draw a zone on a tile or an area on the map first.")))

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        if not chosen:
            return None
        on_map = chosen[0].source_id is None and chosen[0].camera_id is None
        # Who passes the edge of an area of the map cannot be told: cameras look into it or not.
        return ZoneFilter(chosen[0], "inside" if on_map else _HOW[self.how.currentIndex()])


class LineEditor(QWidget):
    """Which line, and which way it is crossed."""

    def __init__(self, wanted: LineFilter | None, view: CaseView) -> None:
        super().__init__()
        lines = list(view.lines)
        if wanted is not None and wanted.line not in lines:
            lines.insert(0, wanted.line)
        self.list: CheckList[Line] = CheckList(
            [Choice(line, line.name or self.tr("As drawn"), icon("line")) for line in lines],
            () if wanted is None else (wanted.line,),
            single=True,
        )
        labelled(self.list, "lines", self.tr("Lines"))
        self.way = QComboBox()
        self.way.addItems(
            [self.tr("Either way"), self.tr("Forward, A to B"), self.tr("Backward, B to A")]
        )
        self.way.setCurrentIndex(0 if wanted is None else _WAYS.index(wanted.way))
        labelled(self.way, "way", self.tr("Which way it is crossed"))
        column(self, self.list, self.way)
        if not lines:
            self.list.hide()
            self.way.hide()
            column(self, dim(self.tr("Draw a line on a tile first.")))

    def value(self) -> Filter | None:
        chosen = self.list.checked()
        return LineFilter(chosen[0], _WAYS[self.way.currentIndex()]) if chosen else None


class SequenceEditor(QWidget):
    """Two to four steps in their order, and how much time there may be from each to the next."""

    def __init__(self, wanted: SequenceFilter | None, view: CaseView) -> None:
        super().__init__()
        before: tuple[Step, ...] = () if wanted is None else wanted.steps
        within = None if wanted is None else wanted.within_s
        self._within = within
        self._steps = list(dict.fromkeys((*before, *_steps(view))))
        self.steps: list[QComboBox] = []
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for number in range(max(_MOST_STEPS, len(before))):
            box = QComboBox()
            box.addItem(self.tr("Nothing more") if number >= _LEAST_STEPS else self.tr("Choose…"))
            for step in self._steps:
                box.addItem(icon("zone" if isinstance(step, ZoneFilter) else "line"), _says(step))
            if number < len(before):
                box.setCurrentIndex(self._steps.index(before[number]) + 1)
            labelled(box, f"step-{number}", self.tr("Step {0}").format(number + 1))
            form.addRow(self.tr("First") if number == 0 else self.tr("Then"), box)
            self.steps.append(box)
        self.has_within = QCheckBox(self.tr("Within"))
        self.has_within.setChecked(within is not None)
        labelled(self.has_within, "has-within", self.tr("Limit the time from step to step"))
        self.within = seconds_field(
            120 if within is None else within, "within", self.tr("From each step to the next, s")
        )
        self.within.setEnabled(within is not None)
        self.has_within.toggled.connect(self.within.setEnabled)
        form.addRow(self.has_within, self.within)
        if not self._steps:
            form.addRow(dim(self.tr("Draw zones or lines on a tile first.")))

    def value(self) -> Filter | None:
        chosen = tuple(
            self._steps[box.currentIndex() - 1] for box in self.steps if box.currentIndex() > 0
        )
        if len(chosen) < _LEAST_STEPS:
            # One step alone is no sequence, and can be asked as what it is.
            return chosen[0] if chosen else None
        within = float(self.within.value()) if self.has_within.isChecked() else None
        if within is not None and self._within is not None and within == round(self._within):
            within = self._within
        return SequenceFilter(chosen, within)


class LoiterEditor(QWidget):
    """How long it stays about one place."""

    def __init__(self, wanted: LoiterFilter) -> None:
        super().__init__()
        self._wanted = wanted
        self.seconds = seconds_field(
            wanted.least_s, "seconds", self.tr("Stays about one place at least, seconds")
        )
        column(self, self.seconds)

    def value(self) -> Filter | None:
        seconds = self.seconds.value()
        return self._wanted if seconds == round(self._wanted.least_s) else LoiterFilter(seconds)


class DwellEditor(QWidget):
    """Least and most time in view, or in the zone asked for."""

    def __init__(self, wanted: DwellFilter) -> None:
        super().__init__()
        self._wanted = wanted
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        self.seconds = seconds_field(
            wanted.least_s, "seconds", self.tr("In view at least, seconds"), least=0
        )
        self.has_most = QCheckBox(self.tr("At most"))
        self.has_most.setChecked(wanted.most_s is not None)
        labelled(self.has_most, "has-most", self.tr("Limit the longest time"))
        self.most = seconds_field(
            60 if wanted.most_s is None else wanted.most_s, "most",
            self.tr("In view at most, seconds"),
        )  # fmt: skip
        self.most.setEnabled(wanted.most_s is not None)
        self.has_most.toggled.connect(self.most.setEnabled)
        form.addRow(self.tr("At least"), self.seconds)
        form.addRow(self.has_most, self.most)

    def value(self) -> Filter | None:
        before = self._wanted
        least = float(self.seconds.value())
        least = before.least_s if least == round(before.least_s) else least
        if not self.has_most.isChecked():
            return DwellFilter(least) if least else None
        most = float(self.most.value())
        if before.most_s is not None and most == round(before.most_s):
            most = before.most_s
        return DwellFilter(min(least, most), max(least, most))


def _steps(view: CaseView) -> list[Step]:
    """What can be a step: zones on pictures come into and left, lines crossed."""
    zones = [one for one in view.zones if one.source_id is not None or one.camera_id is not None]
    steps: list[Step] = [ZoneFilter(zone, how) for zone in zones for how in ("enter", "leave")]
    return steps + [LineFilter(line, way) for line in view.lines for way in _WAYS]


def _says(step: Step) -> str:
    if isinstance(step, LineFilter):
        way = "" if step.way == "either" else f", {step.way}"
        return f"Crosses {step.line.name or 'the line drawn'}{way}"
    verb = {"enter": "Enters", "leave": "Leaves", "inside": "Is in"}[step.how]
    return f"{verb} {step.zone.name or 'the zone drawn'}"
