"""Finding faces to blur: on real footage, and with networks that are not what they should be."""

import av
import numpy as np
import pytest

from detection.errors import ModelMissing, ModelUnusable
from detection.face_finder import FaceFinder, open_face_finder
from detection.models import card
from resources.paths import shared_test_data
from tests.support.tiny_networks import constant_network, fixed_network

_SHARED = shared_test_data() / "data"


def _outputs(value: float) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """What a network says of a 64x64 input: the same everywhere."""
    return {
        f"{kind}_{stride}": np.full((1, (64 // stride) ** 2, columns), value, np.float32)
        for stride in (8, 16, 32)
        for kind, columns in (("cls", 1), ("obj", 1), ("bbox", 4))
    }


def test_without_its_model_it_says_how_to_have_it() -> None:
    with pytest.raises(ModelMissing, match="yunet-faces"):
        open_face_finder()


def test_another_model_is_no_face_finder() -> None:
    with pytest.raises(ModelUnusable, match="not for blurring"):
        open_face_finder("ssd-oidv4")


def test_faces_on_real_footage_lie_on_heads_of_labelled_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    footage, labels = _SHARED / "video" / "TUD-Campus.mp4", _SHARED / "gt" / "TUD-Campus_gt.txt"
    if not footage.is_file():
        pytest.skip(f"the footage is test material and not here: {footage}")
    monkeypatch.setenv("WORKSTATION_MODELS", str(_SHARED / "models"))
    finder = open_face_finder()
    with av.open(footage) as container:
        frames = enumerate(container.decode(video=0))
        picture = next(frame for n, frame in frames if n == 40).to_ndarray(format="bgr24")
    rows = np.loadtxt(labels, delimiter=",")
    people = rows[rows[:, 0] == 41, 2:6]

    boxes, scores = finder.find(picture.astype(np.uint8, copy=False))

    sure = boxes[scores >= 0.7]
    across, down = (sure[:, :2] + sure[:, 2:]).T[:, :, None] / 2
    left, top, width, height = people.T
    on_heads = (left < across) & (across < left + width) & (top <= down) & (down < top + height / 3)
    # Somebody behind a window is no label, but a face.
    assert on_heads.any(axis=1).sum() >= 3
    assert on_heads.any(axis=1).mean() >= 0.7


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 2000, 3), (97, 33, 3)])
def test_boxes_lie_inside_pictures_of_any_shape(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int, int]
) -> None:
    if not (_SHARED / "models").is_dir():
        pytest.skip("the model is test material and not here")
    monkeypatch.setenv("WORKSTATION_MODELS", str(_SHARED / "models"))
    noise = np.random.default_rng(1).integers(0, 256, shape, np.uint8)

    boxes, scores = open_face_finder().find(noise)

    assert boxes.shape == (len(scores), 4)
    assert (boxes >= 0).all()
    assert (boxes[:, 2:] <= [shape[1], shape[0]]).all()


def test_a_network_of_another_kind_is_unusable() -> None:
    with pytest.raises(ModelUnusable, match="cls_8"):
        FaceFinder(constant_network({"output": (1, 5)}), card("yunet-faces"))


def test_values_that_are_no_numbers_are_unusable() -> None:
    with pytest.raises(ModelUnusable, match="no numbers"):
        FaceFinder(fixed_network("input", _outputs(float("nan"))), card("yunet-faces"))


def test_a_face_is_where_the_network_says() -> None:
    outputs = _outputs(0.0)
    outputs["cls_16"][0, 5], outputs["obj_16"][0, 5] = 1.0, 0.81
    outputs["bbox_16"][0, 5] = (0.5, 0.5, 0.0, np.log(2))
    finder = FaceFinder(fixed_network("input", outputs), card("yunet-faces"))

    boxes, scores = finder.find(np.zeros((64, 64, 3), np.uint8))

    # Cell 5 of a grid four wide: column 1, row 1, of 16 pixels each.
    np.testing.assert_allclose(boxes, [[16, 8, 32, 40]], atol=1e-4)
    np.testing.assert_allclose(scores, [0.9], atol=1e-6)
