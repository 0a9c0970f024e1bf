"""What a search looks at: sources, their runs and clocks, the spans of time that count.

Decides nothing about single tracks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from casefiles.store import calibrations, cameras, search_rows
from casefiles.store.answers import Scope
from casefiles.store.conditions import GroundArea
from casefiles.store.conditions import Spans as SpanColumns
from casefiles.store.engine import Cursor
from casefiles.store.search_rows import Indexed, Searchable
from casefiles.types import Camera, CameraId, JsonValue, SourceId
from casefiles.usecases.ground_zones import Look, looks_at
from casefiles.usecases.search_paths import drawn_in, is_on_map, of_its_size
from casefiles.view_types import Coverage, Line, Zone
from detection.labels import ObjectClass
from video.clock import ClockOffset, format_media, wall_from_ns, wall_to_ns
from video.types import TimeNs

_NO_CLOCK = ClockOffset(0)
Spans = tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """The sources that a query asks for, and how each can be read."""

    sources: Mapping[SourceId, Searchable]
    cameras: Mapping[CameraId, Camera]
    """Empty where the query asks for nothing on the map."""
    names: Mapping[CameraId, str]
    """What cameras are called, where the query asks for cameras or places."""
    runs: Mapping[SourceId, Indexed]
    """Shown runs; a source that was not analysed has none."""
    clocks: Mapping[SourceId, ClockOffset]
    """From media time to wall time, where the start is known."""
    spans: Mapping[SourceId, Spans]
    """When a camera looked into the map areas asked for; absent where that was always."""
    notes: tuple[str, ...]
    hidden: int
    """Tracks left out as static false alarms."""
    looks: tuple[Mapping[SourceId, tuple[Look, ...]], ...] = ()
    """Of each map area asked for, how each source sees it; empty where no camera that does is
    calibrated."""

    def scope(self) -> Scope:
        """The runs as columns, for SQL."""
        rows = []
        for source_id, run in self.runs.items():
            clock = self.clocks.get(source_id, _NO_CLOCK)
            known = source_id in self.clocks
            rows.append((run.run_id, source_id, clock.recorded_start_ns, clock.drift_ppb, known))
        columns = np.ascontiguousarray(np.array(rows, np.int64).reshape(-1, 5).T)
        return Scope(columns[0], columns[1], columns[2], columns[3], columns[4].astype(np.bool_))

    def looking(self) -> SpanColumns:
        """When the camera of each run looked into the map areas asked for, in media time."""
        rows: list[tuple[int, int, int]] = []
        for source_id, run in self.runs.items():
            media = self.clocks.get(source_id, _NO_CLOCK).first_media
            for opens, closes in self.spans.get(source_id, ((None, None),)):
                rows.append((
                    run.run_id,
                    -FARTHEST_NS if opens is None else media(_held(opens)),
                    FARTHEST_NS if closes is None else media(_held(closes)),
                ))  # fmt: skip
        return _columns(rows)

    def grounds(self) -> tuple[GroundArea, ...]:
        """The map areas asked for as the pictures of each run show them."""
        return tuple(self._ground(looks) for looks in self.looks)

    def _ground(self, looks: Mapping[SourceId, tuple[Look, ...]]) -> GroundArea:
        areas: dict[tuple[tuple[float, float], ...], int] = {}
        spans: list[tuple[int, int, int]] = []
        numbers: list[int] = []
        for source_id, run in self.runs.items():
            for look in looks.get(source_id, ()):
                spans.append((run.run_id, *self._media(source_id, look)))
                numbers.append(-1 if look.area is None else areas.setdefault(look.area, len(areas)))
        return GroundArea(_columns(spans), np.array(numbers, np.int64), tuple(areas))

    def sureness(self, area: int, source_id: SourceId, time_ns: int) -> float | None:
        """How sure feet in one of the areas are placed then, one standard deviation in metres."""
        for look in self.looks[area].get(source_id, ()):
            opens, closes = self._media(source_id, look)
            if opens <= time_ns < closes and look.area is not None:
                return look.sd_m
        return None

    def _media(self, source_id: SourceId, look: Look) -> tuple[int, int]:
        media = self.clocks.get(source_id, _NO_CLOCK).first_media
        opens, closes = look.from_ns, look.to_ns
        return (
            -FARTHEST_NS if opens is None else media(_held(opens)),
            FARTHEST_NS if closes is None else media(_held(closes)),
        )


def searched(
    cursor: Cursor,
    query: Query,
    *,
    with_places: bool = False,
    only: Collection[SourceId] | None = None,
) -> Searched:
    """The sources that the camera, zone and time filters of a query leave; of `only` some."""
    every = {
        source.source_id: source
        for source in search_rows.searchable(cursor)
        if only is None or source.source_id in only
    }
    known: dict[CameraId, Camera] = {}
    if with_places or _map_zones(query):
        known = {camera.camera_id: camera for camera in cameras.every(cursor)}
    names = {key: camera.name for key, camera in known.items()}
    if not known and any(isinstance(one, CameraFilter) for one in query.filters):
        names = cameras.names(cursor)
    notes: list[str] = []
    drawn = drawn_in(query)
    kept = {key: one for key, one in every.items() if _asked(one, query, drawn)}
    kept = of_its_size(kept, query, notes)
    clocks = {
        key: ClockOffset(_held(one.start_ns), drift_ppb=one.drift_ppb)
        for key, one in kept.items()
        if one.start_ns is not None
    }
    spans: dict[SourceId, Spans] = {}
    looks: list[Mapping[SourceId, tuple[Look, ...]]] = []
    for zone in _map_zones(query):
        seen = looks_at(
            zone.polygon, kept.values(), known, calibrations.in_force(cursor), set(clocks)
        )
        kept, spans = _looking(kept, known, seen, spans, clocks, notes)
        looks.append(seen)
    looks = _by_feet(looks, kept, notes)
    if any(isinstance(one, TimeFilter | ClockFilter) for one in query.filters):
        timeless = [key for key in kept if key not in clocks]
        if timeless:
            notes.append(f"start time of {_named(timeless)} not known: left out by the time filter")
        kept = {key: one for key, one in kept.items() if key in clocks}
    shown = {key: one.run for key, one in kept.items() if one.run is not None}
    missing = [key for key in kept if key not in shown]
    if missing:
        notes.append(f"{_named(missing)} not analysed yet")
    for key, run in shown.items():
        if run.analysed_to_ns is not None:
            upto = format_media(run.analysed_to_ns)
            notes.append(f"{_named([key])} analysed only up to {upto}: the analysis ended early")
    hidden = search_rows.suppressed(cursor, _classes_asked(query))
    out = sum(hidden.get(run.run_id, 0) for run in shown.values())
    return Searched(kept, known, names, shown, clocks, spans, tuple(notes), out, tuple(looks))


def coverage_of(about: Searched, query: Query, *, doubtful: int, notes: Iterable[str]) -> Coverage:
    """What a search of these sources could see."""
    asked = set(_classes_asked(query))
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
        hidden=about.hidden,
        footage_ns=sum(source.duration_ns for source in about.sources.values()),
        analysed_ns=sum(
            min(about.sources[key].duration_ns, _upto(run.analysed_to_ns))
            for key, run in about.runs.items()
        ),
    )


def _upto(stopped_ns: int | None) -> int:
    return FARTHEST_NS if stopped_ns is None else stopped_ns


def unfinished(done: int, total: int, what: str) -> str:
    """What the coverage of first answers says, and of those of a search that was stopped."""
    return f"the search was through {done} of {total} {what} only"


def _classes_asked(query: Query) -> tuple[int, ...]:
    """The classes that a query names, in order; none where any will do."""
    named = (one.class_ids for one in query.filters if isinstance(one, ClassFilter))
    return tuple(sorted({number for class_ids in named for number in class_ids}))


class WallTimes:
    """The time filters of a query in wall time."""

    def __init__(self, query: Query, zone: tzinfo) -> None:
        self._spans = [one for one in query.filters if isinstance(one, TimeFilter)]
        self._clocks = [one for one in query.filters if isinstance(one, ClockFilter)]
        self._zone = zone

    def bounds(self) -> tuple[int | None, int | None]:
        """The span that everything must touch: from, and up to but not including."""
        starts = [_held(one.from_ns) for one in self._spans if one.from_ns is not None]
        ends = [_held(one.to_ns) for one in self._spans if one.to_ns is not None]
        return max(starts, default=None), min(ends, default=None)

    def clocks(self, about: Searched) -> tuple[SpanColumns, ...]:
        """Of each clock filter, the media times of every run that lie in its hours."""
        return tuple(_columns(self._open(clock, about)) for clock in self._clocks)

    def _open(self, clocked: ClockFilter, about: Searched) -> list[tuple[int, int, int]]:
        footage = [
            (run.run_id, clock, *_walls(clock, about.sources[source_id].duration_ns))
            for source_id, run in about.runs.items()
            if (clock := about.clocks.get(source_id)) is not None
        ]
        if not footage:
            return []
        windows = self._windows(
            clocked, min(start for _, _, start, _ in footage), max(end for *_, end in footage)
        )
        rows: list[tuple[int, int, int]] = []
        for run_id, clock, start, end in footage:
            # One more on either side: a track may be told to end a little after its recording.
            first = max(int(np.searchsorted(windows[:, 1], start, "right")) - 1, 0)
            last = int(np.searchsorted(windows[:, 0], end, "right")) + 1
            media = clock.first_media
            rows += [(run_id, media(a), media(b)) for a, b in windows[first:last].tolist()]
        return rows

    def _windows(self, clock: ClockFilter, first: int, last: int) -> NDArray[np.int64]:
        """The filter on every day from the one before `first` to the one after `last`, `(d, 2)`."""
        day = wall_from_ns(first).astimezone(self._zone).date() - timedelta(days=1)
        end = wall_from_ns(last).astimezone(self._zone).date() + timedelta(days=1)
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


def _walls(clock: ClockOffset, length_ns: int) -> tuple[int, int]:
    return clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(TimeNs(length_ns))


def _columns(rows: Sequence[tuple[int, int, int]]) -> SpanColumns:
    run_id, opens, closes = np.ascontiguousarray(np.array(rows, np.int64).reshape(-1, 3).T)
    return run_id, opens, closes


def _asked(source: Searchable, query: Query, drawn: Sequence[Zone | Line]) -> bool:
    for one in query.filters:
        if isinstance(one, CameraFilter) and source.camera_id not in one.camera_ids:
            return False
    return all(_on_pictures_of(one, source) for one in drawn)


def _on_pictures_of(drawn: Zone | Line, source: Searchable) -> bool:
    if drawn.source_id is not None:
        return drawn.source_id == source.source_id
    return drawn.camera_id is None or drawn.camera_id == source.camera_id


def _map_zones(query: Query) -> list[Zone]:
    zones = [one.zone for one in query.filters if isinstance(one, ZoneFilter)]
    return [zone for zone in zones if is_on_map(zone)]


def _looking(
    kept: Mapping[SourceId, Searchable],
    known: Mapping[CameraId, Camera],
    seen: Mapping[SourceId, tuple[Look, ...]],
    before: Mapping[SourceId, Spans],
    clocks: Mapping[SourceId, ClockOffset],
    notes: list[str],
) -> tuple[dict[SourceId, Searchable], dict[SourceId, Spans]]:
    """The sources whose camera looks into a map area, and when, where that is not always."""
    left: dict[SourceId, Searchable] = {}
    spans: dict[SourceId, Spans] = dict(before)
    unplaced, timeless = [], []
    for key, source in kept.items():
        camera = known.get(source.camera_id) if source.camera_id is not None else None
        if camera is None or not camera.placements:
            unplaced.append(key)
            continue
        looks = seen[key]
        if not looks:
            continue
        always = len(looks) == len(camera.placements)
        if not always and key not in clocks:
            timeless.append(key)
            continue
        left[key] = source
        if not always:
            new = tuple((look.from_ns, look.to_ns) for look in looks)
            spans[key] = _both(spans[key], new) if key in spans else new
    if unplaced:
        notes.append(f"{_named(unplaced)} without a place on the map: left out by the area")
    if timeless:
        notes.append(f"start time of {_named(timeless)} not known, and its camera was moved: "
                     "left out by the area")  # fmt: skip
    return left, spans


def _by_feet(
    looks: Sequence[Mapping[SourceId, tuple[Look, ...]]],
    kept: Mapping[SourceId, Searchable],
    notes: list[str],
) -> list[Mapping[SourceId, tuple[Look, ...]]]:
    """The looks that decide, none where no camera is calibrated; says which sources are not."""
    told = [{key: seen[key] for key in kept} for seen in looks]
    every = [look for seen in told for found in seen.values() for look in found]
    if all(look.area is None for look in every):
        return []
    rough = sorted({
        key for seen in told for key, found in seen.items()
        if any(look.area is None for look in found)
    })  # fmt: skip
    if rough:
        notes.append(f"{_named(rough)} not calibrated: every track in view of the area counts")
    return list(told)


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
