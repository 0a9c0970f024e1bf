"""`answer`: answers that are kept: decided on, asked again, compared, exported."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from casefiles.case import Case
from casefiles.decision_types import KeptAnswer, Said, Verdict
from casefiles.edit_kinds import DecideHits, Edit, TakeBackDecisions
from casefiles.queries.filters import Order
from casefiles.types import TrackId
from casefiles.usecases.decided import decisions_of, precision
from casefiles.usecases.export_hits import HitsExport, check_can_export, export_hits
from casefiles.usecases.keep_answer import (
    Difference,
    ask_again,
    compare,
    keep_answer,
    kept,
    kept_answer,
    said_of,
)
from casefiles.usecases.rank_again import rank_again
from casefiles.view_types import Hits
from resources.errors import UserError
from video.clock import format_wall, wall_from_ns
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job, say

Facts = dict[str, object]


def taken_further(
    case: Case, options: argparse.Namespace, found: Hits, *, order: Order = "best"
) -> Facts:
    """Compares, keeps and exports an answer, as the options of its search ask; what came of it."""
    done: Facts = {}
    question = found.question
    if question is None:
        return done
    if options.compare_with is not None:
        difference = compare(case, kept_answer(case, options.compare_with), found)
        done["compared"] = _difference(difference)
        if not options.json:
            _print_difference(difference)
    if options.export is not None:
        # Before anything is kept: an answer of which the export cannot be is no answer asked for.
        check_can_export(case, found, options.export)
    if options.keep or options.export is not None:
        answer_id = keep_answer(case, question, found, asked=options.limit, order=order)
        done["answer"] = answer_id
        say(f"workstation: kept as answer {answer_id}")
    if options.export is not None:
        written = run_job(export_hits(case, found, question, options.export), "exporting")
        done["export"] = _export(written)
        _tell_export(written)
    return done


def show(options: argparse.Namespace) -> int:
    """Lists the answers that are kept."""
    with opened(options) as case:
        rows = [(one, precision(decisions_of(case, one.question))) for one in kept(case)]
    if options.json:
        print_json(
            [{**_kept(one), "decided": said.looked_at, "right": said.right} for one, said in rows]
        )
        return 0
    if not rows:
        print_text("no answers kept yet: use 'search CASE TEXT --keep'")
    for one, said in rows:
        print_text(" · ".join(part for part in (
            f"{one.answer_id}", one.question.text, f"{len(one.hits)} of {one.total} hits",
            format_wall(wall_from_ns(one.kept_ns)), one.kept_by, said.words(),
        ) if part))  # fmt: skip
    return 0


def again(options: argparse.Namespace) -> int:
    """Asks the question of a kept answer again and tells what is different."""
    with opened(options) as case:
        before = kept_answer(case, options.answer)
        found = run_job(ask_again(case, before), "searching")
        difference = compare(case, before, found)
    if options.json:
        print_json(_difference(difference))
    else:
        _print_difference(difference)
    return 0


def decide(options: argparse.Namespace) -> int:
    """Says of hits of a kept answer whether they are right."""
    wanted: Mapping[Verdict, list[int]] = {"right": options.right, "wrong": options.wrong}
    both = set(options.right) & set(options.wrong)
    if both:
        raise UserError(f"track {min(both)} cannot be right and wrong", "Say it once.")
    if not any(wanted.values()) and not options.take_back:
        raise UserError("nothing is said of any hit", "Give --right ID, --wrong ID or --take-back.")
    with opened(options) as case:
        answer = kept_answer(case, options.answer)
        places = {hit.track_id: hit.rank for hit in answer.hits}
        strangers = [one for ids in wanted.values() for one in ids if one not in places]
        if strangers:
            raise UserError(
                f"answer {answer.answer_id} holds no track {strangers[0]}",
                "Decide on hits that it shows.",
            )
        if options.take_back:
            standing = {
                one.track_id: one.decision_id for one in decisions_of(case, answer.question)
            }
            missing = [one for one in options.take_back if one not in standing]
            if missing:
                raise UserError(f"nothing is said of track {missing[0]}", "Nothing was changed.")
            gone = tuple(standing[TrackId(one)] for one in options.take_back)
            _post(case, TakeBackDecisions(gone))
        said = tuple(
            Said(TrackId(one), verdict, places[TrackId(one)])
            for verdict, ids in wanted.items()
            for one in ids
        )
        if said:
            _post(case, DecideHits(answer.question, said))
        standing_now = decisions_of(case, answer.question)
        found = run_job(ask_again(case, answer), "searching")
        ranked = rank_again(case, found, standing_now)
    result = precision(standing_now)
    if options.json:
        low, high = result.interval
        print_json(
            {
                "right": result.right, "looked_at": result.looked_at, "upto": result.upto,
                "precision": round(result.share, 4), "low": round(low, 4), "high": round(high, 4),
                "says": result.words(),
                "order": [hit.track.track_id for hit in ranked.hits],
            }
        )  # fmt: skip
    else:
        print_text(result.words() or "nothing is decided any more")
        for place, hit in enumerate(ranked.hits[:10], 1):
            print_text(f"{place}. {hit.track.track_id} · {'; '.join(hit.why)}")
    return 0


def export(options: argparse.Namespace) -> int:
    """Exports a kept answer as it is found today, in the order that the decisions give."""
    with opened(options) as case:
        answer = kept_answer(case, options.answer)
        found = run_job(ask_again(case, answer), "searching")
        ranked = rank_again(case, found, decisions_of(case, answer.question))
        written = run_job(export_hits(case, ranked, answer.question, options.out), "exporting")
    if options.json:
        print_json(_export(written))
    _tell_export(written)
    return 0


def _post(case: Case, edit: Edit) -> None:
    case.post(partial(_same, edit)).result()


def _same(edit: Edit) -> Edit:
    return edit


def _kept(one: KeptAnswer) -> Facts:
    return {
        "answer": one.answer_id,
        "question": one.question.text,
        "kind": one.question.kind,
        "question_sha256": one.question.sha256,
        "hits": len(one.hits),
        "total": one.total,
        "kept": format_wall(wall_from_ns(one.kept_ns)),
        "kept_by": one.kept_by,
        "program_version": one.program_version,
    }


def _difference(difference: Difference) -> Facts:
    return {
        **_kept(difference.kept),
        "same": difference.same,
        "total_now": difference.found.total,
        "changes": [{"what": one.what, **asdict(one)} for one in difference.changes],
        "notes": list(difference.notes),
        "ids": [hit.track.track_id for hit in difference.found.hits],
    }


def _print_difference(difference: Difference) -> None:
    answer = difference.kept
    print_text(f"answer {answer.answer_id} ({answer.question.text}): {said_of(difference.changes)}")
    for one in difference.changes:
        places = " → ".join("-" if at is None else str(at) for at in (one.before, one.now))
        print_text(f"{one.what} · {one.track_id} · place {places} · {one.why}")
    for note in difference.notes:
        print_text(note)


def _export(written: HitsExport) -> Facts:
    return {
        "folder": str(written.folder),
        "hits": written.hits,
        "stills": written.stills,
        "without_still": list(written.failures),
        "manifest_sha256": written.manifest_sha256,
        "note": written.note,
    }


def _tell_export(written: HitsExport) -> None:
    say(f"workstation: {written.hits} hits and {written.stills} stills in {written.folder}")
    for failure in written.failures:
        say(f"workstation: no still of {failure}")
    if written.note:
        say(f"workstation: {written.note}")
