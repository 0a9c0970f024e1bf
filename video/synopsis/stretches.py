"""Which frames of a recording are cut out, and decoding those alone."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S
from video.decoder import Decoder
from video.packet_index import times_ns
from video.pulse import beat
from video.types import Frame, PacketIndex, TimeNs

_EARLY: Final = 1.02


def even_rate(index: PacketIndex, most: int) -> Fraction | None:
    """At how many frames a second to cut out, `most` or fewer: a whole part of the recording's own
    rate, so that motion stays even; None where all frames are few enough."""
    times = times_ns(index)
    if len(times) < 2:
        return None
    usual_ns = max(int(np.median(np.diff(times))), 1)
    every = -(-NS_PER_S // (usual_ns * most))
    # A frame a millisecond early is not a faster camera.
    if (every - 1) * usual_ns * most * _EARLY >= NS_PER_S:
        every -= 1
    return None if every <= 1 else Fraction(NS_PER_S, usual_ns * every)


def frames_of(decoder: Decoder, numbers: NDArray[np.int64]) -> Iterator[Frame]:
    """These frames in order, decoding as little as key frames allow; what does not decode stays
    away."""
    index = decoder.index
    times = times_ns(index)
    keys = np.flatnonzero(index.keyframes)
    at = 0
    while at < len(numbers):
        end = at + 1
        # As long as decoding on costs no more than starting at the next one's key frame.
        while end < len(numbers) and (
            index.counted or _key_before(keys, int(numbers[end])) <= numbers[end - 1] + 1
        ):
            end += 1
        stretch = set(numbers[at:end].tolist())
        last = int(numbers[end - 1])
        for frame in decoder.frames(TimeNs(int(times[numbers[at]]))):
            beat()
            if frame.number in stretch:
                yield frame
            if frame.number >= last:
                break
        at = end


def _key_before(keys: NDArray[np.int64], number: int) -> int:
    at = int(np.searchsorted(keys, number, "right")) - 1
    return int(keys[at]) if at >= 0 else 0
