"""Static spots: SQL ↔ `StaticSpot`; which tracks lie in them; `tracks.suppressed` follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor, insert_columns
from casefiles.types import CameraId, RunId, SourceId, SpotId
from casefiles.view_types import StaticSpot

TABLES: Final = frozenset({"static_spots", "tracks"})
"""What hiding a spot and bringing it back write, as listeners of a case are told."""
_COLUMNS = (
    "spot_id, source_id, run_id, camera_id, width, height, class_id, x1, y1, x2, y2, "
    "seen, analysed, score, top_score, learned_ns, hidden, decided_ns"
)
_INSERT = (
    f"INSERT INTO static_spots ({_COLUMNS}) "  # noqa: S608 - a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
)
_EVERY = f"""
SELECT {_COLUMNS}, coalesce(shown, 0) FROM static_spots LEFT JOIN (
    SELECT m.spot_id, count(*) AS shown FROM static_tracks m
    JOIN tracks t USING (track_id) JOIN shown_runs USING (run_id) GROUP BY m.spot_id
) USING (spot_id) ORDER BY spot_id
"""  # noqa: S608 - a constant of this module
_RUNS_THERE = """
SELECT r.run_id FROM runs r JOIN sources s USING (source_id)
JOIN sources mine ON mine.source_id = ?
WHERE r.state = 'finished' AND r.model_sha256 = ?
  AND (s.source_id = mine.source_id OR (
      s.camera_id = mine.camera_id AND s.width = mine.width AND s.height = mine.height))
ORDER BY r.run_id
"""
_SPOTS_THERE = """
SELECT p.spot_id FROM static_spots p JOIN runs r USING (run_id)
JOIN sources mine ON mine.source_id = ?
WHERE r.model_sha256 = ?
  AND (p.source_id = mine.source_id OR (
      p.camera_id = mine.camera_id AND p.width = mine.width AND p.height = mine.height))
"""
_SAMPLED = """
SELECT d.frame, d.x1, d.y1, d.x2, d.y2, d.score FROM detections d JOIN wanted w USING (frame)
WHERE d.run_id = ? AND d.class_id = ?
ORDER BY d.frame, d.score DESC, d.x1, d.y1, d.x2, d.y2
"""
_ABOUT = """
SELECT frame, x1, y1, x2, y2, score FROM detections
WHERE run_id = $run AND class_id = $class
  AND x1 < $right AND x2 > $left AND y1 < $lower AND y2 > $upper
"""
_POINTS_ABOUT = """
SELECT track_id, x1, y1, x2, y2 FROM track_points
WHERE run_id = $run AND class_id = $class
  AND x1 < $right AND x2 > $left AND y1 < $lower AND y2 > $upper
"""
_TRACKS = """
SELECT track_id, points, mean_score FROM tracks WHERE run_id = ? AND class_id = ? ORDER BY track_id
"""
_MOVING = """
SELECT mean_score FROM tracks JOIN (
    SELECT track_id FROM track_points WHERE run_id = $run AND class_id = $class GROUP BY track_id
    HAVING greatest((max(x1 + x2) - min(x1 + x2)) / 2, max(y2) - min(y2)) >= max(y2 - y1)
) USING (track_id)
"""
_JOIN = "INSERT INTO static_tracks (spot_id, track_id) SELECT spot_id, track_id FROM batch"
_DECIDE = "UPDATE static_spots SET hidden = ?, decided_ns = ? WHERE spot_id = ?"
_FOLLOW = """
UPDATE tracks SET suppressed = track_id IN (
    SELECT track_id FROM static_tracks JOIN static_spots USING (spot_id) WHERE hidden
) WHERE track_id IN (SELECT track_id FROM static_tracks WHERE spot_id = ?)
"""
_SUPPRESSED = """
SELECT count(*) FROM tracks WHERE suppressed AND list_contains(?, run_id)
  AND (? IS NULL OR list_contains(?, class_id))
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Detections of a class: `frame (n,) int64`, `boxes (n, 4) float32`, `scores (n,) float32`."""

    frame: NDArray[np.int64]
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]


def insert(cursor: Cursor, spot: StaticSpot) -> None:
    """Stores a spot under its id."""
    cursor.execute(
        _INSERT,
        [
            spot.spot_id, spot.source_id, spot.run_id, spot.camera_id, *spot.size, spot.class_id,
            *spot.box, spot.seen, spot.analysed, spot.score, spot.top_score, spot.learned_ns,
            spot.hidden,
        ],
    )  # fmt: skip


def every(cursor: Cursor) -> tuple[StaticSpot, ...]:
    """All spots by id, with the number of their tracks."""
    return tuple(_spot(row) for row in cursor.execute(_EVERY).fetchall())


def of_place(cursor: Cursor, source_id: SourceId, model_sha256: str) -> tuple[StaticSpot, ...]:
    """The spots that a model was found to have on the pictures of a source: those learned from
    it, and from recordings of the same camera in the same size; by id."""
    ids = {row[0] for row in cursor.execute(_SPOTS_THERE, [source_id, model_sha256]).fetchall()}
    return tuple(spot for spot in every(cursor) if spot.spot_id in ids)


def runs_of_place(cursor: Cursor, source_id: SourceId, model_sha256: str) -> tuple[RunId, ...]:
    """The finished runs to which spots learned from a source apply, by id."""
    rows = cursor.execute(_RUNS_THERE, [source_id, model_sha256]).fetchall()
    return tuple(RunId(row[0]) for row in rows)


def sampled(cursor: Cursor, run_id: RunId, class_id: int, frames: NDArray[np.int64]) -> Seen:
    """What was seen in some of the frames of a run, by frame, best first."""
    cursor.register("wanted", {"frame": frames})
    try:
        found = cursor.execute(_SAMPLED, [run_id, class_id]).fetchnumpy()
    finally:
        cursor.unregister("wanted")
    return _seen(found)


def about(cursor: Cursor, run_id: RunId, class_id: int, box: Sequence[float]) -> Seen:
    """What a run saw that touches a box; in no order."""
    return _seen(cursor.execute(_ABOUT, _near(run_id, class_id, box)).fetchnumpy())


def points_about(
    cursor: Cursor, run_id: RunId, class_id: int, box: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The track points of a run that touch a box: ids `(n,)`, boxes `(n, 4)`; in no order."""
    found = cursor.execute(_POINTS_ABOUT, _near(run_id, class_id, box)).fetchnumpy()
    return np.asarray(found["track_id"], np.int64), _boxes(found)


