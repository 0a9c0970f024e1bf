"""Searches under a name: kept as text and changes, asked anew, each act logged and undoable."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefiles.case import Case
from casefiles.edit_kinds import (
    AddLine,
    AddZone,
    ChangeZone,
    Edit,
    RemoveSearch,
    RemoveZone,
    RenameSearch,
    SaveSearch,
)
from casefiles.errors import BadSearch, UnknownSearch
from casefiles.jobs import finish
from casefiles.queries.context import Context
from casefiles.queries.filters import (
    AttributeFilter,
    ClassFilter,
    ColourFilter,
    DwellFilter,
    Filter,
    LineFilter,
    SequenceFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.saved import UnreadableSearch, restored, saved_search
from casefiles.store import audit_rows
from casefiles.types import SourceId
from casefiles.usecases.query_context import query_context
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from casefiles.view_types import Line, Zone
from tests.support.search_cases import START_NS, S, make_case, put_source

GATE = Zone("Gate", ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0)), source_id=SourceId(1))
KERB = Line("Kerb", ((10.0, 20.0), (300.0, 40.0)), source_id=SourceId(1))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = make_case(tmp_path / "c")
    put_source(made)
    yield made
    made.close()


def do(case: Case, edit: Edit) -> Edit:
    return case.post(lambda: edit).result()


def test_a_search_is_saved_renamed_removed_and_brought_back(case: Case) -> None:
    remove = do(case, SaveSearch(saved_search("Red", "person red jacket")))
    assert isinstance(remove, RemoveSearch)
    (saved,) = view_case(case).searches
    assert (saved.name, saved.text, saved.created_by) == ("Red", "person red jacket", "tester")
    back = do(case, RenameSearch(saved.search_id, "Red coat"))
    assert [one.name for one in view_case(case).searches] == ["Red coat"]
    do(case, back)
    restore = do(case, RemoveSearch(saved.search_id))
    assert view_case(case).searches == ()
    with pytest.raises(UnknownSearch, match="no saved search 1"):
        do(case, RemoveSearch(saved.search_id))
    do(case, restore)
    assert view_case(case).searches == (saved,)


def test_the_audit_names_the_act_and_keeps_the_words_private(case: Case) -> None:
    do(case, SaveSearch(saved_search("Name of it", "person secret words")))
    rows = case.read(lambda cursor: [text for _, text, *_ in audit_rows.every(cursor)])
    (row,) = [json.loads(text) for text in rows if '"search.save"' in text]
    assert row["object"] == "search:1"
    assert "secret" not in json.dumps(row)

    def of_searches() -> list[str]:
        return [one for one in finish(verify_case(case)).bad if one.startswith("searches")]

    assert of_searches() == []
    case.write(lambda cursor: cursor.execute("UPDATE saved_searches SET text = 'car'"))
    assert of_searches() == ["searches: its rows were changed outside the program"]


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 121, "\ud800"])
def test_names_that_cannot_be_are_refused_and_nothing_is_stored(case: Case, name: str) -> None:
    with pytest.raises(BadSearch):
        do(case, SaveSearch(replace(saved_search("x", "person"), name=name)))
    assert view_case(case).searches == ()


def test_two_searches_cannot_have_one_name(case: Case) -> None:
    do(case, SaveSearch(saved_search("Red", "person red jacket")))
    with pytest.raises(BadSearch, match="already"):
        do(case, SaveSearch(saved_search("RED ", "car")))
    other = do(case, SaveSearch(saved_search("Car", "car")))
    assert isinstance(other, RemoveSearch)
    with pytest.raises(BadSearch, match="already"):
        do(case, RenameSearch(other.search_id, "red"))


def test_a_relative_time_is_read_anew(case: Case) -> None:
    saved = saved_search("Late", "person yesterday")
    asked = query_context(case)
    before = restored(saved, replace_now(asked, START_NS)).query
    after = restored(saved, replace_now(asked, START_NS + 86_400 * S)).query
    times = [
        one for query in (before, after) for one in query.filters if isinstance(one, TimeFilter)
    ]
    assert times[1].from_ns == (times[0].from_ns or 0) + 86_400 * S


def replace_now(context: Context, now_ns: int) -> Context:
    return Context(
        context.cameras, context.places, context.time_zone, context.footage, context.class_ids,
        context.zones, context.lines, now_ns,
    )  # fmt: skip


def test_changes_by_hand_stay_with_the_filter_they_were_made_to(case: Case) -> None:
    context = query_context(case)
    red = ColourFilter("upper", ("red", "dark red"))
    (asked,) = [
        one
        for one in restored(saved_search("x", "person red jacket"), context).read.filters
        if isinstance(one, ColourFilter)
    ]
    hat = AttributeFilter("hat", ("yes",))
    saved = saved_search("x", "person red jacket", {asked: replace(asked, part="lower")}, [hat])

    found = restored(saved, context)

    assert ColourFilter("lower", asked.colours) in found.query.filters
    assert asked not in found.query.filters
    assert hat in found.query.filters
    taken = restored(saved_search("x", "person red jacket", {asked: None}), context)
    assert taken.query.filters == (ClassFilter((1,)),)
    # A text that means another filter of the kind by now: the change is made to that one.
    moved = restored(saved_search("x", "person yesterday", {TimeFilter(1, 2): None}), context)
    assert moved.query.filters == (ClassFilter((1,)),)
    assert red not in found.query.filters


def test_zones_and_lines_are_found_by_their_id_and_a_removed_one_is_said(case: Case) -> None:
    do(case, AddZone(GATE))
    do(case, AddLine(KERB))
    view = view_case(case)
    (zone,), (line,) = view.zones, view.lines
    both: tuple[Filter, ...] = (
        ZoneFilter(zone, "enter"),
        SequenceFilter((ZoneFilter(zone, "enter"), LineFilter(line, "forward")), 60.0),
        DwellFilter(5.0, 10.0),
    )
    saved = saved_search("Way", "person", added=both)
    moved = replace(zone, name="Door", polygon=((0.0, 0.0), (50.0, 0.0), (50.0, 50.0)))
    do(case, ChangeZone(moved))

    found = restored(saved, query_context(case))

    assert not found.notes
    assert ZoneFilter(moved, "enter") in found.added
    assert SequenceFilter((ZoneFilter(moved, "enter"), LineFilter(line, "forward")), 60.0) in (
        found.added
    )
    do(case, RemoveZone(zone.zone_id))
    left = restored(saved, query_context(case))
    assert left.notes == ("zone Gate was removed since: not searched by it",)
    assert left.added == (DwellFilter(5.0, 10.0),)


def test_a_shape_that_was_never_stored_is_kept_as_drawn(case: Case) -> None:
    drawn = ZoneFilter(replace(GATE, name=""))
    found = restored(saved_search("x", "person", added=[drawn]), query_context(case))
    assert found.added == (drawn,)


@pytest.mark.parametrize(
    "document",
    ["", "{}", "[]", '{"changed":[],"added":[{"kind":"Zone","x":1}]}',
     '{"changed":[[1,2]],"added":[]}', json.dumps({"changed": [], "added": [{"kind": "X"}]})],
)  # fmt: skip
def test_a_document_of_another_version_is_told(case: Case, document: str) -> None:
    saved = replace(saved_search("Old", "person"), document=document)
    with pytest.raises(UnreadableSearch, match="'Old'"):
        restored(saved, query_context(case))
