"""Which place of a line is nearest to a point; no Qt here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LineHit:
    """The nearest place of a line."""

    leg: int
    """Between point `leg` and the next."""
    on_leg: float
    """How far along that leg, 0..1."""
    share: float
    """How far along the whole line, 0..1."""
    distance: float
    """In the units of the line."""


def nearest(
    points: NDArray[np.float64], to: NDArray[np.float64], broken: NDArray[np.bool_] | None = None
) -> LineHit | None:
    """The nearest place of a line `(n, 2)` to a point `(2,)`; None for fewer than two points.
    `broken (n - 1,)` are legs that are not drawn."""
    if len(points) < 2:
        return None
    start, way = points[:-1], np.diff(points, axis=0)
    squared = (way**2).sum(axis=1)
    along = ((to - start) * way).sum(axis=1) / np.where(squared > 0, squared, 1.0)
    along = np.clip(along, 0.0, 1.0)
    away = np.hypot(*(start + along[:, None] * way - to).T)
    if broken is not None:
        away = np.where(broken, np.inf, away)
    leg = int(away.argmin())
    if not np.isfinite(away[leg]):
        return None
    lengths = np.sqrt(squared)
    whole = float(lengths.sum())
    done = float(lengths[:leg].sum() + along[leg] * lengths[leg])
    share = done / whole if whole > 0 else 0.0
    return LineHit(leg, float(along[leg]), share, float(away[leg]))
