"""Boxes and polygons: exact where exactness is claimed, checked against an independent library."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from video.geometry import (
    areas,
    centres,
    clip_boxes,
    foot_points,
    iou_matrix,
    points_in_polygon,
)


def _corners(values: NDArray[np.int64]) -> NDArray[np.float32]:
    first, second = values[:, :2], values[:, 2:]
    return np.concatenate([np.minimum(first, second), np.maximum(first, second)], axis=1).astype(
        np.float32
    )


boxes = hnp.arrays(
    np.int64, st.tuples(st.integers(0, 8), st.just(4)), elements=st.integers(-200, 900)
).map(_corners)
grid_points = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 20), st.just(2)), elements=st.integers(-5, 30)
)


def _star(radii: dict[int, int]) -> NDArray[np.float64]:
    """Corners at the given distances in the given directions: it never crosses itself."""
    degrees = np.array(sorted(radii))
    distances = np.array([radii[at] for at in degrees.tolist()])
    angles = np.radians(degrees)
    corners: NDArray[np.float64] = 12.5 + distances[:, None] * np.stack(
        [np.cos(angles), np.sin(angles)], axis=1
    )
    return corners


star_polygons = st.builds(
    lambda around, anywhere: _star({**anywhere, **dict(zip((0, 120, 240), around, strict=True))}),
    st.lists(st.integers(2, 20), min_size=3, max_size=3),
    st.dictionaries(st.integers(0, 359), st.integers(2, 20), max_size=9),
)


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_0_and_1(
    first: NDArray[np.float32], second: NDArray[np.float32]
) -> None:
    iou = iou_matrix(first, second)
    assert iou.shape == (len(first), len(second))
    assert ((iou >= 0) & (iou <= 1)).all()
    np.testing.assert_array_equal(iou, iou_matrix(second, first).T)


@given(boxes)
def test_a_box_overlaps_itself_completely_unless_it_is_empty(first: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(np.diag(iou_matrix(first, first)), areas(first) > 0)


@given(boxes, boxes)
def test_iou_equals_counting_by_hand(
    first: NDArray[np.float32], second: NDArray[np.float32]
) -> None:
    for row, one in enumerate(first.astype(int).tolist()):
        for column, other in enumerate(second.astype(int).tolist()):
            width = len(set(range(one[0], one[2])) & set(range(other[0], other[2])))
            height = len(set(range(one[1], one[3])) & set(range(other[1], other[3])))
            shared = width * height
            whole = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared
            expected = shared / whole if whole else 0
            assert abs(float(iou_matrix(first, second)[row, column]) - expected) < 1e-6


def test_boxes_that_touch_do_not_overlap() -> None:
    first = np.array([[0, 0, 10, 10]], np.float32)
    second = np.array([[10, 0, 20, 10]], np.float32)
    assert iou_matrix(first, second)[0, 0] == 0


@given(boxes)
def test_clipped_boxes_lie_in_the_picture_and_clipping_twice_changes_nothing(
    first: NDArray[np.float32],
) -> None:
    clipped = clip_boxes(first, 640, 480)
    assert ((clipped >= 0) & (clipped <= [640, 480, 640, 480])).all()
    assert clipped.dtype == np.float32
    np.testing.assert_array_equal(clip_boxes(clipped, 640, 480), clipped)


@given(boxes)
def test_clipping_keeps_what_lies_in_the_picture(first: NDArray[np.float32]) -> None:
    frame = np.array([[0, 0, 640, 480]], np.float32)
    shared = iou_matrix(first, frame)[:, 0]
    np.testing.assert_array_equal(areas(clip_boxes(first, 640, 480)) > 0, shared > 0)


def test_centre_and_foot_of_a_box() -> None:
    box = np.array([[10, 20, 31, 60]], np.float32)
    np.testing.assert_array_equal(centres(box), [[20.5, 40]])
    np.testing.assert_array_equal(foot_points(box), [[20.5, 60]])


@given(grid_points, star_polygons)
def test_points_off_the_edges_are_judged_like_an_independent_library(
    points: NDArray[np.float64], polygon: NDArray[np.float64]
) -> None:
    inside = points_in_polygon(points, polygon)
    contour = polygon.astype(np.float32)
    for (x, y), judged in zip(points.tolist(), inside.tolist(), strict=True):
        distance = cv2.pointPolygonTest(contour, (x, y), measureDist=True)
        assert judged == (distance > 0) or abs(distance) < 1e-3


def test_where_a_polygon_covers_itself_twice_there_is_nothing() -> None:
    twice = np.array([[0, 0], [8, 0], [8, 8], [0, 8]] * 2, np.float64)
    assert not points_in_polygon(np.array([[4.0, 4.0]]), twice).any()


@given(grid_points, st.integers(1, 24))
def test_a_point_on_a_shared_edge_belongs_to_exactly_one_side(
    points: NDArray[np.float64], cut: int
) -> None:
    whole = np.array([[0, 0], [25, 0], [25, 25], [0, 25]], np.float64)
    upper = np.array([[0, 0], [25, 0], [25, cut], [0, 25 - cut]], np.float64)
    lower = np.array([[0, 25 - cut], [25, cut], [25, 25], [0, 25]], np.float64)
    parts = points_in_polygon(points, upper).astype(int) + points_in_polygon(points, lower)
    np.testing.assert_array_equal(parts, points_in_polygon(points, whole))


def test_the_edges_of_a_rectangle_are_half_open_like_a_box() -> None:
    square = np.array([[2, 2], [6, 2], [6, 6], [2, 6]], np.float64)
    points = np.array([[2, 2], [4, 2], [2, 5], [6, 4], [4, 6], [6, 6]], np.float64)
    assert points_in_polygon(points, square).tolist() == [True, True, True, False, False, False]


def test_a_line_holds_nothing() -> None:
    assert not points_in_polygon(np.array([[1.0, 1.0]]), np.array([[0.0, 0.0], [2.0, 2.0]])).any()
