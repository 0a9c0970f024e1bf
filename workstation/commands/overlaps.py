"""`overlaps`: which tracks of calibrated cameras were at the same place at the same time."""

import argparse

from casefiles.usecases.link_overlaps import LinkedTracks, linked_tracks
from resources.version import PROGRAM_VERSION
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, run_job, say


def overlaps(options: argparse.Namespace) -> int:
    """Groups of tracks that may be one person or vehicle."""
    span = a_moment(options.since), a_moment(options.until)
    with opened(options) as case:
        found = run_job(linked_tracks(case, options.track or None, span=span), "comparing")
    for note in found.notes:
        say(f"workstation: {note}")
    if options.json:
        print_json(_document(found))
        return 0
    for number, group in enumerate(found.groups, 1):
        print_text(f"group {number}, may be one:")
        for one in group:
            print_text(f"  {one.track_id}  {one.camera_id}  {_at(one.from_wall_ns)}  {one.why}")
    if not found.groups:
        print_text(f"of {found.tracks} tracks with a known place no two may be one")
    print_text("by place and time alone; a lead, to be confirmed by a person")
    return 0


def _document(found: LinkedTracks) -> dict[str, object]:
    return {
        "program_version": PROGRAM_VERSION,
        "basis": "place and time alone; a lead, to be confirmed by a person",
        "tracks": found.tracks,
        "cameras": list(found.cameras),
        "notes": list(found.notes),
        "groups": [
            [
                {
                    "track": one.track_id,
                    "camera": one.camera_id,
                    "from": _at(one.from_wall_ns),
                    "to": _at(one.to_wall_ns),
                    "seconds_in_common": round(one.seconds, 3),
                    "metres": None if one.metres is None else round(one.metres, 3),
                    "why": one.why,
                }
                for one in group
            ]
            for group in found.groups
        ],
    }


def _at(wall_ns: int) -> str:
    return format_wall(wall_from_ns(wall_ns))
