"""How long somebody takes from leaving the view of one camera to coming into that of another.

A mixture of log-normal times: most go at the usual speed; a few run or cycle; some dawdle, wait or
take a way round (the heavy tail); where views overlap some are on both at once. Log-normal times of
ways between cameras: O. Javed, K. Shafique, Z. Rasheed & M. Shah, "Modeling inter-camera space-time
and appearance relationships for tracking across non-overlapping views", Computer Vision and Image
Understanding 109 (2008) keep such densities per pair of cameras; the log-normal form is that of
travel times in streets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from detection.appearance import Kind

Floats = NDArray[np.float64]

USUAL_M_S: Final[dict[Kind, float]] = {"person": 1.34, "vehicle": 8.0}
"""Walking: U. Weidmann, "Transporttechnik der Fussgänger" (1993), 1.34 m/s with a standard
deviation of 0.26. Driving in a town, with stops: an assumption, about 30 km/h."""
_SPREAD: Final[dict[Kind, float]] = {"person": 0.35, "vehicle": 0.55}
"""Of the logarithm: 0.2 is the spread of speeds on foot, the rest is crossings and bends."""
_WAIT_S: Final[dict[Kind, float]] = {"person": 1.0, "vehicle": 2.0}
"""Even the shortest way takes about so long: edges of views are not sharp."""
FASTEST_M_S: Final[dict[Kind, float]] = {"person": 12.0, "vehicle": 70.0}
_QUICK: Final = 1 / 3
"""Who runs or cycles takes about this share of the time."""
_QUICK_SPREAD: Final = 0.35
_SLOW: Final = 4.0
_SLOW_MORE_S: Final = 60.0
_SLOW_SPREAD: Final = 1.2
"""The tail: about so many times as long, and a minute more."""
_FLOOR: Final = 1e-12
"""Densities are never less: a wrong clock is never ruled out by a logarithm of 0."""
_LEAST_SCALE_S: Final = 0.25
_PRIOR_SEEN: Final = 4.0
"""What was assumed counts as much as so many observations."""
_NARROWEST: Final = 0.15
_WIDEST: Final = 1.5
_ANY_WAY: Final = 2.2
"""So wide that the next view may be a step or an hour away."""
_BINS: Final = 120
_LEAP_S: Final = 1e-9
"""A density that leaps does so within this."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class TravelTime:
    """Seconds from leaving one view to coming into another; negative where somebody is on both."""

    median_s: float
    """Half of those who go at the usual speed take less."""
    spread: float = 0.35
    """Standard deviation of the logarithm of the time above `least_s`."""
    least_s: float = 0.0
    """Nobody takes less."""
    tail: float = 0.15
    """Share of those who dawdle, wait or take a way round."""
    quick: float = 0.05
    """Share of those who run or cycle."""
    at_once: float = 0.0
    """Share of those who come into the other view before they have left the first."""
    together_s: float = 10.0
    """They are on both for up to so long."""
    seen: int = 0
    """So many observations it was sharpened by."""

    def __post_init__(self) -> None:
        # Written so that NaN fails too.
        shares = (self.tail, self.quick, self.at_once)
        if not (self.median_s > self.least_s >= 0 and self.spread > 0 and self.together_s > 0):
            raise ValueError(f"no travel time: {self}")
        if not (all(0 <= one <= 1 for one in shares) and sum(shares) <= 1 + 1e-9):
            raise ValueError(f"no shares of a travel time: {shares}")

    def density(self, seconds: ArrayLike, clock_sd_s: float = 0.0) -> Floats:
        """The density (per second) of each of these times, same shape as `seconds`, a little above
        0 at least; `clock_sd_s` is how sure the difference of the two clocks is (one standard
        deviation)."""
        table = _table(self, _stepped(clock_sd_s))
        at = np.asarray(seconds, np.float64)
        found: Floats = np.interp(at, table.seconds, table.density, left=0.0, right=0.0)
        return np.maximum(found, _FLOOR)

    def log_density(self, seconds: ArrayLike, clock_sd_s: float = 0.0) -> Floats:
        """The natural logarithm of that."""
        found: Floats = np.log(self.density(seconds, clock_sd_s))
        return found

    def chance_until(self, seconds: ArrayLike, clock_sd_s: float = 0.0) -> Floats:
        """The chance 0..1 that it takes at most so long, same shape as `seconds`."""
        table = _table(self, _stepped(clock_sd_s))
        at = np.clip(np.asarray(seconds, np.float64), table.seconds[0], table.seconds[-1])
        left = np.clip(np.searchsorted(table.seconds, at, side="right") - 1, 0, len(table.rise) - 1)
        since = at - table.seconds[left]
        found = table.until[left] + since * (table.density[left] + table.rise[left] * since / 2)
        return np.clip(found, 0.0, 1.0)

    def chance_between(self, a_s: ArrayLike, b_s: ArrayLike, clock_sd_s: float = 0.0) -> Floats:
        """The chance 0..1 that it takes between `a_s` and `b_s`; 0 where `b_s` is not greater."""
        found = self.chance_until(b_s, clock_sd_s) - self.chance_until(a_s, clock_sd_s)
        return np.maximum(found, 0.0)

    def quantile(self, share: ArrayLike, clock_sd_s: float = 0.0) -> Floats:
        """The times that shares 0..1 do not exceed: the inverse of `chance_until`."""
        table = _table(self, _stepped(clock_sd_s))
        wanted = np.clip(np.asarray(share, np.float64), 0.0, 1.0)
        left = np.searchsorted(table.until, wanted, side="right") - 1
        left = np.clip(left, 0, len(table.rise) - 1)
        more = wanted - table.until[left]
        here, rise = table.density[left], table.rise[left]
        # Of a quadratic, in the form that also holds where the density does not change.
        root = here + np.sqrt(np.maximum(here**2 + 2 * rise * more, 0.0))
        step = np.divide(2 * more, root, out=np.zeros_like(more), where=root > 0)
        widths = np.diff(table.seconds)[left]
        found: Floats = table.seconds[left] + np.clip(step, 0.0, widths)
        return found

    def window(self, share: float = 0.95, clock_sd_s: float = 0.0) -> tuple[float, float]:
        """From and to which time this share of all lies, as many before it as after it."""
        ends = self.quantile([(1 - share) / 2, (1 + share) / 2], clock_sd_s)
        return float(ends[0]), float(ends[1])

    def updated(self, observed: Sequence[float]) -> "TravelTime":
        """The same after these times were observed (seconds; NaN is passed over). What was known
        before counts as four observations, so that one odd one moves it little.

        Normal-inverse-gamma for the logarithms: A. Gelman et al., "Bayesian Data Analysis", 3rd ed.
        (2013), 3.3.
        """
        times = np.asarray(observed, np.float64)
        times = times[np.isfinite(times)]
        if not len(times):
            return self
        count = len(times)
        together = int((times <= 0).sum())
        at_once = (self.at_once * _PRIOR_SEEN + together) / (_PRIOR_SEEN + count)
        others = times[times > 0]
        kept = replace(
            self, at_once=at_once, seen=self.seen + count,
            together_s=max(self.together_s, float(-times.min())),
        )._within_one()  # fmt: skip
        if not len(others):
            return kept
        # Whoever was faster than anybody can be was: the least was wrong.
        least = min(self.least_s, 0.5 * float(others.min()))
        logs = np.log(np.maximum(others - least, _LEAST_SCALE_S / 4))
        before = np.log(self.median_s - least)
        # By the median: one in the tail is no news of the usual time.
        middle = float(np.median(logs))
        weight = len(logs) / (len(logs) + _PRIOR_SEEN + 2 * self.seen)
        mean = (1 - weight) * before + weight * middle
        scatter = np.minimum((logs - middle) ** 2, 4 * self.spread**2)
        # One odd observation says little of the spread: it may be of the tail.
        sure = len(logs) / (len(logs) + 2)
        apart = sure * weight * (1 - weight) * (middle - before) ** 2
        spread_2 = (1 - weight) * self.spread**2 + weight * float(scatter.mean()) + apart
        spread = float(np.clip(np.sqrt(spread_2), _NARROWEST, _WIDEST))
        return replace(kept, median_s=least + float(np.exp(mean)), least_s=least, spread=spread)

    def _within_one(self) -> "TravelTime":
        # Who is on both at once is neither quick nor slow.
        room = 1 - self.at_once
        others = self.tail + self.quick
        if others <= room:
            return self
        return replace(self, tail=self.tail * room / others, quick=self.quick * room / others)


