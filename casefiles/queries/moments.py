"""Days and times of day in a search text: pieces of text in, moments out.

A day that the text does not name is never guessed, except where the footage leaves one choice,
and then it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from casefiles.queries.words import Token
from video.clock import parse_wall, wall_from_ns, wall_to_ns

DAY_S: Final = 86_400
_MONTHS: Final = {
    name[:length]: number
    for number, name in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september",
         "october", "november", "december"), 1,
    )
    for length in (3, 4, len(name))
}  # fmt: skip
NOT_AFTER_AN_HOUR: Final = frozenset(
    ("s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "hr", "hour",
     "days", "day", "people", "persons", "cars", "meters", "metres"),
)  # fmt: skip
"""After a bare number they say that it is no hour."""
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day in seconds after midnight, or both; `step_s` is its precision."""

    day: date | None = None
    clock_s: int | None = None
    step_s: int = 60


@dataclass(slots=True)
class Calendar:
    """Reads days and times against the zone of the case and the days that have footage."""

    zone: tzinfo
    footage: tuple[int, int] | None
    """Wall time of the first and the last footage; None where unknown."""
    assumed: list[str] = field(default_factory=list)

    def on(self, day: date, clock_s: int) -> int:
        """Wall nanoseconds of a time of day, which may lie before or after that day."""
        later, clock_s = divmod(clock_s, DAY_S)
        moment = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(
            days=later, seconds=clock_s
        )
        return wall_to_ns(moment.astimezone(UTC))

    def day_of(self, wall_ns: int) -> date:
        """The day of a wall time in the zone of the case."""
        return wall_from_ns(wall_ns).astimezone(self.zone).date()

    def moment(self, tokens: Sequence[Token], at: int, *, loose: bool) -> tuple[int, Moment]:
        """A day, a time, or both in either order; how many pieces, and what they say.

        `loose` takes a bare number for an hour, which only words such as "after" allow.
        """
        if at < len(tokens) and tokens[at].kind == "instant":
            local = parse_wall(tokens[at].word).astimezone(self.zone)
            clock = local.hour * 3600 + local.minute * 60 + local.second
            return 1, Moment(local.date(), clock, 1)
        used, day = self._day(tokens, at)
        if used:
            gap = word_at(tokens, at + used) in ("at", "t", ",")
            more, clock, step = _clock(tokens, at + used + gap, loose=False)
            if more:
                return used + gap + more, Moment(day, clock, step)
            return used, Moment(day)
        used, clock, step = _clock(tokens, at, loose=loose)
        if not used:
            return 0, Moment()
        if loose and tokens[at].kind == "number" and used == 1:
            self.assumed.append(
                f"“{tokens[at].typed}” is read as {clock // 3600:02d}:{clock // 60 % 60:02d}"
            )
        gap = word_at(tokens, at + used) in ("on", ",")
        more, day = self._day(tokens, at + used + gap)
        return (used + gap + more if more else used), Moment(day, clock, step)

    def _day(self, tokens: Sequence[Token], at: int) -> tuple[int, date | None]:
        if at >= len(tokens):
            return 0, None
        if tokens[at].word == "the":
            used, day = self._day(tokens, at + 1)
            return (used + 1 if used else 0), day
        if tokens[at].kind == "date":
            return 1, date.fromisoformat("-".join(p.zfill(2) for p in tokens[at].word.split("-")))
        word = word_at(tokens, at)
        if word in _WEEKDAYS:
            return self._weekday(_WEEKDAYS.index(word))
        number = _ordinal(tokens, at)
        if number is not None:
            after = at + number[0]
            of = word_at(tokens, after) == "of"
            month = _MONTHS.get(word_at(tokens, after + of))
            if month is None:
                return 0, None
            return self._year(tokens, at, number[0] + of + 1, month, number[1])
        month = _MONTHS.get(word)
        number = _ordinal(tokens, at + 1)
        if month is None or number is None:
            return 0, None
        return self._year(tokens, at, 1 + number[0], month, number[1])

    def _year(
        self, tokens: Sequence[Token], at: int, used: int, month: int, day: int
    ) -> tuple[int, date | None]:
        gap = word_at(tokens, at + used) == ","
        after = at + used + gap
        if after < len(tokens) and tokens[after].kind == "number" and len(tokens[after].word) == 4:
            return used + gap + 1, date(int(tokens[after].word), month, day)
        if self.footage is None:
            return 0, None
        first, last = (self.day_of(moment) for moment in self.footage)
        fitting = [year for year in range(first.year, last.year + 1)
                   if first <= date(year, month, day) <= last]  # fmt: skip
        year = fitting[0] if fitting else first.year
        if len(fitting) > 1 or (not fitting and first.year != last.year):
            return 0, None
        self.assumed.append(f"the year of {day}.{month}. is taken as {year}, from the footage")
        return used, date(year, month, day)

    def _weekday(self, number: int) -> tuple[int, date | None]:
        if self.footage is None:
            return 0, None
        first, last = (self.day_of(moment) for moment in self.footage)
        days = [first + timedelta(days=n) for n in range(min((last - first).days, 14) + 1)]
        fitting = [day for day in days if day.weekday() == number]
        if len(fitting) != 1:
            return 0, None
        name = _WEEKDAYS[number].capitalize()
        self.assumed.append(f"{name} is taken as {fitting[0]}, the only one with footage")
        return 1, fitting[0]

    def only_day(self) -> date | None:
        """The day of all footage, where it is one."""
        if self.footage is None:
            return None
        first, last = (self.day_of(moment) for moment in self.footage)
        return first if first == last else None


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The word at a position, or an empty one where there is none."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _ordinal(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A day of the month such as `2`, `2nd`: how many pieces, and the number."""
    if at >= len(tokens) or tokens[at].kind != "number" or not tokens[at].word.isdigit():
        return None
    number = int(tokens[at].word)
    if not 1 <= number <= 31:
        return None
    ending = at + 1 < len(tokens) and tokens[at + 1].glued
    return (2 if ending and word_at(tokens, at + 1) in ("st", "nd", "rd", "th") else 1), number


