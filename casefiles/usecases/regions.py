"""A region of the map given by its edges, for whoever asks what lies in it."""

from collections.abc import Sequence
from typing import TypeAlias

import shapely

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""Corners (lon, lat), not closed."""


def shape_of(rings: Sequence[Ring]) -> shapely.Geometry:
    """The shape in degrees that rings enclose; what lies within an even number of them is a hole.
    Lines drawn by hand may cross themselves."""
    shape = shapely.Polygon()
    for ring in rings:
        shape = shape.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    return shape
