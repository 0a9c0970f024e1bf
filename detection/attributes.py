"""What a person or vehicle looks like in words: colours of its parts, and whether to trust them.

Clothes and paint only; nothing here judges faces, skin, age, sex or where somebody comes from.

Light is taken out first, as one lens and one hour tint the whole picture: each channel is divided
by its mean over the picture (grey world; Finlayson & Trezzi 2004, "Shades of Gray and Colour
Constancy", is the family, of which the mean measured best here), and the whole is brightened or
darkened towards one exposure; both only in part, because a picture full of grass is really green
and one of night is really dark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from detection.appearance import Kind
from detection.colours import balanced_gains, colour_shares, oklab
from detection.preprocess import require_bgr, shrink
from video.types import Pixels

Part = Literal["upper", "lower", "body"]
Shares = tuple[tuple[str, float], ...]
"""Named colours with their shares 0..1, largest first."""

LEAST_SHARE: Final = 0.12
"""Colours with less of a part are not told: seams, shadows, a bit of background."""

# Where a part lies in the box: from and to, as shares of its height and of its width. A person's
# clothes without head and shoes; a vehicle's paint without windscreen, wheels and what is beside.
_PARTS: Final[Mapping[Kind, Mapping[Part, tuple[float, float, float, float]]]] = {
    "person": {"upper": (0.2, 0.5, 0.2, 0.8), "lower": (0.48, 0.8, 0.25, 0.75)},
    "vehicle": {"body": (0.34, 0.73, 0.12, 0.88)},
}
_SPREAD: Final[Mapping[Kind, tuple[float, float]]] = {"person": (0.8, 0.7), "vehicle": (2.0, 0.7)}
"""Widths of the weights about a part's middle, in halves of its width and height: a vehicle fills
its box from side to side."""
_LEAST_PART_HEIGHT: Final = 20
_LEAST_PART_WIDTH: Final = 8
_MOST_WIDTH, _MOST_HEIGHT = 48, 64

# 98 of 100 pixels of an infra-red picture lie so close together in hue and chroma over lightness
# (OKLab): 0 where it is grey, 0.02 to 0.06 under a tint. Of the day clips measured most are at 0.09
# to 0.26; a grey street with white cars has 0.016, and is doubted too: nothing in it shows that
# colour was seen.
_NO_SPREAD: Final = 0.03
_SPREAD_OF: Final = 98
# A picture, or what was cut out of it, of which no quarter reaches this lightness.
_DARK_PICTURE: Final = 0.30
_DARK_CROP: Final = 0.18
_SAMPLED: Final = 48

NO_COLOUR: Final = "the picture has almost no colour (night or infra-red)"
TOO_DARK: Final = "too dark to judge colours"
TOO_SMALL: Final = "too small to judge colours"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Colours by part, and why they cannot be trusted; `doubt` is empty where they can."""

    colours: Mapping[Part, Shares]
    doubt: str = ""


def judge_light(picture: Pixels) -> str:
    """Why no colour of this whole BGR picture can be trusted; empty where it can.

    A grey thing in a coloured picture is no reason: only the whole tells whether colour was seen.
    A faint tint over everything (infra-red light through a day lens) is no colour either.
    """
    require_bgr(picture)
    lab = oklab(sample(picture)).reshape(-1, 3)
    if np.percentile(lab[:, 0], 75) < _DARK_PICTURE:
        return TOO_DARK
    # A tint is as strong as the light: over lightness it is the same everywhere.
    tints = lab[:, 1:] / np.maximum(lab[:, :1], _DARK_PICTURE)
    away = np.linalg.norm(tints - np.median(tints, axis=0), axis=1)
    return NO_COLOUR if np.percentile(away, _SPREAD_OF) < _NO_SPREAD else ""


def sample(picture: Pixels) -> Pixels:
    """Some thousand pixels from all over the picture, as a picture: enough for `judge_light`.

    Picked, not averaged: the few coloured things must not be washed out.
    """
    rows, columns = (max(1, side // _SAMPLED) for side in picture.shape[:2])
    return picture[::rows, ::columns].copy()


def is_too_small(crop: Pixels, kind: Kind) -> bool:
    """Whether what fills the picture is shown too small, or too thin, to say what it is like: a
    part of it has fewer pixels than colours, or a network, can be judged by."""
    height, width = crop.shape[:2]
    return any(
        _is_small(crop[int(height * top) : int(height * bottom),
                       int(width * left) : int(width * right)])
        for top, bottom, left, right in _PARTS[kind].values()
    )  # fmt: skip


def _is_small(cut: Pixels) -> bool:
    height, width = cut.shape[:2]
    return bool(height < _LEAST_PART_HEIGHT or width < _LEAST_PART_WIDTH)


def describe(crop: Pixels, kind: Kind, light: str, *, whole: Pixels | None = None) -> Attributes:
    """The colours of what fills the BGR picture `crop`; `light` as `judge_light` said of the
    picture it was cut from, and `whole` that picture or a `sample` of it, by which light is taken
    out; without it light stays in."""
    require_bgr(crop)
    height, width = crop.shape[:2]
    colours: dict[Part, Shares] = {}
    doubt = light
    gains = None if whole is None else balanced_gains(whole)
    for part, (top, bottom, left, right) in _PARTS[kind].items():
        rows = slice(int(height * top), max(int(height * bottom), int(height * top) + 1))
        columns = slice(int(width * left), max(int(width * right), int(width * left) + 1))
        cut = crop[rows, columns]
        if not doubt and _is_small(cut):
            doubt = TOO_SMALL
        colours[part] = _shares(cut, gains, _SPREAD[kind])
    if not doubt and np.percentile(oklab(_fitted(crop))[..., 0], 90) < _DARK_CROP:
        doubt = TOO_DARK
    kept = {part: shares for part, shares in colours.items() if shares}
    return Attributes(kept, doubt)


def _shares(cut: Pixels, gains: NDArray[np.float32] | None, spread: tuple[float, float]) -> Shares:
    small = _fitted(cut)
    height, width = small.shape[:2]
    found = colour_shares(small, _towards_the_middle(height, width, spread), gains)
    return tuple((name, share) for name, share in found.items() if share >= LEAST_SHARE)


def _fitted(picture: Pixels) -> Pixels:
    """The picture, made smaller where it is large: averaging takes noise out, and time."""
    height, width = picture.shape[:2]
    return shrink(picture, width=min(width, _MOST_WIDTH), height=min(height, _MOST_HEIGHT))


def _towards_the_middle(
    height: int, width: int, spread: tuple[float, float]
) -> NDArray[np.float64]:
    """Weights `(height, width)`, less away from the middle: there is background, and the next
    garment."""
    across = (np.arange(width) - (width - 1) / 2) / (width / 2)
    down = (np.arange(height) - (height - 1) / 2) / (height / 2)
    weights: NDArray[np.float64] = np.outer(
        np.exp(-0.5 * (down / spread[1]) ** 2), np.exp(-0.5 * (across / spread[0]) ** 2)
    )
    return weights
