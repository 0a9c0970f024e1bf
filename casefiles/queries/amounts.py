"""Numbers and their bounds in a search text: "at least 30 s", "between 10 and 20 px", "two"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from casefiles.queries.moments import word_at
from casefiles.queries.words import Token

NUMBERS: Final = {
    word: float(number)
    for number, word in enumerate(
        ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
} | {
    "one": 1.0, "an": 1.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0,
    "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "half": 0.5, "quarter": 0.25,
}  # fmt: skip
SECONDS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
}
_GREATEST: Final = 1e9
PIXELS: Final = dict.fromkeys(("px", "pixel", "pixels"), 1.0)
HEIGHTS: Final = dict.fromkeys(("heights", "height"), 1.0)
_THAN_MORE: Final = ("more", "longer", "taller", "higher", "larger", "bigger", "greater", "faster")
_THAN_LESS: Final = ("less", "fewer", "shorter", "lower", "smaller", "slower")
_LEAST: Final = (
    ("at", "least"), ("no", "less", "than"), ("not", "less", "than"), ("a", "minimum", "of"),
    ("minimum",), ("over",), ("above",), *((word, "than") for word in _THAN_MORE),
)  # fmt: skip
_MOST: Final = (
    ("at", "most"), ("no", "more", "than"), ("not", "more", "than"), ("no", "longer", "than"),
    ("not", "longer", "than"), ("a", "maximum", "of"), ("maximum",), ("under",), ("below",),
    *((word, "than") for word in _THAN_LESS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ends:
    """Bounds as said, in the base unit; `bare` where no word said which of the two was meant."""

    used: int = 0
    least: float | None = None
    most: float | None = None
    bare: bool = False


def number_at(tokens: Sequence[Token], at: int) -> float | None:
    """The number at a position, in digits or as a word; none above what any footage holds."""
    if at < len(tokens) and tokens[at].kind == "number":
        number = float(tokens[at].word.replace(",", "."))
        return number if number < _GREATEST else None
    return NUMBERS.get(word_at(tokens, at))


def at_least(tokens: Sequence[Token], at: int) -> int:
    """How many pieces say "at least"."""
    return said(tokens, at, _LEAST)


def at_most(tokens: Sequence[Token], at: int) -> int:
    """How many pieces say "at most"."""
    return said(tokens, at, _MOST)


def said(tokens: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """The length of the longest of some phrases that stands at a position."""
    first = word_at(tokens, at)
    best = 0
    for words in phrases:
        # Most phrases differ in their first word: this runs at every piece of every text.
        is_better = words[0] == first and len(words) > best
        if is_better and all(word_at(tokens, at + n) == word for n, word in enumerate(words)):
            best = len(words)
    return best


def amount(
    tokens: Sequence[Token], at: int, units: Mapping[str, float]
) -> tuple[int, float, float | None]:
    """A number and its unit, if it has one: pieces, number, factor of the unit."""
    couple = said(tokens, at, (("a", "couple", "of"), ("couple", "of")))
    number = 2.0 if couple else number_at(tokens, at)
    if number is None:
        return 0, 0.0, None
    unit = at + (couple or 1)
    if word_at(tokens, at) == "half" and word_at(tokens, unit) in ("a", "an"):
        unit += 1
    if word_at(tokens, at) == "quarter" and said(tokens, unit, (("of", "an"), ("of", "a"))):
        unit += 2
    factor = units.get(word_at(tokens, unit))
    return (unit + 1 - at if factor is not None else couple or 1), number, factor


def ends(tokens: Sequence[Token], at: int, units: Mapping[str, float]) -> Ends:
    """Bounds whose last number has a unit."""
    between = word_at(tokens, at) == "between"
    first = _pair(tokens, at + between, units, ("and", "to", "-") if between else ("to", "-"))
    if first.used:
        return Ends(first.used + between, first.least, first.most)
    found = _bound(tokens, at, units)
    joined = at + found.used
    joined += word_at(tokens, joined) in ("and", "but", ",")
    if found.used and not found.bare and joined > at + found.used:
        more = _bound(tokens, joined, units)
        if more.used and not more.bare and (more.least is None) != (found.least is None):
            least = found.least if found.least is not None else more.least
            most = found.most if found.most is not None else more.most
            found = Ends(joined + more.used - at, least, most)
    return found


def _pair(
    tokens: Sequence[Token], at: int, units: Mapping[str, float], words: Sequence[str]
) -> Ends:
    used, low, factor = amount(tokens, at, units)
    if not used or word_at(tokens, at + used) not in words:
        return Ends()
    more, high, last = amount(tokens, at + used + 1, units)
    if last is None:
        return Ends()
    return Ends(used + 1 + more, low * (last if factor is None else factor), high * last)


def _bound(tokens: Sequence[Token], at: int, units: Mapping[str, float]) -> Ends:
    lower, upper = at_least(tokens, at), at_most(tokens, at)
    lead = max(lower, upper)
    used, number, factor = amount(tokens, at + lead, units)
    if not used:
        return Ends()
    end = at + lead + used
    if factor is None:
        # "at least 10 and at most 30 px": the unit is said once.
        later = _bound(tokens, end + 1, units) if word_at(tokens, end) == "and" and lead else Ends()
        factor = later_unit(tokens, end + 1 + later.used, units) if later.used else None
        if factor is None:
            return Ends()
    value = number * factor
    if lead:
        end += 2 * (
            word_at(tokens, end) == "or" and word_at(tokens, end + 1) in (*_THAN_MORE, *_THAN_LESS)
        )
        return Ends(end - at, value if lower else None, value if upper else None)
    if word_at(tokens, end) == "or" and word_at(tokens, end + 1) in _THAN_MORE:
        return Ends(end + 2 - at, least=value)
    if word_at(tokens, end) == "or" and word_at(tokens, end + 1) in _THAN_LESS:
        return Ends(end + 2 - at, most=value)
    return Ends(end - at, least=value, bare=True)


def later_unit(tokens: Sequence[Token], end: int, units: Mapping[str, float]) -> float | None:
    """The unit that ends just before a position."""
    return units.get(word_at(tokens, end - 1))
