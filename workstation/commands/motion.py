"""`motion`: when something moved in a zone, before anything is analysed."""

import argparse

from casefiles.case import Case
from casefiles.checks import known_zone
from casefiles.jobs import Job
from casefiles.queries.zone_text import parse_zone
from casefiles.types import ZoneId
from casefiles.usecases.index_run import IndexReport
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.motion_scope import MotionAnswer, MotionSoFar, MotionSpan, SourceLook
from casefiles.usecases.search_motion import search_motion
from casefiles.view_types import Zone
from video.clock import NS_PER_S, format_media, format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.commands.clock_words import wall_ns_asked
from workstation.commands.index import describe, line
from workstation.output import print_json, print_text, run_job, say

_FIRST_TOLD = 5


def motion(options: argparse.Namespace) -> int:
    """Prints the spans, and analyses their recordings where that is asked for."""
    reports: list[IndexReport] = []
    with opened(options) as case:
        job = search_motion(
            case,
            _zone(case, options),
            span=(_wall_ns(options.from_time), _wall_ns(options.to_time)),
            sources=options.source,
            sensitivity=options.sensitivity,
            refine=not options.rough,
            all_frames=options.all_frames,
            near_ns=_wall_ns(options.near),
            processes=options.processes,
        )
        found = run_job(job if options.json else with_first(job), "searching motion,")
        first = found.in_order_of_motion()
        if options.index and first:
            settings = IndexOptions(detector=options.detector)
            indexing = index_sources(case, first, settings, processes=options.processes)
            reports = list(run_job(indexing, "indexing"))
        sources, policy = {one.source_id: one for one in case.sources()}, case.policy
    ended = [*(one.problem for one in found.looks), *(one.problem for one in reports)]
    problems = [problem for problem in ended if problem is not None]
    for problem in problems:
        say(f"workstation: {problem}")
    if options.json:
        document = answer_document(found)
        if options.index:
            document["indexed"] = [describe(report) for report in reports]
        print_json({"policy": policy, **document})
        return 2 if problems else 0
    for span in found.spans:
        print_text(_line(span))
    print_text(_summary(found))
    for report in reports:
        known = {int(key): source for key, source in sources.items()}
        print_text(line(known[report.source_id], report))
    return 2 if problems else 0


def with_first(job: Job[MotionAnswer]) -> Job[MotionAnswer]:
    """The same job; the first spans are told beside the result, while it goes on."""
    told = 0
    try:
        while True:
            progress = next(job)
            if isinstance(progress, MotionSoFar):
                for span in progress.spans[told:_FIRST_TOLD]:
                    say(f"workstation: so far, about {_line(span)}")
                told = max(told, len(progress.spans))
            yield progress
    except StopIteration as end:
        found: MotionAnswer = end.value
        return found
    finally:
        job.close()


def answer_document(found: MotionAnswer) -> dict[str, object]:
    """An answer as the command line prints it."""
    return {
        "spans": [_span(one) for one in found.spans],
        "coverage": {
            "sources": [_look(one) for one in found.looks],
            "notes": list(found.notes),
        },
        "analyse_first": list(found.in_order_of_motion()),
        "video_s": round(found.video_s, 3),
        "seconds": round(found.seconds, 3),
        "video_s_per_s": round(found.video_s / max(found.seconds, 1e-3), 1),
    }


def _span(span: MotionSpan) -> dict[str, object]:
    return {
        "source": span.source_id,
        "camera": span.camera_id,
        "from": _wall(span.from_wall_ns),
        "to": _wall(span.to_wall_ns),
        "media_from_s": span.from_ns / NS_PER_S,
        "media_to_s": span.to_ns / NS_PER_S,
        "share": round(span.share, 4),
        "box": [round(value, 1) for value in span.box],
        "exact": span.exact,
    }


def _look(look: SourceLook) -> dict[str, object]:
    return {
        "source": look.source_id,
        "video_s": look.video_ns / NS_PER_S,
        "pictures": look.pictures,
        "damaged": look.damaged,
        "key_frames_apart_s": look.usual_gap_ns / NS_PER_S,
        "key_frames_at_most_apart_s": look.key_gap_ns / NS_PER_S,
        "whole_picture_changed_s": [at / NS_PER_S for at in look.light_ns],
        **({} if look.problem is None else {"error": str(look.problem)}),
    }


def _zone(case: Case, options: argparse.Namespace) -> Zone:
    if options.zone is not None:
        return parse_zone(options.zone)
    zone_id = ZoneId(options.zone_id)
    return case.read(lambda cursor: known_zone(cursor, zone_id))


def _wall_ns(text: str | None) -> int | None:
    return None if text is None else wall_ns_asked(text)


def _wall(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))


def _line(span: MotionSpan) -> str:
    media = f"{format_media(span.from_ns)} to {format_media(span.to_ns)} of the recording"
    start, end = _wall(span.from_wall_ns), _wall(span.to_wall_ns)
    when = media if start is None else f"{start} to {end} ({media})"
    about = "" if span.exact else " · ends not exact"
    where = span.camera_id or f"source {span.source_id}"
    return f"{where} · {when} · {100 * span.share:.1f} % of the zone{about}"


def _summary(found: MotionAnswer) -> str:
    speed = found.video_s / max(found.seconds, 1e-3)
    return (
        f"{len(found.spans)} spans in {len(found.in_order_of_motion())} of {len(found.looks)} "
        f"recordings · {found.video_s:.0f} s of video in {found.seconds:.1f} s ({speed:.0f} x)"
        + "".join(f" · {note}" for note in found.notes)
    )
