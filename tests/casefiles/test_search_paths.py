"""Lines crossed, zones entered and left, one after the other, and places where somebody stayed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefiles.case import Case
from casefiles.errors import BadLine, BadZone
from casefiles.jobs import finish
from casefiles.queries.filters import (
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    Query,
    SequenceFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.store import sources
from casefiles.store.engine import Cursor
from casefiles.types import CameraId, NewSource, SourceId
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Hits, Line, Zone
from tests.support.search_cases import START_NS, S, Seen, make_case, put_run, put_source
from video.geometry import points_in_polygon

Feet = Sequence[tuple[float, float, float]]
SOURCE = SourceId(1)
# Upright, from top to bottom: its left hand is the right half of the picture.
KERB = Line("Kerb", ((100.0, 0.0), (100.0, 100.0)), source_id=SOURCE)
DOOR = Zone("Door", ((0, 0), (50, 0), (50, 100), (0, 100)), source_id=SOURCE)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = make_case(tmp_path / "c")
    put_source(made)
    yield made
    made.close()


def search(case: Case, *filters: Filter) -> Hits:
    return finish(search_tracks(case, Query("test", filters)))


def ids(found: Hits) -> list[int]:
    return sorted(hit.track.track_id for hit in found.hits)


def walk(*feet: tuple[float, float, float]) -> Seen:
    return Seen(feet[0][0], feet[-1][0], feet=feet)


def test_a_line_is_crossed_one_way_or_the_other_and_it_is_said_when(case: Case) -> None:
    right, left, beside = put_run(
        case, SOURCE,
        walk((0, 80, 50), (2, 120, 50), (4, 300, 50)),
        walk((0, 120, 50), (4, 80, 50)),
        walk((0, 80, 50), (1, 90, 150), (2, 120, 150)),
    )  # fmt: skip
    assert ids(search(case, LineFilter(KERB))) == [right, left]
    found = search(case, LineFilter(KERB, "forward"))
    assert [hit.track.track_id for hit in found.hits] == [left]
    assert found.hits[0].why == ("crossed Kerb forward, A to B, at 17:24:02.0",)
    found = search(case, LineFilter(KERB, "backward"))
    assert found.hits[0].why == ("crossed Kerb backward, B to A, at 17:24:01.0",)
    assert beside not in ids(search(case, LineFilter(KERB)))


def test_who_stops_on_a_line_crosses_it_once(case: Case) -> None:
    through, back, end = put_run(
        case, SOURCE,
        walk((0, 120, 50), (1, 100, 50), (2, 80, 50)),
        walk((0, 80, 50), (1, 100, 50), (2, 80, 50)),
        walk((0, 120, 100), (1, 80, 100)),
    )  # fmt: skip
    assert ids(search(case, LineFilter(KERB, "forward"))) == [through, end]
    assert ids(search(case, LineFilter(KERB, "backward"))) == []
    both = SequenceFilter((LineFilter(KERB), LineFilter(KERB)))
    assert ids(search(case, both)) == []
    assert back not in ids(search(case, LineFilter(KERB)))


def test_a_crossing_counts_at_its_own_time(case: Case) -> None:
    (track,) = put_run(case, SOURCE, walk((0, 80, 50), (10, 120, 50), (20, 300, 50)))
    early = TimeFilter(START_NS, START_NS + 5 * S)
    late = TimeFilter(START_NS + 5 * S, START_NS + 6 * S)
    assert ids(search(case, LineFilter(KERB), early)) == []
    assert ids(search(case, LineFilter(KERB), late)) == [track]


def test_entering_and_leaving_are_not_being_there(case: Case) -> None:
    enters, leaves, stays, passes = put_run(
        case, SOURCE,
        walk((0, 70, 50), (4, 30, 50), (5, 20, 50)),
        walk((0, 30, 50), (2, 70, 50)),
        walk((0, 30, 50), (9, 31, 50)),
        walk((0, 70, 50), (2, 30, 50), (4, 70, 50)),
    )  # fmt: skip
    assert ids(search(case, ZoneFilter(DOOR, "enter"))) == [enters, passes]
    assert ids(search(case, ZoneFilter(DOOR, "leave"))) == [leaves, passes]
    assert stays in ids(search(case, ZoneFilter(DOOR)))
    entered = search(case, ZoneFilter(DOOR, "enter")).hits
    said = {int(hit.track.track_id): hit.why for hit in entered}
    assert said[enters] == ("entered zone Door at 17:24:02.0",)
    found = search(case, ZoneFilter(DOOR, "enter"), DwellFilter(0.5, 2))
    assert ids(found) == [enters]
    assert "in zone Door for 1.0 s at 17:24:04" in found.hits[0].why


def test_a_longest_stay_counts_in_the_zone_or_in_view(case: Case) -> None:
    short, long = put_run(
        case, SOURCE,
        walk((0, 70, 50), (2, 30, 50), (4, 31, 50), (60, 300, 50)),
        walk((0, 30, 50), (9, 31, 50)),
    )  # fmt: skip
    assert ids(search(case, ZoneFilter(DOOR), DwellFilter(0, 5))) == [short]
    assert ids(search(case, DwellFilter(0, 20))) == [long]


def test_one_step_must_follow_the_other_in_time(case: Case) -> None:
    right, wrong, slow = put_run(
        case, SOURCE,
        walk((0, 70, 50), (2, 30, 50), (4, 70, 50), (6, 130, 50)),
        walk((0, 130, 50), (2, 70, 50), (4, 30, 50)),
        walk((0, 70, 50), (2, 30, 50), (200, 70, 50), (210, 130, 50)),
    )  # fmt: skip
    steps = (ZoneFilter(DOOR, "enter"), LineFilter(KERB, "backward"))
    assert ids(search(case, SequenceFilter(steps))) == [right, slow]
    found = search(case, SequenceFilter(steps, within_s=120))
    assert ids(found) == [right]
    assert found.hits[0].why == (
        "entered zone Door at 17:24:01.0, then crossed Kerb backward, B to A, at 17:24:05.0",
    )
    assert wrong not in ids(search(case, SequenceFilter(steps)))
    twice = SequenceFilter((ZoneFilter(DOOR, "enter"), ZoneFilter(DOOR, "enter")))
    assert ids(search(case, twice)) == []


def test_loitering_is_staying_within_ones_own_height(case: Case) -> None:
    # `search_cases` makes everybody 40 pixels tall.
    stands, strolls, brief = put_run(
        case, SOURCE,
        walk((0, 0, 50), *((1 + t, 200 + (t % 2) * 30, 50) for t in range(31)), (40, 400, 50)),
        walk(*((t, 10 * t, 50) for t in range(41))),
        walk(*((t, 200, 50) for t in range(20))),
    )  # fmt: skip
    found = search(case, LoiterFilter(30))
    assert ids(found) == [stands]
    assert found.hits[0].why == ("stayed about one place for at least 30 s, from 17:24:01.0",)
    assert {strolls, brief}.isdisjoint(ids(found))


def test_what_is_told_on_pictures_only_is_refused_of_the_map(case: Case) -> None:
    on_map = replace(KERB, source_id=None)
    with pytest.raises(BadLine, match=r"Kerb lies on the map.*on pictures only"):
        search(case, LineFilter(on_map))
    with pytest.raises(BadZone, match=r"Door lies on the map.*on pictures only"):
        search(case, ZoneFilter(replace(DOOR, source_id=None), "enter"))
    with pytest.raises(BadLine, match="on pictures only"):
        search(case, SequenceFilter((LineFilter(KERB), LineFilter(on_map))))


def test_recordings_of_another_picture_size_are_left_out_and_named(tmp_path: Path) -> None:
    case = make_case(tmp_path / "c")
    first = put_source(case, "north")
    second = put_source(case, "north")

    def shrink(cursor: Cursor) -> None:
        (known,) = (one for one in sources.every(cursor) if one.source_id == second)
        smaller = replace(known, source_id=SourceId(9), sha256="f" * 64, width=320, height=240)
        sources.insert(cursor, NewSource(smaller, b""))

    case.write(shrink)
    tracks = [put_run(case, one, walk((0, 120, 50), (4, 80, 50))) for one in (first, SourceId(9))]
    line = replace(KERB, source_id=None, camera_id=CameraId("north"), size=(640, 480))
    found = search(case, LineFilter(line))
    assert ids(found) == list(tracks[0])
    assert found.coverage.notes[0] == (
        "line Kerb was drawn on pictures of 640 × 480: source 9 of 320 × 240 left out"
    )
    unsaid = search(case, LineFilter(replace(line, size=None)))
    assert len(ids(unsaid)) == 2
    assert "does not say on which picture size" in unsaid.coverage.notes[0]
    case.close()


_grid = st.integers(0, 8).map(float)
_point = st.tuples(_grid, _grid)
_path = st.lists(_point, min_size=2, max_size=7)
_course = st.lists(_point, min_size=2, max_size=4).filter(
    lambda points: all(one != other for one, other in pairwise(points))
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(paths=st.lists(_path, min_size=20, max_size=40), course=_course)
def test_crossings_agree_with_looking_at_every_step(
    case: Case, paths: list[list[tuple[float, float]]], course: list[tuple[float, float]]
) -> None:
    seen = [walk(*((float(t), x, y) for t, (x, y) in enumerate(path))) for path in paths]
    known = put_run(case, SOURCE, *seen)
    line = Line("", tuple(course), source_id=SOURCE)
    zone = Zone("", ((2, 2), (6, 1), (7, 6), (3, 7)), source_id=SOURCE)
    ways: tuple[Literal["forward", "backward", "either"], ...] = ("forward", "backward", "either")
    for way, signs in zip(ways, ({1}, {-1}, {1, -1}), strict=True):
        expected = [
            track for track, path in zip(known, paths, strict=True)
            if any(_net(course, *step) in signs for step in pairwise(path))
        ]  # fmt: skip
        assert ids(search(case, LineFilter(line, way))) == expected
    inside = [points_in_polygon(np.array(path), np.array(zone.polygon)) for path in paths]
    for how, turn in (("enter", 1), ("leave", -1)):
        expected = [t for t, i in zip(known, inside, strict=True) if turn in np.diff(i.astype(int))]
        assert ids(search(case, ZoneFilter(zone, how))) == expected  # type: ignore[arg-type]


def _net(
    course: list[tuple[float, float]], before: tuple[float, float], after: tuple[float, float]
) -> int:
    """How often a step goes through a line to its right hand, less how often to its left."""

    def cross(o: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
        return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])

    total = 0
    for at, (one, other) in enumerate(pairwise(course)):
        sides = [cross(one, other, before) >= 0, cross(one, other, after) >= 0]
        ends = [cross(before, after, one), cross(before, after, other)]
        through = (ends[0] >= 0) != (ends[1] >= 0)
        through |= at == 0 and ends[0] == 0
        through |= at == len(course) - 2 and ends[1] == 0
        if sides[0] != sides[1] and through:
            total += 1 if sides[1] else -1
    return max(-1, min(1, total))
