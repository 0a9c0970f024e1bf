"""Processes beside the program: what crashes, hangs or hoards in one takes nothing else with it.

They are started by spawn, so that they inherit no lock, no GPU context and no open case. This
module knows how to talk to them and how they end, and nothing of what they do.

What runs in a process is a generator: what it yields arrives here as `Said`; after a `Question` it
waits for its answer, otherwise it goes on, at most two messages ahead of whoever listens. So a
listener that pauses makes the work pause, and nothing piles up.
"""

import faulthandler
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from pickle import UnpicklingError
from time import monotonic
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeAlias

from resources import paths
from resources.errors import UserError

Work: TypeAlias = Generator[Any, Any, Any]
"""Yields messages, is sent the answers to its questions, returns its result."""

_IN_FLIGHT: Final = 2
_ALIVE_EVERY_S: Final = 1.0
_END_S: Final = 5.0
START_S: Final = 180.0
"""The first message may take this long: libraries of a gigabyte are loaded from a slow disk."""
SILENCE_S: Final = 60.0
_NICENESS: Final = 10
"""Background work gives way to the window."""


class Question:
    """A message after which the work waits for its answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """The work yielded a message."""

    message: Any


@dataclass(frozen=True, slots=True)
class Ended:
    """The work returned."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The work raised an error meant for a person."""

    error: UserError


@dataclass(frozen=True, slots=True)
class Died:
    """The process is gone without a word, or was ended because it said nothing for too long."""

    why: str
    """In words that follow "the process that …": "was ended by SIGSEGV"."""


class WorkerBug(Exception):
    """The work raised what is no `UserError`: a bug, with the place where it happened."""

    def __init__(self, kind: str, frames: str) -> None:
        super().__init__(kind)
        self.add_note(frames)


@dataclass(frozen=True, slots=True)
class _Broken:
    """As a `WorkerBug` travels."""

    kind: str
    frames: str


Event: TypeAlias = Said | Ended | Failed | Died


class Worker(Protocol):
    """One that was hired."""

    def answer(self, reply: object) -> None:
        """Answers its question; a worker that died meanwhile is told of by the next `hear`."""

    def dismiss(self) -> None:
        """Ends it at once, whatever it does; once more does nothing."""


