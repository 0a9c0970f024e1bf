"""`camera`: take in and list cameras."""

import argparse

from casefiles import audit
from casefiles.exchange.camera_files import COLUMNS
from casefiles.types import Camera, Placement
from casefiles.usecases.import_cameras import import_cameras
from resources.errors import UserError
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def load(options: argparse.Namespace) -> int:
    """Takes in a list of cameras."""
    mapping = dict(_pair(text) for text in options.map)
    with opened(options) as case:
        done = import_cameras(case, options.file, mapping=mapping)
    if options.json:
        print_json({"added": done.added, "replaced": done.replaced, "placements": done.placements})
    else:
        print_text(
            f"{done.added} cameras added, {done.replaced} replaced, {done.placements} placements"
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
        place = camera.placements[-1]
        print_text(
            f"{camera.camera_id:14} {camera.name:28} {place.point.lat:.6f} {place.point.lon:.6f}"
            f"{f' · {len(camera.placements)} placements' if len(camera.placements) > 1 else ''}"
        )
    return 0


def _pair(text: str) -> tuple[str, str]:
    column, separator, heading = text.partition("=")
    if not separator or column not in COLUMNS:
        raise UserError(
            f"--map {text} is not COLUMN=HEADING", f"Columns are: {', '.join(COLUMNS)}."
        )
    return column, heading


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
