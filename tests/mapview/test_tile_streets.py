"""Streets of vector tiles: whole lines with their names, each place of them once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from casefiles.exchange.tile_facts import TileFacts
from casefiles.jobs import finish
from mapview.basemap import Street
from mapview.tile_grid import Tile
from mapview.tile_streets import MOST_TILES, FoundStreets, KeptTiles, streets_in
from mapview.viewport import Bounds
from tests.support.map_files import pbf

WEST, EAST = Tile(14, 2637, 6354), Tile(14, 2638, 6354)
SIDE = WEST.bounds[2] - WEST.bounds[0]
# Each tile carries the street 100 pixels over its edge, and rounds it in its own way.
LEFT = "LINESTRING(1000 2000, 4196 2000)"
RIGHT = "LINESTRING(-100 2001, 3000 2001)"
FRONT = {"kind": "minor_road", "name": "Front Street"}


class Archive:
    """Tiles of a dictionary; counts what was read."""

    path = Path("streets.pmtiles")

    def __init__(self, tiles: Mapping[Tile, bytes], zooms: tuple[int, int] = (14, 14)) -> None:
        self._tiles = tiles
        self.facts = TileFacts("streets", "", "pbf", *zooms, (-180.0, -85.0, 180.0, 85.0))
        self.read: list[Tile] = []

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        tile = Tile(zoom, column, row)
        self.read.append(tile)
        return self._tiles.get(tile)

    def close(self) -> None:
        """Nothing to give back."""


def roads(
    *features: tuple[str, dict[str, Any]], **layers: list[tuple[str, dict[str, Any]]]
) -> bytes:
    return pbf({"roads": [*features], **layers})


def found_in(archive: Archive, *boxes: Bounds, drawn: tuple[Street, ...] = ()) -> FoundStreets:
    return finish(streets_in([archive], [shapely.box(*box) for box in boxes], drawn))


def length(found: FoundStreets, name: str = "Front Street") -> float:
    """In pixels of a tile."""
    lines = [shapely.LineString(one.points) for one in found.streets if one.name == name]
    return float(sum(line.length for line in lines)) * 4096 / SIDE


BOTH = (*WEST.bounds[:2], *EAST.bounds[2:])


def test_a_street_over_the_edge_of_a_tile_is_one_line_and_no_longer_than_it_is() -> None:
    archive = Archive({WEST: roads((LEFT, FRONT)), EAST: roads((RIGHT, FRONT))})
    found = found_in(archive, BOTH)
    assert [one.name for one in found.streets] == ["Front Street"]
    assert length(found) == pytest.approx(6096, abs=2)
    assert "2 tiles of zoom 14" in found.notes[0]


def test_a_street_along_the_edge_of_two_tiles_or_in_two_layers_counts_once() -> None:
    archive = Archive(
        {
            WEST: roads(("LINESTRING(4096 500, 4096 1500)", FRONT)),
            EAST: roads(
                ("LINESTRING(0 500, 0 1500)", FRONT), ("LINESTRING(100 0, 100 400)", FRONT),
                tunnel=[("LINESTRING(100 400, 100 0)", FRONT)],
            ),
        }
    )  # fmt: skip
    assert length(found_in(archive, BOTH)) == pytest.approx(1400, abs=1)


def test_lines_without_a_name_take_that_of_the_line_along_them_and_not_of_one_they_cross() -> None:
    said = {"class": "minor"}
    tile = pbf(
        {
            "transportation": [
                ("LINESTRING(100 500, 1000 500, 2000 500)", said),
                ("LINESTRING(500 480, 500 520)", said),
            ],
            "transportation_name": [
                ("LINESTRING(100 501, 1000 501)", {**said, "name": "Front Street"}),
                ("LINESTRING(1000 501, 2000 501)", {**said, "name": "Back Street"}),
            ],
        }
    )
    found = found_in(Archive({WEST: tile}), WEST.bounds)
    assert length(found) == pytest.approx(900, abs=1)
    assert length(found, "Back Street") == pytest.approx(1000, abs=1)
    assert length(found, "") == pytest.approx(40, abs=1)


def test_only_tiles_where_it_is_asked_are_read_and_each_once() -> None:
    archive = Archive({WEST: roads((LEFT, FRONT)), EAST: roads((RIGHT, FRONT))})
    x, y = WEST.bounds[0] + SIDE / 2, WEST.bounds[3] - SIDE * 2000 / 4096
    box = shapely.box(x - 50, y - 50, x + 50, y + 50)
    kept = KeptTiles()
    for _ in range(2):
        found = finish(streets_in([archive], [box], (), kept))
    assert archive.read == [WEST]
    (street,) = found.streets
    # Nothing of it counts beyond, wherever the tiles end.
    assert street.bounds == pytest.approx((x - 50, y, x + 50, y), abs=0.5)


def test_a_tile_that_is_not_there_is_filled_from_the_one_above() -> None:
    parent = WEST.parent(1)
    archive = Archive({parent: roads(("LINESTRING(0 10, 4096 10)", FRONT))}, (13, 14))
    found = found_in(archive, parent.bounds)
    assert length(found) == pytest.approx(2 * 4096, abs=1)
    assert len(found.streets) == 1


def test_more_tiles_than_are_read_at_once_are_told() -> None:
    archive = Archive({}, (0, 14))
    west, south, east, north = WEST.bounds
    found = found_in(archive, (west, south - 99.5 * SIDE, east + 99.5 * SIDE, north))
    assert f"{MOST_TILES} tiles of zoom 14 were read, " in found.notes[0]
    assert f"{101 * 101 - MOST_TILES} more were not" in found.notes[0]
    assert len([one for one in archive.read if one.zoom == 14]) <= MOST_TILES


def test_tiles_of_a_whole_country_and_broken_ones_are_told() -> None:
    found = found_in(Archive({}, (0, 8)), WEST.bounds)
    assert (found.streets, "zoom 8 only" in found.notes[0]) == ((), True)
    found = found_in(Archive({WEST: b"<html>"}), WEST.bounds)
    assert "1 cannot be read" in found.notes[0]


def test_lines_that_are_no_streets_are_left_out() -> None:
    tile = pbf(
        {
            "contours": [(LEFT, {"height": 20})],
            "waterway": [(LEFT, {"class": "river"})],
            "boundary": [(LEFT, {"admin_level": 4})],
            "transportation": [(LEFT, {"class": "rail"})],
            "building": [("POLYGON((0 0, 9 0, 9 9, 0 0))", {})],
        }
    )
    assert found_in(Archive({WEST: tile}), WEST.bounds).streets == ()


def at(x: float, y: float) -> tuple[float, float]:
    """A pixel of the western tile in world metres."""
    return WEST.bounds[0] + x * SIDE / 4096, WEST.bounds[3] - y * SIDE / 4096


def drawn(name: str, *points: tuple[float, float]) -> Street:
    world = np.array([at(*one) for one in points])
    (left, bottom), (right, top) = world.min(axis=0).tolist(), world.max(axis=0).tolist()
    return Street("street", name, world, (left, bottom, right, top))


@pytest.mark.parametrize(
    ("known", "left"),
    [
        # One pixel is 0.6 m of the map, 0.48 m of the ground here.
        (drawn("front street", (0, 2030), (4096, 2030)), 0),
        (drawn("Highway 1", (0, 2010), (4096, 2010)), 0),
        (drawn("Highway 1", (0, 2050), (4096, 2050)), 3096),
        (drawn("Ocean Street", (2000, 1000), (2000, 3000)), 3096),
        (drawn("Front Street", (1000, 2000), (2000, 2000)), 2096),
    ],
)
def test_where_a_drawn_map_has_the_street_that_one_counts(known: Street, left: float) -> None:
    found = found_in(Archive({WEST: roads((LEFT, FRONT))}), WEST.bounds, drawn=(known,))
    assert length(found) == pytest.approx(left, abs=60)
    assert ("is taken from there" in found.notes[0]) == (left < 3000)
