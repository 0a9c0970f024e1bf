"""Recipes for pictures: what each step does, and that nothing happens without one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.support.clips import shared_clip
from video.decoder import open_source
from video.enhance import DEINTERLACE, Recipe, apply, average, for_screen
from video.types import Pixels

SHAPES = st.one_of(
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from((3, 4))),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
PICTURES = SHAPES.flatmap(lambda shape: arrays(np.uint8, shape))
RECIPES = st.builds(
    Recipe,
    deinterlace=st.sampled_from(DEINTERLACE),
    black=st.floats(0, 0.45),
    white=st.floats(0.55, 1),
    gamma=st.floats(0.2, 5),
    denoise=st.floats(0, 1),
    averaged=st.integers(1, 64),
)


@given(PICTURES, RECIPES)
@settings(deadline=None)
def test_shape_and_transparency_stay_and_the_original_is_untouched(
    picture: Pixels, recipe: Recipe
) -> None:
    before = picture.copy()
    made = apply(picture, recipe)
    assert made.shape == picture.shape
    assert made.dtype == np.uint8
    assert (picture == before).all()
    if picture.ndim == 3 and picture.shape[2] == 4:
        assert (made[..., 3] == picture[..., 3]).all()


@given(RECIPES)
def test_a_recipe_comes_back_from_its_text(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe.is_plain == (not recipe.steps())


@given(PICTURES)
def test_the_plain_recipe_gives_the_very_same_picture(picture: Pixels) -> None:
    assert apply(picture, Recipe()) is picture


@pytest.mark.parametrize("text", ["[]", "{}x", '{"sharpen": 1}', '{"gamma": 0}', '{"black": "a"}'])
def test_what_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error is one too
        Recipe.from_json(text)


def test_steps_are_said_in_the_order_they_are_done() -> None:
    recipe = Recipe("bob", black=0.1, white=0.9, gamma=1.4, denoise=0.5, averaged=8)
    assert recipe.steps() == (
        "average of 8 pictures", "deinterlaced: top field only", "denoise 0.50", "black 0.10",
        "white 0.90", "gamma 1.40",
    )  # fmt: skip


def test_blend_removes_combs_and_bob_keeps_the_top_field() -> None:
    combed = np.zeros((8, 4, 3), np.uint8)
    combed[1::2] = 200
    assert (apply(combed, Recipe("blend"))[1:-1] == 100).all()
    assert (apply(combed, Recipe("bob")) == 0).all()
    ramp = np.repeat(np.arange(0, 80, 10, dtype=np.uint8)[:, None], 4, axis=1)
    made = apply(ramp, Recipe("bob"))
    assert (made[0::2] == ramp[0::2]).all()
    assert (made[1:-1] == ramp[1:-1]).all(), "a straight ramp is found again"


@given(st.floats(0, 0.4), st.floats(0.6, 1), st.floats(0.2, 5))
def test_levels_keep_the_order_of_tones_and_reach_black_and_white(
    black: float, white: float, gamma: float
) -> None:
    tones = np.arange(256, dtype=np.uint8)[None]
    made = apply(tones, Recipe(black=black, white=white, gamma=gamma)).astype(int)[0]
    assert (np.diff(made) >= 0).all()
    assert made[: int(255 * black) + 1].max() == 0
    assert made[int(np.ceil(255 * white)) :].min() == 255
    assert apply(tones, Recipe(gamma=2.0))[0, 64] > 64 > apply(tones, Recipe(gamma=0.5))[0, 64]


def test_denoising_calms_a_surface_and_keeps_its_edge() -> None:
    rng = np.random.default_rng(3)
    scene = np.full((40, 40, 3), 60, np.int16)
    scene[:, 20:] = 200
    noisy = np.clip(scene + rng.normal(0, 6, scene.shape), 0, 255).astype(np.uint8)
    made = apply(noisy, Recipe(denoise=0.5)).astype(int)
    assert made[:, :16].std() < 0.6 * noisy[:, :16].std()
    assert made[:, 22:].mean() - made[:, :18].mean() > 135


@given(st.lists(arrays(np.uint8, (3, 4)), min_size=1, max_size=20), st.randoms())
@settings(deadline=None)
def test_an_average_is_the_rounded_mean_whatever_the_order(
    pictures: list[Pixels], chance: object
) -> None:
    made = average(pictures)
    assert (made == np.floor(np.mean(pictures, axis=0) + 0.5)).all()
    assert (average(pictures[::-1]) == made).all()


def test_an_average_needs_pictures_of_one_size() -> None:
    with pytest.raises(ValueError, match="no picture"):
        average([])
    with pytest.raises(ValueError, match="no mean"):
        average([np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)])


def test_the_screen_gets_the_same_picture_without_a_recipe_and_another_with_one() -> None:
    clip = shared_clip("mp4")
    size = clip.scene.width // 2, clip.scene.height // 2
    with open_source(clip.path) as decoder:
        frame = next(decoder.frames())
        plain = frame.bgra(*size)
        assert (for_screen(frame, *size, Recipe()) == plain).all()
        for recipe in (Recipe(gamma=2.0), Recipe("blend", white=0.7), Recipe("bob", denoise=0.3)):
            made = for_screen(frame, *size, recipe)
            assert made.shape == plain.shape
            assert not made.flags.writeable
            assert (made[..., 3] == 255).all()
            assert (made != plain).any()
            assert np.abs(made.astype(int) - plain).mean() < 80
