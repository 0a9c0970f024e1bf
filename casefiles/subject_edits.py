"""How subjects, what is said of tracks of them, absences and rules of links are added, changed and
taken back; what is checked."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar, assert_never, get_args

from casefiles.checks import NAME_FORM, has_breaks, is_one_line, known_camera, shown_name
from casefiles.errors import BadLink, BadSighting, BadSubject, UnknownSighting, UnknownSubject
from casefiles.store import subjects
from casefiles.store.engine import Cursor
from casefiles.subject_types import (
    Absence,
    AbsenceId,
    AddSubject,
    ChangeSubject,
    LinkRule,
    LinkRuleId,
    Looked,
    MarkAbsences,
    MarkLinkRules,
    MarkSightings,
    NoteAbsences,
    RemoveSubject,
    RestoreSubject,
    SaySightings,
    SetLinkRules,
    Sighting,
    SightingId,
    Subject,
    SubjectEdit,
    SubjectId,
    SubjectKind,
    SubjectMode,
    Verdict,
)
from resources.version import PROGRAM_VERSION
from video.clock import now_ns

Id = TypeVar("Id", SightingId, AbsenceId, LinkRuleId)

KINDS: Final[tuple[type[SubjectEdit], ...]] = get_args(SubjectEdit)
TABLES: Final = subjects.TABLES
_LONGEST_TEXT: Final = 4000
_FASTEST_M_S: Final = 120.0
"""Nothing on a street is faster; a speed above it is a slip of the keyboard or of the unit."""
_WIDEST_M: Final = 1_000_000.0
_LONGEST_S: Final = 366 * 86_400.0
_LAST_NS: Final = 2**63


def apply(cursor: Cursor, edit: SubjectEdit, *, by: str) -> SubjectEdit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadSubject, BadSighting, BadLink, UnknownSubject, UnknownSighting, UnknownCamera:
        it cannot be made; nothing was changed.
    """
    match edit:
        case AddSubject(subject, said):
            check_subject(cursor, subject)
            made = replace(
                subject, created_ns=now_ns(), created_by=by, program_version=PROGRAM_VERSION
            )
            (new,) = subjects.SUBJECTS.insert(cursor, [made])
            _say(cursor, [replace(one, subject_id=SubjectId(new)) for one in said], by)
            return RemoveSubject(SubjectId(new))
        case ChangeSubject(subject):
            before = known_subject(cursor, subject.subject_id)
            if subject.kind != before.kind:
                raise BadSubject(
                    f"'{shown_name(before.name)}' is a {before.kind}, and stays one",
                    f"Add a {subject.kind} of its own.",
                )
            check_subject(cursor, subject)
            subjects.change(cursor, subject)
            return ChangeSubject(before)
        case RemoveSubject(subject_id):
            known_subject(cursor, subject_id)
            subjects.SUBJECTS.mark(cursor, [subject_id], now_ns())
            return RestoreSubject(subject_id)
        case RestoreSubject(subject_id):
            _check_name(
                cursor,
                known_subject(cursor, subject_id, present=False),
                "Give that one another name first ('subject change'), then bring this one back.",
            )
            subjects.SUBJECTS.mark(cursor, [subject_id], None)
            return RemoveSubject(subject_id)
        case SaySightings(said):
            if not said:
                raise UnknownSighting("no track was named", "Name one or more tracks.")
            return _say(cursor, said, by)
        case MarkSightings():
            return _mark_sightings(cursor, edit)
        case NoteAbsences(noted, said):
            return _note(cursor, noted, said, by)
        case MarkAbsences(ids, standing, marked):
            stand = {one.absence_id: there for one, there in subjects.ABSENCES.every(cursor)}
            _check_standing("absence", ids, stand, stands=not standing)
            subjects.ABSENCES.mark(cursor, ids, None if standing else now_ns())
            return MarkAbsences(ids, not standing, _mark_sightings(cursor, marked))
        case SetLinkRules(rules):
            return _set_rules(cursor, rules, by)
        case MarkLinkRules(taken, put_back):
            known = {one.rule_id: there for one, there in subjects.LINK_RULES.every(cursor)}
            _check_standing("rule of a link", taken, known, stands=True)
            _check_standing("rule of a link", put_back, known, stands=False)
            subjects.LINK_RULES.mark(cursor, taken, now_ns())
            subjects.LINK_RULES.mark(cursor, put_back, None)
            return MarkLinkRules(put_back, taken)
    assert_never(edit)


