"""What people say of hits: stored, taken back, checked; and the order and figures that follow."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.decision_types import Question, Said, Verdict
from casefiles.edit_kinds import DecideHits, Edit, TakeBackDecisions
from casefiles.errors import UnknownDecision, UnknownTrack
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, ColourFilter, Query, TimeFilter, ZoneFilter
from casefiles.queries.question import UnreadableQuestion, query_of, question_of
from casefiles.store import audit_rows
from casefiles.types import SourceId, TrackId
from casefiles.usecases.decided import Precision, decisions_of, precision
from casefiles.usecases.rank_again import margins, rank_again
from casefiles.usecases.search_similar import search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.verify_case import verify_case
from casefiles.view_types import Hits, Zone
from tests.support.search_cases import Seen, make_case, put_run, put_source

PEOPLE = Query("person", (ClassFilter((1,)),))
ASKED = question_of(PEOPLE)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Six people of two looks, one without a look; what scores best is listed first."""
    with make_case(tmp_path / "case") as made:
        put_run(
            made,
            put_source(made),
            Seen(0, 9, score=0.9, vector=(1, 0, 0)),
            Seen(10, 19, score=0.8, vector=(0, 1, 0)),
            Seen(20, 29, score=0.7, vector=(1, 0.1, 0)),
            Seen(30, 39, score=0.6, vector=(0.1, 1, 0)),
            Seen(40, 49, score=0.5, has_look=False),
            Seen(50, 59, score=0.4, vector=(1, 0.2, 0)),
        )
        yield made


ONE, TWO, THREE, FOUR, FIVE, SIX = (1_000_001 + n for n in range(6))


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def say(case: Case, verdict: Verdict, *tracks: int, question: Question = ASKED) -> Edit:
    return do(
        case,
        DecideHits(
            question, tuple(Said(TrackId(one), verdict, n) for n, one in enumerate(tracks, 1))
        ),
    )


def standing(case: Case) -> dict[int, str]:
    return {one.track_id: one.verdict for one in decisions_of(case, ASKED)}


def people(case: Case) -> Hits:
    return finish(search_tracks(case, PEOPLE))


def ids(found: Hits) -> list[int]:
    return [hit.track.track_id for hit in found.hits]


def again(case: Case, found: Hits) -> Hits:
    assert found.question is not None
    return rank_again(case, found, decisions_of(case, found.question))


def test_several_hits_are_decided_at_once_and_taken_back_at_once(case: Case) -> None:
    inverse = say(case, "right", ONE, THREE)
    assert standing(case) == {ONE: "right", THREE: "right"}
    redo = do(case, inverse)
    assert standing(case) == {}
    do(case, redo)
    assert standing(case) == {ONE: "right", THREE: "right"}


def test_a_second_word_replaces_the_first_and_undo_brings_it_back(case: Case) -> None:
    say(case, "right", ONE)
    inverse = say(case, "wrong", ONE, TWO)
    assert standing(case) == {ONE: "wrong", TWO: "wrong"}
    do(case, inverse)
    assert standing(case) == {ONE: "right"}


def test_every_word_is_logged_and_the_case_verifies(case: Case) -> None:
    inverse = say(case, "wrong", ONE)
    do(case, inverse)
    say(case, "right", TWO)
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
    events = [text for _, text, *_ in rows if '"hits.' in text]
    assert sum('"hits.decide"' in text for text in events) == 2
    assert sum('"hits.undecide"' in text for text in events) == 1
    assert str(ONE) in events[0]
    assert "person" not in events[0]
    verdict = finish(verify_case(case))
    assert not [one for one in verdict.bad if "decisions" in one or "questions" in one]
    case.write(lambda cursor: cursor.execute("UPDATE decisions SET verdict = 'wrong'"))
    assert any(one.startswith("decisions") for one in finish(verify_case(case)).bad)


def test_nothing_is_said_of_a_track_that_is_not_there(case: Case) -> None:
    with pytest.raises(UnknownTrack, match="no track 77"):
        say(case, "right", ONE, 77)
    assert standing(case) == {}


def test_what_was_taken_back_cannot_be_taken_back_again(case: Case) -> None:
    inverse = say(case, "right", ONE)
    do(case, inverse)
    with pytest.raises(UnknownDecision, match="already"):
        do(case, inverse)
    with pytest.raises(UnknownDecision, match="unknown"):
        do(case, TakeBackDecisions((99,)))  # type: ignore[arg-type]  # an id of nothing


def test_a_question_is_the_same_whatever_words_and_order_it_was_put_in() -> None:
    red = ColourFilter("upper", ("red",))
    zone = ZoneFilter(Zone("yard", ((0, 0), (9, 0), (9, 9)), SourceId(1)))
    named = ZoneFilter(replace(zone.zone, name="back yard", created_by="x"))
    one = Query("red person", (PEOPLE.filters[0], red, zone, TimeFilter(5, None)))
    other = Query("person in red", (named, TimeFilter(5, None), red, PEOPLE.filters[0]))
    assert question_of(one).sha256 == question_of(other).sha256
    assert question_of(one).sha256 != question_of(PEOPLE).sha256
    assert question_of(query_of(question_of(one))).sha256 == question_of(one).sha256
    assert set(query_of(question_of(one)).filters) == set(one.filters)
    with pytest.raises(UnreadableQuestion):
        query_of(replace(ASKED, document='{"filters":[{"kind":"Aura"}],"rest":""}'))


