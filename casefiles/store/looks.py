"""How tracks looked: the best picture of each, its colours, and vectors of several frames.

A track has up to four vectors, of frames that differ (`track_vectors`, 16-bit floats); tracks of
runs from before that have one (`track_looks.vector`, 32-bit). Every function here that gives
vectors gives both kinds, as 32-bit floats of length 1, a track's rows beside each other:
`vectors_of_run` those of a whole run, `vectors` those of some tracks, `mean_vectors` one a track.
Compare only vectors of one embedder and of one kind (persons, vehicles): a run's options say
which embedder made them (`usecases.likeness.made_by`).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import BodyPart, RunId, TrackId
from casefiles.view_types import ColourShare, Look, LookVector
from video.types import TimeNs

_LOOK = (
    "track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, quality, colour_doubt, thumbnail, "
    "vector"
)
# Bytes travel as hexadecimal text: 1 ms a look, where the other ways take 4 to 8.
_INSERT_LOOKS = """
INSERT INTO track_looks
    (track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, quality, colour_doubt, thumbnail,
     vector)
SELECT track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, quality, colour_doubt,
       unhex(thumbnail), unhex(vector)
FROM batch
"""
_INSERT_COLOURS = """
INSERT INTO track_colours (track_id, run_id, part, colour, share)
SELECT track_id, run_id, part, colour, share FROM batch
"""
_DELETE_LOOKS = "DELETE FROM track_looks WHERE track_id IN (SELECT track_id FROM batch)"
_DELETE_COLOURS = "DELETE FROM track_colours WHERE track_id IN (SELECT track_id FROM batch)"
_SELECT_LOOK = f"SELECT {_LOOK} FROM track_looks WHERE track_id = ?"  # noqa: S608
_SELECT_COLOURS = """
SELECT track_id, part, colour, share FROM track_colours
WHERE track_id IN (SELECT unnest(?::BIGINT[]))
ORDER BY track_id, part, share DESC, colour
"""
_COLOURS_OF_RUNS = """
SELECT track_id, part, colour, share FROM track_colours
WHERE run_id IN (SELECT unnest(?::BIGINT[]))
ORDER BY track_id, part, share DESC, colour
"""
_THUMBNAILS = (
    "SELECT track_id, thumbnail FROM track_looks WHERE track_id IN (SELECT unnest(?::BIGINT[]))"
)
_DOUBTS = """
SELECT track_id, colour_doubt FROM track_looks
WHERE run_id IN (SELECT unnest(?::BIGINT[])) AND colour_doubt <> ''
"""
_QUALITIES = "SELECT track_id, quality FROM track_looks WHERE run_id = ?"
# Between, because the tables lie nearly in this order: other vectors are then not even read.
_VECTORS = """
SELECT v.track_id, v.ordinal, v.vector FROM track_vectors v JOIN wanted w USING (track_id)
WHERE v.track_id BETWEEN ? AND ?
"""
_OLD_VECTORS = """
SELECT l.track_id, 0::TINYINT AS ordinal, l.vector FROM track_looks l JOIN wanted w USING (track_id)
WHERE l.track_id BETWEEN ? AND ? AND octet_length(l.vector) > 0
"""
_VECTORS_OF_RUN = "SELECT track_id, ordinal, vector FROM track_vectors WHERE run_id = ?"
_OLD_VECTORS_OF_RUN = """
SELECT track_id, 0::TINYINT AS ordinal, vector FROM track_looks
WHERE run_id = ? AND octet_length(vector) > 0
"""
_KEPT_FRAMES = """
SELECT track_id, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality
FROM track_vectors WHERE run_id = ? ORDER BY track_id, ordinal
"""
_DELETE_VECTORS = """
DELETE FROM track_vectors
WHERE (track_id, ordinal) IN (SELECT (track_id, ordinal) FROM batch)
"""
_INSERT_VECTORS = """
INSERT INTO track_vectors
    (track_id, run_id, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality, vector)
