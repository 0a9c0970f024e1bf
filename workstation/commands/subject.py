"""`subject`: persons and vehicles who are followed."""

import argparse
from dataclasses import replace

from casefiles import audit
from casefiles.case import Case
from casefiles.edit_kinds import Edit
from casefiles.geo import GeoPoint
from casefiles.subject_edits import known_subject
from casefiles.subject_types import (
    AddSubject,
    ChangeSubject,
    LastSeen,
    RemoveSubject,
    RestoreSubject,
    Sighting,
    Subject,
    SubjectId,
)
from casefiles.usecases.sightings import check_clothing, read_sightings, whole_tracks
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from resources.errors import UserError
from video.clock import format_wall_in, zone_of
from workstation.commands.access import opened
from workstation.commands.places import a_moment
from workstation.commands.sighting import (
    absence_document,
    absence_line,
    say_old,
    sighting_document,
    sighting_line,
    wall,
)
from workstation.output import print_json, print_text, say

_WORDS = ("name", "mode", "clothing", "note", "fastest_m_s")
_PLACE = ("last_seen", "lat", "lon", "radius_m", "uncertainty_s", "basis")


def add(options: argparse.Namespace) -> int:
    """Follows somebody from a track, or from where somebody was last seen."""
    last = _last_seen(options, None)
    if not options.track and last is None:
        raise UserError(
            "there is nothing to begin with",
            "Give --track ID, or --last-seen TIME --lat DEG --lon DEG.",
        )
    with opened(options) as case:
        tracks, kind = whole_tracks(case, options.track)
        if kind is not None and options.kind not in (None, kind):
            raise UserError(f"track {tracks[0]} is a {kind}, not a {options.kind}", "Leave --kind.")
        _say_clothing(case, options)
        subject = Subject(
            options.name, kind or options.kind or "person",
            options.mode or ("follow" if tracks else "missing"), options.clothing or "",
            options.note or "", last, options.fastest_m_s,
        )  # fmt: skip
        said = tuple(Sighting(SubjectId(0), one, "confirmed") for one in tracks)
        undo = _post(case, AddSubject(subject, said))
        assert isinstance(undo, RemoveSubject)
        added = _subject(case, undo.subject_id)
        rows = read_sightings(case, added.subject_id)
    if options.json:
        print_json({**_document(added), "sightings": [sighting_document(one) for one in rows]})
    else:
        print_text(str(added.subject_id))
        say_old(rows)
    return 0


def show_all(options: argparse.Namespace) -> int:
    """Lists the subjects."""
    with opened(options) as case:
        view = view_case(case)
        case.record(audit.Entry("subject.list", "done", facts={"subjects": len(view.subjects)}))
    if options.json:
        print_json([{**_document(one), **_counts(view, one)} for one in view.subjects])
        return 0
    if not view.subjects:
        print_text("nobody is followed yet: use 'subject add CASE --track ID --name N'")
    for one in view.subjects:
        print_text(_line(one, view))
    return 0


def show(options: argparse.Namespace) -> int:
    """Tells of one subject what was said of it."""
    with opened(options) as case:
        subject = _subject(case, options.subject)
        rows = read_sightings(case, subject.subject_id)
        view = view_case(case)
    absences = [one for one in view.absences if one.subject_id == subject.subject_id]
    if options.json:
        print_json(
            {
                **_document(subject),
                "sightings": [sighting_document(one) for one in rows],
                "absences": [absence_document(one) for one in absences],
            }
        )
        return 0
    print_text(_line(subject, view))
    for row in rows:
        print_text(sighting_line(row, view))
    for one in absences:
        print_text(absence_line(one, view))
    say_old(rows)
    return 0


