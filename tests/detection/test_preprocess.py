"""Placing pictures into network inputs, and boxes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.preprocess import Placement, fit_budget, letterbox, planes, stretch
from video.types import Pixels

_SIDES = st.integers(1, 5000)
_SMALL_SIDES = st.integers(1, 90)


def _grey(height: int, width: int, level: int = 200) -> Pixels:
    return np.full((height, width, 3), level, np.uint8)


@given(width=_SIDES, height=_SIDES, scaled_width=_SIDES, scaled_height=_SIDES, data=st.data())
def test_a_box_comes_back_from_the_input_where_it_was(
    width: int, height: int, scaled_width: int, scaled_height: int, data: st.DataObject
) -> None:
    placement = Placement(width, height, scaled_width, scaled_height)
    corners = [data.draw(st.floats(0, side, width=32)) for side in (width, height) * 2]
    boxes = np.array([corners], np.float32)

    there = placement.to_input(boxes)

    limit = np.array([scaled_width, scaled_height] * 2) * (1 + 1e-6)
    assert (there <= limit).all()
    np.testing.assert_allclose(placement.to_source(there), boxes, rtol=1e-6, atol=1e-6)


@given(width=_SMALL_SIDES, height=_SMALL_SIDES, side=st.integers(8, 64))
def test_letterbox_keeps_the_shape_and_fills_the_rest(width: int, height: int, side: int) -> None:
    canvas, placement = letterbox(_grey(height, width), width=side, height=side, fill=114)

    assert canvas.shape == (side, side, 3)
    inside = canvas[: placement.scaled_height, : placement.scaled_width]
    assert (inside == 200).all()
    assert (canvas == 114).sum() == canvas.size - inside.size
    assert max(placement.scaled_width, placement.scaled_height) == side
    # To the nearest pixel, but never less than one.
    exact = min(width, height) * side / max(width, height)
    assert abs(min(placement.scaled_width, placement.scaled_height) - max(exact, 1)) <= 0.5


@given(width=st.integers(20, 200), height=st.integers(20, 200), data=st.data())
def test_what_is_painted_lies_where_the_placement_says(
    width: int, height: int, data: st.DataObject
) -> None:
    left = data.draw(st.integers(0, width - 12))
    top = data.draw(st.integers(0, height - 12))
    picture = _grey(height, width, 0)
    picture[top : top + 12, left : left + 12] = 255
    box = np.array([[left, top, left + 12, top + 12]], np.float32)

    for scaled, placement in (
        stretch(picture, width=128, height=96),
        letterbox(picture, width=128, height=96, fill=0),
    ):
        x0, y0, x1, y1 = placement.to_input(box)[0]
        weight = scaled[..., 0].astype(np.float64)
        # Centre and area of the light: both survive bilinear scaling.
        rows, columns = np.mgrid[:96, :128] + 0.5
        assert (columns * weight).sum() / weight.sum() == pytest.approx((x0 + x1) / 2, abs=1)
        assert (rows * weight).sum() / weight.sum() == pytest.approx((y0 + y1) / 2, abs=1)


@given(width=_SIDES, height=_SIDES)
def test_every_source_gets_an_input_of_about_the_budget(width: int, height: int) -> None:
    wide, high = fit_budget(width, height, pixels=138_240, step=16)

    assert wide % 16 == 0
    assert high % 16 == 0
    assert 0.9 * 138_240 <= wide * high <= 1.1 * 138_240
    shape = min(max(width / height, 1 / 8), 8)
    assert wide / high == pytest.approx(shape, rel=0.1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((768, 576), (432, 320)),
        ((1920, 1080), (496, 272)),
        ((3840, 2160), (496, 272)),
        ((1080, 1920), (272, 496)),
        ((1, 1), (368, 368)),
        ((5000, 1), (1056, 128)),
    ],
)
def test_inputs_of_common_and_odd_sources(
    source: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fit_budget(*source, pixels=432 * 320, step=16) == expected


def test_a_tiny_budget_still_gives_one_step() -> None:
    assert fit_budget(4000, 10, pixels=100, step=16) == (32, 16)


def test_planes_are_scaled_and_in_the_wanted_order() -> None:
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[0, 1] = (255, 127, 51)

    blue_first = planes(picture, rgb=False)
    red_first = planes(picture, scale=1 / 127.5, offset=-1, rgb=True)

    assert blue_first.shape == (1, 3, 2, 3)
    assert blue_first.dtype == np.float32
    assert blue_first[0, :, 0, 1].tolist() == [255, 127, 51]
    np.testing.assert_allclose(red_first[0, :, 0, 1], [-0.6, -0.0039216, 1.0], atol=1e-6)
    assert (red_first[0, :, 1] == -1).all()


def test_boxes_are_cut_at_the_edges_and_those_outside_left_out() -> None:
    placement = Placement(100, 50, 200, 100)
    boxes = np.array(
        [[-20, 20, 40, 40], [190, 90, 500, 500], [210, 0, 240, 50], [10, -9, 30, 0]], np.float32
    )

    found = placement.detections(
        boxes, np.array([0.9, 0.8, 0.7, 0.6], np.float32), np.array([1, 2, 3, 4], np.int16)
    )

    assert found.boxes.tolist() == [[0, 10, 20, 20], [95, 45, 100, 50]]
    assert found.class_ids.tolist() == [1, 2]
