"""Takes a list of cameras into a case: what it would change is planned first, then done as one
edit that can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import PutCameras
from casefiles.errors import BadTable
from casefiles.exchange.camera_files import RawList, RowRemark, read_list
from casefiles.exchange.camera_rows import (
    CameraTable,
    guess_mapping,
    places_shared,
    read_rows,
    refuse_problems,
)
from casefiles.store import calibrations, cameras
from casefiles.types import Camera, ListFile
from casefiles.usecases.add_source import sayable
from casefiles.usecases.import_positions import lists_positions


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """What taking a list in would do to the cameras of the case."""

    table: CameraTable
    new: tuple[Camera, ...]
    changed: tuple[tuple[Camera, Camera], ...]
    """Known cameras of which the list says something else: as they are, and as they would be."""
    same: tuple[Camera, ...]
    notes: tuple[RowRemark, ...]
    """What is worth knowing before: of the list, and of the list beside the case."""

    @property
    def edit(self) -> PutCameras:
        """The change; it holds the good rows only."""
        table = self.table
        return PutCameras(
            (*self.new, *(after for _, after in self.changed)),
            taken_from=ListFile(
                str(sayable(table.file.path.absolute())),
                table.file.sha256,
                tuple(table.mapping.items()),
                table.swapped,
                len(table.problems),
            ),
        )


@dataclass(frozen=True, slots=True)
class CameraImport:
    """What an import changed, or would change."""

    added: int
    replaced: int
    same: int
    placements: int
    problems: tuple[RowRemark, ...]
    """Rows that were left out."""
    notes: tuple[RowRemark, ...]


def plan_import(
    case: Case,
    raw: RawList,
    mapping: Mapping[str, str] | None = None,
    *,
    swapped: bool | None = None,
) -> CameraPlan:
    """What the list would add and change, with `read_rows` telling what is wrong in it.

    Raises:
        BadTable: a column is missing.
    """
    stored = case.read(cameras.every)
    known = {camera.camera_id: camera for camera in stored}
    around = [place.point for camera in stored for place in camera.placements]
    table = read_rows(raw, mapping, swapped=swapped, known=around)
    new = tuple(one for one in table.cameras if one.camera_id not in known)
    there = [(known[one.camera_id], one) for one in table.cameras if one.camera_id in known]
    changed = tuple((before, after) for before, after in there if before != after)
    told = set(table.notes)
    beside = [one for one in places_shared(table.cameras, stored) if one not in told]
    return CameraPlan(
        table,
        new,
        changed,
        tuple(after for before, after in there if before == after),
        (*table.notes, *beside, *_lost_calibrations(case, changed)),
    )


def import_cameras(
    case: Case,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    swapped: bool | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
) -> CameraImport:
    """Adds the cameras of a CSV, GeoJSON or KML file; a camera of the same id is replaced.

    Wrong rows refuse the file, or are left out and named (`skip_bad`). With `dry_run` nothing is
    changed, and wrong rows are only named.

    Raises:
        BadTable: nothing was imported.
    """
    plan = plan_import(case, read_list(path), mapping, swapped=swapped)
    table = plan.table
    if not dry_run:
        if skip_bad and table.seems_swapped is None and not table.cameras:
            raise BadTable(
                f"{path}: no row is right: {table.problems[0].text}", table.problems[0].hint
            )
        if not skip_bad or table.seems_swapped is not None:
            refuse_problems(table)
        do_import(case, plan)
    notes = plan.notes if table.seems_swapped is None else (table.seems_swapped, *plan.notes)
    placed = (*plan.new, *(after for _, after in plan.changed), *plan.same)
    return CameraImport(
        len(plan.new),
        len(plan.changed),
        len(plan.same),
        sum(len(camera.placements) for camera in placed),
        table.problems,
        notes,
    )


def do_import(case: Case, plan: CameraPlan) -> None:
    """Makes the change of a plan, as one; where it changes nothing that is logged."""
    edit = plan.edit
    if edit.cameras:
        case.post(lambda: edit).result()
        return
    file = plan.table.file
    case.record(
        audit.Entry(
            "camera.import",
            "done",
            facts={"cameras": 0, "same": len(plan.same), "sha256": file.sha256},
            private={"file": str(sayable(file.path.absolute()))},
        )
    )


def first_look(case: Case, raw: RawList) -> CameraPlan:
    """The plan of a list by the headings that it most likely means.

    Raises:
        BadTable: nothing of it can be taken.
    """
    plan = plan_import(case, raw, guess_mapping(raw.headings))
    if not plan.table.cameras and plan.table.seems_swapped is None:
        refuse_problems(plan.table)
    return plan


def says_where(raw: RawList) -> bool:
    """Whether its headings tell which of them hold ids and places; else a person can say."""
    return {"id", "lat", "lon"} <= guess_mapping(raw.headings).keys()


def camera_list_in(path: Path) -> RawList | None:
    """The camera list in a file; None where the file is a map, or says where a camera went.

    Raises:
        BadTable: it can be nothing but a camera list, and is none.
    """
    try:
        raw = read_list(path)
    except BadTable:
        if path.suffix.lower() in (".geojson", ".json") or lists_positions(path):
            return None
        raise
    if path.suffix.lower() == ".csv":
        return raw
    if path.suffix.lower() == ".kml":
        return raw
    # Streets have names and numbers too, and so have fixes; cameras are points without times.
    if raw.shapes or "id" not in guess_mapping(raw.headings) or lists_positions(path):
        return None
    return raw


def _lost_calibrations(
    case: Case, changed: tuple[tuple[Camera, Camera], ...]
) -> tuple[RowRemark, ...]:
    """Calibrations whose placement the list does not know: they would hold for no time."""
    held = {(one.camera_id, one.placement_from_ns) for one in case.read(calibrations.in_force)}
    return tuple(
        RowRemark(
            "", f"camera {after.camera_id} would lose its calibration: the placement that it "
            "belongs to is not in the list", "Keep that row, with the same 'from'.",
            after.camera_id,
        )
        for before, after in changed
        if any(
            (after.camera_id, place.from_ns) in held
            for place in before.placements
            if place.from_ns not in {one.from_ns for one in after.placements}
        )
    )  # fmt: skip
