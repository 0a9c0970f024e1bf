"""How fast tracks moved over the ground, by the calibration of their camera, and how sure that is.

A speed is the slope of a line through the places of a few seconds, by least squares: single places
tremble. Boxes that the edge of the picture cuts have no feet and are left out. How sure a speed is
comes from how well feet are seen, or the places scatter about the line if that is more, and from
what the calibration leaves open, to first order. Feet that are off are off for a while: places
within half a second count as one. The recording's time stamps are taken as right; a recorder whose
clock drifts by 1 % errs by 1 %.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.case import Case
from casefiles.errors import BadCalibration, UnknownTrack
from casefiles.geo import GeoPoint, bearing_deg
from casefiles.types import TrackId, TrackRow
from casefiles.usecases.calibrated_places import feet_of, whole
from casefiles.usecases.calibrated_tracks import calibrated_tracks
from video.clock import NS_PER_S

Array = NDArray[np.float64]
KMH: Final = 3.6
WINDOW_NS: Final = 2_000_000_000
_SAME_NS: Final = 500_000_000
_LEAST: Final = 4
_FULL: Final = 0.6
"""A window of which less was seen tells no speed."""
_FASTEST_SD: Final = 0.5
"""A speed less sure than half of itself, or `_STANDING_KMH`, is not told."""
_STANDING_KMH: Final = 2.0
_LEAST_WAY_M: Final = 2.0
_SURELY_AWAY: Final = 3.0
"""A way shorter than that, or than so many standard deviations of its ends, has no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundSpeed:
    """The speed of one track, as columns `(m,)` over media time; m is 0 where none can be told."""

    time_ns: NDArray[np.int64]
    """The middle of each window."""
    kmh: Array
    sd_kmh: Array
    """One standard deviation."""
    median_kmh: float | None
    """Of the windows; None where there are none."""
    median_sd_kmh: float | None
    unsure: int = 0
    """So many windows are left out, because their speed cannot be told: too far away."""
    bearing_deg: float | None = None
    """Which way it went on the whole, clockwise from north; None where that is not known, or it
    went nowhere."""


def ground_speed(
    calibration: Calibration,
    size: tuple[int, int],
    time_ns: NDArray[np.int64],
    boxes: Array,
    window_ns: int = WINDOW_NS,
) -> GroundSpeed:
    """The speed of one thing from its boxes `(n, 4)` xyxy in pictures of `size`, at rising media
    times `(n,)`."""
    plane = calibration.plane
    feet, noise = feet_of(calibration, size, boxes)
    seen = plane.below_horizon(feet) & whole(size, boxes)
    times, feet, noise = time_ns[seen], feet[seen], noise[seen]
    if not len(times):
        return _summed([], 0)
    places = plane.places(feet)
    # What pictures leave open alone; what the calibration does is common to all places.
    exact = calibration_without_doubt(calibration).plane
    spread, sways = exact.spread(feet, noise), plane.sways(feet)
    told: list[tuple[int, float, float, float]] = []
    unsure = 0
    for part in _windows(times, window_ns):
        found = _slope(times[part], places[part], spread[part], sways[part], plane.covariance)
        if found is None:
            continue
        kmh, by_feet, by_plane = found
        if np.hypot(by_feet, by_plane) > max(_FASTEST_SD * kmh, _STANDING_KMH):
            unsure += 1
            continue
        told.append((int(times[part][[0, -1]].mean()), kmh, by_feet, by_plane))
    way = _way(calibration, times, places, spread)
    return replace(_summed(told, unsure), bearing_deg=way)


def calibration_without_doubt(calibration: Calibration) -> Calibration:
    """The same as if its homography were known exactly."""
    return Calibration(calibration.camera_id, calibration.size, calibration.to_image, (0.0,) * 81)


def read_ground_speeds(
    case: Case, source_id: int, track_ids: Sequence[int] | None = None
) -> dict[TrackId, GroundSpeed]:
    """The speeds of the tracks of a recording, of all or of some; logged. A track that began where
    its camera was not calibrated has none.

    Raises:
        UnknownSource: no such source. UnknownTrack: it has not been indexed, or has no such track.
        BadCalibration: its camera is not calibrated for its pictures as it stood then.
    """
    tracks = calibrated_tracks(case, source_id, track_ids)
    found = {
        one.track_id: ground_speed(one.calibration, tracks.size, one.time_ns, one.boxes)
        for one in tracks.tracks
    }
    tracks.record(case, "speed.show")
    return found


