"""`search` and `similar`: tracks by what is said of them, and by how they look."""

import argparse
from collections.abc import Mapping

from casefiles.case import Case
from casefiles.errors import BadZone
from casefiles.jobs import Job
from casefiles.queries.context import Context
from casefiles.queries.contradictions import contradictions
from casefiles.queries.describe import describe, filter_document, spoken, to_json
from casefiles.queries.filters import (
    CameraFilter,
    Filter,
    LineFilter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.line_text import parse_line
from casefiles.queries.parse import parse_query
from casefiles.queries.saved import Restored
from casefiles.queries.zone_text import parse_zone
from casefiles.types import Source, SourceId, TrackId
from casefiles.usecases.count_tracks import Hint, hints_for, said_of
from casefiles.usecases.query_context import query_context
from casefiles.usecases.rank_by_words import search_ranked
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.search_similar import search_similar
from casefiles.view_types import Coverage, FirstHits, Hit, Hits, Line, Zone
from detection.labels import ObjectClass
from resources.errors import UserError
from video.clock import NS_PER_S, format_media, format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.answer import taken_further
from workstation.commands.clock_words import wall_ns_asked
from workstation.commands.saved import ask_saved, save
from workstation.output import print_json, print_text, run_job, say

_FIRST_TOLD = 5

_MOST_SAID = 300
"""Letters of a text that are said back."""


def search(options: argparse.Namespace) -> int:
    """Finds the tracks that a text and options ask for."""
    with opened(options) as case:
        context = query_context(case)
        query, saving = _query(case, options, context)
        found = run_job(
            with_first(
                search_ranked(
                    case, query, limit=options.limit, skip=options.skip, order=options.order
                )
            ),
            "searching",
        )
        if options.save is not None:
            save(case, options.save, query.text, *saving)
        hints = run_job(hints_for(case, query, found), "counting")
        done = taken_further(case, options, found, order=options.order)
        policy, sources = case.policy, {one.source_id: one for one in case.sources()}
    if options.json:
        print_json(
            {
                "policy": policy,
                "query": to_json(query, context),
                "coverage": coverage_document(found.coverage),
                "total": found.total,
                "hints": [_hint_document(one, context) for one in hints],
                **done,
                "hits": [hit_document(hit, sources) for hit in found.hits],
            }
        )
        return 0
    say(f"workstation: {spoken(query, context)}")
    for why in contradictions(query):
        say(f"workstation: {why}")
    for assumed in query.assumed:
        say(f"workstation: {assumed}")
    print_hits(found)
    for hint in hints:
        say(f"workstation: {_hint_words(hint, context)}")
    return 0


def similar(options: argparse.Namespace) -> int:
    """Finds the tracks that look like others, or like pictures."""
    if not options.track and not options.image:
        raise UserError("there is no example to search by", "Give --track ID or --image FILE.")
    both = set(options.track) & set(options.without)
    if both:
        raise UserError(
            f"track {min(both)} cannot be an example and a counter-example", "Say it once."
        )
    with opened(options) as case:
        job = search_similar(
            case,
            tracks=[TrackId(number) for number in options.track],
            pictures=options.image,
            without=[TrackId(number) for number in options.without],
            limit=options.limit,
            skip=options.skip,
            time_gate=not options.no_time_gate,
            kind=options.kind,
        )
        found = run_job(with_first(job), "comparing")
        done = taken_further(case, options, found)
        policy, sources = case.policy, {one.source_id: one for one in case.sources()}
    if options.json:
        print_json(
            {
                "policy": policy,
                "coverage": coverage_document(found.coverage),
                "total": found.total,
                **done,
                "hits": [hit_document(hit, sources) for hit in found.hits],
            }
        )
        return 0
    print_hits(found)
    return 0


def with_first(job: Job[Hits]) -> Job[Hits]:
    """The same job; the best of its first hits are told beside the result, while it goes on."""
    try:
        while True:
            progress = next(job)
            if isinstance(progress, FirstHits):
                say(f"workstation: {progress.hits.total} so far, the best of them:")
                for hit in progress.hits.hits[:_FIRST_TOLD]:
                    say(_line(hit))
            yield progress
    except StopIteration as end:
        found: Hits = end.value
        return found
    finally:
        job.close()


def _query(
    case: Case, options: argparse.Namespace, context: Context
) -> tuple[Query, tuple[tuple[Filter, ...], Restored | None]]:
    """The query that is asked; and what is saved of it beside its text."""
    if (options.text is None) == (options.saved is None):
        raise UserError(
            "a search needs a text, or the name of a saved one", "Give TEXT or --saved."
        )
    asked = None if options.saved is None else ask_saved(case, options.saved, context)
    query = parse_query(options.text, context) if asked is None else asked.query
    given = len(query.filters)
    by_options = (
        options.camera, options.from_time, options.to_time, options.zone, options.line
    )  # fmt: skip
    if options.way != "either" and options.line is None:
        raise UserError("--way says how a line is crossed, and there is none", "Give --line too.")
    if not query.filters and not any(by_options):
        # Everything would look like an answer to words that were not used.
        log_refused(case, query)
        raise UserError(*_nothing_asked(query))
    if options.camera:
        cameras = tuple(case.camera(camera_id).camera_id for camera_id in options.camera)
        query = query.with_filter(CameraFilter(cameras))
    if options.from_time is not None or options.to_time is not None:
        ends = (options.from_time, options.to_time)
        start, end = (None if text is None else wall_ns_asked(text) for text in ends)
        if start is not None and end is not None and end <= start:
            raise UserError("--to does not come after --from", "Nothing could be found.")
        query = query.with_filter(TimeFilter(start, end))
    if options.zone is not None:
        query = query.with_filter(ZoneFilter(_zone(case, options.zone)))
    if options.line is not None:
        query = query.with_filter(LineFilter(_line_asked(case, options.line), options.way))
    return query, (query.filters[given:], asked)


def _hint_words(hint: Hint, context: Context) -> str:
    return said_of(hint, [
        "" if one is None else describe(one, context) for one in (hint.old, hint.new)
    ])  # fmt: skip


def _hint_document(hint: Hint, context: Context) -> dict[str, object]:
    """A step as the command line prints it: the filters before and after, and what it brings."""
    before, after = (
        None if one is None else filter_document(one, context.time_zone)
        for one in (hint.old, hint.new)
    )
    return {
        "brings": hint.kind,
        "says": _hint_words(hint, context),
        "instead_of": before,
        "filter": after,
        "count": hint.count,
    }


def _nothing_asked(query: Query) -> tuple[str, str]:
    how = "Say what to look for, such as 'person red jacket'; 'tracks' lists everything."
    if not query.text.strip():
        return "there is nothing to search by: the text is empty", how
    words = ", ".join(f"'{word}'" for word in (*query.refused, *query.unknown)) or query.text
    if len(words) > _MOST_SAID:
        words = f"{words[:_MOST_SAID]}…"
    return f"nothing in this text can be searched by: {words}", how


def _line_asked(case: Case, text: str) -> Line:
    line = parse_line(text)
    if line.source_id is not None:
        case.source(line.source_id)
    if line.camera_id is not None:
        case.camera(line.camera_id)
    return line


def _zone(case: Case, text: str) -> Zone:
    zone = parse_zone(text)
    if zone.source_id is not None:
        case.source(zone.source_id)
    if zone.camera_id is not None:
        case.camera(zone.camera_id)
    if zone.source_id is None and zone.camera_id is None and not _is_on_earth(zone):
        raise BadZone("a corner of the area is not on the earth", "Write longitude, latitude.")
    return zone


def _is_on_earth(zone: Zone) -> bool:
    return all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in zone.polygon)


