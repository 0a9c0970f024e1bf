"""Where foot points lie and for how long, by cells of a picture: SQL ↔ columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor
from casefiles.store.path_conditions import FOOT_X
from casefiles.types import RunId
from casefiles.view_types import HeatKind

SLOWEST: Final = 0.15
"""Heights a second: below, somebody stands; boxes tremble by about a third of it."""
STOP_S: Final = 2.0
"""Standing for so long is a stop."""
_LONGEST_STEP_NS: Final = 2 * 10**9
"""What a step counts for at most: after longer nobody knows where it was in between."""
_AROUND_NS: Final = 10**9
_POINTS: Final = f"""
SELECT q.track_id, q.time_ns, {FOOT_X} AS x, q.y2 AS y, q.y2 - q.y1 AS tall
FROM track_points q WHERE list_contains($runs, q.run_id)
  AND q.track_id NOT IN (SELECT track_id FROM tracks WHERE suppressed){{only}}
"""  # noqa: S608 - text of this module only
_STEPS: Final = """
SELECT track_id, time_ns, x, y, tall,
       least(coalesce(lead(time_ns) OVER way - time_ns, 0), $longest) AS step_ns,
       first_value(x) OVER about AS x0, last_value(x) OVER about AS x1,
       first_value(y) OVER about AS y0, last_value(y) OVER about AS y1,
       first_value(time_ns) OVER about AS t0, last_value(time_ns) OVER about AS t1
FROM ({points})
WINDOW way AS (PARTITION BY track_id ORDER BY time_ns),
       about AS (PARTITION BY track_id ORDER BY time_ns
                 RANGE BETWEEN $around PRECEDING AND $around FOLLOWING)
"""
_STANDS: Final = """(t1 > t0 AND sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    <= $slowest * tall * ((t1 - t0) / 1e9))"""
_CELLS: Final = """
SELECT floor(y / $cell)::BIGINT AS row, floor(x / $cell)::BIGINT AS col, {told}::DOUBLE AS told
FROM ({rows}) GROUP BY ALL
"""
# Runs of standing points: each that moves begins another.
_STOPS: Final = f"""
SELECT avg(x) AS x, avg(y) AS y FROM (
    SELECT *, count(*) FILTER (NOT stands) OVER (PARTITION BY track_id ORDER BY time_ns) AS stay
    FROM (SELECT *, {_STANDS} AS stands FROM ({{steps}}))
) WHERE stands GROUP BY track_id, stay HAVING max(time_ns) - min(time_ns) >= $stop
"""  # noqa: S608 - text of this module only
_TRACKS: Final = """
SELECT count(*) FROM tracks t WHERE list_contains($runs, t.run_id) AND NOT t.suppressed{only}
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells `(n,)` in which there was something: row and column, and how much."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    amount: NDArray[np.float64]


def cells(
    cursor: Cursor, kind: HeatKind, runs: Sequence[RunId], tracks: Sequence[int] | None, cell: int
) -> Cells:
    """Of runs, and of some of their tracks or (None) all that are not suppressed.

    `paths` are seconds in a cell, `dwell` seconds of standing there, `stops` how often somebody
    stood there for `STOP_S`.
    """
    values = {"runs": list(runs), "cell": cell, "longest": _LONGEST_STEP_NS, "around": _AROUND_NS}
    points = _POINTS.format(only=_only(tracks, values, "q"))
    steps = _STEPS.format(points=points)
    told = "coalesce(sum(step_ns), 0) / 1e9"
    if kind != "paths":
        values["slowest"] = SLOWEST
    if kind == "stops":
        values["stop"] = round(STOP_S * 1e9)
        rows, told = _STOPS.format(steps=steps), "count(*)"
    elif kind == "dwell":
        rows = f"SELECT * FROM ({steps}) WHERE {_STANDS}"  # noqa: S608 - text of this module only
    else:
        rows = steps
    found = cursor.execute(_CELLS.format(told=told, rows=rows), values).fetchnumpy()
    return Cells(
        np.asarray(found["row"], np.int64),
        np.asarray(found["col"], np.int64),
        np.asarray(found["told"], np.float64),
    )


def track_count(cursor: Cursor, runs: Sequence[RunId], tracks: Sequence[int] | None) -> int:
    """How many tracks that are."""
    values: dict[str, object] = {"runs": list(runs)}
    text = _TRACKS.format(only=_only(tracks, values, "t"))
    return int(cursor.execute(text, values).fetchall()[0][0])


def _only(tracks: Sequence[int] | None, values: dict[str, object], row: str) -> str:
    if tracks is None:
        return ""
    values["tracks"] = list(tracks)
    # A synopsis may have a hundred thousand: a list would be gone through for every point.
    return f" AND {row}.track_id IN (SELECT unnest($tracks::BIGINT[]))"
