"""Runs jobs and reads off the GUI thread; what they give comes back on it, by signal.

The only pool of the window: long jobs (`Jobs.start`) have a lane of their own and can be paused
and cancelled; short reads (`Reader.ask`) pass them. Work never touches a widget.
"""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from threading import Condition
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from casefiles.jobs import Job, Progress
from resources.errors import UserError

T = TypeVar("T")
_TELL_EVERY_S = 0.05
_LONG_JOBS = 2
_READERS = 2
_PACE_WINDOW = 40


class JobState(Enum):
    """Where a job is; exactly one of the last three ends it."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class _Courier(QObject):
    """Carries calls into the thread it lives in: the only way back from a worker."""

    _sent = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sent.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def send(self, call: Callable[[], None]) -> None:
        """From any thread: `call` is run in the thread of this object, later."""
        self._sent.emit(call)

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        call()


class RunningJob(QObject):
    """One long job as the window sees it; its signals come on the GUI thread."""

    changed = Signal()
    """State or progress changed; at most twenty times a second."""
    ended = Signal()
    """Fires once, after `changed`, with the final state."""

    def __init__(self, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.state = JobState.WAITING
        self.progress: Progress | None = None
        self.error: BaseException | None = None
        self.result: object = None
        self.began_s = monotonic()
        self._paused_wanted = False
        self._cancel_wanted = False
        self._wake = Condition()
        self._paces: deque[tuple[float, int]] = deque(maxlen=_PACE_WINDOW)

    @property
    def rate(self) -> float | None:
        """Units a second over the last moments; None before it is known."""
        if len(self._paces) < 2:
            return None
        (t0, n0), (t1, n1) = self._paces[0], self._paces[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 and n1 > n0 else None

    @property
    def left_s(self) -> float | None:
        """Seconds left at the present rate; None where that is not known."""
        if self.progress is None or not self.progress.total or self.rate is None:
            return None
        return max(self.progress.total - self.progress.done, 0) / self.rate

    def pause(self) -> None:
        """Stops stepping after the present step; what was stored stays."""
        self._want(paused=True)

    def resume(self) -> None:
        """Goes on."""
        self._want(paused=False)

    def cancel(self) -> None:
        """Ends it after the present step; the job's own `finally` blocks run."""
        with self._wake:
            self._cancel_wanted = True
            self._wake.notify_all()

    def _want(self, *, paused: bool) -> None:
        with self._wake:
            self._paused_wanted = paused
            self._wake.notify_all()

    def _may_go_on(self, on_pause: Callable[[bool], None]) -> bool:
        """On the worker: waits while paused; False when cancelled."""
        with self._wake:
            if self._paused_wanted and not self._cancel_wanted:
                on_pause(True)
                self._wake.wait_for(lambda: not self._paused_wanted or self._cancel_wanted)
                on_pause(False)
            return not self._cancel_wanted

    def _show(self, state: JobState, progress: Progress | None) -> None:
        if progress is not None:
            if self.progress is None or progress.what != self.progress.what:
                self._paces.clear()
            self._paces.append((monotonic(), progress.done))
            self.progress = progress
        if state is not self.state:
            self._paces.clear()
        self.state = state
        self.changed.emit()


class Jobs(QObject):
    """Every long job of the window, newest last."""

    added = Signal(object)
    """A `RunningJob` was started."""
    finished = Signal(object)
    """A `RunningJob` ended, whatever way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[RunningJob] = []
        self._courier = _Courier(self)
        self._pool = ThreadPoolExecutor(_LONG_JOBS, "window-job")

    @property
    def active(self) -> list[RunningJob]:
        """Those that have not ended."""
        return [job for job in self.jobs if not job.state.ended]

    def start(
        self,
        title: str,
        make: Callable[[], Job[T]],
        *,
        on_done: Callable[[T], None] | None = None,
        on_failed: Callable[[BaseException], None] | None = None,
    ) -> RunningJob:
        """Runs the job that `make` gives (called on the worker); results come on the GUI thread.

        Exactly one of done, failed, cancelled happens. `on_failed` gets a `UserError`, or a bug.
        """
        running = RunningJob(title, self)
        self.jobs.append(running)
        self.added.emit(running)

        def end(state: JobState, result: object, error: BaseException | None) -> None:
            running.result, running.error = result, error
            running._show(state, None)
            if state is JobState.DONE and on_done is not None:
                on_done(result)  # type: ignore[arg-type]  # `make` gave a Job[T]
            if error is not None and on_failed is not None:
                on_failed(error)
            running.ended.emit()
            self.finished.emit(running)

        self._pool.submit(self._run, running, make, end)
        return running

    def _run(
        self,
        running: RunningJob,
        make: Callable[[], Generator[Progress, None, Any]],
        end: Callable[[JobState, object, BaseException | None], None],
    ) -> None:
        send = self._courier.send
        told = 0.0

        def show_pause(paused: bool) -> None:
            state = JobState.PAUSED if paused else JobState.RUNNING
            send(lambda: running._show(state, None))

        if not running._may_go_on(show_pause):
            send(lambda: end(JobState.CANCELLED, None, None))
            return
        send(lambda: running._show(JobState.RUNNING, None))
        try:
            job = make()
            try:
                while running._may_go_on(show_pause):
                    progress = next(job)
                    if monotonic() - told >= _TELL_EVERY_S:
                        told = monotonic()
                        send(lambda shown=progress: running._show(JobState.RUNNING, shown))  # type: ignore[misc]
                else:
                    job.close()
                    send(lambda: end(JobState.CANCELLED, None, None))
            except StopIteration as stop:
                result = stop.value
                send(lambda: end(JobState.DONE, result, None))
            finally:
                job.close()
        # Broad on purpose: whatever went wrong is shown to the person who started it.
        except BaseException as error:
            failure = error
            send(lambda: end(JobState.FAILED, None, failure))

    def stop(self) -> None:
        """Cancels everything and waits for it."""
        for job in self.active:
            job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)


class Reader(QObject):
    """Short reads off the GUI thread; of those with one key only the newest answer is shown."""

    def __init__(
        self, parent: QObject | None = None, *, threads: int = _READERS, name: str = "window-reader"
    ) -> None:
        super().__init__(parent)
        self.failed: Callable[[BaseException], None] = lambda _: None
        """Gets the error of a read that named no `failed` of its own."""
        self._courier = _Courier(self)
        self._pool = ThreadPoolExecutor(threads, name)
        self._newest: dict[str, int] = {}
        self._asked = 0
        self._stopped = False

    def ask(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        *,
        key: str = "",
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Runs `work` on a reader thread and `then` with its result on the GUI thread.

        An answer is dropped where a newer question with the same non-empty `key` was asked.
        """
        if self._stopped:
            return
        self._asked += 1
        ticket = self._asked
        if key:
            self._newest[key] = ticket

        def wanted() -> bool:
            return not self._stopped and (not key or self._newest[key] == ticket)

        def run() -> None:
            if not wanted():
                return
            try:
                result = work()
            # Broad on purpose: the asker learns what went wrong, the thread lives on.
            except BaseException as error:
                failure = error
                self._courier.send(lambda: complain(failure))
                return
            self._courier.send(lambda: then(result) if wanted() else None)

        def complain(error: BaseException) -> None:
            if wanted():
                (failed or self.failed)(error)

        self._pool.submit(run)

    def stop(self) -> None:
        """Drops what waits and waits for what runs."""
        self._stopped = True
        self._pool.shutdown(wait=True, cancel_futures=True)


def is_bug(error: BaseException) -> bool:
    """Whether an error is our fault and not the world's."""
    return not isinstance(error, UserError | OSError)
