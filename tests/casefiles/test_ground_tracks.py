"""Tracks on the ground by calibrations: as columns for a map, and in areas of the map."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles.calibration_types import GivenPairs
from casefiles.case import Case
from casefiles.edit_kinds import PlaceCamera
from casefiles.errors import BadCalibration
from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.jobs import finish
from casefiles.queries.filters import ClassFilter, Filter, Query, TimeFilter, ZoneFilter
from casefiles.queries.places import shared_part
from casefiles.store import audit_rows
from casefiles.types import Camera, CameraId, Placement, TrackId
from casefiles.usecases.calibrate import keep_calibration
from casefiles.usecases.count_tracks import count_tracks
from casefiles.usecases.ground_speed import read_ground_speeds, track_speed
from casefiles.usecases.ground_tracks import GroundTracks, ground_tracks
from casefiles.usecases.search_tracks import search_tracks
from casefiles.view_types import Hits, Zone
from detection.labels import ObjectClass
from tests.support.ground_scene import CAMERA, HERE, lonlat, metres, on_earth, pixel
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from ui.models.speed_facts import speed_facts

OTHER = Camera(CameraId("yard"), "Yard", (Placement(HERE, 0.0, 60.0, 40.0),))


def walk(*, x: float, seconds: int, start: int = 0) -> list[tuple[float, float, float]]:
    """Feet five times a second, away from the camera at 0.5 m/s, from 10 m on."""
    return [(start + at / 5, *pixel((x, 10 + 0.1 * at % 20))) for at in range(5 * seconds + 1)]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(made, CAMERA, OTHER)
        yield made


def tracks(case: Case, *args: object, **options: object) -> GroundTracks:
    return finish(ground_tracks(case, *args, **options))  # type: ignore[arg-type]


def metres_of(found: GroundTracks) -> list[tuple[float, float]]:
    return [offset_m(HERE, GeoPoint(float(lat), float(lon))) for lon, lat in found.lonlat]


def test_tracks_are_columns_of_places_where_their_camera_is_calibrated(case: Case) -> None:
    first, second = put_run(
        case, put_source(case, "gate"),
        Seen(0, 10, feet=walk(x=1.0, seconds=10)),
        Seen(20, 24, ObjectClass.CAR, feet=walk(x=-2.0, seconds=4, start=20)),
    )  # fmt: skip
    put_run(case, put_source(case, "yard"), Seen(0, 10, feet=walk(x=1.0, seconds=10)))
    assert not len(tracks(case))
    assert tracks(case).left_out == ("Gate, Yard: not calibrated",)
    keep_calibration(case, "gate", on_earth())
    found = tracks(case)
    assert set(found.track_id.tolist()) == {first, second}
    assert found.cameras == ("gate",)
    assert found.left_out == ("Yard: not calibrated",)
    assert found.starts.tolist() == [0, int(np.argmax(found.track_id == second))]
    for east, north in metres_of(found)[: int(found.starts[1])]:
        assert east == pytest.approx(1.0, abs=0.05)
        assert 9.9 < north < 15.1
    # 0.5 m/s on the clock of the wall.
    at = found.wall_ns[found.track_id == first]
    assert at[0] - START_NS < S // 4
    assert np.diff(at).min() > 0
    assert ((found.sd_m > 0) & (found.sd_m < 5)).all()
    only = tracks(case, class_ids=[int(ObjectClass.CAR)])
    assert set(only.track_id.tolist()) == {second}
    assert set(tracks(case, track_ids=[first]).track_id.tolist()) == {first}
    assert not len(tracks(case, camera_ids=["yard"]))
    part = tracks(case, (START_NS + 5 * S, START_NS + 8 * S))
    assert set(part.track_id.tolist()) == {first}
    assert part.wall_ns.min() >= START_NS + 5 * S
    assert part.wall_ns.max() < START_NS + 8 * S
    rough = tracks(case, with_rough=True)
    assert rough.rough.sum() > 0
    assert np.isnan(rough.sd_m[rough.rough]).all()
    assert len(rough) > len(found)


def test_what_is_asked_for_bounds_what_comes_and_no_track_is_cut_short(case: Case) -> None:
    put_run(
        case, put_source(case, "gate"),
        *(Seen(at, at + 100, feet=walk(x=at / 10, seconds=100, start=at)) for at in range(5)),
        Seen(3, 4, suppressed=True, feet=walk(x=0, seconds=1, start=3)),
    )  # fmt: skip
    keep_calibration(case, "gate", on_earth())
    whole, few = tracks(case), tracks(case, most=60)
    assert whole.step_ns == S // 4
    assert 20 < len(few) <= 60 < len(whole)
    assert few.points == whole.points
    assert few.step_ns > 8 * S
    for track in np.unique(whole.track_id).tolist():
        far, near = (one.wall_ns[one.track_id == track] for one in (whole, few))
        assert near.min() - far.min() < S
        assert far.max() - near.max() < 2 * few.step_ns
        assert len(few.starts) == len(np.unique(few.track_id))
    assert len(tracks(case, most=3)) == 3


def test_recordings_of_unknown_start_are_shown_only_where_no_time_is_asked(case: Case) -> None:
    source = put_source(case, "gate", start_ns=None)
    put_run(case, source, Seen(0, 5, feet=walk(x=0.0, seconds=5)))
    keep_calibration(case, "gate", on_earth())
    assert len(tracks(case))
    timed = tracks(case, (START_NS, None))
    assert not len(timed)
    assert timed.left_out == ("Gate: the start of recordings is not known",)


def test_what_was_seen_before_and_after_a_move_lies_where_its_own_calibration_says(
    case: Case,
) -> None:
    """Somebody stands still in the picture while the camera is moved 100 m to the east."""
    stands = [(at / 5, *pixel((1.0, 12.0))) for at in range(101)]
    source = put_source(case, "gate")
    (track,) = put_run(case, source, Seen(0, 20, feet=stands))
    keep_calibration(case, "gate", on_earth())
    everywhere = tracks(case)
    # In the middle of what would be one place: no mean of both.
    at = START_NS + 10 * S + S // 10
    there = moved(HERE, east_m=100.0, north_m=0.0)
    case.post(lambda: PlaceCamera(CAMERA.camera_id, (
        replace(CAMERA.placements[0], to_ns=at), Placement(there, 90.0, from_ns=at),
    ))).result()  # fmt: skip
    half = tracks(case)
    assert half.wall_ns.max() < at
    assert half.left_out == ("Gate: not calibrated as it stood for some of the time",)
    pairs = tuple(replace(one, lonlat=beside(one.lonlat)) for one in on_earth().pairs)
    keep_calibration(case, "gate", GivenPairs(pairs), wall_ns=at)
    both = tracks(case)
    assert both.left_out == ()
    assert both.points == everywhere.points
    east, north = np.array(metres_of(both)).T
    assert east == pytest.approx(np.where(both.wall_ns < at, 1.0, 101.0), abs=0.1)
    assert north == pytest.approx(12.0, abs=0.1)
    # Nobody went from one to the other.
    assert len(both.starts) == 2
    assert both.wall_ns[both.starts[1]] >= at
    assert np.diff(both.wall_ns)[both.starts[1] - 1] < S
    # A speed is that of the ground it began on: not of a picture of another place.
    told = read_ground_speeds(case, source)[TrackId(track)]
    assert len(told.time_ns)
    assert told.time_ns.max() < 10 * S
    # The clock was 5 s fast: the move came later in the recording.
    slow = [5 * S]
    case.write(lambda cursor: cursor.execute("UPDATE sources SET offset_ns = ?", slow))
    later = tracks(case)
    assert (np.array(metres_of(later))[:, 0] < 50).sum() == pytest.approx(
        (east < 50).sum() * 1.5, abs=2
    )
    # Without a clock nobody knows which of both it was.
    case.write(lambda cursor: cursor.execute("UPDATE sources SET recorded_start_ns = NULL"))
    unknown = tracks(case)
    assert not len(unknown)
    (why,) = unknown.left_out
    assert why == "Gate: made nobody knows when, by a camera that stood in several places"
    with pytest.raises(BadCalibration, match="nobody knows when source 1 was recorded"):
        read_ground_speeds(case, source)


def beside(lonlat: tuple[float, float] | None) -> tuple[float, float]:
    assert lonlat is not None
    found = moved(GeoPoint(lonlat[1], lonlat[0]), east_m=100.0, north_m=0.0)
    return found.lon, found.lat


def test_only_recordings_of_the_time_asked_are_read_and_it_is_logged(case: Case) -> None:
    for hour in range(3):
        source = put_source(case, "gate", start_ns=START_NS + hour * 3600 * S)
        put_run(case, source, Seen(0, 5, feet=walk(x=0.0, seconds=5)))
    keep_calibration(case, "gate", on_earth())
    begin = START_NS + 3600 * S
    job = ground_tracks(case, (begin, begin + 100 * S))
    assert next(job).total == 1
    found = finish(job)
    assert set(found.track_id.tolist()) == {2_000_001}
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
    told = [json.loads(text) for _, text, _, _ in rows]
    (facts,) = [one["facts"] for one in told if one["event"] == "tracks.map"]
    assert facts == {"sources": 1, "tracks": 1, "places": len(found)}


# -- areas of the map


def area(*ground: tuple[float, float]) -> Zone:
    return Zone("Door", tuple(lonlat(one) for one in ground))


def search(case: Case, *filters: Filter) -> Hits:
    return finish(search_tracks(case, Query("", filters), order="time"))


def found_in(case: Case, *filters: Filter) -> list[int]:
    return [hit.track.track_id for hit in search(case, *filters).hits]


DOOR = area((0, 12), (2, 12), (2, 14), (0, 14))


@pytest.fixture
def walked(case: Case) -> tuple[int, ...]:
    """Source 1: through the door, beside it; source 2, not calibrated: somewhere."""
    near, beside = put_run(
        case, put_source(case, "gate"),
        Seen(0, 10, feet=walk(x=1.0, seconds=10)),
        Seen(0, 10, feet=walk(x=3.0, seconds=10)),
    )  # fmt: skip
    (other,) = put_run(case, put_source(case, "yard"), Seen(1, 9))
    return near, beside, other


def test_an_area_of_the_map_picks_tracks_by_their_feet_where_the_camera_is_calibrated(
    case: Case, walked: tuple[int, ...]
) -> None:
    near, beside, other = walked
    assert found_in(case, ZoneFilter(DOOR)) == [other]  # Gate is said to look east.
    keep_calibration(case, "gate", on_earth())
    found = search(case, ZoneFilter(DOOR))
    assert [hit.track.track_id for hit in found.hits] == [near, other]
    # From 12 m on: after 4 s, at 0.5 m/s from 10 m.
    (why,) = found.hits[0].why
    assert why.startswith("feet in zone Door at 17:24:04, by the ground of camera Gate, ± 0.")
    assert found.hits[1].why == ("camera Yard looks into zone Door",)
    assert "source 2 not calibrated: every track in view of the area counts" in found.coverage.notes
    at = ZoneFilter(area((2.5, 11), (3.5, 11), (3.5, 13), (2.5, 13)))
    assert found_in(case, at) == [beside, other]
    assert found_in(case, ZoneFilter(DOOR), at) == [other]
    # The moment counts: before 4 s nobody stood there.
    early = TimeFilter(START_NS, START_NS + 3 * S)
    assert found_in(case, ZoneFilter(DOOR), early) == [other]
    # Behind the camera, or far beyond what its picture tells: it does not look there.
    behind = ZoneFilter(area((-5, -20), (5, -20), (5, -10), (-5, -10)))
    assert found_in(case, behind) == []
    assert search(case, behind).coverage.sources == 0


def test_a_calibration_counts_only_while_its_placement_holds(case: Case) -> None:
    source = put_source(case, "gate")
    (track,) = put_run(case, source, Seen(0, 10, feet=walk(x=1.0, seconds=10)))
    keep_calibration(case, "gate", on_earth())
    moved = START_NS + 2 * S
    put_cameras(case, replace(CAMERA, placements=(
        replace(CAMERA.placements[0], to_ns=moved), Placement(GeoPoint(41, -80), from_ns=moved),
    )))  # fmt: skip
    assert found_in(case, ZoneFilter(DOOR)) == []
    here = ZoneFilter(area((0, 9), (2, 9), (2, 10.5), (0, 10.5)))
    assert found_in(case, here) == [track]


def test_metres_that_lie_nowhere_on_earth_leave_areas_to_what_cameras_see(
    case: Case, walked: tuple[int, ...]
) -> None:
    keep_calibration(case, "gate", metres())
    assert found_in(case, ZoneFilter(DOOR)) == [walked[2]]


def test_parts_of_an_area_are_joined_so_that_even_and_odd_still_holds() -> None:
    comb = [(0, 0), (9, 0), (9, 5), (6, 5), (6, 1), (3, 1), (3, 5), (0, 5)]
    both = shared_part(comb, [(-1, 3), (10, 3), (10, 9), (-1, 9)])
    corners = np.array(both)
    area_of = 0.5 * abs(np.sum(
        corners[:, 0] * np.roll(corners[:, 1], -1) - np.roll(corners[:, 0], -1) * corners[:, 1]
    ))  # fmt: skip
    assert area_of == pytest.approx(12)
    assert shared_part(comb, [(20, 20), (30, 20), (30, 30)]) == ()


def test_counting_asks_the_same(case: Case, walked: tuple[int, ...]) -> None:
    keep_calibration(case, "gate", on_earth())
    query = Query("", (ZoneFilter(DOOR), ClassFilter((int(ObjectClass.PERSON),))))
    counted = finish(count_tracks(case, query))
    assert (counted.total, counted.alone) == (2, (2, 3))
    assert len(walked) == 3


# -- speed of one of them


def test_the_speed_of_one_track_has_a_direction_where_the_metres_lie_on_earth(
    case: Case, walked: tuple[int, ...]
) -> None:
    rows = {hit.track.track_id: hit.track for hit in search(case).hits}
    near, _, other = (rows[TrackId(one)] for one in walked)
    assert track_speed(case, near) is None
    keep_calibration(case, "gate", metres())
    plain = track_speed(case, near)
    assert plain is not None
    assert plain.median_kmh == pytest.approx(0.5 * 3.6, abs=0.05)
    assert plain.bearing_deg is None
    keep_calibration(case, "gate", on_earth())
    told = track_speed(case, near)
    assert told is not None
    assert told.bearing_deg is not None
    assert abs((told.bearing_deg + 180) % 360 - 180) < 3
    assert track_speed(case, other) is None
    # In words, as the inspector says them.
    speed, went = speed_facts(told)
    assert speed.value.startswith("1.8 ± ")
    assert speed.value.endswith(" km/h (95 %)")
    assert went.value.startswith("to the north (")
    assert speed_facts(None) == ()
    nothing = replace(told, median_kmh=None, bearing_deg=None)
    assert [one.value for one in speed_facts(nothing)] == [
        "cannot be told: seen too shortly, or too far away"
    ]


def test_a_track_that_began_after_its_camera_was_moved_has_no_speed(case: Case) -> None:
    source = put_source(case, "gate")
    before, after = put_run(
        case, source,
        Seen(0, 10, feet=walk(x=1.0, seconds=10)),
        Seen(60, 70, feet=walk(x=1.0, seconds=10, start=60)),
    )  # fmt: skip
    keep_calibration(case, "gate", on_earth())
    moved = START_NS + 30 * S
    put_cameras(case, replace(CAMERA, placements=(
        replace(CAMERA.placements[0], to_ns=moved), Placement(GeoPoint(41, -80), from_ns=moved),
    )))  # fmt: skip
    assert list(read_ground_speeds(case, source)) == [before]
    with pytest.raises(BadCalibration, match="as it stood then"):
        read_ground_speeds(case, source, [after])
