"""`height`: how tall the people of a recording are, by the calibration of their camera."""

import argparse
from math import isfinite
from typing import Final

from casefiles.usecases.object_heights import Heights, Post, TrackHeight, read_heights
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from workstation.commands.access import opened
from workstation.output import print_json, print_text

_SURE: Final = 1.96
"""So many standard deviations either way hold 95 of 100."""


def height(options: argparse.Namespace) -> int:
    """The heights of the tracks of a recording."""
    known = dict(_known(text) for text in options.known)
    posts = [_post(text) for text in options.post]
    with opened(options) as case:
        found = read_heights(case, options.source, options.track, known=known, posts=posts)
    if options.json:
        print_json(_document(found))
        return 0
    for track, one in found.tracks.items():
        print_text(f"{track}: {_words(one)}")
    print_text("with shoes and headgear, as they stood; a lead, to be confirmed by a person")
    return 0


def _document(found: Heights) -> dict[str, object]:
    return {
        "source": found.source_id,
        "source_sha256": found.source_sha256,
        "run": found.run_id,
        "calibrations": list(found.calibrations),
        "by": found.by,
        "program_version": PROGRAM_VERSION,
        "tracks": [
            {
                "track": track,
                "height_m": None if one.height_m is None else round(one.height_m, 3),
                "uncertainty_m": None if one.sd_m is None else round(_SURE * one.sd_m, 3),
                "boxes": one.boxes,
                "why_not": one.why or None,
            }
            for track, one in found.tracks.items()
        ],
    }


def _words(one: TrackHeight) -> str:
    if one.height_m is None or one.sd_m is None:
        return f"cannot be told: {one.why}"
    return f"{one.height_m:.2f} ± {_SURE * one.sd_m:.2f} m (95 %), by {one.boxes} pictures"


def _known(text: str) -> tuple[int, float]:
    track, _, metres = text.partition("=")
    try:
        return int(track), _number(metres)
    except ValueError as error:
        raise UserError(
            f"'{text}' is not a track and its height", "Write --known 1000001=1.80."
        ) from error


def _post(text: str) -> Post:
    points, _, metres = text.partition("=")
    try:
        x1, y1, x2, y2 = (_number(part) for part in points.split(","))
        return Post((x1, y1), (x2, y2), _number(metres))
    except ValueError as error:
        raise UserError(
            f"'{text}' is not something of known height",
            "Write --post 312,455,310,380=2.10: where it stands, where it ends, metres.",
        ) from error


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is no number of metres or pixels")
    return value
