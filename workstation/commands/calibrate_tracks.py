"""`calibrate --from-tracks`: pairs for a camera from people whom calibrated ones saw as well."""

import argparse
import json

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import Unwritable
from casefiles.usecases.pairs_from_tracks import pairs_from_tracks
from casefiles.usecases.write_new import write_new
from resources.version import PROGRAM_VERSION
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, run_job


def propose_pairs(case: Case, options: argparse.Namespace) -> int:
    """Writes the pairs to a new file; keeps no calibration."""
    out = options.from_tracks
    if out.exists():
        raise Unwritable(f"{out} is there already", "Choose another name or folder.")
    made = run_job(
        pairs_from_tracks(case, options.camera, wall_ns=a_moment(options.at)), "comparing"
    )
    pairs = [
        {"image": list(one.image), "lonlat": list(one.lonlat or ())} for one in made.given.pairs
    ]
    size = list(made.given.size or ())
    content = json.dumps({"size": size, "pairs": pairs}, indent=1).encode()
    digest = write_new(
        out, content,
        lambda sha256: case.record(
            audit.Entry(
                "calibration.export", "done",
                facts={"pairs": len(pairs), "sha256": sha256},
                private={"camera": options.camera, "file": str(out)},
            )
        ),
    )  # fmt: skip
    error_m = made.found.calibration.error_m
    if options.json:
        print_json({
            "camera": options.camera,
            "file": str(out),
            "sha256": digest,
            "pairs": len(pairs),
            "outliers": [at + 1 for at in made.found.calibration.outliers],
            "error_m": None if error_m is None else round(error_m, 4),
            "tracks": made.tracks,
            "moments": made.moments,
            "apart_m": round(made.apart_m, 3),
            "clear": made.clear,
            "notes": list(made.found.notes),
            "program_version": PROGRAM_VERSION,
        })  # fmt: skip
        return 0
    print_text(
        f"{made.tracks} tracks were taken for ones that calibrated cameras saw, {made.moments} "
        f"moments, {made.apart_m:.2f} m apart (median); a new place is off by "
        f"{'?' if error_m is None else f'{error_m:.2f}'} m"
    )
    if not made.clear:
        print_text("another way to say who is who explains nearly as much: do not rely on it")
    print_text(f"nothing was kept: check {out}, then 'calibrate --pairs' with it")
    return 0
