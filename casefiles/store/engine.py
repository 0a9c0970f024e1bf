"""Opens one DuckDB file, hardened and perhaps encrypted; translates DuckDB's errors into ours."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

import duckdb

from casefiles.errors import (
    CaseBusy,
    CaseDamaged,
    CaseError,
    NotACase,
    Unwritable,
    WrongPassphrase,
)

Cursor: TypeAlias = duckdb.DuckDBPyConnection

_NAME = "store"
_FULL = re.compile(r"no space left|disk full|out of disk|file too large|could not write", re.I)
_DENIED = re.compile(r"permission denied|read-only file system|cannot open file", re.I)
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


@cache
def _encryption_extension() -> Path:
    """The packaged extension that lets DuckDB 1.5.5 write encrypted files without a network."""
    folder = Path(str(files("duckdb_extension_httpfs")))
    found = sorted(folder.rglob("httpfs.duckdb_extension"))
    if not found:
        raise CaseError(
            "the encryption extension of DuckDB is missing from the installation",
            "Install duckdb-extension-httpfs in the version of duckdb.",
        )
    return found[0]


class Connection:
    """The only connection to one database file; hands out cursors that see that database."""

    def __init__(self, path: Path, *, key: str | None, create: bool) -> None:
        """Opens `path`; with `create` the file must not exist, else it must.

        Raises:
            CaseBusy, NotACase, WrongPassphrase, Unwritable, CaseDamaged: see `translated`.
        """
        if create == path.exists():
            raise NotACase(f"{path} {'exists already' if create else 'is missing'}")
        self.path = path
        self._key = key
        with translated(path):
            self._root = duckdb.connect(
                config={
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "memory_limit": "2GB",
                }
            )
            try:
                self._attach()
            except BaseException:
                self._root.close()
                raise

    @property
    def encrypted(self) -> bool:
        return self._key is not None

    def _attach(self) -> None:
        if self._key is not None:
            self._root.execute(f"LOAD '{_quoted(_encryption_extension())}'")
        self._root.execute(f"ATTACH '{_quoted(self.path)}' AS {_NAME}{self._attach_options()}")
        folder = f"{self.path.parent.resolve()}/"
        # Snapshots and migrations attach files beside this one; nothing else may be reached.
        self._root.execute(f"SET allowed_directories=['{_quoted(folder)}']")
        self._root.execute(f"SET temp_directory='{_quoted(folder)}spill'")
        self._root.execute("SET enable_external_access=false")
        self._root.execute("SET lock_configuration=true")
        self._root.execute(f"USE {_NAME}")

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A short-lived cursor: one snapshot a statement, closed at the end."""
        cursor = self._root.cursor()
        try:
            with translated(self.path):
                # A disk that was full a moment ago makes this fail too.
                cursor.execute(f"USE {_NAME}")
                yield cursor
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor whose statements all take effect together, or not at all."""
        with self.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                # A failed COMMIT has already rolled back; a second ROLLBACK then has nothing to do.
                with suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                raise

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file."""
        with self.cursor() as cursor:
            cursor.execute("CHECKPOINT")

    def _attach_options(self) -> str:
        # Said, because DuckDB would otherwise take a SQLite file for what it is, and look for help.
        key = f", ENCRYPTION_KEY '{_quoted(self._key)}'" if self._key is not None else ""
        return f" (TYPE duckdb{key})"

    def copy_to(self, target: Path) -> None:
        """Writes a complete, consistent copy beside the database, under the same key.

        Raises:
            Unwritable: the copy cannot be written; nothing is left of it.
        """
        with self.cursor() as cursor:
            cursor.execute(f"ATTACH '{_quoted(target)}' AS copy{self._attach_options()}")
            try:
                cursor.execute(f"COPY FROM DATABASE {_NAME} TO copy")
                cursor.execute("CHECKPOINT copy")
            finally:
                cursor.execute("DETACH copy")

    def close(self) -> None:
        """Closes the file; a second close does nothing."""
        self._root.close()


def insert_columns(cursor: Cursor, statement: str, columns: dict[str, object]) -> None:
    """Runs an `INSERT … SELECT … FROM batch` where `batch` is a dict of equally long arrays.

    Registering arrays is hundreds of times faster than `executemany` (docs/measured.md).
    """
    cursor.register("batch", columns)
    try:
        cursor.execute(statement)
    finally:
        cursor.unregister("batch")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors about `path` into ours; others are bugs and pass through."""
    try:
        yield
    except duckdb.Error as error:
        ours = _translate(path, str(error), error)
        if ours is None:
            raise
        raise ours from error


def _translate(path: Path, text: str, error: duckdb.Error) -> CaseError | None:
    if "Could not set lock" in text:
        holder = _HOLDER.search(text)
        who = f" by process {holder['pid']} ({holder['program']})" if holder else ""
        return CaseBusy(f"{path} is already open{who}", "Close it there, or wait.")
    if "AES tag differs" in text:
        return CaseDamaged(
            f"{path} was changed outside the program: a block of it does not decrypt",
            "Restore it from a snapshot.",
        )
    if "Wrong encryption key" in text:
        return WrongPassphrase(f"the key does not open {path}", "Check the passphrase.")
    if "without a key" in text:
        return WrongPassphrase(f"{path} is encrypted", "Set WORKSTATION_PASSPHRASE.")
    if "not a valid DuckDB database" in text or "not encrypted" in text:
        return NotACase(f"{path} is not a case database", "Choose a case folder.")
    if "newer version" in text or "serialized version" in text or "storage version" in text:
        return NotACase(f"{path} was written by another version of DuckDB", "Update Sightline.")
    if _FULL.search(text):
        return Unwritable(
            f"{path} cannot be written: {_first_line(text)}", "Free some space and try again."
        )
    if _DENIED.search(text):
        return Unwritable(
            f"{path} cannot be opened for writing: {_first_line(text)}",
            "Check the rights of the case folder.",
        )
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        return CaseDamaged(
            f"{path} has not the tables of a Sightline store: {_first_line(text)}",
            "Restore it from a snapshot.",
        )
    if isinstance(
        error, duckdb.IOException | duckdb.FatalException | duckdb.SerializationException
    ):
        return CaseDamaged(
            f"{path} cannot be read: {_first_line(text)}", "Restore it from a snapshot."
        )
    return None


def _first_line(text: str) -> str:
    return text.splitlines()[0][:200]


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")
