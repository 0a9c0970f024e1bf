"""Writes a small file that is whole and logged or not there, and replaces nothing."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from casefiles.errors import Unwritable


def write_new(out: Path, content: bytes, log: Callable[[str], object]) -> str:
    """Writes a new file and gives its SHA-256, which `log` is told once it is whole. What cannot
    be logged is taken away again.

    Raises:
        Unwritable: it cannot be written; nothing is left of it. What `log` raises: as well.
    """
    try:
        file = out.open("xb")
    except OSError as error:
        raise Unwritable(
            f"{out} cannot be written: {error.strerror}", "Choose another name or folder."
        ) from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        out.unlink(missing_ok=True)
        raise Unwritable(
            f"{out} cannot be written: {error.strerror}", "Free some space, or choose elsewhere."
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    try:
        log(digest)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return digest
