"""Work that goes wrong in the ways that codecs do, for processes of its own."""

import os
import signal
from collections.abc import Generator
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event

from casefiles.usecases import index_work
from casefiles.usecases.index_work import IndexOptions, Reached, analyse
from casefiles.workers import Process, Processes, Question, Work, alive
from detection.detector import DETECTORS
from resources.errors import UserError
from tests.support.fakes import open_fake_judges


class Asked(Question):
    """A question that says nothing."""


def echo() -> Work:
    """Gives back what it is answered, until that is None."""
    heard = []
    while (reply := (yield Asked())) is not None:
        heard.append(reply)
    return heard


def count_for_ever() -> Work:
    """Says 0, 1, 2, …"""
    yield from count()


def refuse() -> Work:
    """Raises an error meant for a person."""
    yield 1
    raise UserError("it is raining", "Take an umbrella.")


def stumble() -> Work:
    """Raises what is a bug."""
    yield 1
    raise KeyError("a" + " secret")


def crash() -> Work:
    """Ends as a broken codec does."""
    yield 1
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_on(order: object) -> Work:
    """The same, whatever was ordered."""
    assert order is not None
    yield from crash()


def leave() -> Work:
    """Ends without a word."""
    yield 1
    os._exit(7)


def hang() -> Work:
    """Says one thing and nothing more."""
    yield 1
    Event().wait()


def think() -> Work:
    """Takes long over one step, and gives signs of life while it does."""
    yield 1
    for _ in range(30):
        Event().wait(0.1)
        alive()
    return "thought"


def swallow() -> Work:
    """Asks for more memory than there is."""
    yield 1
    raise MemoryError


def chatter() -> Work:
    """Prints to both streams, as codecs do."""
    os.write(1, b"noise on stdout")
    os.write(2, b"noise on stderr")
    yield 1


def fail_at(
    how: str, position: int, once: Path | None, options: IndexOptions
) -> Generator[object, object, None]:
    """Analyses with the fake detector, with fake judges where wanted, and goes wrong at a frame:
    every time, or only where the file `once` is not."""
    DETECTORS._built_in["fake"] = "tests.support.fakes:open_fake"
    index_work._TELL_EVERY_S = 0
    if options.attributes:
        index_work.__dict__["open_judges"] = open_fake_judges
    work = analyse(options)
    reply = None
    while True:
        try:
            message = work.send(reply)  # type: ignore[arg-type]  # handed through
        except StopIteration:
            return
        if (
            isinstance(message, Reached)
            and message.position >= position
            and (once is None or not once.exists())
        ):
            if once is not None:
                once.touch()
            if how == "hang":
                Event().wait()
            os.kill(os.getpid(), getattr(signal, how))
        reply = yield message


class Unlucky(Processes):
    """A crew that does the same work with `fail_at` between."""

    def __init__(
        self, how: str, position: int, *, once: Path | None = None, silence_s: float = 60.0
    ) -> None:
        super().__init__(silence_s=silence_s)
        self._work = partial(fail_at, how, position, once)

    def hire(self, work: object, *arguments: object) -> Process:
        return super().hire(self._work, *arguments)
