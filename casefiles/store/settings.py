"""Settings of a case: name ↔ text."""

from casefiles.store.engine import Cursor

_PUT = "INSERT OR REPLACE INTO case_settings (name, value) VALUES (?, ?)"
_VALUE = "SELECT value FROM case_settings WHERE name = ?"


def put(cursor: Cursor, name: str, value: str) -> None:
    """Sets a setting."""
    cursor.execute(_PUT, [name, value])


def value_of(cursor: Cursor, name: str) -> str | None:
    """The value of a setting; None where it was never set."""
    rows = cursor.execute(_VALUE, [name]).fetchall()
    return str(rows[0][0]) if rows else None
