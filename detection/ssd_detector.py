"""The shipped detector: SSD-MobileNetV2 trained on Open Images, at input sizes of our choice.

Every picture is looked at twice. The first look is large enough for people in the distance, but at
that size the network calls parts of a person who fills the picture persons of their own. The second
look, small and cheap, sees such a person whole; each look counts for the objects it is good at.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.labels import ObjectClass
from detection.models import ModelCard
from detection.nms import suppress
from detection.onnx_session import Session
from detection.preprocess import fit_budget, planes, require_bgr, stretch
from detection.ssd_outputs import decode, places
from detection.types import Detections, Device, ModelProvenance
from video.types import Pixels

# Pixels of the input: 432×320 and 176×128 for a 4:3 source. On frames 0-399 of vtest the first
# alone gives persons an AP50 of 0.80 / 0.84 / 0.89 / 0.90 / 0.91 at 90 / 111 / 138 / 166 / 307
# thousand pixels, and costs in proportion. The second takes 21 % more time and raises the AP50 of
# people who fill 60 to 98 % of the picture (cut out of TUD-Campus) from 0.43-0.56 to 0.80-0.85.
INPUT_PIXELS: Final = 432 * 320
CLOSE_UP_PIXELS: Final = 24_576

_STEP: Final = 16
_COLUMNS: Final = 24
_FLOOR: Final = 0.05
_MOST_OVERLAP: Final = 0.6
# Shares of the picture's width or height. They overlap, so that an object near the border which
# the looks measure differently is not lost between them; 0.35 to 0.65 made no difference.
_FIRST_LOOK_UP_TO: Final = 0.6
_SECOND_LOOK_FROM: Final = 0.4


class SsdDetector:
    """Persons, bicycles and cars in pictures of any size."""

    def __init__(
        self, content: bytes, model: ModelCard, *, threads: int = 1, pixels: int = INPUT_PIXELS
    ) -> None:
        """Load the network and try it once; `pixels` is about the area of the large input.

        Raises:
            ModelUnusable: the network cannot be loaded or gives something else than expected.
        """
        self._card = model
        self._pixels = pixels
        self._session = Session(content, model=model.name, threads=threads)
        self._classes = np.array(list(model.classes), np.int16)
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
            "input_pixels": self._pixels,
            "close_up_pixels": CLOSE_UP_PIXELS,
            "input_step": _STEP,
            "first_look_up_to": _FIRST_LOOK_UP_TO,
            "second_look_from": _SECOND_LOOK_FROM,
            "floor": _FLOOR,
            "most_overlap": _MOST_OVERLAP,
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        return self._session.device

    def detect(self, picture: Pixels) -> Detections:
        """As the Protocol says; the picture is scaled to the inputs, up or down."""
        require_bgr(picture)
        first = self._look(picture, self._pixels)
        second = self._look(picture, CLOSE_UP_PIXELS)
        found = Detections.concatenated(
            [
                first.where(_share_of(picture, first) <= _FIRST_LOOK_UP_TO),
                second.where(_share_of(picture, second) >= _SECOND_LOOK_FROM),
            ]
        )
        return suppress(found, most_overlap=_MOST_OVERLAP)

    def _look(self, picture: Pixels, pixels: int) -> Detections:
        """Everything above the floor at one input size, many times over."""
        width, height = fit_budget(picture.shape[1], picture.shape[0], pixels=pixels, step=_STEP)
        scaled, placement = stretch(picture, width=width, height=height)
        n = places(width, height)
        encodings, columns = self._session.run(
            planes(scaled, scale=1 / 127.5, offset=-1, rgb=True),
            {"box_encodings": (1, n, 4), "scores": (1, n, _COLUMNS)},
        )
        # One column per class of ours; where the model tells more kinds apart, the surest counts.
        scores = np.stack(
            [columns[0][:, own].max(axis=1) for own in self._card.classes.values()], axis=1
        )
        boxes, kept, kinds = decode(encodings[0], scores, width=width, height=height, floor=_FLOOR)
        return placement.detections(boxes, kept, self._classes[kinds])


def _share_of(picture: Pixels, found: Detections) -> NDArray[np.float32]:
    """How much of the picture's width or height, whichever is more, each box takes, `(n,)`."""
    height, width = picture.shape[:2]
    left, top, right, bottom = found.boxes.T
    share: NDArray[np.float32] = np.maximum((right - left) / width, (bottom - top) / height)
    return share
