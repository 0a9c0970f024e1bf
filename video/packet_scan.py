"""What the packets of a file say, and in which order its pictures really come out of the decoder.

The scan decodes nothing. `decoded_order` decodes everything: it settles what time stamps do not.
"""

from array import array
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Final

import av.error
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from video.container import VideoFile

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet
    from av.video.stream import VideoStream

NO_STAMP: Final = int(np.iinfo(np.int64).min)
"""Stands for a time stamp that a packet does not carry."""
_FURTHEST: Final = 1 << 61

_KEYFRAME: Final = 1
_HIDDEN: Final = 2
_CORRUPT: Final = 4
_REPEATS: Final = 8


@dataclass(frozen=True, slots=True)
class PacketScan:
    """The packets of a video stream in decode order, one row each, empty packets left out.

    `pts` and `dts` are `(n,) int64` in ticks of `time_base`, `NO_STAMP` where missing;
    `keyframe`, `hidden` (cut away by an edit list) and `corrupt` are `(n,) bool`; `sizes`, in
    bytes, are `(n,) int64`; `repeats`, `(n,) bool`, whether a packet has the very bytes of the one
    before.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    keyframe: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    corrupt: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    repeats: NDArray[np.bool_]
    time_base: Fraction
    nominal_ticks: int
    """What the stream claims one picture lasts, in ticks; at least 1."""
    reorders: bool
    """Whether the stream says that pictures may be decoded in another order than shown."""
    faults: int
    """Read errors met on the way."""

    def __len__(self) -> int:
        return len(self.pts)


def scan_packets(file: VideoFile) -> PacketScan:
    """All packets of a freshly opened file.

    Raises:
        Damaged: the drive failed.
    """
    # Plain arrays: a day of video has two million packets.
    pts, dts, sizes, flags = array("q"), array("q"), array("q"), array("B")
    duration = 0
    before: Packet[VideoStream] | None = None
    for packet in file.packets():
        stamp, decode_stamp = packet.pts, packet.dts
        pts.append(_usable(stamp))
        dts.append(_usable(decode_stamp))
        sizes.append(packet.size)
        # Few packets are as long as the one before, so that few are compared.
        repeats = (
            before is not None
            and before.size == packet.size
            and memoryview(before) == memoryview(packet)
        )
        before = packet
        flags.append(
            packet.is_keyframe * _KEYFRAME
            | packet.is_discard * _HIDDEN
            | packet.is_corrupt * _CORRUPT
            | repeats * _REPEATS
        )
        duration = duration or packet.duration or 0
    time_base = file.stream.time_base or Fraction(1, 90_000)
    bits = np.array(flags, np.uint8)
    return PacketScan(
        np.array(pts, np.int64),
        np.array(dts, np.int64),
        (bits & _KEYFRAME) != 0,
        (bits & _HIDDEN) != 0,
        (bits & _CORRUPT) != 0,
        np.array(sizes, np.int64),
        (bits & _REPEATS) != 0,
        time_base,
        duration or _claimed_ticks(file, time_base),
        file.stream.codec_context.has_b_frames,
        file.faults,
    )


def _usable(stamp: int | None) -> int:
    # The difference of any two stamps must fit 64 bits.
    return NO_STAMP if stamp is None or abs(stamp) > _FURTHEST else stamp


def _claimed_ticks(file: VideoFile, time_base: Fraction) -> int:
    rate = file.stream.guessed_rate or Fraction(25)
    return max(round(1 / (rate * time_base)), 1)


def decoded(
    file: VideoFile,
    packets: "Iterable[Packet[VideoStream]]",
    on_fault: Callable[[], None] = lambda: None,
) -> Generator[VideoFrame, None, None]:
    """Every frame that comes out of the decoder when it is given `packets` and then drained.

    A packet that does not decode is passed after `on_fault`. With more than one thread PyAV may
    give up draining at a fault: frames at the very end then stay away though they are sound.
    """
    context = file.stream.codec_context
    for packet in chain(packets, (None,)):
        try:
            yield from context.decode(packet)
        except av.error.FFmpegError:
            on_fault()


def decoded_order(file: VideoFile) -> NDArray[np.int64]:
    """Which packet (position in decode order) each decoded picture of a fresh file belongs to.

    In presentation order: each packet goes into the decoder with its position as time stamp, and
    the decoder gives the pictures back in the order in which they are to be shown.
    """

    def numbered() -> "Iterator[Packet[VideoStream]]":
        for at, packet in enumerate(file.packets()):
            packet.pts = packet.dts = at
            yield packet

    order = [frame.pts for frame in decoded(file, numbered()) if frame.pts is not None]
    return np.array(order, np.int64)
