"""Cameras and their recordings as a tree: what each row says, in which order, and what fits.

A camera with one recording is one row; with more it opens. Recordings without a camera stand alone.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from casefiles.types import Camera, CameraId, Run, Source, SourceId
from casefiles.usecases.camera_overlaps import Claim, claim_of, find_overlaps, overlap_words
from casefiles.usecases.note_origin import deadline_words
from casefiles.view_types import CaseView
from ui.models.file_facts import deadline_tone
from ui.models.wall_text import doubt_words, length, moment
from ui.theme import Token
from video.clock import NS_PER_S, format_media, now_ns
from video.types import TimeNs

Index: TypeAlias = QModelIndex | QPersistentModelIndex
SortBy: TypeAlias = Literal["name", "start", "length", "state", "deadline"]
ROW: Final = Qt.ItemDataRole.UserRole
"""The `SourceRow` of an index."""
_NOWHERE: Final = QModelIndex()
_NEVER: Final = 1 << 62
_ZERO: Final = TimeNs(0)


# Not frozen: hundreds are made whenever the case changes, and freezing doubles what that takes.
@dataclass(slots=True)
class SourceRow:
    """One row: a camera, a recording, or a camera with its one recording; never changed."""

    title: str
    file: str
    clock: str
    clock_tone: Token
    length: str
    state: str
    state_tone: Token
    camera_id: CameraId | None
    sources: tuple[SourceId, ...]
    start_ns: int
    length_ns: int
    analysed: int
    """How many of `sources` have been analysed."""
    warned: bool = False
    """Something about the footage is worth reading: it is in `tip_of`."""
    source: Source | None = None
    run: Run | None = None
    children: tuple["SourceRow", ...] = ()
    deadline_ns: int = _NEVER
    """When the recorder writes over it, or over the first of its recordings."""
    deadline: str = ""
    deadline_tone: Token = "text_dim"
    overlap: str = ""
    """Which others claim the same camera and time."""

    @property
    def source_id(self) -> SourceId | None:
        """The recording of this row, where it is one."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        parts = (self.title, self.file, self.length, self.deadline, self.clock, self.state)
        return ", ".join(dict.fromkeys(part for part in parts if part))


def clock_words(source: Source) -> tuple[str, Token]:
    """How a recorder's clock stands, in words, and the colour that doubles them."""
    if source.clock is None:
        return "start not known", "warn"
    if not source.offset_ns:
        return "no clock offset", "text_dim"
    side = "fast" if source.offset_ns > 0 else "slow"
    return f"{_offset_words(abs(source.offset_ns) / NS_PER_S)} {side}", "text_dim"


