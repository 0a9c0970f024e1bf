"""Detectors of the DETR family, with networks of a few nodes that find what the test says."""

from dataclasses import replace

import numpy as np
import pytest

from detection.detr_detector import DetrDetector
from detection.errors import ModelUnusable
from detection.labels import ObjectClass
from detection.models import card
from tests.support.tiny_networks import constant_network, detr_network, fixed_network

_BOXES = replace(card("dfine-s"), settings={"class_count": 80, "form": "boxes"})
_LOGITS = card("dfine-s")
_PICTURE = np.zeros((200, 400, 3), np.uint8)
_HALF = (0.25, 0.5, 0.5, 1.0)


def test_boxes_come_back_in_pixels_of_the_picture_best_first() -> None:
    network = detr_network([2, 0], [_HALF, (0, 0, 0.5, 0.5)], [0.6, 0.9])

    found = DetrDetector(network, _BOXES).detect(_PICTURE)

    assert found.class_ids.tolist() == [ObjectClass.PERSON, ObjectClass.CAR]
    assert found.boxes.tolist() == [[0, 0, 200, 100], [100, 100, 200, 200]]
    np.testing.assert_allclose(found.scores, [0.9, 0.6], atol=1e-6)


def test_kinds_that_nobody_looks_for_and_faint_ones_are_left_out() -> None:
    network = detr_network([1, 4, 0], [_HALF, _HALF, _HALF], [0.5, 0.9, 0.04])

    found = DetrDetector(network, _BOXES).detect(_PICTURE)

    assert found.class_ids.tolist() == [ObjectClass.BICYCLE]


def test_logits_and_shares_are_told_as_scores_and_boxes() -> None:
    logits = np.full((1, 2, 80), -9.0, np.float32)
    logits[0, 0, 0], logits[0, 1, 7] = 2.0, 0.0
    shares = np.array([[[0.5, 0.5, 0.5, 1.0], [0.25, 0.25, 0.5, 0.5]]], np.float32)
    network = fixed_network("pixel_values", {"logits": logits, "pred_boxes": shares})

    found = DetrDetector(network, _LOGITS).detect(_PICTURE)

    assert found.class_ids.tolist() == [ObjectClass.PERSON, ObjectClass.TRUCK]
    np.testing.assert_allclose(found.scores, [1 / (1 + np.exp(-2)), 0.5], atol=1e-6)
    np.testing.assert_allclose(found.boxes, [[100, 0, 300, 200], [0, 0, 200, 100]], atol=1e-4)


def test_a_class_beyond_those_of_the_card_is_unusable() -> None:
    with pytest.raises(ModelUnusable, match="class outside 0 to 79"):
        DetrDetector(detr_network([90], [_HALF], [0.9]), _BOXES)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_unusable(value: float) -> None:
    with pytest.raises(ModelUnusable, match="no numbers"):
        DetrDetector(detr_network([0], [_HALF], [value]), _BOXES)


def test_scores_beyond_one_are_unusable() -> None:
    with pytest.raises(ModelUnusable, match="outside 0 to 1"):
        DetrDetector(detr_network([0], [_HALF], [4.0]), _BOXES)


def test_more_scores_than_boxes_are_unusable() -> None:
    with pytest.raises(ModelUnusable, match="more labels than boxes"):
        DetrDetector(detr_network([0], [_HALF, _HALF], [0.5]), _BOXES)


def test_a_network_for_other_classes_is_unusable() -> None:
    logits = np.zeros((1, 3, 91), np.float32)
    network = fixed_network(
        "pixel_values", {"logits": logits, "pred_boxes": np.zeros((1, 3, 4), np.float32)}
    )

    with pytest.raises(ModelUnusable, match=r"instead of \(1, n, 80\)"):
        DetrDetector(network, _LOGITS)


def test_a_network_of_another_family_is_unusable() -> None:
    with pytest.raises(ModelUnusable, match=r"labels|output"):
        DetrDetector(constant_network({"output": (1, 8400, 85)}), _BOXES)
    with pytest.raises(ModelUnusable, match="takes x instead of"):
        DetrDetector(fixed_network("x", {"scores": np.zeros((1, 1), np.float32)}), _BOXES)


def test_a_card_that_does_not_say_how_objects_are_told_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="neither boxes nor logits"):
        DetrDetector(b"", replace(_BOXES, settings={"class_count": 80, "form": "heat map"}))
