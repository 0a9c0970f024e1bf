"""A person who follows somebody through the made-up city, and answers from the truth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint, offset_m
from casefiles.types import TrackId
from casefiles.usecases.build_city import CityReport
from workstation.practice_city.city import MIDDLE, NOBODY, City

MOST_KEYS: Final = 15
"""So many answers in a row without the next camera, and the person gives up there."""
FIRST: Final = 3
_FASTEST_M_S: Final = 3.0
_USUAL_M_S: Final = 1.35
_SPREAD: Final = 0.35
_LEEWAY_S: Final = 10.0
Ints = NDArray[np.int64]


class Ranker(Protocol):
    """Whatever proposes whom to look at next."""

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        """The undecided tracks it would show, the best first; `right` are confirmed in the order
        said, `wrong` rejected."""
        ...


@dataclass(frozen=True, eq=False)
class CityTracks:
    """All tracks of the city as columns `(n,)`, by id: who it is, which camera, from when to when
    (by the clocks as they are said to be, nanoseconds since 1970), metres `(n, 2)` of the place
    of its camera then, and vectors with their first rows."""

    track_id: Ints
    who: Ints
    camera: NDArray[np.str_]
    from_ns: Ints
    to_ns: Ints
    place: NDArray[np.float64]
    vectors: NDArray[np.float32]
    first: Ints

    @classmethod
    def of(cls, city: City, report: CityReport) -> "CityTracks":
        """Those of a city that was put into a case."""
        points = {one.camera_id: one.placements for one in city.plan.cameras}
        rows: list[tuple[int, int, str, int, int, tuple[float, float]]] = []
        vectors: list[NDArray[np.float32]] = []
        for one, whose, ids in zip(city.plan.recordings, city.truth, report.track_ids, strict=True):
            off_ns = round((one.offset_s - (one.stated_s or 0.0)) * 1e9)
            place = next(
                _metres(spot.point)
                for spot in points[one.camera_id]
                if spot.to_ns is None or one.start_ns < spot.to_ns
            )
            for track, who, track_id in zip(one.tracks, whose, ids, strict=True):
                begins, ends = (
                    one.start_ns + off_ns + int(track.seconds[at]) * 10**9 for at in (0, -1)
                )
                rows.append((track_id, who, one.camera_id, begins, ends, place))
                vectors.append(track.vectors)
        ids_, who_, cameras, from_ns, to_ns, places = zip(*rows, strict=True)
        sizes = np.array([len(part) for part in vectors])
        return cls(
            np.array(ids_, np.int64), np.array(who_, np.int64), np.array(cameras),
            np.array(from_ns, np.int64), np.array(to_ns, np.int64), np.array(places, np.float64),
            np.concatenate(vectors), np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        )  # fmt: skip

    def rows(self, ids: Sequence[TrackId]) -> Ints:
        """Where these tracks are."""
        return np.searchsorted(self.track_id, np.array(ids, np.int64))

    def likeness(self, rows: Ints) -> NDArray[np.float64]:
        """How alike each track is to the most alike of these, `(n,)`: each frame's best, meant."""
        best = np.full(len(self.track_id), -np.inf)
        ends = np.append(self.first[1:], len(self.vectors))
        for row in rows.tolist():
            mine = self.vectors[self.first[row] : ends[row]]
            alike = (self.vectors @ mine.T).max(axis=1)
            mean = np.add.reduceat(alike, self.first) / (ends - self.first)
            best = np.maximum(best, mean)
        return best


@dataclass(frozen=True, eq=False)
class ByAppearance:
    """Baseline: the most alike of all tracks first, wherever and whenever."""

    tracks: CityTracks

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        worth = self.tracks.likeness(self.tracks.rows(right))
        return _best(self.tracks, worth, {*right, *wrong})


