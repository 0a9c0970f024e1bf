"""Small changes a person makes to a case, as data: each can be applied, and gives its inverse.

Undo is the inverse applied: an edit too, logged like the first. Nothing here opens a transaction
or knows a window; `Case.post` runs `apply` on the writer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

from casefiles import audit
from casefiles.checks import check_placements, check_zone
from casefiles.errors import (
    BadBookmark,
    UnknownBookmark,
    UnknownCamera,
    UnknownSource,
    UnknownSpot,
    UnknownTrack,
    UnknownZone,
)
from casefiles.store import bookmarks, cameras, sources, static_spots, zones
from casefiles.store.engine import Cursor
from casefiles.types import BookmarkId, Camera, CameraId, JsonValue, Placement, SpotId, ZoneId
from casefiles.view_types import NEW_BOOKMARK, NEW_ZONE, Bookmark, StaticSpot, Zone
from video.clock import now_ns


@dataclass(frozen=True, slots=True)
class AddZone:
    """Adds a zone; with an id, brings back the removed zone of that id."""

    zone: Zone


@dataclass(frozen=True, slots=True)
class RemoveZone:
    """Takes a zone away; its row stays, marked removed."""

    zone_id: ZoneId


@dataclass(frozen=True, slots=True)
class ChangeZone:
    """Gives the zone of that id another name or shape."""

    zone: Zone


@dataclass(frozen=True, slots=True)
class AddBookmark:
    """Adds a bookmark; with an id, brings back the removed one of that id."""

    bookmark: Bookmark


@dataclass(frozen=True, slots=True)
class RemoveBookmark:
    """Takes a bookmark away; its row stays, marked removed."""

    bookmark_id: BookmarkId


@dataclass(frozen=True, slots=True)
class PlaceCamera:
    """Gives a camera these placements instead of the ones it has."""

    camera_id: CameraId
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class SuppressSpot:
    """Hides the tracks that are nothing but a thing that never moves."""

    spot_id: SpotId


@dataclass(frozen=True, slots=True)
class RestoreSpot:
    """Brings them back."""

    spot_id: SpotId


Edit: TypeAlias = (
    AddZone | RemoveZone | ChangeZone | AddBookmark | RemoveBookmark | PlaceCamera
    | SuppressSpot | RestoreSpot
)  # fmt: skip


def apply(cursor: Cursor, edit: Edit, *, by: str) -> Edit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    `by` is noted as the maker of what is new.

    Raises:
        BadZone, BadBookmark, BadPlacement, UnknownZone, UnknownBookmark, UnknownCamera,
        UnknownSource, UnknownTrack, UnknownSpot: the edit cannot be made; nothing was changed.
    """
    match edit:
        case AddZone(zone):
            return _add_zone(cursor, zone, by)
        case RemoveZone(zone_id):
            zone = _zone(cursor, zone_id)
            zones.mark_removed(cursor, zone_id, now_ns())
            return AddZone(zone)
        case ChangeZone(zone):
            before = _zone(cursor, zone.zone_id)
            check_zone(replace(before, name=zone.name, polygon=zone.polygon))
            zones.change(cursor, zone)
            return ChangeZone(before)
        case AddBookmark(bookmark):
            return _add_bookmark(cursor, bookmark, by)
        case RemoveBookmark(bookmark_id):
            bookmark = _bookmark(cursor, bookmark_id)
            bookmarks.mark_removed(cursor, bookmark_id, now_ns())
            return AddBookmark(bookmark)
        case PlaceCamera(camera_id, placements):
            before_it = _camera(cursor, camera_id).placements
            check_placements(placements)
            cameras.place(cursor, camera_id, placements)
            return PlaceCamera(camera_id, before_it)
        case SuppressSpot(spot_id):
            _decide_spot(cursor, spot_id, hidden=True)
            return RestoreSpot(spot_id)
        case RestoreSpot(spot_id):
            _decide_spot(cursor, spot_id, hidden=False)
            return SuppressSpot(spot_id)


