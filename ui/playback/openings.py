"""How many files may be open at once: so many decoders, the ones not used for longest are closed.

An open decoder keeps the pictures that others refer to (about 50 MB for H.264 of 1920×1080 with
16 of them): this, and not the number of tiles, bounds the memory of a large wall.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol

from ui.playback.slots import Slots
from video.decoder import Decoder


class Owner(Protocol):
    """Who opens a decoder."""

    @property
    def urgency(self) -> float:
        """Smaller is served sooner."""

    def forget(self) -> None:
        """Its decoder was closed, while it was not using it."""


class Openings:
    """At most `most` decoders; each is used by one owner, on the thread of that owner."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._using = Slots(most)
        self._lock = Lock()
        self._used = 0
        self._idle: OrderedDict[Owner, Decoder] = OrderedDict()

    @property
    def open_now(self) -> int:
        """How many decoders are open."""
        with self._lock:
            return self._used + len(self._idle)

    @contextmanager
    def using(self, owner: Owner, make: Callable[[], Decoder]) -> Iterator[Decoder]:
        """The decoder of an owner: still open, or made anew in the place of the one not used for
        longest. Waits while all are in use. What `make` raises is raised here."""
        with self._using.taken(owner.urgency):
            with self._lock:
                decoder = self._idle.pop(owner, None)
                self._used += 1
                spare = []
                while self._used + len(self._idle) > self.most:
                    spare.append(self._idle.popitem(last=False))
            try:
                for other, closing in spare:
                    # In this order: nobody finds pictures of a decoder that is closed.
                    other.forget()
                    closing.__exit__(None, None, None)
                if decoder is None:
                    decoder = make()
                yield decoder
            finally:
                with self._lock:
                    self._used -= 1
                    if decoder is not None:
                        self._idle[owner] = decoder

    def drop(self, owner: Owner) -> None:
        """Closes what an owner has left open; it must not be using it."""
        with self._lock:
            decoder = self._idle.pop(owner, None)
        if decoder is not None:
            decoder.__exit__(None, None, None)
