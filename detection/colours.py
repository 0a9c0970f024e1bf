"""Named colours in a perceptual space: pixels in, names and shares out.

The names are the basic colour terms that languages share (Berlin & Kay 1969), with those that
witnesses use beside them: beige, dark and light kinds. Their regions are drawn in OKLab (Ottosson
2020), where equal steps look equal, by lightness, chroma and hue; van de Weijer et al. 2009
("Learning Color Names for Real-World Applications") show that such regions must be wider for
footage than for painted chips, because light, dust and compression wash colours out.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.types import Pixels

COLOURS: Final = (
    "black", "dark grey", "grey", "white", "beige", "brown", "red", "orange", "yellow",
    "green", "dark green", "blue", "dark blue", "purple", "pink",
)  # fmt: skip
"""Every name there is; stored in cases, so names are only ever added."""

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
_GREY_CHROMA: Final = 0.032
_GREY_CHROMA_DARK: Final = 0.038
_DARK_LIGHTNESS: Final = 0.32
# Greys from here up: dark grey, grey, white (8-bit values 48, 102 and 196).
_GREYS_FROM: Final = (0.31, 0.51, 0.82)
_BLACK_UP_TO: Final = 0.20
"""Darker than this is black, whatever its hue."""

# Hues in degrees, from, and the name from there on; the last goes over 360 to the first.
_HUES: Final = (
    (18.0, "red"), (38.0, "orange"), (88.0, "yellow"), (114.0, "green"), (195.0, "blue"),
    (288.0, "purple"), (338.0, "pink"),
)  # fmt: skip


def oklab(picture: Pixels) -> NDArray[np.float32]:
    """A BGR picture `(…, 3) uint8` (sRGB) as OKLab `(…, 3)`: lightness 0..1, a, b."""
    lab: NDArray[np.float32] = np.cbrt(_LINEAR[picture] @ _TO_CONES) @ _TO_LAB
    return lab


def name_pixels(picture: Pixels) -> NDArray[np.intp]:
    """Where in `COLOURS` the name of each pixel of a BGR picture stands, `(h, w)`."""
    lab = oklab(picture)
    lightness = lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    names = _by_hue(lightness, chroma, hue)
    margin = np.where(lightness < _DARK_LIGHTNESS, _GREY_CHROMA_DARK, _GREY_CHROMA)
    greys = np.searchsorted(_GREYS_FROM, lightness, side="right")
    names = np.where(chroma < margin, greys, names)
    return np.where(lightness < _BLACK_UP_TO, _at("black"), names)


def colour_shares(picture: Pixels, weights: NDArray[np.floating]) -> dict[str, float]:
    """How much of a BGR picture each named colour has, largest first; absent ones left out.

    `weights (h, w)` say how much each pixel counts. The shares sum up to 1 (but for rounding), or
    to 0 where nothing counts.
    """
    total = float(weights.sum())
    if total <= 0:
        return {}
    counted = np.bincount(
        name_pixels(picture).ravel(), weights.ravel(), minlength=len(COLOURS)
    ) / max(total, np.finfo(float).tiny)
    order = np.argsort(-counted, kind="stable")
    return {COLOURS[at]: float(counted[at]) for at in order if counted[at] > 0}


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
    rename("blue", "dark blue", lightness < 0.38)
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
