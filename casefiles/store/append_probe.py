"""Measures the bulk append against row-by-row inserts, on the real tables; only `bench` uses it."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np

from casefiles.store import tracks
from casefiles.store.engine import Connection, Cursor
from casefiles.store.migrate import migrate
from casefiles.types import Placed, PlacedPoints, RunId

_ROW_BY_ROW = """
INSERT INTO detections (run_id, frame, pts, time_ns, x1, y1, x2, y2, score, class_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def append_seconds(folder: Path, rows: int) -> tuple[float, float]:
    """CPU seconds to store `rows` detections as arrays, and by `executemany`, each in one
    transaction of a fresh database."""
    found = _made_up(rows)
    nothing = _made_up(0)
    no_points = PlacedPoints(nothing, np.zeros(0, np.int64), np.zeros(0, np.bool_))

    def as_arrays(cursor: Cursor) -> None:
        tracks.add_chunk(
            cursor,
            RunId(1),
            first_step=0,
            analysed=np.zeros(0, np.int32),
            detections=found,
            points=no_points,
        )

    columns = tracks.columns_of(RunId(1), found)
    names = ("run_id", "frame", "pts", "time_ns", "x1", "y1", "x2", "y2", "score", "class_id")
    listed = [np.asarray(columns[name]).tolist() for name in names]
    by_row = list(zip(*listed, strict=True))

    def one_by_one(cursor: Cursor) -> None:
        cursor.executemany(_ROW_BY_ROW, by_row)

    return (
        _timed(folder / f"arrays-{rows}.duckdb", as_arrays),
        _timed(folder / f"rows-{rows}.duckdb", one_by_one),
    )


def _timed(path: Path, work: Callable[[Cursor], None]) -> float:
    connection = Connection(path, key=None, create=True)
    try:
        migrate(connection, "case", new=True)
        started = process_time()
        with connection.transaction() as cursor:
            work(cursor)
        return process_time() - started
    finally:
        connection.close()


def _made_up(rows: int) -> Placed:
    rng = np.random.default_rng(7)
    frame = np.arange(rows, dtype=np.int32) // 5
    return Placed(
        frame,
        frame.astype(np.int64) * 512,
        frame.astype(np.int64) * 40_000_000,
        rng.uniform(0, 500, (rows, 4)).astype(np.float32),
        rng.uniform(0, 1, rows).astype(np.float32),
        np.ones(rows, np.int16),
    )