def touched(edit: Edit) -> frozenset[str]:
    """The tables that an edit writes, and its inverse too."""
    if isinstance(edit, AddZone | RemoveZone | ChangeZone):
        return frozenset({"zones"})
    if isinstance(edit, AddBookmark | RemoveBookmark):
        return frozenset({"bookmarks"})
    if isinstance(edit, SuppressSpot | RestoreSpot):
        return static_spots.TABLES
    return frozenset({"cameras", "placements"})


def describe(edit: Edit, inverse: Edit) -> audit.Entry:
    """The audit row of an edit that was made; `inverse` is what `apply` gave for it."""
    match edit, inverse:
        case AddZone(zone), RemoveZone(zone_id):
            facts = {"restored": zone.zone_id != NEW_ZONE}
            return _of_zone("zone.add", zone_id, zone, facts)
        case RemoveZone(zone_id), AddZone(zone):
            return _of_zone("zone.remove", zone_id, zone, {})
        case ChangeZone(zone), ChangeZone(before):
            facts = {
                "renamed": zone.name != before.name,
                "reshaped": zone.polygon != before.polygon,
            }
            return _of_zone("zone.change", zone.zone_id, zone, facts)
        case AddBookmark(bookmark), RemoveBookmark(bookmark_id):
            facts = {"restored": bookmark.bookmark_id != NEW_BOOKMARK}
            return _of_bookmark("bookmark.add", bookmark_id, bookmark, facts)
        case RemoveBookmark(bookmark_id), AddBookmark(bookmark):
            return _of_bookmark("bookmark.remove", bookmark_id, bookmark, {})
        case PlaceCamera(camera_id, placements), _:
            return audit.Entry(
                "camera.place",
                "done",
                facts={"placements": len(placements)},
                private={
                    "camera": camera_id,
                    "placements": json.dumps([asdict(place) for place in placements]),
                },
                vouches=("cameras",),
            )
        case SuppressSpot(spot_id), RestoreSpot():
            return audit.Entry("static.suppress", "done", f"spot:{spot_id}", vouches=("static",))
        case RestoreSpot(spot_id), SuppressSpot():
            return audit.Entry("static.restore", "done", f"spot:{spot_id}", vouches=("static",))
    raise ValueError(f"{inverse} does not take back {edit}")


def _add_zone(cursor: Cursor, zone: Zone, by: str) -> Edit:
    if zone.zone_id != NEW_ZONE:
        known = zones.one(cursor, zone.zone_id)
        if known is None or known[1]:
            raise UnknownZone(f"the case has no removed zone {zone.zone_id}", "Draw a new one.")
        zones.mark_removed(cursor, zone.zone_id, None)
        return RemoveZone(zone.zone_id)
    check_zone(zone)
    _check_place(cursor, zone.source_id, zone.camera_id)
    zone_id = zones.next_id(cursor)
    zones.insert(cursor, replace(zone, zone_id=zone_id, created_ns=now_ns(), created_by=by))
    return RemoveZone(zone_id)


def _add_bookmark(cursor: Cursor, bookmark: Bookmark, by: str) -> Edit:
    if bookmark.bookmark_id != NEW_BOOKMARK:
        known = bookmarks.one(cursor, bookmark.bookmark_id)
        if known is None or known[1]:
            raise UnknownBookmark(
                f"the case has no removed bookmark {bookmark.bookmark_id}", "Set a new one."
            )
        bookmarks.mark_removed(cursor, bookmark.bookmark_id, None)
        return RemoveBookmark(bookmark.bookmark_id)
    if (bookmark.source_id is None) != (bookmark.time_ns is None):
        raise BadBookmark("a source needs a time in it, and a time a source", "Give both.")
    if bookmark.wall_ns is None and bookmark.source_id is None:
        raise BadBookmark(
            "the bookmark marks no moment", "Give a wall time, or a source and a time in it."
        )
    _check_place(cursor, bookmark.source_id, None)
    if bookmark.track_id is not None and not bookmarks.track_exists(cursor, bookmark.track_id):
        raise UnknownTrack(
            f"the case has no track {bookmark.track_id}", "'tracks' lists those of a source."
        )
    bookmark_id = bookmarks.next_id(cursor)
    made = replace(bookmark, bookmark_id=bookmark_id, created_ns=now_ns(), created_by=by)
    bookmarks.insert(cursor, made)
    return RemoveBookmark(bookmark_id)


