"""How many tracks answer a query and each of its filters, and which step brings more or fewer.

Only counts, by the statements of the search: no track is shown, and none is named in the log. Still
a count tells something of people: one audit row says what was counted, and it is written before
anything is shown. Whoever shows counts while somebody types asks when the typing rests.

The work is bounded by the rows that must be read: what would go beyond is left uncounted and said
to be so (None), never guessed. The search itself has no such bound.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from typing import Final, Literal

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.jobs import Job, Progress
from casefiles.queries.describe import FARTHEST_NS, filter_document
from casefiles.queries.filters import CameraFilter, ClassFilter, Filter, Query, TimeFilter
from casefiles.queries.loosen import looser
from casefiles.store import answers, search_rows
from casefiles.store.conditions import Ids, Wanted
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, RunId
from casefiles.usecases.query_context import time_zone_in
from casefiles.usecases.search_scope import Searched, WallTimes, searched
from casefiles.usecases.search_tracks import wanted_of
from casefiles.usecases.search_traits import asks_compass
from casefiles.view_types import Hits
from video.clock import NS_PER_S

FEW: Final = 5
"""With so many answers or fewer, hints tell what would bring more."""
MANY: Final = 200
"""With more answers than a page, hints tell what narrows them."""
MOST_ROWS: Final = 40_000_000
"""Rows read for one settled query: about two seconds of a reading thread at the measured rate."""
_AT_ONCE: Final = 4_000_000
"""Rows read between two moments at which the counting can be given up."""
_ROWS_OF_COLOUR: Final = 4
_MOST_HINTS: Final = 4
_EACH_WAY: Final = 2
_HOUR_NS: Final = 3600 * NS_PER_S
_MINUTE_NS: Final = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Hint:
    """One step: `new` in the place of `old` (None: added to the rest; taken away), and how many
    tracks would answer then."""

    kind: Literal["more", "fewer"]
    old: Filter | None
    new: Filter | None
    count: int

    def applied(self, query: Query) -> Query:
        """The query after the step."""
        if self.old is None:
            return query if self.new is None else query.with_filter(self.new)
        return query.without(self.old) if self.new is None else query.exchanged(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tracks answer the whole query, and each filter alone; None: not counted, because
    too much would have to be read."""

    total: int | None
    alone: tuple[int | None, ...] = ()
    hints: tuple[Hint, ...] = ()
    hints_cut: bool = False
    """Some steps were not counted."""


@dataclass(frozen=True, slots=True)
class _Facet:
    """One way to narrow: what the filter would be put in the place of, and the choices."""

    old: Filter | None
    choices: tuple[Filter, ...]
    left: float
    """How much of the answers stays on average, for somebody who knows the right choice."""


class _Counter:
    """Counts queries of one case within the rows that may be read."""

    def __init__(self, case: Case, tracks: int, points: int) -> None:
        self._case = case
        self._tracks, self._points = tracks, points
        self._read = 0
        self.since = 0
        """Rows read since somebody could last give up."""

    def count(self, query: Query) -> int | None:
        """How many tracks answer; None where counting them costs more than is left."""
        return self._case.read(partial(self._counted, query=query))

    def spread(self, query: Query) -> tuple[_Facet, ...]:
        """What would narrow the answers; nothing where reading them costs too much."""
        return self._case.read(partial(self._facets, query=query))

    def _counted(self, cursor: Cursor, query: Query) -> int | None:
        about, _, wanted = _read(cursor, query)
        if not self._may(wanted):
            return None
        return answers.counted(cursor, about.scope(), wanted)

    def _facets(self, cursor: Cursor, query: Query) -> tuple[_Facet, ...]:
        about, zone, wanted = _read(cursor, query)
        if not self._may(wanted):
            return ()
        found = answers.spread(cursor, about.scope(), wanted)
        facets = (_by_class(query, found), _by_camera(query, about, found))
        return tuple(
            one for one in (*facets, _by_hour(query, about, zone, found)) if one is not None
        )

    def _may(self, wanted: Wanted) -> bool:
        rows = self._tracks * (1 + _ROWS_OF_COLOUR * len(wanted.colours))
        rows += self._tracks * _ROWS_OF_COLOUR * bool(wanted.traits.any)
        rows += self._points * (
            len(wanted.zones) * (1 + wanted.by_stay) + len(wanted.paths) + len(wanted.grounds)
        )
        if self._read + rows > MOST_ROWS:
            return False
        self._read += rows
        self.since += rows
        return True


