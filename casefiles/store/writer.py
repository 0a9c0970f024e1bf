"""The one thread that writes a database: functions queue up, each runs in its own transaction.

Edits pass waiting bulk batches; order within a lane is kept. The thread never touches anything
but its connection, and every error travels back through the future of the work it belongs to.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from casefiles.store.engine import Connection, Cursor

T = TypeVar("T")
_Work = tuple[Callable[[Cursor], Any], "Future[Any]", Callable[[Any], None]]


def _nothing(_result: object) -> None:
    """What follows most work."""


class Writer:
    """Runs posted functions one after another against one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._edits: deque[_Work] = deque()
        self._bulk: deque[_Work] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="case-writer", daemon=True)
        self._thread.start()

    def post(
        self,
        work: Callable[[Cursor], T],
        *,
        bulk: bool = False,
        after: Callable[[T], None] = _nothing,
    ) -> "Future[T]":
        """Queues `work`; its result or error comes through the future.

        `after` gets the result on the writer's thread once it is stored, before whoever waits
        for it; it must neither raise nor wait.

        Raises:
            RuntimeError: the writer is closed.
        """
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise RuntimeError("the writer is closed")
            (self._bulk if bulk else self._edits).append((work, future, after))
            self._wake.notify()
        return future

    def do(self, work: Callable[[Cursor], T], *, after: Callable[[T], None] = _nothing) -> T:
        """Posts `work` and waits for it.

        Raises:
            RuntimeError: the writer is closed, or asked to wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("the writer cannot wait for itself")
        return self.post(work, after=after).result()

    def close(self) -> None:
        """Finishes what is queued, then stops; a second close does nothing."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while (next_work := self._next()) is not None:
            work, future, after = next_work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with self._connection.transaction() as cursor:
                    result = work(cursor)
            # Broad on purpose: whatever went wrong belongs to the caller, the thread lives on.
            except BaseException as error:
                future.set_exception(error)
            else:
                _call(after, result)
                future.set_result(result)
                del result
            # Results and tracebacks must not outlive their work while the thread waits.
            del work, future, after, next_work

    def _next(self) -> _Work | None:
        with self._wake:
            self._wake.wait_for(lambda: self._edits or self._bulk or self._closing)
            if self._edits:
                return self._edits.popleft()
            return self._bulk.popleft() if self._bulk else None


def _call(after: Callable[[Any], None], result: object) -> None:
    """Calls what follows stored work; its error is reported like that of any thread, and neither
    ends this one nor makes the work look undone."""
    try:
        after(result)
    except BaseException as error:
        kind, trace = type(error), error.__traceback__
        threading.excepthook(
            threading.ExceptHookArgs((kind, error, trace, threading.current_thread()))
        )