def track_speed(case: Case, row: TrackRow) -> GroundSpeed | None:
    """The speed of one track; None where its camera is not calibrated as it stood then. Logged
    where there is one."""
    try:
        return read_ground_speeds(case, row.source_id, [row.track_id])[row.track_id]
    except (BadCalibration, UnknownTrack):
        # Not calibrated; or of a run that is not shown any more.
        return None


def _way(
    calibration: Calibration, times: NDArray[np.int64], places: Array, spread: Array
) -> float | None:
    """The compass direction from where it was first to where it was last; None where nobody knows
    which way the metres lie, or it came back, or hardly away."""
    ends = calibration.lonlat(places[[0, -1]])
    if ends is None:
        return None
    begin, end = times <= times[0] + _SAME_NS, times >= times[-1] - _SAME_NS
    first, last = places[begin].mean(axis=0), places[end].mean(axis=0)
    doubt = np.sqrt(np.linalg.eigvalsh(spread[begin][0] + spread[end][-1])[-1])
    if np.hypot(*(last - first)) < max(_LEAST_WAY_M, _SURELY_AWAY * float(doubt)):
        return None
    ends = calibration.lonlat(np.stack([first, last]))
    assert ends is not None
    one, other = (GeoPoint(float(lat), float(lon)) for lon, lat in ends)
    return bearing_deg(one, other)


def _windows(times: NDArray[np.int64], window_ns: int) -> Iterator[slice]:
    """Stretches of that length, every half of one, in which enough was seen. The last one ends
    with the last moment, and a track shorter than a window is one."""
    first, last = int(times[0]), int(times[-1])
    begins = [*range(first, max(first, last - window_ns) + 1, window_ns // 2)]
    if begins[-1] + window_ns < last:
        begins.append(last - window_ns)
    for begin in begins:
        low = int(np.searchsorted(times, begin))
        high = int(np.searchsorted(times, begin + window_ns, side="right"))
        if high - low >= _LEAST and times[high - 1] - times[low] >= _FULL * window_ns:
            yield slice(low, high)


def _slope(
    times: NDArray[np.int64], places: Array, spread: Array, sways: Array, covariance: Array
) -> tuple[float, float, float] | None:
    """Speed in km/h, and how sure it is (one standard deviation) by the feet and by the plane."""
    since = (times - times[0]) / NS_PER_S
    off = since - since.mean()
    share = off / (off @ off)
    speed = share @ places
    metres = float(np.hypot(*speed))
    way = speed / metres if metres else np.array([1.0, 0.0])
    # Along the way: what makes it faster or slower.
    along = np.einsum("i,nij,j->n", way, spread, way)
    apart = (places - places.mean(axis=0) - off[:, None] * speed) @ way
    scatter = float(apart @ apart) / max(len(off) - 2, 1)
    together = max(1.0, _SAME_NS / max(float(np.median(np.diff(times))), 1.0))
    by_feet = max(float(share**2 @ along), scatter * float(share @ share)) * together
    leans = way @ np.einsum("n,nij->ij", share, sways)
    by_plane = float(leans @ covariance @ leans)
    return metres * KMH, np.sqrt(by_feet) * KMH, np.sqrt(max(by_plane, 0.0)) * KMH


def _summed(told: Sequence[tuple[int, float, float, float]], unsure: int) -> GroundSpeed:
    rows = np.array([one[1:] for one in told], np.float64).reshape(-1, 3)
    kmh, by_feet, by_plane = rows.T
    median = sd = None
    if len(told):
        median = float(np.median(kmh))
        # Windows overlap by half, and a median scatters by √(π/2) more than a mean.
        apart = max((len(told) + 1) / 2, 1.0)
        of_feet = np.median(by_feet) ** 2 * np.pi / 2 / apart
        sd = float(np.sqrt(of_feet + np.median(by_plane) ** 2))
    return GroundSpeed(
        np.array([one[0] for one in told], np.int64), kmh, np.hypot(by_feet, by_plane), median, sd,
        unsure,
    )  # fmt: skip
