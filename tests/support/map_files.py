"""Small map files for tests."""

import sqlite3
from pathlib import Path


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
