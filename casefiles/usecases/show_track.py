"""One track of a case by its id; the look is logged before it shows."""

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.store import pieces, tracks
from casefiles.types import TRACKS_PER_RUN, RunId, TrackId, TrackRow


def show_track(case: Case, track_id: TrackId) -> TrackRow:
    """When and what a track was, whichever run it is of; of a piece, the track it was joined to.

    Raises:
        UnknownTrack: the case has no such track.
    """
    run_id = RunId(track_id // TRACKS_PER_RUN)
    whole = case.read(lambda cursor: pieces.whole_of(cursor, track_id))
    rows = case.read(lambda cursor: tracks.of_run(cursor, run_id))
    found = next((row for row in rows if row.track_id == whole), None)
    if found is None:
        raise UnknownTrack(f"the case has no track {track_id}", "Search again, and choose a hit.")
    case.record(
        audit.Entry(
            "tracks.show",
            "done",
            object=f"source:{found.source_id}",
            facts={"run": run_id, "tracks": 1, "ids": str(whole)},
        )
    )
    return found
