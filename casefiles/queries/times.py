"""Times and durations in a search text: pieces of text in, bounds and filters out.

Knows nothing of cameras, colours or classes. A day that the text does not name is never guessed,
except where all footage lies within one day, and then it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from casefiles.queries.filters import ClockFilter, DwellFilter, TimeFilter
from casefiles.queries.moments import DAY_S, Calendar, Moment, word_at
from casefiles.queries.words import Token
from video.clock import BadTime

LOITERING_S: Final = 60.0
_AROUND_S: Final = 10 * 60
_NUMBERS: Final = {
    word: float(number)
    for number, word in enumerate(
        ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
} | {"one": 1.0, "an": 1.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "half": 0.5}
_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
}
_PARTS_OF_DAY: Final = {
    "morning": (6 * 3600, 12 * 3600),
    "afternoon": (12 * 3600, 18 * 3600),
    "evening": (18 * 3600, 22 * 3600),
    "night": (22 * 3600, 6 * 3600),
}
_FROM: Final = frozenset(("after", "since", "from", "past", "starting"))
_TO: Final = frozenset(("before", "until", "till", "til"))
_AT: Final = frozenset(("at", "on", "around", "about", "approximately"))
_AT_LEAST: Final = tuple(
    (*before, *words)
    for before in (("for",), ())
    for words in (
        ("at", "least"), ("longer", "than"), ("more", "than"), ("over",), ("no", "less", "than"),
        ("a", "minimum", "of"), (),
    )
    if before or words
)  # fmt: skip
_OTHER_LENGTHS: Final = frozenset(
    ("than", "under", "within", "last", "first", "below", "most", "maximum", "to", "next", "every",
     "after", "before", "by", "past", "at", "ago"),
)  # fmt: skip
"""Before a length they ask for something else than the least time in view."""
_LOITER: Final = frozenset(("loitering", "loiters", "loitered", "loiter", "lingering", "lingers"))


@dataclass(slots=True)
class Times:
    """What a text says about time, collected piece by piece, then resolved at once."""

    calendar: Calendar
    _lower: list[int] = field(default_factory=list)
    _upper: list[int] = field(default_factory=list)
    _clock: list[tuple[int, int]] = field(default_factory=list)
    _dwell: list[float] = field(default_factory=list)

    def take(self, tokens: Sequence[Token], at: int) -> int:
        """How many pieces from `at` on were about time; 0 when none."""
        said = len(self.calendar.assumed)
        try:
            used = self._take_dwell(tokens, at) or self._take_span(tokens, at)
        except (OverflowError, ValueError, BadTime):
            # A day that no calendar has, such as 31 April or year 0.
            used = 0
        if not used:
            # What was tried on the way was not taken after all.
            del self.calendar.assumed[said:]
        return used

    def filters(self) -> tuple[TimeFilter | ClockFilter | DwellFilter, ...]:
        """The filters that all pieces together come to."""
        lower, upper = max(self._lower, default=None), min(self._upper, default=None)
        made: list[TimeFilter | ClockFilter | DwellFilter] = []
        clock = self._whole_clock()
        day = None if clock is None else self._single_day(lower, upper)
        if clock is not None and day is not None:
            lower, upper = self.calendar.on(day, clock[0]), self.calendar.on(day, clock[1])
            if clock[1] <= clock[0]:
                upper = self.calendar.on(day + timedelta(days=1), clock[1])
            clock = None
        if lower is not None or upper is not None:
            made.append(TimeFilter(lower, upper))
            if lower is not None and upper is not None and upper <= lower:
                self._assume("the times contradict each other: nothing can be found")
        if clock is not None:
            made.append(self._clock_filter(*clock))
        if self._dwell:
            made.append(DwellFilter(max(self._dwell)))
        return tuple(made)

    def _whole_clock(self) -> tuple[int, int] | None:
        if not self._clock:
            return None
        start, end = self._clock[0]
        for other_start, other_end in self._clock[1:]:
            # "after 17:00 … before 18:00" is one span; spans over midnight are left as they are.
            start = other_start if end == DAY_S and other_start > start else start
            end = other_end if other_start == 0 and other_end < end else end
        return start, end

    def _single_day(self, lower: int | None, upper: int | None) -> date | None:
        if lower is not None and upper is not None:
            day = self.calendar.day_of(lower)
            is_whole = lower == self.calendar.on(day, 0) and upper == self.calendar.on(day, DAY_S)
            return day if is_whole else None
        if lower is not None or upper is not None:
            return None
        only = self.calendar.only_day()
        if only is not None:
            self._assume(f"the time is taken on {only}: all footage is of that day")
        return only

    def _clock_filter(self, start_s: int, end_s: int) -> ClockFilter:
        if start_s % 60 or end_s % 60:
            self._assume("times of day are taken to the minute where the day is open")
        return ClockFilter(start_s // 60 % 1440, -(-end_s // 60))

    def _take_dwell(self, tokens: Sequence[Token], at: int) -> int:
        loiters = word_at(tokens, at) in _LOITER
        start = at + loiters
        lead = _at_least(tokens, start)
        used, seconds = _duration(tokens, start + lead)
        if not used:
            if loiters:
                self._dwell.append(LOITERING_S)
                self._assume(f"“{tokens[at].typed}” is searched as {LOITERING_S:.0f} s in view")
            return int(loiters)
        if not lead and not loiters:
            if word_at(tokens, at - 1) in _OTHER_LENGTHS or tokens[at].kind != "number":
                return 0
            self._assume(f"“{seconds:g} s” is taken as the least time in view")
        self._dwell.append(seconds)
        end = start + lead + used
        more = word_at(tokens, end + 1) in ("more", "longer") and word_at(tokens, end) == "or"
        return end + 2 * more - at

    def _assume(self, text: str) -> None:
        self.calendar.assumed.append(text)

    def _take_span(self, tokens: Sequence[Token], at: int) -> int:
        word = word_at(tokens, at)
        if word == "in" and word_at(tokens, at + 1) == "the":
            used = self._part_of_day(tokens, at + 2)
            return used + 2 if used else 0
        if word in ("at", "by", "this", "that") or word in _PARTS_OF_DAY:
            lead = 0 if word in _PARTS_OF_DAY else 1
            used = self._part_of_day(tokens, at + lead)
            if used:
                return used + lead
        if word == "between" or word in _FROM:
            used = self._pair(tokens, at + 1, loose=True)
            if used:
                return used + 1
        if word in _FROM or word in _TO or (word == "up" and word_at(tokens, at + 1) == "to"):
            lead = 2 if word == "up" else 1
            used, moment = self.calendar.moment(tokens, at + lead, loose=True)
            if used:
                self._bound(moment, word, upper=word not in _FROM)
            return used + lead if used else 0
        return self._take_at(tokens, at, word)

    def _take_at(self, tokens: Sequence[Token], at: int, word: str) -> int:
        lead = 1 if word in _AT else 0
        used = self._pair(tokens, at + lead, loose=False)
        if used:
            return used + lead
        used, moment = self.calendar.moment(tokens, at + lead, loose=False)
        if not used:
            return 0
        if moment.clock_s is None:
            self._span(moment, Moment(moment.day, DAY_S))
        elif word in ("around", "about", "approximately"):
            self._assume("“around” is taken as 10 minutes before and after")
            self._around(moment)
        else:
            self._span(moment, Moment(moment.day, moment.clock_s + moment.step_s))
        return used + lead

    def _around(self, moment: Moment) -> None:
        assert moment.clock_s is not None
        if moment.day is not None:
            self._lower.append(self.calendar.on(moment.day, moment.clock_s - _AROUND_S))
            self._upper.append(self.calendar.on(moment.day, moment.clock_s + _AROUND_S))
            return
        start, end = ((moment.clock_s + side) % DAY_S for side in (-_AROUND_S, _AROUND_S))
        self._clock.append((start, end))

    def _part_of_day(self, tokens: Sequence[Token], at: int) -> int:
        word = word_at(tokens, at)
        word = word[:-1] if word.endswith("s") else word
        if word not in _PARTS_OF_DAY:
            return 0
        start, end = _PARTS_OF_DAY[word]
        self._clock.append((start, end))
        self._assume(f"{word} is taken as {start // 3600:02d}:00–{end // 3600:02d}:00")
        return 1

    def _pair(self, tokens: Sequence[Token], at: int, *, loose: bool) -> int:
        used, first = self.calendar.moment(tokens, at, loose=loose)
        middle = at + used
        if not used or word_at(tokens, middle) not in ("to", "and", "-", "until", "till", "til"):
            return 0
        # "after 22:00 and red" must not read on; "17:24 - 18:00" and "from … to" must.
        further, second = self.calendar.moment(tokens, middle + 1, loose=loose)
        if not further:
            return 0
        self._span(first, second)
        return used + 1 + further

    def _span(self, first: Moment, second: Moment) -> None:
        start, end = first.clock_s or 0, second.clock_s
        first_day, second_day = first.day, second.day
        if first_day is None and second_day is None:
            self._clock.append((start, DAY_S if end is None else end))
            return
        if end is None:
            # A day named as the end belongs to the span.
            end = DAY_S
        if first_day is None:
            first_day, second_day = second_day, None
        assert first_day is not None
        if second_day is None:
            second_day = first_day + timedelta(days=int(end <= start))
        self._lower.append(self.calendar.on(first_day, start))
        self._upper.append(self.calendar.on(second_day, end))

    def _bound(self, moment: Moment, word: str, *, upper: bool) -> None:
        if moment.day is None:
            clock = moment.clock_s or 0
            self._clock.append((0, clock) if upper else (clock, DAY_S))
            return
        # "after 2 March" begins when that day ends; "since" and "until" take it in.
        past = moment.clock_s is None and word in ("after", "past", "until", "till", "til", "up")
        wall = self.calendar.on(moment.day, DAY_S if past else moment.clock_s or 0)
        (self._upper if upper else self._lower).append(wall)


def _number(tokens: Sequence[Token], at: int) -> float | None:
    if at < len(tokens) and tokens[at].kind == "number":
        return float(tokens[at].word.replace(",", "."))
    return _NUMBERS.get(word_at(tokens, at))


def _at_least(tokens: Sequence[Token], at: int) -> int:
    """How many pieces from `at` on say "at least"."""
    for words in _AT_LEAST:
        if all(word_at(tokens, at + n) == word for n, word in enumerate(words)):
            return len(words)
    return 0


def _duration(tokens: Sequence[Token], at: int) -> tuple[int, float]:
    """How many pieces form a length of time, and its seconds."""
    amount = _number(tokens, at)
    unit = at + 1
    if word_at(tokens, at) == "half" and word_at(tokens, unit) in ("a", "an"):
        unit += 1
    if amount is None or word_at(tokens, unit) not in _UNITS:
        return 0, 0.0
    return unit + 1 - at, amount * _UNITS[word_at(tokens, unit)]
