"""Joins positions from a file to a moving camera: a squad car, a trailer."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadPositions
from casefiles.exchange.position_files import read_positions
from casefiles.fixes import Fixes
from casefiles.store import positions
from casefiles.store.engine import Cursor
from casefiles.types import CameraId
from casefiles.view_types import PositionImport
from resources.version import PROGRAM_VERSION
from video.clock import now_ns


def import_positions(case: Case, path: Path, camera_id: str) -> PositionImport:
    """Takes in the positions of a GPX, KML or GeoJSON file as those of a camera of the case.

    Raises:
        UnknownCamera: the case has none with this id.
        BadPositions: nothing was imported.
    """
    camera = case.camera(camera_id)
    fixes = read_positions(path)
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadPositions(f"{path} cannot be read: {error.strerror}", "Check the path.") from error

    def store(cursor: Cursor) -> PositionImport:
        known = positions.import_of(cursor, sha256)
        if known is not None:
            raise BadPositions(
                f"{path} is in the case already, as positions {known}", "Nothing needs to be done."
            )
        about = PositionImport(
            import_id=positions.next_id(cursor),
            camera_id=camera.camera_id,
            file_name=path.name,
            file_sha256=sha256,
            fixes=len(fixes),
            from_ns=int(fixes.times_ns[0]),
            to_ns=int(fixes.times_ns[-1]),
            added_ns=now_ns(),
            added_by=case.actor.user,
            program_version=PROGRAM_VERSION,
        )
        positions.insert(cursor, about, fixes)
        return about

    def entry(about: PositionImport) -> audit.Entry:
        return audit.Entry(
            "positions.import",
            "done",
            object=f"positions:{about.import_id}",
            facts={"fixes": about.fixes, "sha256": sha256},
            private={"file": str(path.resolve()), "camera": camera.camera_id},
            vouches=("positions",),
        )

    return case.act(entry, store, touches=positions.TABLES)


def lists_positions(path: Path) -> bool:
    """Whether a file says where something was and when; a wrong position does not hide that."""
    if path.suffix.lower() == ".gpx":
        return True
    try:
        return bool(len(read_positions(path)))
    except BadPositions:
        return False


def read_imports(case: Case) -> tuple[PositionImport, ...]:
    """The files joined to cameras so far, those taken away left out."""
    return tuple(one for one in case.read(positions.imports) if one.present)


def read_fixes(case: Case) -> Mapping[CameraId, Fixes]:
    """Where every moving camera was."""
    return case.read(positions.of_cameras)
