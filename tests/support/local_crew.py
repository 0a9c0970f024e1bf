"""A crew whose workers are generators in this very thread: quick, and open to fakes.

It passes the contract suite of the real one, as far as staying alive goes.
"""

import pickle
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from casefiles.workers import Ended, Event, Failed, Question, Said, Work, Worker
from resources.errors import UserError


class LocalWorker:
    """Does one message of work at every hearing."""

    def __init__(self, running: Work) -> None:
        self.running: Work | None = running
        self._reply: Any = None
        self._asked = False

    def answer(self, reply: object) -> None:
        self._reply, self._asked = _travelled(reply), False

    def dismiss(self) -> None:
        if self.running is not None:
            self.running.close()
            self.running = None

    def step(self) -> Event | None:
        if self.running is None or self._asked:
            return None
        reply, self._reply = self._reply, None
        try:
            message = self.running.send(reply)
        except StopIteration as end:
            self.running = None
            return Ended(_travelled(end.value))
        except UserError as error:
            self.running = None
            return Failed(error)
        self._asked = isinstance(message, Question)
        return Said(_travelled(message))


class LocalCrew:
    """As `casefiles.workers.Processes`, in this thread."""

    def __init__(self) -> None:
        self.workers: list[LocalWorker] = []

    def hire(self, work: Callable[..., Work], *arguments: object) -> LocalWorker:
        worker = LocalWorker(work(*(_travelled(argument) for argument in arguments)))
        self.workers.append(worker)
        return worker

    def hear(self, seconds: float) -> list[tuple[Worker, Event]]:
        heard: list[tuple[Worker, Event]] = []
        for worker in self.workers:
            event = worker.step()
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
        for worker in self.workers:
            worker.dismiss()


def _travelled(message: Any) -> Any:
    """What arrives at the other side of a pipe."""
    return pickle.loads(pickle.dumps(message))
