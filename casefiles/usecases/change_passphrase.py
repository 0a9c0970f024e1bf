"""Gives an encrypted case another passphrase.

The database keeps its key; the key is only wrapped anew. Copies made before therefore still open
with the passphrase they were made under.
"""

from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadPassphrase, CaseError, Unwritable
from casefiles.store import keys

COPIES_KEEP_THEIRS: Final = (
    "copies made before, snapshots too, still open with the passphrase they were made under"
)
_EVENT: Final = "case.passphrase"


def check_encrypted(case: Case) -> None:
    """Makes sure that a case has a passphrase to change.

    Raises:
        BadPassphrase: it is plain, and cannot be encrypted where it lies.
    """
    if not case.encrypted:
        raise BadPassphrase(
            f"the case {case.folder} is not encrypted: it has no passphrase to change",
            "Make a new case with a passphrase and add the recordings there; then delete this one.",
        )


def change_passphrase(case: Case, old: str, new: str) -> None:
    """From now on `new` opens the case, and `old` does not.

    Whatever ends the program meanwhile, one of the two opens it. The log tells that it was tried
    before the key file is touched, and how it ended.

    Raises:
        BadPassphrase: the case is plain, or `new` is empty or the same as `old`.
        WrongPassphrase: `old` does not open the case; nothing was changed.
        CaseDamaged, NotACase: the key file cannot be read; nothing was changed.
        Unwritable: the message tells which passphrase holds.
    """
    check_encrypted(case)
    if not new:
        raise BadPassphrase("the new passphrase is empty", "Choose one; four or five words do.")
    if new == old:
        raise BadPassphrase("the new passphrase is the old one", "Choose another.")
    case.record(audit.Entry(_EVENT, "started"))
    try:
        key = keys.read_key(case.folder, old)
        if key is None:
            raise BadPassphrase(
                f"the key file of {case.folder} was replaced while the case is open",
                "Restore case.json from a snapshot.",
            )
        keys.wrap_key(case.folder, key, new)
    except CaseError as error:
        case.record(audit.Entry(_EVENT, "failed", facts={"error": type(error).__name__}))
        raise
    try:
        case.record(audit.Entry(_EVENT, "done"))
    except CaseError as error:
        raise Unwritable(
            f"the passphrase of {case.folder} was changed, but the log could not be written: "
            f"{error.message}",
            f"The new passphrase holds. {error.hint}",
        ) from error
