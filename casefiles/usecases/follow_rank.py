"""How likely each track is the subject: prior by camera and time, looks, clothing, direction, same
moment; columns over all tracks of a pool.

The odds that a track is the next sighting are the chance of its camera, times the density of its
time after the sighting before, over how often anybody comes into that view, times what its looks
say. Between two sightings the way through it is judged against the way without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.subject_types import Absence
from casefiles.types import SourceId, TrackId
from casefiles.usecases.follow_anchors import (
    LOOKED,
    PARTS,
    Anchor,
    Ranked,
    Way,
    around,
    log_absent,
    maybe_both,
    stepped,
    with_doubt,
)
from casefiles.usecases.follow_looks import SAME_VIEW_S, Alike, beside, clothing_ratio
from casefiles.usecases.follow_pool import Column, Pool
from casefiles.usecases.follow_sides import Sides, both_known
from casefiles.usecases.follow_types import TimeWindow
from casefiles.usecases.link_overlaps import SameMoment
from casefiles.usecases.time_gate import CLOCK_S
from casefiles.usecases.topology import ELSEWHERE, Link, Topology, Where
from detection.appearance import Kind
from detection.following import evidence
from detection.following.travel_times import TravelTime, unknown_way
from video.clock import NS_PER_S

_NOT_NEXT: Final = 0.2
"""How often somebody is missed by all cameras between: then any camera may be the next."""
_FRAGMENT: Final = 0.3
_FRAGMENT_S: Final = 2.0
"""How often a track ends while its object is still there, and about how soon it goes on."""
_FOUND: Final = 0.85
"""How likely somebody on analysed footage has a track."""
_SECOND: Final = 1e-9
_HOUR_S: Final = 3600.0
_SHARE: Final = 0.95


@dataclass(slots=True)
class Ranker:
    """Ranks the tracks of a pool; what was computed once for a sighting is kept."""

    pool: Pool
    topology: Topology
    kind: Kind
    from_last: Mapping[Where, TravelTime] = field(default_factory=dict)
    """Times from where a missing person was last seen, and the chances of cameras from there."""
    last_chances: Mapping[Where, float] = field(default_factory=dict)
    sides: Sides = field(default_factory=Sides)
    same: dict[TrackId, Mapping[TrackId, SameMoment]] = field(default_factory=dict)
    """What was seen at the same moment as confirmed tracks."""
    numbers: Mapping[Where, int] = field(init=False)
    """Of the places of the pool."""
    spans: dict[tuple[Anchor, Way, Anchor | None], Sequence[TimeWindow | None]] = field(
        default_factory=dict
    )
    """When the subject can have been at each place, by sightings; kept for who tells it."""
    _density: dict[tuple[Anchor, Way], Column] = field(default_factory=dict)
    _links: dict[tuple[Anchor, Way, int], Link | None] = field(default_factory=dict)
    _chances: dict[tuple[Anchor, Way, bool], Column] = field(default_factory=dict)
    _direct: dict[tuple[Anchor, Anchor], float] = field(default_factory=dict)
    _windows: dict[tuple[Anchor, Way, int], tuple[float, float, float] | None] = field(
        default_factory=dict
    )
    _barred: dict[tuple[Anchor, float], NDArray[np.bool_]] = field(default_factory=dict)
    _sources_sd: Column | None = None
    _wheres_sd: Sequence[float] | None = None
    _alike: Alike = field(init=False)

    def __post_init__(self) -> None:
        self._alike = Alike(self.pool)
        self.numbers = {where: at for at, where in enumerate(self.pool.wheres)}

    def ranked(
        self,
        confirmed: Sequence[int],
        rejected: Sequence[int],
        anchors: Sequence[Anchor],
        absences: Sequence[Absence],
        *,
        fastest: float,
        gate: bool,
    ) -> Ranked:
        """By positions of confirmed and rejected tracks, and anchors in order of time."""
        pool, count = self.pool, len(self.pool)
        parts = np.full((len(PARTS), count), np.nan)
        likeness, parts[0] = self._alike.ratio(confirmed, rejected)
        parts[1] = clothing_ratio(pool, confirmed)
        before, after = around(pool, anchors)
        contradictions = self._contradictions(anchors, fastest)
        doubted = {one for pair in contradictions for one in pair}
        barred, doubled = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        for anchor in anchors:
            doubled |= self._doubled(anchor)
            if anchor not in doubted:
                barred |= self._impossible(anchor, fastest)
        parts[4] = self._same_moment(confirmed)
        barred |= np.nan_to_num(parts[4]) <= -_SURELY
        prior = np.full(count, np.log(1 / max(count, 1)))
        fragment = np.zeros(count, np.bool_)
        if gate:
            prior, parts[2], parts[3], fragment = self._times(anchors, before, after)
            prior = prior + log_absent(pool, absences)
        impossible = doubled | barred
        known = np.where(np.isnan(parts), 0.0, parts)
        odds = prior + known.sum(axis=0)
        odds[doubled | (barred & gate)] = -np.inf
        score = evidence.fused(odds, np.zeros((1, count)))
        return Ranked(
            odds, score, parts, impossible, fragment, before, after, tuple(anchors), likeness,
            contradictions,
        )  # fmt: skip

    def link(self, anchor: Anchor, way: Way, where: int) -> Link | None:
        """The way from an anchor to a camera, or (`before`) from there to it; None where a person
        said that there is none, or where the anchor is only a place on the map."""
        key = (anchor, way, where)
        if key not in self._links:
            found = None
            if anchor.where is not None:
                there = self.pool.wheres[where]
                at_ns = self.pool.origin_ns + round(anchor.middle_s * NS_PER_S)
                if way == "after":
                    side = None if anchor.left_by == "inside" else anchor.left_by
                    found = self.topology.link(
                        anchor.where, there, self.kind, at_ns, exit_side=side
                    )
                else:
                    side = None if anchor.came_by == "inside" else anchor.came_by
                    found = self.topology.link(
                        there, anchor.where, self.kind, at_ns, entry_side=side
                    )
            self._links[key] = found
        return self._links[key]

    def travel(self, anchor: Anchor, way: Way, where: int) -> TravelTime | None:
        """How long that way takes; None where there is none."""
        if anchor.where is None:
            there = self.pool.wheres[where]
            return self.from_last.get(there, unknown_way(self.kind)) if way == "after" else None
        link = self.link(anchor, way, where)
        return None if link is None else link.travel

    def window(self, anchor: Anchor, way: Way, where: int) -> tuple[float, float, float] | None:
        """How many seconds that way hardly ever takes less and more, and how many most likely."""
        key = (anchor, way, where)
        if key not in self._windows:
            travel = self.travel(anchor, way, where)
            found = None
            if travel is not None:
                lo, hi = _ends(*stepped(travel, self.clock_sd_s(anchor, where)))
                found = lo, hi, float(np.clip(travel.median_s, lo, hi))
            self._windows[key] = found
        return self._windows[key]

    def clock_sd_s(self, anchor: Anchor, where: int) -> float:
        """How sure the difference of two clocks is; of one recording nothing is unsure."""
        if anchor.where is not None and anchor.where == self.pool.wheres[where]:
            return 0.0
        return hypot(anchor.sd_s, self._clocks_sd()[where])

    def chances(self, anchor: Anchor, way: Way, *, by_direction: bool = False) -> Column:
        """How likely each camera is the next (or last) on which the subject is seen."""
        key = (anchor, way, by_direction)
        if key not in self._chances:
            self._chances[key] = self._chances_of(anchor, way, by_direction)
        return self._chances[key]

    def _chances_of(self, anchor: Anchor, way: Way, by_direction: bool) -> Column:
        count = len(self.pool.wheres)
        made = np.full(count, 0.0)
        numbers = self.numbers
        if anchor.where is None:
            for where, chance in self.last_chances.items():
                if where in numbers:
                    made[numbers[where]] = chance
        else:
            at_ns = self.pool.origin_ns + round(anchor.middle_s * NS_PER_S)
            side = anchor.left_by if way == "after" else anchor.came_by
            heading = anchor.left_deg if way == "after" else anchor.came_deg
            if heading is not None and way == "before":
                heading = (heading + 180.0) % 360.0
            for one in self.topology.next_cameras(
                anchor.where, self.kind, at_ns,
                heading_deg=heading if by_direction else None,
                exit_side=None if not by_direction or side == "inside" else side,
                backward=way == "before",
            ):  # fmt: skip
                there = one.link.end if way == "after" else one.link.start
                if there in numbers:
                    made[numbers[there]] += one.chance
        return (1 - _NOT_NEXT) * made + _NOT_NEXT * (1 - ELSEWHERE) / max(count, 1)

    def _density_of(self, anchor: Anchor, way: Way) -> Column:
        """Log density of the time of each track on the way from an anchor, or to it, `(n,)`."""
        key = (anchor, way)
        if key in self._density:
            return self._density[key]
        pool = self.pool
        seconds = pool.from_s - anchor.to_s if way == "after" else anchor.from_s - pool.to_s
        known, broad = np.zeros(len(pool)), np.zeros(len(pool))
        by_travel: dict[tuple[TravelTime, float], list[int]] = {}
        by_clock: dict[float, list[int]] = {}
        for number, members in enumerate(pool.members):
            if not len(members):
                continue
            travel = self.travel(anchor, way, number)
            sd_s = self.clock_sd_s(anchor, number)
            by_clock.setdefault(sd_s, []).append(number)
            if travel is not None:
                usual, sd_s = stepped(travel, sd_s)
                if anchor.where is not None and self._is_guessed(anchor, way, number):
                    usual = maybe_both(usual)
                by_travel.setdefault((usual, sd_s), []).append(number)
        for (usual, sd_s), numbers in by_travel.items():
            at = np.concatenate([pool.members[one] for one in numbers])
            known[at] = usual.density(seconds[at], sd_s)
        any_way = unknown_way(self.kind)
        for sd_s, numbers in by_clock.items():
            at = np.concatenate([pool.members[one] for one in numbers])
            broad[at] = any_way.density(seconds[at], sd_s)
        made = with_doubt(known, broad, pool.seconds[pool.where])
        if anchor.where in pool.wheres:
            mine = pool.members[pool.wheres.index(anchor.where)]
            gap = seconds[mine]
            soon = np.where(gap > -SAME_VIEW_S, np.exp(-np.maximum(gap, 0) / _FRAGMENT_S), 0)
            going_on = np.log(np.maximum(_FRAGMENT * soon / _FRAGMENT_S, _SECOND))
            made[mine] = np.logaddexp(np.log(1 - _FRAGMENT) + made[mine], going_on)
        self._density[key] = made
        return made

    def _is_guessed(self, anchor: Anchor, way: Way, where: int) -> bool:
        link = self.link(anchor, way, where)
        return link is not None and link.basis == "unknown" and link.start != link.end

    def _times(
        self, anchors: Sequence[Anchor], before: NDArray[np.int64], after: NDArray[np.int64]
    ) -> tuple[Column, Column, Column, NDArray[np.bool_]]:
        """Prior log odds, log ratios of times and of directions, and what goes on where another
        track of the camera ends."""
        pool, count = self.pool, len(self.pool)
        sizes = np.array([max(len(one), 1) for one in pool.members], np.float64)
        even = np.full(len(pool.wheres), (1 - ELSEWHERE) / max(len(pool.wheres), 1))
        prior = np.log(even / sizes)[pool.where] if count else np.zeros(0)
        times, ways = np.full(count, np.nan), np.full(count, np.nan)
        fragment = np.zeros(count, np.bool_)
        # Others come at any time of what was analysed.
        others = np.log(pool.seconds)
        codes = (before + 1) * (len(anchors) + 1) + after + 1
        for code in np.unique(codes).tolist():
            first, last = (one - 1 for one in divmod(code, len(anchors) + 1))
            if first < 0 and last < 0:
                continue
            at = np.flatnonzero(codes == code)
            start = anchors[first] if first >= 0 else None
            end = anchors[last] if last >= 0 else None
            told = others[pool.where[at]]
            if start is not None:
                told = told + self._density_of(start, "after")[at]
            if end is not None:
                told = told + self._density_of(end, "before")[at]
            if start is not None and end is not None:
                told = told - self._through(start, end)
            times[at] = told
            near, way = (start, _AFTER) if start is not None else (end, _BEFORE)
            assert near is not None
            chance = self.chances(near, way)
            prior[at] = np.log(np.maximum(chance, _SECOND) / sizes)[pool.where[at]]
            headed = self.chances(near, way, by_direction=True)
            ratio = np.log(np.maximum(headed, _SECOND) / np.maximum(chance, _SECOND))
            ways[at] = np.where(headed != chance, ratio, np.nan)[pool.where[at]]
            ways[at] = both_known(ways[at], self.sides.ratio(pool, start, end, at))
            for one in (start, end):
                if one is not None and one.where in pool.wheres:
                    mine = at[pool.where[at] == pool.wheres.index(one.where)]
                    gap = np.maximum(pool.from_s[mine] - one.to_s, one.from_s - pool.to_s[mine])
                    fragment[mine] |= gap < 3 * _FRAGMENT_S
        return prior, times, ways, fragment

    def _through(self, start: Anchor, end: Anchor) -> float:
        """Log density of the time between two anchors, nobody between."""
        if (start, end) in self._direct:
            return self._direct[start, end]
        seconds = np.array([end.from_s - start.to_s])
        travel: TravelTime | None = unknown_way(self.kind)
        if end.where is not None and end.where in self.pool.wheres:
            travel = self.travel(start, "after", self.pool.wheres.index(end.where))
        sd_s = 0.0 if start.where == end.where else float(np.hypot(start.sd_s, end.sd_s))
        known = 0.0 if travel is None else travel.density(seconds, sd_s)
        broad = unknown_way(self.kind).density(seconds, sd_s)
        self._direct[start, end] = float(with_doubt(known, broad, _HOUR_S)[0])
        return self._direct[start, end]

    def _impossible(self, anchor: Anchor, fastest: float) -> NDArray[np.bool_]:
        key = (anchor, fastest)
        if key not in self._barred:
            pool = self.pool
            least = np.full(len(pool.wheres), np.nan)
            for number in range(len(pool.wheres)):
                link = self.link(anchor, "after", number)
                if link is not None and link.least_m is not None and not link.overlaps:
                    least[number] = link.least_m
            metres = least[pool.where] if len(pool) else np.zeros(0)
            slack = CLOCK_S + 2 * (anchor.sd_s + self._sd_s())
            overlap = np.minimum(pool.to_s, anchor.to_s) - np.maximum(pool.from_s, anchor.from_s)
            gap = np.maximum(-overlap, 0.0)
            far = np.nan_to_num(metres) > 0
            self._barred[key] = far & ~np.isnan(overlap) & (
                (overlap > slack) | (np.nan_to_num(metres) > fastest * (gap + slack))
            )  # fmt: skip
        return self._barred[key]

    def _sd_s(self) -> Column:
        if self._sources_sd is None:
            sources, of = np.unique(self.pool.tracks.source_id, return_inverse=True)
            each = [self.pool.source_sd_s(SourceId(int(one))) for one in sources]
            self._sources_sd = np.array(each, np.float64)[of] if each else np.zeros(len(of))
        return self._sources_sd

    def _clocks_sd(self) -> Sequence[float]:
        if self._wheres_sd is None:
            self._wheres_sd = [self.pool.clock_sd_s(at) for at in range(len(self.pool.wheres))]
        return self._wheres_sd

    def _doubled(self, anchor: Anchor) -> NDArray[np.bool_]:
        """What the camera of a confirmed track saw beside it: certainly somebody else."""
        if anchor.place is None:
            return np.zeros(len(self.pool), np.bool_)
        return beside(self.pool, anchor.place)

    def _contradictions(
        self, anchors: Sequence[Anchor], fastest: float
    ) -> tuple[tuple[Anchor, Anchor], ...]:
        """Sightings that cannot both be: nothing is ruled out by these."""
        found: list[tuple[Anchor, Anchor]] = []
        for number, one in enumerate(anchors):
            mine = self._impossible(one, fastest) | self._doubled(one)
            for other in anchors[number + 1 :]:
                if other.place is not None and bool(mine[other.place]):
                    found.append((one, other))
        return tuple(found)

    def _same_moment(self, confirmed: Sequence[int]) -> Column:
        made = np.full(len(self.pool), np.nan)
        for place in confirmed:
            for other, told in self.same.get(
                TrackId(int(self.pool.tracks.track_id[place])), {}
            ).items():
                at = self.pool.at(other)
                if at is not None:
                    made[at] = np.nan_to_num(made[at]) + told.log_ratio
        return made

    def next_chances(
        self, ranked: Ranked, anchor: Anchor | None, way: Way, analysed: Column, absent: Column
    ) -> Column:
        """How likely the next sighting nobody confirmed yet is on each camera, `(k,)`: candidates
        weighed against its having gone unseen there; `analysed` and `absent` are shares 0..1 of
        when it can have been there that were analysed, or looked through in vain."""
        pool = self.pool
        count = len(pool.wheres)
        open_ = (ranked.after < 0) if way == "after" else (ranked.before < 0)
        counted = pool.asked & open_ & ~np.isneginf(ranked.odds)
        weight = np.where(counted, np.exp(np.clip(ranked.odds, -700, 30)), 0.0)
        seen: Column = np.bincount(pool.where, _FOUND * weight, count).astype(np.float64)
        if anchor is None:
            total = float(seen.sum())
            return seen / total if total else seen
        unseen = self.chances(anchor, way, by_direction=True)
        unseen = unseen * (1 - _FOUND * analysed) * (1 - LOOKED * absent)
        found: Column = (seen + unseen) / (seen.sum() + unseen.sum() + ELSEWHERE)
        return found


@lru_cache(maxsize=8192)
def _ends(travel: TravelTime, sd_s: float) -> tuple[float, float]:
    return travel.window(_SHARE, sd_s)


_SURELY: Final = 8.0
_AFTER: Final[Way] = "after"
_BEFORE: Final[Way] = "before"
