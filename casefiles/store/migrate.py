"""Brings a database file forward by numbered SQL files; never back, never twice, never half.

Files are `NNN_<kind>_<what>.sql` with kind `case`, `agency` or `both`. Each is applied in one
transaction with its row in `schema_version`; its checksum is compared ever after.
"""

import hashlib
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import duckdb

from casefiles.errors import CaseDamaged, CaseFromTheFuture, NotACase, Unwritable
from casefiles.store.engine import Connection, Cursor
from resources.version import PROGRAM_VERSION

StoreKind = Literal["case", "agency"]

_CREATE_VERSIONS = """
CREATE TABLE IF NOT EXISTS schema_version (
    version INTEGER PRIMARY KEY, store VARCHAR NOT NULL, name VARCHAR NOT NULL,
    checksum VARCHAR NOT NULL, program_version VARCHAR NOT NULL)
"""
_SELECT_VERSIONS = "SELECT version, store, name, checksum FROM schema_version ORDER BY version"
_INSERT_VERSION = "INSERT INTO schema_version VALUES (?, ?, ?, ?, ?)"
_TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def packaged_migrations(kind: StoreKind) -> tuple[Migration, ...]:
    """The steps of this program for a kind of store, in order."""
    steps = []
    for entry in files("casefiles.store").joinpath("schema").iterdir():
        number, applies_to, *_ = entry.name.removesuffix(".sql").split("_")
        if applies_to in (kind, "both"):
            steps.append(Migration(int(number), entry.name, entry.read_text(encoding="utf-8")))
    return tuple(sorted(steps, key=lambda step: step.version))


def migrate(
    connection: Connection,
    kind: StoreKind,
    *,
    new: bool,
    steps: tuple[Migration, ...] | None = None,
) -> None:
    """Applies what is missing; an existing file is copied beside itself before its first change.

    `new` allows a file without any table (just made, or left by a program that was killed then).

    Raises:
        NotACase: the file is a database, but not of this kind.
        CaseFromTheFuture: a newer program wrote it.
        CaseDamaged: an applied step differs from this program's.
        Unwritable: the copy cannot be made; nothing was changed.
    """
    steps = packaged_migrations(kind) if steps is None else steps
    with connection.cursor() as cursor:
        applied = _applied(cursor, connection.path, kind, new=new)
    newest = steps[-1].version
    if applied and max(applied) > newest:
        raise CaseFromTheFuture(
            f"{connection.path} was written by a newer Sightline "
            f"(format {max(applied)}, this program knows {newest})",
            "Update Sightline.",
        )
    for step in steps:
        if step.version in applied and applied[step.version] != step.checksum:
            raise CaseDamaged(
                f"{connection.path}: format step {step.version} differs from this program's",
                "Restore the file from a snapshot.",
            )
    missing = [step for step in steps if step.version not in applied]
    if applied and missing and missing[0].version < max(applied):
        raise CaseDamaged(
            f"{connection.path} lacks format step {missing[0].version} but has a later one",
            "Restore the file from a snapshot.",
        )
    if applied and missing:
        _keep_copy(connection, missing[0].version)
    for step in missing:
        with connection.transaction() as cursor:
            cursor.execute(_CREATE_VERSIONS)
            cursor.execute(step.sql)
            cursor.execute(
                _INSERT_VERSION, [step.version, kind, step.name, step.checksum, PROGRAM_VERSION]
            )


def _applied(cursor: Cursor, path: Path, kind: StoreKind, *, new: bool) -> dict[int, str]:
    try:
        rows = cursor.execute(_SELECT_VERSIONS).fetchall()
    except duckdb.CatalogException:
        # Looked for only where there is no such table: it takes longer than the rest of this.
        if new and not cursor.execute(_TABLES).fetchall():
            return {}
        raise NotACase(
            f"{path} is a database, but not a Sightline {kind}", "Choose a case folder."
        ) from None
    if not rows:
        raise CaseDamaged(f"{path} names no format step", "Restore it from a snapshot.")
    if any(store != kind for _, store, _, _ in rows):
        raise NotACase(f"{path} is a Sightline {rows[0][1]} store, not a {kind}")
    return {version: checksum for version, _, _, checksum in rows}


def _keep_copy(connection: Connection, version: int) -> None:
    connection.checkpoint()
    target = connection.path.with_name(f"{connection.path.name}.before-{version:03d}")
    try:
        shutil.copy2(connection.path, target)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Unwritable(
            f"{connection.path} cannot be copied before its format is brought forward: {error}",
            "Free some space or check the rights of the folder.",
        ) from error
