"""Times and durations in a search text: pieces of text in, bounds and filters out.

Knows nothing of cameras, colours or classes. A day that the text does not name is never guessed,
except where all footage lies within one day, and then it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from casefiles.queries.amounts import SECONDS, amount, ends, said
from casefiles.queries.clock_words import ends_a_time, spoken_clock
from casefiles.queries.filters import ClockFilter, DwellFilter, LoiterFilter, TimeFilter
from casefiles.queries.moments import DAY_S, Calendar, Moment, word_at
from casefiles.queries.time_words import (
    AROUND,
    AROUND_S,
    AS_ONE,
    AT,
    FOOTAGE,
    FROM,
    JUST,
    LAST,
    LOITER,
    LOITERING_S,
    NOON_S,
    OTHER_LENGTHS,
    PARTS_OF_DAY,
    RELATIVE,
    TO,
    fillers,
    is_age,
    is_length,
    is_time_of_day,
    part_said,
    same_half,
    seconds_up,
    whole_clock,
)
from casefiles.queries.words import Token
from video.clock import NS_PER_S, BadTime

WhenFilter: TypeAlias = TimeFilter | ClockFilter | DwellFilter | LoiterFilter


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
    _part: tuple[date, int, int] | None = None
    """A part of the day of asking, or of the night before: the day, from, to."""

    def take(self, tokens: Sequence[Token], at: int) -> int:
        """How many pieces from `at` on were about time; 0 when none."""
        if at == 0:
            said_parts = {part_said(token.word) for token in tokens} - {""}
            self.calendar.part = said_parts.pop() if len(said_parts) == 1 else ""
        before = len(self.calendar.assumed)
        was_part = self._part
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
            self._part = was_part
            del self.calendar.assumed[before:]
            del self._lower[kept[0] :]
            del self._upper[kept[1] :]
            del self._clock[kept[2] :]
        return used

    def filters(self) -> tuple[WhenFilter, ...]:
        """The filters that all pieces together come to."""
        self._put_into_part()
        lower, upper = max(self._lower, default=None), min(self._upper, default=None)
        made: list[WhenFilter] = []
        clock = whole_clock(self._clock)
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

    def _put_into_part(self) -> None:
        """A time of day said beside "last night" or "this evening" narrows it."""
        clock = whole_clock(self._clock) if self._part is not None else None
        if self._part is None or clock is None:
            return
        day, lower, upper = self._part
        night = upper > self.calendar.on(day, DAY_S)
        start, end = clock
        later = DAY_S * (night and start < NOON_S)
        self._lower.remove(lower)
        self._upper.remove(upper)
        self._clock.clear()
        self._lower.append(lower if start == 0 and end else self.calendar.on(day, start + later))
        if end == DAY_S:
            self._upper.append(upper)
            return
        later = DAY_S * (night and (end < NOON_S or end <= start))
        self._upper.append(self.calendar.on(day, end + later))

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
        lead = int(word_at(tokens, at) in ("in", "within", "over", "during"))
        lead += word_at(tokens, at + lead) == "the"
        word, footage = word_at(tokens, at + lead), self.calendar.footage
        if word not in LAST or footage is None:
            return 0
        start = at + lead + 1
        used, number, factor = amount(tokens, start, RELATIVE)
        if factor is None:
            factor, used, number = RELATIVE.get(word_at(tokens, start)), 1, 1.0
        if factor is None:
            return 0
        length = number * factor
        if word == "first":
            self._upper.append(seconds_up(footage[0]) + round(length * NS_PER_S))
        else:
            self._lower.append(seconds_up(footage[1]) - round(length * NS_PER_S))
        end = start + used
        of = int(word_at(tokens, end) in ("of", "in"))
        of += bool(of) and word_at(tokens, end + of) == "the"
        named = bool(of) and word_at(tokens, end + of) in FOOTAGE
        if not named:
            self._assume(f"“{word} {length:g} s” is counted in the footage, not from now")
        return end + (of + 1 if named else 0) - at

    def _take_loiter(self, tokens: Sequence[Token], at: int) -> int:
        loiters = said(tokens, at, LOITER)
        if not loiters:
            return 0
        start = at + loiters + (word_at(tokens, at + loiters) == "for")
        start += fillers(tokens, start)
        found = ends(tokens, start, SECONDS)
        if not found.used or found.least is None:
            self._loiter.append(None)
            return loiters
        self._loiter.append(found.least)
        return start + found.used - at

    def _take_dwell(self, tokens: Sequence[Token], at: int) -> int:
        # "Since 20 minutes" is how many say it who learnt English late.
        lead = int(word_at(tokens, at) in ("for", "since"))
        lead += fillers(tokens, at + lead) if lead else 0
        if spoken_clock(tokens, at)[0] or is_age(tokens, at):
            return 0
        found = ends(tokens, at + lead, SECONDS)
        if not found.used or is_time_of_day(tokens, at + lead, at + lead + found.used):
            return 0
        if found.bare and not lead:
            if word_at(tokens, at - 1) in OTHER_LENGTHS or not is_length(tokens, at, found.used):
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
        used = self._as_one(tokens, at) or self._just(tokens, at)
        used = used or self._part_of_a_day_said(tokens, at, word)
        if used:
            return used
        if word == "in" and word_at(tokens, at + 1) == "the":
            used = self._part_of_day(tokens, at + 2)
            return used + 2 if used else 0
        if word in ("at", "by", "this", "that") or word in PARTS_OF_DAY:
            lead = 0 if word in PARTS_OF_DAY else 1
            used = self._part_of_day(tokens, at + lead)
            if used:
                return used + lead
        if word == "between" or word in FROM:
            used = self._pair(tokens, at + 1, loose=True)
            if used:
                return used + 1
        if word in FROM or word in TO or (word == "up" and word_at(tokens, at + 1) == "to"):
            lead = 2 if word == "up" else 1
            # "by" is also a place: it takes no bare number.
            used, moment = self.calendar.moment(tokens, at + lead, loose=word != "by")
            if used:
                self._bound(moment, word, upper=word not in FROM)
            return used + lead if used else 0
        return self._take_at(tokens, at, word)

    def _part_of_a_day_said(self, tokens: Sequence[Token], at: int, word: str) -> int:
        """`last night`, `this morning`, `tonight`: of the day of asking, where that is known."""
        if self.calendar.now_ns is None:
            return 0
        part = "night" if word == "tonight" else word_at(tokens, at + 1)
        of_last_night = word == "last" and part == "night"
        if part not in PARTS_OF_DAY or not (of_last_night or word in ("this", "tonight")):
            return 0
        day = self.calendar.day_of(self.calendar.now_ns) - timedelta(days=int(of_last_night))
        start, end = PARTS_OF_DAY[part]
        end += DAY_S * (end <= start)
        self._part = (day, self.calendar.on(day, start), self.calendar.on(day, end))
        self._lower.append(self._part[1])
        self._upper.append(self._part[2])
        typed = word if word == "tonight" else f"{word} {part}"
        clock = f"{start // 3600:02d}:00–{end // 3600 % 24:02d}:00"
        self._assume(f"“{typed}” is taken as {day} {clock}")
        return 1 if word == "tonight" else 2

    def _take_at(self, tokens: Sequence[Token], at: int, word: str) -> int:
        lead = int(word in AT)
        lead += word_at(tokens, at + lead) in AROUND
        around = lead and word_at(tokens, at + lead - 1) in AROUND
        used = self._pair(tokens, at + lead, loose=False)
        if used:
            return used + lead
        used, moment = self.calendar.moment(tokens, at + lead, loose=False)
        if not used and lead and word != "on":
            used, moment = self._bare(tokens, at + lead)
        if not used:
            return 0
        after = at + lead + used
        if word_at(tokens, after) in ("onwards", "onward"):
            self._bound(moment, "from", upper=False)
            return used + lead + 1
        if said(tokens, after, (("or", "later"), ("and", "later"), ("or", "after"))):
            self._bound(moment, "from", upper=False)
            return used + lead + 2
        if moment.clock_s is None:
            self._span(moment, Moment(moment.day, DAY_S))
        elif around:
            self._assume("“around” is taken as 10 minutes before and after")
            self._about(moment, AROUND_S, AROUND_S)
        else:
            self._span(moment, Moment(moment.day, moment.clock_s + moment.step_s))
        return used + lead

    def _as_one(self, tokens: Sequence[Token], at: int) -> int:
        """`prior to 8 pm`, `no later than 20:00`."""
        for words, means in AS_ONE:
            if words[0] == word_at(tokens, at) and said(tokens, at, (words,)):
                start = at + len(words)
                used, moment = self.calendar.moment(tokens, start, loose=True)
                if used:
                    self._bound(moment, means, upper=means in TO)
                    return len(words) + used
        return 0

    def _just(self, tokens: Sequence[Token], at: int) -> int:
        """`just after 5`, `shortly before 8 am`: the ten minutes after or before."""
        side = word_at(tokens, at + 1)
        if word_at(tokens, at) not in JUST or side not in ("after", "before", "past", "gone"):
            return 0
        used, moment = self.calendar.moment(tokens, at + 2, loose=True)
        if not used or moment.clock_s is None:
            return 0
        before = side == "before"
        self._about(moment, AROUND_S * before, AROUND_S * (not before))
        typed = f"{word_at(tokens, at)} {side}"
        self._assume(f"“{typed}” is taken as the ten minutes {'before' if before else 'after'}")
        return 2 + used

    def _bare(self, tokens: Sequence[Token], at: int) -> tuple[int, Moment]:
        """`at 6`, `around five`: an hour, where nothing follows that it could count."""
        used, moment = self.calendar.moment(tokens, at, loose=True)
        fits = used and moment.bare and ends_a_time(tokens, at + used)
        return (used, moment) if fits else (0, Moment())

    def _about(self, moment: Moment, before: int, after: int) -> None:
        assert moment.clock_s is not None
        if moment.day is not None:
            self._lower.append(self.calendar.on(moment.day, moment.clock_s - before))
            self._upper.append(self.calendar.on(moment.day, moment.clock_s + after))
            return
        start, end = ((moment.clock_s + side) % DAY_S for side in (-before, after))
        self._clock.append((start, end))

    def _part_of_day(self, tokens: Sequence[Token], at: int) -> int:
        word = word_at(tokens, at)
        word = word[:-1] if word.endswith("s") else word
        if word not in PARTS_OF_DAY:
            return 0
        start, end = PARTS_OF_DAY[word]
        self._clock.append((start, end))
        self._assume(f"{word} is taken as {start // 3600:02d}:00–{end // 3600:02d}:00")
        return 1

    def _pair(self, tokens: Sequence[Token], at: int, *, loose: bool) -> int:
        before = len(self.calendar.assumed)
        used, first = self.calendar.moment(tokens, at, loose=loose)
        joins: tuple[str, ...] = ("to", "-", "until", "till", "til")
        if used:
            joins = (
                (*joins, "and", "/") if word_at(tokens, at - 1) == "between" else (*joins, "and")
            )
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
        if first.bare and second.half and (first.clock_s or 0) <= NOON_S and second.clock_s:
            first = same_half(first, second.clock_s)
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
            clock = moment.clock_s or (DAY_S if upper else 0)
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
