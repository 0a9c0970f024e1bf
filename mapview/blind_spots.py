"""Which streets no camera has in view: pieces of their middle lines against view polygons.

Walls, trees and the night are not considered: a street counts as in view where it lies in the view
polygon of a camera, so the share in view is the most there can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapview.basemap import BaseMap, Points, Street
from mapview.line_hit import nearest
from mapview.projection import RADIUS_M, ground_scale

REACH_M: Final = 100.0
"""Streets so near to what some camera sees are looked at; what lies beyond is nobody's gap."""
PIECE_M: Final = 4.0
"""Streets are judged in pieces of this length, by their middle: a share is so exact."""
_WALKED: Final = ("path", "lane", "street", "main")
_MOST_PIECES: Final = 400_000
"""Pieces grow where a map has more street than so many of them."""


@dataclass(frozen=True, eq=False)
class BlindSpots:
    """What was looked at and what of it no camera has in view; places in world metres."""

    unseen: tuple[Points, ...] = ()
    """Runs of street out of view, each `(n, 2)`."""
    street_m: float = 0.0
    """How much street was looked at, metres on the ground."""
    seen_m: float = 0.0
    cameras: int = 0
    """How many views were taken into account, of which the direction, angle or reach of"""
    guessed: int = 0
    """so many is not known."""
    areas: tuple[tuple[Points, ...], ...] = ()
    """Where the map has no streets: ground out of view, rings of which the first is outside."""
    ground_m2: float = 0.0
    """Then: how much ground was looked at."""
    seen_m2: float = 0.0

    @property
    def has_streets(self) -> bool:
        """Whether streets were judged, and not the bare ground."""
        return self.street_m > 0

    @property
    def share(self) -> float | None:
        """How much is in view, 0..1; None where there was nothing to look at."""
        whole, seen = (
            (self.street_m, self.seen_m) if self.has_streets else (self.ground_m2, self.seen_m2)
        )
        return seen / whole if whole > 0 else None


def blind_spots(
    bases: Sequence[BaseMap],
    views: Sequence[NDArray[np.float64]],
    *,
    area: NDArray[np.float64] | None = None,
    reach_m: float = REACH_M,
    guessed: int = 0,
) -> BlindSpots:
    """The streets of `bases` that none of the view polygons `(n, 2)` covers, in world metres:
    inside `area` `(n, 2)` where one is given, else within `reach_m` of some view. Where there is
    no street, the ground instead. Any thread; a second or two for a city."""
    polygons = [shapely.make_valid(shapely.Polygon(view)) for view in views if len(view) >= 3]
    count = len(polygons)
    if not polygons and area is None:
        return BlindSpots()
    frame = None if area is None else shapely.make_valid(shapely.Polygon(area))
    box = np.array(
        frame.bounds if frame is not None else shapely.total_bounds(np.array(polygons))
    ).reshape(2, 2)
    stretch = 1.0 / ground_scale(float(box[:, 1].mean()))
    reach = reach_m * stretch
    if frame is None:
        box += [[-reach], [reach]]
    streets = [street for base in bases for street in base.streets if _counts(street, box)]
    tree = shapely.STRtree(polygons)
    pieces = _pieces(streets, PIECE_M * stretch)
    if pieces is not None:
        inside = _inside(pieces, frame, tree, reach)
        if inside.any():
            return _of_streets(pieces, inside, tree, count, guessed)
    return _of_ground(polygons, frame, reach, stretch, guessed)


