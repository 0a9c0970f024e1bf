"""Who acts, and the passphrase: shared by every command that opens a case."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from casefiles import audit
from casefiles.case import Case
from casefiles.types import Actor
from casefiles.usecases.open_case import needs_passphrase, open_case
from resources.errors import UserError
from workstation.output import say


def actor(options: argparse.Namespace) -> Actor:
    """Who runs this command."""
    return Actor.of_this_process(
        options.user,
        reason=options.reason,
        purpose=options.purpose,
        authority=options.authority,
    )


def passphrase_for_new(case: Path) -> str | None:
    """WORKSTATION_PASSPHRASE, or typed twice; None makes a plain case. Never waits unasked."""
    given = os.environ.get("WORKSTATION_PASSPHRASE")
    if given:
        return given
    if not sys.stdin.isatty():
        return None
    typed = getpass(f"Passphrase for {case} (empty: not encrypted): ")
    if typed and getpass("Once more: ") != typed:
        raise UserError("the two passphrases differ", "Nothing was made; try again.")
    return typed or None


def passphrase_of(case: Path) -> str | None:
    """WORKSTATION_PASSPHRASE, or typed where the case is encrypted and somebody can type."""
    given = os.environ.get("WORKSTATION_PASSPHRASE")
    if given or not sys.stdin.isatty() or not case.exists() or not needs_passphrase(case):
        return given
    return getpass(f"Passphrase of {case}: ")


def passphrase_to_come(case: Path) -> str:
    """WORKSTATION_NEW_PASSPHRASE, or typed twice.

    Raises:
        UserError: there is neither the variable nor a terminal, or the two differ.
    """
    given = os.environ.get("WORKSTATION_NEW_PASSPHRASE")
    if given:
        return given
    if not sys.stdin.isatty():
        raise UserError(
            "no new passphrase was given", "Set WORKSTATION_NEW_PASSPHRASE, or use a terminal."
        )
    typed = getpass(f"New passphrase of {case}: ")
    if typed and getpass("Once more: ") != typed:
        raise UserError("the two passphrases differ", "Nothing was changed; try again.")
    return typed


@contextmanager
def opened(options: argparse.Namespace, passphrase: str | None = None) -> Iterator[Case]:
    """The case named on the command line; an act that fails is logged in it as failed.

    The passphrase is found by `passphrase_of` unless it is known already.
    """
    passphrase = passphrase or passphrase_of(options.case)
    with open_case(options.case, actor(options), passphrase=passphrase) as case:
        if case.left_out_bytes:
            say(
                "workstation: note: what was being stored when the program ended last was left "
                f"out of {options.case}; everything stored before is whole"
            )
        try:
            yield case
        except UserError as error:
            _log_failure(case, options, error)
            raise


def _log_failure(case: Case, options: argparse.Namespace, error: UserError) -> None:
    name = str(options.command).partition(":")[2]
    entry = audit.Entry(f"command.{name}", "failed", private={"error": error.message})
    try:
        case.record(entry)
    # The first error is the one to show; the disk that refused it refuses this row too.
    except UserError:
        return
