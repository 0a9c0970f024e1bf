"""One reader going forward through the pictures of a file, and landing on keyframes by time stamp.

Knows packets and positions; what a frame is to the rest of the program is said elsewhere.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, Self

import av.error
import numpy as np
from av.video.frame import VideoFrame

from video.clock import NS_PER_S
from video.container import VideoFile
from video.packet_index import number_of
from video.packet_scan import decoded
from video.types import PacketIndex

_BACK_OFF_NS: Final = 1_500_000_000
# Decoding on costs less than landing on a keyframe when the wanted frame is this near.
_NEAR: Final = 8
# Around a lost keyframe pictures come out of order; no codec holds back more than 16 of them.
OUT_OF_ORDER: Final = 16
# Where decoding from the nearest keyframe does not give the frame whole (intra refresh, a damaged
# keyframe), an earlier one may. Further back is not tried: scrubbing over a damaged stretch would
# decode the whole file for every frame of it.
_EARLIER_KEYFRAMES: Final = 2


class FramePass(Iterator[tuple[int, VideoFrame]]):
    """An open file, its codec and a position; iterates over `(number, picture)`.

    Numbers are those of `index`; pictures that are not in it are left out. They come in the order
    of the decoder, which is the presentation order but around damage. Numbers of pictures that
    came with visible faults are added to `flawed`.

    Raises:
        CannotOpen: the file has gone.
    """

    def __init__(self, path: Path, index: PacketIndex, threads: int, flawed: set[int]) -> None:
        self._path = path
        self._index = index
        # Counting pictures needs every one of them, which threads do not promise at the end.
        self._threads = 1 if index.counted else threads
        self._flawed = flawed
        self._keys = np.flatnonzero(index.keyframes)
        self._closed = False
        self._begin(self._threads)

    def _begin(self, threads: int) -> None:
        """Open the file; the next packet is its first."""
        self._file = VideoFile(self._path)
        self._file.stream.thread_type = "AUTO"
        self._file.stream.codec_context.thread_count = threads
        self._frames = decoded(self._file, self._file.packets())
        self._threads_now = threads
        self._from_start = True
        # Pictures from `landed` on have all they refer to.
        self._count = self._position = self._landed = 0

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._closed = True
        self._frames.close()
        self._file.close()

    @property
    def position(self) -> int:
        """Every lower number has come or been passed over."""
        return self._position

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[int, VideoFrame]:
        if self._closed:
            raise ValueError("the decoder is closed")
        while True:
            picture = next(self._frames, None)
            if picture is None:
                if not self._can_read_end_again():
                    raise StopIteration
                continue
            number = self._number(picture)
            if number is None:
                continue
            self._position = max(self._position, number + 1)
            if picture.is_corrupt and number >= self._landed:
                self._flawed.add(number)
            return number, picture

    def reach(self, number: int) -> VideoFrame | None:
        """The picture with this number, whole if it can be had so; None if it does not decode.

        Afterwards iteration goes on from `position`, which may lie behind the next after damage.
        """
        if self._closed:
            raise ValueError("the decoder is closed")
        flawed: VideoFrame | None = None
        for earlier in range(1 + _EARLIER_KEYFRAMES):
            if earlier or not self._is_ahead(number):
                self.go_to(number, earlier=earlier)
            picture = self._advance(number)
            if picture is not None and not picture.is_corrupt:
                self._flawed.discard(number)
                return picture
            flawed = picture or flawed
            if self._from_start:
                break
        return flawed

    def go_to(self, number: int, *, earlier: int = 0) -> None:
        """Make the next picture that of the keyframe at or before `number`, or of one `earlier`.

        Pictures of lower numbers may come first.
        """
        at = int(np.searchsorted(self._keys, number, side="right")) - 1 - earlier
        # Of two packets with one time stamp the first counts, but a seek may land on the second.
        at -= bool(self._index.duplicate_pts)
        if self._index.counted or at < 0:
            self._begin_again(self._threads)
        else:
            self._land(int(self._keys[at]), self._threads)

    def _begin_again(self, threads: int) -> None:
        self._frames.close()
        self._file.close()
        self._begin(threads)

    def _land(self, key: int, threads: int) -> None:
        """Begin again at the packet of keyframe number `key`."""
        if threads != self._threads_now:
            self._begin_again(threads)
        want, first = int(self._index.pts[key]), int(self._index.pts[0])
        least = max(round(_BACK_OFF_NS / (self._index.time_base * NS_PER_S)), 1)
        back = 0
        # MPEG-TS is entered anywhere near the wanted time: if too late, try further back.
        while back == 0 or want - back > first:
            try:
                self._file.container.seek(want - back, stream=self._file.stream)
            except av.error.FFmpegError:
                break
            if self._skip_to(want, key):
                return
            back = max(2 * back, least)
        self._begin_again(threads)
        if not self._skip_to(want, key):
            self._begin_again(threads)

    def _skip_to(self, want: int, key: int) -> bool:
        """Read on to the keyframe stamped `want`; False if the present position lies behind it."""
        packets = self._file.packets()
        for packet in packets:
            if packet.pts is None or not packet.is_keyframe or packet.is_discard:
                continue
            if packet.pts > want:
                return False
            if packet.pts == want:
                self._frames = decoded(self._file, chain((packet,), packets))
                self._position = self._landed = key
                self._from_start = False
                return True
        return False

    def _is_ahead(self, number: int) -> bool:
        """Whether decoding on gets to `number` at least as cheaply as landing on its keyframe."""
        ahead = number - self._position
        if ahead < 0 or ahead <= _NEAR:
            return ahead >= 0
        nearest = int(np.searchsorted(self._keys, number, side="right")) - 1
        return self._index.counted or nearest < 0 or bool(self._keys[nearest] <= self._position)

    def _advance(self, number: int) -> VideoFrame | None:
        late = 0
        for at, picture in self:
            if at == number:
                return picture
            late += at > number
            if late > OUT_OF_ORDER:
                break
        return None

    def _number(self, picture: VideoFrame) -> int | None:
        if self._index.counted:
            self._count += 1
            return self._count - 1 if self._count <= len(self._index) else None
        if picture.pts is None:
            return None
        at = self._position
        if at < len(self._index) and bool(self._index.pts[at] == picture.pts):
            return at
        return number_of(self._index, picture.pts)

    def _can_read_end_again(self) -> bool:
        """Whether listed pictures stayed away at the end and may come when one thread decodes.

        With threads PyAV gives up draining at the first fault, and the last packet of a recording
        that breaks off is faulty.
        """
        missing = self._position
        if self._threads_now == 1 or missing >= len(self._index):
            return False
        at = int(np.searchsorted(self._keys, missing, side="right")) - 1
        if at < 0:
            self._begin_again(1)
        else:
            self._land(int(self._keys[at]), 1)
        return True
