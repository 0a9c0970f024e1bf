"""What every detector must do, whatever network is inside."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from detection.detector import Detector, detector_names, open_detector
from detection.labels import ObjectClass
from detection.models import card, cards_for
from detection.types import Detections
from resources.paths import shared_test_data
from tests.support.fakes import FakeDetector
from video.synthetic.scene import Scene
from video.types import Pixels

_FLOOR = 0.05


@pytest.fixture(params=["fake", "ssd-oidv4", "yolox-nano"], scope="module")
def detector(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Detector]:
    if request.param == "fake":
        yield FakeDetector()
        return
    models = shared_test_data() / "data" / "models"
    if request.param == "yolox-nano" and not (models / "yolox_nano.onnx").is_file():
        pytest.skip(f"the model is test material and not here: {models}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKSTATION_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("WORKSTATION_MODELS", str(models))
        patch.delenv("WORKSTATION_DEVICE", raising=False)
        opened = open_detector(request.param)
    yield opened


def _noise(height: int, width: int) -> Pixels:
    shape = (height // 4 + 1, width // 4 + 1, 3)
    coarse = np.random.default_rng(4).integers(0, 256, shape, np.uint8)
    return coarse.repeat(4, axis=0).repeat(4, axis=1)[:height, :width]


def _require_valid(found: Detections, detector: Detector, height: int, width: int) -> None:
    assert found.boxes.dtype == np.float32
    assert found.scores.dtype == np.float32
    assert found.class_ids.dtype == np.int16
    left, top, right, bottom = found.boxes.T
    assert (left >= 0).all()
    assert (top >= 0).all()
    assert (right <= width).all()
    assert (bottom <= height).all()
    assert (left < right).all()
    assert (top < bottom).all()
    assert (found.scores >= _FLOOR).all()
    assert (found.scores <= 1).all()
    assert (np.diff(found.scores) <= 0).all()
    assert set(found.class_ids.tolist()) <= {int(kind) for kind in detector.classes}


@pytest.mark.parametrize(
    ("height", "width"),
    [(1, 1), (1, 3000), (3000, 1), (2, 7), (37, 53), (240, 320), (333, 777), (1080, 1920)],
)
def test_detections_of_any_size_of_picture_are_valid(
    detector: Detector, height: int, width: int
) -> None:
    found = detector.detect(_noise(height, width))

    _require_valid(found, detector, height, width)


def test_a_scene_of_coloured_boxes_gives_valid_detections(detector: Detector) -> None:
    scene = Scene()

    _require_valid(detector.detect(scene.picture(10)), detector, scene.height, scene.width)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_is_seen_with_confidence_in_an_empty_picture(
    detector: Detector, level: int
) -> None:
    found = detector.detect(np.full((240, 320, 3), level, np.uint8))

    _require_valid(found, detector, 240, 320)
    assert not (found.scores > 0.5).any()


def test_the_same_picture_gives_the_same_detections(detector: Detector) -> None:
    picture = Scene().picture(3)

    first = detector.detect(picture)
    detector.detect(_noise(50, 70))
    second = detector.detect(picture)

    np.testing.assert_array_equal(first.boxes, second.boxes)
    np.testing.assert_array_equal(first.scores, second.scores)
    np.testing.assert_array_equal(first.class_ids, second.class_ids)


def test_a_read_only_view_of_a_larger_picture_is_as_good_as_a_copy(detector: Detector) -> None:
    whole = Scene().picture(12)
    view = whole[10:201, 7:300]
    view.flags.writeable = False
    untouched = whole.copy()

    seen, copied = detector.detect(view), detector.detect(view.copy())

    np.testing.assert_array_equal(seen.boxes, copied.boxes)
    np.testing.assert_array_equal(whole, untouched)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((20, 30), np.uint8),
        np.zeros((20, 30, 1), np.uint8),
        np.zeros((20, 30, 4), np.uint8),
        np.zeros((0, 30, 3), np.uint8),
        np.zeros((20, 30, 3), np.float32),
    ],
    ids=["grey", "one-channel", "four-channels", "no-pixels", "float"],
)
def test_what_is_no_bgr_picture_is_refused_in_words(detector: Detector, picture: Pixels) -> None:
    with pytest.raises(ValueError, match="a detector takes"):
        detector.detect(picture)


def test_a_detector_says_what_it_is(detector: Detector) -> None:
    made = detector.provenance

    assert made.model == detector.name
    assert len(made.sha256) == 64
    assert json.loads(json.dumps(dict(made.options))) == made.options
    assert ObjectClass.PERSON in detector.classes
    assert detector.device.reason


def test_every_registered_detector_is_in_this_suite() -> None:
    # The larger ones are the same code with other cards; their files are not to be had here.
    families = {entry.adapter for entry in cards_for("detect")}
    assert families == {card("ssd-oidv4").adapter, card("yolox-nano").adapter, "detr"}
    assert set(detector_names()) == {entry.name for entry in cards_for("detect")}