def check_subject(cursor: Cursor, made: Subject) -> None:
    """Refuses what no subject can be.

    Raises:
        BadSubject: says what is wrong with which part.
    """
    if not made.name.strip() or not is_one_line(made.name):
        raise BadSubject(f"'{shown_name(made.name)}' cannot be the name of a subject", NAME_FORM)
    _check_name(cursor, made, "Give another name, so that nobody takes the one for the other.")
    if made.kind not in get_args(SubjectKind):
        raise BadSubject(f"'{made.kind}' is no kind of subject", "Say 'person' or 'vehicle'.")
    if made.mode not in get_args(SubjectMode):
        raise BadSubject(f"'{made.mode}' is no mode", "Say 'follow' or 'missing'.")
    _check_text("the clothing", made.clothing)
    _check_text("the note", made.note)
    if made.fastest_m_s is not None and not 0 < made.fastest_m_s <= _FASTEST_M_S:
        raise BadSubject(
            f"nothing in the case can go at {made.fastest_m_s:g} metres a second at most",
            f"Give more than 0 and at most {_FASTEST_M_S:g}; walking is about 1.4.",
        )
    last = made.last_seen
    if last is None:
        return
    _check_text("how the last place is known", last.basis)
    if not 0 <= last.radius_m <= _WIDEST_M:
        raise BadSubject(
            f"a place is not known to {last.radius_m:g} metres",
            f"Give a radius from 0 to {_WIDEST_M:,.0f} metres.",
        )
    if not 0 <= last.uncertainty_s <= _LONGEST_S:
        raise BadSubject(
            f"a time is not off by {last.uncertainty_s:g} seconds",
            f"Give 0 to {_LONGEST_S:,.0f} seconds.",
        )
    if not -_LAST_NS <= last.wall_ns < _LAST_NS:
        raise BadSubject("the time it was last seen is beyond all calendars", "Give another time.")


def _check_name(cursor: Cursor, made: Subject, what_to_do: str) -> None:
    """Refuses a name that another subject has."""
    for other in subjects.present(cursor):
        same = other.name.strip().casefold() == made.name.strip().casefold()
        if same and other.subject_id != made.subject_id:
            raise BadSubject(
                f"subject {other.subject_id} is called '{shown_name(other.name)}' already",
                what_to_do,
            )


def known_subject(cursor: Cursor, subject_id: int, *, present: bool = True) -> Subject:
    """The subject of that id (`present` False: one that was taken away).

    Raises:
        UnknownSubject: there is none.
    """
    for one, there in subjects.SUBJECTS.every(cursor):
        if one.subject_id == subject_id and there is present:
            return one
    raise UnknownSubject(
        f"the case has no subject {subject_id}{'' if present else ' that was taken away'}",
        "'subject list' shows those it has.",
    )


def _say(cursor: Cursor, said: Sequence[Sighting], by: str) -> MarkSightings:
    # Of a track that is named twice, the last counts.
    last = tuple({(one.subject_id, one.track_id): one for one in said}.values())
    for subject_id in sorted({one.subject_id for one in last}):
        known_subject(cursor, subject_id)
    of = subjects.tracks(cursor, [one.track_id for one in last])
    when = now_ns()
    made = []
    for one in last:
        _check_sighting(one)
        if one.track_id not in of:
            raise UnknownSighting(
                f"the case has no track {one.track_id}", "Take it from an answer or a list."
            )
        run_id, source_id = of[one.track_id]
        made.append(
            replace(
                one, run_id=run_id, source_id=source_id, said_ns=when, said_by=by,
                program_version=PROGRAM_VERSION,
            )
        )  # fmt: skip
    named = {(one.subject_id, one.track_id) for one in made}
    before = tuple(
        one.sighting_id
        for one in subjects.SIGHTINGS.standing(cursor)
        if (one.subject_id, one.track_id) in named
    )
    if before:
        subjects.SIGHTINGS.mark(cursor, before, when)
    new = subjects.SIGHTINGS.insert(cursor, made) if made else ()
    return MarkSightings(tuple(SightingId(one) for one in new), before)


def _check_sighting(one: Sighting) -> None:
    if one.verdict not in get_args(Verdict):
        raise BadSighting(f"'{one.verdict}' says nothing", "Say 'confirmed' or 'rejected'.")
    if one.score is not None and not 0 <= one.score <= 1:
        raise BadSighting(f"a score is not {one.score:g}", "Give 0 to 1, or none.")
    if one.rank is not None and one.rank < 1:
        raise BadSighting(f"nothing is at place {one.rank} of a list", "Places begin with 1.")
    for text in (one.note, *one.why):
        _check_text("the note", text, BadSighting)


