"""A time as somebody types it into a field: a time of day, or a whole ISO 8601 moment."""

import re
from datetime import datetime, time
from typing import Final

from resources.errors import UserError
from ui.models.wall_text import local
from video.clock import parse_wall, wall_to_ns

_TIME_OF_DAY: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?")


class BadEntry(UserError):
    """What was typed is no time."""


def wall_of_entry(text: str, near_ns: int, zone_name: str) -> int:
    """The wall time that was meant, in nanoseconds.

    A time of day (`17:24:31`, `17:24`, `17:24:31.5`) means the day of `near_ns` in that zone.

    Raises:
        BadEntry: neither a time of day nor ISO 8601 with a zone.
    """
    entry = text.strip()
    found = _TIME_OF_DAY.fullmatch(entry)
    try:
        if found is None:
            return wall_to_ns(parse_wall(entry))
        hour, minute, second = (int(part or 0) for part in found.groups()[:3])
        clock = time(hour, minute, second, int((found[4] or "").ljust(6, "0")))
    except (UserError, ValueError) as error:
        raise BadEntry(
            f"'{entry}' is not a time", "Write 17:24:31, or a date, a time and a zone."
        ) from error
    there = local(near_ns, zone_name)
    return wall_to_ns(datetime.combine(there.date(), clock, there.tzinfo))
