"""Keeps an answer with its question, and compares it with what the same question gives later.

Only an answer that somebody keeps, exports or decides on is kept; others leave their audit row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from casefiles import audit
from casefiles.case import Case
from casefiles.decision_types import AnswerId, KeptAnswer, KeptHit, Question
from casefiles.errors import UnknownAnswer
from casefiles.jobs import Job
from casefiles.queries.filters import Order
from casefiles.queries.question import likeness_of, query_of
from casefiles.store import decisions, kept_answers
from casefiles.store.engine import Cursor
from casefiles.store.kept_answers import ShownRun
from casefiles.types import RunId, SourceId, TrackId
from casefiles.usecases.rank_by_words import search_ranked
from casefiles.usecases.search_similar import search_similar
from casefiles.view_types import Hits
from resources.errors import UserError
from resources.version import PROGRAM_VERSION
from video.clock import now_ns


@dataclass(frozen=True, slots=True)
class Changed:
    """One track that answers otherwise than it did: which place it had and has (from 1)."""

    track_id: TrackId
    source_id: SourceId
    before: int | None
    now: int | None
    why: str
    """The reason where it is known, else what can be said."""

    @property
    def what(self) -> Literal["new", "gone", "moved"]:
        if self.before is None:
            return "new"
        return "gone" if self.now is None else "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a kept answer and the answer of today have not in common; nothing: they are the same."""

    kept: KeptAnswer
    found: Hits
    changes: tuple[Changed, ...]
    """New ones by place, then those that are gone, then those that moved among the others."""
    notes: tuple[str, ...]
    """What changed about the case since."""

    @property
    def same(self) -> bool:
        return not self.changes and self.kept.total == self.found.total


def keep_answer(
    case: Case, question: Question, found: Hits, *, asked: int, order: Order = "best"
) -> AnswerId:
    """Stores an answer as it was given; logged. `asked` is how many hits were asked for."""

    def put(cursor: Cursor) -> AnswerId:
        when_ns, by = now_ns(), case.actor.user
        stored = decisions.keep_question(cursor, question, when_ns, by)
        hits = tuple(
            KeptHit(place, one.track.track_id, one.track.run_id, one.track.source_id, one.score)
            for place, one in enumerate(found.hits, found.skipped + 1)
        )
        answer_id = kept_answers.next_id(cursor)
        runs = tuple(sorted(run.run_id for run in kept_answers.shown_runs(cursor).values()))
        kept_answers.insert(
            cursor,
            KeptAnswer(
                answer_id, stored, question, asked, found.total, order, when_ns, by,
                PROGRAM_VERSION, runs, hits,
            ),
        )  # fmt: skip
        return answer_id

    def entry(answer_id: AnswerId) -> audit.Entry:
        return audit.Entry(
            "answer.keep",
            "done",
            object=f"answer:{answer_id}",
            facts={"question": question.sha256, "hits": len(found.hits), "total": found.total},
            private={"text": question.text, "document": question.document},
            vouches=("questions", "answers"),
        )

    return case.act(entry, put, touches=kept_answers.TABLES)


def kept_answer(case: Case, answer_id: int) -> KeptAnswer:
    """One kept answer.

    Raises:
        UnknownAnswer: the case has none of that id.
    """
    found = case.read(partial(kept_answers.one, answer_id=answer_id))
    if found is None:
        known = ", ".join(str(one) for one in case.read(kept_answers.ids)[:12]) or "none yet"
        raise UnknownAnswer(
            f"the case keeps no answer {answer_id}",
            f"Known answers: {known}. 'search … --keep' keeps one.",
        )
    return found


def kept(case: Case) -> tuple[KeptAnswer, ...]:
    """All kept answers, by id."""

    def read(cursor: Cursor) -> tuple[KeptAnswer, ...]:
        found = (kept_answers.one(cursor, answer_id) for answer_id in kept_answers.ids(cursor))
        return tuple(one for one in found if one is not None)

    return case.read(read)


def ask_again(case: Case, kept: KeptAnswer) -> Job[Hits]:
    """The answer that the same question has today.

    Raises:
        UnreadableQuestion: another version of the program asked it.
        UserError: it was asked with pictures, which are not kept; or as the search raises.
    """
    skip = kept.hits[0].rank - 1 if kept.hits else 0
    order: Order = "time" if kept.order == "time" else "best"
    if kept.question.kind == "search":
        query = query_of(kept.question)
        return (yield from search_ranked(case, query, limit=kept.asked, skip=skip, order=order))
    wanted = likeness_of(kept.question)
    if wanted.pictures:
        raise UserError(
            f"answer {kept.answer_id} was asked with pictures, which are not kept",
            "Give the same pictures to 'similar' again, with --compare-with.",
        )
    return (
        yield from search_similar(
            case, tracks=wanted.tracks, without=wanted.without, limit=kept.asked, skip=skip,
            time_gate=wanted.time_gate,
        )
    )  # fmt: skip


