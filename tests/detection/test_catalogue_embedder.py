"""Appearance models of the catalogue: everything is read from the card."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detection.appearance import embedder_names, open_embedder
from detection.catalogue_embedder import CatalogueEmbedder
from detection.errors import ModelMissing, ModelUnusable
from detection.model_cards import InputRecipe, ModelCard
from detection.models import card
from resources.errors import UserError
from resources.paths import shared_test_data
from tests.support.tiny_networks import constant_network
from video.stills import read_picture
from video.types import Pixels

OSNET = "osnet-x0-25"


def described(**changes: object) -> ModelCard:
    recipe = InputRecipe("a picture", 32, 64, "rgb", scale=1 / 255)
    made = replace(card(OSNET), input=recipe, settings={"output": "vector", "dimensions": 4})
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of the card


def picture(value: int = 90) -> Pixels:
    return np.full((80, 40, 3), value, np.uint8)


def test_vehicle_model_comes_in_by_its_card_and_embeds_no_people() -> None:
    network = constant_network({"vector": (1, 4)}, 3.0)
    embedder = CatalogueEmbedder(network, described(task="vehicle-appearance"))
    assert embedder.kinds == ("vehicle",)
    assert embedder.embed([picture()], "vehicle").tolist() == [[0.5] * 4]
    assert embedder.embed([picture()], "person").shape == (1, 0)


def test_recipe_is_part_of_what_made_a_vector() -> None:
    network = constant_network({"vector": (1, 4)}, 1.0)
    one = CatalogueEmbedder(network, described())
    recipe = replace(described().input, mean=(0.5, 0.5, 0.5))
    other = CatalogueEmbedder(network, described(input=recipe))
    assert one.provenance.options != other.provenance.options


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": "detect"}, "not for appearance"),
        ({"settings": {"output": "vector"}}, "lacks"),
        ({"settings": {"output": "vector", "dimensions": 5}}, r"instead of \(1, 5\)"),
        ({"input": InputRecipe("no size")}, "lacks"),
        ({"input": InputRecipe("cut", 32, 64, fit="crop")}, "asks for 'crop'"),
    ],
)
def test_card_that_does_not_fit_is_refused(changes: dict[str, object], said: str) -> None:
    network = constant_network({"vector": (1, 4)}, 1.0)
    with pytest.raises(ModelUnusable, match=said):
        CatalogueEmbedder(network, described(**changes))


@pytest.mark.parametrize(("value", "said"), [(0.0, "vector of zeros"), (float("nan"), "numbers")])
def test_network_that_tells_nothing_is_refused(value: float, said: str) -> None:
    with pytest.raises(ModelUnusable, match=said):
        CatalogueEmbedder(constant_network({"vector": (1, 4)}, value), described())


def test_missing_model_says_what_it_adds_and_unknown_name_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSTATION_HOME", str(tmp_path))
    monkeypatch.delenv("WORKSTATION_MODELS", raising=False)
    assert embedder_names()[0] == "ssd-parts"
    with pytest.raises(ModelMissing, match="not installed"):
        open_embedder(OSNET)
    with pytest.raises(UserError, match="no embedder named nobody") as refused:
        open_embedder("nobody")
    assert OSNET in str(refused.value.__dict__) + str(refused.value)


def test_osnet_puts_the_same_person_of_another_camera_before_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = shared_test_data()
    if data is None:
        pytest.skip("the shared test data is not here")
    monkeypatch.setenv("WORKSTATION_MODELS", str(data / "data" / "models"))
    monkeypatch.setenv("WORKSTATION_DEVICE", "cpu")
    embedder = open_embedder(OSNET)
    folder = data / "data" / "reid" / "pku_reid"
    people = sorted({path.name.split("_")[0] for path in folder.glob("*.png")})[:12]
    query, gallery = (
        embedder.embed(
            [
                read_picture(folder / f"{one}_{camera}_{way}.png")
                for one in people
                for way in "1357"
            ],
            "person",
        )
        for camera in ("01", "02")
    )
    of = np.repeat(np.arange(len(people)), 4)
    right = of[(query @ gallery.T).argmax(axis=1)] == of
    # Measured 0.58 among 37 people with eight pictures each; chance would be 0.08 here.
    assert right.mean() >= 0.5
