"""Where a journey, a forecast and ways between cameras are drawn on the map; no Qt here.

Places are world metres (`mapview.projection`), x east and y north.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint, moved
from casefiles.types import CameraId
from casefiles.usecases.follow_types import Forecast, Journey, Leg, LonLats
from mapview.projection import project, to_mercator
from mapview.viewport import Bounds, Viewport, bounds_of

BADGE_PX: Final = 22.0
"""How wide the number of a stop is; nearer ones share one badge."""
_STEPS: Final = 72

Line: TypeAlias = NDArray[np.float64]
"""World metres `(n, 2)`."""
_NOWHERE: Final[Line] = np.empty((0, 2))


def _nowhere() -> Line:
    return _NOWHERE


@dataclass(frozen=True, eq=False)
class ShownStop:
    """One confirmed stop that has a place."""

    number: int
    """From 1, in the order of the journey; those without a place have numbers too."""
    x: float
    y: float
    colour: int
    """The place of its camera in the list: gives hue and shape."""
    from_ns: int | None
    to_ns: int | None
    words: str
    path: Line = field(default_factory=_nowhere)
    """Its course over the ground, where that is known."""
    path_ns: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class ShownLeg:
    """Between two stops: nobody saw it."""

    number: int
    """Of the stop that it begins at."""
    points: Line
    leaves_ns: int
    arrives_ns: int
    fastest_ns: int | None
    words: str
    """When it was, in words."""
    problem: str = ""


@dataclass(frozen=True, eq=False)
class JourneyShape:
    """A journey on the map."""

    stops: tuple[ShownStop, ...] = ()
    legs: tuple[ShownLeg, ...] = ()
    unplaced: tuple[int, ...] = ()
    """Numbers of stops of which nobody knows where they were."""

    @property
    def bounds(self) -> Bounds | None:
        """Around all of it."""
        lines = [np.array([(one.x, one.y)]) for one in self.stops]
        lines += [one.path for one in self.stops if len(one.path)]
        lines += [one.points for one in self.legs if len(one.points)]
        return bounds_of(np.concatenate(lines)) if lines else None


@dataclass(frozen=True, slots=True)
class Badge:
    """The numbers of stops that lie on one another at this scale."""

    numbers: tuple[int, ...]
    text: str
    x: float
    y: float
    colour: int


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where the subject was at a moment: seen at a place, or somewhere along a stretch."""

    stop: int | None
    """The number of the stop it was at; None: on the way, nobody saw it."""
    points: Line
    """One point, or the stretch; empty where that is not known."""
    sure: bool = True
    """False: the stretch is the whole leg, because the way takes longer than the time there is,
    or nobody knows how long it takes."""


