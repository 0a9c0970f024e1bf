"""Takes and what was cut out in them: SQL ↔ `Take`, columns of cut-outs, plates, views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.synopsis_types import DropWhy, Take, TakeId, ViewChange
from casefiles.types import RunId, SourceId, TrackId
from video.synopsis.types import Spot
from video.types import TimeNs

TABLES: Final = (
    "synopsis_takes", "synopsis_views", "synopsis_plates", "synopsis_frames", "synopsis_dropped",
)  # fmt: skip
"""What making takes writes, as listeners of a case are told."""
_COLUMNS = (
    "take_id, run_id, source_id, source_sha256, options, program_version, pack, pack_sha256, "
    "pack_key, width, height, state, made_ns"
)
_NEXT_ID = "SELECT coalesce(max(take_id), 0) + 1 FROM synopsis_takes"
_INSERT = (
    f"INSERT INTO synopsis_takes ({_COLUMNS}) "  # noqa: S608 - a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = f"SELECT {_COLUMNS} FROM synopsis_takes ORDER BY take_id"  # noqa: S608 - as above
_INSERT_VIEW = "INSERT INTO synopsis_views VALUES (?, ?, ?, ?)"
_INSERT_PLATE = "INSERT INTO synopsis_plates VALUES (?, ?, ?, ?)"
_INSERT_FRAMES = """
INSERT INTO synopsis_frames
    (take_id, track_id, time_ns, x1, y1, x2, y2, pixels, pack_at, pack_length)
