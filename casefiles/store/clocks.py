"""Clocks of sources: SQL ↔ `SourceClock`; one that was taken back keeps its row."""

import hashlib
import json
from typing import Final

from casefiles.errors import CaseDamaged, UnknownClock
from casefiles.store.engine import Cursor
from casefiles.types import ClockId, ClockReading, SourceClock, SourceId

_COLUMNS: Final = (
    "source_id, offset_ns, basis, drift_ppb, readings, reference_source, zone_name, summer_time, "
    "uncertainty_ns, proof, proof_sha256, note, start_ns, clock_id, set_ns, set_by"
)
SHOWN: Final = """(
    SELECT * FROM source_clocks WHERE taken_back_ns IS NULL
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY clock_id DESC) = 1)"""
"""A table expression: the clock in force of each source that has one."""
_NEXT_ID = "SELECT coalesce(max(clock_id), 0) + 1 FROM source_clocks"
_INSERT = (
    f"INSERT INTO source_clocks ({_COLUMNS}) "  # noqa: S608 - the list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_IN_FORCE = f"SELECT {_COLUMNS} FROM {SHOWN}"  # noqa: S608
_HISTORY = f"SELECT {_COLUMNS}, taken_back_ns FROM source_clocks ORDER BY clock_id"  # noqa: S608
_MARK = "UPDATE source_clocks SET taken_back_ns = ? WHERE clock_id = ?"
_KEEP = "INSERT INTO clock_proofs VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_PICTURE = "SELECT picture FROM clock_proofs WHERE sha256 = ?"


def next_id(cursor: Cursor) -> ClockId:
    """The id of the next clock; those taken back are not given out again."""
    return ClockId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, clock: SourceClock) -> None:
    """Stores a clock under its id; a start that the one before it said stays said."""
    before = in_force(cursor).get(clock.source_id)
    start_ns = before.start_ns if clock.start_ns is None and before is not None else clock.start_ns
    readings = json.dumps([[one.recorder_ns, one.reference_ns] for one in clock.readings])
    cursor.execute(
        _INSERT,
        [
            clock.source_id,
            clock.offset_ns,
            clock.basis,
            clock.drift_ppb,
            readings,
            clock.reference_source,
            clock.zone_name,
            clock.summer_time,
            clock.uncertainty_ns,
            clock.proof,
            clock.proof_sha256,
            clock.note,
            start_ns,
            clock.clock_id,
            clock.set_ns,
            clock.set_by,
        ],
    )


def in_force(cursor: Cursor) -> dict[SourceId, SourceClock]:
    """The clock in force of each source that has one.

    Raises:
        CaseDamaged: one was changed into what no clock is.
    """
    found = (_clock(row) for row in cursor.execute(_IN_FORCE).fetchall())
    return {clock.source_id: clock for clock in found}


def history(cursor: Cursor) -> tuple[tuple[SourceClock, bool], ...]:
    """Every clock ever set, oldest first, and whether it still stands (was not taken back)."""
    rows = cursor.execute(_HISTORY).fetchall()
    return tuple((_clock(row[:-1]), row[-1] is None) for row in rows)


def one(cursor: Cursor, clock_id: ClockId, *, standing: bool) -> SourceClock:
    """The clock of that id, which stands or was taken back.

    Raises:
        UnknownClock: there is none like that.
    """
    for clock, stands in history(cursor):
        if clock.clock_id == clock_id and stands == standing:
            return clock
    raise UnknownClock(
        f"the case has no clock {clock_id} that {'stands' if standing else 'was taken back'}",
        "'clock show' lists them.",
    )


def mark_taken_back(cursor: Cursor, clock_id: ClockId, when_ns: int | None) -> None:
    """Marks the clock of that id taken back, or standing again (None)."""
    cursor.execute(_MARK, [when_ns, clock_id])


def keep_picture(cursor: Cursor, picture: bytes, media_type: str) -> str:
    """Keeps a picture in the case, and gives its SHA-256."""
    digest = hashlib.sha256(picture).hexdigest()
    cursor.execute(_KEEP, [digest, media_type, picture])
    return digest


def picture(cursor: Cursor, sha256: str) -> bytes | None:
    """The bytes of a picture that is kept, as they were given."""
    rows = cursor.execute(_PICTURE, [sha256]).fetchall()
    return bytes(rows[0][0]) if rows else None


def _clock(row: tuple[object, ...]) -> SourceClock:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    try:
        readings = json.loads(str(values["readings"]))
        values["readings"] = tuple(ClockReading(int(a), int(b)) for a, b in readings)
        return SourceClock(**values)  # type: ignore[arg-type]  # a row of a typed table
    except (ValueError, TypeError, RecursionError) as error:
        raise CaseDamaged(
            f"the clock of source {values['source_id']} is damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error
