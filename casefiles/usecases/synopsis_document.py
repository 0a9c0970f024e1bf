"""A synopsis as a document: what is in it, of when, and how to make it again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from casefiles.case import Case
from casefiles.decision_types import Question
from casefiles.exchange import manifest
from casefiles.exchange.manifest import Facts
from casefiles.queries.filters import Query
from casefiles.queries.question import query_of, question_of
from casefiles.store import search_rows
from casefiles.synopsis_types import Placement, StagePlan, Synopsis, SynopsisOptions, Take
from casefiles.types import RunId, SourceId, TrackId
from casefiles.usecases.set_time_zone import time_zone_of
from casefiles.usecases.synopsis_places import placements_of
from casefiles.usecases.synopsis_scope import question_in
from detection.labels import ObjectClass
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import NS_PER_S, format_wall, wall_from_ns
from video.types import TimeNs

_WHAT: Final = (
    "video synopsis: objects of different times shown together over one background; made from "
    "recordings, and none itself; every object is a lead to be looked at where it was recorded"
)
_MOST_S: Final = 1e9
_MOST_BYTES: Final = 512 << 20
_PLACED: Final = (
    "one row for each piece of a track; original_from_s and original_to_s are media time of the "
    "source, placed_from and placed_to seconds of the synopsis; knots are pairs of both, in a "
    "straight line in between"
)


class UnreadableSynopsis(UserError):
    """A file is no document of a synopsis, or one of another version."""


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """What the document of a synopsis says was asked, and what came of it."""

    query: Query
    options: SynopsisOptions
    source_ids: tuple[SourceId, ...]
    case_id: str
    placements: tuple[tuple[object, ...], ...]
    takes: tuple[tuple[int, str], ...]
    """The source and the hash of the pack of each."""
    version: str
    """Of the program."""
    tracks: tuple[TrackId, ...] | None = None
    """The tracks that were asked for beside the question; None: whatever answers."""


def synopsis_document(case: Case, synopsis: Synopsis) -> Facts:
    """Everything of a synopsis but a film of it, as JSON holds it."""
    placements = placements_of(synopsis)
    ids = sorted({one.track_id for one in placements})
    known = case.read(partial(search_rows.shown, track_ids=ids))
    takes = _takes(synopsis)
    runs = {one.run_id: case.run(one.run_id) for one in takes}
    used = {one.source_id for one in takes}
    asked = question_in(synopsis)
    measures, about = synopsis.measures, synopsis.coverage
    clocks = {one.source_id: one for one in case.sources()}
    return {
        "what": _WHAT,
        **manifest.who_and_when(case.header, case.actor),
        "zone": time_zone_of(case),
        "question": {
            "kind": asked.kind, "text": asked.text, "sha256": asked.sha256,
            "document": asked.document,
        },
        "asked_sources": [int(one) for one in synopsis.source_ids],
        "asked_tracks": None if synopsis.only is None else [int(one) for one in synopsis.only],
        "options": asdict(synopsis.options),
        "seed": synopsis.options.seed,
        "input_s": round(measures.input_s, 3),
        "output_s": round(measures.output_s, 3),
        "ratio": round(measures.ratio, 3),
        "objects": measures.objects,
        "dropped": sum(about.dropped.values()),
        "dropped_why": {str(why): count for why, count in sorted(about.dropped.items())},
        "overlap": round(measures.overlap, 6),
        "disorder": round(measures.disorder, 6),
        "at_once": round(measures.at_once, 3),
        "coverage": {
            "found": about.found, "shown": about.shown, "low_confidence": about.doubtful,
            "hidden": about.hidden, "notes": list(about.notes),
        },
        "parts": [_part(one) for one in synopsis.parts],
        "placements_are": _PLACED,
        "placements": [
            _placement(one, synopsis, clocks[one.source_id].camera_id, known)
            for one in placements
        ],
        "takes": [_take(one) for one in takes],
        "runs": [
            {
                "run": one.run_id, "source": one.source_id,
                "source_sha256": one.provenance.source_sha256,
                "model": one.provenance.model_name, "model_sha256": one.provenance.model_sha256,
                "options": json.loads(one.provenance.options),
                "program": f"Sightline {one.provenance.program_version}",
            }
            for one in runs.values()
        ],
        "sources": [
            manifest.about_source(clocks[one]) for one in sorted(used)
        ],
        "versions": {
            "program": PROGRAM_VERSION,
            "takes": sorted({one.program_version for one in takes}),
            "runs": sorted({one.provenance.program_version for one in runs.values()}),
        },
    }  # fmt: skip


def read_asked(path: Path) -> AskedBefore:
    """What was asked for in a document that was written before.

    Raises:
        UnreadableSynopsis: the file is none.
    """
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise ValueError("no file that ends")
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("longer than any synopsis")
        document = json.loads(path.read_bytes())
        asked = document["question"]
        question = Question(
            "search", str(asked["text"]), str(asked["document"]), str(asked["sha256"])
        )
        query = query_of(question)
        if question_of(query).sha256 != question.sha256:
            raise ValueError("the question was changed")
        return AskedBefore(
            query,
            _options(document["options"]),
            tuple(SourceId(int(one)) for one in document["asked_sources"]),
            str(document["case"]["id"]),
            tuple(_compared(one) for one in document["placements"]),
            tuple((int(one["source"]), str(one["pack_sha256"])) for one in document["takes"]),
            str(document["versions"]["program"]),
            _tracks(document.get("asked_tracks")),
        )
    except OSError as error:
        raise UnreadableSynopsis(
            f"{path} cannot be read: {error.strerror}",
            "Give the .json of an exported synopsis.",
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError, UserError) as error:
        raise UnreadableSynopsis(
            f"{path} is no document of a synopsis, or was changed",
            "Give the .json of an exported synopsis.",
        ) from error


def _tracks(plain: object) -> tuple[TrackId, ...] | None:
    if plain is None:
        return None
    if not isinstance(plain, list) or not all(type(one) is int for one in plain):
        raise ValueError("tracks that are no numbers")
    return tuple(TrackId(one) for one in plain)


def _options(plain: Mapping[str, Any]) -> SynopsisOptions:
    """The options of a document; ValueError where a number in it is none that could be asked."""
    made = SynopsisOptions(**plain)
    numbers = (made.density, made.longest_s, made.held_s, made.length_s or 1.0)
    is_sound = all(type(one) in (int, float) and 0 <= one < _MOST_S for one in numbers) and all(
        one > 0 for one in numbers[1:]
    )
    crowd = 1 if made.at_once is None else made.at_once
    if (
        not is_sound
        or not all(type(one) is int and abs(one) < 2**63 for one in (made.seed, crowd))
        or crowd < 1
        or type(made.with_doubtful) is not bool
        or made.order not in ("dense", "chronological")
    ):
        raise ValueError("options that nobody can ask for")
    return made


def differences(before: AskedBefore, case: Case, document: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs from the time before, in words; nothing where the synopsis is the same."""
    said = []
    if before.case_id != case.header.case_uuid:
        said.append("it was made from another case")
    if before.version != PROGRAM_VERSION:
        said.append(f"it was made with Sightline {before.version}; this is {PROGRAM_VERSION}")
    now = tuple((int(one["source"]), str(one["pack_sha256"])) for one in document["takes"])
    if now != before.takes:
        said.append("objects were cut out anew since then, or of other recordings")
    placed = tuple(_compared(one) for one in document["placements"])
    same = len(set(placed) & set(before.placements))
    if placed != before.placements:
        said.append(f"{len(placed) - same} of {len(placed)} objects or pieces are placed otherwise")
    return tuple(said)


