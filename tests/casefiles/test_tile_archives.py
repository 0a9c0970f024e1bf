"""Map tile archives are read tile by tile; what is wrong with one is said, and nothing hangs."""

import gzip
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from casefiles.errors import BadMap
from casefiles.exchange.tile_archives import is_tile_archive, open_archive
from casefiles.exchange.tile_facts import MOST_TILE_BYTES, WHOLE_WORLD

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
SHAPES = b"\x1a\x00 shapes"
Tiles = Mapping[tuple[int, int, int], bytes]
"""Zoom, column, row from the north-west."""
OSM = '<a href="https://www.openstreetmap.org/copyright">&copy; OpenStreetMap contributors</a>'


def mbtiles(path: Path, tiles: Tiles, **said: str) -> Path:
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE metadata (name text, value text)")
    con.execute(
        "CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)"
    )
    con.execute("CREATE UNIQUE INDEX at ON tiles (zoom_level, tile_column, tile_row)")
    con.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
    con.executemany(
        "INSERT INTO tiles VALUES (?, ?, ?, ?)",
        [(z, x, (1 << z) - 1 - y, data) for (z, x, y), data in tiles.items()],
    )
    con.commit()
    con.close()
    return path


def pmtiles(path: Path, tiles: Tiles, kind: TileType, said: Mapping[str, Any]) -> Path:
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for (z, x, y), data in sorted(tiles.items(), key=lambda one: zxy_to_tileid(*one[0])):
            writer.write_tile(zxy_to_tileid(z, x, y), data)
        packing = Compression.GZIP if kind is TileType.MVT else Compression.NONE
        header = {
            "tile_type": kind, "tile_compression": packing, "min_lon_e7": -1_221_000_000,
            "min_lat_e7": 369_000_000, "max_lon_e7": -1_219_000_000, "max_lat_e7": 370_000_000,
        }  # fmt: skip
        writer.finalize(header, dict(said))
    return path


@pytest.fixture(params=["mbtiles", "pmtiles"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Tiles], Path]:
    """Makes an archive of vector tiles in either form."""

    def make(tiles: Tiles) -> Path:
        if request.param == "mbtiles":
            return mbtiles(
                tmp_path / "town.mbtiles", tiles, name="Town", format="pbf", attribution=OSM,
                bounds="-122.1,36.9,-121.9,37.0", minzoom="0", maxzoom="2",
            )  # fmt: skip
        said = {"name": "Town", "attribution": OSM}
        return pmtiles(tmp_path / "town.pmtiles", tiles, TileType.MVT, said)

    return make


FOUR = {(z, x, y): gzip.compress(b"%d/%d/%d" % (z, x, y))
        for z, x, y in [(0, 0, 0), (1, 0, 1), (2, 3, 0), (2, 1, 2)]}  # fmt: skip


def test_every_tile_is_found_where_it_was_put_and_comes_unpacked(
    made: Callable[[Tiles], Path],
) -> None:
    archive = open_archive(made(FOUR))
    found = {
        (z, x, y): archive.tile(z, x, y)
        for z in range(3)
        for x in range(1 << z)
        for y in range(1 << z)
    }
    archive.close()
    there = {place: b"%d/%d/%d" % place for place in FOUR}
    assert {place: data for place, data in found.items() if data is not None} == there


def test_what_an_archive_says_of_itself_is_plain_text_and_numbers_of_the_earth(
    made: Callable[[Tiles], Path],
) -> None:
    archive = open_archive(made(FOUR))
    facts = archive.facts
    archive.close()
    assert (facts.name, facts.credit) == ("Town", "© OpenStreetMap contributors")
    assert (facts.form, facts.is_vector) == ("pbf", True)
    assert (facts.least_zoom, facts.most_zoom) == (0, 2)
    assert facts.bounds == pytest.approx((-122.1, 36.9, -121.9, 37.0))


@pytest.mark.parametrize("place", [(-1, 0, 0), (2, 4, 0), (2, 0, -1), (40, 0, 0)])
def test_there_is_no_tile_off_the_grid(
    made: Callable[[Tiles], Path], place: tuple[int, int, int]
) -> None:
    archive = open_archive(made(FOUR))
    assert archive.tile(*place) is None
    archive.close()


def test_reading_changes_nothing_and_leaves_nothing_beside_the_file(
    made: Callable[[Tiles], Path], tmp_path: Path
) -> None:
    path = made(FOUR)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.chmod(0o444)
    archive = open_archive(path)
    archive.tile(0, 0, 0)
    archive.close()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [*tmp_path.iterdir()] == [path]


