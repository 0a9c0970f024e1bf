"""Who saw which part of a street when, as a CSV table for a report or another program."""

from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.canvass_files import canvass_csv
from casefiles.usecases.export_places import check_new_file
from casefiles.usecases.street_types import StreetCoverage
from casefiles.usecases.write_new import write_new
from video.clock import NS_PER_S, format_wall, wall_from_ns


def export_street_coverage(case: Case, found: StreetCoverage, out: Path) -> str:
    """Writes the table to a new file, and gives its SHA-256. The act is logged.

    Raises:
        WrongPlace, Unwritable: nothing was written.
    """
    check_new_file(case, out)

    def log(digest: str) -> None:
        case.record(
            audit.Entry(
                "coverage.export", "done", facts={"watches": len(found.watches), "sha256": digest},
                private={"file": str(out.resolve())},
            )
        )  # fmt: skip

    return write_new(out, coverage_table(found), log)


def coverage_table(found: StreetCoverage) -> bytes:
    """One row for each span of footage, and each span of which there is none."""
    headings = (
        "street", "line", "from_m", "to_m", "from_lon", "from_lat", "to_lon", "to_lat", "camera",
        "name", "view", "state", "from", "to", "source", "sha256", "uncertainty_s",
    )  # fmt: skip
    rows = []
    for one in found.watches:
        head = (
            one.street, str(one.line), f"{one.from_m:.1f}", f"{one.to_m:.1f}",
            *(f"{value:.7f}" for value in (*one.start, *one.end)),
            one.camera_id, one.camera, one.basis,
        )  # fmt: skip
        for each in one.footage:
            sure = each.uncertainty_ns
            rows.append((
                *head, "footage", _at(each.span[0]), _at(each.span[1]),
                str(each.source_id), each.sha256,
                "" if sure is None else f"{sure / NS_PER_S:.3f}",
            ))  # fmt: skip
        for start, end in one.missing:
            rows.append((*head, "missing", _at(start), _at(end), "", "", ""))
        if not one.footage and not one.missing:
            rows.append((*head, "missing", *(_at(at) for at in one.span), "", "", ""))
    return canvass_csv(headings, rows)


def _at(wall_ns: int | None) -> str:
    return "" if wall_ns is None else format_wall(wall_from_ns(wall_ns))
