"""Which streets were seen by which camera when, and whether the case has the footage.

Streets are cut into pieces; a piece counts as seen by a view whose outline holds its middle. Walls
are not considered: what stands here is where a look at the footage may pay, no proof of a view.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadCoverage
from casefiles.geo import GeoPoint, moved, view_polygon
from casefiles.store import positions
from casefiles.types import Camera, CameraId, Placement, Source
from casefiles.usecases.calibrated_places import seen_ground
from casefiles.usecases.regions import shape_of
from casefiles.usecases.spans import both, joined, without
from casefiles.usecases.street_types import (
    STATES,
    Basis,
    CoverageAsked,
    Footage,
    Span,
    State,
    StreetCoverage,
    StreetLine,
    StreetPart,
    StreetSum,
    Watch,
)
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.types import TimeNs

PIECE_M: Final = 10.0
"""No piece is longer: so well the ends of what a camera saw of a street are known."""
_EVER: Final = 2**62
_MOST_PIECES: Final = 2_000_000
"""A million is 10,000 km of streets that cameras are near."""
_LEAST_NS: Final = 100_000_000
"""Shorter gaps between recordings are the last frame of one: nothing is missing there."""
_ALL: Final = CoverageAsked()


@dataclass(frozen=True, slots=True)
class _View:
    camera: Camera
    basis: Basis
    outline: object
    span: Span
    footage: tuple[Footage, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line in pieces: `at (n + 1,)` metres along it where the pieces meet."""

    number: int
    line: StreetLine
    along: NDArray[np.float64]
    at: NDArray[np.float64]

    def places(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Degrees `(n, 2)` so many metres along it."""
        lonlat = self.line.lonlat
        each = [np.interp(metres, self.along, lonlat[:, axis]) for axis in (0, 1)]
        return np.stack(each, axis=1)

    def course(self, start: float, end: float) -> NDArray[np.float64]:
        """Its points from one place along it to another."""
        if start <= 0 and end >= self.along[-1]:
            return self.line.lonlat
        inner = self.along[(self.along > start) & (self.along < end)]
        return self.places(np.array([start, *inner, end]))


def read_street_coverage(
    case: Case, streets: Sequence[StreetLine], asked: CoverageAsked = _ALL
) -> StreetCoverage:
    """Who saw the streets of the base map when; the act is logged.

    Raises:
        BadCoverage: there is no street of that name or near there, or the time cannot be.
    """
    view = view_case(case)
    moving = {
        camera_id: (int(fixes.times_ns[0]), int(fixes.times_ns[-1]) + 1)
        for camera_id, fixes in case.read(positions.of_cameras).items()
        if len(fixes.times_ns)
    }
    found = street_coverage(view, streets, asked, moving)
    near = asked.near
    case.record(
        audit.Entry(
            "coverage.streets",
            "done",
            facts={
                "streets": len(found.streets),
                "watches": len(found.watches),
                "from_ns": asked.from_ns,
                "to_ns": asked.to_ns,
                "radius_mm": None if near is None else round(asked.radius_m * 1000),
                "region": bool(asked.within),
            },
            private={
                "street": asked.street,
                "near": "" if near is None else f"{near.lat}, {near.lon}",
                "within": str(asked.within) if asked.within else "",
            },
        )
    )
    return found


def street_coverage(
    view: CaseView,
    streets: Sequence[StreetLine],
    asked: CoverageAsked,
    moving: Mapping[CameraId, Span],
) -> StreetCoverage:
    """As `read_street_coverage`, from what is read already; `moving` says when cameras were under
    way and so did not stand where they are placed."""
    lines = _asked_streets(streets, asked)
    footage = _footage(view.sources)
    span = _span(asked, footage)
    views = tuple(_views(view, footage, moving, span))
    cuts, seen = _seen(lines, views, asked)
    if asked.within and not cuts:
        raise BadCoverage(
            "no street of the map lies in the region", "Draw a larger one, or across a street."
        )
    if asked.near is not None and not cuts:
        raise BadCoverage(
            f"the map has no street within {asked.radius_m:.0f} m of there",
            "Give a larger radius, or check longitude and latitude: longitude comes first.",
        )
    watches: list[Watch] = []
    parts: list[StreetPart] = []
    sums: dict[str, dict[State, float]] = {}
    known: dict[tuple[int, ...], tuple[State, float]] = {}
    for cut, (first, by_piece) in zip(cuts, seen, strict=True):
        pieces = []
        for views_of in by_piece:
            if views_of not in known:
                known[views_of] = _state([views[at] for at in views_of], span)
            pieces.append(known[views_of])
        metres = sums.setdefault(cut.line.name, dict.fromkeys(STATES, 0.0))
        for start, end in _runs([*pieces]):
            from_m, to_m = float(cut.at[first + start]), float(cut.at[first + end])
            state, share = pieces[start]
            metres[state] += to_m - from_m
            parts.append(_part(cut, (from_m, to_m), state, share))
        for at in sorted({one for views_of in by_piece for one in views_of}):
            flags = [at in views_of for views_of in by_piece]
            for start, end in _runs(flags):
                if flags[start]:
                    ends = (float(cut.at[first + start]), float(cut.at[first + end]))
                    watches.append(_watch(cut, ends, views[at], span))
    watches.sort(key=lambda one: (one.street.casefold(), one.line, one.from_m, one.camera_id))
    rows = sorted(sums.items(), key=lambda row: row[0].casefold())
    return StreetCoverage(
        span,
        tuple(StreetSum(name, metres) for name, metres in rows),
        tuple(watches),
        tuple(parts),
        tuple(_notes(view, span, asked, moving)),
    )


def _asked_streets(streets: Sequence[StreetLine], asked: CoverageAsked) -> list[StreetLine]:
    if asked.from_ns is not None and asked.to_ns is not None and asked.to_ns <= asked.from_ns:
        raise BadCoverage("the time asked ends before it begins", "Give --from before --to.")
    if not streets:
        raise BadCoverage(
            "the map of the case has no streets",
            "Load a map with streets (GeoJSON, vector tiles): 'map add', or File > Load map.",
        )
    if not asked.street:
        return list(streets)
    wanted = asked.street.strip().casefold()
    same = [one for one in streets if one.name.casefold() == wanted]
    holding = same or [one for one in streets if wanted in one.name.casefold()]
    if holding:
        return holding
    names = sorted({one.name for one in streets if one.name})
    close = get_close_matches(asked.street, names, 5, 0.5) or names[:5]
    raise BadCoverage(
        f"the map has no street {asked.street}",
        f"Streets it has: {', '.join(close)}{', and more' if len(names) > len(close) else ''}.",
    )


def _footage(sources: Iterable[Source]) -> dict[CameraId, list[Footage]]:
    """The recordings of each camera whose clock is known, gaps left out."""
    found: dict[CameraId, list[Footage]] = {}
    for source in sources:
        clock = source.clock
        if source.camera_id is None or clock is None:
            continue
        edges = [0, *(edge for gap in sorted(source.gaps) for edge in gap), source.duration_ns]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            span = clock.to_wall_ns(TimeNs(start)), clock.to_wall_ns(TimeNs(end))
            if span[0] < span[1]:
                found.setdefault(source.camera_id, []).append(
                    Footage(source.source_id, source.sha256, span, source.uncertainty_ns)
                )
    return found


def _span(asked: CoverageAsked, footage: Mapping[CameraId, list[Footage]]) -> Span | None:
    spans = [one.span for some in footage.values() for one in some]
    start, end = asked.from_ns, asked.to_ns
    if start is None:
        start = min((one[0] for one in spans if end is None or one[0] < end), default=None)
    if end is None:
        end = max((one[1] for one in spans if start is None or one[1] > start), default=None)
    if start is not None and end is not None:
        return start, end
    if asked.from_ns is not None or asked.to_ns is not None:
        raise BadCoverage("one end of the time asked is open, and no footage says where it ends",
                          "Give both --from and --to.")  # fmt: skip
    return None


def _views(
    view: CaseView,
    footage: Mapping[CameraId, list[Footage]],
    moving: Mapping[CameraId, Span],
    span: Span | None,
) -> Iterable[_View]:
    asked = span or (-_EVER, _EVER)
    for camera in view.cameras:
        for place in camera.placements:
            held = both(
                (-_EVER if place.from_ns is None else place.from_ns,
                 _EVER if place.to_ns is None else place.to_ns), asked)  # fmt: skip
            stood = [] if held is None else without(held, [moving.get(camera.camera_id)])
            if not stood:
                continue
            basis, outline = _outline(view, camera, place)
            for one in stood:
                clipped = [
                    Footage(each.source_id, each.sha256, shown, each.uncertainty_ns)
                    for each in footage.get(camera.camera_id, ())
                    for shown in (both(each.span, one),)
                    if shown is not None
                ]
                clipped.sort(key=lambda each: (each.span, each.source_id))
                yield _View(camera, basis, outline, one, tuple(clipped))


def _outline(view: CaseView, camera: Camera, place: Placement) -> tuple[Basis, object]:
    """What a camera sees of the ground, standing so; the newest calibration counts."""
    made = [
        one for one in view.calibrations
        if one.camera_id == camera.camera_id and one.placement_from_ns == place.from_ns
    ]  # fmt: skip
    corners = seen_ground(made[-1]) if made else ()
    if len(corners) >= 3:
        return "calibrated", shapely.make_valid(shapely.Polygon(corners))
    assumed = None in (place.heading_deg, place.fov_deg, place.range_m)
    sector = view_polygon(place.point, place.heading_deg, place.fov_deg, place.range_m)
    return "assumed" if assumed else "stated", shapely.make_valid(shapely.Polygon(sector))


def _seen(
    lines: Sequence[StreetLine], views: Sequence[_View], asked: CoverageAsked
) -> tuple[list[_Cut], list[tuple[int, list[tuple[int, ...]]]]]:
    """The lines in pieces; and of each, the number of its first piece that is asked for, and for
    that and those after it the numbers of the views that hold their middle."""
    outlines = np.array([one.outline for one in views], object)
    corners = np.array([[*one.lonlat.min(axis=0), *one.lonlat.max(axis=0)] for one in lines])
    boxes = shapely.box(*corners.reshape(-1, 4).T)
    # What no camera is near needs no cutting: maps may be of a whole county.
    near = np.zeros(len(lines), bool)
    near[shapely.STRtree(outlines).query(boxes)[0]] = True
    round_it = _only_in(asked)
    wanted = np.ones(len(lines), bool) if round_it is None else shapely.intersects(round_it, boxes)
    cuts: list[_Cut] = []
    pieces = 0
    for number in np.flatnonzero(wanted).tolist():
        in_pieces = bool(near[number]) or round_it is not None
        cut = _cut(number, lines[number], in_pieces=in_pieces)
        if cut is None:
            continue
        pieces += len(cut.at) - 1
        if pieces > _MOST_PIECES:
            raise BadCoverage(
                "the map has more streets than can be looked through at once",
                "Ask for one street, or for those near a place.",
            )
        cuts.append(cut)
    if not cuts:
        return [], []
    middles = shapely.points(
        np.concatenate([cut.places((cut.at[:-1] + cut.at[1:]) / 2) for cut in cuts])
    )
    by_piece: list[list[int]] = [[] for _ in range(pieces)]
    found = shapely.STRtree(middles).query(outlines, "intersects")
    for which, piece in zip(*found.tolist(), strict=True):
        by_piece[piece].append(which)
    inside = [True] * pieces if round_it is None else shapely.intersects(round_it, middles).tolist()
    kept: list[_Cut] = []
    seen: list[tuple[int, list[tuple[int, ...]]]] = []
    first = 0
    for cut in cuts:
        end = first + len(cut.at) - 1
        for start, stop in _runs(inside[first:end]):
            if inside[first + start]:
                kept.append(cut)
                here = by_piece[first + start : first + stop]
                seen.append((start, [tuple(sorted(one)) for one in here]))
        first = end
    return kept, seen


def _part(cut: _Cut, ends: tuple[float, float], state: State, share: float) -> StreetPart:
    return StreetPart(cut.line.name, state, share, cut.course(*ends), cut.number, *ends)


def _only_in(asked: CoverageAsked) -> shapely.Geometry | None:
    """Where streets count; None: everywhere."""
    shapes = [shape_of(asked.within)] if asked.within else []
    if asked.near is not None:
        shapes.append(shapely.Polygon(view_polygon(asked.near, None, None, asked.radius_m)))
    return shapely.intersection_all(shapes) if shapes else None


def _cut(number: int, line: StreetLine, *, in_pieces: bool) -> _Cut | None:
    lon, lat = line.lonlat[0]
    origin = GeoPoint(float(lat), float(lon))
    east, north = moved(origin, east_m=1.0, north_m=0.0), moved(origin, east_m=0.0, north_m=1.0)
    degrees = np.array([(east.lon - origin.lon + 180) % 360 - 180, north.lat - origin.lat])
    steps = np.hypot(*(np.diff(line.lonlat, axis=0) / degrees).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if not along[-1] > 0:
        return None
    pieces = min(max(1, int(np.ceil(along[-1] / PIECE_M))), _MOST_PIECES) if in_pieces else 1
    return _Cut(number, line, along, np.linspace(0.0, along[-1], pieces + 1))


def _runs(values: Sequence[object]) -> list[tuple[int, int]]:
    """Where the same value stands without a break: first place, and the one after the last."""
    edges = [at for at in range(1, len(values)) if values[at] != values[at - 1]]
    return list(pairwise([0, *edges, len(values)])) if values else []


def _state(views: Sequence[_View], span: Span | None) -> tuple[State, float]:
    if not views:
        return "none", 0.0
    if span is None:
        return "missing", 0.0
    shown = joined([one.span for each in views for one in each.footage])
    share = sum(end - start for start, end in shown) / (span[1] - span[0])
    if not shown:
        return "missing", 0.0
    if max((end - start for start, end in without(span, shown)), default=0) < _LEAST_NS:
        return "whole", 1.0
    return "part", share


def _watch(cut: _Cut, ends: tuple[float, float], view: _View, span: Span | None) -> Watch:
    start, end = cut.places(np.array(ends)).tolist()
    held = view.span
    missing = without(held, [one.span for one in view.footage]) if span is not None else []
    missing = [one for one in missing if one[1] - one[0] >= _LEAST_NS]
    return Watch(
        cut.line.name, cut.number, round(ends[0], 1), round(ends[1], 1),
        (start[0], start[1]), (end[0], end[1]),
        view.camera.camera_id, view.camera.name, view.basis,
        (None if held[0] == -_EVER else held[0], None if held[1] == _EVER else held[1]),
        view.footage, tuple(missing),
    )  # fmt: skip


def _notes(
    view: CaseView, span: Span | None, asked: CoverageAsked, moving: Mapping[CameraId, Span]
) -> Iterable[str]:
    yield "walls, trees and parked vehicles are not considered"
    if span is None:
        yield "no recording of the case has a known start: whether there is footage cannot be told"
    unclocked = [one for one in view.sources if one.clock is None]
    if unclocked:
        yield f"recordings left out as their start is not known: {len(unclocked)}"
    homeless = [one for one in view.sources if one.camera_id is None]
    if homeless:
        yield f"recordings left out as they belong to no camera: {len(homeless)}"
    under_way = [one for one in moving.values() if span is None or both(one, span) is not None]
    if under_way:
        yield f"{len(under_way)} cameras on the move are left out while they moved"
    if asked.near is not None:
        yield f"within {asked.radius_m:.0f} m of {asked.near.lon:.6f}, {asked.near.lat:.6f}"
