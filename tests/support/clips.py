"""Files for tests: the painted clips made once each, damaged ones, and files that are no footage.

`BROKEN` maps a name to a function that writes such a file into a folder; `shared_clip` and
`shared_broken` make each once for the whole test run.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.stream import VideoStream

from video.synthetic.encode import FRAME_MS, Clip, copy_packets, encode, silence
from video.synthetic.scene import Scene
from video.synthetic.variants import VARIANTS


def packet_bytes(path: Path) -> list[bytes]:
    """The payload of every video packet in decode order."""
    with av.open(path) as source:
        return [bytes(packet) for packet in source.demux(video=0) if packet.size]


def cut_short(clip: Clip, path: Path, keep: float) -> Path:
    """The first part of a clip's bytes, as a recorder that lost power leaves them."""
    whole = clip.path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def spoil_packet(clip: Clip, path: Path, at: int) -> Path:
    """A copy of a clip in which the payload of packet `at` (decode order) is overwritten."""
    payload = packet_bytes(clip.path)[at]
    whole = clip.path.read_bytes()
    assert whole.count(payload) == 1, "the packet must be stored in one piece"
    path.write_bytes(whole.replace(payload, b"\xff" * len(payload)))
    return path


def _sound_only(folder: Path) -> Path:
    path = folder / "sound.mp4"
    with av.open(path, "w") as out:
        out.mux(silence(out.add_stream("aac", rate=48_000), 400))
    return path


def _bytes(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _still(folder: Path) -> Path:
    path = folder / "still.png"
    with av.open(path, "w", format="image2") as out:
        stream = out.add_stream("png")
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb24"
        picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        out.mux([*stream.encode(picture), *stream.encode(None)])
    return path


BROKEN: Final[dict[str, Callable[[Path], Path]]] = {
    "empty": _bytes("empty.mp4", b""),
    "garbage": _bytes(
        "garbage.mp4", np.random.default_rng(3).integers(0, 256, 40_000, np.uint8).tobytes()
    ),
    "text": _bytes("notes.txt", b"These are only words.\n" * 40),
    "playlist": _bytes(
        "list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nplain.ts\n#EXT-X-ENDLIST\n"
    ),
    "sound_only": _sound_only,
    "still": _still,
    "unfinished_mp4": lambda folder: cut_short(
        encode(folder / "unfinished_source.mp4"), folder / "unfinished.mp4", 0.7
    ),
}
"""Files that cannot be used as footage, by name."""


@cache
def shared_folder() -> Path:
    """A folder for clips that several tests read and none changes; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="clips-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def shared_clip(name: str) -> Clip:
    """The clip of that name in `VARIANTS`, made on first use."""
    return VARIANTS[name](shared_folder())


@cache
def shared_broken(name: str) -> Path:
    """The file of that name in `BROKEN`, made on first use."""
    return BROKEN[name](shared_folder())


def beginning(whole: Path, part: Path, seconds: float) -> Path:
    """The packets of the first seconds of a recording, as they are: any footage that will do."""
    with av.open(whole) as source, av.open(part, "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        assert isinstance(copy, VideoStream)
        for packet in source.demux(stream):
            if packet.dts is not None and packet.time_base is not None:
                if float(packet.dts * packet.time_base) > seconds:
                    break
                packet.stream = copy
                target.mux(packet)
    return part


def resized_clip(folder: Path) -> Path:
    """Forty pictures in MPEG-TS, the first twenty 320 × 240, the others 640 × 360: a recorder that
    was set up anew while it wrote."""
    small = encode(folder / "small.ts", frames=20, b_frames=0)
    large = encode(folder / "large.ts", frames=20, b_frames=0, scene=Scene(width=640, height=360))
    after = folder / "after.ts"
    copy_packets(large, after, shift_ms=20 * FRAME_MS)
    path = folder / "resized.ts"
    path.write_bytes(small.path.read_bytes() + after.read_bytes())
    return path
