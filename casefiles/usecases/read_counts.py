"""How much was seen over time, by kind: what the chart of activity draws."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.case import Case
from casefiles.store import activity, runs, sources
from casefiles.store.engine import Cursor
from casefiles.types import SourceId
from casefiles.usecases.read_timeline import VEHICLES
from detection.labels import ObjectClass
from video.clock import NS_PER_S, ClockOffset
from video.types import TimeNs

KINDS: Final = ("person", "vehicle", "other")
MINUTE_NS: Final = 60 * NS_PER_S
_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080)
"""Minutes of a bin: round ones, up to a week."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Sightings (track points) in bins of equal length, from `from_ns` on; `counts (3, n) int64`
    has a row for person, vehicle and other."""

    from_ns: int = 0
    bin_ns: int = MINUTE_NS
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((3, 0), np.int64))
    analysed: int = 0
    """Recordings of those asked whose analysis is shown."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """When each bin begins, `(n,)` wall nanoseconds."""
        return self.from_ns + np.arange(self.counts.shape[1], dtype=np.int64) * self.bin_ns


def bin_length_ns(length_ns: int, most_bins: int) -> int:
    """The least round length that cuts a range into at most so many bins; a minute at least."""
    wanted = length_ns / max(most_bins, 1)
    return next((m for m in _STEPS if m * MINUTE_NS >= wanted), _STEPS[-1]) * MINUTE_NS


def read_counts(
    case: Case, source_ids: Collection[SourceId] | None, from_ns: int, to_ns: int, most_bins: int
) -> Counts:
    """Sightings of a range of wall time, of some sources or of all (None).

    By the minute table of the runs shown, so a bin is a minute at least, and each minute of media
    time counts in the bin where its middle lies. A source whose start is not known lies where the
    earliest known one begins, as on the timeline.
    """
    bin_ns = bin_length_ns(to_ns - from_ns, most_bins)
    start = from_ns // bin_ns * bin_ns
    many = max(-(-(to_ns - start) // bin_ns), 1)

    def read(cursor: Cursor) -> Counts:
        known = sources.every(cursor)
        shown = runs.current(cursor)
        starts = [one.clock.to_wall_ns(TimeNs(0)) for one in known if one.clock]
        assumed = ClockOffset(min(starts, default=0))
        counts = np.zeros((3, many), np.int64)
        analysed = 0
        for source in known:
            run = shown.get(source.source_id)
            if run is None or (source_ids is not None and source.source_id not in source_ids):
                continue
            analysed += 1
            clock = source.clock or assumed
            first, last = (clock.to_media(at) // MINUTE_NS for at in (start, to_ns))
            if last < 0 or first > source.duration_ns // MINUTE_NS:
                continue
            minute, classes, points = activity.minutes(cursor, run.run_id, first - 1, last + 1)
            middle = clock.to_walls(minute * MINUTE_NS + MINUTE_NS // 2)
            place = (middle - start) // bin_ns
            kind = _kinds(classes)
            inside = (place >= 0) & (place < many)
            np.add.at(counts, (kind[inside], place[inside]), points[inside])
        return Counts(start, bin_ns, counts, analysed)

    return case.read(read)


def _kinds(classes: NDArray[np.int16]) -> NDArray[np.int64]:
    """The row of each class."""
    person = classes == ObjectClass.PERSON
    vehicle = np.isin(classes, list(VEHICLES))
    return np.where(person, 0, np.where(vehicle, 1, 2)).astype(np.int64)
