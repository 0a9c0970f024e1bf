"""One file for a help desk: the self-test, logs and reports of faults; nothing of any case."""

import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from resources import faults, paths
from resources.errors import UserError

_LOGS: Final = ("*.log", "*.log.1")
_ABOUT: Final = """Sightline, for the help desk.

selftest.txt, selftest.json   what works on this computer
logs/*.log                    what the program did: times, commands, warnings
logs/crash-*.txt              faults of the program: types and places in it
logs/fault-*, worker-*        where the program was when it was ended by a crash

Nothing of any case is in here: no footage, picture, plate, name, note, path or passphrase.
"""


def check_free(target: Path) -> None:
    """Refuses a place where the bundle cannot go, before anything is done.

    Raises:
        UserError: something is there already, or there is no such folder.
    """
    if target.exists():
        raise UserError(f"{target} is there already", "Choose another name: nothing is replaced.")
    if not target.absolute().parent.is_dir():
        raise UserError(f"there is no folder {target.absolute().parent}", "Make it first.")


def write_bundle(target: Path, document: object, words: Sequence[str]) -> None:
    """Writes the bundle: the self-test as JSON and in words, and what is in the log folder.

    Raises:
        UserError: it cannot be written; nothing is left of it.
    """
    check_free(target)
    beside = target.with_name(f".{target.name}.new-{os.getpid()}")
    try:
        with zipfile.ZipFile(beside, "x", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("about.txt", _ABOUT)
            bundle.writestr("selftest.txt", _anonymous("\n".join(words) + "\n"))
            bundle.writestr("selftest.json", _anonymous(json.dumps(document, indent=1)))
            for path in left_behind():
                text = path.read_text(encoding="utf-8", errors="replace")
                bundle.writestr(f"logs/{path.name}", _anonymous(text))
        check_free(target)
        beside.rename(target)
    except OSError as error:
        raise UserError(
            f"{target} cannot be written: {error.strerror or error}",
            "Check space and rights of its folder, or choose another one.",
        ) from error
    finally:
        faults.remove(beside)


def left_behind() -> list[Path]:
    """Logs, reports and traces of the log folder, by name; nothing where it cannot be read."""
    try:
        folder = paths.log_folder()
        found = [path for one in _LOGS for path in folder.glob(one)]
        found += [*faults.reports(folder), *faults.traces(folder)]
        # A link may lead anywhere.
        return sorted(path for path in set(found) if path.is_file() and not path.is_symlink())
    except OSError:
        return []


def _anonymous(text: str) -> str:
    """Without the name of whoever is logged in, as far as paths of the program hold it."""
    home = str(Path.home())
    for written in (json.dumps(home)[1:-1], home):
        if len(home) > 1:
            text = text.replace(written, "~")
    return text
