"""How long tracks stay in a zone of the picture, judged by their foot points, exactly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.store import search_rows
from video.geometry import foot_points, points_in_polygon

_POINTS_AT_ONCE: Final = 100_000
"""The exact test holds points × corners in memory."""


@dataclass(frozen=True, slots=True)
class Stays:
    """Per track, columns `(n,)`: whether it came in, when first (media time), and for how long
    altogether (between points that follow each other and are both inside)."""

    is_inside: NDArray[np.bool_]
    first_ns: NDArray[np.int64]
    inside_ns: NDArray[np.int64]

    @classmethod
    def nowhere(cls, count: int) -> "Stays":
        """Tracks that came in nowhere."""
        return cls(np.zeros(count, np.bool_), np.zeros(count, np.int64), np.zeros(count, np.int64))

    def where(self, mask: NDArray[np.bool_]) -> "Stays":
        """Those picked by a boolean mask."""
        return Stays(self.is_inside[mask], self.first_ns[mask], self.inside_ns[mask])

    def put(self, mask: NDArray[np.bool_], part: "Stays") -> None:
        """Fills in the stays of the masked tracks."""
        self.is_inside[mask] = part.is_inside
        self.first_ns[mask] = part.first_ns
        self.inside_ns[mask] = part.inside_ns


def stays_in(
    case: Case,
    polygon: Sequence[tuple[float, float]],
    run_id: int,
    track_ids: NDArray[np.int64],
    *,
    in_time: Callable[[NDArray[np.int64]], NDArray[np.bool_]],
) -> Stays:
    """The stays of some tracks of one run, ids ascending, in a polygon of source pixels.

    `in_time` says which media times count.
    """
    corners = np.asarray(polygon, np.float64)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    points = case.read(
        partial(
            search_rows.points_near,
            run_id=run_id,
            track_ids=track_ids,
            box=(left, top, right, bottom),
        )
    )
    inside = _inside(points.boxes, corners) & in_time(points.time_ns)
    stays = Stays.nowhere(len(track_ids))
    at = np.searchsorted(track_ids, points.track_id)
    stays.is_inside[at[inside]] = True
    # Backwards, so that the first of a track is written last.
    entered = np.flatnonzero(inside)[::-1]
    stays.first_ns[at[entered]] = points.time_ns[entered]
    together = (at[1:] == at[:-1]) & inside[1:] & inside[:-1]
    steps = np.where(together, np.diff(points.time_ns), 0)
    np.add.at(stays.inside_ns, at[1:], steps)
    return stays


def _inside(boxes: NDArray[np.float32], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    mask = np.zeros(len(boxes), np.bool_)
    for start in range(0, len(boxes), _POINTS_AT_ONCE):
        part = slice(start, start + _POINTS_AT_ONCE)
        mask[part] = points_in_polygon(foot_points(boxes[part]), corners)
    return mask
