"""`models`: list, check, take in and fetch models."""

import argparse
import sys

from casefiles.usecases.install_model import install_model, take_models
from detection.model_cards import ModelCard
from detection.model_import import look_into
from detection.models import ModelState, card, model_state, model_states, unread_packs
from resources.errors import UserError
from workstation.commands.access import actor
from workstation.output import print_json, print_text, run_job, say


def show(options: argparse.Namespace) -> int:
    """Known models, where they are, and what a missing one would add."""
    states = model_states()
    if options.json:
        print_json([_describe(state) for state in states])
    else:
        for state in states:
            print_text(_line(state))
            if state.card.licence_note:
                print_text(f"    note: {state.card.licence_note}")
            if state.missing:
                print_text(f"    would add: {state.card.adds} ({_how(state.card)})")
    _name_unread()
    return 0


def verify(options: argparse.Namespace) -> int:
    """Checks every model file; exit code 2 when one has not the hash of its card."""
    states = model_states()
    bad = [state.problem for state in states if state.problem]
    if options.json:
        print_json([_describe(state) for state in states])
    else:
        for state in states:
            print_text(_line(state))
    for problem in bad:
        say(f"workstation: {problem}")
    return 2 if _name_unread() or bad else 0


def load(options: argparse.Namespace) -> int:
    """Takes models in from a folder; exit code 2 when none was taken."""
    who = actor(options)
    for found in look_into(options.dir):
        if found.outcome == "found":
            _show_licence(found.card)
    results = take_models(options.dir, who)
    taken = [result for result in results if result.outcome in ("imported", "already there")]
    if options.json:
        print_json([
            {
                "model": result.card.name,
                "outcome": result.outcome,
                "licence": result.card.licence,
                "path": None if result.path is None else str(result.path),
            }
            for result in results
        ])  # fmt: skip
    else:
        for result in taken:
            print_text(f"{result.card.name}: {result.outcome}, verified")
    for result in results:
        if result.says:
            say(f"workstation: {result.says}: left alone")
    if not taken:
        say(
            f"workstation: {options.dir} holds no model of the catalogue; "
            "see 'workstation models list'"
        )
    return 0 if taken else 2


def install(options: argparse.Namespace) -> int:
    """Fetches one model, or takes it from a folder, after its licence was shown and accepted."""
    wanted, who = card(options.name), actor(options)
    before = model_state(wanted)
    if before.path is None:
        _show_licence(wanted)
        _require_acceptance(wanted, accepted=options.accept_licence)
        job = install_model(wanted, who, folder=options.folder)
        outcome, path = "installed", run_job(job, "fetching")
    else:
        outcome, path = "already there", before.path
    if options.json:
        print_json({"model": wanted.name, "outcome": outcome, "path": str(path)})
    else:
        print_text(f"{wanted.name}: {outcome}, verified")
    return 0


def _show_licence(entry: ModelCard) -> None:
    say(f"{entry.name}: {entry.adds}")
    say(f"    licence: {entry.licence}")
    if entry.licence_note:
        say(f"    note: {entry.licence_note}")
    say(f"    from: {entry.origin}; {entry.size_bytes / 1e6:,.1f} MB")
    for part in entry.files:
        for address in part.addresses[:1]:
            say(f"    {address}")


def _require_acceptance(entry: ModelCard, *, accepted: bool) -> None:
    if accepted:
        return
    if not sys.stdin.isatty():
        raise UserError(
            f"the licence of {entry.name} was not accepted",
            "Read it above, then run the same command with --accept-licence.",
        )
    sys.stderr.write("Take it under this licence? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UserError(f"the licence of {entry.name} was not accepted", "Nothing was fetched.")


def _name_unread() -> bool:
    """Names the cards in the model folder that cannot be read; whether there is one."""
    unread = unread_packs()
    for trouble in unread:
        say(f"workstation: {trouble}")
    return bool(unread)


def _describe(state: ModelState) -> dict[str, object]:
    entry = state.card
    return {
        "model": entry.name,
        "task": entry.task,
        "file": entry.file,
        "files": [
            {"name": part.name, "role": part.role, "sha256": part.sha256, "bytes": part.size_bytes,
             "addresses": list(part.addresses)}
            for part in entry.files
        ],
        "sha256": entry.sha256,
        "bytes": entry.size_bytes,
        "licence": entry.licence,
        "licence_note": entry.licence_note or None,
        "origin": entry.origin,
        "input": entry.input.says,
        "classes": [kind.label for kind in entry.classes],
        "dropped": sorted(entry.dropped),
        "adds": entry.adds,
        "shipped": entry.shipped,
        "pack": None if entry.pack is None else str(entry.pack),
        "install": None if state.path else _how(entry),
        "path": None if state.path is None else str(state.path),
        "verified": state.path is not None,
        "problem": state.problem or None,
    }  # fmt: skip


def _how(entry: ModelCard) -> str:
    """The command that brings a missing model."""
    if all(part.addresses for part in entry.files):
        return f"workstation models install {entry.name}, or workstation models import DIR"
    return "workstation models import DIR"


def _line(state: ModelState) -> str:
    entry = state.card
    how = "DOES NOT VERIFY" if state.problem else "missing" if state.missing else "verified"
    size = f"{entry.size_bytes / 1e6:.1f} MB"
    return f"{entry.name:24} {how:16} {size:>9}  {entry.task:18} {entry.licence}"
