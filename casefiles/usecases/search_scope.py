"""What a search looks at: sources, their runs and clocks, the spans of time that count.

Decides nothing about single tracks but when they were there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from casefiles.queries.describe import FARTHEST_NS
from casefiles.queries.filters import (
    CameraFilter,
    ClassFilter,
    ClockFilter,
    Query,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.places import looks_into
from casefiles.store import cameras, runs, sources
from casefiles.store.engine import Cursor
from casefiles.store.search_rows import Scope
from casefiles.types import Camera, CameraId, JsonValue, Run, RunId, Source, SourceId
from casefiles.view_types import Coverage, Zone
from detection.labels import ObjectClass
from video.clock import wall_from_ns, wall_to_ns
from video.types import TimeNs

Spans = tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """The sources that a query asks for, and how each can be read."""

    sources: Mapping[SourceId, Source]
    cameras: Mapping[CameraId, Camera]
    runs: Mapping[SourceId, Run]
    """Shown runs; a source that was not analysed has none."""
    starts: Mapping[SourceId, int]
    """Wall time of media time 0, where it is known."""
    spans: Mapping[SourceId, Spans]
    """When a camera looked into the map areas asked for; absent where that was always."""
    notes: tuple[str, ...]

    def scope(self) -> Scope:
        """The runs as columns, for SQL."""
        pairs = [
            (run.run_id, self.starts.get(source_id, 0)) for source_id, run in self.runs.items()
        ]
        columns = np.array(pairs, np.int64).reshape(-1, 2)
        return Scope(np.ascontiguousarray(columns[:, 0]), np.ascontiguousarray(columns[:, 1]))

    def by_run(self) -> dict[RunId, Source]:
        """The source of each run."""
        return {run.run_id: self.sources[source_id] for source_id, run in self.runs.items()}

    def wall_starts(self, source_id: NDArray[np.int64]) -> NDArray[np.int64]:
        """The wall time of media time 0 of each track's source, `(n,)`; 0 where not known."""
        ids, places = np.unique(source_id, return_inverse=True)
        known = [self.starts.get(SourceId(number), 0) for number in ids.tolist()]
        return np.asarray(known, np.int64)[places]


def searched(cursor: Cursor, query: Query) -> Searched:
    """The sources that the camera, zone and time filters of a query leave."""
    every = {source.source_id: source for source in sources.every(cursor)}
    known = {camera.camera_id: camera for camera in cameras.every(cursor)}
    notes: list[str] = []
    kept = {key: one for key, one in every.items() if _asked(one, query)}
    starts = {
        key: _held(one.clock.to_wall_ns(TimeNs(0)))
        for key, one in kept.items()
        if one.clock is not None
    }
    spans: dict[SourceId, Spans] = {}
    for zone in _map_zones(query):
        kept, spans = _looking(kept, known, zone, spans, starts, notes)
    if any(isinstance(one, TimeFilter | ClockFilter) for one in query.filters):
        timeless = [key for key in kept if key not in starts]
        if timeless:
            notes.append(f"start time of {_named(timeless)} not known: left out by the time filter")
        kept = {key: one for key, one in kept.items() if key in starts}
    shown = {key: run for key, run in runs.current(cursor).items() if key in kept}
    missing = [key for key in kept if key not in shown]
    if missing:
        notes.append(f"{_named(missing)} not analysed yet")
    return Searched(kept, known, shown, starts, spans, tuple(notes))


def coverage_of(about: Searched, query: Query, *, doubtful: int, notes: Iterable[str]) -> Coverage:
    """What a search of these sources could see."""
    asked = {number for one in query.filters if isinstance(one, ClassFilter)
             for number in one.class_ids}  # fmt: skip
    everywhere = set().union(*(run.classes for run in about.runs.values()))
    said = list(notes)
    for number in sorted(asked & everywhere):
        without = [key for key, run in about.runs.items() if number not in run.classes]
        if without:
            label = ObjectClass(number).label
            said.append(f"{_named(without)} analysed with a model that does not know {label}")
    unknown = sorted(asked - everywhere) if about.runs else []

    def total(name: str) -> int:
        return sum(_count(run.report.get(name)) for run in about.runs.values())

    return Coverage(
        sources=len(about.sources),
        indexed=len(about.runs),
        frames=total("frames_decoded"),
        analysed=total("frames_analysed"),
        gated=total("frames_gated"),
        damaged=total("damaged"),
        unknown_classes=tuple(ObjectClass(number).label for number in unknown),
        doubtful_colours=doubtful,
        notes=(*about.notes, *said),
    )


