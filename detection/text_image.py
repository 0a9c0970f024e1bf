"""Texts and pictures as vectors of one space: how well words and a picture fit each other.

Orders results by words that no attribute covers; says nothing about who somebody is. Radford et
al., 2021, Learning Transferable Visual Models From Natural Language Supervision (CLIP).
"""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from detection.errors import ModelMissing, ModelUnusable
from detection.model_cards import ModelCard
from detection.model_input import as_look
from detection.models import card, cards_for, load_file, model_state
from detection.onnx_session import Session
from detection.text_tokens import Tokenizer, read_tokenizer
from detection.types import ModelProvenance
from video.types import Pixels

_TINY: Final = 1e-6
_MASK: Final = "attention_mask"


class TextImage(Protocol):
    """Turns texts and pictures into comparable vectors; the same input gives the same vector."""

    @property
    def name(self) -> str:
        """Catalogue name, such as `clip-vit-b32`."""

    @property
    def provenance(self) -> ModelProvenance:
        """The model by hash, and every option that changes the vectors."""

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text, `(n, d) float32`, finite; English is what it knows.

        Raises:
            ModelUnusable: the model fails, or gives values that are no numbers.
        """

    def embed_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        """One row of length 1 for each BGR picture `(h, w, 3) uint8`, `(n, d) float32`, finite.

        The dot product with a text's row says how well they fit, 1 at most; only the order of
        several pictures for one text means something.

        Raises:
            ValueError: a picture is not BGR or has no pixels.
            ModelUnusable: the model fails, or gives values that are no numbers.
        """


class ClipTextImage:
    """A CLIP network in one file for both, or one for texts and one for pictures."""

    def __init__(self, model: ModelCard, *, threads: int = 1) -> None:
        """Load networks and tokenizer, verified, and try them once.

        Raises:
            ModelMissing, ModelCorrupt: a file is not here, or not the one meant.
            ModelUnusable: the networks cannot be loaded, or something is not as the card says.
        """
        self._card = model
        self._dimensions = model.number("dimensions", 0)
        if not (self._dimensions and model.input.width and model.input.height):
            raise ModelUnusable(f"the card of {model.name} lacks dimensions or the input's size")
        self._text_input = model.text("text_input", "input_ids")
        self._picture_input = model.text("picture_input", "pixel_values")
        self._tokens = _tokenizer(model)
        names = (self._text_input, self._picture_input, _MASK)
        if model.part("network") is not None:
            both = Session(
                load_file(model, "network"), model=model.name, threads=threads, may_take=names
            )
            self._texts = self._pictures = both
        else:
            self._texts, self._pictures = (
                Session(load_file(model, role), model=model.name, threads=threads, may_take=names)
                for role in ("text", "picture")
            )
        self.embed_texts(["a"])
        self.embed_pictures([np.full((8, 8, 3), 200, np.uint8)])

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def provenance(self) -> ModelProvenance:
        options: dict[str, int | float | str] = {
            "text_image": self.name,
            "fit": self._card.input.fit,
            "context": self._card.number("context", 77),
        }
        return ModelProvenance(self._card.name, self._card.sha256, options)

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the Protocol says; what does not fit into the context is left out."""
        output = self._card.text("text_output", "text_embeds")
        blank = self._blank_picture()
        rows = []
        for numbers in self._tokens.encode_all(texts):
            given = self._given(numbers[None], blank)
            (row,) = self._texts.run_named(given, {output: (1, self._dimensions)})
            rows.append(self._unit(row[0]))
        return np.array(rows, np.float32).reshape(len(rows), self._dimensions)

    def embed_pictures(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        """As the Protocol says."""
        output = self._card.text("picture_output", "image_embeds")
        nothing = self._tokens.encode("")[None]
        rows = []
        for picture in pictures:
            given = self._given(nothing, as_look(picture, self._card.input))
            (row,) = self._pictures.run_named(given, {output: (1, self._dimensions)})
            rows.append(self._unit(row[0]))
        return np.array(rows, np.float32).reshape(len(rows), self._dimensions)

    def _given(
        self, numbers: NDArray[np.int64], values: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32] | NDArray[np.int64]]:
        """Everything a network may ask for: one that does both needs the other half too."""
        end = int(numbers.argmax())
        mask = (np.arange(numbers.shape[1])[None] <= end).astype(np.int64)
        return {self._text_input: numbers, self._picture_input: values, _MASK: mask}

    def _blank_picture(self) -> NDArray[np.float32]:
        return np.zeros((1, 3, self._card.input.height, self._card.input.width), np.float32)

    def _unit(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        length = float(np.linalg.norm(row))
        if length < _TINY:
            raise ModelUnusable(f"the model {self.name} gives a vector without a direction")
        unit: NDArray[np.float32] = row / length
        return unit


def open_text_image(name: str | None = None, *, threads: int = 1) -> TextImage | None:
    """The text-image model of that name; without a name the first that is installed, or None.

    Raises:
        ModelMissing: the one named is not installed, or is no text-image model.
        ModelCorrupt: its files are not the known ones.
        ModelUnusable: it cannot be run here.
    """
    if name is not None:
        wanted = card(name)
        if wanted.task != "text-image":
            raise ModelMissing(f"{name} is no text-image model", f"It is for {wanted.task}.")
        return ClipTextImage(wanted, threads=threads)
    for entry in cards_for("text-image"):
        # One that is here and does not verify is told, not passed over.
        if not model_state(entry).missing:
            return ClipTextImage(entry, threads=threads)
    return None


def _tokenizer(model: ModelCard) -> Tokenizer:
    roles = [r for r in ("tokenizer", "vocabulary", "merges") if model.part(r) is not None]
    files = {role: load_file(model, role) for role in roles}
    try:
        return read_tokenizer(
            files, context=model.number("context", 77), pad=model.number("pad", 0)
        )
    except ValueError as error:
        raise ModelUnusable(f"the tokenizer of {model.name} cannot be used: {error}") from error
