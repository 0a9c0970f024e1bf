"""Where the cameras of the made-up city hang, which way they look, and how their clocks go."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from workstation.practice_city.streets import Floats, Ints, Streets

FOV_DEG: Final = 70.0
RANGE_M: Final = 35.0
NEAREST_M: Final = 3.5
"""What is nearer to a camera passes below its picture."""
WIDTH, HEIGHT = 640, 360
_HORIZON: Final = 90.0
_CAMERA_M: Final = 3.5
_FOCAL: Final = WIDTH / 2 / float(np.tan(np.radians(FOV_DEG / 2)))
_SIZES: Final = {False: (1.72, 0.6), True: (1.6, 3.2)}
"""Height and width in metres of a person and of a car."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A camera at a place for some time of the recordings, in whole seconds."""

    camera: int
    east_m: float
    north_m: float
    heading_deg: float
    from_s: int
    to_s: int
    moved: bool = False
    """Whether it hung elsewhere before."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a recorder is fast, in seconds, and what is known of it."""

    offset_s: float
    stated_s: float | None
    uncertainty_s: float | None


def hang(
    chance: np.random.Generator, streets: Streets, *, count: int, length_s: int
) -> list[tuple[Hung, ...]]:
    """By camera, its recordings: most have one; some were off for a while, a few hung elsewhere
    afterwards."""
    found: list[tuple[Hung, ...]] = []
    chosen = chance.permutation(len(streets.edges))
    for camera in range(count):
        here = _along(chance, streets, int(chosen[camera % len(chosen)]))
        lot = chance.random()
        if lot < 0.9 or length_s < 600:
            found.append((Hung(camera, *here, 0, length_s),))
            continue
        # Of few lengths, so that few files have to be made.
        part = length_s // 6
        off, on = (2 * part, 3 * part) if chance.random() < 0.5 else (3 * part, 4 * part)
        moved = lot > 0.97
        there = _along(chance, streets, int(chance.integers(len(streets.edges)))) if moved else here
        found.append((Hung(camera, *here, 0, off), Hung(camera, *there, on, length_s, moved=moved)))
    return found


def _along(chance: np.random.Generator, streets: Streets, edge: int) -> tuple[float, float, float]:
    """East, north, and a heading along the street."""
    one, other = streets.nodes[streets.edges[edge]]
    way = (other - one) / max(float(np.hypot(*(other - one))), 1e-9)
    if chance.random() < 0.5:
        way = -way
    side = float(chance.choice([-1, 1])) * 7.0
    share = float(chance.uniform(0.1, 0.9))
    place = one + share * (other - one) + side * np.array([way[1], -way[0]])
    # Turned a little to the street, on whose other side it does not hang.
    turn = float(chance.normal(0, 6)) - np.sign(side) * 12.0
    heading = float(np.degrees(np.arctan2(way[0], way[1])) + turn) % 360
    return float(place[0]), float(place[1]), heading


def clock(chance: np.random.Generator) -> Clock:
    """Most are some seconds off, some an hour or so; nobody compared every tenth."""
    offset = float(chance.normal(0, 20)) if chance.random() < 0.8 else float(chance.normal(0, 3600))
    if chance.random() < 0.1:
        # Nobody would have believed a larger one.
        return Clock(float(chance.normal(0, 2)), None, None)
    uncertainty = float(chance.choice([1.0, 2.0, 4.0]))
    # Two standard deviations: so far off it hardly ever is.
    return Clock(offset, offset + float(chance.normal(0, uncertainty / 2)), uncertainty)


def seen(hung: Hung, places: Floats) -> Ints:
    """Which of the places `(n, 2)` it has in view."""
    ahead, aside = _turned(hung, places)
    edge = np.tan(np.radians(FOV_DEG / 2))
    away = np.hypot(ahead, aside)
    return np.flatnonzero((ahead > NEAREST_M) & (away < RANGE_M) & (np.abs(aside) < edge * ahead))


def boxes(hung: Hung, places: Floats, *, is_car: bool) -> Floats:
    """Where in the picture somebody is who stands at each place in view, `(n, 4)` in pixels."""
    ahead, aside = _turned(hung, places)
    tall, wide = _SIZES[is_car]
    x = WIDTH / 2 + _FOCAL * aside / ahead
    foot = _HORIZON + _FOCAL * _CAMERA_M / ahead
    head = foot - _FOCAL * tall / ahead
    half = _FOCAL * wide / ahead / 2
    found = np.stack([x - half, head, x + half, foot], axis=1)
    clipped: Floats = np.clip(found, 0, [WIDTH, HEIGHT - 2, WIDTH, HEIGHT])
    return clipped


def _turned(hung: Hung, places: Floats) -> tuple[Floats, Floats]:
    east, north = (places - (hung.east_m, hung.north_m)).T
    sine, cosine = np.sin(np.radians(hung.heading_deg)), np.cos(np.radians(hung.heading_deg))
    return east * sine + north * cosine, east * cosine - north * sine
