"""Finds how a camera sees the ground from pairs of points, one in the picture and one on the
ground, some of which may be wrong.

Each good guess (video/ground_guesses.py) is refined to the least squares of the distances in the
picture, in units of how well points are marked (Levenberg and Marquardt). A pair is wrong whose
distance from what the *other* pairs say is beyond chance (externally studentised residuals: R. Cook
and S. Weisberg, "Residuals and Influence in Regression", 1982).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.errors import BadPairs
from video.ground import Array, GroundPlane, project, slopes
from video.ground_guesses import FLAT, GATE, LEAST, Pairs, guesses, squares, whole_points

CLICK_PX: Final = 2.0
"""So well a person marks a point in a picture: one standard deviation."""
_WORST_NOISE: Final = 0.04
"""Pairs that agree no better than this share of their extent in the picture say nothing."""
MOST: Final = 200
"""More than a person marks; each is judged by the ground that the others give."""
_SMALL_STEP: Final = 1e-9
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class GroundFit:
    """The ground, and how well n pairs fit it, as columns `(n,)`; NaN where it cannot be told.

    `residual_px`: from the point in the picture to where the place on the ground is seen;
    `residual_m`: from the place on the ground to where the point is. `left_out_px`, `left_out_m`:
    the same by the ground found without that pair, which is how well a new point would fit.
    """

    plane: GroundPlane
    used: _Mask
    """False: the pair is wrong, and was left out."""
    residual_px: Array
    residual_m: Array
    left_out_px: Array
    left_out_m: Array
    noise_px: float | None
    """How well the pairs used agree, one standard deviation; None with four, which always do."""
    notes: tuple[str, ...] = ()

    @property
    def outliers(self) -> tuple[int, ...]:
        """Which pairs were left out, from 0."""
        return tuple(np.flatnonzero(~self.used).tolist())

    @property
    def worst(self) -> int | None:
        """The pair that fits worst what the others say, from 0; None with four pairs."""
        if np.isnan(self.left_out_px).all():
            return None
        return int(np.nanargmax(self.left_out_px))


def fit_ground(
    image: Array,
    ground: Array,
    *,
    click_px: float = CLICK_PX,
    ground_sd_m: float = 0.0,
    size: tuple[int, int] | None = None,
) -> GroundFit:
    """The ground from pairs: `image (n, 2)` pixels, `ground (n, 2)` metres, n at least 4.

    `click_px` and `ground_sd_m` say how well the points are known, one standard deviation; `size`
    is that of the picture (width, height), where it is known.

    Raises:
        BadPairs: too few or many, not numbers, beside the picture, on a line, crossed, or in no
            agreement.
    """
    _check(image, ground, click_px, size)
    pairs = Pairs.of(image, ground, click_px, ground_sd_m)
    found = sorted(_candidates(pairs, guesses(pairs)), key=lambda one: one.cost)
    if not found:
        raise BadPairs(
            f"of {len(image)} pairs no {_needed(len(image))} agree with each other",
            "Some are mixed up: check them one by one, or begin with five sure ones.",
        )
    best = found[0]
    noise = None if best.noise is None else best.noise * click_px
    extent = float(np.ptp(image, axis=0).max())
    if noise is not None and noise > max(4 * click_px, _WORST_NOISE * extent):
        raise BadPairs(
            f"the pairs contradict each other by about {noise:.0f} pixels",
            "Check which point belongs to which; the ground must be flat there.",
        )
    plane = _plane(pairs, best)
    _check_shape(plane, image, best.used)
    return _judged(pairs, best, plane, noise, tuple(_notes(found, plane, image)))


def _needed(count: int) -> int:
    """Of so many pairs so many must agree: with five that do, nothing is left to chance."""
    return count if count <= 5 else max(5, ceil(0.6 * count))


def _check(image: Array, ground: Array, click_px: float, size: tuple[int, int] | None) -> None:
    count = len(image)
    if count > MOST:
        raise BadPairs(f"{count} pairs are more than {MOST}", "Give the surest, spread widely.")
    if count < LEAST:
        raise BadPairs(
            f"a calibration needs four pairs, not {count}",
            "Give points spread over the ground in the picture; six or more show a wrong one.",
        )
    for at in range(count):
        if not (np.isfinite(image[at]).all() and np.isfinite(ground[at]).all()):
            raise BadPairs(f"pair {at + 1} is not made of numbers", "Mend it.")
        if size is not None and not ((image[at] >= 0) & (image[at] <= size)).all():
            x, y = image[at]
            raise BadPairs(
                f"pair {at + 1} lies at {x:g}, {y:g}, beside the picture of {size[0]} × {size[1]}",
                "Image points are [x, y] in pixels from the upper left.",
            )
    if _width(image) < 3 * click_px:
        raise BadPairs(
            "the pairs lie on a line in the picture", "Add points well to the side of it."
        )
    if _width(ground) < FLAT * float(np.ptp(ground, axis=0).max()) or not np.ptp(ground):
        raise BadPairs(
            "the pairs lie on a line on the ground", "Add points well to the side of it."
        )


def _width(points: Array) -> float:
    """How far points `(n, 2)` reach across the direction in which they reach farthest."""
    middle = points - points.mean(axis=0)
    across = np.linalg.svd(middle, full_matrices=False)[2][1]
    return float(np.ptp(middle @ across))


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A homography ground → picture of scaled pairs, refined over those it uses."""

    matrix: Array
    covariance: Array
    used: _Mask
    noise: float | None
    """In units of what was expected."""
    cost: float


