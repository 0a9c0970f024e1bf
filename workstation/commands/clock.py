"""`clock`: how recorders' clocks stood, by what it is known, and how two are brought together."""

import argparse

from casefiles.case import Case
from casefiles.types import Source, SourceClock, SourceId
from casefiles.usecases.align_clocks import Seen, propose_alignment
from casefiles.usecases.read_frame import Moment
from casefiles.usecases.set_clock import (
    ClockWords,
    ProposedClock,
    list_clocks,
    propose_clock,
    put_clock,
)
from casefiles.usecases.suggest_offset import OffsetSuggestion, accepted, suggest_offset
from video.clock import NS_PER_S, format_wall, wall_from_ns
from video.types import TimeNs
from workstation.broken_text import refuse_broken_text
from workstation.commands.access import opened
from workstation.commands.clock_words import clock_fields, clock_line
from workstation.output import print_json, print_text, say

_SIGN = (
    "offset = recorder − true time: positive where the recorder is fast; true = recorded − offset"
)


def show(options: argparse.Namespace) -> int:
    """How the clock of each source stands, and how it was set before."""
    with opened(options) as case:
        known = case.sources() if options.source is None else (case.source(options.source),)
        history = list_clocks(case)
    if options.json:
        print_json([_document(source, history) for source in known])
        return 0
    for source in known:
        print_text(f"{source.source_id}: {source.path.name} · {clock_line(source)}")
    print_text(_SIGN)
    return 0


def put(options: argparse.Namespace) -> int:
    """Sets the clock of a source by an offset or by readings."""
    refuse_broken_text({
        f"the argument {name}": value
        for name, value in vars(options).items()
        if isinstance(value, str)
    })  # fmt: skip
    said = ClockWords(
        offset_s=options.offset_s,
        start=options.start or "",
        recorder=options.recorder or "",
        reference=options.reference or "",
        recorder_2=options.recorder2 or "",
        reference_2=options.reference2 or "",
        reference_source=options.reference_source,
        drift_ppm=options.drift_ppm,
        zone_name=options.zone or "",
        summer_time=not options.no_summer_time,
        fold=options.fold,
        uncertainty_s=options.uncertainty_s,
        proof=options.proof,
        proof_frame=options.proof_frame,
        note=options.note,
        sure=options.sure,
    )
    with opened(options) as case:
        proposed = propose_clock(case, options.source, said)
        return _put(case, proposed, as_json=options.json)


def align(options: argparse.Namespace) -> int:
    """Sets the clock of one source by another that shows the same event."""
    wrong = Seen(SourceId(options.source), Moment(media_s=options.media_s, pts=options.pts))
    trusted = Seen(
        SourceId(options.trusted), Moment(media_s=options.with_media_s, pts=options.with_pts)
    )
    with opened(options) as case:
        proposed = propose_alignment(
            case, wrong, trusted, note=options.note, read_s=options.read_s
        )  # fmt: skip
        return _put(case, proposed, as_json=options.json)


def suggest(options: argparse.Namespace) -> int:
    """Suggests an offset from people who go from one view to the other."""
    with opened(options) as case:
        found = suggest_offset(
            case, options.source, options.trusted, within_s=options.within_s
        )  # fmt: skip
        if options.accept and found:
            return _put(case, accepted(case, found[0]), as_json=options.json)
    if options.json:
        print_json([_suggested(one) for one in found])
        return 0
    if not found:
        print_text("nothing to suggest: nobody seems to go from one view to the other")
    for one in found:
        print_text(_suggestion_line(one))
    return 0


def _put(case: Case, proposed: ProposedClock, *, as_json: bool) -> int:
    put_clock(case, proposed)
    source = case.source(proposed.clock.source_id)
    for warning in proposed.warnings:
        say(f"workstation: note: {warning}")
    if as_json:
        print_json({**_document(source, ()), "warnings": list(proposed.warnings)})
    else:
        print_text(f"{source.source_id}: {clock_line(source)}")
    return 0


def _document(source: Source, history: tuple[tuple[SourceClock, bool], ...]) -> dict[str, object]:
    recorded, clock = source.recorded_start_ns, source.clock
    document: dict[str, object] = {
        "source": source.source_id,
        "file": str(source.path),
        "start": None if recorded is None else format_wall(wall_from_ns(recorded)),
        "start_corrected": None if clock is None else format_wall(clock.to_wall(TimeNs(0))),
        "offset_s": source.offset_ns / NS_PER_S,
        "drift_ppm": 0.0 if clock is None else clock.drift_ppb / 1000,
        **clock_fields(source),
        "sign": _SIGN,
        "set": None if source.clock_set is None else _facts(source.clock_set),
    }
    if history:
        document["history"] = [
            {**_facts(clock), "taken_back": not stands}
            for clock, stands in history
            if clock.source_id == source.source_id
        ]
    return document


def _facts(clock: SourceClock) -> dict[str, object]:
    return {
        "clock": clock.clock_id,
        "offset_s": clock.offset_ns / NS_PER_S,
        "drift_ppm": clock.drift_ppb / 1000,
        "basis": clock.basis,
        "readings": [
            {
                "recorder": format_wall(wall_from_ns(one.recorder_ns)),
                "reference": format_wall(wall_from_ns(one.reference_ns)),
                "offset_s": one.offset_ns / NS_PER_S,
            }
            for one in clock.readings
        ],
        "reference_source": clock.reference_source or None,
        "zone": clock.zone_name or None,
        "summer_time": clock.summer_time,
        "uncertainty_s": None if clock.uncertainty_ns is None else clock.uncertainty_ns / NS_PER_S,
        "proof": clock.proof or None,
        "proof_sha256": clock.proof_sha256 or None,
        "note": clock.note,
        "start": None if clock.start_ns is None else format_wall(wall_from_ns(clock.start_ns)),
        "set": format_wall(wall_from_ns(clock.set_ns)),
        "set_by": clock.set_by,
    }


def _suggested(one: OffsetSuggestion) -> dict[str, object]:
    return {
        "source": one.source_id,
        "with": one.trusted_id,
        "add_s": round(one.add_s, 3),
        "offset_s": one.offset_ns / NS_PER_S,
        "error_s": round(one.error_s, 3),
        "score": round(one.score, 3),
        "ratio": round(one.ratio, 3),
        "clear": one.is_clear,
        "both_ways": one.both_ways,
        "people": len(one.people),
        "pairs": [
            {
                "left": {"track": pair.track_left, "source": pair.left_source,
                         "at": format_wall(wall_from_ns(pair.left_ns))},
                "came": {"track": pair.track_came, "source": pair.came_source,
                         "at": format_wall(wall_from_ns(pair.came_ns))},
                "missed_s": round(pair.missed_s, 3),
                "likeness": None if pair.likeness != pair.likeness else round(pair.likeness, 3),
            }
            for pair in one.people
        ],
    }  # fmt: skip


def _suggestion_line(one: OffsetSuggestion) -> str:
    sure = "clear" if one.is_clear else "weak: look at the pairs"
    pairs = ", ".join(f"{pair.track_left}→{pair.track_came}" for pair in one.people)
    return (
        f"source {one.source_id}: add {one.add_s:+.2f} s (± {one.error_s:.2f} s) to agree with "
        f"source {one.trusted_id} · offset {one.offset_ns / NS_PER_S:+.2f} s · {sure} · "
        f"{len(one.people)} people: {pairs}"
    )
