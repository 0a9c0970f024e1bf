"""Searches and their hand-written peers over a made-up crowd; only `bench` and its tests use it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.geo import moved
from casefiles.jobs import Job
from casefiles.queries.describe import FARTHEST_NS
from casefiles.queries.filters import (
    AttributeFilter,
    CameraFilter,
    ClassFilter,
    ClockFilter,
    ColourFilter,
    DirectionFilter,
    DwellFilter,
    Filter,
    LineFilter,
    Query,
    SequenceFilter,
    SpeedFilter,
    TimeFilter,
    ZoneFilter,
)
from casefiles.queries.parse import parse_query
from casefiles.queries.places import looks_into, metres_between
from casefiles.store import cameras, runs, search_peers, sources
from casefiles.store.engine import Cursor
from casefiles.types import Camera, CameraId, JsonValue, Placement, Source, SourceId, TrackId
from casefiles.usecases.make_crowd import FIRST_NS, MIDDLE, ONE_CAMERA
from casefiles.usecases.query_context import query_context
from casefiles.usecases.read_timeline import VEHICLES, read_timeline
from casefiles.usecases.search_similar import NEGATIVE_WEIGHT, search_similar
from casefiles.usecases.search_tracks import search_tracks
from casefiles.usecases.time_gate import CLOCK_S, FASTEST_M_S
from casefiles.view_types import Hits, Lane, Line, Zone
from detection.labels import ObjectClass
from video.clock import NS_PER_S
from video.types import TimeNs

Page: TypeAlias = tuple[list[int], int]
"""Ids of the first page in order, and how many answers there are."""
_HOUR: Final = 3600 * NS_PER_S
_PERSON: Final = int(ObjectClass.PERSON)
_ZONE: Final = ((700.0, 600.0), (1100.0, 620.0), (1050.0, 900.0), (720.0, 880.0))
_LINE: Final = ((700.0, 760.0), (1100.0, 750.0))
_RED: Final = ("upper", ("red",))
_BLACK: Final = ("lower", ("black",))
_SPAN: Final = (FIRST_NS + 10 * _HOUR, FIRST_NS + 20 * _HOUR)
_SOURCE: Final = SourceId(5)
_OTHERS: Final = ("camera-002", "camera-005")
_TEXT: Final = "person in a red jacket and black trousers at Market Gate"


@dataclass(frozen=True, slots=True)
class Search:
    """One search as the program does it, and by hand."""

    name: str
    what: str
    ours: Callable[[], Job[Hits]]
    peer: Callable[[], Page]


def searches(case: Case, most: int) -> tuple[Search, ...]:
    """Every filter of the query language, alone and together."""
    red, black = ColourFilter(*_RED), ColourFilter(*_BLACK)
    at_one = ZoneFilter(Zone("z", _ZONE, source_id=_SOURCE))
    across = LineFilter(Line("l", _LINE, source_id=_SOURCE))
    area = _area()
    peers = search_peers
    listed: tuple[tuple[str, str, tuple[Filter, ...], Callable[..., Page]], ...] = (
        ("everything", "no filter", (), peers.page),
        ("class", "persons", (ClassFilter((_PERSON,)),), partial(peers.by_class, class_id=_PERSON)),
        ("colour", "red upper clothing", (red,), partial(peers.by_colours, wanted=(_RED,))),
        ("two-colours", "and black lower clothing", (red, black),
         partial(peers.by_colours, wanted=(_RED, _BLACK))),
        ("attribute", "persons with a backpack",
         (ClassFilter((_PERSON,)), AttributeFilter("backpack", ("yes",))), peers.by_backpack),
        ("movement", "to the left, not slowly",
         (DirectionFilter(("left",)), SpeedFilter(0.5, None)), peers.going_left),
        ("time", "ten hours of two days", (TimeFilter(*_SPAN),),
         partial(peers.by_time, from_ns=_SPAN[0], to_ns=_SPAN[1])),
        ("clock", "22:00 to 02:00, recorders of which a third is wrong", (ClockFilter(1320, 120),),
         partial(peers.by_clock, opens_s=22 * 3600, length_s=4 * 3600, zone_s=-6 * 3600)),
        ("camera", "two cameras", (CameraFilter(tuple(CameraId(one) for one in _OTHERS)),),
         partial(peers.by_camera, cameras=_OTHERS)),
        ("dwell", "in view for 15 s", (DwellFilter(15),),
         partial(peers.by_length, least_ns=15 * NS_PER_S)),
        ("zone", "a zone on one recording", (at_one,),
         partial(peers.in_zone, polygon=_ZONE, camera=None, source=_SOURCE)),
        ("zone-many", "a zone on every recording of a camera",
         (ZoneFilter(Zone("z", _ZONE, camera_id=ONE_CAMERA)),),
         partial(peers.in_zone, polygon=_ZONE, camera=ONE_CAMERA, source=None)),
        ("zone-dwell", "persons in red who stayed 2 s in a zone",
         (ClassFilter((_PERSON,)), red, at_one, DwellFilter(2)),
         partial(peers.long_in_zone, polygon=_ZONE, source=_SOURCE, least_ns=2 * NS_PER_S,
                 wanted=(_RED,))),
        ("line", "a line on one recording", (across,),
         partial(peers.across_line, line=_LINE, source=_SOURCE)),
        ("sequence", "a zone entered, then a line crossed within 20 s",
         (SequenceFilter((ZoneFilter(at_one.zone, "enter"), across), 20),),
         partial(peers.into_zone_then_across, polygon=_ZONE, line=_LINE, source=_SOURCE,
                 within_ns=20 * NS_PER_S)),
    )  # fmt: skip
    made = [
        Search(
            name, what, partial(search_tracks, case, Query(what, filters), limit=most),
            partial(_by_hand, case, partial(peer, most=most)),
        )
        for name, what, filters, peer in listed
    ]  # fmt: skip
    return (
        *made,
        Search(
            "earliest", "no filter, earliest first",
            partial(search_tracks, case, Query(""), limit=most, order="time"),
            partial(_by_hand, case, partial(peers.earliest, most=most)),
        ),
        Search(
            "area", "an area of the map",
            partial(
                search_tracks, case, Query("", (ZoneFilter(Zone("", area)),)), limit=most
            ),
            partial(_by_hand, case, partial(_in_area, most=most, area=area)),
        ),
        Search(
            "text", f"“{_TEXT}”, read and searched",
            partial(_search_text, case, most),
            partial(
                _by_hand, case,
                partial(peers.by_colours, most=most, wanted=(_RED, _BLACK), camera=ONE_CAMERA),
            ),
        ),
    )  # fmt: skip


def likenesses(case: Case, most: int) -> tuple[Search, ...]:
    """Every kind of search by appearance."""
    one, two, other = case.read(_examples)

    def ours(**options: object) -> Callable[[], Job[Hits]]:
        return partial(search_similar, case, limit=most, **options)  # type: ignore[arg-type]  # its own options

    def peer(
        tracks: Sequence[TrackId], *, gate: bool, without: Sequence[TrackId] = ()
    ) -> Callable[[], Page]:
        look = partial(_look_alikes, most=most, tracks=tracks, without=without, gate=gate)
        return partial(_by_hand, case, look)

    return (
        Search(
            "similar", "one example, with the time gate",
            ours(tracks=(one,)), peer((one,), gate=True),
        ),
        Search(
            "similar-no-gate", "one example, without the time gate",
            ours(tracks=(one,), time_gate=False), peer((one,), gate=False),
        ),
        Search(
            "similar-negative", "two examples and one of what is not meant, with the time gate",
            ours(tracks=(one, two), without=(other,)),
            peer((one, two), gate=True, without=(other,)),
        ),
    )  # fmt: skip


def timeline(case: Case) -> tuple[Lane, ...]:
    """The lanes, as the window reads them."""
    return read_timeline(case)


def timeline_by_hand(case: Case) -> dict[str, dict[str, NDArray[np.int64]]]:
    """For each camera and kind the sorted wall times, in one scan."""
    return case.read(_timeline)


def _search_text(case: Case, most: int) -> Job[Hits]:
    return (yield from search_tracks(case, parse_query(_TEXT, query_context(case)), limit=most))


def _by_hand(case: Case, look: Callable[[Cursor], Page]) -> Page:
    """A search by hand, logged like every search."""
    ids, total = case.read(look)
    facts: dict[str, JsonValue] = {"found": total, "tracks": len(ids), "ids": id_ranges(ids)}
    case.record(audit.Entry("search", "done", facts=facts, private={"text": "x", "filters": "x"}))
    return ids, total


def _area() -> tuple[tuple[float, float], ...]:
    """A part of the town, some 500 by 500 metres."""
    corners = ((-20, -20), (480, -20), (480, 480), (-20, 480))
    points = [moved(MIDDLE, east_m=east, north_m=north) for east, north in corners]
    return tuple((point.lon, point.lat) for point in points)


def _in_area(cursor: Cursor, most: int, area: Sequence[tuple[float, float]]) -> Page:
    known = {camera.camera_id: camera for camera in cameras.every(cursor)}
    spans = []
    for source in sources.every(cursor):
        camera = known[source.camera_id] if source.camera_id is not None else None
        for place in camera.placements if camera is not None else ():
            timed = place.from_ns is not None or place.to_ns is not None
            if looks_into(place, area) and not (timed and source.clock is None):
                opens = -FARTHEST_NS if place.from_ns is None else place.from_ns
                closes = FARTHEST_NS if place.to_ns is None else place.to_ns
                spans.append((source.source_id, opens, closes))
    return search_peers.of_sources(cursor, most, spans)


def _examples(cursor: Cursor) -> tuple[TrackId, TrackId, TrackId]:
    """Three persons with vectors, of as many sources."""
    found = []
    for run in runs.current(cursor).values():
        columns, _ = search_peers.vectors_of_run(cursor, run.run_id, _PERSON)
        if len(columns["track_id"]):
            found.append(TrackId(int(columns["track_id"][0])))
        if len(found) == 3:
            break
    one, two, three = found
    return one, two, three


def _look_alikes(
    cursor: Cursor,
    most: int,
    tracks: Sequence[TrackId],
    without: Sequence[TrackId],
    *,
    gate: bool,
) -> Page:
    """Run by run, so that a million vectors need not lie in memory."""
    examples = [search_peers.vectors_of(cursor, one) for one in (*tracks, *without)]
    weights = [1 / len(tracks)] * len(tracks)
    weights += [-NEGATIVE_WEIGHT / len(without) for _ in without]
    every = {source.source_id: source for source in sources.every(cursor)}
    known = {camera.camera_id: camera for camera in cameras.every(cursor)}
    spans = search_peers.spans_of(cursor, tracks)
    ids, ranks = [], []
    for source_id, run in runs.current(cursor).items():
        columns, rows = search_peers.vectors_of_run(cursor, run.run_id, _PERSON)
        _, first = np.unique(columns["track_id"], return_index=True)
        columns = {name: column[first] for name, column in columns.items()}
        left = ~np.isin(columns["track_id"], [*tracks, *without])
        if gate:
            for home_id, start_ns, end_ns in spans:
                home = every[SourceId(home_id)]
                left &= _possible(home, start_ns, end_ns, every[source_id], known, columns)
        ids.append(columns["track_id"][left])
        rank = np.zeros(len(first), np.float32)
        frames = np.diff(first, append=len(rows))
        for example, weight in zip(examples, weights, strict=True):
            alike = rows @ example.T
            best = np.add.reduceat(alike.max(axis=1), first) / frames
            found = np.maximum.reduceat(alike, first).mean(axis=1)
            rank += (weight * (best + found) / 2).astype(np.float32)
        ranks.append(rank[left])
    track_id, every_rank = np.concatenate(ids), np.concatenate(ranks)
    order = np.lexsort((track_id, -every_rank))[:most]
    return track_id[order].tolist(), len(track_id)


def _possible(
    home: Source,
    from_ns: int,
    to_ns: int,
    other: Source,
    known: dict[CameraId, Camera],
    columns: dict[str, NDArray[np.int64]],
) -> NDArray[np.bool_]:
    """Whether a person seen at home from-to can be each of the tracks of another source."""
    possible = np.ones(len(columns["track_id"]), np.bool_)
    if home.clock is None or other.clock is None or home.camera_id == other.camera_id:
        return possible
    zero, other_zero = (one.to_wall_ns(TimeNs(0)) for one in (home.clock, other.clock))
    starts, ends = columns["from_ns"] + other_zero, columns["to_ns"] + other_zero
    apart_s = np.maximum(starts - zero - to_ns, zero + from_ns - ends) / NS_PER_S
    here = [place for place in _places(home, known) if _holds(place, zero + from_ns).all()]
    for place in _places(other, known):
        metres = metres_between(here[0], place) if here else 0.0
        reach = FASTEST_M_S["person"] * (np.maximum(apart_s, 0) + CLOCK_S)
        out = (metres > 0) & ((-apart_s > CLOCK_S) | (metres > reach))
        possible &= ~(out & _holds(place, starts))
    return possible


def _places(source: Source, known: dict[CameraId, Camera]) -> tuple[Placement, ...]:
    return known[source.camera_id].placements if source.camera_id is not None else ()


def _holds(place: Placement, walls: NDArray[np.int64] | int) -> NDArray[np.bool_]:
    after = np.asarray(walls) >= (-FARTHEST_NS if place.from_ns is None else place.from_ns)
    before = np.asarray(walls) < (FARTHEST_NS if place.to_ns is None else place.to_ns)
    return np.asarray(after & before)


def _timeline(cursor: Cursor) -> dict[str, dict[str, NDArray[np.int64]]]:
    found = search_peers.moments(cursor)
    every = {source.source_id: source for source in sources.every(cursor)}
    starts = [one.clock.to_wall_ns(TimeNs(0)) for one in every.values() if one.clock is not None]
    order = np.argsort(found["run_id"], kind="stable")
    run_ids, kinds, times = (found[name][order] for name in ("run_id", "class_id", "time_ns"))
    cameras_of: dict[str, list[tuple[NDArray[np.int64], NDArray[np.int64]]]] = {}
    for source_id, run in runs.current(cursor).items():
        source = every[source_id]
        zero = source.clock.to_wall_ns(TimeNs(0)) if source.clock is not None else min(starts)
        first, last = np.searchsorted(run_ids, [run.run_id, run.run_id + 1])
        part = times[first:last] + zero, kinds[first:last]
        cameras_of.setdefault(str(source.camera_id), []).append(part)
    lanes: dict[str, dict[str, NDArray[np.int64]]] = {}
    for camera_id, parts in cameras_of.items():
        walls, classes = (np.concatenate(column) for column in zip(*parts, strict=True))
        person, vehicle = classes == _PERSON, np.isin(classes, list(VEHICLES))
        chosen = {"person": person, "vehicle": vehicle, "other": ~(person | vehicle)}
        lanes[camera_id] = {
            kind: np.sort(walls[mask], kind="stable") for kind, mask in chosen.items()
        }
    return lanes
