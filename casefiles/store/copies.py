"""Copies of a whole case: one made by whoever holds it, and one made while somebody else does.

The second is for looking only. A database file and its log are read as they lie on the disk, which
is sound as long as no checkpoint comes between: DuckDB writes changed blocks to free places and
names them in one of two headers only when all of them are there, and its log only grows meanwhile.
"""

import json
import shutil
from pathlib import Path
from typing import Final

from casefiles.errors import CaseBusy, CaseDamaged, Unwritable
from casefiles.store import folders
from casefiles.store.engine import Connection

MARK: Final = "copy.json"
"""In a copy made for looking: of which case it is one."""
_HEADERS: Final = 3 * 4096
"""The file's own header, and the two that a checkpoint writes in turn."""
_LOG: Final = ".wal"
_TRIES: Final = 5


def write_snapshot(connection: Connection, folder: Path, target: Path, *others: str) -> None:
    """Copies the open case in `folder`, with its files and folders named in `others`, to `target`.

    Raises:
        CaseExists: something is in `target`.
        Unwritable: it cannot be written; nothing is left of it.
    """
    made = folders.make_folder(target)
    beside = folder / "snapshot.duckdb"
    try:
        beside.unlink(missing_ok=True)
        connection.copy_to(beside)
        shutil.move(beside, target / connection.path.name)
        for name in others:
            if (folder / name).is_dir():
                shutil.copytree(folder / name, target / name)
            elif (folder / name).exists():
                shutil.copy2(folder / name, target / name)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        folders.remove_made(target, whole=made)
        if isinstance(error, OSError):
            raise Unwritable(
                f"the snapshot {target} cannot be written: {error.strerror}",
                "Free some space or choose another folder.",
            ) from error
        raise


def copy_held(database: Path, target: Path, *others: str) -> None:
    """Copies a case that another process holds, as it was stored last, into the new folder
    `target`; the copy is marked as one, for looking only.

    `database` must not be open in this process: reading it here would give up its lock.

    Raises:
        CaseExists: something is in `target`.
        CaseBusy: it is written to so fast that no whole copy could be had.
        Unwritable: the copy cannot be made; nothing is left of it.
    """
    made = folders.make_folder(target)
    try:
        for _ in range(_TRIES):
            before = _state(database)
            _copy_files(database, target)
            if _state(database) == before:
                break
        else:
            raise CaseBusy(f"{database} is being written all the time", "Try again in a moment.")
        for name in others:
            shutil.copy2(database.parent / name, target / name)
        mark = {"copy_of": str(database.parent.absolute())}
        (target / MARK).write_text(json.dumps(mark), encoding="utf-8")
    except BaseException as error:
        folders.remove_made(target, whole=made)
        if isinstance(error, OSError):
            raise Unwritable(
                f"{database.parent} cannot be copied to {target}: {error.strerror}",
                "Free some space, or close the case where it is open.",
            ) from error
        raise


def copied_from(folder: Path) -> Path | None:
    """The case that `folder` is a copy of, for looking only; None where it is a case of its own.

    Raises:
        CaseDamaged: the mark cannot be read.
    """
    try:
        text = (folder / MARK).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseDamaged(f"{folder / MARK} cannot be read: {error}", "Make a new copy.") from error
    try:
        return Path(json.loads(text)["copy_of"])
    except (ValueError, KeyError, TypeError) as error:
        raise CaseDamaged(f"{folder / MARK} is broken", "Make a new copy.") from error


def _copy_files(database: Path, target: Path) -> None:
    for path in (database, database.with_name(database.name + _LOG)):
        copy = target / path.name
        copy.unlink(missing_ok=True)
        # The log may be gone by now: then a checkpoint came between, which the headers tell.
        if path.exists():
            shutil.copyfile(path, copy)


def _state(database: Path) -> tuple[bytes, bool]:
    """What changes with every checkpoint."""
    with database.open("rb") as file:
        return file.read(_HEADERS), database.with_name(database.name + _LOG).exists()
