"""Days and times of day in a search text: pieces of text in, moments out.

A day that the text does not name is never guessed, except where the footage leaves one choice,
and then it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from casefiles.queries.clock_words import HOURS as _HOURS
from casefiles.queries.clock_words import digits_clock, ends_a_time, spoken_clock
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
_SMALL: Final = {"a": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
                 "six": "6", "seven": "7"}  # fmt: skip
_HALF_SAID: Final = {"morning": "a", "afternoon": "p", "evening": "p"}
_IN_PART: Final = {"morning": 0, "afternoon": 12, "evening": 12, "night": 18}
"""The hour that begins the half of a day in which a part of it lies."""
_NIGHT_FROM: Final = 6
"""Six to eleven "at night" are before midnight, twelve to five after it."""
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2100
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day in seconds after midnight, or both; `step_s` is its precision."""

    day: date | None = None
    clock_s: int | None = None
    step_s: int = 60
    of_day: bool = False
    """Said as "22:00 on 3 March": a time of that day, not a moment from which on."""
    half: str = ""
    """`a` or `p` where "am", "pm" or "in the evening" was said with the time."""
    bare: bool = False
    """The time is a number alone: "7" of "between 7 and 8 pm"."""


@dataclass(frozen=True, slots=True)
class _Clock:
    used: int = 0
    seconds: int = 0
    step_s: int = 60
    half: str = ""
    bare: bool = False


