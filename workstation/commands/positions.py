"""`positions`: where moving cameras were."""

import argparse

from casefiles import audit
from casefiles.edit_kinds import RemovePositions, RestorePositions
from casefiles.types import PositionImportId
from casefiles.usecases.import_positions import import_positions, read_fixes, read_imports
from casefiles.view_types import PositionImport
from resources.errors import UserError
from video.clock import format_wall, parse_wall, wall_from_ns, wall_to_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def load(options: argparse.Namespace) -> int:
    """Joins a file of positions to a camera."""
    with opened(options) as case:
        done = import_positions(case, options.file, options.camera)
    if options.json:
        print_json(_import(done))
    else:
        print_text(_line(done))
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the files joined so far."""
    with opened(options) as case:
        known = read_imports(case)
        case.record(audit.Entry("positions.list", "done", facts={"imports": len(known)}))
    if options.json:
        print_json([_import(one) for one in known])
        return 0
    if not known:
        print_text("no positions yet: use 'positions import'")
    for one in known:
        print_text(_line(one))
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes the positions of one file away, or brings them back."""
    number = PositionImportId(options.positions)
    edit = RestorePositions(number) if options.restore else RemovePositions(number)
    with opened(options) as case:
        case.post(lambda: edit).result()
    told = "restored" if options.restore else "removed"
    if options.json:
        print_json({told: number})
    else:
        print_text(f"{told} positions {number}")
    return 0


def at(options: argparse.Namespace) -> int:
    """Says where a moving camera was at a wall time."""
    wall_ns = wall_to_ns(parse_wall(options.at))
    with opened(options) as case:
        camera = case.camera(options.camera)
        fixes = read_fixes(case).get(camera.camera_id)
        place = None if fixes is None else fixes.at(wall_ns)
        case.record(
            audit.Entry(
                "positions.view", "done", facts={"wall_ns": wall_ns, "known": place is not None},
                private={"camera": camera.camera_id},
            )
        )  # fmt: skip
    if place is None:
        raise UserError(
            f"nobody knows where camera {camera.camera_id} was at {options.at}",
            "'positions list' shows the times for which there are positions.",
        )
    document = {
        "camera": camera.camera_id,
        "at": format_wall(wall_from_ns(wall_ns)),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "estimated": place.estimated,
        "speed_kmh": place.speed_mps * 3.6,
        "heading_deg": place.heading_deg,
        "accuracy_m": place.accuracy_m,
    }
    if options.json:
        print_json(document)
    else:
        print_text(", ".join(f"{name} {value}" for name, value in document.items()))
    return 0


def _import(one: PositionImport) -> dict[str, object]:
    return {
        "id": one.import_id,
        "camera": one.camera_id,
        "file": one.file_name,
        "sha256": one.file_sha256,
        "fixes": one.fixes,
        "from": format_wall(wall_from_ns(one.from_ns)),
        "to": format_wall(wall_from_ns(one.to_ns)),
        "program_version": one.program_version,
    }


def _line(one: PositionImport) -> str:
    facts = _import(one)
    return (
        f"{one.import_id}: camera {one.camera_id} · {one.fixes} positions from {one.file_name} · "
        f"{facts['from']} to {facts['to']}"
    )
