"""Which tiles a view needs, where they lie, and what is kept of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapview.bounded_cache import BoundedCache
from mapview.projection import HALF_WORLD_M, to_mercator
from mapview.tile_grid import (
    Tile,
    bounds_of_degrees,
    count_over,
    tiles_over,
    zoom_for,
    zoom_within,
)
from mapview.viewport import Viewport

ZOOMS = st.integers(0, 22)


@st.composite
def tiles(draw: st.DrawFn) -> Tile:
    zoom = draw(ZOOMS)
    place = st.integers(0, (1 << zoom) - 1)
    return Tile(zoom, draw(place), draw(place))


def test_a_tile_lies_where_the_slippy_map_formula_of_openstreetmap_says() -> None:
    # Their wiki's formula, "Slippy map tilenames".
    lat, lon, zoom = 36.9741, -122.0308, 15
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    ((x, y),) = to_mercator([(lon, lat)]).tolist()
    assert [*tiles_over((x, y, x, y), zoom)] == [Tile(zoom, column, row)]


@given(tiles())
def test_the_middle_of_a_tile_needs_that_tile_alone(tile: Tile) -> None:
    left, bottom, right, top = tile.bounds
    x, y = (left + right) / 2, (bottom + top) / 2
    assert [*tiles_over((x, y, x, y), tile.zoom)] == [tile]


@given(tiles(), st.integers(0, 6))
def test_a_tile_lies_in_the_part_of_its_parent_that_is_said(tile: Tile, up: int) -> None:
    up = min(up, tile.zoom)
    parent = tile.parent(up)
    left, top, share = tile.part_of(parent)
    side = parent.bounds[2] - parent.bounds[0]
    assert tile.bounds[0] == pytest.approx(parent.bounds[0] + left * side, abs=1e-6)
    assert tile.bounds[3] == pytest.approx(parent.bounds[3] - top * side, abs=1e-6)
    assert tile.bounds[2] - tile.bounds[0] == pytest.approx(share * side, abs=1e-6)


@given(tiles())
def test_a_box_as_large_as_a_tile_needs_no_more_than_its_neighbours(tile: Tile) -> None:
    found = [*tiles_over(tile.bounds, tile.zoom)]
    assert tile in found
    assert len(found) == count_over(tile.bounds, tile.zoom) <= 9


def test_the_world_at_zoom_one_is_four_tiles_from_the_north_west() -> None:
    world = (-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M)
    assert [(t.column, t.row) for t in tiles_over(world, 1)] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert Tile(1, 0, 0).bounds == pytest.approx((-HALF_WORLD_M, 0, 0, HALF_WORLD_M))


def test_beyond_the_edge_of_the_world_there_are_no_tiles() -> None:
    assert [*tiles_over((2e8, 2e8, 3e8, 3e8), 5)] == []
    assert count_over((2e8, 2e8, 3e8, 3e8), 5) == 0


def test_the_zoom_follows_the_scale_and_stays_within_the_archive() -> None:
    view = Viewport(0, 0, 2 * HALF_WORLD_M / 256 / 2**10, 1280, 800)
    assert zoom_for(view.scale, 256) == pytest.approx(10)
    assert zoom_for(view.scale, 512) == pytest.approx(9)
    assert zoom_within(view.bounds, 10, 0, 14, 400) == 10
    assert zoom_within(view.bounds, 10, 0, 7, 400) == 7
    assert zoom_within(view.bounds, 10, 12, 14, 400) == 12


def test_too_many_tiles_are_never_asked_for() -> None:
    view = Viewport(0, 0, 2 * HALF_WORLD_M / 256 / 2**10, 1280, 800)
    assert count_over(view.bounds, 14) > 400
    # 20 by 14 tiles; twice as fine it would be more than a thousand.
    assert zoom_within(view.bounds, 14, 0, 14, 400) == 12
    assert zoom_within(view.bounds, 10, 14, 14, 400) is None


def test_degrees_become_a_box_of_world_metres() -> None:
    left, bottom, right, top = bounds_of_degrees((-180.0, -85.06, 180.0, 85.06))
    assert (left, right) == pytest.approx((-HALF_WORLD_M, HALF_WORLD_M))
    assert (bottom, top) == pytest.approx((-HALF_WORLD_M, HALF_WORLD_M))


def test_the_least_lately_used_goes_first_and_a_kept_value_is_not_made_again() -> None:
    made: list[str] = []

    def make(name: str) -> bytes:
        made.append(name)
        return bytes(40)

    cache: BoundedCache[str, bytes] = BoundedCache(100, len)
    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    assert cache.used_bytes == 80


def test_one_value_above_the_limit_is_still_given() -> None:
    cache: BoundedCache[str, bytes] = BoundedCache(10, len)
    assert len(cache.get("huge", lambda: bytes(500))) == 500
    assert cache.get("small", lambda: b"1") == b"1"
    assert cache.used_bytes == 1
