"""`models`: list, check and take in models."""

import argparse

from casefiles import agency, audit
from detection.models import ModelState, import_models, model_states
from resources.errors import NotInThisVersion
from workstation.commands.access import actor
from workstation.output import print_json, print_text, say


def show(options: argparse.Namespace) -> int:
    """Known models, where they are, and what a missing one would add."""
    states = model_states()
    if options.json:
        print_json([_describe(state) for state in states])
        return 0
    for state in states:
        print_text(_line(state))
        if state.missing:
            print_text(f"    would add: {state.card.adds} (workstation models import DIR)")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Checks every model file; exit code 2 when one has not the hash of its card."""
    states = model_states()
    bad = [state for state in states if state.problem]
    if options.json:
        print_json([_describe(state) for state in states])
    else:
        for state in states:
            print_text(_line(state))
    for state in bad:
        say(f"workstation: {state.problem}")
    return 2 if bad else 0


def load(options: argparse.Namespace) -> int:
    """Takes known models in from a folder; exit code 2 when none was taken."""
    who = actor(options)
    results = import_models(options.dir)
    taken = [result for result in results if result.outcome in ("imported", "already there")]
    agency.record(
        audit.Entry(
            "models.import",
            "done" if taken else "failed",
            facts={result.card.name: result.card.sha256 for result in taken},
            private={"folder": str(options.dir.resolve())},
        ),
        who,
    )
    if options.json:
        print_json([
            {
                "model": result.card.name,
                "outcome": result.outcome,
                "path": None if result.path is None else str(result.path),
            }
            for result in results
        ])  # fmt: skip
    else:
        for result in taken:
            print_text(f"{result.card.name}: {result.outcome}, verified")
    for result in results:
        if result.outcome == "wrong hash":
            say(f"workstation: {result.path} is not the model {result.card.name}: left alone")
    if not taken:
        say(
            f"workstation: {options.dir} holds no model of the catalogue; "
            "see 'workstation models list'"
        )
    return 0 if taken else 2


def install(options: argparse.Namespace) -> int:
    """Not in this version: models come from a folder."""
    raise NotInThisVersion(f"workstation models install {options.name}")


def _describe(state: ModelState) -> dict[str, object]:
    card = state.card
    return {
        "model": card.name,
        "task": card.task,
        "file": card.file,
        "sha256": card.sha256,
        "licence": card.licence,
        "origin": card.origin,
        "classes": [kind.label for kind in card.classes],
        "adds": card.adds,
        "shipped": card.shipped,
        "path": None if state.path is None else str(state.path),
        "verified": state.path is not None,
        "problem": state.problem or None,
    }


def _line(state: ModelState) -> str:
    how = "DOES NOT VERIFY" if state.problem else "missing" if state.missing else "verified"
    return f"{state.card.name:16} {how:16} {state.card.licence:12} {state.card.task}"
