"""The ground as a camera sees it: where on it a point of the picture lies, how sure that is, where
the horizon runs and how much ground the picture shows.

The ground is one plane, and a picture without lens distortion shows it through a homography
(R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision", 2003, 8.1). How sure a
place is follows from how sure the homography and the point in the picture are, to first order
(A. Criminisi, I. Reid and A. Zisserman, "A plane measuring device", Image and Vision Computing
17, 1999). `video.ground_fit` finds one from pairs of points.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
COARSEST_M: Final = 0.5
"""Farther away than where a pixel stands for so many metres of ground nothing is worth showing: a
pixel more or less under the feet, and somebody is elsewhere."""
_LEVEL: Final = 1e-12
"""A picture whose horizon is farther than this many of its sizes shows the ground from above."""


@dataclass(frozen=True, slots=True, eq=False)
class GroundPlane:
    """`to_image (3, 3) float64` takes ground (x, y, 1) in metres to picture (x, y, 1) in pixels;
    its third component is positive for ground in front of the camera. `covariance (9, 9)` of its
    entries, row by row: what the pairs it was found from leave open."""

    to_image: Array
    covariance: Array

    @property
    def to_ground(self) -> Array:
        """`(3, 3)`: picture to ground; the third component is positive below the horizon. Scaled
        so that its largest entry is 1 or -1."""
        inverse = np.linalg.inv(self.to_image)
        scaled: Array = inverse / np.abs(inverse).max()
        return scaled

    @property
    def is_mirrored(self) -> bool:
        """Whether the axes of the ground turn the other way than east and north do: y is to the
        right of x, or two pairs were mixed up."""
        return bool(np.linalg.det(self.to_image) > 0)

    def places(self, points: Array) -> Array:
        """Where on the ground points `(n, 2)` of the picture lie: `(n, 2)` metres, NaN for those on
        the horizon or above it."""
        found = project(self.to_ground, points)
        return np.where(self.below_horizon(points)[:, None], found, np.nan)

    def pictured(self, ground: Array) -> Array:
        """Where in the picture places `(n, 2)` on the ground are seen: `(n, 2)` pixels, NaN for
        those behind the camera."""
        in_front = _homogeneous(ground) @ self.to_image[2] > 0
        return np.where(in_front[:, None], project(self.to_image, ground), np.nan)

    def below_horizon(self, points: Array) -> NDArray[np.bool_]:
        """Which points `(n, 2)` of the picture show ground, if nothing stands before it."""
        shown: NDArray[np.bool_] = _homogeneous(points) @ self.to_ground[2] > 0
        return shown

    def horizon(self) -> tuple[float, float, float] | None:
        """(a, b, c) with a·x + b·y + c = 0 on the horizon, and above 0 where the ground is: so many
        pixels below it. None for a camera that looks straight down."""
        a, b, c = (float(value) for value in self.to_ground[2])
        length = float(np.hypot(a, b))
        if length <= _LEVEL * abs(c):
            return None
        return a / length, b / length, c / length

    def sways(self, points: Array) -> Array:
        """How the places of points `(n, 2)` change with the entries of `to_image`: `(n, 2, 9)`."""
        places = self.places(points)
        known = ~np.isnan(places[:, 0])
        made = np.full((len(points), 2, 9), np.nan)
        made[known] = -np.linalg.solve(*slopes(self.to_image, places[known]))
        return made

    def spread(self, points: Array, noise_px: Array | float) -> Array:
        """The covariance `(n, 2, 2)`, in square metres, of the places of points `(n, 2)` that are
        marked to `noise_px` (one standard deviation; one number, `(n,)`, or `(n, 2)` for x and
        y). Points above the horizon have NaN."""
        places = self.places(points)
        known = ~np.isnan(places[:, 0])
        noise = np.asarray(noise_px, np.float64)
        if noise.ndim == 1:
            noise = noise[:, None]
        both = np.broadcast_to(noise, (len(points), 2))
        made = np.full((len(points), 2, 2), np.nan)
        by_place, by_entry = slopes(self.to_image, places[known])
        picture = by_entry @ self.covariance @ by_entry.transpose(0, 2, 1)
        picture[:, 0, 0] += both[known, 0] ** 2
        picture[:, 1, 1] += both[known, 1] ** 2
        back = np.linalg.inv(by_place)
        made[known] = back @ picture @ back.transpose(0, 2, 1)
        return made

    def sd_m(self, points: Array, noise_px: Array | float) -> Array:
        """One standard deviation of the places of points in the direction where it is largest,
        `(n,)` metres; NaN above the horizon."""
        spread = self.spread(points, noise_px)
        known = ~np.isnan(spread[:, 0, 0])
        made = np.full(len(points), np.nan)
        made[known] = np.sqrt(np.maximum(np.linalg.eigvalsh(spread[known])[:, 1], 0))
        return made

    def seen(self, size: tuple[int, int], coarsest_m: float = COARSEST_M) -> Array:
        """The corners `(m, 2)`, in metres, of the ground that a picture of `size` (width, height)
        shows, up to where a pixel stands for `coarsest_m` of it; m is 0 where it shows none."""
        border = self._near_part(size, coarsest_m)
        return self.places(border) if len(border) else border

    def _near_part(self, size: tuple[int, int], coarsest_m: float) -> Array:
        """The border of the picture cut before the horizon, in pixels."""
        width, height = size
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        line = self.horizon()
        if line is None:
            return corners
        a, b, c = line
        # Straight down the picture from the horizon at its middle column the ground per pixel falls
        # with the square of the distance from the horizon.
        middle = np.array([width / 2, height / 2])
        down = np.array([a, b])
        foot = middle - (a * middle[0] + b * middle[1] + c) * down
        one, two = self.places(np.array([foot + down, foot + 2 * down]))
        # Places go as 1 / d: between 1 and 2 pixels from the horizon lies half of what lies beyond
        # 1 pixel, and the slope at d is that whole / d².
        reach_m = 2 * float(np.hypot(*(one - two)))
        nearest = np.sqrt(reach_m / coarsest_m)
        return _cut(corners, corners @ down + c - nearest)


def _cut(corners: Array, inside: Array) -> Array:
    """The part of a convex polygon `(n, 2)` where a linear function of it, `(n,)`, is not below 0
    (one step of Sutherland and Hodgman, "Reentrant polygon clipping", 1974)."""
    kept: list[Array] = []
    for at in range(len(corners)):
        here, there = inside[at], inside[(at + 1) % len(corners)]
        if here >= 0:
            kept.append(corners[at])
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            kept.append(corners[at] + share * (corners[(at + 1) % len(corners)] - corners[at]))
    return np.array(kept, np.float64).reshape(-1, 2)


def _homogeneous(points: Array) -> Array:
    return np.concatenate([points, np.ones((len(points), 1))], axis=1)


def project(matrix: Array, points: Array) -> Array:
    """Points `(n, 2)` by a homography, whichever side of its horizon they lie on."""
    made = _homogeneous(points) @ matrix.T
    with np.errstate(divide="ignore", invalid="ignore"):
        flat: Array = made[:, :2] / made[:, 2:]
    return flat


def slopes(to_image: Array, ground: Array) -> tuple[Array, Array]:
    """How the picture of places `(n, 2)` changes with the place, `(n, 2, 2)`, and with the entries
    of the homography, `(n, 2, 9)`."""
    whole = _homogeneous(ground)
    made = whole @ to_image.T
    depth = made[:, 2]
    flat = made[:, :2] / depth[:, None]
    by_place = (to_image[:2, :2] - flat[:, :, None] * to_image[2, :2]) / depth[:, None, None]
    by_entry = np.zeros((len(ground), 2, 9))
    by_entry[:, 0, 0:3] = by_entry[:, 1, 3:6] = whole / depth[:, None]
    by_entry[:, :, 6:9] = -flat[:, :, None] * (whole / depth[:, None])[:, None, :]
    return by_place, by_entry
