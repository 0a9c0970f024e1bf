"""Directions, speeds, sizes and numbers of things in a search text: pieces of text in, filters out.

Knows nothing of cameras, colours or time of day. Speeds are in a thing's own heights a second: a
person walks at about 0.8 of them, whatever the camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from casefiles.queries.amounts import HEIGHTS, PIXELS, at_least, at_most, ends, number_at, said
from casefiles.queries.filters import (
    CountFilter,
    Direction,
    DirectionFilter,
    SizeFilter,
    SpeedFilter,
)
from casefiles.queries.moments import word_at
from casefiles.queries.words import Token

RUNS: Final = 1.5
STILL: Final = 0.1
MOVES: Final = 0.2
QUICK: Final = 1.2
SLOW: Final = 0.5
_OF_VEHICLES: Final = {QUICK: 4.0, SLOW: 2.0}
"""The same words said of a vehicle: about 20 km/h and 10 km/h for a car."""
MOST_COUNTED: Final = 999
_DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
_GO: Final = frozenset(
    ("going", "goes", "go", "went", "heading", "heads", "headed", "walking", "walks", "walked",
     "moving", "moves", "moved", "travelling", "traveling", "travels", "driving", "drives", "drove",
     "riding", "rides", "coming", "comes", "came", "turning", "running", "runs", "ran", "cycling",
     "facing", "bound", "pedalling", "cycled", "jogs", "jogged", "turns", "turned", "passing",
     "passes", "leaves", "leaving", "crossing", "ran", "drives", "travelled", "traveled", "travel",
     "head", "move", "walk", "run", "drive", "ride", "turn", "come", "rode", "fled",
     "strolling", "direction", "directions", "jogging", "sprinting", "proceeding"),
)  # fmt: skip
_CAMERA: Final = ("camera", "lens", "viewer", "us")
_ASIDE: Final[dict[str, Direction]] = {
    "left": "left", "right": "right", "leftwards": "left", "rightwards": "right",
    "leftward": "left", "rightward": "right",
}  # fmt: skip
_COMPASS: Final = ("north", "east", "south", "west")
_SPEEDS: Final[tuple[tuple[tuple[str, ...], float | None, float | None], ...]] = (
    *(((word,), RUNS, None) for word in
      ("running", "runs", "ran", "sprinting", "sprints", "jogging", "jogs", "sprinted", "jogged",
      "sprint",       "dashing", "dashed", "bolting", "bolted", "run")),
    *(((verb, "it"), RUNS, None) for verb in ("legging", "legs", "legged")),
    *((tuple(words.split()), None, STILL) for words in
      ("standing still", "stands still", "stood still", "standing", "stationary", "motionless",
       "not moving", "parked up", "parked", "stopped", "immobile", "waiting", "sitting still",
       "at a standstill",
       "stood",        "stands", "stand", "does not move", "doesnt move", "isnt moving", "not move",
       "did not move",       "stays still", "keeps still",
       "standing in place")),
    *(((word,), QUICK, None) for word in
      ("fast", "quickly", "hurrying", "hurriedly", "rushing", "rushed", "hurried", "swiftly",
       "speeding", "racing", "tearing")),
    *((tuple(words.split()), QUICK, None) for words in
      ("at speed", "at high speed", "in a hurry", "very fast")),
    *(((word,), None, SLOW) for word in ("slow", "slowly", "crawling")),
    (("moving",), MOVES, None), (("in", "motion"), MOVES, None),
)  # fmt: skip
_UNIT: Final = (("a", "second"), ("per", "second"), ("/", "s"), ("each", "second"))
_TALL: Final = ("tall", "high", "large", "big", "height", "size")


@dataclass(frozen=True, slots=True)
class _Said:
    """A speed as a number or as a word, which means more of a vehicle."""

    least: float | None
    most: float | None
    is_word: bool = False

    def ends(self, *, of_vehicle: bool) -> tuple[float | None, float | None]:
        if not (of_vehicle and self.is_word):
            return self.least, self.most
        least, most = (_OF_VEHICLES.get(end or 0.0, end) for end in (self.least, self.most))
        return least, most


@dataclass(slots=True)
class Movement:
    """What a text says of movement and size, collected piece by piece."""

    assumed: list[str]
    _ways: set[Direction] = field(default_factory=set)
    _speeds: list[_Said] = field(default_factory=list)
    _sizes: list[tuple[float | None, float | None]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def take(self, tokens: Sequence[Token], at: int) -> int:
        """How many pieces from `at` on were about movement or size; 0 when none."""
        return (
            self._direction(tokens, at)
            or self._speed(tokens, at)
            or self._size(tokens, at)
            or self._together(tokens, at)
        )

    def filters(
        self, *, of_vehicle: bool
    ) -> list[DirectionFilter | SpeedFilter | SizeFilter | CountFilter]:
        """The filters that all pieces together come to."""
        made: list[DirectionFilter | SpeedFilter | SizeFilter | CountFilter] = []
        if self._ways:
            ways = tuple(one for one in _DIRECTIONS if one in self._ways)
            made.append(DirectionFilter(ways))
        if self._speeds:
            pairs = [one.ends(of_vehicle=of_vehicle) for one in self._speeds]
            made.append(SpeedFilter(*_both(pairs)))
        if self._sizes:
            made.append(SizeFilter(*_both(self._sizes)))
        if self.counts:
            made.append(CountFilter(max(self.counts)))
        return made

    def _direction(self, tokens: Sequence[Token], at: int) -> int:
        goes = word_at(tokens, at) in _GO
        used, ways = _way(tokens, at + goes, goes=goes)
        if not used:
            return 0
        end = at + goes + used
        while word_at(tokens, end) in ("or", "and", "/", ","):
            more, others = _way(tokens, end + 1, goes=goes or bool(ways & set(_ASIDE.values())))
            if not more:
                break
            end, ways = end + 1 + more, ways | others
        self._ways |= ways
        if goes and word_at(tokens, at) != "moving":
            self._speed(tokens, at)
        return end - at

    def _speed(self, tokens: Sequence[Token], at: int) -> int:
        lead = word_at(tokens, at) in ("speed", "speeds")
        start = at + lead + (lead and word_at(tokens, at + 1) == ":")
        found = ends(tokens, start, HEIGHTS)
        unit = said(tokens, start + found.used, _UNIT)
        if found.used and unit:
            self._speeds.append(_Said(found.least, found.most))
            return start + found.used + unit - at
        first = word_at(tokens, at)
        for words, least, most in _SPEEDS:
            if words[0] == first and said(tokens, at, (words,)):
                self._speeds.append(_Said(least, most, is_word=True))
                if "still" not in words and word_at(tokens, at) not in ("parked", "moving"):
                    limit = f"at least {least:g}" if least is not None else f"at most {most:g}"
                    self.assumed.append(f"“{' '.join(words)}” is taken as {limit} heights a second")
                return len(words)
        return 0

    def _size(self, tokens: Sequence[Token], at: int) -> int:
        lead = word_at(tokens, at) in ("height", "size")
        start = at + lead + (lead and word_at(tokens, at + 1) == ":")
        found = ends(tokens, start, PIXELS)
        if not found.used:
            return 0
        end = start + found.used
        end += word_at(tokens, end) == "in" and word_at(tokens, end + 1) in _TALL
        end += word_at(tokens, end) in _TALL
        if found.bare:
            self.assumed.append(f"“{found.least:g} px” is taken as the least height in the picture")
        self._sizes.append((found.least, found.most))
        return end - at

    def _together(self, tokens: Sequence[Token], at: int) -> int:
        used, number = count_at(tokens, at)
        if not used or word_at(tokens, at + used) not in ("together", "at"):
            return 0
        end = at + used
        if word_at(tokens, end) == "at" and not said(tokens, end, (("at", "once"),)):
            return 0
        self.counts.append(number)
        return end + (1 if word_at(tokens, end) == "together" else 2) - at


def count_at(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """A number of things, two or more: how many pieces, and at least how many."""
    lead = at_least(tokens, at)
    above = lead and word_at(tokens, at + lead - 1) in ("than", "over", "above")
    above = above and word_at(tokens, at) != "no" and word_at(tokens, at) != "not"
    if at_most(tokens, at):
        return 0, 0
    end = at + lead
    if word_at(tokens, end) == "dozen" or said(tokens, end, (("a", "dozen"),)):
        number, used = 12.0, 1 + (word_at(tokens, end) == "a")
    else:
        value = None if word_at(tokens, end) in ("a", "an") else number_at(tokens, end)
        number, used = (0.0, 0) if value is None else (value, 1)
    end += used
    number += bool(above)
    if not used or number != int(number) or not 2 <= number <= MOST_COUNTED:
        return 0, 0
    end += 2 * (word_at(tokens, end) == "or" and word_at(tokens, end + 1) == "more")
    end += word_at(tokens, end) == "plus"
    return end - at, int(number)


def either_number(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """`two or three`, `2-3`, `several`: how many pieces, and at least how many."""
    few = said(tokens, at, (("several",), ("a", "few"), ("few",), ("a", "number", "of")))
    if few:
        return few, 3
    used, number = count_at(tokens, at)
    if used != 1 or word_at(tokens, at + 1) not in ("or", "-", "to"):
        return 0, 0
    more, other = count_at(tokens, at + 2)
    return (2 + more, number) if more and other > number else (0, 0)


def group_at(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """A group: how many pieces, and at least how many; what it is of may follow."""
    article = word_at(tokens, at) in ("a", "the")
    word = word_at(tokens, at + article)
    of = word_at(tokens, at + article + 1) == "of"
    if word in ("group", "groups", "gang", "party", "crowd") and of and word != "gang":
        used, number = count_at(tokens, at + article + 2)
        return article + 2 + used, number or 3
    if word in ("pair", "couple") and of:
        return article + 2, 2
    return 0, 0


def _way(tokens: Sequence[Token], at: int, *, goes: bool) -> tuple[int, set[Direction]]:
    """One direction: how many pieces, and which."""
    word = word_at(tokens, at)
    if goes and word == "off":
        return 1, {"away"}
    mine = int(word == "in") + (
        word_at(tokens, at + (word == "in")) in ("our", "my", "this", "the")
    )
    if (
        goes
        and word_at(tokens, at + mine) in ("way", "direction")
        and word_at(tokens, at + mine - 1) in ("our", "my")
    ):
        return mine + 1, {"towards"}
    led = said(tokens, at, (("in", "the", "direction", "of"), ("in", "direction", "of"),
                            ("up", "to"), ("straight", "at")))  # fmt: skip
    if led:
        start = at + led + (word_at(tokens, at + led) in ("the", "this", "our"))
        if word_at(tokens, start) in _CAMERA:
            return start + 1 - at, {"towards"}
        turned, ways = _named_way(tokens, start)
        return (start + turned - at, ways) if turned else (0, set())
    across = _across(tokens, at + (word == "from"))
    if across[0]:
        return across[0] + (word == "from"), across[1]
    if word in ("towards", "toward", "to", "approaching", "approaches", "at"):
        start = at + 1 + (word_at(tokens, at + 1) in ("the", "this", "our"))
        # "at the camera" and "to the left" need the verb, or they say where.
        if word_at(tokens, start) in _CAMERA and (word != "at") and (word != "to" or goes):
            return start + 1 - at, {"towards"}
        if word in ("towards", "toward", "to"):
            turned, ways = _named_way(tokens, start)
            if turned:
                end = start + turned
                return end - at, ways
        if word in ("towards", "toward") and word_at(tokens, at + 1) in ("or", "and"):
            return 1, {"towards"}
        return 0, set()
    if word == "away":
        end = at + 1
        if word_at(tokens, end) == "from":
            start = end + 1 + (word_at(tokens, end + 1) in ("the", "this", "our"))
            if word_at(tokens, start) in _CAMERA:
                return start + 1 - at, {"away"}
            return 0, set()
        return (1, {"away"}) if goes else (0, set())
    turned, ways = _named_way(tokens, at)
    # A bare "left" or "north" is part of many things; "northbound" is a direction.
    if turned and (goes or word.endswith(("bound", "wards", "ward"))
                   or word_at(tokens, at + turned - 1) == "bound"):  # fmt: skip
        return turned, ways
    return 0, set()


def _across(tokens: Sequence[Token], at: int) -> tuple[int, set[Direction]]:
    """`left to right`, `right-to-left`: how many pieces, and to which side."""
    first = word_at(tokens, at)
    to = at + 1 + (word_at(tokens, at + 1) == "-")
    last = to + 1 + (word_at(tokens, to + 1) == "-")
    sides = {first, word_at(tokens, last)}
    if word_at(tokens, to) != "to" or sides != {"left", "right"}:
        return 0, set()
    return last + 1 - at, {"left" if first == "right" else "right"}


def _named_way(tokens: Sequence[Token], at: int) -> tuple[int, set[Direction]]:
    """`left`, `north`, `north-east`, `northbound`: how many pieces, and which."""
    word = word_at(tokens, at)
    if word in _ASIDE:
        return 1, {_ASIDE[word]}
    plain = word
    for ending in ("bound", "wards", "ward", "erly"):
        plain = plain.removesuffix(ending)
    for name in _DIRECTIONS:
        if plain == name.replace("-", "") and plain not in ("left", "right", "towards", "away"):
            used = 1
            if plain in ("north", "south") and plain == word:
                gap = word_at(tokens, at + 1) == "-"
                second = word_at(tokens, at + 1 + gap)
                if second in ("east", "west"):
                    return 2 + gap, {_compass(f"{plain}-{second}")}
            used += word_at(tokens, at + used) == "bound"
            return used, {name}
    return 0, set()


def _compass(name: str) -> Direction:
    return next(one for one in _DIRECTIONS if one == name)


def _both(
    pairs: Sequence[tuple[float | None, float | None]],
) -> tuple[float | None, float | None]:
    """What all bounds together leave."""
    least = [one[0] for one in pairs if one[0] is not None]
    most = [one[1] for one in pairs if one[1] is not None]
    return max(least, default=None), min(most, default=None)
