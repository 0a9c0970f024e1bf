"""What a search reads besides its answers: sources with their runs, and tracks as columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from casefiles.errors import CaseDamaged
from casefiles.store import clocks
from casefiles.store.answers import Scope
from casefiles.store.conditions import Ids
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, JsonValue, RunId, SourceId, TrackId, TrackRow
from video.clock import ClockOffset
from video.types import TimeNs

_TRACKS = """
SELECT t.track_id, t.run_id, t.source_id, t.class_id, t.from_ns, t.to_ns, t.points, t.mean_score
FROM tracks t JOIN scope s USING (run_id)
WHERE NOT t.suppressed AND list_contains($classes, t.class_id)
ORDER BY t.track_id
"""
_BEST = """
SELECT track_id, max(time_ns) FROM track_looks
WHERE track_id IN (SELECT unnest(?::BIGINT[])) GROUP BY track_id
"""
_SEARCHABLE = f"""
SELECT s.source_id, s.camera_id,
       coalesce(s.recorded_start_ns, c.start_ns) - coalesce(c.offset_ns, s.offset_ns),
       coalesce(c.drift_ppb, 0), s.duration_ns, r.run_id, r.classes, r.report, r.options,
       p.analysed_to_ns, s.width, s.height
FROM sources s LEFT JOIN shown_runs h USING (source_id) LEFT JOIN runs r ON r.run_id = h.run_id
LEFT JOIN run_stops p ON p.run_id = h.run_id LEFT JOIN {clocks.SHOWN} c USING (source_id)
ORDER BY s.source_id
"""  # noqa: S608 - text of this folder only
_TRACK_COUNT = "SELECT count(*) FROM tracks"
_SIZES = "SELECT run_id, count(*), sum(points)::BIGINT FROM tracks GROUP BY run_id"
_SUPPRESSED = "SELECT run_id, count(*) FROM tracks WHERE suppressed{classes} GROUP BY run_id"
_SHOWN = """
SELECT t.track_id, t.run_id, t.class_id FROM tracks t JOIN shown_runs USING (run_id)
WHERE t.track_id IN (SELECT unnest(?::BIGINT[]))
"""


@dataclass(frozen=True, slots=True)
class Indexed:
    """The run shown of a source, as far as a search must know it."""

    run_id: RunId
    classes: tuple[int, ...]
    report: Mapping[str, JsonValue]
    options: str
    analysed_to_ns: int | None
    """Up to which media time, where the analysis ended early; None where it is whole."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A source, as far as a search must know it."""

    source_id: SourceId
    camera_id: CameraId | None
    start_ns: int | None
    """Wall time of media time 0, where it is known."""
    drift_ppb: int
    duration_ns: int
    run: Indexed | None
    size: tuple[int, int]
    """Width and height of its pictures."""

    @property
    def clock(self) -> ClockOffset | None:
        """From media time to wall time, where the start is known."""
        if self.start_ns is None:
            return None
        return ClockOffset(self.start_ns, drift_ppb=self.drift_ppb)


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


def searchable(cursor: Cursor) -> tuple[Searchable, ...]:
    """Every source by id.

    Raises:
        CaseDamaged: the facts of a run were changed into what no run has.
    """
    return tuple(_searchable(row) for row in cursor.execute(_SEARCHABLE).fetchall())


def track_count(cursor: Cursor) -> int:
    """How many tracks the case has, of whatever run."""
    return int(cursor.execute(_TRACK_COUNT).fetchall()[0][0])


def sizes(cursor: Cursor) -> dict[RunId, tuple[int, int]]:
    """How many tracks each run has, and how many points these."""
    rows = cursor.execute(_SIZES).fetchall()
    return {RunId(run): (tracks, points) for run, tracks, points in rows}


def suppressed(cursor: Cursor, class_ids: Sequence[int]) -> dict[RunId, int]:
    """How many suppressed tracks each run has, of some classes or (none given) of all."""
    said = f" AND class_id IN ({', '.join('?' * len(class_ids))})" if class_ids else ""
    rows = cursor.execute(_SUPPRESSED.format(classes=said), list(class_ids)).fetchall()
    return {RunId(run): count for run, count in rows}


def tracks(cursor: Cursor, scope: Scope, *, class_ids: Sequence[int]) -> TrackColumns:
    """The tracks of these classes in these runs that are not suppressed, by id."""
    cursor.register("scope", scope.columns())
    try:
        found = cursor.execute(_TRACKS, {"classes": list(class_ids)}).fetchnumpy()
    finally:
        cursor.unregister("scope")
    whole = {
        name: np.asarray(column, np.int64) for name, column in found.items() if name != "mean_score"
    }
    return TrackColumns(**whole, mean_score=np.asarray(found["mean_score"], np.float64))


def best_times(cursor: Cursor, track_ids: Ids) -> dict[int, int]:
    """The media time of the best picture of each of these tracks that has one."""
    return dict(cursor.execute(_BEST, [track_ids.tolist()]).fetchall())


def shown(cursor: Cursor, track_ids: Sequence[int]) -> dict[int, tuple[RunId, int]]:
    """The run and the class of those of the tracks that a shown run has, by id."""
    rows = cursor.execute(_SHOWN, [list(track_ids)]).fetchall()
    return {int(track): (RunId(run), int(class_id)) for track, run, class_id in rows}


def _searchable(row: tuple[Any, ...]) -> Searchable:
    (source, camera, start, drift, duration, run, classes, report, options, ended_at, width,
     height) = row  # fmt: skip
    indexed = None
    if run is not None:
        try:
            known = _read_json(classes), _read_json(report)
            indexed = Indexed(RunId(run), tuple(known[0]), dict(known[1]), options, ended_at)
        except (ValueError, TypeError) as error:
            raise CaseDamaged(
                f"the facts of run {run} are damaged: {error}",
                "Restore the case from a snapshot.",
            ) from error
    return Searchable(
        SourceId(source),
        None if camera is None else CameraId(camera),
        start,
        drift,
        duration,
        indexed,
        (width, height),
    )


@lru_cache(maxsize=256)
def _read_json(text: str) -> Any:
    # Most runs of a case say the same; nothing that is read here is changed.
    return json.loads(text)