def change(options: argparse.Namespace) -> int:
    """Gives a subject another name, words, last place or speed."""
    given = {name: value for name in _WORDS if (value := getattr(options, name)) is not None}
    placed = any(getattr(options, name) is not None for name in _PLACE)
    if options.no_last_seen and placed:
        raise UserError("a last place is given and forgotten at once", "Say one of them.")
    if not given and not placed and not options.no_last_seen:
        raise UserError("nothing is to be changed", "Give --name, --clothing, --last-seen, ….")
    with opened(options) as case:
        before = _subject(case, options.subject)
        _say_clothing(case, options)
        last = None if options.no_last_seen else _last_seen(options, before.last_seen)
        made = replace(before, **given, last_seen=last)
        _post(case, ChangeSubject(made))
        changed = _subject(case, options.subject)
        view = view_case(case)
    if options.json:
        print_json(_document(changed))
    else:
        print_text(_line(changed, view))
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes a subject away, or brings it back."""
    subject_id = SubjectId(options.subject)
    edit: Edit = RestoreSubject(subject_id) if options.restore else RemoveSubject(subject_id)
    with opened(options) as case:
        _post(case, edit)
    told = "restored" if options.restore else "removed"
    if options.json:
        print_json({told: subject_id})
    else:
        print_text(f"{told} subject {subject_id}")
    return 0


def _last_seen(options: argparse.Namespace, before: LastSeen | None) -> LastSeen | None:
    """Where and when it was last seen, by the options; what they leave out stays as it was."""
    if all(getattr(options, name) is None for name in _PLACE):
        return before
    when = a_moment(options.last_seen)
    if (options.lat is None) != (options.lon is None):
        raise UserError("a place has a latitude and a longitude", "Give --lat and --lon.")
    if before is None and (when is None or options.lat is None):
        raise UserError(
            "where it was last seen has a time and a place",
            "Give --last-seen TIME --lat DEG --lon DEG.",
        )
    base = before or LastSeen(when or 0, GeoPoint(0, 0))
    return LastSeen(
        base.wall_ns if when is None else when,
        base.point if options.lat is None else _point(options.lat, options.lon),
        base.radius_m if options.radius_m is None else options.radius_m,
        base.uncertainty_s if options.uncertainty_s is None else options.uncertainty_s,
        base.basis if options.basis is None else options.basis,
    )


def _point(lat: float, lon: float) -> GeoPoint:
    try:
        return GeoPoint(lat, lon)
    except ValueError as error:
        raise UserError(f"{lat:g}, {lon:g} is not on the earth", "Swap --lat and --lon?") from error


def _say_clothing(case: Case, options: argparse.Namespace) -> None:
    for note in check_clothing(case, options.clothing or ""):
        say(f"workstation: {note}")


def _post(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def _subject(case: Case, subject_id: int) -> Subject:
    return case.read(lambda cursor: known_subject(cursor, subject_id))


def _document(one: Subject) -> dict[str, object]:
    last = one.last_seen
    return {
        "id": one.subject_id,
        "name": one.name,
        "kind": one.kind,
        "mode": one.mode,
        "clothing": one.clothing,
        "note": one.note,
        "last_seen": None
        if last is None
        else {
            "time": wall(last.wall_ns),
            "lonlat": [last.point.lon, last.point.lat],
            "radius_m": last.radius_m,
            "uncertainty_s": last.uncertainty_s,
            "basis": last.basis,
        },
        "fastest_m_s": one.fastest_m_s,
        "created": wall(one.created_ns),
        "created_by": one.created_by,
        "program_version": one.program_version,
    }


def _counts(view: CaseView, one: Subject) -> dict[str, object]:
    said = [each.verdict for each in view.sightings if each.subject_id == one.subject_id]
    absences = sum(each.subject_id == one.subject_id for each in view.absences)
    return {
        "confirmed": said.count("confirmed"),
        "rejected": said.count("rejected"),
        "absences": absences,
    }


def _line(one: Subject, view: CaseView) -> str:
    counts = _counts(view, one)
    parts = [one.name, "missing person" if one.mode == "missing" else one.kind, one.clothing]
    if one.last_seen is not None:
        last = one.last_seen
        when = format_wall_in(last.wall_ns, zone_of(view.zone_name))
        off = f" ± {last.uncertainty_s:g} s" if last.uncertainty_s else ""
        around = f" ± {last.radius_m:g} m" if last.radius_m else ""
        parts.append(f"last seen {when}{off} at {last.point.lon:.5f},{last.point.lat:.5f}{around}")
    parts += [f"{counts['confirmed']} confirmed", f"{counts['rejected']} rejected", one.note]
    return f"{one.subject_id}: {' · '.join(part for part in parts if part)}"