def _offset_words(seconds: float) -> str:
    """To the second even where hours are off: drift is seconds, summer time an hour."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 3600:
        return length(whole)
    return f"{length(whole)} {whole % 60:02d} s"


def state_words(run: Run | None, percent: int | None) -> tuple[str, Token]:
    """How far a recording is analysed, in words, and the colour that doubles them."""
    if percent is not None:
        return f"analysing {percent} %", "accent"
    if run is not None and run.stop is not None:
        upto = format_media(run.stop.analysed_to_ns) if run.stop.analysed_to_ns else ""
        return (f"analysed only up to {upto}" if upto else "could not be analysed"), "warn"
    if run is None or run.state != "finished":
        return "not analysed", "text_dim"
    tracks = run.report.get("tracks")
    if not isinstance(tracks, int):
        return "analysed", "good"
    return f"analysed, {tracks} track{'' if tracks == 1 else 's'}", "good"


def rows_of(view: CaseView, percents: Mapping[str, int]) -> list[SourceRow]:
    """The rows of a case in the order of its cameras; `percents` are of files being analysed."""
    claims = (claim for source in view.sources if (claim := claim_of(source)) is not None)
    rows = _plain_rows(view, percents)
    _note_intake(rows, view, find_overlaps(claims), now_ns())
    return rows


def _note_intake(
    rows: Iterable[SourceRow],
    view: CaseView,
    shared: Mapping[Hashable, tuple[Claim, ...]],
    now: int,
) -> None:
    """Adds deadlines, and who claims the same camera and time, to rows that were just made."""
    for row in rows:
        _note_intake(row.children, view, shared, now)
        if row.source is None:
            first = min(row.children, key=lambda child: child.deadline_ns, default=None)
            if first is not None:
                row.deadline_ns, row.deadline = first.deadline_ns, first.deadline
                row.deadline_tone = first.deadline_tone
            row.warned = row.warned or any(child.warned for child in row.children)
            continue
        others = shared.get(row.source.source_id)
        if others is not None:
            row.overlap, row.warned = overlap_words(others), True
        intake = view.intakes.get(row.source.source_id)
        if intake is not None and intake.origin.overwrite_ns is not None:
            row.deadline_ns = intake.origin.overwrite_ns
            row.deadline = deadline_words(row.deadline_ns, now)
            row.deadline_tone = deadline_tone(row.deadline_ns, now)


def _plain_rows(view: CaseView, percents: Mapping[str, int]) -> list[SourceRow]:
    by_camera: dict[CameraId | None, list[Source]] = {}
    for source in view.sources:
        by_camera.setdefault(source.camera_id, []).append(source)
    rows = []
    for camera in view.cameras:
        found = by_camera.pop(camera.camera_id, [])
        rows.append(_camera_row(view, camera, found, percents))
    for rest in by_camera.values():
        rows.extend(_source_row(view, source, source.path.name, percents) for source in rest)
    return rows


def _source_row(
    view: CaseView, source: Source, title: str, percents: Mapping[str, int]
) -> SourceRow:
    run = view.runs.get(source.source_id)
    clock, clock_tone = clock_words(source)
    start = source.clock.to_wall_ns(_ZERO) if source.clock is not None else None
    state, state_tone = state_words(run, percents.get(source.path.name))
    return SourceRow(
        title=title,
        file=source.path.name,
        clock=clock,
        clock_tone=clock_tone,
        length=length(source.duration_ns / NS_PER_S),
        state=state,
        state_tone=state_tone,
        camera_id=source.camera_id,
        sources=(source.source_id,),
        start_ns=_NEVER if start is None else start,
        length_ns=source.duration_ns,
        analysed=int(run is not None and run.state == "finished"),
        warned=bool(source.warnings),
        source=source,
        run=run,
    )


def _camera_row(
    view: CaseView, camera: Camera, sources: Sequence[Source], percents: Mapping[str, int]
) -> SourceRow:
    if len(sources) == 1:
        return _source_row(view, sources[0], camera.name, percents)
    children = tuple(_source_row(view, one, one.path.name, percents) for one in sources)
    done = sum(child.analysed for child in children)
    total_ns = sum(child.length_ns for child in children)
    unknown = any(child.clock_tone == "warn" for child in children)
    return SourceRow(
        title=camera.name,
        file="",
        clock="a start is not known" if unknown else "",
        clock_tone="warn" if unknown else "text_dim",
        length=length(total_ns / NS_PER_S) if children else "",
        state=f"{done} of {len(children)} analysed" if children else "no footage yet",
        state_tone="good" if children and done == len(children) else "text_dim",
        camera_id=camera.camera_id,
        sources=tuple(child.sources[0] for child in children),
        start_ns=min((child.start_ns for child in children), default=_NEVER),
        length_ns=total_ns,
        analysed=done,
        warned=any(child.warned for child in children),
        children=children,
    )


def tip_of(row: SourceRow, zone_name: str) -> str:
    """Everything worth knowing of a row, a line each; made when it is pointed at."""
    source, run = row.source, row.run
    if source is None:
        return f"{row.title} ({row.camera_id})"
    rate = f" · {source.measured_fps:.1f} frames/s" if source.measured_fps else ""
    lines = [
        str(source.path),
        f"{source.width} × {source.height} · {source.codec}{rate} · {source.frames} frames",
    ]
    if source.clock is None:
        lines.append("When it was recorded is not known: set its clock.")
    else:
        start = source.clock.to_wall_ns(_ZERO)
        lines.append(f"Starts {moment(start, zone_name)}")
        if source.offset_ns:
            shown = moment(start + source.offset_ns, zone_name)
            doubt = doubt_words(source)
            lines.append(f"The recorder showed {shown}" + (f" ({doubt})" if doubt else ""))
    if run is not None:
        lines.append(f"Analysed with {run.provenance.model_name}")
    if row.deadline:
        lines.append(f"Its recorder keeps it: {row.deadline}")
    lines.extend(f"⚠ {warning}" for warning in (*source.warnings, row.overlap) if warning)
    return "\n".join(lines)


def _fits(row: SourceRow, wanted: str) -> bool:
    said = f"{row.title} {row.file} {row.deadline} {row.clock} {row.state}".lower()
    return all(part in said
               for part in wanted.split())  # fmt: skip


def _order(row: SourceRow, by: SortBy) -> tuple[Any, ...]:
    if by == "start":
        return (row.start_ns, row.title.lower())
    if by == "length":
        return (-row.length_ns, row.title.lower())
    if by == "deadline":
        return (row.deadline_ns, row.title.lower())
    if by == "state":
        return (row.analysed / max(len(row.sources), 1), row.title.lower())
    return (row.title.lower(), row.file.lower())


class SourcesTree(QAbstractItemModel):
    """The rows as Qt shows them; where only words change, rows stay where they are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._every: list[SourceRow] = []
        self._rows: list[SourceRow] = []
        self._filter = ""
        self._by: SortBy = "name"
        self.zone_name = "UTC"
        """The zone in which tool tips tell times."""

    def set_rows(self, rows: Sequence[SourceRow]) -> bool:
        """Shows these rows; True where the tree was built anew, False where words changed."""
        self._every = list(rows)
        return self._show()

    def set_filter(self, text: str) -> bool:
        """Shows only rows that hold all these words; as `set_rows`."""
        self._filter = text.lower().strip()
        return self._show()

    def set_order(self, by: SortBy) -> bool:
        """Sorts by something else; as `set_rows`."""
        self._by = by
        return self._show()

    @property
    def rows(self) -> tuple[SourceRow, ...]:
        """The topmost rows shown, in order."""
        return tuple(self._rows)

    def row(self, index: Index) -> SourceRow | None:
        """The row of an index; None outside of the tree."""
        if not index.isValid():
            return None
        above = index.internalId()
        if not above:
            return self._rows[index.row()]
        return self._rows[above - 1].children[index.row()]

    def find(self, source_id: int | None, camera_id: str | None = None) -> QModelIndex:
        """Where a recording is, else its camera; an invalid index where neither is shown."""
        for at, row in enumerate(self._rows):
            if source_id is not None and source_id in row.sources:
                if row.children:
                    return self.index(row.sources.index(SourceId(source_id)), 0, self.index(at, 0))
                return self.index(at, 0)
        for at, row in enumerate(self._rows):
            if camera_id is not None and row.camera_id == camera_id:
                return self.index(at, 0)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = _NOWHERE) -> Any:
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        if not parent.isValid():
            return len(self._rows)
        return 0 if parent.internalId() else len(self._rows[parent.row()].children)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of(row, self.zone_name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return None

    def _show(self) -> bool:
        rows = sorted(self._wanted(), key=lambda row: _order(row, self._by))
        if _shape(rows) == _shape(self._rows):
            changed = [at for at, row in enumerate(rows) if row != self._rows[at]]
            self._rows = rows
            for at in changed:
                here = self.index(at, 0)
                self.dataChanged.emit(here, here)
                if rows[at].children:
                    last = self.index(len(rows[at].children) - 1, 0, here)
                    self.dataChanged.emit(self.index(0, 0, here), last)
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def _wanted(self) -> Iterable[SourceRow]:
        for row in self._every:
            if not self._filter or _fits(row, self._filter):
                yield row
                continue
            children = tuple(child for child in row.children if _fits(child, self._filter))
            if children:
                sources = tuple(child.sources[0] for child in children)
                yield replace(row, children=children, sources=sources)


def _shape(rows: Iterable[SourceRow]) -> list[tuple[CameraId | None, tuple[SourceId, ...]]]:
    return [(row.camera_id, row.sources) for row in rows]
