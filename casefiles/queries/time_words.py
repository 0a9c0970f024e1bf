"""The words of times and lengths of time: what begins, ends, fills and follows them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from casefiles.queries.amounts import SECONDS
from casefiles.queries.moments import DAY_S, Moment, word_at
from casefiles.queries.words import Token, vocabulary
from video.clock import NS_PER_S

LOITERING_S: Final = 60.0
AROUND_S: Final = 10 * 60
PARTS_OF_DAY: Final = {
    "morning": (6 * 3600, 12 * 3600),
    "afternoon": (12 * 3600, 18 * 3600),
    "evening": (18 * 3600, 22 * 3600),
    "night": (22 * 3600, 6 * 3600),
    "overnight": (22 * 3600, 6 * 3600),
    "lunchtime": (12 * 3600, 14 * 3600),
}
FROM: Final = frozenset(("after", "since", "from", "past", "starting"))
TO: Final = frozenset(("before", "until", "till", "til", "by"))
AROUND: Final = frozenset(("around", "about", "approximately", "approx", "roughly", "circa"))
AT: Final = frozenset(("at", "on"))
JUST: Final = ("just", "shortly", "soon")
AS_ONE: Final = (
    (("prior", "to"), "before"), (("earlier", "than"), "before"),
    (("no", "later", "than"), "before"),
    (("not", "later", "than"), "before"), (("up", "until"), "until"), (("up", "till"), "until"),
    (("later", "than"), "after"), (("no", "earlier", "than"), "after"),
    (("any", "time", "after"), "after"), (("sometime", "after"), "after"),
)  # fmt: skip
"""Ways to say "before" and "after"."""
FILLS_LENGTH: Final = frozenset(
    (*AROUND, "good", "nearly", "almost", "full", "some", "well", "whole", "solid", "another")
)
"""Before a length they change nothing that is searched by."""
OTHER_LENGTHS: Final = frozenset(
    ("than", "under", "within", "last", "first", "below", "most", "maximum", "to", "next", "every",
     "after", "before", "by", "past", "at", "ago"),
)  # fmt: skip
"""Before a length they ask for something else than the least time in view."""
LOITER: Final = (
    ("loitering",), ("loiters",), ("loitered",), ("loiter",), ("lingering",), ("lingers",),
    ("lingered",), ("hangs", "around"), ("hung", "around"),
    ("hung", "about"), ("hangs", "about"), ("hang", "around"), ("hang", "about"),
    ("waits", "around"), ("waited", "around"), ("waits", "about"), ("waited", "about"),
    ("hung", "round"), ("linger",), ("stand", "around"), ("hangs", "out"), ("hung", "out"),
    ("hanging", "out"),
    *((verb, where) for where in ("about", "around", "round") for verb in
      ("hanging", "waiting", "standing", "stands", "stood", "milling", "sitting")),
)  # fmt: skip
LAST: Final = frozenset(("last", "past", "final", "latest", "first"))
NOON_S: Final = 12 * 3600
HOURS_SAID: Final = ("h", "hr", "hrs", "hour", "hours")
FOOTAGE: Final = ("footage", "video", "recording", "recordings")
RELATIVE: Final = {**SECONDS, "day": 86_400.0, "days": 86_400.0}


def part_said(word: str) -> str:
    part = "night" if word == "tonight" else word.removesuffix("s")
    return part if part in PARTS_OF_DAY else ""


def lies_in(start: int, end: int, first: int, last: int) -> bool:
    """Whether a span of a day begins in another; "after 7" may go on beyond it."""
    inside = (
        first <= start < last or first < end <= last
        if first < last
        else start >= first or start < last
    )
    return inside and (start, end) != (first, last)


def fillers(tokens: Sequence[Token], at: int) -> int:
    """How many pieces before a length change nothing: "a good", "about"."""
    article = word_at(tokens, at) in ("a", "the") and word_at(tokens, at + 1) in FILLS_LENGTH
    end = at + article
    while word_at(tokens, end) in FILLS_LENGTH:
        end += 1
    return end - at


def is_length(tokens: Sequence[Token], at: int, used: int) -> bool:
    """Whether a length without "for" is one: "the two minutes" is, "a second man" is not."""
    if word_at(tokens, at + used) in ("ago", "later", "after", "before", "earlier", "past", "to"):
        return False
    return tokens[at].kind == "number" or word_at(tokens, at) not in ("a", "an", "one")


def same_half(first: Moment, end_s: int) -> Moment:
    """The start of "7 to 8 pm": the last such hour before the end."""
    hour = (first.clock_s or 0) % NOON_S
    later = hour + NOON_S
    if hour < end_s <= later:
        return replace(first, clock_s=hour)
    return replace(first, clock_s=later)


def is_time_of_day(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether pieces say "1130 hrs", which is a time and no length."""
    return word_at(tokens, end - 1) in HOURS_SAID and any(
        token.kind == "number" and len(token.word) == 4 and token.word.isdigit()
        for token in tokens[start:end]
    )


def seconds_up(wall_ns: int) -> int:
    return -(-wall_ns // NS_PER_S) * NS_PER_S


def is_age(tokens: Sequence[Token], at: int) -> bool:
    """Whether "30s" is an age: "male, 30s", "in his 40s"; no length of time."""
    back = at - 1 - (word_at(tokens, at - 1) == ",")
    before = vocabulary().get((word_at(tokens, back),))
    of_person = before is not None and before.kind == "struck"
    of_person = of_person or word_at(tokens, back) in (
        "his",
        "her",
        "their",
        "early",
        "mid",
        "late",
    )
    tens = word_at(tokens, at) in ("20", "30", "40", "50", "60", "70", "80")
    glued = at + 1 < len(tokens) and tokens[at + 1].glued and tokens[at + 1].word == "s"
    return of_person and tens and glued


def whole_clock(said: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """One span of a day for all that a text says of it."""
    if not said:
        return None
    start, end = said[0]
    for other_start, other_end in said[1:]:
        if (start, end) in PARTS_OF_DAY.values() and lies_in(other_start, other_end, start, end):
            # "in the evening around 6": the narrower one.
            start, end = other_start, min(other_end, end) if start < end else other_end
            continue
        if (other_start, other_end) in PARTS_OF_DAY.values() and lies_in(
            start, end, other_start, other_end
        ):
            end = min(end, other_end) if other_start < other_end else end
            continue
        # "after 17:00 … before 18:00" is one span; spans over midnight are left as they are.
        start = other_start if end == DAY_S and other_start > start else start
        end = other_end if other_start == 0 and other_end < end else end
    return start, end
