"""Where faces are, so that they can be blurred: boxes, and nothing of whose they are.

For redaction only. No landmark, no vector and no picture of a face leaves this module, and nothing
else of the program may use it: people are not told apart by their faces here.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.errors import ModelUnusable
from detection.models import ModelCard, card, load
from detection.nms import suppress
from detection.onnx_session import Session
from detection.preprocess import letterbox, planes, require_bgr
from detection.types import Detections, Device, ModelProvenance
from video.types import Pixels

DEFAULT_FACE_FINDER: Final = "yunet-faces"
_STRIDES: Final = (8, 16, 32)
_LONGEST: Final = 1280
"""Pixels of the longer side of the input; a larger picture is made smaller for it."""
_FLOOR: Final = 0.3
"""Low: a face that is missed is published, a pot plant that is blurred is not missed."""
_MOST_OVERLAP: Final = 0.3
_LARGEST: Final = 6.0
"""Of the logarithm of a side in cells: no face is 400 cells wide, and nothing overflows."""


class FaceFinder:
    """Finds faces in BGR pictures with a YuNet network, for blurring.

    Wu, Peng, Yu, 2023, YuNet: A Tiny Millisecond-level Face Detector.
    """

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected.
        """
        self._card = model
        self._session = Session(content, model=model.name, threads=threads)
        self.find(np.zeros((48, 64, 3), np.uint8))

    @property
    def provenance(self) -> ModelProvenance:
        """The model by hash, and every option that changes what is found."""
        options: dict[str, int | float | str] = {
            "longest": _LONGEST, "floor": _FLOOR, "most_overlap": _MOST_OVERLAP,
        }  # fmt: skip
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        """What the model really runs on."""
        return self._session.device

    def find(self, picture: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes `(n, 4) float32` (left, top, right, bottom in pixels of the picture, inside of it)
        and how sure each is `(n,) float32`, surest first, from 0.3 up; at most 100.

        Raises:
            ValueError: the picture is not BGR or has no pixels.
            ModelUnusable: the model fails, or gives values that are no numbers.
        """
        require_bgr(picture)
        height, width = picture.shape[:2]
        scale = min(1.0, _LONGEST / max(height, width))
        across, down = (_whole_cells(side * scale) for side in (width, height))
        placed, placement = letterbox(picture, width=across, height=down, fill=0)
        outputs = {
            f"{kind}_{stride}": (1, (across // stride) * (down // stride), columns)
            for stride in _STRIDES
            for kind, columns in (("cls", 1), ("obj", 1), ("bbox", 4))
        }
        given = iter(self._session.run(planes(placed, rgb=False), outputs))
        boxes, scores = [], []
        for stride in _STRIDES:
            face, thing, box = next(given)[0, :, 0], next(given)[0, :, 0], next(given)[0]
            sure = np.sqrt(np.clip(face, 0, 1) * np.clip(thing, 0, 1))
            rows = np.flatnonzero(sure >= _FLOOR)
            cells = np.stack((rows % (across // stride), rows // (across // stride)), axis=1)
            centres = (cells + box[rows, :2]) * stride
            halves = np.exp(np.minimum(box[rows, 2:], _LARGEST)) * stride / 2
            boxes.append(np.concatenate((centres - halves, centres + halves), axis=1))
            scores.append(sure[rows])
        all_scores = np.concatenate(scores).astype(np.float32)
        found = placement.detections(
            np.concatenate(boxes).astype(np.float32),
            all_scores,
            np.zeros(len(all_scores), np.int16),
        )
        best: Detections = suppress(found, most_overlap=_MOST_OVERLAP)
        return best.boxes, best.scores


def open_face_finder(name: str = DEFAULT_FACE_FINDER, *, threads: int = 1) -> FaceFinder:
    """The face finder, if its model is installed; for redaction only.

    Raises:
        DetectionError: its model is missing, damaged, for something else, or cannot run.
    """
    model = card(name)
    if model.task != "face-blur":
        raise ModelUnusable(f"{name} is for {model.task}, not for blurring faces")
    return FaceFinder(load(model), model, threads=threads)


def _whole_cells(side: float) -> int:
    """The side of an input that holds so many pixels: a multiple of the coarsest stride."""
    return max(-(-round(side) // _STRIDES[-1]), 1) * _STRIDES[-1]
