"""Tracks that were joined, and how well tracks were followed: arrays ↔ rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import RunId, TrackId, TrackMaking, TrackPiece, TrackQuality
from video.types import TimeNs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_PIECES: Final = 15
_ORDINALS_A_PIECE: Final = 8
"""Frames kept of a piece have ordinals below this (`track_vectors`), and one byte holds them."""
# Exact, so that the order in which scores are added does not matter.
_VOTES = """
SELECT DISTINCT ON (track_id) track_id, class_id FROM (
    SELECT track_id, class_id, sum(score::DECIMAL(9, 6)) AS worth FROM track_points
    WHERE run_id = ? AND NOT interpolated GROUP BY ALL)
ORDER BY track_id, worth DESC, class_id
"""
_ENDS = """
SELECT p.track_id, p.frame, p.time_ns, p.x1, p.y1, p.x2, p.y2
FROM track_points p JOIN (
    SELECT track_id, min(time_ns) AS from_ns, max(time_ns) AS to_ns FROM track_points
    WHERE run_id = $run GROUP BY track_id) USING (track_id)
WHERE p.run_id = $run AND (p.time_ns <= from_ns + $near OR p.time_ns >= to_ns - $near)
ORDER BY p.track_id, p.time_ns
"""
_PUT_PIECES = """
INSERT INTO track_pieces (track_id, run_id, number, piece, from_ns, to_ns, gap_ns, confidence)
SELECT track_id, run_id, number, piece, from_ns, to_ns,
       CASE WHEN number > 0 THEN gap_ns END, CASE WHEN number > 0 THEN confidence END
FROM joined
"""
# Of the looks of all pieces the best stays, and the colours of that picture.
_WORSE = """
SELECT l.track_id AS piece FROM track_looks l JOIN joined j ON l.track_id = j.piece
WHERE l.run_id = ?
QUALIFY row_number() OVER (PARTITION BY j.track_id ORDER BY l.quality DESC, l.track_id) > 1
"""
_DROP_WORSE: Final = tuple(
    f"DELETE FROM {table} WHERE run_id = ? "  # noqa: S608 - names from this tuple only
    "AND track_id IN (SELECT piece FROM worse)"
    for table in ("track_looks", "track_colours")
)
# Frames kept of the pieces stay, each in a place of its own, as far as one byte can name it.
_DROP_LATER: Final = tuple(
    f"DELETE FROM {table} WHERE run_id = ? AND track_id IN "  # noqa: S608 - as above
    f"(SELECT piece FROM joined WHERE number >= {_MOST_PIECES})"
    for table in ("track_vectors", "attribute_votes")
)
_RENUMBER: Final = tuple(
    f"UPDATE {table} SET ordinal = {table}.ordinal + joined.number * {_ORDINALS_A_PIECE} "  # noqa: S608
    f"FROM joined WHERE {table}.track_id = joined.piece AND {table}.run_id = ?"
    for table in ("track_vectors", "attribute_votes")
)
_RENAME: Final = tuple(
    f"UPDATE {table} SET track_id = joined.track_id "  # noqa: S608 - names from this tuple only
    f"FROM joined WHERE {table}.track_id = joined.piece AND joined.number > 0 "
    f"AND {table}.run_id = ?"
    for table in (
        "track_points", "track_looks", "track_colours", "track_vectors", "attribute_votes",
    )
)  # fmt: skip
_OTHER_CLASSES = """
SELECT p.track_id, p.class_id AS before, v.class_id AS after, p.time_ns // 60000000000 AS minute,
       count(*) AS points
FROM track_points p JOIN votes v USING (track_id)
WHERE p.run_id = ? AND p.class_id <> v.class_id GROUP BY ALL
"""
_SET_CLASSES = """
UPDATE track_points SET class_id = votes.class_id FROM votes
WHERE track_points.track_id = votes.track_id AND track_points.run_id = ?
  AND votes.track_id IN (SELECT track_id FROM voted)
"""
# One row a minute and class: a key may be written only once in a statement.
_MOVE_MINUTES = """
INSERT INTO minute_activity (run_id, minute, class_id, track_points)
SELECT ?, minute, class_id, sum(points)::BIGINT FROM (
    SELECT minute, before AS class_id, -points AS points FROM voted
    UNION ALL SELECT minute, after, points FROM voted)
GROUP BY minute, class_id
ON CONFLICT DO UPDATE SET track_points = track_points + excluded.track_points
"""
_DROP_EMPTY = "DELETE FROM minute_activity WHERE run_id = ? AND track_points = 0"
_MEASURES = """
WITH seen AS (
    SELECT track_id, time_ns, score, (x1 + x2) / 2 AS x, (y1 + y2) / 2 AS y,
           greatest(y2 - y1, 1) AS height,
           x1 < 2 OR y1 < 2 OR x2 > $width - 2 OR y2 > $height - 2 AS cut
    FROM track_points WHERE run_id = $run AND NOT interpolated),
