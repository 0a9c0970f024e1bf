"""`zone`: areas drawn on the pictures of a source or camera, or on the map."""

import argparse
from dataclasses import replace

from casefiles import audit
from casefiles.edit_kinds import AddZone, Edit, RemoveZone
from casefiles.errors import BadZone
from casefiles.queries.zone_text import parse_polygon, parse_zone, zone_document
from casefiles.types import CameraId, SourceId, ZoneId
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView, Zone
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def add(options: argparse.Namespace) -> int:
    """Adds a zone."""
    zone = _wanted(options)
    with opened(options) as case:
        inverse = case.post(lambda: AddZone(zone)).result()
        added = _of(view_case(case), inverse)
    if options.json:
        print_json(_document(added))
    else:
        print_text(_line(added))
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the zones."""
    with opened(options) as case:
        zones = view_case(case).zones
        case.record(audit.Entry("zone.list", "done", facts={"zones": len(zones)}))
    if options.json:
        print_json([_document(zone) for zone in zones])
        return 0
    if not zones:
        print_text("no zones yet: use 'zone add', or draw one in the window")
    for zone in zones:
        print_text(_line(zone))
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes a zone away; its row and its history stay."""
    with opened(options) as case:
        case.post(lambda: RemoveZone(ZoneId(options.zone))).result()
    if options.json:
        print_json({"removed": options.zone})
    else:
        print_text(f"zone {options.zone} removed")
    return 0


def _wanted(options: argparse.Namespace) -> Zone:
    """The zone that the options describe.

    Raises:
        BadZone: they do not describe one, or two.
    """
    if options.zone is not None:
        if options.polygon is not None:
            raise BadZone("--zone and --polygon both give the corners", "Leave one of them out.")
        zone = parse_zone(options.zone)
        return replace(zone, name=options.name or zone.name)
    if options.polygon is None:
        raise BadZone("the zone has no --polygon", 'Give one, like "[[0,0],[100,0],[100,100]]".')
    return Zone(
        name=options.name or "",
        polygon=parse_polygon(options.polygon),
        source_id=None if options.source is None else SourceId(options.source),
        camera_id=None if options.camera is None else CameraId(options.camera),
    )


def _of(view: CaseView, inverse: Edit) -> Zone:
    if not isinstance(inverse, RemoveZone):
        raise TypeError(f"{inverse} does not take a new zone back")
    return next(zone for zone in view.zones if zone.zone_id == inverse.zone_id)


def _document(zone: Zone) -> dict[str, object]:
    return {
        "id": zone.zone_id,
        "name": zone.name,
        **zone_document(replace(zone, name="")),
        "created": format_wall(wall_from_ns(zone.created_ns)),
        "created_by": zone.created_by,
    }


def _line(zone: Zone) -> str:
    where = "on the map"
    if zone.source_id is not None:
        where = f"on source {zone.source_id}"
    elif zone.camera_id is not None:
        where = f"on camera {zone.camera_id}"
    return f"{zone.zone_id}: {zone.name or 'unnamed'} · {where} · {len(zone.polygon)} corners"
