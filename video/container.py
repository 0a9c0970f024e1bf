"""Opening a file with FFmpeg: by content, read-only, and without ever following it elsewhere.

The one place where a container is opened and where opening errors become ours. Decodes nothing.
"""

import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import av
import av.error
import av.logging
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from video.errors import CannotOpen, Damaged, NoPictures
from video.pulse import beat

if TYPE_CHECKING:  # generic in the stubs only
    from av.packet import Packet

# FFmpeg writes every fault to stderr by itself; we count and report them.
av.logging.set_libav_level(av.logging.PANIC)

MOST_PIXELS: Final = 1 << 26
"""The largest picture that is decoded, as width × height: twice what an 8K camera gives. A header
of a few bytes can claim four times as much, and make a decoder keep sixteen of them."""
_PICTURE_LIMIT: Final = {"max_pixels": str(MOST_PIXELS)}
# A refused protocol for every name a file mentions: evidence must not open other files or the
# network. The file itself comes in as an open handle and needs none.
_OPTIONS: Final = {"protocol_whitelist": "none", **_PICTURE_LIMIT}
# Looking into a file decodes its first pictures, and with made-up sizes each can take seconds.
# After this long FFmpeg makes do with what it knows by then; sound files take a fraction of one.
_OPENING_S: Final = 20.0
# A demuxer that fails goes on after its fault (Matroska and AVI search for the next block); one
# that is stuck repeats the same failure.
_MOST_FAULTS: Final = 32


def open_read_only(path: Path) -> FileIO:
    """An unbuffered handle on a file that is there, readable and not empty.

    Raises:
        CannotOpen: missing, a folder, a device or pipe, unreadable or empty.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise CannotOpen(f"{path} is a folder", "Choose the files in it.")
        # Opening a pipe that nobody writes to would wait for ever.
        if not stat.S_ISREG(mode):
            raise CannotOpen(
                f"{path} is a device or pipe, not a file", "Copy the recording to a file first."
            )
        handle = FileIO(path, "r")
    except FileNotFoundError as error:
        raise CannotOpen(f"{path} does not exist", "Check the name and the drive.") from error
    except OSError as error:
        raise CannotOpen(
            f"{path} cannot be read: {error.strerror}", "Check its permissions and the drive."
        ) from error
    if handle.seek(0, 2) == 0:
        handle.close()
        raise CannotOpen(f"{path} is empty (0 bytes)", "Copy it again from where it came.")
    handle.seek(0)
    return handle


class _Nameless:
    """A handle that does not tell its name: FFmpeg would let the name outweigh the content.

    (A video called `cam%03d.jpg` would be taken for a numbered series of pictures.)
    """

    def __init__(self, handle: FileIO) -> None:
        self.read = handle.read
        self.seek = handle.seek
        self.tell = handle.tell


class VideoFile:
    """A file opened for reading and its first video stream; a context manager.

    `container` and `stream` must not be touched after closing: PyAV then reads freed memory.

    Raises:
        CannotOpen: missing, unreadable, empty or unknown.
        NoPictures: no video stream in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults = 0
        """Read errors met so far by `packets`."""
        self._handle = open_read_only(path)
        try:
            self.container: InputContainer = av.open(
                _Nameless(self._handle),
                "r",
                options=_OPTIONS,
                metadata_errors="replace",
                timeout=(_OPENING_S, None),
            )
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._handle.close()
            raise _why_unknown(path) from error
        try:
            self.stream: VideoStream = self._first_video()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        if not self._handle.closed:
            self.container.close()
            self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _first_video(self) -> VideoStream:
        kind = self.container.format.name
        if kind.endswith("_pipe") or kind in {"image2", "ico"}:
            raise CannotOpen(f"{self.path} is a still picture, not a video", "Choose a recording.")
        found = [
            stream
            for stream in self.container.streams.video
            # The cover of a sound file is not footage.
            if not stream.disposition & Disposition.attached_pic
        ]
        if not found:
            heard = ", only sound" if self.container.streams.audio else ""
            raise NoPictures(f"{self.path} holds no video{heard}", "Choose a recording.")
        for stream in self.container.streams:
            if stream is not found[0]:
                stream.discard = Discard.all
        # No decoder of FFmpeg's for this stream: PyAV then has no context, whatever its types say.
        if getattr(found[0], "codec_context", None) is None:
            raise CannotOpen(
                f"{self.path} uses a picture coding that is not known here",
                "Keep the file as it is and use the player of the recorder's maker.",
            )
        context = found[0].codec_context
        if context.width * context.height > MOST_PIXELS:
            raise CannotOpen(
                f"{self.path} says that its pictures are {context.width} × {context.height}: "
                "larger than any camera's",
                "The file is damaged or made to do harm; copy it again from where it came.",
            )
        # A stream may change its size later on: those pictures then do not decode.
        context.options = dict(_PICTURE_LIMIT)
        return found[0]

    def packets(self) -> "Iterator[Packet[VideoStream]]":
        """The packets of the stream from here on, in decode order, empty ones left out.

        A fault of the file is counted in `faults` and passed where the container allows it.

        Raises:
            Damaged: the drive, not the file, failed.
        """
        stuck = 0
        while stuck < _MOST_FAULTS:
            try:
                for packet in self.container.demux(self.stream):
                    # An empty packet would tell the decoder that the stream has ended.
                    beat()
                    if packet.size:
                        stuck = 0
                        yield packet
                return
            except av.error.FFmpegError:
                self.faults += 1
                stuck += 1
            except OSError as error:
                raise Damaged(
                    f"reading {self.path} failed: {error.strerror}", "Check the drive and cable."
                ) from error


def _why_unknown(path: Path) -> CannotOpen:
    boxes = _top_boxes(path)
    if boxes and boxes[0] == b"ftyp" and not {b"moov", b"moof"} & set(boxes):
        return CannotOpen(
            f"{path} is an MP4 that was never finished: its table of pictures (moov) is missing",
            "Export it again, or have a copy repaired with the recorder's own tool.",
        )
    return CannotOpen(
        f"{path} is not a video that can be read here",
        "Keep it as it is; it may need the player of the recorder's maker.",
    )


def _top_boxes(path: Path) -> list[bytes]:
    """The kinds of the outermost boxes of an ISO base media file (ISO/IEC 14496-12, 4.2)."""
    kinds: list[bytes] = []
    with path.open("rb") as file:
        end = file.seek(0, 2)
        at = 0
        while at + 8 <= end and len(kinds) < 64:
            file.seek(at)
            head = file.read(16)
            size, kind = int.from_bytes(head[:4]), head[4:8]
            if size == 1:
                size = int.from_bytes(head[8:16])
            kinds.append(kind)
            if size < 8:
                break
            at += size
    return kinds
