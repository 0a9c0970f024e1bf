"""Writes scenes as small files in many containers, and tells what a faithful reader finds there.

clip = encode(folder / "clip.mp4", frames=40, gop=10)
clip.numbers     # painted number of each shown frame, in presentation order
clip.times_ns    # its media time, from 0
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from video.synthetic.scene import Scene

FRAME_MS: Final = 40


@dataclass(frozen=True, slots=True)
class Clip:
    """A file and what a faithful reader finds in it."""

    path: Path
    numbers: tuple[int, ...]
    """Painted number of each presented frame, in presentation order."""
    times_ns: tuple[int, ...]
    """Media time of each presented frame; the first is 0."""
    scene: Scene = field(default_factory=Scene)


def encode(
    path: Path,
    *,
    frames: int = 40,
    times_ms: Sequence[int] | None = None,
    codec: str = "libx264",
    gop: int = 10,
    b_frames: int = 2,
    b_from: int = 0,
    open_gop: bool = False,
    scene: Scene | None = None,
    time_base: Fraction = Fraction(1, 1000),
    file_format: str | None = None,
    mux_options: dict[str, str] | None = None,
    x264: str = "",
    turn_deg: int = 0,
    sample_aspect: Fraction | None = None,
    audio: bool = False,
    metadata: dict[str, str] | None = None,
) -> Clip:
    """Write a clip and give its truth.

    `times_ms` are the whole milliseconds of presentation of each frame, increasing from 0; by
    default one every 40 ms. Frames below `b_from` are no B-frames. `turn_deg` (clockwise) is
    asked of the player; the pictures are stored turned the other way, so that they are shown
    upright.
    """
    scene = scene or Scene()
    times = list(times_ms) if times_ms is not None else [at * FRAME_MS for at in range(frames)]
    turned = turn_deg % 180 != 0
    with av.open(path, "w", format=file_format, options=mux_options or {}) as out:
        stream = out.add_stream(
            codec, rate=25, options=_codec_options(codec, gop, b_frames, open_gop, x264)
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = (
            (scene.height, scene.width) if turned else (scene.width, scene.height)
        )
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = time_base
        if sample_aspect is not None:
            stream.codec_context.sample_aspect_ratio = sample_aspect
        if turn_deg:
            stream.set_display_rotation(-turn_deg)
        out.metadata.update(metadata or {})
        if audio:
            sound = out.add_stream("aac", rate=48_000)
            out.mux(silence(sound, times[-1] + FRAME_MS))
        for number, at in enumerate(times):
            picture = np.ascontiguousarray(np.rot90(scene.picture(number), turn_deg // 90))
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.time_base = time_base
            frame.pts = int(Fraction(at, 1000) / time_base)
            if 0 < number < b_from:
                frame.pict_type = PictureType.P
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return Clip(path, tuple(range(len(times))), tuple(at * 1_000_000 for at in times), scene)


def _codec_options(
    codec: str, gop: int, b_frames: int, open_gop: bool, x264: str
) -> dict[str, str]:
    shape = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:b-adapt=0"
    if codec == "libx264":
        opened = f":open-gop={int(open_gop)}:threads=1{':' + x264 if x264 else ''}"
        return {"preset": "veryfast", "x264-params": shape + opened}
    if codec == "libx265":
        opened = f":open-gop={int(open_gop)}:pools=1:frame-threads=1:log-level=none"
        return {"preset": "ultrafast", "x265-params": shape + opened}
    if codec == "mjpeg":
        return {"qmin": "3", "qmax": "3"}
    return {"g": str(gop), "bf": str(b_frames), "qmin": "3", "qmax": "6"}


def silence(stream: AudioStream, length_ms: int) -> "list[Packet[AudioStream]]":
    packets: list[Packet[AudioStream]] = []
    for start in range(0, length_ms * 48, 1024):
        sound = av.AudioFrame.from_ndarray(
            np.zeros((2, 1024), np.float32), format="fltp", layout="stereo"
        )
        sound.sample_rate = 48_000
        sound.pts = start
        packets += stream.encode(sound)
    return packets + stream.encode(None)


def copy_packets(
    clip: Clip,
    path: Path,
    *,
    first: int = 0,
    last: int | None = None,
    shift_ms: int = 0,
    move_ms: Callable[[int], int] | None = None,
    mux_options: dict[str, str] | None = None,
) -> None:
    """Copy the packets of a clip into another container, unchanged but for their time stamps.

    Only packets `first` to `last` (both included, decode order) are copied; every time is moved
    by `shift_ms`, or becomes `move_ms(time)`.
    """
    with av.open(clip.path) as source, av.open(path, "w", options=mux_options or {}) as out:
        stream = source.streams.video[0]
        target = out.add_stream_from_template(stream)
        assert stream.time_base is not None
        tick_ms = stream.time_base * 1000

        def moved(stamp: int | None) -> int | None:
            if stamp is None:
                return None
            time_ms = int(stamp * tick_ms)
            time_ms = move_ms(time_ms) if move_ms else time_ms + shift_ms
            return int(time_ms / tick_ms)

        for at, packet in enumerate(source.demux(stream)):
            if packet.size and first <= at and (last is None or at <= last):
                packet.pts, packet.dts = moved(packet.pts), moved(packet.dts)
                packet.stream = target
                out.mux_one(packet)
