"""The door to footage: what a decoder can do, and how to open one."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from resources.plugins import Registry
from video.types import STREAM_START, Frame, PacketIndex, TimeNs


class Decoder(Protocol):
    """Decoded pictures of one source, by presentation time; a context manager, opened read-only."""

    @property
    def index(self) -> PacketIndex:
        """The presentation times of all frames."""

    @property
    def damaged(self) -> int:
        """Frames met so far that did not decode, or only with visible faults."""

    def frames(self, start: TimeNs = STREAM_START) -> Iterator[Frame]:
        """Every frame in presentation order from the first at or after `start`.

        One that does not decode is counted in `damaged` and skipped. Ends with StopIteration.
        """

    def frame_at(self, pts: int) -> Frame:
        """The frame with exactly this time stamp.

        Raises:
            SeekFailed: no frame has this time stamp; the decoder stays usable.
            Damaged: the frame is listed but does not decode; the decoder stays usable.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class OpenDecoder(Protocol):
    """Opens one file; `index` saves reading the packets again, `threads` 0 means as many as pay."""

    def __call__(
        self, path: Path, index: PacketIndex | None = None, *, threads: int = 0
    ) -> Decoder: ...


DECODERS: Registry[OpenDecoder] = Registry(
    "workstation.decoders", {"pyav": "video.pyav_decoder:PyavDecoder"}
)


def open_source(
    path: Path, index: PacketIndex | None = None, *, decoder: str = "pyav", threads: int = 0
) -> Decoder:
    """A decoder for `path`; with many files open at once, `threads` = 1 costs least.

    Raises:
        CannotOpen: missing, unreadable, empty or unknown.
        NoPictures: no video stream or no frame in it.
    """
    return DECODERS.load(decoder)(path, index, threads=threads)
