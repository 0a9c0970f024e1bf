"""PMTiles: map tiles in one file, found through directories (PMTiles version 3, Protomaps, 2022).

Only the 127 bytes at the front and the directories on the way to a tile are read. The header and
the order of the tiles are the library's; the directories are read here, because the library
unpacks them without any limit.
"""

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
    zxy_to_tileid,
)

from casefiles.errors import BadMap
from casefiles.exchange.tile_facts import (
    MOST_TILE_BYTES,
    MOST_ZOOM,
    TileFacts,
    TileForm,
    bad_tile,
    bounds_in_degrees,
    facts_from,
    unpacked,
)

MAGIC: Final = b"PMTiles"
_HEADER: Final = 127
_MOST_DIRECTORY: Final = 16 * 1024 * 1024
_MOST_ENTRIES: Final = 1_000_000
_MOST_METADATA: Final = 4 * 1024 * 1024
_MOST_DEPTH: Final = 4
_KEPT: Final = 32
"""Directories kept at once; each is 4096 entries in files as they are written."""
_FORMS: Final[dict[TileType, TileForm]] = {
    TileType.MVT: "pbf", TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp",
}  # fmt: skip
_GET_ANOTHER: Final = "Get the file again, or make it anew."


@dataclass(frozen=True, slots=True)
class _Directory:
    """Entries by tile id, rising: a run of tiles with one content, or (run 0) another directory."""

    ids: NDArray[np.uint64]
    runs: NDArray[np.uint64]
    lengths: NDArray[np.uint64]
    offsets: NDArray[np.uint64]

    @property
    def size(self) -> int:
        return len(self.ids)

    def find(self, tile_id: int) -> tuple[int, int, int] | None:
        """Run, offset and length of the entry a tile is under."""
        at = int(np.searchsorted(self.ids, np.uint64(tile_id), side="right")) - 1
        if at < 0:
            return None
        run = int(self.runs[at])
        if run and tile_id - int(self.ids[at]) >= run:
            return None
        return run, int(self.offsets[at]), int(self.lengths[at])


