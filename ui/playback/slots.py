"""How many decoders may work at once: a gate that lets the most urgent through first."""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Lock


class Slots:
    """A number of places; who waits is let in by deadline, equal ones in order of coming."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._free = places
        self._lock = Lock()
        self._waiting: list[tuple[float, int, Lock]] = []
        self._ticket = count()

    @contextmanager
    def taken(self, deadline_s: float) -> Iterator[None]:
        """Holds a place; `deadline_s` says how soon the work is needed, smaller is sooner."""
        with self._lock:
            turn: Lock | None = None
            if self._free:
                self._free -= 1
            else:
                turn = Lock()
                turn.acquire()
                heappush(self._waiting, (deadline_s, next(self._ticket), turn))
        if turn is not None:
            # Released by whoever leaves, who hands the place over without freeing it.
            turn.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heappop(self._waiting)[2].release()
                else:
                    self._free += 1
