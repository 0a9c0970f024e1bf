"""How tall things on the ground are: what a picture tells of heights above a plane it shows.

A point at height z above the ground place (x, y) is seen at H·(x, y, 1) + z·u, where H takes the
ground to the picture and u points to the vanishing point of upright lines, as long as a metre is
(A. Criminisi, I. Reid and A. Zisserman, "Single View Metrology", International Journal of
Computer Vision 40, 2000). u follows from H alone for a lens without distortion whose pixels are
square and whose axis goes through the middle of the picture (Z. Zhang, "A flexible new technique
for camera calibration", IEEE PAMI 22, 2000, 3.1); or from things whose height somebody knows,
which also holds for a picture that was cut out of a larger one.

How sure a height is comes from drawing all that is not known for sure at random, from a fixed
seed: what the pairs leave open, the middle of the picture, clicks, the edges of boxes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.errors import BadPairs
from video.ground import GroundPlane

Array = NDArray[np.float64]
DRAWS: Final = 200
_SEED: Final = 20_000
_CENTRE_SHARE: Final = 0.02
"""The axis of a lens goes through the middle of its picture to about so much of its width."""
_FOCAL: Final = (0.3, 20.0)
"""Lenses outside of these focal lengths, in picture widths, are none: 118° and 3°."""
_MOST_LOST: Final = 0.1
"""Where more of the draws tell nothing, nothing can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """How a picture shows what stands on the ground: `to_image (d, 3, 3)` ground to picture and
    `up (d, 3)` a metre upright, in d draws of what is not known for sure; the first is the best."""

    to_image: Array
    up: Array

    def heights(
        self, feet: Array, tops: Array, noise_px: Array | float = 0.0, *, level: bool = False
    ) -> Array:
        """Heights in metres `(d, n)` of what stands at points `feet (n, 2)` of the picture and
        ends at `tops (n, 2)`, both marked to `noise_px` (one number, or `(n,)`): wrong by as much
        everywhere in one draw, as a detector is. NaN above the horizon. `level`: only how high
        up in the picture its top is counts, as of a box."""
        chance = np.random.default_rng(_SEED + 1)
        count = len(self.up)
        off = chance.standard_normal((2, count, 2))
        off[:, 0] = 0
        noise = np.broadcast_to(np.asarray(noise_px, np.float64), (len(feet),))[:, None]
        base = _raised(feet[None] + off[0][:, None] * noise)
        top = _raised(tops[None] + off[1][:, None] * noise)
        back = np.linalg.inv(self.to_image)
        # Up to scale; the sign of the last says on which side of the horizon it is.
        ground = np.einsum("dij,dnj->dni", back, base)
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = base / ground[..., 2:]
            up = np.broadcast_to(self.up[:, None], seen.shape)
            if level:
                made = (seen[..., 1] - top[..., 1] * seen[..., 2]) / (
                    top[..., 1] * up[..., 2] - up[..., 1]
                )
            else:
                across, along = np.cross(top, seen), np.cross(top, up)
                made = -np.sum(across * along, axis=2) / np.sum(along * along, axis=2)
        return np.where(ground[..., 2] > 0, made, np.nan)


def upright_of_lens(
    plane: GroundPlane, size: tuple[int, int], centre: tuple[float, float] | None = None
) -> Upright:
    """From the ground alone, in metres; `size` is that of the picture, `centre` where the axis of
    the lens goes through it, its middle (None) unless it was cut out of a larger one.

    Raises:
        BadPairs: it does not tell: the camera looks straight down or along the ground, the
            calibration leaves too much open, or no such lens shows the ground so.
    """
    planes = _drawn(plane)
    chance = np.random.default_rng(_SEED + 2)
    middle = np.array(size) / 2 if centre is None else np.array(centre, np.float64)
    centres = middle + chance.normal(0, _CENTRE_SHARE * size[0], (len(planes), 2))
    centres[0] = middle
    shifted = planes.copy()
    shifted[:, :2] -= centres[:, :, None] * planes[:, None, 2]
    one, other = shifted[:, :, 0], shifted[:, :, 1]
    # What two directions at right angles, as long as each other, ask of 1 / f².
    turned = np.stack([_flat(one, other), (_flat(one, one) - _flat(other, other)) / 2], 1)
    deep = np.stack([one[:, 2] * other[:, 2], (one[:, 2] ** 2 - other[:, 2] ** 2) / 2], 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        focal = np.sqrt(-np.sum(turned * turned, 1) / np.sum(turned * deep, 1))
    low, high = (share * size[0] for share in _FOCAL)
    good = (focal >= low) & (focal <= high)
    if not good[0] or good.mean() < 1 - _MOST_LOST:
        raise BadPairs(
            "the ground does not tell how tall things are: the camera looks straight down or "
            "along the ground, its picture was cut out of a larger one, or its pairs leave too "
            "much open",
            "Give things whose height is known, or calibrate with more pairs, near and far.",
        )
    focal, shifted, centres, planes = focal[good], shifted[good], centres[good], planes[good]
    scale = np.stack([1 / focal, 1 / focal, np.ones_like(focal)], 1)
    first, second = shifted[:, :, 0] * scale, shifted[:, :, 1] * scale
    long = np.sqrt(np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1))
    # Towards the camera's side of the ground, whichever way its axes turn.
    side = -np.sign(np.linalg.det(planes))
    up = np.cross(first, second) / long[:, None] * side[:, None] / scale
    up[:, :2] += centres * up[:, 2:]
    return Upright(planes, up)


