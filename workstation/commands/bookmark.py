"""`bookmark`: moments worth coming back to."""

import argparse

from casefiles import audit
from casefiles.edit_kinds import ChangeBookmark
from casefiles.types import BookmarkId
from casefiles.usecases.export_bookmarks import export_bookmarks
from casefiles.usecases.set_bookmark import Mark, set_bookmark
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Bookmark
from video.clock import (
    NS_PER_S,
    format_media,
    format_wall,
    format_wall_in,
    parse_wall,
    wall_from_ns,
    zone_of,
)
from workstation.broken_text import refuse_broken_text
from workstation.commands.access import opened
from workstation.output import print_json, print_text


def add(options: argparse.Namespace) -> int:
    """Marks a moment."""
    mark = Mark(
        at=None if options.at is None else parse_wall(options.at),
        source_id=options.source,
        media_s=options.media_s,
        track_id=options.track,
    )
    with opened(options) as case:
        added = set_bookmark(case, options.note, mark)
        zone_name = view_case(case).zone_name
    if options.json:
        print_json(_document(added))
    else:
        print_text(_line(added, zone_name))
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the bookmarks."""
    with opened(options) as case:
        view = view_case(case)
        case.record(audit.Entry("bookmark.list", "done", facts={"bookmarks": len(view.bookmarks)}))
    if options.json:
        print_json([_document(bookmark) for bookmark in view.bookmarks])
        return 0
    if not view.bookmarks:
        print_text("no bookmarks yet: use 'bookmark add', or B in the window")
    for bookmark in view.bookmarks:
        print_text(_line(bookmark, view.zone_name))
    return 0


def note(options: argparse.Namespace) -> int:
    """Gives a bookmark another note."""
    refuse_broken_text({"--note": options.note})
    edit = ChangeBookmark(BookmarkId(options.bookmark), options.note)
    with opened(options) as case:
        case.post(lambda: edit).result()
        view = view_case(case)
    changed = next(one for one in view.bookmarks if one.bookmark_id == options.bookmark)
    if options.json:
        print_json(_document(changed))
    else:
        print_text(_line(changed, view.zone_name))
    return 0


def export(options: argparse.Namespace) -> int:
    """Writes the bookmarks as a table."""
    with opened(options) as case:
        done = export_bookmarks(case, options.out)
    if options.json:
        print_json({"file": str(options.out), "bookmarks": done.bookmarks, "sha256": done.sha256})
    else:
        print_text(f"{done.bookmarks} bookmarks written to {options.out} · SHA-256 {done.sha256}")
    return 0


def _document(bookmark: Bookmark) -> dict[str, object]:
    wall_ns, time_ns = bookmark.wall_ns, bookmark.time_ns
    return {
        "id": bookmark.bookmark_id,
        "note": bookmark.note,
        "at": None if wall_ns is None else format_wall(wall_from_ns(wall_ns)),
        "source": bookmark.source_id,
        "media_s": None if time_ns is None else time_ns / NS_PER_S,
        "track": bookmark.track_id,
        "created": format_wall(wall_from_ns(bookmark.created_ns)),
        "created_by": bookmark.created_by,
    }


def _line(bookmark: Bookmark, zone_name: str) -> str:
    parts = [bookmark.note]
    if bookmark.wall_ns is not None:
        parts.append(format_wall_in(bookmark.wall_ns, zone_of(zone_name)))
    if bookmark.time_ns is not None:
        parts.append(f"source {bookmark.source_id} at {format_media(bookmark.time_ns)}")
    if bookmark.track_id is not None:
        parts.append(f"track {bookmark.track_id}")
    return f"{bookmark.bookmark_id}: {' · '.join(parts)}"
