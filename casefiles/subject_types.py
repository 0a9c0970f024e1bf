"""Subjects who are followed: who they are, where they were and were not seen, and the ways between
cameras as a person says they are.

A sighting is what a person says of one track; what the program proposes is a candidate and is
never stored as a sighting.
"""

from dataclasses import dataclass
from typing import Final, Literal, NewType, TypeAlias

from casefiles.geo import GeoPoint
from casefiles.types import CameraId, RunId, SourceId, TrackId

SubjectId = NewType("SubjectId", int)
SightingId = NewType("SightingId", int)
AbsenceId = NewType("AbsenceId", int)
LinkRuleId = NewType("LinkRuleId", int)
NEW_SUBJECT: Final = SubjectId(0)
NEW_SIGHTING: Final = SightingId(0)
NEW_ABSENCE: Final = AbsenceId(0)
NEW_LINK_RULE: Final = LinkRuleId(0)
"""Ids of what is not stored yet; the store gives it one."""
_FILLED_IN: Final = (RunId(0), SourceId(0))

SubjectKind: TypeAlias = Literal["person", "vehicle"]
SubjectMode: TypeAlias = Literal["follow", "missing"]
"""`missing`: a missing person; searched by clothing, place and time alone."""
Verdict: TypeAlias = Literal["confirmed", "rejected"]
Looked: TypeAlias = Literal["candidates", "watched"]
"""How it was looked: every candidate of the span was rejected, or somebody watched the footage."""


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Where and when somebody was last seen, other than on footage of the case."""

    wall_ns: int
    """True time, nanoseconds since 1970 UTC."""
    point: GeoPoint
    radius_m: float = 0.0
    """How far off the place may be."""
    uncertainty_s: float = 0.0
    """How far off the time may be, either way."""
    basis: str = ""
    """How it is known, in words."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One person or vehicle that is followed through the footage of a case."""

    name: str
    """What it is called in the case: "Subject 1", "grey van"."""
    kind: SubjectKind
    mode: SubjectMode = "follow"
    clothing: str = ""
    """Clothing, bags, colours (of a vehicle: type and colour) in the words of a search."""
    note: str = ""
    last_seen: LastSeen | None = None
    fastest_m_s: float | None = None
    """Faster than this it was never; None: what is assumed of its kind."""
    subject_id: SubjectId = NEW_SUBJECT
    created_ns: int = 0
    created_by: str = ""
    program_version: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a person says of one track: that it is the subject, or is not. A newer one of the same
    track stands in the place of the older."""

    subject_id: SubjectId
    track_id: TrackId
    verdict: Verdict
    note: str = ""
    rank: int | None = None
    """At which place of the queue (from 1) it was proposed; None: picked without a proposal."""
    score: float | None = None
    """The score it was proposed with, 0..1."""
    why: tuple[str, ...] = ()
    """The reasons that were shown when it was said."""
    run_id: RunId = _FILLED_IN[0]
    source_id: SourceId = _FILLED_IN[1]
    """Of the track; the store fills them in."""
    sighting_id: SightingId = NEW_SIGHTING
    said_ns: int = 0
    said_by: str = ""
    program_version: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A negative sighting: a camera's footage of a span was looked at, the subject was not seen."""

    subject_id: SubjectId
    camera_id: CameraId
    from_ns: int
    to_ns: int
    """True time of the span, nanoseconds since 1970 UTC."""
    how: Looked = "candidates"
    looked_at: int = 0
    """How many candidates were rejected in it."""
    share: float = 1.0
    """Which share of the span there was analysed footage of (`watched`: footage of), 0..1."""
    note: str = ""
    absence_id: AbsenceId = NEW_ABSENCE
    said_ns: int = 0
    said_by: str = ""
    program_version: str = ""


@dataclass(frozen=True, slots=True)
class LinkRule:
    """What a person says of the way from one camera to another: that there is none, or how long
    it takes. A newer one of the same two cameras stands in the place of the older."""

    from_camera: CameraId
    to_camera: CameraId
    closed: bool = False
    """Nobody gets from the one to the other without being somewhere else in between."""
    kind: SubjectKind | None = None
    """Of whom it is said; None: of persons and vehicles."""
    typical_s: float | None = None
    least_s: float | None = None
    most_s: float | None = None
    note: str = ""
    rule_id: LinkRuleId = NEW_LINK_RULE
    said_ns: int = 0
    said_by: str = ""
    program_version: str = ""


@dataclass(frozen=True, slots=True)
class AddSubject:
    """Adds a subject, with what is said of tracks of it at once; its sightings name no subject
    yet. Taken back by `RemoveSubject`."""

    subject: Subject
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSubject:
    """Gives the subject of that id another name, words, last place or speed; its kind stays."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class RemoveSubject:
    """Takes a subject away with all that was said of it; rows stay, marked removed."""

    subject_id: SubjectId


@dataclass(frozen=True, slots=True)
class RestoreSubject:
    """Brings it back."""

    subject_id: SubjectId


@dataclass(frozen=True, slots=True)
class SaySightings:
    """Says of tracks whether they are the subject, in the place of what was said of them before."""

    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class MarkSightings:
    """Takes sightings back, and puts others in force again; rows stay."""

    taken: tuple[SightingId, ...]
    put_back: tuple[SightingId, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteAbsences:
    """Says that the subject was looked for and not seen; `sightings` are what was rejected with
    it, in one act (one undo)."""

    absences: tuple[Absence, ...]
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkAbsences:
    """Takes absences (and what was rejected with them) back, or puts them in force again."""

    absence_ids: tuple[AbsenceId, ...]
    standing: bool
    sightings: MarkSightings = MarkSightings(())


@dataclass(frozen=True, slots=True)
class SetLinkRules:
    """Says how ways between cameras are, in the place of what was said of them before."""

    rules: tuple[LinkRule, ...]


@dataclass(frozen=True, slots=True)
class MarkLinkRules:
    """Takes such rules back, and puts others in force again; rows stay."""

    taken: tuple[LinkRuleId, ...]
    put_back: tuple[LinkRuleId, ...] = ()


SubjectEdit: TypeAlias = (
    AddSubject | ChangeSubject | RemoveSubject | RestoreSubject | SaySightings | MarkSightings
    | NoteAbsences | MarkAbsences | SetLinkRules | MarkLinkRules
)  # fmt: skip
