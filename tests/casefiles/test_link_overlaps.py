"""Tracks of two cameras that see the same ground: which may be one."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from casefiles.case import Case
from casefiles.errors import BadCalibration, UnknownTrack
from casefiles.jobs import finish
from casefiles.store import audit_rows, clocks
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, Placement, SourceClock, SourceId, TrackId
from casefiles.usecases.calibrate import keep_calibration
from casefiles.usecases.link_overlaps import linked_tracks, same_moment
from casefiles.usecases.pairs_from_tracks import pairs_from_tracks
from casefiles.usecases.view_case import view_case
from detection.labels import ObjectClass
from tests.support.ground_scene import CAMERA, HERE, on_earth, pixel
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from workstation.__main__ import main

YARD = Camera(CameraId("yard"), "Yard", (Placement(HERE, 0.0, 60.0, 40.0),))
DOOR = Camera(CameraId("door"), "Door", (Placement(HERE, 0.0, 60.0, 40.0),))


def walk(x: float, start: int, end: int, far: float = 9.0) -> list[tuple[float, float, float]]:
    """Feet five times a second, away from the camera at 0.6 m/s, `far` metres off at second 0."""
    return [(at / 5, *pixel((x, far + 0.12 * at))) for at in range(5 * start, 5 * end + 1)]


def seen(
    x: float, start: int, end: int, kind: ObjectClass = ObjectClass.PERSON, *, far: float = 9.0
) -> Seen:
    return Seen(start, end, kind, feet=walk(x, start, end, far))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(made, CAMERA, YARD, DOOR)
        yield made


def put_clocks(case: Case, sure_ns: int) -> None:
    """Somebody compared all clocks, so closely."""

    def put(cursor: Cursor) -> None:
        for source in (1, 2):
            said = SourceClock(
                SourceId(source), 0, "compared", uncertainty_ns=sure_ns,
                clock_id=clocks.next_id(cursor),
            )  # fmt: skip
            clocks.insert(cursor, said)

    case.write(put)


def two_views(case: Case) -> tuple[list[TrackId], list[TrackId]]:
    """Two people and a car before one camera, and before another that stands in its place."""
    gate = put_run(
        case, put_source(case, "gate"),
        seen(-2.0, 0, 10), seen(3.0, 2, 10), seen(-2.1, 0, 10, ObjectClass.CAR),
    )  # fmt: skip
    yard = put_run(
        case, put_source(case, "yard"),
        seen(3.1, 3, 9), seen(-1.9, 1, 9), seen(-2.0, 12, 16), seen(0.0, 30, 34),
    )  # fmt: skip
    put_clocks(case, S // 10)
    for camera in ("gate", "yard"):
        keep_calibration(case, camera, on_earth())
    return [TrackId(one) for one in gate], [TrackId(one) for one in yard]


def test_the_same_place_at_the_same_time_is_told_apart_from_another_place(case: Case) -> None:
    gate, yard = two_views(case)
    found = same_moment(case, gate[0])
    # Neither the car beside nor who came later was compared.
    assert set(found) == {yard[0], yard[1]}
    one, other = found[yard[1]], found[yard[0]]
    assert one.camera_id == "yard"
    assert one.metres == pytest.approx(0.1, abs=0.05)
    assert one.seconds == pytest.approx(8, abs=0.6)
    assert one.log_ratio > 4
    assert one.words.startswith("0.1 m apart for 8 s (± ")
    assert other.metres == pytest.approx(5.1, abs=0.1)
    assert other.impossible
    back = same_moment(case, yard[1])[gate[0]]
    assert back.log_ratio == pytest.approx(one.log_ratio, abs=0.5)


def test_groups_hold_one_each_and_who_was_out_of_sight_for_a_moment(case: Case) -> None:
    gate, yard = two_views(case)
    found = finish(linked_tracks(case))
    groups = [{one.track_id for one in group} for group in found.groups]
    assert groups == [{gate[0], yard[1], yard[2]}, {gate[1], yard[0]}]
    assert found.tracks == 7
    assert set(found.cameras) == {"gate", "yard"}
    first, second, later = found.groups[0]
    assert (first.track_id, later.track_id) == (gate[0], yard[2])
    assert second.metres == pytest.approx(0.1, abs=0.05)
    assert f"with track {yard[1]}" in first.why
    assert later.metres is None
    assert f"after track {gate[0]}" in later.why
    assert START_NS <= first.from_wall_ns < START_NS + S
    only = finish(linked_tracks(case, [gate[1]]))
    assert [{one.track_id for one in group} for group in only.groups] == [{gate[1], yard[0]}]
    part = finish(linked_tracks(case, span=(START_NS + 11 * S, None)))
    assert part.groups == ()
    assert part.tracks == 2
    rows = case.read(lambda cursor: list(audit_rows.every(cursor)))
    told = [json.loads(text) for _, text, _, _ in rows]
    facts = [one["facts"] for one in told if one["event"] == "tracks.overlaps"]
    assert facts[1]["ids"] == f"{gate[1]},{yard[0]}"


def test_clocks_that_may_be_off_leave_more_open(case: Case) -> None:
    gate, yard = two_views(case)
    sure = same_moment(case, gate[0])[yard[1]]
    put_clocks(case, 6 * S)
    unsure = same_moment(case, gate[0])[yard[1]]
    assert unsure.sd_m > sure.sd_m + 1
    assert 0 < unsure.log_ratio <= sure.log_ratio


def test_what_nothing_is_known_of_is_left_out_and_told(case: Case) -> None:
    gate, yard = two_views(case)
    door = put_run(case, put_source(case, "door"), seen(-2.0, 0, 10))
    silent = put_run(case, put_source(case, "yard", start_ns=None), seen(-2.0, 0, 10))
    assert same_moment(case, door[0]) == {}
    assert same_moment(case, silent[0]) == {}
    assert set(same_moment(case, gate[0])) == set(yard[:2])
    found = finish(linked_tracks(case, [door[0], gate[1]]))
    assert [len(group) for group in found.groups] == [2]
    assert f"track {door[0]}: no place of it is known" in found.notes
    assert any("Door: not calibrated" in one for one in found.notes)
    assert any("start of recordings is not known" in one for one in found.notes)
    with pytest.raises(UnknownTrack, match="no track 77"):
        same_moment(case, 77)
    with pytest.raises(UnknownTrack, match="no track 77"):
        finish(linked_tracks(case, [77]))


def test_a_camera_is_calibrated_by_people_whom_another_sees_and_nothing_is_kept(
    case: Case, tmp_path: Path
) -> None:
    ways = [((-5, 10), (5, 20)), ((5, 11), (-4, 24)), ((0, 9), (1, 26)), ((-6, 18), (6, 13))]
    people = [
        Seen(2 * at, 2 * at + 20, feet=[
            (2 * at + step / 5, *pixel((x + (u - x) * step / 100, y + (v - y) * step / 100)))
            for step in range(101)
        ])
        for at, ((x, y), (u, v)) in enumerate(ways)
    ]  # fmt: skip
    put_run(case, put_source(case, "gate"), *people)
    put_run(case, put_source(case, "yard"), *people[::-1])
    with pytest.raises(BadCalibration, match="no calibrated camera saw people"):
        finish(pairs_from_tracks(case, "yard"))
    keep_calibration(case, "gate", on_earth())
    made = finish(pairs_from_tracks(case, "yard"))
    assert made.tracks == 4
    assert made.clear
    assert made.apart_m < 0.2
    # Both pictures are the same, so both grounds must be.
    feet = np.array([pixel((x, y)) for x in (-3, 0, 3) for y in (12, 16, 20)])
    gate = next(one for one in view_case(case).calibrations if one.camera_id == "gate")
    lonlat = [one.lonlat(one.plane.places(feet)) for one in (gate, made.found.calibration)]
    assert lonlat[0] is not None
    assert lonlat[1] is not None
    assert np.abs(lonlat[0] - lonlat[1]).max() < 0.3 / 85_000
    assert all(one.camera_id != "yard" for one in view_case(case).calibrations)
    case.close()
    out = tmp_path / "pairs.json"
    command = ["calibrate", str(tmp_path / "case"), "--camera", "yard"]
    assert main([*command, "--from-tracks", str(out), "--json"]) == 0
    assert main([*command, "--from-tracks", str(out)]) == 2
    assert main([*command, "--pairs", str(out)]) == 0