def upright_of_known(
    plane: GroundPlane, feet: Array, tops: Array, heights: Array, noise_px: Array | float
) -> Upright:
    """From two or more things of known height in metres `(n,)`: where they stand, `feet (n, 2)`,
    and end, `tops (n, 2)`, marked to `noise_px` (one number, or `(n,)`).

    Raises:
        BadPairs: fewer than two, one above the horizon, or they contradict each other.
    """
    if len(feet) < 2:
        raise BadPairs("one thing of known height is too few", "Give two or more, far apart.")
    if not plane.below_horizon(feet).all():
        raise BadPairs("a thing of known height stands above the horizon", "Check its feet.")
    planes = _drawn(plane)
    chance = np.random.default_rng(_SEED + 3)
    noise = np.broadcast_to(np.asarray(noise_px, np.float64), (len(feet),))[:, None]
    off = chance.standard_normal((2, len(planes), len(feet), 2)) * noise
    off[:, 0] = 0
    up = np.stack([
        _up(matrix, feet + base, tops + top, heights)
        for matrix, base, top in zip(planes, off[0], off[1], strict=True)
    ])  # fmt: skip
    made = Upright(planes, up)
    told = made.heights(feet, tops)[0]
    if not np.isfinite(told).all() or (np.abs(told / heights - 1) > 0.25).any():
        worst = int(np.nanargmax(np.abs(told / heights - 1)))
        raise BadPairs(
            f"the known heights contradict each other: number {worst + 1} would be "
            f"{told[worst]:.2f} m, not {heights[worst]:.2f} m",
            "Check where it stands and ends, and its height.",
        )
    return made


def _up(matrix: Array, feet: Array, tops: Array, heights: Array) -> Array:
    """u by least squares: each top is seen where H·(x, y, 1) + z·u is."""
    base = _raised(feet)
    ground = base @ np.linalg.inv(matrix).T
    seen = base / ground[:, 2:]
    # In units in which numbers are alike; rows as far off as pixels are.
    size = max(float(np.abs(tops).max()), 1.0)
    rows, values = [], []
    for (x, y), place, height in zip(tops, seen, heights, strict=True):
        weight = 1 / abs(place[2])
        rows += [weight * height * np.array([1, 0, -x]), weight * height * np.array([0, 1, -y])]
        values += [weight * (x * place[2] - place[0]), weight * (y * place[2] - place[1])]
    columns = np.array([1.0, 1.0, 1 / size])
    found, *_ = np.linalg.lstsq(np.array(rows) * columns, np.array(values), rcond=None)
    up: Array = found * columns
    return up


def _drawn(plane: GroundPlane) -> Array:
    """The homography, and as many more as the pairs leave open as well, `(d, 3, 3)`."""
    chance = np.random.default_rng(_SEED)
    values, vectors = np.linalg.eigh((plane.covariance + plane.covariance.T) / 2)
    spread = vectors * np.sqrt(np.maximum(values, 0))
    off = chance.standard_normal((DRAWS, 9)) @ spread.T
    off[0] = 0
    made: Array = plane.to_image + off.reshape(-1, 3, 3)
    return made


def _raised(points: Array) -> Array:
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)


def _flat(one: Array, other: Array) -> Array:
    made: Array = one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1]
    return made
