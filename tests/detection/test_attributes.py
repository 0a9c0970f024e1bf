"""Colours of people and vehicles, and when they are not to be trusted."""

import numpy as np
import pytest

from detection.attributes import (
    LEAST_SHARE,
    NO_COLOUR,
    TOO_DARK,
    TOO_SMALL,
    describe,
    judge_light,
)
from video.types import Pixels

RED, BLUE, GREY, WHITE = (35, 30, 205), (200, 90, 40), (140, 140, 140), (240, 240, 240)


def person(upper: tuple[int, int, int], lower: tuple[int, int, int], height: int = 200) -> Pixels:
    """A head, clothes and shoes in the middle of a grass-green picture, BGR."""
    width = height // 2
    picture = np.full((height, width, 3), (60, 140, 70), np.uint8)
    body = slice(width // 4, width - width // 4)
    picture[: height * 15 // 100, body] = (120, 150, 190)
    picture[height * 15 // 100 : height // 2, body] = upper
    picture[height // 2 : height * 9 // 10, body] = lower
    picture[height * 9 // 10 :, body] = 20
    return picture


def vehicle(paint: tuple[int, int, int], height: int = 120) -> Pixels:
    """Paint with a dark windscreen and wheels, before a grey street."""
    picture = np.full((height, 2 * height, 3), 120, np.uint8)
    inside = slice(height // 6, 2 * height - height // 6)
    picture[height // 10 : height * 85 // 100, inside] = paint
    picture[height // 6 : height * 37 // 100, inside] = 40
    picture[height * 80 // 100 :, inside.start : inside.start + height // 3] = 25
    return picture


def test_upper_and_lower_clothing_are_told_apart() -> None:
    found = describe(person(RED, BLUE), "person", "")
    assert found.doubt == ""
    assert found.colours["upper"][0][0] == "red"
    assert found.colours["lower"][0][0] == "blue"
    assert set(found.colours) == {"upper", "lower"}


def test_paint_of_a_vehicle_is_not_its_glass_or_its_wheels() -> None:
    (name, share), *_ = describe(vehicle(RED), "vehicle", "").colours["body"]
    assert name == "red"
    assert share > 0.8


def test_two_colours_of_one_part_are_both_told_and_little_ones_are_not() -> None:
    picture = person(RED, BLUE)
    picture[30:60, 25:75] = WHITE
    picture[60:63, 25:75] = 10
    names = [name for name, _ in describe(picture, "person", "").colours["upper"]]
    assert set(names[:2]) == {"red", "white"}
    assert all(
        share >= LEAST_SHARE
        for shares in describe(picture, "person", "").colours.values()
        for _, share in shares
    )


def test_grey_person_in_a_coloured_picture_is_no_doubt() -> None:
    picture = np.full((400, 600, 3), (60, 140, 70), np.uint8)
    picture[100:300, 200:300] = person(GREY, GREY)
    picture[100:300, 200:300][:, 25:75] = GREY
    light = judge_light(picture)
    assert light == ""
    found = describe(picture[100:300, 225:275], "person", light)
    assert found.doubt == ""
    assert found.colours["upper"][0][0] == "grey"


@pytest.mark.parametrize("tint", [(1, 1, 1), (1.0, 0.86, 0.95)], ids=["grey", "purple tint"])
def test_night_picture_is_doubted_as_a_whole(tint: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(1)
    grey = rng.normal(130, 40, (300, 400, 1)).clip(20, 250)
    picture = (grey * np.array(tint)).clip(0, 255).astype(np.uint8)
    # What stands in the corner of every recorder's picture.
    picture[:10, :30] = (0, 255, 255)
    light = judge_light(picture)
    assert light == NO_COLOUR
    assert describe(picture[50:250, 50:150], "person", light).doubt == NO_COLOUR


def test_dark_picture_and_dark_corner_are_doubted() -> None:
    assert judge_light((person(RED, BLUE) * 0.08).astype(np.uint8)) == TOO_DARK
    dark = (person(RED, BLUE) * 0.04).astype(np.uint8)
    assert describe(dark, "person", "").doubt == TOO_DARK


def test_small_figure_is_doubted_and_still_described() -> None:
    found = describe(person(RED, BLUE, height=40), "person", "")
    assert found.doubt == TOO_SMALL
    assert found.colours["upper"][0][0] == "red"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 50), (50, 1)])
def test_tiniest_pictures_are_described(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 200, np.uint8)
    assert describe(picture, "person", judge_light(picture)).doubt
    assert describe(picture, "vehicle", "").doubt


def test_what_is_no_colour_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="BGR"):
        judge_light(np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="pixel"):
        describe(np.zeros((0, 4, 3), np.uint8), "person", "")
