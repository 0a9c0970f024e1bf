"""The stages of cameras: takes of one view joined, their tubes in wall time."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.store import runs, synopsis
from casefiles.store.engine import Cursor
from casefiles.store.synopsis import CutFrames
from casefiles.synopsis_types import Stage, Take, TakeId, ViewChange
from casefiles.types import CameraId, Run, Source, SourceId, TrackId
from casefiles.usecases.tube_work import RECIPE
from video.synopsis.pack import PackReader
from video.synopsis.scaling import from_jpeg
from video.synopsis.types import Plate, Spot, StageNs, TubeFrames
from video.synopsis.views import same_view
from video.types import TimeNs

FOLDER: Final = "synopsis"
"""The folder of a case with its packs; copies of a case go without it."""


def read_stages(
    case: Case, tracks: Sequence[TrackId] | None = None, source_ids: Sequence[int] = ()
) -> tuple[Stage, ...]:
    """The stages of these recordings (of all, where none is named) with the tubes of these tracks
    (of all, where None), by camera and time; stages without a tube are left out.

    Tubes and plates are in order of stage time. Two frames of a tube further apart than
    `ABSENT_NS` (video.synopsis.types): it was not there in between.
    A recording without a current take, or whose pack is gone, adds nothing: see `current_takes`.

    Raises:
        UnknownSource: there is none of an id.
        CaseDamaged: as for reading the case.
    """
    takes = current_takes(case, source_ids)
    if not takes:
        return ()
    ids = [take.take_id for take in takes.values()]
    known = {source.source_id: source for source in case.sources()}
    names = {camera.camera_id: camera.name for camera in case.cameras()}

    def read(cursor: Cursor) -> "_Rows":
        taken, cut = synopsis.frames(cursor, ids, tracks)
        return _Rows(taken, cut, synopsis.plates(cursor, ids), synopsis.view_pictures(cursor, ids))

    rows = case.read(read)
    cast: list[_Cast] = []
    for source_id, take in takes.items():
        for part in _parts(known[source_id], take, rows):
            fitting = (one for one in cast if one.takes_in(part))
            home = next(fitting, None)
            if home is None:
                home = _Cast(part)
                cast.append(home)
            home.parts.append(part)
    stages = []
    for one in cast:
        views = sum(other.whose == one.whose for other in cast)
        stage = _stage(one, rows, names, views=views)
        if stage.tubes:
            stages.append(stage)
    return tuple(sorted(stages, key=_order))


def narrowed(stages: Sequence[Stage], tracks: Collection[TrackId]) -> tuple[Stage, ...]:
    """Stages with the tubes of these tracks alone, without reading anything; those left without a
    tube are left out, the others keep their takes and plates."""
    wanted = set(tracks)
    kept = []
    for stage in stages:
        tubes = tuple(tube for tube in stage.tubes if tube.tube in wanted)
        if tubes:
            sources = {TrackId(one.tube): stage.sources[TrackId(one.tube)] for one in tubes}
            kept.append(replace(stage, tubes=tubes, sources=sources))
    return tuple(kept)


def current_takes(case: Case, source_ids: Collection[int] = ()) -> dict[SourceId, Take]:
    """The take of each of these recordings (of all) that belongs to the run shown and whose pack
    is there; `make_tubes` makes what is missing."""
    wanted = {case.source(number).source_id for number in source_ids}

    def read(cursor: Cursor) -> dict[SourceId, Take]:
        shown = runs.current(cursor)
        return {
            take.source_id: take
            for take in synopsis.every(cursor)
            if take.source_id in shown and is_current(take, shown[take.source_id])
        }

    found = case.read(read)
    return {
        source_id: found[source_id]
        for source_id in sorted(found)
        if (not wanted or source_id in wanted) and pack_path(case, found[source_id]).is_file()
    }


def is_current(take: Take, run: Run) -> bool:
    """Whether a take is finished and what would be made of a run today."""
    return (
        take.state == "finished"
        and take.run_id == run.run_id
        and take.options == options_of(run)
        and take.source_sha256 == run.provenance.source_sha256
    )


def options_of(run: Run) -> str:
    """Everything that changes what is cut out for a run, as canonical JSON."""
    to_ns = None if run.stop is None else run.stop.analysed_to_ns
    return json.dumps({**RECIPE, "to_ns": to_ns}, sort_keys=True, separators=(",", ":"))


def pack_path(case: Case, take: Take) -> Path:
    """Where the pack of a take lies; a copy made for looking uses those of its case."""
    return (case.copied_from or case.folder) / FOLDER / take.pack


def open_packs(case: Case, stage: Stage) -> tuple[PackReader, ...]:
    """The packs of a stage, open, in the numbering of `TubeFrames.pack`; close each.

    Raises:
        VideoError: one is missing, damaged or not that of the case; none stays open.
    """
    opened: list[PackReader] = []
    try:
        for take in stage.takes:
            opened.append(PackReader(pack_path(case, take), take.pack_key))
    except BaseException:
        for reader in opened:
            reader.close()
        raise
    return tuple(opened)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is stored of the takes: the cut-outs by take, track and time, and the take of each."""

    taken: NDArray[np.int64]
    cut: CutFrames
    plates: dict[TakeId, list[tuple[TimeNs, Spot]]]
    pictures: dict[tuple[TakeId, TimeNs], bytes]


