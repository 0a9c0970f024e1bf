"""Writes a picture of the map for a report, and logs that one left the program."""

from pathlib import Path
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import WrongPlace
from casefiles.types import JsonValue
from casefiles.usecases.add_source import sayable
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.write_new import write_new

MAP_PICTURES: Final = (".png", ".pdf")


def check_map_file(case: Case, path: Path) -> str:
    """The ending of a new file that a picture of the map can be written to.

    Raises:
        WrongPlace: another ending, something is there already, or it lies in the case.
        Unwritable: its folder is missing.
    """
    kind = path.suffix.lower()
    if kind not in MAP_PICTURES:
        raise WrongPlace(
            f"{path.name} is no picture of the map",
            f"End the name with {' or '.join(MAP_PICTURES)}.",
        )
    check_new_file(case, path)
    return kind


def export_map(case: Case, path: Path, content: bytes, shown: dict[str, JsonValue]) -> str:
    """Writes the picture to a new file, and gives its SHA-256; `shown` says of the log what is on
    it (time, layers, numbers: nothing private).

    Raises:
        WrongPlace, Unwritable: as for `check_map_file`, or the disk refused; nothing is left of it.
    """
    kind = check_map_file(case, path)

    def log(sha256: str) -> None:
        case.record(
            audit.Entry(
                "map.export",
                "done",
                facts={**shown, "kind": kind[1:], "sha256": sha256},
                private={"file": str(sayable(path.absolute()))},
            )
        )

    return write_new(path, content, log)


def log_map_print(case: Case, shown: dict[str, JsonValue]) -> None:
    """Logs that the map goes to a printer; before it does."""
    case.record(audit.Entry("map.print", "done", facts=shown))
