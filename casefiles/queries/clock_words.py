"""Times of day as people say them: "half past five", "quarter to ten", "3.30 pm", "0900".

Pieces of text in; hours and minutes out. Which half of the day is meant is for the caller.
"""

import re
from collections.abc import Sequence
from typing import Final

from casefiles.queries.words import Token

HOURS: Final = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve"), 1,
    )
}  # fmt: skip
_MINUTES: Final = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20}
_WITH_DOT: Final = re.compile(r"([01]?[0-9]|2[0-4])\.([0-5][0-9])")
_HUNDREDS: Final = re.compile(r"([01][0-9]|2[0-4])[0-5][0-9]")
_SPAN: Final = ("-", "to", "until", "till", "til")
_AFTER_A_TIME: Final = frozenset(
    ("", ",", "/", "and", "or", "-", "to", "until", "till", "til", "on", "in", "at", "near", "this",
     "that", "yesterday", "today", "tonight", "last", "by", "from", "around", "inside", "outside",
     "onwards", "onward", "sharp", "monday", "tuesday", "wednesday", "thursday", "friday",
     "saturday", "sunday", "walking", "heading", "wearing", "carrying", "with", "for", "then"),
)  # fmt: skip
"""What may follow a bare number that is a time; anything else may be what it counts."""


def ends_a_time(tokens: Sequence[Token], at: int) -> bool:
    """Whether what stands at a position lets the number before it be a time."""
    return _word(tokens, at) in _AFTER_A_TIME


def spoken_clock(tokens: Sequence[Token], at: int) -> tuple[int, int, int]:
    """`half past five`, `quarter to 10`, `half six`: how many pieces, hour and minute."""
    start = at + (_word(tokens, at) == "a")
    word = _word(tokens, start)
    minutes = _MINUTES.get(word)
    if minutes is None and word.isdigit() and int(word) < 60 and len(word) < 3:
        minutes = int(word)
    if minutes is None:
        return 0, 0, 0
    end = start + 1
    end += _word(tokens, end) in ("minutes", "mins", "min")
    join = _word(tokens, end)
    if join not in ("past", "after", "to", "till", "of") or (join == "of" and word != "quarter"):
        hour = _hour(tokens, end)
        # "half six" is British for half past six.
        is_half = word == "half" and end == start + 1 and hour and ends_a_time(tokens, end + 1)
        return (end + 1 - at, hour, 30) if is_half else (0, 0, 0)
    back = join in ("to", "till", "of")
    named = word in ("half", "quarter")
    # "from ten to twelve", "5 to 6" are spans; "at ten to twelve" is a time.
    before = _word(tokens, start - 1) not in ("at", "after", "before", "around", "about", "since")
    if back and not named and before:
        return 0, 0, 0
    hour = _hour(tokens, end + 1)
    if not hour or (join == "after" and not named and end == start + 1 and before):
        return 0, 0, 0
    total = hour * 60 + (-minutes if back else minutes)
    return end + 2 - at, total // 60 or 12, total % 60


def digits_clock(tokens: Sequence[Token], at: int, *, said: bool) -> tuple[int, int] | None:
    """`3.30` where it is said to be a time, `0900` beside another such number: hour, minute."""
    token = tokens[at]
    if token.kind != "number":
        return None
    dotted = _WITH_DOT.fullmatch(token.word)
    if dotted:
        half = _word(tokens, at + 1) in ("am", "pm", "a", "p", "hrs")
        near = _word(tokens, at - 1) in ("at", "around", "about", *_SPAN)
        near = near and ends_a_time(tokens, at + 1)
        return (int(dotted[1]), int(dotted[2])) if half or said or near else None
    spans = (_word(tokens, at + 1) in _SPAN and _is_hundreds(tokens, at + 2)) or (
        _word(tokens, at - 1) in _SPAN and _is_hundreds(tokens, at - 2)
    )
    if spans and _is_hundreds(tokens, at):
        return int(token.word[:2]), int(token.word[2:])
    return None


def _is_hundreds(tokens: Sequence[Token], at: int) -> bool:
    is_one = bool(_HUNDREDS.fullmatch(_word(tokens, at)))
    return is_one and _word(tokens, at + 1) not in ("px", "pixel", "pixels")


def _hour(tokens: Sequence[Token], at: int) -> int:
    word = HOURS.get(_word(tokens, at), _word(tokens, at))
    number = int(word) if word.isdigit() and len(word) < 3 else 0
    return number if 1 <= number <= 12 else 0


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""
