"""Wall times as people read them: in the zone of the case, with the zone said."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from casefiles.types import Source
from video import clock
from video.clock import wall_from_ns


@lru_cache(maxsize=32)
def zone_of(name: str) -> tzinfo:
    """The zone of that name or offset; UTC where this computer does not know it."""
    try:
        return clock.zone_of(name)
    except clock.BadTime:
        return UTC


def local(wall_ns: int, zone_name: str) -> datetime:
    """A wall time in the zone of that name."""
    return wall_from_ns(wall_ns).astimezone(zone_of(zone_name))


def moment(wall_ns: int, zone_name: str) -> str:
    """Day, time to the second and zone, such as `2026-03-02 14:05:11 UTC−06:00`."""
    there = local(wall_ns, zone_name)
    return f"{there:%Y-%m-%d %H:%M:%S} {zone_label(there)}"


def clock_time(wall_ns: int, zone_name: str) -> str:
    """Time of day to the second, such as `14:05:11`."""
    return f"{local(wall_ns, zone_name):%H:%M:%S}"


def zone_label(there: datetime) -> str:
    """The zone of a local time as an offset, because letters such as CST mean several zones."""
    offset = there.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def camera_moment(wall_ns: int, source: Source, zone_name: str) -> str | None:
    """What the recorder showed at a true time; None where its clock was right."""
    return None if not source.offset_ns else moment(wall_ns + source.offset_ns, zone_name)


def camera_clock_time(wall_ns: int, source: Source, zone_name: str) -> str | None:
    """Time of day that the recorder showed at a true time; None where its clock was right."""
    return None if not source.offset_ns else clock_time(wall_ns + source.offset_ns, zone_name)


def length(seconds: float) -> str:
    """A duration in words short enough for a list: `12 s`, `3 min 20 s`, `1 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