def hit_document(hit: Hit, sources: Mapping[SourceId, Source]) -> dict[str, object]:
    """A hit as the command line prints it."""
    track, source = hit.track, sources[hit.track.source_id]
    return {
        "track": track.track_id,
        "source": track.source_id,
        "camera": hit.camera_id,
        "class": ObjectClass(track.class_id).label,
        "from": _wall(hit.from_wall_ns),
        "to": _wall(hit.to_wall_ns),
        "recorder_from": _wall(source.recorder_ns(track.from_ns)),
        "recorder_to": _wall(source.recorder_ns(track.to_ns)),
        "uncertainty_s": None
        if source.uncertainty_ns is None
        else source.uncertainty_ns / NS_PER_S,
        "from_s": track.from_ns / NS_PER_S,
        "to_s": track.to_ns / NS_PER_S,
        "score": round(hit.score, 4),
        "doubtful": hit.doubtful,
        "why": list(hit.why),
        "parts": [
            {"name": one.name, "value": round(one.value, 3), "says": one.words} for one in hit.parts
        ],
    }


def coverage_document(coverage: Coverage) -> dict[str, object]:
    """What a search could see, as the command line prints it."""
    return {
        "sources": coverage.sources,
        "indexed": coverage.indexed,
        "frames": coverage.frames,
        "analysed": coverage.analysed,
        "gated": coverage.gated,
        "damaged": coverage.damaged,
        "footage_s": coverage.footage_ns / NS_PER_S,
        "analysed_s": coverage.analysed_ns / NS_PER_S,
        "unknown_classes": list(coverage.unknown_classes),
        "doubtful_colours": coverage.doubtful_colours,
        "notes": list(coverage.notes),
        "suppressed": coverage.hidden,
    }


def _wall(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))


def _line(hit: Hit) -> str:
    when = _wall(hit.from_wall_ns) or f"{format_media(hit.track.from_ns)} of the recording"
    where = hit.camera_id or f"source {hit.track.source_id}"
    label = ObjectClass(hit.track.class_id).label
    return f"{hit.track.track_id} · {where} · {when} · {label} · {'; '.join(hit.why)}"


def print_hits(found: Hits) -> None:
    """The hits and what the search covered, for people."""
    for hit in found.hits:
        print_text(_line(hit))
    about = found.coverage
    said = f"{len(found.hits)} of {found.total} leads shown"
    unknown = ", ".join(about.unknown_classes)
    alarms = "1 static false alarm" if about.hidden == 1 else f"{about.hidden} static false alarms"
    notes = [
        f"no model used knows {unknown}" if unknown else "",
        f"{alarms} hidden, see 'static list'" if about.hidden else "",
        *about.notes,
    ]
    print_text(
        f"{said} · {about.indexed} of {about.sources} sources analysed, {about.analysed} frames "
        f"looked at, {about.gated} without motion" + "".join(f" · {note}" for note in notes if note)
    )
