"""Traces that processes leave when they go down, and faults in types and places only.

Nothing written here may hold a message of an error, a path of evidence or a name: messages quote.
"""

import faulthandler
import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from resources import paths

REPORTS: Final = "crash-*.txt"
"""Bug reports: what was raised and not expected."""
TRACES: Final = ("fault-*.txt", "worker-*.txt")
"""What the stacks were when a process was ended by its own crash; empty until then."""
_KEPT: Final = 20
_PID: Final = re.compile(r"-(\d+)\.\w+$")


def described(error: BaseException) -> str:
    """An error and what led to it: types on the first line, then the places in the program."""
    kinds = []
    seen: BaseException | None = error
    while seen is not None:
        kinds.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{' <- '.join(kinds)}\n{places}"


def stamp(moment: datetime) -> str:
    """A moment as names of files hold it; sorts by time."""
    return f"{moment:%Y%m%dT%H%M%S%f}"


@contextmanager
def traced(role: str) -> Iterator[None]:
    """From now on a crash of this process leaves its stacks in the log folder.

    Where somebody else listens for crashes already, or the folder cannot be written, nothing
    changes.
    """
    file = None
    if not faulthandler.is_enabled():
        with suppress(OSError):
            name = f"fault-{role}-{stamp(datetime.now(UTC))}-{os.getpid()}.txt"
            # Held open for the life of the process: a crash has no time to open one.
            file = (paths.log_folder() / name).open("w", encoding="utf-8")
            faulthandler.enable(file)
    try:
        yield
    finally:
        if file is not None:
            faulthandler.disable()
            file.close()
            remove_if_empty(Path(file.name))


def trace_of(pid: int) -> Path | None:
    """The trace that the process of this number left, if it did."""
    with suppress(OSError):
        folder = paths.log_folder()
        left = [path for path in traces(folder) if pid_in(path) == pid]
        return left[-1] if left else None
    return None


def reports(folder: Path) -> list[Path]:
    """Bug reports, oldest first."""
    return _by_age(folder.glob(REPORTS))


def traces(folder: Path) -> list[Path]:
    """Traces of processes that did crash, oldest first."""
    return _by_age(path for one in TRACES for path in folder.glob(one) if _size(path))


def tidy(folder: Path) -> None:
    """Keeps the newest reports and traces, and takes away the empty ones of ended processes."""
    for one in TRACES:
        for path in folder.glob(one):
            if not _size(path) and not is_running(pid_in(path)):
                remove(path)
    for kept in (reports(folder), traces(folder)):
        for path in kept[:-_KEPT]:
            remove(path)


def pid_in(path: Path) -> int:
    """The process that a file of the log folder is named after; 0 where it names none."""
    found = _PID.search(path.name)
    return int(found[1]) if found else 0


def is_running(pid: int) -> bool:
    """Whether there is such a process; on Windows nobody knows, and an open file stays anyway."""
    if sys.platform == "win32" or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def remove_if_empty(path: Path) -> None:
    """Takes a trace away that says nothing."""
    if not _size(path):
        remove(path)


def remove(path: Path) -> None:
    """Takes a file away, if it is there and can be."""
    with suppress(OSError):
        path.unlink()


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _by_age(found: Iterable[Path]) -> list[Path]:
    return sorted(found, key=_age)


def _age(path: Path) -> tuple[int, str]:
    with suppress(OSError):
        return path.stat().st_mtime_ns, path.name
    return 0, path.name
