"""Subjects, sightings, absences and rules of links: SQL ↔ values; what was taken away or back keeps
its row."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from casefiles.errors import CaseDamaged
from casefiles.geo import GeoPoint
from casefiles.store.engine import Cursor
from casefiles.subject_types import (
    Absence,
    LastSeen,
    LinkRule,
    Sighting,
    Subject,
)
from casefiles.types import RunId, SourceId, TrackId, TrackRow
from video.types import TimeNs

TABLES: Final = frozenset({"subjects", "sightings", "absences", "link_rules"})
"""What an edit of subjects writes, as listeners of a case are told."""
T = TypeVar("T")

# Rows go in as one JSON text: thousands of rejected candidates take seconds one by one.
_SUBJECT: Final = {
    "subject_id": "BIGINT", "name": "VARCHAR", "kind": "VARCHAR", "mode": "VARCHAR",
    "clothing": "VARCHAR", "note": "VARCHAR", "last_wall_ns": "BIGINT", "last_lat": "DOUBLE",
    "last_lon": "DOUBLE", "last_radius_m": "DOUBLE", "last_uncertainty_s": "DOUBLE",
    "last_basis": "VARCHAR", "fastest_m_s": "DOUBLE", "created_ns": "BIGINT",
    "created_by": "VARCHAR", "program_version": "VARCHAR",
}  # fmt: skip
_SIGHTING: Final = {
    "sighting_id": "BIGINT", "subject_id": "BIGINT", "track_id": "BIGINT", "run_id": "BIGINT",
    "source_id": "BIGINT", "verdict": "VARCHAR", "note": "VARCHAR", "shown_rank": "BIGINT",
    "score": "DOUBLE", "why": "VARCHAR", "said_ns": "BIGINT", "said_by": "VARCHAR",
    "program_version": "VARCHAR",
}  # fmt: skip
_ABSENCE: Final = {
    "absence_id": "BIGINT", "subject_id": "BIGINT", "camera_id": "VARCHAR", "from_ns": "BIGINT",
    "to_ns": "BIGINT", "how": "VARCHAR", "looked_at": "BIGINT", "share": "DOUBLE",
    "note": "VARCHAR", "said_ns": "BIGINT", "said_by": "VARCHAR", "program_version": "VARCHAR",
}  # fmt: skip
_RULE: Final = {
    "rule_id": "BIGINT", "from_camera": "VARCHAR", "to_camera": "VARCHAR", "closed": "BOOLEAN",
    "kind": "VARCHAR", "typical_s": "DOUBLE", "least_s": "DOUBLE", "most_s": "DOUBLE",
    "note": "VARCHAR", "said_ns": "BIGINT", "said_by": "VARCHAR", "program_version": "VARCHAR",
}  # fmt: skip
_CHANGE = """
UPDATE subjects SET name = ?, mode = ?, clothing = ?, note = ?, last_wall_ns = ?, last_lat = ?,
    last_lon = ?, last_radius_m = ?, last_uncertainty_s = ?, last_basis = ?, fastest_m_s = ?