def test_what_is_said_of_one_question_says_nothing_of_another(case: Case) -> None:
    say(case, "right", ONE, question=question_of(Query("x", (ColourFilter("upper", ("red",)),))))
    assert standing(case) == {}


def test_description_hits_are_ranked_again_by_what_was_said(case: Case) -> None:
    before = people(case)
    assert ids(before) == [ONE, TWO, THREE, FOUR, FIVE, SIX]
    say(case, "right", ONE)
    say(case, "wrong", TWO)
    ranked = again(case, before)
    # Confirmed first, then those like it, then what cannot be judged or is like the rejected.
    assert ids(ranked)[:3] == [ONE, THREE, SIX]
    assert ids(ranked)[-1] == TWO
    assert ids(ranked).index(FIVE) < ids(ranked).index(FOUR)
    third = ranked.hits[1]
    assert third.why[-1] == f"nearest to track {ONE}, which was confirmed"
    assert third.parts[-1].name == "like those confirmed"
    assert 0.9 < third.parts[-1].value <= 1
    assert not any("nearest" in one for one in ranked.hits[ids(ranked).index(FIVE)].why)


def test_taking_back_brings_the_old_order_back(case: Case) -> None:
    before = people(case)
    inverse = say(case, "wrong", ONE)
    assert ids(again(case, before))[-1] == ONE
    do(case, inverse)
    assert again(case, before) == before


def test_several_confirmed_looks_each_draw_their_own(case: Case) -> None:
    say(case, "right", ONE, TWO)
    ranked = again(case, people(case))
    assert ids(ranked)[:4] == [ONE, TWO, THREE, FOUR]


def test_similar_hits_are_ordered_by_examples_alone(case: Case) -> None:
    found = finish(search_similar(case, tracks=[TrackId(ONE)], time_gate=False))
    assert found.question is not None
    assert found.question.kind == "similar"
    assert ids(found)[0] == THREE
    say(case, "wrong", THREE, question=found.question)
    ranked = again(case, found)
    assert ids(ranked)[-1] == THREE
    assert sorted(ids(ranked)) == sorted(ids(found))


def test_equal_hits_keep_their_order(case: Case) -> None:
    found = people(case)
    one = found.hits[4]
    twins = tuple(
        replace(one, track=replace(one.track, track_id=TrackId(5_000_000 + n))) for n in range(5)
    )
    say(case, "right", ONE)
    ranked = again(case, replace(found, hits=twins))
    assert ids(ranked) == [5_000_000 + n for n in range(5)]


def test_nearest_examples_decide_not_their_mean() -> None:
    rows = np.array([[1, 0], [0.7, 0.7]], np.float32)
    right = np.array([[1, 0], [0, 1]], np.float32)
    value, nearest = margins(rows, right, np.zeros((0, 2), np.float32))
    assert value[0] > value[1]
    assert nearest[0] == 0
    value, _ = margins(rows, right, np.zeros((0, 2), np.float32), one_thing=True)
    assert value[1] > value[0], "of one thing it is the mean that decides"
    value, nearest = margins(rows, np.zeros((0, 2), np.float32), right[:1])
    assert value[0] < value[1]
    assert nearest.tolist() == [-1, -1]


@pytest.mark.parametrize(("right", "count"), [(12, 15), (1, 1), (3, 40), (499, 1000)])
def test_at_the_ends_of_the_interval_the_share_is_just_within_reach(right: int, count: int) -> None:
    """What defines Wilson's interval: |share - p| = z sqrt(p (1 - p) / n) at both ends."""
    found = Precision(right, count, count)
    low, high = found.interval
    assert 0 <= low < high <= 1
    for end in (low, high):
        if 0 < end < 1:
            reach = 1.959964 * (end * (1 - end) / count) ** 0.5
            assert abs(found.share - end) == pytest.approx(reach, abs=1e-5)


def test_interval_of_none_and_of_all_stays_between_nothing_and_everything() -> None:
    assert Precision(0, 10, 10).interval[0] == 0
    assert Precision(10, 10, 10).interval[1] == pytest.approx(1)
    assert Precision(10, 10, 10).interval[0] > Precision(5, 5, 5).interval[0]


def test_precision_counts_only_what_was_looked_at(case: Case) -> None:
    assert precision(()).words() == ""
    assert precision(()).interval == (0, 1)
    say(case, "right", ONE, TWO, THREE)
    say(case, "wrong", FOUR)
    found = precision(decisions_of(case, ASKED))
    assert (found.right, found.looked_at, found.upto) == (3, 4, 3)
    assert found.words() == "3 of 4 looked at are right: 0.75 (0.30–0.95)"
