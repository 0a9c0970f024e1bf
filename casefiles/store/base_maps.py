"""Base maps as GeoJSON text; `store.map_layers` says which of them are on the map, and how."""

from casefiles.store.engine import Cursor

_INSERT = """
INSERT INTO base_maps (map_id, name, sha256, geojson, added_ns, added_by)
SELECT coalesce(max(map_id), 0) + 1, ?, ?, ?, ?, ? FROM base_maps
RETURNING map_id
"""
_TOP = """
SELECT geojson FROM base_maps JOIN map_layers USING (map_id) WHERE removed_ns IS NULL
ORDER BY shown DESC, rank DESC LIMIT 1
"""
_ONE = "SELECT geojson FROM base_maps WHERE map_id = ?"
_HASHES = "SELECT map_id, sha256 FROM base_maps ORDER BY map_id"
_ANY = "SELECT 1 FROM base_maps LIMIT 1"


def insert(
    cursor: Cursor, *, name: str, sha256: str, geojson: str, added_ns: int, added_by: str
) -> int:
    """Stores a map, and gives its id."""
    rows = cursor.execute(_INSERT, [name, sha256, geojson, added_ns, added_by]).fetchall()
    return int(rows[0][0])


def top(cursor: Cursor) -> str | None:
    """The GeoJSON text of the highest map that is shown, else of the highest; None without one."""
    rows = cursor.execute(_TOP).fetchall()
    return str(rows[0][0]) if rows else None


def one(cursor: Cursor, map_id: int) -> str | None:
    """The GeoJSON text of one map; None where there is none of that id."""
    rows = cursor.execute(_ONE, [map_id]).fetchall()
    return str(rows[0][0]) if rows else None


def hashes(cursor: Cursor) -> dict[int, str]:
    """The SHA-256 of the file that each map came from, by id."""
    return {int(map_id): str(sha256) for map_id, sha256 in cursor.execute(_HASHES).fetchall()}


def has_any(cursor: Cursor) -> bool:
    """Whether the case has a map."""
    return bool(cursor.execute(_ANY).fetchall())
