"""Which tracks answer, what is cut out of them, and when each is shown: a synopsis that improves.

Stages of one camera (its view changed in between) follow each other; those of several cameras that
are on together share one budget, so that all are done at the same time. Nothing here looks at a
clock: the same case and options give the same synopsis.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.jobs import Job, Progress
from casefiles.queries.filters import Query
from casefiles.queries.question import question_of
from casefiles.synopsis_types import (
    DropWhy,
    Measures,
    Stage,
    Synopsis,
    SynopsisCoverage,
    SynopsisOptions,
    Take,
)
from casefiles.types import JsonValue, SourceId, TrackId
from casefiles.usecases.read_stages import current_takes, read_stages
from casefiles.usecases.refuse_words import log_refused
from casefiles.usecases.synopsis_rows import Row, grouped, laid, row_options, rows_of, stage_units
from casefiles.usecases.synopsis_scope import (
    Chosen,
    WallSpan,
    asked_for,
    chosen,
    gone,
    nothing_asked,
    only_these,
    without_weak,
)
from resources.errors import UserError
from video.clock import NS_PER_S, format_media
from video.synopsis import measure
from video.synopsis.schedule import schedule_together
from video.synopsis.types import Schedule, Unit

_DEFAULT: Final = SynopsisOptions()
_WORTH_TELLING: Final = 0.97
_OFTEN: Final = 12


class NothingToShow(UserError):
    """A synopsis would be empty: why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SynopsisSoFar(Progress):
    """Progress that has something to play already; each is better than the one before, and what
    the job returns takes its place."""

    synopsis: Synopsis


def plan_synopsis(
    case: Case,
    query: Query | str,
    options: SynopsisOptions = _DEFAULT,
    *,
    source_ids: Sequence[int] = (),
    span: WallSpan = (None, None),
    tracks: Collection[TrackId] | None = None,
) -> Job[Synopsis]:
    """Schedules the tracks that answer `query` (a sentence, or what was understood of one; empty
    for all) of some recordings (none given: all that are analysed), recorded within a `span` of
    wall time (from, up to but not including; either may be open). With `tracks`, only those of
    them: what a search by appearance found, say.

    Only what `make_tubes` cut out before can be shown; the rest is counted and told in the
    coverage. Yields `SynopsisSoFar`, the first quickly. Where nothing can be shown, the synopsis
    has no parts, and `nothing_shown` says why. Logged before it is given.

    Raises:
        UnknownSource: the case has none of such an id.
        CaseDamaged: rows were changed outside the program.
    """
    asked = asked_for(case, query, span)
    log_refused(case, asked)
    found = chosen(case, asked, source_ids)
    if tracks is not None:
        found = only_these(found, tracks)
    if not options.with_doubtful:
        found = without_weak(found)
    takes: Mapping[SourceId, Take] = {}
    stages: tuple[Stage, ...] = ()
    no_words = nothing_asked(asked)
    if no_words is not None:
        found = replace(found, tracks=(), weak=frozenset())
    if no_words is None and found.tracks:
        takes = current_takes(case, found.analysed)
        cut_out = [one for one in found.analysed if one in takes]
        stages = read_stages(case, found.tracks, cut_out) if cut_out else ()
    empty = Synopsis(
        options=options,
        text=asked.text,
        parts=(),
        measures=Measures(found.input_s, 0.0, 0, 0.0, 0.0),
        coverage=_coverage(found, stages, takes, gone(case, takes)),
        length_ns=0,
        clocks=found.clocks,
        source_ids=found.source_ids,
        span=span,
        question=question_of(asked).document,
        only=None if tracks is None else tuple(sorted(set(tracks))),
    )
    if not stages:
        none = replace(empty, nothing=no_words or _nothing(found, empty.coverage))
        _log(case, "done", asked, none)
        return none
    yield Progress(0, 0, "objects", "scheduling")
    latest: Synopsis | None = None
    for better in _scheduled(empty, stages):
        if latest is None:
            # What is shown is in the log before it is shown.
            _log(case, "started", asked, better)
        latest = better
        objects = better.measures.objects
        yield SynopsisSoFar(
            done=objects, total=objects, unit="objects", what="improving the schedule",
            synopsis=replace(better, improving=True),
        )  # fmt: skip
    assert latest is not None  # one schedule comes at least
    _log(case, "done", asked, latest)
    return latest


def nothing_shown(synopsis: Synopsis) -> NothingToShow | None:
    """Why a synopsis is empty and what to do, as an error to raise or words to show; None where
    it shows something."""
    return None if synopsis.nothing is None else NothingToShow(*synopsis.nothing)


def takes_in(synopsis: Synopsis) -> list[JsonValue]:
    """The ids of the takes of a synopsis, for the log."""
    ids = {int(one.take_id) for part in synopsis.parts for one in part.stage.takes}
    return [*sorted(ids)]


def with_notes(synopsis: Synopsis, notes: Sequence[str]) -> Synopsis:
    """The same with more to say in its coverage."""
    told = (*synopsis.coverage.notes, *notes)
    return replace(synopsis, coverage=replace(synopsis.coverage, notes=tuple(dict.fromkeys(told))))


