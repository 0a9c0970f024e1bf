"""Processes as the kernel shows them (/proc, Linux only): families, memory, files, threads."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Use:
    """What one process holds at a moment."""

    rss_bytes: int
    files: int
    threads: int


def use_of(pid: int) -> Use | None:
    """What a process holds; None when it is gone, or only waits to be collected."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
        files = len(os.listdir(_PROC / str(pid) / "fd"))  # noqa: PTH208
        threads = len(os.listdir(_PROC / str(pid) / "task"))  # noqa: PTH208
    except (OSError, IndexError):
        return None
    return Use(pages * _PAGE, files, threads) if pages else None


def family(pid: int) -> tuple[int, ...]:
    """The process and all that come from it, parents before children."""
    children: dict[int, list[int]] = {}
    for place in _PROC.iterdir():
        if place.name.isdigit():
            parent = _parent(int(place.name))
            if parent is not None:
                children.setdefault(parent, []).append(int(place.name))
    found = [pid]
    for member in found:
        found += sorted(children.get(member, ()))
    return tuple(found)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected does not."""
    state = _stat(pid)
    return state is not None and state[0] not in ("Z", "X")


def outlasting(members: tuple[int, ...], seconds: float) -> list[int]:
    """Those that still run when they have had so long to end."""
    end = monotonic() + seconds
    left = []
    for one in members:
        try:
            handle = os.pidfd_open(one)
        except ProcessLookupError:
            continue
        try:
            ended, _, _ = select.select([handle], [], [], max(end - monotonic(), 0))
        finally:
            os.close(handle)
        if not ended and alive(one):
            left.append(one)
    return left


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone."""
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def start(command: list[str], log: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """Starts a program as the leader of a group of its own; what it says goes into `log`."""
    with log.open("ab") as said:
        return subprocess.Popen(
            command,
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
            start_new_session=True,
        )


def start_window(module: str, *arguments: object, folder: Path) -> "subprocess.Popen[bytes]":
    """Starts `main` of a module of ours that opens a window; what it says is in `said.txt`."""
    # Not with -m: the processes that it starts would import the whole window again.
    code = f"from pathlib import Path, PosixPath; from {module} import main; main(*{arguments!r})"
    return start(
        [sys.executable, "-X", "faulthandler", "-c", code],
        folder / "said.txt",
        WORKSTATION_HOME=str(folder / "home"),
        WORKSTATION_USER="soak",
        # The trial of a GPU takes longer than the analysis of a small file.
        WORKSTATION_DEVICE="cpu",
        QT_QPA_PLATFORM="offscreen",
    )


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Ends a program started by `start`, and all that it started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _parent(pid: int) -> int | None:
    state = _stat(pid)
    return None if state is None else int(state[1])


def _stat(pid: int) -> list[str] | None:
    """State, parent, group, … of a process; its name, which may hold anything, left out."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
