"""Overlap, direction and the best assignment, the last against trying everything."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from detection.association import along, assign, overlaps

_BOXES = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 40], [3, 3, 3, 9]], np.float64)


def test_overlap_of_known_boxes() -> None:
    found = overlaps(_BOXES, _BOXES)

    assert_allclose(found[0], [1, 50 / 150, 0, 0])
    assert_allclose(found, found.T)


def test_boxes_that_touch_or_are_empty_overlap_nothing() -> None:
    touching = np.array([[10.0, 0, 20, 10]])

    assert overlaps(_BOXES[:1], touching)[0, 0] == 0
    assert overlaps(_BOXES[3:], _BOXES[3:])[0, 0] == 0


def test_no_boxes_give_an_empty_table() -> None:
    assert overlaps(np.zeros((0, 4)), _BOXES).shape == (0, 4)
    assert overlaps(_BOXES, np.zeros((0, 4))).shape == (4, 0)


def test_ahead_is_positive_and_back_is_negative() -> None:
    rates, behind, heights = np.array([[50.0, 0]]), np.array([[100.0, 100]]), np.array([60.0])

    found = along(
        rates, behind, heights, np.array([[130.0, 100], [70, 100], [100, 130], [103, 100]])
    )

    assert_allclose(found[0], [1, -1, 0, 3 / 12])


def test_what_stands_still_has_no_direction() -> None:
    found = along(np.zeros((1, 2)), np.zeros((1, 2)), np.array([60.0]), np.array([[30.0, 0]]))

    assert found[0, 0] == 0


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda shape: st.tuples(
            arrays(np.float64, shape, elements=st.floats(-0.5, 1.2)), arrays(np.bool_, shape)
        )
    )
)
def test_no_assignment_has_more_pairs_or_the_same_number_and_more_worth(
    case: tuple[NDArray[np.float64], NDArray[np.bool_]],
) -> None:
    worth, allowed = case

    rows, columns = assign(worth, allowed)

    assert allowed[rows, columns].all()
    assert len(set(rows.tolist())) == len(rows)
    assert len(set(columns.tolist())) == len(columns)
    assert worth[rows, columns].sum() + 2 * len(rows) == pytest.approx(_best(worth, allowed))


def _best(worth: NDArray[np.float64], allowed: NDArray[np.bool_]) -> float:
    gain = np.where(allowed, worth + 2, 0)
    if gain.shape[0] > gain.shape[1]:
        gain = gain.T
    rows = range(gain.shape[0])
    return float(
        max(
            gain[rows, list(order)].sum() for order in permutations(range(gain.shape[1]), len(rows))
        )
    )
