"""Writes the cameras of a case as a list for others."""

from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import WrongPlace
from casefiles.exchange.camera_lists import EXPORTS, camera_text
from casefiles.store import cameras
from casefiles.usecases.add_source import sayable
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.write_new import write_new


def export_cameras(case: Case, path: Path) -> int:
    """Writes all cameras with their dated placements to a new .csv, .geojson or .kml file; how
    many there are.

    Raises:
        WrongPlace: another ending, something is there already, or it lies in the case.
        Unwritable: the disk refused it; no file is left.
    """
    kind = path.suffix.lower()
    if kind not in EXPORTS:
        raise WrongPlace(
            f"{path.name} is no camera list", f"End the name with {', '.join(EXPORTS)}."
        )
    check_new_file(case, path)
    every = case.read(cameras.every)
    content = camera_text(every, kind).encode()

    def log(sha256: str) -> None:
        case.record(
            audit.Entry(
                "camera.export",
                "done",
                facts={"cameras": len(every), "kind": kind[1:], "sha256": sha256},
                private={"file": str(sayable(path.absolute()))},
            )
        )

    write_new(path, content, log)
    return len(every)
