"""Answers that are kept: asked again they are the same, or every difference has its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.decision_types import AnswerId
from casefiles.errors import UnknownAnswer
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Query
from casefiles.store import audit_rows
from casefiles.types import SourceId, TrackId
from casefiles.usecases.keep_answer import (
    Difference,
    ask_again,
    compare,
    keep_answer,
    kept,
    kept_answer,
    said_of,
)
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.verify_case import verify_case
from casefiles.view_types import Hits
from resources.errors import UserError
from tests.support.search_cases import Seen, make_case, put_run, put_source

PEOPLE = Query("person", (ClassFilter((1,)),))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        for _ in range(2):
            put_run(
                made,
                put_source(made),
                Seen(0, 9, score=0.9, vector=(1, 0)),
                Seen(10, 19, score=0.7, vector=(0, 1)),
            )
        yield made


def keep(case: Case, found: Hits, *, asked: int = 200) -> AnswerId:
    assert found.question is not None
    return keep_answer(case, found.question, found, asked=asked)


def people(case: Case, limit: int = 200) -> Hits:
    return finish(search_tracks(case, PEOPLE, limit=limit))


def differs(case: Case, answer_id: AnswerId) -> Difference:
    before = kept_answer(case, answer_id)
    return compare(case, before, finish(ask_again(case, before)))


def test_the_same_question_gives_the_same_list(case: Case) -> None:
    found = people(case)
    answer = keep(case, found)
    difference = differs(case, answer)
    assert difference.same
    assert said_of(difference.changes) == "the same answer"
    assert [hit.track for hit in difference.found.hits] == [hit.track for hit in found.hits]


def test_similar_is_asked_again_with_its_examples(case: Case) -> None:
    found = finish(search_similar(case, tracks=[TrackId(1_000_001)], time_gate=False))
    assert differs(case, keep(case, found)).same


def test_what_was_analysed_again_says_by_what(case: Case) -> None:
    answer = keep(case, people(case))
    new, _ = put_run(case, SourceId(1), Seen(0, 9, score=0.95), Seen(12, 19, score=0.5))
    difference = differs(case, answer)
    assert not difference.same
    whats = [one.what for one in difference.changes]
    assert (whats.count("new"), whats.count("gone")) == (2, 2)
    first = difference.changes[0]
    assert (first.track_id, first.now) == (new, 1)
    assert "analysed since: run 3, model m, Sightline test" in first.why
    gone = next(one for one in difference.changes if one.what == "gone")
    assert "analysed again: run 3, model m" in gone.why
    assert difference.notes == ("analysed since, or again: source 1",)


def test_a_hit_that_was_suppressed_says_so(case: Case) -> None:
    answer = keep(case, people(case))
    case.write(
        lambda cursor: cursor.execute(
            "UPDATE tracks SET suppressed = true WHERE track_id = 1000001"
        )
    )
    (change,) = differs(case, answer).changes
    assert change.what == "gone"
    assert change.why == "it is hidden now as a static false alarm"


def test_hits_that_changed_places_say_so(case: Case) -> None:
    answer = keep(case, people(case))
    case.write(
        lambda cursor: cursor.execute("UPDATE tracks SET mean_score = 0.1 WHERE track_id = 1000001")
    )
    difference = differs(case, answer)
    assert {one.what for one in difference.changes} == {"moved"}
    mine = next(one for one in difference.changes if one.track_id == 1_000_001)
    assert (mine.before, mine.now) == (1, 4)
    assert mine.why == "its score is another"


def test_a_page_is_asked_again_as_a_page(case: Case) -> None:
    found = finish(search_tracks(case, PEOPLE, limit=2, skip=1))
    answer = keep(case, found, asked=2)
    assert [hit.rank for hit in kept_answer(case, answer).hits] == [2, 3]
    assert differs(case, answer).same


def test_answers_of_other_questions_are_not_compared(case: Case) -> None:
    before = kept_answer(case, keep(case, people(case)))
    other = finish(search_tracks(case, Query("car", (ClassFilter((3,)),))))
    with pytest.raises(UserError, match="another question"):
        compare(case, before, other)


def test_an_unknown_answer_names_those_that_are_kept(case: Case) -> None:
    keep(case, people(case))
    with pytest.raises(UnknownAnswer, match="no answer 9") as told:
        kept_answer(case, 9)
    assert "Known answers: 1" in told.value.hint


def test_keeping_is_logged_and_checked(case: Case) -> None:
    keep(case, people(case))
    assert [one.question.text for one in kept(case)] == ["person"]
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
    assert any('"answer.keep"' in text for _, text, *_ in rows)
    assert not [one for one in finish(verify_case(case)).bad if "answers" in one]
    case.write(lambda cursor: cursor.execute("DELETE FROM kept_answer_hits WHERE shown_rank = 1"))
    assert any(one.startswith("answers") for one in finish(verify_case(case)).bad)
