"""Named colours in a perceptual space: pixels in, names and shares out.

The names are the basic colour terms that languages share (Berlin & Kay 1969), with those that
witnesses use beside them: beige, dark and light kinds. Their regions are drawn in OKLab (Ottosson
2020), where equal steps look equal, by lightness, chroma and hue; van de Weijer et al. 2009
("Learning Color Names for Real-World Applications") show that such regions must be wider for
footage than for painted chips, because light, dust and compression wash colours out.

A pixel near a border of regions belongs to both sides of it in part, as in fuzzy colour naming
(Benavente, Vanrell & Baldrich 2008, "Parametric fuzzy sets for automatic color naming"); here
each region is blurred by how far off a camera's colours are, so that no further sets need drawing.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.types import Pixels

COLOURS: Final = (
    "black", "dark grey", "grey", "white", "beige", "brown", "red", "orange", "yellow",
    "green", "dark green", "blue", "dark blue", "purple", "pink",
)  # fmt: skip
"""Every name there is; stored in cases, so names are only ever added."""

COLOUR_RULES: Final = 2
"""Counts the changes of what a pixel is called: shares of different rules are not the same."""

DARK: Final = ("black", "dark grey", "brown", "dark green", "dark blue")
LIGHT: Final = ("white", "beige", "grey", "yellow", "pink")
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "grey": ("grey", "dark grey"),
    "blue": ("blue", "dark blue"),
    "green": ("green", "dark green"),
    "dark": DARK,
    "light": LIGHT,
}
"""What a word of a person stands for, where it is more than itself."""

# Ottosson 2020, "A perceptual color space for image processing": linear red, green, blue to cone
# responses, and their cube roots to lightness, green-red, blue-yellow.
_RGB_TO_CONES: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_CONES_TO_LAB: Final = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
# As they are multiplied from the right: one column a result, and blue first.
_TO_CONES: Final = np.array(_RGB_TO_CONES, np.float32).T[::-1].copy()
_TO_LAB: Final = np.array(_CONES_TO_LAB, np.float32).T.copy()


def _linear() -> NDArray[np.float32]:
    """The light that each 8-bit value of sRGB stands for, 0..1, `(256,)`."""
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )


_LINEAR: Final = _linear()

# Below this chroma a pixel has no hue to speak of; in the dark and near white, noise and the
# light's own colour need a wider margin.
_GREY_CHROMA: Final = 0.036
_GREY_CHROMA_DARK: Final = 0.028
_DARK_LIGHTNESS: Final = 0.40
# Cameras see purple where there is none: what is less than clearly so is grey.
_PURPLES: Final = (288.0, 345.0)
_GREY_CHROMA_PURPLE: Final = 0.02
# Greys from here up: dark grey, grey, white.
_GREYS_FROM: Final = (0.31, 0.48, 0.745)
_DARK_BLUE: Final = 0.36
# How much of a picture's tint, and of its exposure, is taken out; measured on the labelled half
# for tuning (docs/attributes.md).
_BALANCED: Final = 0.7
_TINTS: Final = (0.8, 1.25)
"""No more than so much: a picture that one red car fills is not lit red."""
_EXPOSED: Final = 0.5
_BRIGHT: Final = 0.79
_BRIGHT_PERCENT: Final = 90
_EXPOSURES: Final = (0.7, 3.0)
_TINY: Final = 1e-4
_BLACK_UP_TO: Final = 0.18
"""Darker than this is black, whatever its hue."""

# How far off a measured lightness is, and a measured a or b; chosen on the labelled half for
# tuning.
_BLUR_LIGHTNESS: Final = 0.04
_BLUR_HUES: Final = 0.018
_LEAST_MEMBERSHIP: Final = 0.05
"""A name that a pixel has less of than this, it does not have."""
# The table of memberships: OKLab's bounds, and steps somewhat under the blurs; regions are drawn
# twice as fine.
_LIGHTNESS_TO: Final = 1.2
_LIGHTNESS_STEPS: Final = 31
_HUES_TO: Final = 0.3
_HUES_STEPS: Final = 51

# Hues in degrees, from, and the name from there on; the last goes over 360 to the first.
_HUES: Final = (
    (18.0, "red"), (38.0, "orange"), (88.0, "yellow"), (114.0, "green"), (195.0, "blue"),
    (288.0, "purple"), (338.0, "pink"),
)  # fmt: skip


def oklab(picture: Pixels, gains: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """A BGR picture `(…, 3) uint8` (sRGB) as OKLab `(…, 3)`: lightness 0..1 (above, where `gains`
    brighten it beyond white), a, b. `gains (3,)` multiply the light of blue, green, red."""
    light = _LINEAR[picture] if gains is None else _LINEAR[picture] * gains
    lab: NDArray[np.float32] = np.cbrt(light @ _TO_CONES) @ _TO_LAB
    return lab


def balanced_gains(whole: Pixels) -> NDArray[np.float32]:
    """What takes the light out of a BGR picture, for `oklab`: `(3,)` for blue, green, red."""
    light = _LINEAR[whole].reshape(-1, 3).astype(np.float64)
    mean = light.mean(axis=0) + _TINY
    tint = np.clip((mean.mean() / mean) ** _BALANCED, *_TINTS)
    bright = np.percentile(light.mean(axis=1), _BRIGHT_PERCENT) + _TINY
    exposure = np.clip((_BRIGHT / bright) ** _EXPOSED, *_EXPOSURES)
    return np.asarray(tint * exposure, np.float32)


def name_pixels(picture: Pixels, gains: NDArray[np.float32] | None = None) -> NDArray[np.intp]:
    """Where in `COLOURS` the name of each pixel of a BGR picture stands, `(h, w)`."""
    return _names(oklab(picture, gains))


def _names(lab: NDArray[np.float32]) -> NDArray[np.intp]:
    """Where in `COLOURS` the name of each colour of OKLab `(…, 3)` stands, `(…)`."""
    lightness = lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    names = _by_hue(lightness, chroma, hue)
    margin = np.where(lightness < _DARK_LIGHTNESS, _GREY_CHROMA_DARK, _GREY_CHROMA)
    purple = (hue > _PURPLES[0]) & (hue < _PURPLES[1]) | (hue < _HUES[0][0])
    margin = np.where(purple, margin + _GREY_CHROMA_PURPLE, margin)
    greys = np.searchsorted(_GREYS_FROM, lightness, side="right")
    names = np.where(chroma < margin, greys, names)
    return np.where(lightness < _BLACK_UP_TO, _at("black"), names)


def colour_shares(
    picture: Pixels, weights: NDArray[np.floating], gains: NDArray[np.float32] | None = None
) -> dict[str, float]:
    """How much of a BGR picture each named colour has, largest first; absent ones left out.

    `gains` take the light out, see `balanced_gains`; None leaves it in. `weights (h, w)` say how
    much each pixel counts. The shares sum up to 1 (but for rounding), or to 0 where nothing counts.
    Pixels near a border count on both sides of it; the name of most pixels stays first all the
    same, with the largest share.
    """
    total = float(weights.sum())
    if total <= 0:
        return {}
    lab = oklab(picture, gains)
    of_each = weights.ravel() / max(total, np.finfo(float).tiny)
    counted = of_each @ _memberships(lab).reshape(-1, len(COLOURS))
    most = int(np.bincount(_names(lab).ravel(), of_each).argmax())
    first = int(counted.argmax())
    counted[[most, first]] = counted[[first, most]]
    order = np.argsort(-counted, kind="stable")
    return {COLOURS[at]: float(counted[at]) for at in order if counted[at] > 0}


def _memberships(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much each colour of OKLab `(…, 3)` belongs to each of `COLOURS`, `(…, 15)`, sums of 1."""
    lightness = lab[..., 0] * ((_LIGHTNESS_STEPS - 1) / _LIGHTNESS_TO)
    hues = (lab[..., 1:] + _HUES_TO) * ((_HUES_STEPS - 1) / (2 * _HUES_TO))
    row = np.clip(np.rint(lightness), 0, _LIGHTNESS_STEPS - 1).astype(np.intp)
    a, b = np.moveaxis(np.clip(np.rint(hues), 0, _HUES_STEPS - 1).astype(np.intp), -1, 0)
    belongs: NDArray[np.float32] = _table()[row, a, b]
    return belongs