def shape_of(
    journey: Journey,
    colours: Mapping[CameraId, int],
    words: Callable[[int | None, int | None], str],
) -> JourneyShape:
    """The shape of a journey; `words` says a span of time as people read it."""
    stops, unplaced = [], []
    for number, stop in enumerate(journey.stops, 1):
        path = to_mercator(stop.path) if stop.path else _NOWHERE
        if stop.point is not None:
            x, y = project(stop.point)
        elif len(path):
            x, y = path[len(path) // 2].tolist()
        else:
            unplaced.append(number)
            continue
        colour = 0 if stop.camera_id is None else colours.get(stop.camera_id, 0)
        stops.append(
            ShownStop(
                number, x, y, colour, stop.from_ns, stop.to_ns, words(stop.from_ns, stop.to_ns),
                path, stop.path_ns if len(stop.path_ns) == len(path) else (),
            )
        )  # fmt: skip
    legs = tuple(_leg(number, leg, words) for number, leg in enumerate(journey.legs, 1))
    return JourneyShape(tuple(stops), legs, tuple(unplaced))


def _leg(number: int, leg: Leg, words: Callable[[int | None, int | None], str]) -> ShownLeg:
    points = to_mercator(leg.path) if leg.path else _NOWHERE
    return ShownLeg(
        number, points, leg.leaves_ns, leg.arrives_ns, leg.fastest_ns,
        leg.problem or words(leg.leaves_ns, leg.arrives_ns), leg.problem,
    )  # fmt: skip


def badges(stops: Sequence[ShownStop], view: Viewport) -> tuple[Badge, ...]:
    """One badge for stops that would cover each other at this scale, with all their numbers; the
    first of them gives place and colour."""
    near = BADGE_PX * view.scale
    groups: list[list[ShownStop]] = []
    for stop in stops:
        for group in groups:
            if math.hypot(stop.x - group[0].x, stop.y - group[0].y) < near:
                group.append(stop)
                break
        else:
            groups.append([stop])
    made = []
    for group in groups:
        numbers = tuple(one.number for one in group)
        first = group[0]
        made.append(Badge(numbers, number_words(numbers), first.x, first.y, first.colour))
    return tuple(made)


def number_words(numbers: Sequence[int]) -> str:
    """Numbers in order, runs of three and more drawn together: `1–3, 5`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return ", ".join(parts)


def whereabouts(shape: JourneyShape, at_ns: int) -> Whereabouts | None:
    """Where the subject was at a moment; None before the journey, after it, and where nothing of
    that moment is known."""
    for stop in shape.stops:
        if stop.from_ns is None or stop.to_ns is None:
            continue
        if stop.from_ns <= at_ns <= stop.to_ns:
            return Whereabouts(stop.number, _along(stop, at_ns))
    for leg in shape.legs:
        if leg.leaves_ns < at_ns < leg.arrives_ns:
            low, high, sure = span_on_leg(leg, at_ns)
            return Whereabouts(None, stretch(leg.points, low, high), sure)
    return None


def span_on_leg(leg: ShownLeg, at_ns: int) -> tuple[float, float, bool]:
    """Between which shares of its way the subject can be at a moment, going no faster than its
    fastest: from where it must be to arrive in time, to where it can have come since it left. The
    whole way, and not sure, where that contradicts itself or no speed is known."""
    if leg.fastest_ns is None or leg.fastest_ns <= 0 or leg.problem:
        return 0.0, 1.0, False
    low = max(0.0, 1.0 - (leg.arrives_ns - at_ns) / leg.fastest_ns)
    high = min(1.0, (at_ns - leg.leaves_ns) / leg.fastest_ns)
    return (low, high, True) if low <= high else (0.0, 1.0, False)


def stretch(points: Line, low: float, high: float) -> Line:
    """The part of a line between two shares of its length."""
    if len(points) < 2:
        return points
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    whole = float(along[-1])
    if whole <= 0:
        return points[:1]
    start, end = low * whole, high * whole
    inner = points[(along > start) & (along < end)]
    ends = [
        (float(np.interp(at, along, points[:, 0])), float(np.interp(at, along, points[:, 1])))
        for at in (start, end)
    ]
    return np.array([ends[0], *inner.tolist(), ends[1]])


def _along(stop: ShownStop, at_ns: int) -> Line:
    if not stop.path_ns:
        return np.array([(stop.x, stop.y)])
    # Seconds since its beginning: nanoseconds since 1970 are more than a float can tell apart.
    times = [(one - stop.path_ns[0]) / 1e9 for one in stop.path_ns]
    at = (at_ns - stop.path_ns[0]) / 1e9
    return np.array([
        (float(np.interp(at, times, stop.path[:, 0])), float(np.interp(at, times, stop.path[:, 1])))
    ])  # fmt: skip


# -- a forecast


@dataclass(frozen=True, slots=True)
class LookMark:
    """A camera to look on next."""

    rank: int
    """From 1, the likeliest first."""
    x: float
    y: float
    words: str
    chance: float
    has_footage: bool


@dataclass(frozen=True, eq=False)
class ForecastShape:
    """How far the subject can have come by a moment, and where to look."""

    reach: Line = field(default_factory=_nowhere)
    """A ring: not further than this. Empty where no place is known, or it has not left yet."""
    likely: Line = field(default_factory=_nowhere)
    """A ring: hardly ever further than this."""
    cone: Line = field(default_factory=_nowhere)
    """The part of the likely ring in the direction in which it left."""
    origin: tuple[float, float] | None = None
    words: str = ""
    looks: tuple[LookMark, ...] = ()


def forecast_shape(
    told: Forecast,
    reach_m: float | None,
    likely_m: float | None,
    words: str,
    looks: Sequence[LookMark] = (),
) -> ForecastShape:
    """The shapes around the origin of a forecast for the reach at a moment."""
    origin = told.origin
    if origin is None:
        return ForecastShape(looks=tuple(looks))
    likely = likely_m or 0.0
    cone = _NOWHERE
    if told.heading_deg is not None and told.spread_deg is not None and likely > 0:
        cone = sector(origin, told.heading_deg, told.spread_deg, likely)
    return ForecastShape(
        ring(origin, reach_m) if reach_m else _NOWHERE,
        ring(origin, likely) if likely > 0 else _NOWHERE,
        cone, project(origin), words, tuple(looks),
    )  # fmt: skip


def ring(origin: GeoPoint, metres: float) -> Line:
    """The outline of a disc on the ground, not closed."""
    turns = [360.0 * step / _STEPS for step in range(_STEPS)]
    return _around(origin, turns, metres)


def sector(origin: GeoPoint, heading_deg: float, spread_deg: float, metres: float) -> Line:
    """The part of the disc within `spread_deg` either side of a direction, its tip first; the whole
    disc from 180 degrees on."""
    if spread_deg >= 180:
        return ring(origin, metres)
    steps = max(2, math.ceil(2 * spread_deg / 5))
    turns = [heading_deg - spread_deg + 2 * spread_deg * step / steps for step in range(steps + 1)]
    return np.concatenate((np.array([project(origin)]), _around(origin, turns, metres)))


def _around(origin: GeoPoint, turns: Sequence[float], metres: float) -> Line:
    places = [
        moved(
            origin,
            east_m=metres * math.sin(math.radians(turn)),
            north_m=metres * math.cos(math.radians(turn)),
        )
        for turn in turns
    ]
    return to_mercator([(one.lon, one.lat) for one in places])


# -- ways between cameras


@dataclass(frozen=True, eq=False)
class LinkLine:
    """The way from one camera to another, as it is drawn."""

    start: CameraId
    end: CameraId
    points: Line
    words: str
    """How long it takes, short; empty where that is only guessed."""
    tip: str
    """All that is known of it."""
    seen: int = 0
    closed: bool = False
    by_person: bool = False


def link_line(
    start: CameraId,
    end: CameraId,
    path: LonLats,
    words: str,
    tip: str,
    *,
    seen: int = 0,
    closed: bool = False,
    by_person: bool = False,
) -> LinkLine:
    """Such a line from a path of (lon, lat)."""
    points = to_mercator(path) if path else _NOWHERE
    return LinkLine(start, end, points, words, tip, seen, closed, by_person)


def link_width(seen: int) -> float:
    """Pixels: thicker the more confirmed ways there are, each tenfold by as much."""
    return 1.4 + 1.6 * math.log10(1 + max(seen, 0))
