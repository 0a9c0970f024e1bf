"""Proposed recordings as rows that a person corrects: what is typed is checked where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from casefiles.types import Camera, CameraId
from casefiles.usecases.add_source import GIVEN
from casefiles.usecases.propose_recordings import Proposal
from ui.models.wall_text import length, zone_label, zone_of
from ui.theme import colour

Index: TypeAlias = QModelIndex | QPersistentModelIndex
ADD, FILE, LENGTH, CAMERA, START, OFFSET, KNOWN = range(7)
_EDITED: Final = frozenset((CAMERA, START, OFFSET))
_NOWHERE: Final = QModelIndex()
_ASCENDING: Final = Qt.SortOrder.AscendingOrder
_MOST_OFFSET_S: Final = 20 * 366 * 86_400.0
"""A recorder that was reset starts decades ago; more than that is a slip."""


@dataclass(slots=True)
class IntakeRow:
    """One proposal with what the person made of it."""

    proposal: Proposal
    wanted: bool
    camera_id: CameraId | None
    start_text: str
    offset_text: str
    start: datetime | None
    offset_s: float
    start_problem: str = ""
    offset_problem: str = ""
    start_note: str = ""

    @property
    def problem(self) -> str:
        """What keeps it from being added, in words; empty when nothing does."""
        if self.proposal.already_in_case is not None:
            return "already in the case"
        return self.proposal.problem or self.start_problem or self.offset_problem

    @property
    def doubts(self) -> tuple[str, ...]:
        """What to look at before it is added."""
        unknown = () if self.start is not None else ("start not known",)
        notes = (self.start_note, *self.proposal.notes)
        return (*unknown, *(note for note in notes if note))


def start_words(start: datetime | None, zone: tzinfo) -> str:
    """A start as it is shown and typed: local in the zone, milliseconds only where there are."""
    if start is None:
        return ""
    there = start.astimezone(zone)
    text = f"{there:%Y-%m-%d %H:%M:%S}"
    return text + (f".{there.microsecond // 1000:03d}" if there.microsecond >= 1000 else "")


def read_start(text: str, zone: tzinfo) -> tuple[datetime | None, str]:
    """The time that a text names, and what to know of it; without a zone, that of the case.

    Raises:
        ValueError: it is no time; its text says how to write one.
    """
    text = text.strip()
    if not text:
        return None, ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write the start like 2026-03-02 14:05:11") from None
    if found.tzinfo is not None:
        return found, ""
    if len(text) < len("2026-03-02 14:05"):
        raise ValueError("a start needs a day and a time, like 2026-03-02 14:05:11")
    first, second = (found.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first, ""
    label = zone_label(first)
    return first, f"the clocks were changed in that hour; it is taken as {label}"


class IntakeModel(QAbstractTableModel):
    """The proposals as a table with four columns to change: add, camera, start, offset."""

    changed = Signal()
    """Something was corrected."""

    def __init__(
        self,
        proposals: Sequence[Proposal],
        cameras: Sequence[Camera],
        zone_name: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.cameras = tuple(cameras)
        self._names = {camera.camera_id: camera.name for camera in cameras}
        self._zone = zone_of(zone_name)
        self._given = [self._row(proposal) for proposal in proposals]
        self.rows = list(self._given)
        self._titles = (
            self.tr("Add"),
            self.tr("Recording"),
            self.tr("Length"),
            self.tr("Camera"),
            self.tr("Recorder showed at the start"),
            self.tr("Fast by (s)"),
            self.tr("How that is known"),
        )

    def accepted(self) -> tuple[Proposal, ...]:
        """The wanted proposals as corrected, in the order given first."""
        return tuple(self._corrected(row) for row in self._given if row.wanted and not row.problem)

    def blocked(self) -> int:
        """How many wanted rows cannot be added as they stand."""
        return sum(1 for row in self.rows if row.wanted and row.problem)

    def camera_name(self, camera_id: CameraId | None) -> str:
        """What a camera is called; words for none."""
        return self.tr("no camera") if camera_id is None else self._names.get(camera_id, camera_id)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        row = self.rows[index.row()]
        if not row.proposal.addable:
            return flags
        if index.column() == ADD:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        if index.column() in _EDITED:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == ADD:
            return Qt.CheckState.Checked if row.wanted else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            return row.camera_id if column == CAMERA else self._text(row, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._tone(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._titles[column]}: {self._text(row, column) or self.tr('empty')}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == ADD:
            row.wanted = Qt.CheckState(value) is Qt.CheckState.Checked
        elif role != Qt.ItemDataRole.EditRole:
            return False
        elif column == CAMERA:
            row.camera_id = None if value is None else CameraId(str(value))
        elif column == START:
            self._take_start(row, str(value))
        elif column == OFFSET:
            _take_offset(row, str(value))
        else:
            return False
        last = self.index(index.row(), KNOWN)
        self.dataChanged.emit(self.index(index.row(), ADD), last)
        self.changed.emit()
        return True

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Sorts by a column, or as given by −1; what was corrected stays with its row."""

        def key(row: IntakeRow) -> tuple[Any, ...]:
            if column == ADD:
                return (not row.wanted,)
            if column == LENGTH:
                return (row.proposal.duration_s,)
            return (self._text(row, column).lower(),)

        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.rows[index.row()]) for index in self.persistentIndexList()]
        if column < 0:
            self.rows = list(self._given)
        else:
            self.rows.sort(key=key, reverse=order is not _ASCENDING)
        places = {id(row): at for at, row in enumerate(self.rows)}
        self.changePersistentIndexList(
            [index for index, _ in kept],
            [self.index(places[id(row)], index.column()) for index, row in kept],
        )
        self.layoutChanged.emit()

    def _row(self, proposal: Proposal) -> IntakeRow:
        return IntakeRow(
            proposal=proposal,
            wanted=proposal.addable,
            camera_id=proposal.camera_id,
            start_text=start_words(proposal.start, self._zone),
            offset_text=f"{proposal.offset_s:g}" if proposal.offset_s else "",
            start=proposal.start,
            offset_s=proposal.offset_s,
        )

    def _corrected(self, row: IntakeRow) -> Proposal:
        same = row.start == row.proposal.start
        return replace(
            row.proposal,
            camera_id=row.camera_id,
            start=row.start,
            start_basis=row.proposal.start_basis if same else GIVEN,
            offset_s=row.offset_s,
        )

    def _take_start(self, row: IntakeRow, text: str) -> None:
        text = text.strip()
        if text == start_words(row.proposal.start, self._zone):
            # What is shown is rounded: unchanged means exactly what was proposed.
            row.start_text, row.start = text, row.proposal.start
            row.start_problem = row.start_note = ""
            return
        row.start_text = text
        try:
            row.start, row.start_note = read_start(text, self._zone)
            row.start_problem = ""
        except ValueError as error:
            row.start, row.start_note, row.start_problem = None, "", str(error)

    def _text(self, row: IntakeRow, column: int) -> str:
        proposal = row.proposal
        if column == FILE:
            return proposal.path.name
        if column == LENGTH:
            return length(proposal.duration_s) if proposal.frames else ""
        if column == CAMERA:
            return self.camera_name(row.camera_id) if proposal.addable else ""
        if column == START:
            return row.start_text
        if column == OFFSET:
            return row.offset_text
        return self._known(row) if column == KNOWN else ""

    def _known(self, row: IntakeRow) -> str:
        if row.problem:
            return row.problem
        basis = row.proposal.start_basis if row.start == row.proposal.start else GIVEN
        parts = [*row.doubts, basis if row.start is not None else ""]
        parts.append(row.proposal.camera_why if row.camera_id == row.proposal.camera_id else "")
        return " · ".join(part for part in parts if part)

    def _tone(self, row: IntakeRow, column: int) -> Any:
        wrong = {START: row.start_problem, OFFSET: row.offset_problem, KNOWN: row.problem}
        if wrong.get(column):
            known = column == KNOWN and row.proposal.already_in_case is not None
            return colour("text_dim" if known else "alert")
        if not row.wanted or not row.proposal.addable:
            return colour("text_disabled")
        if column == KNOWN:
            return colour("warn" if row.doubts else "text_dim")
        return colour("text_dim") if column == CAMERA and row.camera_id is None else None

    def _tip(self, row: IntakeRow) -> str:
        proposal = row.proposal
        lines = [str(proposal.path)]
        if proposal.frames:
            width, height = proposal.size_px
            lines.append(f"{width} × {height} · {proposal.frames} frames")
        lines.extend(part for part in (row.problem, *row.doubts, proposal.camera_why) if part)
        return "\n".join(lines)


def _take_offset(row: IntakeRow, text: str) -> None:
    row.offset_text = text.strip()
    row.offset_problem = ""
    try:
        row.offset_s = float(row.offset_text.replace(",", ".").replace("−", "-") or 0)
    except ValueError:
        row.offset_s, row.offset_problem = 0.0, "write seconds, like 259 or -3.4"
        return
    # Written so that NaN fails too.
    if not abs(row.offset_s) <= _MOST_OFFSET_S:
        row.offset_s, row.offset_problem = 0.0, "no recorder is that far off"
