"""Where a recording shows one and the same picture on and on: a frozen recorder.

Pictures between two keyframes cannot tell: of a quiet scene an encoder leaves out even the noise of
the sensor. Two keyframes are coded each for itself, and no sensor gives the same noise twice. So
runs of keyframes of nearly one length are looked for in the packets, and confirmed by comparing a
few of their pictures; of pictures whose coded bytes are equal none need be decoded.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S, format_media
from video.errors import VideoError
from video.packet_index import IndexReading, duration_ns, times_ns
from video.pyav_decoder import PyavDecoder
from video.types import PacketIndex, Pixels, Span, TimeNs

SHORTEST_NS: Final = 2 * NS_PER_S
FEWEST_FRAMES: Final = 10
# A number in the head of each keyframe takes some bits more or less.
_SAME_BYTES: Final = 8
# What lies between two keyframes of a picture that stands still: little beside a keyframe.
_BETWEEN_SHARE: Final = 0.5
_EMPTY_BYTES: Final = 64
# The longest runs only: the rest of a recording would be decoded for ever fewer of them.
_MOST_RUNS: Final = 6
# Runs may begin or end with a keyframe that has the length by chance.
_EDGES: Final = 3
# Where times are counted, a picture is found by decoding all before it.
_FURTHEST_COUNTED: Final = 1_500
# Brightness, of 255. Sensor noise, coded as coarsely as it comes, measured 0.5 and more.
_SAME_MEAN: Final = 0.1
_SAME_MOST: Final = 12


def find_frozen(path: Path, reading: IndexReading) -> tuple[Span, ...]:
    """The spans of at least two seconds and ten frames over which one picture stands still.

    Found to within two groups of pictures, and only where it outlasts them. At most six runs are
    looked at, by some pictures each.
    """
    index = reading.index
    sizes = reading.scan.sizes[reading.packets]
    repeats = _repeats(reading)
    runs = [run for run in _runs(index, sizes, repeats) if _long_enough(index, *run)]
    runs.sort(key=lambda run: run[0] - run[1])
    found = [
        _extended(index, sizes, *confirmed)
        for run in runs[:_MOST_RUNS]
        if (confirmed := _confirmed(path, index, repeats, *run)) and _long_enough(index, *confirmed)
    ]
    times, end = times_ns(index), duration_ns(index)
    return tuple(
        Span(TimeNs(int(times[first])), TimeNs(int(times[last]) if last < len(times) else end))
        for first, last in sorted(found)
    )


def _repeats(reading: IndexReading) -> NDArray[np.bool_]:
    """Of each frame, whether its bytes are those of the frame before."""
    packets = reading.packets
    beside = np.diff(packets, prepend=packets[:1] - 2) == 1
    repeats: NDArray[np.bool_] = reading.scan.repeats[packets] & beside
    return repeats


def _runs(
    index: PacketIndex, sizes: NDArray[np.int64], repeats: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Frames `first` up to `last`, not included, that may be one picture, by their coded sizes."""
    keys = np.flatnonzero(index.keyframes)
    if len(keys) < 2:
        return
    of_keys = sizes[keys]
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    between = total[keys[1:]] - total[keys[:-1]] - of_keys[:-1]
    allowed = of_keys[:-1] * _BETWEEN_SHARE + np.diff(keys) * _EMPTY_BYTES
    same = (np.abs(np.diff(of_keys)) <= _SAME_BYTES) & (between <= allowed)
    # Of pictures that are all keyframes, equal bytes are proof, and equal lengths are common.
    if index.keyframes.all() and repeats.any():
        same = repeats[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        # The last keyframe of a run stands for itself only: what follows it may be anything.
        yield int(keys[first]), int(keys[last]) + 1


def _long_enough(index: PacketIndex, first: int, last: int) -> bool:
    ticks = int(index.pts[last - 1] - index.pts[first])
    return last - first >= FEWEST_FRAMES and ticks * index.time_base * NS_PER_S >= SHORTEST_NS


def _confirmed(
    path: Path, index: PacketIndex, repeats: NDArray[np.bool_], first: int, last: int
) -> tuple[int, int] | None:
    """The part of a run whose pictures really are the same, or None."""
    if repeats[first + 1 : last].all():
        return first, last
    if index.counted and last > _FURTHEST_COUNTED:
        return None
    keys = first + np.flatnonzero(index.keyframes[first:last])
    try:
        with PyavDecoder(path, index, threads=1) as decoder:

            def picture(number: int) -> Pixels:
                frame = decoder.frame_at(int(index.pts[number]))
                return frame.luma(*_small(frame.stored_size))

            middle = int(keys[len(keys) // 2])
            wanted = picture(middle)
            starts = (int(key) for key in keys[:_EDGES] if key <= middle)
            ends = (int(key) for key in keys[: -_EDGES - 1 : -1] if key >= middle)
            begin = next((key for key in starts if _same(picture(key), wanted)), middle)
            end = next((key for key in ends if _same(picture(key), wanted)), middle)
            # Something may have come and gone between two equal keyframes.
            if end - begin > 1 and not _alike(picture((begin + end) // 2), wanted):
                return None
    # It is said elsewhere what does not decode.
    except VideoError:
        return None
    return (begin, end + 1) if end > begin else None


def _extended(
    index: PacketIndex, sizes: NDArray[np.int64], first: int, last: int
) -> tuple[int, int]:
    """With the pictures beside a confirmed run that are coded as emptily as those in it."""
    between = sizes[first:last][~index.keyframes[first:last]]
    most = int(between.max(initial=0))

    def empty(number: int) -> bool:
        return not index.keyframes[number] and int(sizes[number]) <= most

    while first > 0 and empty(first - 1):
        first -= 1
    while last < len(index) and empty(last):
        last += 1
    return first, last


def _small(size: tuple[int, int]) -> tuple[int, int]:
    """Full size up to a megapixel: made smaller, noise would average out."""
    width, height = size
    while width * height > 1 << 20:
        width, height = width // 2, height // 2
    return max(width, 1), max(height, 1)


def _same(one: Pixels, other: Pixels) -> bool:
    """Whether two keyframes are of the same picture."""
    if one.shape != other.shape:
        return False
    apart = np.abs(one.astype(np.int16) - other)
    return bool(apart.mean() <= _SAME_MEAN and apart.max() <= _SAME_MOST)


def _alike(one: Pixels, other: Pixels) -> bool:
    """Whether a picture between keyframes shows the same, coarser coding aside."""
    if one.shape != other.shape:
        return False
    apart = np.abs(one.astype(np.int16) - other)
    return bool(apart.mean() <= 20 * _SAME_MEAN and apart.max() <= 5 * _SAME_MOST)


def frozen_warnings(frozen: tuple[Span, ...]) -> list[str]:
    """The spans in words; of many only the first is told exactly."""
    if not frozen:
        return []
    together = sum(span.length_ns for span in frozen) / NS_PER_S
    first = f"from {format_media(frozen[0].start_ns)} to {format_media(frozen[0].end_ns)}"
    if len(frozen) == 1:
        return [f"The picture stands still {first} while the recording goes on: it was frozen."]
    return [
        f"The picture stands still {len(frozen)} times while the recording goes on, "
        f"{together:.1f} s together, first {first}: it was frozen."
    ]