def count_tracks(
    case: Case, query: Query, *, alone: bool = True, total: int | None = None
) -> Job[Counts]:
    """Counts of a query, of each of its filters `alone`, and hints where few or many answer.

    `total` is how many answer, where a search has told. A query with refused words is not counted:
    only a search, which logs the refusal, goes on without them.

    Raises:
        CaseDamaged: rows were changed outside the program.
        BadZone, BadLine: something drawn on the map is to be passed.
    """
    if query.refused or not query.filters:
        return Counts(None, (None,) * len(query.filters))
    tracks, points = case.read(_sizes)
    counter = _Counter(case, tracks, points)
    if total is None:
        total = counter.count(query)
    each: list[int | None] = [None] * len(query.filters)
    order = sorted(range(len(each)), key=lambda at: _is_heavy(query.filters[at]))
    for at in order if alone else ():
        each[at] = total if len(each) == 1 else counter.count(_only(query, at))
        if counter.since > _AT_ONCE:
            counter.since = 0
            yield Progress(sum(one is not None for one in each), len(each), "filters")
    hints: tuple[Hint, ...] = ()
    cut = False
    if total is not None and total <= FEW:
        hints, cut = yield from _widened(counter, query, total)
    elif total is not None and total > MANY:
        hints, cut = yield from _narrowed(counter, query, total)
    found = Counts(total, tuple(each), hints, cut)
    _log(case, query, found)
    return found


def hints_for(case: Case, query: Query, found: Hits) -> Job[tuple[Hint, ...]]:
    """The hints for an answer: none where it is neither small nor large."""
    if FEW < found.total <= MANY:
        return ()
    counts = yield from count_tracks(case, query, alone=False, total=found.total)
    return counts.hints


def _widened(counter: _Counter, query: Query, total: int) -> Job[tuple[tuple[Hint, ...], bool]]:
    made: list[Hint] = []
    cut = False
    steps = looser(query)
    for done, (old, new) in enumerate(steps):
        step = Hint("more", old, new, 0)
        wider = step.applied(query)
        # Without any filter everything would answer: that is no search.
        if not wider.filters:
            continue
        count = counter.count(wider)
        cut = cut or count is None
        # Where a small step brings as many, the large one says nothing more.
        if count is not None and count > total and not any(
            one.old == old and one.count >= count for one in made
        ):  # fmt: skip
            made.append(replace(step, count=count))
        if counter.since > _AT_ONCE:
            counter.since = 0
            yield Progress(done + 1, len(steps), "steps")
    # What is closest to what was asked comes first: a wider filter before one that is gone.
    made.sort(key=lambda one: (one.new is None, -one.count))
    kept = [one for one in made if one.new is not None][:_EACH_WAY]
    gone = sorted((one for one in made if one.new is None), key=lambda one: -one.count)
    return (*kept, *gone[: _MOST_HINTS - len(kept)]), cut


def _narrowed(counter: _Counter, query: Query, total: int) -> Job[tuple[tuple[Hint, ...], bool]]:
    facets = sorted(counter.spread(query), key=lambda one: one.left)
    yield Progress(1, 2, "steps")
    steps = [(facet.old, new) for facet in facets for new in facet.choices[:_EACH_WAY]]
    made: list[Hint] = []
    for old, new in steps[:_MOST_HINTS]:
        step = Hint("fewer", old, new, 0)
        count = counter.count(step.applied(query))
        if count is not None and 0 < count < total:
            made.append(replace(step, count=count))
    return tuple(made), not facets


def _sizes(cursor: Cursor) -> tuple[int, int]:
    """How many tracks and points the case has."""
    sizes = search_rows.sizes(cursor).values()
    return sum(tracks for tracks, _ in sizes), sum(points for _, points in sizes)


