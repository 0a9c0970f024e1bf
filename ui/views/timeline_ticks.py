"""Ticks of the time axis: moments that are round in the case's zone, and what they are called.

Steps under a day are laid out in UTC piece by piece, one piece for each offset in force, so that
an hour told twice gets two ticks and an hour left out gets none; no Qt here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from ui.models.wall_text import zone_label
from ui.views.timeline_scale import TimeScale
from video.clock import NS_PER_S, wall_to_ns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = 1_000_000
_DAY: Final = 86_400
_STEPS_NS: Final = (
    *(n * _MS for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(n * NS_PER_S for n in (1, 2, 5, 10, 15, 30)),
    *(n * 60 * NS_PER_S for n in (1, 2, 5, 10, 15, 30)),
    *(n * 3600 * NS_PER_S for n in (1, 2, 3, 6, 12)),
)
"""Below a day; each divides a day, so ticks stand at round times of day."""
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_DAY_NS: Final = _DAY * NS_PER_S
_MOST_DAYS_OF_CHANGES: Final = 400
_MONTH_NS: Final = 31 * _DAY_NS
_FIRST_DAY, _LAST_DAY = date(2, 1, 1), date(9998, 1, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the axis; `context` is the date (or offset) that begins to hold here."""

    wall_ns: int
    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Where the clocks of the zone are set; `text` says by how much, and how long that day is."""

    wall_ns: int
    text: str


def clock_changes(scale: TimeScale, zone: tzinfo) -> list[ClockChange]:
    """Every change of the clocks in the shown range, where that is a year or so at most."""
    if scale.length_ns > _MOST_DAYS_OF_CHANGES * _DAY_NS:
        return []
    pieces = list(_pieces(scale.from_ns, scale.to_ns, zone))
    found = []
    for (_, _, before), (start, _, after) in pairwise(pieces):
        there = local_time(start, zone)
        day = local_time(start - 1, zone).date()
        next_day = date.fromordinal(day.toordinal() + 1)
        long_ns = _midnight_ns(next_day, zone) - _midnight_ns(day, zone)
        length = _hours(timedelta(microseconds=long_ns // 1000))
        text = f"{_hours(after - before, signed=True)} · {length} day · {zone_label(there)}"
        found.append(ClockChange(start, text))
    return found


def _hours(length: timedelta, *, signed: bool = False) -> str:
    minutes = round(length.total_seconds() / 60)
    sign = ("−" if minutes < 0 else "+") if signed else ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours} h {rest} min" if rest else f"{sign}{hours} h"


def local_time(wall_ns: int, zone: tzinfo) -> datetime:
    """The moment in the zone, cut to the microsecond."""
    return (_EPOCH + timedelta(microseconds=wall_ns // 1000)).astimezone(zone)


def ticks(scale: TimeScale, zone: tzinfo, least_px: float) -> list[Tick]:
    """Ticks of the shown range in order, at least about `least_px` apart."""
    least_ns = scale.ns_per_px * least_px
    step_ns = next((step for step in _STEPS_NS if step >= least_ns), None)
    if step_ns is not None:
        return _clock_ticks(scale, zone, step_ns)
    days = next((n for n in _DAYS if n * _DAY_NS >= least_ns), None)
    if days is not None:
        return _day_ticks(scale, zone, days)
    months = next((n for n in _MONTHS if n * _MONTH_NS >= least_ns), _MONTHS[-1])
    return _month_ticks(scale, zone, months)


def _clock_ticks(scale: TimeScale, zone: tzinfo, step_ns: int) -> list[Tick]:
    found: list[Tick] = []
    shown_date: date | None = None
    shown_offset: timedelta | None = None
    for start, end, offset in _pieces(scale.from_ns, scale.to_ns, zone):
        offset_ns = round(offset.total_seconds()) * NS_PER_S
        moment_ns = -(-(start + offset_ns) // step_ns) * step_ns - offset_ns
        while moment_ns < end:
            local = local_time(moment_ns, zone)
            context = ""
            if local.date() != shown_date:
                context = local.date().isoformat()
            if shown_offset is not None and offset != shown_offset:
                context = f"{context} {zone_label(local)}".strip()
            shown_date, shown_offset = local.date(), offset
            found.append(Tick(moment_ns, _clock_text(local, step_ns), context))
            moment_ns += step_ns
    return found


def _clock_text(local: datetime, step_ns: int) -> str:
    if step_ns < NS_PER_S:
        return local.isoformat(timespec="milliseconds")[11:23]
    return local.isoformat()[11 : 19 if step_ns < 60 * NS_PER_S else 16]


def _pieces(from_ns: int, to_ns: int, zone: tzinfo) -> Iterator[tuple[int, int, timedelta]]:
    """From, to and the UTC offset that holds between; changes are found to the second."""
    probe_ns = _DAY_NS // 2
    start, offset = from_ns, _offset(from_ns, zone)
    at = from_ns
    while at < to_ns:
        ahead = min(at + probe_ns, to_ns)
        then = _offset(ahead, zone)
        if then != offset:
            change = _first_with(at, ahead, then, zone)
            yield start, change, offset
            start, offset = change, then
        at = ahead
    yield start, to_ns, offset


def _first_with(before_ns: int, after_ns: int, offset: timedelta, zone: tzinfo) -> int:
    low, high = before_ns // NS_PER_S, -(-after_ns // NS_PER_S)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * NS_PER_S, zone) == offset:
            high = middle
        else:
            low = middle
    return min(high * NS_PER_S, after_ns)


def _offset(wall_ns: int, zone: tzinfo) -> timedelta:
    return local_time(wall_ns, zone).utcoffset() or timedelta()


def _midnight_ns(day: date, zone: tzinfo) -> int:
    """The first moment of a day in the zone, also where the clock skips or repeats midnight."""
    return wall_to_ns(datetime(day.year, day.month, day.day, tzinfo=zone))


def _shown_days(scale: TimeScale, zone: tzinfo) -> tuple[date, date]:
    first = local_time(scale.from_ns, zone).date()
    return max(first, _FIRST_DAY), min(local_time(scale.to_ns, zone).date(), _LAST_DAY)


def _day_ticks(scale: TimeScale, zone: tzinfo, step: int) -> list[Tick]:
    first, last = _shown_days(scale, zone)
    # Ordinal 1 is a Monday: weeks begin with one.
    ordinals = range(1 + -(-(first.toordinal() - 1) // step) * step, last.toordinal() + 1, step)
    return _calendar_ticks(scale, zone, map(date.fromordinal, ordinals), 5)


def _month_ticks(scale: TimeScale, zone: tzinfo, step: int) -> list[Tick]:
    first, last = _shown_days(scale, zone)
    months = range(-(-(first.year * 12) // step) * step, last.year * 12 + last.month, step)
    days = (date(month // 12, month % 12 + 1, 1) for month in months if month >= 12)
    return _calendar_ticks(scale, zone, days, 0)


def _calendar_ticks(scale: TimeScale, zone: tzinfo, days: Iterator[date], cut: int) -> list[Tick]:
    found: list[Tick] = []
    year = 0
    for day in days:
        wall_ns = _midnight_ns(day, zone)
        if scale.shows(wall_ns):
            context = str(day.year) if cut and day.year != year else ""
            year = day.year
            text = day.isoformat()[5:] if cut else day.isoformat()[:7]
            found.append(Tick(wall_ns, text, context))
    return found
