"""The detectors on real footage, and with models that are not what they should be."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from detection.detector import Detector, open_detector
from detection.errors import ModelCorrupt, ModelMissing, ModelUnusable
from detection.labels import ObjectClass
from detection.models import card
from detection.ssd_detector import SsdDetector
from detection.yolox_detector import YoloxDetector
from resources.errors import UserError
from resources.files import packaged
from resources.paths import shared_test_data
from tests.support.fakes import FakeDetector
from tests.support.tiny_networks import constant_network
from video.synthetic.scene import Scene
from video.types import Pixels

_VTEST_FRAMES = (0, 30, 60, 90)


def _vtest() -> Iterator[tuple[int, Pixels]]:
    path = shared_test_data() / "data" / "video" / "vtest.avi"
    if not path.is_file():
        pytest.skip(f"the footage is test material and not here: {path}")
    with av.open(path) as footage:
        for number, frame in enumerate(footage.decode(video=0)):
            if number in _VTEST_FRAMES:
                yield number, frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
            if number == _VTEST_FRAMES[-1]:
                return


def _people(number: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The labelled boxes of a frame as left, top, right, bottom; those to be ignored left out."""
    path = shared_test_data() / "data" / "gt" / "PETS09-S2L1_gt_001-400.txt"
    rows = np.loadtxt(path, delimiter=",")
    wanted = rows[(rows[:, 0] == number + 1) & (rows[:, 6] != 0), 2:6]
    return np.column_stack((wanted[:, :2], wanted[:, :2] + wanted[:, 2:]))


def _found_share(detector: Detector) -> float:
    """The share of labelled people that a detection of at least 0.3 overlaps by half or more."""
    found = labelled = 0
    for number, picture in _vtest():
        seen = detector.detect(picture)
        sure = seen.boxes[(seen.scores >= 0.3) & (seen.class_ids == ObjectClass.PERSON)]
        for left, top, right, bottom in _people(number):
            width = np.minimum(sure[:, 2], right) - np.maximum(sure[:, 0], left)
            height = np.minimum(sure[:, 3], bottom) - np.maximum(sure[:, 1], top)
            shared = np.maximum(width, 0) * np.maximum(height, 0)
            areas = (sure[:, 2] - sure[:, 0]) * (sure[:, 3] - sure[:, 1])
            overlap = shared / ((right - left) * (bottom - top) + areas - shared)
            found += bool((overlap >= 0.5).any())
            labelled += 1
    return found / labelled


def test_the_shipped_detector_finds_the_people_of_real_footage() -> None:
    assert _found_share(open_detector("ssd-oidv4")) >= 0.7


def test_the_catalogue_detector_finds_the_people_of_real_footage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSTATION_MODELS", str(shared_test_data() / "data" / "models"))
    next(_vtest())

    assert _found_share(open_detector("yolox-nano")) >= 0.7


def test_a_person_who_fills_the_picture_is_found_whole() -> None:
    detector = open_detector("ssd-oidv4")
    whole = []
    for number, picture in _vtest():
        for left, top, right, bottom in _people(number).astype(int):
            half = (bottom - top) * 2 // 3
            middle = min(max((left + right) // 2, half), picture.shape[1] - half)

            seen = detector.detect(picture[top:bottom, middle - half : middle + half])

            best = seen.where(seen.class_ids == ObjectClass.PERSON)
            tall = np.ptp(best.boxes[0, 1::2]) >= 0.8 * (bottom - top)
            whole.append(best.scores[0] >= 0.3 and tall)
    assert len(whole) > 10
    assert np.mean(whole) >= 0.9


def test_a_missing_model_says_how_to_get_it() -> None:
    with pytest.raises(ModelMissing) as caught:
        open_detector("yolox-nano")

    assert "workstation models import" in caught.value.hint


def test_a_file_of_the_models_name_with_other_content_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "yolox_nano.onnx").write_bytes(constant_network({"output": (1, 3549, 85)}))
    monkeypatch.setenv("WORKSTATION_MODELS", str(tmp_path))

    with pytest.raises(ModelCorrupt, match=r"yolox_nano\.onnx"):
        open_detector("yolox-nano")


def test_an_unknown_detector_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        open_detector("hog")

    assert "no detector named hog" in str(caught.value)
    assert "ssd-oidv4" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 4096, constant_network({"output": (1, 3549, 85)})[:-40]],
    ids=["empty", "zeros", "cut-short"],
)
def test_what_is_no_network_is_unusable(content: bytes) -> None:
    with pytest.raises(ModelUnusable, match="yolox-nano cannot be loaded"):
        YoloxDetector(content, card("yolox-nano"))


