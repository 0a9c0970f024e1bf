"""The ground of a camera from people whom calibrated cameras see at the same time: nobody knows
who is who.

A guess takes two tracks of the camera for two of the others, which the places at all common moments
make a homography (R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision", 2003,
4.1); the guess by which most tracks keep to one of the others is kept (M. Fischler and R. Bolles,
"Random sample consensus", 1981; tracks in place of points: Y. Caspi, D. Simakov and M. Irani,
"Feature-Based Sequence-to-Sequence Matching", 2006). Then who is who and the ground are found in
turns, each from the other (P. Besl and N. McKay, "A method for registration of 3-D shapes", 1992).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, linear_sum_assignment

from video.ground import project

Array = NDArray[np.float64]
STEP_S: Final = 0.5
_LEAST_STEPS: Final = 6
"""Two tracks have so many moments in common, or say nothing."""
_NEAR_M: Final = 1.5
"""Whoever is seen farther from somebody is somebody else."""
_DRAWS: Final = 3000
_TURNS: Final = 12
_LEAST_PAIRS: Final = 3
_CLEARLY: Final = 1.15
"""The best guess explains so much more than the best one that takes most for others."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Where something was seen: `time_s (n,)` rising, `points (n, 2)`: pixels of the feet in the
    camera's picture, or metres on the ground."""

    time_s: Array
    points: Array


@dataclass(frozen=True, slots=True, eq=False)
class FittedGround:
    """`to_ground (3, 3)`, picture to ground in metres; `pairs (k, 2)` which path of the camera is
    taken for which of the others, how far these are apart in metres (the median of all moments),
    and whether no quite other way to put them together explains nearly as much."""

    to_ground: Array
    pairs: tuple[tuple[int, int], ...]
    error_m: float
    moments: int
    clear: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Common:
    """All moments that a path of the camera shares with one of the others: columns `(m, 2)`, and
    which pair they are of `(m,)`, pairs `(k, 2)`."""

    pixels: Array
    ground: Array
    owner: NDArray[np.int64]
    pairs: NDArray[np.int64]
    counts: NDArray[np.int64]
    scale: Array
    """Takes pixels to about -1..1."""


def fit_ground_from_tracks(
    seen: Sequence[Path], known: Sequence[Path], *, seed: int = 0
) -> FittedGround | None:
    """The ground of a camera that saw `seen`, by places `known` at the same time; None where they
    do not determine one: too few at the same time, or all along one line."""
    common = _common(seen, known)
    if common is None:
        return None
    shape = (len(seen), len(known))
    chance = np.random.default_rng(seed)
    telling = _telling(common)
    guesses: list[tuple[float, Array]] = []
    drawn = np.stack(np.triu_indices(len(telling), 1), axis=1)
    for one, other in chance.permutation(drawn)[:_DRAWS]:
        first, second = common.pairs[telling[one]], common.pairs[telling[other]]
        if (first == second).any():
            continue
        mine = (common.owner == telling[one]) | (common.owner == telling[other])
        guess = _homography(common.pixels[mine], common.ground[mine])
        if guess is not None and _looks_down(guess, common.pixels):
            guesses.append((_explained(guess, common, shape)[0], guess))
    guesses.sort(key=lambda one: -one[0])
    found: list[tuple[float, Array, frozenset[tuple[int, int]]]] = []
    for _, guess in guesses[:8]:
        made = _refined(guess, common, shape)
        explains, who = _explained(made, common, shape)
        found.append((explains, made, frozenset(who)))
    if not found:
        return None
    gain, best, pairs = max(found, key=lambda one: one[0])
    if len(pairs) < _LEAST_PAIRS:
        return None
    others = [one[0] for one in found if len(one[2] & pairs) * 2 < len(pairs)]
    number = {tuple(pair): at for at, pair in enumerate(common.pairs.tolist())}
    used = np.isin(common.owner, [number[pair] for pair in pairs])
    apart = np.hypot(*(project(best, common.pixels[used]) - common.ground[used]).T)
    return FittedGround(
        best, tuple(sorted(pairs)), float(np.median(apart)), int(used.sum()),
        gain > _CLEARLY * max(others, default=0.0),
    )  # fmt: skip


def _common(seen: Sequence[Path], known: Sequence[Path]) -> _Common | None:
    pixels, ground = [], []
    owner: list[int] = []
    pairs: list[tuple[int, int]] = []
    sampled = [[_sampled(path) for path in paths] for paths in (seen, known)]
    for i, (steps, points) in enumerate(sampled[0]):
        for j, (other_steps, places) in enumerate(sampled[1]):
            _, one, other = np.intersect1d(
                steps, other_steps, assume_unique=True, return_indices=True
            )
            if len(one) >= _LEAST_STEPS:
                owner += [len(pairs)] * len(one)
                pairs.append((i, j))
                pixels.append(points[one])
                ground.append(places[other])
    if not pairs:
        return None
    flat = np.concatenate(pixels)
    middle, reach = flat.mean(axis=0), np.maximum(np.ptp(flat, axis=0).max() / 2, 1e-6)
    scale = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, reach]]) / reach
    names = np.array(owner, np.int64)
    return _Common(
        flat, np.concatenate(ground), names, np.array(pairs, np.int64), np.bincount(names), scale
    )


def _sampled(path: Path) -> tuple[NDArray[np.int64], Array]:
    """The places at the steps of a path, and the numbers of these."""
    step = np.round(path.time_s / STEP_S).astype(np.int64)
    numbers, first = np.unique(step, return_index=True)
    return numbers, path.points[first]


