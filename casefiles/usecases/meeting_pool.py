"""Everybody before the cameras of a subject's stops, and how alike they look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.queries.filters import Query
from casefiles.queries.places import metres_between
from casefiles.store import looks, search_rows
from casefiles.store.engine import Cursor
from casefiles.subject_types import Subject
from casefiles.types import SourceId, TrackId, TrackRow
from casefiles.usecases.courses import placement_then, read_courses
from casefiles.usecases.follow_types import LonLats
from casefiles.usecases.likeness import STRONG, made_by
from casefiles.usecases.near_by_chance import (
    STEP_NS,
    Company,
    Course,
    Near,
    Passers,
    Passing,
    Views,
    companies,
)
from casefiles.usecases.search_scope import searched
from casefiles.usecases.sightings import looked_spans
from casefiles.view_types import CaseView
from detection.looks import KINDS
from video.clock import NS_PER_S

_MOST_COMPARED: Final = 4_000
"""Vectors of so many tracks are in memory at once, some 6 KB each; fewer shifts need fewer."""
_ENOUGH_PAIRS: Final = 30
_MOST_PAIRS: Final = 20_000
_AT_ONCE: Final = 2_000
_SAMPLED: Final = 1_000
"""So many tracks, evenly chosen, tell how alike different people look."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Tracks as columns `(n,)`: what made their vectors, the camera, true times `(n, 2)`; and
    which cameras see different ground `(v, v)`, each against itself too."""

    made: NDArray[np.int64]
    view: NDArray[np.int64]
    ends: NDArray[np.int64]
    apart: NDArray[np.bool_]

    def certainly_two(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which pairs were seen at one moment, at two places, and are comparable."""
        common = np.minimum(self.ends[one, 1], self.ends[other, 1]) - np.maximum(
            self.ends[one, 0], self.ends[other, 0]
        )
        two: NDArray[np.bool_] = (
            (common > NS_PER_S)
            & self.apart[self.view[one], self.view[other]]
            & (self.made[one] == self.made[other])
        )
        return two


def view_of(view: CaseView, source_id: SourceId) -> Views:
    source = view.source(source_id)
    return f"source {source_id}" if source is None or not source.camera_id else source.camera_id


def passing_of(view: CaseView, row: TrackRow, who: int | None = None) -> Passing | None:
    source = view.source(row.source_id)
    if source is None or source.clock is None:
        return None
    ends = source.clock.to_wall_ns(row.from_ns), source.clock.to_wall_ns(row.to_ns)
    return Passing(row.track_id, view_of(view, row.source_id), *ends, who=who)