def compare(case: Case, kept: KeptAnswer, found: Hits) -> Difference:
    """What became of a kept answer, track by track, with the reason where it is known.

    Raises:
        UserError: the answer is to another question.
    """
    if found.question is not None and found.question.sha256 != kept.question.sha256:
        raise UserError(
            f"answer {kept.answer_id} is to another question: {kept.question.text!r}",
            "Compare an answer to the same filters or examples.",
        )
    now = {hit.track.track_id: hit for hit in found.hits}
    places = {one: place for place, one in enumerate(now, found.skipped + 1)}
    before = {hit.track_id: hit for hit in kept.hits}
    shown = case.read(kept_answers.shown_runs)
    gone = [hit for track_id, hit in before.items() if track_id not in now]
    hidden = case.read(partial(kept_answers.suppressed, track_ids=[one.track_id for one in gone]))
    version = _other_version(kept)
    changes = [
        Changed(
            track_id, hit.track.source_id, None, places[track_id],
            _why_new(kept, shown, hit.track.run_id, version),
        )
        for track_id, hit in now.items()
        if track_id not in before
    ]  # fmt: skip
    for one in gone:
        why = _why_gone(one, shown, hidden, found, kept, version)
        changes.append(Changed(one.track_id, one.source_id, one.rank, None, why))
    common = [track_id for track_id in before if track_id in now]
    order_now = sorted(common, key=places.__getitem__)
    for track_id, other in zip(common, order_now, strict=True):
        if track_id != other:
            hit = now[track_id]
            moved = abs(hit.score - before[track_id].score) > 1e-9
            why = "its score is another" if moved else "others changed places with it"
            changes.append(
                Changed(
                    track_id, hit.track.source_id, before[track_id].rank, places[track_id],
                    f"{why}{version}",
                )
            )  # fmt: skip
    return Difference(kept, found, tuple(changes), _notes(kept, shown))


def _other_version(kept: KeptAnswer) -> str:
    if kept.program_version == PROGRAM_VERSION:
        return ""
    return f" (kept by Sightline {kept.program_version}, this is {PROGRAM_VERSION})"


def _why_new(
    kept: KeptAnswer, shown: Mapping[SourceId, ShownRun], run_id: RunId, version: str
) -> str:
    if run_id not in kept.runs:
        return _indexed_since(shown, run_id)
    return f"it did not answer then: cameras, clocks or static spots were changed{version}"


def _indexed_since(shown: Mapping[SourceId, ShownRun], run_id: RunId) -> str:
    made = next((one for one in shown.values() if one.run_id == run_id), None)
    if made is None:
        return "its recording was analysed since"
    return (
        f"its recording was analysed since: run {made.run_id}, model {made.model_name}, "
        f"Sightline {made.program_version}"
    )


def _why_gone(
    one: KeptHit,
    shown: Mapping[SourceId, ShownRun],
    hidden: frozenset[TrackId],
    found: Hits,
    kept: KeptAnswer,
    version: str,
) -> str:
    made = shown.get(one.source_id)
    if made is not None and made.run_id != one.run_id:
        return (
            f"its recording was analysed again: run {made.run_id}, model {made.model_name}, "
            f"Sightline {made.program_version}"
        )
    if one.track_id in hidden:
        return "it is hidden now as a static false alarm"
    if found.skipped + len(found.hits) < found.total:
        return f"it may stand below the first {kept.asked} now{version}"
    return f"it does not answer any more: cameras, clocks or what is known changed{version}"


def _notes(kept: KeptAnswer, shown: Mapping[SourceId, ShownRun]) -> tuple[str, ...]:
    notes: list[str] = []
    known = set(kept.runs)
    fresh = [one for one in shown.values() if one.run_id not in known]
    if fresh:
        named = ", ".join(str(one.source_id) for one in fresh)
        notes.append(f"analysed since, or again: source {named}")
    if kept.program_version != PROGRAM_VERSION:
        notes.append(f"kept by Sightline {kept.program_version}, compared by {PROGRAM_VERSION}")
    return tuple(notes)


def said_of(changes: Sequence[Changed]) -> str:
    """In a few words: "1 new, 2 gone, 3 moved", or that nothing changed."""
    counts = {what: sum(one.what == what for one in changes) for what in ("new", "gone", "moved")}
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return said or "the same answer"


def keep_once(case: Case, question: Question, found: Hits, *, asked: int) -> AnswerId:
    """The same as `keep_answer`, unless the newest answer kept to the question is this one."""
    newest = newest_answer(case, question)
    shown = {hit.track.track_id for hit in found.hits}
    if newest is not None and {hit.track_id for hit in newest.hits} == shown:
        return newest.answer_id
    return keep_answer(case, question, found, asked=asked)


def newest_answer(case: Case, question: Question) -> KeptAnswer | None:
    """The answer to a question that was kept last; None where none was."""
    return case.read(partial(kept_answers.newest, sha256=question.sha256))


def compare_newest(case: Case, found: Hits) -> Difference | None:
    """What the newest kept answer to the same question had otherwise; None where none is kept."""
    newest = None if found.question is None else newest_answer(case, found.question)
    return None if newest is None else compare(case, newest, found)