class WallTimes:
    """The time filters of a query, for whole columns of wall times at once."""

    def __init__(self, query: Query, zone: tzinfo) -> None:
        self._spans = [one for one in query.filters if isinstance(one, TimeFilter)]
        self._clocks = [one for one in query.filters if isinstance(one, ClockFilter)]
        self._zone = zone

    def bounds(self) -> tuple[int | None, int | None]:
        """The span that everything must touch: from, and up to but not including."""
        starts = [_held(one.from_ns) for one in self._spans if one.from_ns is not None]
        ends = [_held(one.to_ns) for one in self._spans if one.to_ns is not None]
        return max(starts, default=None), min(ends, default=None)

    def touch(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the stays from `start` to `end`, both included, touch every filter, `(n,)`."""
        mask = np.ones(len(start), np.bool_)
        for span in self._spans:
            if span.from_ns is not None:
                mask &= end >= _held(span.from_ns)
            if span.to_ns is not None:
                mask &= start < _held(span.to_ns)
        if len(start):
            for clock in self._clocks:
                windows = self._windows(clock, int(start.min()), int(end.max()))
                mask &= _touch_windows(start, end, windows)
        return mask

    def touch_at(self, start_ns: int, time_ns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which moments of a recording that began at `start_ns` hold every filter, `(n,)`."""
        walls = time_ns + start_ns
        return self.touch(walls, walls)

    def _windows(self, clock: ClockFilter, first: int, last: int) -> NDArray[np.int64]:
        """The clock filter on every day from the one before `first` to `last`, `(d, 2)`."""
        day = wall_from_ns(first).astimezone(self._zone).date() - timedelta(days=1)
        end = wall_from_ns(last).astimezone(self._zone).date()
        length = clock.to_minute - clock.from_minute
        length += 1440 if length <= 0 else 0
        made = []
        while day <= end:
            midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
            # Wall-clock sums, so that a day with a changed clock keeps its hours.
            opens = midnight + timedelta(minutes=clock.from_minute)
            made.append((wall_to_ns(opens), wall_to_ns(opens + timedelta(minutes=length))))
            day += timedelta(days=1)
        return np.array(made, np.int64).reshape(-1, 2)


def touch_spans(
    start: NDArray[np.int64], end: NDArray[np.int64], spans: Spans
) -> NDArray[np.bool_]:
    """Which stays touch any of some spans whose ends may be open, `(n,)`."""
    mask = np.zeros(len(start), np.bool_)
    for opens, closes in spans:
        after = end >= _held(-FARTHEST_NS if opens is None else opens)
        mask |= after & (start < _held(FARTHEST_NS if closes is None else closes))
    return mask


def _touch_windows(
    start: NDArray[np.int64], end: NDArray[np.int64], windows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    # The first window that is not over yet when the stay begins must open before the stay ends.
    first = np.searchsorted(windows[:, 1], start, side="right")
    is_there = first < len(windows)
    opens = windows[np.minimum(first, len(windows) - 1), 0]
    touched: NDArray[np.bool_] = is_there & (opens <= end)
    return touched


def _asked(source: Source, query: Query) -> bool:
    for one in query.filters:
        if isinstance(one, CameraFilter) and source.camera_id not in one.camera_ids:
            return False
        if isinstance(one, ZoneFilter) and not _on_pictures_of(one.zone, source):
            return False
    return True


def _on_pictures_of(zone: Zone, source: Source) -> bool:
    if zone.source_id is not None:
        return zone.source_id == source.source_id
    return zone.camera_id is None or zone.camera_id == source.camera_id


def _map_zones(query: Query) -> list[Zone]:
    zones = [one.zone for one in query.filters if isinstance(one, ZoneFilter)]
    return [zone for zone in zones if is_on_map(zone)]


def is_on_map(zone: Zone) -> bool:
    """Whether a zone is drawn on the map, not on pictures."""
    return zone.source_id is None and zone.camera_id is None


def _looking(
    kept: Mapping[SourceId, Source],
    known: Mapping[CameraId, Camera],
    zone: Zone,
    before: Mapping[SourceId, Spans],
    starts: Mapping[SourceId, int],
    notes: list[str],
) -> tuple[dict[SourceId, Source], dict[SourceId, Spans]]:
    """The sources whose camera looks into a map area, and when, where that is not always."""
    left: dict[SourceId, Source] = {}
    spans: dict[SourceId, Spans] = dict(before)
    unplaced, timeless = [], []
    for key, source in kept.items():
        camera = known.get(source.camera_id) if source.camera_id is not None else None
        if camera is None or not camera.placements:
            unplaced.append(key)
            continue
        looks = [looks_into(place, zone.polygon) for place in camera.placements]
        if not any(looks):
            continue
        if not all(looks) and key not in starts:
            timeless.append(key)
            continue
        left[key] = source
        if not all(looks):
            new = tuple(
                (place.from_ns, place.to_ns)
                for place, does in zip(camera.placements, looks, strict=True)
                if does
            )
            spans[key] = _both(spans[key], new) if key in spans else new
    if unplaced:
        notes.append(f"{_named(unplaced)} without a place on the map: left out by the area")
    if timeless:
        notes.append(f"start time of {_named(timeless)} not known, and its camera was moved: "
                     "left out by the area")  # fmt: skip
    return left, spans


def _both(one: Spans, other: Spans) -> Spans:
    """Where both of two sets of spans hold."""
    met = []
    for opens, closes in one:
        for other_opens, other_closes in other:
            starts = [at for at in (opens, other_opens) if at is not None]
            ends = [at for at in (closes, other_closes) if at is not None]
            start, end = max(starts, default=None), min(ends, default=None)
            if start is None or end is None or start < end:
                met.append((start, end))
    return tuple(met)


def _held(wall_ns: int) -> int:
    return max(-FARTHEST_NS, min(FARTHEST_NS, wall_ns))


def _named(keys: Sequence[int]) -> str:
    listed = ", ".join(str(key) for key in keys[:8]) + (" …" if len(keys) > 8 else "")
    return f"source {listed}" if len(keys) == 1 else f"{len(keys)} sources ({listed})"


def _count(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