def travel_time_of(
    metres: float, kind: Kind, *, fastest_m_s: float | None = None, sure: bool = True
) -> TravelTime:
    """How long a way of so many metres takes; not `sure`: the way itself is a guess (a straight
    line where streets are not known), so the times spread more."""
    fastest = fastest_m_s or FASTEST_M_S[kind]
    usual = metres / min(USUAL_M_S[kind], fastest) + _WAIT_S[kind]
    spread = _SPREAD[kind] if sure else float(np.hypot(_SPREAD[kind], 0.25))
    return TravelTime(usual, spread, min(metres / fastest, 0.9 * usual))


def overlapping(kind: Kind) -> TravelTime:
    """Between two cameras that see the same ground: most are on both at once."""
    return TravelTime(
        3.0 if kind == "person" else 1.5, 0.9, tail=0.1, quick=0.0, at_once=0.6, together_s=15.0
    )


def unknown_way(kind: Kind) -> TravelTime:
    """Where nobody knows how far it is: shorter gaps are a little likelier than longer ones, from
    a second on to days."""
    return TravelTime(60.0 if kind == "person" else 40.0, _ANY_WAY, tail=0.2, quick=0.0)


def between_times(
    typical_s: float, least_s: float | None = None, most_s: float | None = None
) -> TravelTime:
    """As a person says it: how long it usually takes, hardly ever less and hardly ever more."""
    least = 0.0 if least_s is None else max(0.0, least_s)
    if not typical_s > 0 or least >= typical_s or (most_s is not None and most_s <= typical_s):
        raise ValueError(f"no times of a way: {least_s}, {typical_s}, {most_s}")
    # 95 % of a log-normal lie within 1.96 standard deviations.
    spread = 0.35 if most_s is None else np.log((most_s - least) / (typical_s - least)) / 1.96
    spread = float(np.clip(spread, 0.05, _WIDEST))
    return TravelTime(typical_s, spread, least, tail=0.05, quick=0.0)


