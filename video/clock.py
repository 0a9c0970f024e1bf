"""PTS ↔ media time ↔ wall clock, and their text; all integer arithmetic, no guessing."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from resources.errors import UserError
from video.types import TimeNs

NS_PER_S = 1_000_000_000
FASTEST_DRIFT_PPB: Final = 100_000_000
"""A tenth: no recorder's clock runs so wrong, and time still goes forward."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):?(?P<minutes>[0-5]\d)")


class BadTime(UserError):
    """A time text that is not ISO 8601 with a zone."""


def pts_to_ns(pts: int, first_pts: int, time_base: Fraction) -> TimeNs:
    """Media time of a presentation time stamp, rounded to the nearest nanosecond."""
    return TimeNs(
        _divide_rounded((pts - first_pts) * time_base.numerator * NS_PER_S, time_base.denominator)
    )


def ns_to_pts(time_ns: TimeNs, first_pts: int, time_base: Fraction) -> int:
    """The time stamp nearest to a media time; inverse of `pts_to_ns` for ticks above 2 ns."""
    return first_pts + _divide_rounded(
        time_ns * time_base.denominator, time_base.numerator * NS_PER_S
    )


def _divide_rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """When a source was recorded, and how far its recorder's clock was off.

    `recorded_start_ns` is what the recorder showed at the first frame, in nanoseconds since
    1970 UTC. `offset_ns` is recorder display minus reference (positive: the recorder is fast) at
    that frame; `drift_ppb` is how much more of it comes with every 10^9 of recorder time
    (positive: the recorder runs fast). true time = recorded time − offset.
    """

    recorded_start_ns: int
    offset_ns: int = 0
    drift_ppb: int = 0

    def to_wall(self, time_ns: TimeNs) -> datetime:
        """Corrected wall time of a media time, to the microsecond."""
        return wall_from_ns(self.to_wall_ns(time_ns))

    def to_wall_ns(self, time_ns: TimeNs) -> int:
        """Corrected wall time in nanoseconds since 1970 UTC."""
        return self.recorded_start_ns - self.offset_ns + time_ns - self._drifted(time_ns)

    def to_walls(self, times_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same for many media times, `(n,)`."""
        walls: NDArray[np.int64] = times_ns + (self.recorded_start_ns - self.offset_ns)
        if self.drift_ppb:
            # In two steps: the product would not fit.
            whole, rest = np.divmod(times_ns, NS_PER_S)
            walls = walls - (
                whole * self.drift_ppb + (2 * rest * self.drift_ppb + NS_PER_S) // (2 * NS_PER_S)
            )
        return walls

    def to_media(self, wall_ns: int) -> TimeNs:
        """Media time of a corrected wall time (may lie outside the footage).

        The last one that has this wall time: a recorder that runs fast has, once in a while, two
        nanoseconds with the same, and what is on show there must never be the frame before.
        """
        return TimeNs(self.first_media(wall_ns + 1) - 1)

    def first_media(self, wall_ns: int) -> int:
        """The first media time that is not before a corrected wall time."""
        since = wall_ns - self.recorded_start_ns + self.offset_ns
        if not self.drift_ppb:
            return since
        found = _divide_rounded(since * NS_PER_S, NS_PER_S - self.drift_ppb)
        while found - self._drifted(found) >= since:
            found -= 1
        while found - self._drifted(found) < since:
            found += 1
        return found

    def to_recorder_ns(self, wall_ns: int) -> int:
        """What the recorder showed at a true time, in nanoseconds since 1970 UTC."""
        return self.recorded_start_ns + self.to_media(wall_ns)

    def _drifted(self, time_ns: int) -> int:
        return _divide_rounded(time_ns * self.drift_ppb, NS_PER_S) if self.drift_ppb else 0


def wall_from_ns(wall_ns: int) -> datetime:
    """Nanoseconds since 1970 as an aware UTC datetime, to the microsecond (rounded half up)."""
    return _EPOCH + timedelta(microseconds=_divide_rounded(wall_ns, 1000))


def wall_to_ns(moment: datetime) -> int:
    """An aware datetime as nanoseconds since 1970 UTC; exact to its microsecond."""
    if moment.tzinfo is None:
        raise ValueError("a wall time needs a zone")
    delta = moment - _EPOCH
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1000


def now_ns() -> int:
    """This moment in nanoseconds since 1970 UTC."""
    return wall_to_ns(datetime.now(UTC))


def format_wall(moment: datetime) -> str:
    """ISO 8601 with zone and milliseconds, such as `2026-03-02T14:05:11.250Z`."""
    # Rounded, not cut: 1/7 s frames would otherwise print up to a millisecond early.
    rounded = wall_from_ns(_divide_rounded(wall_to_ns(moment), 1_000_000) * 1_000_000)
    return rounded.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_wall(text: str) -> datetime:
    """An ISO 8601 time with zone.

    Raises:
        BadTime: not ISO 8601, or without a zone (a zone is asked for, never guessed).
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadTime(
            f"'{text}' is not a time", "Write it like 2026-03-02T14:05:11Z or …11-06:00."
        ) from None
    if moment.tzinfo is None:
        raise BadTime(
            f"'{text}' has no time zone", "Add one, like 2026-03-02T14:05:11Z or …11-06:00."
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadTime(f"'{text}' lies outside the calendar", "Check the year.") from None


def format_media(time_ns: int) -> str:
    """Media time as `[-]H:MM:SS.mmm`."""
    milliseconds = _divide_rounded(abs(time_ns), 1_000_000)
    sign = "-" if time_ns < 0 and milliseconds else ""
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name such as `America/Chicago`, or of an offset such as `-06:00`.

    Raises:
        BadTime: it is neither, or this computer does not know the name.
    """
    if name in ("Z", "UTC"):
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        size = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        return timezone(-size if offset["sign"] == "-" else size)
    try:
        return ZoneInfo(name)
    # Names that are folders, lead out of the database or hold odd letters fail in their own ways.
    except (KeyError, ValueError, OSError) as error:
        raise BadTime(
            f"there is no time zone '{name}'", "Write a name like America/Chicago, or -06:00."
        ) from error


def local_zone_name() -> str:
    """The zone of this computer: its IANA name where it tells one, else its offset of today."""
    set_name = os.environ.get("TZ", "").lstrip(":")
    try:
        # Unix keeps the zone as a link into the database, whose folder is called so everywhere.
        name = set_name or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
        zone_of(name)
        return name
    except (BadTime, OSError):
        pass
    offset = datetime.now().astimezone().strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"


def format_wall_in(wall_ns: int, zone: tzinfo) -> str:
    """A wall time for people, such as `2026-03-02 17:24:00.250 -06:00`."""
    rounded = wall_from_ns(_divide_rounded(wall_ns, 1_000_000) * 1_000_000)
    there = rounded.astimezone(zone)
    offset = there.strftime("%z")
    return f"{there:%Y-%m-%d %H:%M:%S}.{there.microsecond // 1000:03d} {offset[:3]}:{offset[3:5]}"