WHERE subject_id = ?
"""
_TRACKS = """
SELECT track_id, run_id, source_id FROM tracks WHERE track_id IN (SELECT unnest(?::BIGINT[]))
"""
_ROWS = """
SELECT track_id, run_id, source_id, class_id, from_ns, to_ns, points, mean_score, suppressed
FROM tracks WHERE track_id IN (SELECT unnest(?::BIGINT[]))
"""


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """One table of things that people said: how its rows are written, marked and read."""

    name: str
    key: str
    marked: str
    columns: Mapping[str, str]
    row: Callable[[T], tuple[object, ...]]
    """The values of a thing in the order of the columns, its id left out."""
    thing: Callable[[Mapping[str, Any]], T]

    def insert(self, cursor: Cursor, things: Sequence[T]) -> tuple[int, ...]:
        """Stores things under new ids, and gives these in order."""
        (found,) = cursor.execute(
            f"SELECT coalesce(max({self.key}), 0) + 1 FROM {self.name}"  # noqa: S608
        ).fetchall()
        ids = tuple(range(found[0], found[0] + len(things)))
        names = list(self.columns)
        rows = [
            dict(zip(names, (new, *self.row(one)), strict=True))
            for new, one in zip(ids, things, strict=True)
        ]
        shape = json.dumps([dict(self.columns)])
        cursor.execute(
            f"INSERT INTO {self.name} ({', '.join(names)}) "
            f"SELECT unnest(from_json(?::JSON, '{shape}'), recursive := true)",
            [json.dumps(rows)],
        )
        return ids

    def mark(self, cursor: Cursor, ids: Iterable[int], when_ns: int | None) -> None:
        """Marks things taken away or back, or in force again (None)."""
        cursor.execute(
            f"UPDATE {self.name} SET {self.marked} = ? "  # noqa: S608
            f"WHERE {self.key} IN (SELECT unnest(?::BIGINT[]))",
            [when_ns, list(ids)],
        )

    def every(self, cursor: Cursor, *, only_standing: bool = False) -> tuple[tuple[T, bool], ...]:
        """All there ever were, by id, and whether each stands.

        Raises:
            CaseDamaged: a row was changed into what it cannot be.
        """
        names = list(self.columns)
        only = f"WHERE {self.marked} IS NULL" if only_standing else ""
        found = cursor.execute(
            f"SELECT {', '.join(names)}, {self.marked} IS NULL FROM {self.name} "  # noqa: S608
            f"{only} ORDER BY {self.key}"
        ).fetchall()
        return tuple((self._thing(dict(zip(names, row, strict=False))), row[-1]) for row in found)

    def standing(self, cursor: Cursor) -> tuple[T, ...]:
        """Those in force, by id: in the order they were said.

        Raises:
            CaseDamaged: as for `every`.
        """
        return tuple(one for one, _ in self.every(cursor, only_standing=True))

    def _thing(self, values: Mapping[str, Any]) -> T:
        try:
            return self.thing(values)
        except (ValueError, TypeError) as error:
            raise CaseDamaged(
                f"row {values[self.key]} of {self.name} is damaged",
                "Restore the case from a snapshot.",
            ) from error


def _of_subject(one: Subject) -> tuple[object, ...]:
    return (
        one.name, one.kind, one.mode, one.clothing, one.note, *_of_place(one.last_seen),
        one.fastest_m_s, one.created_ns, one.created_by, one.program_version,
    )  # fmt: skip


def _of_place(last: LastSeen | None) -> tuple[object, ...]:
    if last is None:
        return (None,) * 6
    point = last.point
    return (last.wall_ns, point.lat, point.lon, last.radius_m, last.uncertainty_s, last.basis)


def _subject(values: Mapping[str, Any]) -> Subject:
    row = dict(values)
    wall, lat, lon, radius, uncertainty, basis = (
        row.pop(f"last_{name}")
        for name in ("wall_ns", "lat", "lon", "radius_m", "uncertainty_s", "basis")
    )
    last = None
    if wall is not None:
        last = LastSeen(wall, GeoPoint(lat, lon), radius, uncertainty, basis)
    return Subject(last_seen=last, **row)


def _of_sighting(one: Sighting) -> tuple[object, ...]:
    return (
        one.subject_id, one.track_id, one.run_id, one.source_id, one.verdict, one.note, one.rank,
        one.score, json.dumps(one.why), one.said_ns, one.said_by, one.program_version,
    )  # fmt: skip


def _sighting(values: Mapping[str, Any]) -> Sighting:
    row = dict(values)
    why = json.loads(row.pop("why"))
    return Sighting(rank=row.pop("shown_rank"), why=tuple(str(one) for one in why), **row)


def _of_absence(one: Absence) -> tuple[object, ...]:
    return (
        one.subject_id, one.camera_id, one.from_ns, one.to_ns, one.how, one.looked_at, one.share,
        one.note, one.said_ns, one.said_by, one.program_version,
    )  # fmt: skip


def _of_rule(one: LinkRule) -> tuple[object, ...]:
    return (
        one.from_camera, one.to_camera, one.closed, one.kind, one.typical_s, one.least_s,
        one.most_s, one.note, one.said_ns, one.said_by, one.program_version,
    )  # fmt: skip


SUBJECTS: Final = Table("subjects", "subject_id", "removed_ns", _SUBJECT, _of_subject, _subject)
SIGHTINGS: Final = Table(
    "sightings", "sighting_id", "taken_back_ns", _SIGHTING, _of_sighting, _sighting
)
ABSENCES: Final = Table(
    "absences", "absence_id", "taken_back_ns", _ABSENCE, _of_absence,
    lambda values: Absence(**values),
)  # fmt: skip
LINK_RULES: Final = Table(
    "link_rules", "rule_id", "taken_back_ns", _RULE, _of_rule, lambda values: LinkRule(**values)
)


def present(cursor: Cursor) -> tuple[Subject, ...]:
    """The subjects of the case, by id.

    Raises:
        CaseDamaged: as for `Table.every`.
    """
    return SUBJECTS.standing(cursor)


def sightings(cursor: Cursor) -> tuple[Sighting, ...]:
    """What people say of tracks of the subjects present, in the order it was said: one a subject
    and track.

    Raises:
        CaseDamaged: as for `Table.every`.
    """
    there = {one.subject_id for one in present(cursor)}
    newest = {
        (one.subject_id, one.track_id): one
        for one in SIGHTINGS.standing(cursor)
        if one.subject_id in there
    }
    return tuple(sorted(newest.values(), key=lambda one: one.sighting_id))


def absences(cursor: Cursor) -> tuple[Absence, ...]:
    """Where the subjects present were looked for and not seen, in the order it was said.

    Raises:
        CaseDamaged: as for `Table.every`.
    """
    there = {one.subject_id for one in present(cursor)}
    return tuple(one for one in ABSENCES.standing(cursor) if one.subject_id in there)


def link_rules(cursor: Cursor) -> tuple[LinkRule, ...]:
    """What people say of ways between cameras, in the order it was said: one for two cameras
    and kind.

    Raises:
        CaseDamaged: as for `Table.every`.
    """
    newest = {
        (one.from_camera, one.to_camera, one.kind): one for one in LINK_RULES.standing(cursor)
    }
    return tuple(sorted(newest.values(), key=lambda one: one.rule_id))


def change(cursor: Cursor, subject: Subject) -> None:
    """Gives the subject of that id other words, mode, last place and speed."""
    cursor.execute(
        _CHANGE,
        [
            subject.name, subject.mode, subject.clothing, subject.note,
            *_of_place(subject.last_seen), subject.fastest_m_s, subject.subject_id,
        ],
    )  # fmt: skip


def tracks(cursor: Cursor, track_ids: Iterable[TrackId]) -> dict[TrackId, tuple[RunId, SourceId]]:
    """Of which run and source these tracks are; those that the case has not are absent."""
    rows = cursor.execute(_TRACKS, [list(track_ids)]).fetchall()
    return {TrackId(row[0]): (RunId(row[1]), SourceId(row[2])) for row in rows}


def rows(cursor: Cursor, track_ids: Iterable[TrackId]) -> dict[TrackId, TrackRow]:
    """The same with when and what they are, of whichever run."""
    found = cursor.execute(_ROWS, [list(track_ids)]).fetchall()
    return {
        TrackId(row[0]): TrackRow(
            TrackId(row[0]), RunId(row[1]), SourceId(row[2]), row[3], TimeNs(row[4]),
            TimeNs(row[5]), *row[6:],
        )
        for row in found
    }  # fmt: skip
