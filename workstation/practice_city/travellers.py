"""Who goes where and when: people on foot and cars, from crossing to crossing along the streets."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from workstation.practice_city.streets import Floats, Ints, Streets

_WALK_M_S, _WALK_SPREAD = 1.35, 0.16
"""Median and log spread of the pace on foot: Bohannon & Williams Andrews 2011, "Normal walking
speed: a descriptive meta-analysis"."""
_DRIVE_M_S, _DRIVE_SPREAD = 8.0, 0.25
_STOPS, _TURNS_BACK = 0.12, 0.06
"""How often, at a crossing where somebody changes their mind at all: per trip."""
_STOP_S: Final = (20.0, 240.0)
_RED_LIGHT, _LIGHT_S = 0.3, (5.0, 45.0)
_TRIP_M: Final = (350.0, 1600.0)
_DETOURS: Final = 0.3
"""Log spread of how long a piece seems to somebody: not everybody takes the shortest way."""


@dataclass(frozen=True, eq=False)
class Traveller:
    """Where one was, once a second: `places (n, 2)` metres at the whole `seconds (n,)`."""

    is_car: bool
    seconds: Ints
    places: Floats


def make_travellers(
    chance: np.random.Generator, streets: Streets, *, people: int, cars: int, length_s: int
) -> list[Traveller]:
    """So many people, then so many cars, each on the way for a part of the time."""
    return [
        _travel(chance, streets, is_car=number >= people, length_s=length_s)
        for number in range(people + cars)
    ]


def _travel(
    chance: np.random.Generator, streets: Streets, *, is_car: bool, length_s: int
) -> Traveller:
    pace = _DRIVE_M_S if is_car else _WALK_M_S
    pace *= float(np.exp(chance.normal(0, _DRIVE_SPREAD if is_car else _WALK_SPREAD)))
    weights = streets.lengths * np.exp(chance.normal(0, _DETOURS, len(streets.edges)))
    begins = float(chance.uniform(-0.2 * length_s, 0.75 * length_s))
    ends = begins + float(chance.uniform(0.3, 0.8)) * length_s
    at = int(chance.integers(len(streets.nodes)))
    ways = [at]
    moments = [begins]
    while moments[-1] < min(ends, length_s):
        trip = _trip(chance, streets, weights, at, reach=(2.5 if is_car else 1.0))
        if chance.random() < _TURNS_BACK and len(trip) > 3:
            half = len(trip) // 2
            trip = trip[:half] + trip[half - 1 :: -1]
        stop_at = int(chance.integers(1, len(trip))) if chance.random() < _STOPS * 4 else -1
        for number, node in enumerate(trip[1:], 1):
            way = float(np.hypot(*(streets.nodes[node] - streets.nodes[ways[-1]])))
            ways.append(node)
            moments.append(moments[-1] + way / pace)
            wait = 0.0
            if number == stop_at:
                wait = float(chance.uniform(*_STOP_S))
            elif is_car and chance.random() < _RED_LIGHT:
                wait = float(chance.uniform(*_LIGHT_S))
            if wait:
                ways.append(node)
                moments.append(moments[-1] + wait)
        at = ways[-1]
    seconds = np.arange(
        max(0, int(np.ceil(begins))), min(length_s, int(moments[-1])) + 1, dtype=np.int64
    )
    course = streets.nodes[np.array(ways)]
    places = np.stack([np.interp(seconds, moments, course[:, axis]) for axis in (0, 1)], axis=1)
    # Everybody keeps to a side of the street: so far to the right of its middle.
    step = np.gradient(places, axis=0) if len(places) > 1 else np.zeros_like(places)
    size = np.hypot(*step.T)[:, None]
    right = np.stack([step[:, 1], -step[:, 0]], axis=1) / np.maximum(size, 1e-9)
    aside = 2.0 if is_car else float(chance.choice([-1, 1])) * float(chance.uniform(4, 6))
    return Traveller(is_car, seconds, places + aside * right * (size > 0.05))


def _trip(
    chance: np.random.Generator, streets: Streets, weights: Floats, at: int, *, reach: float
) -> list[int]:
    """Crossings from `at` to a goal some streets away, both included."""
    far = np.hypot(*(streets.nodes - streets.nodes[at]).T)
    near, most = (reach * edge for edge in _TRIP_M)
    goals = np.flatnonzero((far >= near) & (far <= most))
    if not len(goals):
        # A small city: as far as there is.
        goals = np.flatnonzero(far >= 0.5 * far.max())
        goals = goals[goals != at]
    goal = int(chance.choice(goals))
    _, before = streets.ways_from(at, weights)
    way = [goal]
    while way[-1] != at:
        way.append(int(before[way[-1]]))
    return way[::-1]
