"""Lays a drawn plan on flat ground, from pairs of points, some of which may be wrong.

Two pairs give a similarity (turned, made larger, moved), three or more an affine map, which also
takes a scan that is stretched. Wrong pairs are found by least trimmed squares over small subsets
(P. Rousseeuw and K. Van Driessen, "Computing LTS regression for large data sets", Data Mining and
Knowledge Discovery 12, 2006), and told from chance by externally studentised residuals (R. Cook and
S. Weisberg, "Residuals and Influence in Regression", 1982).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, comb, hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.errors import BadPairs
from video.ground_fit import MOST

Array = NDArray[np.float64]
CLICK_PX: Final = 2.0
"""So well a person marks a point in a plan: one standard deviation."""
MAP_SD_M: Final = 0.5
"""So well a person marks its place on a map."""
_LEAST: Final = 2
_AFFINE: Final = 3
_GATE: Final = 13.8
"""Squared, in standard deviations: by chance one right pair in a thousand is farther away."""
_WORST_NOISE: Final = 0.04
"""Pairs that agree no better than this share of their extent on the ground say nothing."""
_NARROW: Final = 0.02
"""Pairs that reach no farther to the side than this share of their length lie on a line."""
_STRETCHED: Final = 1.1
_SQUEEZED: Final = 4.0
"""Times as large in one direction as in the other: worth telling, and beyond any plan."""
_MOST_SUBSETS: Final = 2000
_KEPT_SUBSETS: Final = 12
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PlanFit:
    """`to_ground (2, 3)` takes (x, y, 1) in pixels to metres east and north; how well n pairs fit
    it, as columns `(n,)` in metres, NaN where that cannot be told."""

    to_ground: Array
    used: NDArray[np.bool_]
    """False: the pair is wrong, and was left out."""
    residual_m: Array
    left_out_m: Array
    """How far off each is by the plan laid without it: how well a new point would fit."""
    noise_m: float | None
    """How well the pairs used agree, one standard deviation; None with two or three."""
    notes: tuple[str, ...] = ()

    @property
    def metres_per_pixel(self) -> float:
        """The geometric mean of both directions."""
        return float(np.sqrt(abs(np.linalg.det(self.to_ground[:, :2]))))

    @property
    def outliers(self) -> tuple[int, ...]:
        """Which pairs were left out, from 0."""
        return tuple(np.flatnonzero(~self.used).tolist())

    @property
    def worst(self) -> int | None:
        """The pair that fits worst what the others say, from 0; None with two or three."""
        if np.isnan(self.left_out_m).all():
            return None
        return int(np.nanargmax(self.left_out_m))


def fit_plan(
    image: Array, ground: Array, *, click_px: float = CLICK_PX, ground_sd_m: float = MAP_SD_M
) -> PlanFit:
    """Where a plan lies: `image (n, 2)` pixels, y down; `ground (n, 2)` metres east and north; n
    is 2 to 200.

    Raises:
        BadPairs: too few or many, not numbers, at one point, on a line, mirrored, or in no
            agreement.
    """
    _check(image, ground, click_px)
    count = len(image)
    scale = _typical_scale(image, ground)
    sd = hypot(click_px * scale, ground_sd_m)
    fit = _by_two(image, ground) if count < _AFFINE else _by_many(image, ground, sd)
    stretch = np.linalg.svd(fit.to_ground[:, :2], compute_uv=False)
    ratio = float(stretch[0] / stretch[1]) if stretch[1] > 0 else np.inf
    if ratio > _SQUEEZED:
        raise BadPairs(
            f"the plan would be squeezed to a {ratio:.0f}th in one direction",
            "Pairs are mixed up, or lie almost on a line: check them one by one.",
        )
    if np.linalg.det(fit.to_ground[:, :2]) > 0:
        raise BadPairs(
            "the plan would lie mirrored on the ground",
            "Longitude and latitude are swapped, or points belong to other places.",
        )
    if ratio <= _STRETCHED:
        return fit
    note = (
        f"the plan is {ratio:.2f} times as large in one direction as across it: its scan is "
        "stretched, or a pair is wrong"
    )
    return PlanFit(
        fit.to_ground, fit.used, fit.residual_m, fit.left_out_m, fit.noise_m, (*fit.notes, note)
    )


def _check(image: Array, ground: Array, click_px: float) -> None:
    count = len(image)
    if not _LEAST <= count <= MOST:
        raise BadPairs(
            f"a plan is laid by {_LEAST} to {MOST} pairs, not {count}",
            "Give points spread over the plan; four show that one is wrong, five which.",
        )
    for at in range(count):
        if not (np.isfinite(image[at]).all() and np.isfinite(ground[at]).all()):
            raise BadPairs(f"pair {at + 1} is not made of numbers", "Mend it.")
    for points, where in ((image, "on the plan"), (ground, "on the ground")):
        length, width = _reach(points)
        if not length or (points is image and length < 3 * click_px):
            raise BadPairs(f"the pairs lie at one point {where}", "Spread them over the plan.")
        if count >= _AFFINE and width < _NARROW * length:
            raise BadPairs(f"the pairs lie on a line {where}", "Add points well to the side of it.")


def _reach(points: Array) -> tuple[float, float]:
    """How far points `(n, 2)` reach in the direction in which they reach farthest, and across."""
    middle = points - points.mean(axis=0)
    axes = np.linalg.svd(middle, full_matrices=False)[2]
    return float(np.ptp(middle @ axes[0])), float(np.ptp(middle @ axes[-1]))


def _typical_scale(image: Array, ground: Array) -> float:
    """Metres per pixel by the median of the distances between points."""
    one, other = np.triu_indices(len(image), 1)
    pixels = np.hypot(*(image[one] - image[other]).T)
    metres = np.hypot(*(ground[one] - ground[other]).T)
    return float(np.median(metres[pixels > 0] / pixels[pixels > 0]))


def _by_two(image: Array, ground: Array) -> PlanFit:
    # As complex numbers, the plan's y turned upwards, a similarity is one factor.
    (one, other), (here, there) = image @ [1, -1j], ground @ [1, 1j]
    factor = (there - here) / (other - one)
    if not factor:
        raise BadPairs("the pairs lie at one point on the ground", "Spread them over the plan.")
    a, b = float(factor.real), float(factor.imag)
    linear = np.array([[a, b], [b, -a]])
    shift = ground[0] - linear @ image[0]
    return PlanFit(
        np.column_stack([linear, shift]), np.ones(2, np.bool_), np.zeros(2), np.full(2, np.nan),
        None, ("two pairs always fit: a wrong one cannot be noticed, nor a stretched or mirrored "
               "plan; add two or more",),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """An affine map of scaled points with the pairs that agree with it."""

    matrix: Array
    used: _Mask
    noise: float | None
    """In metres."""


def _by_many(image: Array, ground: Array, sd: float) -> PlanFit:
    middle, extent = image.mean(axis=0), float(np.ptp(image, axis=0).max())
    centre = ground.mean(axis=0)
    whole = np.column_stack([(image - middle) / extent, np.ones(len(image))])
    local = ground - centre
    needed = _needed(len(image))
    laid: list[_Laid] = []
    for begin in _begins(whole, local, needed):
        grown = _grown(whole, local, begin, needed, sd)
        if grown is not None and all((grown.used != one.used).any() for one in laid):
            laid.append(grown)
    if not laid:
        raise BadPairs(
            f"of {len(image)} pairs no {needed} agree with each other",
            "Some are mixed up: check them one by one, or begin with four sure ones.",
        )
    laid.sort(key=lambda one: (-int(one.used.sum()), one.noise or 0.0))
    best = laid[0]
    length, width = _reach(image[best.used])
    if width < _NARROW * length:
        raise BadPairs("the pairs that agree lie on a line", "Add points well to the side of it.")
    if best.noise is not None and best.noise > max(
        4 * sd, _WORST_NOISE * float(np.ptp(ground, axis=0).max())
    ):
        raise BadPairs(
            f"the pairs contradict each other by about {best.noise:.1f} m",
            "Check which point belongs to which place.",
        )
    residual = np.hypot(*(whole @ best.matrix - local).T)
    pull = _pull(whole, best.used)
    left_out = np.where(best.used, np.nan, residual)
    if best.used.sum() > _AFFINE:
        # One that the others leave open cannot be judged by them.
        free = best.used & (pull < 1 - 1e-6)
        left_out[free] = residual[free] / (1 - pull[free])
    # Back from scaled points: `matrix` is (3, 2), for rows of points.
    linear = best.matrix[:2].T / extent
    shift = best.matrix[2] + centre - linear @ middle
    return PlanFit(
        np.column_stack([linear, shift]), best.used, residual, left_out, best.noise,
        tuple(_notes(laid)),
    )  # fmt: skip


def _needed(count: int) -> int:
    """Of so many pairs so many must agree: three always do, one more shows that they are right."""
    return count if count <= _AFFINE + 1 else max(_AFFINE + 1, ceil(0.6 * count))


def _begins(whole: Array, ground: Array, needed: int) -> Iterator[_Mask]:
    """Which pairs to begin with: those of small subsets that lie closest to a plan, best first."""
    count = len(whole)
    if needed == count:
        yield np.ones(count, np.bool_)
        return
    if comb(count, _AFFINE) <= _MOST_SUBSETS:
        chosen = np.array(list(combinations(range(count), _AFFINE)))
    else:
        # The same pairs give the same plan.
        random = np.random.default_rng(count)
        chosen = np.array(
            [random.choice(count, _AFFINE, replace=False) for _ in range(_MOST_SUBSETS)]
        )
    corners = whole[chosen]
    wide = np.abs(np.linalg.det(corners)) > 1e-3
    matrices = np.linalg.solve(corners[wide], ground[chosen[wide]])
    squares = ((whole @ matrices - ground) ** 2).sum(axis=2)
    order = np.argsort(np.sort(squares, axis=1)[:, :needed].sum(axis=1), kind="stable")
    for at in order[:_KEPT_SUBSETS]:
        nearest = np.zeros(count, np.bool_)
        nearest[np.argsort(squares[at], kind="stable")[:needed]] = True
        yield nearest


def _grown(whole: Array, ground: Array, used: _Mask, needed: int, sd: float) -> _Laid | None:
    """Laid by the pairs used, then by those that agree with that, until nothing changes."""
    tried: set[bytes] = set()
    while True:
        if np.linalg.matrix_rank(whole[used], tol=1e-3) < _AFFINE:
            return None
        matrix = np.asarray(np.linalg.lstsq(whole[used], ground[used])[0], np.float64)
        squares = ((whole @ matrix - ground) ** 2).sum(axis=1)
        total, free = float(squares[used].sum()), 2 * int(used.sum()) - 2 * _AFFINE
        noise = float(np.sqrt(total / free)) if free else None
        tried.add(used.tobytes())
        if needed == len(used):
            return _Laid(matrix, used, noise)
        pull = np.clip(_pull(whole, used), 0, None)
        spare = np.maximum(np.where(used, 1 - pull, 1 + pull), 1e-9)
        distance = squares / spare
        # How much the others scatter: the share of each is taken out of its own measure.
        others = np.where(used, (total - distance) / max(free - 2, 1), total / max(free, 1))
        agree: _Mask = distance <= _GATE * np.maximum(others, sd**2)
        if agree.sum() < needed:
            return None
        if agree.tobytes() in tried:
            return _Laid(matrix, used, noise)
        used = agree


def _pull(whole: Array, used: _Mask) -> Array:
    """The leverage of each pair over the plan laid by those used."""
    inverse = np.linalg.inv(whole[used].T @ whole[used])
    pull: Array = np.einsum("ni,ij,nj->n", whole, inverse, whole)
    return pull


def _notes(laid: Sequence[_Laid]) -> Iterator[str]:
    best = laid[0]
    if len(best.used) == _AFFINE:
        yield "three pairs always fit: a wrong one cannot be noticed; add one or more"
    elif len(best.used) == _AFFINE + 1:
        yield "with four pairs a wrong one can be noticed, but not told; add one or more"
    rivals = [one for one in laid[1:] if one.used.sum() == best.used.sum()]
    if rivals and not best.used.all():
        others = ", ".join(str(at + 1) for at in np.flatnonzero(~rivals[0].used))
        yield f"it may as well be pair {others} that is wrong: add pairs"
