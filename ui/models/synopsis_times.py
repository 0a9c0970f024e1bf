"""Times of a synopsis for the window: how crowded it is when, where a recorded moment is shown."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.synopsis_types import Placement, Synopsis
from casefiles.types import SourceId, TrackId

_BINS: Final = 800


def crowd(placed: Sequence[Placement], length_ns: int, bins: int = _BINS) -> NDArray[np.int32]:
    """How many objects are shown, at most, in each of `bins` equal parts of show time."""
    if not placed or length_ns <= 0:
        return np.zeros(1, np.int32)
    steps = np.zeros(bins + 1, np.int32)
    begins = np.array([one.placed_from_ns for one in placed], np.int64)
    ends = np.array([one.placed_to_ns for one in placed], np.int64)
    np.add.at(steps, np.clip(begins * bins // length_ns, 0, bins - 1), 1)
    np.add.at(steps, np.clip(ends * bins // length_ns + 1, 1, bins), -1)
    return np.cumsum(steps[:-1], dtype=np.int32)


def show_time_of(
    placed: Sequence[Placement], moments: Sequence[tuple[TrackId, SourceId, int]]
) -> int:
    """When the first of these moments (track, recording, media time) that is shown is shown; of a
    track that is not, what was recorded nearest to it on the same recording; else the beginning."""
    by_track: dict[TrackId, list[Placement]] = {}
    for one in placed:
        by_track.setdefault(one.track_id, []).append(one)
    for track_id, _, media_ns in moments:
        for one in by_track.get(track_id, ()):
            if one.from_ns <= media_ns <= one.to_ns:
                return _shown_at(one, media_ns)
    for _, source_id, media_ns in moments[:1]:
        near = [one for one in placed if one.source_id == source_id]
        if near:
            best = min(near, key=lambda one: _away(one, media_ns))
            return _shown_at(best, min(max(media_ns, best.from_ns), best.to_ns))
    return 0


def _away(one: Placement, media_ns: int) -> int:
    return max(one.from_ns - media_ns, media_ns - one.to_ns, 0)


def _shown_at(one: Placement, media_ns: int) -> int:
    """Show time of a media time of a placement, along its knots."""
    knots = one.knots
    for (from_ns, shown_ns), (to_ns, until_ns) in pairwise(knots):
        if media_ns <= to_ns:
            share = (max(media_ns, from_ns) - from_ns) / max(to_ns - from_ns, 1)
            return shown_ns + round(share * (until_ns - shown_ns))
    return one.placed_to_ns


def recorded_span(synopsis: Synopsis, *, wall: bool) -> tuple[int, int] | None:
    """The first and the last stage time of its tubes that is wall time, or that is not."""
    tubes = [
        tube for part in synopsis.parts if part.stage.wall is wall for tube in part.stage.tubes
    ]
    if not tubes:
        return None
    return min(int(one.time_ns[0]) for one in tubes), max(int(one.time_ns[-1]) for one in tubes)
