"""Detectors of the DETR family from the catalogue (RT-DETR, D-FINE), which suppress repetitions
themselves.

Zhao et al., 2023, DETRs Beat YOLOs on Real-time Object Detection; Peng et al., 2024, D-FINE:
Redefine Regression Task in DETRs as Fine-grained Distribution Refinement.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.errors import ModelUnusable
from detection.labels import ObjectClass
from detection.model_input import as_input
from detection.models import ModelCard
from detection.nms import MOST_PER_PICTURE
from detection.onnx_session import Session
from detection.preprocess import require_bgr
from detection.types import Detections, Device, ModelProvenance
from video.types import Pixels

_FLOOR: Final = 0.05
_PIXELS: Final = ("images", "pixel_values")
_SIZES: Final = "orig_target_sizes"


class DetrDetector:
    """Objects in pictures of any size; the card's setting `form` says how they are told.

    "boxes": `labels`, `boxes` (left, top, right, bottom) and `scores`, as RT-DETR and D-FINE export
    them. "logits": `logits` and `pred_boxes` (centre and size as shares of the input), as exported
    by others.
    """

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected, or
                the card is not of such a network.
        """
        self._card = model
        self._count = model.number("class_count", 0)
        self._form = model.text("form", "boxes")
        if self._form not in ("boxes", "logits") or not self._count or not model.input.width:
            raise ModelUnusable(
                f"the card of {model.name} lacks class_count or the size of the input, or has "
                f"a form that is neither boxes nor logits"
            )
        self._session = Session(
            content, model=model.name, threads=threads, may_take=(*_PIXELS, _SIZES)
        )
        # The model's class number to ours; 0 for kinds that we do not look for.
        self._ours = np.zeros(self._count, np.int16)
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
            "input_width": self._card.input.width,
            "input_height": self._card.input.height,
            "fit": self._card.input.fit,
            "floor": _FLOOR,
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        return self._session.device

    def detect(self, picture: Pixels) -> Detections:
        """As the Protocol says."""
        require_bgr(picture)
        values, placement = as_input(picture, self._card.input)
        boxes, scores, kinds = self._look(values)
        if len(scores) and (scores.min() < 0 or scores.max() > 1):
            raise ModelUnusable(f"the model {self.name} gives scores outside 0 to 1")
        if len(kinds) and (kinds.min() < 0 or kinds.max() >= self._count):
            raise ModelUnusable(
                f"the model {self.name} gives a class outside 0 to {self._count - 1}",
                "Its card says how many classes it has; they are not the ones of this model.",
            )
        ours = self._ours[kinds]
        wanted = np.flatnonzero((scores >= _FLOOR) & (ours > 0))
        found = placement.detections(boxes[wanted], scores[wanted], ours[wanted])
        # Ties in an order that does not depend on the network's.
        order = np.lexsort((*found.boxes.T[::-1], found.class_ids, -found.scores))
        return found.where(order[:MOST_PER_PICTURE])

    def _look(
        self, values: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
        """Boxes `(n, 4)` in input pixels, scores `(n,)` and the model's classes `(n,)`."""
        width, height = self._card.input.width, self._card.input.height
        given: dict[str, NDArray[np.float32] | NDArray[np.int64]] = dict.fromkeys(_PIXELS, values)
        # Boxes come in these units; asked for in input pixels, as the way back is ours.
        given[_SIZES] = np.array([[width, height]], np.int64)
        if self._form == "boxes":
            labels, boxes, scores = self._session.run_named(
                given, {"labels": (1, None), "boxes": (1, None, 4), "scores": (1, None)}
            )
            if not labels.shape[1] == boxes.shape[1] == scores.shape[1]:
                raise ModelUnusable(f"the model {self.name} gives more labels than boxes, or fewer")
            return boxes[0], scores[0], labels[0].astype(np.intp)
        logits, shares = self._session.run_named(
            given, {"logits": (1, None, self._count), "pred_boxes": (1, None, 4)}
        )
        if logits.shape[1] != shares.shape[1]:
            raise ModelUnusable(f"the model {self.name} gives more labels than boxes, or fewer")
        kinds = logits[0].argmax(axis=1)
        # From the clipped logit: e to the power of a large number is none.
        chosen = np.clip(logits[0, np.arange(len(kinds)), kinds], -50, 50)
        ends = np.array([width, height], np.float32)
        centres, halves = shares[0, :, :2] * ends, shares[0, :, 2:] * ends / 2
        boxes = np.concatenate((centres - halves, centres + halves), axis=1)
        return boxes, (1 / (1 + np.exp(-chosen))).astype(np.float32), kinds
