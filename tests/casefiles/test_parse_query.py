"""Free text → filters: what is understood, assumed, refused, not understood."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import thread_time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.exchange.camera_rows import read_cameras
from casefiles.queries.context import Context
from casefiles.queries.describe import describe, spoken, to_json
from casefiles.queries.filters import (
    AttributeFilter,
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    CountFilter,
    Direction,
    DirectionFilter,
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.parse import parse_query
from casefiles.queries.places import places_of
from casefiles.queries.words import rule_of, why_refused
from casefiles.types import CameraId
from casefiles.view_types import Zone
from detection.attribute_names import ATTRIBUTES
from resources.files import packaged
from tests.support.query_sentences import town
from video.clock import wall_to_ns

ZONE = timezone(timedelta(hours=-6))
DOOR = Zone("Door", ((0, 0), (9, 0), (9, 9)), camera_id=CameraId("harbor-west"))


def ns(text: str) -> int:
    """Wall nanoseconds of a local time of the made-up town."""
    return wall_to_ns(datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC))


def context(*, days: int = 1, footage: bool = True) -> Context:
    start, end = ns("2026-03-02T17:24"), ns("2026-03-02T17:25") + (days - 1) * 86_400 * 10**9
    return Context(
        read_cameras(packaged("demo", "cameras.csv")),
        places_of(json.loads(packaged("demo", "town.geojson").read_text(encoding="utf-8"))),
        ZONE,
        (start, end) if footage else None,
        frozenset({1, 2, 3}),
        (DOOR,),
    )


ONE_DAY = context()
THREE_DAYS = context(days=3)


@pytest.mark.parametrize(
    ("text", "chips"),
    [
        ("person", ["person"]),
        ("people", ["person"]),
        ("a pedestrian", ["person"]),
        ("red car", ["car", "body: red"]),
        ("cars", ["car"]),
        ("a dark van", ["car or truck", "vehicle type: van", "body: dark"]),
        ("white lorry or bus", ["bus or truck", "body: white"]),
        ("motorbikes", ["motorcycle"]),
        ("blue bike", ["bicycle", "body: blue"]),
        ("vehicle", ["vehicle"]),
        ("silver sedan", ["car", "body: light grey"]),
        ("car, white", ["car", "body: white"]),
        ("black and white taxi", ["car", "body: black or white"]),
        ("person red jacket dark trousers", ["person", "upper: red", "lower: dark"]),
        ("person in a red jacket and dark trousers", ["person", "upper: red", "lower: dark"]),
        ("person jacket red trousers dark", ["person", "upper: red", "lower: dark"]),
        ("jacket: red, trousers: dark blue", ["upper: red", "lower: dark blue"]),
        ("the jacket is green", ["upper: green"]),
        ("gray hoodie", ["upper: grey"]),
        ("light-blue T-shirt", ["upper: light blue"]),
        ("red or blue shirts", ["upper: red or blue"]),
        ("red leather jacket", ["upper: red"]),
        ("dressed in black", ["upper: black", "lower: black"]),
        ("person all in white", ["person", "upper: white", "lower: white"]),
        ("person in red", ["person", "upper: red"]),
        ("yellow dress", ["upper: yellow", "lower: yellow"]),
        ("black jacket and trousers", ["upper: black", "lower: black"]),
        ("navy coat beige skirt", ["upper: dark blue", "lower: beige"]),
        ("red hat blue coat", ["upper: blue", "with a hat"]),
        ("person with a red backpack", ["person", "with a backpack"]),
        ("red jacket, black backpack", ["upper: red", "with a backpack"]),
        ("person or backpack", ["person or backpack"]),
        ("abandoned bag near a person", ["person or bag"]),
        ("van or bicycle", ["bicycle or car or truck"]),
        ("person without a coat", ["person", "without a coat"]),
        ("blue coat", ["upper: blue"]),
        ("in a coat", ["with a coat"]),
        ("in blue shorts", ["lower: blue", "short trousers"]),
        ("wearing trousers", ["long trousers"]),
        ("sleeveless top", ["short sleeves"]),
        ("long or short sleeves", ["sleeves: long or short"]),
        ("two men", ["person", "at least 2 together"]),
        ("more than two people", ["person", "at least 3 together"]),
        ("at most two people", ["person"]),
        ("two bags", ["bag", "at least 2 together"]),
        ("pair of jeans", ["long trousers"]),
        ("faster than 2 heights a second", ["speed: at least 2 heights a second"]),
        ("between 50 and 100 pixels high", ["height: at least 50 and at most 100 px"]),
        ("stationary bus", ["bus", "speed: at most 0.1 heights a second"]),
        ("left the shop", []),
        ("left through zone Door", ["leaves zone Door"]),
        ("10 to 30 seconds", ["at least 10 and at most 30 s"]),
        ("hi-vis vest", ["upper: orange or yellow or green"]),
        ("for more than 30 seconds", ["at least 30 s"]),
        ("longer than 2 minutes", ["at least 120 s"]),
        ("for half an hour", ["at least 1800 s"]),
        ("at least 1.5 min", ["at least 90 s"]),
        ("loitering", ["loiters at least 60 s"]),
        ("loitering for 5 minutes", ["loiters at least 300 s"]),
        ("on camera harbor-west", ["camera Harbor Office, west lens"]),
        ("camera Harbor Office, west lens", ["camera Harbor Office, west lens"]),
        ("HARBOR OFFICE WEST LENS", ["camera Harbor Office, west lens"]),
        ("at Market Gate", ["camera Market Gate"]),
        ("trailer 2", ["camera Trailer 2"]),
        ("camera market-gate or ferry-stairs", ["camera Ferry Stairs or Market Gate"]),
        ("at Harbor Office", ["at Harbor Office (2 cameras)"]),
        ("near Harbor Street", ["near Harbor Street (5 cameras)"]),
        ("near harbor st", ["near Harbor Street (5 cameras)"]),
        ("near Tanners Yard", ["near Tanners' Yard (no cameras)"]),
        ("in zone Door", ["zone: Door"]),
        ("at the door zone", ["zone: Door"]),
    ],
)
def test_what_is_said_becomes_filters(text: str, chips: list[str]) -> None:
    assert [describe(one, ONE_DAY) for one in parse_query(text, ONE_DAY).filters] == chips


@pytest.mark.parametrize(
    ("text", "one_day", "three_days"),
    [
        ("after 22:00", "2026-03-02 22:00–24:00", "22:00–24:00"),
        ("before 6:00", "2026-03-02 00:00–06:00", "00:00–06:00"),
        ("between 17:00 and 18:30", "2026-03-02 17:00–18:30", "17:00–18:30"),
        ("from 22:00 to 02:00", "2026-03-02 22:00 – 2026-03-03 02:00", "22:00–02:00"),
        ("22:00–23:00", "2026-03-02 22:00–23:00", "22:00–23:00"),
        ("at 17:24", "2026-03-02 17:24–17:25", "17:24–17:25"),
        ("at 17:24:31", "2026-03-02 17:24:31–17:24:32", "17:24–17:25"),
        ("at 5 pm", "2026-03-02 17:00–17:01", "17:00–17:01"),
        ("after 10pm", "2026-03-02 22:00–24:00", "22:00–24:00"),
        ("after 2200 hours", "2026-03-02 22:00–24:00", "22:00–24:00"),
        ("after 17:00 before 18:00", "2026-03-02 17:00–18:00", "17:00–18:00"),
        ("around noon", "2026-03-02 11:50–12:10", "11:50–12:10"),
        ("in the morning", "2026-03-02 06:00–12:00", "06:00–12:00"),
        ("on 2 March", "2026-03-02", "2026-03-02"),
        ("March 2nd, 2026", "2026-03-02", "2026-03-02"),
        ("the 3rd of March", "2026-03-03", "2026-03-03"),
        ("2026-03-03", "2026-03-03", "2026-03-03"),
        ("on 2 March after 17:00", "2026-03-02 17:00–24:00", "2026-03-02 17:00–24:00"),
        ("after 17:00 on 2 March", "2026-03-02 17:00–24:00", "2026-03-02 17:00–24:00"),
        ("after 2 March 17:00", "after 2026-03-02 17:00", "after 2026-03-02 17:00"),
        ("since 3 March", "after 2026-03-03 00:00", "after 2026-03-03 00:00"),
        ("until 3 March", "before 2026-03-04 00:00", "before 2026-03-04 00:00"),
        ("2026-03-02T17:24:10-06:00", "2026-03-02 17:24:10–17:24:11",
         "2026-03-02 17:24:10–17:24:11"),
    ],
)  # fmt: skip
def test_times_without_a_day_are_of_the_only_day_or_of_every_day(
    text: str, one_day: str, three_days: str
) -> None:
    for around, chip in ((ONE_DAY, one_day), (THREE_DAYS, three_days)):
        assert [describe(one, around) for one in parse_query(text, around).filters] == [chip]


def test_a_day_is_taken_in_the_zone_of_the_case() -> None:
    (only,) = parse_query("on 2 March", ONE_DAY).filters
    assert only == TimeFilter(ns("2026-03-02"), ns("2026-03-03"))


@pytest.mark.parametrize(
    "text", ["yesterday", "last night's", "on 31 April", "13/14/2026", "at 25:00", "for a while"]
)
def test_days_and_times_that_need_a_guess_change_nothing(text: str) -> None:
    query = parse_query(text, THREE_DAYS)
    assert not any(isinstance(one, TimeFilter | DwellFilter) for one in query.filters)
    assert query.unknown or text == "last night's"


def test_a_year_is_not_guessed_without_footage() -> None:
    assert parse_query("on 2 March", context(footage=False)).filters == ()


def test_less_than_a_time_in_view_is_not_turned_into_its_opposite() -> None:
    assert parse_query("less than 30 seconds", ONE_DAY).filters == (DwellFilter(0.0, 30.0),)
    query = parse_query("within 30 seconds", ONE_DAY)
    assert query.filters == ()
    assert "within 30 seconds" in query.unknown


@pytest.mark.parametrize(
    ("text", "struck", "refused", "chips"),
    [
        ("woman", ["woman"], [], ["person"]),
        ("a black man", ["man"], ["black"], ["person"]),
        ("black elderly", ["elderly"], ["black"], ["person"]),
        ("young white lady in red coat", ["young", "lady"], ["white"], ["person", "upper: red"]),
        ("dark-skinned person", [], ["dark-skinned"], ["person"]),
        ("asian guy", ["guy"], ["asian"], ["person"]),
        ("Muslim women in black", ["women"], ["Muslim"], ["person", "upper: black"]),
        ("mexican", [], ["mexican"], []),
        ("suspicious person", [], ["suspicious"], ["person"]),
        ("gang members near Market Gate", [], ["gang members"], ["person", "near Market Gate"]),
        ("teenagers", ["teenagers"], [], ["person"]),
        ("elderly disabled person", ["elderly"], ["disabled"], ["person"]),
        ("pregnant", [], ["pregnant"], []),
        ("transgender person", [], ["transgender"], ["person"]),
        ("gay couple", [], ["gay"], []),
        ("person with this face", [], ["face"], ["person"]),
        ("black people", [], ["black"], ["person"]),
        ("old red car", [], [], ["car", "body: red"]),
        ("person with a gun", [], [], ["person"]),
    ],
)
def test_protected_traits_and_intent_are_named_and_never_searched_by(
    text: str, struck: list[str], refused: list[str], chips: list[str]
) -> None:
    query = parse_query(text, ONE_DAY)
    assert sorted(query.refused) == sorted(refused)
    assert sorted(query.struck) == sorted(struck)
    said = [describe(one, ONE_DAY).partition(" (")[0] for one in query.filters]
    assert said == chips
    assert all(why_refused(word) and rule_of(word) for word in query.refused)


def test_the_rest_holds_what_is_to_be_seen_and_no_word_that_is_struck_or_refused() -> None:
    text = "elderly asian woman with a red umbrella near Market Gate after 22:00"
    query = parse_query(text, ONE_DAY)
    assert query.rest == "person with a red umbrella"
    assert query.unknown == ("red", "umbrella")
    assert parse_query("woman in a red coat", ONE_DAY).rest == ""


def test_what_was_taken_for_granted_is_said() -> None:
    query = parse_query("woman in black loitering near Harbor Street after 17:00", ONE_DAY)
    said = "\n".join(query.assumed)
    for words in ("taken as upper clothing", "60 s", "2026-03-02", "7 m"):
        assert words in said


def test_near_tells_metres_and_takes_cameras_that_only_look_there() -> None:
    query = parse_query("near Inner Harbor", ONE_DAY)
    (only,) = query.filters
    assert isinstance(only, CameraFilter)
    assert any("looks at it" in line or " m)" in line for line in query.assumed)


def test_a_camera_that_was_moved_counts_where_it_stood_at_the_time() -> None:
    there = "near Harbor Street on {}"
    before = parse_query(there.format("2026-02-20"), ONE_DAY).filters[0]
    after = parse_query(there.format("2026-03-02"), ONE_DAY).filters[0]
    assert isinstance(before, CameraFilter)
    assert isinstance(after, CameraFilter)
    assert "trailer-2" in after.camera_ids
    assert "trailer-2" not in before.camera_ids


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Harbr Street", "Harbor Street"), ("Mraket Gate", "Market Gate"), ("feryr stairs", "Ferry")],
)
def test_a_name_one_letter_off_is_taken_and_said(typed: str, meant: str) -> None:
    query = parse_query(f"near {typed}", ONE_DAY)
    assert any(typed in line and meant in line for line in query.assumed)
    assert isinstance(query.filters[0], CameraFilter)


def test_a_name_one_letter_off_two_names_is_not_guessed() -> None:
    # Cooper Street and nothing else is close to it; of "…er Street" alone there are several.
    assert parse_query("near Xanner Street", ONE_DAY).filters != ()
    assert parse_query("near Xyz Street", ONE_DAY).filters == ()


def test_unknown_words_change_nothing_and_are_listed() -> None:
    query = parse_query("person frobnicating near Front Street", ONE_DAY)
    assert query.filters == (ClassFilter((1,)),)
    assert query.unknown == ("frobnicating", "Front")
    assert any("Front" in line for line in query.assumed)


def test_a_class_no_model_knows_is_asked_for_all_the_same() -> None:
    query = parse_query("suitcase", ONE_DAY)
    assert query.filters == (ClassFilter((9,)),)
    assert any("no model" in line for line in query.assumed)


def test_dark_places_are_no_clothing() -> None:
    assert parse_query("person in the dark at a traffic light", ONE_DAY).filters[0] == ClassFilter(
        (1, 2, 3, 4, 5, 6)
    )
    assert not any(
        isinstance(one, ColourFilter) for one in parse_query("in the dark", ONE_DAY).filters
    )


_TEXT = (
    "person man woman car van bus red dark light blue black jacket trousers hat in near at on the "
    "and or is : , - / after before between from to at 17:24 22:00 2026-03-02 2 March pm 5 30 "
    "seconds minutes for more than loitering camera zone Door Harbor Street harbor-west Market "
    "Gate asian suspicious dressed all wearing backpack bag T-shirt xyz ( ) 's 99:99 2026-99-99 "
    "31 April half an hour noon night two three group of couple or more without no with long short "
    "sleeves trousers shorts coat backpack running still going left right to north towards away "
    "camera entered left crossed then within last first yesterday last px speed height Kerb Yard "
    "Gate line together heights a second elderly old woman pregnant van not"
)
_WORDS = st.sampled_from(_TEXT.split())


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=14).map(" ".join)))
def test_any_text_gives_a_query(text: str) -> None:
    for around in (ONE_DAY, THREE_DAYS, context(footage=False), _TOWN):
        query = parse_query(text, around)
        assert spoken(query, around)
        json.dumps(to_json(query, around))


@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_chips_read_again_give_the_same_filters(text: str) -> None:
    query = parse_query(text, THREE_DAYS)
    for one in query.filters:
        assert parse_query(describe(one, THREE_DAYS), THREE_DAYS).filters == (one,)


_TOWN = town()
_STEPS = st.one_of(
    st.builds(ZoneFilter, st.sampled_from(_TOWN.zones), st.sampled_from(["enter", "leave"])),
    st.builds(ZoneFilter, st.sampled_from(_TOWN.zones)),
    st.builds(
        LineFilter,
        st.sampled_from(_TOWN.lines),
        st.sampled_from(["forward", "backward", "either"]),
    ),
)
_SECONDS = st.integers(1, 10**6).map(lambda number: number / 8)
_ENDS = st.one_of(
    st.tuples(_SECONDS, st.none()), st.tuples(st.none(), _SECONDS), st.tuples(_SECONDS, _SECONDS)
)
_ATTRIBUTES_SAID = st.sampled_from(sorted(ATTRIBUTES)).flatmap(
    lambda name: st.sets(st.sampled_from(ATTRIBUTES[name]), min_size=1).map(
        lambda values: AttributeFilter(name, tuple(v for v in ATTRIBUTES[name] if v in values))
    )
)
_WAYS = get_args(Direction)
_EVERY_KIND = st.one_of(
    _STEPS,
    st.builds(
        SequenceFilter, st.lists(_STEPS, min_size=2, max_size=4).map(tuple), st.none() | _SECONDS
    ),
    st.builds(DwellFilter, _SECONDS),
    st.builds(DwellFilter, st.just(0.0), _SECONDS),
    st.builds(DwellFilter, _SECONDS, _SECONDS),
    st.builds(LoiterFilter, _SECONDS),
    _ATTRIBUTES_SAID,
    st.sets(st.sampled_from(_WAYS), min_size=1).map(
        lambda said: DirectionFilter(tuple(way for way in _WAYS if way in said))
    ),
    _ENDS.map(lambda said: SpeedFilter(*said)),
    _ENDS.map(lambda said: SizeFilter(*said)),
    st.builds(CountFilter, st.integers(2, 999)),
    st.sets(st.sampled_from(range(1, 10)), min_size=1).map(
        lambda said: ClassFilter(tuple(sorted(said)))
    ),
)


@given(_EVERY_KIND)
def test_the_words_of_every_kind_of_filter_read_again_give_the_filter(one: Filter) -> None:
    assert parse_query(describe(one, _TOWN), _TOWN).filters == (one,)


@pytest.mark.parametrize(
    ("one", "chip"),
    [
        (ClassFilter((1, 3)), "person or car"),
        (ColourFilter("upper", ("grey",)), "upper: light grey"),
        (ColourFilter("lower", ("blue", "dark blue")), "lower: blue"),
        (ColourFilter("body", ("dark blue", "red")), "body: dark blue or red"),
        (ClockFilter(1320, 1440), "22:00–24:00"),
        (ClockFilter(1320, 360), "22:00–06:00"),
        (TimeFilter(None, None), "any time"),
        (ZoneFilter(DOOR), "zone: Door"),
        (DwellFilter(7.5), "at least 7.5 s"),
        (CameraFilter(()), "no camera"),
    ],
)
def test_chips_are_short_words(one: ClassFilter, chip: str) -> None:
    assert describe(one, ONE_DAY) == chip


def test_a_long_text_in_a_large_case_is_read_within_a_frame() -> None:
    camera = ONE_DAY.cameras[0]
    many = tuple(
        type(camera)(CameraId(f"c{n}"), f"Camera {n}, north", camera.placements)
        for n in range(2000)
    )  # fmt: skip
    large = Context((*ONE_DAY.cameras, *many), ONE_DAY.places, ZONE, ONE_DAY.footage)
    text = (
        "woman in a red leather jacket and dark blue jeans on camera 1999 between 17:00 and 18:00"
    )
    parse_query(text, large)
    started = thread_time()
    parse_query(text, large)
    assert thread_time() - started < 0.05


def test_a_map_with_odd_features_still_gives_its_places(tmp_path: Path) -> None:
    document = {
        "features": [
            {"properties": None, "geometry": None},
            {"properties": {"name": "Nowhere"}, "geometry": {"type": "Point"}},
            {"properties": {"name": "Here"}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
            "no feature",
        ]
    }
    assert [place.name for place in places_of(document)] == ["Here"]
