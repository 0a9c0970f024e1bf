"""SSD tensors as boxes, at any input size."""

from itertools import pairwise

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from detection.ssd_outputs import decode, places

_ANCHORS_IN_A_CELL = (3, 6, 6, 6, 6, 6)


def _anchor_boxes(width: int, height: int) -> NDArray[np.float32]:
    """Every anchor as a box: what an encoding of zeros means."""
    n = places(width, height)
    boxes, _, _ = decode(
        np.zeros((n, 4), np.float32),
        np.ones((n, 1), np.float32),
        width=width,
        height=height,
        floor=0.5,
    )
    return boxes


def _grids(extent: int) -> list[int]:
    """Cells of the six grids along one axis."""
    for _ in range(3):
        extent = -(-extent // 2)
    return [extent := -(-extent // 2) for _ in range(6)]


def _centres(extent: int) -> list[NDArray[np.float64]]:
    """Where the anchors of each grid stand along one axis of a square input."""
    boxes = _anchor_boxes(extent, extent).astype(np.float64)
    centres, start = [], 0
    for cells, anchors in zip(_grids(extent), _ANCHORS_IN_A_CELL, strict=True):
        row = boxes[start : start + cells * anchors : anchors]
        centres.append((row[:, 0] + row[:, 2]) / 2)
        start += cells * cells * anchors
    assert start == len(boxes)
    return centres


def _network_looks_at(extent: int) -> list[NDArray[np.float64]]:
    """The same for the network's own convolutions, found by running them.

    Nine convolutions of stride 2 that pass on the middle of their three values, over a ramp of
    pixel centres: each result is the pixel centre that a cell looks at.
    """
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    kernel[0, 0, 1, 1] = 1
    names = ["ramp", *(f"level_{at}" for at in range(9))]
    nodes = [
        helper.make_node("Conv", [before, "kernel"], [after], auto_pad="SAME_UPPER", strides=[2, 2])
        for before, after in pairwise(names)
    ]
    graph = helper.make_graph(
        nodes,
        "looks",
        [helper.make_tensor_value_info("ramp", TensorProto.FLOAT, [1, 1, "h", "w"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, None, None])
            for name in names[4:]
        ],
        [numpy_helper.from_array(kernel, "kernel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    ramp = np.tile(np.arange(extent, dtype=np.float32) + 0.5, (extent, 1))
    return [
        found[0, 0, 0].astype(np.float64) for found in session.run(None, {"ramp": ramp[None, None]})
    ]


def test_the_trained_size_has_1917_anchors() -> None:
    assert places(300, 300) == 1917


@given(width=st.integers(1, 700), height=st.integers(1, 700))
def test_anchors_are_as_many_as_the_network_gives(width: int, height: int) -> None:
    expected = sum(
        across * down * anchors
        for across, down, anchors in zip(
            _grids(width), _grids(height), _ANCHORS_IN_A_CELL, strict=True
        )
    )

    assert places(width, height) == expected == len(_anchor_boxes(width, height))


@settings(max_examples=10)
@given(extent=st.integers(20, 400))
def test_anchors_stand_where_their_cells_look_less_what_training_made_of_it(extent: int) -> None:
    # In training, anchors divided 300 pixels evenly; the mean difference was learned.
    learned = [
        float((seen - (np.arange(len(seen)) + 0.5) / len(seen) * 300).mean())
        for seen in _network_looks_at(300)[:4]
    ]

    found, seen = _centres(extent), _network_looks_at(extent)

    # Coarser grids look beyond the far edge, where the ramp has ended.
    for level in range(4):
        inside = seen[level] > 0
        np.testing.assert_allclose(
            found[level][inside], seen[level][inside] - learned[level], atol=0.01
        )


@pytest.mark.parametrize("level", range(6))
def test_at_the_trained_size_the_anchors_are_centred_as_in_training(level: int) -> None:
    assert _centres(300)[level].mean() == pytest.approx(150, abs=0.01)


def test_anchors_have_the_extents_the_network_was_trained_with() -> None:
    boxes = _anchor_boxes(432, 320)
    extents = np.unique(np.round(boxes[:, 2:] - boxes[:, :2], 2), axis=0)

    first_cell = boxes[:3, 2:] - boxes[:3, :2]
    np.testing.assert_allclose(first_cell, [[30.0, 30.0], [84.9, 42.4], [42.4, 84.9]], atol=0.1)
    assert len(extents) == sum(_ANCHORS_IN_A_CELL)
    assert extents.max() == pytest.approx(285 * 3**0.5, abs=0.1)


@given(
    place=st.integers(0, 707),
    corner=st.tuples(st.floats(-50, 300), st.floats(-50, 300)),
    extent=st.tuples(st.floats(2, 300), st.floats(2, 300)),
)
def test_a_box_encoded_at_an_anchor_is_read_back(
    place: int, corner: tuple[float, float], extent: tuple[float, float]
) -> None:
    left, top, right, bottom = _anchor_boxes(208, 160)[place].astype(np.float64)
    centre_x, centre_y = corner[0] + extent[0] / 2, corner[1] + extent[1] / 2
    encodings = np.zeros((places(208, 160), 4), np.float32)
    encodings[place] = [
        10 * (centre_y - (top + bottom) / 2) / (bottom - top),
        10 * (centre_x - (left + right) / 2) / (right - left),
        5 * np.log(extent[1] / (bottom - top)),
        5 * np.log(extent[0] / (right - left)),
    ]
    scores = np.zeros((places(208, 160), 3), np.float32)
    scores[place, 2] = 0.7

    boxes, kept, columns = decode(encodings, scores, width=208, height=160, floor=0.05)

    expected = (*corner, corner[0] + extent[0], corner[1] + extent[1])
    np.testing.assert_allclose(boxes[0].tolist(), expected, rtol=1e-4, atol=0.01)
    assert kept.tolist() == [np.float32(0.7)]
    assert columns.tolist() == [2]


def test_an_anchor_counts_once_for_each_column_that_reaches_the_floor() -> None:
    scores = np.zeros((places(64, 64), 3), np.float32)
    scores[5] = (0.05, 0.049, 0.9)

    boxes, kept, columns = decode(
        np.zeros((places(64, 64), 4), np.float32), scores, width=64, height=64, floor=0.05
    )

    assert len(boxes) == 2
    assert columns.tolist() == [0, 2]
    assert kept.tolist() == [np.float32(0.05), np.float32(0.9)]
