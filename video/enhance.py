"""Making a picture easier to see: arrays in, arrays out, and the recipe that was applied.

A recipe is recorded beside a picture and never burned into footage. What a viewer sees is made
at the size of the screen; a still at 1:1 is made by the same steps from more pixels, so noise is
not removed over the same distance on the scene.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Final, Literal, TypeAlias, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from video.types import Frame, Pixels

Deinterlace: TypeAlias = Literal["off", "blend", "bob"]
DEINTERLACE: Final[tuple[Deinterlace, ...]] = get_args(Deinterlace)
GAMMA_RANGE: Final = (0.1, 10.0)
_REACH_PX: Final = 5
_TONES: Final = 60.0
"""Brightness differences (of 255) that count as noise at full strength."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done to a picture, in this order: average, deinterlace, denoise, levels."""

    deinterlace: Deinterlace = "off"
    """`blend` mixes each row with its neighbours; `bob` keeps the top field (rows 0, 2, …) and
    makes the other rows from it."""
    black: float = 0.0
    """What becomes black: 0 to below `white`, as a share of full brightness."""
    white: float = 1.0
    """What becomes white: above `black` to 1."""
    gamma: float = 1.0
    """Above 1 lifts the dark parts, below 1 lowers them."""
    denoise: float = 0.0
    """Strength, 0 to 1."""
    averaged: int = 1
    """Pictures that were averaged into this one before all else."""

    def __post_init__(self) -> None:
        if self.deinterlace not in DEINTERLACE:
            raise ValueError(f"deinterlace is one of {', '.join(DEINTERLACE)}")
        if not 0 <= self.black < self.white <= 1:
            raise ValueError("black must be below white, both between 0 and 1")
        if not GAMMA_RANGE[0] <= self.gamma <= GAMMA_RANGE[1]:
            raise ValueError(f"gamma lies between {GAMMA_RANGE[0]} and {GAMMA_RANGE[1]:.0f}")
        if not 0 <= self.denoise <= 1:
            raise ValueError("denoise lies between 0 and 1")
        if self.averaged < 1:
            raise ValueError("at least one picture is averaged")

    @property
    def is_plain(self) -> bool:
        """Whether it changes nothing."""
        return self == _PLAIN

    def steps(self) -> tuple[str, ...]:
        """What is done, in words and in order; empty where nothing is."""
        steps = []
        if self.averaged > 1:
            steps.append(f"average of {self.averaged} pictures")
        if self.deinterlace == "blend":
            steps.append("deinterlaced: rows blended")
        elif self.deinterlace == "bob":
            steps.append("deinterlaced: top field only")
        if self.denoise:
            steps.append(f"denoise {self.denoise:.2f}")
        if self.black > 0:
            steps.append(f"black {self.black:.2f}")
        if self.white < 1:
            steps.append(f"white {self.white:.2f}")
        if self.gamma != 1:
            steps.append(f"gamma {self.gamma:.2f}")
        return tuple(steps)

    def to_json(self) -> str:
        """All of it as one JSON object."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Recipe":
        """What `to_json` gave; `ValueError` where it is no recipe."""
        found = json.loads(text)
        if not isinstance(found, dict) or not found.keys() <= {one.name for one in fields(cls)}:
            raise ValueError("this is no recipe for a picture")
        try:
            return cls(**found)
        except TypeError as error:
            raise ValueError("this is no recipe for a picture") from error


_PLAIN: Final = Recipe()


def apply(pixels: Pixels, recipe: Recipe) -> Pixels:
    """The picture after every step but averaging (which needs several: `average`).

    Same shape, read-only; a plain recipe gives the very array back. A fourth channel stays as it
    is. Rows must be those of the recording where it is deinterlaced: before any scaling.
    """
    colours = pixels[..., :3] if pixels.ndim == 3 and pixels.shape[2] == 4 else pixels
    made = colours
    if recipe.deinterlace == "blend":
        made = _blend(made)
    elif recipe.deinterlace == "bob":
        made = _bob(made)
    if recipe.denoise:
        made = _denoise(made, recipe.denoise)
    if (recipe.black, recipe.white, recipe.gamma) != (0, 1, 1):
        table = _levels(recipe.black, recipe.white, recipe.gamma)
        made = _array(cv2.LUT(np.ascontiguousarray(made), table), made)
    if made is colours:
        return pixels
    if colours is not pixels:
        made = np.dstack((made, pixels[..., 3]))
    made.flags.writeable = False
    return made


def average(pictures: Iterable[Pixels]) -> Pixels:
    """The mean of pictures of one shape, each value rounded to the nearest, halves up.

    Summed in whole numbers, so their order does not matter. They are not aligned: what moves in
    the picture, or the camera itself, leaves a trace. `ValueError` without pictures, and where
    they are not of one shape.
    """
    total: NDArray[np.uint32] | None = None
    count = 0
    for picture in pictures:
        if total is None:
            total = np.zeros(picture.shape, np.uint32)
        if picture.shape != total.shape:
            raise ValueError(f"pictures of {total.shape} and of {picture.shape} have no mean")
        total += picture
        count += 1
    if total is None:
        raise ValueError("there is no picture to average")
    mean = ((2 * total.astype(np.uint64) + count) // (2 * count)).astype(np.uint8)
    mean.flags.writeable = False
    return mean


def for_screen(frame: Frame, width: int, height: int, recipe: Recipe) -> Pixels:
    """A frame upright and scaled, `(height, width, 4) uint8`, with the recipe applied, read-only.

    Deinterlaced before it is scaled, for scaling mixes the fields; the rest is done at the size of
    the screen, where there is less to do.
    """
    if recipe.deinterlace == "off":
        return apply(frame.bgra(width, height), recipe)
    whole = apply(frame.bgr(), Recipe(deinterlace=recipe.deinterlace))
    smaller = width * height < whole.shape[0] * whole.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    scaled = cv2.cvtColor(cv2.resize(whole, (width, height), interpolation=way), cv2.COLOR_BGR2BGRA)
    rest = Recipe(
        black=recipe.black, white=recipe.white, gamma=recipe.gamma, denoise=recipe.denoise
    )
    made = apply(scaled.astype(np.uint8, copy=False), rest)
    made.flags.writeable = False
    return made


def _array(made: object, like: Pixels) -> Pixels:
    """What OpenCV gives, in the shape that went in."""
    return np.asarray(made, np.uint8).reshape(like.shape)


def _blend(pixels: Pixels) -> Pixels:
    """Each row as (above + 2 x itself + below + 2) / 4: the linear blend of FFmpeg's `pp=lb`."""
    rows = pixels.astype(np.uint16)
    above = np.concatenate((rows[:1], rows[:-1]))
    below = np.concatenate((rows[1:], rows[-1:]))
    return ((above + 2 * rows + below + 2) // 4).astype(np.uint8)


def _bob(pixels: Pixels) -> Pixels:
    """The top field, its missing rows as the mean of their neighbours (line averaging: de Haan
    and Bellers, "Deinterlacing - an overview", Proc. IEEE 86(9), 1998)."""
    made = np.array(pixels)
    top = pixels[0::2].astype(np.uint16)
    missing = pixels.shape[0] // 2
    below = np.concatenate((top[1:], top[-1:]))
    made[1::2] = ((top[:missing] + below[:missing] + 1) // 2).astype(np.uint8)
    return made


def _denoise(pixels: Pixels, strength: float) -> Pixels:
    """A bilateral filter over 5 pixels (Tomasi and Manduchi, "Bilateral filtering for gray and
    color images", ICCV 1998): edges stay, and it is cheap enough to play with."""
    flat = np.ascontiguousarray(pixels)
    return _array(cv2.bilateralFilter(flat, _REACH_PX, _TONES * strength, _REACH_PX / 2), pixels)


@lru_cache(maxsize=64)
def _levels(black: float, white: float, gamma: float) -> Pixels:
    """The new value of each of 256: from black to white stretched, then raised to 1 / gamma."""
    stretched = np.clip((np.arange(256) / 255 - black) / (white - black), 0, 1)
    return np.floor(255 * stretched ** (1 / gamma) + 0.5).astype(np.uint8)
