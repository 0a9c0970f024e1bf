"""Makes and opens cases: the one place where case, policy and agency audit meet."""

from dataclasses import replace
from pathlib import Path

from casefiles import agency, audit
from casefiles.case import DATABASE, Case
from casefiles.errors import CaseError
from casefiles.store import keys
from casefiles.types import Actor


def create_case(
    folder: Path,
    actor: Actor,
    *,
    number: str,
    title: str,
    passphrase: str | None = None,
    training: bool = False,
) -> Case:
    """A new case, open.

    Raises:
        CaseExists, Unwritable: nothing was made; or it was, and the agency store, whose file the
            message then names, could not be told.
    """
    policy = agency.policy_label()
    case = Case.create(
        folder,
        actor,
        number=number,
        title=title,
        policy=policy,
        passphrase=passphrase,
        training=training,
    )
    _tell_agency("case.create", case)
    return case


def open_case(folder: Path, actor: Actor, *, passphrase: str | None = None) -> Case:
    """The case in `folder`, open; case and agency both keep who opened it.

    Raises:
        NotACase, CaseFromTheFuture, CaseBusy, WrongPassphrase, CaseDamaged, Unwritable.
    """
    try:
        case = Case.open(folder, actor, policy=agency.policy_label(), passphrase=passphrase)
    except CaseError as error:
        tried = {"folder": str(folder.absolute()), "error": type(error).__name__}
        agency.record(audit.Entry("case.open", "failed", private=tried), nameless(actor))
        raise
    _tell_agency("case.open", case)
    return case


def _tell_agency(event: str, case: Case) -> None:
    entry = audit.Entry(
        event,
        "done",
        object=f"case:{case.header.case_uuid}",
        private={"folder": str(case.folder.absolute())},
    )
    try:
        agency.record(entry, nameless(case.actor))
    except BaseException:
        case.close()
        raise


def nameless(actor: Actor) -> Actor:
    """The actor without grounds, for the agency store: that is not encrypted."""
    return replace(actor, reason="", purpose="", authority="")


def case_folder(path: Path) -> Path | None:
    """The folder of the case that `path` is, or is a file of; None for anything else."""
    folder = path.parent if path.name in {DATABASE, keys.KEY_FILE} else path
    try:
        return folder if (folder / keys.KEY_FILE).is_file() else None
    # What cannot even be looked at is told by whoever wants to read it.
    except OSError:
        return None


def needs_passphrase(folder: Path) -> bool:
    """Whether the case in `folder` is encrypted.

    Raises:
        NotACase, CaseFromTheFuture, CaseDamaged.
    """
    return keys.is_encrypted(folder)
