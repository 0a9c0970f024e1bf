"""`demo`: the practice case in the window; headless, a summary and a picture of the window."""

import argparse
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from casefiles.exchange.track_formats import wall_text
from casefiles.types import Source
from casefiles.usecases.build_demo import index_demo, open_demo
from casefiles.usecases.index_run import IndexReport
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.show_tracks import show_tracks
from casefiles.usecases.verify_case import verify_audit
from detection.labels import ObjectClass
from resources import paths
from video.types import TimeNs
from workstation.commands.access import actor, passphrase_of
from workstation.commands.index import describe
from workstation.output import print_json, print_text, run_job, say


def demo(options: argparse.Namespace) -> int:
    """Opens the practice case; headless, builds and indexes it and says what was found."""
    folder: Path = options.dir or paths.home() / "practice-case"
    if not (options.headless or options.json or options.screenshot):
        code: int = _desktop().practise(actor(options), folder)
        return code
    picture: Path = options.screenshot or folder.with_name(f"{folder.name}.png")
    started = monotonic()
    with open_demo(folder, actor(options), passphrase=passphrase_of(folder)) as case:
        say(f"workstation: the practice case is in {folder}")
        done = run_job(index_demo(case, IndexOptions()), "indexing")
        for problem in [report.problem for _, report in done if report.problem is not None]:
            raise problem
        people = {
            source.source_id: sum(
                row.class_id == ObjectClass.PERSON
                for row in show_tracks(case, source.source_id, with_suppressed=False)
            )
            for source, _ in done
        }
        names = {str(camera.camera_id): camera.name for camera in case.cameras()}
        verdict = verify_audit(case)
    seconds = monotonic() - started
    _desktop().take_picture(actor(options), folder, picture)
    if options.json:
        print_json({
            "case": str(folder),
            "training": True,
            "seconds": round(seconds, 1),
            "picture": str(picture),
            "audit_rows": verdict.rows,
            "audit_verified": verdict.holds,
            "sources": [
                {**describe(report), "people": people[source.source_id]} for source, report in done
            ],
        })  # fmt: skip
        return 0 if verdict.holds else 2
    print_text("TRAINING · practice case: Port Almond")
    for source, report in done:
        print_text(_line(source, report, people[source.source_id], names))
    note = next((report.device_note for _, report in done if report.device_note), "")
    if note:
        print_text(note)
    chain = "verified" if verdict.holds else verdict.why
    print_text(f"audit chain: {verdict.rows} rows, {chain}")
    print_text(f"picture of the window: {picture}")
    print_text(f"done in {seconds:.0f} s; look further: workstation gui {folder}")
    return 0 if verdict.holds else 2


def _desktop() -> Any:
    """The module that knows Qt, loaded only when a window or its picture is wanted."""
    return import_module("workstation.gui")


def _line(source: Source, report: IndexReport, people: int, names: dict[str, str]) -> str:
    counts = report.counters
    where = names.get(source.camera_id or "", source.camera_id or "no camera")
    return (
        f"  {where:22} from {wall_text(source, TimeNs(0))} for {source.duration_ns / 1e9:4.1f} s, "
        f"{_clock(source)}: {people} people tracked in {counts['frames_analysed']} frames"
        f"{' (as indexed before)' if report.reused else ''}"
    )


def _clock(source: Source) -> str:
    seconds = source.offset_ns / 1e9
    if not seconds:
        return "clock right"
    return f"clock {abs(seconds):g} s {'fast' if seconds > 0 else 'slow'}"
