"""What people wear and carry, by the network of the Open Model Zoo; two of its outputs never leave.

The network also guesses sex and the length of hair. Those numbers are cut off here, next to where
they come out: no value of this module holds them, and no name exists under which they could be
stored (`detection.attribute_names`).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detection.models import ModelCard, card, load
from detection.onnx_session import Session
from detection.preprocess import planes, require_bgr, stretch
from detection.types import ModelProvenance
from video.types import Pixels

PERSON_ATTRIBUTES_MODEL: Final = "person-attributes-0230"

_WIDTH, _HEIGHT = 80, 160
_OUTPUTS: Final = {"attributes": (1, 8, 1, 1)}
# Places in the output: 0 (is_male) and 6 (longhair) are left out on purpose; 7 (coat_jacket)
# because it told coats and jackets no better than a coin does (docs/attributes.md).
_TAKEN: Final = (1, 2, 3, 4, 5)
_NAMES: Final[tuple[tuple[str, str, str], ...]] = (
    ("bag", "yes", "no"),
    ("backpack", "yes", "no"),
    ("hat", "yes", "no"),
    ("sleeves", "long", "short"),
    ("trousers", "long", "short"),
)
JUDGED: Final = tuple(name for name, _, _ in _NAMES)
# It sees too few backpacks and long sleeves: slope and shift of the log-odds (Platt 1999,
# "Probabilistic Outputs for Support Vector Machines") that part the labels for tuning best.
_SLOPE: Final = np.array([1, 0.83, 1, 0.75, 1])
_SHIFT: Final = np.array([0, 0.29, 0, 0.89, 0])
_MARGIN: Final = 0.005
_EVEN: Final = 0.5


class Trait(NamedTuple):
    """One thing that was judged: a value of `detection.attribute_names`, and how sure (0.5..1 of
    two values, from a quarter on of four)."""

    value: str
    confidence: float


class PersonAttributes:
    """The network, ready to look at people."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: it cannot be loaded, or gives something else than it should.
        """
        self._card = model
        self._session = Session(content, model=model.name, threads=threads)
        self.judge(np.zeros((_HEIGHT, _WIDTH, 3), np.uint8))

    @property
    def provenance(self) -> ModelProvenance:
        return ModelProvenance(self._card.name, self._card.sha256, {})

    def judge(self, picture: Pixels) -> dict[str, Trait]:
        """What is worn and carried by the person who fills a BGR picture `(h, w, 3) uint8`.

        Raises:
            ValueError: the picture is not BGR or has no pixels.
            ModelUnusable: the network fails, or gives values that are no numbers.
        """
        return {
            name: Trait(yes, chance) if chance >= _EVEN else Trait(no, 1 - chance)
            for (name, yes, no), chance in zip(_NAMES, self._chances(picture).tolist(), strict=True)
        }

    def _chances(self, picture: Pixels) -> NDArray[np.float32]:
        """Of the first value of each of `_NAMES`, `(5,)` in 0..1."""
        require_bgr(picture)
        placed, _ = stretch(picture, width=_WIDTH, height=_HEIGHT)
        (everything,) = self._session.run(planes(placed, rgb=False), _OUTPUTS)
        chances = np.clip(everything.reshape(-1)[list(_TAKEN)], _MARGIN, 1 - _MARGIN)
        odds = _SLOPE * np.log(chances / (1 - chances)) + _SHIFT
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def open_person_attributes(*, threads: int = 1) -> PersonAttributes:
    """The network from the catalogue, verified, loaded and tried once.

    Raises:
        ModelMissing, ModelCorrupt, ModelUnusable: it is not installed, not the known file, or
            cannot be run.
    """
    model = card(PERSON_ATTRIBUTES_MODEL)
    return PersonAttributes(load(model), model, threads=threads)
