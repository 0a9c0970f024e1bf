"""Why nothing can answer a query, where its filters exclude each other: one sentence each."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from casefiles.queries.colour_words import VEHICLES
from casefiles.queries.filters import (
    AttributeFilter,
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    DwellFilter,
    LineFilter,
    Query,
    SequenceFilter,
    SizeFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from detection.attribute_names import PERSON_ATTRIBUTES
from detection.labels import ObjectClass

_T = TypeVar("_T")
_PERSONS = frozenset({int(ObjectClass.PERSON)})
_DAY = 1440


def contradictions(query: Query) -> tuple[str, ...]:
    """What cannot be true at once of one track; empty where the filters allow each other."""
    return tuple(dict.fromkeys(f"{why}: nothing can be found" for why in _found(query)))


def _found(query: Query) -> Iterator[str]:
    yield from _times(query)
    yield from _kinds(query)
    yield from _places(query)
    dwell, speed = _of(query, DwellFilter), _of(query, SpeedFilter)
    size = _of(query, SizeFilter)
    if _apart([(one.least_s, one.most_s) for one in dwell]):
        yield "the least time in view is longer than the most"
    if _apart([(one.least, one.most) for one in speed]):
        yield "the least speed is above the most"
    if _apart([(one.least_px, one.most_px) for one in size]):
        yield "the least height is above the most"


def _times(query: Query) -> Iterator[str]:
    spans = _of(query, TimeFilter)
    start = max((one.from_ns for one in spans if one.from_ns is not None), default=None)
    end = min((one.to_ns for one in spans if one.to_ns is not None), default=None)
    if start is not None and end is not None and end <= start:
        yield "the times contradict each other"
    clocks = [_minutes(one) for one in _of(query, ClockFilter)]
    if clocks and not set.intersection(*clocks):
        yield "the times of day contradict each other"


def _kinds(query: Query) -> Iterator[str]:
    named = [set(one.class_ids) for one in _of(query, ClassFilter)]
    left = set.intersection(*named) if named else None
    if left is not None and not left:
        yield "no thing is of all the kinds asked for"
    for name, others in _by_name(query):
        if not set.intersection(*others):
            yield f"{name} cannot be both"
    if not left:
        return
    about = {one.name for one in _of(query, AttributeFilter)}
    parts = {one.part for one in _of(query, ColourFilter)}
    if not left & VEHICLES and ("vehicle type" in about or "body" in parts):
        yield "what is said of a vehicle is asked of something else"
    if not left & _PERSONS and about & set(PERSON_ATTRIBUTES):
        yield "what is said of a person is asked of something else"


def _places(query: Query) -> Iterator[str]:
    cameras = [set(one.camera_ids) for one in _of(query, CameraFilter)]
    if cameras and not set.intersection(*cameras):
        yield "no camera is at all the places asked for" if all(cameras) else "no camera is there"
    drawn = [
        step.zone if isinstance(step, ZoneFilter) else step.line
        for one in query.filters
        for step in (one.steps if isinstance(one, SequenceFilter) else (one,))
        if isinstance(step, ZoneFilter | LineFilter)
    ]
    on_sources = {one.source_id for one in drawn if one.source_id is not None}
    on_cameras = {one.camera_id for one in drawn if one.camera_id is not None}
    if len(on_sources) > 1 or len(on_cameras) > 1:
        yield "the zones and lines lie on different cameras"


def _by_name(query: Query) -> Iterator[tuple[str, list[set[str]]]]:
    every = _of(query, AttributeFilter)
    for name in dict.fromkeys(one.name for one in every):
        yield name, [set(one.values) for one in every if one.name == name]


def _apart(pairs: Sequence[tuple[float | None, float | None]]) -> bool:
    return any(
        least is not None and most is not None and least > most
        for one, other in combinations([*pairs, *pairs], 2)
        for least, most in ((one[0], other[1]),)
    )


def _minutes(clock: ClockFilter) -> set[int]:
    end = clock.to_minute if clock.to_minute > clock.from_minute else clock.to_minute + _DAY
    return {minute % _DAY for minute in range(clock.from_minute, end)}


def _of(query: Query, kind: type[_T]) -> list[_T]:
    return [one for one in query.filters if isinstance(one, kind)]
