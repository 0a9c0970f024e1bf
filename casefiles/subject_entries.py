"""The audit rows of what people do to subjects: ids and counts open, what they say private."""

import json
from collections.abc import Iterable, Sequence

from casefiles import audit
from casefiles.subject_types import (
    Absence,
    AddSubject,
    ChangeSubject,
    LinkRule,
    MarkAbsences,
    MarkLinkRules,
    MarkSightings,
    NoteAbsences,
    RemoveSubject,
    RestoreSubject,
    SaySightings,
    SetLinkRules,
    Sighting,
    Subject,
    SubjectEdit,
    SubjectId,
)
from casefiles.types import JsonValue


def entry(edit: SubjectEdit, inverse: SubjectEdit) -> audit.Entry:
    """The audit row of an edit that was made: ids and counts in the open; names, words, cameras,
    places and times of people private."""
    facts: dict[str, JsonValue] = {}
    private: dict[str, str] = {}
    of: SubjectId | None = None
    match edit, inverse:
        case AddSubject(subject, said), RemoveSubject(of):
            event, facts, private = "subject.add", _counts(said), _told(subject)
        case ChangeSubject(subject), _:
            event, of, private = "subject.change", subject.subject_id, _told(subject)
        case RemoveSubject(of), _:
            event = "subject.remove"
        case RestoreSubject(of), _:
            event = "subject.restore"
        case SaySightings(said), MarkSightings(taken, put_back):
            event, of = "sighting.say", _one(one.subject_id for one in said)
            facts = _counts(said) | {"said": _ids(taken), "replaced": _ids(put_back)}
            private = _reasons(said)
        case MarkSightings(taken, put_back), _:
            event, facts = "sighting.mark", _marks(edit)
        case NoteAbsences(noted, said), MarkAbsences(ids):
            event, of = "absence.note", _one(one.subject_id for one in noted)
            facts = _counts(said) | {"absences": _ids(ids)}
            private = _reasons(said) | {"absences": _spans(noted)}
        case MarkAbsences(ids, standing, marked), _:
            event = "absence.restore" if standing else "absence.take_back"
            facts = _marks(marked) | {"absences": _ids(ids)}
        case SetLinkRules(rules), MarkLinkRules(made, put_back):
            event, facts = "link.set", {"rules": _ids(made), "replaced": _ids(put_back)}
            private = {"rules": _rules(rules)}
        case MarkLinkRules(made, put_back), _:
            event, facts = "link.mark", {"taken_back": _ids(made), "put_back": _ids(put_back)}
        case _:
            raise ValueError(f"{inverse} does not take back {edit}")
    about = "" if of is None else f"subject:{of}"
    return audit.Entry(event, "done", about, facts, private, vouches=("subjects",))


def _one(ids: Iterable[SubjectId]) -> SubjectId | None:
    """The subject of an act, where it is only one."""
    found = set(ids)
    return found.pop() if len(found) == 1 else None


def _ids(ids: Iterable[int]) -> list[JsonValue]:
    return [int(one) for one in ids]


def _counts(said: Sequence[Sighting]) -> dict[str, JsonValue]:
    return {
        "confirmed": _ids(one.track_id for one in said if one.verdict == "confirmed"),
        "rejected": _ids(one.track_id for one in said if one.verdict == "rejected"),
        "ranks": [one.rank for one in said],
    }


def _marks(edit: MarkSightings) -> dict[str, JsonValue]:
    return {"taken_back": _ids(edit.taken), "put_back": _ids(edit.put_back)}


def _reasons(said: Sequence[Sighting]) -> dict[str, str]:
    if not any(one.note or one.why or one.score is not None for one in said):
        return {}
    return {"said": json.dumps([[one.track_id, one.note, one.score, *one.why] for one in said])}


def _told(made: Subject) -> dict[str, str]:
    last = made.last_seen
    place = None
    if last is not None:
        where = [last.point.lat, last.point.lon, last.radius_m]
        place = [last.wall_ns, last.uncertainty_s, *where, last.basis]
    rest = [made.kind, made.mode, made.clothing, made.note, place, made.fastest_m_s]
    return {"name": made.name, "subject": json.dumps(rest)}


def _spans(noted: Sequence[Absence]) -> str:
    return json.dumps(
        [
            [one.camera_id, one.from_ns, one.to_ns, one.how, one.looked_at, one.share, one.note]
            for one in noted
        ]
    )


def _rules(rules: Sequence[LinkRule]) -> str:
    return json.dumps(
        [
            [one.from_camera, one.to_camera, one.closed, one.kind,
             one.least_s, one.typical_s, one.most_s, one.note]
            for one in rules
        ]
    )  # fmt: skip
