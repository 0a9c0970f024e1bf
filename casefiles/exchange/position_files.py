"""Positions of a moving camera from GPX, KML or GeoJSON → `Fixes`; a wrong one refuses the file.

Files are data from strangers: size is capped, XML may not declare entities, nothing is executed.
GPX 1.1 (Topografix 2004), KML 2.2 with gx:Track (Google), GeoJSON (RFC 7946).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from casefiles.errors import BadPositions
from casefiles.exchange.safe_text import read_text, refuse_entities
from casefiles.fixes import Fixes
from casefiles.geo import GeoPoint
from video.clock import BadTime, parse_wall, wall_to_ns

_MOST: Final = 2_000_000
_TIME_NAMES: Final = ("t", "time", "timestamp", "when", "utc")
_ACCURACY_NAMES: Final = ("acc_m", "accuracy", "accuracy_m", "hacc")
_LINE_TIMES: Final = ("coordTimes", "times", "timestamps")
_KINDS: Final = ".gpx, .kml or .geojson"

_Fix = tuple[int, float, float, float]
"""Wall nanoseconds, latitude, longitude, accuracy in metres (NaN: not known)."""


def read_positions(path: Path) -> Fixes:
    """The fixes of a file, oldest first; of several at one moment the first counts.

    Raises:
        BadPositions: unreadable, of another kind, without times, or a position is wrong; the
            message names it.
    """
    readers = {".gpx": _gpx, ".kml": _kml, ".geojson": _geojson, ".json": _geojson}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadPositions(f"{path} holds no positions", f"Give a {_KINDS} file.")
    text = read_text(path, BadPositions, kinds=_KINDS)
    found: list[_Fix] = []
    for number, (time, lat, lon, accuracy) in enumerate(reader(path, text), 1):
        if number > _MOST:
            raise BadPositions(f"{path} holds more than {_MOST} positions", "Split the file.")
        found.append(_fix(path, number, time, lat, lon, accuracy))
    if not found:
        raise BadPositions(
            f"{path} holds no position with a time",
            "A track that is to be joined to footage needs the time of every point.",
        )
    return _fixes(found)


def _fixes(found: list[_Fix]) -> Fixes:
    times = np.array([fix[0] for fix in found], np.int64)
    # A stable sort, so that of equal times the first in the file stays first.
    order = np.argsort(times, kind="stable")
    order = order[np.concatenate([[True], np.diff(times[order]) > 0])]
    lat, lon, accuracy = (np.array([fix[at] for fix in found])[order] for at in (1, 2, 3))
    return Fixes(times[order], lat, lon, accuracy)


def _fix(path: Path, number: int, time: str, lat: object, lon: object, accuracy: object) -> _Fix:
    try:
        point = GeoPoint(float(str(lat)), float(str(lon)))
        moment = wall_to_ns(parse_wall(time))
        told = float("nan") if accuracy in (None, "") else float(str(accuracy))
    except (ValueError, BadTime) as error:
        raise BadPositions(
            f"{path}, position {number}: {error}", "Mend it or leave it out; nothing was imported."
        ) from error
    if not abs(moment) < 2**62:
        raise BadPositions(
            f"{path}, position {number}: {time} is outside the calendar", "Check the year."
        )
    return moment, point.lat, point.lon, told if told >= 0 else float("nan")


_Raw = tuple[str, object, object, object]


def _gpx(path: Path, text: str) -> Iterator[_Raw]:
    for point in _xml(path, text).iter():
        if _local(point.tag) == "trkpt":
            time = _child(point, "time")
            if time is not None:
                # Dilution is no distance: GPX knows no accuracy in metres.
                yield time, point.get("lat"), point.get("lon"), None


def _kml(path: Path, text: str) -> Iterator[_Raw]:
    root = _xml(path, text)
    for track in root.iter():
        if _local(track.tag) == "Track":
            whens = [part.text or "" for part in track if _local(part.tag) == "when"]
            coords = [part.text or "" for part in track if _local(part.tag) == "coord"]
            if len(whens) != len(coords):
                raise BadPositions(
                    f"{path}: a gx:Track has {len(whens)} times and {len(coords)} positions",
                    "Both must be equally many; export it again.",
                )
            for when, coord in zip(whens, coords, strict=True):
                yield when, *_lat_lon(coord.split()), None
        elif _local(track.tag) == "Placemark":
            yield from _kml_point(track)


def _kml_point(mark: ElementTree.Element) -> Iterator[_Raw]:
    stamp = next((part for part in mark if _local(part.tag) == "TimeStamp"), None)
    point = next((part for part in mark if _local(part.tag) == "Point"), None)
    when = None if stamp is None else _child(stamp, "when")
    place = None if point is None else _child(point, "coordinates")
    if when is not None and place is not None:
        yield when, *_lat_lon(place.split(",")), None


def _geojson(path: Path, text: str) -> Iterator[_Raw]:
    try:
        document = json.loads(text)
        features = document.get("features", [document])
        for feature in features:
            geometry, told = feature.get("geometry"), feature.get("properties") or {}
            if geometry is None:
                continue
            if geometry["type"] == "Point":
                time = _first(told, _TIME_NAMES)
                if time is not None:
                    place = _lat_lon(geometry["coordinates"])
                    yield str(time), *place, _first(told, _ACCURACY_NAMES)
            elif geometry["type"] == "LineString":
                yield from _timed_line(path, geometry["coordinates"], told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadPositions(
            f"{path} is not a GeoJSON feature collection ({error})", "Check it with a GeoJSON tool."
        ) from error


def _timed_line(path: Path, line: list[object], told: Mapping[str, object]) -> Iterable[_Raw]:
    times = _first(told, _LINE_TIMES)
    if times is None:
        return
    if not isinstance(times, list) or len(times) != len(line):
        raise BadPositions(
            f"{path}: a line has {len(line)} positions and other times than those",
            "Give one time a position.",
        )
    for time, place in zip(times, line, strict=True):
        yield str(time), *_lat_lon(place), None


def _lat_lon(place: object) -> tuple[object, object]:
    """Latitude and longitude of a place that is written longitude first."""
    if not isinstance(place, list) or len(place) < 2:
        # No number: whoever reads it says which position that is.
        return "", ""
    return place[1], place[0]


def _first(told: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((told[name] for name in names if told.get(name) is not None), None)


def _xml(path: Path, text: str) -> ElementTree.Element:
    refuse_entities(path, text, BadPositions)
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadPositions(f"{path} is not XML: {error}", "Export it again.") from error


def _local(tag: object) -> str:
    # Versions of GPX and KML differ in their name space only.
    return str(tag).rpartition("}")[2]


def _child(element: ElementTree.Element, name: str) -> str | None:
    found = next((part for part in element if _local(part.tag) == name), None)
    return None if found is None or not (found.text or "").strip() else (found.text or "").strip()
