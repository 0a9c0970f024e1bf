"""A synopsis opened for composing its pictures: by the player, by exports, by reports."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from casefiles.case import Case
from casefiles.synopsis_types import Stage, StagePlan, Synopsis, Take
from casefiles.types import CameraId
from casefiles.usecases.read_stages import FOLDER
from casefiles.usecases.synopsis_rows import column_of
from video.synopsis import side_by_side
from video.synopsis.compose import Composer
from video.synopsis.pack import PackReader
from video.synopsis.types import Composed, Shown, ShowNs

_Key = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Column:
    """One camera of a show, and its parts in the order shown."""

    title: str
    camera_id: CameraId | None
    size: tuple[int, int]
    """Width and height, the largest of its parts."""
    parts: tuple[StagePlan, ...]

    def part_at(self, show_ns: int) -> StagePlan:
        """Which part is shown: to know why the view is another one."""
        begun = [one for one in self.parts if one.begins_ns <= show_ns]
        return begun[-1] if begun else self.parts[0]


class Show:
    """The pictures of a synopsis, by camera; a context manager.

    One thread composes; `close` may be called by another when that one is done.
    """

    def __init__(self, synopsis: Synopsis, folder: Path) -> None:
        """Opens the packs, which lie in `folder`.

        Raises:
            VideoError: a pack is missing, foreign or damaged; none stays open.
        """
        self._folder = folder
        self._packs: dict[str, PackReader] = {}
        self._composers: dict[_Key, Composer] = {}
        self.columns: tuple[Column, ...] = ()
        self.boards: tuple[side_by_side.Column, ...] = ()
        """The same for `video.synopsis.side_by_side.Board`."""
        self.length_ns = 0
        try:
            self.change(synopsis)
        except BaseException:
            self.close()
            raise

    def change(self, synopsis: Synopsis) -> None:
        """Shows another synopsis of the same case; what was decoded is kept where the stage is the
        same, so that a filter shows its first picture at once.

        Raises:
            VideoError: as for opening; what was shown before is shown still.
        """
        composers = {}
        columns: dict[object, list[tuple[StagePlan, Composer]]] = {}
        for part in synopsis.parts:
            composer = self._composer(part)
            composers[_key(part.stage)] = composer
            columns.setdefault(column_of(part.stage), []).append((part, composer))
        self._composers = composers
        self.columns = tuple(
            Column(
                parts[0][0].stage.title,
                parts[0][0].stage.camera_id,
                (
                    max(part.stage.size[0] for part, _ in parts),
                    max(part.stage.size[1] for part, _ in parts),
                ),
                tuple(part for part, _ in parts),
            )
            for parts in columns.values()
        )
        self.boards = tuple(
            side_by_side.Column(
                parts[0][0].stage.title,
                tuple((part.begins_ns, composer) for part, composer in parts),
                parts[0][0].stage.wall,
            )
            for parts in columns.values()
        )
        self.length_ns = synopsis.length_ns

    def at(self, column: int, show_ns: int, size: tuple[int, int] | None = None) -> Composed:
        """The picture of a camera at a show time, `size` (width, height) or as it was cut out;
        without labels.

        Raises:
            VideoError: its pack is damaged or gone.
        """
        return self.boards[column].at(ShowNs(show_ns), size)

    def shown_at(
        self, column: int, show_ns: int, size: tuple[int, int] | None = None
    ) -> tuple[Shown, ...]:
        """What that picture shows, lowest layer first, without making it."""
        part = self.columns[column].part_at(show_ns)
        composer = self._composers[_key(part.stage)]
        return composer.shown_at(ShowNs(show_ns - part.begins_ns), size)

    def part_at(self, column: int, show_ns: int) -> StagePlan:
        """Which part of a camera is shown: to know why the view is another one."""
        return self.columns[column].part_at(show_ns)

    def close(self) -> None:
        """Closes the packs; a second close does nothing."""
        for pack in self._packs.values():
            pack.close()
        self._packs = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _composer(self, part: StagePlan) -> Composer:
        stage = part.stage
        known = self._composers.get(_key(stage))
        if known is not None:
            return known.rescheduled(stage.tubes, part.units, part.schedule)
        packs = [self._pack(take) for take in stage.takes]
        return Composer(stage.plates, stage.tubes, part.units, part.schedule, packs, stage.size)

    def _pack(self, take: Take) -> PackReader:
        if take.pack not in self._packs:
            self._packs[take.pack] = PackReader(self._folder / take.pack, take.pack_key)
        return self._packs[take.pack]


def pack_folder(case: Case) -> Path:
    """Where the packs of a case lie; a copy made for looking uses those of its case."""
    return (case.copied_from or case.folder) / FOLDER


def open_show(case: Case, synopsis: Synopsis) -> Show:
    """Opens the packs of a synopsis.

    Raises:
        VideoError: a pack is missing, foreign or damaged: the tubes must be cut out again.
    """
    return Show(synopsis, pack_folder(case))


def _key(stage: Stage) -> _Key:
    """What is the same of a stage whatever is scheduled on it: its takes and its plates."""
    return (
        tuple(int(take.take_id) for take in stage.takes),
        tuple(int(plate.time_ns) for plate in stage.plates),
    )