beside AS (
    SELECT *, lag(time_ns) OVER w AS t0, lead(time_ns) OVER w AS t1,
           lag(x) OVER w AS x0, lead(x) OVER w AS x1, lag(y) OVER w AS y0, lead(y) OVER w AS y1
    FROM seen WINDOW w AS (PARTITION BY track_id ORDER BY time_ns)),
off AS (
    SELECT track_id, score, cut,
           sqrt((x - x0 - (x1 - x0) * share) ** 2 + (y - y0 - (y1 - y0) * share) ** 2) / height
               AS tremble
    FROM (SELECT *, (time_ns - t0) / (t1 - t0)::DOUBLE AS share FROM beside)),
summed AS (
    SELECT track_id, count(*) AS seen, avg(score::DECIMAL(9, 6)) AS mean_score,
           median(tremble) AS tremble, count(*) FILTER (cut) AS cut
    FROM off GROUP BY track_id)
SELECT track_id, seen, mean_score, coalesce(tremble, 0) AS tremble, cut, points, first, last
FROM summed JOIN (
    SELECT track_id, count(*) AS points, min(frame) AS first, max(frame) AS last
    FROM track_points WHERE run_id = $run GROUP BY track_id) USING (track_id)
ORDER BY track_id
"""
_PUT_QUALITY = """
INSERT INTO track_quality
    (track_id, run_id, quality, coverage, interpolated, mean_score, smoothness, cut)
SELECT track_id, run_id, quality, coverage, interpolated, mean_score, smoothness, cut FROM batch
"""
_PIECES = """
SELECT track_id, piece, from_ns, to_ns, gap_ns, confidence FROM track_pieces
WHERE track_id IN (SELECT unnest(?::BIGINT[])) ORDER BY track_id, number
"""
_QUALITY = """
SELECT track_id, quality, coverage, interpolated, mean_score, smoothness, cut FROM track_quality
WHERE track_id IN (SELECT unnest(?::BIGINT[]))
"""
_WHOLE = "SELECT track_id FROM track_pieces WHERE piece = ?"
_DELETE_QUALITY = "DELETE FROM track_quality WHERE run_id = ?"


@dataclass(frozen=True, slots=True)
class EndPoints:
    """Points of tracks near their beginnings and ends, by track and then time."""

    track_id: Ints
    frame: NDArray[np.int32]
    time_ns: Ints
    boxes: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of tracks, by id, one row each: `seen` real sights of `points`, their mean
    score, `tremble` in heights, how many the picture's edge cuts, first and last frame."""

    track_id: Ints
    seen: Ints
    points: Ints
    mean_score: Floats
    tremble: Floats
    cut: Ints
    first: Ints
    last: Ints


def votes(cursor: Cursor, run_id: RunId) -> tuple[Ints, NDArray[np.int16]]:
    """The tracks of a run by id, and the class that most of their sights say, by score."""
    found = cursor.execute(_VOTES, [run_id]).fetchnumpy()
    return np.asarray(found["track_id"], np.int64), np.asarray(found["class_id"], np.int16)


def points_near_ends(cursor: Cursor, run_id: RunId, near_ns: int) -> EndPoints:
    """The points of each track of a run within so long of its first or its last."""
    found = cursor.execute(_ENDS, {"run": run_id, "near": near_ns}).fetchnumpy()
    return EndPoints(
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["frame"], np.int32),
        np.asarray(found["time_ns"], np.int64),
        np.stack([np.asarray(found[name], np.float32) for name in ("x1", "y1", "x2", "y2")], 1),
    )


def join(cursor: Cursor, run_id: RunId, pieces: dict[TrackId, tuple[TrackPiece, ...]]) -> None:
    """Makes one track of each row of pieces, with the id of the first and the best of their looks.

    Before the tracks of the run are summed up.
    """
    rows = [
        (track, number, one) for track, mine in pieces.items() for number, one in enumerate(mine)
    ]
    columns: dict[str, object] = {
        "run_id": np.full(len(rows), run_id, np.int64),
        "track_id": np.array([track for track, _, _ in rows], np.int64),
        "number": np.array([number for _, number, _ in rows], np.int32),
        "piece": np.array([one.piece for _, _, one in rows], np.int64),
        "from_ns": np.array([one.from_ns for _, _, one in rows], np.int64),
        "to_ns": np.array([one.to_ns for _, _, one in rows], np.int64),
        "gap_ns": np.array([one.gap_ns or 0 for _, _, one in rows], np.int64),
        "confidence": np.array([one.confidence or 0 for _, _, one in rows], np.float32),
    }
    with _registered(cursor, "joined", columns):
        cursor.execute(_PUT_PIECES)
        worse = cursor.execute(_WORSE, [run_id]).fetchnumpy()
        with _registered(cursor, "worse", {"piece": np.asarray(worse["piece"], np.int64)}):
            for statement in _DROP_WORSE:
                cursor.execute(statement, [run_id])
        for statement in (*_DROP_LATER, *_RENUMBER, *_RENAME):
            cursor.execute(statement, [run_id])