def _scheduled(empty: Synopsis, stages: Sequence[Stage]) -> Iterator[Synopsis]:
    """Ever better synopses of these stages."""
    options = empty.options
    units = [grouped(one, options) for one in stages]
    rows = rows_of(stages, units, spread=options.order != "chronological")
    running = [
        schedule_together(row.stages, wanted)
        for row, wanted in zip(rows, row_options(rows, options), strict=True)
    ]
    best = [next(one) for one in running]
    yield _synopsis(empty, stages, units, rows, best)
    told_ns, unseen = _length_ns(best), 0
    waiting = dict(enumerate(running))
    while waiting:
        for number, one in list(waiting.items()):
            better = next(one, None)
            if better is None:
                del waiting[number]
                continue
            best[number] = better
            unseen += 1
            # Measuring one costs as much as finding it: those hardly shorter are not told.
            if _length_ns(best) <= _WORTH_TELLING * told_ns or unseen >= _OFTEN:
                told_ns, unseen = _length_ns(best), 0
                yield _synopsis(empty, stages, units, rows, best)
    if unseen:
        yield _synopsis(empty, stages, units, rows, best)


def _length_ns(best: Sequence[Sequence[Schedule]]) -> int:
    """How long rows of stages are, one after the other."""
    return sum(max(one.length_ns for one in schedules) for schedules in best)


def _synopsis(
    empty: Synopsis,
    stages: Sequence[Stage],
    units: Sequence[tuple[Unit, ...]],
    rows: Sequence[Row],
    best: Sequence[Sequence[Schedule]],
) -> Synopsis:
    parts, length_ns = laid(stages, units, rows, best)
    every = [stage_units(part.stage, part.units) for part in parts]
    moved = [
        Schedule(part.schedule.starts_ns + part.begins_ns, part.schedule.length_ns + part.begins_ns)
        for part in parts
    ]
    measures = Measures(
        input_s=empty.measures.input_s,
        output_s=length_ns / NS_PER_S,
        objects=empty.coverage.shown,
        overlap=measure.overlap(every, moved),
        disorder=measure.disorder(every, moved),
        at_once=measure.at_once(every, moved)[0],
    )
    return replace(empty, parts=parts, measures=measures, length_ns=length_ns)


def _coverage(
    found: Chosen,
    stages: Sequence[Stage],
    takes: Mapping[SourceId, Take],
    missing: Sequence[str],
) -> SynopsisCoverage:
    shown = {TrackId(tube.tube) for stage in stages for tube in stage.tubes}
    why: dict[TrackId, DropWhy] = {}
    for take in takes.values():
        why.update(take.dropped)
    dropped: Counter[DropWhy] = Counter(
        why.get(one, "not cut out") for one in found.tracks if one not in shown
    )
    return SynopsisCoverage(
        found=len(found.tracks),
        shown=len(shown),
        dropped=dict(dropped),
        doubtful=len(found.weak & shown),
        hidden=found.hidden,
        notes=(*found.notes, *missing, *_views(takes.values()), *_uncut(found, takes)),
    )


def _views(takes: Iterable[Take]) -> Iterator[str]:
    """Where the view of a recording changes, so that it is shown in parts."""
    for take in takes:
        for one in take.views:
            if one.words:
                yield f"source {take.source_id}: {one.words} at {format_media(one.time_ns)}"


def _uncut(found: Chosen, takes: Mapping[SourceId, Take]) -> Iterator[str]:
    """Recordings that are analysed and of which nothing was cut out, where that matters."""
    for source_id in found.analysed if found.tracks else ():
        if source_id not in takes:
            yield f"source {source_id}: its objects are not cut out yet"
        elif takes[source_id].state != "finished":
            yield f"source {source_id}: its objects were cut out only in part"


def _nothing(found: Chosen, coverage: SynopsisCoverage) -> tuple[str, str]:
    """Why nothing can be shown, and what to do."""
    if not found.source_ids:
        why = f": {'; '.join(found.notes)}" if found.notes else ""
        return f"no recording is left to show{why}", "Add one, or ask for others."
    if not found.analysed:
        which = ", ".join(str(one) for one in found.source_ids[:8])
        return f"source {which} not analysed yet", "Run: workstation index CASE."
    if not found.tracks and found.query.filters:
        return "no tracks answer what was asked for", "Ask for less, or for other recordings."
    if not found.tracks:
        return (
            "no tracks were found in these recordings",
            "Nothing moved there that the model knows; look at the recordings themselves.",
        )
    if set(coverage.dropped) == {"not cut out"}:
        return (
            "the objects of these recordings are not cut out yet",
            "Run: workstation synopsis CASE --prepare.",
        )
    said = ", ".join(f"{count} {why}" for why, count in coverage.dropped.items())
    return f"no object that was found can be shown: {said}", "Look at the recordings themselves."


def _log(case: Case, outcome: audit.Outcome, asked: Query, made: Synopsis) -> None:
    shown = sorted({tube.tube for part in made.parts for tube in part.stage.tubes})
    about = made.coverage
    case.record(
        audit.Entry(
            "synopsis.view",
            outcome,
            facts={
                "sources": list(made.source_ids),
                "takes": takes_in(made),
                "question": question_of(asked).sha256,
                "options": json.dumps(asdict(made.options), sort_keys=True),
                "found": about.found,
                "shown": about.shown,
                "dropped": sum(about.dropped.values()),
                "hidden": about.hidden,
                "length_ms": made.length_ns // 1_000_000,
                "ids": id_ranges(shown),
            },
            private={"text": asked.text} if asked.text else {},
        )
    )
