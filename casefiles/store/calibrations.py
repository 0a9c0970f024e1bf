"""How cameras see the ground: SQL ↔ `Calibration`; one that was taken back keeps its row."""

import json
from typing import Any, Final

import numpy as np

from casefiles.calibration_types import Calibration, CalibrationId, Point, PointPair
from casefiles.errors import CaseDamaged, UnknownCalibration
from casefiles.geo import GeoPoint
from casefiles.store.engine import Cursor
from casefiles.types import CameraId

_COLUMNS: Final = (
    "calibration_id, camera_id, width, height, placement_from_ns, pairs, outliers, to_image, "
    "covariance, noise_px, error_m, origin_lat, origin_lon, y_axis_deg, set_ns, set_by, "
    "program_version"
)
_NEXT_ID = "SELECT coalesce(max(calibration_id), 0) + 1 FROM calibrations"
_INSERT = (
    f"INSERT INTO calibrations ({_COLUMNS}) "  # noqa: S608 - the list is a constant of this module
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_HISTORY = f"SELECT {_COLUMNS}, taken_back_ns FROM calibrations ORDER BY calibration_id"  # noqa: S608
_MARK = "UPDATE calibrations SET taken_back_ns = ? WHERE calibration_id = ?"


def next_id(cursor: Cursor) -> CalibrationId:
    """The id of the next calibration; those taken back are not given out again."""
    return CalibrationId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, made: Calibration) -> None:
    """Stores a calibration under its id."""
    pairs = [
        {"image": one.image}
        | ({"lonlat": one.lonlat} if one.ground_m is None else {"ground_m": one.ground_m})
        for one in made.pairs
    ]
    lat, lon = (None, None) if made.origin is None else (made.origin.lat, made.origin.lon)
    cursor.execute(
        _INSERT,
        [
            made.calibration_id, made.camera_id, *made.size, made.placement_from_ns,
            json.dumps(pairs), json.dumps(made.outliers), json.dumps(made.to_image),
            json.dumps(made.covariance), made.noise_px, made.error_m, lat, lon, made.y_axis_deg,
            made.set_ns, made.set_by, made.program_version,
        ],
    )  # fmt: skip


def history(cursor: Cursor) -> tuple[tuple[Calibration, bool], ...]:
    """Every calibration ever made, oldest first, and whether it stands (was not taken back).

    Raises:
        CaseDamaged: one was changed into what no calibration is.
    """
    rows = cursor.execute(_HISTORY).fetchall()
    return tuple((_calibration(row[:-1]), row[-1] is None) for row in rows)


def in_force(cursor: Cursor) -> tuple[Calibration, ...]:
    """The newest of those that stand, of each camera, placement and picture size, by id.

    Raises:
        CaseDamaged: as for `history`.
    """
    newest = {
        (one.camera_id, one.placement_from_ns, one.size): one
        for one, stands in history(cursor)
        if stands
    }
    return tuple(sorted(newest.values(), key=lambda one: one.calibration_id))


def one(cursor: Cursor, calibration_id: CalibrationId, *, standing: bool) -> Calibration:
    """The calibration of that id, which stands or was taken back.

    Raises:
        UnknownCalibration: there is none like that.
    """
    for made, stands in history(cursor):
        if made.calibration_id == calibration_id and stands == standing:
            return made
    raise UnknownCalibration(
        f"the case has no calibration {calibration_id} that "
        f"{'stands' if standing else 'was taken back'}",
        "'calibrate CASE --list' shows them.",
    )


def mark_taken_back(cursor: Cursor, calibration_id: CalibrationId, when_ns: int | None) -> None:
    """Marks the calibration of that id taken back, or standing again (None)."""
    cursor.execute(_MARK, [when_ns, calibration_id])


def _calibration(row: tuple[Any, ...]) -> Calibration:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    try:
        lat, lon = values["origin_lat"], values["origin_lon"]
        return Calibration(
            camera_id=CameraId(values["camera_id"]),
            size=(values["width"], values["height"]),
            to_image=_numbers(values["to_image"], 9),
            covariance=_numbers(values["covariance"], 81),
            pairs=tuple(_pair(one) for one in json.loads(values["pairs"])),
            outliers=tuple(int(at) for at in json.loads(values["outliers"])),
            noise_px=values["noise_px"],
            error_m=values["error_m"],
            origin=None if lat is None else GeoPoint(lat, lon),
            y_axis_deg=values["y_axis_deg"],
            placement_from_ns=values["placement_from_ns"],
            calibration_id=CalibrationId(values["calibration_id"]),
            set_ns=values["set_ns"],
            set_by=values["set_by"],
            program_version=values["program_version"],
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CaseDamaged(
            f"calibration {values['calibration_id']} is damaged: {error}",
            "Restore the case from a snapshot.",
        ) from error


def _numbers(text: str, count: int) -> tuple[float, ...]:
    found = tuple(float(value) for value in json.loads(text))
    if len(found) != count or not np.isfinite(found).all():
        raise ValueError(f"not {count} numbers")
    # Places are found by the inverse of these.
    if count == 9 and np.linalg.matrix_rank(np.array(found).reshape(3, 3)) < 3:
        raise ValueError("its homography has no inverse")
    return found


def _pair(one: dict[str, Any]) -> PointPair:
    x, y = one["image"]
    metres, lonlat = (one.get(key) for key in ("ground_m", "lonlat"))
    return PointPair((float(x), float(y)), _point(metres), _point(lonlat))


def _point(value: Any) -> Point | None:
    return None if value is None else (float(value[0]), float(value[1]))
