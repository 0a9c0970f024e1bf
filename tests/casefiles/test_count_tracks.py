"""How many answer, alone and together, and which step brings more or fewer: equal to searching."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ColourFilter,
    DwellFilter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.loosen import looser
from casefiles.store import audit_rows
from casefiles.types import Camera, CameraId, SourceId
from casefiles.usecases import count_tracks as counting
from casefiles.usecases.count_tracks import Hint, count_tracks, hints_for
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Zone
from detection.labels import ObjectClass
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)

PEOPLE = ClassFilter((int(ObjectClass.PERSON),))
RED = ColourFilter("upper", ("red",))
ROOM = ZoneFilter(Zone("", ((0.0, 0.0), (50.0, 0.0), (50.0, 50.0), (0.0, 50.0)), SourceId(1)))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Two cameras: three in red, one in orange, two cars; one in red stands in the room."""
    with make_case(tmp_path / "c") as made:
        put_cameras(made, Camera(CameraId("a"), "A", ()), Camera(CameraId("b"), "B", ()))
        red, orange = ({"upper": {name: 0.6}} for name in ("red", "orange"))
        put_run(
            made, put_source(made, "a"),
            Seen(0, 10, colours=red, feet=[(0, 20, 20), (5, 30, 30), (10, 30, 20)]),
            Seen(20, 30, colours=red, feet=[(20, 300, 300), (30, 310, 300)]),
            Seen(40, 70, colours=orange, feet=[(40, 20, 20), (70, 30, 20)]),
            Seen(0, 9, kind=ObjectClass.CAR),
        )  # fmt: skip
        put_run(
            made, put_source(made, "b", start_ns=START_NS + 7200 * S),
            Seen(0, 3, colours=red), Seen(0, 9, kind=ObjectClass.CAR),
        )  # fmt: skip
        yield made


def total(case: Case, query: Query) -> int:
    return finish(search_tracks(case, query, limit=0)).total


@pytest.mark.parametrize(
    "filters",
    [
        (PEOPLE,),
        (PEOPLE, RED),
        (PEOPLE, RED, CameraFilter((CameraId("a"),))),
        (PEOPLE, RED, ROOM, DwellFilter(4.0)),
        (RED, TimeFilter(START_NS, START_NS + 60 * S)),
    ],
)
def test_counts_are_those_of_searching(case: Case, filters: tuple[ClassFilter, ...]) -> None:
    query = Query("text", filters)
    found = finish(count_tracks(case, query))
    assert found.total == total(case, query)
    assert found.alone == tuple(
        total(case, replace(query, filters=(one,))) for one in query.filters
    )
    for hint in found.hints:
        assert hint.count == total(case, hint.applied(query)) > (found.total or 0)


def test_with_few_answers_it_says_what_more_each_step_would_bring(case: Case) -> None:
    query = Query("red on b", (PEOPLE, RED, ROOM, CameraFilter((CameraId("b"),))))
    (first, *_) = hints = finish(count_tracks(case, query)).hints
    assert all(hint.kind == "more" for hint in hints)
    assert Hint("more", query.filters[3], None, 1) in hints
    assert first.count > 0


def test_a_wider_colour_is_told_before_no_colour(case: Case) -> None:
    hints = finish(count_tracks(case, Query("", (PEOPLE, RED, ROOM)))).hints
    assert (hints[0].new is None, hints[0].count) == (False, 2)
    assert isinstance(hints[0].new, ColourFilter)
    assert "orange" in hints[0].new.colours
    # Without the colour as many answer: the smaller step says it.
    assert Hint("more", RED, None, 2) not in hints


def test_with_many_answers_it_says_what_narrows_them(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEW", 0)
    monkeypatch.setattr(counting, "MANY", 3)
    query = Query("all", (ClassFilter((int(ObjectClass.PERSON), int(ObjectClass.CAR))),))
    hints = finish(count_tracks(case, query)).hints
    assert {hint.kind for hint in hints} == {"fewer"}
    assert {type(hint.new) for hint in hints} == {ClassFilter, CameraFilter} | {
        type(hint.new) for hint in hints if isinstance(hint.new, TimeFilter)
    }
    for hint in hints:
        assert hint.count == total(case, hint.applied(query)) < total(case, query)


def test_a_count_is_logged_once_and_names_no_track(case: Case) -> None:
    before = case.read(lambda cursor: len(list(audit_rows.every(cursor))))
    found = finish(count_tracks(case, Query("secret words", (PEOPLE, RED))))
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))[before:]
    (text,) = [one for _, one, *_ in rows]
    document = json.loads(text)
    assert document["event"] == "search.count"
    assert document["facts"]["found"] == found.total
    assert "ids" not in document["facts"]
    assert "secret" not in text


def test_a_count_that_was_given_up_shows_nothing_and_logs_nothing(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_AT_ONCE", 0)
    before = case.read(lambda cursor: len(list(audit_rows.every(cursor))))
    job = count_tracks(case, Query("", (PEOPLE, RED)))
    next(job)
    job.close()
    assert case.read(lambda cursor: len(list(audit_rows.every(cursor)))) == before


def test_what_would_cost_too_much_is_not_counted_and_not_guessed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_ROWS", 8)
    found = finish(count_tracks(case, Query("", (PEOPLE, ROOM))))
    assert found.total is None
    assert found.alone == (4, None)
    assert found.hints == ()


def test_a_text_with_refused_words_is_not_counted(case: Case) -> None:
    found = finish(count_tracks(case, Query("x", (PEOPLE,), refused=("x",))))
    assert (found.total, found.alone) == (None, (None,))


def test_an_answer_of_a_page_has_no_hints(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "FEW", 1)
    query = Query("", (PEOPLE,))
    assert finish(hints_for(case, query, finish(search_tracks(case, query)))) == ()


def test_every_filter_can_go_and_a_wider_one_comes_before() -> None:
    query = Query("", (PEOPLE, RED, DwellFilter(30.0)))
    assert [(old, new is None) for old, new in looser(query)] == [
        (PEOPLE, True), (RED, False), (RED, True), (query.filters[2], False),
        (query.filters[2], True),
    ]  # fmt: skip
    assert (query.filters[2], DwellFilter(15.0)) in looser(query)