def _read(cursor: Cursor, query: Query) -> tuple[Searched, tzinfo, Wanted]:
    about = searched(cursor, query, with_places=asks_compass(query))
    zone = time_zone_in(cursor)
    return about, zone, wanted_of(query, about, WallTimes(query, zone))


def _only(query: Query, at: int) -> Query:
    """The query with that filter alone."""
    return replace(query, filters=(query.filters[at],))


def _is_heavy(wanted: Filter) -> bool:
    """Whether points must be read for it."""
    return hasattr(wanted, "zone") or hasattr(wanted, "line") or hasattr(wanted, "steps")


def _left(counts: Iterable[int]) -> float:
    """How much of all stays on average when it is split like that: the sum of squared shares."""
    many = np.array(list(counts), np.float64)
    return float(((many / many.sum()) ** 2).sum()) if many.sum() else 1.0


def _facet(old: Filter | None, by_choice: dict[Filter, int]) -> _Facet | None:
    """The largest choices first; None where there is nothing to choose."""
    order = sorted(by_choice, key=lambda one: -by_choice[one])
    left = _left(by_choice.values())
    return _Facet(old, tuple(order), left) if len(order) > 1 else None


def _by_class(query: Query, found: tuple[Ids, Ids, Ids, Ids]) -> _Facet | None:
    class_id, _, _, count = found
    old = next((one for one in query.filters if isinstance(one, ClassFilter)), None)
    return _facet(
        old,
        {
            ClassFilter((number,)): int(count[class_id == number].sum())
            for number in np.unique(class_id).tolist()
        },
    )


def _by_camera(query: Query, about: Searched, found: tuple[Ids, Ids, Ids, Ids]) -> _Facet | None:
    _, run_id, _, count = found
    cameras: dict[RunId, CameraId] = {}
    for source_id, run in about.runs.items():
        camera_id = about.sources[source_id].camera_id
        if camera_id is not None:
            cameras[run.run_id] = camera_id
    by_camera: dict[Filter, int] = {}
    for number, many in zip(run_id.tolist(), count.tolist(), strict=True):
        if number in cameras:
            wanted = CameraFilter((cameras[number],))
            by_camera[wanted] = by_camera.get(wanted, 0) + many
    old = next((one for one in query.filters if isinstance(one, CameraFilter)), None)
    return _facet(old, by_camera)


def _by_hour(
    query: Query, about: Searched, zone: tzinfo, found: tuple[Ids, Ids, Ids, Ids]
) -> _Facet | None:
    """By the hours of the clock in which tracks begin, where starts are known."""
    _, run_id, minute, count = found
    scope = about.scope()
    places = scope.places(run_id)
    known = scope.known[places] if len(places) else np.zeros(0, np.bool_)
    if not known.any():
        return None
    walls = scope.walls(places[known], minute[known] * _MINUTE_NS)
    hours = walls // _HOUR_NS
    old = next((one for one in query.filters if isinstance(one, TimeFilter)), None)
    least = -FARTHEST_NS if old is None or old.from_ns is None else old.from_ns
    most = FARTHEST_NS if old is None or old.to_ns is None else old.to_ns
    by_hour: dict[Filter, int] = {}
    for hour in np.unique(hours).tolist():
        start, end = max(hour * _HOUR_NS, least), min((hour + 1) * _HOUR_NS, most)
        if start < end:
            by_hour[TimeFilter(start, end)] = int(count[known][hours == hour].sum())
    return _facet(old, by_hour)


def _log(case: Case, query: Query, found: Counts) -> None:
    zone = case.read(time_zone_in)
    filters = [filter_document(one, zone) for one in query.filters]
    case.record(
        audit.Entry(
            "search.count",
            "done",
            facts={
                "found": found.total,
                "alone": list(found.alone),
                "hints": [one.count for one in found.hints],
            },
            private={"text": query.text, "filters": json.dumps(filters, ensure_ascii=False)},
        )
    )


def said_of(hint: Hint, words: Sequence[str]) -> str:
    """A step in words; `words` are those of its old and its new filter, as chips say them."""
    old, new = words
    if hint.kind == "fewer":
        return f"only {new}: {hint.count}"
    return f"{new}: {hint.count}" if hint.new is not None else f"without “{old}”: {hint.count}"
