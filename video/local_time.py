"""Times as a recorder or a person writes them, without a zone: resolved by a named zone, with the
hour that comes twice in autumn asked for and the one that never comes in spring refused."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from video.clock import BadTime, zone_of

_FRACTION: Final = re.compile(r":\d\d:\d\d[.,](\d{1,9})")


class TimeTwice(BadTime):
    """A local time that the clocks of its zone showed twice; `readings` are both, in UTC,
    `shown` as text in that zone."""

    def __init__(self, text: str, zone_name: str, readings: tuple[datetime, datetime]) -> None:
        zone = zone_of(zone_name)
        first, second = (moment.astimezone(zone).isoformat() for moment in readings)
        self.readings = readings
        self.shown = (first, second)
        super().__init__(
            f"'{text}' came twice in {zone_name}, as the clocks were set back: {first} and "
            f"{second}",
            "Say which with --fold 1 (the first) or --fold 2 (the second).",
        )


def recorder_zone(name: str, *, summer_time: bool = True) -> tzinfo:
    """The zone of a recorder; without summer time, the standard offset of that zone all year.

    Raises:
        BadTime: there is no such zone.
    """
    zone = zone_of(name)
    if summer_time:
        return zone
    # Both halves of the year, because summer is in January on half of the earth; the last rule
    # known, because a recorder in use follows that.
    moments = [datetime(2026, month, 1, tzinfo=zone) for month in (1, 7)]
    offsets = [(moment.utcoffset() or timedelta()) for moment in moments]
    return timezone(min(offsets))


def readings_of(text: str, zone: tzinfo) -> tuple[datetime, ...]:
    """The moments, in UTC, at which clocks of a zone showed a local time: none (skipped in
    spring), one, or two (the hour that comes twice), the earlier first.

    Raises:
        BadTime: not ISO 8601.
    """
    try:
        shown = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadTime(
            f"'{text}' is not a time", "Write it like 2026-03-02T14:05:11, or with a zone: …11Z."
        ) from None
    try:
        if shown.tzinfo is not None:
            return (shown.astimezone(UTC),)
        found = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        # A skipped time comes back as another one.
        return tuple(sorted(m for m in found if m.astimezone(zone).replace(tzinfo=None) == shown))
    except OverflowError:
        raise BadTime(f"'{text}' lies outside the calendar", "Check the year.") from None


def parse_local(
    text: str, zone_name: str | None, *, summer_time: bool = True, fold: int | None = None
) -> datetime:
    """A time with a zone of its own, or a local time of a named zone, in UTC.

    `fold` says which of two is meant where the hour came twice: 1 or 2.

    Raises:
        TimeTwice: it came twice and `fold` does not say which.
        BadTime: no time, no zone, or one that the clocks skipped.
    """
    zone = UTC if zone_name is None else recorder_zone(zone_name, summer_time=summer_time)
    if zone_name is None and not _has_zone(text):
        raise BadTime(
            f"'{text}' has no time zone",
            "Name the zone with --zone, or write it like 2026-03-02T14:05:11Z or …11-06:00.",
        )
    found = readings_of(text, zone)
    if not found:
        raise BadTime(
            f"'{text}' never was in {zone_name}: the clocks were set forward over it",
            "Check the time, or whether the recorder changes for summer time at all.",
        )
    if len(found) == 1:
        return found[0]
    if fold is None:
        raise TimeTwice(text, str(zone_name), (found[0], found[1]))
    return found[fold - 1]


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is not None
    except ValueError:
        # What is no time at all is told so by who reads it.
        return True


def precision_ns(text: str) -> int:
    """How closely a time is written: the value of its last digit (seconds: 10^9)."""
    found = _FRACTION.search(text)
    return 1_000_000_000 if found is None else 10 ** (9 - len(found[1]))
