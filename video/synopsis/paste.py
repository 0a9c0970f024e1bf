"""Cut-outs laid over an empty picture, their tone moved from where they came from to there.

Arrays only; knows nothing of schedules.

Where an object's rim still holds some of the ground it was cut from, it stands out as soon as the
ground shown is brighter or darker: a halo. Poisson blending (P. Pérez, M. Gangnet, A. Blake,
"Poisson Image Editing", SIGGRAPH 2003) spreads the difference along the seam over the whole
object and solves a system for each. Here both grounds are known everywhere, as plates, so their
smoothed ratio is used in place of that solution: one small picture for each pair of plates.
"""

from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.types import Cutout, Spot
from video.types import Pixels

Coarse = NDArray[np.float32]
"""A plate, much smaller: `(rows, columns, 3)` BGR in 0..255."""
Tone = NDArray[np.float32]
"""What colours are multiplied by, `(rows, columns, 3)`, coarse, over a whole stage."""
Alpha = NDArray[np.uint8]
"""Which pixels are the object, `(h, w)`, 255 where they are."""

_CELL_PX: Final = 16
_DARK: Final = 4.0
"""Added to both grounds: the ratio of two blacks is noise."""
_DARKEST: Final = 0.4
_BRIGHTEST: Final = 2.5
_SAME: Final = 0.02
"""A tone closer to 1 than this changes nothing that could be seen."""
_EVEN: Final = 0.03
"""A tone that differs by less than this over an object is one tone."""
_GROUND_LIKE: Final = 12
_OBJECT_LIKE: Final = 30
_STEEP: Final = np.interp(np.arange(256), (_GROUND_LIKE, _OBJECT_LIKE), (0, 255)).astype(np.uint8)
_RIM_PX: Final = 3
"""How far into a mask some ground may reach."""
_LINE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
_CORE: Final = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _RIM_PX + 1, 2 * _RIM_PX + 1))


class Pack(Protocol):
    """What the composer asks of a pack."""

    def cutout(self, spot: Spot) -> Cutout:
        """The object at a spot. Raises VideoError."""

    def plate(self, spot: Spot) -> Pixels:
        """The empty picture at a spot, `(h, w, 3)` BGR. Raises VideoError."""


def coarse(plate: Pixels) -> Coarse:
    """A plate in cells of 16 pixels, each the mean of its pixels."""
    height, width = plate.shape[:2]
    cells = max(round(width / _CELL_PX), 1), max(round(height / _CELL_PX), 1)
    return np.asarray(cv2.resize(plate, cells, interpolation=cv2.INTER_AREA), np.float32)


def tone_between(own: Coarse, shown: Coarse) -> Tone:
    """What makes the tone of one plate that of another, both of one size.

    A car that stands in one of them only is no change of tone: what is small is smoothed away.
    """
    ratio = np.asarray((shown + _DARK) / (own + _DARK), np.float32)
    # The median takes away what differs in a few cells, the blur what is left of the edges.
    for _ in range(2):
        ratio = np.asarray(cv2.medianBlur(ratio, 5), np.float32)
    smooth = cv2.GaussianBlur(ratio, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)
    tone: Tone = np.clip(smooth, _DARKEST, _BRIGHTEST, dtype=np.float32)
    return tone


def paste(
    ground: Pixels,
    cutout: Cutout,
    at: tuple[int, int],
    tone: Tone | None,
    alpha: Alpha | None = None,
) -> None:
    """Lays a cut-out over a picture, which is changed, its top left corner at `at` (x, y).

    What lies outside the picture is left out. `tone` covers the whole ground; None where the
    object was cut from the ground that is shown. `alpha` takes the place of the cut-out's own.
    """
    alpha = cutout.alpha if alpha is None else alpha
    (x, y), (high, wide) = at, alpha.shape
    height, width = ground.shape[:2]
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + wide, width), min(y + high, height)
    if left >= right or top >= bottom:
        return
    part = slice(top - y, bottom - y), slice(left - x, right - x)
    picture = np.ascontiguousarray(cutout.picture[part])
    if tone is not None:
        picture = _toned(picture, tone, (left, top), (width, height))
    share = alpha[part].astype(np.float32) * np.float32(1 / 255)
    below = np.ascontiguousarray(ground[top:bottom, left:right])
    ground[top:bottom, left:right] = cv2.blendLinear(picture, below, share, 1 - share)


def tightened(cutout: Cutout, own: Pixels) -> Alpha:
    """The alpha of a cut-out without the ground at its rim, `own` being the empty picture at its
    box: for where it lies over somebody else, on whom ground would show as a halo.

    What is well inside stays, however much it looks like the ground.
    """
    blue, green, red = cv2.split(cv2.blur(cv2.absdiff(cutout.picture, own), (3, 3)))
    apart = cv2.max(cv2.max(blue, green), red)
    # Sharpening cameras draw a bright line around what is dark: it is ground as well.
    differs = cv2.erode(cv2.LUT(np.asarray(apart, np.uint8), _STEEP), _LINE)
    if cutout.reliable:
        differs = cv2.max(differs, cv2.erode(cutout.alpha, _CORE, borderValue=0))
    return np.asarray(cv2.min(cutout.alpha, differs), np.uint8)


def _toned(picture: Pixels, tone: Tone, at: tuple[int, int], size: tuple[int, int]) -> Pixels:
    """A piece of a stage at `at` with the tone of its place."""
    rows, columns = tone.shape[:2]
    across, down = columns / size[0], rows / size[1]
    high, wide = picture.shape[:2]
    cells = tone[
        int(at[1] * down) : int((at[1] + high) * down) + 1,
        int(at[0] * across) : int((at[0] + wide) * across) + 1,
    ].reshape(-1, 3)
    if bool((np.ptp(cells, axis=0) < _EVEN).all()):
        # A quarter of the time, and most objects are small.
        factor = np.diag(cells.mean(axis=0))
        return np.asarray(cv2.transform(picture, factor), np.uint8)
    where = np.array([
        [across, 0, (at[0] + 0.5) * across - 0.5],
        [0, down, (at[1] + 0.5) * down - 0.5],
    ])  # fmt: skip
    factors = cv2.warpAffine(
        tone,
        where,
        (wide, high),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.multiply(picture, factors, dtype=cv2.CV_8U), np.uint8)


def is_plain(tone: Tone) -> bool:
    """Whether a tone changes nothing."""
    return bool(np.abs(tone - 1).max() < _SAME)
