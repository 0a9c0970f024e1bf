"""Wall times as people read them: in the zone of the case, with the zone said."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from casefiles.types import Source, SourceClock
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


def zone_words(zone_name: str) -> str:
    """A zone as a person reads it: an offset such as `-06:00` says from what, a name says it."""
    if zone_name[:1] in "+-" and zone_name:
        return f"UTC{zone_name.replace('-', '−')}"
    return zone_name


def camera_ns(wall_ns: int, source: Source) -> int | None:
    """What the recorder showed at a true time; None where its clock was right, or not known."""
    clock = source.clock
    if clock is None or not (clock.offset_ns or clock.drift_ppb):
        return None
    return clock.to_recorder_ns(wall_ns)


def camera_moment(wall_ns: int, source: Source, zone_name: str) -> str | None:
    """The same in words."""
    shown = camera_ns(wall_ns, source)
    return None if shown is None else moment(shown, zone_name)


def camera_clock_time(wall_ns: int, source: Source, zone_name: str) -> str | None:
    """The same as time of day."""
    shown = camera_ns(wall_ns, source)
    return None if shown is None else clock_time(shown, zone_name)


def doubt_words(source: Source) -> str:
    """How far its corrected times may be off and whether anybody compared its clock, such as
    `± 0.5 s`; empty where nothing was corrected."""
    if source.clock_set is None:
        return "unverified" if source.offset_ns else ""
    return uncertainty_words(source.clock_set)


def uncertainty_words(known: SourceClock) -> str:
    """The same of a clock, set or not yet."""
    parts = [] if known.uncertainty_ns is None else [f"± {_seconds(known.uncertainty_ns)}"]
    if not known.verified:
        parts.append("unverified")
    return ", ".join(parts)


def _seconds(span_ns: int) -> str:
    seconds = span_ns / 1e9
    return f"{seconds:.2g} s" if seconds < 10 else length(seconds)


def length(seconds: float) -> str:
    """A duration in words short enough for a list: `12 s`, `3 min 20 s`, `1 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
