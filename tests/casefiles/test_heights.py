"""How tall people are by a calibration, and cameras calibrated elsewhere."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.errors import BadCalibration, UnknownTrack
from casefiles.exchange.known_cameras import homography_of_known
from casefiles.exchange.pair_files import read_pairs
from casefiles.store.engine import insert_columns
from casefiles.types import TrackId
from casefiles.usecases.calibrate import find_calibration, keep_calibration
from casefiles.usecases.object_heights import Post, read_heights
from detection.labels import ObjectClass
from resources.paths import shared_test_data
from tests.support.ground_scene import CAMERA, GROUND, LENS, SIZE, TO_IMAGE, TURN, metres, pixel
from tests.support.search_cases import S, Seen, make_case, put_cameras, put_run, put_source
from video.errors import BadPairs
from video.ground import GroundPlane
from video.upright import upright_of_known, upright_of_lens
from workstation.__main__ import main
from workstation.bench.calibration import HOMOGRAPHY, LABELS, Street

EXACT = GroundPlane(TO_IMAGE, np.zeros((9, 9)))
PLACES = [(0.0, 9.0), (-3.0, 13.0), (3.0, 18.0), (-6.0, 24.0)]
_POINTS = """
INSERT INTO track_points
SELECT track_id, run_id, frame, frame, time_ns, x1, y1, x2, y2, 0.9, class_id, false FROM batch
"""


def top(ground: tuple[float, float], tall: float) -> tuple[float, float]:
    """Where in the picture something ends that is so tall."""
    x, y, w = LENS @ (TURN @ (np.array([*ground, tall]) - [0, 0, 5]))
    return float(x / w), float(y / w)


def ends(tall: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([pixel(one) for one in PLACES]), np.array([top(one, tall) for one in PLACES])


def test_a_lens_tells_heights_from_the_ground_alone() -> None:
    feet, tops = ends(1.83)
    upright = upright_of_lens(EXACT, SIZE)
    assert upright.heights(feet, tops)[0].tolist() == pytest.approx([1.83] * 4)
    assert upright.heights(feet, tops, level=True)[0].tolist() == pytest.approx([1.83] * 4)
    # Whichever way the axes turn, up is up.
    mirrored = GroundPlane(TO_IMAGE * [-1, 1, 1], np.zeros((9, 9)))
    assert upright_of_lens(mirrored, SIZE).heights(feet, tops)[0] == pytest.approx([1.83] * 4)
    # Drawn from what nobody knows for sure, heights scatter by it; the first is the best.
    drawn = upright.heights(feet, tops, 3.0)
    assert drawn[0].tolist() == pytest.approx([1.83] * 4)
    assert 0.02 < np.std(drawn[:, 0]) < np.std(drawn[:, 3]) < 1
    sky = upright.heights(np.array([[320.0, 20.0]]), np.array([[320.0, 5.0]]))
    assert np.isnan(sky).all()


def test_a_picture_cut_out_of_a_larger_one_needs_things_of_known_height() -> None:
    moved = np.array([[1, 0, -200], [0, 1, 60], [0, 0, 1]], np.float64)
    part = GroundPlane(moved @ TO_IMAGE, np.zeros((9, 9)))
    feet, tops = (one + np.array([-200, 60]) for one in ends(1.7))
    wrong = upright_of_lens(part, (440, 480)).heights(feet, tops)[0]
    assert np.abs(wrong - 1.7).max() > 0.05
    centre = upright_of_lens(part, (440, 480), (120.0, 300.0))
    assert centre.heights(feet, tops)[0].tolist() == pytest.approx([1.7] * 4)
    stands, high = (one[:2] + np.array([-200, 60]) for one in ends(2.4))
    known = upright_of_known(part, stands, high, np.full(2, 2.4), 0.0)
    assert known.heights(feet, tops)[0].tolist() == pytest.approx([1.7] * 4, abs=0.005)


def test_what_cannot_tell_a_height_is_refused() -> None:
    down = LENS @ np.array([[1, 0, 0], [0, -1, 0], [0, 0, 6.0]])
    with pytest.raises(BadPairs, match="straight down"):
        upright_of_lens(GroundPlane(down, np.zeros((9, 9))), SIZE)
    loose = np.diag((np.abs(TO_IMAGE).ravel() * 2) ** 2)
    with pytest.raises(BadPairs, match="leave too much open"):
        upright_of_lens(GroundPlane(TO_IMAGE, loose), SIZE)
    feet, tops = ends(1.7)
    with pytest.raises(BadPairs, match="one thing of known height is too few"):
        upright_of_known(EXACT, feet[:1], tops[:1], np.array([1.7]), 0.0)
    with pytest.raises(BadPairs, match="contradict each other: number"):
        upright_of_known(EXACT, feet, tops, np.array([1.7, 1.7, 1.7, 5.0]), 0.0)
    with pytest.raises(BadPairs, match="above the horizon"):
        upright_of_known(EXACT, feet - [0, 300], tops, np.full(4, 1.7), 0.0)


# -- of the tracks of a case


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with make_case(tmp_path / "case") as made:
        put_cameras(made, CAMERA)
        yield made


def put_people(case: Case, *tall: float) -> tuple[TrackId, ...]:
    """A recording of walkers so tall, and of a car."""
    kinds = [Seen(0, 4) for _ in tall]
    tracks = put_run(case, put_source(case, "gate"), *kinds, Seen(0, 4, ObjectClass.CAR))
    for number, (track, height) in enumerate(zip(tracks, (*tall, 1.5), strict=True)):
        at = [(number - 1.0, 10 + step / 2) for step in range(20)]
        feet = np.array([pixel(one) for one in at])
        tops = np.array([top(one, height) for one in at])
        kind = ObjectClass.CAR if number == len(tall) else ObjectClass.PERSON
        columns = {
            "track_id": np.full(20, track, np.int64), "run_id": np.full(20, 1, np.int64),
            "frame": np.arange(20, dtype=np.int32), "class_id": np.full(20, int(kind), np.int16),
            "time_ns": np.arange(20, dtype=np.int64) * S // 5,
            "x1": (feet[:, 0] - 9).astype(np.float32), "y1": tops[:, 1].astype(np.float32),
            "x2": (feet[:, 0] + 9).astype(np.float32), "y2": feet[:, 1].astype(np.float32),
        }  # fmt: skip
        case.write(partial(insert_columns, statement=_POINTS, columns=columns))
    return tuple(TrackId(one) for one in tracks)


def test_people_of_a_recording_are_told_with_how_sure_and_cars_are_not(case: Case) -> None:
    tall, small, giant, car = put_people(case, 1.9, 1.6, 3.2)
    with pytest.raises(BadCalibration, match="not calibrated"):
        read_heights(case, 1)
    keep_calibration(case, "gate", metres())
    found = read_heights(case, 1)
    assert (found.by, found.calibrations) == ("lens", (1,))
    for track, height in ((tall, 1.9), (small, 1.6)):
        one = found.tracks[track]
        assert one.height_m == pytest.approx(height, abs=0.02)
        assert one.sd_m is not None
        # A box is off by 3 % at either end: nobody is told to the centimetre.
        assert 0.03 < one.sd_m < 0.15
        assert one.boxes == 20
    assert found.tracks[giant].height_m is None
    assert "nobody's height" in found.tracks[giant].why
    assert "only of people" in found.tracks[car].why
    assert list(read_heights(case, 1, [small]).tracks) == [small]
    by_known = read_heights(case, 1, [tall], known={small: 1.6})
    assert by_known.by == "known heights"
    assert list(by_known.tracks) == [tall]
    assert by_known.tracks[tall].height_m == pytest.approx(1.9, abs=0.03)
    posts = [Post(pixel(one), top(one, 2.0), 2.0) for one in PLACES[:3]]
    assert read_heights(case, 1, [tall], posts=posts).tracks[tall].height_m == pytest.approx(
        1.9, abs=0.03
    )
    with pytest.raises(UnknownTrack, match="has no track 77"):
        read_heights(case, 1, known={77: 1.8})
    with pytest.raises(BadCalibration, match="no known height is 180 m"):
        read_heights(case, 1, known={small: 180})


def test_height_answers_on_the_command_line(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path / "home"))
    tall, small, _ = put_people(case, 1.9, 1.6)
    keep_calibration(case, "gate", metres())
    case.close()
    asked = ["height", str(tmp_path / "case"), "--source", "1"]
    assert main([*asked, "--json", "--track", str(tall), "--known", f"{small}=1.6"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["by"], said["run"], said["calibrations"]) == ("known heights", 1, [1])
    assert said["source_sha256"] == f"{1:064x}"
    assert said["program_version"]
    (one,) = said["tracks"]
    assert one["height_m"] == pytest.approx(1.9, abs=0.03)
    assert main(asked) == 0
    text = capsys.readouterr().out
    assert f"{tall}: 1.9" in text
    assert "cannot be told: only of people" in text
    assert "a lead, to be confirmed by a person" in text
    for wrong in (["--known", "1.8"], ["--post", "1,2,3=2"], ["--post", "1,2,3,nan=2"]):
        assert main([*asked, *wrong]) == 2
    assert "where it stands, where it ends, metres" in capsys.readouterr().err


@pytest.fixture(scope="module")
def street() -> Street:
    shared = shared_test_data()
    for name in (HOMOGRAPHY, LABELS):
        if not (shared / name).is_file():
            pytest.skip(f"{shared / name} is not there")
    return Street.read(shared)


def test_the_labelled_people_of_a_street_are_as_tall_as_people_are(street: Street) -> None:
    (figure,) = street.tall(5)
    assert 1.6 < figure.value < 1.9
    assert "10 of 10 between 1.5 and 2.0 m" in figure.how


# -- calibrated elsewhere


def known(**other: object) -> dict[str, object]:
    document: dict[str, object] = {
        "K": LENS.tolist(), "R": TURN.tolist(), "t": (TURN @ [0, 0, -5]).tolist(),
        "size": list(SIZE),
    }  # fmt: skip
    return document | other


def test_a_camera_calibrated_elsewhere_places_points(tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    # The same turn as a vector: 105° about the x axis.
    vector = [float(np.arctan2(TURN[2, 1], TURN[1, 1])), 0.0, 0.0]
    for document in (known(), known(R=vector), known(distortion=[1e-5, 0, 0, 0])):
        path.write_text(json.dumps(document), encoding="utf-8")
        plane = find_calibration(CAMERA, {SIZE}, read_pairs(path)).calibration.plane
        places = plane.places(np.array([pixel(one) for one in GROUND]))
        assert places == pytest.approx(np.array(GROUND), abs=1e-6)
        assert not plane.is_mirrored


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"K": known()["K"], "R": known()["R"]}, "K needs R and t"),
        ({"pairs": [], "R": [0, 0, 1]}, "without K"),
        (known(homography=[]), "or a homography beside them"),
        (known(R=[[1, 0, 0], [0, 2, 0], [0, 0, 1]]), "R does not turn"),
        (known(R=[1, 0]), "R is not 3 numbers"),
        (known(K=[[500, 0, 320], [0, -500, 240], [0, 0, 1]]), "K is no lens"),
        (known(t=[0, 0, 0]), "would stand 0.00 m above the ground"),
        (known(t=[-value for value in (TURN @ [0, 0, -5])]), "points down"),
        (known(t=[-value for value in (TURN @ [0, 0, 5000])]), "would stand 5000 m above"),
        (known(distortion=[-0.3, 0.1, 0, 0]), "bends its picture by up to"),
        (known(distortion=[0, 0, 0, 0, 0, 0.1]), "more than k1, k2, p1, p2, k3"),
        (known(distortion="none"), "no list of numbers"),
        (known(t=["a", 0, 0]), "t is not 3 numbers"),
    ],
)
def test_one_that_cannot_be_is_refused(
    document: dict[str, object], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "gate.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadCalibration, match=words):
        read_pairs(path)


def test_a_known_ground_in_a_mirror_is_refused_where_it_lies_on_earth() -> None:
    mirrored = np.linalg.inv(TO_IMAGE * [-1, 1, 1])
    given = replace(metres(), pairs=(), homography=tuple(mirrored.ravel().tolist()), size=SIZE)
    find_calibration(CAMERA, {SIZE}, given)
    with pytest.raises(BadCalibration, match="mirrored"):
        find_calibration(CAMERA, {SIZE}, replace(given, origin=CAMERA.placements[0].point))


def test_two_known_cameras_of_a_real_scene_place_the_same_people_alike() -> None:
    folder = shared_test_data() / "data/multicam/campus_auditorium"
    if not (folder / "cam_param.mat").is_file():
        pytest.skip(f"{folder / 'cam_param.mat'} is not there")
    places: list[dict[tuple[int, int], NDArray[np.float64]]] = []
    for one in scipy.io.loadmat(folder / "cam_param.mat")["cam_param"][0]:
        lens, turn = one["K"].astype(np.float64), one["R"].astype(np.float64)
        lens[:2, 2] = one["center"].ravel()
        shift = -turn @ one["T"].ravel().astype(np.float64)
        to_ground = np.array(homography_of_known(lens.ravel(), turn.ravel(), shift)).reshape(3, 3)
        plane = GroundPlane(np.linalg.inv(to_ground), np.zeros((9, 9)))
        with gzip.open(folder / f"{one['name'][0]}.txt.gz", "rt") as lines:
            rows = np.array([line.split()[:8] for line in lines], np.float64)
        rows = rows[(rows[:, 6] == 0) & (rows[:, 7] == 0)]
        feet = np.stack([(rows[:, 1] + rows[:, 3]) / 2, rows[:, 4]], axis=1)
        seen = plane.below_horizon(feet)
        found = plane.places(feet)
        places.append({
            (int(row[0]), int(row[5])): place
            for row, place, good in zip(rows, found, seen, strict=True) if good
        })  # fmt: skip
    both = places[0].keys() & places[1].keys()
    assert len(both) > 1000
    apart = [float(np.hypot(*(places[0][key] - places[1][key]))) for key in both]
    assert np.median(apart) < 0.4
