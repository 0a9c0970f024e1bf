"""Cameras and their placements: SQL ↔ `Camera`."""

import json
from collections.abc import Sequence

from casefiles.errors import CaseDamaged
from casefiles.geo import GeoPoint
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, Placement

# One JSON text a table: rows, list parameters and text columns of arrays each take minutes.
_PUT_CAMERAS = """
INSERT OR REPLACE INTO cameras (camera_id, name, kind, notes)
SELECT unnest(from_json(?::JSON, '[{"camera_id": "VARCHAR", "name": "VARCHAR",
    "kind": "VARCHAR", "notes": "VARCHAR"}]'), recursive := true)
"""
_DELETE_PLACEMENTS = """
DELETE FROM placements WHERE camera_id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))
"""
_DELETE_CAMERAS = """
DELETE FROM cameras WHERE camera_id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))
"""
_USES = """
WITH asked AS (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')) AS camera_id),
uses AS (
    SELECT camera_id, 1 AS kind FROM sources
    UNION ALL SELECT camera_id, 2 FROM zones WHERE removed_ns IS NULL
    UNION ALL SELECT camera_id, 3 FROM lines WHERE removed_ns IS NULL
    UNION ALL SELECT camera_id, 4 FROM position_imports WHERE removed_ns IS NULL
    UNION ALL SELECT camera_id, 5 FROM calibrations WHERE taken_back_ns IS NULL
)
SELECT camera_id, kind, count(*) FROM uses JOIN asked USING (camera_id)
GROUP BY ALL ORDER BY camera_id, kind
"""
_USE_WORDS = {1: "recordings", 2: "zones", 3: "lines", 4: "files of positions", 5: "calibrations"}
_INSERT_PLACEMENTS = """
INSERT INTO placements (camera_id, lat, lon, heading_deg, fov_deg, range_m, from_ns, to_ns)
SELECT unnest(from_json(?::JSON, '[{"camera_id": "VARCHAR", "lat": "DOUBLE", "lon": "DOUBLE",
    "heading_deg": "DOUBLE", "fov_deg": "DOUBLE", "range_m": "DOUBLE",
    "from_ns": "BIGINT", "to_ns": "BIGINT"}]'), recursive := true)
"""
_COUNT = "SELECT count(*) FROM cameras"
_NAMES = "SELECT camera_id, name FROM cameras"
_CAMERAS = "SELECT camera_id, name, kind, notes FROM cameras ORDER BY camera_id"
_PLACEMENTS = """
SELECT camera_id, lat, lon, heading_deg, fov_deg, range_m, from_ns, to_ns FROM placements
ORDER BY camera_id, from_ns NULLS FIRST, rowid
"""


def put(cursor: Cursor, cameras: Sequence[Camera]) -> int:
    """Stores cameras of different ids, replacing those known; gives how many were new."""
    before = _count(cursor)
    heads = [
        {
            "camera_id": camera.camera_id,
            "name": camera.name,
            "kind": camera.kind,
            "notes": camera.notes,
        }
        for camera in cameras
    ]
    places = [_row(camera.camera_id, place) for camera in cameras for place in camera.placements]
    cursor.execute(_DELETE_PLACEMENTS, [json.dumps([camera.camera_id for camera in cameras])])
    cursor.execute(_PUT_CAMERAS, [json.dumps(heads)])
    cursor.execute(_INSERT_PLACEMENTS, [json.dumps(places)])
    return _count(cursor) - before


def place(cursor: Cursor, camera_id: CameraId, placements: Sequence[Placement]) -> None:
    """Gives a camera these placements instead of the ones it has."""
    cursor.execute(_DELETE_PLACEMENTS, [json.dumps([camera_id])])
    rows = [_row(camera_id, placement) for placement in placements]
    cursor.execute(_INSERT_PLACEMENTS, [json.dumps(rows)])


def remove(cursor: Cursor, ids: Sequence[CameraId]) -> None:
    """Takes cameras and their placements away."""
    if ids:
        cursor.execute(_DELETE_PLACEMENTS, [json.dumps(ids)])
        cursor.execute(_DELETE_CAMERAS, [json.dumps(ids)])


def uses(cursor: Cursor, ids: Sequence[CameraId]) -> dict[CameraId, str]:
    """What belongs to each of these cameras, in words; those that nothing belongs to left out."""
    if not ids:
        return {}
    found: dict[CameraId, list[str]] = {}
    for camera_id, kind, count in cursor.execute(_USES, [json.dumps(ids)]).fetchall():
        word = _USE_WORDS[kind]
        if count == 1:
            word = word.replace("files", "file", 1) if " of " in word else word[:-1]
        found.setdefault(CameraId(camera_id), []).append(f"{count} {word}")
    return {camera_id: ", ".join(words) for camera_id, words in found.items()}


def _row(camera_id: CameraId, place: Placement) -> dict[str, object]:
    return {
        "camera_id": camera_id,
        "lat": place.point.lat,
        "lon": place.point.lon,
        "heading_deg": place.heading_deg,
        "fov_deg": place.fov_deg,
        "range_m": place.range_m,
        "from_ns": place.from_ns,
        "to_ns": place.to_ns,
    }


def _count(cursor: Cursor) -> int:
    return int(cursor.execute(_COUNT).fetchall()[0][0])


def names(cursor: Cursor) -> dict[CameraId, str]:
    """What every camera is called."""
    return {CameraId(key): name for key, name in cursor.execute(_NAMES).fetchall()}


def every(cursor: Cursor) -> tuple[Camera, ...]:
    """All cameras by id, placements oldest first.

    Raises:
        CaseDamaged: a stored place is not on the earth.
    """
    places: dict[str, list[Placement]] = {}
    for camera_id, lat, lon, *rest in cursor.execute(_PLACEMENTS).fetchall():
        try:
            point = GeoPoint(lat, lon)
        except ValueError as error:
            raise CaseDamaged(
                f"the place of camera {camera_id} is damaged: {error}",
                "Restore the case from a snapshot.",
            ) from error
        places.setdefault(camera_id, []).append(Placement(point, *rest))
    return tuple(
        Camera(CameraId(camera_id), name, tuple(places.get(camera_id, ())), kind, notes)
        for camera_id, name, kind, notes in cursor.execute(_CAMERAS).fetchall()
    )
