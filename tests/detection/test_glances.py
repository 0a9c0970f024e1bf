"""A glance tells apart what is coloured differently, and not how large or where it is."""

import numpy as np

from detection.glances import GLANCE_LENGTH, glances
from detection.types import Detections


def seen(picture: np.ndarray, *boxes: tuple[float, float, float, float]) -> np.ndarray:
    found = Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(len(boxes), 0.9, np.float32),
        np.ones(len(boxes), np.int16),
    )
    return glances(picture, found)


def scene() -> np.ndarray:
    picture = np.random.default_rng(1).integers(90, 120, (200, 300, 3)).astype(np.uint8)
    picture[20:80, 20:44] = (30, 30, 200)  # red above
    picture[50:80, 20:44] = (120, 60, 30)  # blue below
    picture[20:140, 100:148] = (30, 30, 200)  # the same, twice as large
    picture[80:140, 100:148] = (120, 60, 30)
    picture[20:50, 200:224] = (120, 60, 30)  # the other way round
    picture[50:80, 200:224] = (30, 30, 200)
    return picture


def test_the_same_clothes_look_the_same_at_any_size_and_in_a_little_more_light() -> None:
    boxes = ((20, 20, 44, 80), (100, 20, 148, 140), (200, 20, 224, 80))
    small, large, swapped = seen(scene(), *boxes)
    (brighter,) = seen(np.minimum(scene() * 1.06, 255).astype(np.uint8), boxes[0])
    assert small @ large > 0.97
    assert small @ brighter > 0.9
    assert small @ swapped < 0.85


def test_every_glance_has_length_one_also_beyond_the_edge_and_of_an_empty_box() -> None:
    found = seen(scene(), (-20, -20, 10, 30), (290, 190, 340, 260), (50, 50, 50, 50))
    assert found.shape == (3, GLANCE_LENGTH)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert seen(scene()).shape == (0, GLANCE_LENGTH)
