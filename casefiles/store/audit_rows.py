"""Audit rows: SQL ↔ `SealedRow` fields; only ever adds and reads."""

from collections.abc import Iterator

from casefiles.store.engine import Cursor

_LAST = "SELECT seq, row_hash, row_text FROM audit ORDER BY seq DESC LIMIT 1"
_INSERT = "INSERT INTO audit (seq, row_text, row_hash) VALUES (?, ?, ?)"
_INSERT_PRIVATE = "INSERT INTO audit_private (seq, name, salt, value) VALUES "
_ROWS = "SELECT seq, row_text, row_hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?"
_NEWEST = "SELECT seq, row_text, row_hash FROM audit ORDER BY seq DESC LIMIT ?"
_PRIVATE = """
SELECT seq, name, salt, value FROM audit_private WHERE seq BETWEEN ? AND ? ORDER BY seq, name
"""
_PAGE = 5000

PrivateTuple = tuple[str, bytes, str]


def last(cursor: Cursor) -> tuple[int, str, str] | None:
    """Number, hash and text of the newest row, or None in an empty chain."""
    rows = cursor.execute(_LAST).fetchall()
    return (int(rows[0][0]), str(rows[0][1]), str(rows[0][2])) if rows else None


def insert(
    cursor: Cursor, seq: int, text: str, row_hash: str, private: tuple[PrivateTuple, ...]
) -> None:
    """Adds one row with its erasable values."""
    cursor.execute(_INSERT, [seq, text, row_hash])
    if private:
        # One statement: each takes longer than all else that logging does.
        rows = ", ".join(["(?, ?, ?, ?)"] * len(private))
        values = [part for one in private for part in (seq, *one)]
        cursor.execute(_INSERT_PRIVATE + rows, values)


def every(cursor: Cursor) -> Iterator[tuple[int, str, str, tuple[PrivateTuple, ...]]]:
    """All rows in order as (seq, text, hash, private), read in pages."""
    start = -(2**62)
    while rows := cursor.execute(_ROWS, [start, _PAGE]).fetchall():
        by_seq: dict[int, list[PrivateTuple]] = {}
        for seq, name, salt, value in cursor.execute(
            _PRIVATE, [rows[0][0], rows[-1][0]]
        ).fetchall():
            by_seq.setdefault(seq, []).append((name, bytes(salt), value))
        for seq, text, row_hash in rows:
            yield int(seq), text, row_hash, tuple(by_seq.get(seq, ()))
        start = rows[-1][0] + 1


def newest(cursor: Cursor, most: int) -> tuple[tuple[int, str, str, tuple[PrivateTuple, ...]], ...]:
    """The newest rows, newest first, as (seq, text, hash, private)."""
    rows = cursor.execute(_NEWEST, [most]).fetchall()
    if not rows:
        return ()
    by_seq: dict[int, list[PrivateTuple]] = {}
    for seq, name, salt, value in cursor.execute(_PRIVATE, [rows[-1][0], rows[0][0]]).fetchall():
        by_seq.setdefault(seq, []).append((name, bytes(salt), value))
    return tuple((int(r[0]), r[1], r[2], tuple(by_seq.get(r[0], ()))) for r in rows)
