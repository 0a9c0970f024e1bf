"""YOLOX of any size from the catalogue: more classes than the shipped detector, at the input size
that its card says."""

from typing import Final

import numpy as np

from detection.errors import ModelUnusable
from detection.labels import ObjectClass
from detection.models import ModelCard
from detection.nms import suppress
from detection.onnx_session import Session
from detection.preprocess import letterbox, planes, require_bgr
from detection.types import Detections, Device, ModelProvenance
from detection.yolo_outputs import decode, places
from video.types import Pixels

_STRIDE: Final = 32
_BOX: Final = 5
"""Columns before those of the classes: a box and its objectness."""
_FLOOR: Final = 0.05
_MOST_OVERLAP: Final = 0.5


class YoloxDetector:
    """Ten kinds of objects in pictures of any size."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected, or
                the card is not of such a network.
        """
        self._card = model
        self._width, self._height = model.input.width, model.input.height
        count = model.number("class_count", 0)
        if not count or not self._width or self._width % _STRIDE or self._height % _STRIDE:
            raise ModelUnusable(
                f"the card of {model.name} lacks class_count, or an input of multiples of {_STRIDE}"
            )
        self._columns = _BOX + count
        self._session = Session(content, model=model.name, threads=threads)
        # The model's class number to ours; 0 for kinds that we do not look for.
        self._ours = np.zeros(count, np.int16)
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
            "input_width": self._width,
            "input_height": self._height,
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
        width, height = self._width, self._height
        scaled, placement = letterbox(
            picture, width=width, height=height, fill=self._card.input.fill
        )
        values = planes(scaled, rgb=self._card.input.colours == "rgb")
        (raw,) = self._session.run(values, {"output": (1, places(width, height), self._columns)})
        chances = raw[0, :, _BOX - 1 :]
        if chances.min() < 0 or chances.max() > 1:
            raise ModelUnusable(
                f"the model {self._card.name} gives scores outside 0 to 1",
                "It is no YOLOX network as its card says, or was exported in another way.",
            )
        boxes, scores, kinds = decode(raw[0], width=width, height=height, floor=_FLOOR)
        found = placement.detections(boxes, scores, self._ours[kinds])
        return suppress(found.where(found.class_ids > 0), most_overlap=_MOST_OVERLAP)
