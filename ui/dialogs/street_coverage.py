"""Who saw which street when: asked by name and time, answered as a table and on the map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from casefiles.usecases.regions import Ring
from casefiles.usecases.street_types import CoverageAsked, State, StreetCoverage, Watch
from resources.errors import UserError
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.table import Column, TableModel
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import moment
from ui.views.item_keys import KeyedTable

_WIDE: Final = 1000
_TALL: Final = 520


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One line of the table: a part of a street, a camera, and a time with footage or without."""

    watch: Watch
    source_id: int | None
    from_ns: int | None
    to_ns: int | None

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of that part (lon, lat)."""
        (lon, lat), (other_lon, other_lat) = self.watch.start, self.watch.end
        return (lon + other_lon) / 2, (lat + other_lat) / 2


def watch_rows(watches: Sequence[Watch]) -> Iterator[WatchRow]:
    """A row for each span of footage, and each span of which there is none."""
    for one in watches:
        yield from (WatchRow(one, each.source_id, *each.span) for each in one.footage)
        yield from (WatchRow(one, None, *span) for span in one.missing)
        if not one.footage and not one.missing:
            yield WatchRow(one, None, *one.span)


class WatchModel(TableModel[WatchRow]):
    """Streets in the order of the map, each with who saw it when."""

    def __init__(self, zone_name: str, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._zone_name = zone_name
        self.columns = (
            Column(self.tr("Street"), lambda row: row.watch.street or self.tr("(no name)"),
                   lambda row: row.watch.street.casefold()),
            Column(self.tr("Part"), self._part, lambda row: row.watch.from_m),
            Column(self.tr("Camera"), lambda row: row.watch.camera,
                   lambda row: row.watch.camera.casefold()),
            Column(self.tr("Footage"), self._state, self._state),
            Column(self.tr("From"), lambda row: self._at(row.from_ns),
                   lambda row: row.from_ns or 0),
            Column(self.tr("To"), lambda row: self._at(row.to_ns), lambda row: row.to_ns or 0),
            Column(self.tr("View"), lambda row: row.watch.basis, lambda row: row.watch.basis),
        )  # fmt: skip

    def _part(self, row: WatchRow) -> str:
        return f"{row.watch.from_m:.0f}–{row.watch.to_m:.0f} m"

    def _state(self, row: WatchRow) -> str:
        if row.source_id is None:
            return self.tr("missing")
        return self.tr("source {0}").format(row.source_id)

    def _at(self, wall_ns: int | None) -> str:
        return self.tr("open") if wall_ns is None else moment(wall_ns, self._zone_name)


class StreetCoverageDialog(FormDialog):
    """Asks which street and when; stays open beside the map."""

    wanted = Signal(object)
    """`CoverageAsked`: whoever hears it answers with `show_answer`, or `show_problem`."""
    place_wanted = Signal(object)
    """`WatchRow`: to be shown on the map, at its time."""
    row_found = Signal(object)
    """`WatchRow`: of the place that was clicked on the map."""
    map_wanted = Signal(bool)
    """Whether the map is to show it."""
    export_wanted = Signal()

    def __init__(
        self, zone_name: str, near_ns: int, streets: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        said = QCoreApplication.translate
        super().__init__(
            "street-coverage", said("StreetCoverageDialog", "Who saw the street"),
            said("StreetCoverageDialog",
                 "By the views of the cameras as they stood then. "
                 "A lead for looking, no proof of a view."),
            parent,
        )  # fmt: skip
        self._zone_name, self._near_ns = zone_name, near_ns
        self.answer: StreetCoverage | None = None
        self.street, self.since, self.until = QLineEdit(), QLineEdit(), QLineEdit()
        named(self.street, "coverage-street", self.tr("Street"))
        self.street.setPlaceholderText(self.tr("All streets"))
        self.set_streets(streets)
        named(self.since, "coverage-from", self.tr("From"))
        named(self.until, "coverage-to", self.tr("To"))
        for field in (self.since, self.until):
            field.setPlaceholderText(self.tr("17:24 or 2026-03-02T17:24-06:00; empty: all footage"))
        form = self.add_form()
        form.addRow(self.tr("Street"), self.street)
        times = QHBoxLayout()
        times.addWidget(self.since)
        times.addWidget(dim_label("–"))
        times.addWidget(self.until)
        form.addRow(self.tr("Time"), times)
        self._region: tuple[Ring, ...] = ()
        self.drawn = QCheckBox()
        named(self.drawn, "coverage-drawn", self.tr("Only in what is drawn on the map"))
        self.drawn.hide()
        self.rows.addWidget(self.drawn)
        self.said = dim_label("")
        named(self.said, "coverage-said", self.tr("Answer"))
        self.model = WatchModel(zone_name, self)
        self.table = KeyedTable()
        named(self.table, "coverage-table", self.tr("Who saw what when"))
        self.table.setModel(self.model)
        self.table.setWordWrap(False)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((120, 90, 170, 80, 240, 240)):
            self.table.setColumnWidth(column, width)
        self.table.chosen.connect(self._choose)
        self.rows.addWidget(self.said)
        self.rows.addWidget(self.table, 1)
        self.on_map = QCheckBox(self.tr("Show on the map"))
        named(self.on_map, "coverage-on-map", self.tr("Show on the map"))
        self.on_map.setToolTip(
            self.tr("Solid: footage · dashed: for a part of the time · dotted: a camera, but no "
                    "footage · thin: no camera")
        )  # fmt: skip
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(self.map_wanted)
        self.export = QPushButton(self.tr("Export table…"))
        named(self.export, "coverage-export", self.tr("Export table"))
        self.export.setAutoDefault(False)
        self.export.setEnabled(False)
        self.export.clicked.connect(self.export_wanted)
        foot = QHBoxLayout()
        foot.addWidget(self.on_map)
        foot.addWidget(dim_label(self.on_map.toolTip()), 1)
        foot.addWidget(self.export)
        self.rows.addLayout(foot)
        self.add_buttons(self.tr("Ask"))
        leave = self.findChild(QPushButton, "cancel")
        assert isinstance(leave, QPushButton)
        leave.setText(self.tr("Close"))
        self.resize(_WIDE, _TALL)

    def set_streets(self, names: Sequence[str]) -> None:
        """The streets that are proposed while one types."""
        completer = QCompleter(sorted({*names} - {""}), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.street.setCompleter(completer)

    def accept(self) -> None:
        """Asks; the dialog stays."""
        try:
            since, until = (
                wall_of_entry(field.text(), self._near_ns, self._zone_name)
                if field.text().strip() else None
                for field in (self.since, self.until)
            )  # fmt: skip
        except UserError as error:
            self.show_problem(error)
            return
        self.said.setText(self.tr("Looking…"))
        within = self._region if self.drawn.isChecked() else ()
        self.wanted.emit(CoverageAsked(since, until, self.street.text().strip(), within=within))

    def set_region(self, words: str, rings: tuple[Ring, ...]) -> None:
        """What is drawn on the map now, by its edges, and what it is called; none of it: nothing
        is."""
        new = bool(rings) and rings != self._region
        self._region = rings
        self.drawn.setText(self.tr("Only in what is drawn on the map: {0}").format(words))
        self.drawn.setVisible(bool(rings))
        if new or not rings:
            self.drawn.setChecked(bool(rings))

    def select_at(self, line: int, along_m: float) -> bool:
        """Selects the row of who saw a place so far along a line, of those with footage the first
        in time, and shows it; whether there is one."""
        found = [
            (row.source_id is None, row.from_ns or 0, number)
            for number, row in enumerate(self.model.rows)
            if row.watch.line == line and row.watch.from_m <= along_m <= row.watch.to_m
        ]
        if not found:
            self.table.clearSelection()
            return False
        number = min(found)[2]
        self.table.selectRow(number)
        self.table.scrollTo(self.model.index(number, 0))
        self.row_found.emit(self.model.rows[number])
        return True

    def show_answer(self, found: StreetCoverage) -> None:
        """Shows what was found."""
        self.answer = found
        self.model.set_rows(tuple(watch_rows(found.watches)))
        total = sum(one.length_m for one in found.streets)
        words: dict[State, str] = {
            "whole": self.tr("footage"),
            "part": self.tr("footage for a part"),
            "missing": self.tr("a camera, no footage"),
            "none": self.tr("no camera"),
        }
        parts = [self.tr("{0} m of streets").format(f"{total:,.0f}")]
        for state, said in words.items():
            share = sum(one.metres[state] for one in found.streets) / max(total, 1e-9)
            parts.append(f"{share:.1%} {said}")
        self.said.setText("\n".join([" · ".join(parts), *found.notes]))
        self.export.setEnabled(True)

    def show_problem(self, error: BaseException) -> None:
        """Says why there is no answer."""
        self.said.setText(str(error))

    def _choose(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.place_wanted.emit(row)