def _compared(placed: Mapping[str, Any]) -> tuple[object, ...]:
    """What two placements are told apart by; ValueError where a number is none."""
    found = (
        placed["track"], placed["piece"], placed["original_from_s"], placed["original_to_s"],
        placed["placed_from"], placed["placed_to"],
    )  # fmt: skip
    if not all(type(one) in (int, float) for one in found):
        raise ValueError("a placement without numbers")
    return found


def _takes(synopsis: Synopsis) -> list[Take]:
    found = {one.take_id: one for part in synopsis.parts for one in part.stage.takes}
    return [found[key] for key in sorted(found)]


def _take(take: Take) -> Facts:
    return {
        "take": take.take_id,
        "run": take.run_id,
        "source": take.source_id,
        "source_sha256": take.source_sha256,
        "pack_sha256": take.pack_sha256,
        "size": list(take.size),
        "options": json.loads(take.options),
        "program": f"Sightline {take.program_version}",
        "state": take.state,
    }


def _part(part: StagePlan) -> Facts:
    stage = part.stage
    return {
        "camera": stage.camera_id,
        "title": stage.title,
        "why": stage.why,
        "size": list(stage.size),
        "takes": [int(one.take_id) for one in stage.takes],
        "objects": len(stage.tubes),
        "units": len(part.units),
        "begins": part.begins_ns / NS_PER_S,
        "ends": (part.begins_ns + part.schedule.length_ns) / NS_PER_S,
    }


def _placement(
    placed: Placement,
    synopsis: Synopsis,
    camera_id: str | None,
    known: Mapping[int, tuple[RunId, int]],
) -> Facts:
    clock = synopsis.clocks.get(placed.source_id)

    def wall(time_ns: int) -> str | None:
        if clock is None:
            return None
        return format_wall(wall_from_ns(clock.to_wall_ns(TimeNs(time_ns))))

    label = ObjectClass(known[placed.track_id][1]).label if placed.track_id in known else None
    return {
        "track": placed.track_id,
        "source": placed.source_id,
        "camera": camera_id,
        "class": label,
        "original_from": wall(placed.from_ns),
        "original_to": wall(placed.to_ns),
        "original_from_s": placed.from_ns / NS_PER_S,
        "original_to_s": placed.to_ns / NS_PER_S,
        "placed_from": placed.placed_from_ns / NS_PER_S,
        "placed_to": placed.placed_to_ns / NS_PER_S,
        "piece": placed.piece + 1,
        "pieces": placed.pieces,
        "knots": [[media / NS_PER_S, shown / NS_PER_S] for media, shown in placed.knots],
    }


def as_lines(document: Mapping[str, Any]) -> Sequence[str]:
    """A document in a few lines for people."""
    cover = document["coverage"]
    lines = [
        f"{document['objects']} objects of {document['input_s']:.1f} s in "
        f"{document['output_s']:.1f} s ({document['ratio']:.1f} : 1), "
        f"{100 * document['overlap']:.1f} % covered, {100 * document['disorder']:.1f} % of pairs "
        "in another order",
        f"{cover['shown']} of {cover['found']} tracks shown, {cover['hidden']} hidden, "
        f"{cover['low_confidence']} seen with little confidence",
    ]
    for why, count in document["dropped_why"].items():
        lines.append(f"left out: {count} {why}")
    return [*lines, *(f"note: {one}" for one in cover["notes"])]
