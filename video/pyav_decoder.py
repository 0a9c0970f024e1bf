"""The reference decoder: exact frames through PyAV, found by time stamp and never by counting.

(But for files whose own stamps do not order their pictures, see `PacketIndex.counted`.) Pixels
are converted when asked for. Threads, caches and pacing are the viewer's business.
"""

from collections.abc import Generator, Iterator
from heapq import heappop, heappush
from pathlib import Path
from threading import local
from types import TracebackType
from typing import Self

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from video.clock import pts_to_ns
from video.errors import Damaged, SeekFailed
from video.frame_pass import OUT_OF_ORDER, FramePass
from video.packet_index import first_from, number_of, read_index
from video.types import STREAM_START, Frame, PacketIndex, Pixels, TimeNs


class _Scaler(local):
    """One scaler for each thread, kept: a new one for every picture costs a fifth more."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def bgra(self, picture: VideoFrame, width: int, height: int) -> VideoFrame:
        # FAST_BILINEAR saves 0.15 ms of 1 ms, but moves the picture half a pixel to the left.
        return self._reformatter.reformat(
            picture, width, height, "bgra", interpolation="BILINEAR", threads=1
        )


_scaler = _Scaler()


class PyavFrame:
    """A decoded picture; it stays usable after its decoder is closed."""

    __slots__ = ("_bgr", "_picture", "number", "pts", "time_ns")

    def __init__(self, picture: VideoFrame, pts: int, number: int, time_ns: TimeNs) -> None:
        self._picture = picture
        self._bgr: Pixels | None = None
        self.pts = pts
        self.number = number
        self.time_ns = time_ns

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height of the picture as it is stored, before it is turned."""
        return self._picture.width, self._picture.height

    @property
    def coded(self) -> VideoFrame:
        """The picture as the decoder gave it: in its own pixel format, not turned."""
        return self._picture

    def bgr(self) -> Pixels:
        """The picture 1:1 as displayed (rotation applied): `(h, w, 3) uint8`, read-only.

        Converted once; colour matrix and range are those that the stream names.
        """
        if self._bgr is None:
            # One thread: a pool for every frame costs more than it saves.
            pixels = self._picture.to_ndarray(format="bgr24", threads=1)
            self._bgr = _read_only(_turned(pixels, quarter_turns(self._picture)))
        return self._bgr

    def luma(self, width: int, height: int) -> Pixels:
        """The brightness scaled to `(height, width) uint8`, read-only; averaged over areas."""
        picture = self._picture
        turns = quarter_turns(picture)
        across, down = (height, width) if turns % 2 else (width, height)
        if picture.interlaced_frame:
            # Marked so, the two fields would be made smaller each for itself and then interleaved.
            grey = picture.to_ndarray(format="gray", threads=1)
            picture = VideoFrame.from_ndarray(grey, format="gray")
        pixels = picture.to_ndarray(
            width=across, height=down, format="gray", interpolation="AREA", threads=1
        )
        return _read_only(_turned(pixels, turns))

    def bgra(self, width: int, height: int) -> Pixels:
        """The picture upright and scaled, `(height, width, 4) uint8`, read-only; rows may be
        padded: it is the decoder's own memory where the picture need not be turned."""
        picture = self._picture
        turns = quarter_turns(picture)
        across, down = (height, width) if turns % 2 else (width, height)
        if picture.interlaced_frame and (across, down) != (picture.width, picture.height):
            # As in `luma`: the fields must not be scaled apart.
            whole = picture.to_ndarray(format="bgra", threads=1)
            picture = VideoFrame.from_ndarray(whole, format="bgra")
        plane = _scaler.bgra(picture, across, down).planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size // 4, 4)
        pixels = rows[:down, :across]
        return _read_only(_turned(pixels, turns) if turns else pixels)


