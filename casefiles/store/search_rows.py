"""What a search reads: tracks, colours, looks and points as columns; narrowing in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor
from casefiles.types import RunId, SourceId, TrackId, TrackRow
from video.types import TimeNs

Ids = NDArray[np.int64]

# A known start is asked for by the caller where wall times are compared: NULL compares to nothing.
_TRACKS = """
SELECT t.track_id, t.run_id, t.source_id, t.class_id, t.from_ns, t.to_ns, t.points, t.mean_score
FROM tracks t JOIN scope s USING (run_id)
WHERE NOT t.suppressed
  AND ($classes IS NULL OR list_contains($classes, t.class_id))
  AND t.to_ns - t.from_ns >= $least_ns
  AND ($from_ns IS NULL OR t.to_ns >= $from_ns - s.start_ns)
  AND ($to_ns IS NULL OR t.from_ns < $to_ns - s.start_ns)
ORDER BY t.track_id
"""
_COLOURS = """
SELECT c.track_id, sum(CASE WHEN list_contains($colours, c.colour) THEN c.share ELSE 0 END) AS share
FROM track_colours c JOIN wanted w USING (track_id)
WHERE c.part = $part GROUP BY c.track_id ORDER BY c.track_id
"""
_LOOKS = """
SELECT l.track_id, max(l.time_ns) AS time_ns, max(l.colour_doubt) AS doubt
FROM track_looks l JOIN wanted w USING (track_id) GROUP BY l.track_id ORDER BY l.track_id
"""
# The box decides which tracks are read; all their points are, because a stay is judged between
# neighbours. One pixel of slack: the exact test rounds in another way.
_POINTS = """
SELECT p.track_id, p.time_ns, p.x1, p.y1, p.x2, p.y2
FROM track_points p
WHERE p.run_id = $run_id AND p.track_id IN (
    SELECT q.track_id FROM track_points q JOIN wanted w USING (track_id)
    WHERE q.run_id = $run_id
      AND q.y2 BETWEEN $top - 1 AND $bottom + 1
      AND (q.x1 + q.x2) / 2 BETWEEN $left - 1 AND $right + 1
)
ORDER BY p.track_id, p.time_ns
"""
_SHOWN = """
SELECT t.track_id, t.run_id, t.class_id FROM tracks t JOIN shown_runs USING (run_id)
WHERE list_contains(?, t.track_id)
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The runs to search: `run_id (n,) int64` and the wall time of media time 0,
    `start_ns (n,) int64` (0 where it is not known)."""

    run_id: Ids
    start_ns: Ids


@dataclass(frozen=True, slots=True)
class TrackColumns:
    """Tracks by id, as columns of equal length `(n,)`; media times in nanoseconds."""

    track_id: Ids
    run_id: Ids
    source_id: Ids
    class_id: Ids
    from_ns: Ids
    to_ns: Ids
    points: Ids
    mean_score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.track_id)

    def where(self, mask: NDArray[np.bool_]) -> "TrackColumns":
        """The tracks picked by a boolean mask."""
        return TrackColumns(*(getattr(self, column.name)[mask] for column in fields(self)))

    def row(self, at: int) -> TrackRow:
        """One track as a value."""
        return TrackRow(
            TrackId(int(self.track_id[at])),
            RunId(int(self.run_id[at])),
            SourceId(int(self.source_id[at])),
            int(self.class_id[at]),
            TimeNs(int(self.from_ns[at])),
            TimeNs(int(self.to_ns[at])),
            int(self.points[at]),
            float(self.mean_score[at]),
            suppressed=False,
        )


@dataclass(frozen=True, slots=True)
class PointColumns:
    """Points by track, then time: `track_id (n,)`, `time_ns (n,)`, `boxes (n, 4) float32`."""

    track_id: Ids
    time_ns: Ids
    boxes: NDArray[np.float32]


def tracks(
    cursor: Cursor,
    scope: Scope,
    *,
    class_ids: Sequence[int] | None = None,
    least_ns: int = 0,
    from_ns: int | None = None,
    to_ns: int | None = None,
) -> TrackColumns:
    """The tracks of these runs that are not suppressed, by id.

    Wall times (`from_ns`, and `to_ns`, itself not included) must be given only where every start
    of the scope is known; a track counts that has any moment in the span.
    """
    cursor.register("scope", {"run_id": scope.run_id, "start_ns": scope.start_ns})
    try:
        found = cursor.execute(
            _TRACKS,
            {
                "classes": None if class_ids is None else list(class_ids),
                "least_ns": least_ns,
                "from_ns": from_ns,
                "to_ns": to_ns,
            },
        ).fetchnumpy()
    finally:
        cursor.unregister("scope")
    whole = {
        name: np.asarray(column).astype(np.int64)
        for name, column in found.items()
        if name != "mean_score"
    }
    return TrackColumns(**whole, mean_score=np.asarray(found["mean_score"], np.float64))


def colour_shares(
    cursor: Cursor, track_ids: Ids, *, part: str, colours: Sequence[str]
) -> tuple[Ids, NDArray[np.float64]]:
    """Of those tracks whose part was judged, by id: the share that all these colours have of it."""
    wanted = {"part": part, "colours": list(colours)}
    found = _of_wanted(cursor, _COLOURS, track_ids, wanted)
    return np.asarray(found["track_id"], np.int64), np.asarray(found["share"], np.float64)


def looks(cursor: Cursor, track_ids: Ids) -> tuple[Ids, Ids, NDArray[np.object_]]:
    """Of those tracks that have a look, by id: the media time of their best picture, and why
    their colours are doubtful (empty where they are not)."""
    found = _of_wanted(cursor, _LOOKS, track_ids, {})
    doubt = np.asarray(found["doubt"], np.object_)
    return np.asarray(found["track_id"], np.int64), np.asarray(found["time_ns"], np.int64), doubt


def points_near(
    cursor: Cursor, run_id: int, track_ids: Ids, box: tuple[float, float, float, float]
) -> PointColumns:
    """All points of those tracks whose foot point comes into a box of source pixels."""
    left, top, right, bottom = box
    bounds = {"run_id": run_id, "left": left, "top": top, "right": right, "bottom": bottom}
    found = _of_wanted(cursor, _POINTS, track_ids, bounds)
    edges = [np.asarray(found[name], np.float32) for name in ("x1", "y1", "x2", "y2")]
    return PointColumns(
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["time_ns"], np.int64),
        np.stack(edges, axis=1),
    )


def shown(cursor: Cursor, track_ids: Sequence[int]) -> dict[int, tuple[RunId, int]]:
    """The run and the class of those of the tracks that a shown run has, by id."""
    rows = cursor.execute(_SHOWN, [list(track_ids)]).fetchall()
    return {int(track): (RunId(run), int(class_id)) for track, run, class_id in rows}


def _of_wanted(
    cursor: Cursor, statement: str, track_ids: Ids, values: dict[str, Any]
) -> dict[str, NDArray[Any]]:
    cursor.register("wanted", {"track_id": track_ids})
    try:
        found: dict[str, NDArray[Any]] = cursor.execute(statement, values).fetchnumpy()
    finally:
        cursor.unregister("wanted")
    return found
