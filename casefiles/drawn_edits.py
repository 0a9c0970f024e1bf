"""How zones, lines and bookmarks are kept, and brought back."""

from dataclasses import replace

from casefiles.checks import check_drawn_name, check_line, check_place, check_zone, drawn_size
from casefiles.edit_kinds import Edit, RemoveBookmark, RemoveLine, RemoveZone
from casefiles.errors import (
    BadBookmark,
    UnknownBookmark,
    UnknownLine,
    UnknownTrack,
    UnknownZone,
)
from casefiles.store import bookmarks, lines, zones
from casefiles.store.engine import Cursor
from casefiles.view_types import NEW_BOOKMARK, NEW_LINE, NEW_ZONE, Bookmark, Line, Zone
from video.clock import now_ns


def add_zone(cursor: Cursor, zone: Zone, by: str) -> Edit:
    """Keeps a zone, or brings a removed one back."""
    if zone.zone_id != NEW_ZONE:
        known = zones.one(cursor, zone.zone_id)
        if known is None or known[1]:
            raise UnknownZone(f"the case has no removed zone {zone.zone_id}", "Draw a new one.")
        zones.mark_removed(cursor, zone.zone_id, None)
        return RemoveZone(zone.zone_id)
    check_drawn_name(zone)
    check_zone(zone)
    check_place(cursor, zone.source_id, zone.camera_id)
    zone = replace(zone, size=drawn_size(cursor, zone))
    zone_id = zones.next_id(cursor)
    zones.insert(cursor, replace(zone, zone_id=zone_id, created_ns=now_ns(), created_by=by))
    return RemoveZone(zone_id)


def add_line(cursor: Cursor, line: Line, by: str) -> Edit:
    """Keeps a line, or brings a removed one back."""
    if line.line_id != NEW_LINE:
        known = lines.one(cursor, line.line_id)
        if known is None or known[1]:
            raise UnknownLine(f"the case has no removed line {line.line_id}", "Draw a new one.")
        lines.mark_removed(cursor, line.line_id, None)
        return RemoveLine(line.line_id)
    check_drawn_name(line)
    check_line(line)
    check_place(cursor, line.source_id, line.camera_id)
    line = replace(line, size=drawn_size(cursor, line))
    line_id = lines.next_id(cursor)
    lines.insert(cursor, replace(line, line_id=line_id, created_ns=now_ns(), created_by=by))
    return RemoveLine(line_id)


def add_bookmark(cursor: Cursor, bookmark: Bookmark, by: str) -> Edit:
    """Keeps a bookmark, or brings a removed one back."""
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
    check_place(cursor, bookmark.source_id, None)
    if bookmark.track_id is not None and not bookmarks.track_exists(cursor, bookmark.track_id):
        raise UnknownTrack(
            f"the case has no track {bookmark.track_id}", "'tracks' lists those of a source."
        )
    bookmark_id = bookmarks.next_id(cursor)
    made = replace(bookmark, bookmark_id=bookmark_id, created_ns=now_ns(), created_by=by)
    bookmarks.insert(cursor, made)
    return RemoveBookmark(bookmark_id)
