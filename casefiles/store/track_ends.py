"""Where tracks come into the picture and where they leave it: their first and last boxes."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casefiles.store.engine import Cursor

_ENDS = """
SELECT t.track_id, t.source_id, t.class_id, t.from_ns, t.to_ns,
       arg_min(p.x1, p.time_ns) AS fx1, arg_min(p.y1, p.time_ns) AS fy1,
       arg_min(p.x2, p.time_ns) AS fx2, arg_min(p.y2, p.time_ns) AS fy2,
       arg_max(p.x1, p.time_ns) AS lx1, arg_max(p.y1, p.time_ns) AS ly1,
       arg_max(p.x2, p.time_ns) AS lx2, arg_max(p.y2, p.time_ns) AS ly2
FROM tracks t LEFT JOIN track_points p ON p.track_id = t.track_id AND p.run_id = t.run_id
WHERE {wanted}
GROUP BY ALL ORDER BY t.track_id
"""
_THESE = "t.track_id IN (SELECT unnest($tracks::BIGINT[]))"
_SHOWN = """
NOT t.suppressed AND list_contains($classes, t.class_id)
AND t.run_id IN (SELECT run_id FROM shown_runs)
"""


@dataclass(frozen=True, slots=True, eq=False)
class TrackEnds:
    """Tracks by id, columns of equal length n: `track_id`, `source_id`, `class_id`, `from_ns`,
    `to_ns` `(n,) int64`, media times; `first` and `last` `(n, 4) float64` boxes xyxy in pixels of
    the source, NaN where a track has no points."""

    track_id: NDArray[np.int64]
    source_id: NDArray[np.int64]
    class_id: NDArray[np.int64]
    from_ns: NDArray[np.int64]
    to_ns: NDArray[np.int64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.track_id)


def of_tracks(cursor: Cursor, track_ids: Iterable[int]) -> TrackEnds:
    """The ends of these tracks, of whatever run; unknown ids are passed over."""
    return _read(cursor, _THESE, {"tracks": [int(one) for one in track_ids]})


def of_shown(cursor: Cursor, class_ids: Iterable[int]) -> TrackEnds:
    """The ends of all shown tracks of these classes that are not suppressed."""
    return _read(cursor, _SHOWN, {"classes": [int(one) for one in class_ids]})


def _read(cursor: Cursor, wanted: str, values: dict[str, list[int]]) -> TrackEnds:
    found = cursor.execute(_ENDS.format(wanted=wanted), values).fetchnumpy()
    names = ("track_id", "source_id", "class_id", "from_ns", "to_ns")
    whole = {name: np.asarray(found[name], np.int64) for name in names}
    first, last = (
        np.stack(
            [
                np.ma.filled(np.ma.asarray(found[end + name], np.float64), np.nan)
                for name in ("x1", "y1", "x2", "y2")
            ],
            axis=1,
        )
        for end in ("f", "l")
    )
    return TrackEnds(**whole, first=first, last=last)
