"""Whether one person or vehicle can have been at two cameras at two times; unknown is possible.

Places are what the cameras may see (`casefiles.geo.view_polygon`), so distances are the least
there can be; nothing is left out by a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.queries.places import metres_between
from casefiles.store.search_rows import Searchable, TrackColumns
from casefiles.types import Camera, CameraId, Placement, SourceId
from detection.appearance import Kind
from video.clock import NS_PER_S
from video.types import TimeNs

FASTEST_M_S: Final[dict[Kind, float]] = {"person": 12.0, "vehicle": 70.0}
"""Above the fastest runner over any distance that cameras are apart; about 250 km/h."""
_WALKED_M_S: Final = 2.0
CLOCK_S: Final = 2.0
"""Clocks are compared only so closely: corrected recorder clocks still differ by about this."""


@dataclass(frozen=True, slots=True)
class Way:
    """From an asked track to each of some others, columns `(n,)`: least metres between the
    cameras' views (NaN where unknown), seconds between (0 where they overlap, NaN where unknown),
    seconds of overlap, and whether it was the same camera."""

    metres: NDArray[np.float64]
    between_s: NDArray[np.float64]
    overlap_s: NDArray[np.float64]
    same_camera: NDArray[np.bool_]

    def where(self, at: NDArray[np.int64]) -> "Way":
        """The ways to the tracks at some positions."""
        return Way(self.metres[at], self.between_s[at], self.overlap_s[at], self.same_camera[at])

    def impossible(self, kind: Kind) -> NDArray[np.bool_]:
        """Where nobody can have been at both, `(n,)`."""
        apart = ~self.same_camera & (np.nan_to_num(self.metres) > 0)
        both = np.nan_to_num(self.overlap_s) > CLOCK_S
        known = ~np.isnan(self.between_s)
        reach_m = FASTEST_M_S[kind] * (np.nan_to_num(self.between_s) + CLOCK_S)
        impossible: NDArray[np.bool_] = apart & known & (
            both | (np.nan_to_num(self.metres) > reach_m)
        )  # fmt: skip
        return impossible


def words_of(ways: Sequence[Way], at: int, kind: Kind) -> tuple[str, ...]:
    """How the way from the example nearest in time can have been made, in words; none without
    examples that have a place."""
    if not ways:
        return ()
    way = min(ways, key=lambda one: float(np.nan_to_num(one.between_s[at], nan=np.inf)))
    seconds, metres = float(way.between_s[at]), float(way.metres[at])
    if np.isnan(seconds) or (np.isnan(metres) and not way.same_camera[at]):
        return ("time or place not known: not checked whether it can be the same",)
    when = f"{_span(seconds)} apart" if seconds > 0 else "at the same time"
    if way.same_camera[at]:
        return (f"same camera, {when}",)
    if metres == 0:
        return (f"views of the two cameras overlap, {when}",)
    if way.impossible(kind)[at]:
        return (f"{metres:.0f} m away, {when}: cannot be the same unless a clock is wrong",)
    moved = "driven" if kind == "vehicle" else "walked" if _walks(metres, seconds) else "run"
    return (f"could have {moved} {metres:.0f} m in {_span(seconds)}",)


def _walks(metres: float, seconds: float) -> bool:
    return metres <= _WALKED_M_S * (seconds + CLOCK_S)


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


class Ways:
    """Measures ways between tracks; distances between cameras are computed once."""

    def __init__(
        self, sources: Mapping[SourceId, Searchable], cameras: Mapping[CameraId, Camera]
    ) -> None:
        self._sources = sources
        self._cameras = cameras
        self._metres: dict[tuple[Placement, Placement], float] = {}

    def to(self, tracks: TrackColumns, asked: TrackColumns, at: int) -> Way:
        """The ways from the asked track at a position to every track; these come by id."""
        home = self._sources[SourceId(int(asked.source_id[at]))]
        count = len(tracks)
        way = Way(
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.zeros(count, np.bool_),
        )
        # Tracks of one run have neighbouring ids.
        ends = [0, *(np.flatnonzero(np.diff(tracks.run_id)) + 1).tolist(), count]
        for start, end in pairwise(ends):
            if start < end:
                other = self._sources[SourceId(int(tracks.source_id[start]))]
                self._measure(way, tracks, slice(start, end), asked, at, home, other)
        return way

    def _measure(
        self,
        way: Way,
        tracks: TrackColumns,
        mine: slice,
        asked: TrackColumns,
        at: int,
        home: Searchable,
        other: Searchable,
    ) -> None:
        way.same_camera[mine] = home.source_id == other.source_id or (
            home.camera_id is not None and home.camera_id == other.camera_id
        )
        clock, other_clock = home.clock, other.clock
        if clock is None or other_clock is None:
            return
        from_ns = clock.to_wall_ns(TimeNs(int(asked.from_ns[at])))
        to_ns = clock.to_wall_ns(TimeNs(int(asked.to_ns[at])))
        others_from = other_clock.to_walls(tracks.from_ns[mine])
        others_to = other_clock.to_walls(tracks.to_ns[mine])
        apart = np.maximum(others_from - to_ns, from_ns - others_to) / NS_PER_S
        way.between_s[mine] = np.maximum(apart, 0)
        way.overlap_s[mine] = np.maximum(-apart, 0)
        here = self._placement(home, from_ns)
        if here is None:
            return
        metres = way.metres[mine]
        for placement, held in self._placements(other, others_from):
            metres[held] = self._between(here, placement)

    def _placements(
        self, source: Searchable, walls: NDArray[np.int64]
    ) -> Sequence[tuple[Placement, NDArray[np.bool_]]]:
        """The placements of a source's camera, each with whether it held at each moment."""
        camera = None if source.camera_id is None else self._cameras.get(source.camera_id)
        return [
            (place, _held(place, walls))
            for place in (camera.placements if camera is not None else ())
        ]

    def _placement(self, source: Searchable, wall_ns: int) -> Placement | None:
        for place, held in self._placements(source, np.array([wall_ns], np.int64)):
            if held.any():
                return place
        return None

    def _between(self, one: Placement, other: Placement) -> float:
        key = (one, other)
        if key not in self._metres:
            self._metres[key] = 0.0 if one == other else metres_between(one, other)
        return self._metres[key]


def _held(place: Placement, walls: NDArray[np.int64]) -> NDArray[np.bool_]:
    held = np.ones(len(walls), np.bool_)
    if place.from_ns is not None:
        held &= walls >= place.from_ns
    if place.to_ns is not None:
        held &= walls < place.to_ns
    return held
