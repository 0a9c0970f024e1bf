"""Tracks replayed on a map: where each is at a show time of their synopsis, or in true time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.usecases.map_synopsis import MapSynopsis, MapTrack
from mapview.projection import to_mercator
from mapview.viewport import Bounds, bounds_of
from video.clock import zone_of
from video.synopsis.labels import words_for
from video.synopsis.types import Shown, StageNs

ReplayTime: TypeAlias = Literal["show", "true"]
"""`show`: when the synopsis shows them; `true`: when they were recorded."""

TRAIL_NS: Final = 6_000_000_000
"""So much of its way is seen behind a track, in the time that is replayed."""
_PACE_NS: Final = 40_000_000
"""How fast recorded time passes is told from so much show time."""
_NOWHERE: Final = (0, 0, 0, 0)
_MOST_BENDS: Final = 8
"""Of a trail: more are not seen from above."""


@dataclass(frozen=True, slots=True, eq=False)
class Dot:
    """A track where it is now; places in world metres."""

    track: MapTrack
    trail: NDArray[np.float64]
    """`(n, 2)`, n ≥ 1, oldest first; the last is where it is."""
    share: NDArray[np.float64]
    """`(n,)` 0..1: how old each place of the trail is; 1 is now."""
    time_ns: int
    """Stage time."""
    words: str
    """Its recorded time, as on the pictures of the synopsis: how much faster where it is held, and
    which piece of a long stay it is."""

    @property
    def at(self) -> tuple[float, float]:
        """Where it is."""
        x, y = self.trail[-1].tolist()
        return x, y

    @property
    def wall_ns(self) -> int:
        """When it was there; as if its recording had begun with the earliest, if nobody knows."""
        return self.track.start_ns + self.time_ns


class Replay:
    """Answers for any time, in any order; finding who is there costs one comparison a track."""

    def __init__(self, about: MapSynopsis) -> None:
        self.about = about
        tracks, showings = about.tracks, about.showings
        self._world = [to_mercator(track.lonlat) for track in tracks]
        self._known = [(one.time_ns - one.from_ns).astype(np.float64) for one in tracks]
        """Nanoseconds since each track began."""
        self._shown = np.array([(one.from_ns, one.to_ns) for one in showings], np.int64)
        self._true = np.array(
            [(one.start_ns + one.from_ns, one.start_ns + one.to_ns) for one in tracks], np.int64
        )
        known = [one for one in tracks if one.time_known]
        first = min((one.from_ns for one in known), default=0)
        last = max((one.to_ns for one in known), default=0)
        zone = zone_of(about.zone_name)
        self._words = {wall: words_for(zone, first, last, wall=wall) for wall in (True, False)}

    @property
    def bounds(self) -> Bounds | None:
        """Around all places of all tracks, in world metres; None without any."""
        return bounds_of(np.concatenate(self._world)) if self._world else None

    @property
    def span(self) -> tuple[int, int]:
        """From when to when something was recorded, in wall time; (0, 0) for nothing."""
        if not len(self._true):
            return 0, 0
        return int(self._true[:, 0].min()), int(self._true[:, 1].max())

    def at(self, time: ReplayTime, ns: int) -> tuple[Dot, ...]:
        """Who is there at a show time, or at a wall time."""
        return tuple(self._shown_at(ns) if time == "show" else self._true_at(ns))

    def _shown_at(self, show_ns: int) -> Iterator[Dot]:
        for index in _around(self._shown, show_ns):
            one = self.about.showings[index]
            unit = one.unit
            trail_ns = max(show_ns - TRAIL_NS, one.from_ns)
            moments = np.array([trail_ns, show_ns - _PACE_NS, show_ns], np.int64) - one.begins_ns
            from_ns, before_ns, now_ns = unit.recorded(moments).tolist()
            pace = (now_ns - before_ns) / _PACE_NS
            said = Shown(0, 0, _NOWHERE, StageNs(now_ns), pace, unit.piece, unit.pieces)
            yield from self._dot(one.track, from_ns, said)

    def _true_at(self, wall_ns: int) -> Iterator[Dot]:
        for index in _around(self._true, wall_ns):
            track = self.about.tracks[index]
            now_ns = wall_ns - track.start_ns
            said = Shown(0, 0, _NOWHERE, StageNs(now_ns))
            yield from self._dot(index, max(now_ns - TRAIL_NS, track.from_ns), said)

    def _dot(self, index: int, from_ns: int, said: Shown) -> Iterator[Dot]:
        """The dot of a track; none while it was not there."""
        track, now_ns = self.about.tracks[index], said.time_ns
        if len(track.gaps):
            if ((track.gaps[:, 0] < now_ns) & (now_ns < track.gaps[:, 1])).any():
                return
            ended = track.gaps[track.gaps[:, 1] <= now_ns, 1]
            # What lies before a gap is no way that anything went.
            from_ns = max(from_ns, int(ended.max(initial=from_ns)))
        # Wall nanoseconds do not fit a float; what has passed since the track began does.
        known, x, y = self._known[index], self._world[index][:, 0], self._world[index][:, 1]
        first, last = float(from_ns - track.from_ns), float(now_ns - track.from_ns)
        begin, end = known.searchsorted(first, "right"), known.searchsorted(last, "left")
        inner = known[begin : max(end, begin) : max(1, (end - begin) // _MOST_BENDS)]
        since = np.concatenate(([first], inner, [last]))
        trail = np.empty((len(since), 2))
        trail[:, 0], trail[:, 1] = np.interp(since, known, x), np.interp(since, known, y)
        share = 1 - (last - since) / max(last - first, 1.0)
        words = self._words[track.time_known].label(said)
        yield Dot(track, trail, share, now_ns, words)


def _around(spans: NDArray[np.int64], ns: int) -> list[int]:
    """Which spans `(n, 2)` hold a time, both ends included."""
    if not len(spans):
        return []
    return [int(one) for one in np.flatnonzero((spans[:, 0] <= ns) & (ns <= spans[:, 1]))]
