"""`sheet`: the best picture of each track that answers a text, on pages."""

import argparse

from casefiles.usecases.synopsis_stills import SheetWanted, export_sheet
from workstation.commands.access import opened
from workstation.commands.strobe import told
from workstation.output import run_job


def sheet(options: argparse.Namespace) -> int:
    """Writes the pages and their sidecar."""
    wanted = SheetWanted(options.text, options.out, options.limit)
    with opened(options) as case:
        made = run_job(export_sheet(case, wanted), "drawing")
    return told(made, as_json=options.json)
