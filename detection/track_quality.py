"""How far a track is to be trusted, 0..1, from plain measures of it. Pure functions over arrays.

It says how well a track was followed, not how likely it is what somebody looks for. Own making:
`coverage × (1 + mean score) / 2 × (1 + smoothness) / 2 × (1 − cut / 2)`. What was not seen counts
most; doubt of the detector, trembling and the picture's edge take at most a half each.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_USUAL_TREMBLE: Final = 0.05
"""Off the straight way between the sights before and after, in heights: half as smooth."""
GOOD: Final = 0.6
FAIR: Final = 0.4


def quality(coverage: Floats, mean_score: Floats, smoothness: Floats, cut: Floats) -> Floats:
    """The quality of tracks, `(n,)`; all are in 0..1.

    `coverage` is the share of the frames analysed while a track lasted in which it was really seen,
    `mean_score` of these sights, `smoothness` as `smooth` gives it, `cut` the share of sights that
    the picture's edge cuts.
    """
    worth: Floats = coverage * (1 + mean_score) / 2 * (1 + smoothness) / 2 * (1 - cut / 2)
    return np.clip(worth, 0, 1)


def smooth(tremble: Floats) -> Floats:
    """Smoothness `(n,)` from the median distance, in heights, of sights from the straight way
    between their neighbours; NaN (fewer than three sights) says nothing against a track."""
    calm: Floats = 1 / (1 + np.nan_to_num(tremble, nan=0.0) / _USUAL_TREMBLE)
    return calm


def word(value: float) -> Literal["good", "fair", "poor"]:
    """A quality in a word."""
    return "good" if value >= GOOD else "fair" if value >= FAIR else "poor"
