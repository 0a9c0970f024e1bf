"""Refused words leave a row before any answer; contradictions are said; no filter is ignored."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from casefiles.case import Case
from casefiles.jobs import finish
from casefiles.queries.contradictions import contradictions
from casefiles.queries.describe import spoken, to_json
from casefiles.queries.filters import (
    AttributeFilter,
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    CountFilter,
    DirectionFilter,
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    Query,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.parse import parse_query
from casefiles.queries.words import NOT_GUESSED
from casefiles.store import audit_rows
from casefiles.types import CameraId, SourceId
from casefiles.usecases.query_context import query_context
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Line, Zone
from detection.labels import ObjectClass
from tests.support.query_sentences import town
from tests.support.search_cases import Seen, make_case, put_run, put_source

PERSON, CAR = int(ObjectClass.PERSON), int(ObjectClass.CAR)
FAR = 10**6
"""Pixels outside every picture."""


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        yield made


def rows_of(case: Case) -> list[tuple[dict[str, object], dict[str, str]]]:
    found = case.read(lambda cursor: list(audit_rows.every(cursor)))
    return [
        (json.loads(text), {name: value for name, _, value in private})
        for _, text, _, private in found
    ]


def test_refused_words_are_logged_with_their_rules_before_anything_is_found(case: Case) -> None:
    put_run(case, put_source(case), Seen(0, 9))
    query = parse_query("suspicious asian woman", query_context(case))
    job = search_tracks(case, query)
    next(job)
    row, private = rows_of(case)[-1]
    assert (row["event"], row["outcome"]) == ("search", "refused")
    assert row["facts"] == {"rules": ["E-10 intent", "E-10 race"], "words": 2}
    assert "asian" not in json.dumps(row)
    assert private["words"] == "suspicious, asian"
    assert finish(job).total == 1
    assert rows_of(case)[-1][0]["outcome"] == "done"


def test_a_search_without_refused_words_writes_no_such_row(case: Case) -> None:
    finish(search_tracks(case, parse_query("woman", query_context(case))))
    assert [row["outcome"] for row, _ in rows_of(case) if row["event"] == "search"] == ["done"]


def test_json_says_of_each_word_why_it_was_not_searched_by() -> None:
    query = parse_query("elderly asian person with an umbrella", town())
    told = to_json(query, town())
    assert told["struck"] == [{"word": "elderly", "because": NOT_GUESSED}]
    reason = "race and ethnicity are not searched by"
    assert told["refusals"] == [{"word": "asian", "rule": "E-10 race", "reason": reason}]
    assert told["rest"] == "person with an umbrella"
    assert NOT_GUESSED in spoken(query, town())


def _zone(*corner: float, camera: str = "a") -> Zone:
    x, y = corner or (0.0, 0.0)
    return Zone("z", ((x, y), (x + 9, y), (x + 9, y + 9)), camera_id=CameraId(camera))


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        ((TimeFilter(10, 5),), "times"),
        ((TimeFilter(None, 5), TimeFilter(9, None)), "times"),
        ((ClockFilter(60, 120), ClockFilter(180, 240)), "times of day"),
        ((ClassFilter((PERSON,)), ClassFilter((CAR,))), "kinds"),
        ((ClassFilter((PERSON,)), AttributeFilter("vehicle type", ("van",))), "vehicle"),
        ((ClassFilter((PERSON,)), ColourFilter("body", ("red",))), "vehicle"),
        ((ClassFilter((CAR,)), AttributeFilter("hat", ("yes",))), "person"),
        ((AttributeFilter("hat", ("yes",)), AttributeFilter("hat", ("no",))), "hat"),
        ((DwellFilter(30.0, 10.0),), "longer"),
        ((DwellFilter(30.0), DwellFilter(0.0, 10.0)), "longer"),
        ((SpeedFilter(2.0, 1.0),), "speed"),
        ((SizeFilter(20.0, None), SizeFilter(None, 10.0)), "height"),
        ((CameraFilter((CameraId("a"),)), CameraFilter((CameraId("b"),))), "camera"),
        ((CameraFilter(()),), "no camera"),
        ((ZoneFilter(_zone()), ZoneFilter(_zone(camera="b"))), "different cameras"),
    ],
)
def test_filters_that_exclude_each_other_are_told_in_one_sentence(
    filters: tuple[Filter, ...], why: str
) -> None:
    (told,) = contradictions(Query("", filters))
    assert why in told
    assert told.endswith("nothing can be found")


@pytest.mark.parametrize(
    "text",
    [
        "person in a red coat with a hat after 22:00",
        "going left or right",
        "long or short sleeves",
        "red van with two people",
        "from 22:00 to 02:00",
        "in zone Door and zone Gate",
        "",
    ],
)
def test_what_can_be_true_at_once_is_no_contradiction(text: str) -> None:
    assert contradictions(parse_query(text, town())) == ()


def test_long_and_short_sleeves_at_once_are_a_contradiction_and_either_is_not() -> None:
    assert contradictions(parse_query("long and short sleeves", town()))
    assert not contradictions(parse_query("long or short sleeves", town()))


_HERE = SourceId(1)
_FAR_ZONE = Zone("", ((FAR, FAR), (FAR + 9, FAR), (FAR + 9, FAR + 9)), source_id=_HERE)
_FAR_LINE = Line("", ((FAR, FAR), (FAR + 9, FAR)), source_id=_HERE)
_IMPOSSIBLE: tuple[Filter, ...] = (
    ClassFilter((CAR,)),
    CameraFilter((CameraId("nowhere"),)),
    TimeFilter(None, 0),
    ClockFilter(0, 1),
    ZoneFilter(_FAR_ZONE),
    ZoneFilter(_FAR_ZONE, "enter"),
    ZoneFilter(_FAR_ZONE, "leave"),
    LineFilter(_FAR_LINE),
    SequenceFilter((ZoneFilter(_FAR_ZONE, "enter"), LineFilter(_FAR_LINE)), 5.0),
    DwellFilter(1e6),
    DwellFilter(0.0, 0.001),
    LoiterFilter(1e6),
    SizeFilter(float(FAR), None),
    SpeedFilter(float(FAR), None),
    CountFilter(99),
)
_KEPT_WHERE_NOT_KNOWN = (ColourFilter, AttributeFilter, DirectionFilter)


def test_every_kind_of_filter_is_tried_here() -> None:
    assert {type(one) for one in _IMPOSSIBLE} | set(_KEPT_WHERE_NOT_KNOWN) == set(get_args(Filter))


@pytest.mark.parametrize("one", _IMPOSSIBLE, ids=lambda one: type(one).__name__)
def test_a_filter_that_nothing_meets_is_not_ignored(case: Case, one: Filter) -> None:
    put_run(case, put_source(case), Seen(0, 9))
    assert finish(search_tracks(case, Query("all"))).total == 1
    found = finish(search_tracks(case, Query("none", (one,))))
    assert found.total == 0 or found.coverage.notes or any(hit.doubtful for hit in found.hits)
