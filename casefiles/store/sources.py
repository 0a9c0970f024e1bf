"""Sources: SQL ↔ `Source`, and their packet index as a blob."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from casefiles.errors import CaseDamaged
from casefiles.store import clocks
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, NewSource, Source, SourceClock, SourceId

_COLUMNS = (
    "source_id, sha256, path, size_bytes, camera_id, container, codec, width, height, time_base, "
    "frames, duration_ns, claimed_fps, measured_fps, variable_rate, gaps, duplicates, "
    "recorded_start_ns, start_basis, offset_ns, warnings, rewrapped, stream_sha256, added_ns, "
    "added_by, program_version"
)
_INSERT = f"""
INSERT INTO sources ({_COLUMNS}, packet_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - the column list is a constant of this module
_SELECT = (
    f"SELECT {_COLUMNS}, collected FROM sources "  # noqa: S608
    "LEFT JOIN source_intake USING (source_id) ORDER BY source_id"
)
_NEXT_ID = "SELECT coalesce(max(source_id), 0) + 1 FROM sources"
_ID_BY_HASH = "SELECT source_id FROM sources WHERE sha256 = ?"
_MOVE = "UPDATE sources SET path = ? WHERE source_id = ?"
_INDEX = "SELECT packet_index FROM sources WHERE source_id = ?"


def next_id(cursor: Cursor) -> SourceId:
    """The id of the next source."""
    return SourceId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def id_by_hash(cursor: Cursor, sha256: str) -> SourceId | None:
    """The source that has these bytes, if any."""
    rows = cursor.execute(_ID_BY_HASH, [sha256]).fetchall()
    return SourceId(rows[0][0]) if rows else None


def insert(cursor: Cursor, new: NewSource) -> None:
    """Stores a source."""
    source = new.source
    cursor.execute(
        _INSERT,
        [
            source.source_id,
            source.sha256,
            str(source.path),
            source.size_bytes,
            source.camera_id,
            source.container,
            source.codec,
            source.width,
            source.height,
            str(source.time_base),
            source.frames,
            source.duration_ns,
            None if source.claimed_fps is None else str(source.claimed_fps),
            source.measured_fps,
            source.variable_rate,
            json.dumps(source.gaps),
            source.duplicates,
            source.recorded_start_ns,
            source.start_basis,
            source.offset_ns,
            json.dumps(source.warnings),
            source.rewrapped,
            source.stream_sha256,
            source.added_ns,
            source.added_by,
            source.program_version,
            new.index_bytes,
        ],
    )


def move(cursor: Cursor, source_id: SourceId, path: Path) -> None:
    """Notes where the original of a source lies now."""
    cursor.execute(_MOVE, [str(path), source_id])


def every(cursor: Cursor) -> tuple[Source, ...]:
    """All sources by id."""
    known = clocks.in_force(cursor)
    found = (_source(row) for row in cursor.execute(_SELECT).fetchall())
    return tuple(_with_clock(source, known.get(source.source_id)) for source in found)


def index_bytes(cursor: Cursor, source_id: SourceId) -> bytes:
    """The stored packet index of a source that exists."""
    rows = cursor.execute(_INDEX, [source_id]).fetchall()
    if not rows:
        raise CaseDamaged(f"source {source_id} has no packet index", "Add the source again.")
    return bytes(rows[0][0])


def _with_clock(source: Source, clock: SourceClock | None) -> Source:
    if clock is None:
        return source
    known = replace(source, offset_ns=clock.offset_ns, clock_set=clock)
    # What intake found is never overwritten: only a start that nobody knew is said later.
    if known.recorded_start_ns is None and clock.start_ns is not None:
        return replace(known, recorded_start_ns=clock.start_ns, start_basis=clock.basis)
    return known


def _source(row: tuple[object, ...]) -> Source:
    # The columns come in the order of the fields; only those with another type are turned.
    values = dict(zip((*_COLUMNS.split(", "), "collected"), row, strict=True))
    try:
        return _typed(values)
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise CaseDamaged(
            f"the facts of source {values['source_id']} are damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error


def _typed(values: dict[str, object]) -> Source:
    fps = values["claimed_fps"]
    camera = values["camera_id"]
    return Source(
        **{  # type: ignore[arg-type]  # a row of a typed table, checked by its round-trip test
            **values,
            "path": Path(str(values["path"])),
            "camera_id": None if camera is None else CameraId(str(camera)),
            "time_base": Fraction(str(values["time_base"])),
            "claimed_fps": None if fps is None else Fraction(str(fps)),
            "gaps": tuple((a, b) for a, b in json.loads(str(values["gaps"]))),
            "warnings": tuple(json.loads(str(values["warnings"]))),
        }
    )