@cache
def _table() -> NDArray[np.float32]:
    """Memberships over lightness, a and b, `(31, 51, 51, 15)`: 5 MB, made in a moment."""
    fine_lightness = np.linspace(0, _LIGHTNESS_TO, 2 * _LIGHTNESS_STEPS - 1, dtype=np.float32)
    fine_hues = np.linspace(-_HUES_TO, _HUES_TO, 2 * _HUES_STEPS - 1, dtype=np.float32)
    grid = np.stack(np.meshgrid(fine_lightness, fine_hues, fine_hues, indexing="ij"), axis=-1)
    table = np.eye(len(COLOURS), dtype=np.float32)[_names(grid)]
    blurs = (_BLUR_LIGHTNESS, _BLUR_HUES, _BLUR_HUES)
    for axis, (fine, blur) in enumerate(
        zip((fine_lightness, fine_hues, fine_hues), blurs, strict=True)
    ):
        away = (fine[::2, None] - fine[None, :]) / blur
        near = np.exp(-0.5 * away**2)
        near /= near.sum(axis=1, keepdims=True)
        table = np.moveaxis(np.tensordot(near, table, axes=(1, axis)), 0, axis)
    table[table < _LEAST_MEMBERSHIP] = 0
    table /= table.sum(axis=-1, keepdims=True)
    return np.asarray(table, np.float32)


def _by_hue(
    lightness: NDArray[np.float32], chroma: NDArray[np.float32], hue: NDArray[np.float32]
) -> NDArray[np.intp]:
    """Names of pixels that have a hue."""
    starts = [start for start, _ in _HUES]
    named = np.array([_at(name) for _, name in _HUES])
    names = named[(np.searchsorted(starts, hue, side="right") - 1) % len(_HUES)]

    def rename(old: str, new: str, where: NDArray[np.bool_]) -> None:
        names[(names == _at(old)) & where] = _at(new)

    dark_warm = (lightness < 0.62) & (chroma < 0.14)
    pale_warm = (lightness >= 0.62) & (chroma < 0.10)
    rename("blue", "dark blue", lightness < _DARK_BLUE)
    # Pale yellow is beige, and so is pale orange: sand, cream, tan.
    for name in ("orange", "yellow"):
        rename(name, "beige", pale_warm)
    rename("orange", "brown", dark_warm | (lightness < 0.50))
    rename("yellow", "green", (lightness < 0.62) & (hue >= 100))
    rename("green", "dark green", lightness < 0.505)
    rename("yellow", "brown", lightness < 0.62)
    # Red is deep; washed out it is pink when light and brown when dark.
    rename("red", "pink", (lightness >= 0.68) & (chroma < 0.17))
    rename("red", "brown", (lightness < 0.55) & (chroma < 0.09))
    rename("pink", "red", (lightness < 0.64) & (hue < 18))
    rename("pink", "red", (lightness < 0.56) & (hue >= 352))
    rename("pink", "purple", (lightness < 0.60) & (hue >= 338))
    rename("purple", "pink", (lightness >= 0.62) & (hue >= 320))
    return names


def _at(name: str) -> int:
    return COLOURS.index(name)
