"""Which frames to analyse: by interval of media time, all of them, or those within a span.

Chooses by the times in the packet index; the pixels of frames passed over are never converted.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S
from video.decoder import Decoder
from video.packet_index import times_ns
from video.types import STREAM_START, Frame, PacketIndex, Span

DEFAULT_FPS: Final = Fraction(5)
# A frame this much before its slot (as a share of the interval) is taken for it: cameras that run
# at the sampling rate itself are early by a millisecond now and then.
_EARLY: Final = Fraction(1, 20)


def wanted_frames(
    index: PacketIndex, fps: Fraction | float | None = DEFAULT_FPS, *, span: Span | None = None
) -> NDArray[np.int64]:
    """The numbers of the frames to analyse, increasing, `(n,)`.

    Media time is cut into slots of 1/`fps` from 0; of each slot the first frame (within `span`,
    end not included) is taken, so the first frame always is. `fps` None takes every frame. Spans
    that meet where a slot begins choose together what one span over both would.
    """
    times = times_ns(index)
    numbers = np.arange(len(times))
    if span is not None:
        numbers = numbers[(times >= span.start_ns) & (times < span.end_ns)]
    if fps is None:
        return numbers
    if fps <= 0:
        raise ValueError(f"a sampling rate must be above 0, not {fps}")
    # floor(time × fps + early) in integers: weeks of nanoseconds times the numerator fit 64 bits.
    rate = Fraction(fps).limit_denominator(1000) / NS_PER_S
    early = int(_EARLY * rate.denominator)
    slots = (times[numbers] * rate.numerator + early) // rate.denominator
    chosen: NDArray[np.int64] = numbers[np.diff(slots, prepend=-1) > 0]
    return chosen


def sampled_frames(
    decoder: Decoder, fps: Fraction | float | None = DEFAULT_FPS, *, span: Span | None = None
) -> Iterator[Frame]:
    """The frames that `wanted_frames` names, in presentation order; damaged ones stay away.

    Everything between is decoded, as it must be, but not converted.
    """
    wanted = wanted_frames(decoder.index, fps, span=span)
    if not len(wanted):
        return
    chosen = set(wanted.tolist())
    last = int(wanted[-1])
    for frame in decoder.frames(STREAM_START if span is None else span.start_ns):
        if frame.number in chosen:
            yield frame
        if frame.number >= last:
            return
