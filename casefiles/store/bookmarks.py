"""Bookmarks: SQL ↔ `Bookmark`; a removed one keeps its row."""

from typing import Any

from casefiles.store.engine import Cursor
from casefiles.types import BookmarkId
from casefiles.view_types import Bookmark

_COLUMNS = "note, wall_ns, source_id, time_ns, track_id, bookmark_id, created_ns, created_by"
_NEXT_ID = "SELECT coalesce(max(bookmark_id), 0) + 1 FROM bookmarks"
_INSERT = (
    f"INSERT INTO bookmarks ({_COLUMNS}) "  # noqa: S608 - the column list is a constant
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_PRESENT = (
    f"SELECT {_COLUMNS} FROM bookmarks "  # noqa: S608 - the column list is a constant
    "WHERE removed_ns IS NULL ORDER BY bookmark_id"
)
_ONE = f"SELECT {_COLUMNS}, removed_ns FROM bookmarks WHERE bookmark_id = ?"  # noqa: S608
_MARK = "UPDATE bookmarks SET removed_ns = ? WHERE bookmark_id = ?"
_CHANGE = "UPDATE bookmarks SET note = ? WHERE bookmark_id = ?"
_TRACK_EXISTS = """
SELECT 1 FROM tracks WHERE track_id = ?
UNION ALL SELECT 1 FROM track_points WHERE track_id = ? LIMIT 1
"""


def next_id(cursor: Cursor) -> BookmarkId:
    """The id of the next bookmark; those of removed ones are not given out again."""
    return BookmarkId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, bookmark: Bookmark) -> None:
    """Stores a bookmark under its id."""
    cursor.execute(
        _INSERT,
        [
            bookmark.note,
            bookmark.wall_ns,
            bookmark.source_id,
            bookmark.time_ns,
            bookmark.track_id,
            bookmark.bookmark_id,
            bookmark.created_ns,
            bookmark.created_by,
        ],
    )


def present(cursor: Cursor) -> tuple[Bookmark, ...]:
    """All bookmarks that were not removed, by id."""
    return tuple(_bookmark(row) for row in cursor.execute(_PRESENT).fetchall())


def one(cursor: Cursor, bookmark_id: BookmarkId) -> tuple[Bookmark, bool] | None:
    """The bookmark of that id and whether it is present; None where there never was one."""
    rows = cursor.execute(_ONE, [bookmark_id]).fetchall()
    return (_bookmark(rows[0][:-1]), rows[0][-1] is None) if rows else None


def mark_removed(cursor: Cursor, bookmark_id: BookmarkId, when_ns: int | None) -> None:
    """Marks the bookmark of that id removed, or present again (None)."""
    cursor.execute(_MARK, [when_ns, bookmark_id])


def change_note(cursor: Cursor, bookmark_id: BookmarkId, note: str) -> None:
    """Gives the bookmark of that id another note."""
    cursor.execute(_CHANGE, [note, bookmark_id])


def track_exists(cursor: Cursor, track_id: int) -> bool:
    """Whether the case has a track of that id, of a run still under way even."""
    return bool(cursor.execute(_TRACK_EXISTS, [track_id, track_id]).fetchall())


def _bookmark(row: tuple[Any, ...]) -> Bookmark:
    # The columns come in the order of the fields.
    return Bookmark(*row)
