"""The folder a case or a copy of one takes: free, made, or left as it was."""

import shutil
from pathlib import Path

from casefiles.errors import CaseExists, Unwritable


def check_free(folder: Path) -> None:
    """Makes sure that nothing is in a folder that a case shall take.

    Raises:
        CaseExists: something is.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CaseExists(f"{folder} exists and is not an empty folder", "Choose a new folder.")


def make_folder(folder: Path) -> bool:
    """Makes an empty folder; True when it was not there before.

    Raises:
        CaseExists: something is in it.
        Unwritable: it cannot be made.
    """
    check_free(folder)
    if folder.is_dir():
        return False
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Unwritable(
            f"the folder {folder} cannot be made: {error.strerror}",
            "Choose a folder that you may write to.",
        ) from error
    return True


def remove_made(folder: Path, *, whole: bool) -> None:
    """Empties a folder that was filled in vain, and removes it where `whole`."""
    if whole:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for inside in folder.iterdir():
        if inside.is_dir():
            shutil.rmtree(inside, ignore_errors=True)
        else:
            inside.unlink(missing_ok=True)
