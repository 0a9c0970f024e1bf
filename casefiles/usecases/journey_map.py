"""A map of a journey as SVG: confirmed stops, inferred legs, the ring; without scripts, and nothing
from outside."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.usecases.follow_types import Journey, LonLats

_MARGIN: Final = 0.12
_LEAST_M: Final = 60.0
"""A map of one place shows so much around it."""
_MOST_STREETS: Final = 4000
_STREET_M: Final = 5.0
_NAME_PX: Final = 7.0
"""A letter of a street's name is about so wide."""
_BAR_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class RingDrawn:
    """A ring to draw, and what is written at it."""

    centre: GeoPoint
    metres: float
    label: str = ""


def journey_svg(
    journey: Journey,
    *,
    streets: Sequence[tuple[str, LonLats]] = (),
    rings: Sequence[RingDrawn] = (),
    width: int = 900,
    height: int = 620,
    training: bool = False,
) -> str:
    """The map as one `<svg>` element; north is up. Stops are numbered as in the journey, confirmed
    courses solid, inferred legs dashed; `streets` are names and lines. Empty where nothing of it
    has a place."""
    origin = _origin(journey, rings)
    if origin is None:
        return ""
    frame = _Frame.around(origin, _shown(journey, rings), width, height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="Arial, sans-serif" font-size="14">',
        f'<rect width="{width}" height="{height}" fill="#fbfaf7"/>',
        *_streets(frame, streets),
        *(_ring(frame, ring) for ring in rings),
        *_legs(frame, journey),
        *_stops(frame, journey),
        _last(frame, journey),
        _furniture(frame, legend=bool(journey.legs), training=training),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Metres east and north of a place to pixels."""

    origin: GeoPoint
    east: float
    north: float
    """The metres in the middle of the picture."""
    px_per_m: float
    width: int
    height: int

    @classmethod
    def around(
        cls, origin: GeoPoint, points: Sequence[tuple[float, float]], width: int, height: int
    ) -> "_Frame":
        easts, norths = [x for x, _ in points], [y for _, y in points]
        wide = max(max(easts) - min(easts), _LEAST_M)
        tall = max(max(norths) - min(norths), _LEAST_M)
        scale = (1 - 2 * _MARGIN) * min(width / wide, height / tall)
        middle = ((max(easts) + min(easts)) / 2, (max(norths) + min(norths)) / 2)
        return cls(origin, *middle, scale, width, height)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place lies in the picture."""
        east, north = offset_m(self.origin, GeoPoint(lat, lon))
        return (
            self.width / 2 + (east - self.east) * self.px_per_m,
            self.height / 2 - (north - self.north) * self.px_per_m,
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a pixel is near the picture."""
        return -self.width <= x <= 2 * self.width and -self.height <= y <= 2 * self.height


def _origin(journey: Journey, rings: Sequence[RingDrawn]) -> GeoPoint | None:
    if rings:
        return rings[0].centre
    last = journey.subject.last_seen
    known = [stop.point for stop in journey.stops if stop.point is not None]
    return known[0] if known else None if last is None else last.point


def _shown(journey: Journey, rings: Sequence[RingDrawn]) -> list[tuple[float, float]]:
    """What must lie in the picture, in metres from the origin."""
    origin = _origin(journey, rings)
    assert origin is not None
    points = [stop.point for stop in journey.stops if stop.point is not None]
    if journey.subject.last_seen is not None:
        points.append(journey.subject.last_seen.point)
    lines = [stop.path for stop in journey.stops] + [leg.path for leg in journey.legs]
    points += [GeoPoint(lat, lon) for line in lines for lon, lat in line]
    for ring in rings:
        points += [
            moved(ring.centre, east_m=x * ring.metres, north_m=y * ring.metres)
            for x, y in ((-1, -1), (1, 1))
        ]
    return [offset_m(origin, one) for one in points]


def _streets(frame: _Frame, streets: Sequence[tuple[str, LonLats]]) -> list[str]:
    """Streets about as wide as they are, and the name of each at the middle of its longest part."""
    wide = min(4.0, max(0.7, _STREET_M * frame.px_per_m))
    near = [
        (name, line)
        for name, line in streets
        if any(frame.holds(*frame.at(*corner)) for corner in line)
    ][:_MOST_STREETS]
    longest: dict[str, tuple[float, float, float, float]] = {}
    for name, line in near:
        pixels = [frame.at(*corner) for corner in line]
        for (x, y), (x2, y2) in pairwise(pixels):
            length = math.hypot(x2 - x, y2 - y)
            middle = ((x + x2) / 2, (y + y2) / 2)
            inside = 40 < middle[0] < frame.width - 40 and 40 < middle[1] < frame.height - 40
            if name and inside and length > max(_NAME_PX * len(name), longest.get(name, (0,))[0]):
                turn = math.degrees(math.atan2(y2 - y, x2 - x))
                longest[name] = (length, *middle, (turn + 90) % 180 - 90)
    return [
        f'<g stroke="#c9c5bb" stroke-width="{wide:.1f}" fill="none">',
        *(f'<polyline points="{_points(frame, line)}"/>' for _, line in near),
        "</g>",
        *(
            f'<text transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" y="-4" '
            f'text-anchor="middle" font-size="12" fill="#6b675e">{escape(_shown_name(name))}</text>'
            for name, (_, x, y, turn) in longest.items()
        ),
    ]


def _shown_name(name: str) -> str:
    # What XML cannot hold would make the page unreadable.
    return "".join(letter for letter in name if letter.isprintable())


def _points(frame: _Frame, line: LonLats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.at(*one) for one in line))


def _ring(frame: _Frame, ring: RingDrawn) -> str:
    x, y = frame.at(ring.centre.lon, ring.centre.lat)
    radius = ring.metres * frame.px_per_m
    label = (
        f'<text x="{x:.1f}" y="{y - radius - 5:.1f}" text-anchor="middle" fill="#333">'
        f"{escape(ring.label)}</text>"
        if ring.label else ""
    )  # fmt: skip
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#2b6cb0" fill-opacity="0.08" '
        f'stroke="#2b6cb0" stroke-width="1.5" stroke-dasharray="2 4"/>{label}'
    )


def _legs(frame: _Frame, journey: Journey) -> list[str]:
    return [
        f'<polyline points="{_points(frame, leg.path)}" fill="none" stroke-dasharray="9 7" '
        f'stroke="{"#b00020" if leg.problem else "#444"}" stroke-width="2.5"/>'
        for leg in journey.legs
        if len(leg.path) > 1
    ]


def _stops(frame: _Frame, journey: Journey) -> list[str]:
    """Courses, and one disc for all stops of about one place, with their numbers."""
    parts = [
        f'<polyline points="{_points(frame, stop.path)}" fill="none" stroke="#0b3d78" '
        'stroke-width="4" stroke-linejoin="round"/>'
        for stop in journey.stops
        if len(stop.path) > 1
    ]
    groups: list[tuple[float, float, list[int]]] = []
    for number, stop in enumerate(journey.stops, 1):
        if stop.point is None:
            continue
        x, y = frame.at(stop.point.lon, stop.point.lat)
        near = next((one for one in groups if math.hypot(one[0] - x, one[1] - y) < 24), None)
        if near is None:
            groups.append((x, y, [number]))
        else:
            near[2].append(number)
    for x, y, numbers in groups:
        text = _numbers(numbers)
        wide = 24 + 8 * max(0, len(text) - 2)
        parts.append(
            f'<rect x="{x - wide / 2:.1f}" y="{y - 12:.1f}" width="{wide}" height="24" rx="12" '
            'fill="#0b3d78" stroke="#fff" stroke-width="2"/>'
            f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" fill="#fff" '
            f'font-weight="bold">{text}</text>'
        )
    return parts


def _numbers(numbers: Sequence[int]) -> str:
    """ "1, 3" or "1-4"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}-{numbers[-1]}"
    told = ", ".join(map(str, numbers[:4]))
    return told + (" …" if len(numbers) > 4 else "")


def _last(frame: _Frame, journey: Journey) -> str:
    last = journey.subject.last_seen
    if last is None:
        return ""
    x, y = frame.at(last.point.lon, last.point.lat)
    return (
        f'<path d="M{x - 9:.1f} {y - 9:.1f} L{x + 9:.1f} {y + 9:.1f} M{x - 9:.1f} {y + 9:.1f} '
        f'L{x + 9:.1f} {y - 9:.1f}" stroke="#b00020" stroke-width="4"/>'
        f'<text x="{x + 14:.1f}" y="{y + 5:.1f}" fill="#b00020" font-weight="bold">last seen</text>'
    )


def _furniture(frame: _Frame, *, legend: bool, training: bool) -> str:
    """Scale, north, legend and the mark of training."""
    most = frame.width * _BAR_SHARE / frame.px_per_m
    step = 10 ** math.floor(math.log10(most))
    metres = next(k * step for k in (5, 2, 1) if k * step <= most)
    bar, low = metres * frame.px_per_m, frame.height - 18
    told = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    mark = (
        '<text x="18" y="34" font-size="24" fill="#b00020" font-weight="bold">TRAINING</text>'
        if training else ""
    )  # fmt: skip
    told_lines = (
        f'<text x="{frame.width - 14}" y="{low + 4}" text-anchor="end" fill="#333">'
        "solid: confirmed · dashed: inferred</text>"
        if legend else ""
    )  # fmt: skip
    return (
        f'<path d="M18 {low} h{bar:.1f}" stroke="#111" stroke-width="3"/>'
        f'<text x="18" y="{low - 7}" fill="#111">{told}</text>'
        f'<text x="{frame.width - 24}" y="28" text-anchor="middle" fill="#111">N ↑</text>'
        f"{told_lines}{mark}"
    )
