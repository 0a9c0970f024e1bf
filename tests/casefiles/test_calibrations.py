"""Calibrations of cameras: kept, undone, vouched for; places and speeds by them; the commands."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from casefiles.calibration_types import Calibration, GivenPairs, PointPair
from casefiles.case import Case
from casefiles.edit_kinds import PlaceCamera, SetCalibration, TakeBackCalibration
from casefiles.errors import BadCalibration, CaseDamaged, UnknownCalibration
from casefiles.exchange.pair_files import read_pairs
from casefiles.geo import GeoPoint, distance_m, offset_m
from casefiles.jobs import finish
from casefiles.types import Camera, Placement
from casefiles.usecases.calibrate import find_calibration, keep_calibration
from casefiles.usecases.calibrated_places import seen_ground
from casefiles.usecases.ground_speed import ground_speed, read_ground_speeds
from casefiles.usecases.map_synopsis import ground_places
from casefiles.usecases.verify_case import verify_case
from casefiles.usecases.view_case import view_case
from tests.support.ground_scene import (
    CAMERA,
    GROUND,
    HERE,
    SIZE,
    TO_IMAGE,
    boxes_at,
    lonlat,
    metres,
    on_earth,
    pixel,
)
from tests.support.search_cases import (
    START_NS,
    S,
    Seen,
    make_case,
    put_cameras,
    put_run,
    put_source,
)
from video.errors import BadPairs
from workstation.__main__ import main


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(made, CAMERA)
        put_source(made, "gate")
        yield made


def test_a_calibration_is_kept_taken_back_and_put_in_force_again(case: Case) -> None:
    _, first = keep_calibration(case, "gate", metres())
    _, second = keep_calibration(case, "gate", on_earth())
    assert view_case(case).calibrations == (second,)
    assert second.set_by == "tester"
    assert second.program_version
    redo = case.post(lambda: TakeBackCalibration(second.calibration_id)).result()
    assert view_case(case).calibrations == (first,)
    assert case.post(lambda: redo).result() == TakeBackCalibration(second.calibration_id)
    assert view_case(case).calibrations == (second,)
    with pytest.raises(UnknownCalibration):
        case.post(lambda: SetCalibration(second)).result()
    assert not [one for one in finish(verify_case(case)).bad if "calibrations" in one]


def test_one_changed_outside_the_program_is_found_and_a_broken_one_named(case: Case) -> None:
    keep_calibration(case, "gate", metres())
    case.write(lambda cursor: cursor.execute("UPDATE calibrations SET error_m = 0"))
    assert any(one.startswith("calibrations:") for one in finish(verify_case(case)).bad)
    flat = json.dumps([1.0, 2, 3, 2, 4, 6, 0, 0, 1])
    case.write(lambda cursor: cursor.execute("UPDATE calibrations SET to_image = ?", [flat]))
    with pytest.raises(CaseDamaged, match="calibration 1 is damaged"):
        view_case(case)


def test_places_come_from_the_calibration_with_how_sure_they_are(case: Case) -> None:
    keep_calibration(case, "gate", on_earth())
    kept = view_case(case).calibrations
    want = [(1.0, 12.0), (-4.0, 20.0)]
    boxes = np.concatenate([boxes_at(*want), [[300, 10, 320, 60]]])
    found = ground_places(CAMERA, SIZE, boxes, calibrations=kept)
    assert found.rough.tolist() == [False] * 3
    assert found.around.tolist() == [False] * 3
    for place, ground in zip(found.lonlat, want, strict=False):
        there = GeoPoint(float(place[1]), float(place[0]))
        assert offset_m(HERE, there) == pytest.approx(ground, abs=0.02)
    # Above the horizon there is no place; farther away it is less sure.
    assert np.isnan(found.lonlat[2]).all()
    assert 0 < found.sd_m[0] < found.sd_m[1] < 5
    # The same picture at half the size.
    half = ground_places(CAMERA, (320, 240), boxes / 2, calibrations=kept)
    assert half.lonlat[:2] == pytest.approx(found.lonlat[:2], abs=1e-12)
    # Another shape of picture, or a camera that was moved since: not calibrated.
    assert ground_places(CAMERA, (640, 360), boxes, calibrations=kept).is_rough
    relocated = Camera(
        CAMERA.camera_id, "Gate",
        (replace(CAMERA.placements[0], to_ns=START_NS), Placement(HERE, 0.0, from_ns=START_NS)),
    )  # fmt: skip
    times = np.array([START_NS - S, START_NS + S])
    dated = ground_places(relocated, SIZE, boxes[:2], times, calibrations=kept)
    assert dated.rough.tolist() == [False, True]


def test_metres_without_an_origin_give_speeds_and_no_places(case: Case) -> None:
    found, kept = keep_calibration(case, "gate", metres())
    assert any("nobody says where the metres begin" in note for note in found.notes)
    assert ground_places(CAMERA, SIZE, boxes_at((0, 12)), calibrations=(kept,)).is_rough
    assert seen_ground(kept) == ()
    # 1.4 m/s straight away from the camera, five pictures a second.
    walk = [(0.5, 10 + 1.4 * at / 5) for at in range(31)]
    times = np.arange(31, dtype=np.int64) * S // 5
    told = ground_speed(kept, SIZE, times, boxes_at(*walk))
    assert told.median_kmh == pytest.approx(1.4 * 3.6, abs=0.02)
    assert told.median_sd_kmh is not None
    assert 0 < told.median_sd_kmh < 1
    assert len(told.kmh) == 5
    # Cut off by the lower edge of the picture, a box has no feet.
    low = boxes_at(*walk)
    low[:, 3] += 480 - low[:, 3].min() - 1
    assert ground_speed(kept, SIZE, times, np.minimum(low, 480)).median_kmh is None
    # A second of it is too little.
    assert ground_speed(kept, SIZE, times[:5], boxes_at(*walk[:5])).median_kmh is None


def test_an_origin_and_an_axis_put_metres_on_the_earth() -> None:
    turned = replace(metres(), origin=HERE, y_axis_deg=90.0)
    made = find_calibration(CAMERA, {SIZE}, turned).calibration
    there = made.lonlat(np.array([[0.0, 100.0], [10.0, 0.0]]))
    assert there is not None
    east, south = (GeoPoint(float(lat), float(lon)) for lon, lat in there)
    assert offset_m(HERE, east) == pytest.approx((100, 0), abs=0.01)
    assert offset_m(HERE, south) == pytest.approx((0, -10), abs=0.01)
    # Half a metre of ground a pixel: some 35 m away.
    outline = seen_ground(made)
    far = max(distance_m(HERE, GeoPoint(lat, lon)) for lon, lat in outline)
    assert 30 < far < 60


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (GivenPairs(), "there are no pairs"),
        (replace(metres(), size=(1920, 1080)), "those of camera gate are 640 × 480"),
        (
            GivenPairs(tuple(
                PointPair(pixel(one), lonlat=lonlat(one)[::-1]) for one in GROUND
            )),
            "pair 1 lies .* km from the camera.*swapped",
        ),
        (GivenPairs(homography=(1, 2, 3, 2, 4, 6, 0, 0, 1)), "has no inverse"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(given: GivenPairs, words: str) -> None:
    with pytest.raises(BadCalibration) as refused:
        find_calibration(CAMERA, {SIZE}, given)
    assert _matches(words, str(refused.value))


def _matches(words: str, text: str) -> bool:
    return all(part in text for part in words.split(".*"))


def test_places_in_a_mirror_are_refused() -> None:
    mirrored = tuple(
        replace(one, lonlat=lonlat((-ground[0], ground[1])))
        for one, ground in zip(on_earth().pairs, GROUND, strict=True)
    )
    with pytest.raises(BadPairs, match="mirror"):
        find_calibration(CAMERA, {SIZE}, GivenPairs(mirrored))


def test_a_placement_that_is_gone_meanwhile_refuses_the_calibration(case: Case) -> None:
    made = find_calibration(CAMERA, {SIZE}, metres()).calibration
    case.post(lambda: PlaceCamera(CAMERA.camera_id, (Placement(HERE, from_ns=5),))).result()
    with pytest.raises(BadCalibration, match="no placement since then any more"):
        case.post(lambda: SetCalibration(made)).result()


def test_a_known_homography_is_taken_and_said_to_be_unmeasured() -> None:
    known = np.linalg.inv(TO_IMAGE) * -3
    given = GivenPairs(homography=tuple(known.ravel().tolist()), size=SIZE)
    found = find_calibration(CAMERA, (), given)
    assert found.fit is None
    assert "nobody knows" in found.notes[0]
    places = found.calibration.plane.places(np.array([pixel((2.0, 11.0))]))
    assert places[0].tolist() == pytest.approx([2, 11])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("3", "holds no pairs"),
        ('{"pairs": [], "homography": []}', "holds no pairs"),
        ('{"pairs": [], "centre": 1}', "unknown part 'centre'"),
        ('[{"image": [1, 2]}]', 'pair 1 needs "image" and one of'),
        ('[{"image": [1, "2"], "ground_m": [1, 2]}]', "image point of pair 1 is not 2 numbers"),
        ('[{"image": [1, 2], "lonlat": [40, -93]}]', "pair 1 is not on the earth.*swapped"),
        ('[{"image": [1, 2], "lonlat": [-93, 45]}, {"image": [1, 2], "ground_m": [1, 2]}]',
         "some pairs have"),
        ('{"pairs": [], "size": [0, 5]}', "no picture is 0 × 5"),
        ('{"homography": [[1, 2], [3, 4]]}', "a row of the homography is not 3 numbers"),
        ('[{"image": [NaN, 2], "ground_m": [1, 2]}]', "not 2 numbers"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_with_the_pair_named(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "pairs.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCalibration) as refused:
        read_pairs(path)
    assert _matches(words, str(refused.value))


def test_calibrate_and_speed_answer_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "home"))
    folder = tmp_path / "case"
    walk = [(0.5 + at / 5, *pixel((0.5, 10 + 1.4 * at / 5))) for at in range(31)]
    with make_case(folder) as made:
        put_cameras(made, CAMERA)
        source = put_source(made, "gate")
        (track,) = put_run(made, source, Seen(0, 7, feet=walk))
        with pytest.raises(BadCalibration, match="not calibrated for pictures of 640 × 480"):
            read_ground_speeds(made, source)
    path = tmp_path / "pairs.json"
    rows = [{"image": pixel(one), "ground_m": one} for one in GROUND]
    rows[2]["ground_m"] = (2.0, 12.0)
    path.write_text(json.dumps(rows), encoding="utf-8")
    asked = ["calibrate", str(folder), "--camera", "gate", "--pairs", str(path), "--json"]
    assert main([*asked, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] is None
    assert main(asked) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["id"] == 1
    assert said["outliers"] == [3]
    assert said["worst"] == 3
    assert said["error_m"] < 0.01
    place = np.array(said["homography"]) @ [*pixel((4.0, 18.0)), 1]
    assert (place[:2] / place[2]).tolist() == pytest.approx([4, 18])
    assert main(["speed", str(folder), "--source", "1", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["track"] == track
    assert told["kmh"] == pytest.approx(1.4 * 3.6, abs=0.1)
    assert told["uncertainty_kmh"] > 0
    assert main(["calibrate", str(folder), "--undo", "1"]) == 0
    assert main(["calibrate", str(folder), "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("back\n")[1]) == []
    assert main(["calibrate", str(folder), "--pairs", str(path)]) == 2
    assert "--camera belong together" in capsys.readouterr().err


def test_values_that_are_stored_come_back_the_same(case: Case) -> None:
    found, kept = keep_calibration(case, "gate", on_earth())
    again = replace(
        kept, calibration_id=found.calibration.calibration_id, set_ns=0, set_by="",
        program_version="",
    )  # fmt: skip
    assert again == found.calibration
    assert isinstance(kept, Calibration)
