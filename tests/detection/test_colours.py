"""Colour names: painted patches keep theirs, and shares add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from detection.colours import COLOURS, DARK, LIGHT, SAID, colour_shares, name_pixels, oklab
from video.types import Pixels

PAINTED = {
    (0, 0, 0): "black",
    (35, 35, 37): "black",
    (80, 80, 84): "dark grey",
    (140, 140, 138): "grey",
    (240, 240, 238): "white",
    (222, 196, 160): "beige",
    (105, 68, 36): "brown",
    (139, 69, 19): "brown",
    (205, 30, 35): "red",
    (128, 0, 0): "red",
    (240, 130, 20): "orange",
    (245, 215, 30): "yellow",
    (50, 170, 60): "green",
    (20, 85, 30): "dark green",
    (85, 107, 47): "dark green",
    (60, 110, 220): "blue",
    (135, 206, 235): "blue",
    (20, 28, 80): "dark blue",
    (128, 30, 140): "purple",
    (250, 150, 185): "pink",
    (255, 20, 147): "pink",
}
# What the same paint may be called in half or 1.2 times the light.
NEAR = {
    "black": {"black"},
    "dark grey": {"black", "dark grey", "grey"},
    "grey": {"dark grey", "grey"},
    "white": {"grey", "white"},
    "beige": {"brown", "beige"},
    "brown": {"black", "brown"},
    "red": {"red", "pink"},
    "orange": {"brown", "orange"},
    "yellow": {"brown", "yellow", "green"},
    "green": {"green", "dark green"},
    "dark green": {"black", "dark green", "green"},
    "blue": {"blue", "dark blue"},
    "dark blue": {"black", "dark blue", "blue"},
    "purple": {"purple", "pink"},
    "pink": {"pink", "red", "purple"},
}


def patch(rgb: tuple[int, int, int], *, light: float = 1.0) -> Pixels:
    bgr = np.clip(np.array(rgb[::-1]) * light, 0, 255).astype(np.uint8)
    return np.tile(bgr, (4, 4, 1))


def name_of(picture: Pixels) -> str:
    (found,) = np.unique(name_pixels(picture))
    return COLOURS[found]


@pytest.mark.parametrize(("rgb", "name"), PAINTED.items())
def test_painted_patch_has_the_name_a_person_gives_it(rgb: tuple[int, int, int], name: str) -> None:
    assert name_of(patch(rgb)) == name


@pytest.mark.parametrize("light", [0.65, 0.8, 1.2])
@pytest.mark.parametrize(("rgb", "name"), PAINTED.items())
def test_more_or_less_light_changes_a_name_only_to_a_neighbour(
    rgb: tuple[int, int, int], name: str, light: float
) -> None:
    assert name_of(patch(rgb, light=light)) in NEAR[name]


def test_every_name_can_be_found() -> None:
    steps = np.arange(0, 256, 5).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    assert set(np.unique(name_pixels(cube)).tolist()) == set(range(len(COLOURS)))


def test_words_stand_for_names_that_exist() -> None:
    assert {name for names in SAID.values() for name in names} <= set(COLOURS)
    assert not set(DARK) & set(LIGHT)


def test_oklab_agrees_with_published_values() -> None:
    # Ottosson 2020 and CSS Color 4: white is (1, 0, 0), pure red (0.628, 0.225, 0.126).
    lab = oklab(np.array([[255, 255, 255], [0, 0, 255], [0, 0, 0]], np.uint8))
    expected = np.array([[1, 0, 0], [0.628, 0.2249, 0.1258], [0, 0, 0]])
    assert np.allclose(lab, expected, atol=1e-3)


@given(
    picture=arrays.arrays(np.uint8, (5, 7, 3)),
    weights=arrays.arrays(np.float64, (5, 7), elements=st.floats(0, 10)),
)
def test_shares_lie_in_order_and_sum_to_at_most_one(
    picture: Pixels,
    weights: NDArray[np.float64],
) -> None:
    shares = colour_shares(picture, weights)
    values = list(shares.values())
    assert set(shares) <= set(COLOURS)
    assert values == sorted(values, reverse=True)
    assert all(value > 0 for value in values)
    assert sum(values) == pytest.approx(1 if weights.sum() > 0 else 0)


def test_weights_say_how_much_a_pixel_counts() -> None:
    picture = np.concatenate([patch((205, 30, 35)), patch((60, 110, 220))])
    weights = np.ones((8, 4))
    weights[:4] = 3
    assert colour_shares(picture, weights) == pytest.approx({"red": 0.75, "blue": 0.25})


@pytest.mark.parametrize(
    ("rgb", "names"),
    [
        ((96, 96, 96), {"dark grey", "grey"}),
        ((170, 170, 170), {"grey", "white"}),
        ((30, 60, 120), {"blue", "dark blue"}),
        ((46, 46, 46), {"black", "dark grey"}),
    ],
)
def test_colour_near_a_border_has_both_names(rgb: tuple[int, int, int], names: set[str]) -> None:
    shares = colour_shares(patch(rgb), np.ones((4, 4)))
    assert set(list(shares)[:2]) == names
    assert min(shares[name] for name in names) > 0.2


@pytest.mark.parametrize(("rgb", "name"), PAINTED.items())
def test_first_of_the_shares_is_the_name_of_most_pixels(
    rgb: tuple[int, int, int], name: str
) -> None:
    shares = colour_shares(patch(rgb), np.ones((4, 4)))
    assert next(iter(shares)) == name
    assert sum(shares.values()) == pytest.approx(1)


def test_deep_colours_have_one_name_only() -> None:
    for rgb in ((0, 0, 0), (205, 30, 35), (60, 110, 220), (50, 170, 60)):
        assert max(colour_shares(patch(rgb), np.ones((4, 4))).values()) > 0.95
