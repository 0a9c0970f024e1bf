"""What speaks for a candidate: log likelihood ratios that add up; unknown is NaN and adds nothing.

Odds of a candidate: the chance of its camera, times the density of its time against that of any
other track there, times its looks (Huang and Russell, 1997, "Object identification in a Bayesian
context").
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
_COHORT: Final = 20.0
"""A camera's own spread counts as much as everybody's once it has so many tracks."""
_MAD: Final = 1.4826
_LEAST_SPREAD: Final = 1e-3
LOOKS_SLOPE: Final = 1.9
LOOKS_OFFSET: Final = -1.0
"""Fitted to 19 people of PKU-Reid, held against 18 others (`workstation bench follow-looks`)."""
MOST_LOOKS: Final = 6.0
"""Looks alone never say more than this: people in the same clothes look alike."""


def standardised(likeness: Column, group: NDArray[np.int64]) -> Column:
    """Likeness `(n,)` in deviations from what is usual on each camera `(n,)`, numbers from 0; NaN
    stays. Nearly all tracks of a camera are somebody else, which takes out what cameras have in
    common (Auckenthaler, Carey and Lloyd-Thomas, 2000, "Score normalization for text-independent
    speaker verification systems"); few tracks are drawn towards the whole."""
    made = np.full(len(likeness), np.nan)
    known = np.flatnonzero(~np.isnan(likeness))
    if not len(known):
        return made
    values, of = likeness[known], group[known]
    middle, spread = _robust(values)
    _, of = np.unique(of, return_inverse=True)
    counts = np.bincount(of)
    own = _medians(values, of, counts)
    own_spread = _MAD * _medians(np.abs(values - own[of]), of, counts)
    share = counts / (counts + _COHORT)
    centre = share * own + (1 - share) * middle
    width = np.maximum(share * own_spread + (1 - share) * spread, _LEAST_SPREAD)
    made[known] = (values - centre[of]) / width[of]
    return made


def looks_ratio(deviations: Column) -> Column:
    """Log ratio of likeness in deviations from what is usual (logistic regression: Brümmer and du
    Preez, 2006, "Application-independent evaluation of speaker detection")."""
    return np.clip(LOOKS_SLOPE * deviations + LOOKS_OFFSET, -MOST_LOOKS, MOST_LOOKS)


def rejected_ratio(rejected: Column, share: float) -> Column:
    """What likeness to rejected ones takes off, `(n,)` of at most 0: each of the log ratios
    `(r, n)` competes with the subject, `share` how often a track is one of these again."""
    if not len(rejected):
        return np.zeros(rejected.shape[1])
    others = np.exp(np.where(np.isnan(rejected), -np.inf, rejected)).sum(axis=0)
    taken: Column = -np.log1p(share * others)
    return taken


def agreement_ratio(agreement: Column, doubt: float) -> Column:
    """Log ratio of agreement 0..1 in what is worn against what is usual among all; `doubt` is how
    often even the same one disagrees. Rare things say much, common ones little."""
    known = agreement[~np.isnan(agreement)]
    usual = float(known.mean()) if len(known) else 0.0
    return np.log((doubt + (1 - doubt) * agreement) / (doubt + (1 - doubt) * usual))


def direction_ratio(off_deg: Column, sureness: float) -> Column:
    """Log ratio of a direction so many degrees off the expected one (von Mises) against any."""
    return sureness * np.cos(np.radians(off_deg)) - float(np.log(np.i0(sureness)))


def fused(prior: Column, parts: Column) -> Column:
    """Score 0..1 `(n,)` of prior log odds `(n,)` and parts `(k, n)`; -inf is impossible."""
    total = prior + np.where(np.isnan(parts), 0.0, parts).sum(axis=0)
    score: Column = 1 / (1 + np.exp(-np.clip(total, -700, 700)))
    return np.where(np.isneginf(total), 0.0, score)


def _medians(values: Column, of: NDArray[np.intp], counts: NDArray[np.intp]) -> Column:
    """The median of each group; groups are numbered from 0, none of them empty."""
    ordered = values[np.lexsort((values, of))]
    first = np.cumsum(counts) - counts
    middle: Column = (ordered[first + (counts - 1) // 2] + ordered[first + counts // 2]) / 2
    return middle


def _robust(values: Column) -> tuple[float, float]:
    middle = float(np.median(values))
    return middle, _MAD * float(np.median(np.abs(values - middle)))
