"""Which camera follows which, from the traffic of all tracks: who left the one and came into the
other, without knowing who was who (`traffic_piles`); every pair of cameras that was tried is
counted against what chance finds (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.store import track_ends
from casefiles.store.track_ends import TrackEnds
from casefiles.usecases.link_types import Link, Where
from casefiles.usecases.read_passages import side_of
from casefiles.usecases.roads import Roads
from casefiles.usecases.topology import Topology, read_topology
from casefiles.usecases.traffic_piles import (
    LEAST_TRACKS,
    SIDES,
    Floats,
    LearnedLink,
    LearnedLinks,
    Traffic,
    pile,
)
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.appearance import Kind
from detection.looks import KINDS
from video.clock import NS_PER_S

__all__ = [
    "LearnedLink", "LearnedLinks", "is_guess", "learn_links", "sides_of_ends", "traffic_ways",
]  # fmt: skip
_LONGEST_S: Final = 900.0
"""Of a longer way nobody can tell who set out for it."""
_LEAST_PILE: Final = 4
_NEIGHBOURS: Final = 8
"""Of each camera so many, the quickest to reach past no other, are tried."""
_CHANCE: Final = 0.05
_QUICK_WORK: Final = 50_000_000
"""So many delays are looked at, shifts included, where somebody waits: some seconds."""
_QUICK_PAIRS: Final = 72


def learn_links(
    case: Case,
    roads: Roads | None = None,
    *,
    kind: Kind = "person",
    longest_s: float = 120.0,
    shifts: int = 200,
    seed: int = 1,
) -> Job[LearnedLinks]:
    """What the shown tracks of a kind tell of ways between cameras whose clocks are known, up to so
    many seconds long (for a camera whose place is known at least as long as its way may take).
    Nothing is stored but the log. The same seed gives the same answer."""
    view = view_case(case)
    topology = read_topology(case, roads)
    classes = [number for number, one in KINDS.items() if one == kind]
    ends = case.read(lambda cursor: track_ends.of_shown(cursor, classes))
    made = yield from traffic_ways(
        view, topology, ends, kind, longest_s=longest_s, shifts=shifts, seed=seed
    )
    facts = {"pairs": made.tried, "found": len(made.links)}
    case.record(audit.Entry("links.learn", "done", facts=facts))
    return made


def traffic_ways(
    view: CaseView,
    topology: Topology,
    ends: TrackEnds,
    kind: Kind,
    *,
    longest_s: float = 120.0,
    shifts: int = 200,
    seed: int = 1,
    guessed: bool = False,
) -> Job[LearnedLinks]:
    """The same by the ends of tracks, not logged; `guessed`: only ways whose times are a guess,
    and no more of them than can be looked at in some seconds."""
    traffic, notes = _traffic(view, ends)
    pairs = _pairs(topology, traffic, kind, longest_s, guessed=guessed)
    if guessed:
        pairs, left = _quick(traffic, pairs, shifts)
        notes = []
        if left:
            notes.append(
                f"ways between {left} pairs of cameras were not learned from traffic, it would "
                "take long: learn ways (links learn) and keep what is right"
            )
    rng = np.random.default_rng(seed)
    found, tried = [], 0
    for done, (start, end, most_s) in enumerate(pairs):
        yield Progress(done, len(pairs), "pairs of cameras", "learning")
        link = pile(start, end, kind, traffic[start], traffic[end], most_s, shifts, rng)
        if link is not None:
            tried += 1
            found.append(link)
    yield Progress(len(pairs), len(pairs), "pairs of cameras", "learning")
    among_all = (replace(one, chance=min(1.0, one.chance * tried)) for one in found)
    sure = [one for one in among_all if one.chance <= _CHANCE and one.tracks >= _LEAST_PILE]
    sure.sort(key=lambda one: (one.chance, -one.tracks, str(one.start), str(one.end)))
    if not tried and not guessed:
        notes.append(
            "no two cameras have enough tracks at times in common: index more footage, set clocks"
        )
    return LearnedLinks(tuple(sure), tried, tuple(notes))


def sides_of_ends(view: CaseView, ends: TrackEnds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By which sides, as numbers of `SIDES`, tracks came and left, `(n,)` each."""
    made = np.full((2, len(ends)), SIDES.index("inside"), np.int64)
    for source in view.sources:
        mine = np.flatnonzero(ends.source_id == source.source_id)
        for row, boxes in zip(made, (ends.first, ends.last), strict=True):
            row[mine] = _sides(boxes[mine], (source.width, source.height))
    return made[0], made[1]


