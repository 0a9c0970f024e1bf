"""The key frames of a file alone: decoded without those between, many times faster than all.

Between two of them anything may happen: what uses this must say how far they are apart.
"""

from collections.abc import Collection, Generator, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from av.codec.context import ThreadType
from numpy.typing import NDArray

from video.container import VideoFile
from video.decoder import open_source
from video.packet_index import number_of, time_of, times_ns
from video.packet_scan import decoded
from video.pyav_decoder import PyavFrame
from video.types import Frame, PacketIndex, Span

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet
    from av.video.stream import VideoStream

_SEEK_AHEAD: Final = 0.05
"""What is wanted begins after so much of the recording: then the way there is jumped over."""


def key_frames(
    index: PacketIndex, *, at_least_ns: int = 0, span: Span | None = None
) -> NDArray[np.int64]:
    """The numbers of the key frames within `span`, `(n,)`, of those nearer to each other than
    `at_least_ns` only the first."""
    numbers = np.flatnonzero(index.keyframes)
    times = times_ns(index)[numbers]
    if span is not None:
        inside = (times >= span.start_ns) & (times < span.end_ns)
        numbers, times = numbers[inside], times[inside]
    if at_least_ns <= 0 or not len(numbers):
        return numbers
    slots = times // at_least_ns
    chosen: NDArray[np.int64] = numbers[np.diff(slots, prepend=-1) > 0]
    return chosen


def decode_key_frames(
    path: Path, index: PacketIndex, numbers: Collection[int]
) -> Generator[Frame, None, None]:
    """These key frames in presentation order; one that does not decode stays away.

    Other packets are read and passed over. A file whose stamps do not order its pictures
    (`PacketIndex.counted`) is decoded whole: only counting tells its pictures apart.

    Raises:
        CannotOpen, Damaged: the file or the drive is gone.
    """
    wanted = {int(number) for number in numbers}
    if not wanted:
        return
    if index.counted:
        with open_source(path, index, threads=1) as decoder:
            for frame in decoder.frames():
                if frame.number in wanted:
                    yield frame
                if frame.number >= max(wanted):
                    return
        return
    yield from _decode(path, index, wanted)


def _decode(path: Path, index: PacketIndex, wanted: set[int]) -> Generator[Frame, None, None]:
    first_pts, last_pts = int(index.pts[min(wanted)]), int(index.pts[max(wanted)])
    with VideoFile(path) as file:
        packets = _keys_until(file, last_pts)
        if min(wanted) > _SEEK_AHEAD * len(index):
            file.container.seek(first_pts, stream=file.stream)
            landed = next(packets, None)
            if landed is None or landed.pts is None or landed.pts > first_pts:
                # MPEG-TS is entered anywhere near the wanted time: then from the start after all.
                file.container.seek(int(index.pts[0]), stream=file.stream)
                packets = _keys_until(file, last_pts)
            else:
                packets = chain((landed,), packets)
        context = file.stream.codec_context
        # One thread, so that each picture comes out at once; who wants more takes more files.
        context.thread_type = ThreadType.NONE
        context.thread_count = 1
        context.skip_frame = "NONKEY"
        keys = (one for one in packets if number_of(index, one.pts or 0) in wanted)
        for picture in decoded(file, keys):
            number = None if picture.pts is None else number_of(index, picture.pts)
            if number is not None and number in wanted:
                wanted.discard(number)
                pts = int(index.pts[number])
                yield PyavFrame(picture, pts, number, time_of(index, number))


def _keys_until(file: VideoFile, last_pts: int) -> "Iterator[Packet[VideoStream]]":
    """The packets of key frames from here up to a time stamp."""
    for packet in file.packets():
        if packet.pts is None or not packet.is_keyframe or packet.is_discard:
            continue
        if packet.pts > last_pts:
            return
        yield packet
