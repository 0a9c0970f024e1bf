"""`sighting`: what people say of tracks of a subject, and where it was looked for and not seen."""

import argparse

from casefiles.case import Case
from casefiles.errors import UnknownSighting
from casefiles.subject_edits import known_subject
from casefiles.subject_types import (
    Absence,
    AbsenceId,
    MarkAbsences,
    MarkSightings,
    NoteAbsences,
    SaySightings,
    Sighting,
    SightingId,
    Subject,
    SubjectId,
    Verdict,
)
from casefiles.types import CameraId
from casefiles.usecases.sightings import (
    SightingRow,
    absence_of,
    not_shown,
    read_sightings,
    whole_tracks,
)
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from resources.errors import UserError
from video.clock import format_wall, format_wall_in, wall_from_ns, zone_of
from workstation.commands.access import opened
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, say

_LIST = "list"


def sighting(options: argparse.Namespace) -> int:
    """Says something of tracks or of a span, or lists what was said."""
    words = [str(one) for one in options.case]
    listed = len(words) == 2 and words[0] == _LIST
    if len(words) != 1 and not listed:
        raise UserError("more than one case was named", "Name one; 'sighting list CASE' lists.")
    options.case = options.case[-1]
    asked = options.confirm or options.reject or options.undo or options.not_seen
    if listed and (asked or options.track):
        raise UserError("'sighting list' says nothing of tracks", "Leave 'list' out.")
    if not listed and not asked:
        raise UserError(
            "nothing is said", "Give --confirm, --reject, --undo or --not-seen; 'list' lists."
        )
    if not listed and options.subject is None:
        raise UserError("no subject was named", "Give --subject ID; 'subject list' shows them.")
    if listed:
        return _show(options)
    if options.not_seen:
        return _not_seen(options)
    return _undo(options) if options.undo else _say(options)


def _say(options: argparse.Namespace) -> int:
    if not options.track:
        raise UserError("no track was named", "Give --track ID, once or more.")
    verdict: Verdict = "confirmed" if options.confirm else "rejected"
    with opened(options) as case:
        subject = _subject(case, options.subject)
        tracks, kind = whole_tracks(case, options.track)
        if options.confirm and kind != subject.kind:
            raise UserError(
                f"track {tracks[0]} is a {kind}, '{subject.name}' is a {subject.kind}",
                "It cannot be it; look at the track again.",
            )
        said = tuple(
            Sighting(subject.subject_id, one, verdict, options.note or "") for one in tracks
        )
        case.post(lambda: SaySightings(said)).result()
        rows = read_sightings(case, subject.subject_id)
    mine = [one for one in rows if one.sighting.track_id in tracks]
    if options.json:
        print_json([sighting_document(one) for one in mine])
    else:
        print_text(f"{verdict}: {', '.join(map(str, tracks))}")
        say_old(mine)
    return 0


def _undo(options: argparse.Namespace) -> int:
    if not options.track and not options.absence:
        raise UserError(
            "nothing was named to be taken back", "Give --track ID, or --absence ID of the list."
        )
    with opened(options) as case:
        subject = _subject(case, options.subject)
        view = view_case(case)
        by_track = {
            one.track_id: one.sighting_id
            for one in view.sightings
            if one.subject_id == subject.subject_id
        }
        missing = [one for one in options.track if one not in by_track]
        if missing:
            raise UnknownSighting(
                f"nothing is said of track {missing[0]} and '{subject.name}'",
                "'sighting list' shows what is.",
            )
        noted = {one.absence_id for one in view.absences if one.subject_id == subject.subject_id}
        strange = [one for one in options.absence if one not in noted]
        if strange:
            raise UnknownSighting(
                f"'{subject.name}' has no absence {strange[0]}", "'sighting list' shows them."
            )
        taken = MarkSightings(
            tuple(SightingId(by_track[one]) for one in dict.fromkeys(options.track))
        )
        if options.absence:
            ids = tuple(AbsenceId(one) for one in dict.fromkeys(options.absence))
            case.post(lambda: MarkAbsences(ids, standing=False, sightings=taken)).result()
        else:
            case.post(lambda: taken).result()
    if options.json:
        print_json({"taken_back": options.track, "absences": options.absence})
    else:
        words = [f"track {one}" for one in options.track]
        words += [f"absence {one}" for one in options.absence]
        print_text(f"taken back: {', '.join(words)}")
    return 0


