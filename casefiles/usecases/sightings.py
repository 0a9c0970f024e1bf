"""What people say of subjects, made ready to be kept, and listed: the kind of tracks, words of
clothing, spans that were looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadSighting, BadSubject
from casefiles.exchange.track_formats import id_ranges
from casefiles.queries.parse import parse_query
from casefiles.store import subjects
from casefiles.subject_types import Absence, Looked, Sighting, SubjectKind
from casefiles.types import CameraId, Source, TrackId, TrackRow
from casefiles.usecases.query_context import query_context
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.show_track import show_track
from casefiles.usecases.spans import both, joined, without
from casefiles.usecases.street_types import Span
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.labels import ObjectClass
from detection.looks import KINDS
from video.types import TimeNs


@dataclass(frozen=True, slots=True)
class SightingRow:
    """What was said of a track, with when and where that was."""

    sighting: Sighting
    track: TrackRow | None
    """None: the case has no such track any more."""
    camera_id: CameraId | None
    from_wall_ns: int | None
    """None where the start of the recording is not known."""
    to_wall_ns: int | None
    shown: bool
    """False: it is a track of an earlier analysis, which is not the one shown now."""


def read_sightings(case: Case, subject_id: int | None = None) -> tuple[SightingRow, ...]:
    """What is said of tracks of one subject or of all, in the order it was said. Logged before it
    is given."""
    view = view_case(case)
    said = [one for one in view.sightings if subject_id in (None, one.subject_id)]
    rows = case.read(partial(subjects.rows, track_ids=[one.track_id for one in said]))
    case.record(
        audit.Entry(
            "sighting.list",
            "done",
            object="" if subject_id is None else f"subject:{subject_id}",
            facts={"sightings": len(said), "ids": id_ranges([int(one.track_id) for one in said])},
        )
    )
    return tuple(_row(view, one, rows.get(one.track_id)) for one in said)


def not_shown(rows: Sequence[SightingRow]) -> str:
    """Which sightings are of analyses that are not shown any more, in words; empty for none."""
    old = [int(one.sighting.track_id) for one in rows if not one.shown]
    if not old:
        return ""
    tracks, verb = ("track", "is") if len(old) == 1 else ("tracks", "are")
    return (
        f"{tracks} {', '.join(map(str, old))} {verb} of an earlier analysis that is not the one "
        "shown now; what was said of it stands"
    )


def whole_tracks(
    case: Case, track_ids: Sequence[int]
) -> tuple[tuple[TrackId, ...], SubjectKind | None]:
    """The tracks of these ids (of a piece, the track it was joined to), and what they are; None
    for none.

    Raises:
        UnknownTrack: there is none of an id. BadSubject: they are not all persons, or not all
        vehicles.
    """
    rows = [show_track(case, TrackId(one)) for one in dict.fromkeys(track_ids)]
    kinds: dict[SubjectKind, TrackRow] = {}
    for row in rows:
        kind = KINDS.get(row.class_id)
        if kind is None:
            label = ObjectClass(row.class_id).label
            raise BadSubject(
                f"track {row.track_id} is a {label}", "Only persons and vehicles are followed."
            )
        kinds[kind] = row
    if len(kinds) > 1:
        told = " and ".join(f"track {row.track_id} is a {kind}" for kind, row in kinds.items())
        raise BadSubject(f"{told}: they are not one", "Name tracks of one of them.")
    return tuple(dict.fromkeys(row.track_id for row in rows)), next(iter(kinds), None)


def check_clothing(case: Case, text: str) -> tuple[str, ...]:
    """Makes sure that words of clothing hold nothing that is never searched by, and tells which of
    them change nothing; that words were refused is logged.

    Raises:
        BadSubject: words are refused; they are not kept.
    """
    if not text.strip():
        return ()
    query = parse_query(text, query_context(case))
    if query.refused:
        log_refused(case, query)
        words = ", ".join(f"'{word}'" for word in query.refused)
        raise BadSubject(
            f"{words} is never searched by, and not kept with a subject",
            "Describe clothing, bags and colours.",
        )
    notes = []
    if query.struck:
        notes.append(f"not searched by: {', '.join(query.struck)} (nothing guesses sex or age)")
    if query.unknown:
        notes.append(f"not understood, changes nothing: {', '.join(query.unknown)}")
    return tuple(notes)


def absence_of(view: CaseView, absence: Absence, said: Sequence[SightingRow]) -> Absence:
    """An absence with how much of its span could be looked at, and how many candidates of it were
    rejected among `said`.

    Raises:
        BadSighting: the span ends before it begins.
    """
    span = (absence.from_ns, absence.to_ns)
    if span[0] >= span[1]:
        raise BadSighting(
            "the span in which it was not seen ends before it begins", "Give a later end."
        )
    rejected = sum(
        one.sighting.subject_id == absence.subject_id
        and one.sighting.verdict == "rejected"
        and one.camera_id == absence.camera_id
        and one.from_wall_ns is not None
        and one.to_wall_ns is not None
        and one.from_wall_ns < span[1]
        and one.to_wall_ns >= span[0]
        for one in said
    )
    share = looked_share(view, absence.camera_id, span, absence.how)
    return Absence(
        absence.subject_id, absence.camera_id, *span, absence.how, rejected, share, absence.note
    )


def looked_share(view: CaseView, camera_id: CameraId, span: Span, how: Looked) -> float:
    """Of which share of a span of true time there is footage of a camera that was analysed
    (`watched`: footage at all), 0..1; recordings whose start is not known count for nothing."""
    mine = [one for one in view.sources if one.camera_id == camera_id]
    seen = [both(one, span) for one in looked_spans(view, mine, how)]
    looked = sum(one[1] - one[0] for one in seen if one is not None)
    return min(1.0, looked / (span[1] - span[0]))


def looked_spans(view: CaseView, sources: Iterable[Source], how: Looked) -> list[Span]:
    """When there is footage of some recordings that was analysed (`watched`: footage at all), true
    times in order; those whose start is not known are left out."""
    seen: list[Span] = []
    for source in sources:
        clock = source.clock
        if clock is None:
            continue
        whole = (clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(_looked_to(view, source, how)))
        if whole[0] < whole[1]:
            seen += without(
                whole,
                [
                    (clock.to_wall_ns(TimeNs(start)), clock.to_wall_ns(TimeNs(stop)))
                    for start, stop in source.gaps
                ],
            )
    return joined(seen)


def _looked_to(view: CaseView, source: Source, how: Looked) -> TimeNs:
    """Up to which media time a recording was looked at."""
    if how == "watched":
        return TimeNs(source.duration_ns)
    if how == "candidates":
        stop = view.stop_of(source.source_id)
        if source.source_id not in view.runs:
            return TimeNs(0)
        return TimeNs(source.duration_ns if stop is None else stop.analysed_to_ns)
    assert_never(how)


def _row(view: CaseView, said: Sighting, track: TrackRow | None) -> SightingRow:
    source = view.source(said.source_id)
    clock = None if source is None else source.clock
    ends: tuple[int, int] | None = None
    if clock is not None and track is not None:
        ends = clock.to_wall_ns(track.from_ns), clock.to_wall_ns(track.to_ns)
    run = view.runs.get(said.source_id)
    return SightingRow(
        said,
        track,
        None if source is None else source.camera_id,
        None if ends is None else ends[0],
        None if ends is None else ends[1],
        run is not None and run.run_id == said.run_id,
    )
