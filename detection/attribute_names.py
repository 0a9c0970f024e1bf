"""The vocabulary of attributes: names and values that cases store and searches ask for.

Only what a witness may say of clothing, of things carried and of vehicles. Nothing of a body, a
face, sex, age or origin has a name here, so that no adapter can store it.
"""

from collections.abc import Mapping
from typing import Final

PERSON_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "bag": ("yes", "no"),
    "backpack": ("yes", "no"),
    "hat": ("yes", "no"),
    "sleeves": ("long", "short"),
    "trousers": ("long", "short"),
    "coat": ("yes", "no"),
}
VEHICLE_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "vehicle type": ("car", "bus", "truck", "van"),
}
ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {**PERSON_ATTRIBUTES, **VEHICLE_ATTRIBUTES}
"""Every name with its values; stored in cases, so they are only ever added."""
