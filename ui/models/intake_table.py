"""Proposed recordings as a table: what a person changes first, then every fact that was found."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from casefiles.intake_types import FileFacts, Origin
from casefiles.types import Camera, CameraId, Source
from casefiles.usecases.camera_overlaps import claim_of, find_overlaps, overlap_words
from casefiles.usecases.propose_recordings import Proposal, claim_of_proposal
from ui.models.facts import Group
from ui.models.file_facts import (
    audio_words,
    claims_group,
    codec_words,
    container_words,
    found_group,
    look_group,
    rate_words,
    size_words,
)
from ui.models.intake_rows import IntakeRow, row_of
from ui.models.wall_text import length
from ui.theme import Token, colour
from video.clock import NS_PER_S

Index: TypeAlias = QModelIndex | QPersistentModelIndex
(
    ADD, FILE, LOOK, CAMERA, START, OFFSET, KNOWN, LENGTH, CODEC, CLAIMED, RATE, SIZE, INTERLACED,
    AUDIO, GAPS, DUPLICATES, FROZEN, JUMPS, DAMAGE, SHA256,
) = range(20)  # fmt: skip
_EDITED: Final = frozenset((CAMERA, START, OFFSET))
_NOWHERE: Final = QModelIndex()
_ASCENDING: Final = Qt.SortOrder.AscendingOrder
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBERS: Final = frozenset(
    (OFFSET, LENGTH, CLAIMED, RATE, GAPS, DUPLICATES, FROZEN, JUMPS, DAMAGE)
)
_FACTS: Final[dict[int, tuple[Callable[[FileFacts], str], Callable[[FileFacts], Any]]]] = {
    CODEC: (lambda f: f"{codec_words(f.codec)} · {container_words(f.container)}",
            lambda f: (f.codec, f.container)),
    CLAIMED: (lambda f: f"{float(f.claimed_fps):.2f}" if f.claimed_fps is not None else "",
              lambda f: f.claimed_fps or 0),
    RATE: (rate_words, lambda f: f.measured_fps or 0),
    SIZE: (size_words, lambda f: (f.width * f.height, f.rotation_deg)),
    INTERLACED: (lambda f: "yes" if f.interlaced else "", lambda f: not f.interlaced),
    AUDIO: (audio_words, audio_words),
    GAPS: (lambda f: str(len(f.gaps) or ""), lambda f: len(f.gaps)),
    DUPLICATES: (lambda f: str(f.duplicates or ""), lambda f: f.duplicates),
    FROZEN: (lambda f: str(len(f.frozen) or ""), lambda f: len(f.frozen)),
    JUMPS: (lambda f: str(len(f.clock_jumps) or ""), lambda f: len(f.clock_jumps)),
    DAMAGE: (lambda f: str(f.corrupt_packets or ""), lambda f: f.corrupt_packets),
}  # fmt: skip
"""What a column of facts shows, and what it sorts by."""
_AMBER: Final = frozenset((GAPS, FROZEN, JUMPS, DAMAGE, DUPLICATES, INTERLACED))


class IntakeModel(QAbstractTableModel):
    """The proposals; add, camera, start and offset can be changed, one row or many at once."""

    changed = Signal()
    """Something was corrected."""

    def __init__(
        self,
        proposals: Sequence[Proposal],
        cameras: Sequence[Camera],
        zone_name: str,
        parent: QObject | None = None,
        *,
        known: Sequence[Source] = (),
    ) -> None:
        """`known` are the recordings of the case, which may claim the same camera and time."""
        super().__init__(parent)
        self.cameras = tuple(cameras)
        self._names = {camera.camera_id: camera.name for camera in cameras}
        self._claims = [claim for one in known if (claim := claim_of(one)) is not None]
        self._hashes = {one.sha256: one for one in known}
        self._given = [row_of(proposal, zone_name) for proposal in proposals]
        self.rows = list(self._given)
        self.titles = (
            self.tr("Add"), self.tr("Recording"), self.tr("Look at"), self.tr("Camera"),
            self.tr("Recorder showed at the start"), self.tr("Fast by (s)"),
            self.tr("How that is known"), self.tr("Length"), self.tr("Codec, container"),
            self.tr("Claimed fps"), self.tr("Measured fps"), self.tr("Picture"),
            self.tr("Interlaced"), self.tr("Sound"), self.tr("Gaps"), self.tr("Repeated"),
            self.tr("Frozen"), self.tr("Clock jumps"), self.tr("Damaged"), self.tr("SHA-256"),
        )  # fmt: skip
        self._compare()

    def accepted(self) -> tuple[Proposal, ...]:
        """The wanted proposals as corrected, in the order given first."""
        return tuple(row.corrected() for row in self._given if row.wanted and not row.problem)

    def blocked(self) -> int:
        """How many wanted rows cannot be added as they stand."""
        return sum(1 for row in self.rows if row.wanted and row.problem)

    def camera_name(self, camera_id: CameraId | None) -> str:
        """What a camera is called; words for none."""
        return self.tr("no camera") if camera_id is None else self._names.get(camera_id, camera_id)

    def matches(self, row: int, words: str) -> bool:
        """Whether every word is somewhere in the row."""
        text = " ".join(
            [*(self._text(self.rows[row], column) for column in range(len(self.titles))),
             str(self.rows[row].proposal.path), *self.rows[row].looks]
        ).lower()  # fmt: skip
        return all(word in text for word in words.lower().split())

    def details(self, row: int) -> tuple[Group | None, Group | None, Group]:
        """Everything of a row: what the file claims, what was found, what to look at."""
        one = self.rows[row]
        facts = one.proposal.facts
        looks = look_group([*one.looks, *([one.known] if one.known else [])])
        if facts is None:
            return None, None, looks
        return claims_group(facts), found_group(facts, one.sha256), looks

    # -- many rows at once

    def set_camera(self, rows: Iterable[int], camera_id: CameraId | None) -> None:
        """These rows are of one camera."""
        for row in self._changeable(rows):
            row.camera_id = camera_id
        self._tell()

    def set_zone(self, rows: Iterable[int], zone_name: str) -> None:
        """What is shown as start of these rows was in that zone.

        Raises:
            BadTime: there is no such zone; nothing was changed.
        """
        for row in self._changeable(rows):
            row.set_zone(zone_name)
        self._tell()

    def set_basis(self, rows: Iterable[int], by: str) -> int:
        """Starts these rows by `file`, `name` or `none`; gives how many have no such start."""
        left = sum(not row.choose_by(by) for row in self._changeable(rows))
        self._tell()
        return left

    def change_origin(self, rows: Iterable[int], change: Callable[[Origin], Origin]) -> None:
        """Notes where these rows come from."""
        for row in self._changeable(rows):
            row.origin = change(row.origin)
        self._tell()

    def set_wanted(self, rows: Iterable[int], *, wanted: bool) -> None:
        """These rows are to be added, or not."""
        for row in self._changeable(rows):
            row.wanted = wanted
        self._tell()

    def set_hash(self, path: object, sha256: str) -> None:
        """The hash of a file is known: of equal files only the first can be added."""
        for row in self.rows:
            if row.proposal.path == path:
                row.sha256 = sha256
        first: dict[str, IntakeRow] = {}
        for row in self._given:
            if not row.sha256 or not row.proposal.addable:
                continue
            source = self._hashes.get(row.sha256)
            other = first.setdefault(row.sha256, row)
            row.twin = ""
            if source is not None:
                row.twin = self.tr("same bytes as source {0}").format(source.source_id)
            elif other is not row:
                row.twin = self.tr("same bytes as {0}").format(other.proposal.path.name)
            row.wanted = row.wanted and not row.twin
        self._tell()

    def _changeable(self, rows: Iterable[int]) -> list[IntakeRow]:
        return [self.rows[at] for at in rows if self.rows[at].proposal.addable]

    def _tell(self) -> None:
        self._compare()
        last = self.index(len(self.rows) - 1, len(self.titles) - 1)
        self.dataChanged.emit(self.index(0, ADD), last)
        self.changed.emit()

    def _compare(self) -> None:
        """Notes which wanted rows claim the same camera and time as others."""
        mine = [
            claim
            for row in self._given
            if row.wanted and (claim := claim_of_proposal(row.corrected())) is not None
        ]
        shared = find_overlaps([*self._claims, *mine])
        for row in self._given:
            others = shared.get(row.proposal.path, ()) if row.wanted else ()
            row.overlap = overlap_words(others) if others else ""

    # -- as Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole,
        ):  # fmt: skip
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return _RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not self.rows[index.row()].proposal.addable:
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
            tone = self._tone(row, column)
            return None if tone is None else colour(tone)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return _RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.titles[column]}: {self._text(row, column) or self.tr('empty')}"
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
            row.take_start(str(value))
        elif column == OFFSET:
            row.take_offset(str(value))
        else:
            return False
        self._tell()
        return True

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Sorts by a column, or as given by −1; what was corrected stays with its row."""
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.rows[index.row()]) for index in self.persistentIndexList()]
        self.rows = list(self._given)
        if column >= 0:
            self.rows.sort(
                key=lambda row: self._sort_key(row, column), reverse=order is not _ASCENDING
            )
        places = {id(row): at for at, row in enumerate(self.rows)}
        self.changePersistentIndexList(
            [index for index, _ in kept],
            [self.index(places[id(row)], index.column()) for index, row in kept],
        )
        self.layoutChanged.emit()

    def _sort_key(self, row: IntakeRow, column: int) -> tuple[Any, ...]:
        facts = row.proposal.facts
        if column == ADD:
            return (not row.wanted,)
        if column == LENGTH:
            return (row.proposal.duration_s,)
        if column == LOOK:
            # Problems first, then whatever raises the most doubts.
            worst = 0 if row.problem and row.proposal.already_in_case is None else 1
            return (worst, -len(row.doubts), self._text(row, LOOK).lower())
        if column in _FACTS:
            return (facts is not None, _FACTS[column][1](facts) if facts is not None else 0)
        return (self._text(row, column).lower(),)

    def _text(self, row: IntakeRow, column: int) -> str:
        proposal = row.proposal
        if column in _FACTS:
            return _FACTS[column][0](proposal.facts) if proposal.facts is not None else ""
        if column == LOOK:
            looks = row.looks
            return looks[0] + (f" (+{len(looks) - 1})" if len(looks) > 1 else "") if looks else ""
        return {
            FILE: proposal.path.name,
            LENGTH: _length(proposal),
            CAMERA: self.camera_name(row.camera_id) if proposal.addable else "",
            START: row.start_text,
            OFFSET: row.offset_text,
            KNOWN: row.known,
            SHA256: f"{row.sha256[:12]}…" if row.sha256 else "",
        }.get(column, "")

    def _tone(self, row: IntakeRow, column: int) -> Token | None:
        wrong = {START: row.start_problem, OFFSET: row.offset_problem, LOOK: row.problem}
        if wrong.get(column):
            known = column == LOOK and row.proposal.already_in_case is not None
            return "text_dim" if known else "alert"
        if not row.wanted or not row.proposal.addable:
            return "text_disabled"
        if column == LOOK or column in _AMBER:
            return "warn"
        if column == RATE and row.proposal.facts is not None and row.proposal.facts.variable_rate:
            return "warn"
        is_dim = column in (KNOWN, SHA256) or (column == CAMERA and row.camera_id is None)
        return "text_dim" if is_dim else None

    def _tip(self, row: IntakeRow, column: int) -> str:
        if column == SHA256:
            return row.sha256
        return "\n".join([str(row.proposal.path), *row.looks, *([row.known] if row.known else [])])


def _length(proposal: Proposal) -> str:
    if not proposal.frames:
        return ""
    facts = proposal.facts
    return length(proposal.duration_s if facts is None else facts.duration_ns / NS_PER_S)
