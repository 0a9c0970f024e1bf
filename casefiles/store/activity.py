"""When something was seen, as bare columns: what a timeline of millions is drawn from."""

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor
from casefiles.types import RunId

_MOMENTS = """
SELECT time_ns, class_id FROM track_points
WHERE run_id = ? AND NOT interpolated
  AND track_id NOT IN (SELECT track_id FROM tracks WHERE run_id = ? AND suppressed)
"""
_MINUTES = """
SELECT minute, class_id, track_points FROM minute_activity
WHERE run_id = ? AND minute BETWEEN ? AND ? ORDER BY minute, class_id
"""


def moments(cursor: Cursor, run_id: RunId) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Media times `(n,)` and classes `(n,)` of the seen track points of a run, finished or not;
    interpolated points and suppressed tracks are left out. In no order."""
    found = cursor.execute(_MOMENTS, [run_id, run_id]).fetchnumpy()
    return np.asarray(found["time_ns"], np.int64), np.asarray(found["class_id"], np.int16)


def minutes(
    cursor: Cursor, run_id: RunId, first: int, last: int
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.int64]]:
    """Minutes of media time `(n,)` from the first to the last, classes `(n,)`, and how many track
    points each has `(n,)`."""
    found = cursor.execute(_MINUTES, [run_id, first, last]).fetchnumpy()
    return (
        np.asarray(found["minute"], np.int64),
        np.asarray(found["class_id"], np.int16),
        np.asarray(found["track_points"], np.int64),
    )
