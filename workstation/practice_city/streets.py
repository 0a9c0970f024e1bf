"""The streets of the made-up city: a crooked grid with pieces left out, in metres."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_BLOCK_M: Final = 110.0
_CROOKED_M: Final = 14.0
_LEFT_OUT: Final = 0.12
"""Share of the pieces between two crossings that are not there."""


@dataclass(frozen=True, eq=False)
class Streets:
    """`nodes (n, 2)` crossings, metres east and north of the middle; `edges (m, 2)` pieces between
    two of them, with `names`, one a piece."""

    nodes: Floats
    edges: Ints
    names: tuple[str, ...]

    @property
    def lengths(self) -> Floats:
        """Metres of each piece, `(m,)`."""
        ends = self.nodes[self.edges]
        found: Floats = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
        return found

    def ways_from(self, node: int, weights: Floats) -> tuple[Floats, Ints]:
        """Least weight to every crossing, and the crossing before it on that way (Dijkstra 1959,
        "A note on two problems in connexion with graphs"); `weights (m,)` of the pieces."""
        one, other = self.edges.T
        count = len(self.nodes)
        graph = csr_array((weights, (one, other)), shape=(count, count))
        found, before = dijkstra(
            graph, directed=False, indices=np.array([node]), return_predecessors=True
        )
        return np.asarray(found[0]), np.asarray(before[0], np.int64)


def make_streets(chance: np.random.Generator, crossings: int) -> Streets:
    """A city of about so many crossings, all of which can be reached from each other."""
    wide = max(2, round((crossings * 1.4) ** 0.5))
    high = max(2, -(-crossings // wide))
    column, row = np.meshgrid(np.arange(wide), np.arange(high))
    places = np.stack([column.ravel() - (wide - 1) / 2, row.ravel() - (high - 1) / 2], axis=1)
    nodes = places * _BLOCK_M + chance.normal(0, _CROOKED_M, places.shape)
    number = np.arange(wide * high).reshape(high, wide)
    along = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    across = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    edges = np.concatenate([along, across])
    names = [f"{_ordinal(int(at) + 1)} Street" for at in np.repeat(np.arange(high), wide - 1)]
    names += [f"Avenue {_letters(int(at))}" for at in np.tile(np.arange(wide), high - 1)]
    kept = chance.random(len(edges)) >= _LEFT_OUT
    # What fell off is tied on again: a piece that was left out between two parts.
    for at in np.flatnonzero(~kept):
        part = _parts(len(nodes), edges[kept])
        if part.max() == 0:
            break
        kept[at] = part[edges[at, 0]] != part[edges[at, 1]]
    return Streets(nodes, edges[kept], tuple(np.array(names)[kept].tolist()))


def _parts(count: int, edges: Ints) -> Ints:
    one, other = edges.T
    graph = csr_array((np.ones(len(edges)), (one, other)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def _letters(number: int) -> str:
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