def test_a_tile_that_unpacks_to_far_too_much_is_refused_by_its_place(
    made: Callable[[Tiles], Path],
) -> None:
    bomb = gzip.compress(bytes(2 * MOST_TILE_BYTES))
    archive = open_archive(made({**FOUR, (2, 0, 0): bomb}))
    with pytest.raises(BadMap, match=r"tile 2/0/0 of town\.\w+ cannot be read: unpacks to too"):
        archive.tile(2, 0, 0)
    assert archive.tile(0, 0, 0) == b"0/0/0"
    archive.close()


@pytest.mark.parametrize("spoil", [lambda d: d[:-6], lambda d: d[:10] + b"\xff" * len(d)])
def test_a_damaged_tile_is_named_and_the_others_stay(
    made: Callable[[Tiles], Path], spoil: Callable[[bytes], bytes]
) -> None:
    archive = open_archive(made({**FOUR, (2, 0, 0): spoil(FOUR[0, 0, 0])}))
    with pytest.raises(BadMap, match="tile 2/0/0"):
        archive.tile(2, 0, 0)
    assert archive.tile(2, 3, 0) == b"2/3/0"
    archive.close()


def test_a_closed_archive_says_so_rather_than_giving_nothing(
    made: Callable[[Tiles], Path],
) -> None:
    archive = open_archive(made(FOUR))
    archive.close()
    with pytest.raises(BadMap, match="tile 1/0/1"):
        archive.tile(1, 0, 1)


def test_many_tiles_are_found_through_directories_below_the_first(tmp_path: Path) -> None:
    # Above about 16 kB of directory there are leaves; every tile has its own bytes.
    tiles = {(7, x, y): PNG + b"%d/%d" % (x, y) for x in range(128) for y in range(128)}
    path = pmtiles(tmp_path / "many.pmtiles", tiles, TileType.PNG, {})
    archive = open_archive(path)
    for x, y in [(0, 0), (127, 127), (64, 63), (5, 99)]:
        assert archive.tile(7, x, y) == tiles[7, x, y]
    assert archive.tile(6, 0, 0) is None
    archive.close()


def test_tiles_with_one_content_share_it(tmp_path: Path) -> None:
    sea = {(3, x, y): PNG for x in range(8) for y in range(8)}
    archive = open_archive(pmtiles(tmp_path / "sea.pmtiles", sea, TileType.PNG, {}))
    assert all(archive.tile(*place) == PNG for place in sea)
    archive.close()


def test_the_first_tile_says_what_they_are_not_the_text_beside_them(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "photo.mbtiles", {(3, 1, 2): PNG}, format="pbf")
    archive = open_archive(path)
    facts = archive.facts
    archive.close()
    assert (facts.form, facts.name) == ("png", "photo")
    assert (facts.least_zoom, facts.most_zoom) == (3, 3)
    # It says no bounds: they are those of its tiles.
    assert facts.bounds == pytest.approx((-135, 40.9799, -90, 66.5133), abs=1e-3)


@pytest.mark.parametrize(
    "bounds", ["", "a,b,c,d", "1,2,3", "nan,0,1,1", "10,10,-10,-10", "-500,0,500,80"]
)
def test_bounds_that_are_no_box_of_the_earth_are_the_whole_of_it(
    tmp_path: Path, bounds: str
) -> None:
    archive = open_archive(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): PNG}, bounds=bounds))
    facts = archive.facts
    archive.close()
    assert facts.bounds[0] == -180


def test_a_tile_off_the_grid_says_nothing_of_the_bounds(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "a.mbtiles", {(0, 10**9, 10**9): PNG})
    archive = open_archive(path)
    archive.close()
    assert archive.facts.bounds == WHOLE_WORLD


def test_a_long_credit_with_line_ends_is_one_short_line(tmp_path: Path) -> None:
    said = "<script>\n" + "x\x1b[31m" * 5000
    archive = open_archive(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): PNG}, attribution=said))
    credit = archive.facts.credit
    archive.close()
    assert len(credit) == 200
    assert "\n" not in credit
    assert "\x1b" not in credit
    assert "<" not in credit


def test_tiles_behind_a_view_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "view.mbtiles"
    con = sqlite3.connect(path)
    con.executescript(
        "CREATE TABLE map (zoom_level int, tile_column int, tile_row int, tile_id text);"
        "CREATE TABLE images (tile_id text PRIMARY KEY, tile_data blob);"
        "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data"
        " FROM map JOIN images USING (tile_id);"
        "INSERT INTO map VALUES (1, 0, 0, 'a')"
    )
    con.execute("INSERT INTO images VALUES ('a', ?)", (PNG,))
    con.commit()
    con.close()
    archive = open_archive(path)
    assert archive.tile(1, 0, 1) == PNG
    archive.close()


