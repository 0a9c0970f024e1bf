"""A journey and a forecast as JSON, GeoJSON (RFC 7946) and KML 2.2 (OGC 07-147r2)."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Final, Literal, TypeAlias, get_args

from casefiles.geo import GeoPoint
from casefiles.subject_types import Absence, Subject
from casefiles.usecases.follow_types import Forecast, Journey, Leg, LonLats, Stop
from casefiles.view_types import CaseView
from detection.labels import ObjectClass
from video.clock import NS_PER_S, format_media, format_wall, format_wall_in, wall_from_ns, zone_of

JourneyFormat: TypeAlias = Literal["json", "geojson", "kml"]
FORMATS: Final[tuple[JourneyFormat, ...]] = get_args(JourneyFormat)
LEAD: Final = "software output is a lead; every stop was confirmed by a person"
INFERRED: Final = "nobody saw this: inferred between two confirmed stops"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RED, _GREY = "ff2222cc", "ff777777"
"""KML writes alpha, blue, green, red."""


def journey_file(view: CaseView, journey: Journey, kind: JourneyFormat) -> bytes:
    """The journey in one of `FORMATS`, UTF-8."""
    if kind == "kml":
        return _kml(view, journey).encode()
    document = _geojson(view, journey) if kind == "geojson" else journey_document(view, journey)
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def journey_document(view: CaseView, journey: Journey) -> dict[str, object]:
    """The journey as JSON values: what `journey --format json` prints."""
    return {
        "training": view.header.training,
        "what": LEAD,
        "subject": subject_document(journey.subject),
        "zone": view.zone_name,
        "stops": [_stop(view, number, one) for number, one in enumerate(journey.stops, 1)],
        "legs": [_leg(number, one) for number, one in enumerate(journey.legs, 1)],
        "not_seen": [_absence(view, one) for one in journey.absences],
        "problems": list(journey.problems),
        "notes": list(journey.notes),
    }


def subject_document(subject: Subject) -> dict[str, object]:
    """A subject as JSON values."""
    last = subject.last_seen
    return {
        "id": subject.subject_id,
        "name": subject.name,
        "kind": subject.kind,
        "mode": subject.mode,
        "clothing": subject.clothing,
        "note": subject.note,
        "fastest_m_s": subject.fastest_m_s,
        "last_seen": None if last is None else {
            "time": utc(last.wall_ns), "lonlat": [last.point.lon, last.point.lat],
            "radius_m": last.radius_m, "uncertainty_s": last.uncertainty_s, "basis": last.basis,
        },
    }  # fmt: skip


def forecast_document(view: CaseView, told: Forecast) -> dict[str, object]:
    """The forecast as JSON values: what `forecast --json` prints."""
    known = bool(told.since_ns or told.looks)
    return {
        "training": view.header.training,
        "subject": subject_document(told.subject),
        "zone": view.zone_name,
        "backward": told.backward,
        "at": utc(told.at_ns) if known else None,
        "since": utc(told.since_ns) if known else None,
        "origin": _lonlat(told.origin),
        "reach_m": _rounded(told.reach_m),
        "likely_m": _rounded(told.likely_m),
        "heading_deg": _rounded(told.heading_deg),
        "spread_deg": told.spread_deg,
        "looks": [
            {
                "camera": look.camera_id, "name": look.name, "from": utc(look.window.from_ns),
                "to": utc(look.window.to_ns), "likely": utc(look.window.likely_ns),
                "chance": round(look.chance, 4), "metres": _rounded(look.metres),
                "has_footage": look.has_footage, "words": look.words,
            }
            for look in told.looks
        ],
        "notes": list(told.notes),
    }  # fmt: skip


def utc(wall_ns: int) -> str:
    """A wall time as ISO 8601 in UTC, to the millisecond."""
    return format_wall(wall_from_ns(wall_ns))


def _maybe(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else utc(wall_ns)


def _lonlat(point: GeoPoint | None) -> list[float] | None:
    return None if point is None else [point.lon, point.lat]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _stop(view: CaseView, number: int, stop: Stop) -> dict[str, object]:
    zone, source = zone_of(view.zone_name), view.source(stop.track.source_id)
    return {
        "number": number,
        "track": stop.track.track_id,
        "class": ObjectClass(stop.track.class_id).label,
        "camera": stop.camera_id,
        "name": stop.camera,
        "recording": None if source is None else source.path.name,
        "from": _maybe(stop.from_ns),
        "to": _maybe(stop.to_ns),
        "from_local": None if stop.from_ns is None else format_wall_in(stop.from_ns, zone),
        "to_local": None if stop.to_ns is None else format_wall_in(stop.to_ns, zone),
        "media_from": format_media(stop.track.from_ns),
        "media_to": format_media(stop.track.to_ns),
        "uncertainty_s": stop.uncertainty_s,
        "lonlat": _lonlat(stop.point),
        "path": [list(one) for one in stop.path],
        "path_times": [utc(one) for one in stop.path_ns],
        "confirmed_by": stop.sighting.said_by,
        "confirmed": utc(stop.sighting.said_ns),
        "note": stop.sighting.note,
    }


def _leg(number: int, leg: Leg) -> dict[str, object]:
    return {
        "from_stop": number,
        "to_stop": number + 1,
        "inferred": True,
        "leaves": utc(leg.leaves_ns),
        "arrives": utc(leg.arrives_ns),
        "metres": _rounded(leg.metres),
        "along_streets": leg.along_streets,
        "fastest_s": None if leg.fastest_ns is None else round(leg.fastest_ns / NS_PER_S, 1),
        "path": [list(one) for one in leg.path],
        "problem": leg.problem,
    }


def _absence(view: CaseView, one: Absence) -> dict[str, object]:
    camera = view.camera(one.camera_id)
    return {
        "camera": one.camera_id,
        "name": str(one.camera_id) if camera is None else camera.name,
        "from": utc(one.from_ns),
        "to": utc(one.to_ns),
        "how": one.how,
        "looked_at": one.looked_at,
        "share": round(one.share, 4),
        "note": one.note,
        "said_by": one.said_by,
        "said": utc(one.said_ns),
    }


def _geojson(view: CaseView, journey: Journey) -> dict[str, object]:
    """Stops as points, courses and legs as lines; what has no place has no geometry."""
    features: list[dict[str, object]] = []
    last = journey.subject.last_seen
    if last is not None:
        about = {"what": "last seen", "time": utc(last.wall_ns), "radius_m": last.radius_m,
                 "uncertainty_s": last.uncertainty_s, "basis": last.basis}  # fmt: skip
        features.append(_feature(_point(last.point), about))
    for number, stop in enumerate(journey.stops, 1):
        said = _without(_stop(view, number, stop), "path", "path_times", "lonlat")
        features.append(_feature(_point(stop.point), {"what": "confirmed stop", **said}))
        if len(stop.path) > 1:
            course = {"what": "confirmed course", "number": number,
                      "times": [utc(one) for one in stop.path_ns]}  # fmt: skip
            features.append(_feature(_line(stop.path), course))
    for number, leg in enumerate(journey.legs, 1):
        said = _without(_leg(number, leg), "path")
        line = _line(leg.path) if len(leg.path) > 1 else None
        features.append(_feature(line, {"what": "inferred leg", "means": INFERRED, **said}))
    for one in journey.absences:
        features.append(_feature(None, {"what": "looked for and not seen", **_absence(view, one)}))
    return {
        "type": "FeatureCollection",
        "name": journey.subject.name,
        "training": view.header.training,
        "what": LEAD,
        "subject": subject_document(journey.subject),
        "problems": list(journey.problems),
        "notes": list(journey.notes),
        "features": features,
    }


def _without(document: Mapping[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in document.items() if name not in names}


def _feature(geometry: object, about: Mapping[str, object]) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": dict(about)}


def _point(point: GeoPoint | None) -> dict[str, object] | None:
    return None if point is None else {"type": "Point", "coordinates": [point.lon, point.lat]}


def _line(path: LonLats) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [list(one) for one in path]}


def _kml(view: CaseView, journey: Journey) -> str:
    subject = journey.subject
    training = "TRAINING: " if view.header.training else ""
    places: list[str] = []
    last = subject.last_seen
    if last is not None:
        places.append(
            _placemark("Last seen", f"<when>{utc(last.wall_ns)}</when>", "TimeStamp",
                       last.basis, "stop", _kml_point(last.point))
        )  # fmt: skip
    for number, stop in enumerate(journey.stops, 1):
        name = f"{number} {stop.camera}"
        told = f"track {stop.track.track_id}, confirmed by {stop.sighting.said_by}"
        span = "" if stop.from_ns is None or stop.to_ns is None else _span(stop.from_ns, stop.to_ns)
        places.append(_placemark(name, span, "TimeSpan", told, "stop", _kml_point(stop.point)))
        if len(stop.path) > 1:
            line = _kml_line(stop.path)
            places.append(_placemark(f"{name}: course", span, "TimeSpan", told, "stop", line))
    for number, leg in enumerate(journey.legs, 1):
        if len(leg.path) < 2:
            continue
        told = INFERRED + (f"; contradiction: {leg.problem}" if leg.problem else "")
        span = _span(leg.leaves_ns, leg.arrives_ns)
        name = f"{number} to {number + 1} (inferred)"
        places.append(_placemark(name, span, "TimeSpan", told, "leg", _kml_line(leg.path)))
    about = "\n".join([LEAD, *journey.problems, *journey.notes])
    body = "\n".join(places)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{_xml(training + subject.name)}</name><description>{_xml(about)}</description>\n"
        f'<Style id="stop"><LineStyle><color>{_RED}</color><width>5</width></LineStyle></Style>\n'
        f'<Style id="leg"><LineStyle><color>{_GREY}</color><width>2</width></LineStyle></Style>\n'
        f"{body}\n</Document></kml>\n"
    )


def _placemark(name: str, when: str, kind: str, told: str, style: str, geometry: str) -> str:
    time = f"<{kind}>{when}</{kind}>" if when else ""
    return (
        f"<Placemark><name>{_xml(name)}</name><description>{_xml(told)}</description>"
        f"{time}<styleUrl>#{style}</styleUrl>{geometry}</Placemark>"
    )


def _span(from_ns: int, to_ns: int) -> str:
    return f"<begin>{utc(from_ns)}</begin><end>{utc(to_ns)}</end>"


def _kml_point(point: GeoPoint | None) -> str:
    if point is None:
        return ""
    return f"<Point><coordinates>{point.lon!r},{point.lat!r}</coordinates></Point>"


def _kml_line(path: LonLats) -> str:
    told = " ".join(f"{lon!r},{lat!r}" for lon, lat in path)
    return f"<LineString><tessellate>1</tessellate><coordinates>{told}</coordinates></LineString>"


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub(" ", text))
