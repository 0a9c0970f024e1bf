"""The agency store: policy and the audit of what belongs to no single case.

It is opened for one act at a time and closed again, so that several cases can be worked on at once
by different processes.
"""

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from casefiles import audit
from casefiles.errors import CaseBusy, Unwritable
from casefiles.store import audit_rows, policies
from casefiles.store.engine import Connection, Cursor
from casefiles.store.migrate import migrate
from casefiles.types import Actor
from resources import paths

T = TypeVar("T")
UNREGISTERED: Final = "none: no policy registered"
_DATABASE: Final = "agency.duckdb"
_TRIES: Final = 100
_PAUSE_S: Final = 0.05


def policy_label() -> str:
    """The rules in force, as audit rows name them; `UNREGISTERED` before a policy is registered."""
    return _with_store(_label)


def record(entry: audit.Entry, actor: Actor) -> None:
    """Writes a row into the agency's own audit chain.

    Raises:
        Unwritable: it cannot be written; the act it belongs to must not go on.
    """

    def append(cursor: Cursor) -> None:
        audit.append(cursor, entry, actor, scope="agency", policy=_label(cursor))

    _with_store(append)


def check_chain() -> audit.Verdict:
    """Checks the agency's audit chain."""
    return _with_store(lambda cursor: audit.verify(audit.stored_rows(cursor)))


def newest_moment() -> datetime | None:
    """When the newest row of the agency's audit chain was written; None before there is one."""

    def look(cursor: Cursor) -> datetime | None:
        last = audit_rows.last(cursor)
        return None if last is None else datetime.fromisoformat(json.loads(last[2])["ts"])

    return _with_store(look)


def _label(cursor: Cursor) -> str:
    newest = policies.newest(cursor)
    return UNREGISTERED if newest is None else f"{newest[0]}: {newest[1]}"


def _with_store(work: Callable[[Cursor], T]) -> T:
    try:
        path = paths.home() / _DATABASE
    except OSError as error:
        raise Unwritable(
            f"the agency folder cannot be made: {error}",
            "Set WORKSTATION_HOME to a folder of yours.",
        ) from error
    with closing(_open(path)) as connection, connection.transaction() as cursor:
        return work(cursor)


def _open(path: Path) -> Connection:
    for left in range(_TRIES, 0, -1):
        try:
            connection = Connection(path, key=None, create=not path.exists())
        except CaseBusy as error:
            # DuckDB offers no waiting for its file lock; holders keep it for milliseconds.
            if left == 1:
                raise Unwritable(error.message, "Try again in a moment.") from error
            time.sleep(_PAUSE_S)  # noqa: TID251 - see above
            continue
        try:
            migrate(connection, "agency", new=True)
        except BaseException:
            connection.abandon()
            raise
        return connection
    raise AssertionError("the loop returns or raises")
