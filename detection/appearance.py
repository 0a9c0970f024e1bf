"""The door to appearance vectors: similar-looking things have vectors in similar directions.

Similar appearance is no identity: people in the same clothes look alike to every embedder.
"""

from collections.abc import Sequence
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from detection.types import ModelProvenance
from resources.plugins import Registry
from video.types import Pixels

Kind = Literal["person", "vehicle"]
DEFAULT_EMBEDDER: Final = "ssd-parts"


class Embedder(Protocol):
    """Turns cut-out pictures into vectors; the same picture gives the same vector every time."""

    @property
    def name(self) -> str:
        """Its registered name, such as `ssd-parts`."""

    @property
    def provenance(self) -> ModelProvenance:
        """The model by hash, and every option that changes the vectors."""

    def embed(self, pictures: Sequence[Pixels], kind: Kind) -> NDArray[np.float32]:
        """One row of length 1 for each BGR picture `(h, w, 3) uint8`: `(n, d) float32`, finite.

        The dot product of two rows is how similar they look, 1 at most. `d` is the same for both
        kinds; vectors of different kinds or embedders are not comparable.

        Raises:
            ValueError: a picture is not BGR or has no pixels.
            ModelUnusable: the model fails, or gives values that are no numbers.
        """


class EmbedderFactory(Protocol):
    """What is registered: opens an embedder."""

    def __call__(self, *, threads: int) -> Embedder:
        """The embedder, ready to run with so many threads for one picture."""


EMBEDDERS: Final = Registry[EmbedderFactory](
    "workstation.embedders", {DEFAULT_EMBEDDER: "detection.ssd_embedder:open_ssd_embedder"}
)


def open_embedder(name: str = DEFAULT_EMBEDDER, *, threads: int = 1) -> Embedder:
    """The embedder of that name, its model verified, loaded and tried once.

    Raises:
        UserError: no embedder has that name.
        ModelMissing, ModelCorrupt, ModelUnusable: its model is not here, not the known one, or
            cannot be run.
    """
    return EMBEDDERS.load(name)(threads=threads)
