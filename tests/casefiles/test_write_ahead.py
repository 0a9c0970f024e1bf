"""The write-ahead log before DuckDB reads it: torn is told from damaged, plain and encrypted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from casefiles.errors import CaseDamaged
from casefiles.store.engine import Connection
from casefiles.store.write_ahead import torn_bytes

COMMITS = 4
_LOOKS_LAST = b"\x01" + bytes(7)
Torn = Callable[[bytes], int]


@pytest.fixture(scope="module", params=[None, "a key"], ids=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> str | None:
    """The key of the database that is logged."""
    chosen: str | None = request.param
    return chosen


@pytest.fixture(scope="module")
def log(key: str | None, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The log of some transactions, as DuckDB wrote it.

    One nonce in 256 begins with zero; cut a byte past the right place, such a record looks like the
    last one with a bit changed, and is called damaged to be on the safe side. Not so here.
    """
    while True:
        content = _logged(tmp_path_factory.mktemp("log") / "x.duckdb", key)
        if key is None or _LOOKS_LAST not in content:
            return content


def _logged(path: Path, key: str | None) -> bytes:
    connection = Connection(path, key=key, create=True)
    with connection.transaction() as cursor:
        cursor.execute("CREATE TABLE notes (note VARCHAR)")
    connection.checkpoint()
    for number in range(COMMITS):
        with connection.transaction() as cursor:
            cursor.execute("INSERT INTO notes SELECT repeat(?, 40)", [f"note {number} "])
    content = path.with_name("x.duckdb.wal").read_bytes()
    connection.close()
    return content


@pytest.fixture
def torn(key: str | None, tmp_path: Path) -> Torn:
    """How many bytes of a log belong to nothing that was stored."""

    def count(content: bytes) -> int:
        (tmp_path / "x.duckdb.wal").write_bytes(content)
        return torn_bytes(tmp_path / "x.duckdb", encrypted=key is not None)

    return count


def test_whole_log_and_no_log_are_not_torn(torn: Torn, log: bytes, tmp_path: Path) -> None:
    assert torn(log) == 0
    assert torn_bytes(tmp_path / "none.duckdb", encrypted=False) == 0


def test_log_cut_anywhere_is_torn_and_never_called_damaged(torn: Torn, log: bytes) -> None:
    left = [torn(log[:keep]) for keep in range(len(log))]
    whole = [keep for keep, rest in enumerate(left) if rest == 0]
    # Nothing at all, the header alone, and after each commit but the last.
    assert len(whole) == 1 + 1 + COMMITS - 1
    assert all(0 <= rest <= keep for keep, rest in enumerate(left))


def test_changed_header_is_called_damaged(torn: Torn, log: bytes) -> None:
    for at in range(5):
        with pytest.raises(CaseDamaged, match=r"x\.duckdb\.wal"):
            torn(log[:at] + bytes([log[at] ^ 1]) + log[at + 1 :])
    with pytest.raises(CaseDamaged):
        torn(b"\xaa" * 5 + log[5:])


def test_changed_length_is_called_damaged_wherever_it_stands(torn: Torn, log: bytes) -> None:
    start = log.index(b"\xff\xff") + 2
    for byte in range(8):
        spoilt = bytearray(log)
        spoilt[start + byte] ^= 1
        with pytest.raises(CaseDamaged):
            torn(bytes(spoilt))


def test_log_of_a_version_unknown_here_is_left_to_duckdb(torn: Torn, log: bytes) -> None:
    assert torn(log[:5] + b"\x09" + log[6:]) == 0
