"""`still` and `clip`: pictures and stretches of footage out of a case, with what proves them."""

import argparse
from dataclasses import replace

from casefiles.usecases.export_clips import ClipFile, ClipsExport, export_clips
from casefiles.usecases.export_still import StillWanted, export_still, recipe_of
from casefiles.usecases.plan_clips import ClipsWanted
from casefiles.usecases.read_frame import Moment
from resources.errors import UserError
from video.clock import NS_PER_S, parse_wall
from video.enhance import Recipe
from video.types import Span, TimeNs
from workstation.commands.access import opened
from workstation.commands.clock_words import wall_ns_asked
from workstation.output import print_json, print_text, run_job, say


def still(options: argparse.Namespace) -> int:
    """Writes one exact frame and its sidecar."""
    wanted = StillWanted(
        options.source,
        Moment(
            at=None if options.at is None else parse_wall(options.at),
            media_s=options.media_s,
            frame=options.frame,
            pts=options.pts,
        ),
        options.out,
        _recipe(options),
    )
    with opened(options) as case:
        made = run_job(export_still(case, wanted), "exporting")
    if options.json:
        print_json({"file": str(made.picture), "sidecar": str(made.sidecar), **made.facts})
    else:
        print_text(f"{made.picture} and {made.sidecar.name} written")
    return 0


def _recipe(options: argparse.Namespace) -> Recipe:
    recipe = Recipe() if options.recipe is None else recipe_of(options.recipe)
    if options.average is None:
        return recipe
    return replace(recipe, averaged=options.average)


def clip(options: argparse.Namespace) -> int:
    """Writes clips; exit code 2 only when none was written."""
    if options.burn_time and options.mode == "copy":
        raise UserError(
            "a stream copy keeps the pictures as they are: no time can be burned into them",
            "Add --mode exact or --mode both.",
        )
    wanted = ClipsWanted(
        options.out,
        sources=tuple(options.source),
        cameras=tuple(options.camera),
        wall_ns=_wall_span(options),
        media=_media_span(options),
        mode=options.mode,
        burn_time=options.burn_time,
    )
    with opened(options) as case:
        made = run_job(export_clips(case, wanted), "exporting")
    if options.json:
        print_json(_document(made))
    else:
        for line in _lines(made):
            print_text(line)
    for failure in made.failures:
        say(f"workstation: {failure}")
    if made.note:
        say(f"workstation: note: {made.note}")
    return 0


def _wall_span(options: argparse.Namespace) -> tuple[int, int] | None:
    begin, end = options.from_time, options.to_time
    media = options.from_media_s, options.to_media_s
    if (begin is None) != (end is None) or (begin is None) == (media == (None, None)):
        raise UserError(
            "a span has two ends", "Give --from and --to, or --from-media-s and --to-media-s."
        )
    if begin is None:
        return None
    span = wall_ns_asked(begin), wall_ns_asked(end)
    _check_order(*span)
    return span


def _media_span(options: argparse.Namespace) -> Span | None:
    begin, end = options.from_media_s, options.to_media_s
    if begin is None and end is None:
        return None
    if begin is None or end is None:
        raise UserError("a span has two ends", "Give --from-media-s and --to-media-s.")
    start_ns, end_ns = round(begin * NS_PER_S), round(end * NS_PER_S)
    _check_order(start_ns, end_ns)
    return Span(TimeNs(start_ns), TimeNs(end_ns))


def _check_order(begin: int, end: int) -> None:
    if end < begin:
        raise UserError("the span ends before it starts", "Swap the two times.")
    if end == begin:
        raise UserError(
            "the span is 0 long: its end itself is not included",
            "Let it end at least one frame later, or use 'workstation still'.",
        )


def _document(made: ClipsExport) -> dict[str, object]:
    return {
        "folder": str(made.folder),
        "files": [one.facts for one in made.files],
        "gaps": list(made.gaps),
        "left_out": [*made.left_out, *(str(error) for error in made.failures)],
        "manifest_sha256": made.manifest_sha256,
    }


def _lines(made: ClipsExport) -> list[str]:
    lines = [_line(one) for one in made.files]
    lines += [f"{gap['camera']}: {gap['kind']} {_between(gap)}" for gap in made.gaps]
    lines += [f"left out: {one}" for one in made.left_out]
    return [*lines, f"{made.folder}: manifest.json ({made.manifest_sha256}), check with "
            "'sha256sum -c SHA256SUMS'"]  # fmt: skip


def _line(one: ClipFile) -> str:
    return f"{one.path.name}: {one.said}"


def _between(gap: dict[str, object]) -> str:
    ends = []
    for name in ("from", "to"):
        end = gap[name]
        assert isinstance(end, dict)
        recorder, corrected = end["recorder_time"], end["corrected_time"]
        known = f"corrected {corrected}, recorder {recorder}"
        ends.append(known if corrected else f"{end['media_time']} in the file")
    return f"from {ends[0]} to {ends[1]}"
