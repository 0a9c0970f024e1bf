"""Saved searches: SQL ↔ `SavedSearch`; a removed one keeps its row."""

from casefiles.store.engine import Cursor
from casefiles.types import SavedSearchId
from casefiles.view_types import SavedSearch

_COLUMNS = "search_id, name, text, document, created_ns, created_by"
_NEXT_ID = "SELECT coalesce(max(search_id), 0) + 1 FROM saved_searches"
_INSERT = f"INSERT INTO saved_searches ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant of this module
_PRESENT = f"SELECT {_COLUMNS} FROM saved_searches WHERE removed_ns IS NULL ORDER BY search_id"  # noqa: S608
_ONE = f"SELECT {_COLUMNS}, removed_ns FROM saved_searches WHERE search_id = ?"  # noqa: S608
_NAME = "UPDATE saved_searches SET name = ? WHERE search_id = ?"
_MARK = "UPDATE saved_searches SET removed_ns = ? WHERE search_id = ?"


def next_id(cursor: Cursor) -> SavedSearchId:
    """The id of the next one; those of removed ones are not given out again."""
    return SavedSearchId(cursor.execute(_NEXT_ID).fetchall()[0][0])


def insert(cursor: Cursor, search: SavedSearch) -> None:
    """Stores a search under its id."""
    cursor.execute(
        _INSERT,
        [
            search.search_id, search.name, search.text, search.document, search.created_ns,
            search.created_by,
        ],
    )  # fmt: skip


def present(cursor: Cursor) -> tuple[SavedSearch, ...]:
    """All that were not removed, by id."""
    return tuple(_search(row) for row in cursor.execute(_PRESENT).fetchall())


def one(cursor: Cursor, search_id: SavedSearchId) -> tuple[SavedSearch, bool] | None:
    """The search of that id and whether it is present; None where there never was one."""
    rows = cursor.execute(_ONE, [search_id]).fetchall()
    return (_search(rows[0][:-1]), rows[0][-1] is None) if rows else None


def rename(cursor: Cursor, search_id: SavedSearchId, name: str) -> None:
    """Gives the search of that id another name."""
    cursor.execute(_NAME, [name, search_id])


def mark_removed(cursor: Cursor, search_id: SavedSearchId, when_ns: int | None) -> None:
    """Marks the search of that id removed, or present again (None)."""
    cursor.execute(_MARK, [when_ns, search_id])


def _search(row: tuple[object, ...]) -> SavedSearch:
    search_id, name, text, document, created_ns, created_by = row
    return SavedSearch(
        name=str(name),
        text=str(text),
        document=str(document),
        search_id=SavedSearchId(int(str(search_id))),
        created_ns=int(str(created_ns)),
        created_by=str(created_by),
    )
