"""Who was near somebody twice or more, and how many would be by chance: pure arithmetic.

The baseline asks how many would have been near had the same visits been made at other times of the
same footage: all visits are shifted by one span of time, each inside what was analysed of its
camera, which goes round from its end to its beginning (Diggle, Chetwynd, Häggkvist and Morris,
1995, "Second-order analysis of space-time clustering", compare with shifts likewise). One span
for all visits keeps what everybody shares: how full a place is, and that a street leads from one
camera to the next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.types import TrackId
from casefiles.usecases.street_types import Span
from video.clock import NS_PER_S

STEP_NS: Final = NS_PER_S // 2
"""Places on the ground are compared at whole multiples of this."""
LEAST_NS: Final = NS_PER_S
"""Nearer for less than this is nothing."""
_TWICE_NS: Final = NS_PER_S
"""One thing is not at two places for longer than this; clocks and ends of tracks are off."""
_ROUND: Final = 3
"""Footage shorter than so many times the longest visit of a camera leaves no other time."""
_TRIES: Final = 50
Views: TypeAlias = str
"""What sees: the id of a camera, or a recording without one."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where something was on the ground at each step from `first` on: metres `(n, 2)`."""

    first: int
    at: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Passing:
    """A track before a camera, true times."""

    track_id: TrackId
    view: Views
    from_ns: int
    to_ns: int
    course: Course | None = None
    who: int | None = None
    """The subject that a person confirmed it to be."""

    def shifted(self, by_ns: int) -> "Passing":
        """The same at another time."""
        course = self.course
        if course is not None:
            course = replace(course, first=course.first + round(by_ns / STEP_NS))
        return replace(self, from_ns=self.from_ns + by_ns, to_ns=self.to_ns + by_ns, course=course)


@dataclass(frozen=True, slots=True)
class Near:
    """A track that was near at a visit: so long, and so far away where that is known."""

    visit: int
    passing: Passing
    seconds: float
    metres: float | None


Likeness: TypeAlias = Callable[[Sequence[Passing]], NDArray[np.float64]]
"""How far some tracks look more alike than two that are certainly different do, each against each
`(n, n)`: above 0 they may be one; NaN: nothing can be said."""


@dataclass(frozen=True, slots=True)
class Company:
    """Tracks that may be one, near at two visits or more."""

    near: tuple[Near, ...]
    """In order of time."""
    said: bool
    """All links are what a person confirmed, or one and the same track; else appearance says so."""

    @property
    def visits(self) -> tuple[int, ...]:
        """At which."""
        return tuple(sorted({one.visit for one in self.near}))


def visits_of(sightings: Iterable[Passing], apart_ns: int) -> tuple[tuple[Passing, ...], ...]:
    """Sightings as visits in order of time: those of one camera less than `apart_ns` apart are one
    visit, and those that overlap in time (cameras that see the same ground)."""
    made: list[list[Passing]] = []
    for one in sorted(sightings, key=lambda each: (each.from_ns, each.to_ns)):
        for visit in made:
            if any(
                one.from_ns - other.to_ns < (apart_ns if one.view == other.view else 0)
                for other in visit
            ):
                visit.append(one)
                break
        else:
            made.append([one])
    return tuple(tuple(one) for one in made)


class Passers:
    """The tracks before cameras, as fast to ask for a time as a shift needs."""

    def __init__(self, passings: Iterable[Passing]) -> None:
        by_view: dict[Views, list[Passing]] = {}
        for one in passings:
            by_view.setdefault(one.view, []).append(one)
        self._by_view = by_view
        self._ends = {
            view: np.array([(one.from_ns, one.to_ns) for one in mine], np.int64)
            for view, mine in by_view.items()
        }

    def together(self, one: Passing) -> list[tuple[Passing, float]]:
        """Those that its camera saw at the same time, and for how many seconds."""
        ends = self._ends.get(one.view)
        if ends is None:
            return []
        common = np.minimum(ends[:, 1], one.to_ns) - np.maximum(ends[:, 0], one.from_ns)
        mine = self._by_view[one.view]
        return [
            (mine[at], float(common[at]) / NS_PER_S)
            for at in np.flatnonzero(common >= LEAST_NS).tolist()
        ]

    def near(self, visits: Sequence[Sequence[Passing]], near_m: float) -> tuple[Near, ...]:
        """Who was near at each visit: within `near_m` where both places are known, else in the
        same picture."""
        found: dict[tuple[int, TrackId], Near] = {}
        for number, visit in enumerate(visits):
            for one in visit:
                for other, seconds in self.together(one):
                    near = _near(number, one, other, seconds, near_m)
                    key = (number, other.track_id)
                    if near is not None and (key not in found or found[key].seconds < near.seconds):
                        found[key] = near
        return tuple(found.values())


def _near(visit: int, one: Passing, other: Passing, seconds: float, near_m: float) -> Near | None:
    if one.course is None or other.course is None:
        return Near(visit, other, seconds, None)
    first = max(one.course.first, other.course.first)
    mine = one.course.at[first - one.course.first :]
    theirs = other.course.at[first - other.course.first :]
    count = min(len(mine), len(theirs))
    if count == 0:
        return Near(visit, other, seconds, None)
    apart = np.linalg.norm(mine[:count] - theirs[:count], axis=1)
    close = apart <= near_m
    length = float(close.sum()) * STEP_NS / NS_PER_S
    if length * NS_PER_S < LEAST_NS:
        return None
    return Near(visit, other, length, float(np.median(apart[close])))


