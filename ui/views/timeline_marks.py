"""What stands on the lanes besides footage: hits and bookmarks, and which one is under a pixel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.types import BookmarkId, SourceId
from casefiles.view_types import Hit, Lane
from ui.views.timeline_scale import TimeScale
from video.clock import ClockOffset

THIN_PX: Final = 5
"""Marks closer than this are drawn as one."""
_REACH_PX: Final = 7


@dataclass(frozen=True, slots=True)
class Flag:
    """A bookmark with its place in wall time; on the lane of its source, or across all."""

    bookmark_id: BookmarkId
    wall_ns: int
    note: str
    source_id: SourceId | None = None


@dataclass(frozen=True, slots=True)
class CameraClock:
    """The clock of a recording that was off, and how sure that is; wall times."""

    source_id: SourceId
    from_ns: int
    to_ns: int
    clock: ClockOffset
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class LaneHits:
    """Hits of one lane in order of their best moment; arrays `(n,) int64` wall time."""

    hits: tuple[Hit, ...]
    from_ns: NDArray[np.int64]
    to_ns: NDArray[np.int64]
    best_ns: NDArray[np.int64]

    def shown(self, scale: TimeScale) -> NDArray[np.int64]:
        """Indices of hits of which something lies in the shown range, thinned to pixels."""
        seen = np.flatnonzero((self.to_ns >= scale.from_ns) & (self.from_ns < scale.to_ns))
        if len(seen) <= 1:
            return seen
        places = scale.xs_of(self.best_ns[seen]) // THIN_PX
        return seen[np.unique(places, return_index=True)[1]]

    def at(self, scale: TimeScale, x: float) -> Hit | None:
        """The hit whose mark is nearest to a pixel, within reach."""
        if not self.hits:
            return None
        away = np.abs(scale.xs_of(self.best_ns) - x)
        index = int(away.argmin())
        return self.hits[index] if away[index] <= _REACH_PX else None


def best_wall_ns(hit: Hit) -> int | None:
    """Wall time of a hit's best frame; of its beginning where that is not known."""
    if hit.from_wall_ns is None or hit.best_time_ns is None:
        return hit.from_wall_ns
    into, length = hit.best_time_ns - hit.track.from_ns, hit.track.to_ns - hit.track.from_ns
    if not length or hit.to_wall_ns is None:
        return hit.from_wall_ns + into
    # A clock that drifts stretches the track; rounded up, never to the frame before.
    return hit.from_wall_ns - (-into * (hit.to_wall_ns - hit.from_wall_ns) // length)


def hits_by_lane(lanes: Sequence[Lane], hits: Iterable[Hit]) -> tuple[LaneHits, ...]:
    """The hits of each lane; those without a wall time or a lane are left out."""
    rows: list[list[tuple[int, Hit]]] = [[] for _ in lanes]
    by_source = {source: row for row, lane in enumerate(lanes) for source in lane.sources}
    for hit in hits:
        row = by_source.get(hit.track.source_id)
        best_ns = best_wall_ns(hit)
        if row is not None and best_ns is not None:
            rows[row].append((best_ns, hit))
    return tuple(_lane_hits(sorted(row, key=lambda pair: pair[0])) for row in rows)


def _lane_hits(pairs: list[tuple[int, Hit]]) -> LaneHits:
    best = np.array([best_ns for best_ns, _ in pairs], np.int64)
    start = np.array([hit.from_wall_ns for _, hit in pairs], np.int64)
    end = np.array([hit.to_wall_ns or hit.from_wall_ns for _, hit in pairs], np.int64)
    return LaneHits(tuple(hit for _, hit in pairs), start, end, best)


def flag_at(
    flags: Iterable[Flag], scale: TimeScale, x: float, sources: tuple[SourceId, ...] | None
) -> Flag | None:
    """The nearest flag within reach of a pixel: of the lane with these sources, or (None) of
    those that belong to no lane."""

    def here(flag: Flag) -> bool:
        return flag.source_id is None if sources is None else flag.source_id in sources

    # The cloth hangs to the right of the pole: a pointer on it means this flag.
    away = [(abs(scale.x_of(flag.wall_ns) + 4 - x), flag) for flag in flags if here(flag)]
    distance, found = min(away, key=lambda pair: pair[0], default=(np.inf, None))
    return found if distance <= _REACH_PX else None


def camera_clock(clocks: Iterable[CameraClock], lane: Lane, wall_ns: int) -> CameraClock | None:
    """The clock of the lane's camera at that moment; None where it was right or is not known."""
    for one in clocks:
        if one.source_id in lane.sources and one.from_ns <= wall_ns <= one.to_ns:
            return one
    return None
