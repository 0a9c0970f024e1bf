"""A sign of life from inside long reading: whoever waits for it can tell work from a hang."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _nothing() -> None:
    """Where nobody waits."""


_listener: ContextVar[Callable[[], None]] = ContextVar("video.pulse", default=_nothing)


def beat() -> None:
    """Tells the listener, if there is one, that reading goes on."""
    _listener.get()()


@contextmanager
def heard_by(listener: Callable[[], None]) -> Iterator[None]:
    """Calls `listener` at every beat of this thread inside the block; it must be quick."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
