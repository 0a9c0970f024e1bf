"""Which frames a file has and when each is shown: read from its packets, stored, and looked up.

Numbers are positions in presentation order from 0; they are derived, a frame's identity is its
time stamp. Only the head of a file is decoded here, unless its time stamps prove useless.
"""

import struct
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from video.clock import NS_PER_S, ns_to_pts, pts_to_ns
from video.container import MOST_PIXELS, VideoFile
from video.errors import Damaged, NoPictures, SeekFailed
from video.packet_scan import NO_STAMP, PacketScan, decoded, decoded_order, scan_packets
from video.types import PacketIndex, TimeNs

# Enough pictures to see B-frames come out of order, few enough to cost a fraction of a second.
_HEAD_PICTURES: Final = 24
# Where packets do not decode, the pictures around them may come out of order; more than one in
# twenty is not the doing of damage but of the file's writer.
_MOST_BACKWARD: Final = 0.05
# Fields stored one by one give a picture for every second packet; damage costs fewer.
_FEWEST_DECODED: Final = 2 / 3
_YEAR_S: Final = 31_556_952
# Nanoseconds of wall time (1970 and what comes on top) must fit 64 bits.
_LONGEST_S: Final = 30 * _YEAR_S


@dataclass(frozen=True, slots=True)
class IndexReading:
    """An index and what was met while reading it."""

    index: PacketIndex
    packets: NDArray[np.int64]
    """The packet of each frame as its position in decode order, `(len(index),)`."""
    scan: PacketScan
    head: tuple[VideoFrame, ...]
    """The first decoded pictures, at least one."""
    lost_at_start: int
    """Packets before the first picture that can be decoded; they are not in the index."""


def read_index(path: Path) -> PacketIndex:
    """The packet index of the first video stream of a file.

    Raises:
        CannotOpen: missing, unreadable, empty or unknown.
        NoPictures: no video stream, or not one picture that decodes.
        Damaged: the drive failed while reading, or the time stamps span centuries.
    """
    return read_index_fully(path).index


def read_index_fully(path: Path) -> IndexReading:
    """Like `read_index`, with what was met on the way.

    The packets are listed without decoding, then the first pictures are decoded and compared with
    the list. If they disagree, or stamps are missing or run backwards, or none is out of decode
    order in a stream that may have B-frames (AVI knows decode times only), all of it is decoded:
    the pictures come out in presentation order whatever the stamps say. Where the file's stamps
    order them all the same they are kept; otherwise the index is `counted`.
    """
    reading = _read(path)
    index = reading.index
    span_s = int(index.pts[-1] - index.pts[0]) * index.time_base
    if span_s > _LONGEST_S:
        raise Damaged(
            f"the time stamps of {path} run over {round(span_s / _YEAR_S)} years",
            "They are damaged: copy it again from where it came.",
        )
    return reading


def _read(path: Path) -> IndexReading:
    with VideoFile(path) as file:
        scan = scan_packets(file)
    head = _decode_head(path)
    shown = np.flatnonzero(~scan.hidden)
    order: NDArray[np.int64] | None = None
    if (scan.pts[shown] != NO_STAMP).all() and _never_falls(scan.dts):
        listed, packets = _listed(scan, shown[shown >= _first_keyframe(scan)])
        start = _agreed_start(listed, [frame.pts for frame in head])
        if start is None or (scan.reorders and _never_falls(scan.pts[shown])):
            order = _decode_all(path)
            start = _agreed_start(listed, scan.pts[order].tolist())
        if start is not None:
            index = _from(listed, start)
            lost = len(shown) - len(index) - index.duplicate_pts
            return IndexReading(index, packets[start:], scan, head, lost)
    index, packets = _index_by_decoding(scan, _decode_all(path) if order is None else order)
    return IndexReading(index, packets, scan, head, 0)


def _decode_head(path: Path) -> tuple[VideoFrame, ...]:
    with VideoFile(path) as file, closing(decoded(file, file.packets())) as frames:
        head = tuple(islice(frames, _HEAD_PICTURES))
        # FFmpeg forgets a size that it is told not to decode.
        sized = file.stream.codec_context.width > 0
    if not head:
        too_large = (
            f" Pictures of more than {MOST_PIXELS / 1e6:.0f} million pixels are not decoded."
        )
        raise NoPictures(
            f"not one picture of {path} can be decoded",
            f"Copy it again from where it came.{'' if sized else too_large}",
        )
    return head


