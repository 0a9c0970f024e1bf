"""Pairs of points in a picture and on the ground, or a homography known from elsewhere, from JSON.

`[{"image": [x, y], "ground_m": [x, y]}, …]`, or with "lonlat" instead of "ground_m"; or an object
with these as `pairs`, or nine numbers as `homography` (three rows, picture to ground in metres),
and where known `size` [width, height], `origin` [lon, lat] of the metres and `y_axis_deg`. Or `K`,
`R` and `t` of a camera calibrated elsewhere (`known_cameras`).
"""

import json
from math import isfinite
from pathlib import Path
from typing import Any, Final

from casefiles.calibration_types import GivenPairs, Point, PointPair
from casefiles.errors import BadCalibration
from casefiles.exchange.known_cameras import homography_of_known
from casefiles.exchange.safe_text import read_text
from casefiles.geo import GeoPoint

_FORM: Final = 'Write [{"image": [x, y], "ground_m": [x, y]}, …], or "lonlat": [lon, lat] instead.'
_KNOWN: Final = frozenset({"K", "R", "t", "distortion"})
_KEYS: Final = frozenset({"pairs", "homography", "size", "origin", "y_axis_deg"}) | _KNOWN
_MOST_DISTORTION: Final = 14
_CAMERA: Final = 'Write {"K": three rows, "R": three rows, "t": [x, y, z], "size": [w, h]}, metres.'
_MOST_SIDE: Final = 1 << 16


def read_pairs(path: Path) -> GivenPairs:
    """What a file gives to calibrate a camera by.

    Raises:
        BadCalibration: unreadable, or not of this form; the message names the pair.
    """
    text = read_text(path, BadCalibration, kinds="JSON")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCalibration(f"{path} is not JSON: {error}", _FORM) from error
    if isinstance(document, list):
        document = {"pairs": document}
    ways = ("pairs", "homography", "K")
    if not isinstance(document, dict) or sum(one in document for one in ways) != 1:
        raise BadCalibration(f"{path} holds no pairs, or a homography beside them", _FORM)
    unknown = sorted(document.keys() - _KEYS)
    if unknown:
        raise BadCalibration(f"{path} has an unknown part '{unknown[0]}'", _FORM)
    if "K" not in document and document.keys() & _KNOWN:
        raise BadCalibration(f"{path} has R, t or a distortion without K", _CAMERA)
    size = _size(document["size"]) if "size" in document else None
    homography = _matrix(document["homography"]) if "homography" in document else ()
    if "K" in document:
        homography = _camera(document, size)
    return GivenPairs(
        pairs=_pairs(document.get("pairs", [])),
        size=size,
        origin=_geo(document["origin"], "the origin") if "origin" in document else None,
        y_axis_deg=_numbers([document.get("y_axis_deg", 0.0)], 1, "y_axis_deg")[0],
        homography=homography,
    )


def gives_pairs(path: Path) -> bool:
    """Whether a JSON file means to be one of these; whether it is a right one, `read_pairs` says.

    Raises:
        BadCalibration: it cannot be read.
    """
    try:
        document = json.loads(read_text(path, BadCalibration, kinds="JSON"))
    except (ValueError, RecursionError):
        return False
    if isinstance(document, list):
        return bool(document) and isinstance(document[0], dict) and "image" in document[0]
    return isinstance(document, dict) and bool(document.keys() & {"pairs", "homography", "K"})


def _camera(document: dict[str, Any], size: tuple[int, int] | None) -> tuple[float, ...]:
    if "R" not in document or "t" not in document:
        raise BadCalibration("K needs R and t beside it", _CAMERA)
    turn, bend = document["R"], document.get("distortion", [])
    by_vector = isinstance(turn, list) and not any(isinstance(row, list) for row in turn)
    if not isinstance(bend, list) or len(bend) > _MOST_DISTORTION:
        raise BadCalibration("the distortion is no list of numbers", _CAMERA)
    bent = _numbers(bend, len(bend), "the distortion") if bend else ()
    return homography_of_known(
        _matrix(document["K"], "K"),
        _numbers(turn, 3, "R") if by_vector else _matrix(turn, "R"),
        _numbers(document["t"], 3, "t"),
        (*bent, *(0.0,) * (4 - len(bent))),
        size,
    )


def _pairs(rows: object) -> tuple[PointPair, ...]:
    if not isinstance(rows, list):
        raise BadCalibration("the pairs are not a list", _FORM)
    made = tuple(_pair(row, f"pair {number}") for number, row in enumerate(rows, 1))
    if len({one.lonlat is None for one in made}) > 1:
        raise BadCalibration('some pairs have "ground_m" and some "lonlat"', "Give one of them.")
    return made


def _pair(row: object, name: str) -> PointPair:
    if not isinstance(row, dict) or "image" not in row or ("ground_m" in row) == ("lonlat" in row):
        raise BadCalibration(f'{name} needs "image" and one of "ground_m" and "lonlat"', _FORM)
    image = _point(row["image"], f"the image point of {name}")
    if "lonlat" in row:
        place = _geo(row["lonlat"], name)
        return PointPair(image, lonlat=(place.lon, place.lat))
    return PointPair(image, ground_m=_point(row["ground_m"], f"the ground of {name}"))


def _geo(value: object, name: str) -> GeoPoint:
    lon, lat = _point(value, f"the place of {name}")
    try:
        return GeoPoint(lat, lon)
    except ValueError as error:
        raise BadCalibration(
            f"{name} is not on the earth: {error}",
            "Places are [longitude, latitude]; these look swapped."
            if abs(lat) <= 180 and abs(lon) <= 90
            else "Places are [longitude, latitude] in degrees.",
        ) from error


def _point(value: object, name: str) -> Point:
    x, y = _numbers(value, 2, name)
    return x, y


def _numbers(value: object, count: int, name: str) -> tuple[float, ...]:
    good = isinstance(value, list) and len(value) == count and all(_is_number(v) for v in value)
    if not good:
        raise BadCalibration(f"{name} is not {count} numbers" if count > 1 else
                             f"{name} is not a number", _FORM)  # fmt: skip
    values: list[Any] = list(value) if isinstance(value, list) else []
    return tuple(float(one) for one in values)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # A whole number may be too long for a float.
    return abs(value) < 1e15 and isfinite(value)


def _size(value: object) -> tuple[int, int]:
    width, height = _numbers(value, 2, "the size")
    if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE) or width % 1 or height % 1:
        raise BadCalibration(f"no picture is {width:g} × {height:g}", "Give [width, height].")
    return int(width), int(height)


def _matrix(value: object, name: str = "the homography") -> tuple[float, ...]:
    rows = value if isinstance(value, list) and len(value) == 3 else [None]
    return tuple(number for row in rows for number in _numbers(row, 3, f"a row of {name}"))
