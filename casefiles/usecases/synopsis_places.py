"""When and where the tracks of a synopsis are in their recordings and in the synopsis.

A click, a hover and the exported document all ask here, so that they cannot tell different times.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from casefiles.synopsis_types import Placement, StagePlan, Synopsis
from casefiles.types import SourceId, TrackId
from video.synopsis.types import TubeFrames, Unit
from video.synopsis.units import piece_marks
from video.types import TimeNs


def placements_of(synopsis: Synopsis) -> tuple[Placement, ...]:
    """Every piece of every track, in the order in which they are shown.

    A piece is told from its first to its last cut-out, both at their own time of recording.
    """
    made: list[Placement] = []
    for part in synopsis.parts:
        marks = piece_marks(part.units)
        for number in range(len(part.units)):
            made += _of_unit(synopsis, part, number, marks)
    return tuple(sorted(made, key=lambda one: (one.placed_from_ns, one.track_id, one.piece)))


def original_moment(
    synopsis: Synopsis, track_id: TrackId, stage_ns: int
) -> tuple[SourceId, TimeNs]:
    """The recording of a track, and the media time in it of a stage time (`Shown.time_ns`): what a
    click on an object jumps to.

    Raises:
        KeyError: no part of the synopsis has such a track.
    """
    for part in synopsis.parts:
        source_id = part.stage.sources.get(track_id)
        if source_id is not None:
            return source_id, _media(synopsis, part, source_id, stage_ns)
    raise KeyError(track_id)


def _of_unit(
    synopsis: Synopsis,
    part: StagePlan,
    number: int,
    marks: Mapping[tuple[int, int], tuple[int, int]],
) -> Iterator[Placement]:
    unit = part.units[number]
    begins = part.begins_ns + int(part.schedule.starts_ns[number])
    for at in unit.tubes:
        tube = part.stage.tubes[at]
        times = within(tube, unit)
        if not len(times):
            continue
        first, last = int(times[0]), int(times[-1])
        turns = unit.knots[(unit.knots[:, 0] > first) & (unit.knots[:, 0] < last), 0]
        stage = np.array([first, *turns.tolist(), *([last] if last > first else [])], np.int64)
        shown = (begins + unit.shown(stage)).tolist()
        track_id = TrackId(tube.tube)
        source_id = part.stage.sources[track_id]
        media = [_media(synopsis, part, source_id, one) for one in stage.tolist()]
        yield Placement(
            track_id,
            source_id,
            media[0],
            media[-1],
            shown[0],
            shown[-1],
            *marks[number, at],
            tuple(zip(media, shown, strict=True)),
        )


def within(tube: TubeFrames, unit: Unit) -> NDArray[np.int64]:
    """The stage times `(m,)` of the cut-outs of a tube that a unit shows."""
    begin = np.searchsorted(tube.time_ns, unit.from_ns, "left")
    end = np.searchsorted(tube.time_ns, unit.to_ns, "right")
    return tube.time_ns[begin:end]


def _media(synopsis: Synopsis, part: StagePlan, source_id: SourceId, stage_ns: int) -> TimeNs:
    return synopsis.clocks[source_id].to_media(stage_ns) if part.stage.wall else TimeNs(stage_ns)
