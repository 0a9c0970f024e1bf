"""The kind of a vehicle, by the network of the Open Model Zoo.

It also names a paint, which is not taken: measured, it is right less often than the pixels
(`detection.colours`), alone and mixed with them at every share.
"""

from typing import Final

import numpy as np

from detection.models import ModelCard, card, load
from detection.onnx_session import Session
from detection.person_attributes import Trait
from detection.preprocess import planes, require_bgr, stretch
from detection.types import ModelProvenance
from video.types import Pixels

VEHICLE_ATTRIBUTES_MODEL: Final = "vehicle-attributes-0039"
VEHICLE_TYPE: Final = "vehicle type"

_SIDE: Final = 72
_OUTPUTS: Final = {"type": (1, 4, 1, 1)}
_TYPES: Final = ("car", "bus", "truck", "van")
_WEIGHTS: Final = np.array([4, 1, 1, 1], np.float32)
"""It takes many a car from behind for a truck; with this much more for cars it errs least."""
_TINY: Final = 1e-6


class VehicleAttributes:
    """The network, ready to look at vehicles."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: it cannot be loaded, or gives something else than it should.
        """
        self._card = model
        self._session = Session(content, model=model.name, threads=threads)
        self.judge(np.zeros((_SIDE, _SIDE, 3), np.uint8))

    @property
    def provenance(self) -> ModelProvenance:
        return ModelProvenance(self._card.name, self._card.sha256, {})

    def judge(self, picture: Pixels) -> dict[str, Trait]:
        """What the vehicle is that fills a BGR picture `(h, w, 3) uint8`.

        Raises:
            ValueError: the picture is not BGR or has no pixels.
            ModelUnusable: the network fails, or gives values that are no numbers.
        """
        require_bgr(picture)
        placed, _ = stretch(picture, width=_SIDE, height=_SIDE)
        (kinds,) = self._session.run(planes(placed, rgb=False), _OUTPUTS)
        chances = np.clip(kinds.reshape(-1), 0, 1) * _WEIGHTS
        chances = chances / max(float(chances.sum()), _TINY)
        best = int(chances.argmax())
        return {VEHICLE_TYPE: Trait(_TYPES[best], float(chances[best]))}


def open_vehicle_attributes(*, threads: int = 1) -> VehicleAttributes:
    """The network from the catalogue, verified, loaded and tried once.

    Raises:
        ModelMissing, ModelCorrupt, ModelUnusable: it is not installed, not the known file, or
            cannot be run.
    """
    model = card(VEHICLE_ATTRIBUTES_MODEL)
    return VehicleAttributes(load(model), model, threads=threads)
