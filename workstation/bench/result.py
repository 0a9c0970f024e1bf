"""One figure of a bench, and how it is measured: process CPU time, interleaved, medians."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time


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
    """Median process CPU seconds of two kinds of work done in turns, ABAB…: whatever else the
    machine does falls on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for pair in zip(first, second, strict=True):
        for work, taken in zip(pair, times, strict=True):
            started = process_time()
            work()
            taken.append(process_time() - started)
    return median(times[0]), median(times[1])
