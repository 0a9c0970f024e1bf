"""`strobe`: one track at several moments in one picture."""

import argparse

from casefiles.types import TrackId
from casefiles.usecases.synopsis_stills import MadeStills, StrobeWanted, export_strobe
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job, say


def strobe(options: argparse.Namespace) -> int:
    """Writes the picture and its sidecar."""
    wanted = StrobeWanted(TrackId(options.track), options.out, options.moments)
    with opened(options) as case:
        made = run_job(export_strobe(case, wanted), "drawing")
    return told(made, as_json=options.json)


def told(made: MadeStills, *, as_json: bool) -> int:
    """Says what was written."""
    if as_json:
        files = [str(one) for one in made.pictures]
        print_json({"files": files, "sidecar": str(made.sidecar), **made.facts})
    else:
        first, *more = made.pictures
        rest = f" and {len(more)} more pages, up to {more[-1].name}," if more else ""
        print_text(f"{first}{rest} and {made.sidecar.name} written")
    for note in made.notes:
        say(f"workstation: note: {note}")
    return 0
