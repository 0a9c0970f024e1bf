"""Tubes without pictures: people who walk straight, and generated crowds."""

import numpy as np

from video.synopsis.types import TubeFrames

SECOND = 1_000_000_000
SIZE = (768, 576)


def walker(
    tube: int,
    from_s: float,
    seconds: float,
    *,
    start: tuple[float, float] = (0, 300),
    end: tuple[float, float] = (700, 300),
    size: tuple[int, int] = (30, 80),
    fps: int = 7,
) -> TubeFrames:
    """Somebody who walks from `start` to `end`; 45 % of the box is the person."""
    count = max(2, int(seconds * fps) + 1)
    along = np.linspace(0, 1, count)[:, None]
    corner = np.array(start) + (np.array(end) - np.array(start)) * along
    boxes = np.rint(np.concatenate((corner, corner + size), axis=1)).astype(np.int32)
    times = np.rint((from_s + np.arange(count) / fps) * SECOND).astype(np.int64)
    pixels = np.full(count, max(1, int(0.45 * size[0] * size[1])), np.int32)
    none = np.zeros(count, np.int64)
    return TubeFrames(tube, times, boxes, pixels, none, none.astype(np.int32))


def crowd(count: int, *, seed: int = 0, per_s: float = 1.0) -> list[TubeFrames]:
    """People who cross the picture in all directions, `per_s` of them a second."""
    rng = np.random.default_rng(seed)
    tubes, now_s = [], 0.0
    for number in range(count):
        now_s += rng.exponential(1 / per_s)
        points = rng.uniform((0, 100), (738, 490), (2, 2))
        seconds = rng.uniform(3, 14)
        tubes.append(walker(number, now_s, seconds, start=tuple(points[0]), end=tuple(points[1])))
    return tubes
