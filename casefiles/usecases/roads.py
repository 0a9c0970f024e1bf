"""The streets of a case as a network: how many metres it is from here to there, and which way.

Streets are joined where they cross or end within two metres of each other. A map of lines does not
say what is a bridge: what passes above a street is joined with it, and ways come out too short
there, never too long. Ways on foot and by car are the same; one-way streets are not known.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.usecases.follow_types import LonLats
from casefiles.usecases.street_types import StreetLine

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DETOUR: Final = 1.3
"""An assumption: ways along streets are longer than straight lines by about so much."""
_JOINED_M: Final = 2.0
"""Ends of streets this near to another are drawn carelessly, not apart."""
_GRID_M: Final = 0.5
"""Crossings are found to this."""
_OFF_STREET_M: Final = 200.0
"""What is farther off any street is not on this map."""
_ACROSS_M: Final = 30.0
"""So near to each other nobody needs a street."""
_LEAST_M: Final = 1e-3
_NOTHING_M: Final = 1e-9
"""A sparse graph does not see a way of length 0."""
_AT_ONCE: Final = 64
"""Ways from so many places are in memory at once."""


class Roads:
    """The network of some streets; made once, asked often. No streets is a network too: then every
    way is straight and a detour is assumed."""

    def __init__(self, lines: Sequence[StreetLine] = (), notes: Sequence[str] = ()) -> None:
        self.notes = tuple(notes)
        self.lines = tuple(lines)
        """The streets it was made of, to be drawn."""
        usable = [one.lonlat for one in lines if len(one.lonlat) > 1]
        self._pieces: NDArray[np.object_] = np.empty(0, object)
        self._ends = np.empty((0, 2), np.int64)
        self._nodes = 0
        self._origin = GeoPoint(0.0, 0.0)
        if usable:
            corners = np.concatenate(usable)
            lon, lat = np.median(corners, axis=0)
            self._origin = GeoPoint(float(lat), float(lon))
            self._pieces = _joined([self._flat(one) for one in usable])
        self._lengths: Floats = shapely.length(self._pieces)
        self._tree = shapely.STRtree(self._pieces)
        if len(self._pieces):
            firsts = shapely.get_coordinates(shapely.get_point(self._pieces, 0))
            lasts = shapely.get_coordinates(shapely.get_point(self._pieces, -1))
            keys = np.round(np.concatenate([firsts, lasts]) / _GRID_M).astype(np.int64)
            nodes, at = np.unique(keys, axis=0, return_inverse=True)
            self._nodes, self._ends = len(nodes), at.reshape(2, -1).T

    def __bool__(self) -> bool:
        """Whether there are any streets."""
        return bool(len(self._pieces))

    def metres(self, points: Sequence[GeoPoint]) -> tuple[Floats, Flags]:
        """The metres between every two of the places `(n, n)`, 0 on the diagonal, and for which of
        them the way goes along streets; the others are straight lines times `DETOUR`."""
        found, along = self.between(points, points)
        np.fill_diagonal(found, 0.0)
        return found, along

    def between(self, starts: Sequence[GeoPoint], ends: Sequence[GeoPoint]) -> tuple[Floats, Flags]:
        """The same from each of some places to each of others, `(n, m)`."""
        straight = straight_m(starts, ends)
        along = np.zeros(straight.shape, np.bool_)
        found = straight * DETOUR
        if not self or not straight.size:
            return found, along
        graph, off = self._with((*starts, *ends))
        start_nodes = self._nodes + np.arange(len(starts))
        end_nodes = self._nodes + len(starts) + np.arange(len(ends))
        for first in range(0, len(starts), _AT_ONCE):
            mine = slice(first, first + _AT_ONCE)
            ways = dijkstra(graph, directed=False, indices=start_nodes[mine])[:, end_nodes]
            ways = ways + off[: len(starts)][mine, None] + off[None, len(starts) :]
            reached = np.isfinite(ways)
            ways = np.maximum(ways, straight[mine])
            near = straight[mine] <= _ACROSS_M
            ways[near] = np.minimum(ways[near], found[mine][near])
            found[mine] = np.where(reached, ways, found[mine])
            along[mine] = reached
        return found, along

    def path(self, start: GeoPoint, end: GeoPoint) -> tuple[LonLats, bool]:
        """The shortest way as (lon, lat), both places included, and whether it goes along streets
        (else it is the straight line)."""
        straight: LonLats = ((start.lon, start.lat), (end.lon, end.lat))
        if not self or straight_m([start], [end])[0, 0] <= _ACROSS_M:
            return straight, False
        snapped = self._snapped((start, end))
        graph, _ = self._with((start, end))
        first, last = self._nodes, self._nodes + 1
        metres, before = dijkstra(
            graph, directed=False, indices=np.array([first]), return_predecessors=True
        )  # fmt: skip
        if not np.isfinite(metres[0, last]):
            return straight, False
        nodes = [last]
        while nodes[-1] != first:
            nodes.append(int(before[0, nodes[-1]]))
        corners = [self._flat(np.array([straight[0]]))]
        for here, there in pairwise(reversed(nodes)):
            corners.append(self._stretch(here, there, snapped))
        corners.append(self._flat(np.array([straight[1]])))
        line = np.concatenate(corners)
        kept = np.concatenate([[True], np.hypot(*np.diff(line, axis=0).T) > _LEAST_M])
        return tuple(self._lonlat(*map(float, one)) for one in line[kept]), True

    def _stretch(self, here: int, there: int, snapped: tuple[NDArray[np.int64], Floats]) -> Floats:
        """The corners `(n, 2)` of the street between two neighbours of the graph."""
        pieces, along = snapped
        extra = [one - self._nodes for one in (here, there) if one >= self._nodes]
        if extra:
            piece = int(pieces[extra[0]])
        else:
            joins = ((self._ends == (here, there)) | (self._ends == (there, here))).all(axis=1)
            those = np.flatnonzero(joins)
            piece = int(those[np.argmin(self._lengths[those])])

        def at(node: int, other: int) -> float:
            if node >= self._nodes:
                return float(along[node - self._nodes])
            first, last = self._ends[piece]
            if first == last:
                # A loop: by the end that is nearer to the other one.
                where = at(other, node) if other >= self._nodes else 0.0
                return 0.0 if where <= self._lengths[piece] / 2 else float(self._lengths[piece])
            return 0.0 if node == first else float(self._lengths[piece])

        begins, ends = at(here, there), at(there, here)
        corners = shapely.get_coordinates(self._pieces[piece])
        marks = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
        between = (marks > min(begins, ends)) & (marks < max(begins, ends))
        inner = corners[between] if begins <= ends else corners[between][::-1]
        tips = shapely.get_coordinates(
            shapely.line_interpolate_point(self._pieces[piece], [begins, ends])
        )
        return np.concatenate([tips[:1], inner, tips[1:]])

    def _snapped(self, points: Sequence[GeoPoint]) -> tuple[NDArray[np.int64], Floats]:
        """For each place the nearest piece of a street, -1 where none is near, and how far along
        it."""
        spots = shapely.points(self._flat(np.array([(one.lon, one.lat) for one in points])))
        pieces = self._tree.nearest(spots).astype(np.int64)
        along: Floats = shapely.line_locate_point(self._pieces[pieces], spots)
        far = shapely.distance(self._pieces[pieces], spots) > _OFF_STREET_M
        pieces[far] = -1
        return pieces, along

    def _with(self, points: Sequence[GeoPoint]) -> tuple[csr_array, Floats]:
        """The graph with the places as further nodes after its own, and how far off the street each
        of them is, `(n,)` metres."""
        pieces, along = self._snapped(points)
        spots = shapely.points(self._flat(np.array([(one.lon, one.lat) for one in points])))
        off: Floats = np.where(pieces < 0, 0.0, shapely.distance(self._pieces[pieces], spots))
        starts, ends = [self._ends[:, 0]], [self._ends[:, 1]]
        lengths = [self._lengths]
        order = np.lexsort((along, pieces))
        order = order[pieces[order] >= 0]
        for group in np.split(order, np.flatnonzero(np.diff(pieces[order])) + 1):
            if not len(group):
                continue
            piece = pieces[group[0]]
            first, last = self._ends[piece]
            # From one end of the piece to the other, past every place on it.
            chain = np.concatenate([[first], self._nodes + group, [last]])
            marks = np.concatenate([[0.0], along[group], [self._lengths[piece]]])
            starts.append(chain[:-1])
            ends.append(chain[1:])
            lengths.append(np.diff(marks))
        size = self._nodes + len(points)
        return _graph(
            np.concatenate(starts), np.concatenate(ends), np.concatenate(lengths), size
        ), off

    def _flat(self, lonlat: NDArray[np.float64]) -> Floats:
        """Metres east and north of the middle of the map, `(n, 2)`."""
        # The scale of a degree is that of the middle; as `offset_m`, for many at once.
        step = 1e-3
        one = GeoPoint(
            self._origin.lat - step if self._origin.lat > 0 else self._origin.lat + step,
            self._origin.lon - step if self._origin.lon > 0 else self._origin.lon + step,
        )
        scale = np.abs(offset_m(self._origin, one)) / step
        apart = np.asarray(lonlat, np.float64)[:, :2] - (self._origin.lon, self._origin.lat)
        apart[:, 0] = (apart[:, 0] + 180.0) % 360.0 - 180.0
        flat: Floats = apart * scale
        return flat

    def _lonlat(self, east_m: float, north_m: float) -> tuple[float, float]:
        point = moved(self._origin, east_m=east_m, north_m=north_m)
        return point.lon, point.lat


def straight_m(starts: Iterable[GeoPoint], ends: Iterable[GeoPoint]) -> Floats:
    """Metres as the crow flies from each place to each other `(n, m)`, as `geo.distance_m`."""
    first, second = (
        np.radians(np.array([(one.lat, one.lon) for one in each]).reshape(-1, 2))
        for each in (starts, ends)
    )
    lat, other_lat = first[:, None, 0], second[None, :, 0]
    across = np.sin((other_lat - lat) / 2) ** 2
    along = np.sin((second[None, :, 1] - first[:, None, 1]) / 2) ** 2
    chord = across + np.cos(lat) * np.cos(other_lat) * along
    metres: Floats = 2 * 6_371_008.8 * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return metres


def _joined(lines: Sequence[Floats]) -> NDArray[np.object_]:
    """The pieces of lines `(n, 2)` in metres between crossings and ends."""
    made = np.array([shapely.LineString(one) for one in lines], object)
    made = made[shapely.length(made) > _LEAST_M]
    tips = np.concatenate([shapely.get_point(made, 0), shapely.get_point(made, -1)])
    of = np.tile(np.arange(len(made)), 2)
    tree = shapely.STRtree(made)
    tip, line = tree.query(tips, predicate="dwithin", distance=_JOINED_M)
    other = of[tip] != line
    tip, line = tip[other], line[other]
    gaps = shapely.shortest_line(tips[tip], made[line])
    gaps = gaps[shapely.length(gaps) > _LEAST_M]
    noded = shapely.union_all(np.concatenate([made, gaps]), grid_size=_GRID_M)
    pieces = shapely.get_parts(noded)
    pieces = pieces[shapely.get_type_id(pieces) == 1]
    return np.asarray(pieces[shapely.length(pieces) > _LEAST_M], object)


def _graph(
    starts: NDArray[np.int64], ends: NDArray[np.int64], lengths: Floats, size: int
) -> csr_array:
    """Both ways; of several pieces between the same two ends the shortest."""
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    order = np.lexsort((lengths, high, low))
    low, high, lengths = low[order], high[order], np.maximum(lengths[order], _NOTHING_M)
    first = np.ones(len(low), np.bool_)
    first[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    first &= low != high
    return csr_array(coo_array((lengths[first], (low[first], high[first])), shape=(size, size)))
