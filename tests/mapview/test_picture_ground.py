"""The grid over a picture and the picture on the map, against a camera whose ground is known."""

import numpy as np
import pytest

from mapview.picture_ground import horizon_in, laid, metre_grid, to_world
from video.ground import GroundPlane

SIZE = (640, 480)
# 5 m up, looks along y, 15° down; 500 pixels of focal length.
_DOWN = np.radians(15)
_LENS = np.array([[500, 0, 320], [0, 500, 240], [0, 0, 1]], np.float64)
_TURN = np.array([
    [1, 0, 0], [0, -np.sin(_DOWN), -np.cos(_DOWN)], [0, np.cos(_DOWN), -np.sin(_DOWN)]
])  # fmt: skip
PLANE = GroundPlane(
    _LENS @ np.column_stack([_TURN[:, 0], _TURN[:, 1], _TURN @ [0, 0, -5]]), np.zeros((9, 9))
)


def test_lines_of_the_grid_lie_on_whole_steps_of_the_ground_and_within_the_picture() -> None:
    step, grid = metre_grid(PLANE, SIZE)
    assert step in {1.0, 2.0, 5.0}
    assert len(grid) >= 8
    ends = np.array(grid)
    assert (ends >= -0.01).all()
    assert (ends <= np.array(SIZE) + 0.01).all()
    ground = PLANE.places(ends.reshape(-1, 2)).reshape(-1, 2, 2) / step
    off = np.abs(ground - np.round(ground)).max(axis=1).min(axis=1)
    assert off.max() < 1e-6


def test_horizon_of_a_level_camera_runs_across_and_of_a_steep_one_is_not_in_the_picture() -> None:
    across = horizon_in(PLANE, SIZE)
    assert across is not None
    height = 240 - 500 * np.tan(_DOWN)
    assert [round(y, 3) for _, y in across] == pytest.approx([height, height], abs=0.01)
    assert sorted(round(x) for x, _ in across) == [0, 640]
    above = GroundPlane(np.diag([10.0, 10.0, 1.0]), np.zeros((9, 9)))
    assert horizon_in(above, SIZE) is None


def test_a_laid_picture_shows_each_place_in_the_colour_that_the_camera_sees_there() -> None:
    rows, columns = np.mgrid[0:480, 0:640]
    picture = np.stack([columns * 255 // 640, rows * 255 // 480, 0 * rows], axis=2).astype(np.uint8)
    outline = PLANE.seen(SIZE, 0.1)
    made = laid(picture, PLANE.to_ground, outline, 400)
    assert made is not None
    left, bottom, right, top = made.bounds
    high, wide = made.pixels.shape[:2]
    held = np.argwhere(made.pixels[:, :, 3] > 0)
    assert 0.2 < len(held) / (high * wide) < 1
    places = np.column_stack([
        left + (held[:, 1] + 0.5) * (right - left) / wide,
        top - (held[:, 0] + 0.5) * (top - bottom) / high,
    ])  # fmt: skip
    seen = PLANE.pictured(places)
    colours = made.pixels[held[:, 0], held[:, 1]].astype(float)
    # BGR in, RGBA out: blue tells the column, green the row.
    assert np.abs(colours[:, 2] - (seen[:, 0] - 0.5) * 255 / 640).max() < 2
    assert np.abs(colours[:, 1] - (seen[:, 1] - 0.5) * 255 / 480).max() < 2


def test_a_picture_that_nobody_placed_on_the_earth_is_laid_nowhere() -> None:
    assert to_world(PLANE.to_ground, lambda _: None) is None
