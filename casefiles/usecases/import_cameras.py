"""Takes a list of cameras into a case, all rows or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.camera_files import read_cameras
from casefiles.store import cameras
from casefiles.store.engine import Cursor


@dataclass(frozen=True, slots=True)
class CameraImport:
    """What an import changed."""

    added: int
    replaced: int
    placements: int


def import_cameras(
    case: Case, path: Path, *, mapping: Mapping[str, str] | None = None
) -> CameraImport:
    """Adds the cameras of a CSV, GeoJSON or KML file; a camera of the same id is replaced.

    Raises:
        BadTable: nothing was imported.
    """
    found = read_cameras(path, mapping=mapping)

    def store(cursor: Cursor) -> int:
        return cameras.put(cursor, found)

    entry = audit.Entry(
        "camera.import",
        "done",
        facts={"cameras": len(found)},
        private={"file": str(path.resolve())},
        vouches=("cameras",),
    )
    added = case.act(entry, store, touches=("cameras", "placements"))
    return CameraImport(added, len(found) - added, sum(len(camera.placements) for camera in found))
