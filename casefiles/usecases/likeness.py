"""How strong a similarity is within a case, and which vectors can be compared at all.

Strong is what fewer than 1 in 100 pairs of things known to be different reach, fair what fewer
than 1 in 10 do: thresholds come from the case itself, whose light and cameras are its own.
"""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.store.search_rows import Indexed, TrackColumns
from casefiles.usecases.likeness_of_frames import of_pairs
from detection.appearance import Embedder

STRONG, FAIR = 99.0, 90.0
_PAIRS: Final = 5_000
_NOT_OF_VECTORS: Final = (
    "clearly_better",
    "frames",
    "frames_apart_ns",
    "frames_good",
    "colour_rules",
)
_ENOUGH_PAIRS: Final = 30


@dataclass(frozen=True, slots=True)
class Strength:
    """From which likeness on appearance counts as strong and as fair; None: too few to say."""

    strong: float | None
    fair: float | None

    def word(self, likeness: float) -> str:
        """The reason in words."""
        if self.strong is None or self.fair is None:
            return "similar appearance: too few tracks to say how strong"
        strength = "strong" if likeness >= self.strong else "weak"
        return f"similar appearance: {'fair' if self.fair <= likeness < self.strong else strength}"


class Sample:
    """Pairs of tracks that are certainly different things, and how alike they are; where there
    are too few of them, any two tracks. Their vectors come in parts."""

    def __init__(self, tracks: TrackColumns) -> None:
        """The tracks come by id."""
        known = _at_one_moment(tracks)
        self._pairs = known if len(known) >= _ENOUGH_PAIRS else _any_pairs(len(tracks))
        self._alike: list[NDArray[np.float32]] = []

    def add(self, at: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Takes the vectors `(n, d)` of tracks at ascending positions `(n,)`, several of a track
        beside each other; pairs of which a part does not hold both are passed over."""
        if not len(at):
            return
        at, first = np.unique(at, return_index=True)
        inside = ((self._pairs >= at[0]) & (self._pairs <= at[-1])).all(axis=1)
        pairs = self._pairs[inside]
        rows = np.searchsorted(at, pairs)
        there = (at[rows] == pairs).all(axis=1)
        one, other = rows[there].T
        self._alike.append(of_pairs(vectors, first, one, other))

    def strength(self) -> Strength:
        """What they say so far."""
        alike = np.concatenate(self._alike) if self._alike else np.zeros(0, np.float32)
        if not len(alike):
            return Strength(None, None)
        return Strength(*(float(np.percentile(alike, part)) for part in (STRONG, FAIR)))


def _at_one_moment(tracks: TrackColumns) -> NDArray[np.int64]:
    """Pairs of tracks that one source saw at the same time, `(k, 2)` positions, evenly chosen."""
    pairs: list[NDArray[np.int64]] = []
    # Tracks are numbered as they begin: neighbours are near in time, without comparing all with
    # all.
    for near in _neighbours(len(tracks)):
        one, other = near.T
        together = (
            (tracks.source_id[one] == tracks.source_id[other])
            & (tracks.from_ns[other] < tracks.to_ns[one])
            & (tracks.from_ns[one] < tracks.to_ns[other])
        )
        pairs.append(near[together])
    return _thinned(pairs)


def _any_pairs(count: int) -> NDArray[np.int64]:
    return _thinned(_neighbours(count))


def _neighbours(count: int) -> list[NDArray[np.int64]]:
    # So many that enough are left, whatever is left of them.
    first = np.arange(0, count, max(1, count // (4 * _PAIRS)))
    return [
        np.stack([first, first + step], axis=1)[first + step < count] for step in (1, 2, 3, 5, 8)
    ]


def _thinned(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    pairs = np.concatenate(parts)
    return pairs[:: max(1, len(pairs) // _PAIRS)]


def made_by(run: Indexed) -> str:
    """What made the vectors of a run, as text; empty where the run does not say."""
    try:
        made = json.loads(run.options).get("looks")
    except (ValueError, AttributeError):
        return ""
    if not isinstance(made, dict):
        return ""
    # Which frames are described does not change what a vector means.
    kept = {name: value for name, value in made.items() if name not in _NOT_OF_VECTORS}
    return json.dumps(kept, sort_keys=True)


def embedder_of(made: str) -> str:
    """The name of the embedder in what `made_by` gives; empty where it is not told."""
    try:
        name = json.loads(made).get("embedder")
    except (ValueError, AttributeError):
        return ""
    return name if isinstance(name, str) else ""


def made_by_embedder(embedder: Embedder) -> str:
    """The same of an embedder."""
    made = embedder.provenance
    everything = {"model": made.model, "model_sha256": made.sha256, **made.options}
    return json.dumps(everything, sort_keys=True)
