"""What a tile needs of a source, read from the case: the file, its frames, what was found on it.

Every function reads; none is for the GUI thread.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.types import Source, SourceId
from casefiles.usecases.play_index import play_index
from casefiles.usecases.show_tracks import show_points
from resources.errors import UserError
from ui.models.track_boxes import TrackBoxes
from ui.playback import PlaySource
from video.clock import ClockOffset
from video.sound import has_sound


def play_sources(
    case: Case, wanted: Sequence[tuple[Source, ClockOffset]]
) -> Mapping[SourceId, PlaySource | UserError]:
    """Each source ready to play, or why it cannot be (moved, changed, damaged)."""
    found: dict[SourceId, PlaySource | UserError] = {}
    for source, clock in wanted:
        try:
            path: Path = case.media_path(source)
            index, cut = play_index(case, source)
        except UserError as error:
            found[source.source_id] = error
            continue
        made = PlaySource(source.source_id, path, index, clock, cut, has_sound(path))
        # Built here: for a day of footage it takes longer than a frame.
        _ = made.moments
        found[source.source_id] = made
    return found


def track_boxes(case: Case, source_id: SourceId) -> TrackBoxes | None:
    """What the run shown of a source found; None where it was not analysed."""
    try:
        return TrackBoxes(show_points(case, source_id, with_suppressed=False))
    except UnknownTrack:
        return None
