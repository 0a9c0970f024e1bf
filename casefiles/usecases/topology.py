"""Which camera follows which, how far it is, and how long it takes.

What is known best wins: what a person says of a way, then confirmed sightings, then the traffic of
all tracks (`learn_links`), then the way along streets, then a straight line, then a broad guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.geo import GeoPoint, bearing_deg
from casefiles.subject_types import LinkRule
from casefiles.types import CameraId
from casefiles.usecases.camera_ground import Ground, ground_of
from casefiles.usecases.follow_types import LonLats
from casefiles.usecases.link_types import (
    Learned,
    Link,
    LinkBasis,
    NextCamera,
    Passage,
    PictureSide,
    Where,
)
from casefiles.usecases.read_passages import read_passages
from casefiles.usecases.roads import Roads
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.appearance import Kind
from detection.following.travel_times import (
    FASTEST_M_S,
    TravelTime,
    between_times,
    overlapping,
    still_away,
    travel_time_of,
    unknown_way,
)

__all__ = [
    "ELSEWHERE", "Learned", "Link", "LinkBasis", "NextCamera", "Passage", "PictureSide", "Topology",
    "Where", "read_topology",
]  # fmt: skip
ELSEWHERE: Final = 0.2
"""The chance that somebody is seen by no other camera next."""
_LEAST_BY_SIDE: Final = 3
"""So many passages by the same sides, and these alone tell the time."""
_SCALE_M: Final[Mapping[Kind, float]] = {"person": 40.0, "vehicle": 150.0}
"""Cameras nearer than this are about as likely next; beyond it chances fall with the square: there
are more cameras farther off, and something else is passed before (an assumption)."""
_UNKNOWN_M: Final = 200.0
"""How far a camera without a place is taken to be where others have one."""
_PASSED: Final = 0.35
"""A camera on the way misses somebody so often."""
_TURN: Final = 1.5
"""How closely people keep their direction from one camera to the next (concentration of a von
Mises distribution), but for this share of all:"""
_TURNED: Final = 0.2
_PRIOR_COUNT: Final = 6.0
"""Places count as much as so many confirmed sightings."""
_TRAFFIC_SHARE: Final = 0.2
"""A track of the traffic counts as much as this of a confirmed one."""
_SIDE_TURN: Final[Mapping[PictureSide, float]] = {
    "left": -90.0, "right": 90.0, "top": 0.0, "bottom": 180.0,
}  # fmt: skip


class Topology:
    """The links between the cameras of a case; made once (`read_topology`), asked often."""

    def __init__(
        self,
        view: CaseView,
        roads: Roads | None = None,
        *,
        rules: Sequence[LinkRule] = (),
        passages: Sequence[Passage] = (),
        learned: Learned | None = None,
    ) -> None:
        """`learned` is what `learn_links` found in the traffic: times and how many tracks."""
        self.roads = roads or Roads()
        self.notes: tuple[str, ...] = self.roads.notes
        self._ground: Ground = ground_of(view, self.roads)
        self._everywhere: tuple[Where, ...] = (
            *(one.camera_id for one in view.cameras),
            *(one.source_id for one in view.sources if one.camera_id is None),
        )
        self._rules = {(one.from_camera, one.to_camera, one.kind): one for one in rules}
        self._passages: dict[tuple[Where, Where, Kind], list[Passage]] = {}
        for one in passages:
            self._passages.setdefault((one.start, one.end, one.kind), []).append(one)
        self._learned = dict(learned or {})
        self._by_place = lru_cache(maxsize=400_000)(self._measured)
        self._all_links = lru_cache(maxsize=64)(self._sorted)

    def link(
        self,
        start: Where,
        end: Where,
        kind: Kind,
        at_ns: int | None = None,
        *,
        exit_side: PictureSide | None = None,
        entry_side: PictureSide | None = None,
    ) -> Link | None:
        """The way from the one to the other as the cameras stood at a moment (true wall time; None:
        as they stand last); None where a person said that there is none. The same camera twice is
        a link too: somebody comes back. By the sides of the pictures where enough was confirmed
        for these."""
        link = self._by_place(
            start, end, self._ground.stand(start, at_ns), self._ground.stand(end, at_ns), kind
        )
        learned = self._learned.get((start, end, kind))
        if learned is not None and start != end:
            link = replace(link, travel=learned[0], seen=learned[1], basis="traffic")
        passages = self._passages.get((start, end, kind), [])
        by_side = [
            one
            for one in passages
            if exit_side in (None, one.exit_side) and entry_side in (None, one.entry_side)
        ]
        used = by_side if len(by_side) >= _LEAST_BY_SIDE else passages
        if used:
            travel = link.travel.updated([one.seconds for one in used])
            link = replace(link, travel=travel, seen=len(used), basis="sightings")
        rule = self._rule(start, end, kind)
        if rule is None:
            return link
        if rule.closed:
            return None
        return replace(link, travel=_by_rule(rule, link.travel), basis="person")

    def links_from(self, start: Where, kind: Kind, at_ns: int | None = None) -> tuple[Link, ...]:
        """Every way from there to another camera (or recording without one), quickest first."""
        return self._links(start, kind, at_ns, backward=False)

    def next_cameras(
        self,
        start: Where,
        kind: Kind,
        at_ns: int | None = None,
        *,
        heading_deg: float | None = None,
        exit_side: PictureSide | None = None,
        waited_s: float = 0.0,
        clock_sd_s: float = 0.0,
        backward: bool = False,
        most: int | None = None,
    ) -> tuple[NextCamera, ...]:
        """Where somebody comes next who left that view, likeliest first; `heading_deg`: in which
        direction (else by `exit_side` where the camera's heading is known); `waited_s`: it has been
        on no camera for so long since; `backward`: where it came from instead, `exit_side` is then
        where it came in and `heading_deg` the direction it came from."""
        links = self._links(start, kind, at_ns, backward=backward)
        if not links:
            return ()
        if heading_deg is None and exit_side is not None:
            heading_deg = self.side_heading(start, exit_side, at_ns)
        chances = self._by_way(links, kind) * _by_direction(
            np.array([_or_nan(_seen_from(one, backward)) for one in links]), heading_deg
        )
        chances *= (1 - ELSEWHERE) / chances.sum()
        chances = self._by_count(chances, links, kind, exit_side, backward=backward)
        if waited_s > 0:
            times = [one.travel for one in links]
            chances = chances * still_away(times, waited_s - clock_sd_s)
            chances = chances / (chances.sum() + ELSEWHERE)
        order = np.argsort(-chances, kind="stable")[:most]
        return tuple(NextCamera(links[at], float(chances[at])) for at in order)

    def next_from_place(
        self,
        point: GeoPoint,
        kind: Kind,
        at_ns: int | None = None,
        *,
        heading_deg: float | None = None,
        waited_s: float = 0.0,
        radius_m: float = 0.0,
    ) -> tuple[tuple[CameraId, TravelTime, float, float], ...]:
        """The same for somebody last seen at a place of the map: camera, time, metres, chance."""
        seen = [
            (one, stand)
            for one in self._everywhere
            if (stand := self._ground.stand(one, at_ns)) is not None
        ]
        if not seen:
            return ()
        stands = np.array([stand for _, stand in seen])
        metres, least, along = self._ground.from_place(point, stands)
        metres, least = (np.maximum(one - radius_m, 0.0) for one in (metres, least))
        times = [
            overlapping(kind) if way == 0 else _timed(float(way), float(gap), kind, bool(sure))
            for way, gap, sure in zip(metres, least, along, strict=True)
        ]
        bearings = np.array(
            [bearing_deg(point, self._ground.middles[stand]) for stand in stands.tolist()]
        )
        weights = _falling(metres, kind) * _by_direction(bearings, heading_deg)
        chances = (1 - ELSEWHERE) * weights / weights.sum()
        if waited_s > 0:
            chances = chances * still_away(times, waited_s)
            chances = chances / (chances.sum() + ELSEWHERE)
        order = np.argsort(-chances, kind="stable").tolist()
        return tuple(
            (CameraId(str(seen[at][0])), times[at], float(metres[at]), float(chances[at]))
            for at in order
        )

    def side_heading(
        self, where: Where, side: PictureSide, at_ns: int | None = None
    ) -> float | None:
        """In which direction somebody goes who leaves the picture by that side, clockwise from
        north; None where the camera's heading is not known."""
        stand = self._ground.stand(where, at_ns)
        heading = None if stand is None else self._ground.headings[stand]
        turn = _SIDE_TURN.get(side)
        return None if heading is None or turn is None else (heading + turn) % 360.0

    def middle(self, where: Where, at_ns: int | None = None) -> GeoPoint | None:
        """The middle of what a camera sees as it stood then; None without a place."""
        stand = self._ground.stand(where, at_ns)
        return None if stand is None else self._ground.middles[stand]

    def path(self, start: Where, end: Where, at_ns: int | None = None) -> tuple[LonLats, bool]:
        """The way from middle to middle and whether it goes along streets; empty without places."""
        first, last = self.middle(start, at_ns), self.middle(end, at_ns)
        return ((), False) if first is None or last is None else self.roads.path(first, last)

    def _links(
        self, start: Where, kind: Kind, at_ns: int | None, *, backward: bool
    ) -> tuple[Link, ...]:
        return self._all_links(start, kind, at_ns, backward)

    def _sorted(
        self, start: Where, kind: Kind, at_ns: int | None, backward: bool
    ) -> tuple[Link, ...]:
        found = [
            self.link(other, start, kind, at_ns)
            if backward
            else self.link(start, other, kind, at_ns)
            for other in self._everywhere
            if other != start
        ]
        return tuple(
            sorted((one for one in found if one is not None), key=lambda one: one.travel.median_s)
        )

    def _measured(
        self, start: Where, end: Where, here: int | None, there: int | None, kind: Kind
    ) -> Link:
        """By places alone."""
        if start == end:
            again = TravelTime(20.0, 1.5, tail=0.2, quick=0.0)
            return Link(start, end, kind, again, "unknown", 0.0, 0.0)
        if here is None or there is None:
            return Link(start, end, kind, unknown_way(kind), "unknown")
        ground = self._ground
        metres, least, along = ground.way(here, there)
        basis: LinkBasis = "streets" if along else "straight"
        bearing = bearing_deg(ground.middles[here], ground.middles[there])
        if metres == 0:
            return Link(start, end, kind, overlapping(kind), basis, 0.0, 0.0, bearing)
        through = tuple(CameraId(str(ground.owners[one])) for one in ground.passed(here, there))
        return Link(
            start, end, kind, _timed(metres, least, kind, along), basis, metres, least, bearing,
            direct=not through, through=tuple(dict.fromkeys(through)), along_streets=along,
        )  # fmt: skip

    def _rule(self, start: Where, end: Where, kind: Kind) -> LinkRule | None:
        if isinstance(start, int) or isinstance(end, int):
            return None
        return self._rules.get((start, end, kind)) or self._rules.get((start, end, None))

    def _by_way(self, links: Sequence[Link], kind: Kind) -> NDArray[np.float64]:
        """How likely each is by how far it is and what is passed on the way, `(n,)`, no sum."""
        metres = np.array([_UNKNOWN_M if one.metres is None else one.metres for one in links])
        passed = np.array([len(one.through) for one in links])
        weights: NDArray[np.float64] = _falling(metres, kind) * _PASSED**passed
        return weights

    def _by_count(
        self,
        chances: NDArray[np.float64],
        links: Sequence[Link],
        kind: Kind,
        side: PictureSide | None,
        *,
        backward: bool,
    ) -> NDArray[np.float64]:
        """Chances after what was seen (Dirichlet prior of the places' chances)."""
        counts = np.zeros(len(links))
        for at, link in enumerate(links):
            passages = self._passages.get((link.start, link.end, kind), [])
            sides = [one.entry_side if backward else one.exit_side for one in passages]
            counts[at] = sum(1.0 if side is None or one in (None, side) else 0.25 for one in sides)
            learned = self._learned.get((link.start, link.end, kind))
            if learned is not None:
                counts[at] += _TRAFFIC_SHARE * learned[1]
        total = counts.sum()
        if not total:
            return chances
        made: NDArray[np.float64] = (_PRIOR_COUNT * chances + (1 - ELSEWHERE) * counts) / (
            _PRIOR_COUNT + total
        )
        return made


def read_topology(
    case: Case, roads: Roads | None = None, learned: Learned | None = None
) -> Topology:
    """The topology of a case: places as they were dated, what people said of ways (`LinkRule`), and
    confirmed sightings that follow each other within an hour as passages. Reads the case."""
    view = view_case(case)
    return Topology(
        view, roads, rules=view.link_rules, passages=read_passages(case, view), learned=learned
    )


@lru_cache(maxsize=65_536)
def _timed(metres: float, least_m: float, kind: Kind, along: bool) -> TravelTime:
    travel = travel_time_of(metres, kind, sure=along)
    # The fastest cuts every corner.
    return replace(travel, least_s=min(travel.least_s, least_m / FASTEST_M_S[kind]))


def _by_rule(rule: LinkRule, before: TravelTime) -> TravelTime:
    """The time as a person says it; what they leave open stays as it was."""
    least, most, typical = rule.least_s, rule.most_s, rule.typical_s
    if typical is None:
        if least is None and most is None:
            return before
        low = least or 0.0
        typical = before.median_s
        if typical <= low or (most is not None and typical >= most):
            # What was assumed is not within what is said.
            typical = float(np.sqrt(max(low, 1.0) * most)) if most is not None else 2 * low
    try:
        return between_times(typical, least, most)
    except ValueError:
        return before


def _falling(metres: NDArray[np.float64], kind: Kind) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = (1 + metres / _SCALE_M[kind]) ** -2.0
    return weights


def _by_direction(bearings: NDArray[np.float64], heading_deg: float | None) -> NDArray[np.float64]:
    """How likely each direction is for somebody who goes that way, against any direction, `(n,)`; 1
    where one is not known."""
    if heading_deg is None:
        return np.ones(len(bearings))
    keeps = np.exp(_TURN * np.cos(np.radians(bearings - heading_deg))) / np.i0(_TURN)
    return np.nan_to_num(_TURNED + (1 - _TURNED) * keeps, nan=1.0)


def _seen_from(link: Link, backward: bool) -> float | None:
    if link.bearing_deg is None or link.overlaps:
        return None
    return (link.bearing_deg + 180.0) % 360.0 if backward else link.bearing_deg


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
