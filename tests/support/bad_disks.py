"""Disks that are small, full, read-only or slow: real ones where the system lets us.

`small_disk` is a file system of its own, mounted in memory; `no_room` needs no rights, and makes
every file of this process refuse to grow.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from casefiles.store.engine import Connection, Cursor

_FILL = "fill"
_GIVE_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted file system; `path` is its top folder."""

    path: Path

    def fill(self) -> None:
        """Not one more byte goes on it, until `free`."""
        with (self.path / _FILL).open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Room again."""
        (self.path / _FILL).unlink()

    def seal(self) -> None:
        """Nothing on it can be changed any more, not even by the superuser."""
        _run("mount", "-o", "remount,ro", str(self.path))


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mounts one at `folder`; the test is skipped where that is not allowed."""
    folder.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk of its own needs the right to mount")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process can grow: the system answers "file too large" instead of "no space
    left", and the program must not care which."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@dataclass(frozen=True, slots=True)
class SlowDisk:
    """Every transaction that is begun waits until `go_on`."""

    _gate: Event
    reached: Event
    """Set when the first one waits."""

    def go_on(self) -> None:
        """Lets all of them through from now on."""
        self._gate.set()


@contextmanager
def slow_disk() -> Iterator[SlowDisk]:
    """A disk that answers only when the test lets it; slower than any real one."""
    disk = SlowDisk(Event(), Event())
    begin: Callable[[Connection], AbstractContextManager[Cursor]] = Connection.transaction

    @contextmanager
    def wait_first(connection: Connection) -> Iterator[Cursor]:
        disk.reached.set()
        assert disk._gate.wait(_GIVE_UP_S), "nobody let the disk go on"
        with begin(connection) as cursor:
            yield cursor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "transaction", wait_first)
        try:
            yield disk
        finally:
            disk.go_on()


def is_superuser() -> bool:
    """Whether rights mean nothing to this process."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
