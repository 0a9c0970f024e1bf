"""Where exports may be written: never over anything, never onto evidence, never into a case."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from casefiles.case import Case
from casefiles.errors import Unwritable, WrongPlace
from casefiles.types import Source


def check_new_file(case: Case, *paths: Path) -> None:
    """Makes sure that files can be written to `paths` without replacing anything.

    Raises:
        WrongPlace: one is there already, or lies in the case's own folder.
        Unwritable: its folder is missing.
    """
    for path in paths:
        _outside(case, path)
        if path.exists() or path.is_symlink():
            raise WrongPlace(f"{path} is there already{_whose(case.sources(), path)}",
                             "Exports replace nothing: choose another name.")  # fmt: skip
        if not path.parent.is_dir():
            raise Unwritable(f"the folder {path.parent} does not exist", "Make it, or choose one.")


def check_new_folder(case: Case, folder: Path) -> None:
    """Makes sure that `folder` is absent or empty, and outside the case.

    Raises:
        WrongPlace: something is in it, it is a file, or it lies in the case's own folder.
        Unwritable: it cannot be looked into.
    """
    _outside(case, folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise WrongPlace(f"{folder} is a file{_whose(case.sources(), folder)}",
                             "Choose a new folder.")  # fmt: skip
        if folder.is_dir() and any(folder.iterdir()):
            raise WrongPlace(
                f"{folder} holds something already", "Exports replace nothing: choose a new folder."
            )
    except OSError as error:
        raise Unwritable(f"{folder} cannot be used: {error.strerror}", "Choose another.") from error


def try_folder(folder: Path) -> None:
    """Makes sure that `folder` can be made and written into; what was made for it is gone again.

    Raises:
        Unwritable: it cannot.
    """
    missing = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
    try:
        make_folder(folder)
    finally:
        for one in missing:
            # One that could not be made is not there.
            with suppress(OSError):
                one.rmdir()


def make_folder(folder: Path) -> bool:
    """Makes `folder` where it is missing; whether that was so.

    Raises:
        Unwritable: it cannot be made, or nothing can be written into it; it is as before.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / ".trial.part"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        if made and folder.is_dir():
            folder.rmdir()
        raise Unwritable(
            f"nothing can be written into {folder}: {error.strerror}",
            "Check its rights, or choose another folder.",
        ) from error
    return made


def free_bytes(folder: Path) -> int | None:
    """What is free on the disk of a folder that may still be missing; None where nobody knows."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        return shutil.disk_usage(there).free
    except OSError:
        return None


def _outside(case: Case, path: Path) -> None:
    if path.resolve().is_relative_to(case.folder.resolve()):
        raise WrongPlace(
            f"{path} lies in the case's own folder",
            "Choose a folder outside it, for what goes out.",
        )


def _whose(sources: Sequence[Source], path: Path) -> str:
    for source in sources:
        if source.path.is_dir() and path.resolve().parent == source.path:
            return f": it is one of the originals of source {source.source_id}"
        if source.path.exists() and path.exists() and path.samefile(source.path):
            return f": it is the original of source {source.source_id}"
    return ""
