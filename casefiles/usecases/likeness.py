"""How strong a similarity is within a case, and which vectors can be compared at all.

Strong is what fewer than 1 in 100 pairs of things known to be different reach, fair what fewer
than 1 in 10 do: thresholds come from the case itself, whose light and cameras are its own.
"""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.search_rows import TrackColumns
from casefiles.types import Run
from detection.appearance import Embedder

STRONG, FAIR = 99.0, 90.0
_PAIRS: Final = 20_000
_ENOUGH_PAIRS: Final = 30


@dataclass(frozen=True, slots=True)
class Strength:
    """From which likeness on appearance counts as strong and as fair; None: too few to say."""

    strong: float | None
    fair: float | None

    @classmethod
    def of(cls, tracks: TrackColumns, vectors: NDArray[np.float32]) -> "Strength":
        """Judged by pairs of tracks that are certainly different things; where there are too few
        of them, by any two tracks."""
        known = _at_one_moment(tracks)
        if len(known) < _ENOUGH_PAIRS:
            known = _any_pairs(len(tracks))
        if not len(known):
            return cls(None, None)
        alike = np.einsum("ij,ij->i", vectors[known[:, 0]], vectors[known[:, 1]])
        return cls(*(float(np.percentile(alike, part)) for part in (STRONG, FAIR)))

    def word(self, likeness: float) -> str:
        """The reason in words."""
        if self.strong is None or self.fair is None:
            return "similar appearance: too few tracks to say how strong"
        strength = "strong" if likeness >= self.strong else "weak"
        return f"similar appearance: {'fair' if self.fair <= likeness < self.strong else strength}"


def _at_one_moment(tracks: TrackColumns) -> NDArray[np.int64]:
    """Pairs of tracks that one source saw at the same time, `(k, 2)` positions, evenly chosen."""
    order = np.lexsort((tracks.from_ns, tracks.source_id))
    pairs: list[NDArray[np.int64]] = []
    # Neighbours by their beginning: near in time without comparing all with all.
    for step in (1, 2, 3, 5, 8):
        one, other = order[:-step], order[step:]
        together = (tracks.source_id[one] == tracks.source_id[other]) & (
            tracks.from_ns[other] < tracks.to_ns[one]
        )
        pairs.append(np.stack([one[together], other[together]], axis=1))
    return _thinned(np.concatenate(pairs))


def _any_pairs(count: int) -> NDArray[np.int64]:
    at = np.arange(count)
    pairs = [np.stack([at[:-step], at[step:]], axis=1) for step in (1, 2, 3, 5, 8) if step < count]
    return _thinned(np.concatenate(pairs)) if pairs else np.zeros((0, 2), np.int64)


def _thinned(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return pairs[:: max(1, len(pairs) // _PAIRS)]


def made_by(run: Run) -> str:
    """What made the vectors of a run, as text; empty where the run does not say."""
    try:
        made = json.loads(run.provenance.options).get("looks")
    except (ValueError, AttributeError):
        return ""
    if not isinstance(made, dict):
        return ""
    # Which frame is described does not change what its vector means.
    kept = {name: value for name, value in made.items() if name != "clearly_better"}
    return json.dumps(kept, sort_keys=True)


def made_by_embedder(embedder: Embedder) -> str:
    """The same of an embedder."""
    made = embedder.provenance
    everything = {"model": made.model, "model_sha256": made.sha256, **made.options}
    return json.dumps(everything, sort_keys=True)
