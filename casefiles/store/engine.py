"""Opens one DuckDB file, hardened and perhaps encrypted; translates DuckDB's errors into ours."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

import duckdb

from casefiles.errors import (
    CaseBusy,
    CaseDamaged,
    CaseError,
    CaseOpenHere,
    NotACase,
    Unwritable,
)
from casefiles.store.write_ahead import torn_bytes

# DuckDB asks Python for pandas at every value that is bound; where there is none, all of the path
# is searched each time: 0.3 ms a value, more than many a statement. This says so at once.
if find_spec("pandas") is None:
    sys.modules["pandas"] = None  # type: ignore[assignment]  # how Python marks what is absent

Cursor: TypeAlias = duckdb.DuckDBPyConnection

_NAME = "store"
MEMORY: Final = "1GB"
"""How much DuckDB takes before it spills to the folder of the database."""
_BLOCKS = """
SELECT block_size, total_blocks, used_blocks FROM pragma_database_size()
WHERE database_name = current_database()
"""
_BEFORE_BLOCKS = 12_288
"""Bytes of the headers at the start of a DuckDB file."""
_FULL = re.compile(
    r"no space left|disk full|out of disk|quota exceeded|file too large|could not write", re.I
)
_DENIED = re.compile(r"permission denied|read-only file system|cannot open file", re.I)
_REASON = re.compile(
    r"no space left on device|disk quota exceeded|file too large|input/output error"
    r"|permission denied|read-only file system|stale file handle",
    re.I,
)
_ROOM = "Free some space and try again; what was stored before is whole."
_CLOSE_THERE = "Close it there, or copy it for looking with 'case snapshot'."
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
            CaseBusy, NotACase, Unwritable, CaseDamaged: see `translated`.
        """
        if create == path.exists():
            raise NotACase(f"{path} {'exists already' if create else 'is missing'}")
        self.path = path
        self._key = key
        self._spill = path.parent.resolve() / "spill"
        self._closed = False
        self.left_out_bytes = torn_bytes(path, encrypted=key is not None)
        """What the log held of changes that were under way when the program was ended."""
        with translated(path):
            self._root = duckdb.connect(
                config={
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "memory_limit": MEMORY,
                }
            )
            self._hold = -1
            try:
                self._attach()
                self._hold = _held(path)
            except BaseException:
                self.abandon()
                raise

    @property
    def encrypted(self) -> bool:
        return self._key is not None

    def _attach(self) -> None:
        if self._key is not None:
            self._root.execute(f"LOAD '{_quoted(_encryption_extension())}'")
            # DuckDB would write what does not fit into memory in plain, whatever the key.
            self._root.execute("SET temp_file_encryption=true")
        # A file that turns out to be damaged is let go as it is, by `abandon`.
        self._root.execute("PRAGMA disable_checkpoint_on_shutdown")
        self._root.execute(f"ATTACH '{_quoted(self.path)}' AS {_NAME}{self._attach_options()}")
        folder = f"{self.path.parent.resolve()}/"
        # Snapshots and migrations attach files beside this one; nothing else may be reached.
        self._root.execute(f"SET allowed_directories=['{_quoted(folder)}']")
        self._root.execute(f"SET temp_directory='{_quoted(self._spill)}'")
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

    def check_length(self) -> None:
        """Makes sure that the file was not cut short, as far as that shows without reading it.

        DuckDB finds out when it comes to a block that is gone, perhaps weeks of writing later. It
        shortens its file itself, but by whole blocks and never below those in use.

        Raises:
            CaseDamaged: the file was cut short.
        """
        with self.cursor() as cursor:
            ((block, total, used),) = cursor.execute(_BLOCKS).fetchall()
        blocks, rest = divmod(self.path.stat().st_size - _BEFORE_BLOCKS, block)
        if blocks < used or (rest and blocks < total):
            raise CaseDamaged(
                f"{self.path} was cut short: bytes at its end are missing",
                "Restore it from a snapshot.",
            )

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
        """Moves the write-ahead log into the file and closes it; a second close does nothing."""
        if self._closed:
            return
        # What cannot be moved stays in the log, and is found there when the file is opened again.
        with suppress(duckdb.Error, CaseError):
            self.checkpoint()
        self._root.close()
        # What killed processes put aside and nobody can use; while the file is still held.
        shutil.rmtree(self._spill, ignore_errors=True)
        self.abandon()

    def abandon(self) -> None:
        """Closes the file and leaves every byte of it as it is."""
        self._closed = True
        self._root.close()
        if self._hold >= 0:
            os.close(self._hold)
            self._hold = -1


def _held(path: Path) -> int:
    """A lock of our own beside DuckDB's, as an open file.

    POSIX takes DuckDB's away as soon as anything else in this process has read the file and closes
    it; a second process could then write along with us. This one stays until it is closed.

    Raises:
        CaseBusy: another process has it.
    """
    if sys.platform == "win32":
        # There locks belong to handles and are not lost.
        return -1
    import fcntl  # noqa: PLC0415 - see above

    # Only after DuckDB has its own: closing this would take it from a case open here already.
    hold = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(hold)
        raise CaseBusy(f"{path} is already open by another process", _CLOSE_THERE) from None
    # A file system without locks; DuckDB's must do.
    except OSError:
        return hold
    return hold


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
        return CaseBusy(f"{path} is already open{who}", _CLOSE_THERE)
    if "Unique file handle conflict" in text:
        return CaseOpenHere(f"{path} is already open in this program", "Close it there first.")
    if "AES tag differs" in text:
        return CaseDamaged(
            f"{path} was changed outside the program: a block of it does not decrypt",
            "Restore it from a snapshot.",
        )
    # The passphrase was right for the key file, or there is none: the two files do not fit.
    if "Wrong encryption key" in text:
        return CaseDamaged(
            f"the key in the key file beside it does not open {path}: one of the two is damaged or "
            "of another case",
            "Restore both from one snapshot.",
        )
    if "without a key" in text:
        return CaseDamaged(
            f"{path} is encrypted, and the key file beside it holds no key",
            "Restore both from one snapshot.",
        )
    if "not encrypted" in text:
        return CaseDamaged(
            f"{path} is not encrypted, and the key file beside it says that it is",
            "Restore both from one snapshot.",
        )
    if "not a valid DuckDB database" in text:
        return NotACase(f"{path} is not a case database", "Choose a case folder.")
    if "newer version" in text or "serialized version" in text or "storage version" in text:
        return NotACase(f"{path} was written by another version of DuckDB", "Update Sightline.")
    if "read enough bytes" in text:
        return CaseDamaged(
            f"{path} was cut short: bytes at its end are missing", "Restore it from a snapshot."
        )
    if _FULL.search(text):
        return Unwritable(f"{path} cannot be written: {_reason(text)}", _ROOM)
    if _DENIED.search(text):
        return Unwritable(
            f"{path} cannot be opened for writing: {_reason(text)}",
            "Check the rights of its folder, or whether the disk is read-only.",
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


def _reason(text: str) -> str:
    """Why the system refused, without the library's own words around it."""
    found = _REASON.search(text)
    return found[0][0].upper() + found[0][1:].lower() if found else _first_line(text)


def _first_line(text: str) -> str:
    return text.splitlines()[0][:200]


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")
