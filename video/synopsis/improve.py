"""Better and better places for the units of a crowd: first a greedy one, then a search.

The search is annealing with a heat bath (S. Kirkpatrick, C. Gelatt, M. Vecchi, "Optimization by
Simulated Annealing", 1983; S. Geman, D. Geman, "Stochastic Relaxation, Gibbs Distributions", 1984):
one unit at a time is lifted and put where it costs least, among all beginnings, with noise that
cools. Between rounds the whole is made shorter. Steps are counted, no clock is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.packing import Crowd, Packing

# First fit looks for a place this far back from where the last began: keeps the order, roughly.
_BACK_NS: Final = 30_000_000_000
# Where it first fits, an object hides a sixth more than the grid says (measured): so much of the
# budget at first, and of what is found to be right where that was too much.
_FIRST_SHARE: Final = 0.82
_NEXT_SHARE: Final = 0.93
# And a search so far from where its time would be.
_REACH_NS: Final = 60_000_000_000
_ROUNDS: Final = 6
_MOST_ROUNDS: Final = 36
# A round of few units is soon done: so many moves each try and each unit of effort is worth.
_MOVES: Final = 400
_MOVES_BETWEEN_ASKS: Final = 32
_FIRST_SHRINK: Final = 0.2
_LEAST_SHRINK: Final = 0.006
_AGAIN_SHRINK: Final = 0.03
# In shares of what an object may be covered: being at the other end of the synopsis, being shown
# together with another piece of oneself, being more than is to be shown at once, and the noise at
# the beginning of a round.
_ORDER: Final = 6.0
_TWICE: Final = 1.0
_TOO_MANY: Final = 8.0
_HEAT: Final = 0.3
# A last try is measured even where the grid says it hides a little too much.
_NEAR: Final = 1.15
_LEAST_COVER: Final = 0.01


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the units of a crowd begin, in slots; `hidden` as measured."""

    starts: NDArray[np.int64]
    length: int
    hidden: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried: so many rounds of a few units, and so much work (of `Packing.work`) as
    is surely more than a person wants to wait for."""

    rounds: int
    work: float


def first_placed(crowd: Crowd, *, at_once: int | None) -> Placed:
    """Each unit, in recorded order, where it first fits; within the budget as measured."""
    allowed = _FIRST_SHARE * crowd.budget
    for _ in range(4):
        packing = _first_fit(crowd, allowed, at_once)
        placed = measured(crowd, packing.starts)
        if placed.hidden <= crowd.budget:
            break
        allowed *= _NEXT_SHARE * crowd.budget / placed.hidden
    else:
        # One after the other hides nothing.
        lengths = crowd.lengths
        placed = measured(crowd, np.cumsum(lengths) - lengths)
    return placed


def measured(crowd: Crowd, starts: NDArray[np.int64]) -> Placed:
    """With its length and what is hidden."""
    length = int((starts + crowd.lengths).max()) if len(crowd) else 0
    return Placed(starts.copy(), length, crowd.hidden(starts))


def shorter(
    crowd: Crowd,
    placed: Placed,
    rng: np.random.Generator,
    *,
    at_once: int | None,
    effort: Effort,
) -> Iterator[Placed]:
    """Shorter ones within the budget; the same again between, where it may be left."""
    rounds, work = 0, 0.0
    least = least_length(crowd, at_once)
    # What nobody can reach is not tried first.
    shrink = min(_FIRST_SHRINK, (1 - least / max(placed.length, 1)) / 2)
    tries = rounds_of(crowd)
    # What the grid says against what is measured.
    ratio = placed.hidden / max(_Search(crowd, placed.starts, placed.length).cost, 1e-9)
    while rounds < effort.rounds * tries // _ROUNDS and placed.length > least:
        if work >= effort.work:
            return
        length = max(least, min(int(placed.length * (1 - shrink)), placed.length - 1))
        search = _Search(crowd, placed.starts, length, at_once=at_once)
        fits = False
        for left in reversed(range(tries)):
            rounds += 1
            for _ in search.round(rng, heat=_HEAT * max(left - 2, 0) / (tries - 2)):
                yield placed
            near = search.cost * ratio <= crowd.budget * (1.0 if left else _NEAR)
            if left <= tries // 2 and near and not search.is_crowded:
                found = measured(crowd, search.packing.starts)
                ratio = max(found.hidden, 1e-9) / max(search.cost, 1e-9)
                fits = found.hidden <= crowd.budget and found.length < placed.length
                if fits:
                    placed = found
                    yield placed
                    break
            # What cools may still get better; what hides twice too much will not.
            if left < tries // 2 and search.cost * ratio > 2 * crowd.budget:
                break
        work += search.packing.work
        shrink = min(_FIRST_SHRINK, shrink * 1.2) if fits else shrink / 2
        # Other chances with other noise, until the effort is spent.
        shrink = shrink if shrink >= _LEAST_SHRINK else _AGAIN_SHRINK


def sparser(
    crowd: Crowd,
    length: int,
    rng: np.random.Generator,
    *,
    at_once: int | None,
    effort: Effort,
) -> Iterator[Placed]:
    """Of `length` (or the least possible), with less and less hidden; the first at once."""
    length = max(length, least_length(crowd, at_once))
    lengths = crowd.lengths
    room = np.maximum(length - lengths, 0)
    starts = np.clip(np.rint(crowd.progress * length - lengths / 2).astype(np.int64), 0, room)
    search = _Search(crowd, starts, length, at_once=at_once)
    for _ in search.round(rng, heat=0.0):
        pass
    placed = measured(crowd, search.finished())
    yield placed
    tries = rounds_of(crowd)
    for number in range(effort.rounds * tries // _ROUNDS):
        # A try that was begun is brought to its end.
        if search.packing.work >= effort.work and number % tries == 0:
            return
        heat = _HEAT * max(0.0, 1 - (number % tries) / (tries - 2))
        for _ in search.round(rng, heat=heat):
            yield placed
        if heat == 0:
            found = measured(crowd, search.finished())
            if (found.length, found.hidden) < (placed.length, placed.hidden):
                placed = found
                yield placed


def rounds_of(crowd: Crowd) -> int:
    """How many rounds a try has."""
    return int(np.clip(_MOVES // max(len(crowd), 1), _ROUNDS, _MOST_ROUNDS))


def least_length(crowd: Crowd, at_once: int | None) -> int:
    """No schedule is shorter: each unit fits in, pieces begin one after the other, and no more are
    shown together than may be."""
    least = np.zeros(len(crowd), np.int64)
    for number in range(len(crowd)):
        before = [int(least[at]) for at in crowd.earlier[number]]
        least[number] = max(before, default=-1) + 1
    longest = int((least + crowd.lengths).max()) if len(crowd) else 0
    if at_once is None:
        return longest
    most = max(at_once, *(int(objects.max()) for objects in crowd.objects)) if len(crowd) else 1
    return max(longest, -(-sum(int(objects.sum()) for objects in crowd.objects) // most))


def _first_fit(crowd: Crowd, allowed: float, at_once: int | None) -> Packing:
    back = _BACK_NS // crowd.slot_ns
    packing = Packing(crowd, 4 * int(crowd.lengths.max()) if len(crowd) else 1, at_once=at_once)
    front, end, spent, earned = 0, 0, 0.0, 0.0
    per_part = allowed / (float(crowd.parts.sum()) or 1.0)
    for number in range(len(crowd)):
        own = float(crowd.parts[number]) * per_part
        earned += own
        low = max(packing.bounds(number)[0], front - back, 0)
        end = max(end, low)
        costs = packing.costs(number, low, end)
        # A little of what others left may be used, not all of it by one.
        is_free = packing.too_many(number, low, end) == 0
        fits = np.flatnonzero(is_free & (costs <= min(earned - spent, 3 * own)))
        at = int(fits[0]) if len(fits) else end - low
        spent += float(costs[at])
        packing.put(number, low + at)
        front = max(front, low + at)
        end = max(end, low + at + len(crowd.objects[number]))
    return packing


class _Search:
    """Units within a length, moved one by one to where they cost least."""

    def __init__(
        self, crowd: Crowd, starts: NDArray[np.int64], length: int, *, at_once: int | None = None
    ) -> None:
        self.crowd, self.length = crowd, length
        self.packing = Packing(crowd, length, at_once=at_once)
        self.cost = 0.0
        lengths = crowd.lengths
        self._reach = _REACH_NS // crowd.slot_ns + int(lengths.max())
        self._targets = crowd.progress * length - lengths / 2
        cover = max(crowd.budget / (float(crowd.parts.sum()) or 1.0), _LEAST_COVER)
        self._scales = crowd.parts * cover
        room = length - lengths
        wanted = np.clip(starts, 0, room)
        # Pieces that were pushed together at the end go back to beginning one after the other.
        for number in reversed(range(len(crowd))):
            for at in crowd.later[number]:
                wanted[number] = min(wanted[number], wanted[at] - 1)
        wanted = np.maximum(wanted, 0)
        for number in range(len(crowd)):
            for at in crowd.earlier[number]:
                wanted[number] = max(wanted[number], wanted[at] + 1)
        for number, start in enumerate(np.minimum(wanted, room).tolist()):
            self.cost += float(self.packing.costs(number, start, start)[0])
            self.packing.put(number, start)

    @property
    def is_crowded(self) -> bool:
        """Whether more are shown together somewhere than may be."""
        return any(self._excess(number) > 0 for number in range(len(self.crowd)))

    def _excess(self, number: int) -> float:
        start = int(self.packing.starts[number])
        self.packing.lift(number)
        excess = float(self.packing.too_many(number, start, start)[0])
        self.packing.put(number, start)
        return excess

    def round(self, rng: np.random.Generator, *, heat: float) -> Iterator[None]:
        """Each unit once, in an order by chance; stops in between to be asked on."""
        for count, number in enumerate(rng.permutation(len(self.crowd)).tolist()):
            self._move(number, heat, rng)
            if count % _MOVES_BETWEEN_ASKS == _MOVES_BETWEEN_ASKS - 1:
                yield
        yield

    def finished(self) -> NDArray[np.int64]:
        """Where all begin; who is one too many within the length comes after it."""
        placed = self.packing.starts.copy()
        starts, end = placed.copy(), self.length
        for number in range(len(self.crowd)):
            if self._excess(number) > 0:
                self.packing.lift(number)
                starts[number] = end
                end += len(self.crowd.objects[number])
        for number in np.flatnonzero(starts != placed).tolist():
            self.packing.put(number, int(placed[number]))
        return starts

    def _move(self, number: int, heat: float, rng: np.random.Generator) -> None:
        packing, own = self.packing, len(self.crowd.objects[number])
        was = int(packing.starts[number])
        packing.lift(number)
        low, last = packing.bounds(number)
        high = self.length - own if last is None else min(last, self.length - own)
        # Far from where its time is nobody is put; what is not looked at costs nothing.
        target = int(self._targets[number])
        low, high = max(low, target - self._reach), min(high, target + self._reach)
        low, high = min(low, was), max(high, was)
        costs = packing.costs(number, low, high)
        self.cost -= float(costs[was - low])
        at = np.arange(low, high + 1)
        scale = float(self._scales[number])
        wanted = costs + scale * _ORDER * ((at - self._targets[number]) / self.length) ** 2
        for other in (*self.crowd.earlier[number], *self.crowd.later[number]):
            start = int(packing.starts[other])
            end = start + len(self.crowd.objects[other])
            shared = np.minimum(at + own, end) - np.maximum(at, start)
            wanted += scale * _TWICE / own * np.clip(shared, 0, None)
        wanted += scale * _TOO_MANY * packing.too_many(number, low, high)
        if heat:
            wanted -= heat * scale * rng.gumbel(size=len(wanted))
        best = int(wanted.argmin())
        packing.put(number, low + best)
        self.cost += float(costs[best])
