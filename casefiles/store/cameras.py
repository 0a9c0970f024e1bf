"""Cameras and their placements: SQL ↔ `Camera`."""

from casefiles.geo import GeoPoint
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, Placement

_DELETE_CAMERA = "DELETE FROM cameras WHERE camera_id = ?"
_DELETE_PLACEMENTS = "DELETE FROM placements WHERE camera_id = ?"
_INSERT_CAMERA = "INSERT INTO cameras (camera_id, name, kind, notes) VALUES (?, ?, ?, ?)"
_INSERT_PLACEMENT = """
INSERT INTO placements (camera_id, lat, lon, heading_deg, fov_deg, range_m, from_ns, to_ns)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_CAMERAS = "SELECT camera_id, name, kind, notes FROM cameras ORDER BY camera_id"
_PLACEMENTS = """
SELECT camera_id, lat, lon, heading_deg, fov_deg, range_m, from_ns, to_ns FROM placements
ORDER BY camera_id, from_ns NULLS FIRST
"""


def put(cursor: Cursor, camera: Camera) -> bool:
    """Stores a camera, replacing one of the same id; True when it was new."""
    replaced = cursor.execute(_DELETE_CAMERA, [camera.camera_id]).fetchall()[0][0]
    cursor.execute(_DELETE_PLACEMENTS, [camera.camera_id])
    cursor.execute(_INSERT_CAMERA, [camera.camera_id, camera.name, camera.kind, camera.notes])
    for place in camera.placements:
        cursor.execute(
            _INSERT_PLACEMENT,
            [
                camera.camera_id,
                place.point.lat,
                place.point.lon,
                place.heading_deg,
                place.fov_deg,
                place.range_m,
                place.from_ns,
                place.to_ns,
            ],
        )
    return not replaced


def every(cursor: Cursor) -> tuple[Camera, ...]:
    """All cameras by id, placements oldest first."""
    places: dict[str, list[Placement]] = {}
    for camera_id, lat, lon, *rest in cursor.execute(_PLACEMENTS).fetchall():
        places.setdefault(camera_id, []).append(Placement(GeoPoint(lat, lon), *rest))
    return tuple(
        Camera(CameraId(camera_id), name, tuple(places.get(camera_id, ())), kind, notes)
        for camera_id, name, kind, notes in cursor.execute(_CAMERAS).fetchall()
    )
