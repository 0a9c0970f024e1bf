"""`index`, `tracks`, `detections`: find and follow, then show what was found."""

import argparse

import numpy as np

from casefiles.exchange.track_formats import (
    coco_detections,
    json_track,
    json_traits,
    mot_detections,
    mot_tracks,
)
from casefiles.trait_types import NOTHING_KNOWN
from casefiles.types import Source
from casefiles.usecases.index_run import IndexReport
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.show_tracks import (
    show_detections,
    show_points,
    show_tracks,
    track_making,
)
from casefiles.usecases.show_traits import show_traits
from detection.labels import CLASS_NAMES, ObjectClass
from resources.errors import NotInThisVersion, UserError
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job, say


def index(options: argparse.Namespace) -> int:
    """Analyses the asked sources, or all; one that fails does not stop the others."""
    if options.plates:
        raise NotInThisVersion("index --plates")
    if options.engine != "local":
        raise NotInThisVersion(f"index --engine {options.engine}")
    settings = IndexOptions(
        detector=options.detector,
        sample_fps=None if options.all_frames else options.sample_fps,
        motion_gate=not options.no_motion_gate,
        attributes=options.attributes,
        appearance=options.appearance,
    )
    with opened(options) as case:
        wanted = [case.source(number) for number in options.source or []] or case.sources()
        if not wanted:
            raise UserError("the case has no recordings to index", "Add some with 'source add'.")
        ids = [source.source_id for source in wanted]
        job = index_sources(case, ids, settings, processes=options.processes)
        reports = run_job(job, "indexing")
        policy = case.policy
    for note in sorted({report.device_note for report in reports if report.device_note}):
        say(f"workstation: {note}")
    problems = [report.problem for report in reports if report.problem is not None]
    for problem in problems:
        say(f"workstation: {problem}")
    if options.json:
        print_json({"policy": policy, "sources": [describe(report) for report in reports]})
    elif any(report.run_id is not None for report in reports):
        known = {int(source.source_id): source for source in wanted}
        for report in reports:
            print_text(line(known[report.source_id], report))
    return 2 if problems else 0


def tracks(options: argparse.Namespace) -> int:
    """The tracks of the run shown of a source."""
    with opened(options) as case:
        wanted = _classes(options)
        if options.format == "json":
            source = case.source(options.source)
            rows = show_tracks(case, options.source, with_suppressed=options.with_suppressed)
            rows = tuple(row for row in rows if row.class_id in wanted)
            known = show_traits(case, [row.track_id for row in rows])
            making = track_making(case, rows)
            print_json([
                {
                    **json_track(source, row, making[row.track_id]),
                    **json_traits(known.get(row.track_id, NOTHING_KNOWN)),
                }
                for row in rows
            ])  # fmt: skip
            return 0
        points = show_points(case, options.source, with_suppressed=options.with_suppressed)
        shown = points.where(np.isin(points.at.class_ids, list(wanted)))
        for text in mot_tracks(shown):
            print_text(text)
        left_out = len(np.unique(points.track_id)) - len(np.unique(shown.track_id))
        if left_out and options.classes is None:
            say(f"workstation: {left_out} tracks that are no persons left out; see --class")
    return 0


def detections(options: argparse.Namespace) -> int:
    """The raw detections of the run shown of a source."""
    with opened(options) as case:
        source = case.source(options.source)
        found = show_detections(case, options.source, min_score=options.min_score)
        found = found.where(np.isin(found.class_ids, list(_classes(options))))
        if options.format == "coco":
            print_json(coco_detections(source, found))
        else:
            for text in mot_detections(found):
                print_text(text)
    return 0


def _classes(options: argparse.Namespace) -> frozenset[int]:
    """The class ids to show.

    Raises:
        UserError: a class has no such name.
    """
    names = options.classes
    if names is None:
        # MOT text is scored against people, and cannot say of which class a line is.
        names = ["person"] if options.format == "mot" else ["all"]
    unknown = [name for name in names if name != "all" and name not in CLASS_NAMES]
    if unknown:
        raise UserError(f"there is no class {unknown[0]}", f"Known: all, {', '.join(CLASS_NAMES)}.")
    kinds = ObjectClass if "all" in names else [CLASS_NAMES[name] for name in names]
    return frozenset(int(kind) for kind in kinds)


def describe(report: IndexReport) -> dict[str, object]:
    """One source's report as `index --json` prints it."""
    return {
        "source": report.source_id,
        "run": report.run_id,
        **report.counters,
        "seconds": report.seconds,
        "provider": report.provider,
        "resumed": report.resumed,
        "reused": report.reused,
        "detector": report.model,
        "model_sha256": report.model_sha256,
        "classes": [ObjectClass(number).label for number in report.classes],
        **({} if report.problem is None else {"error": str(report.problem)}),
    }


def line(source: Source, report: IndexReport) -> str:
    """One source's report for people."""
    counts = report.counters
    if report.problem is not None and not counts.get("frames_analysed"):
        return f"{source.source_id}: {source.path.name} · not analysed"
    how = "as indexed before" if report.reused else f"{sum(report.seconds.values()):.1f} s"
    return (
        f"{source.source_id}: {source.path.name} · {counts['frames_analysed']} frames analysed, "
        f"{counts['frames_gated']} without motion · {counts['detections']} detections, "
        f"{counts['tracks']} tracks · {report.provider} · "
        f"{how if report.problem is None else 'ended early'}"
    )
