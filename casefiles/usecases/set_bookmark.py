"""Bookmarks a moment said in any of the ways people say one."""

from dataclasses import dataclass
from datetime import datetime

from casefiles.case import Case
from casefiles.edit_kinds import AddBookmark, RemoveBookmark
from casefiles.errors import BadBookmark, UnknownTrack
from casefiles.store import bookmarks, tracks
from casefiles.store.engine import Cursor
from casefiles.types import TRACKS_PER_RUN, RunId, SourceId, TrackId, TrackRow
from casefiles.view_types import Bookmark
from video.clock import NS_PER_S, format_media, wall_to_ns
from video.types import TimeNs


@dataclass(frozen=True, slots=True)
class Mark:
    """The moment to mark: a corrected wall time, or a time in a source, or where a track begins.

    A track may be named with either of the others too.
    """

    at: datetime | None = None
    source_id: int | None = None
    media_s: float | None = None
    track_id: int | None = None


def set_bookmark(case: Case, note: str, mark: Mark) -> Bookmark:
    """Stores a bookmark and gives it with its id.

    Raises:
        BadBookmark: no moment is said, two are, or it lies outside the footage.
        UnknownSource, UnknownTrack: there is none of that id.
    """
    bookmark = _resolved(case, note, mark)
    inverse = case.post(lambda: AddBookmark(bookmark)).result()
    if not isinstance(inverse, RemoveBookmark):
        raise TypeError(f"{inverse} does not take a new bookmark back")
    stored = case.read(lambda cursor: bookmarks.one(cursor, inverse.bookmark_id))
    if stored is None:
        raise LookupError(f"bookmark {inverse.bookmark_id} is gone")
    return stored[0]


def _resolved(case: Case, note: str, mark: Mark) -> Bookmark:
    track = None if mark.track_id is None else _track(case, mark.track_id)
    track_id = None if track is None else track.track_id
    if (mark.source_id is None) != (mark.media_s is None):
        raise BadBookmark("a source needs a time in it, and a time a source", "Give both.")
    if mark.at is not None:
        if mark.source_id is not None:
            raise BadBookmark("the bookmark names two moments", "Give one of them.")
        return Bookmark(note, wall_ns=wall_to_ns(mark.at), track_id=track_id)
    if mark.source_id is not None and mark.media_s is not None:
        time_ns = round(mark.media_s * NS_PER_S)
        return _in_source(case, note, mark.source_id, time_ns, track_id)
    if track is not None:
        return _in_source(case, note, track.source_id, track.from_ns, track_id)
    raise BadBookmark(
        "the bookmark marks no moment", "Give a wall time, a source and a time in it, or a track."
    )


def _in_source(
    case: Case, note: str, source_id: int, time_ns: int, track_id: TrackId | None
) -> Bookmark:
    source = case.source(source_id)
    if not 0 <= time_ns <= source.duration_ns:
        raise BadBookmark(
            f"source {source_id} has no footage at {format_media(time_ns)}",
            f"It runs from {format_media(0)} to {format_media(source.duration_ns)}.",
        )
    clock = source.clock
    wall_ns = None if clock is None else clock.to_wall_ns(TimeNs(time_ns))
    return Bookmark(note, wall_ns, SourceId(source_id), TimeNs(time_ns), track_id)


def _track(case: Case, track_id: int) -> TrackRow:
    def find(cursor: Cursor) -> TrackRow | None:
        found = tracks.of_run(cursor, RunId(track_id // TRACKS_PER_RUN))
        return next((row for row in found if row.track_id == track_id), None)

    # Beyond what a column holds, the store could not even be asked.
    row = case.read(find) if 0 < track_id < 2**63 else None
    if row is None:
        raise UnknownTrack(
            f"the case has no track {track_id}",
            "'tracks CASE --source ID' lists those of a source.",
        )
    return row