SELECT track_id, run_id, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality, unhex(vector)
FROM batch
"""

_BOX: Final = ("x1", "y1", "x2", "y2")
_FLOAT: Final = np.dtype("<f4")
_HALF: Final = np.dtype("<f2")
Colours = dict[BodyPart, tuple[ColourShare, ...]]


def replace(cursor: Cursor, looks: Sequence[Look]) -> None:
    """Stores looks, each in the place of an earlier one of its track."""
    if not looks:
        return
    tracks: dict[str, object] = {"track_id": np.array([look.track_id for look in looks], np.int64)}
    insert_columns(cursor, _DELETE_LOOKS, tracks)
    insert_columns(cursor, _DELETE_COLOURS, tracks)
    insert_columns(cursor, _INSERT_LOOKS, _look_columns(looks))
    shares = [
        (look, part, one)
        for look in looks
        for part, shares in look.colours.items()
        for one in shares
    ]
    if shares:
        insert_columns(cursor, _INSERT_COLOURS, _colour_columns(shares))


def look_of(cursor: Cursor, track_id: TrackId) -> Look | None:
    """How a track looked, or None where nothing is stored of it."""
    rows = cursor.execute(_SELECT_LOOK, [track_id]).fetchall()
    if not rows:
        return None
    found = cursor.execute(_SELECT_COLOURS, [[track_id]]).fetchall()
    return _look(rows[0], _grouped(found).get(track_id, {}))


def thumbnails(cursor: Cursor, track_ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
    """The JPEG of each of these tracks; those without a look are absent."""
    rows = cursor.execute(_THUMBNAILS, [list(track_ids)]).fetchall()
    return {TrackId(track): bytes(thumbnail) for track, thumbnail in rows}


def put_vectors(cursor: Cursor, kept: Sequence[LookVector]) -> None:
    """Stores vectors, each in the place of an earlier one of its track and ordinal."""
    if not kept:
        return
    places: dict[str, object] = {
        "track_id": np.array([one.track_id for one in kept], np.int64),
        "ordinal": np.array([one.ordinal for one in kept], np.int8),
    }
    insert_columns(cursor, _DELETE_VECTORS, places)
    boxes = np.array([one.box for one in kept], np.float32)
    columns: dict[str, object] = {
        **places,
        "run_id": np.array([one.run_id for one in kept], np.int64),
        "frame": np.array([one.frame for one in kept], np.int32),
        "pts": np.array([one.pts for one in kept], np.int64),
        "time_ns": np.array([one.time_ns for one in kept], np.int64),
        **{edge: np.ascontiguousarray(boxes[:, at]) for at, edge in enumerate(_BOX)},
        "quality": np.array([one.quality for one in kept], np.float32),
        "vector": _texts([one.vector.astype(_HALF).tobytes().hex() for one in kept]),
    }
    insert_columns(cursor, _INSERT_VECTORS, columns)


def kept_frames(cursor: Cursor, run_id: RunId) -> list[LookVector]:
    """The frames of a run whose vectors are stored, by track and ordinal, without the vectors."""
    nothing = np.zeros(0, np.float32)
    return [
        LookVector(
            TrackId(track), run_id, ordinal, frame, pts, TimeNs(time_ns), (x1, y1, x2, y2),
            quality, nothing,
        )
        for track, ordinal, frame, pts, time_ns, x1, y1, x2, y2, quality in cursor.execute(
            _KEPT_FRAMES, [run_id]
        ).fetchall()
    ]  # fmt: skip


def vectors_of_run(cursor: Cursor, run_id: RunId) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Every vector of a run: the track of each `(n,) int64`, ascending, a track several times,
    and vectors `(n, d) float32` of length 1. Tracks without one are absent.

    How alike two tracks look is the mean of what each frame of one finds best in the other.
    All of them are in memory at once: some 6 KB each.
    """
    found = cursor.execute(_VECTORS_OF_RUN, [run_id]).fetchnumpy()
    if len(found["track_id"]):
        return _rows(found, _HALF, 0)
    return _rows(cursor.execute(_OLD_VECTORS_OF_RUN, [run_id]).fetchnumpy(), _FLOAT, 0)