@dataclass(frozen=True, slots=True)
class _Part:
    """One view of one take, from its beginning up to `to_ns`."""

    source: Source
    take: Take
    view: ViewChange
    to_ns: int
    picture: bytes


@dataclass(slots=True)
class _Cast:
    """The parts that make one stage; `first` decides what joins it."""

    first: _Part
    parts: list[_Part] = field(default_factory=list)

    @property
    def whose(self) -> CameraId | SourceId:
        """The camera, or the recording where it has none or where nobody knows its time."""
        source = self.first.source
        if source.camera_id is None or source.clock is None:
            return source.source_id
        return source.camera_id

    def takes_in(self, part: _Part) -> bool:
        """Whether a part shows the same."""
        return (
            self.whose == _Cast(part).whose
            and self.first.take.size == part.take.size
            and _looks_the_same(self.first.picture, part.picture)
        )


def _parts(source: Source, take: Take, rows: _Rows) -> list[_Part]:
    if not take.views:
        # Nothing is tracked in it, so nothing of it was looked at.
        return []
    ends = [int(view.time_ns) for view in take.views[1:]] + [np.iinfo(np.int64).max]
    return [
        _Part(source, take, view, int(end), rows.pictures[take.take_id, view.time_ns])
        for view, end in zip(take.views, ends, strict=True)
    ]


@lru_cache(maxsize=1024)
def _looks_the_same(one: bytes, other: bytes) -> bool:
    """Kept: every change of a filter asks anew."""
    if one == other:
        return True
    first, second = from_jpeg(one), from_jpeg(other)
    return first is not None and second is not None and same_view(first, second)


def _stage(cast: _Cast, rows: _Rows, names: dict[CameraId, str], *, views: int) -> Stage:
    source = cast.first.source
    takes = list({part.take.take_id: part.take for part in cast.parts}.values())
    numbers = {take.take_id: number for number, take in enumerate(takes)}
    tubes: list[TubeFrames] = []
    plates: list[Plate] = []
    sources: dict[TrackId, SourceId] = {}
    for part in cast.parts:
        number = numbers[part.take.take_id]
        mine = _tubes(part, rows, number)
        tubes += mine
        sources |= {TrackId(tube.tube): part.source.source_id for tube in mine}
        plates += _plates(part, rows, number)
    tubes.sort(key=lambda tube: (int(tube.time_ns[0]), tube.tube))
    plates.sort(key=lambda plate: (plate.time_ns, plate.pack))
    camera = source.camera_id
    title = source.path.name if camera is None else names.get(camera) or str(camera)
    return Stage(
        title=title,
        camera_id=camera,
        size=cast.first.take.size,
        wall=source.clock is not None,
        takes=tuple(takes),
        plates=tuple(plates),
        tubes=tuple(tubes),
        sources=sources,
        why=_why(cast) if views > 1 else "",
    )


def _why(cast: _Cast) -> str:
    """What made the stage one of its own: the change that it begins with, where one is known."""
    said = next((part.view.words for part in cast.parts if part.view.words), "")
    return said or "another view of this camera"


def _tubes(part: _Part, rows: _Rows, number: int) -> list[TubeFrames]:
    cut = rows.cut
    first, last = np.searchsorted(rows.taken, [part.take.take_id, part.take.take_id + 1])
    media = cut.time_ns[first:last]
    at = first + np.flatnonzero((media >= part.view.time_ns) & (media < part.to_ns))
    if not len(at):
        return []
    times = _stage_times(part.source, cut.time_ns[at])
    begins = np.flatnonzero(np.diff(cut.track_id[at], prepend=-1))
    found = []
    for rows_of in np.split(np.arange(len(at)), begins[1:]):
        when, where = times[rows_of], at[rows_of]
        # A recorder's drift may round two frames of a very fast camera to one nanosecond.
        apart = np.diff(when, prepend=when[0] - 1) > 0
        when, where = when[apart], where[apart]
        found.append(
            TubeFrames(
                int(cut.track_id[where[0]]),
                when,
                cut.boxes[where],
                cut.pixels[where],
                cut.at[where],
                cut.length[where],
                number,
            )
        )
    return found


def _plates(part: _Part, rows: _Rows, number: int) -> Iterable[Plate]:
    for time_ns, spot in rows.plates.get(part.take.take_id, ()):
        if part.view.time_ns <= time_ns < part.to_ns:
            times = _stage_times(part.source, np.array([time_ns], np.int64))
            yield Plate(StageNs(int(times[0])), spot, number)


def _stage_times(source: Source, media_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    return media_ns if source.clock is None else source.clock.to_walls(media_ns)


def _order(stage: Stage) -> tuple[str, bool, int]:
    return str(stage.camera_id or stage.title), not stage.wall, int(stage.tubes[0].time_ns[0])
