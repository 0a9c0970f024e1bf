"""A copy, for looking only, of a case that another process has open."""

from pathlib import Path

from casefiles import agency, audit
from casefiles.case import DATABASE
from casefiles.errors import WrongPlace
from casefiles.store import copies, keys
from casefiles.types import Actor
from casefiles.usecases.open_case import nameless


def copy_held_case(folder: Path, target: Path, actor: Actor) -> None:
    """Copies the case in `folder`, as it was stored last, into the new folder `target`.

    The agency's log tells of it; the case's own cannot, because another process writes it. Must
    not be called for a case that is open in this process.

    Raises:
        CaseExists, WrongPlace, CaseBusy, Unwritable: nothing is left in `target`.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise WrongPlace(f"{target} lies in the case itself", "Choose a folder outside it.")
    tried = {"folder": str(folder.absolute()), "to": str(target.absolute())}
    agency.record(audit.Entry("case.copy", "started", private=tried), nameless(actor))
    copies.copy_held(folder / DATABASE, target, keys.KEY_FILE)
