"""What is checked before a change is stored: values, and that what it names is there."""

import math
from collections.abc import Sequence
from dataclasses import astuple
from itertools import pairwise
from typing import Final
from unicodedata import category

import shapely

from casefiles.decision_types import DecisionId
from casefiles.errors import (
    BadBookmark,
    BadClock,
    BadLine,
    BadOrigin,
    BadZone,
    UnknownBookmark,
    UnknownCamera,
    UnknownDecision,
    UnknownLine,
    UnknownSource,
    UnknownSpot,
    UnknownZone,
)
from casefiles.geo import GeoPoint
from casefiles.intake_types import Origin
from casefiles.store import (
    bookmarks,
    cameras,
    decisions,
    lines,
    sources,
    static_spots,
    zones,
)
from casefiles.store.engine import Cursor
from casefiles.types import (
    BookmarkId,
    Camera,
    LineId,
    SourceClock,
    SpotId,
    ZoneId,
)
from casefiles.view_types import Bookmark, Line, StaticSpot, Zone
from video.clock import FASTEST_DRIFT_PPB, NS_PER_S, zone_of

_LONGEST_NAME: Final = 120
NAME_FORM: Final = f"Give one line of at most {_LONGEST_NAME} letters."
"""What to do about a name that is none, by `is_one_line`."""
_NOT_IN_A_NAME: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories: what moves the cursor or ends a line, and half letters."""
_FARTHEST_PX: Final = 1 << 20
"""No picture is so wide; numbers beyond it are none that shapes can be compared by."""
_IN_PIXELS: Final = "Give its corners in pixels of the recording, from the upper left."
_MOST_CORNERS: Final = 2000
"""More than a hand draws; keeps an audit row and a search small."""


_LONGEST_NOTE: Final = 4000
_FARTHEST_OFF_NS: Final = 100 * 366 * 86_400 * NS_PER_S
_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_LARGEST_PICTURE: Final = 20_000_000


def check_clock(clock: SourceClock) -> None:
    """Makes sure that a recorder's clock can stand like that.

    Raises:
        BadClock: no clock is so far off or so uneven, or a reading or text cannot be.
        BadTime: there is no such time zone.
    """
    if abs(clock.offset_ns) > _FARTHEST_OFF_NS:
        raise BadClock(
            f"no clock is {abs(clock.offset_ns) // (86_400 * NS_PER_S)} days off",
            "Check the dates of both readings.",
        )
    if abs(clock.drift_ppb) > FASTEST_DRIFT_PPB:
        raise BadClock(
            f"no clock drifts by {clock.drift_ppb / 1e7:.1f} % of the time",
            "Check the second reading; a wrong hour or day looks like this.",
        )
    if clock.uncertainty_ns is not None and clock.uncertainty_ns < 0:
        raise BadClock("an uncertainty cannot be negative", "Give how far off either way.")
    times = [value for one in clock.readings for value in (one.recorder_ns, one.reference_ns)]
    if any(abs(value) >= 2**62 for value in times):
        raise BadClock("a reading lies beyond any calendar", "Check its year.")
    for text in (clock.basis, clock.reference_source, clock.proof, clock.note):
        if len(text) > _LONGEST_NOTE:
            raise BadClock(f"a note of {len(text)} letters is too long",
                           f"Use at most {_LONGEST_NOTE}.")  # fmt: skip
    if clock.zone_name:
        zone_of(clock.zone_name)


def picture_type(picture: bytes, name: str) -> str:
    """The media type of a still that shows a recorder's clock.

    Raises:
        BadClock: it is neither PNG nor JPEG, or too large to be kept in a case.
    """
    if len(picture) > _LARGEST_PICTURE:
        raise BadClock(f"{name} is larger than 20 MB", "Make it smaller, or cut out the clock.")
    for begins, kind in _PICTURES.items():
        if picture.startswith(begins):
            return kind
    raise BadClock(f"{name} is not a picture", "Give a PNG or JPEG of the recorder's clock.")


def check_origin(origin: Origin) -> None:
    """Makes sure that a note of origin fits its columns.

    Raises:
        BadOrigin: a text is too long, or a time beyond what is stored.
    """
    for value in astuple(origin):
        if isinstance(value, str) and len(value) > _LONGEST_NOTE:
            raise BadOrigin(
                f"a note of {len(value)} letters is too long", f"Use at most {_LONGEST_NOTE}."
            )
        if isinstance(value, int) and abs(value) >= 2**63:
            raise BadOrigin("a time of the origin lies beyond any calendar", "Check the year.")


def is_one_line(name: str) -> bool:
    """Whether a name of something drawn or saved can be stored, and shown in one line."""
    return len(name) <= _LONGEST_NAME and not has_breaks(name)


def has_breaks(name: str) -> bool:
    """Whether a name holds ends of lines, half letters or other controls."""
    return any(category(letter) in _NOT_IN_A_NAME for letter in name)


def shown_name(name: str) -> str:
    """The beginning of a name that is none, as a message can show it."""
    return "".join(" " if category(one) in _NOT_IN_A_NAME else one for one in name[:40])


def check_drawn_name(drawn: Zone | Line) -> None:
    """Makes sure that a name can be shown in one line; older cases may hold others.

    Raises:
        BadZone, BadLine: it cannot.
    """
    if not is_one_line(drawn.name):
        error, what = (BadZone, "zone") if isinstance(drawn, Zone) else (BadLine, "line")
        raise error(f"'{shown_name(drawn.name)}' cannot be the name of a {what}", NAME_FORM)


def check_zone(zone: Zone) -> None:
    """Makes sure that a zone encloses something and lies somewhere.

    Raises:
        BadZone: too many corners, corners that are no numbers or not on the earth, edges that
            cross, no area, or two places at once.
    """
    if zone.source_id is not None and zone.camera_id is not None:
        raise BadZone(
            "the zone names a source and a camera", "Give one of them, or neither for the map."
        )
    corners = zone.polygon
    if len(corners) > _MOST_CORNERS:
        raise BadZone(
            f"a zone has at most {_MOST_CORNERS} corners, not {len(corners)}", "Draw it coarser."
        )
    if not all(math.isfinite(value) for corner in corners for value in corner):
        raise BadZone("a corner of the zone is not a pair of numbers", "Mend the corners.")
    if zone.source_id is None and zone.camera_id is None:
        _check_on_earth(corners)
    elif _is_beside_all(corners):
        raise BadZone("a corner of the zone lies far beside any picture", _IN_PIXELS)
    if shapely.MultiPoint(corners).convex_hull.area <= 0:
        raise BadZone("the zone has no area", "Its corners lie on a line; move one aside.")
    shape = shapely.Polygon(corners)
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise BadZone(
            f"the edges of the zone cross or touch themselves ({why})",
            "Give the corners in order, around the area.",
        )


def check_line(line: Line) -> None:
    """Makes sure that a line goes somewhere, on pictures.

    Raises:
        BadLine: too many points, points that are no numbers or follow on themselves, two places at
            once, or a line on the map.
    """
    if line.source_id is not None and line.camera_id is not None:
        raise BadLine("the line names a source and a camera", "Give one of them.")
    if line.source_id is None and line.camera_id is None:
        raise BadLine(
            "the line lies on the map: who crosses it is told on pictures only",
            "Draw it on the pictures of a source or camera.",
        )
    if len(line.points) > _MOST_CORNERS:
        raise BadLine(
            f"a line has at most {_MOST_CORNERS} points, not {len(line.points)}", "Draw it coarser."
        )
    if not all(math.isfinite(value) for point in line.points for value in point):
        raise BadLine("a point of the line is not a pair of numbers", "Mend the points.")
    if _is_beside_all(line.points):
        raise BadLine("a point of the line lies far beside any picture", _IN_PIXELS)
    if any(one == other for one, other in pairwise(line.points)):
        raise BadLine("two points of the line that follow each other are the same", "Move one.")


def drawn_size(cursor: Cursor, drawn: Zone | Line) -> tuple[int, int] | None:
    """On pictures of which size something of a camera was drawn; None for the others, and where
    the camera has no recording yet.

    Raises:
        BadZone, BadLine: it lies beside the picture, or the recordings have not the size that it
            says, or several and it says none.
    """
    bad, what = (BadZone, "zone") if isinstance(drawn, Zone) else (BadLine, "line")
    if drawn.source_id is None and drawn.camera_id is None:
        return None
    own, camera = drawn.source_id is not None, drawn.camera_id
    sizes = {
        (one.width, one.height)
        for one in sources.every(cursor)
        if (one.source_id == drawn.source_id if own else one.camera_id == camera)
    }
    whose = f"source {drawn.source_id}" if own else f"camera {camera}"
    listed = " and ".join(f"{width} × {height}" for width, height in sorted(sizes))
    if drawn.size is not None and sizes and drawn.size not in sizes:
        raise bad(
            f"the {what} was drawn on pictures of {drawn.size[0]} × {drawn.size[1]}, and those of "
            f"{whose} are {listed}",
            "Draw it on its own pictures.",
        )
    if drawn.size is None and len(sizes) > 1:
        raise bad(
            f"the recordings of {whose} have pictures of {listed}, and the {what} does not say on "
            "which it was drawn",
            # The JSON of zones has no such part.
            "Name a source instead."
            if isinstance(drawn, Zone)
            else 'Name a source, or add "size": [width, height] to its JSON.',
        )
    size = drawn.size or next(iter(sizes), None)
    corners = drawn.polygon if isinstance(drawn, Zone) else drawn.points
    if size is not None:
        shape = (shapely.Polygon if isinstance(drawn, Zone) else shapely.LineString)(corners)
        if not shape.intersects(shapely.box(0, 0, *size)):
            raise bad(
                f"the {what} lies beside the picture of {size[0]} × {size[1]}",
                _IN_PIXELS,
            )
    return None if own else size


def _is_beside_all(points: Sequence[tuple[float, float]]) -> bool:
    return any(abs(value) > _FARTHEST_PX for point in points for value in point)


def _check_on_earth(corners: Sequence[tuple[float, float]]) -> None:
    for lon, lat in corners:
        try:
            GeoPoint(lat, lon)
        except ValueError as error:
            raise BadZone(
                f"a corner of the zone is not on the earth: {error}",
                "Corners on the map are [longitude, latitude]; name a source or camera for pixels.",
            ) from error


def check_note(note: str) -> None:
    """Makes sure that a bookmark's note says something and can be stored.

    Raises:
        BadBookmark: it is empty, too long, or not whole letters.
    """
    if not note.strip():
        raise BadBookmark("the note is empty", "Say in a word what is to be seen there.")
    if len(note) > _LONGEST_NOTE:
        raise BadBookmark(f"a note of {len(note)} letters is too long",
                          f"Use at most {_LONGEST_NOTE}.")  # fmt: skip
    try:
        note.encode()
    except UnicodeEncodeError:
        raise BadBookmark("the note holds half a letter", "Type it again.") from None


def known_zone(cursor: Cursor, zone_id: ZoneId) -> Zone:
    """The present zone of that id; raises UnknownZone."""
    found = zones.one(cursor, zone_id)
    if found is None or not found[1]:
        ids = [str(zone.zone_id) for zone in zones.present(cursor)]
        raise UnknownZone(f"the case has no zone {zone_id}", _known("zones", ids))
    return found[0]


def known_line(cursor: Cursor, line_id: LineId) -> Line:
    """The present line of that id; raises UnknownLine."""
    found = lines.one(cursor, line_id)
    if found is None or not found[1]:
        ids = [str(line.line_id) for line in lines.present(cursor)]
        raise UnknownLine(f"the case has no line {line_id}", _known("lines", ids))
    return found[0]


def check_decisions(
    cursor: Cursor, taken: Sequence[DecisionId], put_back: Sequence[DecisionId]
) -> None:
    """Makes sure that each is there, that those to be taken back stand, and the others do not.

    Raises:
        UnknownDecision: one is not so.
    """
    stands = {one.decision_id: it for one, it in decisions.some(cursor, (*taken, *put_back))}
    for ids, wanted in ((taken, True), (put_back, False)):
        for one in ids:
            if stands.get(one) is not wanted:
                known = "was taken back or put in force already" if one in stands else "is unknown"
                raise UnknownDecision(f"decision {one} {known}", "Search again to see what stands.")


def known_bookmark(cursor: Cursor, bookmark_id: BookmarkId) -> Bookmark:
    """The present bookmark of that id; raises UnknownBookmark."""
    found = bookmarks.one(cursor, bookmark_id)
    if found is None or not found[1]:
        ids = [str(bookmark.bookmark_id) for bookmark in bookmarks.present(cursor)]
        raise UnknownBookmark(f"the case has no bookmark {bookmark_id}", _known("bookmarks", ids))
    return found[0]


def known_camera(cursor: Cursor, camera_id: str) -> Camera:
    """The camera of that id; raises UnknownCamera."""
    known = cameras.every(cursor)
    for camera in known:
        if camera.camera_id == camera_id:
            return camera
    raise UnknownCamera(
        f"the case has no camera {camera_id}",
        _known("cameras", [camera.camera_id for camera in known]),
    )


def known_spot(cursor: Cursor, spot_id: SpotId) -> StaticSpot:
    """The static spot of that id; raises UnknownSpot."""
    known = static_spots.every(cursor)
    for spot in known:
        if spot.spot_id == spot_id:
            return spot
    raise UnknownSpot(
        f"the case has no static spot {spot_id}",
        _known("static spots", [str(spot.spot_id) for spot in known]),
    )


def check_place(cursor: Cursor, source_id: int | None, camera_id: str | None) -> None:
    """Makes sure that a source and a camera are in the case, where they are named.

    Raises:
        UnknownSource, UnknownCamera: one is not.
    """
    if camera_id is not None:
        known_camera(cursor, camera_id)
    if source_id is not None:
        ids = [source.source_id for source in sources.every(cursor)]
        if source_id not in ids:
            raise UnknownSource(
                f"the case has no source {source_id}", _known("sources", [str(i) for i in ids])
            )


def _known(what: str, ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:12]) or "none yet"
    return f"Known {what}: {shown}{' …' if len(ids) > 12 else ''}."