def vectors(
    cursor: Cursor, track_ids: NDArray[np.int64], *, length: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Of some tracks, those that have vectors of `length` numbers (0: of the longest): the track
    of each `(n,) int64`, ascending, a track several times, and vectors `(n, d) float32` of
    length 1, or as near to it as 16-bit floats come.

    All of them are in memory at once: ask for some thousands.
    """
    if not len(track_ids):
        return np.zeros(0, np.int64), np.zeros((0, length), np.float32)
    cursor.register("wanted", {"track_id": track_ids})
    try:
        ends = [int(track_ids.min()), int(track_ids.max())]
        found = cursor.execute(_VECTORS, ends).fetchnumpy()
        # Whole runs are of one kind or the other: most often there is nothing more to look for.
        left = len(np.unique(found["track_id"])) < len(track_ids)
        old = cursor.execute(_OLD_VECTORS, ends).fetchnumpy() if left else None
    finally:
        cursor.unregister("wanted")
    if old is None or not len(old["track_id"]):
        return _rows(found, _HALF, length)
    if not len(found["track_id"]):
        return _rows(old, _FLOAT, length)
    parts = [_rows(old, _FLOAT, length), _rows(found, _HALF, length)]
    size = max(rows.shape[1] for _, rows in parts)
    kept = [part for part in parts if part[1].shape[1] == size]
    tracks = np.concatenate([tracks for tracks, _ in kept])
    order = np.argsort(tracks, kind="stable")
    return tracks[order], np.concatenate([rows for _, rows in kept])[order]


def mean_vectors(
    cursor: Cursor, track_ids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """One vector for each of some tracks that have any, the mean of its own: their ids
    `(n,) int64`, ascending, and vectors `(n, d) float32` of length 1."""
    tracks, rows = vectors(cursor, track_ids)
    ids, first = np.unique(tracks, return_index=True)
    if len(ids) == len(tracks):
        return tracks, rows
    sums = np.add.reduceat(rows, first, axis=0)
    means: NDArray[np.float32] = sums / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)[:, None]
    return ids, means


def _rows(
    found: dict[str, NDArray[Any]], stored: np.dtype[Any], length: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Columns of a statement as tracks, ascending, and vectors of one length."""
    tracks, blobs = np.asarray(found["track_id"], np.int64), found["vector"]
    ordinals = np.asarray(found["ordinal"], np.int64)
    lengths = np.fromiter((len(blob) for blob in blobs), np.int64, len(blobs))
    size = stored.itemsize * length or int(lengths.max(initial=0))
    kept = (lengths == size) & (lengths > 0)
    if not kept.all():
        tracks, blobs, ordinals = tracks[kept], blobs[kept], ordinals[kept]
    rows = np.frombuffer(b"".join(blobs), stored).reshape(len(blobs), size // stored.itemsize)
    places = tracks * 128 + ordinals
    if (np.diff(places) < 0).any():
        order = np.argsort(places)
        tracks, rows = tracks[order], rows[order]
    return tracks, rows.astype(np.float32, copy=False)


def colours(cursor: Cursor, run_ids: Iterable[RunId]) -> dict[TrackId, Colours]:
    """The colours of each track of these runs, largest share first; tracks without are absent."""
    return _grouped(cursor.execute(_COLOURS_OF_RUNS, [list(run_ids)]).fetchall())


def doubts(cursor: Cursor, run_ids: Iterable[RunId]) -> dict[TrackId, str]:
    """Why colours are unreliable, for those tracks of these runs where they are."""
    rows = cursor.execute(_DOUBTS, [list(run_ids)]).fetchall()
    return {TrackId(track): doubt for track, doubt in rows}


def qualities(cursor: Cursor, run_id: RunId) -> dict[TrackId, float]:
    """How good the stored picture of each track of a run is."""
    return {TrackId(row[0]): row[1] for row in cursor.execute(_QUALITIES, [run_id]).fetchall()}


def _look_columns(looks: Sequence[Look]) -> dict[str, object]:
    boxes = np.array([look.box for look in looks], np.float32)
    return {
        "track_id": np.array([look.track_id for look in looks], np.int64),
        "run_id": np.array([look.run_id for look in looks], np.int64),
        "frame": np.array([look.frame for look in looks], np.int32),
        "pts": np.array([look.pts for look in looks], np.int64),
        "time_ns": np.array([look.time_ns for look in looks], np.int64),
        **{edge: np.ascontiguousarray(boxes[:, at]) for at, edge in enumerate(_BOX)},
        "quality": np.array([look.quality for look in looks], np.float32),
        "colour_doubt": _texts([look.colour_doubt for look in looks]),
        "thumbnail": _texts([look.thumbnail.hex() for look in looks]),
        "vector": _texts([look.vector.astype(_FLOAT).tobytes().hex() for look in looks]),
    }


def _colour_columns(shares: Sequence[tuple[Look, BodyPart, ColourShare]]) -> dict[str, object]:
    return {
        "track_id": np.array([look.track_id for look, _, _ in shares], np.int64),
        "run_id": np.array([look.run_id for look, _, _ in shares], np.int64),
        "part": _texts([part for _, part, _ in shares]),
        "colour": _texts([one.colour for _, _, one in shares]),
        "share": np.array([one.share for _, _, one in shares], np.float32),
    }


def _texts(texts: Sequence[str]) -> NDArray[np.str_]:
    # Not an array of objects: DuckDB looks at each of those, at half a millisecond a piece.
    return np.array(texts, np.str_)


def _grouped(rows: list[tuple[Any, ...]]) -> dict[TrackId, Colours]:
    grouped: dict[TrackId, Colours] = {}
    for track, part, colour, share in rows:
        mine = grouped.setdefault(TrackId(track), {})
        mine[part] = (*mine.get(part, ()), ColourShare(colour, share))
    return grouped


def _look(row: tuple[Any, ...], colours: Colours) -> Look:
    track, run, frame, pts, time_ns, x1, y1, x2, y2, quality, doubt, thumbnail, vector = row
    return Look(
        track_id=TrackId(track),
        run_id=RunId(run),
        frame=frame,
        pts=pts,
        time_ns=TimeNs(time_ns),
        box=(x1, y1, x2, y2),
        quality=quality,
        colours=colours,
        colour_doubt=doubt,
        thumbnail=bytes(thumbnail),
        vector=np.frombuffer(bytes(vector), _FLOAT).astype(np.float32),
    )
