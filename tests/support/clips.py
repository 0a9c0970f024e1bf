"""Small synthetic clips whose truth is known: every picture carries its own number.

    clip = encode(folder / "clip.mp4", frames=40, gop=10)
    clip.numbers     # painted number of each shown frame, in presentation order
    clip.times_ns    # its media time, from 0
    read_number(picture)          # which frame a decoded BGR picture is
    clip.scene.boxes_at(number)   # where the moving boxes are in it

`VARIANTS` names ready-made playable clips (containers, codecs, odd time stamps); `BROKEN` names
files that are no footage. Both map a name to a function that writes into a folder; `shared_clip`
and `shared_broken` make each once for the whole test run.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream
from numpy.typing import NDArray

from video.types import Pixels

FRAME_MS: Final = 40
_BITS: Final = 12
_CELL: Final = 12
_MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one colour (BGR) moving by whole pixels per frame number.

    It is painted in frames `first` to `last`, both included; at `first` its corner is at
    (`left`, `top`).
    """

    left: int
    top: int
    width: int
    height: int
    dx: int = 0
    dy: int = 0
    colour: tuple[int, int, int] = (40, 40, 220)
    first: int = 0
    last: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Scene:
    """A still, textured background with moving boxes; later boxes cover earlier ones."""

    boxes: tuple[Box, ...] = (
        Box(20, 90, 36, 60, dx=3),
        Box(250, 120, 48, 30, dx=-2, dy=1, colour=(200, 160, 30)),
    )
    width: int = 320
    height: int = 240
    seed: int = 7

    def background(self) -> Pixels:
        """The picture without boxes and number, `(height, width, 3) uint8`."""
        return _texture(self.width, self.height, self.seed).copy()

    def boxes_at(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Positions in `boxes` of those in the picture, `(n,)`, and their visible parts, `(n, 4)`.

        Left, top, right, bottom in pixels, half-open, cut at the edges of the picture.
        """
        ids, corners = [], []
        for at, box in enumerate(self.boxes):
            if not box.first <= number <= box.last:
                continue
            left = box.left + box.dx * (number - box.first)
            top = box.top + box.dy * (number - box.first)
            corner = (
                max(left, 0),
                max(top, 0),
                min(left + box.width, self.width),
                min(top + box.height, self.height),
            )
            if corner[0] < corner[2] and corner[1] < corner[3]:
                ids.append(at)
                corners.append(corner)
        return np.array(ids, np.int32), np.array(corners, np.float32).reshape(-1, 4)

    def picture(self, number: int) -> Pixels:
        """What frame `number` shows, `(height, width, 3) uint8` BGR."""
        picture = self.background()
        ids, corners = self.boxes_at(number)
        for at, (left, top, right, bottom) in zip(ids, corners.astype(int), strict=True):
            picture[top:bottom, left:right] = self.boxes[at].colour
        _paint_number(picture, number)
        return picture


@cache
def _texture(width: int, height: int, seed: int) -> Pixels:
    coarse = np.random.default_rng(seed).integers(
        80, 150, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8
    )
    return coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]


def _paint_number(picture: Pixels, number: int) -> None:
    """The bits of `number` as a row of black and white cells, and their complement below."""
    for bit in range(_BITS):
        left = _MARGIN + bit * _CELL
        for row, white in enumerate((number >> bit & 1, ~number >> bit & 1)):
            top = _MARGIN + row * _CELL
            picture[top : top + _CELL, left : left + _CELL] = 225 if white else 25


def read_number(picture: Pixels) -> int:
    """The number painted into an upright picture of the original size.

    Raises:
        ValueError: the cells contradict each other: the picture is damaged or not one of ours.
    """
    rows = []
    for row in range(2):
        top = _MARGIN + row * _CELL + 3
        cells = [
            picture[top : top + _CELL - 6, left + 3 : left + _CELL - 3].mean() > 125
            for left in range(_MARGIN, _MARGIN + _BITS * _CELL, _CELL)
        ]
        rows.append(sum(1 << bit for bit, white in enumerate(cells) if white))
    if rows[0] ^ rows[1] != (1 << _BITS) - 1:
        raise ValueError(f"cells read {rows[0]:b} over {rows[1]:b}: no frame number")
    return rows[0]


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
            out.mux(_silence(sound, times[-1] + FRAME_MS))
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


def _silence(stream: AudioStream, length_ms: int) -> "list[Packet[AudioStream]]":
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


UNEVEN_MS: Final = tuple(
    int(at) for at in np.cumsum([0, *([33, 41, 40, 87, 20, 40, 133, 40] * 5)])[:40]
)


def _edit_list(folder: Path) -> Clip:
    # As a stream copy that starts between keyframes leaves it: frames 10..16 are stored,
    # needed for decoding, and hidden by the edit list.
    whole = encode(folder / "edit_list_source.mp4")
    path = folder / "edit_list.mp4"
    copy_packets(
        whole,
        path,
        first=10,
        shift_ms=-17 * FRAME_MS,
        mux_options={"avoid_negative_ts": "disabled"},
    )
    return Clip(path, whole.numbers[17:], whole.times_ns[:-17])


def _gap(folder: Path) -> Clip:
    times = [at * FRAME_MS + (3_000 if at >= 20 else 0) for at in range(40)]
    return encode(folder / "gap.mp4", times_ms=times)


def _duplicate_times(folder: Path) -> Clip:
    # Frames 7 and 8, and 20 (a keyframe) and 21, share a time stamp: the first of each pair counts.
    plain = encode(folder / "duplicate_source.mkv", b_frames=0)
    path = folder / "duplicate_times.mkv"
    repeated = {8 * FRAME_MS: 7 * FRAME_MS, 21 * FRAME_MS: 20 * FRAME_MS}
    copy_packets(plain, path, move_ms=lambda time_ms: repeated.get(time_ms, time_ms))
    kept = [at for at in range(40) if at not in (8, 21)]
    return Clip(path, tuple(kept), tuple(plain.times_ns[at] for at in kept))


def _jump_back(folder: Path) -> Clip:
    # The recorder's clock was set back while it wrote: frames 20.. repeat earlier time stamps.
    whole = encode(folder / "jump_back_source.ts", b_frames=0)
    before, after = folder / "before_jump.ts", folder / "after_jump.ts"
    copy_packets(whole, before, last=19)
    copy_packets(whole, after, first=20, shift_ms=-15 * FRAME_MS)
    path = folder / "jump_back.ts"
    path.write_bytes(before.read_bytes() + after.read_bytes())
    return Clip(path, whole.numbers, whole.times_ns)


def _starts_inside(folder: Path) -> Clip:
    # A broadcast picked up between keyframes: the pictures before the first keyframe are lost.
    whole = encode(folder / "starts_inside_source.ts")
    path = folder / "starts_inside.ts"
    copy_packets(whole, path, first=4)
    return Clip(path, whole.numbers[10:], whole.times_ns[:-10])


_TICK_25: Final = Fraction(1, 25)

VARIANTS: Final[dict[str, Callable[[Path], Clip]]] = {
    "mp4": lambda folder: encode(folder / "plain.mp4", b_frames=0),
    "mkv": lambda folder: encode(folder / "plain.mkv", b_frames=0),
    "b_frames": lambda folder: encode(folder / "b_frames.mp4", b_frames=3),
    "open_gop": lambda folder: encode(folder / "open_gop.mkv", b_frames=3, open_gop=True),
    "open_gop_ts": lambda folder: encode(folder / "open_gop.ts", b_frames=3, open_gop=True),
    "variable_mp4": lambda folder: encode(folder / "variable.mp4", times_ms=UNEVEN_MS),
    "variable_mkv": lambda folder: encode(folder / "variable.mkv", times_ms=UNEVEN_MS),
    "hevc": lambda folder: encode(folder / "hevc.mp4", codec="libx265"),
    "hevc_open_gop": lambda folder: encode(
        folder / "hevc_open_gop.mkv", codec="libx265", open_gop=True
    ),
    "mpeg4_avi": lambda folder: encode(folder / "mpeg4.avi", codec="mpeg4", time_base=_TICK_25),
    "h264_avi": lambda folder: encode(folder / "h264.avi", b_frames=2, time_base=_TICK_25),
    "late_b_frames_avi": lambda folder: encode(
        folder / "late_b_frames.avi", b_from=36, gop=50, time_base=_TICK_25
    ),
    "mjpeg_avi": lambda folder: encode(
        folder / "mjpeg.avi", codec="mjpeg", time_base=_TICK_25, frames=20
    ),
    "edit_list": _edit_list,
    "mpeg_ts": lambda folder: encode(folder / "plain.ts"),
    "starts_inside": _starts_inside,
    "raw_h264": lambda folder: encode(folder / "raw.h264", time_base=_TICK_25),
    "raw_hevc": lambda folder: encode(folder / "raw.hevc", codec="libx265", time_base=_TICK_25),
    "intra_refresh": lambda folder: encode(
        folder / "intra_refresh.ts", b_frames=0, gop=15, frames=60, x264="intra-refresh=1"
    ),
    "interlaced": lambda folder: encode(folder / "interlaced.ts", x264="tff=1"),
    "turned": lambda folder: encode(folder / "turned.mp4", turn_deg=90),
    "gap": _gap,
    "duplicate_times": _duplicate_times,
    "jump_back": _jump_back,
    "with_sound": lambda folder: encode(folder / "with_sound.mp4", audio=True),
}
"""Playable clips by name; every frame in them can be read back by its number."""


def _sound_only(folder: Path) -> Path:
    path = folder / "sound.mp4"
    with av.open(path, "w") as out:
        out.mux(_silence(out.add_stream("aac", rate=48_000), 400))
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
