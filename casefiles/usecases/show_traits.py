"""What tracks are like and how they moved; what is looked at is logged before it shows."""

from collections.abc import Iterable

from casefiles import audit
from casefiles.case import Case
from casefiles.exchange.track_formats import id_ranges
from casefiles.store import traits
from casefiles.trait_types import Traits
from casefiles.types import TrackId


def show_traits(case: Case, track_ids: Iterable[TrackId]) -> dict[TrackId, Traits]:
    """Attributes and movement of each of these tracks; those of which nothing is known (analysed
    before there was this, or no network for them) are absent."""
    wanted = list(track_ids)
    found = case.read(lambda cursor: traits.of_tracks(cursor, wanted))
    if found:
        case.record(
            audit.Entry(
                "looks.show",
                "done",
                facts={"traits": len(found), "tracks": id_ranges(sorted(found))},
            )
        )
    return found