def _first_keyframe(scan: PacketScan) -> int:
    """Decode position where decoding can begin; 0 where no packet is marked."""
    return int(np.argmax(scan.keyframe)) if scan.keyframe.any() else 0


def _never_falls(stamps: NDArray[np.int64]) -> bool:
    known = stamps[stamps != NO_STAMP]
    return bool((np.diff(known) >= 0).all())


def _listed(scan: PacketScan, packets: NDArray[np.int64]) -> tuple[PacketIndex, NDArray[np.int64]]:
    """The index of some packets by their own stamps; of equal ones the first decoded counts."""
    pts, at = np.unique(scan.pts[packets], return_index=True)
    repeated = len(packets) - len(pts)
    index = PacketIndex(pts, scan.keyframe[packets[at]], scan.time_base, duplicate_pts=repeated)
    return index, packets[at]


def _from(index: PacketIndex, start: int) -> PacketIndex:
    return PacketIndex(
        index.pts[start:], index.keyframes[start:], index.time_base, index.duplicate_pts
    )


def up_to(index: PacketIndex, count: int) -> PacketIndex:
    """The first `count` frames."""
    return replace(index, pts=index.pts[:count], keyframes=index.keyframes[:count])


def _agreed_start(index: PacketIndex, decoded_pts: Sequence[int | None]) -> int | None:
    """The number of the first decoded picture if the decoded ones fit the index, else None.

    They fit if they are listed, come in the listed order, and few listed ones stay away. Damage
    is allowed for: it takes pictures away and upsets the order around them.
    """
    numbers = [None if pts is None else number_of(index, pts) for pts in decoded_pts]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return None
    start, found, span = min(known), len(set(known)), max(known) - min(known) + 1
    allowed = _MOST_BACKWARD * len(known) if found < span else 0
    backward = sum(later < sooner for sooner, later in pairwise(known))
    return start if backward <= allowed and found > span * _FEWEST_DECODED else None


def _decode_all(path: Path) -> NDArray[np.int64]:
    with VideoFile(path) as file:
        return decoded_order(file)


def _index_by_decoding(
    scan: PacketScan, order: NDArray[np.int64]
) -> tuple[PacketIndex, NDArray[np.int64]]:
    """The index of the pictures that decode, given the packet of each in presentation order."""
    own = scan.pts[order]
    steps = np.diff(own)
    if (own != NO_STAMP).all() and _never_falls(scan.dts):
        complete = len(order) == (~scan.hidden).sum()
        if (steps < 0).sum() <= (0 if complete else _MOST_BACKWARD * len(steps)):
            return _listed(scan, np.sort(order))
        if len(np.unique(own)) == len(own):
            # Right times on the wrong pictures, as AVI and careless writers leave B-frames.
            return _counted(scan, order, np.sort(own)), order
    # Forward steps are kept (a gap stays a gap); anything else is taken as one picture's length.
    known = (own[1:] != NO_STAMP) & (own[:-1] != NO_STAMP) & (steps > 0)
    taken = np.where(known, steps, scan.nominal_ticks)
    first = int(own[0]) if own[0] != NO_STAMP else 0
    pts = first + np.concatenate([np.zeros(1, np.int64), np.cumsum(taken)])
    return _counted(scan, order, pts), order


def _counted(scan: PacketScan, order: NDArray[np.int64], pts: NDArray[np.int64]) -> PacketIndex:
    return PacketIndex(pts, scan.keyframe[order], scan.time_base, counted=True)


def number_of(index: PacketIndex, pts: int) -> int | None:
    """The number of the frame with exactly this time stamp; None if there is none."""
    at = int(np.searchsorted(index.pts, pts))
    return at if at < len(index) and int(index.pts[at]) == pts else None


def time_of(index: PacketIndex, number: int) -> TimeNs:
    """Media time of a frame, given by its number."""
    return pts_to_ns(int(index.pts[number]), int(index.pts[0]), index.time_base)