@dataclass(slots=True)
class Calendar:
    """Reads days and times against the zone of the case and the days that have footage."""

    zone: tzinfo
    footage: tuple[int, int] | None
    """Wall time of the first and the last footage; None where unknown."""
    assumed: list[str] = field(default_factory=list)
    now_ns: int | None = None
    """The wall time of asking; None where "yesterday" would be a guess."""
    part: str = ""
    """The one part of a day that the text names: "7 in the evening" is 19:00."""

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
            _told_by_clocks(local.date())
            passed = local.hour * 3600 + local.minute * 60 + local.second
            return 1, Moment(local.date(), passed, 1)
        used, day = self._day(tokens, at)
        if used:
            gap = word_at(tokens, at + used) in ("at", "t", ",")
            clock = _clock(tokens, at + used + gap, loose=False)
            if clock.used:
                return used + gap + clock.used, Moment(day, clock.seconds, clock.step_s)
            return used, Moment(day)
        clock = _clock(tokens, at, loose=loose)
        used = clock.used
        if not used:
            return 0, Moment()
        more, half = self._part_of_today(tokens, at + used)
        if more:
            return used + more, self._today_at(clock, half)
        if clock.bare:
            clock = self._in_part(clock)
            time = f"{clock.seconds // 3600:02d}:{clock.seconds // 60 % 60:02d}"
            self.assumed.append(f"“{tokens[at].typed}” is read as {time}")
        elif not clock.half and tokens[at].kind == "clock" and word_at(tokens, at)[:1] != "0":
            clock = self._in_part(clock)
        gap = word_at(tokens, at + used) in ("on", ",")
        more, day = self._day(tokens, at + used + gap)
        moment = Moment(day, clock.seconds, clock.step_s, bool(more), clock.half, clock.bare)
        return (used + gap + more if more else used), moment

    def _in_part(self, clock: _Clock) -> _Clock:
        """A time whose half of the day is open, in the part of the day that the text names."""
        hours, rest = divmod(clock.seconds, 3600)
        if self.part not in _IN_PART or not 1 <= hours <= 12:
            return clock
        first = _IN_PART[self.part]
        hours = hours % 12
        # At night six to eleven are before midnight, twelve to five after it.
        late = hours >= _NIGHT_FROM if self.part == "night" else hours < first
        hours += 12 * late
        return replace(clock, seconds=hours % 24 * 3600 + rest)

    def _part_of_today(self, tokens: Sequence[Token], at: int) -> tuple[int, str]:
        """`this morning` after a time: how many pieces, and `a` or `p`."""
        half = _HALF_SAID.get(word_at(tokens, at + 1), "")
        is_said = self.now_ns is not None and word_at(tokens, at) == "this" and bool(half)
        return (2, half) if is_said else (0, "")

    def _today_at(self, clock: _Clock, half: str) -> Moment:
        """A time of the day of asking, in the half of it that was said."""
        assert self.now_ns is not None
        day = self.day_of(self.now_ns)
        hours, rest = divmod(clock.seconds, 3600)
        if 1 <= hours <= 12:
            hours = hours % 12 + (12 if half == "p" else 0)
        seconds = hours * 3600 + rest
        self.assumed.append(f"the day is taken as {day}")
        return Moment(day, seconds, clock.step_s, half=half)

    def _day(self, tokens: Sequence[Token], at: int) -> tuple[int, date | None]:
        if at >= len(tokens):
            return 0, None
        if tokens[at].word == "the":
            used, day = self._day(tokens, at + 1)
            return (used + 1 if used else 0), day
        if tokens[at].kind == "date":
            iso = "-".join(part.zfill(2) for part in tokens[at].word.split("-"))
            return 1, _told_by_clocks(date.fromisoformat(iso))
        word = word_at(tokens, at)
        back = _days_back(tokens, at)
        if back is not None and self.now_ns is not None:
            used, days = back
            day = self.day_of(self.now_ns) - timedelta(days=days)
            said = " ".join(token.typed for token in tokens[at : at + used])
            self.assumed.append(f"“{said}” is taken as {day}")
            return used, day
        slashed = self._slashed(tokens, at)
        if slashed is not None:
            return slashed
        if word in _WEEKDAYS:
            return self._weekday(_WEEKDAYS.index(word))
        number = _ordinal(tokens, at)
        if number is not None:
            after = at + number[0]
            of = word_at(tokens, after) == "of"
            month = _MONTHS.get(word_at(tokens, after + of))
            if month is None:
                return self._of_month(tokens, at, *number)
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
        if after < len(tokens) and _is_year(tokens, after):
            return used + gap + 1, _told_by_clocks(date(int(tokens[after].word), month, day))
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

    def _slashed(self, tokens: Sequence[Token], at: int) -> tuple[int, date | None] | None:
        """`3/2` and `03/02/2026`: the one reading that lies in the footage, and it is said."""
        if word_at(tokens, at + 1) != "/" or tokens[at].kind != "number" or self.footage is None:
            return None
        has_year = word_at(tokens, at + 3) == "/" and word_at(tokens, at + 4).isdigit()
        if not has_year and not ends_a_time(tokens, at + 3):
            return None
        first, last = (self.day_of(moment) for moment in self.footage)
        used = 5 if has_year else 3
        said = word_at(tokens, at + 4) if has_year else ""
        years = [int(said) + 2000 * (len(said) < 3)] if said else range(first.year, last.year + 1)
        fitting = {
            day
            for year in years
            for one, other in ((0, 2), (2, 0))
            for day in _dates(year, word_at(tokens, at + one), word_at(tokens, at + other))
            if first <= day <= last
        }
        typed = "".join(token.typed for token in tokens[at : at + used])
        if len(fitting) != 1:
            return None
        (day,) = fitting
        self.assumed.append(f"“{typed}” is taken as {day}, the only reading with footage")
        return used, day

    def _of_month(
        self, tokens: Sequence[Token], at: int, used: int, number: int
    ) -> tuple[int, date | None]:
        """`the 3rd`, where the footage has one such day."""
        is_said = used == 2 and word_at(tokens, at - 1) in ("the", "on")
        if not is_said or self.footage is None or not ends_a_time(tokens, at + used):
            return 0, None
        first, last = (self.day_of(moment) for moment in self.footage)
        days = [first + timedelta(days=n) for n in range(min((last - first).days, 62) + 1)]
        fitting = [day for day in days if day.day == number]
        if len(fitting) != 1:
            return 0, None
        self.assumed.append(f"day {number} is taken as {fitting[0]}, the only one with footage")
        return used, fitting[0]

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