def _candidates(pairs: Pairs, begins: Sequence[Array]) -> Iterator[_Candidate]:
    """Each guess refined, with the pairs that agree with it; different ones only."""
    count = len(pairs.image)
    needed = _needed(count)
    begun: set[bytes] = set()
    seen: set[bytes] = set()
    for guess in begins:
        distance = squares(guess[None], pairs)[0]
        used = np.zeros(count, np.bool_)
        used[np.argsort(distance, kind="stable")[: min(needed, count)]] = True
        if not np.isfinite(distance[used]).all() or used.tobytes() in begun:
            continue
        begun.add(used.tobytes())
        grown = _grown(pairs, guess, used, needed)
        if grown is not None and grown.used.tobytes() not in seen:
            seen.add(grown.used.tobytes())
            yield grown


def _grown(pairs: Pairs, matrix: Array, used: _Mask, needed: int) -> _Candidate | None:
    """Refined over the pairs used, then over those that agree with that, until nothing changes."""
    tried: set[bytes] = set()
    while True:
        refined = _refined(pairs, matrix, used)
        if refined is None:
            return None
        matrix, covariance, distance, noise = refined
        tried.add(used.tobytes())
        agree = used if needed == len(used) else _agreeing(distance, used)
        if agree.sum() < needed:
            return None
        if agree.tobytes() in tried:
            left_out = int((~used).sum())
            # A wrong pair lies anywhere among the others: about a tenth of their extent away.
            anywhere = max(log(0.3 / pairs.click), 1.0)
            cost = 2 * left_out * anywhere + 2 * int(used.sum()) * log(max(noise or 1.0, 1.0))
            return _Candidate(matrix, covariance, used, noise, cost)
        used = agree


def _agreeing(distance: Array, used: _Mask) -> _Mask:
    """Which pairs are no farther from what the others say than their scatter explains."""
    total, free = distance[used].sum(), 2 * int(used.sum()) - 8
    limits = np.full(len(used), max(1.0, total / max(free, 1)))
    # Roughly the scatter of the others: its own share taken out.
    limits[used] = np.maximum(1.0, (total - distance[used]) / max(free - 2, 1))
    agree: _Mask = distance <= GATE * limits
    return agree


