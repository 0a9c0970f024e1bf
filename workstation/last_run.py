"""Whether the last run of the window ended by itself: a marker with a lock that dies with it.

The lock is the system's: it ends with its process however that ends, so neither a second window
nor a process number given out again can be mistaken. Where a disk knows no locks, nothing is said.
"""

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from resources import faults, paths
from resources.version import PROGRAM_VERSION

BEAT_S: Final = 20
"""How often a window says that it lives: the end of a killed one is known to within this."""
_FOLDER: Final = "running"
_NAME: Final = "window-*.json"
# In one write and of one size, so that no moment finds half of it. A longer path is left out.
_BYTES: Final = 8192
# Beyond the text: on Windows nobody may read what is locked.
_LOCKED_BYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run of the window that did not end by itself."""

    version: str
    began: datetime
    ended: datetime
    """The last sign of life, or the moment of the crash where that left a trace."""
    case: Path | None
    """The case that was open."""
    analysing: bool
    """Whether long jobs were under way."""
    trace: Path | None
    """What the crash left; None where something from outside ended it."""


class Running:
    """The marker of this run; made by `begin`. Its methods may be called from any thread."""

    def __init__(self, file: Path, number: int) -> None:
        self._file = file
        self._number = number
        self._began = datetime.now(UTC)
        self.note(None, analysing=False)

    @classmethod
    def begin(cls) -> "Running | None":
        """The marker, held from now on; None where the folder cannot be written."""
        moment = datetime.now(UTC)
        try:
            folder = paths.home() / _FOLDER
            folder.mkdir(exist_ok=True)
            name = f"window-{faults.stamp(moment)}-{os.getpid()}.json"
            # Under another name until it is locked: a window that starts now would take it.
            beside = folder / f".{name}"
            number = os.open(beside, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError:
            return None
        try:
            _lock(number)
            running = cls(folder / name, number)
            beside.rename(folder / name)
        except OSError:
            os.close(number)
            faults.remove(beside)
            return None
        return running

    def note(self, case: Path | None, *, analysing: bool) -> None:
        """What is open and whether it is being worked on; a disk that refuses it is no reason to
        end."""
        text = {
            "pid": os.getpid(),
            "began": self._began.isoformat(),
            "version": PROGRAM_VERSION,
            "case": None if case is None else str(case.absolute()),
            "analysing": analysing,
        }
        content = json.dumps(text).encode()
        if len(content) > _BYTES:
            content = json.dumps({**text, "case": None}).encode()
        with suppress(OSError):
            os.lseek(self._number, 0, os.SEEK_SET)
            os.write(self._number, content.ljust(_BYTES))

    def beat(self) -> None:
        """A sign of life."""
        with suppress(OSError):
            os.utime(self._file)

    def end(self) -> None:
        """The run ended by itself."""
        with suppress(OSError):
            os.close(self._number)
        faults.remove(self._file)


def take_last_run() -> LastRun | None:
    """The newest run that did not end by itself, told once; None where all did, or still run."""
    found = []
    with suppress(OSError):
        for file in sorted((paths.home() / _FOLDER).glob(_NAME)):
            run = _taken(file)
            if run is not None:
                found.append(run)
    return max(found, key=lambda run: run.ended) if found else None


def _taken(file: Path) -> LastRun | None:
    try:
        number = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        _lock(number)
        if not os.fstat(number).st_nlink:
            # Another window that starts now was quicker.
            return None
        content = os.read(number, _BYTES)
        seen = datetime.fromtimestamp(os.fstat(number).st_mtime, UTC)
        # Taken away while the lock is held: two windows that start at once tell it once.
        if sys.platform != "win32":
            file.unlink()
    except OSError:
        return None
    finally:
        os.close(number)
    if sys.platform == "win32":
        faults.remove(file)
    return _read(content, seen, faults.pid_in(file))


def _read(content: bytes, seen: datetime, pid: int) -> LastRun:
    try:
        told = json.loads(content)
        began = datetime.fromisoformat(told["began"])
        case = Path(told["case"]) if told["case"] else None
        version, analysing = str(told["version"]), bool(told["analysing"])
    except (ValueError, TypeError, KeyError):
        # Killed before its first word: that it ran is all that is known.
        return LastRun("", seen, seen, None, False, None)
    trace = faults.trace_of(pid)
    with suppress(OSError):
        crashed = None if trace is None else datetime.fromtimestamp(trace.stat().st_mtime, UTC)
        # A number given out again: that trace is of an earlier process.
        if crashed is not None and crashed < began:
            trace = None
        elif crashed is not None:
            seen = crashed
    return LastRun(version, began, seen, case, analysing, trace)


if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> None:
        os.lseek(number, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        os.lseek(number, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(number: int) -> None:
        """Holds the file; an OSError where somebody else does, or the disk knows no locks."""
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
