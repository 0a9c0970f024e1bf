"""Tracks that hold every condition of a search: the first of them, and how many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store import traits
from casefiles.store.conditions import Ids, Statement, Wanted
from casefiles.store.engine import Cursor
from casefiles.trait_types import NOTHING_KNOWN, Traits
from casefiles.types import RunId, SourceId, TrackId, TrackRow
from video.clock import ClockOffset
from video.types import TimeNs

_LAST_NS: Final = 1 << 62
"""Sorts behind every known time."""

_LOOKS: Final = """
SELECT l.track_id, max(l.time_ns), max(l.colour_doubt) FROM track_looks l
WHERE l.track_id IN (SELECT track_id FROM page) GROUP BY l.track_id
"""

_KEPT: Final = "track_id, run_id, class_id, from_ns, to_ns, mean_score"
_SPREAD: Final = """
SELECT class_id, run_id, from_ns // 60000000000 AS minute, count(*) AS count FROM ({kept})
GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The runs to search, columns `(n,)`: `run_id`, its `source_id`, the wall time of media time 0
    in `start_ns` (0 where it is not known), how its clock drifts, and whether it is `known`."""

    run_id: Ids
    source_id: Ids
    start_ns: Ids
    drift_ppb: Ids
    known: NDArray[np.bool_]

    def where(self, at: slice | NDArray[np.bool_]) -> "Scope":
        """Some of them."""
        return Scope(
            self.run_id[at], self.source_id[at], self.start_ns[at], self.drift_ppb[at],
            self.known[at],
        )  # fmt: skip

    def places(self, run_id: Ids) -> NDArray[np.intp]:
        """Where each of these runs stands, `(m,)`."""
        order = np.argsort(self.run_id)
        return order[np.searchsorted(self.run_id, run_id, sorter=order)]

    def clock(self, place: int) -> ClockOffset:
        """The clock of one of them."""
        return ClockOffset(int(self.start_ns[place]), drift_ppb=int(self.drift_ppb[place]))

    def walls(self, places: NDArray[np.intp], times_ns: Ids) -> Ids:
        """Wall times of media times `(m,)` of the runs that stand at `places`."""
        walls: Ids = times_ns + self.start_ns[places]
        for place in np.flatnonzero(self.drift_ppb).tolist():
            mine = places == place
            walls[mine] = self.clock(place).to_walls(times_ns[mine])
        return walls

    def columns(self, from_ns: int | None = None, to_ns: int | None = None) -> dict[str, object]:
        """As the database takes them; with the media times at which a span of wall time begins
        and ends in each."""
        return {
            "run_id": self.run_id,
            "opens_ns": self._first_media(from_ns),
            "closes_ns": self._first_media(to_ns),
        }

    def _first_media(self, wall_ns: int | None) -> Ids:
        if wall_ns is None:
            return np.zeros(len(self.run_id), np.int64)
        found = [self.clock(place).first_media(wall_ns) for place in range(len(self.run_id))]
        return np.array([max(-_LAST_NS, min(_LAST_NS, time_ns)) for time_ns in found], np.int64)


@dataclass(frozen=True, slots=True)
class Answer:
    """One track and what is known of how it answers."""

    track: TrackRow
    wall_ns: int | None
    """Wall time of its first moment."""
    score: float
    best_ns: int | None = None
    """Media time of its best picture."""
    doubt: str = ""
    """Why its colours are unreliable."""
    shares: tuple[float | None, ...] = ()
    """Of each wanted colour, how much of the part has it; None where it was not judged."""
    stays: tuple[tuple[int, int], ...] = ()
    """Of each zone: media time of the first moment in it, and how long altogether."""
    passed: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Of each path, of each of its steps: media time, and which way (-1 backward, 1 forward)."""
    traits: Traits = NOTHING_KNOWN
    """What it is like and how it moved, where something of that was asked."""
    stood: tuple[int | None, ...] = ()
    """Of each area of the map: media time of the first moment its feet were there; None where its
    camera only looks there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The first of them in order, and how many there are; `careful` were judged with care,
    because their colours are unreliable or not known."""

    rows: tuple[Answer, ...] = ()
    total: int = 0
    careful: int = 0

    def joined(self, other: "Answers", *, order: str, most: int) -> "Answers":
        """These and those of other runs."""
        rows = sorted((*self.rows, *other.rows), key=_KEYS[order])[:most]
        return Answers(tuple(rows), self.total + other.total, self.careful + other.careful)


