"""The filter against its textbook form, and the two ways of writing a box."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from detection.kalman import Floats, Motion, begin, centre_size, corners, predict, update

_seconds = st.floats(0.001, 3.0)


def _one(value: float, rate_var: float) -> Motion:
    return begin(np.full((1, 4), value), np.full((1, 4), 4.0), np.full((1, 4), rate_var))


def _matrix(motion: Motion) -> Floats:
    """Covariance of the first coordinate of the first box, 2 × 2."""
    cross = motion.cross[0, 0]
    return np.array([[motion.value_var[0, 0], cross], [cross, motion.rate_var[0, 0]]])


@given(_seconds, _seconds, st.floats(0, 50))
def test_two_predictions_equal_one_of_their_sum(first: float, second: float, push: float) -> None:
    start = update(
        predict(_one(10, 9), 0.5, np.full((1, 4), 2.0)), np.full((1, 4), 14.0), np.full((1, 4), 1.0)
    )
    push_var = np.full((1, 4), push)

    twice = predict(predict(start, first, push_var), second, push_var)
    once = predict(start, first + second, push_var)

    assert_allclose(twice.value, once.value)
    assert_allclose(twice.value_var, once.value_var)
    assert_allclose(twice.cross, once.cross)
    assert_allclose(twice.rate_var, once.rate_var)


@given(_seconds, st.floats(0.1, 20), st.floats(-30, 30))
def test_a_step_equals_the_matrix_form(seconds: float, noise_var: float, measured: float) -> None:
    start = predict(_one(5, 9), 0.4, np.full((1, 4), 3.0))
    turn = np.array([[1, seconds], [0, 1]])
    push = 3.0 * np.array([[seconds**3 / 3, seconds**2 / 2], [seconds**2 / 2, seconds]])
    state = turn @ [start.value[0, 0], start.rate[0, 0]]
    spread = turn @ _matrix(start) @ turn.T + push
    gain = spread[:, 0] / (spread[0, 0] + noise_var)

    moved = predict(start, seconds, np.full((1, 4), 3.0))
    after = update(moved, np.full((1, 4), measured), np.full((1, 4), noise_var))

    assert_allclose([after.value[0, 0], after.rate[0, 0]], state + gain * (measured - state[0]))
    assert_allclose(_matrix(after), spread - np.outer(gain, spread[0]), atol=1e-9)


def test_an_even_walk_is_learned_from_uneven_steps() -> None:
    times = np.cumsum([0.1, 0.4, 0.04, 0.2, 0.7, 0.1, 0.3, 0.2, 0.04, 0.5])
    motion = begin(np.zeros((1, 4)), np.full((1, 4), 1.0), np.full((1, 4), 100.0))

    last = 0.0
    for time in times:
        motion = predict(motion, time - last, np.full((1, 4), 0.01))
        motion = update(motion, np.full((1, 4), 12.0 * time), np.full((1, 4), 0.01))
        last = time

    assert_allclose(motion.rate, 12.0, rtol=0.01)
    assert_allclose(motion.value, 12.0 * times[-1], rtol=0.01)


def test_a_measurement_never_makes_the_filter_less_sure() -> None:
    before = predict(_one(0, 25), 1.0, np.full((1, 4), 5.0))

    after = update(before, np.full((1, 4), 40.0), np.full((1, 4), 100.0))

    assert (after.value_var < before.value_var).all()
    assert (after.rate_var < before.rate_var).all()


@given(
    st.lists(
        st.tuples(*[st.floats(-1000, 1000)] * 2, *[st.floats(1, 1000)] * 2), min_size=1, max_size=5
    )
)
def test_corners_and_centre_size_undo_each_other(rows: list[tuple[float, ...]]) -> None:
    values = np.array(rows)

    assert_allclose(centre_size(corners(values)), values, atol=1e-9)
