"""Cutting out: the object whole, without its shadow, its neighbours and what is only light."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from resources.paths import shared_test_data
from video.synopsis.made import MadePlate
from video.synopsis.masks import Cut, cut_out
from video.synopsis.plates import PlateMaker
from video.synthetic.sensor import SensorScene
from video.types import Pixels, TimeNs

WIDTH, HEIGHT = 240, 200
ALONE = np.empty((0, 4), np.float32)
NAVY = (120, 50, 30)
Mask = NDArray[np.bool_]


def ground(number: int = 0) -> Pixels:
    return SensorScene((), WIDTH, HEIGHT, noise=2.0, numbered=False).picture(number)


def plate(noise: float = 2.0, unsure: bool = False) -> MadePlate:
    still = SensorScene((), WIDTH, HEIGHT, noise=0.0, numbered=False).picture(0)
    grid = np.full((HEIGHT // 4, WIDTH // 4), noise, np.float32)
    return MadePlate(TimeNs(0), still, grid, np.full((HEIGHT, WIDTH), unsure, np.bool_))


def person(left: int, top: int) -> tuple[Mask, NDArray[np.float32]]:
    """A head, a trunk and two legs, 36 × 96, and the box around them."""
    shape = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(shape, (left + 18, top + 9), 9, 1, cv2.FILLED)
    cv2.rectangle(shape, (left + 5, top + 17), (left + 30, top + 55), 1, cv2.FILLED)
    cv2.line(shape, (left + 13, top + 54), (left + 4, top + 92), 1, 8)
    cv2.line(shape, (left + 22, top + 54), (left + 31, top + 92), 1, 8)
    return shape > 0, np.array([left, top, left + 36, top + 96], np.float32)


def painted(*shapes: tuple[Mask, tuple[int, int, int]], number: int = 1) -> Pixels:
    picture = ground(number)
    for shape, colour in shapes:
        picture[shape] = colour
    return picture


def whole(cut: Cut | None) -> Mask:
    """Where the cut is the object, in the frame."""
    assert cut is not None
    assert cut.alpha.shape == (cut.box[3] - cut.box[1], cut.box[2] - cut.box[0])
    shown = np.zeros((HEIGHT, WIDTH), np.bool_)
    shown[cut.box[1] : cut.box[3], cut.box[0] : cut.box[2]] = cut.alpha > 127
    return shown


def share(of: Mask, within: Mask) -> float:
    return float(np.count_nonzero(of & within) / np.count_nonzero(of))


def halo(cut: Mask, shape: Mask, reach: int = 4) -> int:
    """How many pixels further than `reach` from the object were cut out with it."""
    near = cv2.dilate(shape.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return int(np.count_nonzero(cut & (near == 0)))


def test_a_person_is_cut_out_whole_with_little_ground_around() -> None:
    shape, box = person(90, 60)
    cut = cut_out(painted((shape, NAVY)), plate(), box, ALONE)

    assert cut is not None
    assert cut.reliable
    assert share(shape, whole(cut)) > 0.98
    assert halo(whole(cut), shape) < 25


def test_the_ground_between_the_legs_is_not_cut_out_and_the_edge_is_soft() -> None:
    shape, box = person(90, 60)
    cut = cut_out(painted((shape, NAVY)), plate(), box, ALONE)

    assert not whole(cut)[148, 107]
    assert cut is not None
    assert np.count_nonzero((cut.alpha > 30) & (cut.alpha < 220)) > 100


def test_a_leg_that_reaches_out_of_the_box_is_cut_out_too() -> None:
    shape, box = person(90, 60)
    box[2] -= 7
    cut = cut_out(painted((shape, NAVY)), plate(), box, ALONE)

    assert share(shape, whole(cut)) > 0.96


def test_a_shadow_beside_the_feet_is_left_on_the_ground() -> None:
    shape, box = person(90, 60)
    shadow = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(shadow, (143, 150), (24, 7), 0, 0, 360, 1, cv2.FILLED)
    fallen = (shadow > 0) & ~shape
    picture = painted()
    picture[fallen] = (picture[fallen] * 0.62).astype(np.uint8)
    picture[shape] = NAVY
    box[2] += 2
    cut = cut_out(picture, plate(), box, ALONE)

    assert share(shape, whole(cut)) > 0.97
    assert share(fallen, whole(cut)) < 0.25


def test_a_hole_of_the_colour_of_the_ground_is_filled() -> None:
    shape, box = person(90, 60)
    picture = painted((shape, NAVY))
    picture[84:96, 102:114] = ground(1)[84:96, 102:114]

    assert share(shape, whole(cut_out(picture, plate(), box, ALONE))) > 0.98


@pytest.mark.parametrize("light", [0.7, 1.0, 1.35])
def test_another_exposure_is_not_taken_for_the_object(light: float) -> None:
    shape, box = person(90, 60)
    picture = np.clip(painted((shape, NAVY)) * light, 0, 255).astype(np.uint8)
    cut = cut_out(picture, plate(), box, ALONE)

    assert share(shape, whole(cut)) > 0.95
    assert halo(whole(cut), shape) < 60


def test_a_neighbour_is_left_to_the_neighbour() -> None:
    back, back_box = person(84, 40)
    front, front_box = person(106, 60)
    picture = painted((back, NAVY), (front, (40, 40, 170)))
    hidden = back & ~front

    nearer = whole(cut_out(picture, plate(), front_box, back_box[None]))
    further = whole(cut_out(picture, plate(), back_box, front_box[None]))
    assert share(front, nearer) > 0.9
    assert share(hidden & ~front, nearer) < 0.25
    assert share(hidden, further) > 0.8
    assert share(front, further) < 0.35


def test_what_looks_like_the_ground_is_given_as_a_feathered_box() -> None:
    _, box = person(90, 60)
    cut = cut_out(painted(), plate(), box, ALONE)

    assert cut is not None
    assert not cut.reliable
    assert cut.box.tolist() == [90, 60, 126, 156]
    assert cut.alpha[48, 18] == 255
    assert cut.alpha[0, 0] < 120


def test_where_the_plate_shows_the_thing_itself_the_box_is_given() -> None:
    shape, box = person(90, 60)
    cut = cut_out(painted((shape, NAVY)), plate(unsure=True), box, ALONE)

    assert cut is not None
    assert not cut.reliable


def test_noise_of_a_night_camera_is_not_cut_out() -> None:
    shape, box = person(90, 60)
    generator = np.random.default_rng(2)
    noisy = painted((shape, (15, 15, 15))) + generator.normal(0, 9, (HEIGHT, WIDTH, 3))
    picture = np.clip(noisy, 0, 255).astype(np.uint8)
    cut = cut_out(picture, plate(noise=9.0), box, ALONE)

    assert share(shape, whole(cut)) > 0.9
    assert halo(whole(cut), shape) < 80


@pytest.mark.parametrize("light", [0.8, 1.0, 1.25])
def test_the_light_of_the_frame_is_told_by_the_ground_around(light: float) -> None:
    shape, box = person(90, 60)
    picture = np.clip(painted((shape, NAVY)) * light, 0, 255).astype(np.uint8)
    cut = cut_out(picture, plate(), box, ALONE)

    assert cut is not None
    assert cut.light == pytest.approx(light, abs=0.03)
    assert share(shape, whole(cut)) > 0.9
    assert halo(whole(cut), shape) < 0.5 * np.count_nonzero(shape)


def test_a_large_object_is_cut_as_finely_as_it_is_seen() -> None:
    factor = 4
    shape, box = person(90, 60)
    size = (WIDTH * factor, HEIGHT * factor)
    large = cv2.resize(shape.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    empty = np.asarray(cv2.resize(plate().picture, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    picture = empty.copy()
    picture[large] = NAVY
    made = replace(plate(), picture=empty, unsure=np.zeros(size[::-1], np.bool_))
    cut = cut_out(picture, made, box * factor, ALONE)

    assert cut is not None
    assert cut.reliable
    shown = np.zeros(size[::-1], np.bool_)
    shown[cut.box[1] : cut.box[3], cut.box[0] : cut.box[2]] = cut.alpha > 127
    assert share(large, shown) > 0.98
    assert np.count_nonzero(shown & ~large) < 0.2 * np.count_nonzero(large)


def test_boxes_at_and_beyond_the_edge() -> None:
    shape, box = person(-14, 60)
    cut = cut_out(painted((shape, NAVY)), plate(), box, ALONE)
    assert cut is not None
    assert cut.box[0] == 0
    assert share(shape, whole(cut)) > 0.95

    outside = np.array([-50, 10, -3, 90], np.float32)
    assert cut_out(ground(), plate(), outside, ALONE) is None
    assert cut_out(ground(), plate(), np.array([5, 5, 6, 60], np.float32), ALONE) is None


def test_people_of_real_footage_are_cut_out_by_their_outline() -> None:
    data = shared_test_data() / "data"
    if not (data / "video" / "vtest.avi").exists():
        pytest.skip(f"{data / 'video' / 'vtest.avi'} is not there")
    labels = np.loadtxt(data / "gt" / "PETS09-S2L1_gt_001-400.txt", delimiter=",")
    reader = cv2.VideoCapture(str(data / "video" / "vtest.avi"))
    maker, wanted = PlateMaker((768, 576)), {}
    for number in range(241):
        assert reader.grab()
        if number % 20 and number != 230:
            continue
        picture = np.asarray(reader.retrieve()[1], np.uint8)
        rows = labels[labels[:, 0] == number + 1][:, 2:6].astype(np.float32)
        boxes = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], axis=1)
        maker.add(TimeNs(number * 100_000_000), picture, boxes)
        if number == 230:
            wanted = {"picture": picture, "boxes": boxes}
    made = maker.plates()[-1]

    boxes, filled = wanted["boxes"], []
    assert len(boxes) == 7
    for row, box in enumerate(boxes):
        cut = cut_out(wanted["picture"], made, box, np.delete(boxes, row, axis=0))
        assert cut is not None
        assert cut.reliable
        size = float((box[2] - box[0]) * (box[3] - box[1]))
        filled.append(np.count_nonzero(cut.alpha > 127) / size)
    # A walker fills about half of a box; legs and arms reach out of the narrow ones.
    assert 0.3 < min(filled) < max(filled) < 1.2
    assert 0.5 < float(np.mean(filled)) < 0.85
