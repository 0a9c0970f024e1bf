"""Who else was near a subject at two stops or more: a list of leads, beside what chance gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from casefiles.types import CameraId
from casefiles.view_types import CaseView
from ui.dialogs.form import FormDialog, dim_label, named
from ui.models.table import Column, TableModel
from ui.models.wall_text import moment
from ui.views.item_keys import KeyedTable

if TYPE_CHECKING:  # loaded with the first question, so that the window starts sooner
    from casefiles.usecases.meetings import Meetings, Met
    from casefiles.usecases.near_by_chance import Near, Passing

_WIDE, _TALL = 960, 420


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """Somebody at one of the stops."""

    number: int
    """Rows of one number may be one person."""
    met: "Met"
    near: "Near"


def meeting_rows(found: "Meetings") -> Iterator[MeetingRow]:
    """A row for each track that was near, those that may be one after each other."""
    for number, met in enumerate(found.met, 1):
        yield from (MeetingRow(number, met, near) for near in met.company.near)


class MeetingsDialog(FormDialog):
    """Stays open beside the tiles; Enter or a double click on a row goes there."""

    place_wanted = Signal(object)
    """The `Passing` to be shown."""

    def __init__(self, found: "Meetings", view: CaseView, parent: QWidget | None = None) -> None:
        said = QCoreApplication.translate
        title = said("MeetingsDialog", "Who else was near {0}").format(found.subject.name)
        super().__init__("meetings", title, "", parent)
        self._names = {one.subject_id: one.name for one in view.subjects}
        self._view = view
        notes = [found.words(), *found.notes]
        notes.append(
            self.tr("That somebody was near says nothing of why. Rows of one number may be one "
                    "person.")
        )  # fmt: skip
        self.said = dim_label("\n".join(notes))
        named(self.said, "meetings-said", self.tr("What chance gives"))
        self.rows.addWidget(self.said)
        self.model: TableModel[MeetingRow] = TableModel(
            (
                Column(self.tr("Who"), self._who, lambda row: row.number),
                Column(self.tr("Stop"), lambda row: str(row.near.visit + 1),
                       lambda row: row.near.visit),
                Column(self.tr("Where"), lambda row: self._where(row.near.passing), self._order),
                Column(self.tr("When"),
                       lambda row: moment(row.near.passing.from_ns, view.zone_name),
                       lambda row: row.near.passing.from_ns),
                Column(self.tr("How near"), self._near, lambda row: row.near.metres or 0.0),
                Column(self.tr("May be one by"), lambda row: row.met.why, lambda row: row.met.why),
                Column(self.tr("By chance"), self._chance, lambda row: row.met.chance or 0.0),
            ),
            self,
        )  # fmt: skip
        self.model.set_rows(tuple(meeting_rows(found)))
        self.table = KeyedTable()
        named(self.table, "meetings-table", title)
        self.table.setModel(self.model)
        self.table.setWordWrap(False)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((90, 50, 150, 200, 140, 210)):
            self.table.setColumnWidth(column, width)
        self.table.chosen.connect(self._choose)
        self.rows.addWidget(self.table, 1)
        leave = QPushButton(self.tr("Close"))
        leave.setObjectName("cancel")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.rows.addWidget(leave, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(_WIDE, _TALL)

    def _who(self, row: MeetingRow) -> str:
        known = self._names.get(row.met.subject_id) if row.met.subject_id is not None else None
        return f"{row.number}" if known is None else f"{row.number} · {known}"

    def _where(self, passing: "Passing") -> str:
        camera = self._view.camera(CameraId(passing.view))
        return passing.view if camera is None else camera.name

    def _order(self, row: MeetingRow) -> str:
        return self._where(row.near.passing).casefold()

    def _near(self, row: MeetingRow) -> str:
        seconds = f"{row.near.seconds:.0f}"
        if row.near.metres is None:
            return self.tr("same picture, {0} s").format(seconds)
        return self.tr("{0} m, {1} s").format(f"{row.near.metres:.1f}", seconds)

    def _chance(self, row: MeetingRow) -> str:
        if row.met.chance is None:
            return self.tr("not known")
        return self.tr("{0} of shifted times").format(f"{row.met.chance:.0%}")

    def _choose(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.place_wanted.emit(row.near.passing)