@pytest.mark.parametrize(
    "view",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, x'00' AS tile_data FROM n"
        " WHERE i < 0",
        "SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row,"
        " randomblob(900000000) AS tile_data",
    ],
)
def test_a_view_that_would_run_for_ever_or_fill_the_memory_is_stopped(
    tmp_path: Path, view: str
) -> None:
    path = tmp_path / "evil.mbtiles"
    con = sqlite3.connect(path)
    con.execute(f"CREATE VIEW tiles AS {view}")
    con.commit()
    con.close()
    with pytest.raises(BadMap, match=r"evil\.mbtiles is damaged, or no MBTiles"):
        open_archive(path)


def test_an_archive_that_is_still_being_written_is_not_read_half(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "busy.mbtiles", {(0, 0, 0): PNG})
    path.with_name("busy.mbtiles-wal").write_bytes(b"not yet in the file")
    with pytest.raises(BadMap, match=r"not finished.*busy\.mbtiles-wal") as caught:
        open_archive(path)
    assert "Close the program" in caught.value.hint


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def a_database(path: Path) -> Path:
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE notes (text text)")
    con.commit()
    con.close()
    return path


def whole_pmtiles(folder: Path) -> bytes:
    return pmtiles(folder / "whole", {(0, 0, 0): PNG}, TileType.PNG, {}).read_bytes()


def changed(content: bytes, at: int, byte: int) -> bytes:
    return content[:at] + bytes([byte]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda at: at / "missing.mbtiles", "cannot be read"),
        (lambda at: at, "not an ordinary file"),
        (lambda at: write(at / "a.mbtiles", b""), "is empty"),
        (lambda at: write(at / "a.pmtiles", b"PK\x03\x04" + bytes(500)), "no archive of map tiles"),
        (lambda at: write(at / "a.mbtiles", b"SQLite format 3\x00" + b"\x07" * 5000), "damaged"),
        (lambda at: a_database(at / "a.mbtiles"), "without map tiles"),
        (lambda at: mbtiles(at / "a.mbtiles", {}, format="png"), "holds no tiles"),
        (lambda at: mbtiles(at / "a.mbtiles", {(0, 0, 0): b"GIF89a"}, format="gif"), r"\(gif\)"),
        (lambda at: write(at / "a.pmtiles", b"PMTiles\x03" + bytes(20)), "cut off"),
        (lambda at: write(at / "a.pmtiles", b"PMTiles\x02" + bytes(500)), "version 2"),
        (lambda at: write(at / "a.pmtiles", whole_pmtiles(at)[:140]), "damaged"),
        (lambda at: write(at / "a.pmtiles", changed(whole_pmtiles(at), 97, 4)), "packed with zstd"),
        (lambda at: write(at / "a.pmtiles", changed(whole_pmtiles(at), 97, 99)), "damaged"),
        (lambda at: write(at / "a.pmtiles", changed(whole_pmtiles(at), 99, 5)), r"\(AVIF\)"),
        (lambda at: write(at / "a.pmtiles", changed(whole_pmtiles(at), 15, 0x7F)), "damaged"),
    ],
)
def test_what_is_no_archive_is_refused_with_what_to_do(
    tmp_path: Path, spoil: Callable[[Path], Path], said: str
) -> None:
    with pytest.raises(BadMap, match=said) as caught:
        open_archive(spoil(tmp_path))
    assert caught.value.hint


def test_an_archive_is_known_by_its_first_bytes_not_by_its_name(tmp_path: Path) -> None:
    tiles = mbtiles(tmp_path / "tiles.dat", {(0, 0, 0): PNG})
    town = write(tmp_path / "town.mbtiles", b'{"type": "FeatureCollection"}')
    assert is_tile_archive(tiles)
    assert not is_tile_archive(town)
    assert not is_tile_archive(tmp_path / "missing")


def test_a_directory_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(17 * 1024 * 1024))
    whole = whole_pmtiles(tmp_path)
    head = whole[:8] + (127).to_bytes(8, "little") + len(bomb).to_bytes(8, "little") + whole[24:127]
    with pytest.raises(BadMap, match="unpacks to too much"):
        open_archive(write(tmp_path / "a.pmtiles", head + bomb))


def test_a_directory_that_leads_to_itself_ends(tmp_path: Path) -> None:
    # One entry of run 0: another directory, at offset 0 of the leaves, which is this one.
    loop = bytes([1, 0, 0, 6, 1])
    whole = whole_pmtiles(tmp_path)
    size, at = len(loop).to_bytes(8, "little"), (127).to_bytes(8, "little")
    loop = bytes([1, 0, 0, len(loop), 1])
    head = whole[:8] + at + size + whole[24:40] + at + size + whole[56:127]
    head = head[:32] + bytes(8) + head[40:]
    archive = open_archive(write(tmp_path / "a.pmtiles", head + loop))
    with pytest.raises(BadMap, match="lead nowhere"):
        archive.tile(0, 0, 0)
    archive.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mbtiles")
    with pytest.raises(BadMap, match="not an ordinary file"):
        open_archive(tmp_path / "pipe.mbtiles")