def answers(cursor: Cursor, scope: Scope, wanted: Wanted, *, order: str, most: int) -> Answers:
    """The tracks of these runs that hold every condition and are not suppressed.

    `best` first, or by `time` (those whose start is not known last). How they looked, and stays
    that were no condition, are read by `detailed`.
    """
    written = Statement(wanted)
    text = written.kept()
    with _registered(cursor, scope, wanted):
        kept = cursor.execute(text, written.values).fetchnumpy()
    if order == "time":
        places = scope.places(kept["run_id"])
        walls = scope.walls(places, np.asarray(kept["from_ns"], np.int64))
        first = _first(np.where(scope.known[places], walls, walls + _LAST_NS), kept, most)
    else:
        first = _first(-kept["score"], kept, most)
    rows = tuple(_answers_of(scope, wanted, kept, first))
    careful = int(np.count_nonzero(kept["careful"])) if wanted.colours else 0
    return Answers(rows, len(kept["track_id"]), careful)


def counted(cursor: Cursor, scope: Scope, wanted: Wanted) -> int:
    """How many tracks of these runs hold every condition and are not suppressed."""
    written = Statement(wanted)
    text = f"SELECT count(*) FROM ({written.kept()})"  # noqa: S608 - text of this folder only
    with _registered(cursor, scope, wanted):
        return int(cursor.execute(text, written.values).fetchall()[0][0])


def kept_tracks(cursor: Cursor, scope: Scope, wanted: Wanted) -> dict[str, NDArray[Any]]:
    """The tracks of these runs that hold every condition and are not suppressed, by id, as columns
    `(n,)`: `track_id`, `run_id`, `class_id`, `from_ns`, `to_ns`, `mean_score`."""
    written = Statement(wanted)
    text = f"SELECT {_KEPT} FROM ({written.kept()}) ORDER BY track_id"  # noqa: S608 - as above
    with _registered(cursor, scope, wanted):
        return cursor.execute(text, written.values).fetchnumpy()


def spread(cursor: Cursor, scope: Scope, wanted: Wanted) -> tuple[Ids, Ids, Ids, Ids]:
    """Where and when the tracks are that hold every condition, as columns `(n,)`: class id, run
    id, the media minute in which they begin, and how many."""
    written = Statement(wanted)
    text = _SPREAD.format(kept=written.kept())
    with _registered(cursor, scope, wanted):
        found = cursor.execute(text, written.values).fetchnumpy()
    class_id, run_id, minute, count = (
        np.asarray(found[name], np.int64) for name in ("class_id", "run_id", "minute", "count")
    )
    return class_id, run_id, minute, count


def detailed(cursor: Cursor, scope: Scope, wanted: Wanted, found: Answers) -> Answers:
    """The same with the best picture of each, why its colours are doubtful, and its stays."""
    if not found.rows:
        return found
    ids = np.array([one.track.track_id for one in found.rows], np.int64)
    runs = np.unique(np.array([one.track.run_id for one in found.rows], np.int64))
    cursor.register("page", {"track_id": ids})
    try:
        rows = cursor.execute(_LOOKS).fetchall()
        named = [one.name for one in wanted.traits.attributes]
        moving = wanted.traits.by_movement
        known = (
            traits.of_tracks(cursor, ids.tolist(), names=named, movement=moving)
            if named or moving
            else {}
        )
        stays: list[dict[int, tuple[int, int]]] = []
        if not wanted.by_stay:
            with _registered(cursor, scope.where(np.isin(scope.run_id, runs)), wanted):
                stays = [_stays(cursor, wanted, at) for at in range(len(wanted.zones))]
    finally:
        cursor.unregister("page")
    looks = {track: (best_ns, doubt) for track, best_ns, doubt in rows}
    made = []
    for one in found.rows:
        track = one.track.track_id
        best_ns, doubt = looks.get(track, (None, ""))
        inside = tuple(zone[track] for zone in stays) if stays else one.stays
        mine = known.get(track, one.traits)
        made.append(replace(one, best_ns=best_ns, doubt=doubt, stays=inside, traits=mine))
    return replace(found, rows=tuple(made))