def quarter_turns(picture: VideoFrame) -> int:
    """Clockwise quarter turns, 0..3, that the file asks for; odd angles ask for none."""
    # PyAV cuts the angle to whole degrees, so a quarter may come out as 89.
    turns = round(-picture.rotation / 90)
    return turns % 4 if abs(-picture.rotation - 90 * turns) <= 1 else 0


def _turned(pixels: NDArray[np.generic], turns: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, -turns), np.uint8)


def _read_only(pixels: Pixels) -> Pixels:
    pixels.flags.writeable = False
    return pixels


class PyavDecoder:
    """A `video.decoder.Decoder`; it must be used by one thread at a time.

    Every running `frames` reads through its own file handle, so it may be mixed with `frame_at`.

    Raises:
        CannotOpen: missing, unreadable, empty or unknown.
        NoPictures: no video stream or no frame in it.
    """

    def __init__(self, path: Path, index: PacketIndex | None = None, *, threads: int = 0) -> None:
        self._path = path
        self._index = read_index(path) if index is None else index
        self._threads = threads
        self._flawed: set[int] = set()
        self._passes: list[FramePass] = []
        self._closed = False
        # Opened now, so that a file that has gone is told at once.
        self._seeker = self._new_pass()

    @property
    def index(self) -> PacketIndex:
        """The presentation times of all frames."""
        return self._index

    @property
    def damaged(self) -> int:
        """Frames met so far that did not decode, or only with visible faults."""
        return len(self._flawed)

    def frames(self, start: TimeNs = STREAM_START) -> Generator[Frame, None, None]:
        """Every frame in presentation order from the first at or after `start`.

        A frame that does not decode is counted in `damaged` and skipped.
        """
        number = first_from(self._index, start)
        if number == len(self._index):
            return
        reading = self._new_pass()
        try:
            first = reading.reach(number)
            if first is not None:
                yield self._frame(first, number)
                number += 1
            if first is None or reading.position > number:
                reading.go_to(number)
            yield from self._in_order(reading, number)
        finally:
            reading.close()
            self._passes.remove(reading)

    def frame_at(self, pts: int) -> PyavFrame:
        """The frame with exactly this time stamp.

        Raises:
            SeekFailed: no frame has this time stamp; the decoder stays usable.
            Damaged: the frame is listed but does not decode; the decoder stays usable.
        """
        number = number_of(self._index, pts)
        if number is None:
            raise SeekFailed(
                f"{self._path} has no frame with time stamp {pts}", "Take one from its index."
            )
        picture = self._seeker.reach(number)
        if picture is None:
            self._flawed.add(number)
            raise Damaged(
                f"frame {number} of {self._path} cannot be decoded", "Look at its neighbours."
            )
        return self._frame(picture, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        for reading in self._passes:
            reading.close()

    def _new_pass(self) -> FramePass:
        if self._closed:
            raise ValueError("the decoder is closed")
        reading = FramePass(self._path, self._index, self._threads, self._flawed)
        self._passes.append(reading)
        return reading

    def _frame(self, picture: VideoFrame, number: int) -> PyavFrame:
        index = self._index
        pts = int(index.pts[number])
        return PyavFrame(picture, pts, number, pts_to_ns(pts, int(index.pts[0]), index.time_base))

    def _in_order(self, reading: FramePass, number: int) -> Iterator[Frame]:
        """The frames from `number` on; what the decoder gives too early waits for its turn."""
        waiting: list[tuple[int, int, VideoFrame]] = []
        ended = False
        taken = 0
        while waiting or not ended:
            came = next(reading, None)
            ended = came is None
            if came is not None and came[0] >= number:
                taken += 1
                heappush(waiting, (came[0], taken, came[1]))
            while waiting and (ended or waiting[0][0] <= number or len(waiting) > OUT_OF_ORDER):
                due, _, picture = heappop(waiting)
                if due >= number:
                    self._flawed.update(range(number, due))
                    yield self._frame(picture, due)
                    number = due + 1
        self._flawed.update(range(number, len(self._index)))