@dataclass(frozen=True, eq=False)
class ByTime:
    """Baseline: whoever can have come from the last confirmed place, the one who took the most
    usual time first; looks do not count."""

    tracks: CityTracks

    def order(self, right: Sequence[TrackId], wrong: Sequence[TrackId]) -> Sequence[TrackId]:
        own = self.tracks
        rows = own.rows(right)
        last = rows[np.argmax(own.to_ns[rows])]
        metres = np.hypot(*(own.place - own.place[last]).T)
        seconds = (own.from_ns - own.to_ns[last]) / 1e9
        can = (seconds > -_LEEWAY_S) & (metres <= _FASTEST_M_S * (seconds + _LEEWAY_S))
        late = np.log(np.maximum(seconds, 1.0) / np.maximum(metres / _USUAL_M_S, 5.0)) / _SPREAD
        # Of two that took as usual a time as each other, the nearer one.
        worth = np.where(can, -0.5 * late**2 - np.log(np.maximum(seconds, 5.0)), -np.inf)
        return _best(own, worth, {*right, *wrong})


@dataclass
class Walk:
    """How one journey went."""

    changes: int = 0
    """Of the camera, that there were to find after the first sighting."""
    keys: list[int] = field(default_factory=list)
    """Answers that each change took; one given up is not among them."""
    asked: int = 0
    """How often there was a true next sighting,"""
    in_first: int = 0
    """and how often it was among the first three of the queue."""
    given_up: int = 0
    spent: int = 0
    """All answers."""


def walk(ranker: Ranker, tracks: CityTracks, who: int, *, most_keys: int = MOST_KEYS) -> Walk:
    """Follows somebody from the first sighting on: always answers the first of the queue, yes or
    no, until everything is found or nothing more comes of it."""
    mine = np.flatnonzero(tracks.who == who)
    mine = mine[np.argsort(tracks.from_ns[mine], kind="stable")]
    if who == NOBODY or not len(mine):
        return Walk()
    cameras = tracks.camera[mine]
    done = Walk(changes=int((cameras[1:] != cameras[:-1]).sum()))
    right, wrong = [TrackId(int(tracks.track_id[mine[0]]))], list[TrackId]()
    at, since = str(cameras[0]), 0
    open_ids = {TrackId(int(one)) for one in tracks.track_id[mine[1:]]}
    new_state = True
    while open_ids and since < most_keys and len(done.keys) < done.changes:
        queue = ranker.order(right, wrong)
        if not queue:
            break
        if new_state:
            done.asked += 1
            done.in_first += bool(open_ids & set(queue[:FIRST]) & _next(tracks, mine, right))
            new_state = False
        since += 1
        done.spent += 1
        said = queue[0]
        if said not in open_ids:
            wrong.append(said)
            continue
        open_ids.discard(said)
        right.append(said)
        new_state = True
        camera = str(tracks.camera[tracks.rows([said])[0]])
        if camera != at:
            done.keys.append(since)
            at, since = camera, 0
    done.given_up = done.changes - len(done.keys)
    return done


def _next(tracks: CityTracks, mine: Ints, right: Sequence[TrackId]) -> set[TrackId]:
    """The true sighting after the last confirmed one, or (none is left after it) the last before
    the first; with all of the same moment on the same camera (pieces of one)."""
    known = set(right)
    last = int(tracks.from_ns[tracks.rows(right)].max())
    left = [row for row in mine.tolist() if TrackId(int(tracks.track_id[row])) not in known]
    after = [row for row in left if tracks.from_ns[row] > last]
    pick = after[0] if after else left[-1]
    same = [
        row
        for row in left
        if tracks.camera[row] == tracks.camera[pick]
        and abs(int(tracks.from_ns[row] - tracks.from_ns[pick])) < 60 * 10**9
    ]
    return {TrackId(int(tracks.track_id[row])) for row in same}


def _best(
    tracks: CityTracks, worth: NDArray[np.float64], decided: Collection[TrackId], most: int = 10
) -> list[TrackId]:
    worth = worth.copy()
    worth[tracks.rows(list(decided))] = -np.inf
    order = np.argsort(-worth, kind="stable")[:most]
    return [TrackId(int(tracks.track_id[row])) for row in order if np.isfinite(worth[row])]


def _metres(point: GeoPoint) -> tuple[float, float]:
    return offset_m(MIDDLE, point)
