"""Rows into a case: arrays against row by row."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from casefiles.usecases.measure_append import measure_append
from workstation.bench.result import Figure

_ROWS = 2000
_ROUNDS = 3


def append_vs_executemany() -> list[Figure]:
    """CPU time of `executemany` over that of the array append, for one chunk's rows."""
    arrays, rows = [], []
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as folder:
            fast, slow = measure_append(Path(folder), _ROWS)
        arrays.append(fast)
        rows.append(slow)
    value, peer = median(arrays), median(rows)
    return [
        Figure(
            "append-vs-executemany",
            value,
            peer,
            peer / value,
            "CPU s",
            f"{_ROWS} detections in one transaction of a fresh case, as arrays against "
            f"executemany; medians of {_ROUNDS} interleaved rounds; higher is better, asked ≥ 50",
        )
    ]
