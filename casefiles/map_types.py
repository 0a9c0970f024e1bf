"""The layers of a case's map, lowest first, and how a site plan lies on the earth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NewType, get_args

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import PointPair
from casefiles.geo import GeoPoint, moved

MapLayerId = NewType("MapLayerId", int)
NEW_LAYER: Final = MapLayerId(0)
"""The id of a layer that is not stored yet."""
LayerKind = Literal["outlines", "tiles", "geojson", "plan"]
LAYER_KINDS: Final[tuple[str, ...]] = get_args(LayerKind)


@dataclass(frozen=True, slots=True)
class TileFile:
    """An archive of map tiles, which stays where it is: it may be larger than the case."""

    path: Path
    sha256: str
    size: int
    """In bytes, as `modified_ns` when its hash was computed."""
    modified_ns: int


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Where the points of a picture lie: east and north of `origin` in metres are the affine
    `to_ground` (2 x 3, row by row) of (x, y, 1) in pixels from the upper left."""

    picture_sha256: str
    size: tuple[int, int]
    """Of the picture, width and height."""
    pairs: tuple[PointPair, ...]
    """Points of the plan with their `lonlat`."""
    to_ground: tuple[float, ...]
    origin: GeoPoint
    outliers: tuple[int, ...] = ()
    """Which of the pairs were left out as wrong, from 0."""
    error_m: float | None = None
    """How far off a pair is by the plan placed without it, the median; None with too few."""

    def places(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitude and latitude `(n, 2)` of points `(n, 2)` of the picture."""
        matrix = np.array(self.to_ground, np.float64).reshape(2, 3)
        metres = points @ matrix[:, :2].T + matrix[:, 2]
        # A degree is as long as at the origin: within a kilometre that is right to a centimetre.
        one = moved(self.origin, east_m=1.0, north_m=1.0)
        lon_m = (one.lon - self.origin.lon + 180.0) % 360.0 - 180.0
        lons = (self.origin.lon + metres[:, 0] * lon_m + 180.0) % 360.0 - 180.0
        lats = self.origin.lat + metres[:, 1] * (one.lat - self.origin.lat)
        return np.stack([lons, np.clip(lats, -90.0, 90.0)], axis=1)

    def corners(self) -> NDArray[np.float64]:
        """Longitude and latitude `(4, 2)` of the upper left, upper right, lower right and lower
        left corner of the picture."""
        width, height = self.size
        return self.places(np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One layer of the map. Of `map_id`, `tiles` and `plan` it has the one of its kind."""

    kind: LayerKind
    name: str
    layer_id: MapLayerId = NEW_LAYER
    shown: bool = True
    opacity: float = 1.0
    """0 (not seen at all) to 1."""
    rank: float = 0.0
    """Layers with more of it lie above those with less."""
    map_id: int | None = None
    """Of the GeoJSON in table `base_maps`."""
    tiles: TileFile | None = None
    plan: SitePlan | None = None
    set_ns: int | None = None
    """When somebody changed it last; None: it is as it came with the case."""
    set_by: str = ""


def rank_at(layers: Sequence[MapLayer], layer_id: MapLayerId, place: int) -> float:
    """The rank by which a layer comes to lie at a place, from 0, among all `layers`, lowest first;
    places beyond the ends are the ends."""
    ranks = [one.rank for one in layers if one.layer_id != layer_id]
    if not ranks:
        return 0.0
    place = max(0, min(place, len(ranks)))
    if place == 0:
        return ranks[0] - 1.0
    if place == len(ranks):
        return ranks[-1] + 1.0
    return (ranks[place - 1] + ranks[place]) / 2
