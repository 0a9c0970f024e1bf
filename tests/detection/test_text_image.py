"""Texts and pictures in one space: networks of a few nodes, in a pack of the user's folder."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from detection.errors import ModelCorrupt, ModelMissing, ModelUnusable
from detection.text_image import open_text_image
from resources.paths import user_model_folder
from tests.support.model_packs import pack
from tests.support.tiny_networks import mean_colour_network, text_network
from tests.support.tiny_vocabulary import MERGES, VOCABULARY

_RED, _BLUE = np.zeros((64, 24, 3), np.uint8), np.zeros((64, 24, 3), np.uint8)
_RED[:] = (0, 0, 255)
_BLUE[:] = (255, 0, 0)
_SAYS = """says = "a test"
width = 32
height = 32
colours = "rgb"
fit = "stretch"
scale = 0.00392156862745098
"""
_TAIL = "[settings]\ndimensions = 3\n"


def _table() -> NDArray[np.float32]:
    table = np.zeros((len(VOCABULARY), 3), np.float32)
    table[VOCABULARY["red</w>"]] = (1, 0, 0)
    table[VOCABULARY["blue</w>"]] = (0, 0, 1)
    table[VOCABULARY["<|startoftext|>"]] = (0.1, 0.1, 0.1)
    return table


def _pack(text: bytes | None = None, picture: bytes | None = None, *, tail: str = _TAIL) -> Path:
    return pack(
        user_model_folder() / "tiny-clip",
        {
            "text.onnx": text or text_network(_table()),
            "picture.onnx": picture or mean_colour_network(),
            "vocab.json": json.dumps(VOCABULARY).encode(),
            "merges.txt": "\n".join(" ".join(pair) for pair in MERGES).encode(),
        },
        name="tiny-clip",
        task="text-image",
        adapter="clip",
        says=_SAYS,
        tail=tail,
        roles=("text", "picture", "vocabulary", "merges"),
    )


def test_without_a_pack_there_is_none_and_a_named_one_says_how_to_have_it() -> None:
    assert open_text_image() is None
    with pytest.raises(ModelMissing) as caught:
        open_text_image("clip-vit-b32")
    assert "models install clip-vit-b32" in caught.value.hint
    with pytest.raises(ModelMissing, match="no text-image model"):
        open_text_image("ssd-oidv4")


def test_words_fit_the_picture_of_what_they_say_best() -> None:
    _pack()
    model = open_text_image()
    assert model is not None

    texts = model.embed_texts(["Red", "blue"])
    pictures = model.embed_pictures([_RED, _BLUE])

    assert texts.shape == pictures.shape == (2, 3)
    assert texts.dtype == pictures.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-6)
    assert (texts @ pictures.T).argmax(axis=1).tolist() == [0, 1]
    assert model.provenance.model == "tiny-clip"


def test_nothing_asked_gives_no_rows() -> None:
    _pack()
    model = open_text_image()
    assert model is not None

    assert model.embed_texts([]).shape == (0, 3)
    assert model.embed_pictures([]).shape == (0, 3)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (300, 2, 3)])
@pytest.mark.parametrize("fit", ["pad", "crop", "letterbox", "stretch"])
def test_pictures_of_any_shape_fit_in(shape: tuple[int, int, int], fit: str) -> None:
    folder = _pack()
    card = folder / "card.toml"
    card.write_text(card.read_text().replace('fit = "stretch"', f'fit = "{fit}"\nfill = 1'))
    model = open_text_image()
    assert model is not None

    row = model.embed_pictures([np.full(shape, 200, np.uint8)])

    assert np.isfinite(row).all()


def test_what_is_no_picture_is_refused() -> None:
    _pack()
    model = open_text_image()
    assert model is not None

    with pytest.raises(ValueError, match="BGR"):
        model.embed_pictures([np.zeros((4, 4), np.uint8)])


def test_values_that_are_no_numbers_are_unusable() -> None:
    _pack(text=text_network(_table() * np.float32("nan")))

    with pytest.raises(ModelUnusable, match="no numbers"):
        open_text_image()


def test_vectors_of_another_length_are_unusable() -> None:
    _pack(tail="[settings]\ndimensions = 512\n")

    with pytest.raises(ModelUnusable, match=r"instead of \(1, 512\)"):
        open_text_image()


def test_vectors_without_a_direction_are_unusable() -> None:
    _pack(text=text_network(_table() * 0))

    with pytest.raises(ModelUnusable, match="without a direction"):
        open_text_image()


def test_a_damaged_file_of_the_pack_is_told_not_passed_over() -> None:
    folder = _pack()
    (folder / "merges.txt").write_bytes(b"l o")

    with pytest.raises(ModelCorrupt, match=r"merges\.txt"):
        open_text_image()