def tracks_of(
    cursor: Cursor, run_id: RunId, class_id: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The tracks of a class in a run by id: ids, how many points, mean scores, each `(n,)`."""
    found = cursor.execute(_TRACKS, [run_id, class_id]).fetchnumpy()
    return (
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["points"], np.int64),
        np.asarray(found["mean_score"], np.float32),
    )


def scores_of_moving(cursor: Cursor, run_id: RunId, class_id: int) -> NDArray[np.float32]:
    """The mean scores `(n,)` of those tracks of a class that went at least their own height."""
    found = cursor.execute(_MOVING, {"run": run_id, "class": class_id}).fetchnumpy()
    return np.asarray(found["mean_score"], np.float32)


def put_tracks(cursor: Cursor, spot_id: SpotId, track_ids: NDArray[np.int64]) -> None:
    """Notes that these tracks are nothing but the thing in a spot."""
    if len(track_ids):
        spots = np.full(len(track_ids), spot_id, np.int64)
        insert_columns(cursor, _JOIN, {"spot_id": spots, "track_id": track_ids})


def decide(cursor: Cursor, spot_id: SpotId, *, hidden: bool, when_ns: int) -> None:
    """Notes that a person hides a spot, or brings it back."""
    cursor.execute(_DECIDE, [hidden, when_ns, spot_id])


def follow(cursor: Cursor, spot_id: SpotId) -> None:
    """Suppresses the tracks of a spot, or no longer, as it and others they lie in say."""
    cursor.execute(_FOLLOW, [spot_id])


def suppressed_in(
    cursor: Cursor, run_ids: Sequence[int], class_ids: Sequence[int] | None = None
) -> int:
    """How many tracks of these runs (and, where given, of these classes) are suppressed."""
    wanted = None if class_ids is None else list(class_ids)
    found = cursor.execute(_SUPPRESSED, [list(run_ids), wanted, wanted]).fetchall()
    return int(found[0][0])


def _near(run_id: RunId, class_id: int, box: Sequence[float]) -> dict[str, float]:
    left, upper, right, lower = box
    return {
        "run": run_id, "class": class_id,
        "left": left, "upper": upper, "right": right, "lower": lower,
    }  # fmt: skip


def _seen(found: dict[str, NDArray[Any]]) -> Seen:
    frames = np.asarray(found["frame"], np.int64)
    return Seen(frames, _boxes(found), np.asarray(found["score"], np.float32))


def _boxes(found: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    return np.stack([np.asarray(found[edge], np.float32) for edge in ("x1", "y1", "x2", "y2")], 1)


def _spot(row: tuple[Any, ...]) -> StaticSpot:
    return StaticSpot(
        spot_id=SpotId(row[0]),
        source_id=SourceId(row[1]),
        run_id=RunId(row[2]),
        camera_id=None if row[3] is None else CameraId(row[3]),
        size=(row[4], row[5]),
        class_id=row[6],
        box=(row[7], row[8], row[9], row[10]),
        seen=row[11],
        analysed=row[12],
        score=row[13],
        top_score=row[14],
        learned_ns=row[15],
        hidden=row[16],
        by_person=row[17] is not None,
        tracks=row[18],
    )
