"""One figure of a bench, and how it is measured: CPU time with that of worker processes,
interleaved, medians."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is the one to look at; `value` and `bound_or_peer` are what it was made from."""

    name: str
    value: float
    bound_or_peer: float
    ratio: float
    unit: str
    how: str


def interleaved(
    first: Sequence[Callable[[], None]], second: Sequence[Callable[[], None]]
) -> tuple[float, float]:
    """Median CPU seconds of two kinds of work done in turns, ABAB…: whatever else the machine does
    falls on both. Processes that the work started and ended count, except on Windows."""
    times: tuple[list[float], list[float]] = ([], [])
    for pair in zip(first, second, strict=True):
        for work, taken in zip(pair, times, strict=True):
            started = _cpu_seconds()
            work()
            taken.append(_cpu_seconds() - started)
    return median(times[0]), median(times[1])


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