class Pool:
    """Everybody before the cameras of the stops, and how alike they look."""

    def __init__(self, case: Case, view: CaseView, subject: Subject, views: set[Views]) -> None:
        self._case, self._view = case, view
        mine = [one for one in view.sources if view_of(view, one.source_id) in views]
        self.analysed = {
            name: looked_spans(
                view,
                [one for one in mine if view_of(view, one.source_id) == name],
                "candidates",
            )
            for name in views
        }
        only = {one.source_id for one in mine}
        classes = [int(number) for number, kind in KINDS.items() if kind == subject.kind]

        def read(
            cursor: Cursor,
        ) -> tuple[search_rows.TrackColumns, dict[int, str]]:
            about = searched(cursor, Query(""), only=only)
            made = {int(run.run_id): made_by(run) for run in about.runs.values()}
            return search_rows.tracks(cursor, about.scope(), class_ids=classes), made

        columns, self._made = case.read(read)
        own = {
            one.track_id for one in view.sightings
            if one.subject_id == subject.subject_id and one.verdict == "confirmed"
        }  # fmt: skip
        who = {
            one.track_id: int(one.subject_id) for one in view.sightings
            if one.subject_id != subject.subject_id and one.verdict == "confirmed"
        }  # fmt: skip
        self._rows = {row.track_id: row for row in map(columns.row, range(len(columns)))}
        others = [row for row in self._rows.values() if row.track_id not in own]
        made = [passing_of(view, row, who.get(row.track_id)) for row in others]
        self._passers = Passers([one for one in made if one is not None])
        self._courses: dict[TrackId, Course] = {}
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._vectors: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._overlaps: dict[tuple[Views, Views], bool] = {}

    def name(self, seen_by: Views) -> str:
        """What a person calls what sees."""
        camera = next((one for one in self._view.cameras if one.camera_id == seen_by), None)
        return seen_by if camera is None else camera.name

    def gather(
        self,
        stops: Sequence[Sequence[Passing]],
        times: Sequence[tuple[tuple[Passing, ...], ...]],
    ) -> list[tuple[tuple[Passing, ...], ...]]:
        """Reads places and vectors of all who were in the picture then; gives as many of the times
        as that leaves room for."""
        wanted = self._together(stops)
        kept = []
        for one in times:
            more = wanted | self._together(one)
            if len(more) > _MOST_COMPARED:
                break
            kept.append(one)
            wanted = more
        every = wanted | {one.track_id for visit in stops for one in visit}
        rows = [self._rows[one] for one in sorted(every) if one in self._rows]
        calibrated = {one.camera_id for one in self._view.calibrations}
        placed = [
            row for row in rows
            if (source := self._view.source(row.source_id)) is not None
            and source.camera_id in calibrated
        ]  # fmt: skip
        found = read_courses(self._case, self._view, placed)
        origin = next((one.path[0] for one in found.values() if one.path), (0.0, 0.0))
        self._courses = {
            track_id: on_steps(one.path, one.path_ns, origin)
            for track_id, one in found.items()
            if one.path and len(one.path) == len(one.path_ns)
        }
        known = sorted(self._rows)
        ids = np.array(sorted(wanted | set(known[:: len(known) // _SAMPLED + 1])), np.int64)
        if len(ids):
            self._ids, self._vectors = self._case.read(partial(looks.mean_vectors, track_ids=ids))
        return kept

    def _together(self, visits: Sequence[Sequence[Passing]]) -> set[TrackId]:
        return {
            other.track_id
            for visit in visits
            for one in visit
            for other, _ in self._passers.together(one)
        }

    def placed(self, visits: Sequence[Sequence[Passing]]) -> list[list[Passing]]:
        """Visits at another time with the places that the subject went by then."""
        made = []
        for visit in visits:
            moved = []
            for one in visit:
                course = self._courses.get(one.track_id)
                row = self._rows.get(one.track_id)
                before = None if row is None else passing_of(self._view, row)
                if course is not None and before is not None:
                    by = round((one.from_ns - before.from_ns) / STEP_NS)
                    course = replace(course, first=course.first + by)
                moved.append(replace(one, course=course))
            made.append(moved)
        return made

    def near(self, visits: Sequence[Sequence[Passing]], near_m: float) -> tuple[Near, ...]:
        """Who was near at each visit."""
        mine = [[self._with_course(one) for one in visit] for visit in visits]
        others = {
            other.track_id: self._with_course(other)
            for visit in mine for one in visit for other, _ in self._passers.together(one)
        }  # fmt: skip
        return Passers(others.values()).near(mine, near_m)

    def _with_course(self, one: Passing) -> Passing:
        if one.course is not None:
            return one
        return replace(one, course=self._courses.get(one.track_id))

    def companies(self, near: Sequence[Near]) -> tuple[Company, ...]:
        """Who of them may be one."""
        return companies(near, self._likeness, self._overlapping)

    def notes(self) -> list[str]:
        """What could not be told."""
        notes = []
        if self._strong is None:
            notes.append(
                "too few looks are stored to compare people: only tracks that a person confirmed "
                "are taken as one"
            )
        if not self._courses:
            notes.append("no camera of the stops is calibrated: near means in the same picture")
        return notes

    @cached_property
    def _columns(self) -> "_Columns":
        """Those whose looks are in memory, as columns."""
        rows = [self._rows[TrackId(int(one))] for one in self._ids]
        made = {name: at for at, name in enumerate(sorted(set(self._made.values())))}
        views = sorted({self._view_name(row) for row in rows})
        passings = [passing_of(self._view, row) for row in rows]
        ends = [(0, 0) if one is None else (one.from_ns, one.to_ns) for one in passings]
        apart = np.array(
            [[one == other or not self._overlapping(one, other) for other in views]
             for one in views],
            np.bool_,
        )  # fmt: skip
        return _Columns(
            np.array([made.get(self._made.get(row.run_id, ""), -1) for row in rows], np.int64),
            np.array([views.index(self._view_name(row)) for row in rows], np.int64),
            np.array(ends, np.int64).reshape(-1, 2),
            apart.reshape(len(views), len(views)),
        )

    def _view_name(self, row: TrackRow) -> Views:
        return view_of(self._view, row.source_id)

    @cached_property
    def _strong(self) -> tuple[float, float] | None:
        """99 of 100 pairs that are certainly different look less alike: those before two cameras,
        and those before one; None: too few to say."""
        columns, found = self._columns, [np.zeros((0, 2), np.int64)]
        count = 0
        for step in range(1, len(self._ids)):
            one = np.arange(len(self._ids) - step)
            pairs = np.stack([one, one + step], axis=1)[columns.certainly_two(one, one + step)]
            found.append(pairs)
            count += len(pairs)
            if count >= _MOST_PAIRS:
                break
        first, second = np.concatenate(found).T
        if len(first) < _ENOUGH_PAIRS:
            return None
        alike = np.concatenate([
            (self._vectors[a] * self._vectors[b]).sum(axis=1)
            for a, b in zip(
                np.array_split(first, len(first) // _AT_ONCE + 1),
                np.array_split(second, len(first) // _AT_ONCE + 1),
                strict=True,
            )
        ])  # fmt: skip
        same = columns.view[first] == columns.view[second]
        across, within = (
            float(np.percentile(alike[mine] if mine.sum() >= _ENOUGH_PAIRS else alike, STRONG))
            for mine in (~same, same)
        )
        return across, within

    def _likeness(self, tracks: Sequence[Passing]) -> NDArray[np.float64]:
        made = np.full((len(tracks), len(tracks)), np.nan)
        if self._strong is None or not len(self._ids):
            return made
        ids = np.array([one.track_id for one in tracks], np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        there = np.flatnonzero(self._ids[at] == ids)
        mine, columns = at[there], self._columns
        rows = self._vectors[mine]
        same = columns.view[mine][:, None] == columns.view[mine]
        alike = rows @ rows.T - np.where(same, self._strong[1], self._strong[0])
        alike[columns.made[mine][:, None] != columns.made[mine]] = np.nan
        made[np.ix_(there, there)] = alike
        return made

    def _overlapping(self, one: Views, other: Views) -> bool:
        """Whether two cameras may see the same ground; where that is not known they may."""
        key = (min(one, other), max(one, other))
        if key not in self._overlaps:
            self._overlaps[key] = one == other or self._may_overlap(one, other)
        return self._overlaps[key]

    def _may_overlap(self, one: Views, other: Views) -> bool:
        places = []
        for name in (one, other):
            camera = next((each for each in self._view.cameras if each.camera_id == name), None)
            start = self.analysed[name][0][0] if self.analysed.get(name) else None
            places.append(placement_then(camera, start))
        first, second = places
        return first is None or second is None or metres_between(first, second) == 0


def on_steps(path: LonLats, path_ns: Sequence[int], origin: tuple[float, float]) -> Course:
    """A course over the ground as metres from a place, at whole steps of time."""
    times = np.array(path_ns, np.int64)
    first, last = -(-int(times[0]) // STEP_NS), int(times[-1]) // STEP_NS
    # Nanoseconds since 1970 are no floating point: count from its first place.
    at = (np.arange(first, last + 1, dtype=np.int64) * STEP_NS - times[0]) / NS_PER_S
    since = (times - times[0]) / NS_PER_S
    metres = (np.array(path) - origin) * _metres_a_degree(origin[1])
    return Course(
        first, np.stack([np.interp(at, since, metres[:, axis]) for axis in (0, 1)], axis=1)
    )


def _metres_a_degree(lat: float) -> NDArray[np.float64]:
    """Of longitude and latitude, near a latitude; good for the few metres that are compared."""
    return np.array([111_320.0 * np.cos(np.radians(lat)), 110_574.0])
