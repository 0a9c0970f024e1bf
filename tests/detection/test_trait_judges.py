"""Attribute networks behind their adapters: names, what is dropped, what is refused."""

from pathlib import Path

import numpy as np
import pytest

from detection import models, person_attributes, trait_judges
from detection.attribute_names import ATTRIBUTES
from detection.errors import ModelMissing, ModelUnusable
from detection.labels import ObjectClass
from detection.models import card
from detection.person_attributes import JUDGED, PersonAttributes
from detection.trait_judges import JUDGING_RULES, Judges, open_judges
from detection.vehicle_attributes import VehicleAttributes
from resources.paths import shared_test_data
from tests.support.tiny_networks import constant_network

_OUTPUTS = {"attributes": (1, 8, 1, 1)}
PICTURE = np.full((160, 80, 3), 90, np.uint8)


def person(value: float) -> PersonAttributes:
    content = constant_network(_OUTPUTS, value)
    return PersonAttributes(content, card("person-attributes-0230"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shared_test_data() / "data" / "models"
    if not folder.is_dir():
        pytest.skip("the shared test data is not here")
    monkeypatch.setenv("WORKSTATION_MODELS", str(folder))
    return folder


def test_every_attribute_has_a_known_name_and_value() -> None:
    for value in (0.0, 0.3, 0.7, 1.0):
        said = person(value).judge(PICTURE)
        assert set(said) == set(JUDGED)
        assert all(one.value in ATTRIBUTES[name] for name, one in said.items())
        assert all(0.5 <= one.confidence <= 1 for one in said.values())


def test_sex_and_hair_never_leave_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = person(0.0)
    # As the network orders them; the two that must not be known are given values to be found by.
    raw = np.array([0.97, 0.1, 0.9, 0.2, 0.6, 0.7, 0.93, 0.3], np.float32).reshape(1, 8, 1, 1)
    monkeypatch.setattr(adapter._session, "run", lambda values, outputs: [raw])
    said = adapter.judge(PICTURE)
    assert {name: one.value for name, one in said.items()} == {
        "bag": "no", "backpack": "yes", "hat": "no", "sleeves": "long", "trousers": "long",
    }  # fmt: skip
    # Whatever the network says of the two, nothing that is given changes.
    raw[0, [0, 6]] = 0.02
    assert adapter.judge(PICTURE) == said
    assert len(adapter._chances(PICTURE)) == len(said) == 5
    spoken = " ".join([*said, *(one.value for one in said.values()), *ATTRIBUTES])
    assert not any(word in spoken for word in ("male", "hair", "sex", "gender"))


def test_wrong_shapes_and_numbers_are_refused_in_one_line() -> None:
    wrong = constant_network({"attributes": (1, 7, 1, 1)})
    with pytest.raises(ModelUnusable, match="gives attributes as") as error:
        PersonAttributes(wrong, card("person-attributes-0230"))
    assert "\n" not in str(error.value)
    with pytest.raises(ModelUnusable, match="no numbers"):
        person(float("nan"))
    with pytest.raises(ModelUnusable):
        VehicleAttributes(constant_network({"color": (1, 7)}), card("vehicle-attributes-0039"))


def test_without_the_models_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(wanted: object) -> bytes:
        raise ModelMissing("not installed", "Install it.")

    monkeypatch.setattr(person_attributes, "load", missing)
    monkeypatch.setattr("detection.vehicle_attributes.load", missing)
    judges = open_judges()
    assert judges == Judges()
    assert judges.judge(PICTURE, "person") == {}
    assert judges.options_as_dict() == {"rules": JUDGING_RULES, "person": None, "vehicle": None}
    with pytest.raises(ModelMissing):
        open_judges(True)


def test_pictures_too_small_or_too_thin_are_not_judged() -> None:
    judges = Judges(person(0.7))
    assert judges.judge(PICTURE, "person")
    for height, width in ((50, 40), (160, 10), (1, 1)):
        assert judges.judge(np.full((height, width, 3), 90, np.uint8), "person") == {}


def test_networks_of_the_catalogue_judge_and_are_named(installed: Path) -> None:
    judges = open_judges(True)
    said = judges.judge(PICTURE, "person")
    assert set(said) == set(JUDGED)
    assert judges.judge(PICTURE, "person") == said
    (kind,) = judges.judge(PICTURE, "vehicle", int(ObjectClass.CAR)).items()
    assert kind[0] == "vehicle type"
    assert kind[1].value in ATTRIBUTES["vehicle type"]
    assert judges.judge(PICTURE, "vehicle", int(ObjectClass.MOTORCYCLE)) == {}
    made = judges.options_as_dict()["person"]
    assert made == {
        "model": "person-attributes-0230",
        "model_sha256": "aecbf7f8e0342253357b13b190ba8b65e48459215c04aea5f0f555887509bb5a",
    }
    assert open_judges(False).judge(PICTURE, "person") == {}
    assert models.card(trait_judges.MODEL_OF["person"]).task == "person-attributes"
