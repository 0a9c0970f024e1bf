"""How much the looks of tracks speak for their being a subject: like what was confirmed, unlike
what was rejected, in the same clothes; log ratios, NaN where nothing is known."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.usecases.follow_pool import Column, Pool
from detection.following import evidence
from video.clock import NS_PER_S

_AGAIN: Final = 0.05
"""How often a track is one that was rejected, seen again."""
_DISAGREES: Final = 0.3
"""How often clothing is told differently of one and the same."""
_HALF: Final = 0.5
"""Colours are seen by what compares appearance too: they count half beside it."""
SAME_VIEW_S: Final = 1.0
"""Tracks of one object overlap by less than this on one camera."""


def beside(pool: Pool, place: int) -> NDArray[np.bool_]:
    """What the same recording saw at the moment of a track, itself included `(n,)`."""
    tracks = pool.tracks
    overlap = np.minimum(tracks.to_ns, tracks.to_ns[place]) - np.maximum(
        tracks.from_ns, tracks.from_ns[place]
    )
    same = tracks.source_id == tracks.source_id[place]
    found: NDArray[np.bool_] = same & (overlap > SAME_VIEW_S * NS_PER_S)
    return found


class Alike:
    """Likeness of the tracks of a pool to some of them; computed once for each of these."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._likeness: dict[int, Column] = {}
        self._rejected: dict[int, Column] = {}

    def ratio(self, confirmed: Sequence[int], rejected: Sequence[int]) -> tuple[Column, Column]:
        """By positions: the mean likeness to the confirmed, and what that says less what is like
        the rejected, `(n,)` each."""
        likeness = self._mean(confirmed)
        told = evidence.looks_ratio(evidence.standardised(likeness, self._pool.where))
        if not rejected:
            return likeness, told
        taken = evidence.rejected_ratio(
            np.stack([self._to_rejected(at) for at in rejected]), _AGAIN
        )
        alone = np.where(taken < 0, taken, np.nan)
        return likeness, np.where(np.isnan(told), alone, told + taken)

    def _mean(self, places: Sequence[int]) -> Column:
        if not places:
            return np.full(len(self._pool), np.nan)
        each = np.stack([self._to(one) for one in places])
        known = ~np.isnan(each)
        total = np.where(known, each, 0.0).sum(axis=0)
        mean: Column = np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)
        return mean

    def _to(self, place: int) -> Column:
        if place not in self._likeness:
            self._likeness[place] = self._pool.likeness(place)
        return self._likeness[place]

    def _to_rejected(self, place: int) -> Column:
        if place not in self._rejected:
            like = evidence.standardised(self._to(place), self._pool.where)
            ratio = evidence.looks_ratio(like)
            # Seen beside it by the same camera: that is not the rejected one again.
            ratio[beside(self._pool, place)] = np.nan
            self._rejected[place] = ratio
        return self._rejected[place]


def clothing_ratio(pool: Pool, confirmed: Sequence[int]) -> Column:
    """What clothing says, by that of the confirmed and by the words for it, `(n,)`."""
    made = np.full(len(pool), np.nan)
    if confirmed:
        agreement = pool.worn.like(np.array(confirmed, np.int64))
        made = _HALF * evidence.agreement_ratio(agreement, _DISAGREES)
    if pool.words is not None:
        said = evidence.agreement_ratio(pool.words, _DISAGREES)
        weight = _HALF if confirmed else 1.0
        both = np.nan_to_num(made) + weight * np.nan_to_num(said)
        made = np.where(np.isnan(made) & np.isnan(said), np.nan, both)
    return made
