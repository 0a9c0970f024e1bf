"""The class vocabulary: one small id per kind of object, the same for every detector.

Ids are stored in cases, so they are only ever added, never changed.
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


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

VEHICLES: Final = (ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK)
"""One vehicle may look like each of these from frame to frame: a van is a car and a truck."""

_GROUP_OF: Final = np.array(
    [ObjectClass.CAR if number in VEHICLES else number for number in range(max(ObjectClass) + 1)],
    np.int16,
)


def groups(class_ids: NDArray[np.int16]) -> NDArray[np.int16]:
    """The group of classes that each belongs to, `(n,)`: those of one group may be one object.

    Classes we do not know are each a group of their own.
    """
    known = (class_ids >= 0) & (class_ids < len(_GROUP_OF))
    inside = np.clip(class_ids, 0, len(_GROUP_OF) - 1)
    return np.where(known, _GROUP_OF[inside], class_ids).astype(np.int16)
