"""Times and durations in a search text: pieces of text in, bounds and filters out.

Knows nothing of cameras, colours or classes. A day that the text does not name is never guessed,
except where all footage lies within one day, and then it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from casefiles.queries.amounts import SECONDS, amount, ends, said
from casefiles.queries.filters import ClockFilter, DwellFilter, LoiterFilter, TimeFilter
from casefiles.queries.moments import DAY_S, Calendar, Moment, word_at
from casefiles.queries.words import Token
from video.clock import NS_PER_S, BadTime

WhenFilter: TypeAlias = TimeFilter | ClockFilter | DwellFilter | LoiterFilter
LOITERING_S: Final = 60.0
_AROUND_S: Final = 10 * 60
_PARTS_OF_DAY: Final = {
    "morning": (6 * 3600, 12 * 3600),
    "afternoon": (12 * 3600, 18 * 3600),
    "evening": (18 * 3600, 22 * 3600),
    "night": (22 * 3600, 6 * 3600),
}
_FROM: Final = frozenset(("after", "since", "from", "past", "starting"))
_TO: Final = frozenset(("before", "until", "till", "til"))
_AT: Final = frozenset(("at", "on", "around", "about", "approximately"))
_OTHER_LENGTHS: Final = frozenset(
    ("than", "under", "within", "last", "first", "below", "most", "maximum", "to", "next", "every",
     "after", "before", "by", "past", "at", "ago"),
)  # fmt: skip
"""Before a length they ask for something else than the least time in view."""
_LOITER: Final = (
    ("loitering",), ("loiters",), ("loitered",), ("loiter",), ("lingering",), ("lingers",),
    ("lingered",), ("hangs", "around"), ("hung", "around"),
    ("hanging", "out"),
    *((verb, where) for where in ("about", "around", "round") for verb in
      ("hanging", "waiting", "standing", "stands", "stood", "milling", "sitting")),
)  # fmt: skip
_LAST: Final = frozenset(("last", "past", "final", "latest", "first"))
_NOON_S: Final = 12 * 3600
_HOURS_SAID: Final = ("h", "hr", "hrs", "hour", "hours")
_FOOTAGE: Final = ("footage", "video", "recording", "recordings")
_RELATIVE: Final = {**SECONDS, "day": 86_400.0, "days": 86_400.0}


@dataclass(slots=True)
class Times:
    """What a text says about time, collected piece by piece, then resolved at once."""

    calendar: Calendar
    _lower: list[int] = field(default_factory=list)
    _upper: list[int] = field(default_factory=list)
    _clock: list[tuple[int, int]] = field(default_factory=list)
    _least: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)
    _loiter: list[float | None] = field(default_factory=list)
    """None: no length was said with it."""

    def take(self, tokens: Sequence[Token], at: int) -> int:
        """How many pieces from `at` on were about time; 0 when none."""
        before = len(self.calendar.assumed)
        kept = (len(self._lower), len(self._upper), len(self._clock))
        try:
            used = (
                self._take_relative(tokens, at)
                or self._take_loiter(tokens, at)
                or self._take_dwell(tokens, at)
                or self._take_span(tokens, at)
            )
        except (OverflowError, ValueError, BadTime):
            # A day that no calendar has, such as 31 April or year 0.
            used = 0
        if not used:
            # What was tried on the way was not taken after all.
            del self.calendar.assumed[before:]
            del self._lower[kept[0] :]
            del self._upper[kept[1] :]
            del self._clock[kept[2] :]
        return used

    def filters(self) -> tuple[WhenFilter, ...]:
        """The filters that all pieces together come to."""
        lower, upper = max(self._lower, default=None), min(self._upper, default=None)
        made: list[WhenFilter] = []
        clock = self._whole_clock()
        day = None if clock is None else self._single_day(lower, upper)
        if clock is not None and day is not None:
            lower, upper = self.calendar.on(day, clock[0]), self.calendar.on(day, clock[1])
            if clock[1] <= clock[0]:
                upper = self.calendar.on(day + timedelta(days=1), clock[1])
            clock = None
        if lower is not None or upper is not None:
            made.append(TimeFilter(lower, upper))
        if clock is not None:
            made.append(self._clock_filter(*clock))
        least, most = max(self._least, default=None), min(self._most, default=None)
        if self._loiter:
            said_with = [length for length in self._loiter if length is not None]
            if not said_with and least is not None and most is None:
                # "loitering near the stairs for 5 minutes": the length is that of the loitering.
                said_with, least = [least], None
            if not said_with:
                self._assume(f"loitering is searched as {LOITERING_S:.0f} s about one place")
            made.append(LoiterFilter(max(said_with, default=LOITERING_S)))
        if least is not None or most is not None:
            made.append(DwellFilter(least or 0.0, most))
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

    def _take_relative(self, tokens: Sequence[Token], at: int) -> int:
        """`last 2 hours of footage`, `the first 10 minutes`: of the footage there is."""
        lead = int(word_at(tokens, at) == "in")
        lead += word_at(tokens, at + lead) == "the"
        word, footage = word_at(tokens, at + lead), self.calendar.footage
        if word not in _LAST or footage is None:
            return 0
        start = at + lead + 1
        used, number, factor = amount(tokens, start, _RELATIVE)
        if factor is None:
            factor, used, number = _RELATIVE.get(word_at(tokens, start)), 1, 1.0
        if factor is None:
            return 0
        length = number * factor
        if word == "first":
            self._upper.append(_seconds_up(footage[0]) + round(length * NS_PER_S))
        else:
            self._lower.append(_seconds_up(footage[1]) - round(length * NS_PER_S))
        end = start + used
        of = int(word_at(tokens, end) in ("of", "in"))
        of += bool(of) and word_at(tokens, end + of) == "the"
        named = bool(of) and word_at(tokens, end + of) in _FOOTAGE
        if not named:
            self._assume(f"“{word} {length:g} s” is counted in the footage, not from now")
        return end + (of + 1 if named else 0) - at

    def _take_loiter(self, tokens: Sequence[Token], at: int) -> int:
        loiters = said(tokens, at, _LOITER)
        if not loiters:
            return 0
        start = at + loiters + (word_at(tokens, at + loiters) == "for")
        found = ends(tokens, start, SECONDS)
        if not found.used or found.least is None:
            self._loiter.append(None)
            return loiters
        self._loiter.append(found.least)
        return start + found.used - at

    def _take_dwell(self, tokens: Sequence[Token], at: int) -> int:
        lead = word_at(tokens, at) == "for"
        found = ends(tokens, at + lead, SECONDS)
        if not found.used or _is_time_of_day(tokens, at + lead, at + lead + found.used):
            return 0
        if found.bare and not lead:
            if word_at(tokens, at - 1) in _OTHER_LENGTHS or tokens[at].kind != "number":
                return 0
            self._assume(f"“{found.least:g} s” is taken as the least time in view")
        if found.least is not None:
            self._least.append(found.least)
        if found.most is not None:
            self._most.append(found.most)
        return lead + found.used

    def _assume(self, text: str) -> None:
        self.calendar.assumed.append(text)

    def _take_span(self, tokens: Sequence[Token], at: int) -> int:
        word = word_at(tokens, at)
        used = self._part_of_a_day_said(tokens, at, word)
        if used:
            return used
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

    def _part_of_a_day_said(self, tokens: Sequence[Token], at: int, word: str) -> int:
        """`last night`, `this morning`, `tonight`: of the day of asking, where that is known."""
        if self.calendar.now_ns is None:
            return 0
        part = "night" if word == "tonight" else word_at(tokens, at + 1)
        of_last_night = word == "last" and part == "night"
        if part not in _PARTS_OF_DAY or not (of_last_night or word in ("this", "tonight")):
            return 0
        day = self.calendar.day_of(self.calendar.now_ns) - timedelta(days=int(of_last_night))
        start, end = _PARTS_OF_DAY[part]
        end += DAY_S * (end <= start)
        self._lower.append(self.calendar.on(day, start))
        self._upper.append(self.calendar.on(day, end))
        typed = word if word == "tonight" else f"{word} {part}"
        clock = f"{start // 3600:02d}:00–{end // 3600 % 24:02d}:00"
        self._assume(f"“{typed}” is taken as {day} {clock}")
        return 1 if word == "tonight" else 2

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
        before = len(self.calendar.assumed)
        used, first = self.calendar.moment(tokens, at, loose=loose)
        joins: tuple[str, ...] = ("to", "-", "until", "till", "til")
        if used:
            joins = (*joins, "and")
        else:
            # "7-8 pm", "0900 to 1130 hrs": the end says that the start is a time.
            used, first = self.calendar.moment(tokens, at, loose=True)
        middle = at + used
        if not used or word_at(tokens, middle) not in joins:
            return 0
        after = len(self.calendar.assumed)
        # "after 22:00 and red" must not read on; "17:24 - 18:00" and "from … to" must.
        further, second = self.calendar.moment(tokens, middle + 1, loose=loose)
        if not further:
            return 0
        if first.bare and second.half and (first.clock_s or 0) <= _NOON_S and second.clock_s:
            first = _same_half(first, second.clock_s)
            del self.calendar.assumed[before:after]
        self._span(first, second)
        return used + 1 + further

    def _span(self, first: Moment, second: Moment) -> None:
        start, end = first.clock_s or 0, second.clock_s
        if end == 0 and start:
            # "between 10 pm and midnight": the midnight at its end.
            end = DAY_S
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
        if moment.of_day and word in ("after", "past", "before"):
            # "after 22:00 on 3 March" is about that day.
            clock = moment.clock_s or 0
            self._lower.append(self.calendar.on(moment.day, 0 if upper else clock))
            self._upper.append(self.calendar.on(moment.day, clock if upper else DAY_S))
            return
        # "after 2 March" begins when that day ends; "since" and "until" take it in.
        past = moment.clock_s is None and word in ("after", "past", "until", "till", "til", "up")
        wall = self.calendar.on(moment.day, DAY_S if past else moment.clock_s or 0)
        (self._upper if upper else self._lower).append(wall)


def _same_half(first: Moment, end_s: int) -> Moment:
    """The start of "7 to 8 pm": the last such hour before the end."""
    hour = (first.clock_s or 0) % _NOON_S
    later = hour + _NOON_S
    if hour < end_s <= later:
        return replace(first, clock_s=hour)
    return replace(first, clock_s=later)


def _is_time_of_day(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether pieces say "1130 hrs", which is a time and no length."""
    return word_at(tokens, end - 1) in _HOURS_SAID and any(
        token.kind == "number" and len(token.word) == 4 and token.word.isdigit()
        for token in tokens[start:end]
    )


def _seconds_up(wall_ns: int) -> int:
    return -(-wall_ns // NS_PER_S) * NS_PER_S
