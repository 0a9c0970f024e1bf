"""`coverage`: which streets were seen by which camera when, and whether there is footage."""

import argparse

from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.street_tables import export_street_coverage
from casefiles.usecases.street_types import STATES, CoverageAsked, StreetCoverage, Watch
from mapview.street_lines import read_coverage
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.places import a_moment, a_place
from workstation.output import print_json, print_text, run_job, say

_WORDS = {
    "whole": "footage", "part": "footage for a part of the time", "missing": "no footage",
    "none": "no camera",
}  # fmt: skip


def coverage(options: argparse.Namespace) -> int:
    """Answers, as text, one JSON document or a table."""
    asked = CoverageAsked(
        a_moment(options.since),
        a_moment(options.until),
        options.street or "",
        None if options.near is None else a_place(options.near),
        options.radius,
    )
    with opened(options) as case:
        if options.csv is not None:
            check_new_file(case, options.csv)
        found = run_job(read_coverage(case, asked), "reading")
        if options.csv is not None:
            export_street_coverage(case, found, options.csv)
    if options.csv is not None:
        say(f"{options.csv}: {len(found.watches)} parts of streets, by camera and time")
    if options.json:
        print_json(_document(found))
    else:
        _tell(found)
    return 0


def _tell(found: StreetCoverage) -> None:
    if found.span is not None:
        print_text(f"{_told(found.span[0])} to {_told(found.span[1])}")
    for street in found.streets:
        parts = ", ".join(
            f"{street.metres[state]:.0f} m {_WORDS[state]}"
            for state in STATES
            if street.metres[state] >= 0.5
        )
        print_text(f"{street.street or '(no name)'}: {street.length_m:.0f} m: {parts}")
    for watch in found.watches:
        print_text(
            f"  {watch.street or '(no name)'} {watch.from_m:.0f}-{watch.to_m:.0f} m · "
            f"{watch.camera} ({watch.camera_id}) · {watch.basis} view"
        )
        for one in watch.footage:
            print_text(f"    footage {_told(one.span[0])} to {_told(one.span[1])}"
                       f" · source {one.source_id}{_plus_minus(one.uncertainty_ns)}")  # fmt: skip
        for start, end in watch.missing:
            print_text(f"    missing {_told(start)} to {_told(end)}")
    for note in found.notes:
        print_text(f"note: {note}")


def _document(found: StreetCoverage) -> dict[str, object]:
    return {
        "from": None if found.span is None else _told(found.span[0]),
        "to": None if found.span is None else _told(found.span[1]),
        "program_version": PROGRAM_VERSION,
        "streets": [
            {
                "street": one.street,
                "length_m": round(one.length_m, 1),
                **{f"{state}_m": round(one.metres[state], 1) for state in STATES},
            }
            for one in found.streets
        ],
        "watches": [_watch(one) for one in found.watches],
        "notes": list(found.notes),
    }


def _watch(one: Watch) -> dict[str, object]:
    return {
        "street": one.street,
        "line": one.line,
        "from_m": one.from_m,
        "to_m": one.to_m,
        "lonlat": [list(one.start), list(one.end)],
        "camera": one.camera_id,
        "name": one.camera,
        "view": one.basis,
        "from": _told(one.span[0]),
        "to": _told(one.span[1]),
        "footage": [
            {
                "source": each.source_id,
                "sha256": each.sha256,
                "from": _told(each.span[0]),
                "to": _told(each.span[1]),
                "uncertainty_s": None
                if each.uncertainty_ns is None
                else each.uncertainty_ns / NS_PER_S,
            }
            for each in one.footage
        ],
        "missing": [[_told(start), _told(end)] for start, end in one.missing],
    }


def _plus_minus(uncertainty_ns: int | None) -> str:
    if uncertainty_ns is None:
        return ", clock not verified"
    return f" ± {uncertainty_ns / NS_PER_S:.1f} s"


def _told(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))