def _telling(common: _Common) -> NDArray[np.int64]:
    """Pairs that may be one and whose places tell something, by number: both go, and one after the
    other as a camera would see it, which along any line is so by three numbers."""
    worth = []
    for at in range(len(common.pairs)):
        mine = common.owner == at
        pixels, ground = common.pixels[mine], common.ground[mine]
        if np.ptp(ground, axis=0).max() < 2.0 or np.ptp(pixels, axis=0).max() < 60.0:
            continue
        u, s = _along(pixels), _along(ground)
        # s = (a u + b) / (c u + 1)
        rows = np.stack([u, np.ones_like(u), -u * s], axis=1)
        found = np.linalg.lstsq(rows, s, rcond=None)[0]
        off = (rows @ found - s) / np.maximum(np.abs(found[2] * u + 1), 1e-3)
        worth.append((float(np.median(np.abs(off))) / float(np.ptp(s)), at))
    kept = [at for off, at in sorted(worth) if off < 0.15]
    return np.array(kept[:150], np.int64)


def _along(points: Array) -> Array:
    middle = points - points.mean(axis=0)
    way = np.linalg.svd(middle, full_matrices=False)[2][0]
    made: Array = middle @ way / max(float(np.abs(middle).max()), 1e-9)
    return made


def _homography(pixels: Array, ground: Array) -> Array | None:
    """The least squares of the algebraic distances; None where points do not determine it."""
    if len(pixels) > 60:
        pick = np.linspace(0, len(pixels) - 1, 60).astype(np.int64)
        pixels, ground = pixels[pick], ground[pick]
    scaled, pixel_scale = _scaled(pixels)
    places, place_scale = _scaled(ground)
    zero, one = np.zeros((len(scaled), 3)), np.concatenate([scaled, np.ones((len(scaled), 1))], 1)
    rows = np.concatenate([
        np.concatenate([one, zero, -places[:, :1] * one], axis=1),
        np.concatenate([zero, one, -places[:, 1:] * one], axis=1),
    ])  # fmt: skip
    _, sizes, turned = np.linalg.svd(rows, full_matrices=False)
    if len(sizes) < 9 or sizes[7] < 1e-3 * sizes[0]:
        return None
    made: Array = np.linalg.inv(place_scale) @ turned[8].reshape(3, 3) @ pixel_scale
    whole: Array = made / np.abs(made).max()
    return whole


def _scaled(points: Array) -> tuple[Array, Array]:
    middle = points.mean(axis=0)
    reach = max(float(np.std(points)), 1e-9)
    matrix = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, reach]]) / reach
    return (points - middle) / reach, matrix


def _looks_down(matrix: Array, pixels: Array) -> bool:
    """Whether all feet are below the horizon, and the ground is not seen as in a mirror."""
    side = pixels @ matrix[2, :2] + matrix[2, 2]
    sign = np.sign(np.median(side))
    return bool((side * sign > 0).mean() > 0.97 and np.linalg.det(matrix * sign) < 0)


def _explained(
    matrix: Array, common: _Common, shape: tuple[int, int]
) -> tuple[float, list[tuple[int, int]]]:
    """How many moments are explained, the nearer the better, and who is who by that."""
    apart = np.hypot(*(project(matrix, common.pixels) - common.ground).T)
    near = np.maximum(1 - np.nan_to_num(apart, nan=np.inf, posinf=1e9) / _NEAR_M, 0)
    table = np.zeros(shape)
    gain = np.bincount(common.owner, near, minlength=len(common.pairs))
    # Two who only pass each other are not one: most of the time they are apart.
    inside = np.bincount(common.owner, near > 0, minlength=len(common.pairs))
    gain[inside < 0.6 * common.counts] = 0
    table[common.pairs[:, 0], common.pairs[:, 1]] = gain
    rows, columns = linear_sum_assignment(table, maximize=True)
    who = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if table[i, j] > 0]
    return float(table[rows, columns].sum()), who


def _refined(matrix: Array, common: _Common, shape: tuple[int, int]) -> Array:
    """Who is who and the ground in turns, until neither changes."""
    number = {tuple(pair): at for at, pair in enumerate(common.pairs.tolist())}
    best, known = matrix, -1.0
    for _ in range(_TURNS):
        gain, pairs = _explained(matrix, common, shape)
        if gain <= known + 1e-6 or len(pairs) < 2:
            break
        best, known = matrix, gain
        used = np.isin(common.owner, [number[pair] for pair in pairs])
        matrix = _nearest(matrix, common, used)
    return best


def _nearest(matrix: Array, common: _Common, used: NDArray[np.bool_]) -> Array:
    """The ground nearest to some places, in metres; what is far off counts little."""
    pixels, ground = common.pixels[used], common.ground[used]
    start = matrix @ np.linalg.inv(common.scale)
    fixed = int(np.abs(start).argmax())
    start = start / start.ravel()[fixed]
    free = np.arange(9) != fixed
    flat = np.concatenate([pixels, np.ones((len(pixels), 1))], 1) @ common.scale.T

    def off(values: Array) -> Array:
        whole = np.ones(9)
        whole[free] = values
        made = flat @ whole.reshape(3, 3).T
        depth = np.where(np.abs(made[:, 2]) < 1e-6, 1e-6, made[:, 2])
        return np.clip((made[:, :2] / depth[:, None] - ground).ravel(), -1e3, 1e3)

    solved = least_squares(off, start.ravel()[free], loss="soft_l1", f_scale=0.5, max_nfev=60)
    whole = np.ones(9)
    whole[free] = solved.x
    made: Array = whole.reshape(3, 3) @ common.scale
    return made
