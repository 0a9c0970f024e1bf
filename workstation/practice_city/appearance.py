"""Vectors of how people and cars look: who it is, from which side, by which camera, and noise.

The weights are such that the right one of 37 comes first as often as with the built-in vectors on
real people of two cameras (docs/appearance.md: 0.34 by one picture of each, 0.78 by four).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.types import BodyPart
from workstation.practice_city.streets import Floats, Ints

DIMENSIONS: Final = 64
SIDES: Final = 8
"""From how many sides one looks different."""
_GROUPS: Final = 20
"""Kinds of clothes and of cars, which many share."""
_OF_GROUP, _OF_SIDE, _OF_CAMERA, _OF_TRACK, _NOISE = 0.8, 1.6, 0.5, 1.7, 1.3
"""Weights against that of who it is, 1."""
_DARK_NOISE: Final = 1.8
"""So much more of it at night."""
UPPER: Final[Mapping[str, float]] = {
    "black": 0.26, "dark grey": 0.1, "grey": 0.1, "white": 0.13, "dark blue": 0.12, "blue": 0.07,
    "red": 0.07, "green": 0.04, "beige": 0.04, "brown": 0.03, "pink": 0.02, "yellow": 0.02,
}  # fmt: skip
LOWER: Final[Mapping[str, float]] = {
    "black": 0.36,
    "dark blue": 0.3,
    "blue": 0.1,
    "grey": 0.1,
    "beige": 0.08,
    "white": 0.06,
}
BODY: Final[Mapping[str, float]] = {
    "white": 0.27, "black": 0.22, "grey": 0.2, "dark grey": 0.08, "blue": 0.1, "red": 0.1,
    "green": 0.03,
}  # fmt: skip
MISTAKEN: Final[Mapping[str, str]] = {
    "black": "dark grey", "dark grey": "black", "grey": "white", "white": "grey",
    "dark blue": "black", "blue": "dark blue", "red": "brown", "brown": "red",
    "green": "dark green", "dark green": "green", "beige": "white", "pink": "red",
    "yellow": "beige",
}  # fmt: skip
"""What each colour is taken for when it is taken for another."""


@dataclass(frozen=True, eq=False)
class Looks:
    """What everybody looks like: `who (n, d)`, `sides (n, 8, d)` what is added from each side,
    `cameras (c, d)` what a camera adds; colours by part."""

    who: Floats
    sides: Floats
    cameras: Floats
    colours: tuple[Mapping[BodyPart, str], ...]

    def vectors(
        self,
        chance: np.random.Generator,
        who: int,
        camera: int,
        sides: Ints,
        *,
        dark: bool = False,
    ) -> NDArray[np.float32]:
        """One a picture, `(len(sides), d)` of length 1; `who` −1 is nobody."""
        noise = _NOISE * (_DARK_NOISE if dark else 1.0)
        made = chance.normal(0, noise, (len(sides), DIMENSIONS)) + self.cameras[camera]
        # Light, what is carried and how one walks are the same in all pictures of a track.
        made += chance.normal(0, _OF_TRACK, DIMENSIONS)
        if who >= 0:
            made += self.who[who] + self.sides[who, sides]
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        short: NDArray[np.float32] = made.astype(np.float32)
        return short


def make_looks(chance: np.random.Generator, *, people: int, cars: int, cameras: int) -> Looks:
    """Of so many people, then so many cars; who wears the same kind of clothes looks alike."""
    count = people + cars
    groups = chance.normal(0, _OF_GROUP, (2 * _GROUPS, DIMENSIONS))
    # Some clothes are worn by many.
    shares = 1 / np.arange(1, _GROUPS + 1) ** 0.7
    group = chance.choice(_GROUPS, count, p=shares / shares.sum())
    group[people:] += _GROUPS
    worn: list[Mapping[BodyPart, str]] = []
    for number in range(count):
        parts: dict[BodyPart, Mapping[str, float]]
        parts = {"upper": UPPER, "lower": LOWER} if number < people else {"body": BODY}
        worn.append({
            part: str(chance.choice(list(of), p=np.array(list(of.values())) / sum(of.values())))
            for part, of in parts.items()
        })  # fmt: skip
    return Looks(
        groups[group] + chance.normal(0, 1, (count, DIMENSIONS)),
        chance.normal(0, _OF_SIDE, (count, SIDES, DIMENSIONS)),
        chance.normal(0, _OF_CAMERA, (cameras, DIMENSIONS)),
        tuple(worn),
    )
