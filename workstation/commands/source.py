"""`source` and `frame`: take recordings in, and one exact frame out."""

import argparse
from collections.abc import Hashable, Iterable, Mapping

from casefiles import audit
from casefiles.errors import Unwritable
from casefiles.intake_types import NO_ORIGIN, Intake
from casefiles.types import Source
from casefiles.usecases.add_source import AddedSource, Recording, add_sources, plain_copies
from casefiles.usecases.camera_overlaps import Claim, claim_of, find_overlaps, overlap_words
from casefiles.usecases.note_origin import deadline_words
from casefiles.usecases.read_frame import Moment, check_place, read_frame
from video.clock import NS_PER_S, format_wall, now_ns, parse_wall, wall_from_ns
from video.stills import write_png
from video.types import TimeNs
from workstation.broken_text import refuse_broken_text
from workstation.commands.access import opened
from workstation.commands.clock_words import clock_fields
from workstation.commands.intake import facts_document, origin_change, origin_document
from workstation.output import print_json, print_text, run_job, say


def add(options: argparse.Namespace) -> int:
    """Takes recordings in; exit code 2 only when none was added."""
    others = {name: value for name, value in vars(options).items() if name != "files"}
    refuse_broken_text({f"the argument {str(text)!r}": str(text) for text in others.values()})
    recording = Recording(
        origin=origin_change(options)(NO_ORIGIN),
        camera_id=options.camera,
        start=None if options.start is None else parse_wall(options.start),
        offset_s=options.offset_s,
        picture_fps=options.picture_fps,
    )
    with opened(options) as case:
        results = run_job(add_sources(case, options.files, recording), "adding")
        shared = _overlaps(case.sources())
    if options.json:
        print_json([_result(result) for result in results])
    for result in results:
        if result.error is not None:
            say(f"workstation: {result.error}")
        elif result.source is not None and not options.json:
            print_text(_line(result.source))
        clash = shared.get(result.source.source_id) if result.source is not None else None
        if clash is not None:
            say(f"workstation: note: {result.path}: {overlap_words(clash)}")
    if case.encrypted and (copies := plain_copies(results)):
        say(f"workstation: note: {copies}")
    return 0 if any(result.source is not None for result in results) else 2


def show(options: argparse.Namespace) -> int:
    """Lists the recordings."""
    with opened(options) as case:
        sources, intakes = case.sources(), case.intakes()
        case.record(audit.Entry("source.list", "done", facts={"sources": len(sources)}))
    if options.json:
        print_json([describe(source, intakes.get(source.source_id)) for source in sources])
        return 0
    if not sources:
        print_text("no recordings yet: use 'source add'")
    shared = _overlaps(sources)
    for source in sources:
        known = intakes.get(source.source_id)
        deadline = None if known is None else known.origin.overwrite_ns
        words = [
            _line(source),
            overlap_words(shared[source.source_id]) if source.source_id in shared else "",
            "" if deadline is None else deadline_words(deadline, now_ns()),
        ]
        print_text(" · ".join(word for word in words if word))
    return 0


def frame(options: argparse.Namespace) -> int:
    """Writes one exact frame."""
    moment = Moment(
        at=None if options.at is None else parse_wall(options.at),
        media_s=options.media_s,
        frame=options.frame,
        pts=options.pts,
    )
    with opened(options) as case:
        check_place(case, options.out)
        exact = read_frame(case, options.source, moment)
        try:
            write_png(options.out, exact.picture)
        except OSError as error:
            raise Unwritable(
                f"{options.out} cannot be written: {error.strerror}", "Choose another place."
            ) from error
    wall = exact.wall_time
    document = {
        "source": exact.source.source_id,
        "frame": exact.number,
        "pts": exact.pts,
        "time_base": str(exact.source.time_base),
        "media_time_s": exact.time_ns / NS_PER_S,
        "wall_time": None if wall is None else format_wall(wall),
        "recorder_time": _wall(exact.source.recorder_ns(exact.time_ns)),
        **clock_fields(exact.source),
        "width": exact.picture.shape[1],
        "height": exact.picture.shape[0],
        "file": str(options.out),
    }
    if options.json:
        print_json(document)
    else:
        print_text(_frame_line(document))
    return 0


