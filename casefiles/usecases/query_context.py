"""What a search text is read against, gathered from a case."""

import json
import time
from datetime import tzinfo

from casefiles.case import Case
from casefiles.queries.context import Context
from casefiles.queries.places import Place, places_of
from casefiles.store import base_maps, cameras, lines, runs, settings, sources, zones
from casefiles.store.engine import Cursor
from casefiles.types import Source
from casefiles.usecases.set_time_zone import TIME_ZONE
from video.clock import local_zone_name, zone_of
from video.types import TimeNs


def query_context(case: Case) -> Context:
    """Cameras, named places, zones, lines, days of footage and known classes of a case, as of now.

    Raises:
        CaseDamaged: rows were changed outside the program.
    """
    return case.read(context_of)


def context_of(cursor: Cursor) -> Context:
    """The same, inside a reading function."""
    return Context(
        cameras=cameras.every(cursor),
        places=_places(base_maps.top(cursor)),
        time_zone=time_zone_in(cursor),
        footage=_footage(sources.every(cursor)),
        class_ids=frozenset(
            number for run in runs.current(cursor).values() for number in run.classes
        ),
        zones=zones.present(cursor),
        lines=lines.present(cursor),
        now_ns=time.time_ns(),
    )


def time_zone_in(cursor: Cursor) -> tzinfo:
    """The zone to read and show times of a case in."""
    return zone_of(settings.value_of(cursor, TIME_ZONE) or local_zone_name())


def _places(geojson: str | None) -> tuple[Place, ...]:
    if geojson is None:
        return ()
    try:
        document = json.loads(geojson)
    except (ValueError, RecursionError):
        # The map draws what it can; a search without place names still searches.
        return ()
    return places_of(document) if isinstance(document, dict) else ()


def _footage(every: tuple[Source, ...]) -> tuple[int, int] | None:
    clocks = [(source.clock, source.duration_ns) for source in every]
    spans = [
        (clock.to_wall_ns(TimeNs(0)), clock.to_wall_ns(TimeNs(length)))
        for clock, length in clocks
        if clock is not None
    ]
    if not spans:
        return None
    # The end is no footage any more: a recording until midnight is of one day.
    return min(start for start, _ in spans), max(max(start, end - 1) for start, end in spans)