class PMTiles:
    """One open file; every method may be called on any thread."""

    def __init__(self, path: Path) -> None:
        """Raises BadMap: it is no PMTiles of version 3, is empty, damaged or packed otherwise."""
        self.path = path
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, int], _Directory] = OrderedDict()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise BadMap(f"{path} cannot be read: {error.strerror}", _GET_ANOTHER) from error
        try:
            self._header = self._read_header()
            self.facts = self._read_facts()
        except BaseException:
            self._file.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile counted from the north-west, unpacked; None where there is none.

        Raises:
            BadMap: the file is damaged there or gone, or the tile is too large to be one.
        """
        if not 0 <= zoom <= MOST_ZOOM or not (0 <= column < 1 << zoom and 0 <= row < 1 << zoom):
            return None
        try:
            found = self._find(zxy_to_tileid(zoom, column, row))
            return unpacked(found) if found else None
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise bad_tile(self.path, zoom, column, row, why) from error

    def close(self) -> None:
        """Gives the file back."""
        with self._lock:
            self._file.close()

    def _find(self, tile_id: int) -> bytes | None:
        head = self._header
        at, length = head["root_offset"], head["root_length"]
        for _ in range(_MOST_DEPTH):
            entry = self._directory(at, length).find(tile_id)
            if entry is None:
                return None
            run, offset, length = entry
            if run:
                return self._bytes(head["tile_data_offset"] + offset, length, MOST_TILE_BYTES)
            at = head["leaf_directory_offset"] + offset
        raise ValueError("its directories lead nowhere")

    def _directory(self, offset: int, length: int) -> _Directory:
        key = (offset, length)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = _directory(self._unpacked(offset, length, _MOST_DIRECTORY))
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def _unpacked(self, offset: int, length: int, most: int) -> bytes:
        packed = self._bytes(offset, length, most)
        return unpacked(packed, most)

    def _bytes(self, offset: int, length: int, most: int) -> bytes:
        if length > most:
            raise ValueError("too large")
        with self._lock:
            try:
                self._file.seek(offset)
                found = self._file.read(length)
            except OverflowError as error:
                raise ValueError("its directory points out of the file") from error
        if len(found) < length:
            raise ValueError("the file ends before it")
        return found

    def _read_header(self) -> HeaderDict:
        try:
            front = self._file.read(_HEADER)
            if len(front) < _HEADER:
                raise BadMap(f"{self.path} is cut off: it ends in its header", _GET_ANOTHER)
            head = deserialize_header(front)
        except OSError as error:
            raise BadMap(f"{self.path} cannot be read: {error.strerror}", _GET_ANOTHER) from error
        except SpecVersionUnsupported as error:
            raise BadMap(
                f"{self.path} is PMTiles version {front[7]}; this program reads version 3",
                "Bring it up to date with `pmtiles convert`.",
            ) from error
        except (MagicNumberNotFound, ValueError) as error:
            raise BadMap(
                f"{self.path} is damaged, or no PMTiles: {error or 'its header is wrong'}",
                _GET_ANOTHER,
            ) from error
        for what, packing in (
            ("directories", head["internal_compression"]),
            ("tiles", head["tile_compression"]),
        ):
            if packing in (Compression.BROTLI, Compression.ZSTD):
                raise BadMap(
                    f"the {what} of {self.path} are packed with {packing.name.lower()}",
                    "Make it anew with gzip.",
                )
        return head

    def _read_facts(self) -> TileFacts:
        head = self._header
        form = _FORMS.get(head["tile_type"])
        if form is None:
            kind = head["tile_type"].name
            raise BadMap(
                f"the tiles of {self.path} are neither PNG, JPEG, WebP nor vector tiles ({kind})",
                "Make it anew with one of these.",
            )
        try:
            root = self._directory(head["root_offset"], head["root_length"])
            said = self._said()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise BadMap(f"{self.path} is damaged: {why}", _GET_ANOTHER) from error
        if not root.size:
            raise BadMap(f"{self.path} holds no tiles", "Choose an archive that was filled.")
        corners = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        degrees: list[float] = [head[key] / 1e7 for key in corners]  # type: ignore[literal-required]
        zooms = (head["min_zoom"], head["max_zoom"])
        return facts_from(self.path, said, form, zooms, bounds_in_degrees(degrees))

    def _said(self) -> dict[str, Any]:
        """What it says of itself in words; nothing where that cannot be read as JSON."""
        head = self._header
        if not head["metadata_length"]:
            return {}
        text = self._unpacked(head["metadata_offset"], head["metadata_length"], _MOST_METADATA)
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


def _directory(packed: bytes) -> _Directory:
    """The entries of an unpacked directory: a count, then ids as steps, runs, lengths, offsets."""
    numbers = _varints(packed)
    if not len(numbers):
        raise ValueError("a directory is empty")
    count = int(numbers[0])
    if count > _MOST_ENTRIES or len(numbers) < 1 + 4 * count:
        raise ValueError("a directory is cut off")
    steps, runs, lengths, offsets = numbers[1 : 1 + 4 * count].reshape(4, count)
    ids = np.cumsum(steps, dtype=np.uint64)
    if count and (np.diff(ids.astype(np.int64)) < 0).any():
        raise ValueError("a directory is out of order")
    # 0: right behind the one before; else one more than the place.
    places = offsets - np.uint64(1)
    follows = np.flatnonzero(offsets == 0)
    for at in follows.tolist():
        if at == 0:
            raise ValueError("a directory has no beginning")
        places[at] = places[at - 1] + lengths[at - 1]
    return _Directory(ids, runs, lengths, places)


def _varints(packed: bytes) -> NDArray[np.uint64]:
    """Base-128 numbers, low digits first (Protocol Buffers encoding), all at once."""
    data = np.frombuffer(packed, np.uint8)
    ends = np.flatnonzero(data < 0x80)
    if not len(ends):
        return np.zeros(0, np.uint64)
    data = data[: int(ends[-1]) + 1]
    starts = np.concatenate(([0], ends[:-1] + 1))
    digits = np.arange(len(data)) - np.repeat(starts, ends - starts + 1)
    if int(digits.max()) > 9:
        raise ValueError("a directory holds no numbers")
    parts = (data & 0x7F).astype(np.uint64) << (7 * digits).astype(np.uint64)
    return np.asarray(np.add.reduceat(parts, starts), np.uint64)
