"""The tracks of a recording, each with the calibration of its camera as it stood then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casefiles import audit
from casefiles.calibration_types import Calibration
from casefiles.case import Case
from casefiles.errors import BadCalibration, UnknownTrack
from casefiles.store import ground_points
from casefiles.store.ground_points import Wanting
from casefiles.types import CameraId, RunId, Source, SourceId, TrackId
from casefiles.usecases.calibrate import placement_at
from casefiles.usecases.calibrated_places import calibration_of
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.types import TimeNs


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedTrack:
    """Where it was seen: media times `(n,)`, rising, and boxes `(n, 4)` xyxy in source pixels; what
    was interpolated is left out, and what was seen after the camera was moved."""

    track_id: TrackId
    class_id: int
    calibration: Calibration
    time_ns: NDArray[np.int64]
    boxes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibratedTracks:
    """Those of one recording; what began where its camera was not calibrated is left out."""

    source_id: SourceId
    run_id: RunId
    size: tuple[int, int]
    tracks: tuple[CalibratedTrack, ...]

    def record(self, case: Case, event: str) -> None:
        """Logs that somebody is shown what follows from them."""
        made_by = sorted({int(one.calibration.calibration_id) for one in self.tracks})
        case.record(
            audit.Entry(
                event,
                "done",
                object=f"source:{self.source_id}",
                facts={
                    "run": self.run_id,
                    "calibration": made_by[0] if len(made_by) == 1 else list(made_by),
                    "tracks": len(self.tracks),
                },
            )
        )


def calibrated_tracks(
    case: Case, source_id: int, track_ids: Sequence[int] | None = None
) -> CalibratedTracks:
    """The tracks of a recording, all that are not suppressed or some.

    Raises:
        UnknownSource: no such source. UnknownTrack: it has not been indexed, or has no such track.
        BadCalibration: its camera is not calibrated for its pictures as it stood then.
    """
    view = view_case(case)
    source = case.source(source_id)
    run = view.runs.get(source.source_id)
    calibration_then(view, source)
    if run is None:
        raise UnknownTrack(f"source {source_id} has not been indexed", "Run 'index' on it first.")
    found = case.read(
        lambda cursor: ground_points.seen(cursor, run.run_id, Wanting(track_ids=track_ids))
    )
    missing = sorted(set(track_ids or ()) - set(found.track_id.tolist()))
    if missing:
        raise UnknownTrack(
            f"source {source_id} has no track {missing[0]}", "'tracks' lists those of a source."
        )
    made, refused = [], None
    for track_id, own in found.of_each():
        try:
            by = calibration_then(view, source, int(own.time_ns[0]))
        except BadCalibration as error:
            refused = error
            continue
        # It may go on after the camera was moved: then its picture is of other ground.
        so = _as_it_began(view, source, own.time_ns)
        made.append(
            CalibratedTrack(
                TrackId(track_id), int(own.class_id[0]), by, own.time_ns[so], own.boxes[so]
            )
        )
    if refused is not None and not made:
        raise refused
    size = (source.width, source.height)
    return CalibratedTracks(source.source_id, run.run_id, size, tuple(made))


def calibration_then(view: CaseView, source: Source, time_ns: int | None = None) -> Calibration:
    """The calibration of the camera of a recording as it stood at a media time of it, or (None) at
    whichever of its times it was calibrated.

    Raises:
        BadCalibration: there is none.
    """
    camera = view.camera(source.camera_id)
    if camera is None:
        raise BadCalibration(
            f"source {source.source_id} is of no known camera", "Say of which, and calibrate that."
        )
    if source.clock is None and len(camera.placements) > 1:
        raise BadCalibration(
            f"camera {camera.camera_id} stood in several places, and nobody knows when source "
            f"{source.source_id} was recorded",
            "Say when it was: 'clock set --start'.",
        )
    if time_ns is None and source.clock is not None:
        first, last = (source.clock.to_wall_ns(TimeNs(at)) for at in (0, source.duration_ns))
        places = [
            place
            for place in camera.placements
            if (place.from_ns is None or place.from_ns <= last)
            and (place.to_ns is None or first < place.to_ns)
        ]
    else:
        start = None if source.clock is None else source.clock.to_wall_ns(TimeNs(time_ns or 0))
        placement = placement_at(camera, start)
        places = [] if placement is None else [placement]
    size = (source.width, source.height)
    for place in places:
        found = calibration_of(view.calibrations, CameraId(camera.camera_id), place, size)
        if found is not None:
            return found
    raise BadCalibration(
        f"camera {camera.camera_id} is not calibrated for pictures of {size[0]} × {size[1]} as "
        "it stood then",
        "Use 'calibrate' with four pairs or more.",
    )


def _as_it_began(view: CaseView, source: Source, time_ns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """At which of a track's media times the camera stood as at the first of them."""
    camera, clock = view.camera(source.camera_id), source.clock
    same = np.ones(len(time_ns), np.bool_)
    if camera is None or clock is None:
        return same
    walls = clock.to_walls(time_ns)
    place = placement_at(camera, int(walls[0]))
    if place is not None and place.from_ns is not None:
        same &= walls >= place.from_ns
    if place is not None and place.to_ns is not None:
        same &= walls < place.to_ns
    return same
