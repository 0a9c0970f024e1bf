"""The one writer: order, transactions, errors."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from casefiles.store.engine import Connection, Cursor, insert_columns
from casefiles.store.writer import Writer


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    connection = Connection(tmp_path / "a.duckdb", key=None, create=True)
    with connection.transaction() as cursor:
        cursor.execute("CREATE TABLE t (n BIGINT PRIMARY KEY)")
    yield connection
    connection.close()


@pytest.fixture
def writer(connection: Connection) -> Iterator[Writer]:
    writer = Writer(connection)
    yield writer
    writer.close()


def numbers(connection: Connection) -> list[int]:
    with connection.cursor() as cursor:
        return [row[0] for row in cursor.execute("SELECT n FROM t ORDER BY rowid").fetchall()]


def add(number: int) -> Callable[[Cursor], int]:
    def work(cursor: Cursor) -> int:
        cursor.execute("INSERT INTO t VALUES (?)", [number])
        return number

    return work


def test_result_comes_back_through_the_future(writer: Writer, connection: Connection) -> None:
    assert writer.do(add(7)) == 7
    assert numbers(connection) == [7]


def test_error_comes_back_and_undoes_only_its_own_work(
    writer: Writer, connection: Connection
) -> None:
    writer.do(add(1))

    def fails(cursor: Cursor) -> None:
        cursor.execute("INSERT INTO t VALUES (2)")
        raise KeyError("mine")

    future = writer.post(fails)
    with pytest.raises(KeyError, match="mine"):
        future.result()
    writer.do(add(3))
    assert numbers(connection) == [1, 3]


def test_edits_pass_waiting_bulk_work_and_lanes_keep_their_order(
    writer: Writer, connection: Connection
) -> None:
    started, go = Event(), Event()

    def hold(_cursor: Cursor) -> None:
        started.set()
        go.wait()

    writer.post(hold, bulk=True)
    started.wait()
    bulk = [writer.post(add(n), bulk=True) for n in (10, 11)]
    edits = [writer.post(add(n)) for n in (20, 21)]
    go.set()
    for future in (*bulk, *edits):
        future.result()
    assert numbers(connection) == [20, 21, 10, 11]


def test_close_finishes_what_is_queued(connection: Connection) -> None:
    writer = Writer(connection)
    for number in range(20):
        writer.post(add(number), bulk=True)
    writer.close()
    writer.close()
    assert numbers(connection) == list(range(20))
    with pytest.raises(RuntimeError):
        writer.post(add(99))


def test_reader_sees_no_half_batch(writer: Writer, connection: Connection) -> None:
    inside, go = Event(), Event()

    def two_steps(cursor: Cursor) -> None:
        cursor.execute("INSERT INTO t VALUES (1)")
        inside.set()
        go.wait()
        cursor.execute("INSERT INTO t VALUES (2)")

    future = writer.post(two_steps)
    inside.wait()
    assert numbers(connection) == []
    go.set()
    future.result()
    assert numbers(connection) == [1, 2]


def test_arrays_go_in_as_columns(connection: Connection) -> None:
    with connection.transaction() as cursor:
        insert_columns(cursor, "INSERT INTO t SELECT n FROM batch", {"n": np.arange(1000)})
    assert numbers(connection) == list(range(1000))
