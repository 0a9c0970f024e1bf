"""The canvass list: other people's cameras near what happened, in the order to be asked."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from casefiles.canvass_types import STATUSES, CanvassEntry, CanvassId, CanvassStatus
from casefiles.usecases.canvass import CanvassAsked, CanvassRow
from resources.errors import UserError
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.table import Column, TableModel
from ui.models.time_entry import wall_of_entry
from ui.models.wall_text import moment
from ui.views.item_keys import KeyedTable

_WIDE: Final = 1140
_TALL: Final = 560
_ENTRY_WIDE: Final = 480
_TIME_FORM: Final = "17:24 or 2026-03-02T17:24-06:00"


@dataclass(frozen=True, slots=True)
class ListWanted:
    """What the list is to show; `near_m` None: wherever they are."""

    asked: CanvassAsked
    near_m: float | None
    drawn: bool = False
    """Only in what is drawn on the map."""


class CanvassModel(TableModel[CanvassRow]):
    """Entries in the order they are to be asked."""

    def __init__(self, zone_name: str, parent: QObject | None = None) -> None:
        super().__init__((), parent)
        self._zone_name = zone_name
        self.columns = (
            Column(self.tr("Owner"), lambda row: row.entry.owner,
                   lambda row: row.entry.owner.casefold(), tip=self._told),
            Column(self.tr("Address"), lambda row: row.entry.address,
                   lambda row: row.entry.address.casefold()),
            Column(self.tr("Away"), self._away,
                   lambda row: float("inf") if row.metres is None else row.metres),
            Column(self.tr("Until when"), lambda row: row.words(zone_name),
                   lambda row: (row.urgency != "unknown", row.deadline_ns or 0)),
            Column(self.tr("State"), lambda row: row.entry.status,
                   lambda row: STATUSES.index(row.entry.status)),
            Column(self.tr("Contact"), lambda row: row.entry.contact,
                   lambda row: row.entry.contact.casefold()),
        )  # fmt: skip

    def _away(self, row: CanvassRow) -> str:
        if row.entry.point is None:
            return self.tr("not on the map")
        return "" if row.metres is None else f"{row.metres:,.0f} m"

    def _told(self, row: CanvassRow) -> str:
        one = row.entry
        lines = [one.owner, one.address, one.kind, one.notes, row.words(self._zone_name)]
        lines += [
            f"{moment(said.set_ns, self._zone_name)}: {said.status} ({said.set_by}) {said.note}"
            for said in one.history
        ]
        return "\n".join(line for line in lines if line)


class CanvassDialog(FormDialog):
    """The list and what can be done with it; stays open beside the map. Changes are undone in the
    window, as any others."""

    wanted = Signal(object)
    """`ListWanted`: whoever hears it answers with `show_rows`."""
    import_wanted = Signal()
    add_wanted = Signal()
    change_wanted = Signal(object)
    """`CanvassEntry`."""
    status_wanted = Signal(object, str)
    """Ids, and how it stands with them."""
    remove_wanted = Signal(object)
    """Ids."""
    sheet_wanted = Signal(object)
    """Ids."""
    export_wanted = Signal()
    place_wanted = Signal(object)
    """`CanvassEntry`: to be shown on the map."""

    def __init__(
        self, zone_name: str, near_ns: int, since: str, parent: QWidget | None = None
    ) -> None:
        said = QCoreApplication.translate
        super().__init__(
            "canvass", said("CanvassDialog", "Other people's cameras"),
            said("CanvassDialog",
                 "Who may have recorded it, who is to be asked first, and how it stands."), parent,
        )  # fmt: skip
        self._zone_name, self._near_ns = zone_name, near_ns
        self.since = QLineEdit(since)
        named(self.since, "canvass-since", self.tr("It happened at"))
        self.since.setPlaceholderText(_TIME_FORM)
        self.near = QCheckBox(self.tr("Within"))
        named(self.near, "canvass-near", self.tr("Only near the middle of the map"))
        self.radius = QSpinBox()
        named(self.radius, "canvass-radius", self.tr("Metres from the middle of the map"))
        self.radius.setRange(10, 50_000)
        self.radius.setValue(300)
        self.radius.setSuffix(self.tr(" m of the middle of the map"))
        self.drawn = QCheckBox()
        named(self.drawn, "canvass-drawn", self.tr("Only in what is drawn on the map"))
        self.drawn.hide()
        top = QHBoxLayout()
        for widget in (
            dim_label(self.tr("It happened at")),
            self.since,
            self.near,
            self.radius,
            self.drawn,
        ):
            top.addWidget(widget, 1 if widget is self.since else 0)
        self.rows.addLayout(top)
        self.model = CanvassModel(zone_name, self)
        self.table = KeyedTable()
        named(self.table, "canvass-table", self.tr("Canvass list"))
        self.table.setModel(self.model)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(KeyedTable.SelectionBehavior.SelectRows)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((140, 140, 120, 460, 100)):
            self.table.setColumnWidth(column, width)
        self.said = dim_label("")
        named(self.said, "canvass-said", self.tr("Answer"))
        self.rows.addWidget(self.said)
        self.rows.addWidget(self.table, 1)
        self._add_acts()
        self.table.chosen.connect(self._choose)
        self.table.delete_wanted.connect(lambda _: self.remove_wanted.emit(self.chosen_ids()))
        self.since.editingFinished.connect(self.ask)
        self.near.toggled.connect(self.ask)
        self.drawn.toggled.connect(self.ask)
        self.radius.editingFinished.connect(self.ask)
        self.table.selectionModel().selectionChanged.connect(self._show_usable)
        self._show_usable()
        self.resize(_WIDE, _TALL)

    def chosen_ids(self) -> tuple[CanvassId, ...]:
        """Of the selected rows, in the order shown."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        return tuple(self.model.rows[at].entry.entry_id for at in rows)

    def from_ns(self) -> int | None:
        """When it happened; None where nothing was typed.

        Raises:
            BadEntry: what was typed is no time.
        """
        text = self.since.text().strip()
        return wall_of_entry(text, self._near_ns, self._zone_name) if text else None

    def ask(self) -> None:
        """Asks for the list anew."""
        try:
            since = self.from_ns()
        except UserError as error:
            self.said.setText(str(error))
            return
        near_m = float(self.radius.value()) if self.near.isChecked() else None
        self.wanted.emit(ListWanted(CanvassAsked(from_ns=since), near_m, self.drawn.isChecked()))

    def set_region(self, words: str, *, is_drawn: bool, tick: bool = False) -> None:
        """What is drawn on the map now, in words, or nothing; `tick`: only that is to be listed."""
        self.drawn.setText(self.tr("Only in {0}").format(words))
        self.drawn.setVisible(is_drawn)
        self.drawn.blockSignals(True)
        self.drawn.setChecked(is_drawn and (tick or self.drawn.isChecked()))
        self.drawn.blockSignals(False)

    def look_around(self, middle: str, radius_m: int | None = None) -> None:
        """The radius is meant around this (a place in words); with one, that is what is listed."""
        self.radius.setSuffix(self.tr(" m of {0}").format(middle))
        if radius_m is not None:
            for one in (self.near, self.drawn):
                one.blockSignals(True)
            self.radius.setValue(radius_m)
            self.near.setChecked(True)
            self.drawn.setChecked(False)
            for one in (self.near, self.drawn):
                one.blockSignals(False)

    def show_rows(self, rows: tuple[CanvassRow, ...]) -> None:
        """Shows the list; what was selected stays so."""
        before = set(self.chosen_ids())
        self.model.set_rows(rows)
        for number, row in enumerate(self.model.rows):
            if row.entry.entry_id in before:
                self.table.selectRow(number)
        without = sum(row.entry.point is None for row in rows)
        count = len(rows)
        text = self.tr("1 entry") if count == 1 else self.tr("{0} entries").format(f"{count:,}")
        if without:
            text += self.tr(", without a place: {0}").format(without)
        if not rows:
            text = self.tr(
                "Nobody is on the list there. Import a registry, or add one by hand: here, or by "
                "the menu of a place on the map."
            )
        self.said.setText(text)
        self._show_usable()

    def _add_acts(self) -> None:
        line = QHBoxLayout()
        self.import_button = self._act(line, "import", self.tr("Import registry…"))
        self.add_button = self._act(line, "add", self.tr("Add…"))
        self.change_button = self._act(line, "change", self.tr("Change…"))
        self.remove_button = self._act(line, "remove", self.tr("Remove"))
        line.addStretch(1)
        self.status = QComboBox()
        named(self.status, "canvass-status", self.tr("How it stands with the selected"))
        self.status.addItems([*STATUSES])
        self.status.setCurrentText("asked")
        line.addWidget(self.status)
        self.say_button = self._act(line, "say", self.tr("Set"))
        self.sheet_button = self._act(line, "sheet", self.tr("Request sheets…"))
        self.export_button = self._act(line, "export", self.tr("Export list…"))
        self.rows.addLayout(line)
        self.import_button.clicked.connect(self.import_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.change_button.clicked.connect(self._change)
        self.remove_button.clicked.connect(lambda: self.remove_wanted.emit(self.chosen_ids()))
        self.say_button.clicked.connect(
            lambda: self.status_wanted.emit(self.chosen_ids(), self.status.currentText())
        )
        self.sheet_button.clicked.connect(lambda: self.sheet_wanted.emit(self.chosen_ids()))
        self.export_button.clicked.connect(self.export_wanted)

    def _act(self, line: QHBoxLayout, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        named(button, f"canvass-{name}", text.rstrip("…"))
        button.setAutoDefault(False)
        line.addWidget(button)
        return button

    def _show_usable(self) -> None:
        chosen = len(self.chosen_ids())
        self.change_button.setEnabled(chosen == 1)
        for button in (self.remove_button, self.say_button, self.sheet_button):
            button.setEnabled(chosen > 0)
        self.export_button.setEnabled(bool(self.model.rows))

    def _one(self) -> CanvassEntry | None:
        ids = self.chosen_ids()
        return next((r.entry for r in self.model.rows if ids and r.entry.entry_id == ids[0]), None)

    def _change(self) -> None:
        entry = self._one()
        if entry is not None:
            self.change_wanted.emit(entry)

    def _choose(self) -> None:
        entry = self._one()
        if entry is not None:
            self.place_wanted.emit(entry)


class EntryDialog(FormDialog):
    """One entry, to be added or changed."""

    kept = Signal(object)
    """The `CanvassEntry` as it is now."""

    def __init__(self, entry: CanvassEntry, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        where = (
            said("EntryDialog", "Its place is known; owner or address is needed.")
            if entry.point is not None
            else said("EntryDialog", "It has no place on the map: the address alone says where.")
        )  # fmt: skip
        super().__init__("canvass-entry", said("EntryDialog", "Camera of others"), where, parent)
        self._entry = entry
        self.fields: dict[str, QLineEdit] = {}
        form = self.add_form()
        for name, label in (
            ("owner", self.tr("Owner")), ("address", self.tr("Address")),
            ("contact", self.tr("Contact")), ("kind", self.tr("Kind")), ("notes", self.tr("Notes")),
        ):  # fmt: skip
            field = QLineEdit(getattr(entry, name))
            named(field, f"entry-{name}", label)
            form.addRow(label, field)
            self.fields[name] = field
        self.keeps = QDoubleSpinBox()
        named(self.keeps, "entry-keeps", self.tr("Holds recordings for so many days"))
        self.keeps.setRange(-1, 36_600)
        self.keeps.setDecimals(1)
        self.keeps.setSpecialValueText(self.tr("nobody knows"))
        self.keeps.setSuffix(self.tr(" days"))
        self.keeps.setValue(-1 if entry.keeps_days is None else entry.keeps_days)
        form.addRow(self.tr("Recorder holds"), self.keeps)
        self.keep = self.add_buttons(self.tr("Keep"))
        self.keep.setToolTip(self.tr("Its owner or its address is needed"))
        self.setMinimumWidth(_ENTRY_WIDE)
        for name in ("owner", "address"):
            self.fields[name].textChanged.connect(self._show_usable)
        self._show_usable()
        self.accepted.connect(lambda: self.kept.emit(self.entry()))

    def _show_usable(self) -> None:
        said = self.entry()
        self.keep.setEnabled(bool(said.owner or said.address))

    def entry(self) -> CanvassEntry:
        """As it is written now."""
        days = self.keeps.value()
        text = {name: field.text().strip() for name, field in self.fields.items()}
        return replace(
            self._entry, owner=text["owner"], address=text["address"], contact=text["contact"],
            kind=text["kind"], notes=text["notes"], keeps_days=None if days < 0 else days,
        )  # fmt: skip


def as_status(text: str) -> CanvassStatus:
    """The status of that name."""
    return next(one for one in STATUSES if one == text)
