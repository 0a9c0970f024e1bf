"""Search: which tracks answer, in what order, why, and what was not looked at."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.case import Case
from casefiles.geo import GeoPoint
from casefiles.jobs import finish
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    DwellFilter,
    Filter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.parse import parse_query
from casefiles.store import audit_rows
from casefiles.store.conditions import LEAST_SHARE
from casefiles.types import Camera, CameraId, Placement, SourceId
from casefiles.usecases import index_source as indexing
from casefiles.usecases.add_source import Recording, add_source
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.query_context import query_context
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Hits, Zone
from detection.detector import DETECTORS
from detection.labels import ObjectClass
from tests.support.local_crew import LocalCrew
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from video.geometry import foot_points, points_in_polygon
from video.synthetic.encode import encode
from video.synthetic.scene import Box, Scene

index_source = partial(indexing.index_source, crew=LocalCrew)
HERE = GeoPoint(40.0, -30.0)
NORTH = Camera(CameraId("north"), "North Gate", (Placement(HERE, 0, 60, 50),))
SOUTH = Camera(CameraId("south"), "South Gate", (Placement(HERE, 180, 60, 50),))
DAY_S = 86_400
CAR, BUS, BAG = ObjectClass.CAR, ObjectClass.BUS, ObjectClass.BACKPACK


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(made, NORTH, SOUTH)
        yield made


def search(case: Case, *filters: Filter, limit: int = 200) -> Hits:
    return finish(search_tracks(case, Query("said", filters), limit=limit))


def ids(found: Hits) -> list[int]:
    return [hit.track.track_id for hit in found.hits]


def upper(*colours: str) -> ColourFilter:
    return ColourFilter("upper", colours)


def test_the_redder_comes_first_and_the_not_red_not_at_all(case: Case) -> None:
    partly, not_at_all, mostly = put_run(
        case,
        put_source(case, "north"),
        Seen(0, 9, colours={"upper": {"red": 0.2, "grey": 0.7}}),
        Seen(0, 9, colours={"upper": {"blue": 0.9}}),
        Seen(0, 9, colours={"upper": {"red": 0.6}}),
    )
    found = search(case, upper("red"))
    assert ids(found) == [mostly, partly]
    assert [hit.why for hit in found.hits] == [
        ("upper clothing mostly red",),
        ("upper clothing partly red",),
    ]
    assert not_at_all not in ids(found)


def test_unreliable_and_missing_colours_are_kept_ranked_lower_and_said(case: Case) -> None:
    sure, doubted, unseen, unjudged = put_run(
        case,
        put_source(case, "north"),
        Seen(0, 9, colours={"upper": {"red": 0.4}}),
        Seen(0, 9, colours={"upper": {"red": 0.9}}, doubt="too dark"),
        Seen(0, 9, has_look=False),
        Seen(0, 9, colours={"lower": {"red": 0.9}}),
    )
    found = search(case, upper("red"))
    assert ids(found) == [sure, doubted, unseen, unjudged]
    assert [hit.doubtful for hit in found.hits] == [False, True, True, True]
    assert found.hits[1].why == (
        "perhaps upper clothing mostly red",
        "colour not reliable: too dark",
    )
    assert found.hits[2].why == ("no colours stored",)
    assert found.hits[3].why == ("upper clothing could not be judged",)
    assert found.coverage.doubtful_colours == 3
    assert found.hits[2].best_time_ns is None


def test_a_colour_judges_only_what_has_such_a_part(case: Case) -> None:
    person, _, red_car, _ = put_run(
        case,
        put_source(case, "north"),
        Seen(0, 9, colours={"upper": {"red": 0.9}}),
        Seen(0, 9, colours={"upper": {"blue": 0.9}}),
        Seen(0, 9, kind=CAR, colours={"body": {"red": 0.9}}),
        Seen(0, 9, kind=CAR, colours={"body": {"blue": 0.9}}),
    )
    red_body = ColourFilter("body", ("red",))
    assert ids(search(case, upper("red"))) == [person]
    both = search(case, ClassFilter((1, 3)), upper("red"), red_body)
    assert sorted(ids(both)) == [person, red_car]


def test_suppressed_tracks_and_runs_not_shown_are_left_out(case: Case) -> None:
    source = put_source(case, "north")
    put_run(case, source, Seen(0, 9))
    new, _ = put_run(case, source, Seen(0, 9), Seen(0, 9, suppressed=True))
    assert ids(search(case)) == [new]


def test_zone_says_when_and_how_long(case: Case) -> None:
    source = put_source(case, "north")
    feet = [(t, 10 + 20 * t, 100) for t in range(11)]
    through, _ = put_run(
        case,
        source,
        Seen(0, 10, feet=feet),
        Seen(0, 10, feet=[(t, 10 + 20 * t, 300) for t in range(11)]),
    )
    door = Zone("Door", ((45, 50), (135, 50), (135, 150), (45, 150)), source_id=source)
    found = search(case, ZoneFilter(door))
    assert ids(found) == [through]
    # Inside from 2 s (x = 50) to 6 s (x = 130).
    assert found.hits[0].why == ("in zone Door for 4.0 s at 17:24:02",)
    assert ids(search(case, ZoneFilter(door), DwellFilter(4))) == [through]
    assert ids(search(case, ZoneFilter(door), DwellFilter(4.5))) == []
    late = TimeFilter(START_NS + 7 * S, None)
    assert ids(search(case, ZoneFilter(door), late)) == []


def test_a_camera_zone_counts_on_every_recording_of_it(case: Case) -> None:
    feet = [(0, 10, 10), (1, 10, 10)]
    first = put_run(case, put_source(case, "north"), Seen(0, 1, feet=feet))
    second = put_run(case, put_source(case, "north"), Seen(0, 1, feet=feet))
    put_run(case, put_source(case, "south"), Seen(0, 1, feet=feet))
    zone = Zone("", ((0, 0), (20, 0), (20, 20), (0, 20)), camera_id=CameraId("north"))
    assert ids(search(case, ZoneFilter(zone))) == [*first, *second]


def test_a_map_area_finds_the_cameras_that_look_into_it(case: Case) -> None:
    (seen,) = put_run(case, put_source(case, "north"), Seen(0, 9))
    put_run(case, put_source(case, "south"), Seen(0, 9))
    put_run(case, put_source(case), Seen(0, 9))
    area = Zone("Yard", ((-30.0001, 40.0002), (-29.9999, 40.0002), (-30.0, 40.0004)))
    found = search(case, ZoneFilter(area))
    assert ids(found) == [seen]
    assert found.hits[0].why == ("camera North Gate looks into zone Yard",)
    assert any("without a place" in note for note in found.coverage.notes)


def test_a_camera_that_was_moved_looks_into_an_area_only_then(case: Case) -> None:
    moved = START_NS + 60 * S
    away = Placement(GeoPoint(41.0, -30.0), 0, 60, 50, from_ns=moved)
    put_cameras(
        case,
        Camera(CameraId("trailer"), "Trailer", (Placement(HERE, 0, 60, 50, to_ns=moved), away)),
    )
    before, _ = put_run(case, put_source(case, "trailer"), Seen(0, 9), Seen(70, 80))
    area = Zone("Yard", ((-30.0001, 40.0002), (-29.9999, 40.0002), (-30.0, 40.0004)))
    assert ids(search(case, ZoneFilter(area))) == [before]


def test_coverage_tells_what_was_not_looked_at(case: Case) -> None:
    put_run(case, put_source(case, "north"), Seen(0, 9))
    put_run(case, put_source(case, "south", start_ns=None), Seen(0, 9))
    put_source(case, "south")
    plain = search(case, ClassFilter((1, int(BAG))))
    assert (plain.coverage.sources, plain.coverage.indexed) == (3, 2)
    assert (plain.coverage.frames, plain.coverage.analysed, plain.coverage.gated) == (100, 60, 40)
    assert plain.coverage.damaged == 2
    assert plain.coverage.unknown_classes == ("backpack",)
    assert plain.coverage.notes == ("source 3 not analysed yet",)
    timed = search(case, TimeFilter(START_NS, None))
    assert [hit.track.source_id for hit in timed.hits] == [1]
    assert "start time of source 2 not known: left out by the time filter" in timed.coverage.notes


def test_a_class_that_only_some_models_know_is_said(case: Case) -> None:
    put_run(case, put_source(case), Seen(0, 9, kind=BAG), classes=(1, int(BAG)))
    put_run(case, put_source(case), Seen(0, 9))
    found = search(case, ClassFilter((int(BAG),)))
    assert found.coverage.unknown_classes == ()
    assert any("source 2" in note and "backpack" in note for note in found.coverage.notes)


def test_time_order_puts_sources_without_a_start_last(case: Case) -> None:
    (unknown,) = put_run(case, put_source(case, start_ns=None), Seen(0, 1))
    late, early = put_run(case, put_source(case), Seen(50, 60), Seen(3, 4, score=0.2))
    found = finish(search_tracks(case, Query(""), order="time"))
    assert ids(found) == [early, late, unknown]
    assert found.hits[2].from_wall_ns is None


def test_total_counts_what_the_limit_cuts(case: Case) -> None:
    put_run(case, put_source(case), *(Seen(0, 9) for _ in range(7)))
    found = search(case, limit=3)
    assert (len(found.hits), found.total) == (3, 7)
    assert search(case, limit=0).hits == ()


def test_a_search_is_logged_with_ids_and_its_words_stay_erasable(case: Case) -> None:
    first, second = put_run(case, put_source(case), Seen(0, 9), Seen(0, 9))
    finish(search_tracks(case, Query("red jacket of somebody", (ClassFilter((1,)),))))
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
    _, text, _, private = rows[-1]
    row = json.loads(text)
    assert row["event"] == "search"
    assert row["facts"]["ids"] == f"{first}-{second}"
    assert "jacket" not in text
    kept = {name: value for name, _, value in private}
    assert kept["text"] == "red jacket of somebody"
    assert json.loads(kept["filters"]) == [{"kind": "class", "classes": ["person"]}]


def test_an_empty_case_answers_with_nothing(case: Case) -> None:
    found = search(case, ClassFilter((1,)), upper("red"), DwellFilter(3))
    assert (found.hits, found.total, found.coverage.sources) == ((), 0, 0)


def test_absurd_times_are_no_error(case: Case) -> None:
    put_run(case, put_source(case), Seen(0, 9))
    assert search(case, TimeFilter(-(10**30), 10**30)).total == 1
    assert search(case, DwellFilter(1e300)).total == 0
    assert search(case, TimeFilter(10, 5)).total == 0


def test_painted_walkers_are_found_by_their_painted_colours(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DETECTORS._built_in, "fake", "tests.support.fakes:open_fake")
    scene = Scene(
        (
            Box(10, 100, 40, 100, dx=2),
            Box(200, 110, 90, 60, dx=-1, colour=(220, 60, 40)),
        )
    )
    clip = encode(tmp_path / "walkers.mp4", frames=60, scene=scene, b_frames=0)
    add_source(case, clip.path, Recording())
    options = IndexOptions(detector="fake", sample_fps=None, motion_gate=False)
    finish(index_source(case, 1, options))
    context = query_context(case)
    for text, kind in (("person dressed in red", 1), ("blue car", 3)):
        found = finish(search_tracks(case, parse_query(text, context)))
        assert [hit.track.class_id for hit in found.hits] == [kind]
        assert not found.hits[0].doubtful
        assert any("mostly" in why for why in found.hits[0].why)
    assert finish(search_tracks(case, parse_query("green jacket", context))).total == 0


@dataclass(frozen=True, slots=True)
class Row:
    """A random track as the slow reference sees it."""

    track_id: int
    source: int
    camera: str | None
    start_ns: int | None
    seen: Seen


class Crowd:
    """A case and what is in it; a plain class, because its rows are too long to print."""

    def __init__(self, case: Case, rows: list[Row]) -> None:
        self.case = case
        self.rows = rows


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    random = np.random.default_rng(11)
    with make_case(tmp_path_factory.mktemp("crowd") / "case") as case:
        put_cameras(case, NORTH, SOUTH)
        rows: list[Row] = []
        for camera, days in (("north", 0), ("north", 1), ("south", 2), (None, 0), ("south", None)):
            start = None if days is None else START_NS + days * DAY_S * S
            source = put_source(case, camera, start_ns=start, length_s=120_000)
            seen = [_random_track(random) for _ in range(40)]
            made = put_run(case, source, *seen, classes=(1, 3, 5))
            rows += [
                Row(track_id, source, camera, start, one)
                for track_id, one in zip(made, seen, strict=True)
            ]
        yield Crowd(case, rows)


def _random_track(random: np.random.Generator) -> Seen:
    # Up to half a day long, so that times of day matter.
    start = float(np.round(random.uniform(0, 80_000), 1))
    length = float(np.round(random.choice([0.0, 3.0, 40.0, 30_000.0]) * random.uniform(0.5, 1), 1))
    kind = ObjectClass(int(random.choice([1, 1, 3, 5])))
    parts = ["upper", "lower"] if kind == ObjectClass.PERSON else ["body"]
    names = ["red", "blue", "black", "grey"]
    colours = {
        part: dict(zip(names, np.round(random.dirichlet([0.5] * 4), 3).tolist(), strict=True))
        for part in parts
        if random.random() < 0.8
    }
    times = np.sort(np.round(random.uniform(start, start + length, 12), 2))
    places = np.cumsum(random.normal(0, 25, (12, 2)), axis=0) + random.uniform(80, 400, 2)
    feet = [(float(t), float(x), float(y)) for t, (x, y) in zip(times, places, strict=True)]
    return Seen(
        start, start + length, kind, colours, str(random.choice(["", "", "night"])),
        feet, float(random.uniform(0.3, 0.9)),
        has_look=bool(random.random() < 0.9), suppressed=bool(random.random() < 0.1),
    )  # fmt: skip


_corner = st.tuples(st.integers(0, 480), st.integers(0, 480))
_zone = st.lists(_corner, min_size=3, max_size=6).flatmap(
    lambda corners: st.sampled_from([
        Zone("z", tuple(corners), source_id=SourceId(1)),
        Zone("z", tuple(corners), camera_id=CameraId("south")),
    ])
)  # fmt: skip
_moment = st.integers(0, 3 * DAY_S).map(lambda s: START_NS + s * S)
_filters = st.one_of(
    st.lists(st.sampled_from([1, 3, 5, 7]), max_size=3).map(lambda c: ClassFilter(tuple(c))),
    st.tuples(
        st.sampled_from(["upper", "lower", "body"]),
        st.lists(st.sampled_from(["red", "blue", "black"]), min_size=1, max_size=2, unique=True),
    ).map(lambda pair: ColourFilter(pair[0], tuple(pair[1]))),  # type: ignore[arg-type]  # a part
    st.sampled_from([("north",), ("south",), ("north", "south"), ()]).map(
        lambda names: CameraFilter(tuple(CameraId(name) for name in names))
    ),
    st.tuples(st.none() | _moment, st.none() | _moment).map(lambda ends: TimeFilter(*ends)),
    st.tuples(st.integers(0, 1439), st.integers(0, 1440)).map(lambda ends: ClockFilter(*ends)),
    st.sampled_from([0.0, 1.0, 20.0, 5000.0]).map(DwellFilter),
    _zone.map(ZoneFilter),
)


@given(filters=st.lists(_filters, max_size=4))
def test_search_agrees_with_looking_at_every_track_one_by_one(
    crowded: Crowd, filters: list[Filter]
) -> None:
    found = search(crowded.case, *filters, limit=1000)
    assert sorted(ids(found)) == [row.track_id for row in crowded.rows if _answers(row, filters)]
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def _answers(row: Row, filters: list[Filter]) -> bool:
    if row.seen.suppressed:
        return False
    timed = [one for one in filters if isinstance(one, TimeFilter | ClockFilter)]
    if timed and row.start_ns is None:
        return False
    return all(_holds(row, one, filters, timed) for one in filters)


def _holds(row: Row, one: Filter, filters: Sequence[Filter], timed: Sequence[Filter]) -> bool:
    seen = row.seen
    if isinstance(one, ClassFilter):
        return int(seen.kind) in one.class_ids
    if isinstance(one, CameraFilter):
        return row.camera in one.camera_ids
    if isinstance(one, DwellFilter):
        return round(seen.to_s * S) - round(seen.from_s * S) >= one.least_s * S
    if isinstance(one, ColourFilter):
        return _coloured(seen, one, named=any(isinstance(f, ClassFilter) for f in filters))
    if isinstance(one, ZoneFilter):
        least = max((f.least_s for f in filters if isinstance(f, DwellFilter)), default=0.0)
        return _in_zone(row, one.zone, timed, least)
    start = row.start_ns or 0
    return _in_time(start + round(seen.from_s * S), start + round(seen.to_s * S), one)


def _coloured(seen: Seen, one: ColourFilter, *, named: bool) -> bool:
    if (one.part == "body") == (seen.kind == ObjectClass.PERSON):
        return named
    if one.part not in seen.colours or (seen.has_look and seen.doubt):
        return True
    share = sum(seen.colours[one.part].get(colour, 0) for colour in one.colours)
    return share >= LEAST_SHARE - 1e-6


def _in_zone(row: Row, zone: Zone, timed: Sequence[Filter], least_s: float) -> bool:
    on_it = row.source == zone.source_id if zone.source_id else row.camera == zone.camera_id
    if not on_it:
        return False
    boxes = np.array([(x - 10, y - 40, x + 10, y) for _, x, y in row.seen.feet], np.float32)
    insides = points_in_polygon(foot_points(boxes), np.array(zone.polygon, np.float64))
    stay, came, before = 0, False, None
    for (at, _, _), inside in zip(row.seen.feet, insides.tolist(), strict=True):
        wall = (row.start_ns or 0) + round(at * S)
        inside = inside and all(_in_time(wall, wall, one) for one in timed)
        if inside and before is not None:
            stay += round(at * S) - before
        came |= inside
        before = round(at * S) if inside else None
    return came and stay >= least_s * S


def _in_time(start: int, end: int, one: Filter) -> bool:
    if isinstance(one, TimeFilter):
        after = one.from_ns is None or end >= one.from_ns
        return after and (one.to_ns is None or start < one.to_ns)
    assert isinstance(one, ClockFilter)
    zone = timezone(timedelta(hours=-6))
    first = datetime.fromtimestamp(start / S, zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    for day in range(-1, 4):
        midnight = round((first + timedelta(days=day)).timestamp()) * S
        opens = midnight + one.from_minute * 60 * S
        length = (one.to_minute - one.from_minute) * 60 * S
        closes = opens + (length if length > 0 else length + DAY_S * S)
        if opens <= end and closes > start:
            return True
    return False
