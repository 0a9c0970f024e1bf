"""YOLOX-Nano from the catalogue: more classes than the shipped detector, at a fixed input size."""

from typing import Final

import numpy as np

from detection.labels import ObjectClass
from detection.models import ModelCard, card, load
from detection.nms import suppress
from detection.onnx_session import Session
from detection.preprocess import letterbox, planes, require_bgr
from detection.types import Detections, Device, ModelProvenance
from detection.yolo_outputs import decode, places
from video.types import Pixels

_SIDE: Final = 416
_FILL: Final = 114
_COLUMNS: Final = 85
_FLOOR: Final = 0.05
_MOST_OVERLAP: Final = 0.5


class YoloxDetector:
    """Ten kinds of objects in pictures of any size."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected.
        """
        self._card = model
        self._session = Session(content, model=model.name, threads=threads)
        # The model's class number to ours; 0 for kinds that we do not look for.
        self._ours = np.zeros(_COLUMNS - 5, np.int16)
        for ours, theirs in model.classes.items():
            self._ours[list(theirs)] = ours
        self.detect(np.zeros((48, 64, 3), np.uint8))

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def classes(self) -> frozenset[ObjectClass]:
        return frozenset(self._card.classes)

    @property
    def provenance(self) -> ModelProvenance:
        options: dict[str, int | float | str] = {
            "input_width": _SIDE,
            "input_height": _SIDE,
            "floor": _FLOOR,
            "most_overlap": _MOST_OVERLAP,
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        return self._session.device

    def detect(self, picture: Pixels) -> Detections:
        """As the Protocol says; the picture's shape is kept, the rest of the input is grey."""
        require_bgr(picture)
        scaled, placement = letterbox(picture, width=_SIDE, height=_SIDE, fill=_FILL)
        (raw,) = self._session.run(
            planes(scaled, rgb=False), {"output": (1, places(_SIDE, _SIDE), _COLUMNS)}
        )
        boxes, scores, kinds = decode(raw[0], width=_SIDE, height=_SIDE, floor=_FLOOR)
        found = placement.detections(boxes, scores, self._ours[kinds])
        return suppress(found.where(found.class_ids > 0), most_overlap=_MOST_OVERLAP)


def open_yolox(*, threads: int) -> YoloxDetector:
    """YOLOX-Nano, if its model is installed.

    Raises:
        DetectionError: its model is missing, damaged or cannot run.
    """
    model = card("yolox-nano")
    return YoloxDetector(load(model), model, threads=threads)
