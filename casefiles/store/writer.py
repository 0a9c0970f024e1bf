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
_Work = tuple[Callable[[Cursor], Any], "Future[Any]"]


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

    def post(self, work: Callable[[Cursor], T], *, bulk: bool = False) -> "Future[T]":
        """Queues `work`; its result or error comes through the future.

        Raises:
            RuntimeError: the writer is closed.
        """
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise RuntimeError("the writer is closed")
            (self._bulk if bulk else self._edits).append((work, future))
            self._wake.notify()
        return future

    def do(self, work: Callable[[Cursor], T]) -> T:
        """Posts `work` and waits for it."""
        return self.post(work).result()

    def close(self) -> None:
        """Finishes what is queued, then stops; a second close does nothing."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while (next_work := self._next()) is not None:
            work, future = next_work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with self._connection.transaction() as cursor:
                    result = work(cursor)
            # Broad on purpose: whatever went wrong belongs to the caller, the thread lives on.
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            # Results and tracebacks must not outlive their work while the thread waits.
            del work, future, next_work

    def _next(self) -> _Work | None:
        with self._wake:
            self._wake.wait_for(lambda: self._edits or self._bulk or self._closing)
            if self._edits:
                return self._edits.popleft()
            return self._bulk.popleft() if self._bulk else None
