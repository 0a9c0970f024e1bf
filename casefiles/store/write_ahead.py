"""Looks at DuckDB's write-ahead log before DuckDB, which passes over what it cannot read.

A log whose header or whose lengths do not fit is taken for one that a power cut tore: what follows
is left out and soon overwritten, be it a day's work. Here the two are told apart. A log that ends
within a record is torn, as a kill leaves it: what was being stored then was never reported as
stored. A log that ends with a whole commit, but cannot be walked to there, was damaged.

The file, as DuckDB 1.5 writes it: a header of numbered fields, then records of a length (8 bytes,
little-endian), a checksum or nonce, content, and a tag where it is encrypted.
"""

from pathlib import Path
from typing import Final

from casefiles.errors import CaseDamaged

_HEADER: Final = b"\x64\x00\x62\x65\x00"
"""Field 100: a record of type 98, the version; then field 101, which says it."""
_VERSIONS: Final = {2, 3}
_IDENTIFIER: Final = b"\x66\x00"
_ROUND: Final = b"\x67\x00"
_END: Final = b"\xff\xff"
_LENGTH: Final = 8
_AROUND: Final = {False: _LENGTH + 8, True: _LENGTH + 12 + 8 + 16}
"""Bytes of a record beyond its content, plain and encrypted: length, nonce, checksum, tag."""
_COMMIT: Final = 5
"""Bytes of the content of a record that ends a transaction."""


def torn_bytes(database: Path, *, encrypted: bool) -> int:
    """How many bytes at the end of the log of `database` belong to nothing that was ever stored.

    0 where there is no log, it is whole, or another version of DuckDB wrote it.

    Raises:
        CaseDamaged: it was changed or cut, and what was stored would be passed over.
    """
    path = database.with_name(f"{database.name}.wal")
    try:
        log = path.read_bytes()
    except FileNotFoundError:
        return 0
    # Whether it can be read at all is for DuckDB to say: it must be able to write it too.
    except OSError:
        return 0
    start = _header_end(log)
    if start is None:
        # Killed within the very first write.
        if _HEADER.startswith(log[: len(_HEADER)]) and not _ends_whole(log, encrypted):
            return len(log)
        raise _damaged(path)
    if start == 0:
        return 0
    stored = at = start
    while at + _LENGTH <= len(log):
        length = int.from_bytes(log[at : at + _LENGTH], "little")
        at += length + _AROUND[encrypted]
        if length == _COMMIT and at <= len(log):
            stored = at
    if stored < len(log) and _ends_whole(log, encrypted):
        raise _damaged(path)
    return len(log) - stored


def _header_end(log: bytes) -> int | None:
    """Where the first record begins; 0 for a version unknown here, None for no header."""
    if not log.startswith(_HEADER) or len(log) <= len(_HEADER):
        return None
    at = len(_HEADER) + 1
    if log[at - 1] not in _VERSIONS:
        return 0
    if log[at : at + 2] == _IDENTIFIER:
        # A count, and as many numbers.
        count, at = _number(log, at + 2)
        for _ in range(count):
            _, at = _number(log, at)
    if log[at : at + 2] == _ROUND:
        _, at = _number(log, at + 2)
    return at + 2 if log[at : at + 2] == _END else None


def _number(log: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where the next thing begins."""
    value = shift = 0
    while at < len(log):
        value |= (log[at] & 0x7F) << shift
        shift += 7
        at += 1
        if log[at - 1] < 0x80:
            break
    return value, at


def _ends_whole(log: bytes, encrypted: bool) -> bool:
    """Whether the last bytes are a whole record that ends a transaction, but for one bit."""
    at = len(log) - _COMMIT - _AROUND[encrypted]
    length = int.from_bytes(log[max(at, 0) : at + _LENGTH], "little")
    return at >= 0 and (length ^ _COMMIT).bit_count() <= 1


def _damaged(path: Path) -> CaseDamaged:
    return CaseDamaged(
        f"{path} was changed outside the program or is damaged: some of it cannot be read",
        "Keep a copy of the folder as it is, and restore the case from a snapshot.",
    )
