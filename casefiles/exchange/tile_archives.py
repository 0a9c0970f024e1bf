"""Map tiles in one file, MBTiles or PMTiles: opened read-only, read tile by tile, never whole."""

from pathlib import Path
from typing import Final

from casefiles.errors import BadMap
from casefiles.exchange import mbtiles, pmtiles_file
from casefiles.exchange.tile_facts import TileArchive, TileFacts, TileForm

__all__ = ("TileArchive", "TileFacts", "TileForm", "is_tile_archive", "open_archive")

_HINT: Final = "Choose an MBTiles or PMTiles file with PNG, JPEG, WebP or vector tiles."


def is_tile_archive(path: Path) -> bool:
    """Whether the file begins as MBTiles (SQLite) or PMTiles do, whatever its name says."""
    try:
        front = _front(path)
    except BadMap:
        return False
    return front.startswith((mbtiles.MAGIC, pmtiles_file.MAGIC))


def open_archive(path: Path) -> TileArchive:
    """The archive in a file; reads a few kilobytes of it.

    Raises:
        BadMap: it is missing, no tile archive, empty, damaged, or of a form not drawn here; says
            what to do.
    """
    front = _front(path)
    if front.startswith(mbtiles.MAGIC):
        return mbtiles.MBTiles(path)
    if front.startswith(pmtiles_file.MAGIC):
        return pmtiles_file.PMTiles(path)
    if not front:
        raise BadMap(f"{path} is empty", _HINT)
    raise BadMap(f"{path} is no archive of map tiles", _HINT)


def _front(path: Path) -> bytes:
    try:
        # Opening a pipe that nobody writes to would wait for ever.
        if path.exists() and not path.is_file():
            raise BadMap(f"{path} is not an ordinary file", _HINT)
        with path.open("rb") as file:
            return file.read(len(mbtiles.MAGIC))
    except OSError as error:
        raise BadMap(f"{path} cannot be read: {error.strerror}", _HINT) from error