def still_away(times: Sequence[TravelTime], seconds: float) -> Floats:
    """The chance 0..1 of each time that it takes longer than this, `(n,)`; clocks are taken to be
    right. As `chance_until`, quick for many times."""
    weights = np.array(
        [(1 - one.tail - one.quick - one.at_once, one.quick, one.tail) for one in times]
    ).reshape(-1, 3)
    scale = np.array([one.median_s - one.least_s for one in times])[:, None]
    spread = np.array([(one.spread, _QUICK_SPREAD, _SLOW_SPREAD) for one in times]).reshape(-1, 3)
    medians = np.hstack([scale, _QUICK * scale, _SLOW * scale + _SLOW_MORE_S])
    above = np.maximum(seconds - np.array([one.least_s for one in times]), _LEAP_S)[:, None]
    later = ndtr(-np.log(above / medians) / spread)
    both = np.array([one.at_once for one in times])
    if seconds < 0:
        # Of those who are on both, who begins that later than so long before.
        both = both * np.minimum(-seconds / np.array([one.together_s for one in times]), 1.0)
    else:
        both = np.zeros(len(times))
    found: Floats = (np.maximum(weights, 0.0) * later).sum(axis=1) + both
    return np.clip(found, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The density at rising times, straight between them: `density` and `until` `(n,)`, `rise`
    `(n - 1,)` per second."""

    seconds: Floats
    density: Floats
    until: Floats
    rise: Floats


def _stepped(clock_sd_s: float) -> float:
    """In steps of a tenth of itself, so that few tables are made."""
    if not clock_sd_s > 1e-3:
        return 0.0
    return float(np.exp(np.round(np.log(clock_sd_s) * 10) / 10))


def _parts(time: TravelTime) -> list[tuple[float, float, float]]:
    """Weight, median above the least, and spread of each log-normal part."""
    scale = time.median_s - time.least_s
    usual = 1 - time.tail - time.quick - time.at_once
    slow = _SLOW * scale + _SLOW_MORE_S
    made = [
        (usual, scale, time.spread),
        (time.quick, _QUICK * scale, _QUICK_SPREAD),
        (time.tail, slow, _SLOW_SPREAD),
    ]
    return [one for one in made if one[0] > 1e-9]


def _exact(time: TravelTime, seconds: Floats) -> Floats:
    above = seconds - time.least_s
    safe = np.where(above > _LEAP_S, above, 1.0)
    density = np.zeros_like(seconds)
    for weight, scale, spread in _parts(time):
        z = np.log(safe / scale) / spread
        density += weight * np.exp(-z * z / 2) / (safe * spread * np.sqrt(2 * np.pi))
    density[above <= _LEAP_S] = 0.0
    if time.at_once:
        both = (seconds <= 0) & (seconds >= -time.together_s)
        density[both] += time.at_once / time.together_s
    return density


_EDGE_Z: Final = ndtri(1e-5)


@lru_cache(maxsize=8192)
def _table(time: TravelTime, clock_sd_s: float) -> _Table:
    # Where there is something to see: the quantiles of each part, and around each edge as far as
    # clocks go wrong.
    z = np.linspace(_EDGE_Z, -_EDGE_Z, _BINS + 1)
    parts = [(w, time.least_s + scale * np.exp(spread * z)) for w, scale, spread in _parts(time)]
    if time.at_once:
        parts.append((time.at_once, np.linspace(-time.together_s, 0.0, _BINS + 1)))
    points = [ends for _, ends in parts]
    if clock_sd_s:
        around = clock_sd_s * np.linspace(-6, 6, 61)
        points += [around + float(ends[at]) for _, ends in parts for at in (0, _BINS // 2, -1)]
    elif time.at_once:
        # Where the density leaps.
        points.append(np.array([-time.together_s - _LEAP_S, -time.together_s, 0.0, _LEAP_S]))
    seconds = np.unique(np.concatenate(points))
    if not clock_sd_s:
        density = _exact(time, seconds)
    else:
        density = np.zeros_like(seconds)
        share = np.diff(ndtr(z))
        for number, (weight, ends) in enumerate(parts):
            is_both = bool(time.at_once) and number == len(parts) - 1
            mass = np.full(_BINS, 1 / _BINS) if is_both else share
            wide = ends[-1 - _BINS // 4] - ends[_BINS // 4]
            if clock_sd_s < 0.2 * wide and not is_both:
                alone = _alone(time, number)
                moved = seconds[:, None] - clock_sd_s * _NODES
                density += _exact(alone, moved.ravel()).reshape(moved.shape) @ _WEIGHTS * weight
            else:
                # Each bin as flat as it is wide, smeared by the clocks.
                steps = ndtr((seconds[:, None] - ends) / clock_sd_s)
                density += weight * (-np.diff(steps, axis=1) / np.diff(ends)) @ mass
    rise = np.diff(density) / np.diff(seconds)
    until = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(seconds))])
    return _Table(seconds, density / until[-1], until / until[-1], rise / until[-1])


def _alone(time: TravelTime, part: int) -> TravelTime:
    """One log-normal part as a time of its own."""
    _, scale, spread = _parts(time)[part]
    return TravelTime(time.least_s + scale, spread, time.least_s, tail=0.0, quick=0.0)
