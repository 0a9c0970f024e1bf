"""Meeting points: who else was near a subject at two or more of its confirmed stops, against how
many would be by chance. Who they are nobody says: a lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.store import subjects
from casefiles.subject_types import Subject, SubjectId
from casefiles.usecases.journey import subject_of
from casefiles.usecases.meeting_pool import Pool, passing_of
from casefiles.usecases.near_by_chance import (
    Company,
    Passing,
    Shifts,
    visits_of,
)
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.clock import NS_PER_S

_VISIT_NS: Final = 30 * NS_PER_S
"""Seen again by one camera sooner than this is the same stop."""
_RARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody who was near at two stops or more."""

    company: Company
    chance: float | None
    """In which share of the shifted times somebody was near at as many stops; None: not known."""
    subject_id: SubjectId | None
    """The subject that a person confirmed it to be."""
    why: str
    """Why its tracks may be one, in words."""


@dataclass(frozen=True, slots=True)
class Meetings:
    """Who was near a subject twice or more."""

    subject: Subject
    stops: tuple[tuple[Passing, ...], ...]
    """In order of time; sightings of one camera shortly after each other are one."""
    met: tuple[Met, ...]
    """At most stops first."""
    near: int
    """How many tracks were near at one stop or more."""
    expected: float | None
    """So many would be near at two stops or more by chance, the mean; None: not known."""
    as_many: int
    """In so many of the shifted times there were as many or more."""
    shifts: int
    seed: int
    near_m: float
    notes: tuple[str, ...] = ()

    @property
    def chance(self) -> float | None:
        """How often chance gives as many or more, 0..1 (North, Curtis and Sham, 2002, "A note on
        the calculation of empirical P values from Monte Carlo procedures")."""
        return (1 + self.as_many) / (1 + self.shifts) if self.shifts else None

    def words(self) -> str:
        """In one line."""
        if len(self.stops) < 2:
            return "meetings need two confirmed stops with a known time"
        count = len(self.met)
        people = "1 was" if count == 1 else f"{count} were"
        said = f"{people} near at two stops or more"
        if self.expected is None or self.chance is None:
            return f"{said}; what chance would give is not known"
        verdict = (
            "more than chance gives" if self.chance <= _RARE and count
            else "no more than chance gives"
        )  # fmt: skip
        return (
            f"{said}; by chance {self.expected:.1f} would be (as many or more in {self.as_many} "
            f"of {self.shifts} shifted times): {verdict}"
        )


def meetings(
    case: Case, subject_id: int, *, near_m: float = 5.0, shifts: int = 200, seed: int = 1
) -> Job[Meetings]:
    """Who was near a subject at two of its confirmed stops or more: in the same picture, and no
    farther than `near_m` where both places on the ground are known. Tracks of different stops may
    be one where a person said so of both (another subject), or where they look more alike than 99
    of 100 pairs that are certainly different. Logged before it is given.

    Raises:
        UnknownSubject: there is none of that id.
    """
    view = view_case(case)
    subject = subject_of(view, SubjectId(subject_id))
    notes: list[str] = []
    own = _sightings(case, view, subject, notes)
    yield Progress(0, 3, "steps", "meetings")
    stops = visits_of(own, _VISIT_NS)
    pool = Pool(case, view, subject, {one.view for one in own})
    drawn = Shifts(stops, pool.analysed)
    times = drawn.draw(shifts, seed) if len(stops) > 1 else []
    if len(stops) > 1 and drawn.too_short:
        notes.append(
            f"{', '.join(pool.name(one) for one in drawn.too_short)}: too little analysed footage "
            "to tell what chance would give"
        )
    yield Progress(1, 3, "steps", "meetings")
    times = pool.gather(stops, times)
    if 0 < len(times) < shifts:
        notes.append(f"{len(times)} shifted times instead of {shifts}: so many tracks are near")
    ours = pool.near(stops, near_m)
    found = pool.companies(ours)
    counts = []
    for done, one in enumerate(times):
        if done % 20 == 0:
            yield Progress(done, len(times), "shifted times", "meetings")
        by_chance = pool.companies(pool.near(pool.placed(one), near_m))
        counts.append((len(by_chance), max((len(each.visits) for each in by_chance), default=0)))
    notes += pool.notes()
    met = tuple(_met(one, counts) for one in found)
    made = Meetings(
        subject, stops, met, len({one.passing.track_id for one in ours}),
        float(np.mean([count for count, _ in counts])) if counts else None,
        sum(count >= len(met) for count, _ in counts), len(counts), seed, near_m, tuple(notes),
    )  # fmt: skip
    case.record(
        audit.Entry(
            "meetings.show",
            "done",
            object=f"subject:{subject_id}",
            facts={
                "stops": len(stops),
                "met": len(met),
                "shifts": len(counts),
                "seed": seed,
                "ids": id_ranges([int(one.passing.track_id) for one in ours]),
            },
        )
    )
    return made


def _met(one: Company, counts: Sequence[tuple[int, int]]) -> Met:
    often = sum(most >= len(one.visits) for _, most in counts)
    who = {near.passing.who for near in one.near} - {None}
    subject = next(iter(who), None)
    why = "similar appearance at each stop: a lead"
    if one.said:
        tracks = {near.passing.track_id for near in one.near}
        why = "one and the same track" if len(tracks) == 1 else "confirmed as one subject"
    return Met(
        one,
        (1 + often) / (1 + len(counts)) if counts else None,
        None if subject is None else SubjectId(subject),
        why,
    )


def _sightings(case: Case, view: CaseView, subject: Subject, notes: list[str]) -> list[Passing]:
    said = [
        one for one in view.sightings
        if one.subject_id == subject.subject_id and one.verdict == "confirmed"
    ]  # fmt: skip
    rows = case.read(partial(subjects.rows, track_ids=[one.track_id for one in said]))
    made, untimed, old = [], 0, 0
    for one in said:
        row = rows.get(one.track_id)
        run = view.runs.get(one.source_id)
        if row is None or run is None or run.run_id != one.run_id:
            # In the analysis that is shown the subject has another track, which is nobody else.
            old += 1
            continue
        passing = passing_of(view, row)
        untimed += passing is None
        if passing is not None:
            made.append(passing)
    if untimed:
        notes.append(f"{untimed} confirmed sightings have no known time, and are left out")
    if old:
        notes.append(
            f"{old} confirmed sightings are of an analysis that is not the one shown now, and are "
            "left out: confirm them anew"
        )
    return made
