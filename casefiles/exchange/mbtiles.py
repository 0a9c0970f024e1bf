"""MBTiles: map tiles in an SQLite file (MBTiles specification 1.3, Mapbox, 2018).

The file is opened read-only and as one that nobody changes, so that not even a lock is written
beside it. Its `tiles` may be a view with any text behind it: what a question may cost is counted
in steps of the database, not in seconds, and what it may give back in bytes.
"""

import math
import sqlite3
import threading
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from casefiles.errors import BadMap
from casefiles.exchange.tile_facts import (
    MOST_TILE_BYTES,
    MOST_ZOOM,
    Degrees,
    TileFacts,
    TileForm,
    bad_tile,
    bounds_in_degrees,
    facts_from,
    form_of,
    unpacked,
)

MAGIC: Final = b"SQLite format 3\x00"
_STEPS: Final = 1000
_MOST_STEPS: Final = 5_000
"""Five million steps: a tile by its index takes about fifty, a million rows read through more."""
_MOST_FACTS: Final = 200
_FORMS: Final = ("png", "jpg", "webp", "pbf")
_GET_ANOTHER: Final = "Get the file again, or make it anew."


class MBTiles:
    """One open file; every method may be called on any thread."""

    def __init__(self, path: Path) -> None:
        """Raises BadMap: it is no MBTiles, is empty, damaged or still being written."""
        self.path = path
        self._lock = threading.Lock()
        self._steps = 0
        _refuse_unfinished(path)
        try:
            self._con = _connected(path)
        except sqlite3.Error as error:
            raise BadMap(f"{path} cannot be opened: {error}", _GET_ANOTHER) from error
        self._con.set_progress_handler(self._count, _STEPS)
        try:
            self.facts = self._read_facts()
        except BaseException:
            self._con.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile counted from the north-west, unpacked; None where there is none.

        Raises:
            BadMap: the file is damaged there or gone, or the tile is too large to be one.
        """
        if not 0 <= zoom <= MOST_ZOOM or not (0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            return None
        # The rows of the file count from the south (TMS).
        where = (zoom, column, (1 << zoom) - 1 - row)
        try:
            found = self._ask(
                "SELECT tile_data FROM tiles"
                " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
                where,
            )
        except sqlite3.Error as error:
            raise bad_tile(self.path, zoom, column, row, self._why(error)) from error
        if not found or not isinstance(found[0][0], bytes) or not found[0][0]:
            return None
        try:
            return unpacked(found[0][0])
        except ValueError as error:
            raise bad_tile(self.path, zoom, column, row, error) from error

    def close(self) -> None:
        """Gives the file back."""
        with self._lock:
            self._con.close()

    def _ask(self, sql: str, values: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            self._steps = 0
            return self._con.execute(sql, values).fetchmany(_MOST_FACTS)

    def _count(self) -> int:
        self._steps += 1
        return self._steps > _MOST_STEPS

    def _why(self, error: sqlite3.Error) -> str:
        if self._steps > _MOST_STEPS:
            return "its tiles have no index, or its views ask for too much"
        return str(error)

    def _read_facts(self) -> TileFacts:
        try:
            tables = {str(name).lower() for (name,) in self._ask(
                "SELECT name FROM sqlite_master WHERE lower(name) IN ('tiles', 'metadata')"
            )}  # fmt: skip
            if "tiles" not in tables:
                raise BadMap(
                    f"{self.path} is an SQLite file without map tiles",
                    "Choose an MBTiles file: it has a table or view called tiles.",
                )
            said = self._said() if "metadata" in tables else {}
            form = self._form(said)
            zooms = self._zooms(said)
            bounds = bounds_in_degrees(said.get("bounds")) or self._bounds(zooms)
        except sqlite3.Error as error:
            raise BadMap(
                f"{self.path} is damaged, or no MBTiles: {self._why(error)}", _GET_ANOTHER
            ) from error
        return facts_from(self.path, said, form, zooms, bounds)

    def _said(self) -> dict[str, str]:
        rows = self._ask("SELECT name, value FROM metadata")
        return {str(name): str(value) for name, value in rows if value is not None}

    def _form(self, said: dict[str, str]) -> TileForm:
        """What the tiles are by the first of them; what the file says counts for shapes only."""
        first = self._ask("SELECT tile_data FROM tiles LIMIT 1")
        if not first:
            raise BadMap(f"{self.path} holds no tiles", "Choose an archive that was filled.")
        tile = first[0][0]
        picture = form_of(tile) if isinstance(tile, bytes) else None
        if picture is not None:
            return picture
        claimed = said.get("format", "").strip().lower()
        packed = isinstance(tile, bytes) and tile[:2] == b"\x1f\x8b"
        if claimed in ("pbf", "mvt", "application/x-protobuf") or (packed and not claimed):
            return "pbf"
        raise BadMap(
            f"the tiles of {self.path} are neither PNG, JPEG, WebP nor vector tiles"
            + (f" ({claimed})" if claimed and claimed not in _FORMS else ""),
            "Make it anew with one of these.",
        )

    def _zooms(self, said: dict[str, str]) -> tuple[int, int]:
        """What the file says, where it says it; else the ends of what is there."""
        ends: list[int] = []
        for key, sql in (
            ("minzoom", "SELECT min(zoom_level) FROM tiles"),
            ("maxzoom", "SELECT max(zoom_level) FROM tiles"),
        ):
            try:
                ends.append(int(float(said[key])))
            except (KeyError, ValueError, OverflowError):
                found = self._ask(sql)[0][0]
                if not isinstance(found, int):
                    raise BadMap(
                        f"{self.path} does not say at which zooms it has tiles", _GET_ANOTHER
                    ) from None
                ends.append(found)
        return ends[0], ends[1]

    def _bounds(self, zooms: tuple[int, int]) -> Degrees | None:
        """Around the finest tiles, or the coarsest where those are too many to look through."""
        for zoom in (zooms[1], zooms[0]):
            try:
                found = self._ask(
                    "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
                    " FROM tiles WHERE zoom_level = ?",
                    (zoom,),
                )
            except sqlite3.OperationalError:
                if self._steps <= _MOST_STEPS:
                    raise
                continue
            if not 0 <= zoom <= MOST_ZOOM:
                continue
            count = 1 << zoom
            # Tiles may be said to lie off the grid, as far off as a number can say.
            if all(isinstance(one, int) and 0 <= one < count for one in found[0]):
                first, last, south, north = found[0]
                box = (first, count - south, last + 1, count - 1 - north)
                return bounds_in_degrees(_degrees(box, count))
        return None


def _degrees(box: tuple[int, int, int, int], count: int) -> Degrees:
    """West, south, east, north of tile edges: columns, and rows from the north, out of `count`."""
    west, south, east, north = box
    lats = [
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / count))))
        for row in (south, north)
    ]
    return west / count * 360 - 180, lats[0], east / count * 360 - 180, lats[1]


def _connected(path: Path) -> sqlite3.Connection:
    # As a URI path: a question mark or a percent sign in a name must stay one.
    address = "file:" + quote(str(path.absolute()).replace("\\", "/"))
    con = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        # Nothing longer than a tile comes out, whatever a view makes of it.
        con.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TILE_BYTES)
        con.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for word in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            con.execute(f"PRAGMA {word}")
    except sqlite3.Error:
        con.close()
        raise
    return con


def _refuse_unfinished(path: Path) -> None:
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        try:
            unfinished = beside.stat().st_size > 0
        except OSError:
            continue
        if unfinished:
            raise BadMap(
                f"{path} is not finished: {beside.name} lies beside it",
                "Close the program that writes it, then try again; or copy both files elsewhere "
                "and open them there once.",
            )
