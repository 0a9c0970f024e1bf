"""Analysed frames, detections, tracks and their points: arrays in, arrays out."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import (
    TRACKS_PER_RUN,
    Placed,
    PlacedPoints,
    RunId,
    SourceId,
    TrackId,
    TrackRow,
)
from video.types import TimeNs

_INSERT_ANALYSED = """
INSERT INTO analysed_frames (run_id, step, frame) SELECT run_id, step, frame FROM batch
"""
_INSERT_DETECTIONS = """
INSERT INTO detections (run_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id)
SELECT run_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id FROM batch
"""
_INSERT_POINTS = """
INSERT INTO track_points
    (track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id, interpolated)
SELECT track_id, run_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id, interpolated
FROM batch
"""
_COUNT_MINUTES = """
INSERT INTO minute_activity (run_id, minute, class_id, track_points)
SELECT run_id, time_ns // 60000000000, class_id, count(*) FROM batch GROUP BY ALL
ON CONFLICT DO UPDATE SET track_points = track_points + excluded.track_points
"""
_MAKE_TRACKS = """
INSERT INTO tracks
    (track_id, run_id, source_id, class_id, from_ns, to_ns, points, mean_score, suppressed)
SELECT track_id, run_id, $source, any_value(v.class_id), min(time_ns), max(time_ns), count(*),
       avg(score) FILTER (NOT interpolated), false
FROM track_points JOIN (
    SELECT DISTINCT ON (track_id) track_id, class_id FROM (
        SELECT track_id, class_id, sum(score::DECIMAL(9, 6)) AS worth FROM track_points
        WHERE run_id = $run AND NOT interpolated GROUP BY ALL)
    ORDER BY track_id, worth DESC, class_id) v USING (track_id)
WHERE run_id = $run GROUP BY track_id, run_id ORDER BY track_id
"""
_DERIVED = (
    "analysed_frames", "detections", "track_points", "tracks", "minute_activity", "track_looks",
    "track_colours", "track_vectors", "attribute_votes", "track_attributes", "track_movement",
    "track_pieces", "track_quality",
)  # fmt: skip
_DELETES = tuple(
    f"DELETE FROM {table} WHERE run_id = ?"  # noqa: S608 - names from the tuple above only
    for table in _DERIVED
)
_DELETE_TRACKS = "DELETE FROM tracks WHERE run_id = ?"
_STEPS = "SELECT frame FROM analysed_frames WHERE run_id = ? ORDER BY step"
_TRACKS = """
SELECT track_id, run_id, source_id, class_id, from_ns, to_ns, points, mean_score, suppressed
FROM tracks WHERE run_id = ? ORDER BY track_id
"""
_POINTS = """
SELECT p.track_id, p.frame, p.pts, p.time_ns, p.x1, p.y1, p.x2, p.y2, p.score, p.class_id,
       p.interpolated
FROM track_points p JOIN tracks t USING (track_id)
WHERE p.run_id = ? AND (? OR NOT t.suppressed) ORDER BY p.frame, p.track_id
"""
_DETECTIONS = """
SELECT frame, pts, time_ns, x1, y1, x2, y2, score, class_id FROM detections
WHERE run_id = ? AND score >= ? ORDER BY frame, score DESC, x1, y1
"""
# What is looked up by its track alone must not come from a run that nobody vouches for.
_STRAYS: Final = "".join(
    f"SELECT DISTINCT '{table}: rows of track ' || track_id || ' name run ' || run_id FROM {table} "  # noqa: S608 - names from the tuple above only
    f"WHERE track_id // {TRACKS_PER_RUN} <> run_id OR run_id NOT IN (SELECT run_id FROM runs "
    "WHERE state <> 'abandoned') UNION ALL "
    for table in _DERIVED
    if table not in ("analysed_frames", "detections", "minute_activity")
)
_ORPHANS = f"""
{_STRAYS}
SELECT 'track ' || track_id || ' belongs to no run' FROM tracks
WHERE run_id NOT IN (SELECT run_id FROM runs)
UNION ALL
SELECT 'points of track ' || track_id || ' have no track' FROM
    (SELECT DISTINCT track_id, run_id FROM track_points)
WHERE track_id NOT IN (SELECT track_id FROM tracks)
  AND run_id NOT IN (SELECT run_id FROM runs WHERE state = 'running')
UNION ALL
SELECT 'detections of run ' || run_id || ' belong to no run' FROM
    (SELECT DISTINCT run_id FROM detections) WHERE run_id NOT IN (SELECT run_id FROM runs)
UNION ALL
SELECT 'detections of run ' || run_id || ' are left, though it was given up' FROM
    (SELECT DISTINCT run_id FROM detections)
WHERE run_id IN (SELECT run_id FROM runs WHERE state = 'abandoned')
UNION ALL
SELECT 'the look of track ' || track_id || ' has no track' FROM track_looks
WHERE track_id NOT IN (SELECT track_id FROM tracks)
  AND run_id NOT IN (SELECT run_id FROM runs WHERE state = 'running')
