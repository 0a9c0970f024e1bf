"""Sets the time zone in which the times of a case are shown."""

from typing import Final

from casefiles import audit
from casefiles.case import Case
from casefiles.store import settings
from video.clock import local_zone_name, zone_of

TIME_ZONE: Final = "time_zone"


def set_time_zone(case: Case, name: str) -> None:
    """Shows the times of a case in this zone from now on; stored times stay what they are.

    Raises:
        BadTime: there is no such zone.
    """
    zone_of(name)
    entry = audit.Entry("case.time_zone", "done", facts={"zone": name}, vouches=("settings",))
    case.act(
        entry,
        lambda cursor: settings.put(cursor, TIME_ZONE, name),
        touches=("case_settings",),
    )


def time_zone_of(case: Case) -> str:
    """The zone set for a case, else that of this computer."""
    return case.read(lambda cursor: settings.value_of(cursor, TIME_ZONE)) or local_zone_name()
