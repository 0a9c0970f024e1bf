"""Fusion of what speaks for a candidate."""

import numpy as np

from detection.following import evidence


def test_unknown_is_neutral_and_impossible_is_zero() -> None:
    prior = np.zeros(3)
    parts = np.array([[2.0, np.nan, -np.inf]])
    assert np.allclose(evidence.fused(prior, parts), [1 / (1 + np.exp(-2)), 0.5, 0.0])


def test_a_camera_where_all_look_alike_gains_nothing_by_it() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1], 400)
    made = evidence.standardised(rng.normal(0, 0.1, 800) + 0.5 * group, group)
    assert abs(np.median(made[:400]) - np.median(made[400:])) < 0.35


def test_rejected_look_alikes_take_off_and_never_add() -> None:
    taken = evidence.rejected_ratio(np.array([[5.0, -3.0, np.nan]]), 0.05)
    assert taken[0] < taken[1] <= 0
    assert taken[2] == 0
    assert (evidence.rejected_ratio(np.zeros((0, 2)), 0.05) == 0).all()


def test_rare_clothing_says_more_than_common() -> None:
    rare = evidence.agreement_ratio(np.array([1.0] + [0.0] * 99), 0.1)[0]
    common = evidence.agreement_ratio(np.array([1.0] * 90 + [0.0] * 10), 0.1)[0]
    assert rare > common > 0


def test_a_direction_speaks_for_ahead_and_against_behind() -> None:
    ahead, behind = evidence.direction_ratio(np.array([0.0, 180.0]), 0.8)
    assert ahead > 0 > behind
