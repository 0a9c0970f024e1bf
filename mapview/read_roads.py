"""The streets of the map of a case as a network of ways."""

from casefiles.case import Case
from casefiles.errors import BadMap, MapFileGone
from casefiles.jobs import Job
from casefiles.usecases.roads import Roads
from casefiles.usecases.street_types import CoverageAsked
from mapview.street_lines import read_streets
from mapview.tile_streets import KeptTiles


def read_roads(
    case: Case, asked: CoverageAsked | None = None, kept: KeptTiles | None = None
) -> Job[Roads]:
    """The streets of the maps of a case, see `read_streets`; a map that cannot be read leaves
    straight lines, and `Roads.notes` says so."""
    try:
        ground = yield from read_streets(case, asked or CoverageAsked(), kept)
    except (BadMap, MapFileGone) as error:
        return Roads(notes=(f"streets are not known, ways are straight lines: {error}",))
    return Roads(ground.lines, ground.notes)
