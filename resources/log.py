"""The one place where logging is configured: a file per process, warnings on standard error too.

Info is one line per act of a person. Plates, faces, paths of evidence, notes, names and
passphrases never come above debug, and debug is never written; what a library quotes is taken out.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, TypeAlias

from resources import faults, paths
from resources.errors import CONTROLS
from resources.version import PROGRAM_VERSION

Role: TypeAlias = Literal["window", "command", "worker"]
MOST_BYTES: Final = 512 * 1024
"""One file of a process; a second one of that size holds what came before."""
# How many files of ended processes are kept: a window writes one a day, a script a hundred.
_KEPT: Final[dict[Role, int]] = {"window": 12, "command": 60, "worker": 12}
_GONE: Final = "…"
# Whatever is quoted, whatever looks like a path (to the end of the line: names hold spaces), and
# names of files. Libraries of the system stay, they are what a help desk looks for.
_QUOTED: Final = re.compile(r"""\"[^"\n]*"?|`[^`\n]*`?|(?<!\w)'[^'\n]*'?|“[^”\n]*”?|«[^»\n]*»?""")
_PATH: Final = re.compile(r"(?:\b\w+:/|\b[A-Za-z]:\\|\\\\|~?/)[^\n]*")
_FILE: Final = re.compile(r"[^\s/\\]*\.(?!so\b|dll\b|dylib\b|py\b)[A-Za-z]\w{1,4}\b")


@contextmanager
def kept(role: Role) -> Iterator["OwnFile"]:
    """From now on, and until the end of the block, the program's log is written.

    Each process writes a file of its own, made with its first line: several write at once, and
    nothing has to be locked. A file that cannot be written is told once, and stops nothing.
    Gives the handler, which knows of that.
    """
    root = logging.getLogger()
    before = root.level
    own = OwnFile(role)
    handlers = (own, _Complaints())
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(min(before, logging.INFO) if before else logging.INFO)
    try:
        yield own
    finally:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def hear_trouble(tell: Callable[[str], None]) -> None:
    """Calls `tell`, now or later and from any thread, when the log cannot be written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, OwnFile):
            handler.tell = tell
            if handler.trouble:
                tell(handler.trouble)


def scrubbed(text: str) -> str:
    """A text without what it quotes, without paths and names of files, on one line."""
    text = _QUOTED.sub(_GONE, text)
    text = _FILE.sub(_GONE, _PATH.sub(_GONE, text))
    return " ".join(text.split()).translate(CONTROLS)


def tidy(folder: Path) -> None:
    """Keeps the newest logs of each kind; those of processes that run stay."""
    for role, most in _KEPT.items():
        found = sorted(folder.glob(f"{role}-*.log"), key=lambda path: path.name)
        for path in found[:-most]:
            if not faults.is_running(faults.pid_in(path)):
                faults.remove(path)
                faults.remove(_older(path))


class _Line(logging.Formatter):
    """`time level logger: text`; an error is its types and places, never its message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        # UTC: the clocks of a help desk and of a car are in different zones.
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname:7} {record.name}: {_said(record)}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return "" if ei[1] is None else faults.described(ei[1]).rstrip()


def _said(record: logging.LogRecord) -> str:
    try:
        return scrubbed(record.getMessage())
    # Arguments that do not fit their text are a bug of whoever logs, and no reason to end.
    except (TypeError, ValueError):
        return scrubbed(str(record.msg))


class OwnFile(logging.Handler):
    """Appends to the file of this process; past its size it becomes the older of two."""

    def __init__(self, role: Role) -> None:
        super().__init__(logging.INFO)
        self._role: Role = role
        self._path: Path | None = None
        self._number = -1
        self._bytes = 0
        self.trouble = ""
        self.tell: Callable[[str], None] = lambda _: None
        self.setFormatter(_Line())

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
        try:
            # Unbuffered: the line before a crash is the one that somebody will look for.
            os.write(self._open(len(line)), line)
            self._bytes += len(line)
        except OSError as error:
            self._complain(error)

    def close(self) -> None:
        self._close()
        super().close()

    def _open(self, more: int) -> int:
        if self._number >= 0 and self._bytes + more > MOST_BYTES and self._path is not None:
            self._close()
            self._path.replace(_older(self._path))
        if self._number < 0:
            if self._path is None:
                folder = paths.log_folder()
                tidy(folder)
                faults.tidy(folder)
                now = faults.stamp(datetime.now(UTC))
                self._path = folder / f"{self._role}-{now}-{os.getpid()}.log"
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._number = os.open(self._path, flags, 0o600)
            head = f"Sightline {PROGRAM_VERSION} · {self._role} · process {os.getpid()}\n".encode()
            os.write(self._number, head)
            self._bytes = len(head)
        return self._number

    def _close(self) -> None:
        number, self._number = self._number, -1
        if number >= 0:
            with suppress(OSError):
                os.close(number)

    def _complain(self, error: OSError) -> None:
        if not self.trouble:
            self.trouble = (
                f"The log cannot be written ({error.strerror}); the program goes on without it. "
                "Free space in its folder, or set WORKSTATION_HOME to a folder of yours."
            )
            self.tell(self.trouble)


class _Complaints(logging.Handler):
    """Warnings and worse, a line each, on standard error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(
                f"workstation: {record.levelname.lower()}: {record.name}: {_said(record)}\n"
            )


def _older(path: Path) -> Path:
    return path.with_suffix(".log.1")
