"""YOLOX tensors as boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.yolo_outputs import decode, places


def test_the_network_of_416_pixels_has_3549_places() -> None:
    assert places(416, 416) == 52 * 52 + 26 * 26 + 13 * 13 == 3549


@given(
    grid=st.sampled_from([(8, 0), (16, 12 * 8), (32, 12 * 8 + 6 * 4)]),
    column=st.integers(0, 2),
    row=st.integers(0, 1),
    offset=st.tuples(st.floats(-1, 2), st.floats(-1, 2)),
    extent=st.tuples(st.floats(1, 90), st.floats(1, 60)),
)
def test_a_box_written_at_its_place_is_read_back(
    grid: tuple[int, int],
    column: int,
    row: int,
    offset: tuple[float, float],
    extent: tuple[float, float],
) -> None:
    stride, first = grid
    raw = np.zeros((places(96, 64), 7), np.float32)
    at = first + row * (96 // stride) + column
    raw[at] = [*offset, *np.log(np.array(extent) / stride), 0.8, 0.25, 0.5]

    boxes, scores, classes = decode(raw, width=96, height=64, floor=0.3)

    centre_x, centre_y = (column + offset[0]) * stride, (row + offset[1]) * stride
    half_width, half_height = extent[0] / 2, extent[1] / 2
    expected = [
        centre_x - half_width,
        centre_y - half_height,
        centre_x + half_width,
        centre_y + half_height,
    ]
    np.testing.assert_allclose(boxes, [expected], rtol=1e-4, atol=1e-3)
    assert scores.tolist() == [pytest.approx(0.4)]
    assert classes.tolist() == [1]


def test_a_place_below_the_floor_is_left_out_however_sure_its_class_is() -> None:
    raw = np.zeros((places(32, 32), 6), np.float32)
    raw[0, 4:] = (0.049, 1.0)
    raw[1, 4:] = (1.0, 0.049)
    raw[2, 4:] = (0.05, 1.0)

    boxes, scores, _ = decode(raw, width=32, height=32, floor=0.05)

    assert boxes.shape == (1, 4)
    assert scores.tolist() == [np.float32(0.05)]


def test_nothing_above_the_floor_gives_empty_arrays() -> None:
    boxes, scores, classes = decode(
        np.zeros((places(32, 32), 85), np.float32), width=32, height=32, floor=0.05
    )

    assert boxes.shape == (0, 4)
    assert scores.shape == classes.shape == (0,)
