"""Embedders of the catalogue: any network that gives one vector a picture, by its card alone.

The card says size, colour order, scale, mean and deviation of the input, and its settings the
`output` tensor and how many `dimensions` it has. A card for persons embeds no vehicles, nor the
other way round: `kinds` says so.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.appearance import Kind
from detection.errors import ModelUnusable
from detection.model_cards import ModelCard
from detection.onnx_session import Session
from detection.preprocess import letterbox, planes, require_bgr, stretch
from detection.types import Device, ModelProvenance
from video.types import Pixels

TASKS: Final[dict[str, Kind]] = {"person-appearance": "person", "vehicle-appearance": "vehicle"}
_TINY: Final = 1e-6


class CatalogueEmbedder:
    """An `Embedder` for one kind of thing."""

    def __init__(self, content: bytes, model: ModelCard, *, threads: int = 1) -> None:
        """Load the network and try it once.

        Raises:
            ModelUnusable: the card does not describe an embedder, or the network cannot be
                loaded or gives something else than the card says.
        """
        self._card, self._input = model, model.input
        self._output = model.text("output", "")
        self._length = model.number("dimensions", 0)
        if model.task not in TASKS:
            raise ModelUnusable(f"the model {model.name} is for {model.task}, not for appearance")
        if not (self._output and self._length > 0 and self._input.width and self._input.height):
            raise ModelUnusable(
                f"the card of {model.name} lacks the size of its input, or 'output' and "
                "'dimensions' among its settings",
                "docs/models.md tells what a card says.",
            )
        if self._input.fit not in ("stretch", "letterbox"):
            raise ModelUnusable(
                f"the card of {model.name} asks for '{self._input.fit}'",
                "Pictures of people and vehicles are fitted by 'stretch' or 'letterbox'.",
            )
        mean = np.array(self._input.mean, np.float32)
        deviation = np.array(self._input.std, np.float32)
        self._gain = (self._input.scale / deviation)[:, None, None]
        self._offset = (-mean / deviation)[:, None, None]
        self._session = Session(content, model=model.name, threads=threads)
        self._only: Kind = TASKS[model.task]
        self._one(np.full((48, 24, 3), 90, np.uint8))

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The one kind of thing that it embeds."""
        return (self._only,)

    @property
    def provenance(self) -> ModelProvenance:
        taken = self._input
        options: dict[str, int | float | str] = {
            "embedder": self.name,
            "kinds": self._only,
            "input": f"{taken.width}x{taken.height} {taken.colours} {taken.fit} {taken.fill}",
            "scale": taken.scale,
            "mean": " ".join(map(str, taken.mean)),
            "std": " ".join(map(str, taken.std)),
            "output": self._output,
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    @property
    def device(self) -> Device:
        """What the session reports it runs on."""
        return self._session.device

    def embed(self, pictures: Sequence[Pixels], kind: Kind) -> NDArray[np.float32]:
        """As the Protocol says; no numbers at all, `(n, 0)`, for the kind that it does not know."""
        if kind != self._only:
            for picture in pictures:
                require_bgr(picture)
            return np.zeros((len(pictures), 0), np.float32)
        rows = [self._one(picture) for picture in pictures]
        return np.array(rows, np.float32).reshape(len(rows), self._length)

    def _one(self, picture: Pixels) -> NDArray[np.float32]:
        require_bgr(picture)
        taken = self._input
        if taken.fit == "letterbox":
            scaled, _ = letterbox(picture, width=taken.width, height=taken.height, fill=taken.fill)
        else:
            scaled, _ = stretch(picture, width=taken.width, height=taken.height)
        values = planes(scaled, rgb=taken.colours == "rgb") * self._gain + self._offset
        (found,) = self._session.run(
            values.astype(np.float32, copy=False), {self._output: (1, self._length)}
        )
        length = float(np.linalg.norm(found[0]))
        if length < _TINY:
            raise ModelUnusable(f"the model {self._card.name} gives a vector of zeros")
        unit: NDArray[np.float32] = found[0] / length
        return unit
