"""Which lines of one map are the streets of another, so that no length of street counts twice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from mapview.basemap import Points, Street
from mapview.projection import ground_scale

_ALONG_M: Final = 8.0
"""So near to a street all along, a line is that street: half as wide as one with its pavements."""
_NAMED_M: Final = 25.0
"""The same for a street of the same name: maps are rarely farther apart."""
_CROSSING_M: Final = 30.0
"""What is near for less of its way only crosses, or branches off."""
_STEP_M: Final = 5.0


def without_same(streets: Sequence[Street], known: Sequence[Street]) -> list[Street]:
    """The streets, or the parts of them, that none of the known ones is; world metres."""
    if not (streets and known):
        return list(streets)
    # By legs: the boxes around whole streets of a town all meet each other.
    legs = np.concatenate([np.stack([one.points[:-1], one.points[1:]], axis=1) for one in known])
    tree = shapely.STRtree(shapely.linestrings(legs))
    numbers = {name: number for number, name in enumerate({one.name.casefold() for one in known})}
    named = np.repeat(
        [numbers[one.name.casefold()] if one.name else -1 for one in known],
        [len(one.points) - 1 for one in known],
    )
    made: list[Street] = []
    for street in streets:
        stretch = 1.0 / ground_scale(float(street.points[0, 1]))
        along, at = _steps(street.points, _STEP_M * stretch)
        spots = shapely.points(at)
        runs_along = _marked(
            len(at), tree.query(spots, predicate="dwithin", distance=_ALONG_M * stretch)[0]
        )
        gone = _long_runs(runs_along, along, _CROSSING_M * stretch)
        called = numbers.get(street.name.casefold()) if street.name else None
        if called is not None:
            spot, leg = tree.query(spots, predicate="dwithin", distance=_NAMED_M * stretch)
            gone |= _marked(len(at), spot[named[leg] == called])
        made += _kept(street, along, gone)
    return made


def _marked(count: int, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    flags = np.zeros(count, np.bool_)
    flags[places] = True
    return flags


def _steps(points: Points, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places not farther than `step` apart: metres along the line, and `(n, 2)` where."""
    legs = np.hypot(*np.diff(points, axis=0).T)
    corners = np.concatenate([[0.0], np.cumsum(legs)])
    count = max(1, int(np.ceil(corners[-1] / step)))
    along = np.unique(np.concatenate([np.linspace(0.0, corners[-1], count + 1), corners]))
    at = np.stack([np.interp(along, corners, points[:, axis]) for axis in (0, 1)], axis=1)
    return along, at


def _long_runs(
    near: NDArray[np.bool_], along: NDArray[np.float64], least: float
) -> NDArray[np.bool_]:
    """Of places that are near, those that are so for `least` metres on end, or all along."""
    if near.all():
        return near
    made = np.zeros(len(near), np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        if along[stop - 1] - along[start] >= least:
            made[start:stop] = True
    return made


def _kept(street: Street, along: NDArray[np.float64], gone: NDArray[np.bool_]) -> list[Street]:
    """The parts of a street between places that are gone."""
    if not gone.any():
        return [street]
    # A step from a place to the next stays where not both of them are gone.
    stays = ~(gone[:-1] & gone[1:])
    line = shapely.LineString(street.points)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stays, [False]]).astype(np.int8)))
    made = []
    for start, stop in edges.reshape(-1, 2).tolist():
        part = substring(line, along[start], along[stop])
        if isinstance(part, shapely.LineString) and part.length > 0:
            points = shapely.get_coordinates(part)
            made.append(replace(street, points=points, bounds=part.bounds))
    return made
