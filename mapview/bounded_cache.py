"""What was made lately, kept up to a number of bytes; for any thread."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """The least lately used goes first."""

    def __init__(self, most_bytes: int, weigh: Callable[[V], int]) -> None:
        self._most, self._weigh = most_bytes, weigh
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.used_bytes = 0
        """What is kept weighs so much."""

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The kept value, or one made now; two threads may make the same, which does no harm."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        made = make()
        weight = self._weigh(made)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (made, weight)
                self.used_bytes += weight
            while self.used_bytes > self._most and len(self._kept) > 1:
                _, (_, gone) = self._kept.popitem(last=False)
                self.used_bytes -= gone
        return made
