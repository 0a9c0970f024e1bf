"""`source propose`, `note`, `collect`, `relink`: what files seem to be, and where originals are."""

import argparse
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from casefiles import audit
from casefiles.errors import BadOrigin
from casefiles.intake_types import FileFacts, Origin
from casefiles.usecases.camera_overlaps import claim_of, find_overlaps, overlap_words
from casefiles.usecases.collect_media import Collected, collect_media, plain_words
from casefiles.usecases.note_origin import note_origin
from casefiles.usecases.propose_recordings import (
    Proposal,
    claim_of_proposal,
    propose_recordings,
)
from casefiles.usecases.relink_source import relink_source, search_originals
from resources.errors import UserError
from video.clock import NS_PER_S, format_wall, parse_wall, wall_from_ns, wall_to_ns
from workstation.arguments import a_number
from workstation.broken_text import refuse_broken_text
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job, say

_TEXTS = {
    "origin": "note",
    "recorder_make": "maker",
    "recorder_model": "model",
    "recorder_serial": "serial",
    "received_from": "received_from",
    "received_by": "received_by",
}
_TIMES = {"received_at": "received_ns", "overwrite_deadline": "overwrite_ns"}


def propose(options: argparse.Namespace) -> int:
    """Says what files seem to be; stores nothing."""
    with opened(options) as case:
        proposals = run_job(propose_recordings(case, options.paths), "looking at")
        claims = [found for one in case.sources() if (found := claim_of(one)) is not None]
        case.record(audit.Entry("source.propose", "done", facts={"files": len(proposals)}))
    mine = [claim for one in proposals if (claim := claim_of_proposal(one)) is not None]
    shared = find_overlaps([*claims, *mine])
    documents = []
    for one in proposals:
        others = shared.get(one.path, ())
        documents.append(_proposal(one, overlap_words(others) if others else ""))
    if options.json:
        print_json(documents)
        return 0
    for document in documents:
        print_text(_proposal_line(document))
    return 0


def note(options: argparse.Namespace) -> int:
    """Notes where recordings come from."""
    change = origin_change(options, must_say=True)
    with opened(options) as case:
        noted = note_origin(case, options.source, change)
    documents = [{"id": int(one), **origin_document(origin)} for one, origin in noted.items()]
    if options.json:
        print_json(documents)
        return 0
    for document in documents:
        said = [f"{name} {value}" for name, value in document.items() if value and name != "id"]
        print_text(f"{document['id']}: {', '.join(said) or 'nothing noted'}")
    return 0


def collect(options: argparse.Namespace) -> int:
    """Copies originals into the case; exit code 2 where one could not be."""
    with opened(options) as case:
        results = run_job(collect_media(case, options.source), "collecting")
        words = plain_words(case, results)
    if options.json:
        print_json([_collected(one) for one in results])
    for one in results:
        if one.error is not None:
            say(f"workstation: {one.error}")
        elif not options.json:
            state = "the case holds it already" if one.was_there else "collected"
            print_text(f"{one.source.source_id}: {state}: {one.copy}")
    if words:
        say(f"workstation: note: {words}")
    return 2 if any(one.error is not None for one in results) else 0


def relink(options: argparse.Namespace) -> int:
    """Notes where originals lie now; exit code 2 where one was not found."""
    source_id, file = _which(options)
    with opened(options) as case:
        if file is not None and source_id is not None:
            source = run_job(relink_source(case, source_id, file), "hashing")
            found, missing, unreadable = [(source, source.path)], [], []
        else:
            ids = [] if source_id is None else [source_id]
            result = run_job(search_originals(case, options.search, ids), "searching")
            found, missing = list(result.found), list(result.missing)
            unreadable = list(result.unreadable)
    if options.json:
        print_json({
            "found": [{"id": one.source_id, "file": str(path)} for one, path in found],
            "missing": [{"id": one.source_id, "file": str(one.path)} for one in missing],
            "unreadable": [str(path) for path in unreadable],
        })  # fmt: skip
    else:
        for one, path in found:
            print_text(f"{one.source_id}: {path}")
        if not found and not missing:
            print_text("no original is missing")
    for one in missing:
        say(f"workstation: the original of source {one.source_id} was not found: {one.path.name}")
    for path in unreadable:
        say(f"workstation: note: {path} could not be read")
    return 2 if missing else 0


def _which(options: argparse.Namespace) -> tuple[int | None, Path | None]:
    """The source that is named, and the file that is its original.

    Raises:
        UserError: neither a file nor a folder is given, or both; or no source for a file.
    """
    given: list[str] = options.source or []
    number, files = (given[0] if given else None), given[1:]
    named = [*([] if options.file is None else [options.file]), *(Path(one) for one in files)]
    if len(named) + (options.search is not None) != 1:
        raise UserError("it is not said where to look", "Give one FILE, or --search FOLDER.")
    if named and number is None:
        raise UserError(
            "it is not said of which source this is the original", "Give --source ID too."
        )
    try:
        return None if number is None else a_number(number), named[0] if named else None
    except ValueError:
        raise UserError(f"'{number}' is no id of a source", "'source list' shows them.") from None


