"""What is read of one track to show it: off the window's thread, in one go."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QImage

from casefiles.case import Case
from casefiles.errors import UnknownTrack
from casefiles.trait_types import Traits
from casefiles.types import Run, TrackId, TrackMaking, TrackRow
from casefiles.usecases.ground_speed import GroundSpeed, track_speed
from casefiles.usecases.object_heights import TrackHeight, track_height
from casefiles.usecases.show_looks import show_look
from casefiles.usecases.show_track import show_track
from casefiles.usecases.show_tracks import track_making
from casefiles.usecases.show_traits import show_traits
from casefiles.view_types import Look


@dataclass(frozen=True, slots=True)
class TrackRead:
    """What was read of the selected track."""

    row: TrackRow
    look: Look | None
    run: Run
    image: QImage
    traits: Traits | None
    making: TrackMaking
    speed: GroundSpeed | None = None
    height: TrackHeight | None = None
    """Both None where its camera is not calibrated."""


def read_track(track_id: TrackId, row: TrackRow | None) -> Callable[[Case], TrackRead]:
    """What is read of a track on a case; `row` where it is at hand already."""

    def read(case: Case) -> TrackRead:
        try:
            look = show_look(case, track_id)
        except UnknownTrack:
            # Indexed without pictures, or still under way: the rest is shown all the same.
            look = None
        image = QImage() if look is None else QImage.fromData(look.thumbnail)
        shown = show_track(case, track_id) if row is None else row
        traits = show_traits(case, [track_id]).get(track_id)
        making = track_making(case, [shown])[shown.track_id]
        speed, height = track_speed(case, shown), track_height(case, shown)
        run = case.run(shown.run_id)
        return TrackRead(shown, look, run, image, traits, making, speed, height)

    return read
