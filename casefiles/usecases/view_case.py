"""Everything small about a case in one read, for a window to draw from."""

from casefiles.case import Case
from casefiles.store import (
    bookmarks,
    calibrations,
    cameras,
    canvass,
    intake,
    lines,
    map_layers,
    runs,
    saved_searches,
    settings,
    sources,
    static_spots,
    subjects,
    zones,
)
from casefiles.store.engine import Cursor
from casefiles.usecases.set_time_zone import TIME_ZONE
from casefiles.view_types import CaseView
from video.clock import local_zone_name


def view_case(case: Case) -> CaseView:
    """Header, sources, cameras, shown runs, zones, lines, bookmarks, saved
    searches, static spots, subjects and what was said of them, of one moment.

    Times are to be shown in the zone set for the case, else in that of this computer.

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    # Before the rows are read: the view may be newer than it says, never older.
    revision = case.revision

    def read(cursor: Cursor) -> CaseView:
        return CaseView(
            header=case.header,
            sources=sources.every(cursor),
            cameras=cameras.every(cursor),
            runs=runs.current(cursor),
            zones=zones.present(cursor),
            bookmarks=bookmarks.present(cursor),
            zone_name=settings.value_of(cursor, TIME_ZONE) or local_zone_name(),
            revision=revision,
            spots=static_spots.every(cursor),
            intakes=intake.every(cursor),
            lines=lines.present(cursor),
            searches=saved_searches.present(cursor),
            calibrations=calibrations.in_force(cursor),
            layers=map_layers.present(cursor),
            canvass=canvass.present(cursor),
            subjects=subjects.present(cursor),
            sightings=subjects.sightings(cursor),
            absences=subjects.absences(cursor),
            link_rules=subjects.link_rules(cursor),
        )

    return case.read(read)
