"""Shortened words, halves of the day, and words that are hidden: as people type them in a hurry."""

from dataclasses import replace

import pytest

from casefiles.queries.describe import describe
from casefiles.queries.filters import ClassFilter, ClockFilter, DwellFilter, ZoneFilter
from casefiles.queries.parse import parse_query
from casefiles.queries.words import rule_of, why_refused
from casefiles.types import CameraId
from casefiles.view_types import Zone
from tests.support.query_sentences import town

_TOWN = town()


def _clock(text: str) -> str:
    filters = parse_query(text, _TOWN).filters
    return " ".join(describe(one, _TOWN) for one in filters if isinstance(one, ClockFilter))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("between 7 and 8 pm", "19:00–20:00"),
        ("7-8pm", "19:00–20:00"),
        ("from 11 to 1 am", "23:00–01:00"),
        ("from 11 to 1 pm", "11:00–13:00"),
        ("from 10 to 12 pm", "10:00–12:00"),
        ("between 3 and 4 in the afternoon", "15:00–16:00"),
        ("between 11 and 1 at night", "23:00–01:00"),
        ("after 9 at night", "21:00–24:00"),
        ("after ten pm", "22:00–24:00"),
        ("0900 to 1130 hrs", "09:00–11:30"),
    ],
)
def test_the_end_of_a_span_says_which_half_of_the_day_its_start_is_in(
    said: str, meant: str
) -> None:
    assert _clock(f"person {said}") == meant


def test_four_digits_and_hours_are_a_time_and_never_a_length() -> None:
    filters = parse_query("car 0900 to 1130 hrs", _TOWN).filters
    assert not [one for one in filters if isinstance(one, DwellFilter)]
    assert DwellFilter(7200.0) in parse_query("car for 2 hours", _TOWN).filters


@pytest.mark.parametrize(
    ("text", "refused", "rule"),
    [
        ("susp in blk hoodie", "susp", "E-10 intent"),
        ("blk male", "blk", "E-10 race"),
        ("ｂｌａｃｋ man", "ｂｌａｃｋ", "E-10 race"),
        ("B/M in jeans", "B/M", "E-10 race"),
        ("IC3 male", "IC 3", "E-10 race"),
        ("mus\u200blim man", "muslim", "E-10 religion"),
        ("ｍｕｓｌｉｍ man", "ｍｕｓｌｉｍ", "E-10 religion"),
        ("hombre árabe", "árabe", "E-10 race"),
    ],
)
def test_refused_words_are_refused_however_they_are_shortened_or_hidden(
    text: str, refused: str, rule: str
) -> None:
    query = parse_query(text, _TOWN)
    assert query.refused == (refused,)
    assert refused not in query.rest
    assert rule_of(refused) == rule
    assert why_refused(refused)


def test_number_that_no_person_writes_is_not_read_by_its_last_digits() -> None:
    query = parse_query("person 1e400 px tall", _TOWN)
    assert query.unknown[0] == "1e400"
    assert len(query.filters) == 1


def test_shortened_words_stand_for_themselves_in_names() -> None:
    assert "w/o" not in parse_query("person w/o hat", _TOWN).unknown
    assert parse_query("person w/o hat", _TOWN).filters == parse_query(
        "person without hat", _TOWN
    ).filters  # fmt: skip


def test_of_zones_of_one_name_the_first_is_searched_and_that_is_said() -> None:
    corners = ((0, 0), (9, 0), (9, 9))
    yards = tuple(Zone("Yard", corners, camera_id=CameraId(name)) for name in ("east", "west"))
    query = parse_query("person in the yard", replace(_TOWN, zones=yards))
    assert query.filters[1:] == (ZoneFilter(yards[0]),)
    assert "2 zones are called “Yard”: the first, on east, is searched" in query.assumed


@pytest.mark.parametrize(
    "said",
    ["at least " + "9" * 400 + " px", "for " + "9" * 400 + " hours", "last 99999999999999999 days",
     "9999-12-31", "0001-01-01", "31 december 9999", "9999-12-31T23:59:59+14:00"],
)  # fmt: skip
def test_numbers_and_days_that_no_footage_has_are_not_understood_and_leave_no_filter(
    said: str,
) -> None:
    query = parse_query(f"person {said}", _TOWN)
    assert [type(one) for one in query.filters] == [ClassFilter]
    assert query.unknown


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("since 7:30 this morning", "after 2026-03-04 07:30"),
        ("since 3 this afternoon", "after 2026-03-04 15:00"),
        ("after 12:15 this morning", "after 2026-03-04 00:15"),
        ("between 6 and 7 this evening", "2026-03-04 18:00–19:00"),
        ("this morning", "2026-03-04 06:00–12:00"),
    ],
)
def test_a_time_of_this_morning_is_one_of_the_day_of_asking(said: str, meant: str) -> None:
    (when,) = parse_query(said, _TOWN).filters
    assert describe(when, _TOWN) == meant


