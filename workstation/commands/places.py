"""Places and times as people type them on the command line."""

from casefiles.geo import GeoPoint
from resources.errors import UserError
from workstation.commands.clock_words import wall_ns_asked


def a_place(text: str) -> GeoPoint:
    """ "-30.02,40.019" as a place: longitude first.

    Raises:
        UserError: it is none.
    """
    parts = text.split(",")
    try:
        # Python's own digit grouping would turn a mistyped 4_5 into 45.
        lon, lat = (float(part.replace("_", "?")) for part in parts)
        return GeoPoint(lat, lon)
    except ValueError as error:
        raise UserError(
            f"'{text}' is not a place", "Write longitude,latitude in degrees: -30.02,40.019."
        ) from error


def a_moment(text: str | None) -> int | None:
    """A wall time in nanoseconds; None where none was given.

    Raises:
        BadTime: it is none, or beyond the calendar.
    """
    return None if text is None else wall_ns_asked(text)