@pytest.mark.parametrize("shape", [(1, 3549, 80), (1, 3548, 85), (3549, 85)])
def test_outputs_of_another_shape_are_unusable(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelUnusable, match="instead of"):
        YoloxDetector(constant_network({"output": shape}), card("yolox-nano"))


def test_a_network_without_the_expected_output_is_unusable() -> None:
    with pytest.raises(ModelUnusable, match="output"):
        YoloxDetector(constant_network({"boxes": (1, 3549, 85)}), card("yolox-nano"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_unusable(value: float) -> None:
    with pytest.raises(ModelUnusable, match="no numbers"):
        YoloxDetector(constant_network({"output": (1, 3549, 85)}, value), card("yolox-nano"))


def test_a_network_that_finds_nothing_gives_no_detections() -> None:
    detector = YoloxDetector(constant_network({"output": (1, 3549, 85)}), card("yolox-nano"))

    assert len(detector.detect(np.zeros((90, 160, 3), np.uint8))) == 0


def test_scores_beyond_one_are_no_yolox() -> None:
    with pytest.raises(ModelUnusable, match="outside 0 to 1"):
        YoloxDetector(constant_network({"output": (1, 3549, 85)}, 7.0), card("yolox-nano"))


def test_a_larger_yolox_looks_at_the_size_of_its_card() -> None:
    detector = YoloxDetector(constant_network({"output": (1, 8400, 85)}), card("yolox-s"))

    assert detector.provenance.options["input_width"] == 640
    with pytest.raises(ModelUnusable, match="instead of"):
        YoloxDetector(constant_network({"output": (1, 3549, 85)}), card("yolox-s"))


def test_the_shipped_network_with_one_broken_weight_is_unusable() -> None:
    model = onnx.load(packaged("models", card("ssd-oidv4").file))
    weights = model.graph.initializer[0]
    values = numpy_helper.to_array(weights).copy()
    values.flat[0] = np.nan
    weights.CopyFrom(numpy_helper.from_array(values, weights.name))

    with pytest.raises(ModelUnusable, match="no numbers"):
        SsdDetector(model.SerializeToString(), card("ssd-oidv4"))


def test_a_network_of_a_fixed_size_is_unusable_as_the_shipped_detector() -> None:
    fixed = constant_network({"box_encodings": (1, 1917, 4), "scores": (1, 1917, 24)})

    with pytest.raises(ModelUnusable):
        SsdDetector(fixed, card("ssd-oidv4"))


def test_more_input_pixels_are_another_option_in_the_provenance() -> None:
    model = card("ssd-oidv4")
    content = packaged("models", model.file).read_bytes()

    large = SsdDetector(content, model, pixels=300_000)

    assert large.provenance.options["input_pixels"] == 300_000
    assert large.provenance != open_detector("ssd-oidv4").provenance


def test_the_fake_finds_the_boxes_of_a_scene_to_the_pixel() -> None:
    scene = Scene()
    for number in (0, 10, 30):
        _, expected = scene.boxes_at(number)

        found = FakeDetector().detect(scene.picture(number))

        assert sorted(found.boxes.tolist()) == sorted(expected.tolist())