def settle_classes(cursor: Cursor, run_id: RunId) -> None:
    """Gives every point of a run the class that its track's sights vote for."""
    track_id, class_id = votes(cursor, run_id)
    with _registered(cursor, "votes", {"track_id": track_id, "class_id": class_id}):
        found = cursor.execute(_OTHER_CLASSES, [run_id]).fetchnumpy()
        if not len(found["track_id"]):
            return
        voted: dict[str, object] = {name: np.asarray(found[name]) for name in found}
        with _registered(cursor, "voted", voted):
            cursor.execute(_MOVE_MINUTES, [run_id])
            cursor.execute(_DROP_EMPTY, [run_id])
            cursor.execute(_SET_CLASSES, [run_id])


@contextmanager
def _registered(cursor: Cursor, name: str, columns: dict[str, object]) -> Iterator[None]:
    """Arrays under a name that statements can use meanwhile."""
    cursor.register(name, columns)
    try:
        yield
    finally:
        cursor.unregister(name)


def measures(cursor: Cursor, run_id: RunId, size: tuple[int, int]) -> Measures:
    """What is measured of the tracks of a run, in pictures of this width and height."""
    wanted = {"run": run_id, "width": size[0], "height": size[1]}
    found = cursor.execute(_MEASURES, wanted).fetchnumpy()
    whole = {name: np.asarray(found[name], np.int64) for name in ("seen", "points", "cut")}
    return Measures(
        track_id=np.asarray(found["track_id"], np.int64),
        mean_score=np.asarray(found["mean_score"], np.float64),
        tremble=np.asarray(found["tremble"], np.float64),
        first=np.asarray(found["first"], np.int64),
        last=np.asarray(found["last"], np.int64),
        **whole,
    )


def put_quality(cursor: Cursor, run_id: RunId, track_id: Ints, columns: dict[str, Floats]) -> None:
    """Stores how well tracks were followed, in the place of what was known of the run."""
    cursor.execute(_DELETE_QUALITY, [run_id])
    if len(track_id):
        rows: dict[str, object] = {
            name: value.astype(np.float32) for name, value in columns.items()
        }
        run = np.full(len(track_id), run_id, np.int64)
        insert_columns(cursor, _PUT_QUALITY, {"track_id": track_id, "run_id": run, **rows})


def pieces_of(
    cursor: Cursor, track_ids: Iterable[TrackId]
) -> dict[TrackId, tuple[TrackPiece, ...]]:
    """The pieces of those of these tracks that were joined, in order."""
    found: dict[TrackId, tuple[TrackPiece, ...]] = {}
    for track, piece, from_ns, to_ns, gap_ns, confidence in cursor.execute(
        _PIECES, [list(track_ids)]
    ).fetchall():
        one = TrackPiece(TrackId(piece), TimeNs(from_ns), TimeNs(to_ns), gap_ns, confidence)
        found[TrackId(track)] = (*found.get(TrackId(track), ()), one)
    return found


def quality_of(cursor: Cursor, track_ids: Iterable[TrackId]) -> dict[TrackId, TrackQuality]:
    """How well these tracks were followed; those of runs from before this are absent."""
    rows = cursor.execute(_QUALITY, [list(track_ids)]).fetchall()
    return {TrackId(row[0]): TrackQuality(*row[1:]) for row in rows}


def making_of(cursor: Cursor, track_ids: Sequence[TrackId]) -> dict[TrackId, TrackMaking]:
    """How each of these tracks came to be."""
    joined, told = pieces_of(cursor, track_ids), quality_of(cursor, track_ids)
    return {one: TrackMaking(joined.get(one, ()), told.get(one)) for one in track_ids}


def whole_of(cursor: Cursor, piece: TrackId) -> TrackId:
    """The track that a piece became part of; the id itself where it is a track of its own."""
    rows = cursor.execute(_WHOLE, [piece]).fetchall()
    return TrackId(rows[0][0]) if rows else piece