def _clock(tokens: Sequence[Token], at: int, *, loose: bool) -> tuple[int, int, int]:
    """A time of day: how many pieces, seconds after midnight, its precision in seconds."""
    if at >= len(tokens):
        return 0, 0, 60
    word = tokens[at].word
    if word in ("noon", "midday", "midnight"):
        return 1, 0 if word == "midnight" else 12 * 3600, 60
    if tokens[at].kind == "clock":
        parts = [int(part) for part in word.split(":")]
    elif tokens[at].kind == "number" and word.isdigit():
        parts = [int(word[:-2]), int(word[-2:])] if len(word) in (3, 4) else [int(word)]
    else:
        return 0, 0, 60
    used, half = _half_of_day(tokens, at + 1)
    suffix = word_at(tokens, at + 1)
    said = used or (suffix in ("oclock", "h", "hrs", "hours") and tokens[at].kind == "number")
    if said and not used:
        used = 1
        # "for 2 hours" and "3 h" are lengths of time; only "2200 hours" is a time.
        if len(word) < 3 and suffix != "oclock":
            return 0, 0, 60
    bare = tokens[at].kind == "number" and not said
    if bare and (not loose or len(word) == 3 or suffix in NOT_AFTER_AN_HOUR):
        return 0, 0, 60
    hours, minutes, seconds = (*parts, 0, 0)[:3]
    if half and not 1 <= hours <= 12:
        return 0, 0, 60
    hours = hours % 12 + (12 if half == "p" else 0) if half else hours
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY_S:
        return 0, 0, 60
    return 1 + used, total, 1 if len(parts) == 3 else 60


def _half_of_day(tokens: Sequence[Token], at: int) -> tuple[int, str]:
    """`am`, `pm`, `a.m.` or `p.m.`: how many pieces, and `a` or `p`."""
    word = word_at(tokens, at)
    if word in ("am", "pm"):
        return 1, word[0]
    if word in ("a", "p") and word_at(tokens, at + 1) == "m":
        return 2, word
    return 0, ""
