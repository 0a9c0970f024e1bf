"""What an archive of map tiles says of itself, made harmless; and how its tiles are unpacked.

Tile archives come from strangers: a few kilobytes can unpack to gigabytes, texts carry markup, and
numbers lie. Everything read from one passes through here.
"""

import html
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

from casefiles.errors import BadMap
from resources.errors import one_line

TileForm: TypeAlias = Literal["png", "jpg", "webp", "pbf"]
Degrees: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""

MOST_ZOOM: Final = 24
"""A tile of this zoom is two metres wide; nothing is surveyed finer."""
MOST_TILE_BYTES: Final = 8 * 1024 * 1024
"""Unpacked. Vector tiles are meant to stay below half a megabyte, pictures are smaller still."""
_MOST_TEXT: Final = 200
_EDGE: Final = 85.0511287798
"""Where the square world of tiles ends."""
WHOLE_WORLD: Final[Degrees] = (-180.0, -_EDGE, 180.0, _EDGE)


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What an archive says of itself, checked and cut to what is plausible."""

    name: str
    """One line; the file's name where it says nothing."""
    credit: str
    """One line of plain text; empty where it says nothing."""
    form: TileForm
    least_zoom: int
    most_zoom: int
    bounds: Degrees

    @property
    def is_vector(self) -> bool:
        """Whether tiles hold shapes rather than pictures."""
        return self.form == "pbf"


class TileArchive(Protocol):
    """One open archive; every method may be called on any thread."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def facts(self) -> TileFacts:
        """What it holds."""
        ...

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile counted from the north-west (XYZ), unpacked; None where there is none.

        Raises:
            BadMap: the file is damaged there, gone, or the tile is too large to be one.
        """
        ...

    def close(self) -> None:
        """Gives the file back; `tile` fails from then on."""
        ...


def facts_from(
    path: Path,
    said: Mapping[str, Any],
    form: TileForm,
    zooms: tuple[int, int],
    bounds: Degrees | None,
) -> TileFacts:
    """What is shown of an archive; `said` holds its own `name` and `attribution`."""
    least, most = (max(0, min(MOST_ZOOM, zoom)) for zoom in zooms)
    return TileFacts(
        name=plain_text(said.get("name")) or one_line(path.stem),
        credit=plain_text(said.get("attribution")),
        form=form,
        least_zoom=min(least, most),
        most_zoom=most,
        bounds=bounds or WHOLE_WORLD,
    )


def plain_text(found: object) -> str:
    """A text without markup, line ends and terminal commands, cut where it is long."""
    if not isinstance(found, str):
        return ""
    # Cut before it is searched: what is longer is no name and no credit.
    bare = html.unescape(re.sub(r"<[^<>]*>", " ", found[: 20 * _MOST_TEXT]))
    line = one_line(bare)
    return line if len(line) <= _MOST_TEXT else line[: _MOST_TEXT - 1] + "…"


def bounds_in_degrees(numbers: object) -> Degrees | None:
    """West, south, east, north inside the square world; None where they are no box of the earth."""
    if isinstance(numbers, str):
        numbers = numbers.split(",")
    try:
        west, south, east, north = (float(one) for one in numbers)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    # Also what is no number: it fails every comparison.
    if not (-180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0):
        return None
    box = (west, max(south, -_EDGE), east, min(north, _EDGE))
    return box if box[1] < box[3] else None


def form_of(tile: bytes) -> TileForm | None:
    """What a tile is by its first bytes; None where it is none of the pictures."""
    if tile.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if tile.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if tile.startswith(b"RIFF") and tile[8:12] == b"WEBP":
        return "webp"
    return None


def unpacked(packed: bytes, most: int = MOST_TILE_BYTES) -> bytes:
    """Bytes without gzip or zlib around them; what is not packed comes back as it is.

    Raises:
        ValueError: they are damaged, or hold more than `most`.
    """
    if packed[:2] == b"\x1f\x8b" or packed[:1] == b"\x78":
        # 32: gzip and zlib are told apart by their first bytes.
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            plain = stream.decompress(packed, most + 1)
        except zlib.error as error:
            raise ValueError("damaged") from error
        if len(plain) > most:
            raise ValueError("unpacks to too much")
        if not stream.eof:
            raise ValueError("cut off")
        return plain
    if len(packed) > most:
        raise ValueError("too large")
    return packed


def bad_tile(path: Path, zoom: int, column: int, row: int, why: object) -> BadMap:
    """The error of one tile."""
    return BadMap(
        f"tile {zoom}/{column}/{row} of {path.name} cannot be read: {why}",
        "Copy the file again from where it came from; the rest of it is shown.",
    )
