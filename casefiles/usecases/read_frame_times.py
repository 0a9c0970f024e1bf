"""When each frame of some recordings is shown, for a range of wall time: ticks of a timeline."""

from collections.abc import Collection

import numpy as np

from casefiles.case import Case
from casefiles.types import SourceId
from casefiles.view_types import FrameTimes
from video.clock import ClockOffset
from video.packet_index import picture_length_ns, times_ns
from video.types import TimeNs


def read_frame_times(
    case: Case, source_ids: Collection[SourceId], from_ns: int, to_ns: int
) -> tuple[FrameTimes, ...]:
    """The frames on show from `from_ns` up to `to_ns`, of those recordings that have some then.

    By the packet index, so by each frame's own time stamp; nothing is decoded. A source whose start
    is not known lies where the earliest known one begins, as on the timeline.
    """
    known = case.sources()
    starts = [source.clock.to_wall_ns(TimeNs(0)) for source in known if source.clock]
    assumed = ClockOffset(min(starts, default=0))
    found = []
    for source in known:
        clock = source.clock or assumed
        start, end = (clock.to_wall_ns(TimeNs(at)) for at in (0, source.duration_ns))
        if source.source_id not in source_ids or end < from_ns or start > to_ns:
            continue
        index = case.packet_index(source.source_id)
        media = times_ns(index)
        # Media times first: a day of frames is cut before any is put on the wall clock.
        first = int(np.searchsorted(media, clock.to_media(from_ns), side="right")) - 1
        last = int(np.searchsorted(media, clock.to_media(to_ns), side="right"))
        first = max(first, 0)
        if last <= first:
            continue
        after = int(media[last]) if last < len(media) else int(media[-1]) + picture_length_ns(index)
        found.append(
            FrameTimes(
                source.source_id,
                first,
                clock.to_walls(media[first:last]),
                index.keyframes[first:last],
                clock.to_wall_ns(TimeNs(after)),
            )
        )
    return tuple(found)
