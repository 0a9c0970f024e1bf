"""Cameras of others: SQL ↔ `CanvassEntry`; what was taken away or back keeps its row."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from casefiles.canvass_types import (
    STATUSES,
    CanvassEntry,
    CanvassId,
    CanvassSaid,
    CanvassSaidId,
)
from casefiles.errors import CaseDamaged
from casefiles.geo import GeoPoint
from casefiles.store.engine import Cursor

TABLES: Final = frozenset({"canvass", "canvass_said"})
_COLUMNS: Final = (
    "entry_id, own_id, owner, address, lat, lon, contact, kind, keeps_days, notes, origin, "
    "origin_sha256, added_ns, added_by, program_version"
)
_NEXT_ID = "SELECT coalesce(max(entry_id), 0) + 1 FROM canvass"
_NEXT_SAID = "SELECT coalesce(max(said_id), 0) + 1 FROM canvass_said"
# One JSON text, its fields in the order of the columns: 100,000 rows take minutes one by one.
_TYPES: Final = (
    "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE", "VARCHAR", "VARCHAR", "DOUBLE",
    "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "VARCHAR", "VARCHAR",
)  # fmt: skip
_SHAPE: Final = json.dumps([dict(zip(_COLUMNS.split(", "), _TYPES, strict=True))])
_INSERT = (
    f"INSERT INTO canvass ({_COLUMNS}) "
    f"SELECT unnest(from_json(?::JSON, '{_SHAPE}'), recursive := true)"
)
_EVERY = f"SELECT {_COLUMNS}, removed_ns FROM canvass ORDER BY entry_id"  # noqa: S608
_SAID = """
SELECT said_id, entry_id, status, note, set_ns, set_by, taken_back_ns FROM canvass_said
ORDER BY said_id
"""
_CHANGE = """
UPDATE canvass SET own_id = ?, owner = ?, address = ?, lat = ?, lon = ?, contact = ?, kind = ?,
    keeps_days = ?, notes = ? WHERE entry_id = ?
"""
_REMOVE = """
UPDATE canvass SET removed_ns = ?
WHERE entry_id IN (SELECT unnest(from_json(?::JSON, '["BIGINT"]')))
"""
_SAY = """
INSERT INTO canvass_said (said_id, entry_id, status, note, set_ns, set_by)
SELECT unnest(from_json(?::JSON, '[{"said_id": "BIGINT", "entry_id": "BIGINT",
    "status": "VARCHAR", "note": "VARCHAR", "set_ns": "BIGINT", "set_by": "VARCHAR"}]'),
    recursive := true)
"""
_MARK = """
UPDATE canvass_said SET taken_back_ns = ?
WHERE said_id IN (SELECT unnest(from_json(?::JSON, '["BIGINT"]')))
"""


def insert(cursor: Cursor, entries: Iterable[CanvassEntry]) -> tuple[CanvassId, ...]:
    """Stores entries under new ids, and gives these in order."""
    first = cursor.execute(_NEXT_ID).fetchall()[0][0]
    made = [replace(one, entry_id=CanvassId(first + at)) for at, one in enumerate(entries)]
    names = _COLUMNS.split(", ")
    rows = [
        (
            one.entry_id, one.own_id, one.owner, one.address, *_place(one.point), one.contact,
            one.kind, one.keeps_days, one.notes, one.origin, one.origin_sha256, one.added_ns,
            one.added_by, one.program_version,
        )
        for one in made
    ]  # fmt: skip
    text = json.dumps([dict(zip(names, row, strict=True)) for row in rows])
    cursor.execute(_INSERT, [text])
    return tuple(one.entry_id for one in made)


def change(cursor: Cursor, entry: CanvassEntry) -> None:
    """Gives the entry of that id other words, place and days."""
    cursor.execute(
        _CHANGE,
        [
            entry.own_id, entry.owner, entry.address, *_place(entry.point), entry.contact,
            entry.kind, entry.keeps_days, entry.notes, entry.entry_id,
        ],
    )  # fmt: skip


def mark_removed(cursor: Cursor, entry_ids: Iterable[CanvassId], when_ns: int | None) -> None:
    """Marks entries removed, or present again (None)."""
    cursor.execute(_REMOVE, [when_ns, json.dumps(list(entry_ids))])


def say(cursor: Cursor, said: Sequence[CanvassSaid]) -> tuple[CanvassSaidId, ...]:
    """Stores what is said of entries under new ids, and gives these in order."""
    first = cursor.execute(_NEXT_SAID).fetchall()[0][0]
    ids = [CanvassSaidId(first + at) for at in range(len(said))]
    rows = [
        {
            "said_id": said_id, "entry_id": one.entry_id, "status": one.status, "note": one.note,
            "set_ns": one.set_ns, "set_by": one.set_by,
        }
        for said_id, one in zip(ids, said, strict=True)
    ]  # fmt: skip
    cursor.execute(_SAY, [json.dumps(rows)])
    return tuple(ids)


def mark_taken_back(cursor: Cursor, said_ids: Iterable[CanvassSaidId], when_ns: int | None) -> None:
    """Marks what was said taken back, or in force again (None)."""
    cursor.execute(_MARK, [when_ns, json.dumps(list(said_ids))])


def standing(cursor: Cursor) -> dict[CanvassSaidId, bool]:
    """Everything ever said, and whether it stands."""
    rows = cursor.execute(_SAID).fetchall()
    return {CanvassSaidId(row[0]): row[-1] is None for row in rows}


def present(cursor: Cursor) -> tuple[CanvassEntry, ...]:
    """All entries that were not removed, by id, with their history.

    Raises:
        CaseDamaged: one was changed into what no entry is.
    """
    return tuple(one for one, there in every(cursor) if there)


def every(cursor: Cursor) -> tuple[tuple[CanvassEntry, bool], ...]:
    """All entries there ever were, by id, and whether each is present.

    Raises:
        CaseDamaged: as for `present`.
    """
    said: dict[CanvassId, list[CanvassSaid]] = {}
    for row in cursor.execute(_SAID).fetchall():
        if row[2] not in STATUSES:
            raise _damaged(row[1])
        if row[-1] is None:
            one = CanvassSaid(*row[:-1])
            said.setdefault(one.entry_id, []).append(one)
    return tuple(
        (replace(one, history=tuple(said.get(one.entry_id, ()))), row[-1] is None)
        for row in cursor.execute(_EVERY).fetchall()
        for one in (_entry(row[:-1]),)
    )


def _place(point: GeoPoint | None) -> tuple[float | None, float | None]:
    return (None, None) if point is None else (point.lat, point.lon)


def _entry(row: tuple[Any, ...]) -> CanvassEntry:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    lat, lon = values.pop("lat"), values.pop("lon")
    try:
        point = None if lat is None or lon is None else GeoPoint(lat, lon)
    except ValueError as error:
        raise _damaged(values["entry_id"]) from error
    return CanvassEntry(point=point, **values)


def _damaged(entry_id: int) -> CaseDamaged:
    return CaseDamaged(
        f"entry {entry_id} of the canvass list is damaged", "Restore the case from a snapshot."
    )
