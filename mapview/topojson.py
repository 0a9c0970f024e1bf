"""TopoJSON → arcs in degrees, and which shapes they bound (M. Bostock and C. Metcalf, "The TopoJSON
Format Specification", version 1, 2013); a border two neighbours share is there once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from resources.errors import UserError

Points: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TopoShape:
    """A polygon or several, as rings of arc numbers: n forwards, ~n (negative) backwards."""

    shape_id: str
    name: str
    rings: tuple[tuple[int, ...], ...]

    @property
    def arcs(self) -> frozenset[int]:
        """The arcs around it, whichever way round they are walked."""
        return frozenset(arc if arc >= 0 else ~arc for ring in self.rings for arc in ring)


@dataclass(frozen=True, slots=True)
class Topology:
    """All arcs, `(n, 2)` degrees (lon, lat) each, and the shapes of each object by its name."""

    arcs: tuple[Points, ...]
    objects: Mapping[str, tuple[TopoShape, ...]]

    def mapped(self, change: Callable[[Points], Points]) -> "Topology":
        """The same shapes with all points `(n, 2)` changed, in one call however many arcs."""
        ends = np.cumsum([len(arc) for arc in self.arcs])[:-1]
        points = change(np.concatenate(self.arcs)) if self.arcs else np.zeros((0, 2))
        points.setflags(write=False)
        return Topology(tuple(np.split(points, ends)), self.objects)

    def ring(self, arcs: tuple[int, ...]) -> Points:
        """A closed ring `(n, 2)`: an arc ends at the point where the next begins."""
        lines = [self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1] for arc in arcs]
        return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def read_topology(document: Any) -> Topology:
    """The topology in a parsed JSON text; points and lines in it are passed over.

    Raises:
        UserError: it is not TopoJSON.
    """
    try:
        if document["type"] != "Topology":
            raise ValueError("it is no Topology")
        arcs = tuple(_arcs(document["arcs"], document.get("transform")))
        objects = {
            name: tuple(_shapes(found, len(arcs))) for name, found in document["objects"].items()
        }
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise UserError(f"the outlines are not TopoJSON: {error}", "Install again.") from error
    return Topology(arcs, objects)


def _arcs(found: Any, transform: Mapping[str, Any] | None) -> Iterator[Points]:
    for steps in found:
        arc = np.array([step[:2] for step in steps], np.float64)
        if transform is not None:
            # Whole numbers, each the step from the one before.
            arc = np.cumsum(arc, axis=0) * transform["scale"] + transform["translate"]
        if arc.shape[0] < 2 or not np.isfinite(arc).all():
            raise ValueError("an arc is no line")
        yield arc


def _shapes(found: Any, arcs: int) -> Iterator[TopoShape]:
    for geometry in found["geometries"] if found["type"] == "GeometryCollection" else [found]:
        # A geometry may be empty: its type is then null.
        several = {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}.get(
            geometry["type"]
        )
        if several is None:
            continue
        rings = tuple(tuple(int(arc) for arc in ring) for polygon in several for ring in polygon)
        if any(not -arcs <= arc < arcs for ring in rings for arc in ring) or not all(rings):
            raise ValueError("a shape names an arc that is not there")
        name = (geometry.get("properties") or {}).get("name")
        yield TopoShape(str(geometry.get("id", "")), str(name or ""), rings)