def _zone(cursor: Cursor, zone_id: ZoneId) -> Zone:
    found = zones.one(cursor, zone_id)
    if found is None or not found[1]:
        ids = [str(zone.zone_id) for zone in zones.present(cursor)]
        raise UnknownZone(f"the case has no zone {zone_id}", _known("zones", ids))
    return found[0]


def _bookmark(cursor: Cursor, bookmark_id: BookmarkId) -> Bookmark:
    found = bookmarks.one(cursor, bookmark_id)
    if found is None or not found[1]:
        ids = [str(bookmark.bookmark_id) for bookmark in bookmarks.present(cursor)]
        raise UnknownBookmark(f"the case has no bookmark {bookmark_id}", _known("bookmarks", ids))
    return found[0]


def _camera(cursor: Cursor, camera_id: str) -> Camera:
    known = cameras.every(cursor)
    for camera in known:
        if camera.camera_id == camera_id:
            return camera
    raise UnknownCamera(
        f"the case has no camera {camera_id}",
        _known("cameras", [camera.camera_id for camera in known]),
    )


def _decide_spot(cursor: Cursor, spot_id: SpotId, *, hidden: bool) -> None:
    spot = _spot(cursor, spot_id)
    if spot.hidden == hidden:
        raise UnknownSpot(
            f"static spot {spot_id} {'is hidden' if hidden else 'was brought back'} already",
            "'static list' shows how each is.",
        )
    static_spots.decide(cursor, spot_id, hidden=hidden, when_ns=now_ns())
    static_spots.follow(cursor, spot_id)


def _spot(cursor: Cursor, spot_id: SpotId) -> StaticSpot:
    known = static_spots.every(cursor)
    for spot in known:
        if spot.spot_id == spot_id:
            return spot
    raise UnknownSpot(
        f"the case has no static spot {spot_id}",
        _known("static spots", [str(spot.spot_id) for spot in known]),
    )


def _check_place(cursor: Cursor, source_id: int | None, camera_id: str | None) -> None:
    if camera_id is not None:
        _camera(cursor, camera_id)
    if source_id is not None:
        ids = [source.source_id for source in sources.every(cursor)]
        if source_id not in ids:
            raise UnknownSource(
                f"the case has no source {source_id}", _known("sources", [str(i) for i in ids])
            )


def _known(what: str, ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:12]) or "none yet"
    return f"Known {what}: {shown}{' …' if len(ids) > 12 else ''}."


def _of_zone(
    event: str, zone_id: ZoneId, zone: Zone, facts: Mapping[str, JsonValue]
) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"zone:{zone_id}",
        facts={"source": zone.source_id, "corners": len(zone.polygon), **facts},
        private={
            "name": zone.name,
            "camera": zone.camera_id or "",
            "polygon": json.dumps(zone.polygon),
        },
        vouches=("zones",),
    )


def _of_bookmark(
    event: str, bookmark_id: BookmarkId, bookmark: Bookmark, facts: Mapping[str, JsonValue]
) -> audit.Entry:
    return audit.Entry(
        event,
        "done",
        object=f"bookmark:{bookmark_id}",
        facts={
            "source": bookmark.source_id,
            "time_ns": bookmark.time_ns,
            "wall_ns": bookmark.wall_ns,
            "track": bookmark.track_id,
            **facts,
        },
        private={"note": bookmark.note},
        vouches=("bookmarks",),
    )
