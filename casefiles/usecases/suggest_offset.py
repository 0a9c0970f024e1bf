"""Suggests how far the clocks of two sources are apart, from people who go from one view to the
other: `detection.offset_vote` over their tracks. A suggestion, with the pairs it rests on; it is
applied only when a person accepts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadClock, NoAppearance
from casefiles.store import looks, tracks
from casefiles.store.engine import Cursor
from casefiles.types import Run, Source, SourceClock, SourceId, TrackId
from casefiles.usecases.align_clocks import doubts_of, known_clock, reference_words
from casefiles.usecases.set_clock import ProposedClock, half_frame_ns
from detection.crossings import Crossing, TrackPath, crossings
from detection.labels import ObjectClass
from detection.offset_vote import OffsetVote, vote
from video.clock import NS_PER_S
from video.types import TimeNs

_MOST: Final = 3
_CLEAR: Final = 1.2
_ENOUGH: Final = 4
_ZERO: Final = TimeNs(0)
_AWAY_NS: Final = 5 * NS_PER_S // 2
"""Longer than gaps that are filled (`detection.tracker`)."""
_NO_VECTOR: Final = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """Two tracks taken for one person: who left one view, and who came into the other.

    Wall times are by the clocks as they are set now; `missed_s` is by how much the way between
    differs from what the suggestion expects; `likeness` is a cosine, NaN without looks.
    """

    track_left: TrackId
    left_source: SourceId
    left_ns: int
    track_came: TrackId
    came_source: SourceId
    came_ns: int
    missed_s: float
    likeness: float


@dataclass(frozen=True, slots=True)
class OffsetSuggestion:
    """One answer: what to add to times of the wrong source to agree with the trusted one."""

    source_id: SourceId
    trusted_id: SourceId
    add_s: float
    offset_ns: int
    """The offset of the wrong source's recorder that follows (positive: fast)."""
    error_s: float
    score: float
    ratio: float
    """Its score against that of the next best answer."""
    both_ways: bool
    people: tuple[SharedPerson, ...]

    @property
    def is_clear(self) -> bool:
        """Whether enough people agree, in both directions, and on nothing else nearly as well."""
        return self.both_ways and self.ratio >= _CLEAR and len(self.people) >= _ENOUGH


def suggest_offset(
    case: Case, source_id: int, trusted_id: int, *, within_s: float = 120.0
) -> tuple[OffsetSuggestion, ...]:
    """The likeliest differences of two clocks, best first; none where nobody crosses both views.

    Raises:
        UnknownSource: the case has no such source.
        BadClock: it is the same source twice, or a start is not known.
        NoAppearance: one of them was not analysed.
    """
    if source_id == trusted_id:
        raise BadClock("a recording cannot be compared with itself", "Choose another one.")
    source, trusted = case.source(source_id), case.source(trusted_id)
    # Nanoseconds as seconds lose their fraction; what matters is the difference.
    zero_ns = known_clock(trusted).to_wall_ns(_ZERO)
    known = case.current_runs()
    a = _crossings(case, trusted, known.get(trusted.source_id), zero_ns)
    b = _crossings(case, source, known.get(source.source_id), zero_ns)
    votes = vote(a, b, within_s=within_s)
    found = tuple(
        _suggestion(source, trusted, one, votes, zero_ns) for one in votes[:_MOST]
    )  # fmt: skip
    case.record(
        audit.Entry(
            "clock.suggest",
            "done",
            object=f"source:{source.source_id}",
            facts={"trusted": trusted.source_id, "found": len(found),
                   "offsets_ns": [one.offset_ns for one in found]},
        )
    )  # fmt: skip
    return found