def _traffic(view: CaseView, ends: TrackEnds) -> tuple[dict[Where, Traffic], list[str]]:
    parts: dict[Where, list[Traffic]] = {}
    unknown = 0
    zero = view.earliest_ns
    for source in view.sources:
        mine = np.flatnonzero(ends.source_id == source.source_id)
        if not len(mine):
            continue
        if source.clock is None:
            unknown += 1
            continue
        size = (source.width, source.height)
        where: Where = source.camera_id or source.source_id
        parts.setdefault(where, []).append(
            Traffic(
                (source.clock.to_walls(ends.to_ns[mine]) - zero) / NS_PER_S,
                _sides(ends.last[mine], size),
                (source.clock.to_walls(ends.from_ns[mine]) - zero) / NS_PER_S,
                _sides(ends.first[mine], size),
            )
        )
    made = {}
    for where, several in parts.items():
        exits = np.concatenate([one.exits for one in several])
        entries = np.concatenate([one.entries for one in several])
        out_order, in_order = np.argsort(exits), np.argsort(entries)
        made[where] = Traffic(
            exits[out_order],
            np.concatenate([one.exit_sides for one in several])[out_order],
            entries[in_order],
            np.concatenate([one.entry_sides for one in several])[in_order],
        )
    told = [f"{unknown} recordings left out: their start is not known"] if unknown else []
    return made, told


def _sides(boxes: Floats, size: tuple[int, int]) -> NDArray[np.int64]:
    return np.array(
        [SIDES.index(side_of(box, size) or "inside") for box in boxes.tolist()], np.int64
    )


def _pairs(
    topology: Topology,
    traffic: Mapping[Where, Traffic],
    kind: Kind,
    longest_s: float,
    *,
    guessed: bool,
) -> list[tuple[Where, Where, float]]:
    """What is tried, and up to which delay."""
    enough = {at for at, one in traffic.items() if len(one.exits) >= LEAST_TRACKS}
    pairs: list[tuple[Where, Where, float]] = []
    for start in traffic:
        if start not in enough:
            continue
        near = [one for one in topology.links_from(start, kind) if one.end in enough and one.direct]
        if guessed:
            near = [one for one in near if is_guess(one)]
        for link in near[:_NEIGHBOURS]:
            most = longest_s
            if link.metres is not None:
                most = max(most, min(link.travel.window(0.8)[1], _LONGEST_S))
            pairs.append((start, link.end, most))
    return pairs


def is_guess(link: Link) -> bool:
    """Whether how long it takes is a guess that traffic betters: no streets, no word of anybody."""
    return link.basis in ("unknown", "straight") and not link.overlaps


def _quick(
    traffic: Mapping[Where, Traffic], pairs: Sequence[tuple[Where, Where, float]], shifts: int
) -> tuple[list[tuple[Where, Where, float]], int]:
    """Those that cost least, as many as can be afforded, and how many were left out."""
    costs = []
    for start, end, most_s in pairs:
        one, other = traffic[start], traffic[end]
        length = max(float(other.entries[-1] - other.entries[0]), most_s)
        costs.append(shifts * len(one.exits) * (1 + len(other.entries) * most_s / length))
    order = np.argsort(costs, kind="stable")
    upto = int(np.searchsorted(np.cumsum(np.array(costs)[order]), _QUICK_WORK))
    taken = sorted(order[: min(upto, _QUICK_PAIRS)].tolist())
    return [pairs[at] for at in taken], len(pairs) - len(taken)
