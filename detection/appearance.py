"""The door to appearance vectors: similar-looking things have vectors in similar directions.

Similar appearance is no identity: people in the same clothes look alike to every embedder.
"""

from collections.abc import Sequence
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from detection.model_cards import ModelCard
from detection.models import cards, load
from detection.types import ModelProvenance
from resources.errors import UserError
from resources.plugins import Registry
from video.types import Pixels

Kind = Literal["person", "vehicle"]
KINDS: Final[tuple[Kind, ...]] = ("person", "vehicle")
DEFAULT_EMBEDDER: Final = "ssd-parts"


class Embedder(Protocol):
    """Turns cut-out pictures into vectors; the same picture gives the same vector every time."""

    @property
    def name(self) -> str:
        """Its registered name, such as `ssd-parts`."""

    @property
    def provenance(self) -> ModelProvenance:
        """The model by hash, and every option that changes the vectors."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What it can embed; of anything else it gives `(n, 0)`, "needs another model"."""

    def embed(self, pictures: Sequence[Pixels], kind: Kind) -> NDArray[np.float32]:
        """One row of length 1 for each BGR picture `(h, w, 3) uint8`: `(n, d) float32`, finite.

        The dot product of two rows is how similar they look, 1 at most. `d` is the same for all
        its kinds; vectors of different kinds or embedders are not comparable.

        Raises:
            ValueError: a picture is not BGR or has no pixels.
            ModelUnusable: the model fails, or gives values that are no numbers.
        """


class EmbedderFactory(Protocol):
    """What is registered: opens an embedder."""

    def __call__(self, *, threads: int) -> Embedder:
        """The embedder, ready to run with so many threads for one picture."""


class CatalogueFactory(Protocol):
    """What opens an embedder of the catalogue: one for each adapter that cards may name."""

    def __call__(self, content: bytes, model: ModelCard, *, threads: int) -> Embedder:
        """The embedder in the verified bytes of that card."""


EMBEDDERS: Final = Registry[EmbedderFactory](
    "workstation.embedders", {DEFAULT_EMBEDDER: "detection.ssd_embedder:open_ssd_embedder"}
)


_ADAPTER: Final = "detection.catalogue_embedder:CatalogueEmbedder"
ADAPTERS: Final = Registry[CatalogueFactory](
    "workstation.embedder_adapters", {"osnet": _ADAPTER, "vector": _ADAPTER}
)
"""By the name in a card; both read everything from the card."""
_OF_CATALOGUE: Final = ("person-appearance", "vehicle-appearance")


def embedder_names() -> tuple[str, ...]:
    """Every embedder that can be asked for, the built-in one first; whether its model is here is
    not asked."""
    known = EMBEDDERS.names()
    own = [entry.name for entry in cards() if entry.task in _OF_CATALOGUE]
    return (*known, *(name for name in own if name not in known))


def open_embedder(name: str = DEFAULT_EMBEDDER, *, threads: int = 1) -> Embedder:
    """The embedder of that name, its model verified, loaded and tried once.

    Appearance models of the catalogue come in by their cards alone.

    Raises:
        UserError: no embedder has that name.
        ModelMissing, ModelCorrupt, ModelUnusable: its model is not here, not the known one, or
            cannot be run.
    """
    if name not in EMBEDDERS.names():
        for entry in cards():
            if entry.goes_by(name) and entry.task in _OF_CATALOGUE:
                adapter = ADAPTERS.load(entry.adapter)
                return adapter(load(entry), entry, threads=threads)
        raise UserError(
            f"there is no embedder named {name}", f"Known: {', '.join(embedder_names())}."
        )
    return EMBEDDERS.load(name)(threads=threads)
