"""Small map files for tests."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mapbox_vector_tile  # type: ignore[import-untyped]


def pbf(layers: Mapping[str, Sequence[tuple[str, dict[str, Any]]]]) -> bytes:
    """A vector tile: by layer, shapes (WKT in pixels of 4096, down from the upper left) and what
    is said of them."""
    return bytes(
        mapbox_vector_tile.encode(
            [
                {"name": name, "features": [{"geometry": g, "properties": p} for g, p in features]}
                for name, features in layers.items()
            ],
            default_options={"y_coord_down": True},
        )
    )


def vector_tiles(path: Path, tiles: Mapping[tuple[int, int, int], bytes]) -> Path:
    """An MBTiles of vector tiles by zoom, column and row from the north-west."""
    zooms = [zoom for zoom, _, _ in tiles]
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE metadata (name text, value text)")
        made.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, "
            "tile_data blob)"
        )
        made.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("name", "streets"), ("format", "pbf"), ("minzoom", str(min(zooms))),
             ("maxzoom", str(max(zooms)))],
        )  # fmt: skip
        made.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(z, column, (1 << z) - 1 - row, tile) for (z, column, row), tile in tiles.items()],
        )
    made.close()
    return path


def tiles(path: Path, tile: bytes = b"\x89PNG\r\n\x1a\n") -> Path:
    """An archive that says it holds PNG tiles."""
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE metadata (name text, value text)")
        made.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, "
            "tile_data blob)"
        )
        made.executemany(
            "INSERT INTO metadata VALUES (?, ?)",
            [("name", "streets"), ("format", "png"), ("minzoom", "3"), ("maxzoom", "3"),
             ("bounds", "-90,40,-80,45")],
        )  # fmt: skip
        made.execute("INSERT INTO tiles VALUES (3, 2, 4, ?)", [tile])
    made.close()
    return path
