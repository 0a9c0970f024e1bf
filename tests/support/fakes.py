"""Stand-ins for the slow doors; they pass the same contract suites as the real ones."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import ndimage

from detection.appearance import Kind
from detection.labels import ObjectClass
from detection.person_attributes import Trait
from detection.preprocess import require_bgr
from detection.types import Detections, Device, ModelProvenance
from video.types import Pixels

_LEAST_SPREAD: Final = 100
_LEAST_SIDE: Final = 4
_BRIGHT: Final = 0.4
_KINDS: Final[Mapping[int, ObjectClass]] = {
    0: ObjectClass.CAR,
    1: ObjectClass.BICYCLE,
    2: ObjectClass.PERSON,
}


class FakeDetector:
    """Finds the coloured boxes of `video.synthetic.scene.Scene`, to the pixel and at once.

    A pixel belongs to a box if one of its channels stands out (the backgrounds there are greyish,
    the painted numbers grey). Mostly red is a person, mostly green a bicycle, mostly blue a car;
    boxes of one colour that touch are one object. The score is 0.9, less for the small.
    """

    name = "fake"
    classes = frozenset(_KINDS.values())
    provenance = ModelProvenance("fake", "0" * 64, {"least_spread": _LEAST_SPREAD})
    device = Device("CPUExecutionProvider", "cpu", "The fake runs nowhere else.")

    def detect(self, picture: Pixels) -> Detections:
        """As the Protocol says."""
        require_bgr(picture)
        brightest = picture.argmax(axis=2)
        # Channel by channel: numpy is many times slower along so short an axis.
        blue, green, red = np.moveaxis(picture, 2, 0)
        most = np.maximum(np.maximum(blue, green), red)
        coloured = most - np.minimum(np.minimum(blue, green), red) >= _LEAST_SPREAD
        boxes, scores, kinds = [], [], []
        for channel, kind in _KINDS.items():
            labels, _ = ndimage.label(coloured & (brightest == channel))
            for rows, columns in ndimage.find_objects(labels):
                width, height = columns.stop - columns.start, rows.stop - rows.start
                if min(width, height) >= _LEAST_SIDE:
                    boxes.append((columns.start, rows.start, columns.stop, rows.stop))
                    scores.append(0.9 - 1 / (width * height))
                    kinds.append(int(kind))
        order = np.argsort([-score for score in scores], kind="stable").astype(np.intp)
        return Detections(
            np.array(boxes, np.float32).reshape(-1, 4),
            np.array(scores, np.float32),
            np.array(kinds, np.int16),
        ).where(order)


def open_fake(*, threads: int) -> FakeDetector:
    """The fake as a registered detector; it needs no thread of its own."""
    if threads < 1:
        raise ValueError(f"{threads} threads")
    return FakeDetector()


class FakeJudges:
    """Judges the painted boxes as `detection.trait_judges.Judges` does people, at once.

    What it says depends on the picture: "bag" on whether it is bright, how surely on how bright.
    """

    def options_as_dict(self) -> dict[str, object]:
        """As the real ones say."""
        return {"person": {"model": "fake", "model_sha256": "0" * 64}, "vehicle": None}

    def judge(
        self, picture: Pixels, kind: Kind, class_id: int | None = None
    ) -> Mapping[str, Trait]:
        """As the real ones do."""
        del class_id
        if kind != "person":
            return {}
        bright = float(picture.mean()) / 255
        said: Trait = Trait("yes" if bright > _BRIGHT else "no", 0.5 + bright / 2)
        return {"bag": said}


def open_fake_judges(wanted: bool | None = None) -> FakeJudges:
    """The fake in the place of `detection.trait_judges.open_judges`."""
    del wanted
    return FakeJudges()
