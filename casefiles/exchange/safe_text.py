"""Reading text files from strangers: size capped, UTF-8, XML without entities."""

import hashlib
import io
from pathlib import Path
from typing import Final

from resources.errors import UserError

_MOST_BYTES: Final = 32 * 1024 * 1024


def read_text(path: Path, error: type[UserError], *, kinds: str) -> str:
    """A whole text file of at most 32 MiB; `kinds` names what may be given instead.

    Raises:
        error: not an ordinary file, too large, not UTF-8 or unreadable.
    """
    return read_hashed(path, error, kinds=kinds)[0]


def read_hashed(path: Path, error: type[UserError], *, kinds: str) -> tuple[str, str]:
    """The same and the SHA-256 of those very bytes: the file may be another a moment later.

    Raises:
        error: as for `read_text`.
    """
    try:
        if path.exists() and not path.is_file():
            raise error(f"{path} is not an ordinary file", f"Give a {kinds} file.")
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise error(f"{path} is larger than 32 MiB", "Split the file.")
        with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig") as text:
            return text.read(), hashlib.sha256(content).hexdigest()
    except UnicodeDecodeError as fault:
        raise error(f"{path} is not UTF-8 text", "Save it as UTF-8.") from fault
    except OSError as fault:
        raise error(f"{path} cannot be read: {fault.strerror}", "Check the path.") from fault


def refuse_entities(path: Path, text: str, error: type[UserError]) -> None:
    """Entities are how XML bombs and file disclosure work; what we read needs none.

    Raises:
        error: the text declares some.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise error(f"{path} declares XML entities", "Export it again without them.")
