"""Direction, length, speed, standing and height of tracks from their boxes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from detection.movement import Movements, movements
from video.clock import NS_PER_S

SIZE = (1000, 800)


def walk(
    seconds: float,
    from_: tuple[float, float, float],
    to: tuple[float, float, float],
    fps: float = 5.0,
    shake: float = 0.0,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Times and boxes of one who goes evenly; ends are foot x, foot y and height."""  # fmt: skip
    count = round(seconds * fps) + 1
    ends = np.array([from_, to], np.float64)
    way = np.linspace(ends[0], ends[1], count)
    way += shake * np.random.default_rng(3).standard_normal(way.shape)
    x, y, tall = way.T
    boxes = np.stack([x - tall / 4, y - tall, x + tall / 4, y], axis=1).astype(np.float32)
    return (np.arange(count) * NS_PER_S / fps).astype(np.int64), boxes


def of(times: NDArray[np.int64], boxes: NDArray[np.float32]) -> Movements:
    return movements(np.full(len(times), 7), times, boxes, size=SIZE)


def test_walking_across_is_right_and_told_in_heights() -> None:
    moved = of(*walk(10, (100, 500, 100), (900, 500, 100)))
    assert moved.across[0] == pytest.approx(8, abs=0.5)
    assert moved.towards[0] == pytest.approx(0, abs=0.01)
    assert moved.speed[0] == pytest.approx(0.8, abs=0.02)
    assert moved.standing[0] == 0
    assert moved.height_px[0] == 100


def test_growing_is_coming_nearer() -> None:
    nearer = of(*walk(8, (500, 400, 80), (500, 600, 200)))
    farther = of(*walk(8, (500, 600, 200), (500, 400, 80)))
    assert nearer.towards[0] > 3 * abs(nearer.across[0])
    assert farther.towards[0] == pytest.approx(-nearer.towards[0], rel=0.05)


def test_one_who_stands_and_trembles_stands() -> None:
    moved = of(*walk(30, (500, 500, 120), (500, 500, 120), shake=1.5))
    assert moved.standing[0] > 0.9
    assert moved.speed[0] < 0.15
    assert np.hypot(moved.across[0], moved.towards[0]) < 0.5


def test_speed_does_not_depend_on_how_many_frames_were_looked_at() -> None:
    few, many = (of(*walk(10, (0, 500, 90), (700, 500, 90), fps=fps)) for fps in (3, 25))
    assert few.speed[0] == pytest.approx(many.speed[0], rel=0.05)
    assert few.path[0] == pytest.approx(many.path[0], rel=0.08)


def test_a_box_cut_by_the_edge_is_no_nearer() -> None:
    times, boxes = walk(6, (500, 500, 100), (500, 500, 100))
    boxes[-8:, 1] = 0
    assert of(times, boxes).towards[0] == 0


def test_too_short_a_track_has_a_height_only() -> None:
    moved = of(*walk(0.2, (500, 500, 100), (510, 500, 100)))
    assert moved.height_px[0] == 100
    assert all(
        np.isnan(getattr(moved, name)[0])
        for name in ("across", "towards", "net", "path", "speed", "standing")
    )


def test_order_of_points_changes_no_bit_and_tracks_do_not_mix() -> None:
    one, other = walk(5, (100, 300, 80), (600, 350, 90)), walk(4, (900, 700, 60), (300, 650, 70))
    ids = np.repeat([3, 5], [len(one[0]), len(other[0])])
    times, boxes = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    told = movements(ids, times, boxes, size=SIZE)
    mixed = np.random.default_rng(1).permutation(len(ids))
    again = movements(ids[mixed], times[mixed], boxes[mixed], size=SIZE)
    alone = movements(ids[ids == 5], *other, size=SIZE)
    for name in Movements.__slots__:
        np.testing.assert_array_equal(getattr(told, name), getattr(again, name))
        assert getattr(told, name)[1] == getattr(alone, name)[0]


def test_no_points_are_no_tracks() -> None:
    nothing = movements(
        np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 4), np.float32), size=SIZE
    )
    assert len(nothing.track_id) == len(nothing.speed) == 0