class Crew(Protocol):
    """Those who work for one job; leaving it as a context manager dismisses all."""

    def hire(self, work: Callable[..., Work], *arguments: object) -> Worker:
        """Starts `work`, a generator function at the top of a module, with `arguments`."""

    def hear(self, seconds: float) -> Sequence[tuple[Worker, Event]]:
        """What the workers said, waiting up to so many seconds for it; after `Ended`, `Failed`
        or `Died` a worker is gone.

        Raises:
            WorkerBug: the work of one raised what is no `UserError`.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Process:
    """A worker in a process of its own."""

    def __init__(
        self, work: Callable[..., Work], arguments: Sequence[object], silence_s: float
    ) -> None:
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.asked = False
        self._silent_s = 0.0
        self._limit_s = START_S
        self._silence_s = silence_s
        # Not a daemon: one of those may not try a GPU in a child of its own.
        self._process = context.Process(
            target=_main, args=(theirs, work, tuple(arguments)), name="sightline-worker"
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def answer(self, reply: object) -> None:
        """As the Protocol says."""
        self.asked = False
        self._silent_s = 0.0
        with suppress(OSError):
            self.line.send(reply)

    def dismiss(self) -> None:
        """As the Protocol says."""
        if self.line.closed:
            return
        self._process.kill()
        self._process.join()
        self.line.close()
        if self.pid is not None:
            with suppress(OSError):
                trace = _trace_file(self.pid)
                # One that did not crash has nothing to tell.
                if not trace.stat().st_size:
                    trace.unlink()

    def take(self) -> Event | None:
        """The message that waits; None for a mere sign of life.

        Raises:
            WorkerBug: see `Crew.hear`.
        """
        self._silent_s, self._limit_s = 0.0, self._silence_s
        try:
            event = self.line.recv()
        # A process that ends while it speaks leaves half a message.
        except (EOFError, OSError, UnpicklingError):
            return self._died()
        if isinstance(event, _Broken):
            self.dismiss()
            raise WorkerBug(event.kind, event.frames)
        if isinstance(event, Said):
            self.asked = isinstance(event.message, Question)
            if not self.asked:
                # One that died right after is found out at the next hearing.
                with suppress(OSError):
                    self.line.send(None)
        elif event is not None:
            self._process.join(_END_S)
            self.dismiss()
        return event  # type: ignore[no-any-return]  # what our own `_main` sends

    def waited(self, seconds: float) -> Died | None:
        """Counts time in which nothing was said; a worker silent for too long is ended."""
        if self.asked:
            return None
        self._silent_s += seconds
        if self._silent_s < self._limit_s:
            return None
        self.dismiss()
        return Died(f"gave no sign of life for {self._limit_s:.0f} seconds")

    def _died(self) -> Died:
        self._process.join(_END_S)
        code = self._process.exitcode
        self.dismiss()
        if code is None:
            return Died("stopped answering")
        if code < 0:
            with suppress(ValueError):
                return Died(f"was ended by {signal.Signals(-code).name}")
        return Died(f"ended with exit code {code}")


class Processes:
    """A crew of processes."""

    def __init__(self, *, silence_s: float = SILENCE_S) -> None:
        """After `silence_s` without a sign of life a worker counts as hanging, and is ended."""
        self._silence_s = silence_s
        self._workers: list[Process] = []

    def hire(self, work: Callable[..., Work], *arguments: object) -> Process:
        """As the Protocol says."""
        worker = Process(work, arguments, self._silence_s)
        self._workers.append(worker)
        return worker

    def hear(self, seconds: float) -> list[tuple[Worker, Event]]:
        """As the Protocol says."""
        self._workers = [worker for worker in self._workers if not worker.line.closed]
        began = monotonic()
        ready = wait([worker.line for worker in self._workers], seconds)
        # Only time spent waiting counts: a paused job or a sleeping computer is no hang.
        waited = min(monotonic() - began, seconds)
        heard: list[tuple[Worker, Event]] = []
        for worker in self._workers:
            event = worker.take() if worker.line in ready else worker.waited(waited)
            if event is not None:
                heard.append((worker, event))
        return heard

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.dismiss()


class _Mouth:
    """In the worker: sends, and waits where it is too far ahead."""

    def __init__(self) -> None:
        self.line: Connection | None = None
        self.unread = 0
        self.spoke = 0.0

    def say(self, message: object) -> object:
        """Sends a message of the work; gives the answer where it is a question."""
        assert self.line is not None
        asks = isinstance(message, Question)
        self.line.send(Said(message))
        self.spoke = monotonic()
        if asks:
            # Receipts of what was said before come first.
            for _ in range(self.unread):
                self.line.recv()
            self.unread = 0
            return self.line.recv()
        self.unread += 1
        while self.unread >= _IN_FLIGHT:
            self.line.recv()
            self.unread -= 1
        return None


_MOUTH: Final = _Mouth()


def limit_memory(most_bytes: int) -> None:
    """In a worker: from here on asking for more than so much memory fails, where the system can
    do that, instead of starving everything else."""
    # Windows has no such limit; the type checker looks at the system it runs on.
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        if _MOUTH.line is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


def alive() -> None:
    """In a worker: a sign of life from within a long step. Elsewhere it does nothing."""
    if _MOUTH.line is not None and monotonic() - _MOUTH.spoke >= _ALIVE_EVERY_S:
        _MOUTH.spoke = monotonic()
        _MOUTH.line.send(None)


def _main(line: Connection, work: Callable[..., Work], arguments: tuple[object, ...]) -> None:
    """The life of a worker process."""
    _settle()
    _MOUTH.line = line
    last: object
    try:
        last = Ended(_serve(work(*arguments)))
    except UserError as error:
        last = Failed(error)
    except (BrokenPipeError, EOFError, ConnectionResetError):
        # Nobody listens any more.
        return
    except MemoryError:
        last = Failed(UserError("there is not enough memory for it", "Close other programs."))
    # Broad on purpose: a bug is told to the program that reports bugs. Places only, no messages.
    except BaseException as error:
        frames = "".join(traceback.format_tb(error.__traceback__))
        last = _Broken(type(error).__name__, frames)
    with suppress(OSError):
        line.send(last)


def _serve(running: Work) -> object:
    try:
        reply = None
        while True:
            reply = _MOUTH.say(running.send(reply))
    except StopIteration as end:
        return end.value
    finally:
        running.close()


def _settle() -> None:
    """Makes the process a quiet one that gives way, and that ends with its parent."""
    # Ctrl+C goes to the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.nice(_NICENESS)
    # Codecs print as they like, and the parent's streams carry results and clear messages only.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    with suppress(OSError):
        faulthandler.enable(_trace_file(os.getpid()).open("w", encoding="utf-8"))
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def _trace_file(pid: int) -> Path:
    """Where a crash leaves its trace."""
    return paths.log_folder() / f"worker-{pid}.txt"


def _end_with_parent() -> None:
    """Ends this process when its parent is gone, however busy or stuck it is."""
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    # Nothing here is worth saving: what counts was sent.
    os._exit(1)