def times_ns(index: PacketIndex) -> NDArray[np.int64]:
    """Media times of all frames, `(n,)`; equal to `time_of` each."""
    scale = index.time_base * NS_PER_S
    # Whole and broken part apart: a day at 90 kHz times 10^9 would leave 64 bits.
    whole, rest = np.divmod(index.pts - index.pts[:1], scale.denominator)
    rounded = (2 * rest * scale.numerator + scale.denominator) // (2 * scale.denominator)
    times: NDArray[np.int64] = whole * scale.numerator + rounded
    return times


def picture_length_ns(index: PacketIndex) -> int:
    """What one picture usually lasts: the median step; 0 for a single frame."""
    if len(index) < 2:
        return 0
    return round(float(np.median(np.diff(index.pts))) * index.time_base * NS_PER_S)


def duration_ns(index: PacketIndex) -> int:
    """From the first frame to the end of the last, which is given the usual length."""
    return time_of(index, len(index) - 1) + picture_length_ns(index)


def first_from(index: PacketIndex, time_ns: TimeNs) -> int:
    """The number of the first frame at or after a media time; `len(index)` if there is none."""
    number = int(np.searchsorted(index.pts, ns_to_pts(time_ns, int(index.pts[0]), index.time_base)))
    # The stamp found by rounding may lie one off on either side.
    while number > 0 and time_of(index, number - 1) >= time_ns:
        number -= 1
    while number < len(index) and time_of(index, number) < time_ns:
        number += 1
    return number


def shown_at(index: PacketIndex, time_ns: TimeNs) -> int:
    """The number of the frame on screen at a media time: the newest at or before it.

    Raises:
        SeekFailed: before the first frame, or when the last is over.
    """
    if not 0 <= time_ns < max(duration_ns(index), 1):
        raise SeekFailed(
            f"{time_ns / NS_PER_S:.3f} s lies outside the footage",
            f"It runs from 0 to {duration_ns(index) / NS_PER_S:.3f} s.",
        )
    number = first_from(index, time_ns)
    exact = number < len(index) and time_of(index, number) == time_ns
    return number if exact else number - 1


_MAGIC: Final = b"PIX1"
_HEAD: Final = struct.Struct("<BBIQQQq")
_STEP_TYPES: Final = ("<u1", "<u2", "<u4", "<u8")


def index_to_bytes(index: PacketIndex) -> bytes:
    """The index as compact bytes: first stamp, steps between stamps, keyframe bits, compressed.

    A check sum is inside: damaged bytes are refused when read.
    """
    steps = np.diff(index.pts).astype(np.uint64)
    largest = int(steps.max(initial=0))
    width = next(at for at in range(4) if largest < 1 << (8 << at))
    head = _HEAD.pack(
        int(index.counted),
        width,
        index.time_base.numerator,
        index.time_base.denominator,
        index.duplicate_pts,
        len(index),
        int(index.pts[0]) if len(index) else 0,
    )
    body = steps.astype(_STEP_TYPES[width]).tobytes() + np.packbits(index.keyframes).tobytes()
    return _MAGIC + zlib.compress(head + body)


def index_from_bytes(content: bytes) -> PacketIndex:
    """The index that `index_to_bytes` wrote.

    Raises:
        Damaged: these are not the bytes of an index, or not all of them.
    """
    try:
        if not content.startswith(_MAGIC):
            raise ValueError("no index")
        plain = zlib.decompress(content[len(_MAGIC) :])
        counted, width, numerator, denominator, repeated, count, first = _HEAD.unpack_from(plain)
    except (zlib.error, struct.error, ValueError) as error:
        raise Damaged("the stored packet index is damaged", "Add the source again.") from error
    middle = _HEAD.size + max(count - 1, 0) * (1 << width)
    steps = np.frombuffer(plain[_HEAD.size : middle], _STEP_TYPES[width]).astype(np.int64)
    pts = first + np.concatenate([np.zeros(min(count, 1), np.int64), np.cumsum(steps)])
    bits = np.unpackbits(np.frombuffer(plain[middle:], np.uint8), count=count)
    base = Fraction(numerator, denominator)
    return PacketIndex(pts, bits.astype(np.bool_), base, repeated, bool(counted))
