"""The networks that judge attributes, as far as they are installed; without them nothing is said.

"Not judged" and "no" are two things: a kind of object whose network is missing has no traits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from detection.appearance import Kind
from detection.attributes import is_too_small
from detection.errors import ModelMissing
from detection.labels import ObjectClass
from detection.person_attributes import (
    JUDGED,
    PERSON_ATTRIBUTES_MODEL,
    PersonAttributes,
    Trait,
    open_person_attributes,
)
from detection.types import ModelProvenance
from detection.vehicle_attributes import (
    VEHICLE_ATTRIBUTES_MODEL,
    VEHICLE_TYPE,
    VehicleAttributes,
    open_vehicle_attributes,
)
from video.types import Pixels

MODEL_OF: Final[Mapping[Kind, str]] = {
    "person": PERSON_ATTRIBUTES_MODEL,
    "vehicle": VEHICLE_ATTRIBUTES_MODEL,
}
JUDGED_NAMES: Final = frozenset({*JUDGED, VEHICLE_TYPE})
"""Attributes that some network of the catalogue judges."""
_UNTYPED: Final = frozenset({int(ObjectClass.MOTORCYCLE)})
"""Vehicles of which the network knows no kind: it would call them cars."""


JUDGING_RULES: Final = 1
"""Counts the changes of calibration, and of what is too small: other rules are another run."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The networks there are; None for one that is not installed or not wanted."""

    person: PersonAttributes | None = None
    vehicle: VehicleAttributes | None = None

    def options_as_dict(self) -> dict[str, object]:
        """Which networks judge, by name and hash, for provenance; None where none does."""
        judges = {"person": self.person, "vehicle": self.vehicle}
        return {
            "rules": JUDGING_RULES,
            **{
                kind: None if judge is None else _made(judge.provenance)
                for kind, judge in judges.items()
            },
        }

    def judge(
        self, picture: Pixels, kind: Kind, class_id: int | None = None
    ) -> Mapping[str, Trait]:
        """What is said of the BGR picture that a person or a vehicle (of that class) fills, by
        name; empty where no network is there for it, and of a picture too small to judge.

        Raises:
            ModelUnusable: a network fails, or gives values that are no numbers.
        """
        if is_too_small(picture, kind):
            return {}
        if kind == "person" and self.person is not None:
            return self.person.judge(picture)
        if kind == "vehicle" and self.vehicle is not None and class_id not in _UNTYPED:
            return self.vehicle.judge(picture)
        return {}


def open_judges(wanted: bool | None = None, *, threads: int = 1) -> Judges:
    """The networks that are installed (None), all of them (True), or none (False).

    Raises:
        ModelMissing: one that was asked for by True is not installed.
        ModelCorrupt, ModelUnusable: one that is there is not the known file, or cannot be run.
    """
    if wanted is False:
        return Judges()
    try:
        person = open_person_attributes(threads=threads)
    except ModelMissing:
        if wanted:
            raise
        person = None
    try:
        vehicle = open_vehicle_attributes(threads=threads)
    except ModelMissing:
        if wanted:
            raise
        vehicle = None
    return Judges(person, vehicle)


def _made(by: ModelProvenance) -> dict[str, object]:
    return {"model": by.model, "model_sha256": by.sha256, **by.options}
