"""Reads a file a second time, from the medium, and makes sure that it gives the same bytes."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from casefiles.errors import UnsteadyMedium
from casefiles.jobs import Job, Progress
from resources.errors import UserError
from video.probe import hash_file

_CHUNK: Final = 4 << 20


def reread_sha256(path: Path, sha256: str, on_bytes: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file that had `sha256` when it was read before; it is the same.

    The system is asked to forget what it keeps of the file in memory first, so that the second
    reading comes from the drive; where it cannot be asked, it may come from memory.

    Raises:
        UnsteadyMedium: it is another.
        CannotOpen, OSError: it cannot be read any more.
    """
    forget(path)
    again = hash_file(path, on_bytes)
    if again != sha256:
        raise unsteady(path, sha256, again)
    return again


def hash_files(paths: Sequence[Path]) -> Job[tuple[tuple[Path, str], ...]]:
    """The SHA-256 of each file; one that cannot be read is left out."""
    found = []
    for number, path in enumerate(paths):
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    yield Progress(number, len(paths), "files", path.name)
        except OSError:
            continue
        found.append((path, digest.hexdigest()))
    yield Progress(len(paths), len(paths), "files")
    return tuple(found)


def unsteady(path: Path, sha256: str, again: str) -> UserError:
    """What to say of a file that was read twice with two outcomes."""
    return UnsteadyMedium(
        f"{path} gave different bytes when it was read again: SHA-256 {sha256} at first, {again} "
        "then",
        "Nothing was stored. The drive, its cable or the memory of this computer is faulty, or "
        "the file is still being written: copy it to another drive and add it from there.",
    )


def forget(path: Path) -> None:
    """Asks the system to drop what it keeps of a file in memory, where it can be asked."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is None or not path.is_file():
        return
    file = os.open(path, os.O_RDONLY)
    try:
        # What is not on the disk yet cannot be forgotten.
        os.fsync(file)
        advise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    # A share or a sealed disk may know neither: then the reading is only less certain.
    except OSError:
        pass
    finally:
        os.close(file)
