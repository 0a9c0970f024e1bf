"""`attributes` and `embed`: how things in pictures look, as words and vectors; touches no case."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from casefiles import agency, audit
from casefiles.usecases.search_traits import likely_words
from detection.appearance import Kind, open_embedder
from detection.attribute_names import VEHICLE_ATTRIBUTES
from detection.attributes import Attributes, describe, is_too_small, judge_light
from detection.person_attributes import JUDGED, Trait
from detection.trait_judges import MODEL_OF, open_judges
from resources.errors import UserError
from video.stills import read_picture
from video.types import Pixels
from workstation.commands.access import actor
from workstation.output import print_json, print_text, say

_TOO_SMALL = "too small to judge"
_DOUBTED = 0.5
"""How much less a colour counts that cannot be trusted."""


def attributes(options: argparse.Namespace) -> int:
    """Named colours of people or vehicles that fill their pictures; with the models for them, what
    people carry and wear and what vehicles are."""
    kind: Kind = options.kind
    judges = open_judges()
    judge = judges.person if kind == "person" else judges.vehicle

    def of(picture: Pixels) -> dict[str, object]:
        found = describe(picture, kind, judge_light(picture), whole=picture)
        return {
            "kind": kind,
            "attributes": [*_listed(found), *_judged(judges.judge(picture, kind))],
            "unreliable": found.doubt or None,
            "needs_model": MODEL_OF[kind] if judge is None else None,
            "not_judged": _TOO_SMALL if judge and is_too_small(picture, kind) else None,
        }

    results = [_one(file, of) for file in options.images]
    made = {} if judge is None else {
        "model": judge.provenance.model, "model_sha256": judge.provenance.sha256,
    }  # fmt: skip
    _record(options, "looks.attributes", results, made)
    if judge is None:
        wanted = ", ".join(JUDGED if kind == "person" else VEHICLE_ATTRIBUTES)
        say(f"workstation: {wanted}: not judged (needs another model: {MODEL_OF[kind]})")
    if not options.json:
        for result in results:
            if "error" not in result:
                print_text(_spoken(result))
    return _show(options, results)


def embed(options: argparse.Namespace) -> int:
    """Appearance vectors of people or vehicles that fill their pictures."""
    embedder = open_embedder(options.model)

    if options.kind not in embedder.kinds:
        raise UserError(
            f"the appearance model {embedder.name} knows no {options.kind}s",
            "Take another with --model NAME.",
        )

    def of(picture: Pixels) -> dict[str, object]:
        (vector,) = embedder.embed([picture], options.kind)
        return {"vector": vector.tolist()}

    results = [_one(file, of) for file in options.images]
    made = embedder.provenance
    _record(
        options,
        "looks.embed",
        results,
        {"embedder": embedder.name, "model": made.model, "model_sha256": made.sha256},
    )
    if not options.json:
        for result in results:
            vector = result.get("vector")
            if isinstance(vector, list):
                print_text(f"{result['file']}: a vector of {len(vector)} numbers; see --json")
    return _show(options, results)


def _one(file: str, of: Callable[[Pixels], dict[str, object]]) -> dict[str, object]:
    """The result of one file, or why there is none."""
    try:
        return {"file": file, **of(read_picture(Path(file)))}
    except UserError as error:
        return {"file": file, "error": str(error)}


def _record(
    options: argparse.Namespace,
    event: str,
    results: list[dict[str, object]],
    facts: dict[str, str],
) -> None:
    """One row in the agency's chain, before anything is shown."""
    failed = sum("error" in result for result in results)
    agency.record(
        audit.Entry(
            event,
            "failed" if failed == len(results) else "done",
            facts={"kind": options.kind, "pictures": len(results), "failed": failed, **facts},
            private={"files": "\n".join(str(result["file"]) for result in results)},
        ),
        actor(options),
    )


def _show(options: argparse.Namespace, results: list[dict[str, object]]) -> int:
    """Prints the results and errors; exit code 2 when a file could not be read."""
    if options.json:
        print_json(results)
    errors = [str(result["error"]) for result in results if "error" in result]
    for error in errors:
        say(f"workstation: {error}")
    return 2 if errors else 0


def _listed(found: Attributes) -> list[dict[str, object]]:
    trust = _DOUBTED if found.doubt else 1.0
    return [
        {
            "name": f"{part} colour",
            "part": part,
            "value": name,
            "share": round(share, 3),
            "confidence": round(share * trust, 3),
        }
        for part, shares in found.colours.items()
        for name, share in shares
    ]


def _judged(traits: Mapping[str, Trait]) -> list[dict[str, object]]:
    return [
        {"name": name, "value": one.value, "confidence": round(one.confidence, 3)}
        for name, one in traits.items()
    ]


def _spoken(result: dict[str, object]) -> str:
    parts: dict[str, list[str]] = {}
    listed = result["attributes"]
    assert isinstance(listed, list)
    for one in listed:
        if "part" in one:
            parts.setdefault(one["part"], []).append(one["value"])
        else:
            sure = likely_words(one["confidence"])
            parts.setdefault(one["name"], []).append(f"{one['value']} ({sure})")
    said = "; ".join(f"{part}: {', '.join(names)}" for part, names in parts.items())
    doubt = f" (unreliable: {result['unreliable']})" if result["unreliable"] else ""
    small = f"; what is worn or driven: {result['not_judged']}" if result["not_judged"] else ""
    return f"{result['file']}: {said or 'no colour stands out'}{doubt}{small}"
