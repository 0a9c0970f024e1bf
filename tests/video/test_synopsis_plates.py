"""Empty pictures: nothing that moved, came or left is in them, and they follow the day."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from video.synopsis.made import MadePlate
from video.synopsis.plates import PlateMaker
from video.synthetic.scene import Box, Scene
from video.types import Pixels, TimeNs

SIZE = (192, 144)
MINUTE = 60 * 1_000_000_000
NOTHING = np.empty((0, 4), np.float32)
CAR = Box(60, 70, 60, 36, colour=(30, 30, 190))
PERSON = Box(20, 60, 18, 50, colour=(160, 60, 20))


GRAINS = 48
"""Pictures further apart than this have the same noise: drawing it takes longest."""


@cache
def grain(number: int) -> NDArray[np.int16]:
    drawn = np.random.default_rng(number).normal(0, 3, (SIZE[1], SIZE[0], 3))
    return np.rint(drawn).astype(np.int16)


class Seen:
    """What a sensor shows of a still scene."""

    def __init__(self, *boxes: Box) -> None:
        self._plain = Scene(boxes, *SIZE).picture(0).astype(np.int16)

    def picture(self, number: int) -> Pixels:
        seen: Pixels = np.clip(self._plain + grain(number % GRAINS), 0, 255).astype(np.uint8)
        return seen


def scene(*boxes: Box) -> Seen:
    return Seen(*boxes)


def of(box: Box, dx: int = 0) -> NDArray[np.float32]:
    left = box.left + dx
    return np.array([[left, box.top, left + box.width, box.top + box.height]], np.float32)


def empty() -> Pixels:
    return Scene((), *SIZE).picture(0)


def off(plate: MadePlate, where: Box) -> float:
    """How far a plate is from the empty scene inside a box, on average in grey levels."""
    part = np.s_[where.top : where.top + where.height, where.left : where.left + where.width]
    return float(np.abs(plate.picture[part].astype(int) - empty()[part]).mean())


def off_anywhere(plate: MadePlate) -> float:
    return float(np.abs(plate.picture.astype(int) - empty()).mean())


def maker() -> PlateMaker:
    return PlateMaker(SIZE)


def test_what_moves_through_is_in_no_plate() -> None:
    plates = maker()
    for at in range(30):
        walker = replace(PERSON, left=at * 5)
        plates.add(TimeNs(at * 5_000_000_000), scene(walker).picture(at), of(walker))

    assert all(off_anywhere(plate) < 3 for plate in plates.plates())


def test_somebody_who_stood_for_minutes_leaves_no_ghost() -> None:
    plates = maker()
    for at in range(150):
        there = at >= 10
        picture = (scene(PERSON) if there else scene()).picture(at)
        plates.add(TimeNs(at * 5_000_000_000), picture, of(PERSON) if there else NOTHING)

    made = plates.plates()
    assert len(made) >= 4
    assert max(off(plate, PERSON) for plate in made) < 5
    assert not any(plate.unsure.any() for plate in made)


@pytest.mark.parametrize("minute", [2, 9])
def test_a_parked_car_that_nobody_tracked_until_it_left_is_in_no_plate(minute: int) -> None:
    plates = maker()
    for at in range(15 * 12):
        time_ns = at * MINUTE // 12
        gone = time_ns - minute * MINUTE
        if gone < 0:
            picture, boxes = scene(CAR).picture(at), NOTHING
        elif gone < MINUTE // 3:
            away = gone * 40 // MINUTE
            picture = scene(replace(CAR, left=CAR.left + away)).picture(at)
            boxes = of(CAR, away)
        else:
            picture, boxes = scene().picture(at), NOTHING
        plates.add(TimeNs(time_ns), picture, boxes)

    assert max(off(plate, CAR) for plate in plates.plates()) < 5


def test_a_car_that_came_and_stayed_untracked_is_in_no_plate() -> None:
    plates = maker()
    for at in range(15 * 12):
        there = at >= 80
        picture = (scene(CAR) if there else scene()).picture(at)
        plates.add(TimeNs(at * MINUTE // 12), picture, of(CAR) if 80 <= at < 84 else NOTHING)

    assert max(off(plate, CAR) for plate in plates.plates()) < 5


def test_what_was_never_uncovered_is_shown_as_it_was_and_said_to_be_unsure() -> None:
    plates = maker()
    for at in range(20):
        plates.add(TimeNs(at * 5_000_000_000), scene(CAR).picture(at), of(CAR))

    (plate, *_) = plates.plates()
    middle = plate.picture[CAR.top + 10, CAR.left + 20]
    assert np.abs(middle.astype(int) - CAR.colour).max() < 8
    assert plate.unsure[CAR.top + 10, CAR.left + 20]
    assert not plate.unsure[5, 5]


def test_plates_follow_the_light_of_the_day() -> None:
    plates = maker()
    for at in range(20 * 12):
        light = 1 - 0.5 * at / 240
        picture = (scene().picture(at) * light).astype(np.uint8)
        plates.add(TimeNs(at * MINUTE // 12), picture, NOTHING)

    made = plates.plates()
    for plate in made:
        share = plate.time_ns / (20 * MINUTE)
        light = float(plate.picture.mean() / empty().mean())
        assert abs(light - (1 - 0.5 * share)) < 0.07
    assert [plate.time_ns for plate in made] == sorted(plate.time_ns for plate in made)


def test_a_gap_left_by_a_long_stay_is_filled_in_the_light_of_its_own_time() -> None:
    plates = maker()
    for at in range(20 * 12):
        there = at < 150
        picture = (scene(CAR) if there else scene()).picture(at)
        picture = (picture * (1 - 0.5 * at / 240)).astype(np.uint8)
        plates.add(TimeNs(at * MINUTE // 12), picture, of(CAR) if there else NOTHING)

    first = plates.plates()[0]
    expected = empty()[CAR.top : CAR.top + 36, CAR.left : CAR.left + 60] * 0.97
    shown = first.picture[CAR.top : CAR.top + 36, CAR.left : CAR.left + 60]
    assert float(np.abs(shown - expected).mean()) < 7


def test_a_day_of_frames_is_kept_within_bounds() -> None:
    plates = PlateMaker((32, 24))
    picture = np.full((24, 32, 3), 90, np.uint8)
    for at in range(24 * 60 * 6):
        plates.add(TimeNs(at * MINUTE // 6), picture, NOTHING)

    assert 12 <= len(plates.plates()) <= 50


def test_noise_is_measured_where_it_is() -> None:
    plates = maker()
    generator = np.random.default_rng(1)
    for at in range(24):
        picture = empty().astype(float)
        picture[:, 96:] += generator.normal(0, 8, (144, 96, 3))
        plates.add(TimeNs(at * 5_000_000_000), np.clip(picture, 0, 255).astype(np.uint8), NOTHING)

    noise = plates.plates()[0].noise
    assert float(noise[:, :20].max()) == 1
    assert 5 < float(noise[:, 28:].mean()) < 11


def test_no_frames_make_no_plates_and_one_frame_makes_one() -> None:
    plates = maker()
    assert plates.plates() == ()
    plates.add(TimeNs(0), scene().picture(0), NOTHING)
    (plate,) = plates.plates()
    assert off_anywhere(plate) < 4


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="192 x 144"):
        maker().add(TimeNs(0), np.zeros((10, 10, 3), np.uint8), NOTHING)
