"""Boxes of tracks for places on the ground: few of each, whatever a case holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor
from casefiles.types import RunId

Ids = NDArray[np.int64]
MEAN_NS: Final = 1_000_000_000
"""Boxes are put together over no more than this: nobody turns twice in a second."""
_EDGE_PX: Final = 1.5
"""A box nearer to the edge of the picture is cut by it: nobody knows where its feet are."""
_WANTED: Final = """
NOT t.suppressed AND (NOT $by_class OR list_contains($classes, t.class_id))
AND (NOT $by_track OR t.track_id IN (SELECT track_id FROM wanted_tracks))
"""
_LENGTHS: Final = f"""
WITH held AS (
    SELECT t.track_id, t.points,
           least(t.to_ns, a.closes) - greatest(t.from_ns, a.opens) AS length_ns
    FROM tracks t JOIN asked a USING (run_id)
    WHERE t.to_ns >= a.opens AND t.from_ns < a.closes AND {_WANTED}
)
SELECT count(*), coalesce(sum(length_ns), 0)::DOUBLE,
       (SELECT coalesce(sum(points), 0) FROM (SELECT DISTINCT track_id, points FROM held))::BIGINT
FROM held
"""  # noqa: S608 - text of this module only
_POINTS: Final = f"""
SELECT p.track_id, any_value(t.class_id) AS class_id, avg(p.time_ns - t.from_ns) AS since,
       any_value(t.from_ns) AS from_ns, avg(p.x1) AS x1, avg(p.y1) AS y1, avg(p.x2) AS x2,
       avg(p.y2) AS y2
FROM track_points p JOIN tracks t USING (track_id)
WHERE p.run_id = $run AND t.run_id = $run AND p.time_ns >= $opens AND p.time_ns < $closes
  AND NOT p.interpolated AND (p.time_ns - t.from_ns) % $step < $mean
  AND p.x1 > {_EDGE_PX} AND p.x2 < $width - {_EDGE_PX} AND p.y2 < $height - {_EDGE_PX} AND {_WANTED}
GROUP BY p.track_id, (p.time_ns - t.from_ns) // $step ORDER BY p.track_id, since
"""  # noqa: S608 - text of this module only
_SEEN: Final = f"""
SELECT p.track_id, t.class_id, p.time_ns, p.x1, p.y1, p.x2, p.y2
FROM track_points p JOIN tracks t USING (track_id)
WHERE p.run_id = $run AND t.run_id = $run AND NOT p.interpolated AND {_WANTED}
ORDER BY p.track_id, p.time_ns
"""  # noqa: S608 - text of this module only


@dataclass(frozen=True, slots=True)
class Wanting:
    """Which tracks: of some classes, or some of them by id; None: all that are not suppressed."""

    class_ids: Sequence[int] | None = None
    track_ids: Sequence[int] | None = None

    def values(self) -> dict[str, object]:
        return {
            "by_class": self.class_ids is not None,
            "classes": list(self.class_ids or ()),
            "by_track": self.track_ids is not None,
        }

    @contextmanager
    def known_to(self, cursor: Cursor) -> Iterator[None]:
        """Lets statements read the ids as a table."""
        ids = np.array(self.track_ids or (), np.int64)
        cursor.register("wanted_tracks", {"track_id": ids})
        try:
            yield
        finally:
            cursor.unregister("wanted_tracks")


@dataclass(frozen=True, slots=True)
class Boxes:
    """By track, then time, as columns: `track_id`, `class_id`, media `time_ns` `(n,)`, `boxes
    (n, 4)` xyxy in source pixels."""

    track_id: Ids
    class_id: NDArray[np.int16]
    time_ns: Ids
    boxes: NDArray[np.float64]

    def of_each(self) -> Iterator[tuple[int, "Boxes"]]:
        """The boxes of each track, with its id."""
        begins = np.flatnonzero(np.diff(self.track_id, prepend=-1))
        for first, last in zip(begins, [*begins[1:], len(self.track_id)], strict=True):
            part = slice(int(first), int(last))
            yield (
                int(self.track_id[first]),
                Boxes(
                    self.track_id[part], self.class_id[part], self.time_ns[part], self.boxes[part]
                ),
            )


def amount(
    cursor: Cursor, run_id: Ids, opens: Ids, closes: Ids, wanting: Wanting
) -> tuple[int, int, int]:
    """How many tracks these runs have from a media time up to another (one that lies in several
    such spans of its run counts for each), how long they are together in nanoseconds, and how many
    points they have, those outside of these times too."""
    with wanting.known_to(cursor):
        cursor.register("asked", {"run_id": run_id, "opens": opens, "closes": closes})
        try:
            tracks, length_ns, points = cursor.execute(_LENGTHS, wanting.values()).fetchall()[0]
        finally:
            cursor.unregister("asked")
    return int(tracks), int(length_ns), int(points)


def thinned(
    cursor: Cursor,
    run_id: RunId,
    size: tuple[int, int],
    span: tuple[int, int],
    wanting: Wanting,
    step_ns: int,
) -> Boxes:
    """One box for each step of each track of a run in a span of media time, its end not included:
    the mean of those seen in its first second. Boxes that the edge of the picture cuts, and
    interpolated ones, are left out."""
    values = wanting.values() | {
        "run": run_id, "opens": span[0], "closes": span[1], "step": step_ns, "mean": MEAN_NS,
        "width": size[0], "height": size[1],
    }  # fmt: skip
    with wanting.known_to(cursor):
        found = cursor.execute(_POINTS, values).fetchnumpy()
    since = np.rint(np.asarray(found["since"], np.float64)).astype(np.int64)
    return Boxes(
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["class_id"], np.int16),
        np.asarray(found["from_ns"], np.int64) + since,
        np.stack([np.asarray(found[name], np.float64) for name in ("x1", "y1", "x2", "y2")], 1),
    )


def seen(cursor: Cursor, run_id: RunId, wanting: Wanting) -> Boxes:
    """Every box of the tracks of a run, those of no interpolation."""
    with wanting.known_to(cursor):
        found = cursor.execute(_SEEN, wanting.values() | {"run": run_id}).fetchnumpy()
    return Boxes(
        np.asarray(found["track_id"], np.int64),
        np.asarray(found["class_id"], np.int16),
        np.asarray(found["time_ns"], np.int64),
        np.stack([np.asarray(found[name], np.float64) for name in ("x1", "y1", "x2", "y2")], 1),
    )
