"""How tracks looked: the best picture of each, its colours and its vector; values ↔ rows."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import BodyPart, RunId, TrackId
from casefiles.view_types import ColourShare, Look
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
# Between, because the table lies nearly in this order: other vectors are then not even read.
_VECTORS = """
SELECT l.track_id, l.vector FROM track_looks l JOIN wanted w USING (track_id)
WHERE l.track_id BETWEEN ? AND ?
"""

_BOX: Final = ("x1", "y1", "x2", "y2")
_FLOAT: Final = np.dtype("<f4")
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


def vectors(
    cursor: Cursor, track_ids: NDArray[np.int64], *, length: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Of some tracks, by id, those that have a vector of `length` numbers (0: of any, if that is
    the same for all): their ids `(n,) int64` and vectors `(n, d) float32` of length 1.

    All of them are in memory at once: ask for some thousands.
    """
    if not len(track_ids):
        return np.zeros(0, np.int64), np.zeros((0, length), np.float32)
    cursor.register("wanted", {"track_id": track_ids})
    try:
        ends = [int(track_ids.min()), int(track_ids.max())]
        found = cursor.execute(_VECTORS, ends).fetchnumpy()
    finally:
        cursor.unregister("wanted")
    tracks, blobs = np.asarray(found["track_id"], np.int64), found["vector"]
    lengths = np.fromiter((len(blob) for blob in blobs), np.int64, len(blobs))
    size = _FLOAT.itemsize * length or int(lengths.max(initial=0))
    kept = (lengths == size) & (lengths > 0)
    if not kept.all():
        tracks, blobs = tracks[kept], blobs[kept]
    rows = np.frombuffer(b"".join(blobs), _FLOAT).reshape(len(blobs), size // _FLOAT.itemsize)
    if (np.diff(tracks) < 0).any():
        order = np.argsort(tracks)
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
