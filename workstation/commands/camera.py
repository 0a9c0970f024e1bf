"""`camera`: cameras and their dated placements, lists of them in and out."""

import argparse

from casefiles import audit
from casefiles.edit_kinds import RemoveCamera
from casefiles.errors import BadPlacement
from casefiles.exchange.camera_files import COLUMNS
from casefiles.geo import GeoPoint
from casefiles.types import Camera, CameraId, Placement
from casefiles.usecases.export_cameras import export_cameras
from casefiles.usecases.import_cameras import CameraImport, import_cameras
from casefiles.usecases.place_cameras import move_camera, place_camera, spoken_placement
from resources.errors import UserError
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.clock_words import wall_ns_asked
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, say


def load(options: argparse.Namespace) -> int:
    """Takes in a list of cameras."""
    mapping = dict(_pair(text) for text in options.map)
    with opened(options) as case:
        done = import_cameras(
            case,
            options.file,
            mapping=mapping,
            swapped=options.swap,
            skip_bad=options.skip_bad,
            dry_run=options.dry_run,
        )
    for remark in done.problems:
        say(f"{'wrong' if options.dry_run else 'left out'}: {remark.text}")
    for remark in done.notes:
        say(f"note: {remark.text}")
    if options.json:
        print_json(_import(done))
    else:
        wrong = f", {len(done.problems)} rows wrong" if done.problems else ""
        same = f", {done.same} as they were" if done.same else ""
        print_text(
            f"{'would be: ' if options.dry_run else ''}{done.added} cameras added, "
            f"{done.replaced} replaced{same}, {done.placements} placements{wrong}"
        )
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the cameras."""
    with opened(options) as case:
        cameras = case.cameras()
        case.record(audit.Entry("camera.list", "done", facts={"cameras": len(cameras)}))
    if options.json:
        print_json([_camera(camera) for camera in cameras])
        return 0
    if not cameras:
        print_text("no cameras yet: use 'camera import'")
    for camera in cameras:
        where, more = "not on the map", ""
        if camera.placements:
            point = camera.placements[-1].point
            where = f"{point.lat:.6f} {point.lon:.6f}"
        if len(camera.placements) > 1:
            more = f" · {len(camera.placements)} placements"
        print_text(f"{camera.camera_id:14} {camera.name:28} {where}{more}")
    return 0


def place(options: argparse.Namespace) -> int:
    """Adds a camera, or a placement of one."""
    placement = _asked(options, a_moment(options.from_time), a_moment(options.to_time))
    with opened(options) as case:
        camera, new = place_camera(
            case, options.id, placement, name=options.name, kind=options.kind
        )
    _tell(options, camera, "added" if new else "placed")
    return 0


def move(options: argparse.Namespace) -> int:
    """Moves a camera on a date."""
    at_ns = wall_ns_asked(options.at)
    with opened(options) as case:
        camera = move_camera(case, options.id, at_ns, _asked(options))
    _tell(options, camera, "moved")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes a camera away."""
    with opened(options) as case:
        case.post(lambda: RemoveCamera(CameraId(options.id))).result()
    if options.json:
        print_json({"removed": options.id})
    else:
        print_text(f"camera {options.id} removed")
    return 0


def export(options: argparse.Namespace) -> int:
    """Writes the cameras as a list."""
    with opened(options) as case:
        count = export_cameras(case, options.file)
    if options.json:
        print_json({"cameras": count, "file": str(options.file)})
    else:
        print_text(f"{count} cameras written to {options.file}")
    return 0


def _pair(text: str) -> tuple[str, str]:
    column, separator, heading = text.partition("=")
    if not separator or column not in COLUMNS:
        raise UserError(
            f"--map {text} is not COLUMN=HEADING", f"Columns are: {', '.join(COLUMNS)}."
        )
    return column, heading


def _asked(
    options: argparse.Namespace, from_ns: int | None = None, to_ns: int | None = None
) -> Placement:
    try:
        point = GeoPoint(options.lat, options.lon)
    except ValueError as error:
        raise BadPlacement(str(error), "Give degrees: --lat -90..90, --lon -180..180.") from error
    return Placement(point, options.heading, options.fov, options.range, from_ns, to_ns)


def _tell(options: argparse.Namespace, camera: Camera, what: str) -> None:
    if options.json:
        print_json(_camera(camera))
        return
    print_text(f"camera {camera.camera_id} {what}")
    for one in camera.placements:
        print_text(f"  {spoken_placement(one)}")


def _import(done: CameraImport) -> dict[str, object]:
    return {
        "added": done.added,
        "replaced": done.replaced,
        "same": done.same,
        "placements": done.placements,
        "problems": [
            {"where": one.where, "id": one.camera_id, "problem": one.what, "hint": one.hint}
            for one in done.problems
        ],
        "notes": [one.text for one in done.notes],
    }


def _camera(camera: Camera) -> dict[str, object]:
    return {
        "id": camera.camera_id,
        "name": camera.name,
        "kind": camera.kind,
        "notes": camera.notes,
        "placements": [_placement(place) for place in camera.placements],
    }


def _placement(place: Placement) -> dict[str, object]:
    return {
        "lat": place.point.lat,
        "lon": place.point.lon,
        "heading_deg": place.heading_deg,
        "fov_deg": place.fov_deg,
        "range_m": place.range_m,
        "from": None if place.from_ns is None else format_wall(wall_from_ns(place.from_ns)),
        "to": None if place.to_ns is None else format_wall(wall_from_ns(place.to_ns)),
    }
