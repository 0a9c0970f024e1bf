"""What most tests need and few are about, at less than its usual price: new stores and processes.

`ready_made` is in force in every test. A test that is about the making of one of them says so with
`made_anew`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, partial
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import get_ident
from typing import Any, Final
from unittest.mock import patch

import pytest

from casefiles import agency, workers
from casefiles import case as cases
from casefiles.store import migrate
from casefiles.store.engine import Connection
from casefiles.usecases import synopsis_rows
from video.synopsis.schedule import ScheduleOptions

_LOADED: Final = ("casefiles.usecases.index_work", "tests.support.bad_workers", __name__)
"""What a worker process spends its first second on."""
_ROUNDS: Final = 6
"""Of improving a synopsis, instead of sixty: few tests are about how short it is."""


@contextmanager
def ready_made() -> Iterator[None]:
    """New plain cases and agency stores begin as a copy of one without rows, worker processes are
    forked from one that has loaded its libraries and done nothing yet, and synopses are improved
    for less long."""
    with pytest.MonkeyPatch.context() as monkey:
        monkey.setattr(cases, "Connection", partial(_connection, "case"))
        monkey.setattr(agency, "Connection", partial(_connection, "agency"))
        monkey.setattr(synopsis_rows, "ScheduleOptions", partial(ScheduleOptions, effort=_ROUNDS))
        # Windows cannot fork.
        if hasattr(os, "fork"):
            monkey.setattr(workers, "get_context", lambda _: _Forking())
        yield


@contextmanager
def made_anew() -> Iterator[None]:
    """All of it as the program does it."""
    with pytest.MonkeyPatch.context() as monkey:
        monkey.setattr(cases, "Connection", Connection)
        monkey.setattr(agency, "Connection", Connection)
        monkey.setattr(synopsis_rows, "ScheduleOptions", ScheduleOptions)
        monkey.setattr(workers, "get_context", get_context)
        yield


def _connection(
    kind: migrate.StoreKind, path: Path, *, key: str | None, create: bool
) -> Connection:
    if create and key is None and not path.exists():
        steps = tuple(step.checksum for step in migrate.packaged_migrations(kind))
        beside = path.with_name(f"{path.name}.{get_ident()}")
        try:
            beside.write_bytes(_without_rows(kind, steps))
            # Whole at once, and never in the place of what another thread has made meanwhile.
            path.hardlink_to(beside)
        # A disk that is full or read-only is for the program to find.
        except OSError:
            pass
        else:
            return Connection(path, key=None, create=False)
        finally:
            with suppress(OSError):
                beside.unlink()
    return Connection(path, key=key, create=create)


@cache
def _without_rows(kind: migrate.StoreKind, _steps: tuple[str, ...]) -> bytes:
    """The file of a store that went through these steps of its format, and no further."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.duckdb"
        connection = Connection(path, key=None, create=True)
        try:
            migrate.migrate(connection, kind, new=True)
        finally:
            connection.close()
        return path.read_bytes()


class _Forking:
    """In the place of the context that spawns: the same pipes, quicker processes."""

    def __init__(self) -> None:
        self._context = _server()
        self.Pipe = self._context.Pipe

    def Process(
        self, *, target: Callable[..., object], args: tuple[Any, ...], name: str
    ) -> ForkServerProcess:
        """As there, in the environment of now and not of the first process."""
        return self._context.Process(target=_live, args=(dict(os.environ), target, args), name=name)


@cache
def _server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _live(
    environment: Mapping[str, str], target: Callable[..., object], args: tuple[Any, ...]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    # The machine is full of tests that nobody looks at: what they wait for need not give way.
    patch.object(workers, "_NICENESS", 0).start()
    target(*args)