def _stays(cursor: Cursor, wanted: Wanted, at: int) -> dict[int, tuple[int, int]]:
    written = Statement(wanted)
    text = written.stays(at, who="page")
    return {row[0]: row[1:] for row in cursor.execute(text, written.values).fetchall()}


@contextmanager
def _registered(cursor: Cursor, scope: Scope, wanted: Wanted) -> Iterator[None]:
    """Lets statements read the scope and the spans as tables."""
    tables = {"scope": scope.columns(wanted.from_ns, wanted.to_ns), **wanted.traits.tables()}
    for at, columns in enumerate((*wanted.moments, *wanted.spans)):
        names = ("run_id", "opens", "closes")
        tables[f"spans_{at}"] = dict(zip(names, columns, strict=True))
    tables |= {f"ground_{at}": one.columns() for at, one in enumerate(wanted.grounds)}
    for name, table in tables.items():
        cursor.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            cursor.unregister(name)


def _first(key: NDArray[Any], kept: dict[str, NDArray[Any]], most: int) -> NDArray[np.intp]:
    """Positions of the `most` rows with the lowest keys, by key, then by id."""
    near = np.arange(len(key))
    if 0 < most < len(key):
        # Sorting a million rows to show a page takes longer than reading them.
        near = np.flatnonzero(key <= np.partition(key, most - 1)[most - 1])
    return near[np.lexsort((kept["track_id"][near], key[near]))][: max(most, 0)]


def _answers_of(
    scope: Scope, wanted: Wanted, kept: dict[str, NDArray[Any]], first: NDArray[np.intp]
) -> Iterator[Answer]:
    def column(name: str) -> list[Any]:
        # Masked where the database has no value: nothing else says so.
        values: list[Any] = kept[name][first].tolist()
        return values

    names = ("track_id", "run_id", "class_id", "from_ns", "to_ns", "points", "mean_score", "score")
    zones = range(len(wanted.zones) if wanted.by_stay else 0)
    stays = [zip(column(f"first_{at}"), column(f"inside_{at}"), strict=True) for at in zones]
    shares = [column(f"share_{at}") for at in range(len(wanted.colours))]
    passed = [zip(*_steps(kept, first, at), strict=True) for at in range(len(wanted.paths))]
    stood = [column(f"stood_{at}") for at in range(len(wanted.grounds))]
    nothing = ((),) * len(first)
    for place, row, share, stay, way, feet in zip(
        scope.places(kept["run_id"][first]).tolist(),
        zip(*map(column, names), strict=True),
        zip(*shares, strict=True) if shares else nothing,
        zip(*stays, strict=True) if stays else nothing,
        zip(*passed, strict=True) if passed else nothing,
        zip(*stood, strict=True) if stood else nothing,
        strict=True,
    ):
        track, run, class_id, from_ns, to_ns, points, mean, score = row
        source = SourceId(int(scope.source_id[place]))
        wall_ns = scope.clock(place).to_wall_ns(from_ns) if scope.known[place] else None
        found = TrackRow(
            TrackId(track), RunId(run), source, class_id, TimeNs(from_ns), TimeNs(to_ns), points,
            mean, suppressed=False,
        )  # fmt: skip
        yield Answer(found, wall_ns, score, shares=share, stays=stay, passed=way, stood=feet)


def _steps(
    kept: dict[str, NDArray[Any]], first: NDArray[np.intp], at: int
) -> list[list[tuple[int, int]]]:
    """Of each step of a path, its moment and way in each of these rows."""
    steps: list[list[tuple[int, int]]] = []
    while (name := f"{at}_{len(steps)}") and f"at_{name}" in kept:
        columns = (kept[f"{kind}_{name}"][first].tolist() for kind in ("at", "way"))
        steps.append(list(zip(*columns, strict=True)))
    return steps


def _by_time(one: Answer) -> tuple[bool, int, int]:
    wall_ns = one.track.from_ns if one.wall_ns is None else one.wall_ns
    return one.wall_ns is None, wall_ns, one.track.track_id


_KEYS: Final = {
    "best": lambda one: (-one.score, one.track.track_id),
    "time": _by_time,
}
