"""Streets as a network, which camera follows which, and what the traffic tells of it."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.geo import GeoPoint, distance_m, moved
from casefiles.jobs import finish
from casefiles.subject_types import AddSubject, LinkRule, SetLinkRules, Sighting, Subject, SubjectId
from casefiles.types import Camera, CameraId, Placement, TrackId
from casefiles.usecases.learn_links import learn_links
from casefiles.usecases.link_types import Link
from casefiles.usecases.roads import DETOUR, Roads
from casefiles.usecases.street_types import StreetLine
from casefiles.usecases.topology import ELSEWHERE, read_topology
from detection.following.travel_times import overlapping
from resources.paths import shared_test_data
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)

HOME = GeoPoint(41.88, -87.63)
A, B, C = CameraId("A"), CameraId("B"), CameraId("C")


def at(east_m: float, north_m: float) -> GeoPoint:
    return moved(HOME, east_m=east_m, north_m=north_m)


def street(*corners: tuple[float, float]) -> StreetLine:
    places = [at(*one) for one in corners]
    return StreetLine("s", np.array([(one.lon, one.lat) for one in places]))


def camera(name: str, east_m: float, north_m: float, heading: float | None = None) -> Camera:
    return Camera(CameraId(name), name, (Placement(at(east_m, north_m), heading, 60.0, 10.0),))


def length_m(line: tuple[tuple[float, float], ...]) -> float:
    points = [GeoPoint(lat, lon) for lon, lat in line]
    return sum(distance_m(one, other) for one, other in pairwise(points))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as case:
        yield case


def test_a_way_leads_round_the_block_and_its_path_is_as_long() -> None:
    roads = Roads([street((0, 0), (200, 0)), street((201, 0), (200, 300))])
    metres, along = roads.metres([at(0, 0), at(200, 300)])
    assert metres[0, 1] == pytest.approx(500, rel=0.01)
    assert along[0, 1]
    assert metres[0, 1] == pytest.approx(metres[1, 0])
    path, streets = roads.path(at(0, 0), at(200, 300))
    assert streets
    assert length_m(path) == pytest.approx(500, rel=0.01)


def test_two_places_on_one_street_are_as_far_as_it_is_between_them() -> None:
    roads = Roads([street((0, 0), (1000, 0))])
    metres, _ = roads.metres([at(100, 5), at(400, -5), at(900, 0)])
    np.testing.assert_allclose(metres[0], [0, 310, 805], rtol=0.01)
    path, _ = roads.path(at(400, -5), at(100, 5))
    assert length_m(path) == pytest.approx(310, rel=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_ways_are_never_shorter_than_straight_lines_and_paths_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [
        street(*map(tuple, rng.uniform(0, 1000, (int(rng.integers(2, 5)), 2)))) for _ in range(12)
    ]
    roads = Roads(lines)
    places = [at(*rng.uniform(0, 1000, 2)) for _ in range(8)]
    metres, along = roads.metres(places)
    np.testing.assert_allclose(metres, metres.T, rtol=1e-9)
    for i, one in enumerate(places):
        for j, other in enumerate(places):
            straight = distance_m(one, other)
            assert metres[i, j] >= straight * 0.999
            path, streets = roads.path(one, other)
            if i < j and along[i, j] and streets:
                # Near ones go straight; else the path is the way.
                assert length_m(path) == pytest.approx(metres[i, j], rel=0.01)


def test_without_streets_ways_are_straight_with_a_detour_and_so_over_gaps() -> None:
    for roads in (Roads(), Roads([street((0, 0), (100, 0)), street((0, 900), (100, 900))])):
        metres, along = roads.metres([at(0, 0), at(0, 900)])
        assert metres[0, 1] == pytest.approx(900 * DETOUR, rel=0.01)
        assert not along[0, 1]
        assert roads.path(at(0, 0), at(0, 900))[1] is False


def test_streets_and_views_that_overlap_and_unknown_places_make_their_links(case: Case) -> None:
    put_cameras(case, camera("A", 0, 0), camera("B", 300, 0), camera("C", 5, 0))
    put_cameras(case, Camera(CameraId("D"), "D", ()))
    topology = read_topology(case, Roads([street((0, 0), (300, 0))]))
    links = {one.end: one for one in topology.links_from(A, "person")}
    assert links[C].overlaps
    assert links[B].basis == "streets"
    assert links[B].metres == pytest.approx(280, abs=3)
    assert links[B].bearing_deg == pytest.approx(90, abs=2)
    assert links[CameraId("D")].basis == "unknown"
    assert links[CameraId("D")].metres is None
    assert "280 m along streets" in links[B].words
    by_car = topology.link(A, B, "vehicle")
    assert by_car is not None
    assert by_car.travel.median_s < links[B].travel.median_s


def test_a_moved_camera_is_where_it_stood_then(case: Case) -> None:
    before = Placement(at(100, 0), None, None, 10.0, None, START_NS)
    after = Placement(at(900, 0), None, None, 10.0, START_NS, None)
    put_cameras(case, camera("A", 0, 0), Camera(B, "B", (before, after)))
    topology = read_topology(case)
    early, late = (topology.link(A, B, "person", START_NS + when) for when in (-S, S))
    assert early is not None
    assert late is not None
    assert early.metres is not None
    assert late.metres is not None
    assert early.metres < 150 < 900 < late.metres


def test_a_camera_on_the_way_makes_the_way_past_it_less_likely(case: Case) -> None:
    put_cameras(case, camera("A", 0, 0), camera("B", 200, 0), camera("C", 400, 0))
    put_cameras(case, camera("far", 0, 400))
    topology = read_topology(case, Roads([street((0, 0), (400, 0)), street((0, 0), (0, 400))]))
    past = topology.link(A, C, "person")
    assert past is not None
    assert past.through == (B,)
    chances = {one.link.end: one.chance for one in topology.next_cameras(A, "person")}
    assert chances[B] > chances[CameraId("far")] > chances[C]
    assert sum(chances.values()) == pytest.approx(1 - ELSEWHERE)


def test_direction_and_waiting_change_who_comes_next(case: Case) -> None:
    put_cameras(case, camera("A", 0, 0, 0.0), camera("B", 100, 0), camera("C", -100, 0))
    put_cameras(case, camera("far", 800, 0))
    topology = read_topology(case)

    def first(**how: Any) -> str:
        return str(topology.next_cameras(A, "person", **how)[0].link.end)

    assert first(heading_deg=90.0) == "B"
    assert first(exit_side="left") == "C"
    before = topology.next_cameras(A, "person", heading_deg=90.0, backward=True)
    assert before[0].link.start == "B"
    assert before[0].link.end == "A"
    now, late = (
        {one.link.end: one.chance for one in topology.next_cameras(A, "person", waited_s=waited)}
        for waited in (0.0, 600.0)
    )
    assert sum(late.values()) < sum(now.values()) == pytest.approx(1 - ELSEWHERE)
    far = CameraId("far")
    assert late[far] / late[B] > 10 * now[far] / now[B]
    around = topology.next_from_place(at(90, 0), "person")
    assert around[0][0] == "B"
    assert topology.side_heading(A, "right") == 90.0
    assert topology.side_heading(B, "right") is None


def test_what_a_person_says_wins_and_is_taken_at_its_word(case: Case) -> None:
    put_cameras(case, camera("A", 0, 0), camera("B", 300, 0))
    case.post(lambda: SetLinkRules((LinkRule(A, B, closed=True, kind="person"),))).result()
    topology = read_topology(case)
    assert topology.link(A, B, "person") is None
    assert topology.link(A, B, "vehicle") is not None
    assert topology.link(B, A, "person") is not None
    assert not topology.next_cameras(A, "person")
    case.post(
        lambda: SetLinkRules((LinkRule(A, B, kind="person", typical_s=40.0, most_s=90.0),))
    ).result()
    told = read_topology(case).link(A, B, "person")
    assert told is not None
    assert told.basis == "person"
    assert told.travel.median_s == 40


def test_confirmed_sightings_sharpen_a_way_and_their_sides_are_known(case: Case) -> None:
    put_cameras(case, camera("A", 0, 0), camera("B", 300, 0))
    first, second = put_source(case, "A"), put_source(case, "B")
    times = (0, 100, 200, 300)
    left = put_run(
        case,
        first,
        *(Seen(t, t + 10, feet=[(t, 300, 300), (t + 10, 628, 300)]) for t in times),
    )
    came = put_run(
        case,
        second,
        *(Seen(t + 50, t + 60, feet=[(t + 50, 12, 300), (t + 60, 300, 300)]) for t in times),
    )
    before = read_topology(case).link(A, B, "person")
    for number, pair in enumerate(zip(left, came, strict=True)):
        said = tuple(Sighting(SubjectId(0), TrackId(each), "confirmed") for each in pair)
        subject = Subject(f"subject {number}", "person")
        case.post(partial(AddSubject, subject, said)).result()
    topology = read_topology(case)
    after = topology.link(A, B, "person", exit_side="right", entry_side="left")
    assert before is not None
    assert after is not None
    assert after.basis == "sightings"
    assert after.seen == 4
    assert 40 < after.travel.median_s < before.travel.median_s
    assert topology.next_cameras(A, "person")[0].chance > 0.5


def _walk(case: Case, delay_s: float | None, seed: int) -> None:
    """Sixty people on each of two cameras without places; the same ones where a delay is given."""
    rng = np.random.default_rng(seed)
    for name in "AB":
        put_cameras(case, Camera(CameraId(name), name, ()))
    begins = np.sort(rng.uniform(0, 1500, 60))
    others = np.sort(rng.uniform(0, 1500, 60)) if delay_s is None else begins + 8 + delay_s
    others = others + rng.normal(0, 0.7, 60)
    for name, starts in (("A", begins), ("B", others)):
        source = put_source(case, name, length_s=1600)
        put_run(case, source, *(Seen(max(t, 0.0), max(t, 0.0) + 8) for t in starts.tolist()))


def test_the_traffic_shows_a_way_and_how_long_it_takes(case: Case) -> None:
    _walk(case, 20.0, 1)
    found = finish(learn_links(case, shifts=60))
    assert [(one.start, one.end) for one in found.links] == [("A", "B")]
    (link,) = found.links
    assert link.from_s <= 20 <= link.to_s
    assert link.travel.median_s == pytest.approx(20, abs=1.5)
    assert link.tracks > 40 > 10 > link.expected
    assert found == finish(learn_links(case, shifts=60))
    used = read_topology(case, learned=found.times).link(A, B, "person")
    assert used is not None
    assert used.basis == "traffic"
    case.post(lambda: SetLinkRules(found.rules())).result()
    kept = read_topology(case).link(A, B, "person")
    assert kept is not None
    assert kept.travel.median_s == pytest.approx(20, abs=1.5)


def test_people_who_have_nothing_to_do_with_each_other_make_no_way(case: Case) -> None:
    _walk(case, None, 2)
    found = finish(learn_links(case, shifts=60))
    assert found.tried == 2
    assert not found.links


def test_some_who_come_all_at_once_are_no_crowd_of_hours(case: Case) -> None:
    for name, starts in (("A", range(0, 300, 20)), ("B", [0, 150, 151, 152, 153, 154, 600])):
        put_cameras(case, Camera(CameraId(name), name, ()))
        put_run(case, put_source(case, name), *(Seen(t, t + 2) for t in starts))
    found = finish(learn_links(case, shifts=60))
    assert found.tried
    assert not found.links


def test_without_enough_tracks_it_is_said(case: Case) -> None:
    put_cameras(case, Camera(A, "A", ()))
    put_run(case, put_source(case, "A", start_ns=None), Seen(0, 5))
    found = finish(learn_links(case))
    assert not found.links
    assert "start is not known" in found.notes[0]
    assert "index more footage" in found.notes[1]


def test_two_halves_of_one_street_show_their_gap_from_true_tracks(case: Case) -> None:
    folder = shared_test_data() / "data" / "multicam" / "pets_two_halves"
    if not folder.is_dir():
        pytest.skip(f"no test data: {folder}")
    ends: dict[tuple[str, float], tuple[float, float]] = {}
    for name, start_ns in (("A", START_NS), ("B", START_NS + 2 * S)):
        put_cameras(case, Camera(CameraId(name), name, ()))
        boxes = defaultdict(list)
        with (folder / f"cam{name}_gt.txt").open(newline="") as file:
            for row in csv.reader(file):
                frame, who, left, top, wide, high = (float(one) for one in row[:6])
                boxes[who].append(((frame - 1) / 7, (left + wide / 2) * 640 / 352, top + high))
        seen = []
        for who, points in boxes.items():
            points.sort()
            offset = (start_ns - START_NS) / S
            ends[name, who] = (points[0][0] + offset, points[-1][0] + offset)
            cuts = np.flatnonzero(np.diff([one[0] for one in points]) > 1) + 1
            for part in np.split(np.arange(len(points)), cuts):
                mine = [points[number] for number in part.tolist()]
                seen.append(Seen(mine[0][0], mine[-1][0], feet=mine, has_look=False))
        put_run(case, put_source(case, name, start_ns=start_ns, length_s=60), *seen)
    found = finish(learn_links(case))
    assert found.tried == 2
    sides = {"A": "right", "B": "left"}
    assert {(one.start, one.end) for one in found.links} == {("A", "B"), ("B", "A")}
    for one in found.links:
        # Where a side says no more than any, it is not named.
        assert one.exit_side in (None, sides[str(one.start)])
        assert one.entry_side in (None, sides[str(one.end)])
    for one in found.links:
        gaps = [
            came[0] - left[1]
            for (name, who), left in ends.items()
            if name == one.start and (came := ends.get((str(one.end), who))) is not None
        ]
        true_s = float(np.median([gap for gap in gaps if -5 < gap < 15]))
        assert one.from_s <= true_s <= one.to_s
        assert one.travel.median_s == pytest.approx(true_s, abs=1.5)


def test_words_of_views_that_overlap_tell_no_times_below_nothing() -> None:
    travel = overlapping("person")
    link = Link(CameraId("a"), CameraId("b"), "person", travel, "straight", 0.0)
    assert travel.window(0.8)[0] < 0
    assert "-" not in link.words