def _refined(
    pairs: Pairs, matrix: Array, used: _Mask
) -> tuple[Array, Array, Array, float | None] | None:
    """The least squares over the pairs used: the matrix with its last entry 1, the covariance of
    its entries, each pair's squared distance from what the others say in its own variances, and
    the noise in units of the expected. None where it runs away."""
    # The middle of the pairs lies in front of the camera as they do: its depth can be 1.
    if matrix[2, 2] <= 0:
        return None
    matrix = matrix / matrix[2, 2]
    by_place, _ = slopes(matrix, pairs.ground)
    blurs = pairs.ground_sd**2 * by_place @ by_place.transpose(0, 2, 1)
    blurs += pairs.click**2 * np.eye(2)
    white = np.linalg.inv(np.linalg.cholesky(blurs))

    def apart(of: Array) -> Array:
        return (white @ (project(of, pairs.ground) - pairs.image)[:, :, None])[:, :, 0]

    damping = 1e-3
    now = apart(matrix)
    for _ in range(50):
        slope = (white @ slopes(matrix, pairs.ground)[1][:, :, :8])[used].reshape(-1, 8)
        normal = slope.T @ slope
        step = np.linalg.solve(
            normal + damping * np.diag(np.diag(normal)), slope.T @ now[used].ravel()
        )
        tried = matrix - np.append(step, 0.0).reshape(3, 3)
        depth = whole_points(pairs.ground[used]) @ tried[2]
        then = apart(tried)
        small = bool(np.abs(step).max() < _SMALL_STEP)
        if (depth > 0).all() and (then[used] ** 2).sum() <= (now[used] ** 2).sum():
            matrix, now, damping = tried, then, damping / 10
        elif damping > 1e8:
            break
        else:
            damping *= 10
        if small:
            break
    slope = white @ slopes(matrix, pairs.ground)[1][:, :, :8]
    flat = slope[used].reshape(-1, 8)
    inverse = np.linalg.pinv(flat.T @ flat)
    free = 2 * int(used.sum()) - 8
    noise = float(np.sqrt((now[used] ** 2).sum() / free)) if free else None
    covariance = np.zeros((9, 9))
    covariance[:8, :8] = inverse * max(1.0, noise or 1.0) ** 2
    # A pair used pulled the fit towards itself by its leverage; one left out did not, and the fit
    # is unsure there by as much.
    pull = slope @ inverse @ slope.transpose(0, 2, 1)
    of_others = np.eye(2) + np.where(used[:, None, None], -1, 1) * pull
    solved = np.linalg.pinv(of_others) @ now[:, :, None]
    distance = np.maximum((now[:, None, :] @ solved)[:, 0, 0], 0)
    distance[whole_points(pairs.ground) @ matrix[2] <= 0] = np.inf
    return matrix, covariance, distance, noise


def _plane(pairs: Pairs, found: _Candidate) -> GroundPlane:
    """In pixels and metres."""
    back = np.linalg.inv(pairs.by_image)
    turn = np.kron(back, pairs.by_ground.T)
    return GroundPlane(back @ found.matrix @ pairs.by_ground, turn @ found.covariance @ turn.T)


def _check_shape(plane: GroundPlane, image: Array, used: _Mask) -> None:
    above = np.flatnonzero(used & ~plane.below_horizon(image))
    if len(above):
        raise BadPairs(
            f"pair {above[0] + 1} lies above the horizon that the pairs give",
            "No ground is seen there: check that pair, and which place belongs to which point.",
        )


def _judged(
    pairs: Pairs,
    best: _Candidate,
    plane: GroundPlane,
    noise: float | None,
    notes: tuple[str, ...],
) -> GroundFit:
    back_image = np.asarray(np.linalg.inv(pairs.by_image), np.float64)
    back_ground = np.asarray(np.linalg.inv(pairs.by_ground), np.float64)
    image, ground = project(back_image, pairs.image), project(back_ground, pairs.ground)
    residual_px, residual_m = _apart(plane, image, ground)
    left_px, left_m = np.full(len(image), np.nan), np.full(len(image), np.nan)
    for at in range(len(image)):
        without = best.used.copy()
        without[at] = False
        if without.sum() < LEAST:
            continue
        made = _refined(pairs, best.matrix, without)
        if made is None:
            continue
        other = GroundPlane(back_image @ made[0] @ pairs.by_ground, plane.covariance)
        px, m = _apart(other, image[at : at + 1], ground[at : at + 1])
        left_px[at], left_m[at] = px[0], m[0]
    return GroundFit(plane, best.used, residual_px, residual_m, left_px, left_m, noise, notes)


def _apart(plane: GroundPlane, image: Array, ground: Array) -> tuple[Array, Array]:
    seen, places = project(plane.to_image, ground), plane.places(image)
    return np.hypot(*(seen - image).T), np.hypot(*(places - ground).T)


def _notes(found: Sequence[_Candidate], plane: GroundPlane, image: Array) -> Iterator[str]:
    best = found[0]
    count = len(best.used)
    if count == LEAST:
        yield "four pairs always fit: a wrong one cannot be noticed; add two or more"
    elif count == 5:
        yield "with five pairs a wrong one can be noticed, but not told; add one or more"
    rivals = [one for one in found[1:] if one.cost < best.cost + 1 and not one.used.all()]
    if rivals and not best.used.all():
        others = ", ".join(str(at + 1) for at in np.flatnonzero(~rivals[0].used))
        yield f"it may as well be pair {others} that is wrong: add pairs"
    for at in np.flatnonzero(~best.used & ~plane.below_horizon(image)):
        yield f"pair {at + 1} lies above the horizon that the others give: no ground is seen there"
    if plane.is_mirrored:
        yield "the ground is mirrored: its y axis lies to the right of x; check the axes"
    line = plane.horizon()
    if line is not None and line[1] < 0:
        yield "the ground lies above the horizon: the picture is upside down, or pairs are mixed up"
