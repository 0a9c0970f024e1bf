"""Zones: SQL ↔ `Zone`; a removed one keeps its row."""

import json

from casefiles.errors import CaseDamaged
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, SourceId, ZoneId
from casefiles.view_types import Zone

_COLUMNS = "zone_id, name, polygon, source_id, camera_id, created_ns, created_by"
_KNOWN = f"""
SELECT {_COLUMNS}, width, height, removed_ns FROM zones LEFT JOIN zone_sizes USING (zone_id)
"""  # noqa: S608
_SIZE = "INSERT INTO zone_sizes VALUES (?, ?, ?)"
_NEXT_ID = "SELECT coalesce(max(zone_id), 0) + 1 FROM zones"
_INSERT = (
    f"INSERT INTO zones ({_COLUMNS}) "  # noqa: S608 - the column list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_PRESENT = f"{_KNOWN} WHERE removed_ns IS NULL ORDER BY zone_id"
_ONE = f"{_KNOWN} WHERE zone_id = ?"
_CHANGE = "UPDATE zones SET name = ?, polygon = ? WHERE zone_id = ?"
_MARK = "UPDATE zones SET removed_ns = ? WHERE zone_id = ?"


def next_id(cursor: Cursor) -> ZoneId:
    """The id of the next zone; those of removed ones are not given out again."""
    return ZoneId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, zone: Zone) -> None:
    """Stores a zone under its id."""
    polygon = json.dumps(zone.polygon)
    cursor.execute(
        _INSERT,
        [
            zone.zone_id,
            zone.name,
            polygon,
            zone.source_id,
            zone.camera_id,
            zone.created_ns,
            zone.created_by,
        ],
    )
    if zone.size is not None:
        cursor.execute(_SIZE, [zone.zone_id, *zone.size])


def present(cursor: Cursor) -> tuple[Zone, ...]:
    """All zones that were not removed, by id.

    Raises:
        CaseDamaged: one was changed into what no zone is.
    """
    return tuple(_zone(row[:-1]) for row in cursor.execute(_PRESENT).fetchall())


def one(cursor: Cursor, zone_id: ZoneId) -> tuple[Zone, bool] | None:
    """The zone of that id and whether it is present; None where there never was one."""
    rows = cursor.execute(_ONE, [zone_id]).fetchall()
    return (_zone(rows[0][:-1]), rows[0][-1] is None) if rows else None


def change(cursor: Cursor, zone: Zone) -> None:
    """Gives the zone of that id another name and shape."""
    cursor.execute(_CHANGE, [zone.name, json.dumps(zone.polygon), zone.zone_id])


def mark_removed(cursor: Cursor, zone_id: ZoneId, when_ns: int | None) -> None:
    """Marks the zone of that id removed, or present again (None)."""
    cursor.execute(_MARK, [when_ns, zone_id])


def _zone(row: tuple[object, ...]) -> Zone:
    zone_id, name, polygon, source_id, camera_id, created_ns, created_by, width, height = row
    try:
        return Zone(
            name=str(name),
            polygon=tuple((float(x), float(y)) for x, y in json.loads(str(polygon))),
            source_id=None if source_id is None else SourceId(int(str(source_id))),
            camera_id=None if camera_id is None else CameraId(str(camera_id)),
            zone_id=ZoneId(int(str(zone_id))),
            created_ns=int(str(created_ns)),
            created_by=str(created_by),
            size=None if width is None else (int(str(width)), int(str(height))),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise CaseDamaged(
            f"the corners of zone {zone_id} are damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error
