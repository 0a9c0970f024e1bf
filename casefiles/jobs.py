"""Long work as a generator: it yields progress and returns its result; closing it cancels it."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` in `unit`; a `total` of 0 means it is not known."""

    done: int
    total: int
    unit: str
    what: str = ""
    parts: "tuple[Progress, ...]" = ()
    """What is worked on at the same time, where that is more than one thing."""


Job: TypeAlias = Generator[Progress, None, T]


def finish(job: Job[T], on_progress: Callable[[Progress], None] | None = None) -> T:
    """Runs a job to its end in this thread and gives its result."""
    try:
        while True:
            progress = next(job)
            if on_progress is not None:
                on_progress(progress)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        job.close()
