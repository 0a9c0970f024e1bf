"""`static`: what never moves before a fixed camera, listed, brought back, hidden again."""

import argparse

from casefiles.edit_kinds import Edit, RestoreSpot, SuppressSpot
from casefiles.types import SpotId
from casefiles.usecases.learn_static_spots import list_static_spots
from casefiles.view_types import StaticSpot
from detection.labels import ObjectClass
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def show(options: argparse.Namespace) -> int:
    """Lists what never moves, hidden or not."""
    with opened(options) as case:
        spots = list_static_spots(case)
    if options.json:
        print_json([_document(spot) for spot in spots])
        return 0
    if not spots:
        print_text("nothing that never moves was found: it takes a minute of a fixed camera")
    for spot in spots:
        print_text(_line(spot))
    return 0


def restore(options: argparse.Namespace) -> int:
    """Brings the tracks of a spot back into lists and searches."""
    return _decide(options, RestoreSpot(SpotId(options.spot)))


def suppress(options: argparse.Namespace) -> int:
    """Hides the tracks of a spot."""
    return _decide(options, SuppressSpot(SpotId(options.spot)))


def _decide(options: argparse.Namespace, edit: Edit) -> int:
    with opened(options) as case:
        case.post(lambda: edit).result()
        spot = next(one for one in list_static_spots(case) if one.spot_id == options.spot)
    if options.json:
        print_json(_document(spot))
    else:
        print_text(_line(spot))
    return 0


def _document(spot: StaticSpot) -> dict[str, object]:
    return {
        "id": spot.spot_id,
        "source": spot.source_id,
        "camera": spot.camera_id,
        "run": spot.run_id,
        "class": ObjectClass(spot.class_id).label,
        "box": [round(edge, 2) for edge in spot.box],
        "seen": spot.seen,
        "analysed": spot.analysed,
        "score": round(spot.score, 4),
        "hidden": spot.hidden,
        "by_person": spot.by_person,
        "tracks": spot.tracks,
        "learned": format_wall(wall_from_ns(spot.learned_ns)),
    }


def _line(spot: StaticSpot) -> str:
    where = f"camera {spot.camera_id}" if spot.camera_id else f"source {spot.source_id}"
    left, upper, right, lower = (round(edge) for edge in spot.box)
    count = "1 track" if spot.tracks == 1 else f"{spot.tracks} tracks"
    if spot.hidden:
        how = f"{count} hidden"
    elif spot.by_person:
        how = f"{count}, brought back"
    else:
        how = f"{count} shown, because it might be somebody: 'static suppress' hides them"
    return (
        f"{spot.spot_id}: {ObjectClass(spot.class_id).label}-like thing that never moves · {where} "
        f"· ({left},{upper})-({right},{lower}) · seen in {spot.seen} of {spot.analysed} looks · "
        f"{how}"
    )