def origin_change(
    options: argparse.Namespace, *, must_say: bool = False
) -> Callable[[Origin], Origin]:
    """What the options say of an origin; an empty text takes a note away.

    Raises:
        BadTime: a time is none.
        BadOrigin: nothing is said, though it must be.
    """
    texts = {field: getattr(options, name) for name, field in _TEXTS.items()}
    times = {field: getattr(options, name) for name, field in _TIMES.items()}
    given = {name: text for name, text in {**texts, **times}.items() if text is not None}
    refuse_broken_text({f"the argument {text!r}": text for text in given.values()})
    if not given and must_say:
        raise BadOrigin("nothing is noted", "Say something, such as --overwrite-deadline TIME.")
    read = {
        field: None if not text.strip() else wall_to_ns(parse_wall(text))
        for field, text in times.items()
        if text is not None
    }

    said: dict[str, Any] = {
        **{field: text.strip() for field, text in texts.items() if text is not None},
        **read,
    }

    def change(origin: Origin) -> Origin:
        return replace(origin, **said)

    return change


def origin_document(origin: Origin) -> dict[str, object]:
    """An origin as JSON shows it."""
    return {
        "recorder_make": origin.maker,
        "recorder_model": origin.model,
        "recorder_serial": origin.serial,
        "received_from": origin.received_from,
        "received_by": origin.received_by,
        "received_at": _wall(origin.received_ns),
        "origin": origin.note,
        "overwrite_deadline": _wall(origin.overwrite_ns),
    }


def facts_document(facts: FileFacts) -> dict[str, object]:
    """What a file claims and what was found, beyond what every source has."""
    return {
        "claimed_frames": facts.claimed_frames,
        "claimed_duration_s": _seconds(facts.claimed_duration_ns),
        "recorded_at": facts.recorded_at,
        "rotation": facts.rotation_deg,
        "sample_aspect": str(facts.sample_aspect),
        "interlaced": facts.interlaced,
        "audio_streams": facts.audio_streams,
        "sound": [asdict(one) for one in facts.sound],
        "frozen": [
            {"from_s": start / NS_PER_S, "to_s": end / NS_PER_S} for start, end in facts.frozen
        ],
        "clock_jumps": [
            {"at_s": at / NS_PER_S, "by_s": by / NS_PER_S} for at, by in facts.clock_jumps
        ],
        "corrupt_packets": facts.corrupt_packets,
        "exported_by": facts.exported_by,
    }


def _proposal(proposal: Proposal, overlap: str) -> dict[str, object]:
    facts = proposal.facts
    document: dict[str, object] = {
        "file": str(proposal.path),
        "problem": proposal.problem or None,
        "already_in_case": proposal.already_in_case,
        "camera": proposal.camera_id,
        "camera_why": proposal.camera_why,
        "start": None if proposal.start is None else format_wall(proposal.start),
        "start_basis": proposal.start_basis or None,
        "starts": [
            {
                "basis": claim.basis,
                "start": None if claim.start is None else format_wall(claim.start),
                "choices": [format_wall(one) for one in claim.choices],
            }
            for claim in proposal.claims
        ],
        "look_at": [*proposal.notes, *([overlap] if overlap else [])],
    }
    if facts is None:
        return document
    return document | {
        "container": facts.container,
        "codec": facts.codec,
        "width": facts.width,
        "height": facts.height,
        "frames": facts.frames,
        "duration_s": facts.duration_ns / NS_PER_S,
        "claimed_fps": None if facts.claimed_fps is None else float(facts.claimed_fps),
        "measured_fps": facts.measured_fps,
        "variable_rate": facts.variable_rate,
        "gaps": [{"from_s": start / NS_PER_S, "to_s": end / NS_PER_S} for start, end in facts.gaps],
        "duplicates": facts.duplicates,
        **facts_document(facts),
    }


def _proposal_line(document: dict[str, object]) -> str:
    if document["problem"]:
        # Most problems name their file, which is not said twice.
        problem, file = str(document["problem"]), str(document["file"])
        return problem if file in problem else f"{file}: {problem}"
    if document["already_in_case"]:
        return f"{document['file']}: in the case already, as source {document['already_in_case']}"
    looks = document["look_at"]
    words = [
        f"{document['codec']}, {document['frames']} frames, {document['duration_s']:.1f} s",
        f"camera {document['camera'] or 'unknown'}",
        f"starts {document['start'] or 'unknown'}",
        str(document["start_basis"] or ""),
        *(str(one).rstrip(".") for one in (looks if isinstance(looks, list) else [])),
    ]
    return f"{document['file']}: {' · '.join(one for one in words if one)}"


def _collected(one: Collected) -> dict[str, object]:
    return {
        "id": one.source.source_id,
        "file": str(one.source.path),
        "sha256": one.source.sha256,
        "copy": None if one.copy is None else str(one.copy),
        "was_there": one.was_there,
        "error": None if one.error is None else str(one.error),
    }


def _wall(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))


def _seconds(time_ns: int | None) -> float | None:
    return None if time_ns is None else time_ns / NS_PER_S
