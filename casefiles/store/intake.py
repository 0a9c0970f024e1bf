"""What was found and noted at intake: SQL ↔ `Intake`, `Origin`; facts of a file ↔ JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from fractions import Fraction

from casefiles.errors import CaseDamaged
from casefiles.intake_types import FileFacts, Intake, Origin
from casefiles.store.engine import Cursor
from casefiles.types import SourceId
from video.types import SoundFacts

_SELECT = (
    "SELECT source_id, facts, hashed_ns, reread_sha256, reread_ns, collected, collected_ns, "
    "maker, model, serial, received_from, received_by, received_ns, note, overwrite_ns "
    "FROM source_intake ORDER BY source_id"
)
_MAKE = "INSERT INTO source_intake (source_id) VALUES (?) ON CONFLICT DO NOTHING"
_READ = (
    "UPDATE source_intake SET facts = ?, hashed_ns = ?, reread_sha256 = ?, reread_ns = ? "
    "WHERE source_id = ?"
)
_NOTE = (
    "UPDATE source_intake SET maker = ?, model = ?, serial = ?, received_from = ?, "
    "received_by = ?, received_ns = ?, note = ?, overwrite_ns = ? WHERE source_id = ?"
)
_COLLECTED = "UPDATE source_intake SET collected = ?, collected_ns = ? WHERE source_id = ?"


def every(cursor: Cursor) -> dict[SourceId, Intake]:
    """What is known of each source that was taken in with these facts, or noted since."""
    found = {}
    for row in cursor.execute(_SELECT).fetchall():
        source_id, facts, hashed_ns, reread_sha256, reread_ns, collected, collected_ns = row[:7]
        try:
            read = None if facts is None else facts_from_json(facts)
        except (ValueError, TypeError, KeyError, ZeroDivisionError) as error:
            raise CaseDamaged(
                f"the intake facts of source {source_id} are damaged: {error}",
                "Restore the case from a snapshot.",
            ) from error
        found[SourceId(source_id)] = Intake(
            read, hashed_ns, reread_sha256, reread_ns, Origin(*row[7:]), collected, collected_ns
        )
    return found


def insert(cursor: Cursor, source_id: SourceId, intake: Intake) -> None:
    """Stores what was found of a new source, and its origin."""
    facts = None if intake.facts is None else facts_to_json(intake.facts)
    cursor.execute(_MAKE, [source_id])
    cursor.execute(
        _READ, [facts, intake.hashed_ns, intake.reread_sha256, intake.reread_ns, source_id]
    )
    note_origin(cursor, source_id, intake.origin)


def note_origin(cursor: Cursor, source_id: SourceId, origin: Origin) -> None:
    """Replaces what was noted of where a source comes from."""
    cursor.execute(_MAKE, [source_id])
    values = [
        origin.maker, origin.model, origin.serial, origin.received_from, origin.received_by,
        origin.received_ns, origin.note, origin.overwrite_ns,
    ]  # fmt: skip
    cursor.execute(_NOTE, [*values, source_id])


def note_collected(cursor: Cursor, source_id: SourceId, name: str, when_ns: int) -> None:
    """Notes the copy of an original in the case folder."""
    cursor.execute(_MAKE, [source_id])
    cursor.execute(_COLLECTED, [name, when_ns, source_id])


def facts_to_json(facts: FileFacts) -> str:
    """Facts of a file as JSON text; what reads it back is `facts_from_json`."""
    values = asdict(facts)
    values["sample_aspect"] = str(facts.sample_aspect)
    values["claimed_fps"] = None if facts.claimed_fps is None else str(facts.claimed_fps)
    return json.dumps(values, sort_keys=True)


def facts_from_json(text: str) -> FileFacts:
    """Facts of a file that `facts_to_json` wrote.

    Raises:
        ValueError, TypeError, KeyError, ZeroDivisionError: it did not.
    """
    values = json.loads(text)
    if not isinstance(values, Mapping):
        raise TypeError("no object")
    fps = values["claimed_fps"]
    facts = FileFacts(**{
        **values,
        "sample_aspect": Fraction(values["sample_aspect"]),
        "claimed_fps": None if fps is None else Fraction(fps),
    })  # fmt: skip
    return replace(
        facts,
        gaps=_pairs(facts.gaps),
        frozen=_pairs(facts.frozen),
        clock_jumps=_pairs(facts.clock_jumps),
        warnings=tuple(facts.warnings),
        sound=tuple(SoundFacts(**one) for one in values["sound"]),
    )


def _pairs(rows: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    return tuple((int(first), int(second)) for first, second in rows)
