"""A small picture of about a moment: the keyframe before it, quick enough to follow a pointer."""

from dataclasses import dataclass

import numpy as np

from casefiles.case import Case
from casefiles.types import SourceId
from casefiles.usecases.play_index import play_index
from video.decoder import open_source
from video.packet_index import times_ns
from video.types import Pixels, TimeNs


@dataclass(frozen=True, slots=True)
class Peek:
    """A picture `(h, w, 3) uint8` BGR, at most about twice as wide as asked for, and its time."""

    picture: Pixels
    number: int
    time_ns: TimeNs


def peek_picture(case: Case, source_id: SourceId, time_ns: TimeNs, *, width: int) -> Peek | None:
    """The last keyframe not later than a media time; None where that may not be decoded here.

    A recording that made the process that analysed it crash or hang is decoded up to there only.
    What is shown in passing leaves no row in the log, as a frame that is played does.

    Raises:
        UnknownSource, SourceMoved: the footage cannot be reached.
        VideoError: it cannot be read there.
    """
    source = case.source(source_id)
    whole = case.packet_index(source_id)
    index, _cut = play_index(case, source)
    wanted = int(np.searchsorted(times_ns(whole), max(time_ns, 0), side="right")) - 1
    keys = whole.keyframes[: wanted + 1].nonzero()[0]
    number = int(keys[-1]) if len(keys) else 0
    if number >= len(index):
        return None
    with open_source(case.media_path(source), index) as decoder:
        frame = decoder.frame_at(int(index.pts[number]))
    picture = frame.bgr()
    step = max(picture.shape[1] // (2 * width), 1)
    return Peek(np.ascontiguousarray(picture[::step, ::step]), number, frame.time_ns)
