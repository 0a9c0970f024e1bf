"""What the cameras of a case see of the ground, each as it stood when, and how far it is between
these views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.queries.places import outline
from casefiles.types import CameraId, Placement, SourceId
from casefiles.usecases.calibrated_places import seen_ground
from casefiles.usecases.roads import DETOUR, Roads, straight_m
from casefiles.view_types import CaseView

Floats = NDArray[np.float64]
_EXACT_M: Final = 500.0
"""Views farther apart are measured between the circles around them: a little too near."""
_ON_THE_WAY_M: Final = 25.0
"""A camera is on a way along streets where going by it is longer by no more than this."""


@dataclass(frozen=True, slots=True)
class _Stand:
    camera_id: CameraId
    placement: Placement
    lonlat: tuple[tuple[float, float], ...]


class Ground:
    """Every camera as it stood when: `owners`, `middles` of the views and `headings`, one for each
    placement of each camera, by which numbers the methods speak of them."""

    def __init__(self, stands: Sequence[_Stand], roads: Roads) -> None:
        self._roads = roads
        self._by_owner: dict[CameraId, list[int]] = {}
        self._passed: dict[int, list[list[int]]] = {}
        self._stands = tuple(stands)
        for number, one in enumerate(stands):
            self._by_owner.setdefault(one.camera_id, []).append(number)
        self.owners = tuple(one.camera_id for one in stands)
        self.headings = tuple(one.placement.heading_deg for one in stands)
        self._origin = stands[0].placement.point if stands else GeoPoint(0.0, 0.0)
        self._views: NDArray[np.object_] = np.array(
            [shapely.make_valid(shapely.Polygon(self._flat(one.lonlat))) for one in stands], object
        )
        centres = shapely.centroid(self._views)
        inside = shapely.get_coordinates(centres).reshape(-1, 2)
        self.middles = tuple(
            moved(self._origin, east_m=float(east), north_m=float(north)) for east, north in inside
        )
        self._radius: Floats = np.sqrt(shapely.area(self._views) / np.pi)
        self._outer: Floats = shapely.hausdorff_distance(self._views, centres)

    def stand(self, where: CameraId | SourceId, at_ns: int | None) -> int | None:
        """How a camera stood at a moment (None: last); None where nobody knows, or it is a
        recording without a camera."""
        numbers = [] if isinstance(where, int) else self._by_owner.get(where, [])
        if at_ns is None:
            return numbers[-1] if numbers else None
        for number in numbers:
            place = self._stands[number].placement
            begun = place.from_ns is None or at_ns >= place.from_ns
            if begun and (place.to_ns is None or at_ns < place.to_ns):
                return number
        return None

    def way(self, here: int, there: int) -> tuple[float, float, bool]:
        """Metres from view to view, along streets where they lead there; the least it can be; and
        whether it is along streets. 0 where the views overlap."""
        ways, along = self._ways
        least = float(self._gaps[here, there])
        if least == 0:
            return 0.0, 0.0, False
        between = float(ways[here, there] - self._radius[here] - self._radius[there])
        return max(between, least), least, bool(along[here, there])

    def passed(self, here: int, there: int) -> list[int]:
        """Which other views lie on the way."""
        mine = {self.owners[here], self.owners[there]}
        if here not in self._passed and there in self._passed:
            # The way back passes the same.
            here, there = there, here
        if here not in self._passed:
            self._passed[here] = self._passed_from(here)
        return [one for one in self._passed[here][there] if self.owners[one] not in mine]

    def _passed_from(self, here: int) -> list[list[int]]:
        """What lies on the way to each view, both ends included."""
        ways, along = self._ways
        way = ways[here][:, None]
        more = ways[here] + ways - way
        spare = np.broadcast_to(np.minimum(self._radius, _ON_THE_WAY_M), more.shape).copy()
        # What is so far off a straight line makes a way by it longer by so much.
        half = way[~along[here]] / 2
        spare[~along[here]] = 2 * (np.hypot(half, DETOUR * self._radius) - half)
        near = (more <= spare) & (self._gaps[here] > 0) & (self._gaps > 0)
        there, on_way = np.nonzero(near)
        ends = np.searchsorted(there, np.arange(len(near) + 1)).tolist()
        return [on_way[a:b].tolist() for a, b in pairwise(ends)]

    def from_place(
        self, point: GeoPoint, stands: NDArray[np.int64]
    ) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """From a place of the map to some views, `(n,)` each: metres, the least it can be, and
        whether the way is along streets; 0 within a view."""
        spot = shapely.Point(self._flat(((point.lon, point.lat),))[0])
        least: Floats = shapely.distance(self._views[stands], spot)
        ways, along = self._roads.between([point], [self.middles[one] for one in stands.tolist()])
        metres = np.maximum(ways[0] - self._radius[stands], least)
        metres[least == 0] = 0.0
        return metres, least, along[0]

    @cached_property
    def _ways(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Between the middles, `(n, n)`."""
        ways, along = self._roads.metres(self.middles)
        # Added up in another order, the way back differs in the last digit.
        return np.minimum(ways, ways.T), along & along.T

    @cached_property
    def _gaps(self) -> Floats:
        """The least distances between views, `(n, n)`; 0 where they overlap."""
        found = straight_m(self.middles, self.middles)
        found = np.maximum(found - self._outer[:, None] - self._outer[None, :], 0.0)
        one, other = np.nonzero(np.triu(found < _EXACT_M, 1))
        apart = shapely.distance(self._views[one], self._views[other])
        found[one, other] = apart
        found[other, one] = apart
        np.fill_diagonal(found, 0.0)
        return found

    def _flat(self, lonlat: Sequence[tuple[float, float]]) -> Floats:
        return np.array([offset_m(self._origin, GeoPoint(lat, lon)) for lon, lat in lonlat])


def ground_of(view: CaseView, roads: Roads) -> Ground:
    """What the cameras of a case see: by calibration, else as their angle and reach are stated."""
    seen: Mapping[tuple[CameraId, int | None], tuple[tuple[float, float], ...]] = {
        (one.camera_id, one.placement_from_ns): seen_ground(one) for one in view.calibrations
    }
    stands = []
    for camera in view.cameras:
        for place in camera.placements:
            shown = seen.get((camera.camera_id, place.from_ns), ())
            lonlat = shown if len(shown) >= 3 else outline(place)
            stands.append(_Stand(camera.camera_id, place, tuple(lonlat)))
    return Ground(stands, roads)
