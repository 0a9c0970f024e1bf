"""The door to detectors: what one can do, and how to open one by name."""

from typing import Final, Protocol

from detection.labels import ObjectClass
from detection.models import ModelCard, cards_for, load
from detection.types import Detections, Device, ModelProvenance
from resources.errors import UserError
from resources.plugins import Registry
from video.types import Pixels


class Detector(Protocol):
    """Finds objects in one picture; the same picture gives the same detections every time."""

    @property
    def name(self) -> str:
        """Catalogue name, such as `ssd-oidv4`."""

    @property
    def classes(self) -> frozenset[ObjectClass]:
        """What this model knows; anything else "needs another model", never "0 found"."""

    @property
    def provenance(self) -> ModelProvenance:
        """The model by hash, and every option that changes what is found."""

    @property
    def device(self) -> Device:
        """What the model really runs on."""

    def detect(self, picture: Pixels) -> Detections:
        """Objects in a BGR picture `(h, w, 3) uint8` of any size, boxes inside of it, best first.

        Keeps everything above a low floor (0.05); thresholds belong to the tracker.

        Raises:
            ValueError: the picture is not BGR or has no pixels.
            ModelUnusable: the model fails, or gives values that are no numbers.
        """


class DetectorFactory(Protocol):
    """What is registered: opens a detector."""

    def __call__(self, *, threads: int) -> Detector:
        """The detector, ready to run with so many threads for one picture."""


class CatalogueFactory(Protocol):
    """What opens a detector of the catalogue: one for each adapter that cards may name."""

    def __call__(self, content: bytes, model: ModelCard, *, threads: int) -> Detector:
        """The detector in the verified bytes of that card."""


DETECTORS: Final = Registry[DetectorFactory]("workstation.detectors", {})
"""Detectors that other packages bring."""

ADAPTERS: Final = Registry[CatalogueFactory](
    "workstation.detector_adapters",
    {
        "ssd": "detection.ssd_detector:SsdDetector",
        "yolox": "detection.yolox_detector:YoloxDetector",
        "detr": "detection.detr_detector:DetrDetector",
    },
)


def detector_names() -> tuple[str, ...]:
    """Every detector that can be asked for, the shipped one first; whether its model is here is
    not asked."""
    own = [entry.name for entry in cards_for("detect")]
    return (*own, *(name for name in DETECTORS.names() if name not in own))


def open_detector(name: str, *, threads: int = 1) -> Detector:
    """The detector of that name, its model verified, loaded and tried once.

    One thread by default: two take 1.8 times the processor time for one picture and are no faster
    on a busy machine; work in parallel is several workers with a detector each.

    Raises:
        UserError: no detector has that name.
        ModelMissing: its model is not installed.
        ModelCorrupt: its model file is not the known one.
        ModelUnusable: its model cannot be run here.
    """
    for entry in cards_for("detect"):
        if entry.goes_by(name):
            adapter = ADAPTERS.load(entry.adapter)
            return adapter(load(entry), entry, threads=threads)
    if name not in DETECTORS.names():
        raise UserError(
            f"there is no detector named {name}", f"Known: {', '.join(detector_names())}."
        )
    return DETECTORS.load(name)(threads=threads)
