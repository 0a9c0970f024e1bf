"""`search` and `similar`: tracks by what is said of them, and by how they look."""

import argparse
from collections.abc import Mapping

from casefiles.case import Case
from casefiles.errors import BadZone
from casefiles.jobs import Job
from casefiles.queries.context import Context
from casefiles.queries.describe import spoken, to_json
from casefiles.queries.filters import CameraFilter, Query, TimeFilter, ZoneFilter
from casefiles.queries.parse import parse_query
from casefiles.queries.zone_text import parse_zone
from casefiles.types import Source, SourceId, TrackId
from casefiles.usecases.query_context import query_context
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Coverage, FirstHits, Hit, Hits, Zone
from detection.labels import ObjectClass
from resources.errors import UserError
from video.clock import NS_PER_S, format_media, format_wall, parse_wall, wall_from_ns, wall_to_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job, say

_FIRST_TOLD = 5


def search(options: argparse.Namespace) -> int:
    """Finds the tracks that a text and options ask for."""
    with opened(options) as case:
        context = query_context(case)
        query = _query(case, options, context)
        found = run_job(
            _with_first(
                search_tracks(
                    case, query, limit=options.limit, skip=options.skip, order=options.order
                )
            ),
            "searching",
        )
        policy, sources = case.policy, {one.source_id: one for one in case.sources()}
    if options.json:
        print_json(
            {
                "policy": policy,
                "query": to_json(query, context),
                "coverage": _coverage(found.coverage),
                "total": found.total,
                "hits": [_hit(hit, sources) for hit in found.hits],
            }
        )
        return 0
    say(f"workstation: {spoken(query, context)}")
    for assumed in query.assumed:
        say(f"workstation: {assumed}")
    _print_hits(found)
    return 0


def similar(options: argparse.Namespace) -> int:
    """Finds the tracks that look like others, or like pictures."""
    if not options.track and not options.image:
        raise UserError("there is no example to search by", "Give --track ID or --image FILE.")
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
        found = run_job(_with_first(job), "comparing")
        policy, sources = case.policy, {one.source_id: one for one in case.sources()}
    if options.json:
        print_json(
            {
                "policy": policy,
                "coverage": _coverage(found.coverage),
                "total": found.total,
                "hits": [_hit(hit, sources) for hit in found.hits],
            }
        )
        return 0
    _print_hits(found)
    return 0


def _with_first(job: Job[Hits]) -> Job[Hits]:
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


def _query(case: Case, options: argparse.Namespace, context: Context) -> Query:
    query = parse_query(options.text, context)
    if options.camera:
        cameras = tuple(case.camera(camera_id).camera_id for camera_id in options.camera)
        query = query.with_filter(CameraFilter(cameras))
    if options.from_time is not None or options.to_time is not None:
        ends = (options.from_time, options.to_time)
        start, end = (None if text is None else wall_to_ns(parse_wall(text)) for text in ends)
        if start is not None and end is not None and end <= start:
            raise UserError("--to does not come after --from", "Nothing could be found.")
        query = query.with_filter(TimeFilter(start, end))
    if options.zone is not None:
        query = query.with_filter(ZoneFilter(_zone(case, options.zone)))
    return query


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


def _hit(hit: Hit, sources: Mapping[SourceId, Source]) -> dict[str, object]:
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
    }


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "sources": coverage.sources,
        "indexed": coverage.indexed,
        "frames": coverage.frames,
        "analysed": coverage.analysed,
        "gated": coverage.gated,
        "damaged": coverage.damaged,
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


def _print_hits(found: Hits) -> None:
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
