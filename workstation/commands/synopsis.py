"""`synopsis`: the objects of hours together in minutes, as a video and as a list."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from casefiles.case import Case
from casefiles.exchange.manifest import Facts
from casefiles.queries.filters import CameraFilter, ClassFilter, Query, TimeFilter
from casefiles.synopsis_types import Synopsis, SynopsisOptions
from casefiles.usecases.export_synopsis import (
    SynopsisWanted,
    check_can_export_synopsis,
    export_synopsis,
)
from casefiles.usecases.make_tubes import TubeReport, make_tubes
from casefiles.usecases.plan_synopsis import nothing_shown, plan_synopsis, with_notes
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.synopsis_document import (
    AskedBefore,
    as_lines,
    differences,
    read_asked,
    synopsis_document,
)
from casefiles.usecases.synopsis_scope import asked_for, chosen, nothing_asked
from detection.labels import CLASS_NAMES
from resources.errors import UserError
from video.clock import format_media
from workstation.commands.access import opened
from workstation.commands.clock_words import wall_ns_asked
from workstation.output import print_json, print_text, run_job, say


def synopsis(options: argparse.Namespace) -> int:
    """Cuts out what is missing, schedules, and writes the video where one is asked for; exit code
    2 only where nothing can be shown."""
    before = None if options.again is None else read_asked(options.again)
    if before is not None:
        _refuse_other_questions(options)
    wanted = (
        None
        if options.out is None
        else SynopsisWanted(options.out, fps=options.fps, width=options.width)
    )
    with opened(options) as case:
        if wanted is not None:
            check_can_export_synopsis(case, wanted)
        query = _query(case, options) if before is None else before.query
        source_ids = options.source if before is None else before.source_ids
        reports = _prepared(case, options, query, source_ids)
        problems = [str(one.problem) for one in reports if one.problem is not None]
        for problem in problems:
            say(f"workstation: {problem}")
        if options.prepare:
            return _tell_prepared(options, reports)
        made = _planned(case, options, before, query, source_ids, problems)
        facts: Facts
        if wanted is None:
            facts = synopsis_document(case, made)
        else:
            film = run_job(export_synopsis(case, made, wanted), "composing")
            facts = film.facts
            if film.note:
                say(f"workstation: note: {film.note}")
        if before is not None:
            facts = {**facts, "differs": list(differences(before, case, facts))}
        policy = case.policy
    if options.json:
        print_json({"policy": policy, **facts})
        return 0
    for line in as_lines(facts):
        print_text(line)
    for line in _said_of_again(before, facts):
        print_text(line)
    if wanted is not None:
        print_text(f"{wanted.out} and {wanted.sidecar.name} written")
    return 0


def _said_of_again(before: AskedBefore | None, facts: Facts) -> Sequence[str]:
    if before is None:
        return ()
    said = facts["differs"]
    assert isinstance(said, list)
    return [f"differs: {one}" for one in said] or ["the same as before, to the last placement"]


def _planned(
    case: Case,
    options: argparse.Namespace,
    before: AskedBefore | None,
    query: Query,
    source_ids: Sequence[int],
    problems: Sequence[str],
) -> Synopsis:
    how = _options(options) if before is None else before.options
    only = None if before is None else before.tracks
    planning = plan_synopsis(case, query, how, source_ids=source_ids, tracks=only)
    made = run_job(planning, "scheduling")
    nothing = nothing_shown(made)
    if nothing is not None:
        raise nothing
    return with_notes(made, problems)


def _prepared(
    case: Case, options: argparse.Namespace, query: Query, source_ids: Sequence[int]
) -> tuple[TubeReport, ...]:
    """Has cut out what the question needs and nobody cut out yet."""
    if nothing_asked(query) is not None:
        return ()
    found = chosen(case, query, source_ids)
    if not found.analysed or not (found.tracks or options.prepare):
        return ()
    # Whoever asks for nothing else may do so because a pack was found damaged.
    making = make_tubes(case, found.analysed, processes=options.processes, check=options.prepare)
    return run_job(making, "preparing")


def _tell_prepared(options: argparse.Namespace, reports: Sequence[TubeReport]) -> int:
    if not reports:
        raise UserError("no recording asked for is analysed yet", "Run: workstation index CASE.")
    if options.json:
        print_json({
            "takes": [
                {
                    "source": one.source.source_id,
                    "take": None if one.take is None else one.take.take_id,
                    "made": one.made,
                    "views": [] if one.take is None else [
                        {"from_s": view.time_ns / 1e9, "why": view.words} for view in one.take.views
                    ],
                    "dropped": 0 if one.take is None else len(one.take.dropped),
                    "error": None if one.problem is None else str(one.problem),
                }
                for one in reports
            ]
        })  # fmt: skip
    else:
        for one in reports:
            print_text(_prepared_line(one))
    return 2 if all(one.take is None for one in reports) else 0


def _prepared_line(one: TubeReport) -> str:
    name = one.source.path.name
    if one.take is None:
        return f"{name}: not cut out"
    said = "cut out" if one.made else "was cut out before"
    changes = [
        f"{view.words} at {format_media(view.time_ns)}" for view in one.take.views if view.words
    ]
    return "; ".join([f"{name}: {said}", *changes])


def _options(options: argparse.Namespace) -> SynopsisOptions:
    given = {
        "density": options.density,
        "length_s": options.length,
        "longest_s": options.longest,
        "held_s": options.held,
        "at_once": options.at_once,
        "seed": options.seed,
    }
    made = replace(
        SynopsisOptions(), **{name: one for name, one in given.items() if one is not None}
    )
    if options.sure_only:
        made = replace(made, with_doubtful=False)
    return replace(made, order="chronological") if options.chronological else made


def _refuse_other_questions(options: argparse.Namespace) -> None:
    """--again asks what was asked: anything else beside it would be passed over."""
    given = (
        options.text, options.source, options.camera, options.classes, options.from_time,
        options.to_time, options.density, options.length, options.chronological, options.at_once,
        options.longest, options.held, options.seed, options.sure_only,
    )  # fmt: skip
    if any(one not in (None, "", [], False) for one in given):
        raise UserError(
            "--again asks exactly what was asked before", "Leave the other questions away."
        )


def _query(case: Case, options: argparse.Namespace) -> Query:
    query = asked_for(case, options.text)
    refused = nothing_asked(query)
    if refused is not None:
        log_refused(case, query)
        raise UserError(*refused)
    if options.camera:
        cameras = tuple(case.camera(camera_id).camera_id for camera_id in options.camera)
        query = query.with_filter(CameraFilter(cameras))
    unknown = [name for name in options.classes if name not in CLASS_NAMES]
    if unknown:
        raise UserError(f"there is no class {unknown[0]}", f"Known: {', '.join(CLASS_NAMES)}.")
    if options.classes:
        kinds = sorted({int(CLASS_NAMES[name]) for name in options.classes})
        query = query.with_filter(ClassFilter(tuple(kinds)))
    ends = (options.from_time, options.to_time)
    start, end = (None if text is None else wall_ns_asked(text) for text in ends)
    if start is not None and end is not None and end <= start:
        raise UserError("--to does not come after --from", "Nothing could be found.")
    return query if (start, end) == (None, None) else query.with_filter(TimeFilter(start, end))
