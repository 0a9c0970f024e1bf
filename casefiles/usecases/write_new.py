"""Writes a small file that is whole or not there, and replaces nothing."""

import hashlib
from pathlib import Path

from casefiles.errors import Unwritable


def write_new(out: Path, content: bytes) -> str:
    """Writes a new file and gives its SHA-256.

    Raises:
        Unwritable: it cannot be written; nothing is left of it.
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
    return hashlib.sha256(content).hexdigest()
