"""Events besides footage: SQL ↔ `CaseEvents`; an import that was taken away keeps its rows."""

from typing import Any, Final

import numpy as np

from casefiles.case_events import (
    COLUMNS,
    EVENTS_PER_IMPORT,
    NUMBERS,
    TEXTS,
    CaseEvents,
    EventImport,
    EventImportId,
)
from casefiles.errors import UnknownEvents
from casefiles.store.engine import Cursor, insert_columns

TABLES: Final = frozenset({"event_imports", "events"})
_ABOUT = (
    "import_id, file_name, file_sha256, zone_name, headings, events, from_ns, to_ns, added_ns, "
    "added_by, program_version"
)
_NAMES = ", ".join(COLUMNS)
_NEXT_ID = "SELECT coalesce(max(import_id), 0) + 1 FROM event_imports"
_INSERT = f"""
INSERT INTO event_imports ({_ABOUT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - the column list is a constant of this module
_INSERT_EVENTS = f"""
INSERT INTO events ({_NAMES})
SELECT {_NAMES.replace("lat, lon", "")}
       CASE WHEN isnan(lat) THEN NULL ELSE lat END, CASE WHEN isnan(lon) THEN NULL ELSE lon END
FROM batch
"""  # noqa: S608
_IMPORTS = f"SELECT {_ABOUT}, removed_ns IS NULL FROM event_imports ORDER BY import_id"  # noqa: S608
_SAME = "SELECT import_id FROM event_imports WHERE file_sha256 = ? AND removed_ns IS NULL"
_MARK = "UPDATE event_imports SET removed_ns = ? WHERE import_id = ?"
_PRESENT = f"""
SELECT {_NAMES.replace("lat, lon", "")}
       coalesce(lat, 'nan'::DOUBLE) AS lat, coalesce(lon, 'nan'::DOUBLE) AS lon
FROM events SEMI JOIN (SELECT import_id FROM event_imports WHERE removed_ns IS NULL) p
    USING (import_id)
ORDER BY from_ns, event_id
"""  # noqa: S608


def next_id(cursor: Cursor) -> EventImportId:
    """The id of the next import; those of removed ones are not given out again."""
    return EventImportId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def import_of(cursor: Cursor, file_sha256: str) -> EventImportId | None:
    """The present import of a file with these bytes, if any."""
    rows = cursor.execute(_SAME, [file_sha256]).fetchall()
    return EventImportId(rows[0][0]) if rows else None


def insert(cursor: Cursor, about: EventImport, events: CaseEvents) -> None:
    """Stores an import with its events, whose ids are numbers within it so far."""
    cursor.execute(
        _INSERT,
        [
            about.import_id,
            about.file_name,
            about.file_sha256,
            about.zone_name,
            about.headings,
            about.events,
            about.from_ns,
            about.to_ns,
            about.added_ns,
            about.added_by,
            about.program_version,
        ],
    )
    columns: dict[str, object] = {
        name: np.array(getattr(events, name), dtype=object if name in TEXTS else None)
        for name in COLUMNS
    }
    columns["import_id"] = np.full(len(events), about.import_id, np.int64)
    columns["event_id"] = events.event_id + about.import_id * EVENTS_PER_IMPORT
    insert_columns(cursor, _INSERT_EVENTS, columns)


def imports(cursor: Cursor) -> tuple[EventImport, ...]:
    """All imports by id, those taken away too."""
    return tuple(
        EventImport(*row)  # the columns come in the order of the fields
        for row in cursor.execute(_IMPORTS).fetchall()
    )


def present(cursor: Cursor) -> CaseEvents:
    """The events of all present imports, by their beginning."""
    rows = cursor.execute(_PRESENT).fetchnumpy()
    found: dict[str, Any] = {}
    for name in COLUMNS:
        if name in TEXTS:
            found[name] = np.asarray(rows[name], dtype=object).tolist()
        else:
            found[name] = np.asarray(rows[name], np.float64 if name in NUMBERS else np.int64)
    return CaseEvents(**found)


def decide(cursor: Cursor, import_id: EventImportId, removed_ns: int | None) -> None:
    """Takes an import away, or brings it back (None).

    Raises:
        UnknownEvents: there is none of this id, or it is so already.
    """
    known = {one.import_id: one.present for one in imports(cursor)}
    wanted = removed_ns is not None
    if known.get(import_id) is not wanted:
        ids = ", ".join(str(one) for one, here in known.items() if here is wanted) or "none"
        what = "present" if wanted else "removed"
        raise UnknownEvents(f"the case has no {what} events {import_id}", f"There are: {ids}.")
    cursor.execute(_MARK, [removed_ns, import_id])
