"""Wall times as they are asked for, and how the clock of a source stands: in words and as fields
of a document."""

from casefiles.queries.describe import FARTHEST_NS
from casefiles.types import Source
from video.clock import NS_PER_S, BadTime, format_media, parse_wall, wall_to_ns


def wall_ns_asked(text: str) -> int:
    """A time of an option, in nanoseconds since 1970 UTC.

    Raises:
        BadTime: it is no time with a zone, or beyond what is compared with footage (1823 to 2116).
    """
    wall_ns = wall_to_ns(parse_wall(text))
    if abs(wall_ns) > FARTHEST_NS:
        raise BadTime(
            f"'{text}' lies beyond the calendar of this program (1823 to 2116)", "Check the year."
        )
    return wall_ns


def clock_line(source: Source) -> str:
    """How the clock of a source stands, in words."""
    if source.clock is None:
        return source.clock_basis
    side = "fast" if source.offset_ns > 0 else "slow"
    parts = [f"{format_media(abs(source.offset_ns))} {side}" if source.offset_ns else "no offset"]
    if source.clock.drift_ppb:
        parts.append(f"drifts {source.clock.drift_ppb / 1000:+g} ppm")
    if source.uncertainty_ns is not None:
        parts.append(f"± {source.uncertainty_ns / NS_PER_S:.3g} s")
    return " · ".join([*parts, source.clock_basis])


def clock_fields(source: Source) -> dict[str, object]:
    """What every document says beside a corrected time."""
    uncertain = source.uncertainty_ns
    return {
        "uncertainty_s": None if uncertain is None else uncertain / NS_PER_S,
        "clock_basis": source.clock_basis,
        "clock_verified": source.clock_set is not None and source.clock_set.verified,
    }