def _mark_sightings(cursor: Cursor, edit: MarkSightings) -> MarkSightings:
    known = {one.sighting_id: there for one, there in subjects.SIGHTINGS.every(cursor)}
    _check_standing("sighting", edit.taken, known, stands=True)
    _check_standing("sighting", edit.put_back, known, stands=False)
    if edit.taken:
        subjects.SIGHTINGS.mark(cursor, edit.taken, now_ns())
    if edit.put_back:
        subjects.SIGHTINGS.mark(cursor, edit.put_back, None)
    return MarkSightings(edit.put_back, edit.taken)


def _note(
    cursor: Cursor, noted: Sequence[Absence], said: Sequence[Sighting], by: str
) -> MarkAbsences:
    if not noted:
        raise BadSighting("no span was named", "Name a camera, from when and until when.")
    when = now_ns()
    for one in noted:
        known_subject(cursor, one.subject_id)
        known_camera(cursor, one.camera_id)
        _check_absence(one)
    marked = _say(cursor, said, by)
    new = subjects.ABSENCES.insert(
        cursor,
        [replace(one, said_ns=when, said_by=by, program_version=PROGRAM_VERSION) for one in noted],
    )
    return MarkAbsences(tuple(AbsenceId(one) for one in new), standing=False, sightings=marked)


def _check_absence(one: Absence) -> None:
    if not -_LAST_NS <= one.from_ns < one.to_ns < _LAST_NS:
        raise BadSighting(
            "the span in which it was not seen ends before it begins",
            "Give a later time for its end.",
        )
    if one.how not in get_args(Looked):
        raise BadSighting(f"nobody looks '{one.how}'", "Say 'candidates' or 'watched'.")
    if not 0 <= one.share <= 1 or one.looked_at < 0:
        raise BadSighting("less than nothing or more than all was looked at", "Give 0 to 1.")
    _check_text("the note", one.note, BadSighting)


def _set_rules(cursor: Cursor, rules: Sequence[LinkRule], by: str) -> MarkLinkRules:
    if not rules:
        raise BadLink("no link was named", "Name the two cameras.")
    last = {(one.from_camera, one.to_camera, one.kind): one for one in rules}
    for one in last.values():
        known_camera(cursor, one.from_camera)
        known_camera(cursor, one.to_camera)
        _check_rule(one)
    when = now_ns()
    before = tuple(
        one.rule_id
        for one in subjects.LINK_RULES.standing(cursor)
        if (one.from_camera, one.to_camera, one.kind) in last
    )
    if before:
        subjects.LINK_RULES.mark(cursor, before, when)
    new = subjects.LINK_RULES.insert(
        cursor,
        [
            replace(one, said_ns=when, said_by=by, program_version=PROGRAM_VERSION)
            for one in last.values()
        ],
    )
    return MarkLinkRules(tuple(LinkRuleId(one) for one in new), before)


def _check_rule(one: LinkRule) -> None:
    way = f"the way from {one.from_camera} to {one.to_camera}"
    if one.from_camera == one.to_camera:
        raise BadLink(f"{way} leads nowhere", "Name two cameras.")
    if one.kind is not None and one.kind not in get_args(SubjectKind):
        raise BadLink(f"'{one.kind}' is no kind of subject", "Say 'person', 'vehicle' or neither.")
    times = [each for each in (one.least_s, one.typical_s, one.most_s) if each is not None]
    if any(not (math.isfinite(each) and 0 <= each <= _LONGEST_S) for each in times):
        raise BadLink(f"{way} does not take that long", "Give seconds, 0 or more.")
    if times != sorted(times):
        raise BadLink(
            f"the times of {way} are not in order", "Give least, typical and most, growing."
        )
    if one.closed and times:
        raise BadLink(f"{way} is said to be closed, and to take time", "Say one of them.")
    _check_text("the note", one.note, BadLink)


def _check_text(
    name: str, text: str, wrong: type[BadSubject | BadSighting | BadLink] = BadSubject
) -> None:
    try:
        text.encode()
    # JSON can write halves of letters, which no database and no printer takes.
    except UnicodeEncodeError as error:
        raise wrong(f"{name} holds half a letter", "Write it again.") from error
    if len(text) > _LONGEST_TEXT or any(has_breaks(line) for line in text.splitlines()):
        raise wrong(
            f"{name} is longer than {_LONGEST_TEXT} letters or holds control characters",
            "Shorten it.",
        )


def _check_standing(what: str, ids: Iterable[Id], known: dict[Id, bool], *, stands: bool) -> None:
    for one in ids:
        if known.get(one) is not stands:
            how = "was taken back" if stands else "stands"
            raise UnknownSighting(
                f"{what} {one} {how} already, or never was", "Look at the list of what was said."
            )