def companies(
    near: Sequence[Near], likeness: Likeness, overlapping: Callable[[Views, Views], bool]
) -> tuple[Company, ...]:
    """Tracks near at different visits that may be one, joined from the most alike on; never two
    that were seen at one moment by cameras that see different ground, nor two of whom a person
    said that they are different. Those at more visits come first."""
    tracks = [one.passing for one in near]
    visit = np.array([one.visit for one in near], np.int64)
    track = np.array([one.track_id for one in tracks], np.int64)
    who = np.array([-1 if one.who is None else one.who for one in tracks], np.int64)
    alike = likeness(tracks)
    said = (track[:, None] == track) | ((who[:, None] == who) & (who >= 0))
    # A person said of both who they are: looks say nothing any more.
    alike = np.where((who[:, None] >= 0) & (who >= 0), np.nan, alike)
    alike = np.where(said, np.inf, alike)
    linked = np.triu((visit[:, None] != visit) & (np.nan_to_num(alike, nan=-1.0) > 0))
    links = [(float(alike[one, other]), one, other) for one, other in np.argwhere(linked).tolist()]
    groups = {at: [at] for at in range(len(near))}
    of = list(range(len(near)))
    guessed: set[int] = set()
    for how, one, other in sorted(links, key=lambda link: (-link[0], link[1], link[2])):
        home, away = of[one], of[other]
        if home == away or any(
            _different(near[a], near[b], overlapping) for a in groups[home] for b in groups[away]
        ):
            continue
        for at in groups[away]:
            of[at] = home
        groups[home] += groups.pop(away)
        if np.isfinite(how) or away in guessed:
            guessed.add(home)
    made = [
        Company(
            tuple(sorted((near[at] for at in mine), key=lambda each: each.passing.from_ns)),
            home not in guessed,
        )
        for home, mine in groups.items()
    ]
    kept = [one for one in made if len(one.visits) > 1]
    return tuple(sorted(kept, key=lambda one: (-len(one.visits), one.near[0].passing.track_id)))


def _different(one: Near, other: Near, overlapping: Callable[[Views, Views], bool]) -> bool:
    first, second = one.passing, other.passing
    if first.track_id == second.track_id:
        return False
    if first.who is not None and second.who is not None:
        return first.who != second.who
    common = min(first.to_ns, second.to_ns) - max(first.from_ns, second.from_ns)
    same = first.view == second.view
    return common > _TWICE_NS and (same or not overlapping(first.view, second.view))


class Shifts:
    """The visits at other times of the footage, drawn by chance from a seed."""

    def __init__(
        self, visits: Sequence[Sequence[Passing]], analysed: Mapping[Views, Sequence[Span]]
    ) -> None:
        """`analysed` are the spans of true time of each camera, in order."""
        self._visits = visits
        self._starts: dict[Views, NDArray[np.int64]] = {}
        self._begins: dict[Views, NDArray[np.int64]] = {}
        self._length: dict[Views, int] = {}
        self._guard: dict[Views, int] = {}
        for one in (each for visit in visits for each in visit):
            spans = analysed.get(one.view, ())
            lengths = [end - start for start, end in spans]
            self._starts[one.view] = np.array([start for start, _ in spans], np.int64)
            self._begins[one.view] = np.array([0, *np.cumsum(lengths)[:-1]], np.int64)
            self._length[one.view] = sum(lengths)
            guard = one.to_ns - one.from_ns + LEAST_NS
            self._guard[one.view] = max(guard, self._guard.get(one.view, 0))

    @property
    def too_short(self) -> tuple[Views, ...]:
        """Cameras with so little footage that there are no other times."""
        return tuple(
            view for view, guard in self._guard.items() if self._length[view] < _ROUND * guard
        )

    def draw(self, count: int, seed: int) -> list[tuple[tuple[Passing, ...], ...]]:
        """The visits at `count` other times; none where some camera is too short for that."""
        if self.too_short or not self._visits:
            return []
        chance = np.random.default_rng(seed)
        longest = max(self._length.values())
        made = []
        for _ in range(count):
            for _ in range(_TRIES):
                by = int(chance.integers(0, longest))
                if self._is_other(by):
                    break
            else:
                return []
            made.append(
                tuple(tuple(self._moved(one, by) for one in visit) for visit in self._visits)
            )
        return made

    def _is_other(self, by: int) -> bool:
        """Whether no camera is back at the time it began with."""
        return all(
            guard <= by % self._length[view] <= self._length[view] - guard
            for view, guard in self._guard.items()
        )

    def _moved(self, one: Passing, by: int) -> Passing:
        starts, begins = self._starts[one.view], self._begins[one.view]
        at = max(0, int(np.searchsorted(starts, one.from_ns, side="right")) - 1)
        along = int(begins[at]) + one.from_ns - int(starts[at])
        to = (along + by) % self._length[one.view]
        there = int(np.searchsorted(begins, to, side="right")) - 1
        return one.shifted(int(starts[there]) + to - int(begins[there]) - one.from_ns)
