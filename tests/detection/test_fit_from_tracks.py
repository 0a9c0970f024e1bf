"""A camera's ground found from people whom another camera sees: nobody says who is who."""

from collections.abc import Sequence

import numpy as np
import pytest

from detection.following.fit_from_tracks import Path, fit_ground_from_tracks
from resources.paths import shared_test_data
from tests.support.ground_scene import TO_IMAGE
from video.ground import project
from workstation.bench.campus_boxes import FOLDER, calibrated, read_seen
from workstation.bench.following_campus import paths

TO_GROUND = np.linalg.inv(TO_IMAGE)


def walks(count: int, seed: int) -> list[Path]:
    """People who walk to and fro before the camera, metres; each turns once."""
    chance = np.random.default_rng(seed)
    made = []
    for at in range(count):
        corners = np.stack([chance.uniform(-6, 6, 3), chance.uniform(9, 28, 3)], axis=1)
        time = np.arange(at, at + 20, 0.5)
        share = (time - at) / 10
        columns = [np.interp(share, [0, 1, 2], column) for column in corners.T]
        made.append(Path(time, np.stack(columns, axis=1)))
    return made


def pictured(known: Sequence[Path], seed: int, noise_px: float = 2.0) -> list[Path]:
    chance = np.random.default_rng(seed)
    made = []
    for one in known:
        pixels = project(TO_IMAGE, one.points)
        made.append(Path(one.time_s, pixels + chance.normal(0, noise_px, pixels.shape)))
    return made


def test_who_is_who_and_the_ground_are_found_together() -> None:
    known = walks(8, 1)
    # Two whom the other camera does not see, two whom this one does not, and another order.
    seen = pictured(known, 2)[:6][::-1]
    found = fit_ground_from_tracks(seen, known[2:])
    assert found is not None
    assert found.clear
    assert found.pairs == ((0, 3), (1, 2), (2, 1), (3, 0))
    assert found.error_m < 0.6
    places = np.array([[0, 12], [-3, 18], [4, 22.0]])
    off = np.hypot(*(project(found.to_ground, project(TO_IMAGE, places)) - places).T)
    assert off.max() < 0.6


def test_people_who_are_not_the_same_or_stand_still_give_no_ground() -> None:
    known = walks(5, 3)
    assert fit_ground_from_tracks(pictured(known, 4), []) is None
    later = [Path(one.time_s + 500, one.points) for one in known]
    assert fit_ground_from_tracks(pictured(known, 4), later) is None
    still = [Path(one.time_s, one.points * 0 + [1, 12]) for one in known]
    assert fit_ground_from_tracks(pictured(still, 4), still) is None
    strangers = fit_ground_from_tracks(pictured(walks(5, 99), 4), known)
    assert strangers is None or not strangers.clear or len(strangers.pairs) < 4


def test_a_calibrated_camera_is_found_again_from_another() -> None:
    """Real boxes: HC4 fitted from whom HC3 sees, against the calibration that HC4 comes with."""
    folder = shared_test_data() / FOLDER
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    seen = {camera: read_seen(folder, camera) for camera in ("HC3", "HC4")}
    planes = calibrated(folder)
    found = fit_ground_from_tracks(paths(seen["HC4"]), paths(seen["HC3"], planes["HC3"]))
    assert found is not None
    right = [seen["HC4"][i].person == seen["HC3"][j].person for i, j in found.pairs]
    assert len(right) >= 4
    assert all(right)
    # Where both see somebody the two grounds are one.
    feet = np.concatenate([
        one.feet[one.whole & np.isin(one.frame, other.frame)]
        for one in seen["HC4"] for other in seen["HC3"] if one.person == other.person
    ])  # fmt: skip
    off = np.hypot(*(project(found.to_ground, feet) - planes["HC4"].places(feet)).T)
    assert np.median(off) < 0.5