def test_a_colour_before_an_unknown_word_is_no_second_colour_of_another_garment() -> None:
    query = parse_query("red hoodie and black frobs", _TOWN)
    assert [describe(one, _TOWN) for one in query.filters] == ["upper: red"]
    assert query.unknown == ("black", "frobs")
    # Cut and make of a garment that does follow part nothing.
    both = parse_query("red hoodie and black frob trousers", _TOWN)
    assert len(both.filters) == 2


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("who entered the Yard", [ClassFilter, ZoneFilter]),
        ("cyclist who entered the Yard", [ClassFilter, ZoneFilter]),
        ("who", []),
    ],
)
def test_who_asks_for_people_only_where_it_begins_the_text(said: str, kinds: list[type]) -> None:
    query = parse_query(said, _TOWN)
    assert [type(one) for one in query.filters] == kinds
    if kinds:
        (wanted,) = (one for one in query.filters if isinstance(one, ClassFilter))
        assert wanted.class_ids == ((2,) if "cyclist" in said else (1,))


@pytest.mark.parametrize(
    ("said", "how"),
    [("walks in by the Door", "enter"), ("came in through the Door", "enter"),
     ("walking in the Yard", "inside")],
)  # fmt: skip
def test_coming_in_by_something_is_entering_it(said: str, how: str) -> None:
    (zone,) = parse_query(f"people {said}", _TOWN).filters[1:]
    assert isinstance(zone, ZoneFilter)
    assert zone.how == how


def test_a_sign_that_is_no_letter_is_named() -> None:
    assert parse_query("person \U0001f52a", _TOWN).unknown == ("\U0001f52a",)


@pytest.mark.parametrize("said", ["Mus-lim man", "m u s l i m man", "m.u.s.l.i.m man"])
def test_refused_word_in_pieces_is_refused(said: str) -> None:
    query = parse_query(said, _TOWN)
    assert query.refused
    assert rule_of(query.refused[0]) == "E-10 religion"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("from half five till six", "05:30–06:00"),
        ("at quarter to ten in the evening", "21:45–21:46"),
        ("at twenty to nine", "08:40–08:41"),
        ("from ten to twelve", "10:00–12:00"),
        ("3pm to 3.30pm", "15:00–15:30"),
        ("just after 5", "05:00–05:10"),
        ("no later than 8pm", "00:00–20:00"),
        ("5pm onwards", "17:00–24:00"),
        ("around 6 in the evening", "17:50–18:10"),
        ("1400-1500", "14:00–15:00"),
    ],
)
def test_times_are_read_as_people_say_them(said: str, meant: str) -> None:
    assert _clock(f"person {said}") == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("last night around 11", "2026-03-03 22:50–23:10"),
        ("at 1 last night", "2026-03-04 01:00–01:01"),
        ("monday evening between 6 and 7", "2026-03-02 18:00–19:00"),
        ("person 3/2", "2026-03-02"),
        ("on the 3rd", "2026-03-03"),
        ("on 4 March, 0815hrs", "2026-03-04 08:15–08:16"),
    ],
)
def test_days_and_parts_of_days_are_read_with_their_times(said: str, meant: str) -> None:
    query = parse_query(said, _TOWN)
    assert describe(query.filters[-1], _TOWN) == meant
    assert not query.unknown
    assert query.assumed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("footage of anyone spotted coming our way", ["person", "going towards the camera"]),
        ("person in a long black coat", ["person", "upper: black", "with a coat"]),
        ("two or three people", ["person", "at least 2 together"]),
        ("several people together", ["person", "at least 3 together"]),
        ("roughly five people", ["person", "at least 5 together"]),
        ("car n/b", ["car", "going north"]),
        ("someone who doesn't have a bag", ["person", "without a bag"]),
        ("reddish top", ["upper: red"]),
        ("stayed for a good five minutes", ["at least 300 s"]),
        ("person strolling", ["person"]),
        ("car in the Yard since 20 minutes", ["car", "zone: Yard", "at least 1200 s"]),
        ("hanging round the Door", ["zone: Door", "loiters at least 60 s"]),
        ("person between 1pm & 2pm on the 4th", ["person", "2026-03-04 13:00–14:00"]),
        ("in the Yard before leaving by the Door", ["zone: Yard, then leaves zone Door"]),
        ("enters the Yard and leaves again", ["enters zone Yard, then leaves zone Yard"]),
    ],
)
def test_words_that_carry_nothing_hide_nothing(text: str, meant: list[str]) -> None:
    query = parse_query(text, _TOWN)
    assert [describe(one, _TOWN) for one in query.filters] == meant
    assert not query.unknown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("red scooter", ("red", "scooter")),
        ("white male, 30s", ("30",)),
        ("blue frobster", ("blue", "frobster")),
        ("person for a while", ("while",)),
        ("a crowd", ("crowd",)),
    ],
)
def test_what_no_filter_stands_for_is_named_and_becomes_none(
    text: str, unknown: tuple[str, ...]
) -> None:
    query = parse_query(text, _TOWN)
    assert query.unknown == unknown
    assert {type(one) for one in query.filters} <= {ClassFilter}
