"""The class vocabulary: one small id per kind of object, the same for every detector.

Ids are stored in cases, so they are only ever added, never changed.
"""

from enum import IntEnum
from typing import Final


class ObjectClass(IntEnum):
    """A kind of object that Sightline looks for."""

    PERSON = 1
    BICYCLE = 2
    CAR = 3
    MOTORCYCLE = 4
    BUS = 5
    TRUCK = 6
    BACKPACK = 7
    HANDBAG = 8
    SUITCASE = 9
    DOG = 10

    @property
    def label(self) -> str:
        """The name shown to people and written to JSON."""
        return self.name.lower()


CLASS_NAMES: Final = {kind.label: kind for kind in ObjectClass}