def _is_year(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is a year: "0815 hrs" and "1400-1500" after a day are times."""
    is_number = tokens[at].kind == "number" and len(tokens[at].word) == 4
    return is_number and word_at(tokens, at + 1) not in ("h", "hr", "hrs", "hours", "-", "to")


def _dates(year: int, month: str, day: str) -> list[date]:
    try:
        return [date(year, int(month), int(day))]
    except ValueError:
        return []


def _told_by_clocks(day: date) -> date:
    """The day, if clocks of recorders tell such; ValueError else."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(day)
    return day


def _days_back(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`today`, `yesterday`, `3 days ago`: how many pieces, and how many days back."""
    word = word_at(tokens, at)
    if word in ("today", "yesterday"):
        return 1, int(word == "yesterday")
    number = _SMALL.get(word, word)
    ago = word_at(tokens, at + 1) in ("day", "days") and word_at(tokens, at + 2) == "ago"
    if ago and number.isdigit() and len(number) < 5:
        return 3, int(number)
    return None


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


def _clock(tokens: Sequence[Token], at: int, *, loose: bool) -> _Clock:
    """A time of day, with how many pieces it takes; none where nothing says that it is one."""
    if at >= len(tokens):
        return _Clock()
    word = tokens[at].word
    if word in ("noon", "midday", "midnight"):
        return _Clock(1, 0 if word == "midnight" else 12 * 3600)
    said_in_words, hour, minute = spoken_clock(tokens, at)
    if said_in_words:
        used, half = _half_of_day(tokens, at + said_in_words, hour)
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour
        return _Clock(said_in_words + used, hour * 3600 + minute * 60, 60, half, not half)
    digits = _HOURS.get(word, word)
    is_number = tokens[at].kind == "number" or word in _HOURS
    as_clock = digits_clock(tokens, at, said=loose)
    if as_clock is not None:
        parts = [*as_clock]
    elif tokens[at].kind == "clock":
        parts = [int(part) for part in word.split(":")]
    elif is_number and digits.isdigit():
        parts = [int(digits[:-2]), int(digits[-2:])] if len(digits) in (3, 4) else [int(digits)]
    else:
        return _Clock()
    used, half = _half_of_day(tokens, at + 1, parts[0])
    suffix = word_at(tokens, at + 1)
    said = used or (suffix in ("oclock", "h", "hrs", "hours") and is_number)
    if said and not used:
        used = 1
        # "for 2 hours" and "3 h" are lengths of time; only "2200 hours" is a time.
        if len(digits) < 3 and suffix != "oclock":
            return _Clock()
    bare = is_number and not said and as_clock is None
    in_words = word in _HOURS and not ends_a_time(tokens, at + 1)
    # A number in words counts something, unless it is said to be a time.
    if bare and (not loose or in_words or len(digits) == 3 or suffix in NOT_AFTER_AN_HOUR):
        return _Clock()
    hours, minutes, seconds = (*parts, 0, 0)[:3]
    if half and not 1 <= hours <= 12:
        return _Clock()
    hours = hours % 12 + (12 if half == "p" else 0) if half else hours
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY_S:
        return _Clock()
    return _Clock(1 + used, total, 1 if len(parts) == 3 else 60, half, bare)


def _half_of_day(tokens: Sequence[Token], at: int, hours: int) -> tuple[int, str]:
    """`am`, `p.m.`, `in the evening`, `at night`: how many pieces, and `a` or `p`."""
    word = word_at(tokens, at)
    if word in ("am", "pm"):
        return 1, word[0]
    if word in ("a", "p") and word_at(tokens, at + 1) == "m":
        return 2, word
    if not 1 <= hours <= 12:
        return 0, ""
    if word == "in" and word_at(tokens, at + 1) == "the":
        half = _HALF_SAID.get(word_at(tokens, at + 2), "")
        return (3, half) if half else (0, "")
    if word == "at" and word_at(tokens, at + 1) == "night":
        return 2, "p" if _NIGHT_FROM <= hours < 12 else "a"
    return 0, ""
