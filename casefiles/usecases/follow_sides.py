"""By which sides of the pictures people come and leave who go from one camera to another: learned
with the ways that the traffic shows, told of candidates as log ratios."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.store import track_ends
from casefiles.usecases.follow_anchors import Anchor
from casefiles.usecases.follow_pool import Column, Pool
from casefiles.usecases.learn_links import (
    LearnedLinks,
    is_guess,
    sides_of_ends,
    traffic_ways,
)
from casefiles.usecases.topology import Topology, Where
from casefiles.usecases.traffic_piles import Floats, SideCounts
from casefiles.view_types import CaseView
from detection.appearance import Kind
from detection.looks import KINDS

_PRIOR_SEEN: Final = 4.0
"""What is usual of a camera counts as much as so many tracks of a way."""
_NOWHERE: Final = -1
_SHIFTS: Final = 100
_MOST_CAMERAS: Final = 12
"""Of more, ways are learned when a person asks for it (`links learn`): nobody waits for it here."""


@dataclass(frozen=True, slots=True)
class Sides:
    """By which side (numbers of `SIDES`) each track of a pool came and left, -1 where that is not
    known, and by which sides people go the ways that the traffic shows."""

    came: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    left: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ways: Mapping[tuple[Where, Where], SideCounts] = field(default_factory=dict)

    def ratio(
        self, pool: Pool, start: Anchor | None, end: Anchor | None, at: NDArray[np.int64]
    ) -> Column:
        """What the sides say of the tracks at these positions, after one anchor and before another,
        `(len(at),)`; NaN where no way is known."""
        made = np.full(len(at), np.nan)
        if not self.ways:
            return made
        for number in np.unique(pool.where[at]).tolist():
            mine = np.flatnonzero(pool.where[at] == number)
            there = pool.wheres[number]
            for anchor, is_before in ((start, True), (end, False)):
                if anchor is None or anchor.where is None or anchor.place is None:
                    continue
                way = (anchor.where, there) if is_before else (there, anchor.where)
                counts = self.ways.get(way)
                if counts is None:
                    continue
                own = np.array([(self.left if is_before else self.came)[anchor.place]])
                theirs = (self.came if is_before else self.left)[at[mine]]
                outs, ins = (own, theirs) if is_before else (theirs, own)
                told = _log_ratio(counts.left, counts.any_left, outs)
                told = told + _log_ratio(counts.came, counts.any_came, ins)
                made[mine] = both_known(made[mine], told)
        return made


def both_known(one: Column, other: Column) -> Column:
    """The sum of what is known of both `(n,)`; NaN where neither is."""
    neither = np.isnan(one) & np.isnan(other)
    return np.where(neither, np.nan, np.nan_to_num(one) + np.nan_to_num(other))


def learn_ways(
    case: Case, view: CaseView, topology: Topology, pool: Pool, kind: Kind
) -> tuple[LearnedLinks, Sides]:
    """The ways that the traffic shows between cameras whose times are else a guess, within a
    bounded effort, and the sides by which people go them; nothing is stored or logged."""
    nothing = LearnedLinks((), 0), Sides()
    if len(pool.wheres) > _MOST_CAMERAS or not len(pool):
        return nothing
    if not any(is_guess(one) for at in pool.wheres for one in topology.links_from(at, kind)):
        return nothing
    classes = [int(number) for number, one in KINDS.items() if one == kind]
    ends = case.read(lambda cursor: track_ends.of_shown(cursor, classes))
    learned = finish(traffic_ways(view, topology, ends, kind, shifts=_SHIFTS, guessed=True))
    ways = {(one.start, one.end): one.sides for one in learned.links if one.sides is not None}
    if not ways:
        return learned, Sides()
    row = np.minimum(np.searchsorted(ends.track_id, pool.tracks.track_id), len(ends) - 1)
    known = ends.track_id[row] == pool.tracks.track_id
    came, left = (np.where(known, one[row], _NOWHERE) for one in sides_of_ends(view, ends))
    return learned, Sides(came, left, ways)


def _log_ratio(way: Floats, usual: Floats, sides: NDArray[np.int64]) -> Floats:
    """How much likelier these sides `(n,)` are of who goes a way than of anybody; 0 where a side
    is not known."""
    share = (usual + 1) / (usual + 1).sum()
    told = np.log((way + _PRIOR_SEEN * share) / (way.sum() + _PRIOR_SEEN) / share)
    return np.where(sides == _NOWHERE, 0.0, told[sides])