def _frame_line(document: Mapping[str, object]) -> str:
    """Where the frame lies and when it was, both times where they differ."""
    wall, recorder = document["wall_time"], document["recorder_time"]
    uncertain = document["uncertainty_s"]
    words = [
        f"source {document['source']} frame {document['frame']}",
        f"pts {document['pts']} ({document['time_base']} s)",
        f"{document['media_time_s']:.3f} s in the file",
        f"{wall or 'time unknown'}{'' if uncertain is None else f' ± {uncertain:.3g} s'}",
        f"the recorder showed {recorder}" if recorder != wall else "",
        str(document["clock_basis"]) if wall else "",
        f"{document['width']} x {document['height']}",
    ]
    return f"{document['file']}: {' · '.join(word for word in words if word)}"


def describe(source: Source, intake: Intake | None = None) -> dict[str, object]:
    """A recording as `source add --json` prints it; `start` is what the recorder showed.

    What was not asked of files by an older program is left out.
    """
    recorded = source.recorded_start_ns
    clock = source.clock
    return {
        "id": source.source_id,
        "file": str(source.path),
        "sha256": source.sha256,
        "camera": source.camera_id,
        "container": source.container,
        "codec": source.codec,
        "width": source.width,
        "height": source.height,
        "frames": source.frames,
        "duration_s": source.duration_ns / NS_PER_S,
        "claimed_fps": None if source.claimed_fps is None else float(source.claimed_fps),
        "measured_fps": source.measured_fps,
        "start": None if recorded is None else format_wall(wall_from_ns(recorded)),
        "start_basis": source.start_basis,
        "offset_s": source.offset_ns / NS_PER_S,
        "start_corrected": None if clock is None else format_wall(clock.to_wall(TimeNs(0))),
        "drift_ppm": 0.0 if clock is None else clock.drift_ppb / 1000,
        **clock_fields(source),
        "variable_rate": source.variable_rate,
        "gaps": [
            {"from_s": start / NS_PER_S, "to_s": end / NS_PER_S} for start, end in source.gaps
        ],
        "duplicates": source.duplicates,
        "warnings": list(source.warnings),
        "rewrapped": source.rewrapped,
        "program_version": source.program_version,
        **_intake(intake or Intake()),
    }


def _intake(intake: Intake) -> dict[str, object]:
    return {
        **({} if intake.facts is None else facts_document(intake.facts)),
        "hashed": _wall(intake.hashed_ns),
        "reread_sha256": intake.reread_sha256,
        "reread": _wall(intake.reread_ns),
        "collected": intake.collected,
        "origin": origin_document(intake.origin),
    }


def _wall(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall(wall_from_ns(wall_ns))


def _overlaps(sources: Iterable[Source]) -> dict[Hashable, tuple[Claim, ...]]:
    return find_overlaps(found for one in sources if (found := claim_of(one)) is not None)


def _result(result: AddedSource) -> dict[str, object]:
    if result.source is None:
        return {"file": str(result.path), "error": str(result.error)}
    return describe(result.source, result.intake)


def _line(source: Source) -> str:
    facts = describe(source)
    rate = "variable rate" if source.variable_rate else f"{source.measured_fps or 0:.3g} fps"
    notes = [warning.rstrip(".") for warning in source.warnings]
    return " · ".join([
        f"{source.source_id}: {source.path.name}",
        f"{source.frames} frames, {source.duration_ns / NS_PER_S:.1f} s, {rate}",
        f"starts {facts['start_corrected'] or 'unknown'}",
        *notes,
    ])  # fmt: skip