def _not_seen(options: argparse.Namespace) -> int:
    since, until = a_moment(options.since), a_moment(options.until)
    if not options.camera or since is None or until is None:
        raise UserError(
            "where or when it was not seen is missing", "Give --camera ID --from TIME --to TIME."
        )
    with opened(options) as case:
        subject = _subject(case, options.subject)
        cameras = [case.camera(one).camera_id for one in dict.fromkeys(options.camera)]
        view = view_case(case)
        said = read_sightings(case, subject.subject_id)
        how = "watched" if options.watched else "candidates"
        noted = tuple(
            absence_of(
                view,
                Absence(
                    subject.subject_id, one, since, until,
                    "watched" if options.watched else "candidates", note=options.note or "",
                ),
                said,
            )
            for one in cameras
        )  # fmt: skip
        tracks, _ = whole_tracks(case, options.track)
        rejected = tuple(
            Sighting(subject.subject_id, one, "rejected", options.note or "") for one in tracks
        )
        case.post(lambda: NoteAbsences(noted, rejected)).result()
        view = view_case(case)
    made = [one for one in view.absences if one.subject_id == subject.subject_id][-len(noted) :]
    for one in made:
        if one.share < 1:
            what = "footage" if how == "watched" else "analysed footage"
            say(
                f"workstation: {view_name(view, one.camera_id)}: there is {what} of "
                f"{100 * one.share:.0f} % of this span; the rest says nothing"
            )
    if options.json:
        print_json([absence_document(one) for one in made])
    else:
        for one in made:
            print_text(absence_line(one, view))
    return 0


def _show(options: argparse.Namespace) -> int:
    with opened(options) as case:
        if options.subject is not None:
            _subject(case, options.subject)
        rows = read_sightings(case, options.subject)
        view = view_case(case)
    absences = [one for one in view.absences if options.subject in (None, one.subject_id)]
    if options.json:
        print_json(
            {
                "sightings": [sighting_document(one) for one in rows],
                "absences": [absence_document(one) for one in absences],
            }
        )
        return 0
    if not rows and not absences:
        print_text("nothing is said yet: use 'sighting CASE --subject ID --track ID --confirm'")
    for row in rows:
        print_text(sighting_line(row, view))
    for one in absences:
        print_text(absence_line(one, view))
    say_old(rows)
    return 0


def say_old(rows: "list[SightingRow] | tuple[SightingRow, ...]") -> None:
    """Tells which sightings are of an analysis that is not shown any more."""
    words = not_shown(rows)
    if words:
        say(f"workstation: {words}")


def sighting_document(row: SightingRow) -> dict[str, object]:
    """What was said of a track, as the command line prints it."""
    one = row.sighting
    return {
        "id": one.sighting_id,
        "subject": one.subject_id,
        "track": one.track_id,
        "source": one.source_id,
        "camera": row.camera_id,
        "from": wall(row.from_wall_ns),
        "to": wall(row.to_wall_ns),
        "verdict": one.verdict,
        "note": one.note,
        "rank": one.rank,
        "score": None if one.score is None else round(one.score, 4),
        "why": list(one.why),
        "shown": row.shown,
        "said": wall(one.said_ns),
        "said_by": one.said_by,
    }


def absence_document(one: Absence) -> dict[str, object]:
    """Where a subject was not seen, as the command line prints it."""
    return {
        "id": one.absence_id,
        "subject": one.subject_id,
        "camera": one.camera_id,
        "from": wall(one.from_ns),
        "to": wall(one.to_ns),
        "how": one.how,
        "looked_at": one.looked_at,
        "share": round(one.share, 4),
        "note": one.note,
        "said": wall(one.said_ns),
        "said_by": one.said_by,
    }


def sighting_line(row: SightingRow, view: CaseView) -> str:
    """The same for people."""
    one = row.sighting
    when = "nobody knows when"
    if row.from_wall_ns is not None:
        when = format_wall_in(row.from_wall_ns, zone_of(view.zone_name))
    where = view_name(view, row.camera_id) or f"source {one.source_id}"
    parts = [f"subject {one.subject_id}", one.verdict, where, when, one.note, one.said_by]
    return f"track {one.track_id} · {' · '.join(part for part in parts if part)}"


def absence_line(one: Absence, view: CaseView) -> str:
    """The same for people."""
    zone = zone_of(view.zone_name)
    ends = [format_wall_in(at, zone) for at in (one.from_ns, one.to_ns)]
    looked = "footage watched" if one.how == "watched" else f"{one.looked_at} candidates rejected"
    parts = [
        f"subject {one.subject_id}", f"not seen on {view_name(view, one.camera_id)}",
        " to ".join(ends), looked, f"{100 * one.share:.0f} % of the span", one.note, one.said_by,
    ]  # fmt: skip
    return f"absence {one.absence_id} · {' · '.join(part for part in parts if part)}"


def view_name(view: CaseView, camera_id: CameraId | None) -> str:
    """What a camera is called; its id where it is gone."""
    camera = view.camera(camera_id)
    return (camera_id or "") if camera is None else camera.name


def wall(wall_ns: int | None) -> str | None:
    """A wall time as documents have it."""
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))


def _subject(case: Case, subject_id: int) -> Subject:
    return case.read(lambda cursor: known_subject(cursor, SubjectId(subject_id)))
