"""Copies a case while it is open, so that a supervisor can read it elsewhere."""

from pathlib import Path

from casefiles import audit
from casefiles.case import Case


def snapshot_case(case: Case, target: Path) -> None:
    """Writes a copy that opens on its own; its newest audit row is the one of this copy.

    Raises:
        CaseExists, WrongPlace, Unwritable: nothing is left in `target`.
    """
    case.record(audit.Entry("case.snapshot", "started", private={"to": str(target.resolve())}))
    case.snapshot(target)