SELECT take_id, track_id, time_ns, x1, y1, x2, y2, pixels, pack_at, pack_length FROM batch
"""
_INSERT_DROPPED = "INSERT INTO synopsis_dropped VALUES (?, ?, ?)"
_DELETE_FRAMES_OF = "DELETE FROM synopsis_frames WHERE take_id = ? AND track_id = ?"
_FINISH = "UPDATE synopsis_takes SET state = 'finished', pack_sha256 = ? WHERE take_id = ?"
_DELETES = tuple(
    f"DELETE FROM {table} WHERE take_id = ?"  # noqa: S608 - names from the tuple above only
    for table in TABLES
)
_VIEWS = "SELECT take_id, time_ns, words FROM synopsis_views ORDER BY take_id, time_ns"
_DROPPED = "SELECT take_id, track_id, why FROM synopsis_dropped ORDER BY take_id, track_id"
_PICTURES = """
SELECT take_id, time_ns, picture FROM synopsis_views WHERE take_id IN (SELECT unnest(?::BIGINT[]))
ORDER BY take_id, time_ns
"""
_PLATES = """
SELECT take_id, time_ns, pack_at, pack_length FROM synopsis_plates
WHERE take_id IN (SELECT unnest(?::BIGINT[])) ORDER BY take_id, time_ns
"""
_FRAMES = """
SELECT take_id, track_id, time_ns, x1, y1, x2, y2, pixels, pack_at, pack_length
FROM synopsis_frames WHERE take_id IN (SELECT unnest(?::BIGINT[]))
"""
_ONLY = " AND track_id IN (SELECT track_id FROM wanted)"
_IN_ORDER = " ORDER BY take_id, track_id, time_ns"
_BOX: Final = ("x1", "y1", "x2", "y2")


@dataclass(frozen=True, slots=True)
class CutFrames:
    """Cut-outs as columns of equal length: `track_id (n,) int64`, `time_ns (n,) int64` media time,
    `boxes (n, 4) int32`, `pixels (n,) int32`, and where they lie in the pack of their take:
    `at (n,) int64`, `length (n,) int32`."""

    track_id: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    boxes: NDArray[np.int32]
    pixels: NDArray[np.int32]
    at: NDArray[np.int64]
    length: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.track_id)


def next_id(cursor: Cursor) -> TakeId:
    """The id of the next take."""
    return TakeId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, take: Take) -> None:
    """Stores a take, without its views, plates, cut-outs and what it dropped."""
    cursor.execute(
        _INSERT,
        [
            take.take_id, take.run_id, take.source_id, take.source_sha256, take.options,
            take.program_version, take.pack, take.pack_sha256, take.pack_key, *take.size,
            take.state, take.made_ns,
        ],
    )  # fmt: skip


def add_views(cursor: Cursor, take_id: TakeId, views: Sequence[tuple[ViewChange, bytes]]) -> None:
    """Stores views, each with its first empty picture as a small JPEG."""
    for view, picture in views:
        cursor.execute(_INSERT_VIEW, [take_id, view.time_ns, view.words, picture])


def add_plates(cursor: Cursor, take_id: TakeId, plates: Sequence[tuple[TimeNs, Spot]]) -> None:
    """Stores where empty pictures lie, by the media time from which each is good."""
    for time_ns, spot in plates:
        cursor.execute(_INSERT_PLATE, [take_id, time_ns, spot.at, spot.length])


def add_frames(cursor: Cursor, take_id: TakeId, frames: CutFrames) -> None:
    """Stores where cut-outs lie."""
    if not len(frames):
        return
    insert_columns(
        cursor,
        _INSERT_FRAMES,
        {
            "take_id": np.full(len(frames), take_id, np.int64),
            "track_id": frames.track_id,
            "time_ns": frames.time_ns,
            **{name: np.ascontiguousarray(frames.boxes[:, i]) for i, name in enumerate(_BOX)},
            "pixels": frames.pixels,
            "pack_at": frames.at,
            "pack_length": frames.length,
        },
    )


def finish(
    cursor: Cursor, take_id: TakeId, pack_sha256: str, dropped: Mapping[TrackId, DropWhy]
) -> None:
    """Marks a take finished; cut-outs of tracks that are dropped go."""
    for track_id, why in dropped.items():
        cursor.execute(_INSERT_DROPPED, [take_id, track_id, why])
        cursor.execute(_DELETE_FRAMES_OF, [take_id, track_id])
    cursor.execute(_FINISH, [pack_sha256, take_id])


def delete(cursor: Cursor, take_id: TakeId) -> None:
    """Removes a take and everything of it but its pack."""
    for statement in _DELETES:
        cursor.execute(statement, [take_id])


def every(cursor: Cursor) -> tuple[Take, ...]:
    """All takes by id."""
    views: dict[int, list[ViewChange]] = {}
    for take_id, time_ns, words in cursor.execute(_VIEWS).fetchall():
        views.setdefault(take_id, []).append(ViewChange(TimeNs(time_ns), words))
    dropped: dict[int, dict[TrackId, DropWhy]] = {}
    for take_id, track_id, why in cursor.execute(_DROPPED).fetchall():
        dropped.setdefault(take_id, {})[TrackId(track_id)] = why
    return tuple(
        _take(row, tuple(views.get(row[0], ())), dropped.get(row[0], {}))
        for row in cursor.execute(_SELECT).fetchall()
    )


def _take(
    row: tuple[Any, ...], views: tuple[ViewChange, ...], dropped: Mapping[TrackId, DropWhy]
) -> Take:
    return Take(
        take_id=TakeId(row[0]),
        run_id=RunId(row[1]),
        source_id=SourceId(row[2]),
        source_sha256=row[3],
        options=row[4],
        program_version=row[5],
        pack=row[6],
        pack_sha256=row[7],
        pack_key=None if row[8] is None else bytes(row[8]),
        size=(row[9], row[10]),
        state=row[11],
        views=views,
        dropped=dropped,
        made_ns=row[12],
    )


def view_pictures(cursor: Cursor, take_ids: Sequence[TakeId]) -> dict[tuple[TakeId, TimeNs], bytes]:
    """The small picture of each view of these takes, by take and the time the view begins."""
    found = cursor.execute(_PICTURES, [list(take_ids)]).fetchall()
    return {(TakeId(row[0]), TimeNs(row[1])): bytes(row[2]) for row in found}


def plates(cursor: Cursor, take_ids: Sequence[TakeId]) -> dict[TakeId, list[tuple[TimeNs, Spot]]]:
    """The empty pictures of these takes, in order of media time."""
    found: dict[TakeId, list[tuple[TimeNs, Spot]]] = {}
    for row in cursor.execute(_PLATES, [list(take_ids)]).fetchall():
        found.setdefault(TakeId(row[0]), []).append((TimeNs(row[1]), Spot(row[2], row[3])))
    return found


def frames(
    cursor: Cursor, take_ids: Sequence[TakeId], tracks: Sequence[TrackId] | None = None
) -> tuple[NDArray[np.int64], CutFrames]:
    """The take `(n,) int64` and the rest of every cut-out of these takes, of these tracks (of all
    where None), by take, track and time."""
    statement = _FRAMES + _IN_ORDER
    if tracks is not None:
        statement = _FRAMES + _ONLY + _IN_ORDER
        cursor.register("wanted", {"track_id": np.array(sorted(set(tracks)), np.int64)})
    try:
        found = cursor.execute(statement, [list(take_ids)]).fetchnumpy()
    finally:
        if tracks is not None:
            cursor.unregister("wanted")
    cut = CutFrames(
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["time_ns"], np.int64),
        np.stack([np.asarray(found[name], np.int32) for name in _BOX], axis=1),
        np.asarray(found["pixels"], np.int32),
        np.asarray(found["pack_at"], np.int64),
        np.asarray(found["pack_length"], np.int32),
    )
    return np.asarray(found["take_id"], np.int64), cut
