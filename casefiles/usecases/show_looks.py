"""How tracks looked: best pictures, colours; what is looked at is logged before it shows."""

from collections.abc import Iterable

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.exchange.track_formats import id_ranges
from casefiles.store import looks
from casefiles.types import TrackId
from casefiles.view_types import Look


def show_look(case: Case, track_id: TrackId) -> Look:
    """How a track looked in its best frame.

    Raises:
        UnknownTrack: nothing is stored of how it looked.
    """
    found = case.read(lambda cursor: looks.look_of(cursor, track_id))
    if found is None:
        raise UnknownTrack(
            f"the case holds no picture of a track {track_id}", "Run 'index' on its source again."
        )
    case.record(
        audit.Entry(
            "looks.show",
            "done",
            object=f"track:{track_id}",
            facts={"run": found.run_id, "frame": found.frame},
        )
    )
    return found


def show_thumbnails(case: Case, track_ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
    """The best picture of each of these tracks as JPEG; tracks without one are absent."""
    wanted = list(track_ids)
    found = case.read(lambda cursor: looks.thumbnails(cursor, wanted))
    if found:
        case.record(
            audit.Entry(
                "looks.show",
                "done",
                facts={"pictures": len(found), "tracks": id_ranges(sorted(found))},
            )
        )
    return found
