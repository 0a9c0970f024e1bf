"""The streets of vector tiles as whole lines, around some places: no more tiles are read than lie
there, at one zoom.

A tile carries its lines a little over its edge: they are cut there, and joined with those of its
neighbour by name and kind. Makers that write names into a layer of their own draw lines without:
such a line takes the name of the one that runs along it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from casefiles.exchange.tile_facts import TileArchive
from casefiles.jobs import Job, Progress
from mapview.basemap import Points, Street, StreetKind
from mapview.bounded_cache import BoundedCache
from mapview.same_street import without_same
from mapview.tile_grid import Tile, count_over, tiles_over
from mapview.vector_tiles import shapes_of
from mapview.viewport import Bounds
from resources.errors import UserError

MOST_TILES: Final = 256
"""Of one archive at once: those that most cameras look into."""
LEAST_ZOOM: Final = 12
"""Coarser tiles hold highways, and streets tens of metres off."""
_BEST_ZOOM: Final = 15
_WHOLE_ZOOM: Final = 14
"""From here on makers leave no street out."""
_MOST_UP: Final = _BEST_ZOOM - LEAST_ZOOM
_CLOSE: Final = 1 / 500
"""Of the side of a tile, 5 m at zoom 14: lines so near to each other are one."""
_KEPT_BYTES: Final = 64 * 1024**2

_Made: TypeAlias = "tuple[Street, ...] | None"


class KeptTiles:
    """The streets of tiles that were read lately; for any thread."""

    def __init__(self) -> None:
        self._kept: BoundedCache[tuple[object, Tile], _Made] = BoundedCache(
            _KEPT_BYTES, lambda made: 64 + sum(300 + one.points.nbytes for one in made or ())
        )

    def get(self, archive: TileArchive, tile: Tile, make: Callable[[], _Made]) -> _Made:
        """The streets of a tile; None where the archive has none."""
        path = archive.path
        try:
            now = path.stat()
            stamp = (now.st_size, now.st_mtime_ns)
        except OSError:
            stamp = (0, 0)
        return self._kept.get(((path, stamp), tile), make)


@dataclass(frozen=True, eq=False)
class FoundStreets:
    """Lines in world metres, each place of a street once; and what is to be said of them."""

    streets: tuple[Street, ...] = ()
    notes: tuple[str, ...] = ()


def streets_in(
    archives: Sequence[TileArchive],
    areas: Sequence[shapely.Geometry],
    drawn: Sequence[Street],
    kept: KeptTiles | None = None,
) -> Job[FoundStreets]:
    """The streets of archives of vector tiles inside some areas (world metres) that are not among
    `drawn`: where both have a street, the drawn one counts; of two archives the first."""
    kept = kept or KeptTiles()
    found: list[Street] = []
    notes: list[str] = []
    for archive in archives if areas else ():
        facts = archive.facts
        if facts.most_zoom < LEAST_ZOOM:
            notes.append(
                f"tiles '{facts.name}' go to zoom {facts.most_zoom} only: no streets are taken "
                f"from them (they need {LEAST_ZOOM})"
            )
            continue
        made, said = yield from _of_archive(archive, areas, kept)
        fresh = without_same(made, [*drawn, *found])
        found += fresh
        if sum(map(_long, fresh)) < sum(map(_long, made)) - 1:
            said += "; what a drawn map or a layer before has too is taken from there"
        notes.append(said)
    return FoundStreets(tuple(found), tuple(notes))


def _long(street: Street) -> float:
    return float(np.hypot(*np.diff(street.points, axis=0).T).sum())


def _of_archive(
    archive: TileArchive, areas: Sequence[shapely.Geometry], kept: KeptTiles
) -> Job[tuple[tuple[Street, ...], str]]:
    facts = archive.facts
    tiles, left_out = _tiles(areas, facts.least_zoom, facts.most_zoom)
    pieces: list[tuple[Tile, Street]] = []
    bad = 0
    area = shapely.union_all(areas)
    shapely.prepare(area)
    for number, tile in enumerate(tiles):
        yield Progress(number, len(tiles), "tiles", facts.name)
        made, broken = _nearest(archive, tile, kept)
        bad += broken
        lines = np.array([shapely.LineString(street.points) for street in made], object)
        meets = shapely.intersects(area, lines).tolist()
        pieces += [(tile, street) for street, met in zip(made, meets, strict=True) if met]
    zoom = tiles[0].zoom if tiles else facts.most_zoom
    said = f"streets of the tiles '{facts.name}': {len(tiles)} tiles of zoom {zoom} were read"
    if left_out:
        said += f", {left_out} more were not (ask for one place, or draw a region)"
    if bad:
        said += f", {bad} cannot be read"
    side = tiles[0].bounds[2] - tiles[0].bounds[0] if tiles else 0.0
    whole = _joined(_once(pieces), side * _CLOSE)
    return _cut_to(whole, area), said


def _tiles(areas: Sequence[shapely.Geometry], least: int, most: int) -> tuple[list[Tile], int]:
    """The tiles to be read of the zoom that fits, and how many there were beside them."""
    zoom = max(least, min(most, _BEST_ZOOM))
    while True:
        touched: dict[Tile, int] = {}
        beyond = 0
        for area in areas:
            box: Bounds = area.bounds
            if count_over(box, zoom) > 4 * MOST_TILES:
                # A region as large as a state: around its middle.
                beyond += count_over(box, zoom)
                box = _middle_of(box, zoom)
                beyond -= count_over(box, zoom)
            tiles = list(tiles_over(box, zoom))
            meets = shapely.intersects(area, [shapely.box(*tile.bounds) for tile in tiles])
            for tile, met in zip(tiles, np.atleast_1d(meets).tolist(), strict=True):
                if met:
                    touched[tile] = touched.get(tile, 0) + 1
        if (len(touched) <= MOST_TILES and not beyond) or zoom <= max(least, _WHOLE_ZOOM):
            break
        zoom -= 1
    ranked = sorted(touched, key=lambda tile: (-touched[tile], tile))
    return sorted(ranked[:MOST_TILES]), beyond + max(0, len(ranked) - MOST_TILES)


def _middle_of(box: Bounds, zoom: int) -> Bounds:
    side = Tile(zoom, 0, 0).bounds[2] - Tile(zoom, 0, 0).bounds[0]
    x, y, half = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, MOST_TILES**0.5 * side / 2
    return (
        max(box[0], x - half), max(box[1], y - half), min(box[2], x + half), min(box[3], y + half)
    )  # fmt: skip


def _nearest(archive: TileArchive, tile: Tile, kept: KeptTiles) -> tuple[tuple[Street, ...], bool]:
    """The streets in a tile, of the one above it where the archive has none there; and whether a
    tile could not be read."""

    def read(one: Tile) -> _Made:
        data = archive.tile(one.zoom, one.column, one.row)
        return None if data is None else _named(data, one)

    for up in range(min(_MOST_UP, tile.zoom - archive.facts.least_zoom) + 1):
        parent = tile.parent(up)
        try:
            found = kept.get(archive, parent, lambda one=parent: read(one))  # type: ignore[misc]
        except UserError:
            return (), True
        if found is not None:
            return _cut_to(found, shapely.box(*tile.bounds)), False
    return (), False


def _named(data: bytes, tile: Tile) -> tuple[Street, ...]:
    """The streets of a tile, each with its name where the tile has it."""
    shapes = shapes_of(data, tile, streets_only=True)
    streets, names = shapes.ground.streets, shapes.names.streets
    bare = [one for one in streets if not one.name]
    if not (bare and names):
        return streets
    left, _, right, _ = tile.bounds
    reach = (right - left) * _CLOSE
    lines = np.array([shapely.LineString(one.points) for one in names], object)
    begin = np.concatenate([one.points[:-1] for one in bare])
    end = np.concatenate([one.points[1:] for one in bare])
    which, line = shapely.STRtree(lines).query(
        shapely.points((begin + end) / 2), predicate="dwithin", distance=reach
    )
    # Both ends too: what only crosses a street is not called like it.
    off = np.maximum(
        shapely.distance(shapely.points(begin[which]), lines[line]),
        shapely.distance(shapely.points(end[which]), lines[line]),
    )
    order = np.lexsort((line, off))[::-1]
    order = order[off[order] <= reach]
    called = np.full(len(begin), -1)
    # The last to be written is the nearest.
    called[which[order]] = line[order]
    made = [one for one in streets if one.name]
    first = 0
    for street in bare:
        count = len(street.points) - 1
        said = [names[at].name if at >= 0 else "" for at in called[first : first + count].tolist()]
        first += count
        edges = [0, *(at for at in range(1, count) if said[at] != said[at - 1]), count]
        for start, stop in pairwise(edges):
            made.append(_street(street.kind, said[start], street.points[start : stop + 1]))
    return tuple(made)


def _street(kind: StreetKind, name: str, points: Points) -> Street:
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Street(kind, name, points, (left, bottom, right, top))


def _cut_to(streets: Sequence[Street], area: shapely.Geometry) -> tuple[Street, ...]:
    """What of streets lies in an area, its edge with it."""
    if not streets:
        return ()
    lines = np.array([shapely.LineString(one.points) for one in streets], object)
    shapely.prepare(area)
    whole = shapely.covers(area, lines)
    made: list[Street] = []
    for street, line, keep in zip(streets, lines, whole.tolist(), strict=True):
        if keep:
            made.append(street)
            continue
        for part in _lines_in(shapely.intersection(line, area)):
            made.append(_street(street.kind, street.name, part))
    return tuple(made)


def _lines_in(shape: shapely.Geometry) -> list[Points]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [
        shapely.get_coordinates(part)
        for part in parts
        if isinstance(part, shapely.LineString) and part.length > 0
    ]


def _once(pieces: Sequence[tuple[Tile, Street]]) -> list[tuple[Tile, Street]]:
    """Each leg of a line once: tiles draw one way as several, and both neighbours draw what runs
    along their common edge."""
    if not pieces:
        return []
    begin = np.concatenate([street.points[:-1] for _, street in pieces])
    end = np.concatenate([street.points[1:] for _, street in pieces])
    ends = np.round(np.stack([begin, end], axis=1) * 100).astype(np.int64)
    turned = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    ends[turned] = ends[turned][:, ::-1]
    _, first_of = np.unique(ends.reshape(-1, 4), axis=0, return_index=True)
    if len(first_of) == len(ends):
        return list(pieces)
    keep = np.zeros(len(ends), bool)
    keep[first_of] = True
    made: list[tuple[Tile, Street]] = []
    first = 0
    for tile, street in pieces:
        count = len(street.points) - 1
        flags = keep[first : first + count]
        first += count
        for run in _runs(flags):
            made.append((tile, street if len(run) == count else _street(
                street.kind, street.name, street.points[run[0] : run[-1] + 2])))  # fmt: skip
    return made


def _runs(flags: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """The numbers of neighbours that are all set."""
    chosen = np.flatnonzero(flags)
    if not len(chosen):
        return []
    return list(np.split(chosen, np.flatnonzero(np.diff(chosen) != 1) + 1))


def _joined(pieces: Sequence[tuple[Tile, Street]], reach: float) -> list[Street]:
    """Pieces of one name and kind that meet as one line, over the edges of tiles too: there the
    ends of both sides lie up to `reach` apart, as their makers rounded them."""
    points = [street.points for _, street in pieces]
    ends: list[tuple[int, int]] = []
    for number, (tile, street) in enumerate(pieces):
        left, bottom, right, top = tile.bounds
        for at in (0, -1):
            x, y = street.points[at].tolist()
            if min(x - left, right - x, y - bottom, top - y) < 1e-3:
                ends.append((number, at))
    if ends:
        spots = shapely.points(np.array([points[number][at] for number, at in ends]))
        one, other = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=reach)
        apart = shapely.distance(spots[one], spots[other])
        taken: set[int] = set()
        for near in np.lexsort((other, one, apart)).tolist():
            a, b = int(one[near]), int(other[near])
            (tile, street), (next_tile, follows) = pieces[ends[a][0]], pieces[ends[b][0]]
            same = (street.name, street.kind) == (follows.name, follows.kind)
            if a < b and same and tile != next_tile and not {a, b} & taken:
                taken |= {a, b}
                moved = points[ends[b][0]].copy()
                moved[ends[b][1]] = points[ends[a][0]][ends[a][1]]
                points[ends[b][0]] = moved
    groups: dict[tuple[str, StreetKind], list[Points]] = {}
    for (_, street), line in zip(pieces, points, strict=True):
        groups.setdefault((street.name, street.kind), []).append(line)
    made: list[Street] = []
    for (name, kind), lines in groups.items():
        merged = shapely.line_merge(shapely.multilinestrings([*map(shapely.LineString, lines)]))
        made += [_street(kind, name, line) for line in _lines_in(merged)]
    return made