def is_unseen(spots: BlindSpots, at: NDArray[np.float64], reach: float) -> bool:
    """Whether a place `(2,)` is on what no camera has in view, or so near to such a street; world
    metres."""
    for run in spots.unseen:
        found = nearest(run, at)
        if found is not None and found.distance <= reach:
            return True
    point = shapely.Point(at)
    return any(
        bool(shapely.contains(shapely.Polygon(rings[0], list(rings[1:])), point))
        for rings in spots.areas
    )


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Ends and middles of pieces, `(n, 2)` each, their length on the ground, and their line."""

    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    ground_m: NDArray[np.float64]
    line: NDArray[np.int64]

    @property
    def points(self) -> NDArray[np.object_]:
        """Their middles, as shapes."""
        made: NDArray[np.object_] = shapely.points((self.begin + self.end) / 2)
        return made


def _counts(street: Street, box: NDArray[np.float64]) -> bool:
    left, bottom, right, top = street.bounds
    return (
        street.kind in _WALKED
        and left <= box[1, 0] and right >= box[0, 0]
        and bottom <= box[1, 1] and top >= box[0, 1]
    )  # fmt: skip


def _pieces(streets: Sequence[Street], length: float) -> _Pieces | None:
    """All segments of the streets cut into pieces not longer than `length` world metres."""
    if not streets:
        return None
    begin = np.concatenate([street.points[:-1] for street in streets])
    step = np.concatenate([np.diff(street.points, axis=0) for street in streets])
    # A number for each run of pieces that may be drawn as one line.
    line = np.repeat(np.arange(len(streets)), [len(street.points) - 1 for street in streets])
    far = np.hypot(step[:, 0], step[:, 1])
    length = max(length, float(far.sum()) / _MOST_PIECES)
    parts = np.maximum(1, np.ceil(far / length)).astype(np.int64)
    which = np.repeat(np.arange(len(far)), parts)
    # 0, 1, 2 … within each segment.
    nth = np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts)
    one = step[which] / parts[which, None]
    first = begin[which] + one * nth[:, None]
    scale = 1.0 / np.cosh((first[:, 1] + one[:, 1] / 2) / RADIUS_M)
    return _Pieces(first, first + one, far[which] / parts[which] * scale, line[which])


def _inside(
    pieces: _Pieces, frame: shapely.Geometry | None, tree: shapely.STRtree, reach: float
) -> NDArray[np.bool_]:
    if frame is not None:
        shapely.prepare(frame)
        covered: NDArray[np.bool_] = shapely.contains(frame, pieces.points)
        return covered
    near = tree.query(pieces.points, predicate="dwithin", distance=reach)
    found = np.zeros(len(pieces.line), np.bool_)
    found[near[0]] = True
    return found


def _of_streets(
    pieces: _Pieces, inside: NDArray[np.bool_], tree: shapely.STRtree, count: int, guessed: int
) -> BlindSpots:
    hits = tree.query(pieces.points, predicate="intersects")
    seen = np.zeros(len(pieces.line), np.bool_)
    seen[hits[0]] = True
    dark = np.flatnonzero(inside & ~seen)
    return BlindSpots(
        unseen=_runs(pieces, dark),
        street_m=float(pieces.ground_m[inside].sum()),
        seen_m=float(pieces.ground_m[inside & seen].sum()),
        cameras=count,
        guessed=guessed,
    )


def _runs(pieces: _Pieces, chosen: NDArray[np.int64]) -> tuple[Points, ...]:
    """Neighbouring pieces of one street as one line."""
    if not len(chosen):
        return ()
    cut = np.flatnonzero((np.diff(chosen) != 1) | (np.diff(pieces.line[chosen]) != 0)) + 1
    return tuple(
        np.vstack([pieces.begin[run], pieces.end[run[-1:]]]) for run in np.split(chosen, cut)
    )


def _of_ground(
    polygons: Sequence[shapely.Geometry],
    frame: shapely.Geometry | None,
    reach: float,
    stretch: float,
    guessed: int,
) -> BlindSpots:
    seen = shapely.union_all(polygons)
    looked = frame if frame is not None else seen.buffer(reach, quad_segs=4)
    dark = shapely.difference(looked, seen)
    whole, lost = looked.area / stretch**2, dark.area / stretch**2
    return BlindSpots(
        cameras=len(polygons),
        guessed=guessed,
        areas=tuple(
            tuple(np.array(ring.coords) for ring in (part.exterior, *part.interiors))
            for part in shapely.get_parts(dark)
            if isinstance(part, shapely.Polygon)
        ),
        ground_m2=whole,
        seen_m2=whole - lost,
    )