UNION ALL
SELECT 'track ' || track_id || ' has ' || count(*) || ' looks' FROM track_looks
GROUP BY track_id HAVING count(*) > 1
UNION ALL
SELECT DISTINCT 'a vector of track ' || track_id || ' has no look' FROM track_vectors
WHERE track_id NOT IN (SELECT track_id FROM track_looks)
UNION ALL
SELECT 'track ' || track_id || ' has ' || count(*) || ' vectors in one place' FROM track_vectors
GROUP BY track_id, ordinal HAVING count(*) > 1
UNION ALL
SELECT 'colours of track ' || track_id || ' have no look' FROM
    (SELECT DISTINCT track_id FROM track_colours)
WHERE track_id NOT IN (SELECT track_id FROM track_looks)
UNION ALL
SELECT 'private value ' || name || ' belongs to audit row ' || seq || ', which is not there'
FROM audit_private WHERE seq NOT IN (SELECT seq FROM audit)
UNION ALL
SELECT 'run ' || run_id || ' names the hash of another source' FROM runs r
WHERE source_sha256 NOT IN (SELECT sha256 FROM sources s WHERE s.source_id = r.source_id)
"""  # noqa: S608 - constants of this module


_BOX = ("x1", "y1", "x2", "y2")


def columns_of(run_id: RunId, found: Placed) -> dict[str, object]:
    """The columns as the bulk insert takes them."""
    return {
        "run_id": np.full(len(found), run_id, np.int64),
        "frame": found.frame,
        "pts": found.pts,
        "time_ns": found.time_ns,
        **{name: np.ascontiguousarray(found.boxes[:, i]) for i, name in enumerate(_BOX)},
        "score": found.scores,
        "class_id": found.class_ids,
    }


def add_chunk(
    cursor: Cursor,
    run_id: RunId,
    *,
    first_step: int,
    analysed: NDArray[np.int32],
    detections: Placed,
    points: PlacedPoints,
) -> None:
    """Adds the rows of a chunk; `analysed (n,)` are frame numbers of steps from `first_step`."""
    if len(analysed):
        steps = np.arange(first_step, first_step + len(analysed), dtype=np.int32)
        run = np.full(len(analysed), run_id, np.int64)
        insert_columns(cursor, _INSERT_ANALYSED, {"run_id": run, "step": steps, "frame": analysed})
    if len(detections):
        insert_columns(cursor, _INSERT_DETECTIONS, columns_of(run_id, detections))
    if len(points.at):
        columns = {
            **columns_of(run_id, points.at),
            "track_id": points.track_id,
            "interpolated": points.interpolated,
        }
        insert_columns(cursor, _INSERT_POINTS, columns)
        insert_columns(cursor, _COUNT_MINUTES, columns)


def make_tracks(cursor: Cursor, run_id: RunId, source_id: SourceId) -> None:
    """Sums the points of a run up into its tracks, of the class that most of their sights say."""
    cursor.execute(_MAKE_TRACKS, {"source": source_id, "run": run_id})


def delete_tracks(cursor: Cursor, run_id: RunId) -> None:
    """Removes the sums made by `make_tracks`; points and looks stay."""
    cursor.execute(_DELETE_TRACKS, [run_id])


def delete_run_rows(cursor: Cursor, run_id: RunId) -> None:
    """Removes everything a run derived."""
    for statement in _DELETES:
        cursor.execute(statement, [run_id])


def analysed_steps(cursor: Cursor, run_id: RunId) -> NDArray[np.int32]:
    """Frame numbers of the analysed frames of a run, in order, `(n,) int32`."""
    found: NDArray[np.int32] = cursor.execute(_STEPS, [run_id]).fetchnumpy()["frame"]
    return np.asarray(found, np.int32)


def of_run(cursor: Cursor, run_id: RunId) -> tuple[TrackRow, ...]:
    """The tracks of a run by id."""
    return tuple(
        TrackRow(
            TrackId(row[0]),
            RunId(row[1]),
            SourceId(row[2]),
            row[3],
            TimeNs(row[4]),
            TimeNs(row[5]),
            *row[6:],
        )
        for row in cursor.execute(_TRACKS, [run_id]).fetchall()
    )


def points_of_run(cursor: Cursor, run_id: RunId, *, with_suppressed: bool) -> PlacedPoints:
    """The points of a run by frame, then track."""
    found = cursor.execute(_POINTS, [run_id, with_suppressed]).fetchnumpy()
    return PlacedPoints(
        _placed(found),
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["interpolated"], np.bool_),
    )


def detections_of_run(cursor: Cursor, run_id: RunId, *, min_score: float) -> Placed:
    """The raw detections of a run by frame, best first."""
    return _placed(cursor.execute(_DETECTIONS, [run_id, min_score]).fetchnumpy())


def inconsistencies(cursor: Cursor) -> tuple[str, ...]:
    """Derived rows that do not hang together, each in words."""
    return tuple(row[0] for row in cursor.execute(_ORPHANS).fetchall())


def _placed(found: dict[str, NDArray[np.generic]]) -> Placed:
    return Placed(
        np.asarray(found["frame"], np.int32),
        np.asarray(found["pts"], np.int64),
        np.asarray(found["time_ns"], np.int64),
        np.stack([np.asarray(found[name], np.float32) for name in _BOX], axis=1),
        np.asarray(found["score"], np.float32),
        np.asarray(found["class_id"], np.int16),
    )
