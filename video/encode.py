"""Pictures to an H.264 file at a constant rate: for material made here, never for evidence."""

from collections.abc import Iterable
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from video.types import Pixels


def write_clip(
    path: Path,
    pictures: Iterable[Pixels],
    *,
    fps: int,
    crf: int = 20,
    key_every: int = 250,
    preset: str = "medium",
) -> int:
    """Writes BGR pictures `(h, w, 3) uint8`, all of one even size; gives how many there were.
    One of `key_every` at least is a key frame.

    One thread, so that the same pictures give the same file.
    """
    written = 0
    with av.open(path, "w") as out:
        options = {"crf": str(crf), "threads": "1", "g": str(key_every), "preset": preset}
        stream = out.add_stream("libx264", rate=fps, options=options)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            if not written:
                stream.height, stream.width = picture.shape[:2]
            frame = VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = written
            out.mux(stream.encode(frame))
            written += 1
        out.mux(stream.encode(None))
    return written
