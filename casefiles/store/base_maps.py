"""Base maps as GeoJSON text; the newest is the one shown."""

from casefiles.store.engine import Cursor

_INSERT = """
INSERT INTO base_maps (map_id, name, sha256, geojson, added_ns, added_by)
SELECT coalesce(max(map_id), 0) + 1, ?, ?, ?, ?, ? FROM base_maps
"""
_NEWEST = "SELECT geojson FROM base_maps ORDER BY map_id DESC LIMIT 1"
_ANY = "SELECT 1 FROM base_maps LIMIT 1"


def insert(
    cursor: Cursor, *, name: str, sha256: str, geojson: str, added_ns: int, added_by: str
) -> None:
    """Stores a map; from now on it is the one shown."""
    cursor.execute(_INSERT, [name, sha256, geojson, added_ns, added_by])


def newest(cursor: Cursor) -> str | None:
    """The GeoJSON text of the map shown, or None."""
    rows = cursor.execute(_NEWEST).fetchall()
    return str(rows[0][0]) if rows else None


def has_any(cursor: Cursor) -> bool:
    """Whether the case has a map."""
    return bool(cursor.execute(_ANY).fetchall())
