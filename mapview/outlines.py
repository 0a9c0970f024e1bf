"""Outlines and names of the states and counties of the United States, from the packaged file.

Made by the us-atlas package from the Census Bureau's cartographic boundaries at 1:10,000,000:
good for seeing where a place lies, some hundred metres off on the ground.
"""

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np

from mapview.basemap import Points
from mapview.projection import to_mercator
from mapview.topojson import Topology, TopoShape, read_topology
from mapview.viewport import Bounds
from resources.files import packaged

OutlineKind: TypeAlias = Literal["coast", "state", "county"]
"""A coast is where the country ends, over land too."""

MAINLAND: Final[Bounds] = (-13_914_936.0, 2_817_774.0, -7_347_086.0, 6_340_332.0)
"""World metres around the 48 states that touch: what "all of it" shows, since the islands in the
Pacific would leave them a corner of the map."""


@dataclass(frozen=True, slots=True)
class Border:
    """One line, drawn once however many shapes it bounds; world metres."""

    kind: OutlineKind
    points: Points
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class AreaName:
    """A name in the middle of the widest piece of its area, and how wide that piece is."""

    kind: Literal["state", "county"]
    name: str
    x: float
    y: float
    width_m: float


@dataclass(frozen=True, slots=True)
class Outlines:
    """All borders and names."""

    borders: tuple[Border, ...]
    names: tuple[AreaName, ...]


@cache
def read_outlines() -> Outlines:
    """The packaged outlines; about half a second the first time, so not on the GUI thread.

    Raises:
        MissingFile: the installation lacks them.
    """
    with gzip.open(packaged("map", "us-counties-10m.json.gz")) as file:
        return outlines_of(read_topology(json.load(file)))


def outlines_of(topology: Topology) -> Outlines:
    """Borders and names of a topology with the objects `states` and `counties`, as us-atlas has.

    The number of a county begins with the two digits of its state (FIPS 6-4).
    """
    topology = topology.mapped(to_mercator)
    counties, states = topology.objects["counties"], topology.objects["states"]
    around: dict[int, list[str]] = defaultdict(list)
    for county in counties:
        for arc in county.arcs:
            around[arc].append(county.shape_id)
    borders = []
    for arc, ids in around.items():
        points = topology.arcs[arc]
        (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        borders.append(Border(_kind(ids), points, (left, bottom, right, top)))
    named = [_named("state", one, topology) for one in states if one.name]
    named += [_named("county", one, topology) for one in counties if one.name]
    # Where names meet, the wider area is named.
    named.sort(key=lambda name: (name.kind != "state", -name.width_m))
    return Outlines(tuple(borders), tuple(named))


def _kind(ids: list[str]) -> OutlineKind:
    if len(ids) == 1:
        return "coast"
    return "county" if len({one[:2] for one in ids}) == 1 else "state"


def _named(kind: Literal["state", "county"], shape: TopoShape, topology: Topology) -> AreaName:
    rings = [topology.ring(ring) for ring in shape.rings]
    wide = [float(np.ptp(ring[:, 0])) for ring in rings]
    # By its width: the piece a name fits into.
    widest = max(range(len(rings)), key=wide.__getitem__)
    x, y = _middle(rings[widest])
    return AreaName(kind, shape.name, x, y, wide[widest])


def _middle(ring: Points) -> tuple[float, float]:
    """The centroid of a closed ring (shoelace)."""
    # Around its own corner: the products of world metres would eat the digits.
    (x, y), corner = (ring - ring[0]).T, ring[0].tolist()
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    twice = float(cross.sum())
    if not twice:
        return corner[0], corner[1]
    return (
        corner[0] + float((x[:-1] + x[1:]) @ cross) / (3 * twice),
        corner[1] + float((y[:-1] + y[1:]) @ cross) / (3 * twice),
    )