def accepted(case: Case, suggestion: OffsetSuggestion, *, note: str = "") -> ProposedClock:
    """The clock that a person sets by accepting a suggestion."""
    source, trusted = case.source(suggestion.source_id), case.source(suggestion.trusted_id)
    before = source.clock_set
    own_ns = round(suggestion.error_s * NS_PER_S) + half_frame_ns(source) + half_frame_ns(trusted)
    pairs = ", ".join(f"{one.track_left}→{one.track_came}" for one in suggestion.people[:40])
    clock = SourceClock(
        source_id=source.source_id,
        offset_ns=suggestion.offset_ns,
        basis=f"accepted suggestion: {len(suggestion.people)} people seen by source "
        f"{trusted.source_id} too",
        drift_ppb=0 if before is None else before.drift_ppb,
        reference_source=reference_words(trusted),
        zone_name="" if before is None else before.zone_name,
        summer_time=before is None or before.summer_time,
        uncertainty_ns=own_ns + (trusted.uncertainty_ns or 0),
        proof=f"tracks {pairs}",
        note=note.strip(),
    )
    warnings = doubts_of(trusted)
    if not suggestion.is_clear:
        warnings += ("the suggestion is weak: look at the pictures of each pair",)
    return ProposedClock(clock, warnings=warnings)


def _crossings(case: Case, source: Source, run: Run | None, zero_ns: int) -> tuple[Crossing, ...]:
    """Where people cross the edges of a source's pictures, in seconds after `zero_ns`."""
    if run is None:
        raise NoAppearance(
            f"source {source.source_id} is not analysed yet", "Analyse it, then ask again."
        )
    clock = known_clock(source)
    width, height = source.width, source.height

    def read(cursor: Cursor) -> list[TrackPath]:
        points = tracks.points_of_run(cursor, run.run_id, with_suppressed=False)
        people = points.where((points.at.class_ids == ObjectClass.PERSON) & ~points.interpolated)
        order = np.argsort(people.track_id, kind="stable")
        ids, begins = np.unique(people.track_id[order], return_index=True)
        if not len(ids):
            return []
        walls = clock.to_walls(people.at.time_ns)
        known, vectors = looks.mean_vectors(cursor, ids)
        looked = dict(zip(known.tolist(), vectors, strict=True))
        return [
            TrackPath(
                int(track_id),
                (walls[visit] - zero_ns) / NS_PER_S,
                people.at.boxes[visit].astype(np.float64),
                looked.get(int(track_id), _NO_VECTOR),
            )
            for track_id, mine in zip(ids, np.split(order, begins[1:]), strict=True)
            for visit in visits(mine, walls)
        ]

    seen_ns = (0, source.duration_ns if run.stop is None else run.stop.analysed_to_ns)
    walls = clock.to_walls(np.array(seen_ns, np.int64))
    first_s, last_s = ((walls - zero_ns) / NS_PER_S).tolist()
    return crossings(case.read(read), (width, height), (first_s, last_s))


def visits(rows: NDArray[np.intp], walls: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """The rows of one track, cut where nobody was seen for long: who went out and came back
    crossed an edge twice in between, though the pieces were joined."""
    rows = rows[np.argsort(walls[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(walls[rows]) > _AWAY_NS) + 1)


def _suggestion(
    source: Source,
    trusted: Source,
    one: OffsetVote,
    votes: Sequence[OffsetVote],
    zero_ns: int,
) -> OffsetSuggestion:
    others = [other.score for other in votes if other is not one]
    people = []
    for pair in one.pairs:
        left, came = (trusted, source) if pair.a_to_b else (source, trusted)
        people.append(
            SharedPerson(
                TrackId(pair.left.track_id),
                left.source_id,
                zero_ns + round(pair.left.at_s * NS_PER_S),
                TrackId(pair.came.track_id),
                came.source_id,
                zero_ns + round(pair.came.at_s * NS_PER_S),
                pair.missed_s,
                pair.likeness,
            )
        )
    return OffsetSuggestion(
        source_id=source.source_id,
        trusted_id=trusted.source_id,
        add_s=one.difference_s,
        # true = recorded − offset: later true times are a smaller offset.
        offset_ns=source.offset_ns - round(one.difference_s * NS_PER_S),
        error_s=one.error_s,
        score=one.score,
        ratio=one.score / max(others, default=one.score / 10),
        both_ways=one.both_ways,
        people=tuple(people),
    )
