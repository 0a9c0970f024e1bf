"""Laying a plan on flat ground: what is found, which pair is named, what is refused."""

import numpy as np
import pytest

from video.errors import BadPairs
from video.plan_fit import Array, PlanFit, fit_plan

# 1 px is 0.25 m; turned by 30°, y of the picture downwards.
_TURN = np.radians(30.0)
_LINEAR = 0.25 * np.array([[np.cos(_TURN), np.sin(_TURN)], [np.sin(_TURN), -np.cos(_TURN)]])
_SHIFT = np.array([-100.0, 55.0])
_CORNERS = np.array([[50.0, 40.0], [900, 60], [880, 640], [70, 660], [480, 350], [300, 500],
                     [700, 200], [520, 90], [200, 250]])  # fmt: skip

_IN_LINE = np.array([[50.0, 40.0], [150, 90], [350, 190], [250, 140]])


def _ground(image: Array, linear: Array = _LINEAR) -> Array:
    placed: Array = image @ linear.T + _SHIFT
    return placed


def _off(fit: PlanFit, linear: Array = _LINEAR) -> float:
    whole = np.column_stack([_CORNERS, np.ones(len(_CORNERS))])
    return float(np.hypot(*(whole @ fit.to_ground.T - _ground(_CORNERS, linear)).T).max())


def test_two_pairs_turn_scale_and_move_a_plan_and_say_that_they_prove_nothing() -> None:
    fit = fit_plan(_CORNERS[:2], _ground(_CORNERS[:2]))

    assert _off(fit) < 1e-9
    assert fit.metres_per_pixel == pytest.approx(0.25)
    assert fit.noise_m is None
    assert fit.worst is None
    assert "two pairs always fit" in fit.notes[0]


def test_a_stretched_scan_is_laid_right_and_told() -> None:
    stretched = _LINEAR @ np.diag([1.0, 1.3])

    fit = fit_plan(_CORNERS, _ground(_CORNERS, stretched))

    assert _off(fit, stretched) < 1e-9
    assert any("1.30 times" in note for note in fit.notes)


@pytest.mark.parametrize("wrong", range(9))
def test_one_wrong_pair_among_nine_is_named_whichever_it_is(wrong: int) -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        image = _CORNERS + random.normal(0, 2, _CORNERS.shape)
        ground = _ground(_CORNERS)
        ground[wrong] += random.choice([-1, 1], 2) * [25.0, 18.0]

        fit = fit_plan(image, ground)

        assert fit.outliers == (wrong,)
        assert fit.worst == wrong
        assert fit.left_out_m[wrong] == pytest.approx(np.hypot(25, 18), abs=4)
        assert _off(fit) < 2.5


def test_three_wrong_pairs_among_nine_do_not_pull_the_plan() -> None:
    ground = _ground(_CORNERS)
    ground[[1, 4, 6]] += [[30, 0], [0, -40], [35, 35]]

    fit = fit_plan(_CORNERS, ground)

    assert fit.outliers == (1, 4, 6)
    assert _off(fit) < 1e-9


def test_pairs_marked_as_well_as_people_can_are_all_used() -> None:
    left_out = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        image = _CORNERS + random.normal(0, 2, _CORNERS.shape)
        fit = fit_plan(image, _ground(_CORNERS) + random.normal(0, 0.5, _CORNERS.shape))
        left_out += len(fit.outliers)

    assert left_out <= 4  # of 360


def test_many_pairs_give_the_same_plan_each_time() -> None:
    random = np.random.default_rng(1)
    image = random.uniform(0, 1000, (120, 2))
    ground = _ground(image) + random.normal(0, 0.5, image.shape)
    ground[:30] += random.uniform(20, 60, (30, 2))

    first, again = fit_plan(image, ground), fit_plan(image, ground)

    assert set(first.outliers) >= set(range(30))
    assert (first.to_ground == again.to_ground).all()
    assert _off(first) < 1


def test_how_far_off_a_pair_is_without_it_is_what_leaving_it_out_gives() -> None:
    random = np.random.default_rng(3)
    ground = _ground(_CORNERS) + random.normal(0, 0.5, _CORNERS.shape)
    fit = fit_plan(_CORNERS, ground)

    for at in range(len(_CORNERS)):
        rest = np.delete(np.arange(len(_CORNERS)), at)
        without = fit_plan(_CORNERS[rest], ground[rest]).to_ground
        away = np.hypot(*(without @ [*_CORNERS[at], 1] - ground[at]))
        assert fit.left_out_m[at] == pytest.approx(away)


@pytest.mark.parametrize(
    ("image", "ground", "words"),
    [
        (_CORNERS[:1], _ground(_CORNERS[:1]), "2 to 200 pairs, not 1"),
        (_CORNERS[[0, 0]], _ground(_CORNERS[:2]), "at one point on the plan"),
        (_CORNERS[:2], _ground(_CORNERS[[0, 0]]), "at one point on the ground"),
        (_IN_LINE,
         _ground(_CORNERS[:4]), "on a line on the plan"),
        (_CORNERS[:4], _ground(_IN_LINE),
         "on a line on the ground"),
        (_CORNERS, _ground(_CORNERS)[:, ::-1], "mirrored"),
        (_CORNERS[:3], _ground(_CORNERS[:3])[:, ::-1], "mirrored"),
        (_CORNERS, _ground(_CORNERS[[3, 7, 1, 5, 0, 8, 2, 6, 4]]), "contradict each other"),
        (_CORNERS[:4], _ground(_CORNERS[[0, 2, 1, 3]]), "contradict"),
        (_CORNERS * np.nan, _ground(_CORNERS), "pair 1 is not made of numbers"),
    ],
)  # fmt: skip
def test_pairs_that_lay_no_plan_are_refused_in_words(
    image: Array, ground: Array, words: str
) -> None:
    with pytest.raises(BadPairs) as caught:
        fit_plan(image, ground)

    assert words in caught.value.message
    assert caught.value.hint
