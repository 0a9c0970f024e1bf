"""First guesses at how a camera sees the ground, from four pairs of points at a time.

M. Fischler and R. Bolles, "Random sample consensus", 1981, with all fours where they are few; by
the normalised direct linear transform (R. Hartley, "In defense of the eight-point algorithm",
1997); scored as in P. Torr and A. Zisserman, "MLESAC", 2000. Fours that the camera would have to
see partly behind itself are left out (O. Chum, T. Werner and J. Matas, "Epipolar geometry
estimation via RANSAC benefits from the oriented epipolar constraint", 2004).
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.errors import BadPairs
from video.ground import Array, project

LEAST: Final = 4
GATE: Final = 13.8
"""Of the squared distances (two components) of good pairs 999 of 1000 lie below this many of their
variances."""
FLAT: Final = 0.01
"""Three points on the ground are on a line whose triangle is lower than this share of the extent
of all."""
_MOST_FOURS: Final = 1500
_GUESSES: Final = 12
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs, moved and scaled so that they lie about 0 at a distance of about √2."""

    image: Array
    ground: Array
    by_image: Array
    by_ground: Array
    """What was done to each, `(3, 3)`."""
    click: float
    ground_sd: float
    click_px: float

    @classmethod
    def of(cls, image: Array, ground: Array, click_px: float, ground_sd_m: float) -> "Pairs":
        by_image, by_ground = _scaling(image), _scaling(ground)
        return cls(
            project(by_image, image), project(by_ground, ground), by_image, by_ground,
            click_px * by_image[0, 0], ground_sd_m * by_ground[0, 0], click_px,
        )  # fmt: skip


def _scaling(points: Array) -> Array:
    middle = points.mean(axis=0)
    scale = np.sqrt(2) / np.hypot(*(points - middle).T).mean()
    return np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])


def guesses(pairs: Pairs) -> list[Array]:
    """Homographies from four pairs each, the most promising first.

    Raises:
        BadPairs: all fours hold three points on a line, or are crossed.
    """
    fours = _fours(len(pairs.image))
    wide = _not_on_a_line(pairs.image[fours], 3 * pairs.click) & _not_on_a_line(
        pairs.ground[fours], FLAT * float(np.ptp(pairs.ground, axis=0).max())
    )
    if not wide.any():
        raise BadPairs(
            "of every four pairs three lie on a line",
            "Add points to the side: no three of four may lie on one line.",
        )
    fours = fours[wide]
    made = _linear(pairs.image[fours], pairs.ground[fours])
    depth = np.einsum("mij,mj->mi", whole_points(pairs.ground[fours]), made[:, 2])
    facing = (depth > 0).all(axis=1) | (depth < 0).all(axis=1)
    if not facing.any():
        raise BadPairs(f"the pairs are crossed{_swapped(pairs)}", "Give each point its own place.")
    made = made[facing] * np.sign(depth[facing, :1])[:, :, None]
    distance = squares(made, pairs)
    order: dict[int, None] = {}
    for limit in (GATE, 4 * GATE, 16 * GATE):
        cost = np.minimum(distance, limit).sum(axis=1)
        order.update(dict.fromkeys(np.argsort(cost, kind="stable")[:_GUESSES].tolist()))
    return [made[at] for at in order]


def _fours(count: int) -> NDArray[np.intp]:
    if comb(count, 4) <= _MOST_FOURS:
        return np.array(list(combinations(range(count), 4)), np.intp)
    # Seeded: the same pairs give the same calibration.
    chance = np.random.default_rng(0)
    return np.stack([chance.choice(count, 4, replace=False) for _ in range(_MOST_FOURS)])


def _not_on_a_line(points: Array, least: float) -> _Mask:
    """Which fours `(m, 4, 2)` hold no triangle lower than `least`."""
    held = np.ones(len(points), np.bool_)
    for three in combinations(range(4), 3):
        a, b, c = (points[:, at] for at in three)
        double = np.abs(
            (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        )
        longest = np.max([np.hypot(*(p - q).T) for p, q in ((a, b), (b, c), (a, c))], axis=0)
        held &= double > least * longest
    return held


def whole_points(points: Array) -> Array:
    """Points `(..., 2)` with a 1 behind, `(..., 3)`."""
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)


def _linear(image: Array, ground: Array) -> Array:
    """Homographies `(m, 3, 3)` ground → picture through `(m, k, 2)` scaled pairs."""
    whole = whole_points(ground)
    rows = np.zeros((*image.shape[:2], 2, 9))
    rows[:, :, 0, 0:3] = rows[:, :, 1, 3:6] = whole
    rows[:, :, :, 6:9] = -image[:, :, :, None] * whole[:, :, None, :]
    lowest = np.linalg.svd(rows.reshape(len(image), -1, 9))[2][:, 8]
    made: Array = lowest.reshape(-1, 3, 3)
    return made


def squares(matrices: Array, pairs: Pairs) -> Array:
    """Squared distances `(m, n)` in the picture, in variances; infinite behind the camera."""
    made = np.einsum("mij,nj->mni", matrices, whole_points(pairs.ground))
    depth = made[..., 2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = made[..., :2] / depth[..., None] - pairs.image
        squares: Array = np.where(depth > 0, (apart**2).sum(axis=-1) / pairs.click**2, np.inf)
    return squares


def _swapped(pairs: Pairs) -> str:
    """Which two places would have to change for four pairs to be seen by a camera, if one can
    tell."""
    if len(pairs.image) != LEAST:
        return ""
    told: list[tuple[bool, str]] = []
    for one, other in combinations(range(LEAST), 2):
        order = np.arange(LEAST)
        order[[one, other]] = other, one
        ground = pairs.ground[order]
        made = _linear(pairs.image[None], ground[None])[0]
        depth = whole_points(ground) @ made[2]
        if (depth > 0).all() or (depth < 0).all():
            mirrored = np.linalg.det(made) * np.sign(depth[0]) > 0
            told.append((bool(mirrored), f"{one + 1} and {other + 1}"))
    told.sort()
    return f": {' or '.join(text for _, text in told)} seem mixed up" if told else ""
