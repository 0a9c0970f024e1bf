"""What a search has found so far, as columns: how well it fits, when it was there, how it ranks.

Pure arrays; reads no case.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.queries.colour_words import VEHICLES
from casefiles.queries.filters import ColourFilter
from casefiles.store.search_rows import TrackColumns
from casefiles.types import BodyPart
from casefiles.usecases.search_scope import Searched
from casefiles.usecases.search_zone import Stays
from casefiles.view_types import Zone
from detection.labels import ObjectClass
from video.clock import NS_PER_S

LEAST_SHARE: Final = 0.15
"""A part has a colour where the colour covers at least so much of it."""
FULL_SHARE: Final = 0.35
"""From here on more of a colour makes a track no better: clothes have folds and shadows."""
_DOUBTED: Final = 0.5
_UNKNOWN: Final = 0.3
_LONG_S: Final = 5.0
HAS_PART: Final[dict[BodyPart, frozenset[int]]] = {
    "upper": frozenset({int(ObjectClass.PERSON)}),
    "lower": frozenset({int(ObjectClass.PERSON)}),
    "body": VEHICLES,
}


@dataclass(frozen=True, slots=True)
class Fit:
    """How well each track has an asked colour, columns `(n,)`."""

    wanted: ColourFilter
    applies: NDArray[np.bool_]
    """False: the track has no such part, and the query asks for its class."""
    share: NDArray[np.float64]
    """NaN where the part was not judged."""
    doubt: NDArray[np.object_]

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Where the colours can be relied on."""
        trusted: NDArray[np.bool_] = ~np.isnan(self.share) & (self.doubt == "")
        return trusted

    def keeps(self) -> NDArray[np.bool_]:
        """What stays: what has the colour, and what nobody can tell of."""
        has_it = np.nan_to_num(self.share) >= LEAST_SHARE
        kept: NDArray[np.bool_] = ~self.applies | ~self.sure | has_it
        return kept

    def factor(self) -> NDArray[np.float64]:
        """What the score is multiplied by, 0..1."""
        fit = np.minimum(np.nan_to_num(self.share) / FULL_SHARE, 1.0)
        doubted = _DOUBTED * (0.3 + 0.7 * fit)
        judged = np.where(self.sure, fit, np.where(np.isnan(self.share), _UNKNOWN, doubted))
        factor: NDArray[np.float64] = np.where(self.applies, judged, 1.0)
        return factor


@dataclass(slots=True)
class Found:
    """Tracks that are left, and what is known of each: columns of equal length."""

    about: Searched
    tracks: TrackColumns
    fits: list[Fit] = field(default_factory=list)
    stays: list[tuple[Zone, Stays]] = field(default_factory=list)
    best_ns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Media time of the best picture; −1 where none is stored."""

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Lets go of all but the masked tracks."""
        self.tracks = self.tracks.where(mask)
        self.best_ns = self.best_ns[mask]
        self.fits = [
            Fit(fit.wanted, fit.applies[mask], fit.share[mask], fit.doubt[mask])
            for fit in self.fits
        ]
        self.stays = [(zone, stays.where(mask)) for zone, stays in self.stays]

    def walls(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Wall time of the first and last moment of each track; meaningless without a clock."""
        starts = self.about.wall_starts(self.tracks.source_id)
        return starts + self.tracks.from_ns, starts + self.tracks.to_ns

    def scores(self) -> NDArray[np.float64]:
        """How good an answer each track is, 0..1."""
        seconds = (self.tracks.to_ns - self.tracks.from_ns) / NS_PER_S
        score = 0.7 * np.clip(self.tracks.mean_score, 0, 1) + 0.3 * np.minimum(seconds / _LONG_S, 1)
        for fit in self.fits:
            score = score * fit.factor()
        return np.clip(np.nan_to_num(score), 0.0, 1.0)
