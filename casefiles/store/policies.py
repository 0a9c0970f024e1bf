"""Registered policies of the agency: SQL only."""

from casefiles.store.engine import Cursor

_NEWEST = "SELECT version, sha256 FROM policies ORDER BY version DESC LIMIT 1"


def newest(cursor: Cursor) -> tuple[int, str] | None:
    """Version and hash of the policy in force, or None before one is registered."""
    rows = cursor.execute(_NEWEST).fetchall()
    return (int(rows[0][0]), str(rows[0][1])) if rows else None
