"""A synopsis as a film: composed pictures to an H.264 file."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import av
import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from video.clip import refuse_write
from video.types import Pixels

_LIMITED: Final = 1
_BT601: Final = 6
_OPTIONS: Final = {
    "preset": "veryfast",
    "crf": "20",
    # A fixed number: how many there are changes the result, and it must not differ by computer.
    "threads": "2",
    "g": "50",
}


def encode_film(
    path: Path, pictures: Iterable[Pixels], *, fps: int, comment: str = ""
) -> Generator[int, None, int]:
    """Writes BGR pictures, all of one even size, as MP4 (H.264, yuv420p) to `path`, a provisional
    name of which nobody is deprived; yields how many are done, gives how many there were. At
    least one is needed.

    The same pictures give the same file. Whatever else is raised by who makes the pictures goes
    through; nothing is left then, nor when the generator is closed early.

    Raises:
        CannotWrite: the disk is full, read-only or gone.
    """
    whole = False
    try:
        written = yield from _encode(path, pictures, fps, comment)
        whole = True
        return written
    except (OSError, av.error.FFmpegError) as error:
        raise refuse_write(path, error) from error
    finally:
        if not whole:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _encode(
    path: Path, pictures: Iterable[Pixels], fps: int, comment: str
) -> Generator[int, None, int]:
    written = 0
    with av.open(path, "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        out.metadata["comment"] = comment
        stream = out.add_stream("libx264", rate=fps, options=_OPTIONS)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = "yuv420p"
        # Said, because players guess another one for large pictures.
        stream.codec_context.color_range, stream.codec_context.colorspace = _LIMITED, _BT601
        for picture in pictures:
            if not written:
                stream.height, stream.width = picture.shape[:2]
            # OpenCV rounds; FFmpeg's own way makes grey ground bluish by some levels.
            coded = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
            frame = VideoFrame.from_ndarray(coded, format="yuv420p")
            frame.color_range, frame.colorspace = _LIMITED, _BT601
            frame.pts = written
            out.mux(stream.encode(frame))
            written += 1
            yield written
        out.mux(stream.encode(None))
    return written
