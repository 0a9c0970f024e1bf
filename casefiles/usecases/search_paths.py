"""What is drawn in a query: on which pictures it counts, what is asked of the ways that tracks
went, and what is said of how they answered."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from casefiles.errors import BadLine, BadZone
from casefiles.queries.filters import (
    DwellFilter,
    Filter,
    LineFilter,
    LoiterFilter,
    Query,
    SequenceFilter,
    ZoneFilter,
)
from casefiles.store.path_conditions import Crossed, Followed, Passed, Path, Stayed
from casefiles.store.search_rows import Searchable
from casefiles.types import SourceId
from casefiles.view_types import Line, Zone
from video.clock import NS_PER_S

LONGEST_S: Final = 1e9
"""Lengths of time are held below this (30 years), so that sums stay in 64 bits."""
PathFilter = ZoneFilter | LineFilter | SequenceFilter | LoiterFilter
_PASSING: Final = {"enter": "entered", "leave": "left"}
_WAYS: Final = {1: "forward, A to B,", -1: "backward, B to A,"}


def is_on_map(drawn: Zone | Line) -> bool:
    """Whether something is drawn on the map, not on pictures."""
    return drawn.source_id is None and drawn.camera_id is None


def drawn_in(query: Query) -> list[Zone | Line]:
    """All zones and lines of a query.

    Raises:
        BadZone, BadLine: one lies on the map, and it is asked who passes it: that cannot be told
            before cameras are calibrated.
    """
    found: list[Zone | Line] = []
    for one in query.filters:
        if isinstance(one, ZoneFilter) and one.how == "inside":
            found.append(one.zone)
        elif isinstance(one, ZoneFilter | LineFilter):
            found.append(_on_pictures(one))
        elif isinstance(one, SequenceFilter):
            found += [_on_pictures(step) for step in one.steps]
    return found


def zones_in(query: Query) -> list[Zone]:
    """The zones on pictures in which a track must be, or stay for so long."""
    stays = any(isinstance(one, DwellFilter) for one in query.filters)
    return [
        one.zone
        for one in query.filters
        if isinstance(one, ZoneFilter)
        and not is_on_map(one.zone)
        and (one.how == "inside" or stays)
    ]


def path_filters(query: Query) -> list[PathFilter]:
    """The filters that ask which way a track went, in order."""
    return [
        one
        for one in query.filters
        if isinstance(one, ZoneFilter | LineFilter | SequenceFilter | LoiterFilter)
        and _path(one) is not None
    ]


def paths_in(query: Query) -> tuple[Path, ...]:
    """What they ask, as the store takes it."""
    paths = (_path(one) for one in query.filters)
    return tuple(path for path in paths if path is not None)


def of_its_size(
    kept: Mapping[SourceId, Searchable], query: Query, notes: list[str]
) -> dict[SourceId, Searchable]:
    """The sources on whose pictures everything drawn in a query lies where it was drawn.

    A recording of another picture size is left out and named: corners in pixels of one picture are
    elsewhere on the other.
    """
    left = dict(kept)
    for drawn in drawn_in(query):
        if drawn.camera_id is None:
            continue
        sizes = {one.size for one in left.values()}
        if drawn.size is None and len(sizes) > 1:
            notes.append(f"{_name(drawn)} does not say on which picture size it was drawn, and was "
                         f"searched as it is on {_sizes(sizes)}")  # fmt: skip
        if drawn.size is None:
            continue
        others = [key for key, one in left.items() if one.size != drawn.size]
        if others:
            sizes = {left[key].size for key in others}
            notes.append(
                f"{_name(drawn)} was drawn on pictures of {_sizes([drawn.size])}: "
                f"{_listed(others)} of {_sizes(sizes)} left out"
            )
        left = {key: one for key, one in left.items() if key not in others}
    return left


def path_words(
    asked: PathFilter, steps: Iterable[tuple[int, int]], when: Callable[[int], str]
) -> str:
    """How a track answered one of them: the media time and the way of each step; `when` writes a
    time."""
    if isinstance(asked, LoiterFilter):
        told = [when(time_ns) for time_ns, _ in steps]
        return f"stayed about one place for at least {asked.least_s:g} s, from {told[0]}"
    parts = asked.steps if isinstance(asked, SequenceFilter) else (asked,)
    said = []
    for part, (time_ns, way) in zip(parts, steps, strict=True):
        if isinstance(part, LineFilter):
            words = f"crossed {part.line.name or 'the line'} {_WAYS[1 if way > 0 else -1]}"
        else:
            words = f"{_PASSING.get(part.how, 'was in')} {zone_name(part.zone.name)}"
        said.append(f"{words} at {when(time_ns)}")
    return ", then ".join(said)


def zone_name(name: str) -> str:
    return f"zone {name}" if name else "the zone"


def _path(wanted: Filter) -> Path | None:
    if isinstance(wanted, LineFilter):
        return Crossed(wanted.line.points, wanted.way)
    if isinstance(wanted, ZoneFilter):
        return None if wanted.how == "inside" else Passed(wanted.zone.polygon, wanted.how)
    if isinstance(wanted, LoiterFilter):
        return Stayed(_ns(wanted.least_s))
    if isinstance(wanted, SequenceFilter) and wanted.steps:
        steps = tuple(
            Crossed(one.line.points, one.way)
            if isinstance(one, LineFilter)
            else Passed(one.zone.polygon, one.how)
            for one in wanted.steps
        )
        return Followed(steps, None if wanted.within_s is None else _ns(wanted.within_s))
    return None


def _ns(seconds: float) -> int:
    return round(min(max(seconds, 0.0), LONGEST_S) * NS_PER_S)


def _on_pictures(asked: ZoneFilter | LineFilter) -> Zone | Line:
    zone = isinstance(asked, ZoneFilter)
    drawn = asked.zone if isinstance(asked, ZoneFilter) else asked.line
    if is_on_map(drawn):
        raise (BadZone if zone else BadLine)(
            f"{_name(drawn)} lies on the map: who {'enters or leaves' if zone else 'crosses'} it "
            "is told on pictures only",
            "Draw it on the pictures of a source or camera.",
        )
    return drawn


def _name(drawn: Zone | Line) -> str:
    if isinstance(drawn, Zone):
        return zone_name(drawn.name)
    return f"line {drawn.name}" if drawn.name else "the line"


def _sizes(sizes: Iterable[tuple[int, int]]) -> str:
    return " and ".join(f"{width} × {height}" for width, height in sorted(sizes))


def _listed(keys: list[SourceId]) -> str:
    named = ", ".join(str(key) for key in keys[:8]) + (" …" if len(keys) > 8 else "")
    return f"source {named}" if len(keys) == 1 else f"{len(keys)} sources ({named})"
